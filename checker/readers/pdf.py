"""PDF files: the words that PDFium reads in a child process, and every reason why they may not be all of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from checker.places import Place
from checker.readers import child
from checker.readers.document import MOST_BYTES, Document, Label, Part, Unreadable
from checker.readers.formats import Format, Start, whole
from checker.readers.letters import makes_no_sense

PARSER = Path(__file__).with_name("pdf_child.py")
LIMITS = child.Limits()
MOST_PAGES = 2_000
MOST_CHARACTERS = 3_000_000
SECONDS = 12
"""Of computing; what was read until then is judged, and the rest is said to be unread."""
MOST_UNMAPPED = 0.05
FEW_UNMAPPED = 20
"""Bullets and ornaments: as many characters without a meaning as any page may have."""
SHOWN = 12
ORDER = (Label.PAGE, Label.TEXT_BOX, Label.COMMENT, Label.CLOAKED)
"""A sentence that goes on overleaf is not torn by what else is on its page."""
DATE = re.compile(r"D:(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:([+\-])(\d\d)'?(\d\d)?|Z)?")
"""ISO 32000-1, 7.9.4."""
PROBLEMS = {
    "password": "It is protected with a password.",
    "damaged": "It is a damaged PDF, or its end is missing.",
}


def read(name: str, stream: BinaryIO) -> Iterator[Document | Unreadable]:
    """The stream as one document."""
    raw, more = whole(stream, MOST_BYTES)
    if more:
        yield Unreadable(name, "It is a PDF too large to be read.")
        return
    request = {"pages": MOST_PAGES, "characters": MOST_CHARACTERS, "seconds": SECONDS}
    try:
        answer = child.run(PARSER, request, raw, LIMITS)
        problem = answer.facts["problem"]
        yield Unreadable(name, PROBLEMS[problem]) if problem else _document(name, answer)
    except child.Died as died:
        yield Unreadable(name, f"It is a PDF that cannot be read. {died}")
    except (KeyError, TypeError, ValueError, IndexError):
        yield Unreadable(name, "It is a PDF that cannot be read: its reader gave no answer that makes sense.")


def _document(name: str, answer: child.Answer) -> Document:
    """The pages in their order; behind all of them what stands in annotations, and what is not seen.

    KeyError, TypeError, ValueError, IndexError: the answer is not what the parser gives.
    """
    facts = answer.facts
    letters, numbers = answer.blobs
    read, places = letters.decode("utf-32-le", "replace"), np.frombuffer(numbers, np.float32).reshape(-1, 4)
    if len(read) != len(places):
        raise ValueError
    texts: list[str] = []
    boxes = []
    parts: list[Part] = []
    length = 0
    for page, label, start, end in sorted(_stretches(facts["parts"]), key=lambda part: ORDER.index(part[1])):
        if parts:
            texts.append("\n")
            boxes.append(np.zeros((1, 4), np.float32))
            length += 1
        texts.append(read[start:end])
        boxes.append(places[start:end])
        parts.append(Part(length, length + end - start, label, Place(page=page)))
        length += end - start
    text = "".join(texts)
    return Document(
        name,
        text,
        str(facts["title"]).strip(),
        metadata=_metadata(facts),
        incomplete=tuple(_unread(facts, text, parts)),
        parts=tuple(parts),
        boxes=np.concatenate(boxes) if boxes else np.zeros((0, 4), np.float32),
    )


def _stretches(parts: Sequence[Sequence[Any]]) -> Iterator[tuple[int, Label, int, int]]:
    at = 0
    for page, what, length in parts:
        yield int(page), Label(what), at, at + int(length)
        at += int(length)


def _unread(facts: dict[str, Any], text: str, parts: list[Part]) -> Iterator[str]:
    """Every reason why the text may not be all that people read in the file."""
    count, read = int(facts["pages"]), int(facts["read"])
    if read < count:
        yield f"only the first {read:,} of its {count:,} pages were read"
    if facts["cut"]:
        yield f"only its first {MOST_CHARACTERS:,} characters were read"
    if not any(part.label is Label.PAGE for part in parts):
        yield "it has no text: its words, if it has any, are pictures"
    for key, one, several in (
        ("pictures", "is a picture: its words were not read", "are pictures: their words were not read"),
        ("drawn", "is drawn, without text: its words were not read", "are drawn, without text: words were not read"),
        (
            "shapes",
            "may hold words that are drawn as shapes, not set as text: they were not read",
            "may hold words that are drawn as shapes, not set as text: they were not read",
        ),
        (
            "spoken",
            "gives other words for some that it draws, to be read in their place",
            "give other words for some that they draw, to be read in their place",
        ),
        (
            "lost",
            "sets words whose letters it does not tell: they were not read",
            "set words whose letters they do not tell: they were not read",
        ),
        ("broken", "is damaged, and was not read", "are damaged, and were not read"),
        ("stamps", "has notes or stamps whose words were not read", "have notes or stamps whose words were not read"),
    ):
        yield from _pages(facts[key], one, several)
    senseless = _senseless(facts, text, parts)
    if facts["misnamed"] and not senseless:
        yield "a font in it gives its letters another meaning than it draws: its words may not be those that are seen"
    yield from _pages(
        senseless,
        "gives its letters no meaning, or a wrong one: its words were not read as they are seen",
        "give their letters no meaning, or a wrong one: their words were not read as they are seen",
    )
    if facts["attachments"]:
        yield f"files inside it were not read ({facts['attachments']})"
    if facts["xfa"]:
        yield "it holds a form (XFA) whose words were not read"


def _senseless(facts: dict[str, Any], text: str, parts: list[Part]) -> list[int]:
    """Pages whose characters have no meaning, or one that makes no words."""
    pages = []
    triples = facts["unmapped"]
    for page, unmapped, count in zip(triples[::3], triples[1::3], triples[2::3], strict=True):
        if unmapped > max(FEW_UNMAPPED, MOST_UNMAPPED * count) or 2 * unmapped > count:
            pages.append(int(page))
    shown = [
        (part.place.page, text[part.start : part.end]) for part in parts if part.label is Label.PAGE and part.place
    ]
    return pages + [page for page, words in shown if makes_no_sense(words)]


def _pages(numbers: list[int], one: str, several: str) -> Iterator[str]:
    """ "page 3 is ...", "pages 3-5 and 9 are ..."; at most SHOWN stretches of pages are named."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    if not runs:
        return
    names = [f"{low}" if low == high else f"{low}-{high}" for low, high in runs[:SHOWN]]
    if len(runs) > SHOWN:
        names.append("others")
    named = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    yield f"page {named} {one}" if runs[0][0] == runs[-1][1] else f"pages {named} {several}"


def _metadata(facts: dict[str, Any]) -> dict[str, str]:
    said = {
        "created": _date(str(facts["created"])),
        "updated": _date(str(facts["updated"])),
        "author": str(facts["author"]).strip(),
    }
    return {key: value for key, value in said.items() if value}


def _date(written: str) -> str:
    """A date of the information dictionary in ISO 8601, as exact as it was given; "" when it is none."""
    match = DATE.match(written)
    if not match:
        return ""
    year, month, day, hour, minute, second, sign, hours, minutes = match.groups()
    date = "-".join(filter(None, (year, month, day)))
    if not (day and hour):
        return date
    zone = f"{sign}{hours}:{minutes or '00'}" if sign else "Z" if written.endswith("Z") else ""
    return f"{date}T{hour}:{minute or '00'}:{second or '00'}{zone}"


def looks(start: Start) -> bool:
    """By its mark, which may have up to a kilobyte of other bytes before it (ISO 32000-1, annex H)."""
    return start.raw.startswith(b"%PDF-") or (b"%PDF-" in start.raw[:1024] and start.ends(".pdf"))


FORMAT = Format("pdf", "a PDF", looks, read, (".pdf",), "page and rectangles")
