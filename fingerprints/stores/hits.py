"""From the rows that a database found for the keys of a text to the answer of a probe."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fingerprints.index import Hits, Keys
from fingerprints.stores.rows import LAST_POSITION, POSITION_BITS, Integers


@dataclass(frozen=True, slots=True)
class Asked:
    """The keys of a probe, `keys` each once, ascending, without those that no index can hold.

    `every` counts those too; `inverse[i]` is where the i-th key of the probe stands among them.
    """

    keys: Integers
    every: int
    inverse: NDArray[np.int64]

    @classmethod
    def of(cls, keys: Keys) -> Asked:
        """The keys as a text has them: in any order, some of them repeated."""
        wanted, inverse = np.unique(np.asarray(keys, dtype=np.uint64), return_inverse=True)
        held = wanted[: np.searchsorted(wanted, np.uint64(1 << 63))].astype(np.int64)
        return cls(held, len(wanted), inverse)

    def hits(self, key: Integers, place: Integers, frequency: Integers) -> Hits:
        """The answer, from columns in any order; `frequency` counts for hot keys only, and is 0 for others."""
        order = np.lexsort((place, key))
        key, place, frequency = key[order], place[order], frequency[order]
        begin = np.searchsorted(key, self.keys)
        count = np.zeros(self.every, dtype=np.int64)
        count[: len(self.keys)] = np.searchsorted(key, self.keys, side="right") - begin
        total = count.copy()
        answered = np.flatnonzero(count)
        total[answered] = np.maximum(count[answered], frequency[begin[answered]])
        # a key asked for twice is looked up once and answered twice
        each = count[self.inverse]
        row = np.repeat(np.arange(len(self.inverse)), each)
        within = np.arange(len(row)) - np.repeat(np.cumsum(each) - each, each)
        found = place[begin[self.inverse[row]] + within] if len(row) else place[:0]
        return Hits(
            row=row.astype(np.int32),
            number=found >> POSITION_BITS,
            position=(found & LAST_POSITION).astype(np.int32),
            frequency=total[self.inverse].astype(np.int32),
        )
