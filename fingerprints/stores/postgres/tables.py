"""The tables in PostgreSQL as a batch writes to them: read at its beginning, written at its end, each in few steps.

A batch of a thousand stories goes to the server and back about as often as one of a
single story: what it asks for is fetched before it runs, and what it changes is kept
here until `flush`, which sends it as binary COPY.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any, LiteralString

import numpy as np

from fingerprints.index import Expire, Operation, Remove, StoredWork, Upsert
from fingerprints.stores.postgres import postings
from fingerprints.stores.postgres.reading import ROW, Connection
from fingerprints.stores.rows import Integers, Rows
from fingerprints.stores.said import Said
from fingerprints.stores.sealed import encode
from fingerprints.stores.stored import COLUMNS, Beside, Row, check_without_text, columns_of

WORK_TYPES = (*("int8", "int4", "int2"), *["bytea"] * 6, *("text", "int4", "int8", "bytea", "int4", "int4", "int8"))
SAID_TYPES = ("int8", "bytea", "bytea", "text", "bytea", "bytea")
OF_IDS: LiteralString = f"{ROW} WHERE sha256(works.id) = ANY(%b::bytea[]) AND works.id = ANY(%b::bytea[])"
NEWEST_OF_IDS: LiteralString = f"{OF_IDS} AND works.current = 1"


class ServerTables:
    """`batch.Tables` on a connection with an open write transaction that holds the row of `meta`."""

    def __init__(self, connection: Connection, first: int, operations: Sequence[Operation]) -> None:
        self._connection = connection
        self._first = first
        self.last = first - 1
        self._rows: dict[str, list[Row]] = {}
        self._new: dict[int, bytes] = {}
        self._links: dict[int, tuple[str, ...]] = {}
        self._retired: set[int] = set()
        self._expired: set[int] = set()
        self._gone: set[int] = set()
        self._ids: dict[int, str] = {}
        self._fetch(operations)

    def _fetch(self, operations: Sequence[Operation]) -> None:
        """Every revision of what is to be removed or to expire, the newest of what else is spoken of."""
        whole = {operation.id for operation in operations if isinstance(operation, Remove | Expire)}
        named = {one.work.id if isinstance(one, Upsert) else one.id for one in operations}
        for statement, ids in ((OF_IDS, whole), (NEWEST_OF_IDS, named - whole)):
            asked = {encode(id): id for id in ids}
            if not asked:
                continue
            with self._connection.cursor(binary=True) as cursor:
                cursor.execute(statement, ([sha256(id).digest() for id in asked], list(asked)))
                for row in map(Row.read, cursor):
                    self._rows.setdefault(asked[row.fields[0]], []).append(row)
        for id, rows in self._rows.items():
            rows.sort(key=lambda row: -row.revision)
            self._ids.update((row.number, id) for row in rows)

    def first_number(self) -> int:
        return self._first

    def by_id(self, id: str) -> list[Row]:
        return list(self._rows.get(id, ()))

    def newest(self, id: str) -> Row | None:
        return next(iter(self._rows.get(id, ())), None)

    def insert(self, stored: StoredWork, rows: Rows) -> None:
        line, packed = columns_of(stored, rows)
        self._ids[stored.number] = stored.work.id
        self._rows.setdefault(stored.work.id, []).insert(0, Row.read((*line, packed, *[None] * 5)))
        self._new[stored.number] = packed
        self.last = max(self.last, stored.number)

    def retire(self, number: int) -> None:
        self._change(number, current=0)
        self._retired.add(number)

    def expire(self, row: Row, said: Said) -> None:
        self._change(row.number, text_bytes=0, packed=None, text_check=check_without_text(row))
        self._expired.add(row.number)
        self.write_said(row.number, said)

    def delete(self, number: int) -> None:
        rows = self._rows[self._ids[number]]
        rows[:] = [row for row in rows if row.number != number]
        self._links.pop(number, None)
        if self._new.pop(number, None) is None:
            self._gone.add(number)

    def write_said(self, number: int, said: Said) -> None:
        self._change(number, beside=Beside.of(number, said))
        self._links[number] = said.links

    def _change(self, number: int, **changed: Any) -> None:
        rows = self._rows[self._ids[number]]
        rows[:] = [replace(row, **changed) if row.number == number else row for row in rows]

    def gather(self, numbers: Sequence[int]) -> dict[int, Rows]:
        return postings.gather(self._connection, numbers)

    def delete_rows(self, doomed: Mapping[int, Rows]) -> Integers | None:
        return postings.delete(self._connection, doomed)

    def sweep(self, numbers: Sequence[int]) -> None:
        postings.sweep(self._connection, numbers)

    def insert_rows(self, added: Mapping[int, Rows]) -> Integers:
        return postings.insert(self._connection, added)

    def update_hot(self, gained: Integers, lost: Integers | None) -> None:
        postings.update_hot(self._connection, gained, lost)

    def flush(self) -> None:
        """Write to the tables what was changed."""
        kept = {row.number: row for rows in self._rows.values() for row in rows}
        self._clear()
        old_expired = [kept[number] for number in sorted(self._expired & kept.keys() - self._new.keys())]
        if old_expired:
            self._connection.execute(
                "UPDATE works SET text_bytes = 0, packed_bytes = 0, text_check = now.text_check "
                "FROM unnest(%b::bigint[], %b::bytea[]) AS now(number, text_check) WHERE works.number = now.number",
                (_array(row.number for row in old_expired), [row.text_check for row in old_expired]),
            )
        if retired := self._retired & kept.keys() - self._new.keys():
            self._connection.execute(
                "UPDATE works SET current = 0 WHERE number = ANY(%b::bigint[])", (_array(retired),)
            )
        self._write([kept[number] for number in sorted(self._new)], [kept[number] for number in sorted(self._links)])

    def _clear(self) -> None:
        """Delete what is gone, and what is to be written anew."""
        for table, numbers in (
            ("works", self._gone),
            ("texts", self._gone | (self._expired - self._new.keys())),
            ("said", self._gone | (self._links.keys() - self._new.keys())),
            ("links", self._gone | (self._links.keys() - self._new.keys())),
        ):
            if numbers:
                statement = f"DELETE FROM {table} WHERE number = ANY(%b::bigint[])"  # noqa: S608
                self._connection.execute(statement.encode(), (_array(numbers),))

    def _write(self, new: list[Row], said: list[Row]) -> None:
        lines = ((*_line(row), len(row.packed or b"")) for row in new)
        copy_in(self._connection, f"works ({COLUMNS}, packed_bytes)", (*WORK_TYPES, "int8"), lines)
        texts = ((row.number, row.packed) for row in new if row.packed is not None)
        copy_in(self._connection, "texts (number, packed)", ("int8", "bytea"), texts)
        besides = ((row.number, *_beside(row.beside)) for row in said if row.beside)
        copy_in(self._connection, "said (number, links, amended, expired, seal, places)", SAID_TYPES, besides)
        links = ((encode(link), row.number) for row in said for link in self._links[row.number])
        copy_in(self._connection, "links (link, number)", ("bytea", "int8"), links)


def _array(numbers: Iterable[int]) -> Integers:
    return np.array(sorted(numbers), dtype=np.int64)


def _line(row: Row) -> tuple[Any, ...]:
    """The values of the columns named in COLUMNS."""
    made = (row.added, row.words, row.text_bytes, row.text_check, row.postings, row.bands, row.rows_check)
    return (row.number, row.revision, row.current, *row.fields, *made)


def _beside(beside: Beside) -> tuple[Any, ...]:
    return beside.links, beside.amended, beside.expired, beside.seal, beside.places


def copy_in(connection: Connection, table: str, types: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows to a table in the fastest way there is; nothing is asked of the server when there are none."""
    rows = iter(rows)
    first = next(rows, None)
    if first is None:
        return
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN (FORMAT BINARY)".encode()) as copying:
        copying.set_types(types)
        copying.write_row(first)
        for row in rows:
            copying.write_row(row)
