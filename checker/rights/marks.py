"""Copyright lines: a mark, the years, and the name of the holder."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from checker.rights.agencies import Agencies
from checker.rights.folded import Folded
from checker.rights.holders import Holder, read_holder
from checker.rights.scan import anchors, line_of
from checker.rights.years import ARABIC, ROMAN, roman, years_of

NEEDLES = ("©", "(c)", "copyright", "&copy;", "&#169;", "&#xa9;", "copr.")
SIGN = re.compile(r"©|&copy;|&#169;|&#xa9;")
HEAD = re.compile(
    r"(?:©|\(c\)|&copy;|&#169;|&#xa9;|copyrights?(?![^\W\d_])|copr\.)"
    r"(?:[ ,.:;*-]{0,3}+"
    r"(?:©|\(c\)|&copy;|&#169;|&#xa9;|copyrights?(?![^\W\d_])|by(?= )|the year|tm\b|\{\}|0(?= ))){0,6}+"
    r"[ ,.:;*]{0,3}+"
)
"""The mark, doubled as people double it, and words that only lead to the holder. In small letters."""
BEFORE = re.compile(r"(?:(?:all )?contents? |tm and |\(p\) and |\(p\) |entire contents )$")
TAIL = re.compile(r"(?: ?\([^()\n]{1,40}\))?(?:[ ,]{1,2}[\w-]{2,12}:[\d-]{6,20}(?:/\d{1,3})?)?")
"""A holder's seat or address in brackets, and the id of the item."""
MOST_YEARS = 4


@dataclass(frozen=True, slots=True)
class Mark:
    """One copyright line, or the beginning of one; offsets in the folded text.

    `sure` tells that it needs no more to be a notice; else a phrase of rights must follow it.
    """

    start: int
    end: int
    holder: str
    agency: str
    years: tuple[int, ...]
    sure: bool
    photo: bool


def marks(folded: Folded, agencies: Agencies) -> Iterator[Mark]:
    """All copyright lines of a text, from left to right."""
    reached = 0
    for at in anchors(folded.lower, NEEDLES):
        if at < reached or (at and folded.lower[at].isalpha() and folded.lower[at - 1].isalpha()):
            continue
        head = HEAD.match(folded.lower, at)
        if head is None:
            continue
        mark = _mark(folded, head.start(), head.end(), agencies)
        reached = max(head.end(), mark.end)
        yield mark


def _mark(folded: Folded, start: int, end: int, agencies: Agencies) -> Mark:
    text = folded.joined
    head = folded.lower[start:end]
    after, dated = _behind_years(text, end)
    sign = SIGN.search(head) is not None
    holder = read_holder(text, after, agencies, lenient=sign)
    name = text[holder.start : holder.end]
    stop = holder.end if name else after
    behind, trailing = _behind_years(text, stop) if name else (stop, False)
    stop = behind if trailing else stop
    dated_to = stop
    if name and (tail := TAIL.match(text, stop)):
        stop = tail.end()
    agency = holder.agency
    begin = start
    if lead := BEFORE.search(folded.lower[max(0, start - 20) : start]):
        begin = start - len(lead.group())
    written = head.strip(" ,.:;*")
    known = bool(agency) and (text[start].isupper() or "by" in written.split() or written != "copyright")
    sure = bool(name) and (sign or dated or trailing or known)
    photo = _is_photo(text, start, holder, agencies)
    while stop > end and text[stop - 1] in " ,:;*-\n":
        stop -= 1
    stop += text[stop : stop + 1] == "."
    years = years_of(text[end:dated_to]) if sign or dated or trailing or name else ()
    return Mark(begin, stop, name, agency, years, sure or (sign and bool(years)), photo)


def _behind_years(text: str, at: int) -> tuple[int, bool]:
    """Past the years that stand there, and whether there were any."""
    begin = at
    for _ in range(MOST_YEARS):
        skipped = at
        while skipped < len(text) and skipped < at + 4 and text[skipped] in " ,(":
            skipped += 1
        year = ARABIC.match(text, skipped) or ROMAN.match(text, skipped)
        if year is None or (year.re is ROMAN and roman(year.group()) < 1900):
            break
        at = year.end()
        at += text[at : at + 1] == ")"
    return at, at > begin


def _is_photo(text: str, start: int, holder: Holder, agencies: Agencies) -> bool:
    """Whether it is the credit of a picture: a person's name and an agency's between strokes, or the word photo."""
    name = text[holder.start : holder.end]
    if "/" in name and holder.agency:
        return not all(agencies.whole(part) for part in name.split("/") if part.strip())
    begin, _ = line_of(text, start, 80)
    return bool(re.search(r"(?i)\b(?:photo|foto|image|bild|getty)s?\b", name + text[begin:start][-30:]))
