"""Which passages stand as reuse. Named rules, each (kept, dropped); a dropped one carries its reason.

The rules, in order (see `rules`):

    too-short          does not reach the weight that its similarity asks for, nor stands beside one that does
    formulaic-data     a template with other figures in it: earnings paragraphs, market tables, scores
    names-and-titles   hardly more than the names of people and bodies, and their titles
    stock-phrase       a short phrase that several unrelated stories of the index hold

Only short passages can fall to the last three: nobody writes thirty words alike by accident.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from checker.align import Segment, summarise
from checker.chains import Run
from checker.model import Reason
from checker.policy import Policy
from checker.prepared import Prepared
from checker.rules import Found, figures_replaced, first_reason


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Which passages stand, and which were dropped, for what reason and in which words."""

    kept: list[Found]
    dropped: list[tuple[Found, Reason, str]]


def split_insertions(segment: Segment, submitted: Prepared, source: Prepared, policy: Policy) -> list[Segment]:
    """Cut a segment where the draft goes on in words of its own that replace nothing."""
    parts: list[list[Run]] = [[]]
    for run in segment.runs:
        if parts[-1]:
            last = parts[-1][-1]
            own = run.submitted - last.submitted - last.length
            theirs = run.source - last.source - last.length
            if own - theirs >= policy.widest_insertion and own >= 2 * theirs:
                parts.append([])
        parts[-1].append(run)
    if len(parts) == 1:
        return [segment]
    return [summarise(submitted, source, part) for part in parts]


def refine(found: Sequence[Found], submitted: Prepared, policy: Policy) -> Verdicts:
    """Apply every rule to the passages of all stories.

    What stands on its own is kept unless a rule speaks against it; what stands beside it in
    both texts is kept with it; several short ones close together can stand on each other.
    """
    dropped: list[tuple[Found, Reason, str]] = []
    kept: list[Found] = []
    rest: list[Found] = []
    for one in found:
        if one.segment.weight < policy.needed(one.segment.similarity):
            rest.append(one)
            continue
        reason, detail = first_reason(one, submitted)
        if reason:
            dropped.append((one, reason, detail))
        else:
            kept.append(one)
    by_story: dict[int, list[Found]] = {}
    for one in rest:
        by_story.setdefault(one.number, []).append(one)
    for number, short in by_story.items():
        anchors = [one for one in kept if one.number == number]
        joined = _joined(short, anchors or _together(short, submitted, policy), policy)
        standing = set(map(id, joined))
        kept.extend(one for one in short if id(one) in standing)
        dropped.extend(
            (one, Reason.TOO_SHORT, f"{one.segment.words} words") for one in short if id(one) not in standing
        )
    return Verdicts(kept, dropped)


def _joined(short: Sequence[Found], anchors: Sequence[Found], policy: Policy) -> list[Found]:
    """The anchors, and all that stands beside one of them, or beside what does."""
    joined, reached = list(anchors), list(anchors)
    known = set(map(id, anchors))
    rest = [one for one in short if id(one) not in known]
    while reached:
        beside = [_beside(one, reached, policy) for one in rest]
        reached = [one for one, is_beside in zip(rest, beside, strict=True) if is_beside]
        rest = [one for one, is_beside in zip(rest, beside, strict=True) if not is_beside]
        joined += reached
    return joined


def _together(short: Sequence[Found], submitted: Prepared, policy: Policy) -> list[Found]:
    """Short passages of one story close together in both texts that make up a long one.

    They must be nearly word for word, hold no figure that replaces another, and take every
    word of the story once: a template repeated with other figures is none of that. Failing
    that, a draft that takes a good share of its words from all over one story rewrites it.
    """
    able = [
        one
        for one in short
        if one.segment.weight >= policy.least_support
        and one.segment.similarity >= policy.least_exactness
        and not figures_replaced(one, submitted)
    ]
    for seed in sorted(able, key=lambda one: -one.segment.weight):
        if seed.segment.weight < policy.least_seed:
            break
        group = _joined([one for one in able if one is not seed], [seed], policy)
        if _weight_once(group) >= policy.least_together and not first_reason(seed, submitted)[0]:
            return group
    able = [
        one for one in short if one.segment.weight >= policy.least_scattered and not figures_replaced(one, submitted)
    ]
    needed = max(policy.scattered_weight, policy.scattered_share * float(submitted.weight.sum()))
    return able if able and _weight_once(able) >= needed else []


def _weight_once(group: Sequence[Found]) -> float:
    """The weight of the words of the story that a group takes, each counted once."""
    words = {i for one in group for run in one.segment.runs for i in range(run.source, run.source + run.length)}
    return float(sum(float(group[0].source.weight[i]) for i in words))


def _beside(one: Found, others: Sequence[Found], policy: Policy) -> bool:
    """Whether a passage stands close by in both texts, or, if it is very short, right where the story goes on."""
    for other in others:
        ours = _distance(one.segment.submitted, other.segment.submitted)
        theirs = _distance(one.segment.source, other.segment.source)
        if ours > policy.reach_submitted or theirs > policy.reach_source:
            continue
        if one.segment.weight >= policy.least_support or theirs <= policy.next_words:
            return True
    return False


def _distance(a: tuple[int, int], b: tuple[int, int]) -> int:
    return max(a[0] - b[1], b[0] - a[1], 0)
