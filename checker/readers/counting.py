"""A stream that is counted while it is read, for a parser that cannot tell a damaged file from a failing disk."""

from __future__ import annotations

from typing import BinaryIO


class Counting:
    """A stream that knows how much was read of it, and whether that failed; what fastwarc asks of a stream."""

    def __init__(self, stream: BinaryIO, begin: int = 0) -> None:
        self.stream, self.count = stream, begin
        self.failed: OSError | None = None

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        try:
            data = self.stream.read(size)
        except OSError as error:
            self.failed = error
            raise
        self.count += len(data)
        return data

    def tell(self) -> int:
        """How many bytes were read, from where reading began."""
        return self.count

    def check(self) -> None:
        """Raises the OSError of the stream, if there was one: then the file is not damaged, but cannot be read."""
        if self.failed:
            raise self.failed
