"""Telexes of houses that keep to no standard: ZCZC to NNNN, fields like TI# and TX#, press releases by number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from checker.readers.document import Document, Kind, Unreadable
from checker.readers.wire.lines import CONTROL, Line, compose, lines_of, lost, unread
from checker.readers.wire.story import Key
from checker.readers.wire.telexparts import DATELINE
from checker.readers.wire.words import SIGNAL, kind_of, month, stamp, status

BEGIN = re.compile(r"\s{0,40}(?:ZCZC|zczc)\b")
FIELD = re.compile(r"([A-Z]{2})#(.*)")
FIELDS = re.compile(r"\s{0,40}(?:(?:ZCZC|zczc)[^\n]*\n)?\s{0,40}(?:[A-Z]{2}#[^\n]*\n){3}")
RELEASE = re.compile(r"\s{0,40}source: ?[^\n]{1,200}\n\s{0,8}media release +\w{2,12}", re.IGNORECASE)
MESSAGE = re.compile(r"^[ \t]*(?:ZCZC|zczc)\b[^\n]*(?:\n(?![ \t]*(?:ZCZC|zczc)\b)[^\n]*)*", re.MULTILINE)
END = re.compile(r"^[ \t]*(?:NNNN|nnnn)\b", re.MULTILINE)
MARKED = re.compile(r"[%#$:*~@^&=+](?!\s+\S)")
ROUTING = re.compile(r"[A-Z]{2} [A-Z]{3}$")
CODES = re.compile(r"^<+|(?:[<=]!|<)$|" + CONTROL.pattern)
SOURCE = re.compile(r"source:? {1,4}(?P<source>\S.*)", re.IGNORECASE)
DAY = re.compile(r"(\d\d?) ([^\W\d_]{3,9}) (\d{4})(?: (\d\d):(\d\d):(\d\d))?")
CUT_OFF = "its end mark NNNN is missing: it was cut off in transmission"
NO_STORY = "It is the header of a telex; there is no text in it."


@dataclass(frozen=True, slots=True)
class Telex:
    """One telex taken apart; `body` has None for blank lines."""

    body: list[Line | None]
    facts: dict[str, str]
    holder: str = ""
    whole: bool = True
    own: str = ""


def is_one(text: str) -> bool:
    """Whether a text begins like one of these."""
    return bool(BEGIN.match(text) or FIELDS.match(text) or RELEASE.match(text))


def documents(name: str, text: str, encoding: str, doubts: tuple[str, ...]) -> Iterator[Document | Unreadable]:
    """Each telex of a file."""
    spans = [match.span() for match in MESSAGE.finditer(text)] or [(0, len(text))]
    for number, (start, end) in enumerate(spans, 1):
        place = f"message {number}" if len(spans) > 1 else ""
        telex = _parsed(text, start, end)
        builder = compose(telex.body, {}, CODES)
        fallback = f"{name}, {place}" if place else name
        if not builder.length:
            yield Unreadable(fallback, NO_STORY)
            continue
        signal = SIGNAL.fullmatch(telex.facts.get(Key.HEADLINE, "").partition(":")[0])
        facts = dict(telex.facts)
        if signal:
            facts[Key.SIGNAL], facts[Key.STATUS] = signal[0], status(signal[0])
        slugs = map(kind_of, (facts.get(Key.SLUG, ""), facts.get(Key.HEADLINE, "")))
        yield Document(
            telex.own or fallback,
            builder.text(),
            title=facts.get(Key.HEADLINE, ""),
            holder=telex.holder,
            metadata={key: value for key, value in facts.items() if value},
            incomplete=(
                *doubts,
                *lost(text[start:end]),
                *unread(text[start:end], builder.text(), _behind(text, start, end)),
                *(() if telex.whole else (CUT_OFF,)),
            ),
            place=place,
            kind=next(filter(None, slugs), Kind.ADVISORY if facts.get(Key.STATUS) == "canceled" else Kind.STORY),
            name="" if place else name,
            encoding=encoding,
            offsets=builder.offsets(),
            original=text,
        )


def _behind(text: str, start: int, end: int) -> str:
    """What stands behind NNNN."""
    ending = END.search(text, start, end)
    return text[ending.end() : end] if ending else ""


def _parsed(text: str, start: int, end: int) -> Telex:
    """file[start:end], one telex, by what it looks like."""
    ending = END.search(text, start, end)
    lines = lines_of(text, start, ending.start() if ending else end)
    if any(FIELD.match(line.text) for line in lines[:4]):
        return _fields(lines)
    if RELEASE.match(text, start, end):
        return _press_release(lines)
    return _plain(lines, bool(ending))


def _fields(lines: list[Line]) -> Telex:
    """AAP's tagged text: a field a line, TX# the text to the end. It has no end mark of its own."""
    said: dict[str, str] = {}
    body: list[Line | None] = []
    for line in lines:
        match = FIELD.match(line.text)
        if match and "TX" not in said:
            said[match[1]] = match[2].strip()
            if match[1] == "TX":
                body.append(line.cut(3))
        elif "TX" in said:
            body.append(replace(line, lead="    ") if line.text else None)
    day = DAY.match(said.get("PD", ""))
    facts: dict[str, str] = {
        Key.HEADLINE: said.get("TI", ""),
        Key.BYLINE: said.get("BY", ""),
        Key.SLUG: said.get("KY", ""),
        Key.SOURCE: said.get("SO", ""),
        Key.CREDIT: said.get("KN", ""),
        Key.CREATED: _date(day) if day else "",
    }
    return Telex(body, facts, said.get("KN", ""), True, said.get("AN", ""))


def _date(day: re.Match[str]) -> str:
    return stamp(int(day[3]), month(day[2]), int(day[1]), "".join(day.groups()[3:]) if day[4] else "")


def _press_release(lines: list[Line]) -> Telex:
    """A release by number: its source, its number, a headline of one line or more, a blank line, the text."""
    source = lines[0].text.partition(":")[2].strip()
    blank = next((n for n in range(2, len(lines)) if not lines[n].text), len(lines))
    body = [line for line in lines[blank:] if not ((said := SOURCE.match(line.text)) and said["source"] == source)]
    facts: dict[str, str] = {Key.HEADLINE: " ".join(line.text for line in lines[2:blank]), Key.SOURCE: source}
    number = lines[1].text.rpartition(" ")[2]
    return Telex([line if line.text else None for line in body], facts, source, True, number)


def _plain(lines: list[Line], ended: bool) -> Telex:
    """ZCZC, lines that begin with a mark and say what it is about, a headline, the text."""
    agency, source = lines[0].text[4:].strip() if lines else "", ""
    marked: dict[str, list[str]] = {}
    first = 1
    while first < len(lines) and (MARKED.match(lines[first].text) or ROUTING.match(lines[first].text)):
        marked.setdefault(lines[first].text[0], []).append(lines[first].text[1:].strip())
        first += 1
    long = [value for mark in "$#:" for value in marked.get(mark, []) if len(value) > 3]
    headline, rest = long[0] if long and "$" in marked and len(marked["$"][0]) > 3 else "", lines[first:]
    if not headline:
        while rest and not rest[0].text:
            del rest[0]
        headline = CODES.sub("", rest[0].text).strip() if rest else ""
        rest = rest[1:]
    while rest and (not rest[-1].text or SOURCE.match(rest[-1].text)):
        said = SOURCE.match(rest.pop().text)
        source = said["source"].strip() if said else source
    body = [line if line.text else None for line in rest]
    dateline = DATELINE.match(next((line.text for line in body if line), ""))
    facts: dict[str, str] = {
        Key.HEADLINE: headline,
        Key.SLUG: next(iter(value for value in marked.get("#", []) if value), ""),
        Key.SOURCE: agency,
        Key.DATELINE: dateline[0].strip() if dateline else "",
        Key.CREDIT: dateline["credit"] if dateline else "",
    }
    return Telex(body, facts, source or facts[Key.CREDIT], ended)
