"""Where two texts say the same, word by word: seeds, chains, edges.

Seeds are runs of words that both texts share, chained while they follow one another (see
`chains`). The gaps inside a chain are filled with the words that agree there too, or differ
by a typo, and its ends are moved by one explicit rule, `_extend`. Gaps and flanks are short,
so all work is bounded by the number of shared runs: rapidfuzz never sees a whole text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein
from rapidfuzz.fuzz import ratio

from checker.chains import Run, chains, shared_runs
from checker.prepared import Prepared

FLANK = 10
"""Words beyond each end of a chain that the edge rule looks at."""
MISMATCH = 0.55
DROP = 2.0
NEAR = int(DROP / MISMATCH) + 1
"""Words beyond an end among which the first must agree: a way that passes over more has fallen too far."""
STRAY = 0.3
"""Where a chain was cut, a word at the cut falls off that weighs less than this for each word of the gap beside it."""
ALIKE = 72.0
"""Two different words count as one misspelt from here on (rapidfuzz ratio, 0..100)."""
MOST_LETTERS = 20_000
"""Longer strings of letters are compared by their beginnings."""
SAME, OTHER, PAST_SUBMITTED, PAST_SOURCE = range(4)
"""Moves of the edge rule: over a word of both texts that agrees, or does not; over a word of one of them."""
NEVER = float("-inf")


@dataclass(frozen=True, slots=True)
class Segment:
    """A passage of both texts: word spans, and the runs inside in the draft's order.

    `weight` is that of the words that agree, misspelt ones included; `agreement` (0..1) is their
    share of both passages; `misspelt` the weight of the words that differ by a typo. Unless it
    is `rearranged` the runs are in the story's order too. Every segment is made by `summarise`.
    """

    submitted: tuple[int, int]
    source: tuple[int, int]
    runs: tuple[Run, ...]
    weight: float
    agreement: float
    misspelt: float
    exact: bool
    rearranged: bool = False

    @property
    def similarity(self) -> float:
        """The agreement, a misspelt word counting half."""
        return self.agreement * (1.0 - 0.5 * self.misspelt / self.weight) if self.weight else 0.0

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

    def segments(self, source: Prepared, first: int = 0, last: int | None = None) -> list[Segment]:
        """All chains with words first..last - 1 of a story, best first; no two overlap in their runs."""
        within = slice(first, len(source) if last is None else last)
        rows = shared_runs(self._sorted, self._order, self._submitted, source, within)
        return [self._finish(chain, source) for chain in chains(rows, self._submitted.sums)]

    def _finish(self, chain: list[Run], source: Prepared) -> Segment:
        submitted = self._submitted
        head, tail = chain[0], chain[-1]
        before = _extend(submitted, source, head.submitted, head.source, -1)
        after = _extend(submitted, source, tail.submitted_end, tail.source_end, 1)
        inner = [*before, head]
        for left, right in pairwise(chain):
            inner += [*_between(submitted, source, left, right), right]
        return summarise(submitted, source, inner + after)


def summarise(submitted: Prepared, source: Prepared, runs: Sequence[Run]) -> Segment:
    """The segment that runs make up: in the draft's order, in any order of the story's.

    Both spans hold every run. Only a run of one word can be misspelt.
    """
    steps = list(pairwise(runs))
    in_order = all(a.source_end <= b.source for a, b in steps)
    i = runs[0].submitted, runs[-1].submitted_end
    j = runs[0].source, runs[-1].source_end
    if not in_order:
        j = min(run.source for run in runs), max(run.source_end for run in runs)
    weight = sum(submitted.total_weight(run.submitted, run.submitted_end) for run in runs)
    whole = submitted.total_weight(*i) + source.total_weight(*j)
    misspelt = sum(
        float(submitted.weight[run.submitted])
        for run in runs
        if run.length == 1 and not run.source_length and submitted.words[run.submitted] != source.words[run.source]
    )
    in_a_row = all(a.submitted_end == b.submitted and a.source_end == b.source for a, b in steps)
    exact = in_a_row and not misspelt
    # words written apart on one side weigh otherwise than on the other, and agree all the same
    agreement = 1.0 if exact else min(1.0, 2 * weight / whole) if whole else 0.0
    return Segment(i, j, tuple(runs), weight, agreement, misspelt, exact, rearranged=not in_order)


def trimmed(submitted: Prepared, source: Prepared, runs: list[Run], *, start: bool, end: bool) -> Segment:
    """The segment of a part of a chain, without stray words at its cut ends that the gaps beside them outweigh."""
    while start and len(runs) > 1 and _stray(submitted, runs[0], runs[1], runs[0]):
        runs = runs[1:]
    while end and len(runs) > 1 and _stray(submitted, runs[-2], runs[-1], runs[-1]):
        runs = runs[:-1]
    return summarise(submitted, source, runs)


def _stray(submitted: Prepared, left: Run, right: Run, end: Run) -> bool:
    gap = max(right.submitted - left.submitted_end, right.source - left.source_end)
    return end.length <= 1 and submitted.total_weight(end.submitted, end.submitted_end) <= STRAY * gap


def _between(submitted: Prepared, source: Prepared, left: Run, right: Run) -> list[Run]:
    """Words that agree, are written apart or together, or differ by a typo, in the gap between two runs."""
    i, j = left.submitted_end, left.source_end
    ours, theirs = submitted.words[i : right.submitted].tolist(), source.words[j : right.source].tolist()
    if not ours or not theirs:
        return []
    if len(ours) != len(theirs) and submitted.letters(i, right.submitted) == source.letters(j, right.source):
        return [Run(i, j, len(ours), len(theirs))]
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
    return _misspelt(submitted.tokens.spelt(i), source.tokens.spelt(j))


def _misspelt(ours: bytes, theirs: bytes) -> bool:
    return len(ours) > 3 and len(theirs) > 3 and ratio(ours, theirs, score_cutoff=ALIKE) >= ALIKE


def _is_any_misspelt(ours: list[bytes], theirs: list[bytes]) -> bool:
    """Whether a word differs by a typo from that at its place on the other side, or from a neighbour of that."""
    return any(_misspelt(word, other) for x, word in enumerate(ours) for other in theirs[max(0, x - 1) : x + 2])


def _extend(submitted: Prepared, source: Prepared, i: int, j: int, step: int) -> list[Run]:
    """Move an edge outwards from words i, j (half-open) while it pays.

    The rule: among all ways on through the next FLANK words of both texts, take the one where
    the weight of words that agree, less MISMATCH for every word passed over, is greatest; stay
    when none is above zero. So one deleted word is crossed for the sake of two that agree, and
    a stray "the" is not reached for. A way that falls DROP below the best is given up.
    """
    i, j = (i - 1, j - 1) if step > 0 else (i, j)
    (x, y), came = _ways(submitted, source, i, j, step)
    runs: list[Run] = []
    while x or y:
        move = came[x][y]
        if move == SAME:
            runs.append(Run(i + step * x, j + step * y, 1))
        x, y = x - (move != PAST_SOURCE), y - (move != PAST_SUBMITTED)
    return runs if step < 0 else runs[::-1]


def _ways(submitted: Prepared, source: Prepared, i: int, j: int, step: int) -> tuple[tuple[int, int], list[list[int]]]:
    """Where the best way ends, x words of the draft and y of the story on, and by which move each place is reached."""
    ours, theirs = _flank(submitted.words, i, step), _flank(source.words, j, step)
    letters = _letters(submitted, i, step), _letters(source, j, step)
    if set(ours[:NEAR]).isdisjoint(theirs[:NEAR]) and not _is_any_misspelt(letters[0][:NEAR], letters[1][:NEAR]):
        return (0, 0), []  # as at most ends, and the rest need not be gone through
    weight = _flank(submitted.weight, i, step)
    best, where = 0.0, (0, 0)
    first, last = 0, -1  # of the cells in the row above that are still followed
    above: list[float] = []
    came: list[list[int]] = []
    for x in range(len(ours) + 1):
        row, moves = [NEVER] * (len(theirs) + 1), [SAME] * (len(theirs) + 1)
        followed: list[int] = []
        for y in range(first, len(theirs) + 1):
            if y > last + 1 and y and row[y - 1] == NEVER:
                break
            value, move = (0.0 if x == y == 0 else NEVER), OTHER
            if x and y and above[y - 1] > NEVER:
                same = ours[x - 1] == theirs[y - 1] or (
                    abs(x - y) < 2 and _misspelt(letters[0][x - 1], letters[1][y - 1])
                )
                value, move = (above[y - 1] + weight[x - 1], SAME) if same else (above[y - 1] - MISMATCH, OTHER)
            if x and above[y] - MISMATCH > value:
                value, move = above[y] - MISMATCH, PAST_SUBMITTED
            if y and row[y - 1] - MISMATCH > value:
                value, move = row[y - 1] - MISMATCH, PAST_SOURCE
            if value < best - DROP:
                continue
            row[y], moves[y] = value, move
            followed.append(y)
            if move == SAME and value > best:
                best, where = value, (x, y)
        came.append(moves)
        if not followed:
            break
        above, first, last = row, followed[0], followed[-1]
    return where, came


def _flank(values: NDArray[Any], at: int, step: int) -> list[Any]:
    """The values of the next FLANK words from word `at` on, that word left out, nearest first."""
    if step > 0:
        return values[at + 1 : at + 1 + FLANK].tolist()  # type: ignore[no-any-return]
    return values[max(0, at - FLANK) : at][::-1].tolist()  # type: ignore[no-any-return]


def _letters(text: Prepared, at: int, step: int) -> list[bytes]:
    """The same words as folded, in UTF-8."""
    first, last = (at + 1, min(len(text), at + 1 + FLANK)) if step > 0 else (max(0, at - FLANK), at)
    if first >= last:
        return []
    offsets: list[int] = text.tokens.offset[first : last + 1].tolist()
    letters = text.tokens.letters[offsets[0] : offsets[-1]].tobytes()
    words = [letters[begin - offsets[0] : end - offsets[0]] for begin, end in pairwise(offsets)]
    return words if step > 0 else words[::-1]
