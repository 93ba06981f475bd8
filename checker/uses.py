"""What the words of a match are: the agency's prose, somebody's speech, common facts, or what sites set around a text.

A passage that is nearly all quotation is a quotation, whoever set the marks; but a draft that sets more of a story's
own prose between marks than an excerpt has quotes nobody. A passage of prose with quotations stays one finding, which
lists them (docs/decisions/0017). Furniture and notices are cut out of a passage, for they belong to nobody's report.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from checker.evidence import copied, evidence
from checker.group import LEAST_REMAINDER, Attributed, remainders
from checker.model import Use
from checker.prepared import Prepared
from checker.quotations import Span
from checker.quoting import Mask, Quoted, Quoting, within
from checker.rights.furniture import furniture
from checker.thresholds import Thresholds


@dataclass(frozen=True, slots=True)
class Used:
    """A passage, what its words are, whose words a quotation is, and spans of quotations in it, in the draft."""

    attributed: Attributed
    use: Use
    speaker: str = ""
    quoted: tuple[Span, ...] = ()


def uses(
    attributed: Sequence[Attributed], submitted: Prepared, notices: Sequence[Span], thresholds: Thresholds
) -> list[Used]:
    """What each passage is; in the order of the draft. `notices` are spans of notices of rights in it."""
    if not attributed:
        return []
    quoting = Quoting(submitted)
    apart = within(submitted, [*furniture(submitted.text), *notices])
    parts = list(_cut(attributed, submitted, apart, thresholds.least_weight))
    own = _may_quote([one for one, is_apart in parts if not is_apart], quoting, thresholds)
    told = [
        (one, None if is_apart else quoting.look(one.found, own=one.found.number in own)) for one, is_apart in parts
    ]
    mere = _facts([(one, quoted) for one, quoted in told if quoted], submitted, thresholds)
    return [_used(one, quoted, one.found.number in mere, quoting, thresholds) for one, quoted in told]


def _used(one: Attributed, quoted: Quoted | None, mere: bool, quoting: Quoting, thresholds: Thresholds) -> Used:
    """One passage; `mere` tells that its story shares no more than facts with the draft, quotations aside."""
    if quoted is None:
        return Used(one, Use.NOTICE)
    if quoted.mostly and (mere or quoted.longest_prose < thresholds.least_weight):
        return Used(one, Use.QUOTATION, quoting.speaker(quoted.spans))
    return Used(one, Use.FACTS if mere else Use.PROSE, quoted=quoted.spans)


def _cut(
    attributed: Sequence[Attributed], submitted: Prepared, apart: Mask, least: float
) -> Iterator[tuple[Attributed, bool]]:
    """Passages without the words that are set apart, and those words as passages of their own (True)."""
    for one in attributed:
        first, last = one.found.segment.submitted
        inside = np.flatnonzero(apart[first:last]) + first
        if not len(inside):
            yield one, False
            continue
        outside = np.flatnonzero(~apart[first:last]) + first
        parts = [(part, False) for part in remainders(one.found, submitted, set(inside.tolist()), LEAST_REMAINDER)]
        parts += [(part, True) for part in remainders(one.found, submitted, set(outside.tolist()), LEAST_REMAINDER)]
        if all(is_apart or part.segment.weight < least for part, is_apart in parts):
            weight = submitted.weight
            yield one, bool(weight[inside].sum() >= weight[outside].sum() / 2)
            continue
        for part, is_apart in sorted(parts, key=lambda pair: pair[0].segment.submitted):
            yield Attributed(part, list(one.also)), is_apart


def _may_quote(passages: Sequence[Attributed], quoting: Quoting, thresholds: Thresholds) -> set[int]:
    """The stories of which the draft quotes little enough of their own prose for it to be a quotation."""
    words: dict[int, int] = {}
    for one in passages:
        words[one.found.number] = words.get(one.found.number, 0) + quoting.of_itself(one.found)
    return {number for number, count in words.items() if count <= thresholds.longest_excerpt}


def _facts(told: Sequence[tuple[Attributed, Quoted]], submitted: Prepared, thresholds: Thresholds) -> set[int]:
    """The stories of which no passage of prose shows more than the facts that both tell."""
    stories: dict[int, list[tuple[Attributed, Quoted]]] = {}
    for one, quoted in told:
        stories.setdefault(one.found.number, []).append((one, quoted))
    mere: set[int] = set()
    for number, passages in stories.items():
        shown = [
            evidence(one.found, submitted, set(quoted.words[quoted.marked].tolist()), thresholds)
            for one, quoted in passages
        ]
        if not copied(shown, thresholds):
            mere.add(number)
    return mere
