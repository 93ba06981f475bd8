"""The engine of one machine: processes that judge, one for each processor. One that dies is replaced.

Each holds two chunks, so that it never waits for the next. A page that ends its process, or takes too long, is found
by doing its chunk again page by page, and is `unjudged` when it does so a second time; all others are judged.
"""

from __future__ import annotations

import contextlib
import os
import queue
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from checker.audit.judging import unjudged
from checker.audit.patient import Late, Patient
from checker.audit.problems import AuditProblem
from checker.audit.schema import RESULTS, pages_of, results_batch
from checker.audit.whole import GOES_ON
from cli.engines.engine import Chunk, Job
from cli.engines.frames import HELLO, PAGES, Cut, frame, framed, packed, unpacked
from cli.engines.frames import RESULTS as ANSWER

PROGRAM = Path(__file__).with_name("worker.py")
WAITING = 120.0
"""Seconds that one page may take."""
HELD = 2
"""Chunks that a process holds."""
TRIES = 3
"""Processes that may end, one after another, before they are ready."""
SEE_TO = "see to the memory that is free."
ENDED = "The process that judged it ended twice."
LATE = "It took more than {:g} seconds to judge, twice."


class Local:
    """Judges chunks in `workers` processes of this machine (default: as many as it has processors).

    `waiting` is how many seconds one page may take, or a process to begin.
    """

    def __init__(self, job: Job, workers: int | None = None, *, waiting: float = WAITING) -> None:
        self._job = job
        self._waiting = waiting
        self._closed = threading.Event()
        self._todo: queue.Queue[Chunk | None] = queue.Queue()
        self._done: queue.Queue[Chunk | BaseException] = queue.Queue()
        self._workers = [_Worker(job, waiting, self._closed) for _ in range(workers or os.cpu_count() or 1)]
        self._threads = [
            threading.Thread(target=self._serve, args=(worker,), name="judging", daemon=True)
            for worker in self._workers
        ]
        for thread in self._threads:
            thread.start()

    def run(self, chunks: Iterator[Chunk]) -> Iterator[Chunk]:
        """The results of each chunk, as they come. Raises AuditProblem: no process can be started."""
        out, more = 0, True
        while True:
            while more and out < HELD * len(self._workers):
                chunk = next(chunks, None)
                if chunk is None:
                    more = False
                else:
                    self._todo.put(chunk)
                    out += 1
            if not out:
                return
            done = self._done.get()
            if isinstance(done, BaseException):
                raise done
            out -= 1
            yield done

    def close(self) -> None:
        """End the processes. Twice does nothing."""
        if self._closed.is_set():
            return
        self._closed.set()
        for worker in self._workers:
            worker.kill()
            self._todo.put(None)
        for thread, worker in zip(self._threads, self._workers, strict=True):
            thread.join()
            worker.end()

    def _serve(self, worker: _Worker) -> None:
        """The thread of one process."""
        held: deque[Chunk] = deque()
        while not self._closed.is_set():
            if not held:
                chunk = self._todo.get()
                if chunk is None:
                    return
                held.append(chunk)
            try:
                self._next(worker, held)
            except Exception as error:
                if not self._closed.is_set():
                    self._done.put(error)
                return

    def _next(self, worker: _Worker, held: deque[Chunk]) -> None:
        """The next answer of a process that holds these chunks; when it dies, what it held is done again."""
        try:
            worker.send(held)
            while len(held) < HELD:
                try:
                    chunk = self._todo.get_nowait()
                except queue.Empty:
                    break
                if chunk is None:
                    self._todo.put(None)
                    break
                held.append(chunk)
                worker.send(held)
            results = worker.answer()
        except (Cut, Late, OSError):
            worker.end()
            if self._closed.is_set():
                return
            results = self._one_by_one(worker, held[0][1])
        self._done.put((held.popleft()[0], results))

    def _one_by_one(self, worker: _Worker, pages: pa.RecordBatch) -> pa.RecordBatch:
        """A chunk page by page: a page that ends its process twice is not judged."""
        batches = [self._alone(worker, pages.slice(row, 1)) for row in range(pages.num_rows)]
        table = pa.Table.from_batches(batches, RESULTS).combine_chunks()
        return table.to_batches()[0] if table.num_rows else results_batch([])

    def _alone(self, worker: _Worker, page: pa.RecordBatch) -> pa.RecordBatch:
        sentence = ""
        for _ in range(2):
            try:
                worker.send(deque([(0, page)]))
                return worker.answer()
            except Late:
                sentence = LATE.format(self._waiting)
            except (Cut, OSError):
                sentence = ENDED
            worker.end()
            if self._closed.is_set():
                break
        return results_batch(unjudged(one, sentence, self._job.terms) for one in pages_of(page))


class _Worker:
    """One process, started when it is needed. Another thread may kill it at any time; then `closed` is set."""

    def __init__(self, job: Job, waiting: float, closed: threading.Event) -> None:
        self._order = job.to_json().encode() + b"\n"
        self._waiting = waiting
        self._closed = closed
        self._process: subprocess.Popen[bytes] | None = None
        self._sent = 0

    def send(self, held: deque[Chunk]) -> None:
        """Send what it does not have yet of these. Raises Cut, Late, OSError, and AuditProblem."""
        if self._process is None:
            self._begin()
        while self._sent < len(held):
            self._pipes.write(framed(PAGES, packed(held[self._sent][1])))
            self._sent += 1

    def answer(self) -> pa.RecordBatch:
        """The results of the first chunk that it holds. Raises Cut, Late, OSError."""
        while True:
            kind, body = frame(self._pipes)
            if kind == ANSWER:
                self._sent -= 1
                try:
                    return unpacked(body).cast(RESULTS)
                except (pa.ArrowException, StopIteration):
                    raise Cut from None

    def kill(self) -> None:
        """Kill the process; whoever waits for it will see."""
        if process := self._process:
            process.kill()

    def end(self) -> None:
        """End the process, if there is one; the next chunk starts another."""
        process, self._process, self._sent = self._process, None, 0
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(OSError, ValueError):
                pipe.close()  # type: ignore[union-attr]

    def _begin(self) -> None:
        """Start one. Raises AuditProblem where several end before they are ready."""
        for _ in range(TRIES):
            try:
                self._start()
                self._pipes.write(self._order)
                if frame(self._pipes)[0] == HELLO:
                    return
            except (Cut, Late, OSError):
                self.end()
                if self._closed.wait(0.1):
                    raise Cut from None
        raise AuditProblem(f"The processes that judge end before they are ready; {SEE_TO} {GOES_ON}")

    def _start(self) -> None:
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-B", str(PROGRAM)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
            )
        except OSError as error:
            raise AuditProblem(
                f"No process can be started to judge pages ({error.strerror}); {SEE_TO} {GOES_ON}"
            ) from None
        assert self._process.stdout is not None  # noqa: S101
        assert self._process.stdin is not None  # noqa: S101
        self._pipes = Patient(self._process.stdout, self._process.stdin, self._waiting)
        if self._closed.is_set():
            raise Cut
