"""The rules that keep templates, names and stock phrases from being called copying.

Each says why a passage is not reuse, or nothing. Names and phrases are set aside only when they
are short, for nobody writes thirty words alike by accident; a longer template only when not one
figure of the story is left in it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from checker.align import Segment
from checker.model import Reason
from checker.prepared import Prepared

FIGURES_REPLACED = 2
WORDS_A_FIGURE = 12
"""A template has at least this many figures replaced, and one in so many words."""
SHORT = 24.0
TEMPLATE_LONG = 60.0
"""From SHORT on a template has twice as many and keeps not one figure; from TEMPLATE_LONG on nothing is a template."""
NAME_SHARE = 0.72
"""From this share of its weight on a passage is a list of names."""
STOCK_STORIES = 4
STOCK_LONG = 16.0
"""A phrase that this many unrelated stories hold is stock, up to this weight."""
TITLES = frozenset(
    """
    said says told according spokesman spokeswoman spokesperson president vice chairman chairwoman
    chief executive officer director minister prime deputy secretary general judge justice senator
    representative governor mayor professor doctor economist analyst strategist manager head leader
    commissioner attorney lawyer counsel former senior assistant undersecretary ambassador
    """.split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A segment and the story it lies in; `stories` is how many unrelated stories hold its rarest words."""

    segment: Segment
    source: Prepared
    number: int
    stories: int = 1


Rule = Callable[[Found, Prepared], str]
"""Why a passage is not reuse, or an empty string."""


def formulaic(one: Found, submitted: Prepared) -> str:
    """Figures of the story stand replaced by other figures, and what agrees is short runs between them."""
    replaced = figures_replaced(one, submitted)
    words = one.segment.submitted[1] - one.segment.submitted[0]
    long = one.segment.weight >= SHORT
    if long and (replaced * WORDS_A_FIGURE < 2 * words or _figures_kept(one, submitted)):
        return ""
    if replaced >= FIGURES_REPLACED and replaced * WORDS_A_FIGURE >= words:
        return f"{replaced} figures differ in {words} words"
    return ""


def figures_replaced(one: Found, submitted: Prepared) -> int:
    """How many figures of the story stand replaced by other figures between words that agree."""
    replaced = 0
    for left, right in pairwise(one.segment.runs):
        ours = _figures(submitted, left.submitted_end, right.submitted)
        theirs = _figures(one.source, left.source_end, right.source)
        replaced += min(ours, theirs)
    return replaced


def _figures_kept(one: Found, submitted: Prepared) -> int:
    """Figures among the words that agree."""
    return sum(_figures(submitted, run.submitted, run.submitted_end) for run in one.segment.runs)


def _figures(text: Prepared, first: int, last: int) -> int:
    return sum(1 for i in range(first, last) if any(char.isdigit() for char in _raw(text, i)))


def _raw(text: Prepared, i: int) -> str:
    return text.text[int(text.tokens.start[i]) : int(text.tokens.end[i])]


def names(one: Found, submitted: Prepared) -> str:
    """Nearly all the words that agree are capitalised in the story, titles, or the small words between them."""
    del submitted
    named = total = 0.0
    for run in one.segment.runs:
        for i in range(run.source, run.source_end):
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


def first_reason(one: Found, submitted: Prepared) -> tuple[Reason | None, str]:
    """The first rule that speaks against a passage, and in what words; None when none does."""
    for reason, longest, rule in RULES:
        detail = rule(one, submitted) if one.segment.weight < longest else ""
        if detail:
            return reason, detail
    return None, ""


RULES: tuple[tuple[Reason, float, Rule], ...] = (
    (Reason.FORMULAIC, TEMPLATE_LONG, formulaic),
    (Reason.NAMES, 13.0, names),
    (Reason.STOCK_PHRASE, STOCK_LONG, stock),
)
"""Each rule with the weight from which on a passage is no accident, whatever it is made of."""
