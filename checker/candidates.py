"""Which stories are worth reading: those whose rare keys line up with the draft's.

A hit says that a key of the draft at word x stands in a story at word y. Copied text
makes hits with nearly the same y - x, chance makes scattered ones. So hits are summed, by
their rarity, in cells of one story, one stretch of the draft and one band of diagonals;
each stretch of the draft names its best stories. A story that exists in a hundred
versions cannot crowd out another one elsewhere in the draft, and work grows with the
length of the draft only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fingerprints.index import Hits
from fingerprints.sketch import Probes

STRETCH = 64
"""Words of the draft that choose their stories together."""
DIAGONAL = 64
"""Width of a band of diagonals; neighbouring bands are counted together."""
STORIES_A_STRETCH = 4
CROWDED = 0.45
"""A story that scores this share of the best in a stretch, and is not among its best, is crowded out."""
NEIGHBOURHOOD = 16
"""Stretches no further apart than this are compared in one piece,"""
PIECE = 32
"""which holds at most this many of them, so that work grows with the draft and not with its square."""
BESIDE = 3
"""Shingles at a passage's edge that lie in a window reaching beyond it."""
SOURCE_PIECE = 4096
"""Words of a story that are one candidate: a book is read where it was hit, and not from cover to cover."""
MOST_PIECES = 1 << 10
LEAST_SCORE = 1.5
"""A key that only one story has scores 1, a key of many stories less: one alone may be chance."""
LEAST_KEYS = 4
"""So many keys in line are more than a phrase, however many stories have them: a sentence that was filed under two
hundred names is read as one that was filed once."""
ALWAYS_READ = 3
ALWAYS_SCORE = 0.9
"""This many of the best stories are read for one key too: a heavy rewriting keeps no more."""


Cells = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]
"""Stories, stretches of the draft, what each story scores in each and how many keys it has there; rising by story and
stretch."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A story to read, and the words of the draft (first..last - 1) whose keys it shares.

    Of a story as long as a book only the piece that begins at its word `source_first` is meant.
    """

    number: int
    first: int
    last: int
    source_first: int = 0


@dataclass(frozen=True, slots=True)
class Ranked:
    """The stories to read, most promising first; and those that others of the same words crowd out of that.

    `crowd` are (stretch, number): in this stretch of the draft the story scores like the best of it.
    """

    best: list[Candidate]
    crowd: list[tuple[int, Candidate]]


def rank(probes: Probes, hits: Hits) -> Ranked:
    """The stories to read, most promising first."""
    if not len(hits.row):
        return Ranked([], [])
    weight = (1.0 / np.sqrt(np.maximum(hits.frequency, 1)))[hits.row]
    at = probes.positions[hits.row].astype(np.int64)
    piece = hits.position.astype(np.int64) // SOURCE_PIECE
    number, story = np.unique(hits.number * MOST_PIECES + piece, return_inverse=True)
    band = (hits.position.astype(np.int64) - at) // DIAGONAL
    beside = _cells(story, (at + STRETCH // 2) // STRETCH, band, weight)
    story, stretch, points, keys = _cells(story, at // STRETCH, band, weight)
    points, keys = _over_edges(story, stretch, (points, keys), beside)
    best = np.argsort(-points, kind="stable")[:ALWAYS_READ]
    good = (points >= LEAST_SCORE) | (keys >= LEAST_KEYS)
    good[best] |= points[best] >= ALWAYS_SCORE
    story, stretch, points = story[good], stretch[good], points[good]
    order = np.lexsort((-number[story], -points, stretch))
    story, stretch, points = story[order], stretch[order], points[order]
    begins = np.flatnonzero(np.append(True, stretch[1:] != stretch[:-1])[: len(stretch)])
    lengths = np.diff(np.append(begins, len(stretch)))
    place = np.arange(len(stretch)) - np.repeat(begins, lengths)
    kept = place < STORIES_A_STRETCH
    left = np.flatnonzero(~kept & (points >= CROWDED * np.repeat(points[begins], lengths)))
    read, of = np.divmod(number[story[left]], MOST_PIECES)
    crowd = [
        (int(where), Candidate(int(one), int(where) * STRETCH, (int(where) + 1) * STRETCH, int(part) * SOURCE_PIECE))
        for where, one, part in zip(stretch[left], read, of, strict=True)
    ]
    return Ranked(_regions(number, story[kept], stretch[kept], points[kept]), crowd)


def _regions(
    number: NDArray[np.int64], story: NDArray[np.int64], stretch: NDArray[np.int64], points: NDArray[np.float64]
) -> list[Candidate]:
    """Stretches of one story that lie close together are read together."""
    if not len(story):
        return []
    order = np.lexsort((stretch, story))
    story, stretch, points = story[order], stretch[order], points[order]
    apart = (stretch[1:] > stretch[:-1] + NEIGHBOURHOOD) | (stretch[1:] // PIECE != stretch[:-1] // PIECE)
    new = np.append(True, (story[1:] != story[:-1]) | apart)
    begins = np.flatnonzero(new)
    ends = np.append(begins[1:], len(story)) - 1
    total = np.add.reduceat(points, begins)
    best = np.lexsort((number[story[begins]], -total))
    read, piece = np.divmod(number[story[begins]], MOST_PIECES)
    first, last = stretch[begins] * STRETCH, (stretch[ends] + 1) * STRETCH
    return [Candidate(int(read[i]), int(first[i]), int(last[i]), int(piece[i]) * SOURCE_PIECE) for i in best]


def holders(number: int, words: tuple[int, int], probes: Probes, hits: Hits) -> NDArray[np.int64]:
    """The stories that hold the rarest key that a story shares with these words of the draft, it among them; rising.

    A key at the edge may be kept for the sake of what stands beyond it, so those further in are asked first.
    """
    inner = (words[0] + BESIDE, words[1] - 2 * BESIDE)
    row = _rarest(number, inner, probes, hits)
    row = _rarest(number, words, probes, hits) if row is None else row
    if row is None:
        return np.array([number], dtype=np.int64)
    return np.union1d(hits.number[_hits_between(hits, row, row + 1)], [number]).astype(np.int64)


def _rarest(number: int, words: tuple[int, int], probes: Probes, hits: Hits) -> int | None:
    """The rarest probe at these words of the draft that a story answers."""
    if words[0] >= words[1]:
        return None
    of_words = _hits_between(hits, words[0], min(words[1], probes.letters_from))
    letter_words = probes.positions[probes.letters_from :]
    low, high = np.searchsorted(letter_words, np.array(words, dtype=letter_words.dtype)) + probes.letters_from
    rare: tuple[int, int] | None = None
    for inside in (of_words, _hits_between(hits, int(low), int(high))):
        rows = hits.row[inside][hits.number[inside] == number]
        if len(rows):
            row = int(rows[np.argmin(hits.frequency[rows])])
            rare = min(rare or (1 << 62, 0), (int(hits.frequency[row]), row))
    return rare[1] if rare else None


def _hits_between(hits: Hits, low: int, high: int) -> slice:
    """The hits of probes low..high - 1; hits are sorted by probe, so that no others need be looked at."""
    first, last = np.searchsorted(hits.row, np.array((low, high), dtype=hits.row.dtype))
    return slice(int(first), int(last))


def _over_edges(
    story: NDArray[np.int64],
    stretch: NDArray[np.int64],
    scores: tuple[NDArray[np.float64], NDArray[np.float64]],
    beside: Cells,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The points and keys of each story and stretch, or those of the stretch half a length before or behind where they
    are more.

    So a passage that the edge of two stretches cuts in two counts as one.
    """
    points, keys = scores
    most = 1 + max(int(stretch.max()), int(beside[1].max())) + 1
    known = beside[0] * most + beside[1]
    for later in (0, 1):
        wanted = story * most + stretch + later
        at = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
        points = np.maximum(points, np.where(known[at] == wanted, beside[2][at], 0.0))
        keys = np.maximum(keys, np.where(known[at] == wanted, beside[3][at], 0.0))
    return points, keys


def _cells(
    story: NDArray[np.int64], stretch: NDArray[np.int64], band: NDArray[np.int64], weight: NDArray[np.float64]
) -> Cells:
    """The best two neighbouring bands of every story and stretch: what they score, and how many keys they have."""
    order = np.lexsort((band, stretch, story))
    story, stretch, band, weight = story[order], stretch[order], band[order], weight[order]
    new = np.append(True, (story[1:] != story[:-1]) | (stretch[1:] != stretch[:-1]) | (band[1:] != band[:-1]))
    begins = np.flatnonzero(new)
    points = np.add.reduceat(weight, begins)
    keys = np.diff(np.append(begins, len(new))).astype(np.float64)
    story, stretch, band = story[begins], stretch[begins], band[begins]
    beside = np.append((story[1:] == story[:-1]) & (stretch[1:] == stretch[:-1]) & (band[1:] == band[:-1] + 1), False)
    begins = np.flatnonzero(np.append(True, (story[1:] != story[:-1]) | (stretch[1:] != stretch[:-1])))

    def best(values: NDArray[np.float64]) -> NDArray[np.float64]:
        both = values + np.where(beside, np.append(values[1:], 0.0), 0.0)
        return np.maximum.reduceat(both, begins)

    return story[begins], stretch[begins], best(points), best(keys)
