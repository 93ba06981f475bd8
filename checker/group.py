"""One match for the same words: the best story first, the others named beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from checker.align import Run, summarise
from checker.prepared import Prepared
from checker.refine import Found

COVERED = 0.7
"""A passage whose words are matched already to this share is another source of the same words."""
LEAST_REMAINDER = 3.4
FAVOUR = 0.05
"""Of two passages alike, the one whose story gives the draft more comes first."""


@dataclass(slots=True)
class Attributed:
    """A passage as it will be reported, and other stories that hold its words."""

    found: Found
    also: list[Found] = field(default_factory=list)


def attribute(kept: Sequence[Found], submitted: Prepared) -> list[Attributed]:
    """Give every copied word of the draft to one story; in the order of the draft."""
    total: dict[int, float] = {}
    for one in kept:
        total[one.number] = total.get(one.number, 0.0) + one.segment.weight
    order = sorted(kept, key=lambda one: (-one.segment.weight - FAVOUR * total[one.number], -one.segment.similarity, one.number))
    taken: dict[int, Attributed] = {}
    chosen: list[Attributed] = []
    for one in order:
        words = range(*one.segment.submitted)
        owners = [taken[i] for i in words if i in taken]
        if len(owners) >= COVERED * len(words):
            owner = max(set(map(id, owners)), key=[id(o) for o in owners].count)
            host = next(o for o in owners if id(o) == owner)
            if one.number != host.found.number and all(one.number != other.number for other in host.also):
                host.also.append(one)
            continue
        for part in _remainders(one, submitted, taken) if owners else [one]:
            new = Attributed(part)
            chosen.append(new)
            for i in range(*part.segment.submitted):
                taken.setdefault(i, new)
    return sorted(chosen, key=lambda one: one.found.segment.submitted)


def _remainders(one: Found, submitted: Prepared, taken: dict[int, Attributed]) -> list[Found]:
    """What is left of a passage outside the words that other matches have taken."""
    pieces: list[list[Run]] = [[]]
    for run in one.segment.runs:
        free = [n for n in range(run.length) if run.submitted + n not in taken]
        if len(free) < run.length and pieces[-1]:
            pieces.append([])
        for n in free:
            last = pieces[-1][-1] if pieces[-1] else None
            if last and last.submitted + last.length == run.submitted + n and last.source + last.length == run.source + n:
                pieces[-1][-1] = Run(last.submitted, last.source, last.length + 1)
            else:
                pieces[-1].append(Run(run.submitted + n, run.source + n, 1))
    parts = [summarise(submitted, one.source, piece) for piece in pieces if piece]
    return [Found(part, one.source, one.number, one.stories) for part in parts if part.weight >= LEAST_REMAINDER]
