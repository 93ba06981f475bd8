"""The tables of an index in PostgreSQL: how they are made, recognised and brought to a newer format.

The same tables with the same bytes in them as those of an index directory (see
`stores.schema`), so that an index can be carried from one to the other as it is.
`docs/decisions/0027-postgres.md` says what differs, and why.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from fingerprints.errors import FormatTooNew, IndexMissing, SpecMismatch
from fingerprints.spec import FingerprintSpec
from fingerprints.stores.keyfile import key_id
from fingerprints.stores.postgres import keys
from fingerprints.stores.postgres.address import Address
from fingerprints.stores.postgres.trouble import damaged
from fingerprints.stores.schema import seal

FORMAT = 1
OLDEST_SERVER = 130_000

TABLES = {
    # numbers are given out from here, by whoever holds the row locked: so they rise in the order of the commits;
    # and the current works are counted here, because every check tells how many there are
    "meta": "row smallint, format integer, spec text, digest text, key_id text, created text, seal text, "
    "next_number bigint, works bigint, generation bigint",
    # texts are bytea: they may hold NUL and lone surrogates, and bytes of UTF-8 sort as Python sorts strings
    "works": "number bigint, revision integer, current smallint, id bytea, title bytea, holder bytea, story bytea, "
    "version bytea, metadata bytea, added text, words integer, text_bytes bigint, text_check bytea, "
    "postings integer, bands integer, rows_check bigint, packed_bytes bigint",
    "texts": "number bigint, packed bytea",
    "postings": "key bigint, place bigint",
    "bands": "key bigint, number bigint",
    # keys with more than HOT postings: how many, and the place of the HOT-th
    "hot": "key bigint, frequency bigint, bound bigint",
    "said": "number bigint, links bytea, amended bytea, expired text, seal bytea, places bytea",
    "links": "link bytea, number bigint",
    # what was committed last, so that a writer who lost the connection as it committed can ask whether it did
    "batches": "generation bigint, token bytea",
}
"""The columns of the tables of format 1. None of them may be null."""

KEYS = (
    "ALTER TABLE meta ADD PRIMARY KEY (row), ADD CHECK (row = 1)",
    "ALTER TABLE works ADD PRIMARY KEY (number)",
    # an id may be longer than a row of an index may be: found by its hash, listed by how it begins
    "CREATE UNIQUE INDEX works_by_id ON works (sha256(id), revision)",
    "CREATE UNIQUE INDEX works_current ON works (sha256(id)) WHERE current = 1",
    "CREATE INDEX works_in_order ON works (substring(id FROM 1 FOR 1000)) WHERE current = 1",
    "ALTER TABLE texts ADD PRIMARY KEY (number), ALTER COLUMN packed SET STORAGE EXTERNAL",
    "ALTER TABLE postings ADD PRIMARY KEY (key, place)",
    "ALTER TABLE bands ADD PRIMARY KEY (key, number)",
    "ALTER TABLE hot ADD PRIMARY KEY (key)",
    "ALTER TABLE said ADD PRIMARY KEY (number)",
    "CREATE INDEX links_by_link ON links (sha256(link))",
    "CREATE INDEX links_by_number ON links (number)",
    "ALTER TABLE batches ADD PRIMARY KEY (generation)",
)
"""What else makes an index of format 1."""

STEPS: dict[int, tuple[str, ...]] = {}
"""What brings an index to the format of that number from the one before. A step only adds: an older reader that has
the index open goes on."""

COLUMNS = """
    SELECT relname, array_agg(attname::text || ' ' || format_type(atttypid, atttypmod) ORDER BY attnum)
    FROM pg_namespace JOIN pg_class ON relnamespace = pg_namespace.oid JOIN pg_attribute ON attrelid = pg_class.oid
    WHERE nspname = %s AND relkind IN ('r', 'p') AND attnum > 0 AND NOT attisdropped
    GROUP BY relname
"""
META = "SELECT format, spec, digest, key_id, created, seal FROM meta"


@dataclass(frozen=True, slots=True)
class Described:
    """What an index says of itself, once it is believed."""

    format: int
    spec: FingerprintSpec
    key: str
    created: str


def recognise(connection: psycopg.Connection, address: Address) -> Described:
    """What the index at an address says of itself.

    Raises IndexMissing when there is none, IndexDamaged, FormatTooNew or SpecMismatch, and psycopg.Error.
    """
    found = tables_of(connection, address)
    if "meta" not in found:
        raise missing(address, bool(found))
    if found["meta"] != TABLES["meta"].split(", "):
        raise damaged(address.location, f"the table meta of its schema {address.schema} is not Wirecheck's")
    meta: Any = connection.execute(META).fetchone()
    if meta is None:
        raise damaged(address.location, "it does not say what it is")
    format, spec, digest, key, created, sealed = meta
    if format > FORMAT:
        raise too_new(address, format)
    wrong = [name for name, columns in TABLES.items() if found.get(name) != columns.split(", ")]
    if wrong:
        raise damaged(address.location, f"it has not the right tables: {', '.join(wrong)}")
    if seal(spec, digest, key, created) != sealed:
        raise damaged(address.location, "what it says of itself does not pass its checksum")
    try:
        return Described(format, FingerprintSpec.from_json(spec), key, created)
    except (ValueError, TypeError, AttributeError) as error:
        raise SpecMismatch(
            f"The index {address.location} was made under a specification that this Wirecheck does not know ({error}); "
            "use the Wirecheck that made it, or add the stories to a new index."
        ) from None


def tables_of(connection: psycopg.Connection, address: Address) -> dict[str, list[str]]:
    """The tables of a schema with their columns; none when there is no such schema."""
    return {name: list(columns) for name, columns in connection.execute(COLUMNS, (address.schema,)).fetchall()}


def missing(address: Address, others: bool) -> IndexMissing:
    """The error for a database without our tables; `others` says whether other tables are in their place."""
    if others:
        return IndexMissing(
            f"The schema {address.schema} of {address.location} holds other tables and no index; "
            "name another one in the address, as schema=NAME."
        )
    return IndexMissing(f"There is no index at {address.location}; make one by adding stories with `wirecheck add`.")


def too_new(address: Address, format: int) -> FormatTooNew:
    """The error for an index of a newer Wirecheck."""
    return FormatTooNew(
        f"The index {address.location} has format {format}, this Wirecheck knows up to {FORMAT}; use a newer Wirecheck."
    )


def create(connection: psycopg.Connection, address: Address, spec: FingerprintSpec, created: str) -> None:
    """Make the index, unless another host was first: secret, then all tables in one transaction.

    Raises IndexMissing when other tables are in the way, KeyMissing, OSError, psycopg.Error.
    """
    secret = keys.fresh_key()
    try:
        made = make(connection, address, (spec.to_json(), spec.digest, key_id(secret), created))
    except BaseException:
        if not _may_be_made(connection, address, key_id(secret)):
            keys.forget_key(secret)
        raise
    if not made:
        keys.forget_key(secret)


def make(
    connection: psycopg.Connection,
    address: Address,
    described: tuple[str, str, str, str],
    next_number: int = 1,
    fill: Callable[[psycopg.Connection], None] | None = None,
) -> bool:
    """Make the tables, which `fill` fills; False when there is an index. `described`: spec, digest, key id, when made.

    Raises IndexMissing when other tables are in the way, psycopg.Error.
    """
    with connection.transaction():
        # of hosts that come at once, each waits here for the one before
        connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"wirecheck {address.schema}",))
        found = tables_of(connection, address)
        if "meta" in found:
            return False
        if found:
            raise missing(address, others=True)
        # not to_regnamespace: a session remembers what that did not find
        if not connection.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", (address.schema,)).fetchone():
            connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(address.schema)))
        for name, columns in TABLES.items():
            made = ", ".join(f"{column} NOT NULL" for column in columns.split(", "))
            connection.execute(f"CREATE TABLE {name} ({made})".encode())
        if fill is not None:
            fill(connection)
        for statement in KEYS:
            connection.execute(statement.encode())
        for format in range(2, FORMAT + 1):
            _step(connection, format)
        values = (FORMAT, *described, seal(*described), next_number)
        connection.execute(
            "INSERT INTO meta SELECT 1, %s, %s, %s, %s, %s, %s, %s, count(*), 0 FROM works WHERE current = 1", values
        )
    return True


def _may_be_made(connection: psycopg.Connection, address: Address, key: str) -> bool:
    """Whether there is, or may be, an index with this key: the connection may be lost as it was committed."""
    try:
        return "meta" in tables_of(connection, address) and recognise(connection, address).key == key
    except Exception:
        return True


def upgrade(connection: psycopg.Connection, address: Address, format: int) -> None:
    """Bring an index to our format, within the transaction that holds the row of `meta`. Raises FormatTooNew."""
    if format > FORMAT:
        raise too_new(address, format)
    for step in range(format + 1, FORMAT + 1):
        _step(connection, step)
    if format < FORMAT:
        connection.execute("UPDATE meta SET format = %s", (FORMAT,))


def _step(connection: psycopg.Connection, format: int) -> None:
    for statement in STEPS[format]:
        connection.execute(statement.encode())
