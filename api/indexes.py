"""The indexes that a worker has open. One that was removed or replaced on disk is let go, and the new one taken up."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fingerprints.errors import IndexProblem
from fingerprints.index import ReadIndex
from fingerprints.stores import SERVERS, open_index
from fingerprints.stores.schema import CATALOGUE

MOST_OPEN = 8
"""Indexes that one process holds open; the one that was not asked for longest is closed first."""


class Indexes:
    """Open indexes by their path or address, for reading. What others write is seen by the next question."""

    def __init__(self) -> None:
        self._open: OrderedDict[str, tuple[tuple[int, int], ReadIndex]] = OrderedDict()

    @contextmanager
    def reading(self, path: str) -> Iterator[ReadIndex]:
        """The index at `path`. Raises what `open_index` raises; after any trouble it is opened anew the next time."""
        try:
            yield self._opened(path)
        except Exception as error:
            if isinstance(error, IndexProblem):
                self.forget(path)
            raise

    def forget(self, path: str) -> None:
        """Close an index, if it is open."""
        if path in self._open:
            self._open.pop(path)[1].close()

    def forget_all(self) -> None:
        """Close all of them."""
        for path in list(self._open):
            self.forget(path)

    def _opened(self, path: str) -> ReadIndex:
        stamp = _stamp(path)
        if path in self._open and self._open[path][0] != stamp:
            self.forget(path)
        if path not in self._open:
            index = open_index(path, readonly=True)
            if stamp is None:  # it came between the two looks
                return index
            self._open[path] = stamp, index
            if len(self._open) > MOST_OPEN:
                self.forget(next(iter(self._open)))
        self._open.move_to_end(path)
        return self._open[path][1]


def _stamp(path: str) -> tuple[int, int] | None:
    """Which file is the index's catalogue now; None when there is none. An index on a server says itself when another
    took its place (IndexAway), at any question."""
    if path.startswith(SERVERS):
        return 0, 0
    try:
        found = (Path(path) / CATALOGUE).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


INDEXES = Indexes()
"""Those of this process."""
