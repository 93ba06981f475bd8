"""Runs of words that two texts share, and the chains they make.

Runs that follow one another in both texts are chained while the words between them cost
less than the words that agree are worth, so that the gap a chain may cross grows with the
match (the scheme of BLAST's and minimap's chaining: Altschul et al. 1990, Li 2018).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from checker.prepared import Prepared

CROWDED = 16
"""A pair of words that the two texts share in more places than this is no seed; it may still lie inside one."""
REPEATS = 48
"""Where most pairs are crowded the draft repeats itself: then this many of each are taken, in the draft's order."""
MOST_RUNS = 4000
"""Shared runs that one comparison weighs; the longest are kept."""
LOOK_BACK = 48
"""A run is chained to one of this many runs before it."""
LEAST_WORDS = 3
"""A chain of fewer words is not looked at."""
GAP_COST = 0.20
"""What each word between two runs costs; a word that agrees is worth 0.4 to 1."""
SKEW_COST = 0.10
"""What each word costs besides that one gap is longer than the other."""
WIDEST_GAP = 30
WIDENED = 64
"""A run grows by at most this many words at either end; crowded pairs seldom stand in longer rows."""

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Run:
    """`length` words agree from word `submitted` of the draft and word `source` of the story.

    Where one text writes apart what the other joins ("flat bottomed", "flat-bottomed"), the story
    has `source_length` words there instead; 0 says that it has as many.
    """

    submitted: int
    source: int
    length: int
    source_length: int = 0

    @property
    def submitted_end(self) -> int:
        return self.submitted + self.length

    @property
    def source_end(self) -> int:
        return self.source + (self.source_length or self.length)


def shared_runs(ordered: NDArray[np.uint64], order: Rows, submitted: Prepared, source: Prepared, within: slice) -> Rows:
    """Maximal shared runs of two words and more, as rows (submitted, source, length) in the draft's order.

    `ordered` are the draft's pairs of words, sorted, and `order` the words at which they begin;
    `within` are the words of the source that are looked at.
    """
    if not len(ordered):
        return np.zeros((0, 3), dtype=np.int64)
    pairs = source.pairs[within]
    low = np.searchsorted(ordered, pairs, "left")
    # few pairs are shared; all others are left out before anything is counted
    j = np.flatnonzero(ordered.take(low, mode="clip") == pairs)
    pairs, low = pairs[j], low[j]
    count = np.searchsorted(ordered, pairs, "right") - low
    _, inverse, times = np.unique(pairs, return_inverse=True, return_counts=True)
    crowded = count * times[inverse] > CROWDED
    if 2 * np.count_nonzero(crowded) > np.count_nonzero(count):
        count = np.minimum(count, np.maximum(REPEATS // times[inverse], 1))
        count[_nth_of_its_kind(inverse) >= REPEATS] = 0
    else:
        count[crowded] = 0
    total = int(count.sum())
    if not total:
        return np.zeros((0, 3), dtype=np.int64)
    j = np.repeat(j + within.start, count)
    nth = np.arange(total) - np.repeat(np.cumsum(count) - count, count)
    i = order[np.repeat(low, count) + nth]
    by_diagonal = np.lexsort((i, j - i))
    i, j = i[by_diagonal], j[by_diagonal]
    new = np.append(True, (i[1:] != i[:-1] + 1) | (j[1:] != j[:-1] + 1))
    begins = np.flatnonzero(new)
    length = np.diff(np.append(begins, total)) + 1
    rows = _widen(i[begins], j[begins], length, submitted.words, source.words)
    if len(rows) > MOST_RUNS:
        rows = rows[np.argsort(-rows[:, 2], kind="stable")[:MOST_RUNS]]
    return rows[np.lexsort((rows[:, 1], rows[:, 0]))]


def _nth_of_its_kind(kind: Rows) -> Rows:
    """How many equal ones stand before each."""
    order = np.argsort(kind, kind="stable")
    ordered = kind[order]
    begins = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))
    nth = np.empty(len(kind), dtype=np.int64)
    nth[order] = np.arange(len(kind)) - np.repeat(begins, np.diff(np.append(begins, len(kind))))
    return nth


def _widen(
    i: Rows, j: Rows, length: Rows, submitted: NDArray[np.uint64], source: NDArray[np.uint64]
) -> NDArray[np.int64]:
    """Runs made as long as the texts agree (crowded pairs were left out), doubles dropped."""
    for _ in range(WIDENED):
        grow = (i > 0) & (j > 0)
        grow[grow] = submitted[i[grow] - 1] == source[j[grow] - 1]
        if not grow.any():
            break
        i, j, length = i - grow, j - grow, length + grow
    for _ in range(WIDENED):
        grow = (i + length < len(submitted)) & (j + length < len(source))
        grow[grow] = submitted[(i + length)[grow]] == source[(j + length)[grow]]
        if not grow.any():
            break
        length = length + grow
    order = np.lexsort((length, j, i))
    rows = np.stack((i[order], j[order], length[order]), axis=1)
    new = np.append(True, (rows[1:] != rows[:-1]).any(axis=1))
    return np.compress(new, rows, axis=0)


def chains(rows: Rows, sums: NDArray[np.float64]) -> list[list[Run]]:
    """Chains of runs that follow one another in both texts, heaviest first.

    `sums` are the sums of the draft's weights. Plain loops: a run has few others within
    WIDEST_GAP words before it.
    """
    if not len(rows):
        return []
    listed: list[list[int]] = rows.tolist()
    ends = [(i + length, j + length) for i, j, length in listed]
    longest = max(length for _, _, length in listed)
    score: list[float] = (sums[rows[:, 0] + rows[:, 2]] - sums[rows[:, 0]]).tolist()
    back = [-1] * len(listed)
    for b, (i, j, length) in enumerate(listed):
        own, best = score[b], 0.0
        for a in range(b - 1, max(-1, b - 1 - LOOK_BACK), -1):
            if i - listed[a][0] > WIDEST_GAP + longest:
                break
            gap_i, gap_j = i - ends[a][0], j - ends[a][1]
            overlap = max(0, -gap_i, -gap_j)
            wide = max(gap_i, gap_j) + overlap
            if wide > WIDEST_GAP or overlap >= length or j <= listed[a][1] or i <= listed[a][0]:
                continue
            cut = float(sums[i + overlap] - sums[i]) if overlap else 0.0
            linked = score[a] - GAP_COST * wide - SKEW_COST * abs(gap_i - gap_j) - cut
            if linked > best:
                best, back[b] = linked, a
        score[b] = own + best
    return _trace(listed, score, back)


def _trace(rows: list[list[int]], score: list[float], back: list[int]) -> list[list[Run]]:
    used = [False] * len(rows)
    found: list[list[Run]] = []
    for end in sorted(range(len(rows)), key=lambda one: -score[one]):
        chain: list[Run] = []
        at = end
        while at >= 0 and not used[at]:
            used[at] = True
            run = Run(*rows[at])
            if chain:
                over = max(
                    0, run.submitted + run.length - chain[-1].submitted, run.source + run.length - chain[-1].source
                )
                later = chain[-1]
                chain[-1] = Run(later.submitted + over, later.source + over, later.length - over)
            chain.append(run)
            at = back[at]
        chain = [run for run in reversed(chain) if run.length > 0]
        if sum(run.length for run in chain) >= LEAST_WORDS:
            found.append(chain)
    return found
