"""What the words of a match are: the agency's prose, somebody's speech, common facts, or what sites set around a text.

A passage that is nearly all quotation is a quotation, whoever set the marks; but a draft that sets more of a story's
own prose between marks than an excerpt has quotes nobody. A passage of prose with quotations stays one finding, which
lists them (docs/decisions/0017). What is a notice or furniture on both sides is cut out of a passage, for it belongs to
nobody's report; what is left is judged as if it were not there, over the gap (docs/decisions/0037).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from checker.evidence import copied, evidence
from checker.excuses import BOUNDS, OF_RIGHTS, Excuse
from checker.group import LEAST_REMAINDER, Attributed, remainders
from checker.model import Use
from checker.prepared import Prepared
from checker.quotations import Span
from checker.quoting import Mask, Quoted, Quoting, Words, within
from checker.rights.agencies import Agencies
from checker.rights.furniture import WORD, furniture
from checker.rights.notices import notices
from checker.rights.nouns import Notice
from checker.rules import Found
from checker.thresholds import Thresholds

WOVEN = 20
"""Words that a draft sets between two sentences of a story it copies, at most, for them to go on,"""
SKIPPED = 2
"""and words of the story that it leaves out there."""
NEAR = 3
"""Passages before one in the draft among which that is looked for on which it goes on."""


@dataclass(frozen=True, slots=True)
class Used:
    """A passage, what its words are, whose words a quotation is, and spans of quotations in it, in the draft."""

    attributed: Attributed
    use: Use
    speaker: str = ""
    quoted: tuple[Span, ...] = ()


def uses(
    attributed: Sequence[Attributed],
    submitted: Prepared,
    of_rights: Sequence[Notice],
    agencies: Agencies,
    thresholds: Thresholds,
) -> list[Used]:
    """What each passage is; in the order of the draft. `of_rights` are the notices of rights in it."""
    if not attributed:
        return []
    quoting = Quoting(submitted)
    lines = _Lines(submitted, of_rights, agencies)
    parts = [(part, lines.apart(part.found)) for part in attributed]
    own = _may_quote([(one, apart) for one, apart in parts], quoting, thresholds)
    mere = _facts(parts, own, submitted, quoting, thresholds)
    told: list[Used] = []
    for whole, apart in parts:
        for one, is_apart in _cut(whole, submitted, apart, thresholds.least_weight):
            number = one.found.number
            quoted = None if is_apart else quoting.look(one.found, own=number in own)
            told.append(_used(one, quoted, number in mere, submitted, quoting, thresholds))
    return _with_speech_within(told, quoting)


def _with_speech_within(told: Sequence[Used], quoting: Quoting) -> list[Used]:
    """The same, where what the story quotes between its prose is taken with that prose: then it is part of the copy.

    Words that the draft sets between the two make no quotation of it that would be none without them.
    """
    uses = [one.use for one in told]
    reports = [n for n, one in enumerate(told) if one.use is not Use.NOTICE]
    pairs = [
        (a, b)
        for n, b in enumerate(reports)
        for a in reports[max(0, n - NEAR) : n]
        if _goes_on(told[a].attributed.found, told[b].attributed.found)
    ]
    for forth in (pairs, reversed(pairs)):
        for a, b in forth:
            if {uses[a], uses[b]} == {Use.PROSE, Use.QUOTATION}:
                uses[a] = uses[b] = Use.PROSE
    return [
        one if one.use is use else Used(one.attributed, use, quoted=quoting.look(one.attributed.found, own=False).spans)
        for one, use in zip(told, uses, strict=True)
    ]


def _goes_on(one: Found, other: Found) -> bool:
    """Whether a passage goes on where another of its story ends, but for words that the draft has between."""
    ours = other.segment.submitted[0] - one.segment.submitted[1]
    theirs = other.segment.source[0] - one.segment.source[1]
    return one.number == other.number and 0 <= theirs <= SKIPPED and 0 <= ours <= WOVEN


class _Lines:
    """Lines of notices and of furniture, in the draft and in the stories it is compared with."""

    def __init__(self, submitted: Prepared, of_rights: Sequence[Notice], agencies: Agencies) -> None:
        self._submitted, self._agencies = submitted, agencies
        self._ours = within(submitted, _lines_of(submitted.text, of_rights))
        self._theirs: dict[int, tuple[Mask, Mask]] = {}

    def apart(self, one: Found) -> Words:
        """The words of the draft in a passage that are no report, rising.

        They stand in such a line on either side; or state rights in the story, whatever the draft makes of them.
        """
        first, last = one.segment.submitted
        lines, stated = self._of(one)
        found = np.zeros(last - first, dtype=bool)
        for run in one.segment.runs:
            there = np.minimum(np.arange(run.source, run.source + run.length), len(lines) - 1)
            here = slice(run.submitted, run.submitted_end)
            found[run.submitted - first : run.submitted_end - first] = (lines[there] & self._ours[here]) | stated[there]
        return np.flatnonzero(found) + first

    def _of(self, one: Found) -> tuple[Mask, Mask]:
        """Which words of a story stand in such a line, and which state rights."""
        if one.number not in self._theirs:
            text = one.source.text
            found = notices(text, self._agencies)
            stated = [span for notice in found if notice.kind in OF_RIGHTS for span in notice.stated]
            lines = _lines_of(text, found) if self._ours.any() else ()
            self._theirs[one.number] = within(one.source, lines), within(one.source, stated)
        return self._theirs[one.number]


def _lines_of(text: str, of_rights: Sequence[Notice]) -> list[Span]:
    """Where a text has furniture and notices, none longer than its bound."""
    spans = [(one.start, one.end) for one in of_rights if one.kind in OF_RIGHTS]
    short = [span for span in spans if sum(1 for _ in WORD.finditer(text, *span)) <= BOUNDS[Excuse.NOTICE]]
    return [*furniture(text), *short]


def _used(
    one: Attributed, quoted: Quoted | None, mere: bool, submitted: Prepared, quoting: Quoting, thresholds: Thresholds
) -> Used:
    """One passage; `mere` tells that its story shares no more than facts with the draft, quotations aside."""
    if quoted is None:
        return Used(one, Use.NOTICE)
    if quoted.mostly and (mere or quoted.longest_prose < thresholds.least_weight):
        # the story's own prose is said by nobody in it: a voice from the next sentence is not that of these words
        itself = 2 * quoting.of_itself(one.found) > int(quoted.marked.sum())
        speaker = quoting.speaker(quoted.spans, near=itself)
        if mere and not speaker and not copied([evidence(one.found, submitted, (), thresholds)], thresholds):
            return Used(one, Use.FACTS)  # were these words prose, they would show nothing
        return Used(one, Use.QUOTATION, speaker)
    return Used(one, Use.FACTS if mere else Use.PROSE, quoted=quoted.spans)


def _cut(one: Attributed, submitted: Prepared, apart: Words, least: float) -> Iterator[tuple[Attributed, bool]]:
    """A passage without the words that are set apart, and those words as passages of their own (True)."""
    if not len(apart):
        yield one, False
        return
    first, last = one.found.segment.submitted
    taken = np.zeros(last - first, dtype=bool)
    taken[apart - first] = True
    outside = np.flatnonzero(~taken) + first
    if submitted.weight[outside].sum() < least:
        yield one, bool(submitted.weight[apart].sum() >= submitted.weight[outside].sum() / 2)
        return
    parts = [(part, False) for part in remainders(one.found, submitted, set(apart.tolist()), LEAST_REMAINDER)]
    parts += [(part, True) for part in remainders(one.found, submitted, set(outside.tolist()), LEAST_REMAINDER)]
    for part, is_apart in sorted(parts, key=lambda pair: pair[0].segment.submitted):
        yield Attributed(part, list(one.also)), is_apart


def _may_quote(passages: Sequence[tuple[Attributed, Words]], quoting: Quoting, thresholds: Thresholds) -> set[int]:
    """The stories of which the draft quotes little enough of their own prose for it to be a quotation."""
    words: dict[int, int] = {}
    for one, _ in passages:
        words[one.found.number] = words.get(one.found.number, 0) + quoting.of_itself(one.found)
    return {number for number, count in words.items() if count <= thresholds.longest_excerpt}


def _facts(
    passages: Sequence[tuple[Attributed, Words]],
    own: set[int],
    submitted: Prepared,
    quoting: Quoting,
    thresholds: Thresholds,
) -> set[int]:
    """The stories of which no passage of prose shows more than the facts that both tell."""
    stories: dict[int, list[tuple[Attributed, Words]]] = {}
    for one, apart in passages:
        stories.setdefault(one.found.number, []).append((one, apart))
    mere: set[int] = set()
    for number, of_it in stories.items():
        shown = []
        for one, apart in of_it:
            quoted = quoting.look(one.found, own=number in own)
            excused = {*quoted.words[quoted.marked].tolist(), *apart.tolist()}
            shown.append(evidence(one.found, submitted, excused, thresholds))
        if not copied(shown, thresholds):
            mere.add(number)
    return mere
