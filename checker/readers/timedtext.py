"""Captions in markup: TTML and DFXP (https://www.w3.org/TR/ttml1/), and SAMI; each caption with its times."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from itertools import pairwise
from typing import TYPE_CHECKING, BinaryIO

from checker.readers.captions import MOST_CAPTIONS, MOST_CUES, Cue, Piece, add_plain, document_of
from checker.readers.document import Document, Unreadable
from checker.readers.encoding import Decoded, read_each
from checker.readers.formats import Format, Start, whole
from checker.readers.subtitles import write_seconds as written

if TYPE_CHECKING:
    from checker.readers.wire.xmltree import Element, Tree

CLOCK = re.compile(r"(\d{1,6}):(\d{2}):(\d{2})(?:\.(\d{1,9})|:(\d{1,3})(?:\.\d+)?)?")
COUNT = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)(h|ms|m|s|f|t)")
UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
SYNC = re.compile(r"<sync\b[^>]*?\bstart\s*=\s*[\"']?(\d{1,12})[^>]*>", re.IGNORECASE)
MARK = re.compile(r"<!--.*?-->|<[^<>]*>|&(?:#\d{1,7}|#[Xx][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});|\s+", re.DOTALL)
TAG = re.compile(r"<!--|-->|<[^<>]*>")
CLASS = re.compile(r"<p\b[^>]*?\bclass\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)


def read(name: str, stream: BinaryIO) -> Iterator[Document | Unreadable]:
    """The captions as one document. Raises OSError."""
    raw, doubts = whole(stream, MOST_CAPTIONS)
    if SYNC.search(raw[:MOST_CAPTIONS].replace(b"\0", b"").decode("latin-1")):
        yield read_each(raw, (), lambda decoded: _limited(name, list(_sami(decoded.text)), decoded, doubts))
        return
    from checker.readers.wire.flow import Refused
    from checker.readers.wire.xmltree import parse

    try:
        tree = parse(raw)
    except Refused as error:
        yield Unreadable(name, str(error))
        return
    decoded = Decoded(tree.source, tree.encoding)
    yield _limited(name, list(_cues(tree)), decoded, (*doubts, *tree.incomplete))


def _limited(name: str, cues: list[Cue], decoded: Decoded, doubts: tuple[str, ...]) -> Document:
    document = document_of(name, [Cue(), *cues[:MOST_CUES]], len(cues) > MOST_CUES, decoded, doubts)
    return add_plain(document, TAG.sub(" ", decoded.text))


def _cues(tree: Tree) -> Iterator[Cue]:
    """Every paragraph of TTML in the order of the file, with its times within those of what it stands in."""
    root = tree.root
    rate, ticks = (float(_said(root, name) or 0) for name in ("frameRate", "tickRate"))
    waiting: list[tuple[Element, float]] = [(root, 0.0)]
    while waiting:
        element, base = waiting.pop()
        begin, end, duration = (
            _time(element.get(name), rate or 30, ticks or rate or 1) for name in ("begin", "end", "dur")
        )
        start = base + (begin or 0.0)
        if element.name == "p":
            last = base + end if end is not None else (start + duration if duration is not None else None)
            timed = begin is not None or last is not None
            ends = written(start if last is None else last)
            yield Cue(written(start) if timed else "", ends, _ttml_lines(tree, element))
            continue
        waiting.extend((child, start) for child in reversed(list(element.children())) if child.name != "head")


def _said(root: Element, name: str) -> str:
    """A parameter of the file, with or without its prefix, when it is a number."""
    for key, value in root.attributes.items():
        if key.rsplit(":", 1)[-1].rsplit("}", 1)[-1] == name and re.fullmatch(r"\d{1,9}", value.strip()):
            return value.strip()
    return ""


def _time(text: str, rate: float, ticks: float) -> float | None:
    """Seconds of a time expression; None for none."""
    if found := CLOCK.fullmatch(text):
        whole_seconds = int(found[1]) * 3600 + int(found[2]) * 60 + int(found[3])
        return whole_seconds + (float(f"0.{found[4]}") if found[4] else int(found[5] or 0) / rate)
    if found := COUNT.fullmatch(text):
        count = float(found[1])
        return count / (rate if found[2] == "f" else ticks) if found[2] in "ft" else count * UNITS[found[2]]
    return None


def _ttml_lines(tree: Tree, paragraph: Element) -> list[list[Piece]]:
    from checker.readers.wire.xmltree import Text

    lines: list[list[Piece]] = [[]]
    waiting: list[Element | Text] = [paragraph]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Text):
            for text, start, end in tree.characters(node):
                if len(text) == end - start:
                    lines[-1] += _spaced(text, start)
                else:
                    lines[-1].append((text, start, end))
        elif node.name == "br":
            lines.append([])
        elif node.name not in ("metadata", "set"):
            waiting.extend(reversed(node.content))
    return lines


def _spaced(text: str, start: int) -> Iterator[Piece]:
    """Text of the file with each run of white space as one space."""
    at = 0
    for run in re.finditer(r"\s+", text):
        if at < run.start():
            yield text[at : run.start()], start + at, start + run.start()
        yield " ", start + run.start(), start + run.end()
        at = run.end()
    if at < len(text):
        yield text[at:], start + at, start + len(text)


def _sami(text: str) -> Iterator[Cue]:
    """The captions of SAMI, language after language where it has several."""
    starts = list(SYNC.finditer(text))
    ends = [one.start() for one in starts[1:]] + [len(text)]
    spoken: dict[str, list[Cue]] = {}
    for sync, end in zip(starts, ends, strict=True):
        begins = written(int(sync[1]) / 1000)
        for cues in spoken.values():
            if cues and not cues[-1].ends:
                cues[-1] = replace(cues[-1], ends=begins)
        cuts = [sync.end(), *(one.start() for one in re.finditer(r"<p\b", text[sync.end() : end], re.IGNORECASE))]
        cuts = [sync.end(), *(sync.end() + cut for cut in cuts[1:]), end]
        for low, high in pairwise(cuts):
            named = CLASS.match(text, low, high)
            lines = _sami_lines(text, low, high)
            if any(piece[0].strip() for line in lines for piece in line):
                spoken.setdefault(named[1] if named else "", []).append(Cue(begins, "", lines))
    for cues in spoken.values():
        yield from cues


def _sami_lines(text: str, start: int, end: int) -> list[list[Piece]]:
    lines: list[list[Piece]] = [[]]
    at = start
    for mark in MARK.finditer(text, start, end):
        if at < mark.start():
            lines[-1].append((text[at : mark.start()], at, mark.start()))
        at = mark.end()
        shown = mark[0]
        if shown[0] == "&":
            lines[-1].append((unescape(shown), *mark.span()))
        elif shown[0] != "<":
            lines[-1].append((" ", *mark.span()))
        elif re.match(r"<br\b", shown, re.IGNORECASE):
            lines.append([])
    if at < end:
        lines[-1].append((text[at:end], at, end))
    return lines


def looks(start: Start) -> bool:
    """By the first element; `tt` is one of HTML too, so TTML must name its namespace or hold a body."""
    root = start.root
    if root.lower() == "sami":
        return True
    text = start.text
    return root == "tt" and ("ttml" in text or "ttaf" in text or ("<body" in text and "begin=" in text))


FORMAT = Format(
    "timed-text",
    "captions in markup (TTML, DFXP or SAMI)",
    looks,
    read,
    (".ttml", ".dfxp", ".smi", ".sami"),
    "characters of the file and its time codes",
)
