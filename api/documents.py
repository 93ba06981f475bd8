"""What a request holds to documents that can be checked, each leading back to what was sent."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import replace

from api.schemas import AnnotatedPiece, CheckRequest
from checker.readers import Document, Unreadable, read
from checker.readers.html import document_of
from checker.readers.offsets import TextBuilder
from checker.readers.variants import add_variants

LONGEST_NAME = 255


def of_request(asked: CheckRequest) -> Document:
    """The document of a request without a file."""
    if asked.html is not None:
        return of_html(asked.id, asked.html)
    if asked.annotation is not None:
        return of_annotation(asked.id, asked.annotation)
    return add_variants(Document(asked.id, asked.text or ""))


def of_html(id: str, source: str) -> Document:
    """A page, or a piece of one, whose characters are known: no encoding is guessed at."""
    return document_of(id, source)


def of_annotation(id: str, pieces: Sequence[AnnotatedPiece]) -> Document:
    """Annotated text. Markup counts in the offsets, and reads as what it is said to read as: as nothing by default."""
    builder, sent, at = TextBuilder(), [], 0
    for piece in pieces:
        whole = (piece.markup or "") if piece.text is None else piece.text
        seen = (piece.interpretAs or "") if piece.text is None else piece.text
        builder.take(seen, at, at + len(whole))
        sent.append(whole)
        at += len(whole)
    return add_variants(Document(id, builder.text(), format="text", offsets=builder.offsets(), original="".join(sent)))


def of_file(id: str, filename: str, data: bytes) -> Iterator[Document | Unreadable]:
    """The documents of a file of any format. `id` names the text of a file that holds one; of several each has its own.

    A file in which there is none is one entry that could not be read.
    """
    name = filename.replace("\\", "/").rpartition("/")[2][:LONGEST_NAME] or "upload"
    entries = read(name, io.BytesIO(data))
    first = next(entries, None)
    if first is None:
        yield Unreadable(name, "There is no text in it.")
        return
    second = next(entries, None)
    if second is None and id and isinstance(first, Document):
        first = replace(first, name=id)
    yield first
    if second is not None:
        yield second
    yield from entries
