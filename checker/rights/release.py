"""When a text may be published, as notes say it: "EMBARGOED UNTIL 12:01 a.m. EDT", "Sperrfrist: 30.11., 10 Uhr".

The word alone is no embargo ("Adds reaction to oil embargo"): it must stand where notes have it, and in their forms.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from checker.readers.wire.words import century, month

MOST = 4_000
AHEAD = 160
"""Characters behind the word in which the time is looked for."""
SPOKEN = re.compile(
    r"\bembargoed?\b(?=[ :,.;)\]]*(?:until|till|til|to|for|by|at|release|\d|noon|midnight|strictly|hasta|au\b|jusqu|bis"
    r"|tot|do\b|fino|alle|$))|\b(?:strictly|under|news|press|media|time:?|sous|sotto|onder|bajo|unter) embargo(?:ed)?\b"
    r"|^[ \t(*]*embargo(?:ed)?\b[ :]|\bhold(?:ing)? (?:for|until) release\b"
    r"|^[ \t(*^]*(?:eds: *)?for (?:public )?release\b"
    r"|\bnot (?:for|to be) (?:public )?(?:release|use|publication|published|released|used) (?:before|until|prior to)\b"
    r"|\bsperrfrist\b|\bklausul(?:eret|ert)?\b.{0,12}\b(?:til|kl)\b|\bэмбарго до\b|解禁",
    re.IGNORECASE | re.MULTILINE,
)
HELD = re.compile(r"\b(?:HFR|HOLD FOR RELEASE)\b")
NEEDLES = ("embargo", "release", "sperrfrist", "klausul", "эмбарго", "解禁", "not for", "not to be", "hfr")
ADVANCE = re.compile(r"(?:^|[ ,-])\$?adv\.? ?(?:for )?(\d\d?)\b(?!/)", re.IGNORECASE)
ZONES = {
    "gmt": 0, "utc": 0, "z": 0, "bst": 60, "wet": 0, "west": 60, "cet": 60, "mez": 60, "cest": 120, "mesz": 120,
    "eet": 120, "eest": 180, "msk": 180, "est": -300, "edt": -240, "cst": -360, "cdt": -300, "mst": -420, "mdt": -360,
    "pst": -480, "pdt": -420, "jst": 540, "kst": 540, "aest": 600, "aedt": 660,
}  # fmt: skip
"""Minutes east of Greenwich. Those with several meanings (IST) are left out: the time then names no zone."""
PLACES = {"et": "America/New_York", "ct": "America/Chicago", "mt": "America/Denver", "pt": "America/Los_Angeles"}
CLOCK = re.compile(
    r"\b(?P<h12>1[0-2]|0?[1-9])(?:[:.](?P<m12>[0-5]\d))? ?(?P<half>[ap])\.?m\b\.?"
    r"|\b12 ?(?P<named>noon|midnight)\b"
    r"|\b(?P<word>noon|midnight|mittags?|mitternacht|midi|minuit|mediodía|medianoche)\b"
    r"|(?<![\d.:/])(?P<h>[01]?\d|2[0-4])(?P<sep>[:.]|h| ?uhr| ?heures?)(?P<m>[0-5]\d)?(?![\d/]|\.\d)"
    r"(?: ?(?:uhr|uur|hrs|hours|horas|h)\b)?"
    r"|(?<![\d.:/-])(?P<h4>[01]\d|2[0-4])(?P<m4>[0-5]\d)(?= ?(?:hrs|hours|h\b|gmt|utc|z\b|bst|cet|cest|est|edt|local"
    r"|on\b|uhr|,|$| (?:sun|mon|tue|wed|thu|fri|sat)| \d\d? [a-z]| [a-z]{3,9} \d))",
    re.IGNORECASE,
)
ZONE = re.compile(r"[ (,]{0,3}([A-Z]{1,4}|Uhr ME[S]?Z)\b", re.IGNORECASE)
ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(Z|[+-]\d\d:?\d\d)?)?")
NUMBERS = re.compile(r"\b(\d\d?)\.(\d\d?)\.(?:(\d{4}|\d\d)\b)?")
DAY_MONTH = re.compile(
    r"\b(\d\d?)(?:\.|st|nd|rd|th|er|º)? ?(?:de |of )?([^\W\d_]{3,10})\.?(?:,? ?(?:de |del )?(\d{4}))?\b"
)
MONTH_DAY = re.compile(r"\b([^\W\d_]{3,9})\.? (\d\d?)(?:st|nd|rd|th)?\b(?![:.]\d)(?:,? (\d{4}))?")
WEEKDAYS = {
    name: number
    for number, names in enumerate(
        ("mon monday montag lundi lunes lunedì maandag", "tue tuesday dienstag mardi martes martedì dinsdag",
         "wed wednesday mittwoch mercredi miércoles mercoledì woensdag", "thu thursday donnerstag jeudi jueves giovedì",
         "fri friday freitag vendredi viernes venerdì vrijdag", "sat saturday samstag sonnabend samedi sábado sabato",
         "sun sunday sonntag dimanche domingo domenica zondag")
    )
    for name in names.split()
}  # fmt: skip
WORD = re.compile(r"[^\W\d_]+")
NOONS = ("noon", "mittag", "mittags", "midi", "mediodía")
FAR = 180
"""Days before its own time that an embargo cannot end: the next year is meant."""


@dataclass(frozen=True, slots=True)
class Release:
    """What is said of an embargo, and its end as ISO 8601 without a zone that is not named; "" where none is read."""

    said: str
    until: str = ""


def release(text: str, on: str) -> Release | None:
    """The embargo that a note speaks of; `on` is the item's own time (ISO 8601), for what the note leaves out."""
    note = text[:MOST]
    lower = note.lower()
    if not any(needle in lower for needle in NEEDLES):
        return None
    match = SPOKEN.search(note) or HELD.search(note)
    if match is None:
        return None
    begin = max(0, match.start() - 60) if HELD.fullmatch(match[0]) else match.start()
    return Release(" ".join(note[match.start() : match.end() + 40].split())[:60], _time(note, begin, match.end(), on))


def advance(slug: str, on: str) -> str:
    """The day that an advance is for (AP: "Adv 25" is for the next 25th), as ISO 8601; "" when it is none."""
    match = ADVANCE.search(slug[:MOST])
    own = instant(on)
    if not match or own is None or not 1 <= (day := int(match[1])) <= 31:
        return ""
    for ahead in range(62):
        later = (own + timedelta(days=ahead)).date()
        if later.day == day:
            return later.isoformat()
    return ""


def instant(said: str) -> datetime | None:
    """An ISO 8601 time or date; None when it is neither. Without a zone it stays without one."""
    try:
        return datetime.fromisoformat(said.strip()[:40])
    except ValueError:
        return None


def _time(note: str, start: int, word: int, on: str) -> str:
    stretch = note[start : word + AHEAD]
    if iso := ISO.search(stretch):
        return iso[0].replace(" ", "T")
    own = instant(on)
    clock, where, rest = _clock(stretch)
    day = _day(f"{stretch[:where]} {rest}" if clock else stretch, own)
    if day is None and (not clock or own is None):
        return ""
    if day is None and own is not None:
        day = own.date()
        hour, minute = map(int, clock.split(":"))
        # an embargo of just after midnight that came in the afternoon ends in the coming night
        if timedelta(hours=hour, minutes=minute) < timedelta(hours=own.hour, minutes=own.minute) - timedelta(hours=6):
            day += timedelta(days=1)
    if day is None:
        return ""
    if not clock:
        return day.isoformat()
    if clock == "24:00":
        day, clock = day + timedelta(days=1), "00:00"
    return f"{day.isoformat()}T{clock}:00{_zone(rest, day, clock)}"


def _clock(stretch: str) -> tuple[str, int, str]:
    """Hour and minute ("09:30"), where they stand, and what follows them."""
    for match in CLOCK.finditer(stretch):
        rest = stretch[match.end() :]
        if match["half"]:
            hour = int(match["h12"]) % 12 + (12 if match["half"] in "pP" else 0)
            return f"{hour:02}:{match['m12'] or '00'}", match.start(), rest
        if named := (match["named"] or match["word"] or "").lower():
            return ("12:00" if named in NOONS else "24:00"), match.start(), rest
        if match["h4"]:
            before = WORD.findall(stretch[max(0, match.start() - 16) : match.start()])
            if before and month(before[-1]):
                continue  # a year
            return f"{match['h4']}:{match['m4']}", match.start(), rest
        if match["m"] or match["sep"].strip().lower() in ("uhr", "h", "heure", "heures"):
            # 30.11. is a day, and 10.00 an hour
            if match[0][-1].isdigit() and match["sep"] == "." and rest[:1] == "." and int(match["m"]) <= 12:
                continue
            return f"{int(match['h']):02}:{match['m'] or '00'}", match.start(), rest
    return "", 0, ""


def _zone(rest: str, day: date, clock: str) -> str:
    """The offset of the zone that stands behind a clock; "" when none does, or one of several meanings."""
    match = ZONE.match(rest)
    name = match[1].lower().removeprefix("uhr ") if match else ""
    if name in PLACES:
        there = datetime.fromisoformat(f"{day.isoformat()}T{clock}:00").replace(tzinfo=ZoneInfo(PLACES[name]))
        return there.isoformat()[-6:]
    if name not in ZONES:
        return ""
    minutes = ZONES[name]
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def _day(said: str, own: datetime | None) -> date | None:
    """The day that is named; a year that is not is that of the item, or the next."""
    if match := NUMBERS.search(said):
        return _date(int(match[1]), int(match[2]), match[3], own)
    for pattern, day_at, month_at in ((MONTH_DAY, 2, 1), (DAY_MONTH, 1, 2)):
        for found in pattern.finditer(said):
            if number := month(found[month_at]) if len(found[month_at]) > 2 else 0:
                return _date(int(found[day_at]), number, found[3], own)
    if own is None:
        return None
    for word in WORD.findall(said):
        if word.lower() in WEEKDAYS:
            return own.date() + timedelta(days=(WEEKDAYS[word.lower()] - own.weekday()) % 7)
        if word.lower() in ("tomorrow", "morgen", "demain", "mañana", "domani"):
            return own.date() + timedelta(days=1)
    return None


def _date(day: int, number: int, year: str | None, own: datetime | None) -> date | None:
    try:
        if year:
            return date(century(int(year)), number, day)
        if own is None:
            return None
        found = date(own.year, number, day)
        return found.replace(year=own.year + 1) if (own.date() - found).days > FAR else found
    except ValueError:
        return None


def later(one: str, other: str) -> str:
    """The later of two times as ISO 8601. One that cannot be read counts as the latest; "" as none."""
    if not one or not other:
        return one or other
    first, second = instant(one), instant(other)
    if first is None or second is None:
        return one if first is None else other
    if first.replace(tzinfo=None) == second.replace(tzinfo=None) and (first.tzinfo is None) != (second.tzinfo is None):
        return one if first.tzinfo else other  # the same clock, and only one of them says where
    return one if in_utc(first) >= in_utc(second) else other


def in_utc(when: datetime) -> datetime:
    """For putting times in order: one without a zone counts as UTC."""
    try:
        return when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)
    except OverflowError:  # at the ends of the calendar
        return when.replace(tzinfo=UTC)
