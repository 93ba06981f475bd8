"""Reports laid aside on disk while cases are gathered, so that memory holds only their figures."""

from __future__ import annotations

import tempfile
import zlib
from pathlib import Path

from checker.model import Report
from checker.reports.json import from_json


class LaidAside:
    """A nameless file in the folder, gone when it is closed, or when the process ends however it ends."""

    def __init__(self, folder: Path) -> None:
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115
        self._end = 0

    def put(self, written: str) -> int:
        """Lay a report aside as it was written; returns where. Raises OSError when the disk is full."""
        packed = zlib.compress(written.encode("utf-8", "surrogatepass"), 1)
        at = self._end
        self._file.seek(at)
        self._file.write(len(packed).to_bytes(8, "big") + packed)
        self._end += 8 + len(packed)
        return at

    def get(self, at: int) -> Report:
        """The report that was laid aside there."""
        self._file.seek(at)
        size = int.from_bytes(self._file.read(8), "big")
        return from_json(zlib.decompress(self._file.read(size)).decode("utf-8", "surrogatepass"))

    def close(self) -> None:
        """Let the file go."""
        self._file.close()
