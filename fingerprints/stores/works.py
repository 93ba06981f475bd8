"""The rows of the catalogue in SQLite: works, texts, and what is beside them; see `stored` for what they hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import apsw
import numpy as np

from fingerprints.index import Entry, StoredWork
from fingerprints.stores import beside
from fingerprints.stores.beside import keeps_said
from fingerprints.stores.lists import LIST, bound
from fingerprints.stores.rows import Rows
from fingerprints.stores.said import Said
from fingerprints.stores.sealed import decode, encode
from fingerprints.stores.stored import BESIDE, COLUMNS, Row, check_without_text, columns_of, partial_of

INSERT = f"INSERT INTO works ({COLUMNS}, packed_bytes) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"  # noqa: S608
_WORK = "SELECT " + ", ".join(f"works.{name.strip()}" for name in COLUMNS.split(",")) + ", texts.packed"
_SELECT = f"{_WORK}, {', '.join(f'said.{name.strip()}' for name in BESIDE.split(','))} FROM "
_SELECT_1 = f"{_WORK}, NULL, NULL, NULL, NULL, NULL FROM "
_TEXTS = " LEFT JOIN texts ON texts.number = works.number "
_SAID = "LEFT JOIN said ON said.number = works.number "


def _find(
    connection: apsw.Connection, origin: str, conditions: str, bindings: tuple[Any, ...], *, said: bool = True
) -> list[Row]:
    """Read works; an index of format 1 keeps nothing beside them."""
    if said and keeps_said(connection):
        statement = f"{_SELECT}{origin}{_TEXTS}{_SAID}{conditions}"
    else:
        statement = f"{_SELECT_1}{origin}{_TEXTS}{conditions}"
    return [Row.read(row) for row in connection.execute(statement, bindings).fetchall()]


def insert(connection: apsw.Connection, stored: StoredWork, rows: Rows) -> None:
    """Write a revision: its line in the catalogue and its text, but not its rows, nor what is beside it."""
    line, packed = columns_of(stored, rows)
    connection.execute(INSERT, (*line, len(packed)))
    connection.execute("INSERT INTO texts VALUES (?, ?)", (stored.number, packed))


def expire(connection: apsw.Connection, row: Row, said: Said) -> None:
    """Delete the text of a revision, and write what is kept instead."""
    connection.execute("DELETE FROM texts WHERE number = ?", (row.number,))
    emptied = "UPDATE works SET text_bytes = 0, packed_bytes = 0, text_check = ? WHERE number = ?"
    connection.execute(emptied, (check_without_text(row), row.number))
    beside.write(connection, row.number, said)


def delete(connection: apsw.Connection, number: int) -> None:
    """Delete a revision, but not its rows."""
    connection.execute("DELETE FROM works WHERE number = ?", (number,))
    connection.execute("DELETE FROM texts WHERE number = ?", (number,))
    connection.execute("DELETE FROM said WHERE number = ?", (number,))
    connection.execute("DELETE FROM links WHERE number = ?", (number,))


def by_numbers(connection: apsw.Connection, numbers: Sequence[int], *, said: bool = True) -> list[Row]:
    """Revisions in the order asked, `said` with what is beside them; numbers that are not there are left out."""
    asked = np.unique(np.asarray(numbers, dtype=np.int64))
    if not len(asked):
        return []
    origin = f"{LIST} AS asked JOIN works ON works.number = asked.value"
    rows = _find(connection, origin, "", (bound(asked),), said=said)
    found = {row.number: row for row in rows}
    return [found[int(number)] for number in numbers if int(number) in found]


def by_id(connection: apsw.Connection, id: str, limit: int = -1) -> list[Row]:
    """The revisions of an id, newest first."""
    newest_first = "WHERE works.id = ? ORDER BY works.revision DESC LIMIT ?"
    return _find(connection, "works", newest_first, (encode(id), limit))


def newest(connection: apsw.Connection, id: str) -> Row | None:
    """The newest revision of an id."""
    return next(iter(by_id(connection, id, 1)), None)


def every(connection: apsw.Connection, at_once: int = 500) -> Iterator[Row]:
    """All revisions by number, read in portions."""
    last = 0
    in_order = "WHERE works.number > ? ORDER BY works.number LIMIT ?"
    while portion := _find(connection, "works", in_order, (last, at_once)):
        yield from portion
        last = portion[-1].number


def entries(connection: apsw.Connection, after: str, limit: int) -> list[Entry]:
    """Up to `limit` current works behind an id, in the order of ids."""
    expired, said = ("ifnull(said.expired, '')", _SAID) if keeps_said(connection) else ("''", "")
    found = connection.execute(
        f"SELECT works.number, id, revision, title, holder, story, version, metadata, words, added, {expired} "  # noqa: S608
        f"FROM works {said} WHERE current = 1 AND id > ? ORDER BY id LIMIT ?",
        (encode(after), limit),
    )
    return [
        Entry(
            *(number, decode(id), revision, decode(title), decode(holder), decode(story), decode(version)),
            *(words, added, expired, partial_of(metadata)),
        )
        for number, id, revision, title, holder, story, version, metadata, words, added, expired in found
    ]
