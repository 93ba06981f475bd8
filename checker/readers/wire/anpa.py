"""ANPA 1312 transmissions to documents (American Newspaper Publishers Association, wire service guidelines, 1984).

SYN SYN SOH, service letter and number, US, routing; priority, category and a text code, short slug, version, date
and words; STX; a key line; heads that begin with `^` and end in `<` or `=`; paragraphs that begin with a tabulator;
ETX with the time; EOT. `_` is a dash, two backticks and two apostrophes are quotation marks, `{` is a half.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import BinaryIO

from checker.readers.document import Document, Kind, Unreadable
from checker.readers.encoding import is_binary
from checker.readers.formats import Format, Start, whole
from checker.readers.wire.lines import BARE, Line, characters, compose, line_of, lines_of, lost, unread
from checker.readers.wire.story import Key
from checker.readers.wire.telexparts import DATELINE, EMBARGO, release
from checker.readers.wire.words import SIGNAL, kind_of, stamp, status

OPENING = re.compile(
    "[\\x00\\x16\\x7f\\s]*\x01(?P<number>[A-Za-z]{1,2}\\d{3,5})(?P<agency>[A-Za-z]{0,10})(?:\x1f|\\^_)?(?P<routing>[^\r\n]{0,20})"
    "\r?\n(?P<priority>[a-z]) ?(?P<category>[a-z]{0,3}) ?[\x11-\x14]{1,2} ?(?P<rest>[^\r\n]{0,80})"
)
MESSAGE = re.compile("\x01[^\x01]*")
REST = re.compile(r"(?P<slug>\S+) *(?P<version>[^\d\s]?\S*[a-zA-Z]\S*)? +(?P<month>\d\d)-(?P<day>\d\d)(?: +\d+)?")
ENDING = re.compile(
    r"(?P<agency>[A-Z]{2,4})-[A-Z]{2}-(?P<month>\d\d)-(?P<day>\d\d)-(?P<year>\d\d) (?P<clock>\d{4})(?P<zone>GMT)?"
)
OTHER_ENDING = re.compile(r"(?P<clock>\d\d:\d\d)-(?P<day>\d\d)-(?P<month>\d\d)-(?P<year>\d\d)")
NOTE = re.compile(r"\(?(?:eds?|editors?|editor's note|note to editors|editors' note)(?::| _| -)", re.IGNORECASE)
IN_BODY = re.compile(r"\(?eds?:", re.IGNORECASE)
PHOTO = re.compile(r"[A-Z]{2,5} (?:photos?|video|graphics?|audio)s?\b(?: [A-Z0-9, ]+|:.*)?$", re.IGNORECASE)
BYLINE = re.compile(r"by \S", re.IGNORECASE)
AFFILIATION = re.compile(
    r".*\b(?:press|writers?|editors?|correspondents?|reporters?|columnists?|staff|kyodo|reuters)\b.*", re.IGNORECASE
)
SIGN_OFF = re.compile(r"==? ?\w{2,12}$|END$")
WORDS = re.compile(r"\d*$")
CODES = re.compile(r"```|'''|``|''|`|(?<![\w@./])_(?!\w)|(?<=\d)\{|[\x00-\x08\x0b-\x1f\x7f^]+")
GIVEN = {"```": "“‘", "'''": "'”", "``": "“", "''": "”", "_": "—", "{": "½", "`": "‘", "\x1e": " ", "\x1f\x1e": " "}
CUT_OFF = "its end is missing: it was cut off in transmission"
NO_STORY = "It is the header of a transmission; there is no text in it."


@dataclass(slots=True)
class Parts:
    """A transmission taken apart. The body has None for blank lines."""

    slug: str = ""
    signals: list[str] = field(default_factory=list)
    headline: str = ""
    byline: str = ""
    notes: list[str] = field(default_factory=list)
    body: list[Line | None] = field(default_factory=list)


def read(name: str, stream: BinaryIO) -> Iterator[Document | Unreadable]:
    """The transmissions of a file, in order."""
    raw, doubts = whole(stream)
    found = characters(raw)
    if not found.encoding:
        yield Unreadable(name, f"{found.doubt[:1].upper()}{found.doubt[1:]}.")
        return
    doubts += (found.doubt,) if found.doubt else ()
    spans = [match.span() for match in MESSAGE.finditer(found.text)]
    for number, (start, end) in enumerate(spans, 1):
        place = f"message {number}" if len(spans) > 1 else ""
        yield message(name, place, found.text, start, end, found.encoding, doubts)
    if not spans:
        yield Unreadable(name, NO_STORY)


def message(
    name: str, place: str, text: str, start: int, end: int, encoding: str, doubts: tuple[str, ...]
) -> Document | Unreadable:
    """file[start:end], one transmission, as a document."""
    fallback = f"{name}, {place}" if place else name
    opened, closed = text.find("\x02", start, end), text.find("\x03", start, end)
    stop = closed if closed >= 0 else end
    header = OPENING.match(text, start, end)
    if opened < 0:
        opened = header.end() if header else start
    parts = divided(lines_of(text, opened + 1, stop))
    builder = compose(parts.body, GIVEN, CODES)
    if not builder.length:
        return Unreadable(fallback, NO_STORY)
    body = builder.text()
    ending = text[stop:end]
    facts, holder, warnings = facts_of(parts, body, header, ending)
    sent = facts.get(Key.UPDATED, "")[:10]
    damage = lost(text[opened + 1 : stop]) + unread(text[start:end], body, text[start:opened], ending)
    canceled = facts.get(Key.STATUS) == "canceled"
    kind = kind_of(parts.slug) or (Kind.ADVISORY if canceled or "Advisory" in parts.signals else Kind.STORY)
    return Document(
        f"{header['number']} {sent}" if header and sent else fallback,
        body,
        title=parts.headline,
        holder=holder,
        story=parts.slug,
        version=", ".join(parts.signals),
        metadata=facts,
        incomplete=(*doubts, *damage, *(() if closed >= 0 else (CUT_OFF,))),
        place=place,
        kind=kind,
        name="" if place else name,
        encoding=encoding,
        offsets=builder.offsets(),
        original=text,
        warnings=warnings,
    )


def divided(lines: list[Line]) -> Parts:
    """The lines between STX and ETX, taken apart."""
    parts = Parts()
    rows = list(lines)
    while rows and not rows[0].text:
        del rows[0]
    if rows:
        _key_line(parts, rows.pop(0).text)
    plain = not any(line.text.startswith("^") or "\t" in line.lead for line in rows)
    first = _plain_heads(parts, rows) if plain else _heads(parts, rows)
    for line in rows[first:]:
        clean = _clean(line)
        if IN_BODY.match(clean.text):
            parts.notes.append(clean.text.strip("()"))
        elif SIGN_OFF.match(clean.text) or not clean.text.strip("_ "):
            parts.body.append(None)
        else:
            # what begins with a code begins a paragraph; what does not goes on in the one before
            if "\t" in line.lead or line.text[:1] in ("^", "\x08"):
                clean = replace(clean, lead="\t  ")
            parts.body.append(clean)
    return parts


def _key_line(parts: Parts, text: str) -> None:
    """^BC-US--Slug, 1st Ld-Writethru,1140< to slug and signals."""
    key = text.rpartition("^")[2].rstrip("<= ")
    names = [name.strip() for name in key.split(",")]
    if len(names) > 1 and WORDS.fullmatch(names[-1]):
        names.pop()
    while len(names) > 1 and SIGNAL.fullmatch(names[-1]):
        parts.signals.insert(0, names.pop())
    parts.slug = ", ".join(names)


def _heads(parts: Parts, rows: list[Line]) -> int:
    """The heads before the first paragraph, and the number of the row behind them. Heads of tables are text."""
    for number, line in enumerate(rows):
        text = line.text
        if text and (not text.startswith("^") or text[-1] not in "<="):
            return number
        said = text.strip("^<= ")
        if NOTE.match(said):
            parts.notes.append(said.strip("()"))
        elif PHOTO.match(said) or not said:
            continue
        elif BYLINE.match(said) and text.endswith("="):
            parts.byline = said
        elif not parts.headline:
            parts.headline = said
        elif text.endswith("=") and not (parts.byline and AFFILIATION.match(said)):
            return number
    return len(rows)


def _plain_heads(parts: Parts, rows: list[Line]) -> int:
    """Heads without codes, as Kyodo sends them: a headline that ends in `+`."""
    last = next((number for number, line in enumerate(rows[:6]) if line.text.endswith("+")), -1)
    parts.headline = " ".join(line.text for line in rows[: last + 1]).rstrip("+ ")
    return last + 1


def _clean(line: Line) -> Line:
    """A line without the code that begins it and the one that ends it."""
    text = line.text
    end = len(text.rstrip("<= ")) if text.endswith(("<", "=")) else len(text)
    begin = len(text) - len(text.lstrip("^\x08 "))
    if begin >= end:
        return Line("", line.start, line.start)
    return replace(line_of(text[begin:end], line.start + begin), lead=line.lead)


def facts_of(
    parts: Parts, body: str, header: re.Match[str] | None, ending: str
) -> tuple[dict[str, str], str, tuple[str, ...]]:
    """The facts of a transmission, its holder, and warnings."""
    dateline = DATELINE.match(body)
    match = ENDING.search(ending)
    other = None if match else OTHER_ENDING.search(ending)
    sent = ""
    if found := match or other:
        clock, zone = found["clock"].replace(":", ""), "Z" if match and match["zone"] else ""
        sent = stamp(int(found["year"]), int(found["month"]), int(found["day"]), clock, zone)
    agency = match["agency"] if match else (header["agency"].title() if header else "")
    embargo, until = release(parts.notes + parts.signals + [parts.headline], sent)
    spoken = EMBARGO.match(embargo) or "hold for release" in embargo.lower()
    said = {
        Key.HEADLINE: parts.headline,
        Key.SLUG: parts.slug,
        Key.BYLINE: parts.byline,
        Key.DATELINE: dateline[0].strip() if dateline else "",
        Key.UPDATED: sent,
        Key.CREDIT: dateline["credit"] if dateline else "",
        Key.SOURCE: agency,
        Key.EMBARGO: until,
        Key.STATUS: status(*parts.signals, *parts.slug.replace("--", " ").split(" ")[:2]),
        Key.EDNOTE: "\n".join(parts.notes),
        Key.SIGNAL: ", ".join(parts.signals),
        Key.GENRE: "",
    }
    warnings = (f"it speaks of an embargo whose end could not be read: {embargo}",) if spoken and not until else ()
    holder = (dateline["credit"] if dateline else "") or agency
    return {key: value for key, value in said.items() if value}, holder, warnings


def looks(start: Start) -> bool:
    """By its first two lines."""
    return bool(OPENING.match(start.text)) and not is_binary(start.raw.translate(BARE))


FORMAT = Format("anpa", "ANPA 1312 wire copy", looks, read, (".anpa",), many=True)
