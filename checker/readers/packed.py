"""gzip: whatever is inside is found out by looking at it. Unpacked as it is read, never all at once."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from typing import BinaryIO, cast

from checker.readers.document import Document, Unreadable
from checker.readers.formats import Format, Start


def read(name: str, stream: BinaryIO) -> Iterator[Document | Unreadable]:
    """What is packed; a damaged end loses nothing that came before it."""
    from checker.readers import read as read_inside  # the registry holds this reader

    inner = name[: -len(".gz")] if name.lower().endswith(".gz") else name
    try:
        with gzip.GzipFile(fileobj=stream) as unpacked:
            yield from read_inside(inner, cast(BinaryIO, unpacked))
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        yield Unreadable(name, f"The gzip file is damaged or cut off ({error}).")


def looks(start: Start) -> bool:
    """By its first two bytes (RFC 1952)."""
    return start.raw.startswith(b"\x1f\x8b")


FORMAT = Format("gzip", "gzip of any of these", looks, read, (".gz",), "as the format inside", many=True)
