"""Bytes in any format to documents. A new reader joins `FORMATS` in one line."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

from checker.readers import (
    archive,
    broadcast,
    captions,
    docx,
    ebook,
    html,
    jsonl,
    mail,
    markdown,
    office,
    ole,
    opendocument,
    packed,
    parquet,
    pdf,
    plain,
    rtf,
    slides,
    timedtext,
    warc,
)
from checker.readers.document import DEBUG, Document, Kind, Label, Part, Reading, Unreadable
from checker.readers.formats import Format, Start, begin
from checker.readers.variants import add_variants
from checker.readers.wire import (
    anpa,
    ap,
    dpa,
    feeds,
    jsonfeed,
    newsml1,
    newsml_g2,
    newsxml,
    ninjs,
    nitf,
    otherjson,
    reuters,
    telex,
)

__all__ = ["DEBUG", "FORMATS", "Document", "Format", "Kind", "Label", "Part", "Reading", "Unreadable", "detect", "read"]

FORMATS: tuple[Format, ...] = (
    warc.FORMAT,
    packed.FORMAT,
    parquet.FORMAT,
    markdown.FORMAT,
    timedtext.FORMAT,
    broadcast.FORMAT,
    html.FORMAT,
    docx.FORMAT,
    slides.PRESENTATION,
    slides.SPREADSHEET,
    opendocument.FORMAT,
    ebook.FORMAT,
    rtf.FORMAT,
    ole.FORMAT,
    office.FORMAT,
    nitf.FORMAT,
    newsml_g2.FORMAT,
    newsml1.FORMAT,
    feeds.FORMAT,
    newsxml.FORMAT,
    anpa.FORMAT,
    telex.FORMAT,
    dpa.FORMAT,
    reuters.FORMAT,
    ap.FORMAT,
    jsonfeed.FORMAT,
    ninjs.FORMAT,
    pdf.FORMAT,
    jsonl.FORMAT,
    otherjson.FORMAT,
    captions.FORMAT,
    mail.FORMAT,
    archive.FORMAT,
    plain.FORMAT,
)
"""In the order in which they are asked whether a file is theirs; the last takes whatever is left."""


def detect(start: Start) -> Format:
    """The format of a file, found by looking at its beginning."""
    return next(format for format in FORMATS if format.looks(start))


def read(name: str, stream: BinaryIO) -> Iterator[Document | Unreadable]:
    """The documents of a file, whatever its format; nothing but OSError is raised."""
    start, stream = begin(name, stream)
    format = detect(start)
    warnings = _mismatch(start, format)
    try:
        for entry in format.read(name, stream):
            if isinstance(entry, Document) and not entry.format:
                entry = add_variants(_named(entry, format.name, warnings))
            yield entry
    except OSError:
        raise
    except (MemoryError, RecursionError):
        yield Unreadable(name, f"It asks for more memory than one {format.title} may have.")
    except Exception as error:
        # a reader that fails on a damaged file: the others are read all the same, and this one is never clear
        if os.environ.get(DEBUG):
            raise
        yield Unreadable(name, f"It is damaged, and could not be read as {format.title} ({type(error).__name__}).")


def _named(document: Document, format: str, warnings: tuple[str, ...]) -> Document:
    """The document as one of this format, in all its readings."""
    ways = tuple(
        replace(way, document=replace(way.document, format=way.document.format or format)) for way in document.readings
    )
    return replace(document, format=format, warnings=(*warnings, *document.warnings), readings=ways)


def _mismatch(start: Start, format: Format) -> tuple[str, ...]:
    """What is worth saying when a file's name promises another format than its content."""
    promised = next((other for other in reversed(FORMATS) if other.endings and start.ends(*other.endings)), format)
    if promised is format or start.ends(*format.endings) or format.many:
        return ()
    return (f"its name says {promised.title}; its content is {format.title}",)
