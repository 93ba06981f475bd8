"""gzip: whatever is inside is found out by looking at it. Unpacked as it is read, never all at once."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast

from checker.readers.document import Document, Unreadable
from checker.readers.formats import PEEK, Format, Start, begin

MAGIC = b"\x1f\x8b"
HARMLESS = 16 * 1024 * 1024
TWICE = "It is packed twice. Unpack it once."
MOST_RATIO = 200
"""Beyond HARMLESS bytes, no text unpacks to more than this many times its size; a bomb does."""


class Spoilt(OSError):
    """What is packed cannot be had, and why. An OSError, which no reader of what is inside takes for its own."""


def read(name: str, stream: BinaryIO) -> Iterator[Document | Unreadable]:
    """What is packed; a damaged end loses nothing that came before it."""
    from checker.readers import read as read_inside  # the registry holds this reader

    try:
        with unpacked(stream) as out:
            start, inside = begin(name, out)
            if start.raw.startswith(MAGIC):
                yield Unreadable(name, TWICE)
            else:
                yield from read_inside(name, inside)
    except Spoilt as error:
        yield Unreadable(name, str(error))


@contextmanager
def unpacked(stream: BinaryIO) -> Iterator[BinaryIO]:
    """What is packed, as a stream. Reading it raises Spoilt where it is damaged, cut off or a bomb."""
    source = _Counted(stream)
    with gzip.GzipFile(fileobj=cast(BinaryIO, source)) as out:
        yield cast(BinaryIO, io.BufferedReader(_Bounded(out, source), PEEK))


class _Counted:
    """A stream that knows how much was read of it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.taken = 0

    def read(self, size: int = -1) -> bytes:
        part = self._stream.read(size)
        self.taken += len(part)
        return part


class _Bounded(io.RawIOBase):
    """What is unpacked, as long as it is in proportion to what was packed."""

    def __init__(self, unpacked: gzip.GzipFile, source: _Counted) -> None:
        self._unpacked, self._source = unpacked, source
        self._given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        try:
            part = self._unpacked.read(len(buffer))
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise Spoilt(f"The gzip file is damaged or cut off ({error}).") from error
        self._given += len(part)
        if self._given > HARMLESS and self._given > MOST_RATIO * self._source.taken:
            raise Spoilt(f"It unpacks to more than {MOST_RATIO} times its size; what came after was not read.")
        buffer[: len(part)] = part
        return len(part)


def looks(start: Start) -> bool:
    """By its first two bytes (RFC 1952)."""
    return start.raw.startswith(MAGIC)


FORMAT = Format("gzip", "gzip of any of these", looks, read, (".gz",), "as the format inside", many=True)
