"""One match for the same words: the best story first, the others named beside it."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, field
from typing import Any

from checker.align import similarity, summarise
from checker.chains import Run
from checker.prepared import Prepared
from checker.rules import Found

COVERED = 0.7
"""A passage whose words are matched already to this share is another source of the same words."""
LEAST_REMAINDER = 3.4
ALIKE = 0.95
"""Two passages fit alike when the lesser reaches this share of the better."""
PEERS = 256
CORE = 4
"""Words in a row that are not alike by chance."""
FAVOUR = 0.05
"""Of two passages alike, the one whose story gives the draft more comes first."""


@dataclass(slots=True, eq=False)
class Attributed:
    """A passage as it will be reported, and other stories that hold its words."""

    found: Found
    also: list[Found] = field(default_factory=list)


def attribute(
    kept: Sequence[Found],
    submitted: Prepared,
    preference: Callable[[int, float, float], Any],
    least_weight: float,
    last: Container[int] = (),
) -> list[Attributed]:
    """Give every copied word of the draft to one story; in the order of the draft.

    Of passages that fit alike by their words, `preference` tells which comes first: it makes a
    sort key of the story's number, of how alike the letters are (0..1), and of the weight. What
    another story adds to words that are matched already is reported from `least_weight` on. Stories whose numbers are
    in `last` are given only what no other story holds.
    """
    total = _totals(kept, submitted)
    waiting = sorted(kept, key=lambda one: (one.number in last, -_fit(one, total)))
    taken: dict[int, Attributed] = {}
    chosen: list[Attributed] = []
    while waiting:
        best = _fit(waiting[0], total)
        peers = [
            one
            for one in waiting[:PEERS]
            if _fit(one, total) >= ALIKE * best
            and _same_words(one, waiting[0])
            and (one.number in last) is (waiting[0].number in last)
        ]
        one = min(peers, key=lambda peer: preference(peer.number, *_closeness(peer, submitted)) if peers[1:] else 0)
        waiting.remove(one)
        words = range(*one.segment.submitted)
        owners = [taken[i] for i in words if i in taken]
        least = LEAST_REMAINDER
        if len(owners) >= COVERED * len(words):
            hosts = {id(owner): owner for owner in owners}
            host = max(hosts.values(), key=owners.count)
            same = one.number == host.found.number
            if not same and all(one.number != other.number for other in host.also):
                host.also.append(one)
            least = LEAST_REMAINDER if same else least_weight
        for part in remainders(one, submitted, taken, least) if owners else [one]:
            new = Attributed(part)
            chosen.append(new)
            for i in range(*part.segment.submitted):
                taken.setdefault(i, new)
    return sorted(chosen, key=lambda one: one.found.segment.submitted)


def _totals(kept: Sequence[Found], submitted: Prepared) -> dict[int, float]:
    """The weight of the draft's words that each story gives, each word once: a story gains nothing by repeating one."""
    total: dict[int, float] = {}
    reached: dict[int, int] = {}
    for one in sorted(kept, key=lambda one: one.segment.submitted):
        first, last = one.segment.submitted
        new = max(first, reached.get(one.number, 0))
        reached[one.number] = max(last, new)
        if new < last:
            share = submitted.total_weight(new, last) / max(submitted.total_weight(first, last), 1e-9)
            total[one.number] = total.get(one.number, 0.0) + one.segment.weight * share
    return total


def _fit(one: Found, total: dict[int, float]) -> float:
    return one.segment.weight * one.segment.similarity + FAVOUR * total[one.number]


def _closeness(one: Found, submitted: Prepared) -> tuple[float, float]:
    """How alike the letters are between the first and the last longer run, and the weight.

    A word or two that agree by chance beyond an edit lengthen a passage, and make a story no worse a source of it.
    """
    (start, end), (low, high) = one.segment.submitted, one.segment.source
    runs = [run for run in one.segment.runs if run.length >= CORE]
    if runs and runs[0].source < runs[-1].source_end:
        start, end, low, high = runs[0].submitted, runs[-1].submitted_end, runs[0].source, runs[-1].source_end
    ours, theirs = submitted.letters(start, end), one.source.letters(low, high)
    return round(similarity(ours, theirs), 3), round(one.segment.weight, 1)


def _same_words(a: Found, b: Found) -> bool:
    (a_start, a_end), (b_start, b_end) = a.segment.submitted, b.segment.submitted
    return min(a_end, b_end) - max(a_start, b_start) >= ALIKE * max(a_end - a_start, b_end - b_start)


def remainders(one: Found, submitted: Prepared, taken: Container[int], least: float) -> list[Found]:
    """What is left of a passage outside the words of the draft that are taken, in parts that weigh at least so much."""
    pieces: list[list[Run]] = []
    for run in one.segment.runs:
        for part in _free(run, taken):
            last = pieces[-1][-1] if pieces else None
            if last and not any(i in taken for i in range(last.submitted_end, part.submitted)):
                pieces[-1].append(part)
            else:
                pieces.append([part])
    parts = [summarise(submitted, one.source, piece) for piece in pieces]
    return [Found(part, one.source, one.number, one.stories) for part in parts if part.weight >= least]


def _free(run: Run, taken: Container[int]) -> list[Run]:
    """The stretches of a run that are not taken."""
    if run.source_length:
        return [] if any(i in taken for i in range(run.submitted, run.submitted_end)) else [run]
    found: list[Run] = []
    for n in range(run.length):
        if run.submitted + n in taken:
            continue
        if found and found[-1].submitted_end == run.submitted + n:
            found[-1] = Run(found[-1].submitted, found[-1].source, found[-1].length + 1)
        else:
            found.append(Run(run.submitted + n, run.source + n, 1))
    return found
