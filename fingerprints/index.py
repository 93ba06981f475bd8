"""The port between keys and candidates: what a store keeps, and what it answers.

Keys are made outside the store (see `sketch`), so that a store only keeps rows and
finds rows. One contract suite (`tests/test_store_contract.py`) holds for all stores.

A *work* is one protected story. Adding another text under the same id makes a new
*revision*: the old revision stays findable, marked as replaced, until the id is
removed. Every revision has a *number* that is never given out again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from fingerprints.spec import FingerprintSpec

Keys = NDArray[np.uint64]
Numbers = NDArray[np.int64]

LINKS = 16
"""Links that one revision may have."""

HOT = 64
"""A key with more postings than this is hot: its first HOT postings are answered, its frequency is reported."""

PARTIAL = "partial"
"""The key of metadata that says why a text is not its whole story; a work without it is whole, as far as is known."""

LONGEST_STORY = 500_000
"""Words that one story may have: stores tell positions up to 524,287. A longer text is no story; it can be split."""


@dataclass(frozen=True, slots=True)
class Work:
    """One protected story as it was handed in. `metadata` keeps what else came with it."""

    id: str
    text: str
    title: str = ""
    holder: str = ""
    story: str = ""
    version: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The rows of one work: `keys[i]` stands at word `positions[i]`; `bands` are its LSH keys.

    A store refuses keys and bands of more than 47 bits and negative positions with a ValueError
    before anything is written; a position beyond 524,287 counts as that one.
    """

    keys: Keys
    positions: NDArray[np.int32]
    bands: Keys
    words: int

    @property
    def too_long(self) -> str:
        """Why this is no story but a book, or an empty string."""
        if self.words <= LONGEST_STORY:
            return ""
        return f"it has {self.words:,} words, and a story may have {LONGEST_STORY:,}; split it"


@dataclass(frozen=True, slots=True)
class StoredWork:
    """A revision of a work in the index. `added` is UTC, ISO 8601; `current` is False once replaced.

    `links` are the strings by which others of its family find it. `expired` is when its text was removed ("" while it
    is there); then `work.text` is "", and `places` says where its postings stood: rows of (word, start, end), by
    word, in words and code points of the text that was; start..end is the shingle that begins at the word.
    """

    number: int
    revision: int
    current: bool
    added: str
    words: int
    work: Work
    links: tuple[str, ...] = ()
    expired: str = ""
    places: tuple[tuple[int, int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the catalogue: a current work without its text. `expired` as in StoredWork.

    `partial` is what its metadata say under PARTIAL, as the item itself has them; "" when nothing.
    """

    number: int
    id: str
    revision: int
    title: str
    holder: str
    story: str
    version: str
    words: int
    added: str
    expired: str = ""
    partial: str = ""


@dataclass(frozen=True, slots=True)
class Hits:
    """What `probe` found, by columns: `keys[row[i]]` stands in work `number[i]` at word `position[i]`.

    `frequency[j]` is the number of postings that `keys[j]` has in the whole index. For a
    hot key only the first HOT postings (lowest work numbers) are among the rows: they
    are the same ones for every key of one story, so that a story reprinted a thousand
    times is still found.
    """

    row: NDArray[np.int32]
    number: Numbers
    position: NDArray[np.int32]
    frequency: NDArray[np.int32]

    @property
    def hot(self) -> NDArray[np.int64]:
        """Which probes were cut at HOT postings."""
        return np.flatnonzero(self.frequency > HOT)


@dataclass(frozen=True, slots=True)
class Info:
    """The index in figures. `works` counts current ones, `revisions` the replaced ones too; sizes in bytes.

    `expired` counts the revisions whose text was removed after its term.
    """

    location: str
    spec: str
    works: int
    revisions: int
    words: int
    postings: int
    hot_keys: int
    fingerprint_bytes: int
    text_bytes: int
    file_bytes: int
    expired: int = 0


@dataclass(frozen=True, slots=True)
class Upsert:
    """Add a work, or replace it under its id. `links`, at most LINKS of them, are kept beside it; see `linked`.

    What is there already, as the item itself said it or as it stands amended, makes no new revision; its new links
    are added to those it has, and beyond LINKS the older ones are kept. A new revision has no links but its own.
    A store refuses more than LINKS of them, or an empty one, with a ValueError before anything is written.
    """

    work: Work
    fingerprint: Fingerprint
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Remove:
    """Remove every revision of a work."""

    id: str


@dataclass(frozen=True, slots=True)
class Amend:
    """Write `metadata` into that of the newest revision of a work, key by key, and add `links`; no new revision.

    What is said of a story later (that it is killed, say), when no other text came with it. A value of "" removes
    its key. It stays with that revision, also when the same item is added again; a newer revision says its own.
    Links as for Upsert.
    """

    id: str
    metadata: Mapping[str, str]
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Expire:
    """Remove the text of every revision of a work for good, and keep its fingerprint: postings, bands, places, facts.

    A work that is expired already stays as it is. Only an upsert of the same id brings text back, as a new revision,
    the same text too.
    """

    id: str


Operation = Upsert | Remove | Amend | Expire


@dataclass(frozen=True, slots=True)
class Applied:
    """What a call of `apply` did, in works. An operation that finds all as it would make it counts as `unchanged`,
    and so does an upsert of what is there word for word that only brings new links.

    `missing` are the ids that an operation other than an upsert did not find.
    """

    added: int = 0
    replaced: int = 0
    unchanged: int = 0
    removed: int = 0
    amended: int = 0
    expired: int = 0
    missing: tuple[str, ...] = ()

    def __add__(self, other: Applied) -> Applied:
        return Applied(
            self.added + other.added,
            self.replaced + other.replaced,
            self.unchanged + other.unchanged,
            self.removed + other.removed,
            self.amended + other.amended,
            self.expired + other.expired,
            self.missing + other.missing,
        )


class ReadIndex(Protocol):
    """All that the checker ever sees of an index."""

    @property
    def spec(self) -> FingerprintSpec: ...

    @property
    def secret(self) -> bytes:
        """The 32-byte key that enters every hash of this index."""

    def info(self) -> Info:
        """The index in figures; may read much of it, so not for every check."""

    def count(self) -> int:
        """How many current works there are."""

    def probe(self, keys: Keys) -> Hits:
        """Look up all keys of a text at once. Rows are sorted by (row, number, position)."""

    def near(self, bands: Keys) -> Numbers:
        """Numbers of the revisions that share at least one LSH band, ascending."""

    def linked(self, links: Sequence[str]) -> Numbers:
        """Numbers of the revisions that carry at least one of these links, ascending."""

    def fetch(self, numbers: Sequence[int]) -> list[StoredWork]:
        """Revisions by number, in the order asked; numbers no longer there are left out.

        Raises IndexDamaged when a stored text does not pass its checksum.
        """

    def revisions(self, id: str) -> list[StoredWork]:
        """Every revision of one id, newest first; empty when there is none."""

    def entries(self, after: str = "", limit: int | None = None) -> Iterator[Entry]:
        """Current works in the order of their ids, beginning behind `after`."""

    def close(self) -> None: ...


class Contents(Protocol):
    """One state of a store, whatever others write meanwhile, to be read through once: for snapshots and copies."""

    def postings(self) -> Iterator[tuple[Keys, Numbers, NDArray[np.int32]]]:
        """Every posting as columns of key, number and position, in portions, rising by key, number, position."""

    def bands(self) -> Iterator[tuple[Keys, Numbers]]:
        """Every LSH band as columns of key and number, in portions, rising by key, number."""

    def works(self) -> Iterator[StoredWork]:
        """Every revision, rising by number. Raises IndexDamaged."""


class Store(ReadIndex, Protocol):
    """An index that can be written to."""

    def apply(self, operations: Sequence[Operation]) -> Applied:
        """Carry out all operations, or none, as one durable transaction; of two with one id the later counts last.

        Raises IndexBusy when another writer does not finish in time, StorageFull when the disk is full.
        """

    def contents(self) -> AbstractContextManager[Contents]:
        """The store as it is now, to be read through."""

    def backup(self, destination: Path) -> None:
        """Write a consistent copy, while others read and write."""
