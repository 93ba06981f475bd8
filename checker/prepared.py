"""A text made ready for matching: its words as numbers, with their offsets and their weight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fingerprints.sketch import Sketcher
from fingerprints.text import Tokens, tokenise

WEIGHT_BY_LETTERS = np.array([0.0, 0.4, 0.4, 0.6, 0.8, 1.0], dtype=np.float32)
"""What agreeing on a word says, by its letters: the shorter a word, the commoner (Zipf's law of abbreviation)."""
SOLO_WEIGHT = np.float32(0.5)
"""A character of a script without spaces is about half a word."""
PAIR = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A text by its words: `words[i]` is the keyed hash of word i, `weight[i]` its weight (0.4 to 1).

    `pairs[i]` is the hash of words i and i + 1; `sums[i]` the weight of all words before word i.
    `seams` are words at which something else begins (what a page hides, a footnote): no passage crosses one.
    """

    text: str
    tokens: Tokens
    words: NDArray[np.uint64]
    weight: NDArray[np.float32]
    pairs: NDArray[np.uint64]
    sums: NDArray[np.float64]
    seams: tuple[int, ...] = ()

    def __len__(self) -> int:
        return len(self.words)

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Code points of words first..last - 1."""
        return int(self.tokens.start[first]), int(self.tokens.end[last - 1])

    def written(self, first: int, last: int) -> str:
        """Words first..last - 1 as they are written, with what stands between them."""
        start, end = self.span(first, last)
        return self.text[start:end]

    def seams_within(self, first: int, last: int) -> list[int]:
        """The seams between two of the words first..last - 1."""
        return [seam for seam in self.seams if first < seam < last]

    def letters(self, first: int, last: int) -> bytes:
        """Words first..last - 1 as folded, without spaces, in UTF-8."""
        return self.tokens.letters[self.tokens.offset[first] : self.tokens.offset[last]].tobytes()

    def total_weight(self, first: int, last: int) -> float:
        """The weight of words first..last - 1."""
        return float(self.sums[last] - self.sums[first])


def prepare(text: str, sketcher: Sketcher, seams: Sequence[int] = ()) -> Prepared:
    """Tokenise and hash a text; linear in its length. `seams` are offsets that no passage crosses."""
    return ready(text, tokenise(text), sketcher, seams)


def ready(text: str, tokens: Tokens, sketcher: Sketcher, seams: Sequence[int] = ()) -> Prepared:
    """Hash the words of a text."""
    words = sketcher.words(tokens)
    weight = WEIGHT_BY_LETTERS[np.minimum(np.diff(tokens.offset), len(WEIGHT_BY_LETTERS) - 1)]
    weight[tokens.solo] = SOLO_WEIGHT
    pairs = words[:-1] * PAIR + words[1:]
    sums = np.concatenate((np.zeros(1), np.cumsum(weight, dtype=np.float64)))
    at = np.searchsorted(tokens.start, np.array(seams, dtype=np.int64), "left")
    return Prepared(text, tokens, words, weight, pairs, sums, tuple(np.unique(at).tolist()))
