"""A zip file to documents: each file in it by its own format, under the path "bundle.zip/folder/file.txt"."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from checker.readers.document import MOST_BYTES, Document, Unreadable
from checker.readers.formats import Format, Start, whole
from checker.readers.inside import around, inside
from checker.readers.zipguard import END, LOCAL, MB, Limits, Refused, open_zip

NAME = "zip"
LIMITS = Limits(entries=10_000, entry=MOST_BYTES, total=256 * MB)
OTHERS = ("__MACOSX", "Thumbs.db", "desktop.ini")
"""What systems put into archives beside what people did."""


def read(name: str, stream: BinaryIO) -> Iterator[Document | Unreadable]:
    """Whatever can be read; what cannot loses nothing else. Raises OSError."""
    if NAME in around():
        yield Unreadable(name, "It is a zip file in a zip file. Unpack the outer one.")
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
    for inner in package.names():
        if _is_hidden(inner):
            continue
        found = True
        try:
            data = package.read(inner)
        except Refused as refused:
            yield Unreadable(name, str(refused))
            continue
        yield from inside(NAME, f"{name}/{inner}", data)
    if not found:
        yield Unreadable(name, "There is no text in this zip file.")


def _is_hidden(path: str) -> bool:
    """As in folders, what begins with a full stop is passed over."""
    return any(part.startswith(".") or part in OTHERS for part in path.replace("\\", "/").split("/"))


def looks(start: Start) -> bool:
    """By its first entry, or the end of an empty directory; Office files, which begin so too, are asked for earlier."""
    return start.raw.startswith((LOCAL, END))


FORMAT = Format(NAME, "zip of any of these", looks, read, (".zip",), "as the format inside", many=True)
