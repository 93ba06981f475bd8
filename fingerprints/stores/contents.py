"""What a store gives to be read through once, when all of it is in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from fingerprints.index import Keys, Numbers, StoredWork

PORTION = 50_000  # rows at a time

Portion = tuple[Keys, Numbers, NDArray[np.int32]]


class Held:
    """Contents that are in memory as they are."""

    def __init__(self, postings: NDArray[np.int64], bands: NDArray[np.int64], kept: Sequence[StoredWork]) -> None:
        """`postings` are rows of key, number and position, `bands` rows of key and number; both sorted here."""
        self._postings = postings[np.lexsort((postings[:, 2], postings[:, 1], postings[:, 0]))]
        self._bands = bands[np.lexsort((bands[:, 1], bands[:, 0]))]
        self._works = sorted(kept, key=lambda stored: stored.number)

    def postings(self) -> Iterator[Portion]:
        """See the port."""
        for begin in range(0, len(self._postings), PORTION):
            part = self._postings[begin : begin + PORTION]
            yield part[:, 0].astype(np.uint64), part[:, 1].copy(), part[:, 2].astype(np.int32)

    def bands(self) -> Iterator[tuple[Keys, Numbers]]:
        """See the port."""
        for begin in range(0, len(self._bands), PORTION):
            part = self._bands[begin : begin + PORTION]
            yield part[:, 0].astype(np.uint64), part[:, 1].copy()

    def works(self) -> Iterator[StoredWork]:
        """See the port."""
        return iter(self._works)
