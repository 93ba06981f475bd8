"""SipHash-2-4 over whole arrays: a keyed hash that tells nothing without its key.

Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

U64 = np.uint64


def siphash24(words: NDArray[np.uint64], key: tuple[np.uint64, np.uint64]) -> NDArray[np.uint64]:
    """SipHash-2-4 of each 64-bit word as an 8-byte message."""
    v0 = np.full(len(words), key[0] ^ U64(0x736F6D6570736575))
    v1 = np.full(len(words), key[1] ^ U64(0x646F72616E646F6D))
    v2 = np.full(len(words), key[0] ^ U64(0x6C7967656E657261))
    v3 = np.full(len(words), key[1] ^ U64(0x7465646279746573))

    def rounds(count: int) -> None:
        nonlocal v0, v1, v2, v3
        for _ in range(count):
            v0 += v1
            v1 = _rotate(v1, 13) ^ v0
            v0 = _rotate(v0, 32)
            v2 += v3
            v3 = _rotate(v3, 16) ^ v2
            v0 += v3
            v3 = _rotate(v3, 21) ^ v0
            v2 += v1
            v1 = _rotate(v1, 17) ^ v2
            v2 = _rotate(v2, 32)

    for block in (words, np.full(len(words), U64(8 << 56))):
        v3 = v3 ^ block
        rounds(2)
        v0 = v0 ^ block
    v2 = v2 ^ U64(0xFF)
    rounds(4)
    return v0 ^ v1 ^ v2 ^ v3


def _rotate(value: NDArray[np.uint64], bits: int) -> NDArray[np.uint64]:
    return (value << U64(bits)) | (value >> U64(64 - bits))
