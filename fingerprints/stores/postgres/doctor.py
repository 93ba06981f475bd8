"""The doctor of an index in PostgreSQL: the same checks as for an index directory, on one state of the tables.

Whether the server's files are sound is the server's own to say (data checksums,
pg_amcheck); what is checked here is what the tables hold.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence

import psycopg

from fingerprints.errors import IndexDamaged, KeyMissing, SpecMismatch
from fingerprints.spec import DEFAULT_SPEC
from fingerprints.stores.batch import Recompute
from fingerprints.stores.checks import (
    ORPHAN_SAID,
    ORPHAN_TEXTS,
    WRONG_CURRENT,
    Finding,
    Severity,
    State,
    check_links,
    check_rows,
    check_texts,
)
from fingerprints.stores.embedded import BUSY_SECONDS, sketcher
from fingerprints.stores.mending import mend
from fingerprints.stores.postgres import keys, postings, schema
from fingerprints.stores.postgres.address import Address
from fingerprints.stores.postgres.line import Line
from fingerprints.stores.postgres.moving import ServerContents, contents
from fingerprints.stores.postgres.reading import Connection, by_numbers
from fingerprints.stores.postgres.tables import copy_in
from fingerprints.stores.rows import Rows
from fingerprints.stores.schema import require_spec
from fingerprints.stores.sealed import decode, encode
from fingerprints.stores.stored import Row

WRONG_COUNT = """
    SELECT NULL FROM meta WHERE works <> (SELECT count(*) FROM works WHERE current = 1)
        OR next_number <= (SELECT coalesce(max(number), 0) FROM works)
"""
WRONG_HOT = f"""
    SELECT 1 FROM (({postings.TRUE_HOT}) EXCEPT SELECT key, frequency, bound FROM hot) AS missing
    UNION ALL SELECT 1 FROM (SELECT key, frequency, bound FROM hot EXCEPT ({postings.TRUE_HOT})) AS wrong LIMIT 1
"""  # noqa: S608


def examine(url: str, *, deep: bool = True) -> list[Finding]:
    """What is wrong with an index, while others may use it; one `ok` finding when nothing is.

    Raises IndexMissing when there is no index, FormatTooNew, or IndexProblem when there is no server.
    """
    address = Address.of(url)
    about: list[Finding] = []

    def welcome(connection: psycopg.Connection) -> None:
        about[:] = _about(schema.recognise(connection, address), address)

    line = Line(address, welcome, readonly=True, busy_seconds=BUSY_SECONDS)
    try:
        with contents(line, address.location) as source:
            state = _inspect(source, deep=deep)
            notes = _about_server(source)
    except (IndexDamaged, SpecMismatch) as error:
        return [Finding(Severity.DAMAGED, "catalogue", str(error))]
    finally:
        line.close()
    found = about + [finding for finding in state.findings() if not (about and finding.severity is Severity.OK)]
    return found + notes


def _about(found: schema.Described, address: Address) -> list[Finding]:
    """What is wrong with the specification and the key."""
    about = []
    try:
        require_spec(found.spec, DEFAULT_SPEC, address.location)
    except SpecMismatch as error:
        about.append(Finding(Severity.DAMAGED, "specification", str(error)))
    try:
        keys.require_secret(found.key, address.location)
    except KeyMissing as error:
        about.append(Finding(Severity.DAMAGED, "key", str(error)))
    return about


def _about_server(source: ServerContents) -> list[Finding]:
    """What is worth knowing of the server: without checksums of its pages damage makes rows unfindable in silence."""
    ((kept,),) = source.rows("SELECT current_setting('data_checksums', true)")
    if kept == "on":
        return []
    words = (
        "It keeps no checksums of its pages, so that damage to its files may hide stories from every check until a "
        "doctor looks: stop it, run `pg_checksums --enable`, and start it again."
    )
    return [Finding(Severity.OK, "server", words)]


def _inspect(source: ServerContents, *, deep: bool) -> State:
    """Look through the tables. `deep` also reads every text and every posting."""
    state = State()
    ((state.works, state.postings),) = source.rows("SELECT count(*), coalesce(sum(postings), 0)::bigint FROM works")
    state.wrong_current = any(True for _ in source.rows(f"{WRONG_CURRENT} UNION ALL {WRONG_COUNT}"))
    state.orphan_texts = {number for (number,) in source.rows(ORPHAN_TEXTS)}
    state.orphan_said = {number for (number,) in source.rows(ORPHAN_SAID)}
    if not deep:
        return state
    try:
        expected = check_texts(source.revisions(), state)
        check_links(_said(source, state.bad_said | state.orphan_said), _looked_up(source), state)
        check_rows(source.columns, state, expected)
    except (IndexDamaged, ValueError, TypeError, OverflowError) as error:
        state.malformed.append(str(error))
    state.wrong_hot = any(True for _ in source.rows(WRONG_HOT))
    return state


def _said(source: ServerContents, but: Collection[int]) -> dict[int, set[bytes]]:
    rows = source.rows("SELECT number, links FROM said")
    return {number: {encode(link) for link in json.loads(decode(own))} for number, own in rows if number not in but}


def _looked_up(source: ServerContents) -> dict[int, set[bytes]]:
    found: dict[int, set[bytes]] = {}
    for link, number in source.rows("SELECT link, number FROM links"):
        found.setdefault(number, set()).add(link)
    return found


def repair(url: str, found: list[Finding], recompute: Recompute | None) -> list[Finding]:
    """Put right what can be, in one transaction that holds other writers back: rows of sound texts, links, hot keys.

    `found` is what `examine` said. Raises KeyMissing: without the key nothing can be rebuilt.
    """
    address = Address.of(url)
    described: list[schema.Described] = []

    def welcome(connection: psycopg.Connection) -> None:
        described[:] = [schema.recognise(connection, address)]

    line = Line(address, welcome, readonly=False, busy_seconds=BUSY_SECONDS)
    try:
        line.ask(lambda _: None)
        secret = keys.require_secret(described[0].key, address.location)
        make = recompute or sketcher(described[0].spec, secret)
        done = line.ask(lambda connection: _repair(connection, address, make))
    except IndexDamaged:
        return [*found, Finding(Severity.LOST, "catalogue", "Put back a backup: without its tables nothing is there.")]
    finally:
        line.close()
    return done + [finding for finding in found if finding.subject == "specification"]


def _repair(connection: Connection, address: Address, recompute: Recompute) -> list[Finding]:
    with connection.transaction():
        connection.execute("SELECT 1 FROM meta FOR UPDATE")
        source = ServerContents(connection, address.location)
        state = _inspect(source, deep=True)
        if state.malformed:
            raise IndexDamaged(state.malformed[0])
        done = mend(state, ServerRepair(connection, source), recompute)
        connection.execute("UPDATE meta SET generation = generation + 1")
    return done


class ServerRepair:
    """The tables of an index in PostgreSQL; see `mending.Tables`."""

    def __init__(self, connection: Connection, source: ServerContents) -> None:
        self._connection, self._source = connection, source

    def sweep(self, numbers: Sequence[int]) -> None:
        postings.sweep(self._connection, numbers)

    def by_numbers(self, numbers: Sequence[int]) -> list[Row]:
        return by_numbers(self._connection, numbers)

    def describe(self, number: int, rows: Rows) -> None:
        made = (len(rows.keys), len(rows.bands), rows.checksum, number)
        self._connection.execute("UPDATE works SET postings = %s, bands = %s, rows_check = %s WHERE number = %s", made)

    def insert(self, rows: Mapping[int, Rows]) -> object:
        return postings.insert(self._connection, rows)

    def forget(self, numbers: Sequence[int]) -> None:
        for table in ("texts", "said", "links"):
            self._connection.execute(f"DELETE FROM {table} WHERE number = ANY(%s)".encode(), (list(numbers),))  # noqa: S608

    def rebuild_links(self, but: Collection[int]) -> None:
        kept = {number: own for number, own in _looked_up(self._source).items() if number in but}
        said = _said(self._source, but) | kept
        self._connection.execute("DELETE FROM links")
        rows = ((link, number) for number, own in said.items() for link in own)
        copy_in(self._connection, "links (link, number)", ("bytea", "int8"), rows)

    def mark_current(self) -> None:
        self._connection.execute("UPDATE works SET current = 0 WHERE current <> 0")
        newest = "SELECT max(number) FROM works GROUP BY sha256(id)"
        self._connection.execute(f"UPDATE works SET current = 1 WHERE number IN ({newest})")  # noqa: S608
        counted = "SELECT count(*) FROM works WHERE current = 1"
        next_number = "greatest(next_number, (SELECT coalesce(max(number), 0) + 1 FROM works))"
        self._connection.execute(f"UPDATE meta SET works = ({counted}), next_number = {next_number}")  # noqa: S608

    def rebuild_hot(self) -> None:
        postings.rebuild_hot(self._connection)
