"""Passages of stories whose text is gone: from the keys alone, since there is nothing left to align.

The index still holds which of a story's shingles it kept, at which words they stood, and which code
points they covered. A draft is probed with all its shingles; those that the story answers are runs of
words that agree. Runs are chained as the runs of a text are (see `chains`).

What is told is what the keys prove. Of every four shingles in a row at least one is kept, so that a
run of words may be up to three words longer at either end than its keys show; no more, for the next
shingle that was kept did not answer. Some of that is counted in when it is asked whether a passage is
long enough (TRUSTED), and never in its span. Words that a draft replaced are not seen one by one: a
passage that was edited much comes in pieces, or not at all.

The rules of `refine` hold as far as the draft shows what they ask for. Stock phrases are not told
apart, because that takes the other versions of the story, and these are found by its text.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from checker.chains import Run, chains
from checker.compare import Looked
from checker.expired_rules import is_names, is_template
from checker.prepared import Prepared
from checker.thresholds import Thresholds
from fingerprints.index import StoredWork

MOST_RUNS = 4000
"""Runs of one story that are chained; the longest are kept."""
TRUSTED = 0.25
"""The share of the words that may agree besides that is counted in. With half of them a passage would need no more than
in a text, but five times as many unrelated stories would be flagged."""
ALIKE = 0.95
"""Of two passages whose weights differ by less, one of a current revision comes first."""
COVERED = 0.7
"""A passage whose words are in another one to this share is a second source of the same words."""

Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ExpiredPassage:
    """A passage of the draft that the keys of story `number` prove; the story's text is gone.

    Spans are half-open: `submitted` and `source` in code points of the draft and of the text that was,
    `submitted_words` and `source_words` in words. `words` are those of the draft that agree, `longest_run` those
    that agree in a row. `similarity` (0..1) is an estimate, from how many of the story's keys within the passage
    the draft answers. `also` are other stories, their text gone too, that hold the same words.
    """

    number: int
    submitted_words: tuple[int, int]
    submitted: tuple[int, int]
    source: tuple[int, int]
    source_words: tuple[int, int]
    words: int
    longest_run: int
    similarity: float
    also: tuple[int, ...] = ()


def passages(looked: Looked, expired: Mapping[int, StoredWork], thresholds: Thresholds) -> list[ExpiredPassage]:
    """What the draft shares with stories whose text is gone, in the draft's order.

    Words that several stories hold are told of the one that takes most of them, and the others beside it.
    """
    shingle = len(looked.submitted) - looked.probes.letters_from + 1
    found: list[ExpiredPassage] = []
    for number, i, j in _agreeing(looked, shingle):
        work = expired.get(number)
        if work is not None and work.places:
            rows = _in_company(_runs(i, j, shingle, looked.submitted.seams), thresholds)
            found += _Story(looked.submitted, work, shingle).passages(rows, thresholds)
    return _apart(found, expired, looked.submitted)


def _agreeing(looked: Looked, shingle: int) -> Iterator[tuple[int, Integers, Integers]]:
    """Of each story the words i of the draft and j of the story at which a shingle agrees; none crosses a seam."""
    hits = looked.hits
    own = np.flatnonzero(hits.row < looked.probes.letters_from)
    i = looked.probes.positions[hits.row[own]].astype(np.int64)
    seams = np.array(looked.submitted.seams, dtype=np.int64)
    whole = np.searchsorted(seams, i, "right") == np.searchsorted(seams, i + shingle)
    own, i = own[whole], i[whole]
    order = np.argsort(hits.number[own], kind="stable")
    number, i, j = hits.number[own][order], i[order], hits.position[own][order].astype(np.int64)
    begins = np.flatnonzero(np.diff(number, prepend=-1))
    for low, high in pairwise([*begins.tolist(), len(number)]):
        yield int(number[low]), i[low:high], j[low:high]


def _runs(i: Integers, j: Integers, shingle: int, seams: Sequence[int]) -> Integers:
    """Words that agree in a row on one side of a seam, as rows (submitted, source, length)."""
    by_diagonal = np.lexsort((i, j - i))
    i, j = i[by_diagonal], j[by_diagonal]
    side = np.searchsorted(np.array(seams, dtype=np.int64), i, "right")
    begins = np.flatnonzero(np.append(True, (np.diff(i) > shingle) | (np.diff(j - i) != 0) | (np.diff(side) != 0)))
    ends = np.append(begins[1:], len(i)) - 1
    rows = np.stack((i[begins], j[begins], i[ends] - i[begins] + shingle), axis=1)
    if len(rows) > MOST_RUNS:
        rows = rows[np.argsort(-rows[:, 2], kind="stable")[:MOST_RUNS]]
    return rows[np.lexsort((rows[:, 1], rows[:, 0]))]


def _in_company(rows: Integers, thresholds: Thresholds) -> Integers:
    """Without short runs that stand all alone in the draft: chance, of which a book holds much."""
    reach = thresholds.reach_submitted
    start, end = rows[:, 0], np.maximum.accumulate(rows[:, 0] + rows[:, 2])
    near = np.append(start[1:] - end[:-1] <= reach, False)
    near[1:] |= near[:-1].copy()
    return rows[near | (rows[:, 2] >= thresholds.least_weight - 1)]


@dataclass(frozen=True, slots=True)
class _Part:
    """Runs that make one passage; `weight` and `agreement` as they are likely to be, `ruled` what a rule says."""

    runs: list[Run]
    weight: float
    agreement: float
    ruled: bool

    @property
    def submitted(self) -> tuple[int, int]:
        return self.runs[0].submitted, self.runs[-1].submitted_end

    @property
    def source(self) -> tuple[int, int]:
        return self.runs[0].source, self.runs[-1].source_end


class _Story:
    """One story without its text."""

    def __init__(self, submitted: Prepared, work: StoredWork, shingle: int) -> None:
        self._submitted = submitted
        self._number = work.number
        self._shingle = shingle
        self._kept, self._start, self._end = np.array(work.places, dtype=np.int64).T

    def passages(self, rows: Integers, thresholds: Thresholds) -> list[ExpiredPassage]:
        """All that stands, as `refine` has it: on its own, beside what does, or several short ones together."""
        parts = [
            self._part(whole)
            for chain in chains(rows, self._submitted.sums)
            for runs in _parts(chain, self._submitted, thresholds)
            if (whole := self._at_keys(runs))
        ]
        standing = [one for one in parts if not one.ruled and one.weight >= thresholds.needed(one.agreement)]
        standing = standing or self._together([one for one in parts if not one.ruled], thresholds)
        return [self._passage(one) for one in _with_neighbours(standing, parts, thresholds)]

    def _at_keys(self, runs: list[Run]) -> list[Run]:
        """The runs without words before the first key: a run loses its beginning where it would overlap another."""
        for n, run in enumerate(runs):
            at = int(np.searchsorted(self._kept, run.source))
            over = int(self._kept[at]) - run.source if at < len(self._kept) else run.length
            if over + self._shingle <= run.length:
                return [Run(run.submitted + over, run.source + over, run.length - over), *runs[n + 1 :]]
        return []

    def _part(self, runs: list[Run]) -> _Part:
        weight = sum(self._submitted.total_weight(run.submitted, run.submitted_end) for run in runs)
        words = sum(run.length for run in runs)
        weight += TRUSTED * sum(map(self._unseen, runs)) * weight / words
        possible = self._keys(runs[0].source, runs[-1].source_end)
        answered = sum(self._keys(run.source, run.source_end) for run in runs)
        agreement = min(1.0, answered / max(1, possible)) ** (1 / self._shingle)
        return _Part(runs, weight, agreement, is_names(runs, self._submitted) or is_template(runs, self._submitted))

    def _keys(self, first: int, last: int) -> int:
        """How many words with a key there are whose shingle lies within words first..last - 1 of the story."""
        return int(np.searchsorted(self._kept, last - self._shingle, "right") - np.searchsorted(self._kept, first))

    def _unseen(self, run: Run) -> int:
        """Words at the ends of a run that may agree too: as many as lie before the next keys that do not."""
        at = int(np.searchsorted(self._kept, run.source))
        before = int(self._kept[at - 1]) if at else -1
        last = run.source_end - self._shingle
        at = int(np.searchsorted(self._kept, last, "right"))
        behind = int(self._kept[at]) if at < len(self._kept) else last + 1
        room = len(self._submitted) - run.submitted_end
        return min(run.source - before - 1, run.submitted) + min(behind - last - 1, room)

    def _together(self, able: Sequence[_Part], thresholds: Thresholds) -> list[_Part]:
        """Short passages close together that make up a long one, or take a good share of the draft from all over."""
        exact = [
            one
            for one in able
            if one.weight >= thresholds.least_support and one.agreement >= thresholds.least_exactness
        ]
        tried: set[int] = set()
        for seed in sorted(exact, key=lambda one: -one.weight):
            if seed.weight < thresholds.least_seed:
                break
            if id(seed) in tried:
                continue
            group = _with_neighbours([seed], exact, thresholds)
            tried.update(map(id, group))
            if self._weight_once(group) >= thresholds.least_together:
                return group
        scattered = [one for one in able if one.weight >= thresholds.least_scattered]
        needed = max(thresholds.scattered_weight, thresholds.scattered_share * float(self._submitted.sums[-1]))
        return scattered if self._weight_once(scattered) >= needed else []

    def _weight_once(self, group: Sequence[_Part]) -> float:
        """The weight of what a group takes, each word of the story counted once."""
        taken: dict[int, float] = {}
        for one in group:
            for run in one.runs:
                for n in range(run.length):
                    taken[run.source + n] = float(self._submitted.weight[run.submitted + n])
        return sum(taken.values())

    def _passage(self, one: _Part) -> ExpiredPassage:
        first, last = one.source
        begin = int(np.searchsorted(self._kept, first))
        end = int(np.searchsorted(self._kept, last - self._shingle, "right")) - 1
        return ExpiredPassage(
            number=self._number,
            submitted_words=one.submitted,
            submitted=self._submitted.span(*one.submitted),
            source=(int(self._start[begin]), int(self._end[end])),
            source_words=one.source,
            words=sum(run.length for run in one.runs),
            longest_run=max(run.length for run in one.runs),
            similarity=round(one.agreement, 4),
        )


def _with_neighbours(standing: Sequence[_Part], parts: Sequence[_Part], thresholds: Thresholds) -> list[_Part]:
    """What stands, and all that stands beside it in both texts, or beside what does."""
    joined = list(standing)
    known = set(map(id, joined))
    rest = [one for one in parts if id(one) not in known]
    if not rest or not joined:
        return joined
    spans = np.array([(*one.submitted, *one.source) for one in rest])
    solid = np.array([one.weight >= thresholds.least_support for one in rest])
    free = np.ones(len(rest), dtype=bool)
    for one in joined:  # grows while it is gone through
        ours = np.maximum(spans[:, 0] - one.submitted[1], one.submitted[0] - spans[:, 1])
        theirs = np.maximum(spans[:, 2] - one.source[1], one.source[0] - spans[:, 3])
        beside = free & (ours <= thresholds.reach_submitted) & (theirs <= thresholds.reach_source)
        beside &= solid | (theirs <= thresholds.next_words)
        free &= ~beside
        joined.extend(rest[n] for n in np.flatnonzero(beside))
    return joined


def _parts(chain: Sequence[Run], submitted: Prepared, thresholds: Thresholds) -> list[list[Run]]:
    """A chain cut at seams, and where the draft goes on in words of its own that replace nothing."""
    seams = submitted.seams_within(chain[0].submitted, chain[-1].submitted_end)
    parts = [[chain[0]]]
    for before, run in pairwise(chain):
        own, theirs = run.submitted - before.submitted_end, run.source - before.source_end
        added = own - theirs >= thresholds.widest_insertion and own >= 2 * theirs
        if added or bisect_left(seams, before.submitted_end) < bisect_right(seams, run.submitted):
            parts.append([])
        parts[-1].append(run)
    return parts


def _apart(
    found: Sequence[ExpiredPassage], expired: Mapping[int, StoredWork], submitted: Prepared
) -> list[ExpiredPassage]:
    """Passages whose words are another one's already are told beside that one; of two alike a current story's stays."""

    def preference(one: ExpiredPassage) -> tuple[float, int]:
        taken = submitted.total_weight(*one.submitted_words) * one.similarity
        return -round(taken * (1.0 if expired[one.number].current else ALIKE), 1), one.number

    kept: list[ExpiredPassage] = []
    owner = np.full(len(submitted), -1, dtype=np.int64)
    for one in sorted(found, key=preference):
        words = owner[slice(*one.submitted_words)]
        taken = words[words >= 0]
        if len(taken) >= COVERED * len(words):
            host = int(np.bincount(taken).argmax())
            kept[host] = _beside(kept[host], one, expired)
            continue
        words[words < 0] = len(kept)
        kept.append(one)
    return sorted(kept, key=lambda one: one.submitted_words)


def _beside(host: ExpiredPassage, one: ExpiredPassage, expired: Mapping[int, StoredWork]) -> ExpiredPassage:
    """The host with another story named; other revisions of a story that is named already are not."""
    known = {expired[number].work.id for number in (host.number, *host.also)}
    return host if expired[one.number].work.id in known else replace(host, also=(*host.also, one.number))
