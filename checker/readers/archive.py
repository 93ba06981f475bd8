"""A zip file to documents: each file in it by its own format, under the path "bundle.zip/folder/file.txt"."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from checker.readers.document import MOST_BYTES, Document, Unreadable
from checker.readers.formats import Format, Start, whole
from checker.readers.inside import around
from checker.readers.pieces import Piece, documents
from checker.readers.zipguard import END, LOCAL, MB, Limits, Refused, Zip, open_zip

NAME = "zip"
LIMITS = Limits(entries=10_000, entry=MOST_BYTES, total=256 * MB)
TWICE = "It is a zip file in a zip file. Unpack the outer one."
NOTHING = "There is no text in this zip file."
OTHERS = ("__MACOSX", "Thumbs.db", "desktop.ini")
"""What systems put into archives beside what people did."""


def read(name: str, stream: BinaryIO) -> Iterator[Document | Unreadable]:
    """Whatever can be read; what cannot loses nothing else. Raises OSError."""
    formats = around()
    if NAME in formats:
        yield Unreadable(name, TWICE)
        return
    raw, cut = whole(stream, MOST_BYTES)
    if cut:
        yield Unreadable(name, f"It is a zip file of more than {MOST_BYTES // MB} MB. Unpack it.")
        return
    try:
        package = open_zip(raw, LIMITS)
    except Refused as refused:
        yield Unreadable(name, str(refused))
        return
    found = False
    for inner in names(package):
        found = True
        entry = piece(name, package, inner)
        if isinstance(entry, Unreadable):
            yield entry
        else:
            yield from documents((*formats, NAME), entry)
    if not found:
        yield Unreadable(name, NOTHING)


def names(package: Zip) -> Iterator[str]:
    """The files in it that people put there, in the order of its directory."""
    return (inner for inner in package.names() if not _is_hidden(inner))


def piece(name: str, package: Zip, inner: str) -> Piece | Unreadable:
    """One of its files, not yet read."""
    path = f"{name}/{inner}"
    try:
        return Piece(path, path, package.read(inner))
    except Refused as refused:
        return Unreadable(name, str(refused))


def _is_hidden(path: str) -> bool:
    """As in folders, what begins with a full stop is passed over."""
    return any(part.startswith(".") or part in OTHERS for part in path.replace("\\", "/").split("/"))


def looks(start: Start) -> bool:
    """By its first entry, or the end of an empty directory; Office files, which begin so too, are asked for earlier."""
    return start.raw.startswith((LOCAL, END))


FORMAT = Format(NAME, "zip of any of these", looks, read, (".zip",), "as the format inside", many=True)
