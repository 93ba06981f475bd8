"""The pipes of a child process, read and written for as long as is fair and no longer."""

from __future__ import annotations

import os
import select
import time
from typing import IO

PORTION = 1 << 20


class Late(Exception):
    """Nothing came, or nothing was taken, in time."""


class Reading:
    """Reads from a pipe. `waiting` is in seconds, from the last byte that moved."""

    def __init__(self, output: IO[bytes], waiting: float) -> None:
        self._output, self.waiting = output.fileno(), waiting

    def read(self, size: int, /) -> bytes:
        """So many bytes, fewer at the end. Raises Late, OSError."""
        parts: list[bytes] = []
        end = time.monotonic() + self.waiting
        while size:
            if not select.select([self._output], [], [], max(0.0, end - time.monotonic()))[0]:
                raise Late
            part = os.read(self._output, min(size, PORTION))
            if not part:
                break
            parts.append(part)
            size -= len(part)
            end = time.monotonic() + self.waiting
        return parts[0] if len(parts) == 1 else b"".join(parts)


class Patient(Reading):
    """Reads from one pipe and writes to another."""

    def __init__(self, output: IO[bytes], input: IO[bytes], waiting: float) -> None:
        super().__init__(output, waiting)
        self._input = input.fileno()
        os.set_blocking(self._input, False)

    def write(self, data: bytes) -> None:
        """All of it. Raises Late, OSError."""
        view = memoryview(data)
        end = time.monotonic() + self.waiting
        while view:
            if not select.select([], [self._input], [], max(0.0, end - time.monotonic()))[1]:
                raise Late
            try:
                view = view[os.write(self._input, view[:PORTION]) :]
            except BlockingIOError:
                continue
            end = time.monotonic() + self.waiting
