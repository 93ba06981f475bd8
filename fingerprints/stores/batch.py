"""One call of `apply` on the embedded store, inside its transaction.

Works and texts are written in the order of the operations; their rows are gathered,
sorted over the whole batch and written at the end, because rows in order of their
keys cost a tenth of rows in the order of stories.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import apsw

from fingerprints.errors import IndexDamaged, IndexProblem, WirecheckError
from fingerprints.index import Applied, Fingerprint, Operation, Remove, StoredWork, Upsert
from fingerprints.stores import postings, works
from fingerprints.stores.rows import LAST_NUMBER, Rows, rows_of

Recompute = Callable[[str], Fingerprint]


class Batch:
    """Operations on an open write transaction. The caller commits, or rolls back on any error."""

    def __init__(self, connection: apsw.Connection, recompute: Recompute, added: str) -> None:
        self._connection = connection
        self._recompute = recompute
        self._added = added
        self._next = self._first_number()
        self._gained: dict[int, Rows] = {}
        self._lost: list[works.Row] = []

    def _first_number(self) -> int:
        row = self._connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'works'").fetchone()
        return int(row[0]) + 1 if row else 1

    def run(self, operations: Sequence[Operation], rows: Sequence[Rows | None]) -> Applied:
        """Carry out all operations; `rows` stand beside the upserts."""
        added = replaced = unchanged = removed = 0
        missing: list[str] = []
        for operation, made in zip(operations, rows, strict=True):
            if isinstance(operation, Upsert) and made is not None:
                revision = self._upsert(operation, made)
                unchanged += revision == 0
                added += revision == 1
                replaced += revision > 1
            elif isinstance(operation, Remove):
                found = self._remove(operation.id)
                removed += found
                missing += [] if found else [operation.id]
        self._write_rows()
        return Applied(added, replaced, unchanged, removed, missing=tuple(missing))

    def _upsert(self, operation: Upsert, rows: Rows) -> int:
        """The revision written; 0 when it is there already, word for word."""
        before = works.newest(self._connection, operation.work.id)
        revision = 1
        if before is not None:
            revision = before.revision + 1
            try:
                text = before.text()
            except IndexDamaged:
                self._drop(before)  # its text is lost: the one handed in now takes its place
            else:
                if before.fields == works.fields_of(operation.work) and text == works.encode(operation.work.text):
                    return 0
                self._connection.execute("UPDATE works SET current = 0 WHERE number = ?", (before.number,))
        if self._next > LAST_NUMBER:
            raise IndexProblem(f"The index has given out all its {LAST_NUMBER} numbers; begin a new one.")
        words = operation.fingerprint.words
        stored = StoredWork(self._next, revision, True, self._added, words, operation.work)
        works.insert(self._connection, stored, rows)
        self._gained[self._next] = rows
        self._next += 1
        return revision

    def _remove(self, id: str) -> bool:
        found = [works.Row.read(row) for row in self._connection.execute(works.BY_ID, (works.encode(id),)).fetchall()]
        for row in found:
            self._drop(row)
        return bool(found)

    def _drop(self, row: works.Row) -> None:
        self._connection.execute("DELETE FROM works WHERE number = ?", (row.number,))
        self._connection.execute("DELETE FROM texts WHERE number = ?", (row.number,))
        if self._gained.pop(row.number, None) is None:
            self._lost.append(row)

    def _write_rows(self) -> None:
        known: dict[int, Rows] = {}
        unknown: list[int] = []
        for row in self._lost:
            rows = recomputed(row, self._recompute)
            if rows is None:
                unknown.append(row.number)
            else:
                known[row.number] = rows
        lost = postings.delete(self._connection, known)
        if lost is None:
            unknown += known
        if unknown:
            # what is to be deleted must be gone, even where the rows are not what they should be
            postings.sweep(self._connection, unknown)
            lost = None
        gained = postings.insert(self._connection, self._gained)
        postings.update_hot(self._connection, gained, lost)


def recomputed(row: works.Row, recompute: Recompute) -> Rows | None:
    """The rows of a stored work, made anew from its text; None when they are not the ones that were stored."""
    try:
        rows = rows_of(recompute(works.decode(row.text())))
    except (WirecheckError, ValueError, ImportError):
        return None
    return rows if row.matches(rows) else None


def prepared(operations: Sequence[Operation]) -> list[Rows | None]:
    """The rows of every upsert, checked before the transaction begins. Raises ValueError."""
    return [rows_of(operation.fingerprint) if isinstance(operation, Upsert) else None for operation in operations]
