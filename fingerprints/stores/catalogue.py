"""An SQLite catalogue to be read through once, in one state of it, in portions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import apsw
import numpy as np

from fingerprints.errors import IndexDamaged
from fingerprints.index import Contents, Keys, Numbers, StoredWork
from fingerprints.stores import schema, works
from fingerprints.stores.contents import PORTION, Portion
from fingerprints.stores.rows import LAST_POSITION, POSITION_BITS
from fingerprints.stores.trouble import translated


class _Catalogue:
    """Contents of an SQLite catalogue in which a transaction is open."""

    def __init__(self, connection: apsw.Connection, location: Path) -> None:
        self._connection = connection
        self._location = location

    def postings(self) -> Iterator[Portion]:
        """See the port."""
        for keys, place in self._columns("SELECT key, place FROM postings ORDER BY key, place"):
            yield keys, place >> POSITION_BITS, (place & LAST_POSITION).astype(np.int32)

    def bands(self) -> Iterator[tuple[Keys, Numbers]]:
        """See the port."""
        return self._columns("SELECT key, number FROM bands ORDER BY key, number")

    def _columns(self, statement: str) -> Iterator[tuple[Keys, Numbers]]:
        with translated(self._location):
            rows = self._connection.execute(statement)
            while portion := list(islice(rows, PORTION)):
                try:
                    both = np.array(portion, dtype=np.int64)
                except (TypeError, ValueError, OverflowError):
                    raise IndexDamaged(
                        "The postings of the index cannot be read; run `wirecheck doctor` on the index."
                    ) from None
                yield both[:, 0].astype(np.uint64), both[:, 1].copy()

    def works(self) -> Iterator[StoredWork]:
        """See the port."""
        with translated(self._location):
            for row in works.every(self._connection):
                yield row.stored()


@contextmanager
def contents(index: Path, busy_seconds: float) -> Iterator[Contents]:
    """An index directory as it is now, over a connection of its own: its owner goes on, and others may write."""
    with translated(index):
        connection = schema.connect(index / schema.CATALOGUE, readonly=True, busy_seconds=busy_seconds)
    try:
        with translated(index):
            connection.execute("BEGIN")
            connection.execute("SELECT 1 FROM meta").fetchone()  # from here on the transaction holds this state
        yield _Catalogue(connection, index)
    finally:
        connection.close()
