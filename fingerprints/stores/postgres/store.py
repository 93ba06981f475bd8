"""The shared index: tables in a PostgreSQL database that several hosts read and write.

Every question is one statement, so that each answer is of one state; every call of
`apply` is one transaction, and writers on all hosts come one after another. A lost
connection is made anew and the question asked again; see `docs/postgres.md`.
"""

from __future__ import annotations

import contextlib
import secrets
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Any

import psycopg

from fingerprints.errors import IndexAway, IndexMissing, IndexProblem
from fingerprints.index import Applied, Contents, Entry, Hits, Info, Keys, Numbers, Operation, StoredWork
from fingerprints.spec import DEFAULT_SPEC, FingerprintSpec
from fingerprints.stores.batch import Batch, Recompute, prepared
from fingerprints.stores.embedded import BUSY_SECONDS, PAGE, sketcher
from fingerprints.stores.postgres import keys as keyring
from fingerprints.stores.postgres import reading, schema
from fingerprints.stores.postgres.address import Address
from fingerprints.stores.postgres.line import PATIENCE, Line
from fingerprints.stores.postgres.reading import Connection
from fingerprints.stores.postgres.tables import ServerTables
from fingerprints.stores.rows import Rows, utc_now
from fingerprints.stores.schema import require_spec

REMEMBERED = 10_000
"""Batches whose tokens are kept: more than all hosts together commit while one of them looks for its connection."""


class PostgresStore:
    """A Store in a schema of a PostgreSQL database. May be used by several threads; one of them at a time is served.

    After a fork, the child makes a connection of its own.
    """

    def __init__(
        self,
        url: str,
        *,
        create: bool = False,
        readonly: bool = False,
        spec: FingerprintSpec = DEFAULT_SPEC,
        recompute: Recompute | None = None,
        clock: Callable[[], str] = utc_now,
        busy_seconds: float = BUSY_SECONDS,
        patience: float = PATIENCE,
    ) -> None:
        """Open the index at `url`, or make it when `create` is set and it is missing.

        A writer waits up to `busy_seconds` for another one, and a lost connection is
        looked for during `patience` seconds. Raises IndexMissing, IndexDamaged,
        FormatTooNew, SpecMismatch, KeyMissing, IndexBusy, StorageFull, or IndexProblem
        when there is no server.
        """
        self._address = Address.of(url)
        self._spec, self._clock = spec, clock
        self._create, self._readonly = create and not readonly, readonly
        self._described: schema.Described | None = None
        self._lock = threading.RLock()
        self._info: tuple[int, Info] | None = None
        self._owed = False
        self._line = Line(self._address, self._welcome, readonly=readonly, busy_seconds=busy_seconds, patience=patience)
        try:
            described = self._line.ask(lambda _: self._described)
            assert described is not None  # noqa: S101
            self._secret = keyring.require_secret(described.key, self._address.location)
        except BaseException:
            self._line.close()
            raise
        self._recompute = recompute or sketcher(spec, self._secret)

    def _welcome(self, connection: psycopg.Connection) -> None:
        """Look at the index over a new connection: the first time whether it is one, later whether it is the same."""
        try:
            found = schema.recognise(connection, self._address)
        except IndexMissing:
            if not self._create or self._described is not None:
                raise
            try:
                schema.create(connection, self._address, self._spec, self._clock())
            except psycopg.errors.InsufficientPrivilege:
                where = self._address.location
                raise IndexMissing(
                    f"There is no index at {where}, and the database may only be read by this user; "
                    "let one make it who may make tables."
                ) from None
            found = schema.recognise(connection, self._address)
        require_spec(found.spec, self._spec, self._address.location)
        self._same(found.key)
        self._described = found

    def _same(self, key: str | None) -> None:
        """Refuse an index that was made where ours was: under another key nothing would be found in it."""
        if self._described is not None and key != self._described.key:
            raise IndexAway(f"Another index is at {self._address.location} now; open it again.")

    def __enter__(self) -> PostgresStore:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def spec(self) -> FingerprintSpec:
        return self._spec

    @property
    def secret(self) -> bytes:
        """The 32-byte key that enters every hash of this index."""
        return self._secret

    def info(self) -> Info:
        """The index in figures, counted anew after every change."""
        with self._lock:
            _, generation = self._counted()
            if self._info is None or self._info[0] != generation:
                address, spec = self._address, self._spec.digest
                made = self._line.ask(
                    lambda connection: reading.info(connection, address.location, address.schema, spec)
                )
                self._info = generation, made
            return self._info[1]

    def count(self) -> int:
        """How many current works there are; the writers keep count."""
        return self._counted()[0]

    def _counted(self) -> tuple[int, int]:
        return self._line.ask(lambda connection: reading.counted(connection, self._same))

    def probe(self, keys: Keys) -> Hits:
        """Look up all keys of a text at once, in one statement; see the port."""
        return self._line.ask(lambda connection: reading.probe(connection, keys, self._same))

    def near(self, bands: Keys) -> Numbers:
        """Numbers of the revisions that share at least one LSH band, ascending."""
        return self._line.ask(lambda connection: reading.near(connection, bands, self._same))

    def linked(self, links: Sequence[str]) -> Numbers:
        """Numbers of the revisions that carry at least one of these links, ascending."""
        return self._line.ask(lambda connection: reading.linked(connection, links))

    def fetch(self, numbers: Sequence[int]) -> list[StoredWork]:
        """Revisions by number, in the order asked; numbers no longer there are left out. Raises IndexDamaged."""
        found = self._line.ask(lambda connection: reading.by_numbers(connection, numbers))
        return [row.stored() for row in found]

    def revisions(self, id: str) -> list[StoredWork]:
        """Every revision of one id, newest first; empty when there is none. Raises IndexDamaged."""
        found = self._line.ask(lambda connection: reading.by_id(connection, id))
        return [row.stored() for row in found]

    def entries(self, after: str = "", limit: int | None = None) -> Iterator[Entry]:
        """Current works in the order of their ids, beginning behind `after`.

        Read in portions: a work added meanwhile appears when its id is still ahead.
        """
        left = limit
        while left is None or left > 0:
            wanted = PAGE if left is None else min(PAGE, left)
            page = self._page(after, wanted)
            yield from page
            if len(page) < wanted:
                return
            after = page[-1].id
            left = None if left is None else left - wanted

    def _page(self, after: str, wanted: int) -> list[Entry]:
        return self._line.ask(lambda connection: reading.entries(connection, after, wanted))

    def news(self, after: int, most: int) -> tuple[int, Numbers]:
        """A number that changes with every batch, and as in `beside.newest_said` what is new; beyond the port."""
        return self._line.ask(lambda connection: reading.news(connection, after, most, self._same))

    def apply(self, operations: Sequence[Operation]) -> Applied:
        """Carry out all operations, or none, as one durable transaction; see the port.

        Raises IndexBusy, StorageFull, IndexDamaged, and ValueError when a
        fingerprint cannot be stored. When the connection is lost as the server commits,
        the server is asked whether it did.
        """
        if self._readonly:
            raise IndexProblem(f"The index {self._address.location} was opened for reading only; open it for writing.")
        with self._lock:
            if not operations:
                self._sweep()
                return Applied()
            batch = _Batch(self, operations, prepared(operations))
            applied = self._line.ask(batch.run)
            self._owed |= bool(applied.removed or applied.expired)
            return applied

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """A block in which no other host writes, for a change under a condition; all in it is kept or nothing.

        A connection that is lost in it ends it with an IndexProblem, and its changes are undone, unless it was lost
        at the very end. Raises IndexBusy when another writer does not finish in time. Beyond the port.
        """
        # our own lock first, as everywhere else: two threads that took the two in turn would wait for each other
        with self._lock, self._line.held(lambda connection: connection.execute("SELECT 1 FROM meta FOR UPDATE")):
            yield

    def _sweep(self) -> None:
        """Let the server free the room of removed texts; it does so by itself too, only later."""
        if self._owed and not self._line.is_held:
            with contextlib.suppress(IndexProblem):
                self._line.ask(lambda connection: connection.execute("VACUUM texts, works, said, links"), patience=0.0)
            self._owed = False

    def contents(self) -> AbstractContextManager[Contents]:
        """The store as it is now, to be read through, over a connection of its own; see the port."""
        from fingerprints.stores.postgres.moving import contents

        return contents(self._line, self._address.location)

    def backup(self, destination: Path) -> None:
        """Write a consistent, verified copy as an index directory, with the same numbers, while others read and write.

        The secret is copied to `<destination>.key`, unless WIRECHECK_KEY_FILE names
        its place. Raises IndexProblem when the destination is not empty, IndexDamaged
        when the copy does not pass its checks, StorageFull.
        """
        from fingerprints.stores.postgres.moving import write_copy

        write_copy(self._line, self._address, destination, self._secret)

    def close(self) -> None:
        """Let go of the connection. Closing twice does nothing."""
        with self._lock:
            self._sweep()
            self._line.close()


class _Batch:
    """One call of `apply`, which may need more than one connection."""

    def __init__(self, store: PostgresStore, operations: Sequence[Operation], rows: Sequence[Rows | None]) -> None:
        self._store = store
        self._operations = operations
        self._rows = rows
        self._token = secrets.token_bytes(16)
        self._tried: Applied | None = None

    def run(self, connection: Connection) -> Applied:
        """Apply the operations, unless an attempt before was committed though its connection was lost."""
        with connection.transaction():
            # one writer at a time, on whatever host; one that is cut off still holds the row until it is done with
            locked = connection.execute("SELECT format, next_number, generation, key_id FROM meta FOR UPDATE")
            found: Any = locked.fetchone()
            format, first, generation, key = found
            self._store._same(key)
            if self._tried is not None and self._is_there(connection):
                return self._tried
            schema.upgrade(connection, self._store._address, format)
            self._tried = self._write(connection, first, generation + 1)
        return self._tried

    def _is_there(self, connection: Connection) -> bool:
        found = connection.execute("SELECT 1 FROM batches WHERE token = %b", (self._token,)).fetchone()
        return found is not None

    def _write(self, connection: Connection, first: int, generation: int) -> Applied:
        store = self._store
        tables = ServerTables(connection, first, self._operations)
        applied = Batch(tables, store._spec, store._recompute, store._clock()).run(self._operations, self._rows)
        tables.flush()
        connection.execute(
            "UPDATE meta SET next_number = %s, works = works + %s, generation = %s",
            (tables.last + 1, applied.added - applied.removed, generation),
        )
        connection.execute("INSERT INTO batches VALUES (%s, %b)", (generation, self._token))
        connection.execute("DELETE FROM batches WHERE generation <= %s", (generation - REMEMBERED,))
        return applied
