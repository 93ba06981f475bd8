"""Streams of an audit's inputs that tell how far they are read."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from checker.readers.packed import Spoilt
from checker.readers.zipguard import Refused

BUFFER = 1 << 18


@dataclass(slots=True)
class Progress:
    """How many bytes of a file were read. `moved` is called now and then while that goes on."""

    at: int = 0
    moved: Callable[[], None] = lambda: None

    def reach(self, at: int) -> None:
        """So far it is read."""
        self.at = max(self.at, at)
        self.moved()


class Counted(io.RawIOBase):
    """A file that tells how far it is read, and is closed with it."""

    def __init__(self, raw: io.FileIO, progress: Progress, at: int = 0) -> None:
        self._raw, self._progress, self._at = raw, progress, at

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        count = self._raw.readinto(buffer) or 0
        self._at += count
        self._progress.reach(self._at)
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class Unpacked(io.RawIOBase):
    """A file in a zip, as it is unpacked. Spoilt: it cannot be."""

    def __init__(self, pieces: Iterator[bytes], progress: Progress) -> None:
        self._pieces, self._progress = pieces, progress
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        try:
            while not self._rest:
                piece = next(self._pieces, None)
                if piece is None:
                    return 0
                self._rest = piece
        except Refused as refused:
            raise Spoilt(str(refused)) from None
        part, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(part)] = part
        self._progress.moved()
        return len(part)
