"""The works of a snapshot: what is said of each, and its text.

Over what is said of a work stands a seal made with the index's secret, and in it a
checksum of the text: a story that was changed by someone without the secret is not
believed when it is read.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from hashlib import blake2b
from pathlib import Path

import numpy as np

from fingerprints.errors import IndexDamaged
from fingerprints.index import PARTIAL, Entry, StoredWork, Work
from fingerprints.stores.rows import Integers
from fingerprints.stores.sealed import as_json, checksum, encode
from fingerprints.stores.snapshot_files import OFFSETS, Mapped, Output
from fingerprints.stores.stored import LEVEL
from fingerprints.stores.trouble import damaged

SEAL = 16  # bytes before the facts of a work
_FACTS, _TEXT = b"wirecheck-fact-1", b"wirecheck-text-1"

Places = tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """A work without its text. `size` and `check` are of its text, or of its places once the text has expired."""

    id: str
    revision: int
    current: bool
    added: str
    words: int
    title: str
    holder: str
    story: str
    version: str
    metadata: dict[str, str]
    links: tuple[str, ...]
    expired: str
    size: int
    check: str

    def written(self) -> bytes:
        """As it is kept."""
        return encode(as_json([getattr(self, field.name) for field in fields(self)]))

    @classmethod
    def read(cls, written: bytes) -> Facts:
        """What was written. Raises ValueError and TypeError."""
        values = json.loads(written.decode("utf-8", "surrogatepass"))
        values[10] = tuple(values[10])
        facts = cls(*values)
        named = (facts.id, facts.added, facts.title, facts.holder, facts.story, facts.version, facts.expired)
        strings = (*named, facts.check, *facts.links, *facts.metadata, *facts.metadata.values())
        numbers = (facts.revision, facts.words, facts.size)
        if not all(type(one) is str for one in strings) or not all(type(one) is int and one >= 0 for one in numbers):
            raise TypeError("kinds of values")
        if type(facts.current) is not bool:
            raise TypeError("current")
        return facts


def facts_of(stored: StoredWork) -> tuple[Facts, bytes]:
    """A work in two: what is said of it, and its text, or its places when the text has expired, as bytes."""
    work = stored.work
    body = encode(as_json(stored.places)) if stored.expired else encode(work.text)
    facts = Facts(
        *(work.id, stored.revision, stored.current, stored.added, stored.words),
        *(work.title, work.holder, work.story, work.version, dict(work.metadata)),
        *(stored.links, stored.expired, len(body), checksum(_TEXT, body).hex()),
    )
    return facts, body


def _seal(secret: bytes, number: int, facts: bytes) -> bytes:
    return blake2b(b"%d " % number + facts, digest_size=SEAL, key=secret, person=_FACTS).digest()


class WorksWriter:
    """Writes works that come rising by number."""

    def __init__(self, secret: bytes, facts: Output, texts: Output, numbers: Output, offsets: Output) -> None:
        self._secret = secret
        self._facts, self._texts, self._numbers, self._offsets = facts, texts, numbers, offsets

    def add(self, number: int, facts: bytes, body: bytes) -> None:
        """Append a work."""
        self._mark()
        self._numbers.write(number.to_bytes(4, "little"))
        self._facts.write(_seal(self._secret, number, facts) + facts)
        self._texts.write(zlib.compress(body, LEVEL))

    def finish(self) -> None:
        """Write where the last one ends."""
        self._mark()

    def _mark(self) -> None:
        self._offsets.write(np.array([(self._facts.items, self._texts.items)], dtype=OFFSETS).tobytes())


class Works:
    """Works as they lie in mapped files."""

    def __init__(
        self, location: Path, secret: bytes, facts: Mapped, texts: Mapped, numbers: Mapped, offsets: Mapped
    ) -> None:
        self._location, self._secret, self._facts, self._texts = location, secret, facts, texts
        self._numbers, self._offsets = numbers, offsets
        ends = offsets.take(np.array([0, len(offsets) - 1]))
        if ends[0].item() != (0, 0) or ends[1].item() != (len(facts), len(texts)):
            raise damaged(location, "the places of its stories cannot be")

    def __len__(self) -> int:
        return len(self._numbers)

    def find(self, numbers: Sequence[int]) -> Integers:
        """Where the works with these numbers stand, in the order asked; those that are not there are left out."""
        asked = np.asarray(numbers, dtype=np.int64)
        kept = self._numbers.items
        asked = asked[(asked >= 0) & (asked < 1 << 32)].astype(kept.dtype)
        at = np.searchsorted(kept, asked)
        known = at < len(self)
        known[known] = kept[at[known]] == asked[known]
        self._numbers.look_at(at[known], at[known] + 1)
        if not known.all():  # a search that was led astray finds nothing: only where all are sound it is not there
            self._numbers.cut(0, len(self))
        return at[known]

    def number(self, at: int) -> int:
        """The number of the work that stands there. Raises IndexDamaged."""
        return int(self._numbers.cut(at, at + 1)[0])

    def facts(self, at: int) -> Facts:
        """What is said of the work that stands there. Raises IndexDamaged."""
        kept = self._cut(self._facts, "facts", at)
        try:
            if _seal(self._secret, self.number(at), kept[SEAL:]) != kept[:SEAL]:
                raise ValueError("seal")
            return Facts.read(kept[SEAL:])
        except (ValueError, TypeError, IndexError, AttributeError, RecursionError):
            what = f"what is said of the story with number {self.number(at)} is not as it was stored"
            raise damaged(self._location, what) from None

    def _cut(self, file: Mapped, name: str, at: int) -> bytes:
        """A piece of a file that has a seal or a checksum of its own: its blocks need not be looked at."""
        begin, end = map(int, self._offsets.cut(at, at + 2)[name])
        if not begin <= end <= len(file):
            raise damaged(self._location, f"where the story with number {self.number(at)} stands cannot be")
        return file.items[begin:end].tobytes()

    def stored(self, at: int, facts: Facts | None = None) -> StoredWork:
        """The work that stands there. Raises IndexDamaged."""
        facts = facts or self.facts(at)
        try:
            # one byte of room to spare: a damaged or forged text must not fill the memory
            body = zlib.decompressobj().decompress(self._cut(self._texts, "text", at), facts.size + 1)
            if checksum(_TEXT, body).hex() != facts.check:
                raise ValueError("checksum")
            text = "" if facts.expired else body.decode("utf-8", "surrogatepass")
            places = _places(body) if facts.expired else ()
        except (zlib.error, ValueError, TypeError, OverflowError, MemoryError, RecursionError):
            raise IndexDamaged(
                f"The stored story {facts.id!r} (revision {facts.revision}) is damaged in the snapshot "
                f"{self._location}; make the snapshot anew."
            ) from None
        work = Work(facts.id, text, facts.title, facts.holder, facts.story, facts.version, facts.metadata)
        about = (facts.revision, facts.current, facts.added, facts.words)
        return StoredWork(self.number(at), *about, work, facts.links, facts.expired, places)

    def entry(self, at: int, facts: Facts) -> Entry:
        """A line of the catalogue."""
        named = (facts.id, facts.revision, facts.title, facts.holder, facts.story, facts.version)
        partial = facts.metadata.get(PARTIAL, "")
        return Entry(self.number(at), *named, facts.words, facts.added, facts.expired, partial)

    def every(self) -> Iterator[StoredWork]:
        """All of them, by number. Raises IndexDamaged."""
        return map(self.stored, range(len(self)))


def _places(body: bytes) -> Places:
    places = tuple((word, start, end) for word, start, end in json.loads(body))
    if not all(type(one) is int for place in places for one in place):
        raise TypeError("places")
    return places
