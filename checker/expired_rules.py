"""The rules of `rules` for stories without a text: asked of the draft's own words, as far as these can tell."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from checker.chains import Run
from checker.prepared import Prepared
from checker.rules import FIGURES_REPLACED, NAME_SHARE, SHORT, TEMPLATE_LONG, TITLES, WORDS_A_FIGURE

NAMES_LONG = 13.0
"""From this weight on nothing is a list of names."""
SAMPLE = 2000
"""Characters by which it is seen that a draft is all in capitals; then they tell no names."""


def is_names(runs: Sequence[Run], submitted: Prepared) -> bool:
    """Nearly all the words that agree are capitalised in the draft, titles, or the small words between them."""
    whole = sum(submitted.total_weight(run.submitted, run.submitted_end) for run in runs)
    if whole >= NAMES_LONG or _in_capitals(submitted):
        return False
    named = 0.0
    for run in runs:
        for i in range(run.submitted, run.submitted_end):
            word = _raw(submitted, i)
            if not any(char.isdigit() for char in word) and (
                word[:1].isupper() or word.lower() in TITLES or len(word) <= 3
            ):
                named += float(submitted.weight[i])
    return named >= NAME_SHARE * whole


def is_template(runs: Sequence[Run], submitted: Prepared) -> bool:
    """The draft has figures of its own where the story has words that do not agree, between short runs that do."""
    weight = sum(submitted.total_weight(run.submitted, run.submitted_end) for run in runs)
    if weight >= TEMPLATE_LONG:
        return False
    words = runs[-1].submitted_end - runs[0].submitted
    replaced = 0
    for before, run in pairwise(runs):
        replaced += min(_figures(submitted, before.submitted_end, run.submitted), run.source - before.source_end)
    kept = any(_figures(submitted, run.submitted, run.submitted_end) for run in runs)
    if weight >= SHORT and (kept or replaced * WORDS_A_FIGURE < 2 * words):
        return False
    return replaced >= FIGURES_REPLACED and replaced * WORDS_A_FIGURE >= words


def _in_capitals(text: Prepared) -> bool:
    sample = text.text[:SAMPLE]
    return sum(char.isupper() for char in sample) > sum(char.islower() for char in sample)


def _figures(text: Prepared, first: int, last: int) -> int:
    return sum(1 for i in range(first, last) if any(char.isdigit() for char in _raw(text, i)))


def _raw(text: Prepared, i: int) -> str:
    return text.text[int(text.tokens.start[i]) : int(text.tokens.end[i])]
