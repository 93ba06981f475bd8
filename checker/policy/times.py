"""Times as agencies and houses write them: what they come to, the stricter reading of what is open, and how they read.

A time without a zone is in a zone that the caller names. Where that zone's clocks are set, a local time may exist twice
or not at all (PEP 495): it then lies between two instants, as does a day that is named without an hour.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

LONGEST = 40
"""Characters of a time; a longer one is a sentence."""
DAY = re.compile(r"\d{4}(-?)\d\d\1\d\d")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
SECOND = timedelta(seconds=1)
FIRST, LAST = 1000, 9000
"""Years; what lies beyond stands for "never" or "always", and would not bear being reckoned with."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A time, in UTC: `early` and `late` are one unless the writing leaves open which; `open` says why, else "".

    `whole_day`: it was written as a date; then `late` is the first instant behind that day.
    """

    early: datetime
    late: datetime
    open: str = ""
    whole_day: bool = False


@lru_cache(maxsize=256)
def zone_named(name: str) -> ZoneInfo:
    """A time zone of the IANA database. Raises ValueError when there is none of that name."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"there is no time zone {name!r} in the IANA database") from None


@lru_cache(maxsize=1024)
def moment(written: str, zone: ZoneInfo) -> Moment | None:
    """What an ISO 8601 time or date comes to; None when it cannot be read. A date is that whole day."""
    text = written.strip()
    if not text or len(text) > LONGEST:
        return None
    try:
        if DAY.fullmatch(text):
            return Moment(*day(date.fromisoformat(text), zone), "no hour is given", whole_day=True)
        return local(datetime.fromisoformat(text), zone)
    except ValueError:
        return None


def local(when: datetime, zone: ZoneInfo) -> Moment:
    """The instant of a time, in `zone` when it names none."""
    if not FIRST <= when.year <= LAST:
        when = when.replace(year=FIRST if when.year < FIRST else LAST, month=1, day=1)
    if when.tzinfo is not None:
        return Moment(when.astimezone(UTC), when.astimezone(UTC))
    first, second = (when.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first == second:
        return Moment(first, first)
    twice = "exists twice" if first < second else "does not exist"
    return Moment(min(first, second), max(first, second), f"it {twice} in {zone.key}, where the clocks change")


def day(when: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The first instant of a day in a zone, and the first behind it."""
    begin = local(datetime.combine(when, time()), zone).early
    return begin, local(datetime.combine(min(when, date(LAST, 1, 1)) + timedelta(days=1), time()), zone).early


def clock(when: datetime, zone: ZoneInfo, at: datetime | None) -> str:
    """ "12:04", "3 April, 12:04", "3 April 2027, 12:04 UTC": no more of the date than `at` leaves open."""
    there = when.astimezone(zone)
    hour = there.strftime("%H:%M:%S" if there.second else "%H:%M") + (" UTC" if zone.key == "UTC" else "")
    if at and there.date() == at.astimezone(zone).date():
        return hour
    return f"{date_of(when, zone, at)}, {hour}"


def date_of(when: datetime, zone: ZoneInfo, at: datetime | None) -> str:
    """ "30 November", and the year when it is not that of `at`."""
    there = when.astimezone(zone)
    year = "" if at and there.year == at.astimezone(zone).year else f" {there.year}"
    return f"{there.day} {MONTHS[there.month - 1]}{year}"


def until(end: datetime, zone: ZoneInfo, at: datetime | None) -> str:
    """The end of a half-open window as people say it: the last day of it, or the hour on the day."""
    there = end.astimezone(zone)
    midnight = not (there.hour or there.minute or there.second)
    return date_of(end - SECOND, zone, at) if midnight else clock(end, zone, at)
