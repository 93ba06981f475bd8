"""The doctor: whether an index is sound, and what can be put right when it is not."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import apsw

from fingerprints.errors import IndexDamaged, KeyMissing, SpecMismatch
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
from fingerprints.stores.checks import Finding, Severity
from fingerprints.stores.embedded import BUSY_SECONDS, sketcher
from fingerprints.stores.mending import mend
from fingerprints.stores.rows import Rows
from fingerprints.stores.snapshot_checks import examine_snapshot, unrepaired
from fingerprints.stores.stored import Row
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
        done = None if state.malformed else mend(state, CatalogueRepair(connection), recompute)
    if done is not None:
        schema.seal_pages(connection)
    return done


class CatalogueRepair:
    """The tables of an index directory; see `mending.Tables`."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection

    def sweep(self, numbers: Sequence[int]) -> None:
        postings.sweep(self._connection, numbers)

    def by_numbers(self, numbers: Sequence[int]) -> list[Row]:
        return works.by_numbers(self._connection, numbers)

    def describe(self, number: int, rows: Rows) -> None:
        made = (len(rows.keys), len(rows.bands), rows.checksum, number)
        self._connection.execute("UPDATE works SET postings = ?, bands = ?, rows_check = ? WHERE number = ?", made)

    def insert(self, rows: Mapping[int, Rows]) -> object:
        return postings.insert(self._connection, rows)

    def forget(self, numbers: Sequence[int]) -> None:
        for number in numbers:
            works.delete(self._connection, number)

    def rebuild_links(self, but: Collection[int]) -> None:
        beside.rebuild_links(self._connection, but)

    def mark_current(self) -> None:
        self._connection.execute("UPDATE works SET current = 0 WHERE current <> 0")
        newest = "(SELECT max(revision) FROM works AS own WHERE own.id = works.id)"
        self._connection.execute(f"UPDATE works SET current = 1 WHERE revision = {newest}")  # noqa: S608

    def rebuild_hot(self) -> None:
        postings.rebuild_hot(self._connection)
