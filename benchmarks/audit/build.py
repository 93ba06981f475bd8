"""Pages for an audit, always the same for one seed: web archives and lines of JSON, and a file that knows the truth.

A page is a real one whose article was taken out and another put in; see `templates` and `bodies`. Every eleventh page
is an earlier one at another address, byte for byte.
"""

from __future__ import annotations

import gzip
import html
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from benchmarks.audit.bodies import KINDS, Article, Piece, article, material
from benchmarks.audit.templates import Template, templates

SEED = "wirecheck audit 1"
IN_ONE = 1_000
"""Pages in one archive."""
CARRY = 0.4
"""The share of pages with wire copy in them."""
AGAIN = 11
BACK = 50
"""How far back the page lies that another repeats."""
NAMES = """
skerrow-lantern orrin-post hallam-echo daily-tern quayside-news northmoor-times vale-gazette inland-star
coastal-mercury morning-heron fenwick-courier old-harbour-press riverline channel9-orrin ledger-of-ash
brae-observer kestrel-blog dunmore-voice tallow-street evening-curlew
"""
OUTLETS = tuple(f"{name}.example" for name in NAMES.split())
BREAK = "<br>"
FIRST_DAY = datetime(2021, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Span:
    """A line of a passage of a story: [start, end) in the characters of the page's file, or of the text of a line of
    JSON. Where a passage has several lines, each has the span of all of it in the story."""

    source: str
    start: int
    end: int
    source_start: int
    source_end: int


@dataclass(frozen=True, slots=True)
class Built:
    """One page: its address, its bytes (or its text), what is in it."""

    url: str
    date: str
    kind: str
    text: str
    spans: Sequence[Span]


@dataclass(frozen=True, slots=True)
class Truth:
    """What is known of one page; `kind` is that of its passages, "clean" where it has none."""

    url: str
    kind: str
    spans: Sequence[Span]


def web_pages(folder: Path, count: int, seed: str = SEED) -> Iterator[Built]:
    """So many web pages."""
    stuff, frames = material(folder), templates(folder)
    last: list[Built] = []
    for number in range(count):
        random = Random(f"{seed}, page {number}")
        if number % AGAIN == AGAIN - 1:
            made = last[random.randrange(len(last))]
        else:
            made = page(article(stuff, random, _kind(random)), random.choice(frames))
            last = [*last[-BACK:], made]
        yield _placed(made, number, random)


def plain_texts(folder: Path, count: int, seed: str = SEED) -> Iterator[Built]:
    """So many texts without markup."""
    stuff = material(folder)
    for number in range(count):
        random = Random(f"{seed}, text {number}")
        yield _placed(bare(article(stuff, random, _kind(random))), number, random)


def drafted(folder: Path, clean: int, seed: str = SEED) -> Iterator[Built]:
    """A web page of every draft of the evaluation data, then so many of clean stories."""
    stuff, frames = material(folder), templates(folder)
    for number, one in enumerate((*stuff.drafts, *(Article("clean", [Piece(text)]) for text in stuff.clean[:clean]))):
        random = Random(f"{seed}, draft {number}")
        yield _placed(page(one, random.choice(frames)), number, random)


def page(made: Article, frame: Template) -> Built:
    """A web page with this article in it. Line ends of a passage are breaks, as they are in a page."""
    text, spans = [frame.before, "<div>"], []
    at = sum(map(len, text))
    for piece in made.pieces:
        escaped = html.escape(piece.text.strip(), quote=False).replace("\n", BREAK)
        if piece.source:
            spans += [Span(piece.source, *place, piece.start, piece.end) for place in _lines(escaped, at + len("<p>"))]
        text.append(f"<p>{escaped}</p>")
        at += len(text[-1])
    return Built("", "", made.kind, "".join((*text, "</div>", frame.behind)), spans)


def _lines(text: str, at: int) -> Iterator[tuple[int, int]]:
    """Where the lines of a paragraph stand, without the breaks between them."""
    for line in text.split(BREAK):
        if line:
            yield at, at + len(line)
        at += len(line) + len(BREAK)


def bare(made: Article) -> Built:
    """The article without markup."""
    text, spans, at = [], [], 0
    for piece in made.pieces:
        words = piece.text.strip()
        if piece.source:
            spans.append(Span(piece.source, at, at + len(words), piece.start, piece.end))
        text.append(words)
        at += len(words) + 2
    return Built("", "", made.kind, "\n\n".join(text), spans)


def _kind(random: Random) -> str:
    return random.choice(list(KINDS)) if random.random() < CARRY else "clean"


def _placed(made: Built, number: int, random: Random) -> Built:
    when = FIRST_DAY + timedelta(minutes=random.randrange(365 * 24 * 60))
    url = f"https://www.{random.choice(OUTLETS)}/{when:%Y/%m}/story-{number:06d}.html"
    return Built(url, f"{when:%Y-%m-%dT%H:%M:%SZ}", made.kind, made.text, made.spans)


def write_archives(pages: Iterator[Built], into: Path) -> list[Truth]:
    """The pages as web archives `into/pages-NNN.warc.gz`; what is known of them, in their order."""
    known: list[Truth] = []
    file = None
    for number, built in enumerate(pages):
        if number % IN_ONE == 0:
            if file:
                file.close()
            file = (into / f"pages-{number // IN_ONE:03d}.warc.gz").open("wb")
        assert file is not None
        file.write(gzip.compress(record(built, number), compresslevel=1, mtime=0))
        known.append(Truth(built.url, built.kind, built.spans))
    if file:
        file.close()
    return known


def record(built: Built, number: int) -> bytes:
    """A page as a record of an archive (ISO 28500), as its server sent it."""
    body = built.text.encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    fields = (
        "WARC/1.0",
        "WARC-Type: response",
        f"WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-{number:012d}>",
        f"WARC-Date: {built.date}",
        f"WARC-Target-URI: {built.url}",
        "Content-Type: application/http; msgtype=response",
        f"Content-Length: {len(head) + len(body)}",
    )
    return "\r\n".join(fields).encode() + b"\r\n\r\n" + head + body + b"\r\n\r\n"


def write_lines(texts: Iterator[Built], path: Path) -> list[Truth]:
    """The texts as lines of JSON, packed."""
    known = []
    with gzip.open(path, "wt", encoding="utf-8", compresslevel=1) as file:
        for built in texts:
            file.write(json.dumps({"id": built.url, "url": built.url, "date": built.date, "text": built.text}) + "\n")
            known.append(Truth(built.url, built.kind, built.spans))
    return known
