"""One passage whose sentences were put in another order is one finding, not twelve."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from checker.align import Segment
from checker.group import Attributed
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


def join(attributed: Sequence[Attributed], submitted: Prepared) -> list[Attributed]:
    """Join passages that touch in the draft and between them take a whole stretch of one story."""
    parts = [part for cluster in _clusters(attributed, submitted) for part in _dense_parts(cluster)]
    return [_joined(part, submitted) if len(part) > 1 else part[0] for part in parts]


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


def _joined(cluster: Sequence[Attributed], submitted: Prepared) -> Attributed:
    first = cluster[0].found
    parts = tuple(one.found.segment for one in cluster)
    ours = (parts[0].submitted[0], max(part.submitted[1] for part in parts))
    theirs = (min(part.source[0] for part in parts), max(part.source[1] for part in parts))
    weight = sum(part.weight for part in parts)
    whole = submitted.total_weight(*ours) + first.source.total_weight(*theirs)
    in_order = all(a.source[1] <= b.source[0] for a, b in pairwise(parts))
    segment = Segment(
        submitted=ours,
        source=theirs,
        runs=tuple(run for part in parts for run in part.runs),
        weight=weight,
        agreement=min(1.0, 2 * weight / whole),
        misspelt=sum(part.misspelt for part in parts),
        exact=False,
        rearranged=not in_order,
    )
    also: dict[int, Found] = {}
    for one in cluster:
        for other in one.also:
            if other.number not in also or other.segment.weight > also[other.number].segment.weight:
                also[other.number] = other
    return Attributed(Found(segment, first.source, first.number, first.stories), list(also.values()))
