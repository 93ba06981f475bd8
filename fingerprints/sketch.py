"""Words to keys: passage keys, letter keys and the article signature.

*Passage keys.* A shingle is `spec.shingle` words in a row, hashed with the index's secret.
Of every `spec.window` shingles in a row the least is kept: the MinHash of that window with
one permutation, a band of one row. Windows that share their least share a key, so n words
yield about 2n / (window + 1) keys, and any run of window + shingle - 1 words that two texts
share is certain to share a key (winnowing: Schleimer, Wilkerson and Aiken, SIGMOD 2003).
The index holds the least ones; a draft is probed with all its shingles, so that editing
around a shingle cannot hide it.

*Letter keys.* The same over the letters without the spaces, at places the letters
themselves choose (one in `spec.letter_every`), for text whose spaces were lost or added.

*Article signature.* MinHash over the set of all shingles, equal bit for bit to
`datasketch.MinHash` of the same scheme and seed; its bands are datasketch's LSH bands.

What is stored is SipHash-2-4 (Aumasson and Bernstein, 2012) of a secretly keyed hash, cut
to `spec.key_bits`: without the key nobody can tell which words a stored key stands for, nor
craft words that make a copy invisible.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from fingerprints.index import Fingerprint, Keys
from fingerprints.minhash import MinHashes
from fingerprints.siphash import siphash24
from fingerprints.spec import FingerprintSpec
from fingerprints.text import Tokens, tokenise

U64 = np.uint64
NEVER = U64(0xFFFFFFFFFFFFFFFF)
BATCH_CHARACTERS = 1 << 18
"""Texts are fingerprinted together up to this size: large enough for whole-array work, small enough for the cache."""
SEPARATOR = "\0"
CHUNK_MASKS = np.array([(1 << (8 * n)) - 1 for n in range(8)] + [(1 << 64) - 1], dtype=U64)
LONG_WORD = 7
"""A word is hashed by its first LONG_WORD chunks of eight bytes and its last eight: enough to tell words apart."""


@dataclass(frozen=True, slots=True)
class Probes:
    """All keys of a draft and the word each begins at; from `letters_from` on they are letter keys."""

    keys: Keys
    positions: NDArray[np.int32]
    letters_from: int


class Sketcher:
    """Makes the keys of one index: its specification and its secret of 32 bytes."""

    def __init__(self, spec: FingerprintSpec, secret: bytes) -> None:
        self.spec = spec
        stream = b"".join(
            hashlib.blake2b(b"wirecheck sketch", key=secret, salt=n.to_bytes(16, "big")).digest() for n in range(2)
        )
        numbers = [U64(n) for n in np.frombuffer(stream, dtype="<u8")]
        odd = [U64(n | U64(1)) for n in numbers]
        self._start, self._chunk, self._length, self._roll = numbers[0], odd[1], odd[2], odd[3]
        self._letter = (odd[4], odd[5])
        self._choose = odd[7]
        self._passage_key = (numbers[8], numbers[9])
        self._letter_key = (numbers[10], numbers[11])
        self._band_key = (numbers[12], numbers[13])
        self._minhash = MinHashes(spec.scheme, spec.seed, spec.permutations)

    def fingerprints(self, texts: Sequence[str]) -> list[Fingerprint]:
        """The rows that an index keeps, for each text in turn. Texts are worked on in batches."""
        return [found for batch in _batches(texts) for found in self._batch(batch)]

    def passages(self, texts: Sequence[str]) -> list[tuple[Keys, NDArray[np.int32]]]:
        """Passage and letter keys of each text and where they stand, without the article signature."""
        return [rows for batch in _batches(texts) for rows in self._rows(batch)[0]]

    def kept(self, tokens: Tokens, words: NDArray[np.uint64]) -> Keys:
        """The passage and letter keys of one text, as `passages` gives them, in no order; `words` are its hashes."""
        shingled = self.shingles(words)
        sealed = self._seal(shingled[self._least(shingled)], self._passage_key)
        keys: Keys = np.concatenate((sealed, self._letter_keys(tokens)[0]))
        return keys

    def words(self, tokens: Tokens) -> NDArray[np.uint64]:
        """One secretly keyed 64-bit hash a word: equal words, equal hashes."""
        length = np.diff(tokens.offset)
        chunks = np.ndarray((len(tokens.letters) - 7,), dtype="<u8", buffer=tokens.letters, strides=(1,))
        first = tokens.offset[:-1]
        mixed = _stir((chunks[first] & CHUNK_MASKS[np.minimum(length, 8)]) * self._chunk + self._start)
        mixed += length.astype(U64) * self._length
        longer = np.flatnonzero(length > 8)
        for step in range(1, LONG_WORD):
            if not longer.size:
                return mixed
            left = length[longer] - 8 * step
            piece = chunks[first[longer] + 8 * step] & CHUNK_MASKS[np.minimum(left, 8)]
            mixed[longer] = _stir((mixed[longer] ^ piece) * self._chunk + self._start)
            longer = longer[left > 8]
        if longer.size:
            piece = chunks[tokens.offset[1:][longer] - 8]
            mixed[longer] = _stir((mixed[longer] ^ piece) * self._chunk + self._start)
        return mixed

    def shingles(self, words: NDArray[np.uint64]) -> NDArray[np.uint64]:
        """The hash of every run of `spec.shingle` words; len(words) - shingle + 1 of them."""
        count = len(words) - self.spec.shingle + 1
        if count <= 0:
            return np.zeros(0, dtype=U64)
        rolled = words[:count].copy()
        for step in range(1, self.spec.shingle):
            rolled *= self._roll
            rolled += words[step : step + count]
        return _stir(rolled)

    def probes(self, tokens: Tokens) -> Probes:
        """Every key of a draft: all its shingles, and its letter keys."""
        shingled = self.shingles(self.words(tokens))
        letters, places = self._letter_keys(tokens)
        positions = np.concatenate((np.arange(len(shingled)), places)).astype(np.int32)
        return Probes(np.concatenate((self._seal(shingled, self._passage_key), letters)), positions, len(shingled))

    def signature(self, shingled: NDArray[np.uint64]) -> NDArray[np.uint32]:
        """MinHash of one text's shingles; shape (permutations,)."""
        signature: NDArray[np.uint32] = self._minhash.signatures(shingled, np.array([0, len(shingled)]))[0]
        return signature

    def bands(self, signatures: NDArray[np.uint32]) -> NDArray[np.uint64]:
        """LSH keys of signatures of shape (texts, permutations); shape (texts, bands)."""
        spec = self.spec
        rows = signatures[:, : spec.bands * spec.rows].reshape(len(signatures), spec.bands, spec.rows).astype(U64)
        mixed = np.broadcast_to(np.arange(spec.bands, dtype=U64), rows.shape[:2]).copy()
        for row in range(spec.rows):
            mixed = _stir((mixed ^ rows[:, :, row]) * self._roll)
        return self._seal(mixed.ravel(), self._band_key).reshape(mixed.shape)

    def near_keys(self, tokens: Tokens) -> Keys:
        """The LSH keys of one text; empty when it has no shingle."""
        shingled = self.shingles(self.words(tokens))
        if not shingled.size:
            return np.zeros(0, dtype=U64)
        keys: Keys = self.bands(self.signature(shingled)[None, :])[0]
        return keys

    def _batch(self, texts: Sequence[str]) -> Iterator[Fingerprint]:
        rows, shingled, bounds, counts = self._rows(texts)
        bands = self.bands(self._minhash.signatures(shingled, bounds))
        sizes = np.diff(bounds)
        for i, (keys, positions) in enumerate(rows):
            yield Fingerprint(keys, positions, bands[i] if sizes[i] else np.zeros(0, dtype=U64), int(counts[i]))

    def _rows(
        self, texts: Sequence[str]
    ) -> tuple[list[tuple[Keys, NDArray[np.int32]]], NDArray[np.uint64], NDArray[np.int64], NDArray[np.int64]]:
        """Keys of several texts at once; their shingles end to end; where each text's shingles begin; words a text."""
        tokens = tokenise(SEPARATOR.join(texts))
        lengths = np.array([len(text) for text in texts], dtype=np.int64)
        begins = np.cumsum(lengths + 1) - lengths - 1
        first = np.searchsorted(tokens.start, np.append(begins, begins[-1] + lengths[-1] + 1))
        counts = np.diff(first)
        shingled = self.shingles(self.words(tokens))
        valid = _whole_shingles(first, len(shingled), self.spec.shingle)
        chosen = np.flatnonzero(self._least(np.where(valid, shingled, NEVER)))
        letters, places = self._letter_keys(tokens, first)
        keys = np.concatenate((self._seal(shingled[chosen], self._passage_key), letters))
        positions = np.concatenate((chosen, places))
        order = np.argsort(positions, kind="stable")
        keys, positions = keys[order], positions[order]
        cuts = np.searchsorted(positions, first)
        within = (positions - np.repeat(first[:-1], np.diff(cuts))).astype(np.int32)
        rows = [(keys[low:high], within[low:high]) for low, high in pairwise(cuts.tolist())]
        bounds = np.append(0, np.cumsum(np.maximum(counts - self.spec.shingle + 1, 0)))
        return rows, np.compress(valid, shingled), bounds, counts

    def _least(self, shingled: NDArray[np.uint64]) -> NDArray[np.bool_]:
        """Which shingles are the least of some window; windows reach beyond both ends."""
        size = self.spec.window
        count = len(shingled)
        padded = np.full(count + 2 * (size - 1), NEVER, dtype=U64)
        padded[size - 1 : size - 1 + count] = shingled
        least = padded[: count + size - 1].copy()
        for step in range(1, size):
            np.minimum(least, padded[step : step + count + size - 1], out=least)
        chosen = np.zeros(count, dtype=bool)
        for step in range(size):
            chosen |= least[step : step + count] == shingled
        chosen &= shingled != NEVER
        chosen[1:] &= shingled[1:] != shingled[:-1]  # one word over and over is one key, not a million
        return chosen

    def _letter_keys(self, tokens: Tokens, first: NDArray[np.int64] | None = None) -> tuple[Keys, NDArray[np.int64]]:
        """Keys over letters without spaces, and the word in which each begins; none crosses the bounds in `first`."""
        size = self.spec.letter_shingle
        total = int(tokens.offset[-1])
        if total < size:
            return np.zeros(0, dtype=U64), np.zeros(0, dtype=np.int64)
        chunks = np.ndarray((total - 7,), dtype="<u8", buffer=tokens.letters, strides=(1,))
        limit = U64((1 << 64) // self.spec.letter_every)
        at = np.flatnonzero(chunks[: total - size + 1] * self._choose < limit)
        word = np.searchsorted(tokens.offset, at, "right") - 1
        if first is not None:
            ends = tokens.offset[first]
            ends = np.repeat(ends[1:], np.diff(np.searchsorted(at, ends)))
            inside = at + size <= ends
            at, word = at[inside], word[inside]
        mixed = np.zeros(len(at), dtype=U64)
        for step, factor in zip(range(0, size, 8), self._letter, strict=True):
            mixed = _stir(mixed ^ (chunks[at + step] * factor))
        return self._seal(mixed, self._letter_key), word

    def _seal(self, hashes: NDArray[np.uint64], key: tuple[np.uint64, np.uint64]) -> Keys:
        return siphash24(hashes, key) >> U64(64 - self.spec.key_bits)


@lru_cache(maxsize=8)
def sketcher(spec: FingerprintSpec, secret: bytes) -> Sketcher:
    """The sketcher of an index, made once."""
    return Sketcher(spec, secret)


def _stir(value: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Two rounds of a 64-bit finaliser (a bijection), in place."""
    value ^= value >> U64(32)
    value *= U64(0xD6E8FEB86659FD93)
    value ^= value >> U64(32)
    return value


def _whole_shingles(first: NDArray[np.int64], count: int, size: int) -> NDArray[np.bool_]:
    """Which shingles of a batch lie within one text."""
    valid = np.ones(count, dtype=bool)
    for step in range(1, size):
        crossing = first[1:-1] - step
        valid[crossing[(crossing >= 0) & (crossing < count)]] = False
    return valid


def _batches(texts: Iterable[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    size = 0
    for text in texts:
        if batch and size + len(text) > BATCH_CHARACTERS:
            yield batch
            batch, size = [], 0
        batch.append(text)
        size += len(text)
    if batch:
        yield batch
