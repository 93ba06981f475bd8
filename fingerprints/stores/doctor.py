"""The doctor: whether an index is sound, and what can be put right when it is not."""

from __future__ import annotations

from pathlib import Path

import apsw

from fingerprints.errors import IndexDamaged, IndexProblem, KeyMissing, SpecMismatch
from fingerprints.spec import DEFAULT_SPEC
from fingerprints.stores import (
    MEMORY,
    SERVERS,
    beside,
    checks,
    is_snapshot,
    postings,
    require_postgres,
    salvage,
    schema,
    works,
)
from fingerprints.stores.batch import Recompute
from fingerprints.stores.checks import Finding, Severity, State
from fingerprints.stores.embedded import BUSY_SECONDS, sketcher
from fingerprints.stores.rows import rows_of
from fingerprints.stores.sealed import decode
from fingerprints.stores.snapshot_checks import examine_snapshot, unrepaired
from fingerprints.stores.trouble import transaction, translated

__all__ = ["Finding", "Severity", "examine", "repair"]


def examine(url: str, *, deep: bool = True) -> list[Finding]:
    """What is wrong with an index, while others may use it; one `ok` finding when nothing is.

    `deep` reads every text and every posting. Raises IndexMissing when there is no
    index, FormatTooNew when this Wirecheck cannot judge it, IndexBusy.
    """
    if url == MEMORY:
        return [Finding(Severity.OK, "index", "An index in memory has nothing that could be damaged.")]
    if url.startswith(SERVERS):
        require_postgres()
        from fingerprints.stores.postgres import doctor as on_server

        return on_server.examine(url, deep=deep)
    index = Path(url).resolve()
    if is_snapshot(str(index)):
        return examine_snapshot(index, deep=deep)
    catalogue = schema.locate(index)
    try:
        with translated(index):
            connection = schema.connect(catalogue, readonly=True, busy_seconds=BUSY_SECONDS)
            try:
                found = _about(connection, index)
                with transaction(connection, write=False):
                    state = checks.inspect(connection, deep=deep)
            finally:
                connection.close()
    except (IndexDamaged, SpecMismatch) as error:
        return [Finding(Severity.DAMAGED, "catalogue", str(error))]
    about = state.findings()
    return found + [finding for finding in about if not (found and finding.severity is Severity.OK)]


def _about(connection: apsw.Connection, index: Path) -> list[Finding]:
    """What is wrong with the specification and the key. Raises IndexDamaged, FormatTooNew, SpecMismatch."""
    found = []
    spec, key = schema.recognise(connection, index)
    try:
        schema.require_spec(spec, DEFAULT_SPEC, index)
    except SpecMismatch as error:
        found.append(Finding(Severity.DAMAGED, "specification", str(error)))
    try:
        schema.require_key(index, key)
    except KeyMissing as error:
        found.append(Finding(Severity.DAMAGED, "key", str(error)))
    return found


def repair(url: str, *, recompute: Recompute | None = None) -> list[Finding]:
    """Put right what can be: rebuild rows and hot keys from sound texts; say what is lost.

    A catalogue that SQLite itself cannot read is salvaged into a fresh one, and the
    old file kept as `catalog.db.damaged-<n>`; stop other programs that use the index
    first. `recompute` makes the fingerprint of a text. Returns what was done and what
    is left. Raises as `examine`, and KeyMissing: without the key nothing can be rebuilt. Of a snapshot
    nothing is repaired.
    """
    found = examine(url)
    if all(finding.good for finding in found):
        return found
    if url.startswith(SERVERS):
        from fingerprints.stores.postgres import doctor as on_server

        return on_server.repair(url, found, recompute)
    index = Path(url).resolve()
    if is_snapshot(str(index)):
        return [*found, unrepaired(index)]
    with translated(index):
        connection = None
        try:
            connection = schema.connect(index / schema.CATALOGUE, readonly=False, busy_seconds=BUSY_SECONDS)
            spec, key = schema.recognise(connection, index)
            secret = schema.require_key(index, key)
            done = _repair(connection, recompute or sketcher(spec, secret))
        except (IndexDamaged, UnicodeDecodeError, apsw.CorruptError, apsw.NotADBError):
            done = None
        finally:
            if connection is not None:
                connection.close()
        if done is None:
            done = salvage.salvage(index, recompute)
    return done + [finding for finding in found if finding.subject == "specification"]


def _repair(connection: apsw.Connection, recompute: Recompute) -> list[Finding] | None:
    """Repair in one transaction; None when the file itself is malformed and must be salvaged."""
    with transaction(connection):
        schema.upgrade(connection)
        state = checks.inspect(connection, deep=True)
        if state.malformed:
            return None
        done = _repair_rows(connection, state, recompute)
        if state.orphan_rows:
            postings.sweep(connection, sorted(state.orphan_rows))
            done.append(_repaired("postings", "Rows that belonged to no story were deleted."))
        for number in sorted(state.orphan_texts | state.orphan_said):
            works.delete(connection, number)
            done.append(salvage.without_line(number))
        if state.wrong_links:
            beside.rebuild_links(connection, state.bad_said)
            done.append(_repaired("links", "The table of links was made anew."))
        if state.wrong_current:
            _mark_current(connection)
            done.append(_repaired("works", "The newest revision of every story is marked as current again."))
        postings.rebuild_hot(connection)
        if state.wrong_hot:
            done.append(_repaired("hot keys", "The table of hot keys was made anew."))
    return done


def _repair_rows(connection: apsw.Connection, state: State, recompute: Recompute) -> list[Finding]:
    done = [
        finding
        for finding in State(
            ids=state.ids, bad_texts=state.bad_texts - state.bad_rows, bad_said=state.bad_said
        ).findings()
        if finding.severity is not Severity.OK
    ]
    sound = sorted(state.bad_rows - state.bad_texts - state.expired)
    if sound:
        postings.sweep(connection, sound)
    rebuilt = {}
    for row in works.by_numbers(connection, sound):
        try:
            rows = rows_of(recompute(decode(row.text())))
        except (IndexProblem, ValueError, ImportError) as error:
            done.append(Finding(Severity.LOST, row.id, f"Its postings could not be rebuilt ({error}); add it again."))
            continue
        # the text is sound, so it decides: the stored count and checksum may be what was damaged
        made = (len(rows.keys), len(rows.bands), rows.checksum, row.number)
        connection.execute("UPDATE works SET postings = ?, bands = ?, rows_check = ? WHERE number = ?", made)
        rebuilt[row.number] = rows
        done.append(_repaired(row.id, "Its postings were rebuilt from its text."))
    postings.insert(connection, rebuilt)
    for number in sorted(state.bad_rows & (state.bad_texts | state.expired)):
        words = "Its postings are damaged and cannot be rebuilt, because its text has expired: remove the story."
        if number in state.bad_texts:
            words = "Its text and its postings are damaged and cannot be rebuilt: remove the story and add it again."
        done.append(Finding(Severity.LOST, state.ids[number], words))
    return done


def _mark_current(connection: apsw.Connection) -> None:
    connection.execute("UPDATE works SET current = 0 WHERE current <> 0")
    connection.execute(
        "UPDATE works SET current = 1 WHERE revision = (SELECT max(revision) FROM works AS own WHERE own.id = works.id)"
    )


def _repaired(subject: str, sentence: str) -> Finding:
    return Finding(Severity.REPAIRED, subject, sentence)
