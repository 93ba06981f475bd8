"""Where two texts say the same, word by word: seeds, chains, edges.

Seeds are runs of words that both texts share. Seeds that follow one another in both texts
are chained while the words between them cost less than the words that agree are worth, so
that the gap a chain may cross grows with the match (the scheme of BLAST's and minimap's
chaining: Altschul et al. 1990, Li 2018). A chain's ends are then moved by one explicit
rule, `_extend`. All work is bounded by the number of shared runs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein
from rapidfuzz.fuzz import ratio

from checker.prepared import Prepared

CROWDED = 16
"""A pair of words that the two texts share in more places than this is no seed; it may still lie inside one."""
MOST_RUNS = 4000
"""Shared runs that one comparison weighs; the longest are kept."""
LOOK_BACK = 48
"""A run is chained to one of this many runs before it."""
LEAST_WORDS = 3
"""A chain of fewer words is not looked at."""
GAP_COST = 0.20
SKEW_COST = 0.10
WIDEST_GAP = 30
FLANK = 10
"""Words beyond each end of a chain that the edge rule looks at."""
MISMATCH = 0.55
ALIKE = 72.0
"""Two different words count as one misspelt from here on (rapidfuzz ratio, 0..100)."""

MOST_LETTERS = 20_000

Pairs = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Run:
    """`length` words agree from word `submitted` of the draft and word `source` of the story."""

    submitted: int
    source: int
    length: int


@dataclass(frozen=True, slots=True)
class Segment:
    """A passage of both texts: word spans, the runs inside in the draft's order, the weight of the words that agree.

    Unless it is `rearranged` the runs are in the story's order too.
    """

    submitted: tuple[int, int]
    source: tuple[int, int]
    runs: tuple[Run, ...]
    weight: float
    similarity: float
    exact: bool
    rearranged: bool = False

    @property
    def words(self) -> int:
        return sum(run.length for run in self.runs)

    @property
    def longest_run(self) -> int:
        return max((run.length for run in self.runs), default=0)


class Aligner:
    """Compares words first..last - 1 of one draft with many stories; what depends on the draft alone is done once."""

    def __init__(self, submitted: Prepared, first: int = 0, last: int | None = None) -> None:
        self._submitted = submitted
        pairs = submitted.pairs[first : max(first, (len(submitted) if last is None else last) - 1)]
        order = np.argsort(pairs, kind="stable")
        self._order = order + first
        self._sorted = pairs[order]

    def segments(self, source: Prepared) -> list[Segment]:
        """All chains of the two texts, best first; no two overlap in their runs."""
        runs = self._runs(source)
        return [self._finish(chain, source) for chain in _chains(runs, self._submitted.weight)]

    def _runs(self, source: Prepared) -> Pairs:
        """Maximal shared runs of two words and more, as rows (submitted, source, length) in the draft's order."""
        low = np.searchsorted(self._sorted, source.pairs, "left")
        count = np.searchsorted(self._sorted, source.pairs, "right") - low
        _, inverse, times = np.unique(source.pairs, return_inverse=True, return_counts=True)
        count[count * times[inverse] > CROWDED] = 0
        total = int(count.sum())
        if not total:
            return np.zeros((0, 3), dtype=np.int64)
        j = np.repeat(np.arange(len(source.pairs)), count)
        nth = np.arange(total) - np.repeat(np.cumsum(count) - count, count)
        i = self._order[np.repeat(low, count) + nth]
        order = np.lexsort((i, j - i))
        i, j = i[order], j[order]
        new = np.append(True, (i[1:] != i[:-1] + 1) | (j[1:] != j[:-1] + 1))
        begins = np.flatnonzero(new)
        length = np.diff(np.append(begins, total)) + 1
        rows = _widen(i[begins], j[begins], length, self._submitted.words, source.words)
        if len(rows) > MOST_RUNS:
            rows = rows[np.argsort(-rows[:, 2], kind="stable")[:MOST_RUNS]]
        return rows[np.lexsort((rows[:, 1], rows[:, 0]))]

    def _finish(self, chain: list[Run], source: Prepared) -> Segment:
        submitted = self._submitted
        head, tail = chain[0], chain[-1]
        before = _extend(submitted, source, head.submitted, head.source, -1)
        after = _extend(submitted, source, tail.submitted + tail.length, tail.source + tail.length, 1)
        inner: list[Run] = list(before)
        for left, right in zip(chain, chain[1:] + [None], strict=True):  # type: ignore[list-item]
            inner.append(left)
            if right is not None:
                inner.extend(_between(submitted, source, left, right))
        inner.extend(after)
        return summarise(submitted, source, inner)


def summarise(submitted: Prepared, source: Prepared, runs: list[Run]) -> Segment:
    """The segment that a list of runs in order makes up."""
    first, last = runs[0], runs[-1]
    i = (first.submitted, last.submitted + last.length)
    j = (first.source, last.source + last.length)
    weight = float(sum(submitted.weight[run.submitted : run.submitted + run.length].sum() for run in runs))
    whole = submitted.total_weight(*i) + source.total_weight(*j)
    exact = len(runs) == 1 or all(
        a.submitted + a.length == b.submitted and a.source + a.length == b.source
        for a, b in zip(runs, runs[1:], strict=False)
    )
    exact = exact and all(
        bool((submitted.words[r.submitted : r.submitted + r.length] == source.words[r.source : r.source + r.length]).all())
        for r in runs
    )
    return Segment(i, j, tuple(runs), weight, min(1.0, 2 * weight / whole) if whole else 0.0, exact)


def _widen(
    i: Pairs, j: Pairs, length: Pairs, submitted: NDArray[np.uint64], source: NDArray[np.uint64]
) -> NDArray[np.int64]:
    """Runs made as long as the texts agree (crowded pairs were left out), doubles dropped."""
    for _ in range(64):
        grow = (i > 0) & (j > 0)
        grow[grow] = submitted[i[grow] - 1] == source[j[grow] - 1]
        if not grow.any():
            break
        i, j, length = i - grow, j - grow, length + grow
    for _ in range(64):
        grow = (i + length < len(submitted)) & (j + length < len(source))
        grow[grow] = submitted[(i + length)[grow]] == source[(j + length)[grow]]
        if not grow.any():
            break
        length = length + grow
    return np.unique(np.stack((i, j, length), axis=1), axis=0)


def _chains(rows: Pairs, weight: NDArray[np.float32]) -> list[list[Run]]:
    """Chains of runs that follow one another in both texts, heaviest first."""
    if not len(rows):
        return []
    sums = np.concatenate(([0.0], np.cumsum(weight, dtype=np.float64)))
    i, j, length = rows[:, 0], rows[:, 1], rows[:, 2]
    i_end, j_end = i + length, j + length
    own = sums[i_end] - sums[i]
    score = own.copy()
    back = np.full(len(rows), -1, dtype=np.int64)
    for b in range(1, len(rows)):
        a = slice(max(0, b - LOOK_BACK), b)
        gap_i, gap_j = i[b] - i_end[a], j[b] - j_end[a]
        overlap = np.maximum(0, np.maximum(-gap_i, -gap_j))
        wide = np.maximum(gap_i, gap_j) + overlap
        cost = GAP_COST * wide + SKEW_COST * np.abs(gap_i - gap_j)
        cut = sums[np.minimum(i[b] + overlap, i_end[b])] - sums[i[b]]
        linked = score[a] - cost - cut
        linked[(wide > WIDEST_GAP) | (overlap >= length[b]) | (i[b] <= i[a]) | (j[b] <= j[a])] = -1.0
        best = int(np.argmax(linked))
        if linked[best] > 0:
            score[b] = own[b] + linked[best]
            back[b] = a.start + best
    return _trace(rows, score, back)


def _trace(rows: Pairs, score: NDArray[np.float64], back: NDArray[np.int64]) -> list[list[Run]]:
    used = np.zeros(len(rows), dtype=bool)
    chains: list[list[Run]] = []
    for end in np.argsort(-score, kind="stable"):
        chain: list[Run] = []
        at = int(end)
        while at >= 0 and not used[at]:
            used[at] = True
            run = Run(*map(int, rows[at]))
            if chain:
                over = max(0, run.submitted + run.length - chain[-1].submitted, run.source + run.length - chain[-1].source)
                later = chain[-1]
                chain[-1] = Run(later.submitted + over, later.source + over, later.length - over)
            chain.append(run)
            at = int(back[at])
        chain = [run for run in reversed(chain) if run.length > 0]
        if sum(run.length for run in chain) >= LEAST_WORDS:
            chains.append(chain)
    return chains


def _between(submitted: Prepared, source: Prepared, left: Run, right: Run) -> list[Run]:
    """Words that agree, or differ by a typo, in the gap between two runs."""
    i, j = left.submitted + left.length, left.source + left.length
    ours, theirs = submitted.words[i : right.submitted].tolist(), source.words[j : right.source].tolist()
    if not ours or not theirs:
        return []
    found: list[Run] = []
    for op in Levenshtein.opcodes(theirs, ours):
        size = min(op.src_end - op.src_start, op.dest_end - op.dest_start)
        if op.tag == "equal":
            found.append(Run(i + op.dest_start, j + op.src_start, size))
        elif op.tag == "replace":
            found.extend(
                Run(i + op.dest_start + n, j + op.src_start + n, 1)
                for n in range(size)
                if alike(submitted, source, i + op.dest_start + n, j + op.src_start + n)
            )
    return found


def similarity(ours: bytes, theirs: bytes) -> float:
    """How alike two strings of letters are, 0..1 (normalised insertions and deletions)."""
    return ratio(ours[:MOST_LETTERS], theirs[:MOST_LETTERS]) / 100.0


def alike(submitted: Prepared, source: Prepared, i: int, j: int) -> bool:
    """Whether two words are the same, or one misspelt."""
    if submitted.words[i] == source.words[j]:
        return True
    ours, theirs = submitted.tokens.word(i), source.tokens.word(j)
    return len(ours) > 3 and len(theirs) > 3 and ratio(ours, theirs) >= ALIKE


def _extend(submitted: Prepared, source: Prepared, i: int, j: int, step: int) -> list[Run]:
    """Move an edge outwards from words i, j (half-open) while it pays.

    The rule: among all ways on through the next FLANK words of both texts, take the one where
    the weight of words that agree, less MISMATCH for every word passed over, is greatest; stay
    when none is above zero. So one deleted word is crossed for the sake of two that agree, and
    a stray "the" is not reached for.
    """
    if step > 0:
        rows, columns = min(FLANK, len(submitted) - i), min(FLANK, len(source) - j)
    else:
        rows, columns = min(FLANK, i), min(FLANK, j)
    shift = 0 if step > 0 else -1
    ours = submitted.words[i : i + rows] if step > 0 else submitted.words[i - rows : i][::-1]
    theirs = source.words[j : j + columns] if step > 0 else source.words[j - columns : j][::-1]
    equal = ours[:, None] == theirs[None, :]
    best, where = 0.0, None
    value: dict[tuple[int, int], tuple[float, tuple[int, int], bool]] = {(0, 0): (0.0, (0, 0), False)}
    for x in range(rows + 1):
        for y in range(columns + 1):
            options = []
            if x and y:
                a, b = i + shift + step * (x - 1), j + shift + step * (y - 1)
                same = bool(equal[x - 1, y - 1]) or (abs(x - y) < 3 and alike(submitted, source, a, b))
                gain = float(submitted.weight[a]) if same else -MISMATCH
                options.append((value[x - 1, y - 1][0] + gain, (x - 1, y - 1), same))
            if x:
                options.append((value[x - 1, y][0] - MISMATCH, (x - 1, y), False))
            if y:
                options.append((value[x, y - 1][0] - MISMATCH, (x, y - 1), False))
            if options:
                value[x, y] = max(options)
                if value[x, y][2] and value[x, y][0] > best:
                    best, where = value[x, y][0], (x, y)
    runs: list[Run] = []
    while where and where != (0, 0):
        _, previous, same = value[where]
        if same:
            x, y = where
            runs.append(Run(i + shift + step * (x - 1), j + shift + step * (y - 1), 1))
        where = previous
    return runs if step < 0 else runs[::-1]
