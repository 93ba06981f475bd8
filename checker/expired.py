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

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from checker.chains import Run, chains
from checker.compare import Looked
from checker.prepared import Prepared
from checker.rules import FIGURES_REPLACED, NAME_SHARE, SHORT, TEMPLATE_LONG, TITLES, WORDS_A_FIGURE
from checker.thresholds import Thresholds
from fingerprints.index import StoredWork

MOST_RUNS = 4000
"""Runs of one story that are chained; the longest are kept."""
TRUSTED = 0.25
"""The share of the words that may agree besides that is counted in. With half of them a passage would need no more than
in a text, but five times as many unrelated stories would be flagged."""
NAMES_LONG = 13.0
"""From this weight on nothing is a list of names."""
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
    """What the draft shares with stories whose text is gone, in the draft's order; each word once."""
    shingle = len(looked.submitted) - looked.probes.letters_from + 1
    found = [
        one
        for number, work in expired.items()
        if work.places
        for one in _Story(looked, number, work, shingle).passages(thresholds)
    ]
    return _apart(found, looked.submitted)


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

    def __init__(self, looked: Looked, number: int, work: StoredWork, shingle: int) -> None:
        self._submitted = looked.submitted
        self._number = number
        self._shingle = shingle
        self._kept, self._start, self._end = np.array(work.places, dtype=np.int64).T
        self._rows = self._runs(looked)

    def _runs(self, looked: Looked) -> Integers:
        """Words that agree in a row, as rows (submitted, source, length)."""
        own = np.flatnonzero((looked.hits.number == self._number) & (looked.hits.row < looked.probes.letters_from))
        i = looked.probes.positions[looked.hits.row[own]].astype(np.int64)
        j = looked.hits.position[own].astype(np.int64)
        by_diagonal = np.lexsort((i, j - i))
        i, j = i[by_diagonal], j[by_diagonal]
        if not len(i):
            return np.zeros((0, 3), dtype=np.int64)
        begins = np.flatnonzero(np.append(True, (np.diff(i) > self._shingle) | (np.diff(j - i) != 0)))
        ends = np.append(begins[1:], len(i)) - 1
        rows = np.stack((i[begins], j[begins], i[ends] - i[begins] + self._shingle), axis=1)
        if len(rows) > MOST_RUNS:
            rows = rows[np.argsort(-rows[:, 2], kind="stable")[:MOST_RUNS]]
        return rows[np.lexsort((rows[:, 1], rows[:, 0]))]

    def passages(self, thresholds: Thresholds) -> list[ExpiredPassage]:
        """All that stands, as `refine` has it: on its own, beside what does, or several short ones together."""
        parts = [
            self._part(runs)
            for chain in chains(self._rows, self._submitted.sums)
            for runs in _parts(chain, self._submitted, thresholds)
        ]
        standing = [one for one in parts if not one.ruled and one.weight >= thresholds.needed(one.agreement)]
        standing = standing or self._together([one for one in parts if not one.ruled], thresholds)
        return [self._passage(one) for one in _with_neighbours(standing, parts, thresholds)]

    def _part(self, runs: list[Run]) -> _Part:
        weight = sum(self._submitted.total_weight(run.submitted, run.submitted_end) for run in runs)
        words = sum(run.length for run in runs)
        weight += TRUSTED * sum(map(self._unseen, runs)) * weight / words
        possible = self._keys(runs[0].source, runs[-1].source_end)
        answered = sum(self._keys(run.source, run.source_end) for run in runs)
        agreement = min(1.0, answered / max(1, possible)) ** (1 / self._shingle)
        return _Part(runs, weight, agreement, _is_names(runs, self._submitted) or _is_template(runs, self._submitted))

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
        for seed in sorted(exact, key=lambda one: -one.weight):
            if seed.weight < thresholds.least_seed:
                break
            group = _with_neighbours([seed], exact, thresholds)
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
    for one in joined:  # grows while it is gone through
        for other in parts:
            ours, theirs = _distance(one.submitted, other.submitted), _distance(one.source, other.source)
            solid = other.weight >= thresholds.least_support or theirs <= thresholds.next_words
            near = ours <= thresholds.reach_submitted and theirs <= thresholds.reach_source
            if near and solid and id(other) not in known:
                known.add(id(other))
                joined.append(other)
    return joined


def _distance(one: tuple[int, int], other: tuple[int, int]) -> int:
    """Words between two spans."""
    return max(0, one[0] - other[1], other[0] - one[1])


def _is_names(runs: Sequence[Run], submitted: Prepared) -> bool:
    """The rule `names` of `rules`, asked of the draft's own words."""
    named = total = 0.0
    for run in runs:
        for i in range(run.submitted, run.submitted_end):
            word, weight = _raw(submitted, i), float(submitted.weight[i])
            total += weight
            if not any(char.isdigit() for char in word):
                named += weight * (word[:1].isupper() or word.lower() in TITLES or len(word) <= 3)
    return total < NAMES_LONG and named >= NAME_SHARE * total


def _is_template(runs: Sequence[Run], submitted: Prepared) -> bool:
    """The rule `formulaic` of `rules`, as far as the draft shows it: figures of its own where the story has others."""
    words = runs[-1].submitted_end - runs[0].submitted
    replaced = 0
    for before, run in pairwise(runs):
        own = sum(_has_figure(submitted, i) for i in range(before.submitted_end, run.submitted))
        replaced += min(own, run.source - before.source_end)
    kept = any(_has_figure(submitted, i) for run in runs for i in range(run.submitted, run.submitted_end))
    weight = sum(submitted.total_weight(run.submitted, run.submitted_end) for run in runs)
    if weight >= TEMPLATE_LONG or (weight >= SHORT and (kept or replaced * WORDS_A_FIGURE < 2 * words)):
        return False
    return replaced >= FIGURES_REPLACED and replaced * WORDS_A_FIGURE >= words


def _has_figure(text: Prepared, i: int) -> bool:
    return any(char.isdigit() for char in _raw(text, i))


def _raw(text: Prepared, i: int) -> str:
    return text.text[int(text.tokens.start[i]) : int(text.tokens.end[i])]


def _parts(chain: Sequence[Run], submitted: Prepared, thresholds: Thresholds) -> list[list[Run]]:
    """A chain cut at seams, and where the draft goes on in words of its own that replace nothing."""
    seams = submitted.seams_within(chain[0].submitted, chain[-1].submitted_end)
    runs = [part for run in chain for part in _at_seams(run, seams)]
    parts = [[runs[0]]]
    for before, run in pairwise(runs):
        own, theirs = run.submitted - before.submitted_end, run.source - before.source_end
        added = own - theirs >= thresholds.widest_insertion and own >= 2 * theirs
        if added or any(before.submitted_end <= seam <= run.submitted for seam in seams):
            parts.append([])
        parts[-1].append(run)
    return parts


def _at_seams(run: Run, seams: Sequence[int]) -> list[Run]:
    cuts = [run.submitted, *(seam for seam in seams if run.submitted < seam < run.submitted_end), run.submitted_end]
    return [Run(low, run.source + low - run.submitted, high - low) for low, high in pairwise(cuts)]


def _apart(found: Sequence[ExpiredPassage], submitted: Prepared) -> list[ExpiredPassage]:
    """Give the words of the draft to one story each, the one that takes the most of them first."""
    kept: list[ExpiredPassage] = []
    for one in sorted(
        found, key=lambda one: (-submitted.total_weight(*one.submitted_words) * one.similarity, one.number)
    ):
        for n, other in enumerate(kept):
            if _shared(one, other) >= COVERED * (one.submitted_words[1] - one.submitted_words[0]):
                if one.number not in (other.number, *other.also):
                    kept[n] = replace(other, also=(*other.also, one.number))
                break
        else:
            kept.append(one)
    return sorted(kept, key=lambda one: one.submitted_words)


def _shared(one: ExpiredPassage, other: ExpiredPassage) -> int:
    """Words of the draft that are in both."""
    (a_start, a_end), (b_start, b_end) = one.submitted_words, other.submitted_words
    return max(0, min(a_end, b_end) - max(a_start, b_start))
