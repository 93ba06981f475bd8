"""The doctor of an index in PostgreSQL: the same checks as for an index directory, on one state of the tables.

Whether the server's files are sound is the server's own to say (data checksums,
pg_amcheck); what is checked here is what the tables hold.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

import psycopg

from fingerprints.errors import IndexDamaged, KeyMissing, SpecMismatch, WirecheckError
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
from fingerprints.stores.postgres import keys, postings, schema
from fingerprints.stores.postgres.address import Address
from fingerprints.stores.postgres.line import Line
from fingerprints.stores.postgres.moving import ServerContents, contents
from fingerprints.stores.postgres.reading import Connection, by_numbers
from fingerprints.stores.postgres.tables import copy_in
from fingerprints.stores.rows import rows_of
from fingerprints.stores.schema import require_spec
from fingerprints.stores.sealed import decode, encode

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
    except (IndexDamaged, SpecMismatch) as error:
        return [Finding(Severity.DAMAGED, "catalogue", str(error))]
    finally:
        line.close()
    return about + [finding for finding in state.findings() if not (about and finding.severity is Severity.OK)]


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
        done = [one for one in State(ids=state.ids, bad_said=state.bad_said).findings() if not one.good]
        done += _repair_rows(connection, state, recompute)
        if orphans := sorted(state.orphan_texts | state.orphan_said):
            for table in ("texts", "said", "links"):
                statement = f"DELETE FROM {table} WHERE number = ANY(%s)"  # noqa: S608
                connection.execute(statement.encode(), (orphans,))
            words = (
                f"{len(orphans)} stories have lost their line in the catalogue, and with it their ids: add them again."
            )
            done.append(Finding(Severity.LOST, "catalogue", words))
        if state.wrong_links:
            _rebuild_links(connection, source, state.bad_said)
            done.append(_repaired("links", "The table of links was made anew."))
        if state.wrong_current:
            connection.execute("UPDATE works SET current = 0 WHERE current <> 0")
            newest = "SELECT max(number) FROM works GROUP BY sha256(id)"
            connection.execute(f"UPDATE works SET current = 1 WHERE number IN ({newest})")  # noqa: S608
            done.append(_repaired("works", "The newest revision of every story is marked as current again."))
        postings.rebuild_hot(connection)
        if state.wrong_hot:
            done.append(_repaired("hot keys", "The table of hot keys was made anew."))
        counted = "SELECT count(*) FROM works WHERE current = 1"
        next_number = "greatest(next_number, (SELECT coalesce(max(number), 0) + 1 FROM works))"
        connection.execute(
            f"UPDATE meta SET works = ({counted}), next_number = {next_number}, generation = generation + 1"  # noqa: S608
        )
    return done


def _repair_rows(connection: Connection, state: State, recompute: Recompute) -> list[Finding]:
    sound = sorted(state.bad_rows - state.bad_texts - state.expired)
    done = []
    if swept := sorted({*sound, *state.orphan_rows}):
        postings.sweep(connection, swept)
    if state.orphan_rows:
        done.append(_repaired("postings", "Rows that belonged to no story were deleted."))
    rebuilt = {}
    for row in by_numbers(connection, sound):
        try:
            rows = rows_of(recompute(decode(row.text())))
        except (WirecheckError, ValueError, ImportError) as error:
            done.append(Finding(Severity.LOST, row.id, f"Its postings could not be rebuilt ({error}); add it again."))
            continue
        made: tuple[Any, ...] = (len(rows.keys), len(rows.bands), rows.checksum, row.number)
        connection.execute("UPDATE works SET postings = %s, bands = %s, rows_check = %s WHERE number = %s", made)
        rebuilt[row.number] = rows
        done.append(_repaired(row.id, "Its postings were rebuilt from its text."))
    postings.insert(connection, rebuilt)
    for number in sorted((state.bad_rows & state.expired) | state.bad_texts):
        words = "It is damaged and cannot be rebuilt from its text: remove the story and add it again."
        done.append(Finding(Severity.LOST, state.ids[number], words))
    return done


def _rebuild_links(connection: Connection, source: ServerContents, but: Collection[int]) -> None:
    """Make the table of links anew from what is said; of the numbers in `but` the old rows are kept."""
    kept = {number: own for number, own in _looked_up(source).items() if number in but}
    said = _said(source, but) | kept
    connection.execute("DELETE FROM links")
    rows = ((link, number) for number, own in said.items() for link in own)
    copy_in(connection, "links (link, number)", ("bytea", "int8"), rows)


def _repaired(subject: str, sentence: str) -> Finding:
    return Finding(Severity.REPAIRED, subject, sentence)
