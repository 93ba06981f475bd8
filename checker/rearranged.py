"""One passage whose sentences were put in another order is one finding, not twelve.

Only sentences make an order. A shorter piece on lines of its own that stands elsewhere than in the story, such as a
headline's last words, makes no passage rearranged; nor does a sentence that is printed a second time. A
headline that only repeats words of the text below it is no finding of its own.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

import numpy as np

from checker.align import summarise
from checker.group import Attributed
from checker.model import Reason
from checker.prepared import Prepared
from checker.rules import Found

TOUCHING = 5
"""Passages with no more words than this between them in the draft stand in one piece."""
DENSE = 0.5
"""Pieces belong together when they make up this share of the stretch of the story that they span."""
MOST_PIECES = 64
"""No passage is in more pieces than this, so that joining takes no longer than the draft is long."""
TWICE = 1.6
"""More words than this share of the stretch mean that some of it was taken twice: that is repeated, not rearranged."""
SENTENCE_ENDS = re.compile(
    "[.!?\u2026][)\\]\"'\u201d\u2019\u00bb]{0,3}(?=\\s|$)|[\u3002\uff01\uff1f\u061f\u06d4\u0964]|\n[ \t\r]*\n"
)
LEAST_SENTENCE = 6
"""Words of a sentence; what stands between the stops of abbreviations has fewer."""
MOST_OF_IT = 0.8
"""A piece holds a sentence that it takes to this share, and repeats another piece that took this share of its words."""
LONG = 18.0
"""A piece of this weight is as good as a sentence, wherever the stops are."""
BYLINE = 12
"""Words between a headline and the text under it, at most."""
BELOW = 8
"""Passages of the story below a headline that are asked for its words."""
CLOSE = 0.95
"""A passage stands for words of it above it when it agrees with the story to this share."""


@dataclass(frozen=True, slots=True)
class Joined:
    """Passages in the draft's order, and headlines that only repeat them, each with why it is no finding."""

    passages: list[Attributed]
    dropped: list[tuple[Found, Reason, str]]


def join(attributed: Sequence[Attributed], submitted: Prepared) -> Joined:
    """Join passages that touch in the draft and between them take a whole stretch of one story."""
    sentences = _Sentences()
    passages, headlines = _without_headlines(attributed, submitted, sentences)
    parts = [part for cluster in _clusters(passages, submitted) for part in _dense_parts(cluster)]
    ordered = [piece for part in parts for piece in _by_order(part, submitted, sentences)]
    joined = [_joined(part, submitted) if len(part) > 1 else part[0] for part in ordered]
    return Joined(
        joined, [(one.found, Reason.TOO_SHORT, "the same words stand in the passage below") for one in headlines]
    )


class _Sentences:
    """Where the sentences of stories begin and end, in words, found once for a story."""

    def __init__(self) -> None:
        self._edges: dict[int, list[int]] = {}

    def hold(self, one: Found) -> bool:
        """Whether a passage takes a whole sentence of its story, or as much."""
        if one.segment.weight >= LONG:
            return True
        if one.number not in self._edges:
            text = one.source
            ends = np.array([match.end() for match in SENTENCE_ENDS.finditer(text.text)], dtype=np.int64)
            self._edges[one.number] = np.unique([0, *np.searchsorted(text.tokens.start, ends), len(text)]).tolist()
        edges, (first, last) = self._edges[one.number], one.segment.source
        at = max(0, bisect_left(edges, first) - 1)
        for start, end in pairwise(edges[at:]):
            if start >= last:
                break
            taken = min(last, end) - max(first, start)
            if end - start >= LEAST_SENTENCE and taken >= MOST_OF_IT * (end - start):
                return True
        return False


def _without_headlines(
    attributed: Sequence[Attributed], submitted: Prepared, sentences: _Sentences
) -> tuple[list[Attributed], list[Attributed]]:
    """The passages, and apart those shorter than a sentence that stand above passages that take their words as well."""
    headlines: list[Attributed] = []
    passages: list[Attributed] = []
    below: dict[int, deque[Found]] = {}
    for one in reversed(attributed):
        hosts = below.setdefault(one.found.number, deque(maxlen=BELOW))
        if hosts and _heads(one.found, hosts, submitted) and not sentences.hold(one.found):
            headlines.append(one)
        else:
            passages.append(one)
            hosts.appendleft(one.found)
    return passages[::-1], headlines[::-1]


def _heads(one: Found, below: Sequence[Found], submitted: Prepared) -> bool:
    """Whether a passage stands above others of its story, and has no words that they have not."""
    end, begin = one.segment.submitted[1], below[0].segment.submitted[0]
    hosts = [host for host in below if host.segment.weight >= LONG and host.segment.agreement >= CLOSE]
    return (
        0 <= begin - end <= BYLINE
        and below[0] in hosts
        and "\n" in submitted.text[submitted.span(0, end)[1] : submitted.span(begin, begin + 1)[0]]
        and _taken_again(one, hosts)
    )


def _taken_again(one: Found, others: Sequence[Found]) -> bool:
    """Whether other passages of the same story take most of the story's words that this one takes."""
    first, last = one.segment.source
    again = np.zeros(last - first, dtype=bool)
    for run in (run for other in others for run in other.segment.runs):
        again[max(0, run.source - first) : max(0, run.source_end - first)] = True
    return bool(again.sum() >= MOST_OF_IT * len(again))


def _clusters(attributed: Sequence[Attributed], submitted: Prepared) -> list[list[Attributed]]:
    clusters: list[list[Attributed]] = []
    for one in attributed:
        last = clusters[-1][-1] if clusters else None
        touches = (
            last is not None
            and len(clusters[-1]) < MOST_PIECES
            and last.found.number == one.found.number
            and one.found.segment.submitted[0] - last.found.segment.submitted[1] <= TOUCHING
            and not submitted.seams_within(last.found.segment.submitted[0], one.found.segment.submitted[1])
        )
        if touches:
            clusters[-1].append(one)
        else:
            clusters.append([one])
    return clusters


def _dense_parts(cluster: list[Attributed]) -> list[list[Attributed]]:
    """The cluster, cut at its widest gaps until each part takes a whole stretch of the story."""
    if len(cluster) == 1 or _dense(cluster):
        return [cluster]
    gaps = [b.found.segment.submitted[0] - a.found.segment.submitted[1] for a, b in pairwise(cluster)]
    cut = gaps.index(max(gaps)) + 1
    return _dense_parts(cluster[:cut]) + _dense_parts(cluster[cut:])


def _dense(cluster: Sequence[Attributed]) -> bool:
    spans = sorted(one.found.segment.source for one in cluster)
    covered = reached = 0
    for start, end in spans:
        covered += max(0, end - max(start, reached))
        reached = max(reached, end)
    taken = sum(end - start for start, end in spans)
    return covered >= DENSE * (reached - spans[0][0]) and taken <= TWICE * covered


def _by_order(part: list[Attributed], submitted: Prepared, sentences: _Sentences) -> list[list[Attributed]]:
    """The part whole where sentences of it stand in another order; cut around pieces that make none."""
    ordered = _heaviest_in_order(part)
    kept = [one.found for one in part if id(one) in ordered]
    for at, one in enumerate(part):
        strays = id(one) not in ordered and not _taken_again(one.found, kept)
        if strays and (sentences.hold(one.found) or not _on_its_lines(part, at, submitted)):
            return [part]
    cut: list[list[Attributed]] = []
    for in_order, group in groupby(part, lambda one: id(one) in ordered):
        pieces = list(group)
        cut += _dense_parts(pieces) if in_order else [[one] for one in pieces]
    return cut


def _on_its_lines(part: Sequence[Attributed], at: int, submitted: Prepared) -> bool:
    """Whether a piece shares no line of the draft with those beside it, as a headline shares none with its text."""
    spans = [one.found.segment.submitted for one in part[max(0, at - 1) : at + 2]]
    return all(
        "\n" in submitted.text[submitted.span(*before)[1] : submitted.span(*after)[0]]
        for before, after in pairwise(spans)
    )


def _heaviest_in_order(part: Sequence[Attributed]) -> set[int]:
    """The ids of the pieces that follow each other in the story and weigh most together."""
    best: list[tuple[float, int]] = []
    for at, one in enumerate(part):
        segment = one.found.segment
        before = [(best[n][0], n) for n in range(at) if part[n].found.segment.source[1] <= segment.source[0]]
        total, back = max(before, default=(0.0, -1))
        best.append((total + segment.weight, back))
    chosen: set[int] = set()
    at = max(range(len(part)), key=lambda n: best[n][0])
    while at >= 0:
        chosen.add(id(part[at]))
        at = best[at][1]
    return chosen


def _joined(cluster: Sequence[Attributed], submitted: Prepared) -> Attributed:
    first = cluster[0].found
    segment = summarise(submitted, first.source, [run for one in cluster for run in one.found.segment.runs])
    also: dict[int, Found] = {}
    for one in cluster:
        for other in one.also:
            if other.number not in also or other.segment.weight > also[other.number].segment.weight:
                also[other.number] = other
    return Attributed(Found(segment, first.source, first.number, first.stories), list(also.values()))
