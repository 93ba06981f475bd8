"""What the words of a match are: the agency's prose, somebody's speech, common facts, or what sites set around a text.

A passage that is nearly all quotation is a quotation; one of prose with quotations in it stays one finding, which lists
them (docs/decisions/0017). Furniture and notices are cut out of a passage, for they belong to nobody's report.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from checker.evidence import copied, evidence
from checker.group import LEAST_REMAINDER, Attributed, remainders
from checker.model import Use
from checker.prepared import Prepared
from checker.quotations import Span, quotations
from checker.rights.furniture import furniture
from checker.speakers import speakers
from checker.thresholds import Thresholds

Mask = NDArray[np.bool_]

QUOTED_SHARE = 0.5
"""A passage is a quotation when its quoted words weigh at least this much of the others'."""
LEAST_QUOTED = 3
"""Words of a quotation inside a passage of prose that is worth telling."""


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
    """What each passage is; in the order of the draft. `notices` are spans of notices of rights and credits in it."""
    if not attributed:
        return []
    apart = within(submitted, sorted([*furniture(submitted.text), *notices]))
    said = quotations(submitted.text)
    ours = within(submitted, said)
    zones: dict[int, Mask] = {}
    found: list[Used] = []
    for one, is_apart in _cut(attributed, submitted, apart, thresholds.least_weight):
        if is_apart:
            found.append(Used(one, Use.NOTICE))
            continue
        number, source = one.found.number, one.found.source
        if number not in zones:
            zones[number] = within(source, quotations(source.text))
        found.append(_told(one, submitted, ours, zones[number], said, thresholds.least_weight))
    weak = _without_evidence(found, submitted, ours, zones, thresholds)
    return [replace(one, use=Use.FACTS) if id(one) in weak else one for one in found]


def within(text: Prepared, spans: Sequence[Span]) -> Mask:
    """Which words of a text begin within one of these spans of code points; spans ascend by their start."""
    mask = np.zeros(len(text), dtype=bool)
    if spans and len(text):
        edges = np.zeros(len(text) + 1, dtype=np.int64)
        low, high = (np.searchsorted(text.tokens.start, [span[side] for span in spans]) for side in (0, 1))
        np.add.at(edges, low, 1)
        np.add.at(edges, high, -1)
        mask = np.cumsum(edges[:-1]) > 0
    return mask


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
            yield one, bool(weight[inside].sum() >= QUOTED_SHARE * weight[outside].sum())
            continue
        for part, is_apart in sorted(parts, key=lambda pair: pair[0].segment.submitted):
            yield Attributed(part, list(one.also)), is_apart


def _quoted(one: Attributed, submitted: Prepared, ours: Mask, theirs: Mask) -> tuple[NDArray[np.int64], Mask]:
    """The words of the draft that agree with the story, ascending, and which of them either side has as a quotation."""
    runs = one.found.segment.runs
    words = np.concatenate([np.arange(run.submitted, run.submitted_end) for run in runs])
    there = np.concatenate([np.arange(run.source, run.source + run.length) for run in runs])
    quoted = ours[words] | theirs[np.minimum(there, len(theirs) - 1)]
    order = np.argsort(words, kind="stable")
    return words[order], quoted[order]


def stretches(words: NDArray[np.int64], marked: Mask) -> list[tuple[int, int, bool]]:
    """Runs of words of one kind: (index of the first, index behind the last, whether marked)."""
    if not len(words):
        return []
    cuts = np.flatnonzero(marked[1:] != marked[:-1]) + 1
    edges = [0, *cuts.tolist(), len(words)]
    return [(low, high, bool(marked[low])) for low, high in pairwise(edges)]


def _told(one: Attributed, submitted: Prepared, ours: Mask, theirs: Mask, said: Sequence[Span], least: float) -> Used:
    """Whether a passage is a quotation, and whose; else prose, and which of its words are quoted."""
    words, quoted = _quoted(one, submitted, ours, theirs)
    if not quoted.any():
        return Used(one, Use.PROSE)
    weight = submitted.weight[words]
    parts = stretches(words, quoted)
    prose = max((float(weight[low:high].sum()) for low, high, marked in parts if not marked), default=0.0)
    spans = [
        submitted.span(int(words[low]), int(words[high - 1]) + 1)
        for low, high, marked in parts
        if marked and high - low >= min(LEAST_QUOTED, len(words))
    ]
    inside, outside = float(weight[quoted].sum()), float(weight[~quoted].sum())
    if prose < least and inside >= QUOTED_SHARE * outside and spans:
        return Used(one, Use.QUOTATION, _speaker(submitted.text, spans, said))
    return Used(one, Use.PROSE, quoted=tuple(spans))


def _speaker(text: str, spans: Sequence[Span], said: Sequence[Span]) -> str:
    """The first voice that the draft names for these words; by its own marks where it has some."""
    first, last = spans[0][0], spans[-1][1]
    marked = [span for span in said if span[0] < last and span[1] > first]
    before = [span for span in said if span[1] <= first][-1:]  # what a quotation may go on from
    for zone in (marked, spans):
        known = speakers(text, [*before, *zone])[len(before) :]
        if name := next(filter(None, known), ""):
            return name
    return ""


def _without_evidence(
    found: Sequence[Used], submitted: Prepared, ours: Mask, zones: dict[int, Mask], thresholds: Thresholds
) -> set[int]:
    """Passages of prose of stories of which no passage shows more than the facts that both tell."""
    stories: dict[int, list[Used]] = {}
    for one in found:
        if one.use is Use.PROSE:
            stories.setdefault(one.attributed.found.number, []).append(one)
    weak: set[int] = set()
    for number, passages in stories.items():
        shown = []
        for one in passages:
            words, quoted = _quoted(one.attributed, submitted, ours, zones[number])
            shown.append(evidence(one.attributed.found, submitted, set(words[quoted].tolist()), thresholds))
        if not copied(shown, thresholds):
            weak.update(map(id, passages))
    return weak
