"""A file taken apart into pages, without reading what is in them: records, entries, lines and rows.

What a container is made of is known by its reader in `checker.readers`; here stands how it is opened when it is large,
and what becomes of what lies in it. Containers in containers are taken apart too, where a check reads them at all.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from mmap import ACCESS_READ, mmap
from typing import Any, BinaryIO, cast

from checker.audit.damage import resumed
from checker.audit.nouns import Page, PageKind
from checker.audit.streams import BUFFER, Counted, Progress, Unpacked
from checker.audit.within import PASSED_OVER, facts_of_text, told
from checker.readers import DEBUG, archive, detect, jsonl, packed, parquet, warc
from checker.readers.document import MOST_BYTES, MOST_TEXT, Document, Unreadable
from checker.readers.formats import begin, whole
from checker.readers.inside import MOST_DEEP, TOO_DEEP
from checker.readers.packed import Spoilt
from checker.readers.pieces import Piece
from checker.readers.rows import COLUMNS, facts_of, row
from checker.readers.zipguard import MB, Limits, Refused, open_zip

WHOLE = ("docx", "epub", "mail", "office", "ole", "opendocument", "pdf", "presentation", "rtf", "spreadsheet")
"""Formats whose readers take files of up to MOST_BYTES, all others MOST_TEXT."""
GB = 1024 * MB
WACZ = "datapackage.json"
"""What a zip of web archives has beside its folder archive/ (WACZ 1.1.1)."""
NO_LINE = "There is no line in this file."
MOST_ENTRIES = 1_000_000
LEAST_TOTAL, MOST_RATIO = GB, 100
"""A zip file of pages may unpack to the first, or to so many times its size if that is more."""


@dataclass(frozen=True, slots=True)
class Source:
    """What is to be taken apart: its name, its bytes, the formats around it, and its path where it is a file."""

    name: str
    stream: BinaryIO
    progress: Progress
    within: tuple[str, ...] = ()
    path: str = ""


def split_file(path: str, progress: Progress) -> Iterator[Page]:
    """The pages of a file on disk, numbered 0 all of them. Raises nothing: what cannot be read is such a page."""
    try:
        with open(path, "rb", buffering=0) as raw:  # noqa: PTH123
            counted = cast(BinaryIO, io.BufferedReader(Counted(raw, progress), BUFFER))
            yield from split(Source(path, counted, progress, path=path))
    except OSError as error:
        yield unreadable(path, f"{error.strerror or type(error).__name__}.")
    except ValueError:
        yield unreadable(path, "This is no name of a file.")


def split(source: Source) -> Iterator[Page]:
    """The pages of one file. What fails in the middle is a page that says so, behind those before it."""
    try:
        yield from _split(source)
    except Spoilt as error:
        yield unreadable(source.name, str(error))
    except OSError as error:
        yield unreadable(source.name, f"{error.strerror or type(error).__name__}.")
    except (MemoryError, RecursionError):
        yield unreadable(source.name, "It asks for more memory than it may have.")
    except Exception as error:
        # a reader that fails on a damaged file: the others are read all the same, and this one is counted
        if os.environ.get(DEBUG):
            raise
        yield unreadable(source.name, f"It is damaged, and could not be read ({type(error).__name__}).")


def unreadable(place: str, sentence: str) -> Page:
    """An entry that is no page."""
    return Page(0, "", place, place, unreadable=sentence)


def _split(source: Source) -> Iterator[Page]:
    start, stream = begin(source.name, source.stream)
    source = replace(source, stream=stream)
    format = detect(start).name
    if splitter := SPLITTERS.get(format):
        yield from splitter(source)
        return
    body = stream.read((MOST_BYTES if format in WHOLE else MOST_TEXT) + 1)  # its reader sees that there was more
    yield page(Piece(source.name, source.name, body), source.within)


def page(piece: Piece, within: tuple[str, ...]) -> Page:
    """A piece as a page."""
    facts = dict(piece.facts)
    url, date = facts.pop("url", ""), facts.pop("date", "")
    gone = warc.STATUS in facts
    return Page(
        number=0,
        input="",
        place=piece.place,
        name=piece.name,
        body=piece.body,
        kind=PageKind.GONE if gone else PageKind.FILE,
        url="" if url == piece.place else url,
        date=date,
        charset=piece.charset,
        facts=told(facts, within, piece.id if piece.id not in (url, piece.place) else ""),
        doubts=piece.doubts,
    )


def _row(values: Mapping[str, object], source: Source, standing: str, format: str) -> Page:
    """The page, or the bare text, of a row."""
    entry = row(values, source.name, standing)
    if isinstance(entry, Document):
        known = facts_of(values)
        return Page(
            number=0,
            input="",
            place=f"{source.name}, {standing}",
            name=entry.id,
            body=entry.text.encode("utf-8", "surrogatepass"),
            kind=PageKind.TEXT,
            url=known.get("url", ""),
            date=known.get("date", ""),
            facts=told(facts_of_text(entry, known), (*source.within, format), ""),
            doubts=entry.incomplete,
        )
    return _entry(entry, source, format)


def _entry(entry: Piece | Unreadable, source: Source, format: str) -> Page:
    if isinstance(entry, Unreadable):
        return unreadable(entry.place, entry.sentence)
    within = (*source.within, format)
    return unreadable(entry.place, TOO_DEEP) if len(within) > MOST_DEEP else page(entry, within)


def _warc(source: Source) -> Iterator[Page]:
    """Its pages; the last of them knows what was passed over."""
    passed = warc.Passed(gone=True)
    held: Page | None = None
    resume = partial(resumed, source.path, source.progress) if source.path else None
    for entry in warc.pieces(source.name, source.stream, passed, resume):
        made = _entry(entry, source, warc.NAME)
        if made.kind is PageKind.GONE:
            yield made
            continue
        if held:
            yield held
        held = made
    if held:
        said = passed.sentence() if not held.unreadable else ""
        yield replace(held, facts={**held.facts, PASSED_OVER: said}) if said else held


def _gzip(source: Source) -> Iterator[Page]:
    with packed.unpacked(source.stream) as out:
        start, stream = begin(source.name, out)
        if start.raw.startswith(packed.MAGIC):
            yield unreadable(source.name, packed.TWICE)
        else:
            yield from _split(replace(source, stream=stream, path=""))


def _lines(source: Source) -> Iterator[Page]:
    found = False
    for line in jsonl.lines(source.name, source.stream):
        found = True
        if isinstance(line, Unreadable):
            yield unreadable(line.place, line.sentence)
            continue
        values = jsonl.values_of(line.raw, line.place)
        if isinstance(values, Unreadable):
            yield unreadable(values.place, values.sentence)
        else:
            yield _row(values, source, f"line {line.number}", jsonl.FORMAT.name)
    if not found:
        yield unreadable(source.name, NO_LINE)


def _zip(source: Source) -> Iterator[Page]:
    if archive.NAME in source.within:
        yield unreadable(source.name, archive.TWICE)
        return
    raw: bytes | mmap
    if source.path:
        with open(source.path, "rb") as file:  # noqa: PTH123
            raw = mmap(file.fileno(), 0, access=ACCESS_READ)
    else:
        raw, cut = whole(source.stream, MOST_BYTES)
        if cut:
            yield unreadable(source.name, f"It is a packed zip file of more than {MOST_BYTES // MB} MB. Unpack it.")
            return
    total = max(LEAST_TOTAL, MOST_RATIO * len(raw))
    try:
        package = open_zip(raw, Limits(entries=MOST_ENTRIES, entry=total, total=total))
    except Refused as refused:
        yield unreadable(source.name, str(refused))
        return
    found = False
    for inner in _pages_in(list(archive.names(package))):
        found = True
        stream = cast(BinaryIO, io.BufferedReader(Unpacked(package.stream(inner), source.progress), 1 << 16))
        name = f"{source.name}/{inner}"
        yield from split(Source(name, stream, Progress(), (*source.within, archive.NAME)))
        if source.path:
            source.progress.reach(package.entries[inner].end)
    if not found:
        yield unreadable(source.name, archive.NOTHING)


def _pages_in(names: list[str]) -> list[str]:
    """The files of a zip that hold pages: of a WACZ only its web archives, for its lists repeat what is in them."""
    archives = [name for name in names if name.startswith("archive/") and name.endswith((".warc", ".warc.gz"))]
    return archives if archives and WACZ in names else names


def _parquet(source: Source) -> Iterator[Page]:
    from checker.readers.tables import Damaged, Table

    opened: Any = source.path
    if not opened:
        raw, cut = whole(source.stream, MOST_BYTES)
        if cut:
            yield unreadable(source.name, f"It is a packed Parquet file of more than {MOST_BYTES // MB} MB. Unpack it.")
            return
        opened = io.BytesIO(raw)
    try:
        table = Table(opened)
    except Damaged as damaged:
        yield unreadable(source.name, str(damaged))
        return
    size = os.path.getsize(source.path) if source.path else 0  # noqa: PTH202
    total, number = max(1, sum(table.groups)), 0
    if not sum(table.groups):
        yield unreadable(source.name, parquet.EMPTY)
    for group in range(len(table.groups)):
        try:
            for values in table.rows(group, COLUMNS):
                number += 1
                yield _row(values, source, f"row {number}", parquet.NAME)
                source.progress.reach(min(size, size * number // total))
        except Damaged as damaged:
            yield unreadable(source.name, str(damaged))
        number = sum(table.groups[: group + 1])


SPLITTERS: dict[str, Callable[[Source], Iterator[Page]]] = {
    warc.NAME: _warc,
    packed.FORMAT.name: _gzip,
    jsonl.FORMAT.name: _lines,
    archive.NAME: _zip,
    parquet.NAME: _parquet,
}
