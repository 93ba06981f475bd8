"""The two pipes of a child process, read and written for as long as is fair and no longer."""

from __future__ import annotations

import os
import select
import time
from typing import IO

PORTION = 1 << 20


class Late(Exception):
    """Nothing came, or nothing was taken, in time."""


class Patient:
    """Reads from one pipe and writes to the other. `waiting` is in seconds, from the last byte that moved."""

    def __init__(self, output: IO[bytes] | None, input: IO[bytes] | None, waiting: float) -> None:
        if output is None or input is None:
            raise OSError
        self._output, self._input, self._waiting = output.fileno(), input.fileno(), waiting
        os.set_blocking(self._input, False)

    def read(self, size: int, /) -> bytes:
        """So many bytes, fewer at the end. Raises Late, OSError."""
        parts: list[bytes] = []
        end = time.monotonic() + self._waiting
        while size:
            if not select.select([self._output], [], [], max(0.0, end - time.monotonic()))[0]:
                raise Late
            part = os.read(self._output, min(size, PORTION))
            if not part:
                break
            parts.append(part)
            size -= len(part)
            end = time.monotonic() + self._waiting
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def write(self, data: bytes) -> None:
        """All of it. Raises Late, OSError."""
        view = memoryview(data)
        end = time.monotonic() + self._waiting
        while view:
            if not select.select([], [self._input], [], max(0.0, end - time.monotonic()))[1]:
                raise Late
            try:
                view = view[os.write(self._input, view[:PORTION]) :]
            except BlockingIOError:
                continue
            end = time.monotonic() + self._waiting
