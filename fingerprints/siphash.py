"""SipHash-2-4 over whole arrays: a keyed hash that tells nothing without its key.

Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

U64 = np.uint64
Words = NDArray[np.uint64]
AT_ONCE = 1 << 14
"""Words hashed together: the state and its scratch stay in the processor's nearest caches."""


def siphash24(words: Words, key: tuple[np.uint64, np.uint64]) -> Words:
    """SipHash-2-4 of each 64-bit word as an 8-byte message."""
    out = np.empty(len(words), dtype=U64)
    for first in range(0, len(words), AT_ONCE):
        out[first : first + AT_ONCE] = _siphash24(words[first : first + AT_ONCE], key)
    return out


def _siphash24(words: Words, key: tuple[np.uint64, np.uint64]) -> Words:
    v0 = np.full(len(words), key[0] ^ U64(0x736F6D6570736575))
    v1 = np.full(len(words), key[1] ^ U64(0x646F72616E646F6D))
    v2 = np.full(len(words), key[0] ^ U64(0x6C7967656E657261))
    v3 = np.full(len(words), key[1] ^ U64(0x7465646279746573))
    scratch = np.empty(len(words), dtype=U64)
    for block in (words, U64(8 << 56)):
        v3 ^= block
        _rounds(2, v0, v1, v2, v3, scratch)
        v0 ^= block
    v2 ^= U64(0xFF)
    _rounds(4, v0, v1, v2, v3, scratch)
    return v0 ^ v1 ^ v2 ^ v3


def _rounds(count: int, v0: Words, v1: Words, v2: Words, v3: Words, scratch: Words) -> None:
    """SipRounds, in place."""
    for _ in range(count):
        v0 += v1
        _rotate(v1, 13, scratch)
        v1 ^= v0
        _rotate(v0, 32, scratch)
        v2 += v3
        _rotate(v3, 16, scratch)
        v3 ^= v2
        v0 += v3
        _rotate(v3, 21, scratch)
        v3 ^= v0
        v2 += v1
        _rotate(v1, 17, scratch)
        v1 ^= v2
        _rotate(v2, 32, scratch)


def _rotate(value: Words, bits: int, scratch: Words) -> None:
    """Rotate to the left, in place."""
    np.right_shift(value, U64(64 - bits), out=scratch)
    value <<= U64(bits)
    value |= scratch
