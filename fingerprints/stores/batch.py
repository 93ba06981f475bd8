"""One call of `apply`, inside the transaction of whatever database the store is in.

Works and texts are written in the order of the operations; their rows are gathered,
sorted over the whole batch and written at the end, because rows in order of their
keys cost a tenth of rows in the order of stories.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from fingerprints.errors import IndexDamaged, IndexProblem, WirecheckError
from fingerprints.index import Amend, Applied, Expire, Fingerprint, Operation, Remove, StoredWork, Upsert
from fingerprints.spec import FingerprintSpec
from fingerprints.stores import said
from fingerprints.stores.rows import LAST_NUMBER, Integers, Rows, rows_of
from fingerprints.stores.sealed import decode
from fingerprints.stores.stored import Row

Recompute = Callable[[str], Fingerprint]


class Tables(Protocol):
    """The tables of a database in which a write transaction is open."""

    def first_number(self) -> int:
        """The first number that was never given out."""

    def by_id(self, id: str) -> list[Row]:
        """The revisions of an id, newest first."""

    def newest(self, id: str) -> Row | None:
        """The newest revision of an id."""

    def insert(self, stored: StoredWork, rows: Rows) -> None:
        """Write a revision: its line and its text, but not its rows, nor what is beside it."""

    def retire(self, number: int) -> None:
        """Mark a revision as replaced."""

    def expire(self, row: Row, said: said.Said) -> None:
        """Delete the text of a revision, and write what is kept instead."""

    def delete(self, number: int) -> None:
        """Delete a revision, but not its rows."""

    def write_said(self, number: int, said: said.Said) -> None:
        """Write all that is kept beside a revision, in place of what was there."""

    def gather(self, numbers: Sequence[int]) -> dict[int, Rows]:
        """The rows that works have, read from the tables of rows."""

    def delete_rows(self, doomed: Mapping[int, Rows]) -> Integers | None:
        """Delete the rows of works by number; returns their keys, or None when some of them were not there."""

    def sweep(self, numbers: Sequence[int]) -> None:
        """Delete whatever rows the works have."""

    def insert_rows(self, added: Mapping[int, Rows]) -> Integers:
        """Write the rows of works by number; returns the keys, sorted, with repetitions."""

    def update_hot(self, gained: Integers, lost: Integers | None) -> None:
        """Make the hot table right; `gained` and `lost` hold a key once a posting, None: not known."""


class Batch:
    """Operations on an open write transaction. The caller commits, or rolls back on any error."""

    def __init__(self, tables: Tables, spec: FingerprintSpec, recompute: Recompute, now: str) -> None:
        self._tables = tables
        self._spec = spec
        self._recompute = recompute
        self._now = now
        self._next = tables.first_number()
        self._gained: dict[int, Rows] = {}
        self._lost: list[Row] = []

    def run(self, operations: Sequence[Operation], rows: Sequence[Rows | None]) -> Applied:
        """Carry out all operations; `rows` stand beside the upserts."""
        applied = Applied()
        for operation, made in zip(operations, rows, strict=True):
            match operation:
                case Upsert() if made is not None:
                    applied += self._upsert(operation, made)
                case Remove():
                    applied += self._remove(operation.id)
                case Amend():
                    applied += self._amend(operation)
                case Expire():
                    applied += self._expire(operation.id)
        self._write_rows()
        return applied

    def _upsert(self, operation: Upsert, rows: Rows) -> Applied:
        before = self._tables.newest(operation.work.id)
        revision, kept = 1, said.NOTHING
        if before is not None:
            revision = before.revision + 1
            try:
                if self._is_known(before, operation):
                    return Applied(unchanged=1)
            except IndexDamaged:
                kept = _rescued(before)
                self._drop(before)  # its text is lost: the one handed in now takes its place
            else:
                self._tables.retire(before.number)
        if self._next > LAST_NUMBER:
            raise IndexProblem(f"The index has given out all its {LAST_NUMBER} numbers; begin a new one.")
        words = operation.fingerprint.words
        stored = StoredWork(self._next, revision, True, self._now, words, operation.work)
        self._tables.insert(stored, rows)
        self._write_said(self._next, said.NOTHING, kept.linked(operation.links))
        self._gained[self._next] = rows
        self._next += 1
        return Applied(added=1) if revision == 1 else Applied(replaced=1)

    def _is_known(self, row: Row, operation: Upsert) -> bool:
        """Whether a work is there already, word for word; then it gets the new links. Raises IndexDamaged."""
        own, known = row.own(), row.said()
        if not known.is_of(own, operation.work):
            return False
        self._write_said(row.number, known, known.linked(operation.links))
        return True

    def _remove(self, id: str) -> Applied:
        found = self._tables.by_id(id)
        for row in found:
            self._drop(row)
        return Applied(removed=1) if found else Applied(missing=(id,))

    def _amend(self, operation: Amend) -> Applied:
        row = self._tables.newest(operation.id)
        if row is None:
            return Applied(missing=(operation.id,))
        own, known = row.own(), row.said()
        changed = known.amend(operation.metadata, own.metadata).linked(operation.links)
        return Applied(amended=1) if self._write_said(row.number, known, changed) else Applied(unchanged=1)

    def _write_said(self, number: int, before: said.Said, after: said.Said) -> bool:
        """Write what is kept beside a work where it differs; whether it did."""
        if after == before:
            return False
        self._tables.write_said(number, after)
        return True

    def _expire(self, id: str) -> Applied:
        found = self._tables.by_id(id)
        if not found:
            return Applied(missing=(id,))
        kept = [row for row in found if not row.expired]
        for row in kept:
            places = said.places_of(decode(row.text()), self._positions(row), self._spec.shingle)
            self._tables.expire(row, replace(row.said(), expired=self._now, places=places))
        return Applied(expired=1) if kept else Applied(unchanged=1)

    def _positions(self, row: Row) -> Integers:
        """The words at which the postings of a work stand, whether they are written already or not."""
        rows = self._gained.get(row.number) or recomputed(row, self._recompute)
        return rows.positions if rows else self._tables.gather([row.number])[row.number].positions

    def _drop(self, row: Row) -> None:
        self._tables.delete(row.number)
        if self._gained.pop(row.number, None) is None:
            self._lost.append(row)

    def _write_rows(self) -> None:
        gathered = self._tables.gather([row.number for row in self._lost if row.expired])
        known: dict[int, Rows] = {}
        unknown: list[int] = []
        for row in self._lost:
            rows = gathered.get(row.number) or recomputed(row, self._recompute)
            if rows is None or not row.matches(rows):
                unknown.append(row.number)
            else:
                known[row.number] = rows
        lost = self._tables.delete_rows(known)
        if lost is None:
            unknown += known
        if unknown:
            # what is to be deleted must be gone, even where the rows are not what they should be
            self._tables.sweep(unknown)
            lost = None
        gained = self._tables.insert_rows(self._gained)
        self._tables.update_hot(gained, lost)


def _rescued(row: Row) -> said.Said:
    """What was said later of a work whose text is damaged: a kill holds for the text that takes its place."""
    try:
        return replace(row.said(), expired="", places=())
    except IndexDamaged:
        return said.NOTHING


def recomputed(row: Row, recompute: Recompute) -> Rows | None:
    """The rows of a stored work, made anew from its text; None when they are not the ones that were stored."""
    try:
        rows = rows_of(recompute(decode(row.text())))
    except (WirecheckError, ValueError, ImportError):
        return None
    return rows if row.matches(rows) else None


def prepared(operations: Sequence[Operation]) -> list[Rows | None]:
    """The rows of every upsert; all is checked before the transaction begins. Raises ValueError."""
    said.check(operations)
    return [rows_of(operation.fingerprint) if isinstance(operation, Upsert) else None for operation in operations]
