"""When SQLite cannot read a catalogue any more: what can still be read goes into a fresh one.

The damaged file is kept beside it. A work is carried over when its text passes its
checksum; its rows are made anew from the text.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import apsw

from fingerprints.errors import IndexDamaged, IndexProblem, UnreadableText
from fingerprints.index import StoredWork
from fingerprints.spec import DEFAULT_SPEC, FingerprintSpec
from fingerprints.stores import postings, schema, works
from fingerprints.stores.batch import Recompute
from fingerprints.stores.checks import Finding, Severity
from fingerprints.stores.embedded import BUSY_SECONDS, sketcher
from fingerprints.stores.keyfile import key_id, key_path, read_key, sync_directory
from fingerprints.stores.rows import Rows, rows_of, utc_now


def salvage(index: Path, recompute: Recompute | None) -> list[Finding]:
    """Replace a malformed catalogue by a fresh one with all that can be read. Raises KeyMissing, apsw.Error."""
    secret = read_key(key_path(index))
    damaged = index / schema.CATALOGUE
    draft = index / f"{schema.DRAFT}{secrets.token_hex(4)}"
    try:
        old = schema.connect(damaged, readonly=False, busy_seconds=BUSY_SECONDS)
    except apsw.Error as error:
        return [_nothing(error)]
    try:
        spec, created = _description(old)
        fresh = schema.build_catalogue(draft, spec, key_id(secret), created)
        try:
            done = _carry(old, fresh, recompute or sketcher(spec, secret))
        finally:
            fresh.close()
    finally:
        old.close()
    if not any(finding.subject == "index" for finding in done):
        draft.unlink(missing_ok=True)
        return [_nothing("none of its stories can be read")]
    kept = _exchange(damaged, draft)
    words = f"The catalogue was malformed; what could be read is in a fresh one, the damaged file is kept as {kept}."
    return [Finding(Severity.REPAIRED, "catalogue", words), *done]


def without_line(number: int) -> Finding:
    """The finding on a work of which nothing but its number is known."""
    words = f"The story with number {number} has lost its line in the catalogue, and with it its id: add it again."
    return Finding(Severity.LOST, f"number {number}", words)


def _nothing(why: object) -> Finding:
    words = f"Nothing can be read from the catalogue ({why}); put back a backup, or add the stories to a new index."
    return Finding(Severity.LOST, "catalogue", words)


def _description(old: apsw.Connection) -> tuple[FingerprintSpec, str]:
    try:
        written, digest, created = old.execute("SELECT spec, digest, created FROM meta").get
        spec = FingerprintSpec.from_json(written)
    except (apsw.Error, ValueError, TypeError, AttributeError):
        return DEFAULT_SPEC, utc_now()
    # every row is made anew, so that any sound specification will do
    return (spec if spec.digest == digest else DEFAULT_SPEC), str(created)


def _carry(old: apsw.Connection, fresh: apsw.Connection, recompute: Recompute) -> list[Finding]:
    """Copy every sound work; the finding on "index" is there when there was at least one."""
    done, carried, last = [], 0, 0
    rows: dict[int, Rows] = {}
    newest: dict[bytes, int] = {}
    fresh.execute("BEGIN IMMEDIATE")
    for number, row in _readable(old):
        last = number
        if row is None:
            done.append(without_line(number))
            continue
        try:
            stored = row.stored()
            rows[number] = rows_of(recompute(stored.work.text))
        except (IndexDamaged, UnreadableText, ValueError) as error:
            done.append(Finding(Severity.LOST, row.id, f"Revision {row.revision} is lost: {error}"))
            continue
        newest[row.fields[0]] = number
        _insert(fresh, stored, rows[number])
        carried += 1
    for number in newest.values():
        fresh.execute("UPDATE works SET current = 1 WHERE number = ?", (number,))
    # numbers are never given out again, not even those of works that are lost
    fresh.execute("DELETE FROM sqlite_sequence")
    fresh.execute("INSERT INTO sqlite_sequence VALUES ('works', ?)", (last,))
    postings.insert(fresh, rows)
    postings.rebuild_hot(fresh)
    fresh.execute("COMMIT")
    if carried:
        words = f"{carried:,} revisions were carried over and fingerprinted anew."
        done.append(Finding(Severity.REPAIRED, "index", words))
    return done


def _insert(fresh: apsw.Connection, stored: StoredWork, rows: Rows) -> None:
    # which revision is current is settled at the end, among those that could be read
    works.insert(fresh, replace(stored, current=False), rows)


def _readable(old: apsw.Connection) -> Iterator[tuple[int, works.Row | None]]:
    """Every number that may have been a work, with its row where it can be read; None: there was one, unreadable."""
    for number in range(1, _last_number(old) + 1):
        try:
            found = works.by_numbers(old, [number])
            if not found and old.execute("SELECT 1 FROM texts WHERE number = ?", (number,)).get:
                yield number, None
        except (apsw.Error, IndexDamaged, UnicodeDecodeError):
            yield number, None
            continue
        if found:
            yield number, found[0]


def _last_number(old: apsw.Connection) -> int:
    """The highest number there may be: SQLite's own note, or the end of the table."""
    last = 0
    for statement in (
        "SELECT seq FROM sqlite_sequence WHERE name = 'works'",
        "SELECT max(number) FROM works",
        "SELECT max(number) FROM texts",
    ):
        try:
            last = max(last, int(old.execute(statement).get))
        except (apsw.Error, TypeError, ValueError):
            continue
    return last


def _exchange(damaged: Path, draft: Path) -> str:
    """Put the fresh catalogue in place of the damaged one, which keeps its bytes under another name."""
    taken = 1
    while damaged.with_name(f"{damaged.name}.damaged-{taken}").exists():
        taken += 1
    kept = damaged.with_name(f"{damaged.name}.damaged-{taken}")
    kept.hardlink_to(damaged)
    # the old log must not be played into the new file
    log = damaged.with_name(damaged.name + "-wal")
    if log.exists():
        log.rename(kept.with_name(kept.name + "-wal"))
    damaged.with_name(damaged.name + "-shm").unlink(missing_ok=True)
    if draft.with_name(draft.name + "-wal").exists():
        raise IndexProblem(f"The fresh catalogue {draft} is in use; stop other programs and repeat the repair.")
    draft.replace(damaged)
    sync_directory(damaged.parent)
    return kept.name
