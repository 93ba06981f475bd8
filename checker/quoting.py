"""Which words of a passage are a quotation, on either side, and whose."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from checker.prepared import Prepared
from checker.quotations import Span, quotations
from checker.rules import Found
from checker.speakers import clauses, speakers

Mask = NDArray[np.bool_]
Words = NDArray[np.int64]

LEAST_QUOTED = 3
"""Words of a quotation inside a passage that is worth telling."""
SHARE = 0.5
"""A passage is mostly quotation when its quoted words weigh at least this much of the others'."""
ZONES = 8
"""Quotations of the draft that are asked for the speaker of one passage, at most."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """The words of the draft that agree with the story, ascending, which of them are quoted, and where they stand.

    `spans` are the quotations among them, in code points of the draft; `longest_prose` is the weight of the
    heaviest stretch without one; `mostly` tells whether the quoted words make up the passage.
    """

    words: Words
    marked: Mask
    spans: tuple[Span, ...]
    longest_prose: float
    mostly: bool


class Quoting:
    """The quotations of one draft and of the stories it is compared with, found once each."""

    def __init__(self, submitted: Prepared) -> None:
        self._submitted = submitted
        self._said = quotations(submitted.text, blocks=False)  # a mail with a story in it is no quotation of it
        self._begins = [start for start, _ in self._said]
        self._ends = [end for _, end in self._said]
        self._ours = within(submitted, self._said)
        self._theirs: dict[int, Mask] = {}
        self._clauses: dict[int, Mask] = {}

    def look(self, one: Found, *, own: bool) -> Quoted:
        """What of a passage the story has as a quotation; where `own` is set, also what only the draft has as one."""
        words, ours, theirs, clause = self._marked(one)
        return self._quoted(words, ours | theirs if own else theirs, clause)

    def of_itself(self, one: Found) -> int:
        """How many words of a passage only the draft has between marks: the story itself is quoted."""
        _, ours, theirs, _ = self._marked(one)
        return int((ours & ~theirs).sum())

    def _marked(self, one: Found) -> tuple[Words, Mask, Mask, Mask]:
        """The words of the draft that agree with the story, ascending; which of them either side has quoted; and which
        stand in a clause of the story that says whose its quotation is."""
        if one.number not in self._theirs:
            spans = quotations(one.source.text)
            self._theirs[one.number] = within(one.source, spans)
            self._clauses[one.number] = within(one.source, clauses(one.source.text, spans))
        zones, said, runs = self._theirs[one.number], self._clauses[one.number], one.segment.runs
        words = np.concatenate([np.arange(run.submitted, run.submitted_end) for run in runs])
        there = np.concatenate([np.arange(run.source, run.source + run.length) for run in runs])
        order = np.argsort(words, kind="stable")
        words, there = words[order], there[order]
        there = np.minimum(there, len(zones) - 1)
        return words, self._ours[words], zones[there], said[there]

    def _quoted(self, words: Words, marked: Mask, clause: Mask) -> Quoted:
        if not marked.any():
            return Quoted(words, marked, (), float("inf"), False)
        weight = self._submitted.weight[words]
        longest_prose = max((float(weight[low:high].sum()) for low, high in _stretches(~marked)), default=0.0)
        spans = [
            self._submitted.span(int(words[low]), int(words[high - 1]) + 1)
            for low, high in _stretches(marked | clause)
            if high - low >= min(LEAST_QUOTED, len(words)) and marked[low:high].any()
        ]
        mostly = bool(spans) and bool(weight[marked].sum() >= SHARE * weight[~marked].sum())
        return Quoted(words, marked, tuple(spans), longest_prose, mostly)

    def speaker(self, spans: Sequence[Span], *, near: bool = False) -> str:
        """The first voice that the draft names for these words, by its own marks where it has some; else "".

        With `near` it must be named with the quotation itself: see `checker.speakers`.
        """
        first, last = bisect_right(self._ends, spans[0][0]), bisect_left(self._begins, spans[-1][1])
        before = self._said[max(0, first - 1) : first]  # what a quotation may go on from
        said = self._said[first : min(last, first + ZONES)]
        for zones in (said,) if near and said else (said, list(spans[:ZONES])):
            known = speakers(self._submitted.text, [*before, *zones], near=near)[len(before) :]
            if name := next(filter(None, known), ""):
                return name
        return ""


def _stretches(mask: Mask) -> list[tuple[int, int]]:
    """From where to where a mask is set, in order."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False])).astype(np.int8)))
    return [(int(low), int(high)) for low, high in edges.reshape(-1, 2)]


def within(text: Prepared, spans: Sequence[Span]) -> Mask:
    """Which words of a text begin within one of these spans of code points."""
    edges = np.zeros(len(text) + 1, dtype=np.int64)
    if spans:
        bounds = np.searchsorted(text.tokens.start, np.array(spans))
        np.add.at(edges, bounds[:, 0], 1)
        np.add.at(edges, bounds[:, 1], -1)
    return np.cumsum(edges[:-1]) > 0
