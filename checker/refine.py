"""Which passages stand as reuse. Named rules, each (kept, dropped); a dropped one carries its reason.

The rules, in order:

    too-short          does not reach the weight that its similarity asks for, nor stands beside one that does
    formulaic-data     a template with other figures in it: earnings paragraphs, market tables, scores
    names-and-titles   hardly more than the names of people and bodies, and their titles
    stock-phrase       a short phrase that several unrelated stories of the index hold

Only short passages can fall to the last three: nobody writes thirty words alike by accident.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from checker.align import Run, Segment, summarise
from checker.model import Reason
from checker.policy import Policy
from checker.prepared import Prepared

FIGURES_REPLACED = 2
WORDS_A_FIGURE = 12
NAME_SHARE = 0.72
STOCK_STORIES = 4
STOCK_LONG = 16.0


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A segment and the story it lies in; `stories` is how many unrelated stories hold its commonest words in a row."""

    segment: Segment
    source: Prepared
    number: int
    stories: int = 1


@dataclass(frozen=True, slots=True)
class Verdicts:
    kept: list[Found]
    dropped: list[tuple[Found, Reason, str]]


Rule = Callable[[Found, Prepared], str]
"""Why a passage is not reuse, or an empty string."""


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
        reason, detail = _first_reason(one, submitted)
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
        kept.extend(one for one in joined if one not in anchors)
        dropped.extend((one, Reason.TOO_SHORT, f"{one.segment.words} words") for one in short if one not in joined)
    return Verdicts(kept, dropped)


def _joined(short: Sequence[Found], anchors: Sequence[Found], policy: Policy) -> list[Found]:
    """The anchors, and all that stands beside one of them, or beside what does."""
    joined = list(anchors)
    rest = [one for one in short if one not in joined]
    reached = joined
    while reached:
        reached = [one for one in rest if _beside(one, reached, policy)]
        rest = [one for one in rest if one not in reached]
        joined = joined + reached
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
        and not _figures_replaced(one, submitted)
    ]
    for seed in sorted(able, key=lambda one: -one.segment.weight):
        if seed.segment.weight < policy.least_seed:
            break
        group = _joined([one for one in able if one is not seed], [seed], policy)
        if _weight_once(group) >= policy.least_together and not _first_reason(seed, submitted)[0]:
            return group
    able = [one for one in short if one.segment.weight >= policy.least_scattered and not _figures_replaced(one, submitted)]
    needed = max(policy.scattered_weight, policy.scattered_share * float(submitted.weight.sum()))
    return able if able and _weight_once(able) >= needed else []


def _weight_once(group: Sequence[Found]) -> float:
    """The weight of the words of the story that a group takes, each counted once."""
    words = {i for one in group for run in one.segment.runs for i in range(run.source, run.source + run.length)}
    return float(sum(float(group[0].source.weight[i]) for i in words))


def _first_reason(one: Found, submitted: Prepared) -> tuple[Reason | None, str]:
    for reason, longest, rule in RULES:
        detail = rule(one, submitted) if one.segment.weight < longest else ""
        if detail:
            return reason, detail
    return None, ""


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


def formulaic(one: Found, submitted: Prepared) -> str:
    """Figures of the story stand replaced by other figures, and what agrees is short runs between them."""
    replaced = _figures_replaced(one, submitted)
    words = one.segment.submitted[1] - one.segment.submitted[0]
    if replaced >= FIGURES_REPLACED and replaced * WORDS_A_FIGURE >= words:
        return f"{replaced} figures differ in {words} words"
    return ""


def _figures_replaced(one: Found, submitted: Prepared) -> int:
    replaced = 0
    for left, right in pairwise(one.segment.runs):
        ours = _figures(submitted, left.submitted + left.length, right.submitted)
        theirs = _figures(one.source, left.source + left.length, right.source)
        replaced += min(ours, theirs)
    return replaced


def _figures(text: Prepared, first: int, last: int) -> int:
    return sum(1 for i in range(first, last) if any(char.isdigit() for char in _raw(text, i)))


def _raw(text: Prepared, i: int) -> str:
    return text.text[int(text.tokens.start[i]) : int(text.tokens.end[i])]


def names(one: Found, submitted: Prepared) -> str:
    """Nearly all the words that agree are capitalised in the story, titles, or the small words between them."""
    del submitted
    named = total = 0.0
    for run in one.segment.runs:
        for i in range(run.source, run.source + run.length):
            word = _raw(one.source, i)
            weight = float(one.source.weight[i])
            total += weight
            if any(char.isdigit() for char in word):
                continue
            if word[:1].isupper() or word.lower() in TITLES or len(word) <= 3:
                named += weight
    if total and named / total >= NAME_SHARE and not _all_capitals(one.source):
        return f"{named / total:.0%} names and titles"
    return ""


def _all_capitals(text: Prepared) -> bool:
    sample = text.text[:2000]
    return sum(char.isupper() for char in sample) > sum(char.islower() for char in sample)


def stock(one: Found, submitted: Prepared) -> str:
    """Several stories that are no versions of one another hold the phrase."""
    del submitted
    return f"in {one.stories} stories" if one.stories >= STOCK_STORIES else ""


TITLES = frozenset(
    "said says told according spokesman spokeswoman spokesperson president vice chairman chairwoman chief executive "
    "officer director minister prime deputy secretary general judge justice senator representative governor mayor "
    "professor doctor economist analyst strategist manager head leader commissioner attorney lawyer counsel former "
    "senior assistant undersecretary ambassador".split()
)

RULES: tuple[tuple[Reason, float, Rule], ...] = (
    (Reason.FORMULAIC, 24.0, formulaic),
    (Reason.NAMES, 13.0, names),
    (Reason.STOCK_PHRASE, STOCK_LONG, stock),
)
"""Each rule with the weight from which on a passage is no accident, whatever it is made of."""
