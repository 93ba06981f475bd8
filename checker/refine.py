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

from checker.align import Run, Segment, summarise
from checker.model import Reason
from checker.policy import Policy
from checker.prepared import Prepared

LONG = 24.0
"""From this weight on a passage is no accident, whatever it is made of."""
FIGURES_REPLACED = 2
TEMPLATE_SHARE = 0.55
NAME_SHARE = 0.72
STOCK_STORIES = 4


@dataclass(frozen=True, slots=True)
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
    """Apply every rule to the passages of all stories."""
    dropped: list[tuple[Found, Reason, str]] = []
    able: list[Found] = []
    for one in found:
        reason, detail = _first_reason(one, submitted)
        if reason:
            dropped.append((one, reason, detail))
        else:
            able.append(one)
    kept = [one for one in able if one.segment.weight >= policy.needed(one.segment.similarity)]
    rest = [one for one in able if one.segment.weight < policy.needed(one.segment.similarity)]
    while True:
        joined = [one for one in rest if one.segment.weight >= policy.least_support and _beside(one, kept, policy)]
        if not joined:
            break
        kept.extend(joined)
        rest = [one for one in rest if one not in joined]
    dropped.extend((one, Reason.TOO_SHORT, f"{one.segment.words} words") for one in rest)
    return Verdicts(kept, dropped)


def _first_reason(one: Found, submitted: Prepared) -> tuple[Reason | None, str]:
    if one.segment.weight >= LONG:
        return None, ""
    for reason, rule in RULES:
        detail = rule(one, submitted)
        if detail:
            return reason, detail
    return None, ""


def _beside(one: Found, kept: Sequence[Found], policy: Policy) -> bool:
    """Whether a passage of the same story stands close by in both texts."""
    return any(
        one.number == other.number
        and _distance(one.segment.submitted, other.segment.submitted) <= policy.reach_submitted
        and _distance(one.segment.source, other.segment.source) <= policy.reach_source
        for other in kept
    )


def _distance(a: tuple[int, int], b: tuple[int, int]) -> int:
    return max(a[0] - b[1], b[0] - a[1], 0)


def formulaic(one: Found, submitted: Prepared) -> str:
    """Figures of the story stand replaced by other figures, and what agrees is short runs between them."""
    segment, source = one.segment, one.source
    replaced = 0
    for left, right in zip(segment.runs, segment.runs[1:], strict=False):
        ours = _figures(submitted, left.submitted + left.length, right.submitted)
        theirs = _figures(source, left.source + left.length, right.source)
        replaced += min(ours, theirs)
    words = segment.submitted[1] - segment.submitted[0]
    if replaced >= FIGURES_REPLACED and replaced * 12 >= words:
        return f"{replaced} figures differ in {words} words"
    return ""


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

RULES: tuple[tuple[Reason, Rule], ...] = (
    (Reason.FORMULAIC, formulaic),
    (Reason.NAMES, names),
    (Reason.STOCK_PHRASE, stock),
)
