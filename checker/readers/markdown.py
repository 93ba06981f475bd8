"""Markdown (CommonMark 0.31.2, with tables and front matter) to a document: the words of the rendered page.

Told by its name only, since any text is Markdown. Headings, paragraphs, code and tables come in the order of the
file, every word with its place; addresses, tags and marks stay behind.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import BinaryIO

from checker.readers.blocks import Block, Reader
from checker.readers.document import Document, Label, Part, Unreadable
from checker.readers.encoding import Decoded, is_binary, read_each
from checker.readers.formats import Format, Start, whole
from checker.readers.inline import seen
from checker.readers.offsets import TextBuilder

MOST_MARKUP = 500_000
"""Characters; what comes later is taken as it stands, so that no word is lost and nothing takes long."""

FRONT = re.compile(r"(---|\+\+\+)[ \t]*(?:\r\n|[\r\n])")
MEMBER = re.compile(r"([A-Za-z_][\w.-]{0,60})[ \t]*[:=][ \t]*(.*)")
SEEN_MEMBERS = frozenset(
    (
        "title",
        "headline",
        "subtitle",
        "description",
        "summary",
        "excerpt",
        "abstract",
        "lead",
        "lede",
        "deck",
        "standfirst",
    )
)
"""What of the front matter a site shows as words of the page."""
WORDS = re.compile(r"[^ \t\n\r\f]+(?: [^ \t\n\r\f]+)*")
CELLS = re.compile(r"[^ \t\n\r\f|]+(?: [^ \t\n\r\f|]+)*")
"""Words with a blank between; other white space, and the bars of tables, are one blank too."""
SCALARS = ("|", ">", "|-", ">-", "|+", ">+")
MOST_FRONT = 20_000
WHOLE = ("html", "head", "body", "title", "meta")


def read(name: str, stream: BinaryIO) -> Iterator[Document | Unreadable]:
    """The file as one document. Raises OSError."""
    raw, doubts = whole(stream)
    yield read_each(raw, (), lambda decoded: _document(name, decoded, doubts))


def _document(name: str, decoded: Decoded, doubts: tuple[str, ...]) -> Document:
    doubts += (decoded.doubt,) if decoded.doubt else ()
    text = decoded.text
    begin, shown, facts = front(text)
    limit = min(len(text), MOST_MARKUP)
    reader = Reader(text)
    reader.run(begin, limit)
    late = [Block("code", [(limit, len(text))])] if limit < len(text) else []
    builder, parts = _built(text, [*shown, *reader.blocks, *late], reader.labels)
    title = facts.pop("title", "") or next(
        (builder.text()[part.start : part.end] for part in parts if part.label is Label.HEADLINE), ""
    )
    return Document(
        name,
        builder.text(),
        title=title,
        metadata=facts,
        incomplete=doubts,
        encoding=decoded.encoding,
        offsets=builder.offsets(),
        original=text,
        parts=tuple(parts),
        warnings=(f"markup is read in its first {MOST_MARKUP:,} characters only",) if late else (),
    )


def front(text: str) -> tuple[int, list[Block], dict[str, str]]:
    """Where a text begins behind its front matter (YAML or TOML), what a site shows of that, and all it says."""
    blocks: list[Block] = []
    facts: dict[str, str] = {}
    found = FRONT.match(text)
    closing = found and re.compile(rf"^(?:{re.escape(found[1])}|\.\.\.)[ \t]*(?=[\r\n]|$)", re.MULTILINE)
    close = closing and found and closing.search(text, found.end(), found.end() + MOST_FRONT)
    if not found or not close:
        return 0, blocks, facts
    key, at = "", found.end()
    for line in text[at : close.start()].splitlines(keepends=True):
        member = MEMBER.match(line)
        if member:
            key = member[1].lower()
        words = member[2] if member else line if line[:1].isspace() else ""
        inner = words.strip().lstrip("\"'").rstrip("\"'")
        if inner and inner not in SCALARS:
            facts.setdefault(key, inner)
            if key in SEEN_MEMBERS:
                start = at + line.rindex(inner)
                blocks.append(Block("fact", [(start, start + len(inner))]))
        at += len(line)
    return (close.end(), blocks, facts) if facts else (0, [], {})


LABELS = {"heading": Label.HEADLINE, "row": Label.TABLE}


def _built(text: str, blocks: Sequence[Block], labels: set[str]) -> tuple[TextBuilder, list[Part]]:
    """The text of all blocks, a line each (code: as many as it has)."""
    builder = TextBuilder()
    parts: list[Part] = []
    for block in blocks:
        if not block.lines:
            continue
        if builder.length:
            builder.put("\n")
        start = builder.length
        if block.kind in ("code", "fact"):
            for number, (low, high) in enumerate(block.lines):
                if number:
                    builder.put("\n")
                builder.take(text[low:high], low, high)
        else:
            _take(builder, text, block, labels)
        if builder.length > start:
            parts.append(Part(start, builder.length, LABELS.get(block.kind, Label.BODY)))
    return builder, parts


def _take(builder: TextBuilder, text: str, block: Block, labels: set[str]) -> None:
    """What is seen of a paragraph, a heading, a row."""
    joined = "\n".join(text[low:high] for low, high in block.lines)
    begins = [0, *accumulate(high - low + 1 for low, high in block.lines)]

    def place(at: int) -> int:
        number = min(bisect_right(begins, at) - 1, len(block.lines) - 1)
        return block.lines[number][0] + at - begins[number]

    start, spaced = builder.length, False
    pattern = CELLS if block.kind == "row" else WORDS
    for words, low, high in seen(joined, labels, html=block.kind == "html"):
        end = 0
        for found in pattern.finditer(words):
            spaced = (spaced or found.start() > end) and builder.length > start
            if spaced:
                builder.put(" ")
            spaced, end = False, found.end()
            if len(words) == high - low:
                at = place(low + found.start())
                builder.take(found[0], at, at + len(found[0]))
            else:
                builder.take(found[0], place(low), place(high - 1) + 1)
        spaced = spaced or end < len(words)


def looks(start: Start) -> bool:
    """By its name, unless it is XML or a whole page of HTML: Markdown may well begin with an element of HTML."""
    other = start.root.lower() in WHOLE or start.text.lstrip().startswith("<?xml")
    return start.named(".md", ".markdown", ".mdown") and not other and not is_binary(start.raw)


FORMAT = Format("markdown", "Markdown", looks, read, (".md", ".markdown", ".mdown"), "characters of the file")
