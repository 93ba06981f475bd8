"""The rows of the catalogue: one work as SQLite keeps it, with checksums of our own.

SQLite's integrity check does not look inside a BLOB: it found none of 200 flipped
bits. So every text carries a checksum over itself and over all that the item says,
and what is kept beside it (see `said`) carries another.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import apsw
import numpy as np

from fingerprints.errors import IndexDamaged
from fingerprints.index import Entry, StoredWork, Work
from fingerprints.stores import beside
from fingerprints.stores.beside import BESIDE, Beside, keeps_said
from fingerprints.stores.lists import LIST, bound
from fingerprints.stores.rows import Rows
from fingerprints.stores.said import NOTHING, Said
from fingerprints.stores.sealed import as_json, checksum, decode, encode, unreadable

LEVEL = 3  # of zlib: level 6 saves 4 % of the bytes and takes twice the time

FIELDS = "id, title, holder, story, version, metadata"
COLUMNS = f"number, revision, current, {FIELDS}, added, words, text_bytes, text_check, postings, bands, rows_check"
INSERT = f"INSERT INTO works ({COLUMNS}, packed_bytes) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"  # noqa: S608
_WORK = "SELECT " + ", ".join(f"works.{name.strip()}" for name in COLUMNS.split(",")) + ", texts.packed"
_SELECT = f"{_WORK}, {', '.join(f'said.{name.strip()}' for name in BESIDE.split(','))} FROM "
_SELECT_1 = f"{_WORK}, NULL, NULL, NULL, NULL, NULL FROM "
_TEXTS = " LEFT JOIN texts ON texts.number = works.number "
_SAID = "LEFT JOIN said ON said.number = works.number "
_PERSON, _PERSON_EXPIRED = b"wirecheck-work-1", b"wirecheck-gone-1"
_OR_NONE: tuple[Any, ...] = ((bytes, type(None)), (str, type(None)))
KINDS: tuple[Any, ...] = (
    *(int, int, int, *[bytes] * 6, str, int, int, bytes, int, int, int),
    *(_OR_NONE[kind] for kind in (0, 0, 0, 1, 0, 0)),
)


def _find(
    connection: apsw.Connection, origin: str, conditions: str, bindings: tuple[Any, ...], *, said: bool = True
) -> list[Row]:
    """Read works; an index of format 1 keeps nothing beside them."""
    if said and keeps_said(connection):
        statement = f"{_SELECT}{origin}{_TEXTS}{_SAID}{conditions}"
    else:
        statement = f"{_SELECT_1}{origin}{_TEXTS}{conditions}"
    return [Row.read(row) for row in connection.execute(statement, bindings).fetchall()]


def fields_of(work: Work) -> tuple[bytes, ...]:
    """The columns named in FIELDS."""
    return tuple(
        map(encode, (work.id, work.title, work.holder, work.story, work.version, as_json(dict(work.metadata))))
    )


@dataclass(frozen=True, slots=True)
class Row:
    """A work as read from the catalogue, not yet believed. `postings`, `bands` and `rows_check` describe its rows."""

    number: int
    revision: int
    current: int
    fields: tuple[bytes, ...]
    added: str
    words: int
    text_bytes: int
    text_check: bytes
    postings: int
    bands: int
    rows_check: int
    packed: bytes | None
    beside: Beside | None

    @classmethod
    def read(cls, row: Sequence[Any]) -> Row:
        """From a row of the statements above. Raises IndexDamaged when its values are of the wrong kinds."""
        if not all(isinstance(value, kind) for value, kind in zip(row, KINDS, strict=True)):
            raise unreadable()
        values = [*row[:3], tuple(row[3:9]), *row[9:-5], None if row[-5] is None else Beside(*row[-5:])]
        return cls(*values)

    @property
    def id(self) -> str:
        return self.fields[0].decode("utf-8", "replace")

    @property
    def expired(self) -> bool:
        return self.beside is not None and self.beside.expired != ""

    def text(self) -> bytes:
        """The text as bytes, none once it has expired. Raises IndexDamaged when it or its fields are not as stored."""
        try:
            unpack = zlib.decompressobj()
            # one byte of room to spare: a damaged or forged text must not fill the memory
            text = unpack.decompress(self.packed or b"", self.text_bytes + 1)
        except (zlib.error, ValueError, OverflowError, MemoryError):
            text = b""
        person = _PERSON_EXPIRED if self.expired else _PERSON
        if (
            _text_check(person, self.number, self.revision, self.fields, self.added, self.words, text)
            != self.text_check
        ):
            raise self._damaged("The stored story")
        return text

    def said(self) -> Said:
        """What is kept beside the text. Raises IndexDamaged when it is not as it was stored."""
        if self.beside is None:
            return NOTHING
        try:
            return self.beside.said(self.number)
        except (ValueError, TypeError, zlib.error):
            raise self._damaged("What was said later of the stored story") from None

    def _damaged(self, what: str) -> IndexDamaged:
        return IndexDamaged(
            f"{what} {self.id!r} (revision {self.revision}) is damaged; "
            "remove it and add it again, and run `wirecheck doctor`."
        )

    def own(self) -> Work:
        """The item as it came. Raises IndexDamaged."""
        text = decode(self.text())
        id, title, holder, story, version, metadata = map(decode, self.fields)
        return Work(id, text, title, holder, story, version, json.loads(metadata))

    def stored(self) -> StoredWork:
        """The revision itself. Raises IndexDamaged."""
        own, said = self.own(), self.said()
        return StoredWork(
            number=self.number,
            revision=self.revision,
            current=bool(self.current),
            added=self.added,
            words=self.words,
            work=replace(own, metadata=said.over(own.metadata)) if said.amended else own,
            links=said.links,
            expired=said.expired,
            places=said.places,
        )

    def matches(self, rows: Rows) -> bool:
        """Whether these are the rows that were stored for this work."""
        return (len(rows.keys), len(rows.bands), rows.checksum) == (self.postings, self.bands, self.rows_check)


def _text_check(
    person: bytes, number: int, revision: int, fields: Sequence[bytes], added: str, words: int, text: bytes
) -> bytes:
    return checksum(person, str(number), str(revision), str(words), added, *fields, text)


def insert(connection: apsw.Connection, stored: StoredWork, rows: Rows) -> None:
    """Write a revision: its line in the catalogue and its text, but not its rows, nor what is beside it."""
    fields, text = fields_of(stored.work), encode(stored.work.text)
    check = _text_check(_PERSON, stored.number, stored.revision, fields, stored.added, stored.words, text)
    packed = zlib.compress(text, LEVEL)
    made = (stored.added, stored.words, len(text), check, len(rows.keys), len(rows.bands), rows.checksum)
    connection.execute(INSERT, (stored.number, stored.revision, int(stored.current), *fields, *made, len(packed)))
    connection.execute("INSERT INTO texts VALUES (?, ?)", (stored.number, packed))


def expire(connection: apsw.Connection, row: Row, said: Said) -> None:
    """Delete the text of a revision, and write what is kept instead."""
    check = _text_check(_PERSON_EXPIRED, row.number, row.revision, row.fields, row.added, row.words, b"")
    connection.execute("DELETE FROM texts WHERE number = ?", (row.number,))
    emptied = "UPDATE works SET text_bytes = 0, packed_bytes = 0, text_check = ? WHERE number = ?"
    connection.execute(emptied, (check, row.number))
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
        f"SELECT works.number, id, revision, title, holder, story, version, words, added, {expired} "  # noqa: S608
        f"FROM works {said} WHERE current = 1 AND id > ? ORDER BY id LIMIT ?",
        (encode(after), limit),
    )
    return [
        Entry(number, decode(id), revision, decode(title), decode(holder), decode(story), decode(version), *rest)
        for number, id, revision, title, holder, story, version, *rest in found
    ]
