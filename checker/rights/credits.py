"""Credits: contributors, datelines, bylines, sources. What merely cites an agency ("told MP") is none of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from checker.rights.agencies import Agencies
from checker.rights.folded import Folded
from checker.rights.holders import agency_of
from checker.rights.lines import dateline, names, signed, titled
from checker.rights.nouns import Notice, NoticeKind
from checker.rights.scan import anchors, line_of, sentence
from checker.rights.years import years_of

LONGEST_LINE = 160
"""A byline or a credit alone on its line has no more characters."""
CONTRIBUTED = (
    "contributed to this", "contributing to this", "contributed reporting", "contributed to the report",
    "inputs from", "input from", "files from", "with reporting from", "with reporting by", "with additional reporting",
    "with information from", "with material from", "with reports from", "with content from", "avec des informations",
    "uses material from", "used material from", "includes material from", "contains material from",
    "was used in this report", "were used in this report", "mit material", "mit agenturmaterial",
    "unter verwendung von", "mit informationen von", "met materiaal van", "con material de", "avec des éléments",
    "con información de", "con informaciones de", "con informazioni", "com informações d", "met informatie van",
    "med materiale fra", "med material från",
)  # fmt: skip
REPORTED = re.compile(
    r"(?:additional )?(?:reporting|writing|editing|reporting and writing|writing and editing|written|compiled|reported"
    r"|additional reporting and writing) (?:and editing )?by (?=[a-zà-ÿ])"
)
REPORTED_NEEDLES = ("reporting by ", "writing by ", "editing by ", "written by ", "compiled by ", "reported by ")
STATED = (
    "distributed by ", "wire agency feed", "syndicated feed", "report by ", "our standards: ", "published from a feed",
)  # fmt: skip
FIRST = re.compile(r"this report by .{1,60} was first published")
WITH = re.compile(r"(?:^|[\s(\[])(?:with|avec|mit|con|met|med|com)\s+(?P<who>[^\n]{2,60})$", re.IGNORECASE)
SOURCE = re.compile(
    r"(?:source|sources|quelle|fuente|fonte|bron|kilde|källa|lähde|źródło|zdroj|forrás|sursa|kaynak|источник|credit|via"
    r"|来源|來源)\s?[::：]?\s{0,2}(?P<who>[^\n]{2,60})",
    re.IGNORECASE,
)  # fmt: skip
BYLINE = re.compile(r"(?:by|von|par|por|di|door|av|af) (?P<who>.{2,140})", re.IGNORECASE)
TEXT = re.compile(r"(?:text|texte|texto|testo|tekst|bericht|wire|words) ?: ?(?P<who>[^\n]{2,60})", re.IGNORECASE)
INITIALS = re.compile(r"(?P<who>[^\W_]{2,6}(?:-[^\W_]{2,12})?)/[a-zäöü]{1,4}(?:/[a-zäöü]{1,4})?\.?")
"""An agency and the initials of who edited its text, alone on a line, as German desks sign."""
TRAILER = re.compile(r"\^(?P<who>[^\W_]{2,6})-[A-Z]{2}-\d\d-\d\d-\d\d")
BRACKET = re.compile(
    r"[(\[](?P<inside>[^()\[\]\n]{1,60})[)\]]|【(?P<corner>[^【】\n]{1,20})】|/(?P<stroke>[^/()\s][^/()\n]{1,24})/"
)


def contributors(folded: Folded, agencies: Agencies) -> Iterator[Notice]:
    """Who helped with the text: sentences, and brackets such as "(Reporting by ...; editing by ...)"."""
    reached = 0
    text, lower = folded.joined, folded.lower
    for at in anchors(lower, (*CONTRIBUTED, *REPORTED_NEEDLES, *STATED)):
        if at < reached:
            continue
        start, end = sentence(text, at, at + 1)
        kind = NoticeKind.CONTRIBUTOR
        if lower.startswith(REPORTED_NEEDLES, at):
            if not _signs_off(lower, max(start, at - 24), at, start):
                continue
            _, end = line_of(text, at, 400)
            close = text.find(")", at, end)
            end = close + 1 if close >= 0 and text[max(0, start)] == "(" else end
        elif lower.startswith(STATED, at):
            kind = NoticeKind.CREDIT
            known = agency_of(text[at + len("distributed by ") : end], agencies)
            if lower.startswith("distributed by ", at) and not known:
                continue
            if lower.startswith("report by ", at) and not FIRST.match(lower, max(0, at - 5)):
                continue
        yield _notice(text, start, end, kind, agencies)
        reached = end


def _signs_off(lower: str, begin: int, at: int, start: int) -> bool:
    """Whether "reporting by" opens its sentence or bracket, as it does where a desk signs off."""
    lead = re.split(r"[(\[;]", lower[start:at])[-1].strip(" -*")
    return at - start < 300 and lead in (
        "",
        "additional",
        "reporting and",
        "writing and",
        "additional reporting and",
        "by",
    )


def tags(folded: Folded, agencies: Agencies) -> Iterator[Notice]:
    """Datelines ("SKERROW, May 2 (MP) --"), and brackets that credit an agency ("(MP)", "[With MP]")."""
    text = folded.text
    for at in anchors(text, ("日电", "日電")):
        begin, _ = line_of(text, at, 24)
        for named in agencies.find(text, begin, at):
            yield Notice(named.start, at + 2, NoticeKind.DATELINE, text[named.start : named.end], named.id)
            break
    reached = 0
    for bracket in BRACKET.finditer(text):
        inside = bracket["inside"] or bracket["corner"] or bracket["stroke"]
        if bracket.start() < reached or len(inside) < 2:
            continue
        begin, end = line_of(text, bracket.start(), LONGEST_LINE)
        found = dateline(text, begin, bracket.start(), bracket.end(), inside, agencies)
        if found:
            start, stop, agency, name = found
            reached = stop
            yield Notice(start, stop, NoticeKind.DATELINE, name, agency, years_of(text[start : bracket.start()]))
        elif who := WITH.search(inside):
            if listed := names(who["who"], agencies):
                yield Notice(bracket.start(), bracket.end(), NoticeKind.CONTRIBUTOR, *listed[0])
        elif bracket["inside"] and not text[bracket.end() : end].strip(" .") and (listed := names(inside, agencies)):
            yield Notice(bracket.start(), bracket.end(), NoticeKind.CREDIT, *listed[0])


def lines(folded: Folded, agencies: Agencies) -> Iterator[Notice]:
    """Bylines and credits that have a line of their own, and signatures at a line's end ("--MP")."""
    text = folded.text
    at, by = 0, None
    while at <= len(text):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        start, stop = at, end
        while start < stop and text[start] == " ":
            start += 1
        while stop > start and text[stop - 1] == " ":
            stop -= 1
        at = end + 1
        if start == stop:
            continue
        notice = None
        if stop - start <= LONGEST_LINE:
            notice = _of_line(text, start, stop, by, agencies)
        elif sign := signed(text, stop, agencies):
            notice = Notice(sign[0], stop, NoticeKind.CREDIT, *sign[1])
        by = start if notice is None and stop - start < 80 and BYLINE.fullmatch(text, start, stop) else None
        if notice:
            yield notice


def _of_line(text: str, start: int, stop: int, by: int | None, agencies: Agencies) -> Notice | None:
    """What a short line is; `by` is where the line before it began, when that was "By somebody"."""
    line = text[start:stop]
    # all that follows asks for an agency; behind "source" its name may stand without a space
    if not (agencies.may_stand_in(line) or SOURCE.match(line)):
        return None
    listed = names(line, agencies, alone=True)
    if listed:
        kind = NoticeKind.CREDIT if by is None else NoticeKind.BYLINE
        return Notice(start if by is None else by, stop, kind, *listed[0])
    if listed := titled(line, agencies):
        return Notice(start if by is None else by, stop, NoticeKind.BYLINE, *listed[0])
    if sign := signed(text, stop, agencies):
        return Notice(max(sign[0], start), stop, NoticeKind.CREDIT, *sign[1])
    for pattern, kind in ((SOURCE, NoticeKind.CREDIT), (TEXT, NoticeKind.CREDIT), (TRAILER, NoticeKind.CREDIT)):
        if (match := pattern.match(line)) and (listed := names(match["who"], agencies)):
            return Notice(start, stop, kind, *listed[0])
    if (match := INITIALS.fullmatch(line)) and (listed := names(match["who"], agencies)):
        return Notice(start, stop, NoticeKind.CREDIT, *listed[0])
    if (match := WITH.search(line)) and len(line) <= 70 and (listed := names(match["who"], agencies)):
        return Notice(start, stop, NoticeKind.CONTRIBUTOR, *listed[0])
    if match := BYLINE.fullmatch(line):
        last = re.split(r"[,|/\n]| - | for | of | and | und | et ", match["who"].rstrip("."))
        for part in reversed(last[-3:]):
            if listed := names(part, agencies) or titled(part, agencies):
                return Notice(start, stop, NoticeKind.BYLINE, *listed[0])
    elif (
        ", " in line
        and not line.endswith(".")
        and line.istitle()
        and (listed := names(line.rpartition(", ")[2], agencies))
    ):
        return Notice(start, stop, NoticeKind.BYLINE, *listed[0])
    return None


def _notice(text: str, start: int, end: int, kind: NoticeKind, agencies: Agencies) -> Notice:
    """The notice of a sentence, with the first agency that it names."""
    for named in agencies.find(text, start, end):
        if not named.weak or kind is NoticeKind.CONTRIBUTOR or agency_of(text[named.start : end], agencies):
            begin = (
                named.start - 4 if text[max(start, named.start - 4) : named.start].lower() == "the " else named.start
            )
            return Notice(start, end, kind, text[begin : named.end], named.id, years_of(text[start:end]))
    return Notice(start, end, kind, "", "", years_of(text[start:end]))
