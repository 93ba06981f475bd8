"""Which case is looked at first: the gravest, and among them the one of largest extent.

The extent is

    words on the worst page  x  (100 + per cent of the story on it)  x  (1 + doublings of pages)

where one page is no doubling, 2 are one, 4 are two. So a page that takes a whole story counts twice as much as one that
takes as many words of a long one, and sixteen pages five times as much as one. All in whole numbers, which are the same
everywhere. Of equal ones the outlet's name, then the family's, decides.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from checker.cases.nouns import GONE, Case
from checker.reports.groups import gravity


def extent(words: int, source_share: float, pages: int) -> int:
    """The extent of a case: `words` and `source_share` (0..1) of its worst page, and how many pages it has."""
    return words * (100 + round(100 * min(1.0, source_share))) * max(1, pages).bit_length()


def ranked(cases: Iterable[Case]) -> list[Case]:
    """In order, each with its rank from 1; what this audit did not find again comes last."""
    order = sorted(
        cases, key=lambda one: (one.change in GONE, gravity(one.severity), -one.extent, one.outlet, one.family)
    )
    return [replace(one, rank=rank) for rank, one in enumerate(order, 1)]
