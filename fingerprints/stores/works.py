"""The rows of the catalogue: one work as SQLite keeps it, with a checksum of our own.

SQLite's integrity check does not look inside a BLOB: it found none of 200 flipped
bits. So every text carries a checksum over itself and over all that is said of it.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import apsw
import numpy as np

from fingerprints.errors import IndexDamaged
from fingerprints.index import Entry, StoredWork, Work
from fingerprints.stores.lists import LIST, bound
from fingerprints.stores.rows import Rows

LEVEL = 3  # of zlib: level 6 saves 4 % of the bytes and takes twice the time

FIELDS = "id, title, holder, story, version, metadata"
COLUMNS = f"number, revision, current, {FIELDS}, added, words, text_bytes, text_check, postings, bands, rows_check"
INSERT = f"INSERT INTO works ({COLUMNS}, packed_bytes) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"  # noqa: S608
_SELECT = "SELECT " + ", ".join(f"works.{name.strip()}" for name in COLUMNS.split(",")) + ", texts.packed FROM "  # noqa: S608
BY_NUMBERS = _SELECT + f"{LIST} AS asked JOIN works ON works.number = asked.value LEFT JOIN texts USING (number)"
BY_ID = _SELECT + "works LEFT JOIN texts USING (number) WHERE works.id = ? ORDER BY works.revision DESC"
NEWEST = BY_ID + " LIMIT 1"
KINDS: tuple[Any, ...] = (int, int, int, *[bytes] * 6, str, int, int, bytes, int, int, int, (bytes, type(None)))
ALL = _SELECT + "works LEFT JOIN texts USING (number) WHERE works.number > ? ORDER BY works.number LIMIT ?"


def encode(text: str) -> bytes:
    """A string as bytes, whatever is in it."""
    return text.encode("utf-8", "surrogatepass")


def decode(stored: object) -> str:
    """The string that `encode` made bytes of. Raises IndexDamaged or UnicodeDecodeError."""
    if not isinstance(stored, bytes):
        raise _unreadable()
    return stored.decode("utf-8", "surrogatepass")


def _unreadable() -> IndexDamaged:
    return IndexDamaged("A line of the index's catalogue cannot be read; run `wirecheck doctor` on the index.")


def fields_of(work: Work) -> tuple[bytes, ...]:
    """The columns named in FIELDS."""
    metadata = json.dumps(dict(work.metadata), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return tuple(map(encode, (work.id, work.title, work.holder, work.story, work.version, metadata)))


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

    @classmethod
    def read(cls, row: Sequence[Any]) -> Row:
        """From a row of the statements above. Raises IndexDamaged when its values are of the wrong kinds."""
        if not all(isinstance(value, kind) for value, kind in zip(row, KINDS, strict=True)):
            raise _unreadable()
        return cls(row[0], row[1], row[2], tuple(row[3:9]), *row[9:])

    @property
    def id(self) -> str:
        return self.fields[0].decode("utf-8", "replace")

    def text(self) -> bytes:
        """The text as bytes. Raises IndexDamaged when it or what is said of it is not as it was stored."""
        try:
            unpack = zlib.decompressobj()
            # one byte of room to spare: a damaged or forged text must not fill the memory
            text = unpack.decompress(self.packed or b"", self.text_bytes + 1)
        except (zlib.error, ValueError, OverflowError, MemoryError):
            text = b""
        if _check(self.number, self.revision, self.fields, self.added, self.words, text) != self.text_check:
            raise IndexDamaged(
                f"The stored story {self.id!r} (revision {self.revision}) is damaged; "
                "remove it and add it again, and run `wirecheck doctor`."
            )
        return text

    def stored(self) -> StoredWork:
        """The revision itself. Raises IndexDamaged."""
        text = decode(self.text())
        id, title, holder, story, version, metadata = map(decode, self.fields)
        work = Work(id, text, title, holder, story, version, json.loads(metadata))
        return StoredWork(self.number, self.revision, bool(self.current), self.added, self.words, work)

    def matches(self, rows: Rows) -> bool:
        """Whether these are the rows that were stored for this work."""
        return (len(rows.keys), len(rows.bands), rows.checksum) == (self.postings, self.bands, self.rows_check)


def _check(number: int, revision: int, fields: Sequence[bytes], added: str, words: int, text: bytes) -> bytes:
    digest = blake2b(digest_size=16, person=b"wirecheck-work-1")
    for part in (str(number).encode(), str(revision).encode(), str(words).encode(), encode(added), *fields, text):
        digest.update(len(part).to_bytes(8, "little"))
        digest.update(part)
    return digest.digest()


def insert(connection: apsw.Connection, stored: StoredWork, rows: Rows) -> None:
    """Write a revision: its line in the catalogue and its text, but not its rows."""
    fields, text = fields_of(stored.work), encode(stored.work.text)
    check = _check(stored.number, stored.revision, fields, stored.added, stored.words, text)
    packed = zlib.compress(text, LEVEL)
    made = (stored.added, stored.words, len(text), check, len(rows.keys), len(rows.bands), rows.checksum)
    connection.execute(INSERT, (stored.number, stored.revision, int(stored.current), *fields, *made, len(packed)))
    connection.execute("INSERT INTO texts VALUES (?, ?)", (stored.number, packed))


def by_numbers(connection: apsw.Connection, numbers: Sequence[int]) -> list[Row]:
    """Revisions in the order asked; numbers that are not there are left out."""
    asked = np.unique(np.asarray(numbers, dtype=np.int64))
    if not len(asked):
        return []
    found = {row[0]: Row.read(row) for row in connection.execute(BY_NUMBERS, (bound(asked),))}
    return [found[int(number)] for number in numbers if int(number) in found]


def newest(connection: apsw.Connection, id: str) -> Row | None:
    """The newest revision of an id."""
    row = connection.execute(NEWEST, (encode(id),)).fetchone()
    return None if row is None else Row.read(row)


def every(connection: apsw.Connection, at_once: int = 500) -> Iterator[Row]:
    """All revisions by number, read in portions."""
    last = 0
    while portion := [Row.read(row) for row in connection.execute(ALL, (last, at_once))]:
        yield from portion
        last = portion[-1].number


def entries(connection: apsw.Connection, after: str, limit: int) -> list[Entry]:
    """Up to `limit` current works behind an id, in the order of ids."""
    found = connection.execute(
        "SELECT number, id, revision, title, holder, story, version, words, added FROM works "
        "WHERE current = 1 AND id > ? ORDER BY id LIMIT ?",
        (encode(after), limit),
    )
    return [
        Entry(number, decode(id), revision, decode(title), decode(holder), decode(story), decode(version), words, added)
        for number, id, revision, title, holder, story, version, words, added in found
    ]
