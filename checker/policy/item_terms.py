"""What an item's own rights say: embargo, end of its term, licence window, territory. Always the stricter reading."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from checker.model import SourcePassage
from checker.policy.cases import Desk, listed, times_of
from checker.policy.times import Moment, clock, until

SHOWN = 60
"""Characters shown of a time that cannot be read, or of a territory."""


class Bar(StrEnum):
    """What in an item's rights stands against its use."""

    EXPIRED = "expired"
    WINDOW = "window"
    TERRITORY = "territory"


@dataclass(frozen=True, slots=True)
class Barred:
    """One of them, and how an editor reads it."""

    bar: Bar
    why: str


def embargo_of(desk: Desk, source: SourcePassage) -> str:
    """Until when the item or its family is under embargo, in words; "" when it is not. To the second."""
    family = source.family
    read = times_of(desk, source, source.rights.embargo, family.embargo if family else "")
    closed = [written for written, when in read if when is None]
    if closed:
        return f"under an embargo that cannot be read as a time ({shown(closed[0])})"
    ends = [when for _, when in read if when and (desk.at is None or desk.at < when.late)]
    if not ends:
        return ""
    last = max(ends, key=lambda when: when.late)
    return f"embargoed until {clock(last.late, desk.zone, desk.at)}" + _open(last)


def barred(desk: Desk, source: SourcePassage) -> Iterator[Barred]:
    """All that stands against the use of an item by what came with it, the gravest first."""
    rights, family = source.rights, source.family
    for written, when in times_of(desk, source, rights.expires, family.expires if family else "", rights.expired):
        if desk.at is None:
            break
        if when is None:
            yield Barred(Bar.EXPIRED, f"its term ends at a time that cannot be read ({shown(written)})")
        elif desk.at >= when.early:
            yield Barred(Bar.EXPIRED, f"its term ended {clock(when.early, desk.zone, desk.at)}" + _open(when))
    yield from _outside_window(desk, source)
    if rights.territory.strip():
        allowed, wanted = listed(rights.territory), desk.territories
        if not wanted:
            yield Barred(Bar.TERRITORY, f"its use is for {shown(rights.territory)}, and nobody said where this is for")
        elif outside := [one for one in wanted if one not in allowed and not worldwide(allowed)]:
            place = ", ".join(outside).upper()
            yield Barred(Bar.TERRITORY, f"its use is for {shown(rights.territory)}, and this is for {place}")


def _outside_window(desk: Desk, source: SourcePassage) -> Iterator[Barred]:
    """A window of days includes its last one, as in NITF's doc.rights."""
    if desk.at is None:
        return
    for written, when in times_of(desk, source, source.rights.licence_until):
        if when is None:
            yield Barred(Bar.WINDOW, f"its licence ends at a time that cannot be read ({shown(written)})")
        elif desk.at >= _end(when):
            yield Barred(Bar.EXPIRED, f"its licence ended {until(_end(when), desk.zone, desk.at)}")
    for written, when in times_of(desk, source, source.rights.licence_from):
        if when is None:
            yield Barred(Bar.WINDOW, f"its licence begins at a time that cannot be read ({shown(written)})")
        elif desk.at < (when.early if when.whole_day else when.late):
            yield Barred(Bar.WINDOW, f"its licence begins {clock(when.early, desk.zone, desk.at)}")


def window_end(desk: Desk, source: SourcePassage) -> datetime | None:
    """When the item's own licence ends, where it says so in a way that can be read."""
    ends = [_end(when) for _, when in times_of(desk, source, source.rights.licence_until) if when]
    return ends[0] if ends else None


def _end(when: Moment) -> datetime:
    return when.late if when.whole_day else when.early


def _open(when: Moment) -> str:
    """Why the stricter reading was taken, in brackets."""
    return f" ({when.open}, so the stricter reading)" if when.open else ""


def worldwide(territories: tuple[str, ...]) -> bool:
    """Whether a list of territories is all of them."""
    return not territories or "world" in territories or "worldwide" in territories


def shown(written: str) -> str:
    """What an agency wrote, short and on one line, between marks."""
    text = " ".join(written.split())
    return f"“{text[:SHOWN]}{'…' if text[SHOWN:] else ''}”"
