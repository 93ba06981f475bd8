"""An index in PostgreSQL to be read through in one state, copied into an index directory, and made from one.

The tables hold the same bytes on both sides, checksums of our own among them, so that
everything is carried over as it is: numbers, revisions, what was said, texts and rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count, islice
from pathlib import Path
from typing import Any

import apsw
import numpy as np
import psycopg
from psycopg import IsolationLevel

from fingerprints.errors import IndexAway, IndexProblem
from fingerprints.index import Keys, Numbers, StoredWork
from fingerprints.spec import DEFAULT_SPEC, FingerprintSpec
from fingerprints.stores import backup as copying
from fingerprints.stores import checks
from fingerprints.stores import schema as directory
from fingerprints.stores.backup import new_copy
from fingerprints.stores.contents import PORTION, Portion
from fingerprints.stores.keyfile import key_id
from fingerprints.stores.postgres import keys, schema
from fingerprints.stores.postgres.address import Address
from fingerprints.stores.postgres.line import Line, connect
from fingerprints.stores.postgres.postings import copy_pairs
from fingerprints.stores.postgres.reading import ROW, Connection
from fingerprints.stores.postgres.tables import SAID_TYPES, WORK_TYPES, copy_in
from fingerprints.stores.postgres.trouble import is_lost, problem, unreachable
from fingerprints.stores.rows import LAST_POSITION, POSITION_BITS, Integers
from fingerprints.stores.stored import BESIDE, COLUMNS, Row
from fingerprints.stores.trouble import damaged, transaction, translated

AT_ONCE = 500  # revisions, with their texts, that are read in one step

TABLES: dict[str, tuple[str, tuple[str, ...]]] = {
    "works": (f"{COLUMNS}, packed_bytes", (*WORK_TYPES, "int8")),
    "texts": ("number, packed", ("int8", "bytea")),
    "said": (f"number, {BESIDE}", SAID_TYPES),
    "links": ("link, number", ("bytea", "int8")),
    "hot": ("key, frequency, bound", ("int8", "int8", "int8")),
}
"""The tables whose rows are carried over one by one, with their columns and types."""
PAIRS = {"postings": ("key", "place"), "bands": ("key", "number")}


class ServerContents:
    """`Contents` on a connection in whose transaction all is as it was when it began."""

    def __init__(self, connection: Connection, location: str) -> None:
        self._connection = connection
        self._location = location
        self._names = count(1)

    def postings(self) -> Iterator[Portion]:
        """See the port."""
        for key, place in self.columns("postings"):
            yield key.astype(np.uint64), place >> POSITION_BITS, (place & LAST_POSITION).astype(np.int32)

    def bands(self) -> Iterator[tuple[Keys, Numbers]]:
        """See the port."""
        for key, number in self.columns("bands"):
            yield key.astype(np.uint64), number

    def works(self) -> Iterator[StoredWork]:
        """See the port."""
        for row in self.revisions():
            yield row.stored()

    def revisions(self) -> Iterator[Row]:
        """Every revision as it is kept, rising by number."""
        return map(Row.read, self.rows(f"{ROW} ORDER BY works.number", AT_ONCE))

    def columns(self, table: str) -> Iterator[tuple[Integers, Integers]]:
        """The two columns of `postings` or `bands`, rising, in portions."""
        names = ", ".join(PAIRS[table])
        rows = self.rows(f"SELECT {names} FROM {table} ORDER BY {names}", PORTION)  # noqa: S608
        while portion := list(islice(rows, PORTION)):
            both = np.array(portion, dtype=np.int64)
            yield both[:, 0].copy(), both[:, 1].copy()

    def rows(self, statement: str, at_once: int = 5_000) -> Iterator[tuple[Any, ...]]:
        """The rows of a statement, fetched in portions. Raises IndexProblem when the connection is lost meanwhile."""
        try:
            with self._connection.cursor(f"wirecheck{next(self._names)}", binary=True) as cursor:
                cursor.itersize = at_once
                yield from cursor.execute(statement.encode())
        except psycopg.Error as error:
            raise _interrupted(self._location, error, self._connection) from None


def _interrupted(location: str, error: psycopg.Error, connection: Connection) -> IndexProblem:
    if is_lost(error, connection):
        return IndexAway(f"The connection to the index {location} was lost while it was read through; begin again.")
    return problem(location, error)


@contextmanager
def contents(line: Line, location: str) -> Iterator[ServerContents]:
    """An index as it is now, over a connection of its own: its owner goes on, and others may write."""
    connection = line.fresh()
    try:
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        with connection.transaction():
            connection.execute("SELECT 1 FROM meta")  # from here on the transaction sees this state
            yield ServerContents(connection, location)
    except psycopg.Error as error:
        raise _interrupted(location, error, connection) from None
    finally:
        connection.close()


def write_copy(line: Line, address: Address, destination: Path, secret: bytes) -> None:
    """Make an index directory from the database as it is now. Errors as `PostgresStore.backup`."""
    with translated(destination), new_copy(destination, secret) as draft, contents(line, address.location) as source:
        _fill(source, draft, secret)


def _fill(source: ServerContents, draft: Path, secret: bytes) -> None:
    ((spec, created, following),) = source.rows("SELECT spec, created, next_number FROM meta")
    catalogue = directory.build_catalogue(draft, FingerprintSpec.from_json(spec), key_id(secret), created)
    try:
        catalogue.execute("BEGIN IMMEDIATE")
        for table, (names, types) in TABLES.items():
            marks = ", ".join("?" * len(types))
            rows = source.rows(f"SELECT {names} FROM {table}", AT_ONCE)  # noqa: S608
            catalogue.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)  # noqa: S608
        for table, (first, second) in PAIRS.items():
            for portion in source.columns(table):
                rows = zip(*(column.tolist() for column in portion), strict=True)
                catalogue.executemany(f"INSERT INTO {table} ({first}, {second}) VALUES (?, ?)", rows)  # noqa: S608
        # numbers are never given out again
        catalogue.execute("DELETE FROM sqlite_sequence")
        catalogue.execute("INSERT INTO sqlite_sequence VALUES ('works', ?)", (following - 1,))
        catalogue.execute("COMMIT")
    finally:
        catalogue.close()


def restore(directory_index: Path, url: str) -> Path:
    """Make an index in a database from an index directory, in one transaction; returns where its key is kept here.

    Raises IndexProblem when there is an index or anything else at `url`, IndexDamaged
    when the directory does not pass its checks, and what opening either of them raises.
    """
    address = Address.of(url)
    with translated(directory_index):
        source = directory.connect(directory.locate(directory_index), readonly=True, busy_seconds=copying.BUSY_SECONDS)
        try:
            with transaction(source, write=False):
                wrong = [found.sentence for found in checks.examine_catalogue(source, deep=True) if not found.good]
                if wrong:
                    raise damaged(directory_index, wrong[0])
                spec, key = directory.recognise(source, directory_index)
                directory.require_spec(spec, DEFAULT_SPEC, directory_index)
                secret = directory.require_key(directory_index, key)
                return _restore(source, address, secret)
        finally:
            source.close()


def _restore(source: apsw.Connection, address: Address, secret: bytes) -> Path:
    described: Any = source.execute("SELECT spec, digest, key_id, created FROM meta").fetchone()
    last = source.execute("SELECT seq FROM sqlite_sequence WHERE name = 'works'").fetchone()
    held = {name for (name,) in source.execute("SELECT name FROM sqlite_schema")}

    def fill(connection: Connection) -> None:
        for table, (names, types) in TABLES.items():
            if table in held:
                rows = source.execute(f"SELECT {names} FROM {table}")  # noqa: S608
                copy_in(connection, f"{table} ({names})", types, rows)
        for table, (first, second) in PAIRS.items():
            rows = source.execute(f"SELECT {first}, {second} FROM {table}")  # noqa: S608
            while portion := list(islice(rows, PORTION)):
                both = np.array(portion, dtype=np.int64)
                copy_pairs(connection, f"{table} ({first}, {second})", both[:, 0], both[:, 1])

    try:
        connection = connect(address, readonly=False, busy_seconds=copying.BUSY_SECONDS)
    except psycopg.Error as error:
        raise unreachable(address.location, error) from None
    try:
        key = keys.keep_key(secret)
        if not schema.make(connection, address, described, last[0] + 1 if last else 1, fill):
            raise IndexProblem(
                f"There is an index at {address.location} already; name another schema in the address, as schema=NAME."
            )
    except psycopg.Error as error:
        if not is_lost(error, connection):
            raise problem(address.location, error) from None
        raise IndexProblem(
            f"The connection to the index {address.location} was lost while it was made; all of it is there, or "
            "nothing: see with `wirecheck stats`, and if there is none, begin again."
        ) from None
    finally:
        connection.close()
    return key
