"""The tables of an SQLite catalogue, as a batch writes to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import apsw

from fingerprints.index import StoredWork
from fingerprints.stores import beside, postings, works
from fingerprints.stores.rows import Integers, Rows
from fingerprints.stores.said import Said
from fingerprints.stores.stored import Row


class SqliteTables:
    """`batch.Tables` on a connection with an open write transaction."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection

    def first_number(self) -> int:
        row = self._connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'works'").fetchone()
        return int(row[0]) + 1 if row else 1

    def by_id(self, id: str) -> list[Row]:
        return works.by_id(self._connection, id)

    def newest(self, id: str) -> Row | None:
        return works.newest(self._connection, id)

    def insert(self, stored: StoredWork, rows: Rows) -> None:
        works.insert(self._connection, stored, rows)

    def retire(self, number: int) -> None:
        self._connection.execute("UPDATE works SET current = 0 WHERE number = ?", (number,))

    def expire(self, row: Row, said: Said) -> None:
        works.expire(self._connection, row, said)

    def delete(self, number: int) -> None:
        works.delete(self._connection, number)

    def write_said(self, number: int, said: Said) -> None:
        beside.write(self._connection, number, said)

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
