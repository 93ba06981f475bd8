"""The engine of many machines: chunks of pages go to Spark's workers, which judge them by the same code as here.

A chunk is one row of one partition, an Arrow stream in a column of bytes, so that what comes back is, byte for byte,
what the same process would have answered here: Spark's own types know neither large strings nor that a value is never
missing. Several chunks are one job, and the next job waits while one runs, so that no core idles between them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from checker.audit.problems import AuditProblem
from cli.engines.engine import Chunk, Job
from cli.engines.frames import packed, unpacked
from cli.engines.local import Local
from cli.engines.spark_node import Order, answers
from cli.engines.spark_session import Session, told
from cli.engines.spark_ship import order_of

Running = dict[Future[list[Chunk]], list[Chunk]]

JOBS = 3
"""Jobs at a time: one that runs, one for the cores that it leaves free at its end, and one that is being prepared."""
CHUNKS_A_CORE = 2
HEAP_SHARE = 64
"""The pages of one job are at most such a share of Java's memory, which holds them several times over, for each job.

A chunk that is larger (one very large page) is judged here, and goes through no Java.
"""
PATIENCE = 120.0
"""Seconds to wait for a worker where there is none."""
FAILURES = 3
"""Jobs that may fail one after another; then it is the workers, not the pages."""
WATCH_SECONDS = 0.5
ROW = pa.schema([pa.field("chunk", pa.int64()), pa.field("pages", pa.large_binary())])


class Spark:
    """Judges chunks on the workers of the Spark master at `master`.

    `ship` sends them the index, its secret and the policy; else every node finds these at the paths of the job. `log`
    is where Java's messages go. `patience` is for how many seconds it waits for a worker while there is none. Raises
    AuditProblem where Spark cannot begin, and out of `run` where it ends, or no worker comes; what was answered until
    then is whole.
    """

    def __init__(
        self, job: Job, master: str, *, ship: bool = False, log: Path | None = None, patience: float = PATIENCE
    ) -> None:
        self._job = job = replace(job, index=str(Path(job.index).resolve()))
        self._patience = patience
        self._failed = 0
        self._answered = False
        self._well = True
        self._session = Session(master, log)
        try:
            self._room = self._session.heap // HEAP_SHARE
            self._judge = _judge(order_of(job, self._session if ship else None))
        except BaseException:
            self.close()
            raise

    @property
    def workers(self) -> int:
        """How many workers there are by now. Raises AuditProblem when Spark has ended."""
        return self._session.workers()

    def run(self, chunks: Iterator[Chunk]) -> Iterator[Chunk]:
        """The results of each chunk, as they come; of one chunk all, or none."""
        portions = self._portions(chunks)
        running: Running = {}
        pool = ThreadPoolExecutor(JOBS, thread_name_prefix="spark")
        try:
            while True:
                while len(running) < JOBS and (portion := next(portions, None)):
                    running[pool.submit(self._judged, portion)] = portion
                if not running:
                    break
                for one in self._done(running):
                    yield from self._results(one, running.pop(one))
        except Exception:
            self._well = False
            raise
        finally:
            self._session.cancel()
            pool.shutdown(cancel_futures=True)

    def close(self) -> None:
        """End the session, and Java with it."""
        self._session.close(well=self._well)

    def _portions(self, chunks: Iterator[Chunk]) -> Iterator[list[Chunk]]:
        """Chunks for one job each: enough for all cores, and no more bytes than Java's memory bears."""
        portion: list[Chunk] = []
        size = 0
        for chunk in chunks:
            if portion and size + chunk[1].nbytes > self._room:
                yield portion
                portion, size = [], 0
            portion.append(chunk)
            size += chunk[1].nbytes
            if len(portion) >= CHUNKS_A_CORE * self._session.cores:
                yield portion
                portion, size = [], 0
        if portion:
            yield portion

    def _judged(self, portion: list[Chunk]) -> list[Chunk]:
        """One job of Spark, in a thread of its own."""
        if portion[0][1].nbytes > self._room:
            return list(self._here(portion))
        rows = [pa.RecordBatch.from_pylist([{"chunk": n, "pages": packed(pages)}], ROW) for n, pages in portion]
        frame = self._session.spark.createDataFrame(pa.Table.from_batches(rows))
        answered = frame.select("chunk", self._judge("pages").alias("results")).toArrow()
        both = zip(answered["chunk"], answered["results"], strict=True)
        return [(n.as_py(), unpacked(results.as_buffer())) for n, results in both]

    def _done(self, running: Running) -> set[Future[list[Chunk]]]:
        """The jobs that have ended; meanwhile somebody must be there to do them."""
        while not (done := wait(running, WATCH_SECONDS, FIRST_COMPLETED).done):
            if self._session.seconds_alone() > self._patience:
                what = f"No worker of {self._session.master} has taken the pages for {self._patience:g} seconds"
                raise AuditProblem(self._session.sentence(f"{what}: there is none, or none with a free core"))
        return done

    def _results(self, job: Future[list[Chunk]], portion: list[Chunk]) -> Iterator[Chunk]:
        """What a job has answered. One that failed is done here instead, page by page where it must be."""
        error = job.exception()
        if error is None:
            self._answered, self._failed = True, 0
            yield from job.result()
            return
        self._session.seconds_alone()  # a session that has ended says so
        self._failed += 1
        if not self._answered or self._failed > FAILURES:
            raise AuditProblem(self._session.sentence(f"Spark's workers cannot judge ({told(error)})")) from None
        yield from self._here(portion)

    def _here(self, portion: list[Chunk]) -> Iterator[Chunk]:
        local = Local(self._job, workers=1)
        try:
            yield from local.run(iter(portion))
        finally:
            local.close()


def _judge(order: Order) -> Callable[..., Any]:
    """What the workers do, as Spark wants it: a column in, a column out.

    mapInArrow of pyspark 4.3 asks for pandas, and has no use for it; this is the same road without.
    """
    from pyspark.sql.pandas.functions import arrow_udf

    def judge(pages: Iterator[pa.Array]) -> Iterator[pa.Array]:
        return answers(pages, order)

    # By its annotations Spark tells what kind of function it is.
    return arrow_udf(judge, "binary").asNondeterministic()  # type: ignore[call-overload,no-any-return]
