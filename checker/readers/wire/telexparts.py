"""The parts of a telex between its marks: signals, headline and byline; the text; what follows for editors only."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from checker.readers.wire.lines import Line
from checker.readers.wire.words import SIGNAL, month, stamp

BYLINE = re.compile(r"(?:by|von|par|por|di|av|van|door|od) \S", re.IGNORECASE)
DATELINE = re.compile(r"[^()\n\"“]{2,60} ?\((?P<credit>[^()\n]{2,30})\)")
TAIL = re.compile(
    r"#+ *(?:\w+ )?(?:notebook|notizblock)$"
    r"|the following information is not (?:intended )?for publication"
    r"|die folgenden informationen sind nicht zur ver",
    re.IGNORECASE,
)
NOTES = re.compile(r"note to editors|redaktionelle hinweise|correction|korrektur|berichtigung", re.IGNORECASE)
STARS = re.compile(r"(?:\* ?){3,}$")
HOUSE = re.compile(r"(?:ry){2,}(?: |$)")
NOTICE = re.compile(r"\(c\) ?\d{4}|©|copyright", re.IGNORECASE)
NOTICE_HOLDER = re.compile(
    r"(?:\(c\)|©|copyright) *(?:\d{4})?,? *(?:by )?(?P<holder>[^\W\d][^.,\n]{1,60})", re.IGNORECASE
)
SIGN_OFF = re.compile(r"(?:[a-z]{2,4}(?:[ /][a-z]{2,4}){1,6}|\([A-Z]{2,6}\\*/[a-z]{1,6}\)|==? ?\w{2,12})$")
SENT_LINE = re.compile(r"\d{6} *(?:GMT|UTC|Z)? *[^\W\d_]{3,9}\.? *\d{2,4}$")
EMBARGO = re.compile(
    r"embargo(?:ed)?\b|hold for release|not for (?:release|use|publication) (?:before|until)|sperrfrist", re.IGNORECASE
)
RELEASE = re.compile(
    r"(?P<clock>\d{4}) *(?:hrs|h)? *(?P<zone>GMT|UTC|Z)?,? *(?:on )?"
    r"(?:(?P<m1>[^\W\d_]{3,9})\.? (?P<d1>\d\d?)|(?P<d2>\d\d?)\.? (?P<m2>[^\W\d_]{3,9}))\b,?(?: (?P<year>\d{4}))?"
)
MOST_HEADS = 12
"""How many lines signals, headline and byline may take together."""


@dataclass(slots=True)
class Parts:
    """A telex taken apart. `notes` are for editors; `house` says that it is the notice of the house itself."""

    slug: str = ""
    signals: list[str] = field(default_factory=list)
    headline: list[str] = field(default_factory=list)
    byline: str = ""
    body: list[Line | None] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    copyright: str = ""
    sent: str = ""
    house: bool = False


def divided(lines: list[Line], slug: str) -> Parts:
    """The lines between STX and ETX, taken apart; the body keeps a None for each blank line."""
    parts = Parts(slug)
    first = _heads(parts, lines)
    tail = next((n for n in range(first, len(lines)) if TAIL.match(lines[n].text)), len(lines))
    _notes(parts, lines[tail:])
    body = [line for line in lines[first:tail] if not _is_house(parts, line)]
    while body and (not body[-1].text.strip("\x00\x7f\x04") or _is_ending(parts, body[-1].text)):
        body.pop()
    parts.body = [line if line.text else None for line in body]
    return parts


def _heads(parts: Parts, lines: list[Line]) -> int:
    """Everything up to the line that ends in `=`, and the number of the first line behind it."""
    filled = [n for n, line in enumerate(lines) if line.text][:MOST_HEADS]
    last = next((n for n in filled if lines[n].text.endswith("=")), -1)
    if last < 0:
        # no mark between headline and text: signals, slug and one line before a blank one are heads
        last = -1
        for n in filled:
            special = SIGNAL.fullmatch(lines[n].text) or lines[n].text.endswith("/")
            alone = n + 1 < len(lines) and not lines[n + 1].text and any(line.text for line in lines[n + 1 :])
            if not special and not alone:
                break
            last = n
            if not special:
                break
    for line in lines[: last + 1]:
        text = line.text.removesuffix("=").strip()
        if not text:
            continue
        if SIGNAL.fullmatch(text) or EMBARGO.match(text):
            parts.signals.append(text)
        elif text.endswith("/") and not parts.headline:
            parts.slug = f"{parts.slug} {text}".strip()
        elif BYLINE.match(text) and parts.headline:
            parts.byline = text
        else:
            parts.headline.append(text)
    return last + 1


def _notes(parts: Parts, tail: Sequence[Line]) -> None:
    """Notes to editors, a copyright notice and the time out of what follows the text."""
    noting = False
    for line in tail:
        text = line.text.strip("\x00\x7f\x04 ")
        if text.startswith("#") or STARS.match(text):
            noting = bool(NOTES.search(text))
        elif SENT_LINE.match(text):
            parts.sent = text
        elif text and noting:
            parts.notes.append(text.removeprefix("- "))
        if NOTICE.search(text) and not parts.copyright:
            parts.copyright = text.removeprefix("- ")


def _is_house(parts: Parts, line: Line) -> bool:
    """Whether a line is a notice between ryryryry, which says whose the text is and is none of it."""
    if not HOUSE.match(line.text):
        return False
    parts.house = True
    words = [word.strip() for word in re.split(r"(?:ry){2,}", line.text) if word.strip()]
    parts.copyright = parts.copyright or (words[0] if words else "")
    return True


def _is_ending(parts: Parts, text: str) -> bool:
    """Whether a last line is no text: initials of those who wrote and edited, the time of sending."""
    if SENT_LINE.match(text.strip("\x00\x7f\x04 ")):
        parts.sent = text
        return True
    return bool(SIGN_OFF.match(text) or STARS.match(text))


def release(said: list[str], sent: str) -> tuple[str, str]:
    """What is said of an embargo, and its end as ISO 8601 where that can be read; the year is that of sending."""
    phrase = next((text for text in said if EMBARGO.search(text)), "")
    match = RELEASE.search(phrase)
    if not match:
        return phrase, ""
    year = int(match["year"] or sent[:4] or 0)
    day, name = (match["d1"], match["m1"]) if match["d1"] else (match["d2"], match["m2"])
    until = stamp(year, month(name), int(day), match["clock"], "Z" if match["zone"] else "") if year else ""
    return phrase, until
