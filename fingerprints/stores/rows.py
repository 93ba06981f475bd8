"""The rows that one work has in an index, in the form every store keeps them.

A posting is (key, place). A place packs the number of a work and a position in words
into 47 bits, the widest integer that SQLite always keeps in six bytes: 28 bits of
number (268 million revisions) and 19 bits of position. A position beyond the last
one counts as the last one: the words of a book behind word 524,287 are still found,
only less exactly placed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from fingerprints.index import Fingerprint
from fingerprints.spec import KEY_BITS

Integers = NDArray[np.int64]

POSITION_BITS = 19
LAST_POSITION = (1 << POSITION_BITS) - 1
LAST_NUMBER = (1 << (KEY_BITS - POSITION_BITS)) - 1

_POSTING = np.uint64(0x9E3779B97F4A7C15)
_BAND = np.uint64(0xD1B54A32D192ED03)


@dataclass(frozen=True, slots=True)
class Rows:
    """Distinct rows of one work: (keys[i], positions[i]) ascending, and its bands ascending; all int64."""

    keys: Integers
    positions: Integers
    bands: Integers

    @property
    def checksum(self) -> int:
        """A sum over all rows, whatever their order, as a signed 64-bit integer."""
        total = posting_sums(self.keys, self.positions).sum(dtype=np.uint64)
        total = np.add(total, band_sums(self.bands).sum(dtype=np.uint64), dtype=np.uint64)
        return as_signed(int(total))


def utc_now() -> str:
    """The time of adding, as every store keeps it: UTC, ISO 8601, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def rows_of(fingerprint: Fingerprint) -> Rows:
    """The distinct rows of a fingerprint, sorted, positions held to the last one.

    Raises ValueError when a key or band has more than 47 bits, a position is
    negative, or keys and positions differ in number.
    """
    keys, bands = _whole(fingerprint.keys, "key"), _whole(fingerprint.bands, "band")
    positions = np.minimum(np.asarray(fingerprint.positions, dtype=np.int64), LAST_POSITION)
    if len(keys) != len(positions):
        raise ValueError(f"a fingerprint has {len(keys)} keys but {len(positions)} positions")
    if len(positions) and int(positions.min()) < 0:
        raise ValueError("a fingerprint has a negative position")
    order = np.lexsort((positions, keys))
    keys, positions = keys[order], positions[order]
    distinct = np.ones(len(keys), dtype=bool)
    distinct[1:] = (keys[1:] != keys[:-1]) | (positions[1:] != positions[:-1])
    return Rows(keys[distinct], positions[distinct], np.unique(bands))


def _whole(values: NDArray[np.uint64], what: str) -> Integers:
    unsigned = np.asarray(values, dtype=np.uint64)
    if len(unsigned) and int(unsigned.max()) >> KEY_BITS:
        raise ValueError(f"a {what} has more than {KEY_BITS} bits")
    return unsigned.astype(np.int64)


def places(number: int, positions: Integers) -> Integers:
    """Pack one work's number and its positions."""
    return positions | np.int64(number << POSITION_BITS)


def in_order(added: Mapping[int, Rows]) -> tuple[Integers, Integers, Integers, Integers]:
    """The rows of works by number: keys and places sorted over all of them, bands and numbers likewise."""
    keys = np.concatenate([rows.keys for rows in added.values()])
    place = np.concatenate([places(number, rows.positions) for number, rows in added.items()])
    bands = np.concatenate([rows.bands for rows in added.values()])
    number = np.repeat(np.array(list(added), dtype=np.int64), [len(rows.bands) for rows in added.values()])
    posted, banded = np.lexsort((place, keys)), np.lexsort((number, bands))
    return keys[posted], place[posted], bands[banded], number[banded]


def posting_sums(keys: Integers, positions: Integers) -> NDArray[np.uint64]:
    """What each posting adds to its work's checksum."""
    return _mix(_mix(keys.astype(np.uint64)) + positions.astype(np.uint64) * _POSTING)


def band_sums(bands: Integers) -> NDArray[np.uint64]:
    """What each band adds to its work's checksum."""
    return _mix(_mix(bands.astype(np.uint64)) ^ _BAND)


def _mix(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Spread every bit over all 64 (the finaliser of splitmix64), so that no two flips cancel out."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def as_signed(value: int) -> int:
    """An unsigned 64-bit integer as SQLite keeps it."""
    return value - (1 << 64) if value >> 63 else value
