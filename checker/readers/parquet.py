"""A Parquet file of pages or texts to documents, one a row: the columns are those that `rows` names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from checker.readers import child
from checker.readers.document import MOST_BYTES, Document, Unreadable
from checker.readers.formats import Format, Start, whole
from checker.readers.inside import around
from checker.readers.pieces import documents
from checker.readers.rows import COLUMNS, row

NAME = "parquet"
MAGIC = b"PAR1"
PARSER = Path(__file__).with_name("parquet_child.py")
LIMITS = child.Limits(memory=2048 * child.MB)
TOO_LARGE = f"It is a Parquet file of more than {MOST_BYTES >> 20} MB. An audit reads it; a check does not."
EMPTY = "There is no row in this Parquet file."


def read(name: str, stream: BinaryIO) -> Iterator[Document | Unreadable]:
    """The rows in order; a damaged part loses no other. Raises OSError."""
    formats = (*around(), NAME)
    raw, more = whole(stream, MOST_BYTES)
    if more:
        yield Unreadable(name, TOO_LARGE)
        return
    try:
        answer = child.run(PARSER, {"columns": COLUMNS}, raw, LIMITS)
    except child.Died as died:
        yield Unreadable(name, f"It is a Parquet file that cannot be read. {died}")
        return
    number, found = 0, answer.facts["found"]
    if not any(not isinstance(one, int) for one in found):
        yield Unreadable(name, EMPTY)
    for one in found:
        if isinstance(one, int):
            number = one
        elif isinstance(one, str):
            yield Unreadable(name, one)
        else:
            number += 1
            entry = row({key: _value(value, answer.blobs) for key, value in one.items()}, name, f"row {number}")
            if isinstance(entry, Document | Unreadable):
                yield entry
            else:
                yield from documents(formats, entry)


def _value(value: Any, blobs: tuple[bytes, ...]) -> Any:
    return blobs[value["blob"]] if isinstance(value, dict) and "blob" in value else value


def looks(start: Start) -> bool:
    """By its first bytes, unless what follows them is text."""
    return start.raw.startswith(MAGIC) and (start.ends(".parquet") or b"\0" in start.raw)


FORMAT = Format(
    NAME, "Parquet, each row a page or a text", looks, read, (".parquet",), "as the format inside", many=True
)
