"""One revision as every store in a database keeps it, with checksums of our own.

SQLite's integrity check does not look inside a BLOB: it found none of 200 flipped
bits; PostgreSQL checks whole pages at best. So every text carries a checksum over itself
and over all that the item says, and what is kept beside it (see `said`) carries another.
The same bytes in every store: a revision can be carried over as it is.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from fingerprints.errors import IndexDamaged
from fingerprints.index import PARTIAL, StoredWork, Work
from fingerprints.stores.rows import LAST_POSITION, Rows
from fingerprints.stores.said import NOTHING, Places, Said
from fingerprints.stores.sealed import as_json, checksum, decode, encode, unreadable

LEVEL = 3  # of zlib: level 6 saves 4 % of the bytes and takes twice the time

FIELDS = "id, title, holder, story, version, metadata"
COLUMNS = f"number, revision, current, {FIELDS}, added, words, text_bytes, text_check, postings, bands, rows_check"
BESIDE = "links, amended, expired, seal, places"
_PERSON, _PERSON_EXPIRED = b"wirecheck-work-1", b"wirecheck-gone-1"
_PERSON_SAID = b"wirecheck-said-1"
_OR_NONE: tuple[Any, ...] = ((bytes, type(None)), (str, type(None)))
MENTIONED = f'"{PARTIAL}"'.encode()
KINDS: tuple[Any, ...] = (
    *(int, int, int, *[bytes] * 6, str, int, int, bytes, int, int, int),
    *(_OR_NONE[kind] for kind in (0, 0, 0, 1, 0, 0)),
)


def fields_of(work: Work) -> tuple[bytes, ...]:
    """The columns named in FIELDS."""
    return tuple(
        map(encode, (work.id, work.title, work.holder, work.story, work.version, as_json(dict(work.metadata))))
    )


def partial_of(metadata: bytes) -> str:
    """What a column of metadata says under PARTIAL; "" also where the column is damaged, which a fetch reports."""
    if MENTIONED not in metadata:  # to spare reading it, of nearly all works
        return ""
    try:
        said = json.loads(decode(metadata)).get(PARTIAL, "")
    except (ValueError, AttributeError):
        return ""
    return said if isinstance(said, str) else ""


@dataclass(frozen=True, slots=True)
class Beside:
    """A row of `said` as read, not yet believed."""

    links: bytes
    amended: bytes
    expired: str
    seal: bytes
    places: bytes

    def said(self, number: int) -> Said:
        """What it says. Raises ValueError."""
        if checksum(_PERSON_SAID, str(number), self.links, self.amended, self.expired, self.places) != self.seal:
            raise ValueError("checksum")
        links, amended = json.loads(decode(self.links)), json.loads(decode(self.amended))
        return Said(tuple(links), amended, self.expired, _unpacked(self.places))

    @classmethod
    def of(cls, number: int, said: Said) -> Beside:
        """The row to write for a revision."""
        links, amended = encode(as_json(said.links)), encode(as_json(dict(said.amended)))
        places = _packed(said.places)
        seal = checksum(_PERSON_SAID, str(number), links, amended, said.expired, places)
        return cls(links, amended, said.expired, seal, places)


def _packed(places: Places) -> bytes:
    """The columns (word, start, length) as differences from row to row, deflated: about two bytes a place."""
    if not places:
        return b""
    table = np.array(places, dtype=np.int64)
    table[:, 2] -= table[:, 1]
    return zlib.compress(np.diff(table, axis=0, prepend=0).T.astype("<i4").tobytes(), 9)


def _unpacked(packed: bytes) -> Places:
    if not packed:
        return ()
    unpack = zlib.decompressobj()
    table = np.frombuffer(unpack.decompress(packed, 12 * (LAST_POSITION + 1)), dtype="<i4").reshape(3, -1)
    word, start, length = np.cumsum(table.astype(np.int64), axis=1)
    return tuple(zip(word.tolist(), start.tolist(), (start + length).tolist(), strict=True))


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


def columns_of(stored: StoredWork, rows: Rows) -> tuple[tuple[Any, ...], bytes]:
    """What to write for a new revision: the columns named in COLUMNS, and its packed text."""
    fields, text = fields_of(stored.work), encode(stored.work.text)
    check = _text_check(_PERSON, stored.number, stored.revision, fields, stored.added, stored.words, text)
    made = (stored.added, stored.words, len(text), check, len(rows.keys), len(rows.bands), rows.checksum)
    return (stored.number, stored.revision, int(stored.current), *fields, *made), zlib.compress(text, LEVEL)


def check_without_text(row: Row) -> bytes:
    """The checksum of a revision once its text has expired."""
    return _text_check(_PERSON_EXPIRED, row.number, row.revision, row.fields, row.added, row.words, b"")
