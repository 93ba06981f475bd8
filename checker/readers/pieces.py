"""A file as it lies in one that holds many (a record, an entry, a row), before it is read; and how it is read.

Readers of web archives, zips and tables take their files apart into pieces, and read each. An audit takes apart and
reads in different processes: both go by what stands here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from checker.readers.document import Document, Unreadable
from checker.readers.inside import within


@dataclass(frozen=True, slots=True)
class Piece:
    """One file within another, with what is known of it from outside.

    `place` says for people where it stands ("site.warc, record 3"), `standing` the same without the file around it
    ("record 3"; "" where its name says so already). `name` is what its readers call it (an ending counts). `id` is the
    id of its text, "" where that is its name. `charset` is what the file around it says its characters are in. `facts`
    go into the metadata of what is read of it. `doubts` say why it is not whole.
    """

    place: str
    name: str
    body: bytes
    id: str = ""
    standing: str = ""
    charset: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    doubts: tuple[str, ...] = ()


def documents(formats: tuple[str, ...], piece: Piece) -> Iterator[Document | Unreadable]:
    """What a piece holds. `formats` are those of the files around it, outermost first. Raises OSError."""
    for entry in within(formats, piece.name, piece.body, piece.charset):
        if not piece.standing:
            yield entry
        elif isinstance(entry, Unreadable):
            yield Unreadable(piece.place, entry.sentence)
        else:
            yield replace(
                entry,
                id=piece.id if piece.id and entry.id == piece.name else entry.id,
                metadata={**entry.metadata, **piece.facts},
                place=piece.standing + (f", {entry.place}" if entry.place else ""),
                incomplete=(*piece.doubts, *entry.incomplete),
            )
