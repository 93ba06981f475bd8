"""What a value of the policy file must be, key by key; one that is not is refused in a sentence."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from checker.policy.times import day, local, zone_named

LONGEST_DAYS = 36_500
HOST = re.compile(r"(?=.{1,253}$)[^\W_]+(?:-+[^\W_]+)*(?:\.[^\W_]+(?:-+[^\W_]+)*)*", re.IGNORECASE)
LIFTED = ("killed", "withheld", "embargoed")


class Wrong(Exception):
    """A value is not what it must be; the text goes on behind the name of the key."""


Warn = Callable[[str], None]
Read = Callable[[object, ZoneInfo, Warn], object]
"""The value as the policy holds it. Raises Wrong; warns where it took the stricter of two readings."""


def text(value: object, zone: ZoneInfo, warn: Warn) -> str:
    """Words between quotation marks."""
    if not isinstance(value, str) or not value.strip():
        raise Wrong('must be words between quotation marks, as "Meridian Press"')
    return value.strip()


def texts(value: object, zone: ZoneInfo, warn: Warn) -> tuple[str, ...]:
    """A list of them, or a single one."""
    values = value if isinstance(value, list) else [value]
    try:
        found = tuple(text(one, zone, warn) for one in values)
    except Wrong:
        found = ()
    if not found:
        raise Wrong('must be a list of words between quotation marks, as ["one", "two"]')
    return found


def holder(value: object, zone: ZoneInfo, warn: Warn) -> str:
    """Somebody's name."""
    name = text(value, zone, warn)
    if not any(map(str.isalnum, name)):
        raise Wrong(f"must be somebody's name, and {name!r} has neither letters nor figures")
    return name


def flag(value: object, zone: ZoneInfo, warn: Warn) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise Wrong("must be true or false")
    return value


def whole(value: object, zone: ZoneInfo, warn: Warn) -> int:
    """A whole number, 0 or more."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise Wrong("must be a whole number, 0 or more")
    return value


def days(value: object, zone: ZoneInfo, warn: Warn) -> int:
    """A number of days."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LONGEST_DAYS:
        raise Wrong(f"must be a number of days, 0 to {LONGEST_DAYS:,}")
    return value


def share(value: object, zone: ZoneInfo, warn: Warn) -> float:
    """A share, 0 to 1."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Wrong("must be a share from 0 to 1: write 5 % as 0.05")
    if not 0 <= value <= 1:
        like = f": write {value:g} % as {value / 100:g}" if 1 < value <= 100 else ""
        raise Wrong(f"must be a share from 0 to 1{like}")
    return float(value)


def zone(value: object, zone: ZoneInfo, warn: Warn) -> str:
    """The name of a time zone."""
    name = text(value, zone, warn)
    try:
        return zone_named(name).key
    except ValueError as error:
        raise Wrong(f'must be the name of a time zone, as "Europe/Berlin": {error}') from None


def domains(value: object, zone: ZoneInfo, warn: Warn) -> tuple[str, ...]:
    """Names of hosts."""
    found = texts(value, zone, warn)
    if strange := [one for one in found if not HOST.fullmatch(one)]:
        raise Wrong(f'must be domains alone, as "dailywick.example", and {strange[0]!r} is none')
    return tuple(one.lower() for one in found)


def lifts(value: object, zone: ZoneInfo, warn: Warn) -> tuple[str, ...]:
    """What a waiver lifts besides the want of a licence."""
    found = texts(value, zone, warn)
    if strange := [one for one in found if one not in LIFTED]:
        raise Wrong(f"must be of {', '.join(LIFTED)}, and {strange[0]!r} is none")
    return found


def credit(value: object, zone: ZoneInfo, warn: Warn) -> tuple[str, ...] | bool:
    """Lines of which one must stand in the draft; true for the holder's name in any line of credit."""
    if isinstance(value, bool):
        return value
    try:
        return texts(value, zone, warn)
    except Wrong:
        raise Wrong('must be true, or the lines of which a draft must carry one, as ["mit Material von dpa"]') from None


def begin(value: object, zone: ZoneInfo, warn: Warn) -> datetime:
    """The first instant of something; the later reading."""
    return _instant(value, zone, warn, late=True)


def end(value: object, zone: ZoneInfo, warn: Warn) -> datetime:
    """The first instant behind something, a day included whole; the earlier reading."""
    return _instant(value, zone, warn, late=False)


def _instant(value: object, zone: ZoneInfo, warn: Warn, *, late: bool) -> datetime:
    if isinstance(value, datetime):
        found = local(value, zone)
        taken = found.late if late else found.early
        if found.open:
            warn(f"{value:%Y-%m-%d %H:%M} is open: {found.open}; {taken.astimezone(UTC):%H:%M} UTC is taken")
        return taken
    if isinstance(value, date):
        return day(value, zone)[0 if late else 1]
    raise Wrong("must be a date or a time without quotation marks, as 2026-11-30 or 2026-11-30T18:00:00")
