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

LEAST_KEYS = 3
MOST_STORIES = 4
CHUNK = 8
LEAST_RUN = 12
"""Letters that must agree in a row before the story's word bounds are taken over."""
CROWDED = 64

Offsets = NDArray[np.int64]


def misspaced(probes: Probes, hits: Hits) -> list[int]:
    """Stories of which the draft has more letter keys than word keys; in whole text it is one to three."""
    letters = hits.row >= probes.letters_from
    numbers, which = np.unique(hits.number, return_inverse=True)
    weight = 1.0 / np.maximum(hits.frequency, 1)[hits.row]
    of_letters = np.bincount(which[letters], minlength=len(numbers))
    of_words = np.bincount(which[~letters], minlength=len(numbers))
    value = np.bincount(which[letters], weights=weight[letters], minlength=len(numbers))
    likely = np.flatnonzero((of_letters >= LEAST_KEYS) & (of_words < of_letters))
    return [int(numbers[i]) for i in likely[np.argsort(-value[likely], kind="stable")][:MOST_STORIES]]


def respace(submitted: Prepared, sources: Sequence[Prepared], sketcher: Sketcher) -> Prepared:
    """The draft with its words as the sources have them where their letters agree."""
    tokens = submitted.tokens
    total = int(tokens.offset[-1])
    bound = np.zeros(total + 1, dtype=bool)
    bound[tokens.offset] = True
    settled = np.zeros(total + 1, dtype=bool)
    for source in sources:
        theirs = np.zeros(int(source.tokens.offset[-1]) + 1, dtype=bool)
        theirs[source.tokens.offset] = True
        for i, j, length in _runs(tokens, source.tokens):
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
    solo = np.zeros(len(start), dtype=bool)
    return ready(submitted.text, Tokens(start, end, solo, offset, tokens.letters), sketcher)


def _runs(ours: Tokens, theirs: Tokens) -> list[tuple[int, int, int]]:
    """Long runs of letters that agree, as (ours, theirs, length), the longest first."""
    a, b = _chunks(ours), _chunks(theirs)
    order = np.argsort(a, kind="stable")
    ordered = a[order]
    low = np.searchsorted(ordered, b, "left")
    count = np.searchsorted(ordered, b, "right") - low
    count[count > CROWDED] = 0
    total = int(count.sum())
    if not total:
        return []
    j = np.repeat(np.arange(len(b)), count)
    i = order[np.repeat(low, count) + np.arange(total) - np.repeat(np.cumsum(count) - count, count)]
    by_diagonal = np.lexsort((i, j - i))
    i, j = i[by_diagonal], j[by_diagonal]
    begins = np.flatnonzero(np.append(True, (i[1:] != i[:-1] + 1) | (j[1:] != j[:-1] + 1)))
    length = np.diff(np.append(begins, total)) + CHUNK - 1
    found = [(int(i[at]), int(j[at]), int(size)) for at, size in zip(begins, length, strict=True) if size >= LEAST_RUN]
    return sorted(found, key=lambda run: (-run[2], run))


def _chunks(tokens: Tokens) -> NDArray[np.uint64]:
    size = max(0, int(tokens.offset[-1]) - CHUNK + 1)
    return np.ndarray((size,), dtype="<u8", buffer=tokens.letters, strides=(1,)).copy()
