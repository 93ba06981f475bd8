"""Findings in the order in which an editor wants them: what must not run, what was copied, then what may stay."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum

from checker.model import Match, Notice, Severity, Status

Numbered = tuple[int, Match]
"""A match with its number in the report, from 1."""


class Group(StrEnum):
    """Findings that are looked at together; in the order in which they are shown."""

    STOPPED = "stopped"
    COPIED = "copied"
    ALLOWED = "allowed"
    QUOTED = "quoted"
    STOCK = "stock"


HEADINGS = {
    Group.STOPPED: "Killed, withheld or under embargo",
    Group.COPIED: "Copied",
    Group.ALLOWED: "Licensed, own or waived",
    Group.QUOTED: "Quotations",
    Group.STOCK: "Stock phrases, shared facts and notices",
}
GROUPS = {
    Status.KILLED: Group.STOPPED,
    Status.WITHHELD: Group.STOPPED,
    Status.EMBARGOED: Group.STOPPED,
    Status.LICENSED: Group.ALLOWED,
    Status.OWN: Group.ALLOWED,
    Status.WAIVED: Group.ALLOWED,
    Status.QUOTED: Group.QUOTED,
    Status.STOCK: Group.STOCK,
    Status.FACTS: Group.STOCK,
    Status.NOTICE: Group.STOCK,
}
GRAVITY = (Severity.ERROR, Severity.WARNING, Severity.NOTE)


def group_of(match: Match) -> Group:
    """Where a match belongs; a status that only a later version knows counts as copied."""
    return GROUPS.get(match.status, Group.COPIED)


def grouped(matches: Sequence[Match]) -> list[tuple[Group, list[Numbered]]]:
    """The groups that there are, in order; in each the gravest first, then as the draft has them."""
    found: dict[Group, list[Numbered]] = {}
    for number, match in enumerate(matches, 1):
        found.setdefault(group_of(match), []).append((number, match))
    return [
        (group, sorted(found[group], key=lambda one: gravity(one[1].severity))) for group in Group if group in found
    ]


def gravest_first(notices: Iterable[Notice]) -> list[tuple[int, Notice]]:
    """Notices with their numbers in the report, from 1."""
    return sorted(enumerate(notices, 1), key=lambda one: gravity(one[1].severity))


def gravity(severity: Severity) -> int:
    """Its place in the order, from 0. One that only a later version knows is a warning."""
    return GRAVITY.index(severity) if severity in GRAVITY else GRAVITY.index(Severity.WARNING)


def words_in(matches: Iterable[Match]) -> int:
    """Words of the draft in these passages together; what several of them cover counts once."""
    total, reached = 0, 0
    for match in sorted(matches, key=lambda match: (match.submitted.start, -match.submitted.end)):
        passage = match.submitted
        if passage.start >= reached:
            total += match.words
        elif passage.end > reached:
            total += len(passage.text[reached - passage.start :].split())
        reached = max(reached, passage.end)
    return total
