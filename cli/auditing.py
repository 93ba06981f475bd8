"""The coordinator of an audit: pages come in chunks, an engine judges them, their results become files.

A chunk whose results are there already is passed over. A page that is the same as an earlier one goes to no engine: its
results are made from the earlier page's as soon as those are there.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from checker.audit.again import again
from checker.audit.folder import filled, read_results, results_path, write_results
from checker.audit.judging import unjudged
from checker.audit.nouns import Outcome, Page, Result, Setting
from checker.audit.plan import Chunk, Plan
from checker.audit.problems import AuditProblem
from checker.audit.schema import RESULTS, pages_batch, results_batch, results_of
from checker.invariants import failure
from cli.engines.engine import Engine
from cli.progress import Meter

KEPT = 32 << 20
"""Bytes of results that are held in memory, without the pages' bytes, for pages that are the same."""
ORDER = [("number", "ascending"), ("part", "ascending")]
EARLIER = [name for name in RESULTS.names if name != "body"]


@dataclass(frozen=True, slots=True)
class _Open:
    """A chunk that is not written: how many of its pages the engine has, and its bytes of the inputs.

    Its `pages` are only those that are the same as earlier ones.
    """

    chunk: Chunk
    fresh: frozenset[int]
    pages: int
    passed: int


class Auditing:
    """One run over an audit's pages. `judged` counts pages that this run did, not those that were there already."""

    def __init__(self, folder: Path, setting: Setting, meter: Meter) -> None:
        self._folder, self._setting, self._meter = folder, setting, meter
        self._plan = Plan()
        self._passed = 0
        self._sent: dict[int, _Open] = {}
        self._waiting: dict[int, tuple[_Open, pa.Table]] = {}
        self._done: set[int] = set()
        self._held: OrderedDict[int, pa.Table] = OrderedDict()
        self._bytes = 0
        self.pages = self.judged = 0

    def run(self, pages: Iterable[Page], engine: Engine) -> None:
        """Every chunk of `pages` has its file behind this. Raises what engine and folder raise; what is done stays."""
        for number, batch in engine.run(self._fresh(pages)):
            self._settle(self._sent.pop(number), pa.Table.from_batches([batch], RESULTS))
        if self._sent or self._waiting:
            raise AuditProblem("The engine ended before its work. What was judged is kept; run the same command again.")

    def _fresh(self, pages: Iterable[Page]) -> Iterator[tuple[int, pa.RecordBatch]]:
        """Of each chunk that is to be done, the pages that are to be judged."""
        for chunk in self._plan.chunks(pages):
            self.pages += len(chunk.pages)
            passed, self._passed = max(0, chunk.pages[-1].passed - self._passed), chunk.pages[-1].passed
            fresh = chunk.fresh
            numbers = frozenset(page.number for page in fresh)
            one = _Open(replace(chunk, pages=tuple(chunk.repeated)), numbers, len(chunk.pages), passed)
            if self._is_done(chunk):
                self._close(one, skipped=True)
            elif not fresh:
                self._settle(one, RESULTS.empty_table())
            else:
                self._sent[chunk.number] = one
                yield chunk.number, pages_batch(fresh)

    def _is_done(self, chunk: Chunk) -> bool:
        """Whether a whole file of these pages is there, in which all are judged."""
        table = read_results(self._folder, chunk.number, chunk.digest)
        if table is None:
            results_path(self._folder, chunk.number).unlink(missing_ok=True)
            return False
        return not pc.any(pc.equal(table["outcome"], str(Outcome.UNJUDGED))).as_py()

    def _settle(self, one: _Open, table: pa.Table) -> None:
        """Write a chunk that was judged, now or when those are written that its repeated pages go back to."""
        if set(table["number"].to_pylist()) != one.fresh:
            raise AuditProblem(
                f"The engine answered for other pages than it was given (chunk {one.chunk.number:,}). "
                "What was judged is kept; please report this."
            )
        self._waiting[one.chunk.number] = one, table
        while ready := [n for n, (each, _) in self._waiting.items() if self._needs(each.chunk) <= self._done]:
            for number in ready:
                self._write(*self._waiting.pop(number))

    def _needs(self, chunk: Chunk) -> set[int]:
        return {self._plan.chunk_of(number) for number in chunk.same.values()} - {chunk.number}

    def _write(self, one: _Open, table: pa.Table) -> None:
        chunk = one.chunk
        if chunk.pages:
            made = results_batch(result for page in chunk.pages for result in self._again(page, chunk, table))
            table = pa.concat_tables([table, pa.Table.from_batches([made], RESULTS)])
        table = table.sort_by(ORDER).combine_chunks()
        write_results(self._folder, chunk.number, table, chunk.digest)
        self.judged += one.pages
        self._close(one)

    def _close(self, one: _Open, *, skipped: bool = False) -> None:
        self._done.add(one.chunk.number)
        self._meter.advance(one.pages, one.passed, skipped=skipped)

    def _again(self, page: Page, chunk: Chunk, table: pa.Table) -> Iterator[Result]:
        """The results of a page that is the same as an earlier one."""
        first = chunk.same[page.number]
        home = self._plan.chunk_of(first)
        within = table.select(EARLIER) if home == chunk.number else self._earlier(home)
        found = within.filter(pc.equal(within["number"], first)).combine_chunks()
        for batch in found.to_batches():
            for result in results_of(filled(batch)):
                try:
                    yield again(result, page, self._setting)
                except ValueError as error:
                    yield unjudged(page, f"The report of page {first:,}, which is the same, cannot be read: {error}.",
                                   self._setting.terms, result.part)  # fmt: skip
                except Exception as error:
                    yield unjudged(page, failure(error), self._setting.terms, result.part)

    def _earlier(self, number: int) -> pa.Table:
        """The results of a chunk that is written, without the pages' bytes; those asked for last are held."""
        if number not in self._held:
            self._held[number] = table = self._read(number)
            self._bytes += table.nbytes
            while len(self._held) > 1 and self._bytes > KEPT:
                self._bytes -= self._held.popitem(last=False)[1].nbytes
        self._held.move_to_end(number)
        return self._held[number]

    def _read(self, number: int) -> pa.Table:
        import pyarrow.parquet as pq

        try:
            with pq.ParquetFile(results_path(self._folder, number)) as file:
                return file.read(columns=EARLIER, use_threads=False)  # a small file: threads cost more than they save
        except (pa.ArrowException, OSError) as error:
            raise AuditProblem(
                f"{results_path(self._folder, number)} cannot be read ({type(error).__name__}). Run the same command "
                "again; what is not whole is done anew."
            ) from None
