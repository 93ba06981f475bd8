"""Whether a passage shows that one text was before the eyes of who wrote the other, or only the facts that both tell.

Two who report one event share its names, figures and set turns, and words between them by chance. What they do not
share is a long run of words, or many short ones that follow each other closely. Names and figures say nothing here.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass

from checker.chains import Run
from checker.prepared import Prepared
from checker.rules import STOCK_LONG, Found
from checker.thresholds import Thresholds

LEAST_COMMAS = 3
ITEM_WORDS = 3.5
"""A short passage with so many commas and no more words than this between two of them is a list."""
SHORT_RUN = 3
"""Words in a row from which on they count."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a passage of prose shows: whether a run in it is long, and what its shorter ones weigh together.

    `close` and `loose` are that weight times the square of the passage's agreement, and times the agreement.
    """

    long: bool
    close: float
    loose: float


def evidence(one: Found, submitted: Prepared, excused: Container[int], thresholds: Thresholds) -> Evidence:
    """What the passage shows without the words of the draft that are excused, as if they were not there.

    A run is long from `longest_by_chance` words on, when its words that are no names weigh `least_expression`; from
    half as many words more on in any case.
    """
    if one.segment.weight < STOCK_LONG and _enumerates(one):
        return Evidence(False, 0.0, 0.0)
    runs = _runs(one, submitted, excused)
    long = any(
        length >= thresholds.longest_by_chance
        and (weight >= thresholds.least_expression or 2 * length >= 3 * thresholds.longest_by_chance)
        for length, weight in runs
    )
    expression = sum(weight for length, weight in runs if length >= SHORT_RUN)
    agreement = one.segment.agreement
    return Evidence(long, expression * agreement**2, expression * agreement)


def copied(passages: Sequence[Evidence], thresholds: Thresholds) -> bool:
    """Whether all passages of one story together show copying: a long run, one close passage, or several loose ones."""
    return (
        any(one.long for one in passages)
        or max((one.close for one in passages), default=0.0) >= thresholds.close_expression
        or sum(one.loose for one in passages) >= thresholds.loose_expression
    )


def sharing_facts(found: Sequence[Found], submitted: Prepared, thresholds: Thresholds) -> set[int]:
    """The stories whose passages show no more than facts, quoted or not: they take no words from others."""
    stories: dict[int, list[Found]] = {}
    for one in found:
        stories.setdefault(one.number, []).append(one)
    if len(stories) < 2:
        return set()
    return {
        number
        for number, passages in stories.items()
        if not copied([evidence(one, submitted, (), thresholds) for one in passages], thresholds)
    }


def _enumerates(one: Found) -> bool:
    """Whether a passage of the story is a list of things: what was stolen, who was there, which towns."""
    first, last = one.segment.source
    commas = one.source.text.count(",", *one.source.span(first, last))
    return commas >= LEAST_COMMAS and last - first <= ITEM_WORDS * (commas + 1)


def _runs(one: Found, submitted: Prepared, excused: Container[int]) -> list[tuple[int, float]]:
    """Unbroken runs on both sides: their words, and the weight of those of them that are neither name nor figure.

    Excused words are passed over: a run goes on behind them.
    """
    capitals = _capitals(one.source)
    out: list[tuple[int, float]] = []
    before: Run | None = None
    for run in one.segment.runs:
        goes_on = before is not None and (before.submitted_end, before.source_end) == (run.submitted, run.source)
        length, weight = out.pop() if goes_on and out else (0, 0.0)
        for step in range(run.length):
            i = run.submitted + step
            if i in excused:
                continue
            length += 1
            j = min(run.source + step, len(one.source) - 1)
            weight += 0.0 if not capitals and _named(one.source, j) else float(submitted.weight[i])
        out.append((length, weight))
        before = run
    return out


def _named(text: Prepared, i: int) -> bool:
    """Whether a word is a name or a figure, by its letters."""
    word = text.text[int(text.tokens.start[i]) : int(text.tokens.end[i])]
    return word[:1].isupper() or any(map(str.isdigit, word))


def _capitals(text: Prepared) -> bool:
    """Whether a text is all in capitals, or has none, so that they tell no names."""
    sample = text.text[:2000]
    return sum(map(str.isupper, sample)) > sum(map(str.islower, sample))
