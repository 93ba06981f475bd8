"""MinHash signatures of many texts at once, equal bit for bit to datasketch's.

datasketch stays the authority: its optimiser chooses the bands, and the tests hold every
signature and every look-up against `datasketch.MinHash` and `datasketch.MinHashLSH`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

EMPTY = np.uint32(0xFFFFFFFF)


class MinHashes:
    """The permutations of one scheme and seed."""

    def __init__(self, scheme: str, seed: int, permutations: int) -> None:
        """Raises ValueError for a scheme other than affine32, datasketch's default since 2.0."""
        if scheme != "affine32":
            raise ValueError(f"permutation scheme {scheme!r} is not supported; use 'affine32'")
        generator = np.random.RandomState(seed)
        self._a = generator.randint(0, 1 << 31, permutations, dtype=np.uint32) * np.uint32(2) + np.uint32(1)
        self._b = generator.randint(0, 1 << 32, permutations, dtype=np.uint32)

    def signatures(self, hashes: NDArray[np.uint64], bounds: NDArray[np.int64]) -> NDArray[np.uint32]:
        """MinHashes of several sets; shape (sets, permutations).

        Set i holds the upper 32 bits of hashes[bounds[i]:bounds[i + 1]].
        """
        out = np.full((len(bounds) - 1, len(self._a)), EMPTY, dtype=np.uint32)
        owned = np.flatnonzero(np.diff(bounds))
        if not owned.size:
            return out
        values = _fmix32((hashes >> np.uint64(32)).astype(np.uint32))
        begins = bounds[:-1][owned]
        for i, (a, b) in enumerate(zip(self._a, self._b, strict=True)):
            out[owned, i] = np.minimum.reduceat(values * a + b, begins)
        return out


def _fmix32(value: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """MurmurHash3's finaliser, with which datasketch mixes before it permutes."""
    value ^= value >> np.uint32(16)
    value *= np.uint32(0x85EBCA6B)
    value ^= value >> np.uint32(13)
    value *= np.uint32(0xC2B2AE35)
    return value ^ (value >> np.uint32(16))


def lsh_bands(threshold: float, permutations: int) -> tuple[int, int]:
    """Bands and rows that datasketch's optimiser chooses. It loads scipy: not for every check."""
    from datasketch import MinHashLSH

    index = MinHashLSH(threshold=threshold, num_perm=permutations)
    return int(index.b), int(index.r)
