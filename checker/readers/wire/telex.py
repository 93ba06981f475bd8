"""IPTC 7901 transmissions to documents: https://iptc.org/standards/iptc-7901/.

SOH, a header line (service and number, priority, category, words, the agency's own number), the slug, STX, signals,
headline and byline up to a line that ends in `=`, the text, ETX, the time, EOT. In the wild SOH or all marks may be
missing, and DEL pads. Telexes of other houses (ZCZC to NNNN, TI# and TX#) are read by `tagged`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from checker.readers.document import Document, Kind, Unreadable
from checker.readers.encoding import is_binary
from checker.readers.formats import Format, Start, whole
from checker.readers.wire import tagged
from checker.readers.wire.lines import BARE, CONTROL, Line, characters, compose, line_of, lines_of, lost, unread
from checker.readers.wire.story import Key
from checker.readers.wire.telexparts import DATELINE, NOTICE_HOLDER, Parts, divided, release
from checker.readers.wire.words import kind_of, month, stamp, status

OPENING = re.compile(r"[\x00\x16\x7f\s]*\x01")
HEADER = re.compile(
    r"(?P<service>[A-Za-z]{2,4})(?P<number>\d{3,5}) +(?P<priority>\d) +(?P<category>[a-z]{1,3})"
    r" +(?P<words>\d{1,6})(?: +[a-z]{1,8})?(?: +(?P<agency>[A-Za-z][\w-]{1,15}) +(?P<own>\d{1,6}))?$"
)
MESSAGE = re.compile("\x01[^\x01]*|\\A[^\x01]+")
SENT = re.compile(r"(\d{2})(\d{4}) *(GMT|UTC|Z)? *([^\W\d_]{3,9})\.? *(\d{2,4})")
CUT_OFF = "its end is missing: it was cut off in transmission"
NO_STORY = "It is the header of a telex; there is no text in it."


@dataclass(frozen=True, slots=True)
class Frame:
    """One transmission: its header as far as it is one, its slug, the lines between STX and ETX, the time as ISO 8601.

    `whole` is False when STX stands there and no ETX.
    """

    header: re.Match[str] | None
    slug: str
    lines: list[Line]
    sent: str
    whole: bool


def read(name: str, stream: BinaryIO) -> Iterator[Document | Unreadable]:
    """The transmissions of a file, in order."""
    raw, doubts = whole(stream)
    found = characters(raw)
    if not found.encoding:
        yield Unreadable(name, f"{found.doubt[:1].upper()}{found.doubt[1:]}.")
        return
    doubts += (found.doubt,) if found.doubt else ()
    if tagged.is_one(found.text):
        yield from tagged.documents(name, found.text, found.encoding, doubts)
        return
    spans = [match.span() for match in MESSAGE.finditer(found.text) if CONTROL.sub("", match[0]).strip()]
    for number, (start, end) in enumerate(spans, 1):
        place = f"message {number}" if len(spans) > 1 else ""
        yield message(name, place, found.text, start, end, found.encoding, doubts)
    if not spans:
        yield Unreadable(name, NO_STORY)


def message(
    name: str, place: str, text: str, start: int, end: int, encoding: str, doubts: tuple[str, ...]
) -> Document | Unreadable:
    """file[start:end], one transmission, as a document."""
    frame = framed(text, start, end)
    parts = divided(frame.lines, frame.slug)
    builder = compose(parts.body, {}, CONTROL)
    if not builder.length:
        return Unreadable(f"{name}, {place}" if place else name, NO_STORY)
    sent = frame.sent or (parts.sent and time_of(SENT.match(parts.sent))) or ""
    body = builder.text()
    facts, holder, warnings = facts_of(frame, parts, body, sent)
    own = [frame.header[1], frame.header[2]] if frame.header else []
    if frame.header and frame.header["agency"]:
        own = [frame.header["agency"], frame.header["own"]]
    fallback = f"{name}, {place}" if place else name
    return Document(
        " ".join([*own, sent[:10]]) if own and sent else fallback,
        body,
        title=" ".join(parts.headline),
        holder=holder,
        metadata=facts,
        incomplete=(*doubts, *damage(text, start, end, body), *(() if frame.whole else (CUT_OFF,))),
        place=place,
        kind=kind(parts, facts),
        name="" if place else name,
        encoding=encoding,
        offsets=builder.offsets(),
        original=text,
        warnings=warnings,
    )


def damage(text: str, start: int, end: int, body: str) -> tuple[str, ...]:
    """What was lost between STX, or the beginning, and ETX, or the end, and what stands outside of them."""
    opened = text.find("\x02", start, end)
    closed = text.find("\x03", max(opened, start), end)
    first, last = (opened if opened >= 0 else start), (closed if closed >= 0 else end)
    return lost(text[first:last]) + unread(text[start:end], body, text[start:first], text[last:end])


def framed(text: str, start: int, end: int) -> Frame:
    """A transmission by its marks, or by its header line where it has none."""
    opened = text.find("\x02", start, end)
    closed = text.find("\x03", max(opened, start), end)
    stop = closed if closed >= 0 else text.find("\x04", start, end)
    stop = stop if stop >= 0 else end
    above = [bare(line) for line in lines_of(text, start, opened if opened >= 0 else stop)]
    above = [line for line in above if line.text]
    header = HEADER.match(above[0].text) if above else None
    sent = time_of(SENT.search(text, closed, end)) if closed >= 0 else ""
    if opened < 0:
        body = above[0].end if header else start
        return Frame(header, "", lines_of(text, body, stop), sent, True)
    slug = " ".join(line.text for line in above[1:]) if above else ""
    return Frame(header, slug, lines_of(text, opened + 1, stop), sent, closed >= 0)


def bare(line: Line) -> Line:
    """A line without the codes around it."""
    text = line.text.strip("\x00\x01\x16\x7f \r")
    return line_of(text, line.start + line.text.index(text)) if text else Line("", line.start, line.start)


def time_of(match: re.Match[str] | None) -> str:
    """The time of sending: day, hours and minutes, zone, month, year."""
    if not match:
        return ""
    return stamp(int(match[5]), month(match[4]), int(match[1]), match[2], "Z" if match[3] else "")


def facts_of(frame: Frame, parts: Parts, body: str, sent: str) -> tuple[dict[str, str], str, tuple[str, ...]]:
    """The facts of a transmission, its holder, and warnings."""
    dateline = DATELINE.match(body)
    notice = NOTICE_HOLDER.search(parts.copyright)
    credit = dateline["credit"] if dateline else ""
    holder = notice["holder"].strip() if notice else credit
    embargo, until = release(parts.notes + parts.signals, sent)
    said = {
        Key.HEADLINE: " ".join(parts.headline),
        Key.SLUG: parts.slug,
        Key.BYLINE: parts.byline,
        Key.DATELINE: dateline[0].strip() if dateline else "",
        Key.UPDATED: sent,
        Key.COPYRIGHT: parts.copyright,
        Key.CREDIT: credit,
        Key.SOURCE: (frame.header["agency"] or "") if frame.header else "",
        Key.EMBARGO: until,
        Key.STATUS: status(*parts.signals),
        Key.EDNOTE: "\n".join(parts.notes),
        Key.SIGNAL: ", ".join(parts.signals),
    }
    warnings = (f"it speaks of an embargo whose end could not be read: {embargo}",) if embargo and not until else ()
    return {key: value for key, value in said.items() if value}, holder, warnings


def kind(parts: Parts, facts: dict[str, str]) -> Kind:
    """Notices to editors are none of the copy: by the slug, by "(Achtung)", and where a story is killed."""
    if facts.get(Key.STATUS) == "canceled" or parts.house or "(achtung)" in facts.get(Key.SIGNAL, "").lower():
        return Kind.ADVISORY
    return kind_of(parts.slug) or kind_of(" ".join(parts.headline)) or Kind.STORY


def looks(start: Start) -> bool:
    """By its marks, its header line, or the words of a telex; never anything that is binary or XML."""
    if start.root or is_binary(start.raw.translate(BARE)):
        return False
    first = start.text[:400].strip("\x00\x16\x7f \r\n\t").partition("\n")[0].strip()
    return bool(OPENING.match(start.text) or HEADER.match(first)) or tagged.is_one(start.text)


FORMAT = Format("telex", "IPTC 7901 telex", looks, read, (".7901", ".tst"), many=True)
