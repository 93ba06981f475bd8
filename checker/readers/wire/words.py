"""The words of agencies for what an item is, and dates as they write them, in the terms of this program."""

from __future__ import annotations

import re
import unicodedata

from checker.readers.document import Kind

STATUS = {
    "usable": "usable",
    "published": "usable",
    "corrected": "usable",
    "withheld": "withheld",
    "withhold": "withheld",
    "holdforrelease": "withheld",
    "embargo": "withheld",
    "embargoed": "withheld",
    "canceled": "canceled",
    "cancelled": "canceled",
    "cancel": "canceled",
    "killed": "canceled",
    "kill": "canceled",
    "recalled": "canceled",
    "unpublished": "canceled",
    "withdrawn": "canceled",
    "elimination": "canceled",
    "eliminated": "canceled",
    "disregard": "canceled",
    "takedown": "canceled",
}
SIGNAL = re.compile(
    r"(?:\d+(?:st|nd|rd|th)[ -]?)(?:ld|lead|net|add|update|take|writethru|sub)(?:[ -]?writethru)?"
    r"|writethru|ld[ -]writethru|kill(?:ed)?|elimination|withhold|withheld|withdrawn|story withdrawn"
    r"|correct(?:ion|ed|ive|s)|clarification|refile|repeat|resending|extra|urgent|bulletin|flash|eilmeldung|alert"
    r"|advisory|update(?: \d+)?|lead|hold for release|embargoed|disregard|\([^()\d]{3,20}\)",
    re.IGNORECASE,
)
NOTICES = {
    Kind.ADVISORY: """advisory, advisories, editors advisory, editor advisory, eds advisory, media advisory,
        photo advisory, advisory note, coverage advisory, note to editors, editors note, advisory to editors,
        technical advisory, planning advisory, budget advisory, impressum, achtung""",
    Kind.BUDGET: """news budget, sports budget, business budget, entertainment budget, world budget, photo budget,
        news digest, sports digest, business digest, news schedule""",
    Kind.PLANNING: "daybook, news planner, planungshinweis, vorschau, tagesvorschau, news agenda",
    Kind.TEST: "test message, this is a test, test only, wire test, test item, test story, test test, testmeldung",
}
"""Slugs and genres that name a notice to editors. Only a whole slug counts: "Travel advisory" is a story's."""
SHOUTED = {"budget": Kind.BUDGET, "schedule": Kind.BUDGET, "agenda": Kind.PLANNING, "test": Kind.TEST}
"""Words that name a notice only as a slug in capitals: AP-BUDGET. "Budget/" is a story's."""
LONGEST_CODE = 3
"""Codes of agencies, regions and cycles before a slug (AP, BC, US) have no more letters."""
KINDS = {phrase.strip(): kind for kind, phrases in NOTICES.items() for phrase in phrases.split(",")}
WORD = re.compile(r"[^\W\d_]+")
ISO = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:?\d{2}(?::?\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?$")
OFFSET = re.compile(r"(:\d{2}(?:\.\d+)?[+-]\d{2})(\d{2})$")
COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T?(\d\d)(\d\d)(\d\d)?(Z|[+-]\d{2}:?\d{2})?)?$")
MONTH_NAMES = """jan ene gen,feb fev,mar maa,apr avr abr,mai may mei mag,jun juin giu,jul juil lug,aug aou ago,sep set,
    oct okt ott out,nov,dec dez dic des"""
MONTHS = {name: number for number, names in enumerate(MONTH_NAMES.split(","), 1) for name in names.split()}


def status(*said: str) -> str:
    """usable, withheld or canceled for what an item says of itself, the gravest; "" when it says nothing known."""
    known = {STATUS.get(re.sub(r"[\s_-]+", "", word.rpartition(":")[2]).lower(), "") for word in said}
    return next((word for word in ("canceled", "withheld", "usable") if word in known), "")


def kind_of(slug: str) -> Kind | None:
    """The kind that a slug or a genre names; None when it is one as stories have them."""
    words = WORD.findall(slug)
    while len(words) > 1 and words[0].isupper() and len(words[0]) <= LONGEST_CODE:
        del words[0]
    phrase = " ".join(words).lower()
    if phrase in SHOUTED and slug.isupper() and "/" not in slug:
        return SHOUTED[phrase]
    return KINDS.get(phrase)


def month(name: str) -> int:
    """The number of a month by its name in the languages of the wires; 0 for none."""
    plain = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    return MONTHS.get(plain[:4]) or MONTHS.get(plain[:3], 0)


def stamp(year: int, month: int, day: int, clock: str = "", zone: str = "") -> str:
    """ISO 8601 of a date and of a clock's four or six digits; "" when there is no such date."""
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return ""
    date = f"{century(year):04}-{month:02}-{day:02}"
    if not (len(clock) in (4, 6) and clock < "24"):
        return date
    return f"{date}T{clock[:2]}:{clock[2:4]}:{clock[4:] or '00'}{zone}"


def century(year: int) -> int:
    """The whole year of one written with two digits: from 1970 to 2069."""
    return year if year > 99 else year + (1900 if year >= 70 else 2000)


def iso(said: str) -> str:
    """A date as ISO 8601; as it was written when it is none that is known."""
    said = said.strip()
    if match := COMPACT.match(said):
        year, number, day, hours, minutes, seconds, zone = match.groups()
        return stamp(int(year), int(number), int(day), f"{hours}{minutes}{seconds or ''}" if hours else "", zone or "")
    return OFFSET.sub(r"\1:\2", said.replace(" ", "T", 1)) if ISO.match(said) else said


NOTICE = re.compile(
    r"(?:copyright|©|\(c\)|&copy;)(?: *(?:copyright|©|\(c\)|by|the year|\d{4}(?: ?[-–] ?\d{4})?|,))* *"
    r"(?P<holder>[^\W\d_][^.,;:(\n|]{1,80})",
    re.IGNORECASE,
)
BEHIND = re.compile(
    r"\s+(?:[-–—]\s|all rights|alle rechte|tous droits|no reproduction|all content|and/or).*", re.IGNORECASE
)
YEAR = re.compile(r" \d{4}$")


def holder_of(notice: str) -> str:
    """Whose copyright a notice says it is; "" when it does not say so in the usual form."""
    match = NOTICE.search(notice)
    return YEAR.sub("", BEHIND.sub("", match["holder"]).strip(" -–—")) if match else ""
