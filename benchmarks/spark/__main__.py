"""`python -m benchmarks.spark`: the same pages judged by one and by two workers of Spark, of one core each."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa

from benchmarks.accuracy.data import NoData, locate
from benchmarks.accuracy.families import build
from benchmarks.audit.build import web_pages
from benchmarks.speed.clock import Line, least
from checker.audit.nouns import Page, Terms
from checker.audit.plan import Plan
from checker.audit.schema import pages_batch
from cli.engines.engine import Chunk, Job
from cli.engines.local import Local
from cli.engines.spark import Spark
from fingerprints.stores.embedded import EmbeddedStore
from fingerprints.stores.snapshot import Snapshot, write_snapshot
from tests.spark_cluster import Cluster

PAGES = 4_000
WARM = 4
"""Chunks before the clock starts: Java, Python and the index are ready then."""
ASKED = 1.6


def main(given: Sequence[str] | None = None) -> int:
    """Measure and print; a missed target is said, and fails nothing."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.spark", description=__doc__.partition("\n")[0])
    parser.add_argument("--eval", metavar="DIR", help="the evaluation folder (else WIRECHECK_EVAL, ../shared/eval)")
    parser.add_argument("--pages", type=int, default=PAGES, help=f"how many pages (default: {PAGES})")
    wanted = parser.parse_args(given)
    try:
        data = locate(wanted.eval)
    except NoData as none:
        print(none, file=sys.stderr)
        return 2
    for line in lines(data, wanted.pages):
        met = "" if line.met is None else "met" if line.met else "MISSED"
        print(f"  {line.what:64s} {line.value:>16s}  {line.asked:>16s}  {met}".rstrip())
    return 0


def lines(data: Path, pages: int = PAGES) -> list[Line]:
    """What was measured, for docs/performance-audit.md: pages of the web by one and by two workers, and by no Spark."""
    with tempfile.TemporaryDirectory(prefix="wirecheck-spark-") as place:
        folder = Path(place)
        job = prepared(data, folder)
        chunks = list(chunked(data, pages))
        one, two = (on_spark(job, chunks, folder, workers) for workers in (1, 2))
        alone = locally(job, chunks)
    count = sum(batch.num_rows for _, batch in chunks[WARM:])
    return [
        Line("web pages, one worker of one core on Spark", f"{count / one:,.0f} a second"),
        Line("web pages, two workers of one core on Spark", f"{count / two:,.0f} a second"),
        least("which is so many times one worker's", one / two, ASKED),
        Line("web pages, one process without Spark", f"{count / alone:,.0f} a second"),
    ]


def prepared(data: Path, folder: Path) -> Job:
    """The index of the evaluation's stories, as a snapshot."""
    build(folder / "index", data)
    with EmbeddedStore(folder / "index", readonly=True) as index:
        write_snapshot(index, folder / "snapshot")
    with Snapshot(folder / "snapshot") as made:
        return Job(str(folder / "snapshot"), made.digest, made.spec.digest, Terms(datetime(2022, 1, 1, tzinfo=UTC)))


def chunked(data: Path, count: int) -> Iterator[Chunk]:
    """So many pages in chunks as an audit has them, read and held, so that no reading is measured."""
    pages = (
        Page(number, "pages.warc.gz", f"record {number}", "page.html", made.text.encode(), url=made.url, date=made.date)
        for number, made in enumerate(web_pages(data, count))
    )
    for chunk in Plan().chunks(pages):
        yield chunk.number, pages_batch(chunk.fresh)


def on_spark(job: Job, chunks: Sequence[Chunk], folder: Path, workers: int) -> float:
    """Seconds that so many workers take for all chunks but the first."""
    place = folder / f"spark-{workers}"
    place.mkdir()
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    cluster = Cluster(place, quick=False)
    try:
        for number in range(workers):
            cluster.worker(f"worker-{number}")
        engine = Spark(job, cluster.url)
        try:
            while engine.workers < workers:
                time.sleep(0.1)
            return timed(engine.run(iter(chunks[:WARM])), engine.run(iter(chunks[WARM:])))
        finally:
            engine.close()
    finally:
        cluster.stop()


def locally(job: Job, chunks: Sequence[Chunk]) -> float:
    """Seconds that one process of this machine takes for the same."""
    engine = Local(job, workers=1)
    try:
        return timed(engine.run(iter(chunks[:WARM])), engine.run(iter(chunks[WARM:])))
    finally:
        engine.close()


def timed(warm: Iterator[tuple[int, pa.RecordBatch]], measured: Iterator[tuple[int, pa.RecordBatch]]) -> float:
    """Seconds of the second, after the first."""
    for _ in warm:
        pass
    began = time.monotonic()
    for _ in measured:
        pass
    return time.monotonic() - began


if __name__ == "__main__":
    sys.exit(main())
