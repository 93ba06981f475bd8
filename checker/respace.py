"""Text whose spaces were lost or added: read its words as the story has them.

A text run together, or spaced out letter by letter, has the story's letters but not its
words. Letter keys find the story all the same; then, wherever a long run of letters agrees,
the story's word bounds replace the draft's. Offsets are taken anew from the draft's text.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from checker.prepared import Prepared, ready
from fingerprints.index import Hits
from fingerprints.sketch import Probes, Sketcher
from fingerprints.text import Tokens, letter_places

LEAST_KEYS = 2
LEAST_RARITY = 1.5
"""Two keys that hardly another story has point to one; a single one may be chance."""
STRETCH = 32
"""Letter keys that are looked at together: about 1,300 letters."""
MOST_STORIES = 4
KEYS_A_STORY = 16
"""For every so many letter keys of the draft one more story is read."""
CHUNK = 8
LEAST_RUN = 12
"""Letters that must agree in a row before the story's word bounds are taken over."""
CROWDED = 64
"""Of eight letters that stand in more places than this, the first places are looked at."""

Offsets = NDArray[np.int64]


def misspaced(probes: Probes, hits: Hits) -> list[int]:
    """Stories of which some stretch has more letter keys than word keys; in whole text it has one to four."""
    letters = hits.row >= probes.letters_from
    if np.count_nonzero(letters) < LEAST_KEYS:
        return []
    starts = probes.positions[probes.letters_from :]
    rank = np.where(
        letters, hits.row - probes.letters_from, np.searchsorted(starts, probes.positions[hits.row], "right")
    )
    rarity = 1.0 / np.maximum(hits.frequency, 1)[hits.row]
    best: dict[int, float] = {}
    for shift in (0, STRETCH // 2):  # what falls between two stretches lies whole in one of the others
        for number, value in _short_of_words(hits.number, (rank + shift) // STRETCH, letters, rarity):
            best[number] = max(best.get(number, 0.0), value)
    most = MOST_STORIES + len(starts) // KEYS_A_STORY
    return sorted(best, key=lambda number: (-best[number], number))[:most]


def _short_of_words(
    number: Offsets, stretch: Offsets, letters: NDArray[np.bool_], rarity: NDArray[np.float64]
) -> list[tuple[int, float]]:
    """Stories with more letter keys than word keys in a stretch, and how rare those letter keys are together."""
    width = int(stretch.max()) + 1
    cell, which = np.unique(number * width + stretch, return_inverse=True)
    of_letters = np.bincount(which[letters], minlength=len(cell))
    of_words = np.bincount(which[~letters], minlength=len(cell))
    rare = np.bincount(which[letters], weights=rarity[letters], minlength=len(cell))
    likely = np.flatnonzero((of_letters >= LEAST_KEYS) & (of_words < of_letters) & (rare >= LEAST_RARITY))
    return [(int(cell[i]) // width, float(rare[i])) for i in likely]


def respace(
    submitted: Prepared, sources: Sequence[Prepared], sketcher: Sketcher, seams: Sequence[int] = ()
) -> Prepared:
    """The draft with its words as the sources have them where their letters agree."""
    tokens = submitted.tokens
    total = int(tokens.offset[-1])
    bound = np.zeros(total + 1, dtype=bool)
    bound[tokens.offset] = True
    settled = np.zeros(total + 1, dtype=bool)
    ordered = _Ordered(tokens)
    for source in sources:
        theirs = np.zeros(int(source.tokens.offset[-1]) + 1, dtype=bool)
        theirs[source.tokens.offset] = True
        for i, j, length in ordered.runs(source.tokens):
            inner = slice(i + 1, i + length)
            free = ~settled[inner]
            bound[inner] = np.where(free, theirs[j + 1 : j + length], bound[inner])
            for edge, source_edge in ((i, j), (i + length, j + length)):
                bound[edge] |= theirs[source_edge] and not settled[edge]
            settled[i : i + length + 1] = True
    bound[0] = bound[total] = True
    offset = np.flatnonzero(bound)
    places = letter_places(submitted.text)
    start, end = places[offset[:-1]], places[offset[1:] - 1] + 1
    alone = np.zeros(total + 1, dtype=bool)
    alone[tokens.offset[:-1][tokens.solo]] = True
    return ready(submitted.text, Tokens(start, end, alone[offset[:-1]], offset, tokens.letters), sketcher, seams)


class _Ordered:
    """The draft's letters, eight at a time, sorted once for all stories."""

    def __init__(self, ours: Tokens) -> None:
        chunks = _chunks(ours)
        self._order = np.argsort(chunks, kind="stable")
        self._chunks = chunks[self._order]

    def runs(self, theirs: Tokens) -> list[tuple[int, int, int]]:
        """Long runs of letters that agree, as (ours, theirs, length), the longest first."""
        wanted = _chunks(theirs)
        low = np.searchsorted(self._chunks, wanted, "left")
        count = np.searchsorted(self._chunks, wanted, "right") - low
        count = np.minimum(count, CROWDED)
        total = int(count.sum())
        if not total:
            return []
        j = np.repeat(np.arange(len(wanted)), count)
        i = self._order[np.repeat(low, count) + np.arange(total) - np.repeat(np.cumsum(count) - count, count)]
        by_diagonal = np.lexsort((i, j - i))
        i, j = i[by_diagonal], j[by_diagonal]
        begins = np.flatnonzero(np.append(True, (i[1:] != i[:-1] + 1) | (j[1:] != j[:-1] + 1)))
        length = np.diff(np.append(begins, total)) + CHUNK - 1
        long = np.flatnonzero(length >= LEAST_RUN)
        found = [(int(i[begins[at]]), int(j[begins[at]]), int(length[at])) for at in long]
        return sorted(found, key=lambda run: (-run[2], run))


def _chunks(tokens: Tokens) -> NDArray[np.uint64]:
    size = max(0, int(tokens.offset[-1]) - CHUNK + 1)
    return np.ndarray((size,), dtype="<u8", buffer=tokens.letters, strides=(1,)).copy()
