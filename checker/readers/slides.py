"""Presentations and spreadsheets of Office packages (ECMA-376 part 1): words of slides, notes, cells and comments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from checker.readers.document import MOST_BYTES, Document, Label, Unreadable
from checker.readers.docx import DRAWINGS, EMU, FEW_WORDS, LARGE, Words, arrange, document_of, facts_of
from checker.readers.formats import Format, Start, whole
from checker.readers.package import Package, is_package, open_package, related
from checker.readers.word import Piece
from checker.readers.zipguard import Refused

SLIDES, SHEETS = "presentation", "spreadsheet"
MAIN = {SLIDES: "ppt/presentation.xml", SHEETS: "xl/workbook.xml"}
NUMBER = re.compile(r"\d+")
PICTURE = "it holds a picture as large as a slide: its words were not read"
HOLDERS = {"inlineStr": "{*}t", "str": "{*}v", "s": "{*}v"}
"""Where a cell of each type has its words, or the number of a shared text; other types are numbers."""
MOST_SHARED = 3_000_000
"""Characters of shared texts that are read more than once."""
Found = tuple[str, list[Piece]]


def read_slides(name: str, stream: BinaryIO) -> Iterator[Document | Unreadable]:
    """A presentation as one document, slide by slide, and the notes of each behind it."""
    yield _read(name, stream, SLIDES)


def read_sheets(name: str, stream: BinaryIO) -> Iterator[Document | Unreadable]:
    """A spreadsheet as one document, a line a cell with words."""
    yield _read(name, stream, SHEETS)


def _read(name: str, stream: BinaryIO, kind: str) -> Document | Unreadable:
    raw, cut = whole(stream, MOST_BYTES)
    if cut:
        return Unreadable(name, f"It is a {kind} too large to be read.")
    words = Words()
    try:
        package = open_package(raw)
        main = next(related(package, "", "/officeDocument"), MAIN[kind])
        package.root(main)
        found = list(_slides(package, main, words) if kind == SLIDES else _sheets(package, words))
    except Refused as refused:
        return Unreadable(name, f"It is a {kind} that cannot be read. {refused}")
    for part in package.parts(*DRAWINGS):
        found += _paragraphs(part, _root(package, part, words), Label.TEXT_BOX)
    arrange(words, found)
    embedded = [part for part in package.zip.names() if "/embeddings/" in part]
    if embedded:
        words.unread.append(f"files inside it were not read: “{embedded[0]}”" + (", ..." if embedded[1:] else ""))
    if kind == SLIDES and _is_pictured(package, main, words):
        words.unread.append(PICTURE)
    title, facts = facts_of(package)
    return document_of(name, words, title, facts)


def _root(package: Package, part: str, words: Words) -> Any:
    """The tree of a part; None, and a sentence, when it cannot be read."""
    try:
        words.roots[part] = package.root(part)
    except Refused as refused:
        words.unread.append(f"part of it could not be read: {refused}")
    return words.roots.get(part)


def _slides(package: Package, main: str, words: Words) -> Iterator[Found]:
    """The paragraphs of all slides in the order in which they are shown, of their notes, layouts and comments."""
    shown = [part for part in related(package, main, "/slide") if part in package.zip.entries]
    shown.sort(key=_order)
    for kind, label in (("slide+xml", Label.BODY), ("notesSlide+xml", Label.COMMENT), ("comments+xml", Label.COMMENT)):
        parts = [*shown, *package.parts(kind)] if kind == "slide+xml" else sorted(package.parts(kind), key=_order)
        for part in dict.fromkeys(parts):
            root = _root(package, part, words)
            hidden = root is not None and root.get("show") in ("0", "false")
            yield from _paragraphs(part, root, Label.CLOAKED if hidden else label)
    for part in package.parts("slideLayout+xml", "slideMaster+xml"):
        yield from _paragraphs(part, _root(package, part, words), Label.FURNITURE)


def _order(part: str) -> list[int]:
    return [int(number[:9]) for number in NUMBER.findall(part)]


def _paragraphs(part: str, root: Any, label: Label) -> Iterator[Found]:
    """The paragraphs of DrawingML below a root, and the texts of comments."""
    number = 0
    for element in () if root is None else root.iter("{*}p", "{*}text", "{*}pt"):
        kind = element.tag.rpartition("}")[2]
        if kind == "pt" and not element.getparent().tag.endswith("strCache"):
            continue
        number += 1
        if kind == "text":
            text = element.text or ""
        elif kind == "pt":
            text = "".join("".join(value.itertext()) for value in element.iter("{*}v"))
        else:
            parts = element.iter("{*}t", "{*}br", "{*}tab")
            text = "".join("".join(item.itertext()) if item.tag.endswith("}t") else " " for item in parts)
        if text.strip():
            yield part, [Piece(number, 0, label, text)]


def _sheets(package: Package, words: Words) -> Iterator[Found]:
    """The words of cells, sheet by sheet in the order of their rows; shared ones in no cell; comments and drawings.

    A text that several cells show stands in the file once (18.4): where it was kept says nothing of where it is read.
    """
    shared: list[tuple[str, int, str]] = []
    for part in package.parts("sharedStrings+xml"):
        root = _root(package, part, words)
        for number, item in enumerate(() if root is None else root.iter("{*}si"), 1):
            shared.append((part, number, _text_of(item, "{*}t")))
    shown: set[int] = set()
    room = MOST_SHARED
    for part in sorted(package.parts("worksheet+xml"), key=_order):
        root = _root(package, part, words)
        for number, cell in enumerate(() if root is None else root.iter("{*}c"), 1):
            kind = cell.get("t", "")
            text = _text_of(cell, HOLDERS.get(kind, ""))
            if kind == "s":
                index = int(text[:9]) if text.isdecimal() else len(shared)
                text = shared[index][2] if index < len(shared) else ""
                room -= len(text) if index in shown else 0
                shown.add(index)
            if text.strip() and room >= 0:
                yield part, [Piece(number, 0, Label.TABLE, text)]
    if room < 0:
        words.unread.append(f"of texts that stand in many cells only {MOST_SHARED:,} characters were read")
    for index, (part, number, text) in enumerate(shared):
        if index not in shown and text.strip():
            yield part, [Piece(number, 0, Label.TABLE, text)]
    for part in package.parts("comments+xml", "threadedcomments+xml"):
        root = _root(package, part, words)
        for number, item in enumerate(() if root is None else root.iter("{*}comment", "{*}threadedComment"), 1):
            text = "".join("".join(text.itertext()) for text in item.iter("{*}t", "{*}text") if len(text) == 0)
            if text.strip():
                yield part, [Piece(number, 0, Label.COMMENT, text)]
    for part in package.parts("drawing+xml"):
        yield from _paragraphs(part, _root(package, part, words), Label.TEXT_BOX)


def _text_of(element: Any, holders: str) -> str:
    """What its elements of a name hold, without the sounds of Chinese characters; "" for no name."""
    held = (item for item in element.iter(holders) if not item.getparent().tag.endswith("}rPh")) if holders else ()
    return "".join("".join(item.itertext()) for item in held)


def _is_pictured(package: Package, main: str, words: Words) -> bool:
    """Whether a slide with few words holds a picture that takes most of it."""
    size = next(package.root(main).iter("{*}sldSz"), None)
    slide = _area(size) or 720.0 * 540.0
    for part in package.parts("slide+xml"):
        root = words.roots.get(part)
        if root is None or len(" ".join(root.itertext()).split()) >= FEW_WORDS:
            continue
        for blip in root.iter("{*}blip"):
            holder = next(blip.iterancestors("{*}pic", "{*}sp", "{*}bg"), None)
            extent = None if holder is None else next(holder.iter("{*}ext"), None)
            if holder is not None and (holder.tag.endswith("}bg") or _area(extent) >= LARGE * slide):
                return True
    return False


def _area(extent: Any) -> float:
    """The area in square points of an element with an extent in English metric units."""
    sides = ["", ""] if extent is None else [extent.get("cx", ""), extent.get("cy", "")]
    return float(sides[0][:12]) * float(sides[1][:12]) / EMU**2 if all(map(str.isdecimal, sides)) else 0.0


def looks_like_slides(start: Start) -> bool:
    """By the names of its first entries."""
    return is_package(start.raw, "ppt/")


def looks_like_sheets(start: Start) -> bool:
    """By the names of its first entries."""
    return is_package(start.raw, "xl/")


PRESENTATION = Format(
    SLIDES,
    "a presentation (PowerPoint)",
    looks_like_slides,
    read_slides,
    (".pptx", ".ppsx", ".potx"),
    "part and paragraph",
)
SPREADSHEET = Format(
    SHEETS, "a spreadsheet (Excel)", looks_like_sheets, read_sheets, (".xlsx", ".xlsm"), "part and cell"
)
