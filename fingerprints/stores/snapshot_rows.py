"""The sorted tables of a snapshot, postings and bands: how they are written in order, and looked up.

A row is the low 32 bits of its key, a number and a position: 12 bytes a posting. The
high bits of the key choose a stretch of rows by the table of `starts`, so that a look-up
touches a page of each and needs a few halvings, however large the table is.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fingerprints.index import Keys, Numbers
from fingerprints.spec import KEY_BITS
from fingerprints.stores.rows import LAST_POSITION, Integers
from fingerprints.stores.snapshot_files import STARTS, Mapped, Output
from fingerprints.stores.snapshot_manifest import FEWEST_BITS, MOST_BITS
from fingerprints.stores.trouble import damaged

LOW = np.uint64(0xFFFFFFFF)
STRETCH = 16  # rows that a stretch has in the mean; 8 bytes of `starts` a stretch


def bits_for(rows: int) -> int:
    """How many bits of a key choose a stretch in a table of about so many rows."""
    return max(FEWEST_BITS, min(MOST_BITS - 4, (rows // STRETCH).bit_length()))


class TableWriter:
    """Writes rows that come rising, and the starts of their stretches beside them."""

    def __init__(self, rows: Output, starts: Output, bits: int) -> None:
        self._rows, self._starts, self._bits = rows, starts, bits
        self._next = 0

    def add(self, keys: Keys, numbers: Numbers, positions: NDArray[np.int32] | None = None) -> None:
        """Append rows, behind all those before them."""
        if not len(keys):
            return
        stretch = keys >> np.uint64(KEY_BITS - self._bits)
        last = int(stretch[-1])
        begun = np.arange(self._next, last + 1, dtype=np.uint64)
        self._starts.write((self._rows.items + np.searchsorted(stretch, begun)).astype(STARTS).tobytes())
        self._next = last + 1
        made = np.empty(len(keys), dtype=self._rows.dtype)
        made["key"], made["number"] = keys & LOW, numbers
        if positions is not None:
            made["position"] = positions
        self._rows.write(made.tobytes())

    def finish(self) -> None:
        """Write the starts of the stretches that nothing is in, and the end of the last."""
        left = (1 << self._bits) + 1 - self._next
        self._starts.write(np.full(left, self._rows.items, dtype=STARTS).tobytes())


class Table:
    """Rows as they lie in a mapped file. Every number in it is from the first of `numbers` up to the second."""

    def __init__(self, location: Path, rows: Mapped, starts: Mapped, bits: int, numbers: tuple[int, int]) -> None:
        self._location, self._rows, self._starts, self._bits = location, rows, starts, bits
        self._first, self._beyond = numbers
        self._keys = rows.items["key"]
        ends = starts.take(np.array([0, len(starts) - 1]))
        self._require(int(ends[0]) == 0 and int(ends[1]) == len(rows), "places of rows")

    def __len__(self) -> int:
        return len(self._rows)

    def find(self, keys: Keys) -> tuple[Integers, Integers]:
        """Where the rows of each key begin and end; keys have at most KEY_BITS bits. Raises IndexDamaged."""
        stretch = (keys >> np.uint64(KEY_BITS - self._bits)).astype(np.int64)
        self._starts.look_at(stretch, stretch + 2)
        begin, end = (self._starts.items[at].astype(np.int64) for at in (stretch, stretch + 1))
        self._require(bool(((begin >= 0) & (begin <= end) & (end <= len(self._rows))).all()), "places of rows")
        self._rows.look_at(begin, end)
        low = (keys & LOW).astype(np.int64)
        # the first row of a key, and the first one behind it
        wanted = np.concatenate([low, low + 1])
        left, right = np.concatenate([begin, begin]), np.concatenate([end, end])
        last = max(0, len(self._rows) - 1)
        for _ in range(int((end - begin).max(initial=0)).bit_length()):
            middle = (left + right) >> 1
            less = (left < right) & (self._keys[np.minimum(middle, last)] < wanted)
            left, right = np.where(less, middle + 1, left), np.where(less, right, middle)
        return left[: len(keys)], np.maximum(left[len(keys) :], left[: len(keys)])

    def numbers(self, at: Integers) -> Numbers:
        """The numbers in these rows, which `find` or `between` gave. Raises IndexDamaged."""
        found: Numbers = self._rows.items["number"][at].astype(np.int64)
        self._require(bool(((found >= self._first) & (found < self._beyond)).all()), "numbers of stories")
        return found

    def positions(self, at: Integers) -> NDArray[np.int64]:
        """The positions in these rows, which `find` or `between` gave. Raises IndexDamaged."""
        found: NDArray[np.int64] = self._rows.items["position"][at].astype(np.int64)
        self._require(bool((found <= LAST_POSITION).all()), "positions")
        return found

    def _require(self, sound: bool, what: str) -> None:
        if not sound:
            raise damaged(self._location, f"{what} that cannot be stand in it")

    def between(self, begin: int, end: int) -> tuple[Keys, Integers]:
        """The whole keys of the rows whose highest FEWEST_BITS bits are from `begin` up to `end`, and where they stand.

        Raises IndexDamaged.
        """
        finer = self._bits - FEWEST_BITS
        starts = self._starts.cut(begin << finer, (end << finer) + 1).astype(np.int64)
        counts = np.diff(starts)
        sound = bool((counts >= 0).all()) and int(starts[0]) >= 0 and int(starts[-1]) <= len(self._rows)
        self._require(sound, "places of rows")
        stretch = np.repeat(np.arange(begin << finer, end << finer, dtype=np.uint64), counts)
        self._rows.look_at(starts[:1], starts[-1:])
        at = np.arange(int(starts[0]), int(starts[-1]), dtype=np.int64)
        high = stretch << np.uint64(KEY_BITS - self._bits)
        return high | self._keys[at].astype(np.uint64), at


def strides(tables: list[Table], rows: int) -> Iterator[tuple[int, int]]:
    """Ranges of the highest FEWEST_BITS bits of keys that hold about so many rows of all tables, one after another."""
    total = sum(map(len, tables))
    step = max(1, (rows << FEWEST_BITS) // max(1, total))
    for begin in range(0, 1 << FEWEST_BITS, step):
        yield begin, min(begin + step, 1 << FEWEST_BITS)
