"""Which passages stand as reuse. Named rules, each (kept, dropped); a dropped one carries its reason.

The rules, in order (see `rules`):

    too-short          does not reach the weight that its agreement asks for, nor stands beside one that does
    formulaic-data     a template with other figures in it: earnings paragraphs, market tables, scores
    names-and-titles   hardly more than the names of people and bodies, and their titles
    stock-phrase       a short phrase that several unrelated stories of the index hold

Long passages fall to none of the last three: nobody writes thirty words alike by accident, and a longer
template keeps not one figure.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from checker.align import Segment, trimmed
from checker.chains import Run
from checker.model import Reason
from checker.prepared import Prepared
from checker.rules import Found, figures_replaced, first_reason
from checker.thresholds import Thresholds

LEAST_HELD = 12.0
"""A passage that stands in a gap of another of the same story, and makes two of it, weighs at least this much."""
OVER = 10
"""Words by which such a passage may reach beyond the gap."""
MOST_HELD = 16
"""Passages that are looked at for one gap."""


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Which passages stand, and which were dropped, for what reason and in which words."""

    kept: list[Found]
    dropped: list[tuple[Found, Reason, str]]


def split_seams(segment: Segment, submitted: Prepared, source: Prepared) -> list[Segment]:
    """Cut a segment where something else begins in the draft's file."""
    parts: list[list[Run]] = [list(segment.runs)]
    for seam in submitted.seams_within(*segment.submitted):
        runs = parts.pop()
        before = [run for run in runs if run.submitted_end <= seam]
        behind = [run for run in runs if run.submitted >= seam]
        for run in runs:
            if run.submitted < seam < run.submitted_end and not run.source_length:
                size = seam - run.submitted
                before.append(Run(run.submitted, run.source, size))
                behind.insert(0, Run(seam, run.source + size, run.length - size))
        parts += [part for part in (before, behind) if part]
    if len(parts) == 1 and parts[0] == list(segment.runs):
        return [segment]
    return [trimmed(submitted, source, part, start=True, end=True) for part in parts]


def split_insertions(segment: Segment, submitted: Prepared, source: Prepared, thresholds: Thresholds) -> list[Segment]:
    """Cut a segment where the draft goes on in words of its own that replace nothing."""
    parts: list[list[Run]] = [[]]
    for run in segment.runs:
        if parts[-1]:
            before = parts[-1][-1]
            own = run.submitted - before.submitted_end
            theirs = run.source - before.source_end
            if own - theirs >= thresholds.widest_insertion and own >= 2 * theirs:
                parts.append([])
        parts[-1].append(run)
    if len(parts) == 1:
        return [segment]
    last = len(parts) - 1
    return [trimmed(submitted, source, part, start=n > 0, end=n < last) for n, part in enumerate(parts)]


def split_around(kept: Sequence[Found], submitted: Prepared) -> list[Found]:
    """The passages, each cut where the draft has another of the same story in a gap of it: neither holds the other.

    What follows a passage in the story may stand further on in the draft, behind other words of that story.
    """
    stories: dict[int, list[Found]] = {}
    for one in sorted(kept, key=lambda one: one.segment.submitted):
        stories.setdefault(one.number, []).append(one)
    found: list[Found] = []
    for one in kept:
        mates = stories[one.number]
        parts: list[list[Run]] = [[]]
        for run in one.segment.runs:
            if parts[-1] and _holds_one(mates, parts[-1][-1].submitted_end, run.submitted):
                parts.append([])
            parts[-1].append(run)
        last = len(parts) - 1
        cut = [trimmed(submitted, one.source, part, start=n > 0, end=n < last) for n, part in enumerate(parts)]
        found += [Found(part, one.source, one.number, one.stories) for part in cut] if last else [one]
    return found


def _holds_one(mates: Sequence[Found], first: int, last: int) -> bool:
    """Whether most of one of these passages, in the draft's order, stands between two words of the draft."""
    if last - first + OVER < LEAST_HELD:
        return False
    at = bisect_left(mates, first - OVER, key=lambda one: one.segment.submitted[0])
    for one in mates[at : at + MOST_HELD]:
        start, end = one.segment.submitted
        if start >= last:
            return False
        if (
            one.segment.weight >= LEAST_HELD
            and end <= last + OVER
            and 2 * (min(end, last) - max(start, first)) > end - start
        ):
            return True
    return False


def refine(found: Sequence[Found], submitted: Prepared, thresholds: Thresholds) -> Verdicts:
    """Apply every rule to the passages of all stories.

    What stands on its own is kept unless a rule speaks against it; what stands beside it in
    both texts is kept with it, whatever it is; several short ones can stand on each other.
    """
    kept: list[Found] = []
    short: dict[int, list[Found]] = {}
    against: dict[int, tuple[Reason, str]] = {}
    for one in found:
        reason, detail = Reason.TOO_SHORT, f"{one.segment.words} words"
        if one.segment.weight >= thresholds.needed(one.segment.agreement):
            ruled, detail = first_reason(one, submitted)
            if ruled is None:
                kept.append(one)
                continue
            reason = ruled
        against[id(one)] = reason, detail
        short.setdefault(one.number, []).append(one)
    anchors: dict[int, list[Found]] = {}
    for one in kept:
        anchors.setdefault(one.number, []).append(one)
    for number, rest in short.items():
        if number not in anchors:
            plain = [one for one in rest if against[id(one)][0] is Reason.TOO_SHORT]
            anchors[number] = _together(plain, submitted, thresholds)
        joined = set(map(id, _joined(rest, anchors[number], thresholds)))
        kept.extend(one for one in rest if id(one) in joined)
        for one in rest:
            if id(one) in joined:
                del against[id(one)]
    return Verdicts(kept, [(one, *against[id(one)]) for one in found if id(one) in against])


def _joined(short: Sequence[Found], anchors: Sequence[Found], thresholds: Thresholds) -> list[Found]:
    """The anchors, and all that stands beside one of them, or beside what does."""
    joined = list(anchors)
    known = set(map(id, anchors))
    rest = [one for one in short if id(one) not in known]
    if not rest:
        return joined
    columns = np.array([(*one.segment.submitted, *one.segment.source) for one in rest])
    solid = np.array([one.segment.weight >= thresholds.least_support for one in rest])
    free = np.ones(len(rest), dtype=bool)
    for one in joined:  # grows while it is gone through
        ours = _distance(columns[:, 0], columns[:, 1], one.segment.submitted)
        theirs = _distance(columns[:, 2], columns[:, 3], one.segment.source)
        beside = free & (ours <= thresholds.reach_submitted) & (theirs <= thresholds.reach_source)
        beside &= solid | (theirs <= thresholds.next_words)
        free &= ~beside
        joined.extend(rest[i] for i in np.flatnonzero(beside))
    return joined


def _distance(start: NDArray[np.int64], end: NDArray[np.int64], span: tuple[int, int]) -> NDArray[np.int64]:
    """Words between each of several spans and one."""
    return np.maximum(np.maximum(start - span[1], span[0] - end), 0)


def _together(short: Sequence[Found], submitted: Prepared, thresholds: Thresholds) -> list[Found]:
    """Short passages of one story close together in both texts that make up a long one.

    They must be nearly word for word, hold no figure that replaces another, and take every
    word of the story once: a template repeated with other figures is none of that. Failing
    that, a draft that takes a good share of its words from all over one story rewrites it.
    """
    able = [
        one
        for one in short
        if one.segment.weight >= thresholds.least_support
        and one.segment.agreement >= thresholds.least_exactness
        and not figures_replaced(one, submitted)
    ]
    tried: set[int] = set()
    for seed in sorted(able, key=lambda one: -one.segment.weight):
        if seed.segment.weight < thresholds.least_seed:
            break
        if id(seed) in tried:
            continue
        group = _joined(able, [seed], thresholds)
        tried.update(map(id, group))
        if _weight_once(group) >= thresholds.least_together and not first_reason(seed, submitted)[0]:
            return group
    able = [
        one
        for one in short
        if one.segment.weight >= thresholds.least_scattered and not figures_replaced(one, submitted)
    ]
    needed = max(thresholds.scattered_weight, thresholds.scattered_share * float(submitted.weight.sum()))
    return able if able and _weight_once(able) >= needed else []


def _weight_once(group: Sequence[Found]) -> float:
    """The weight of the words of the story that a group takes, each counted once."""
    taken = np.zeros(len(group[0].source), dtype=bool)
    for one in group:
        for run in one.segment.runs:
            taken[run.source : run.source_end] = True
    return float(group[0].source.weight[taken].sum())
