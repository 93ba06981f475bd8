"""The parts of datelines and of credit lines: places, lists of agencies, signatures."""

from __future__ import annotations

import re

from checker.rights.agencies import Agencies

Listed = tuple[str, str]
"""The name of an agency as written, and its id."""
TITLE = re.compile(
    r"(?:'s)?,? (?:[^\W_]+ ){0,3}(?:writers?|staff|reporters?|correspondents?|editors?|journalists?|photographers?"
    r"|korrespondent(?:in)?|redakteur(?:in)?)[ .]*$",
    re.IGNORECASE,
)
"""What follows the agency in "Meridian Press Science Writer"."""
PARTS = re.compile(r"\s*(?:[/,+&=;|]|\band\b|\bund\b|\bet\b|\by\b|\be\b|\bog\b|\bja\b)\s*", re.IGNORECASE)
SUFFIX = re.compile(
    r" (?:photo|foto|images?|bild|news|sport|sports|health|life|staff|agency|agencies|wire|video)s?$", re.IGNORECASE
)
DASH = re.compile(r"[.,:]{0,2} {0,2}(?:-{1,3}|_|=|:)")
SMALL = frozenset(
    ("de", "la", "le", "les", "du", "des", "der", "den", "die", "das", "am", "im", "an", "in", "of", "the", "and", "et",
     "y", "e", "und", "el", "los", "las", "del", "van", "do", "da", "dos")
)  # fmt: skip
MONTH = re.compile(
    r"(?:janv?|feb|fév|febr|mars?|mär|mar|apr|avr|abr|ma[iy]|mag|jun|juin|giu|jul|juil|lug|aug|août|ago|aout|sept?|set"
    r"|o[ckt]t|ott|nov|de[cz]|déc|dic|ene|gen)\w{0,8}\.?,?$",
    re.IGNORECASE,
)
MOST_PLACES = 9
LONGEST_PLACE = 90
SIGNED = re.compile(r"(?:(?<=\s)|(?<=^)|(?<=[.!?]))-{1,3} ?(?P<who>[^\n-][^\n]{1,30})$")


def names(text: str, agencies: Agencies, *, alone: bool = False) -> list[Listed]:
    """The agencies that a text lists and nothing else ("MP, Reuters"); none when it says anything besides.

    `alone`: for a whole line, where a short form of two letters may be anything.
    """
    out: list[Listed] = []
    rest = text.strip(" .()[]*-")
    if not 1 < len(rest) <= 90 or (alone and len(rest) < 3):
        return []
    for part in PARTS.split(rest):
        part = part.strip(" .'")
        id = agencies.whole(part) or agencies.whole(SUFFIX.sub("", part))
        if id:
            out.append((part, id))
        elif alone or not part or out or not _is_name(part):
            return []
    return out


def titled(text: str, agencies: Agencies) -> list[Listed]:
    """The agency whose writer a text names and nothing else ("Meridian Press Science Writer")."""
    bare = text.strip()
    if not (agencies.may_begin(bare) or bare[:3].lower() == "the"):
        return []
    first = next(agencies.find(bare[:90]), None)
    if first is None or bare[: first.start].strip().lower() not in ("", "the"):
        return []
    return [(bare[first.start : first.end], first.id)] if TITLE.match(bare, first.end) else []


def _is_name(part: str) -> bool:
    """Whether it may be a person's or a company's name beside an agency's: "Jo Doe/MP", "mp/Jo"."""
    return len(part) <= 30 and all(word[:1].isupper() or not word[:1].isalpha() for word in part.split())


def dateline(
    text: str, begin: int, open: int, close: int, inside: str, agencies: Agencies
) -> tuple[int, int, str, str] | None:
    """The dateline whose tag is text[open:close], in the line that begins at `begin`: start, end, agency, its name."""
    last = inside.rpartition("=")[2] if "=" in inside else inside
    tag = re.split(r"[/,]", last)[0].strip()
    agency = agencies.whole(tag) or agencies.whole(SUFFIX.sub("", tag))
    if not agency and text[open] == "【":
        found = list(agencies.find(tag))
        agency, tag = (found[-1].id, tag[found[-1].start :]) if found and found[-1].end == len(tag) else ("", tag)
    if not agency or open - begin > LONGEST_PLACE:
        return None
    place = text[begin:open].strip(" -*\u2022")
    dash = DASH.match(text, close)
    ended = not text[close : close + 3].split("\n")[0].strip(" .")
    if not (_is_place(place) if place else text[open] == "【" or dash is not None):
        return None
    if not (
        dash
        or text[open] == "【"
        or (place and (place.split(",")[0].isupper() or (ended and any(map(str.isdigit, place)))))
    ):
        return None
    start = open - len(text[begin:open].lstrip(" -*\u2022"))
    return (start, dash.end() if dash else close, agency, tag)


def _is_place(place: str) -> bool:
    """Places and a date, as a dateline has them."""
    words = place.split()
    if len(words) > MOST_PLACES or not (words[0][:1].isupper() or not words[0].isascii()):
        return False
    return all(
        not word[:1].isalpha() or word[:1].isupper() or not word.islower() or word.strip(",") in SMALL
        or MONTH.match(word) is not None or not word.isascii()
        for word in words
    ) and not re.search(r"[!?;\"]|[^\W\d_]{5}\. ", place)  # fmt: skip


def signed(text: str, stop: int, agencies: Agencies) -> tuple[int, Listed] | None:
    """The signature that ends a line at `stop` ("--MP", "- Meridian Press"), and where it begins."""
    begin = max(text.rfind("\n", max(0, stop - 60), stop) + 1, stop - 40, 0)
    stretch = text[begin:stop].rstrip(" .")
    match = SIGNED.search(stretch)
    if match is None:
        return None
    id = agencies.whole(match["who"].strip())
    return (begin + match.start(), (match["who"].strip(), id)) if id else None
