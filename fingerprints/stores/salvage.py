"""When SQLite cannot read a catalogue any more: what can still be read goes into a fresh one.

The damaged file is kept beside it. A work is carried over when its text passes its
checksum; its rows are made anew from the text. One whose text has expired is carried
over when its rows can be read.
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import apsw

from fingerprints.errors import IndexDamaged, IndexProblem, UnreadableText
from fingerprints.index import StoredWork
from fingerprints.spec import DEFAULT_SPEC, FingerprintSpec
from fingerprints.stores import beside, postings, schema, works
from fingerprints.stores.batch import Recompute
from fingerprints.stores.checks import Finding, Severity
from fingerprints.stores.embedded import BUSY_SECONDS, sketcher
from fingerprints.stores.keyfile import key_id, key_path, read_key, sync_directory
from fingerprints.stores.mending import without_line
from fingerprints.stores.rows import Rows, rows_of, utc_now
from fingerprints.stores.said import NOTHING, Said
from fingerprints.stores.stored import Row


def salvage(index: Path, recompute: Recompute | None) -> list[Finding]:
    """Replace a malformed catalogue by a fresh one with all that can be read. Raises KeyMissing, apsw.Error."""
    secret = read_key(key_path(index))
    damaged = index / schema.CATALOGUE
    draft = index / f"{schema.DRAFT}{secrets.token_hex(4)}"
    try:
        # what stands on a damaged page may be whole all the same, and every story has a checksum of its own
        old = schema.connect(damaged, readonly=True, busy_seconds=BUSY_SECONDS, seals=False)
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
    carrying = _Carrying(fresh, recompute)
    expired: list[Row] = []
    last, unheard = _last_number(old), 0
    fresh.execute("BEGIN IMMEDIATE")
    for number, row, told in _readable(old, last):
        unheard += not told
        if row is None:
            carrying.done.append(without_line(number))
        elif row.expired:
            expired.append(row)
        else:
            carrying.take(row)
    gathered = _gathered(old, [row.number for row in expired])
    for row in expired:
        carrying.take(row, gathered.get(row.number))
    # numbers are never given out again, not even those of works that are lost
    fresh.execute("DELETE FROM sqlite_sequence")
    fresh.execute("INSERT INTO sqlite_sequence VALUES ('works', ?)", (last,))
    done = carrying.finished()
    if unheard:
        words = f"What was said later of {unheard:,} revisions (links, kills, expiries) cannot be read: say it again."
        done.append(Finding(Severity.LOST, "said later", words))
    return done


@dataclass(slots=True)
class _Carrying:
    """What goes into a fresh catalogue. `rows` are those of the works taken, `newest` their last revisions by id."""

    fresh: apsw.Connection
    recompute: Recompute
    done: list[Finding] = field(default_factory=list)
    rows: dict[int, Rows] = field(default_factory=dict)
    newest: dict[bytes, int] = field(default_factory=dict)

    def take(self, row: Row, gathered: Rows | None = None) -> None:
        """Copy a work; `gathered` are the rows of one whose text has expired."""
        try:
            own = row.own()
            rows = gathered if row.expired else rows_of(self.recompute(own.text))
            if rows is None or (row.expired and not row.matches(rows)):
                raise IndexDamaged("its postings cannot be read, and its text has expired")
        except (IndexDamaged, UnreadableText, ValueError) as error:
            self.done.append(Finding(Severity.LOST, row.id, f"Revision {row.revision} is lost: {error}"))
            return
        # which revision is current is settled at the end, among those that could be read
        stored = StoredWork(row.number, row.revision, False, row.added, row.words, own)
        works.insert(self.fresh, stored, rows)
        self._say(row)
        self.rows[row.number] = rows
        self.newest[row.fields[0]] = max(row.number, self.newest.get(row.fields[0], 0))

    def _say(self, row: Row) -> None:
        try:
            said = row.said()
        except IndexDamaged:
            words = f"What was said later of revision {row.revision} (links, a kill) is lost: say it again."
            self.done.append(Finding(Severity.LOST, row.id, words))
            said = Said(expired=row.beside.expired if row.beside else "")
        if said.expired:
            works.expire(self.fresh, row, said)
        elif said != NOTHING:
            beside.write(self.fresh, row.number, said)

    def finished(self) -> list[Finding]:
        """Write what belongs to all works together, and commit."""
        for number in self.newest.values():
            self.fresh.execute("UPDATE works SET current = 1 WHERE number = ?", (number,))
        postings.insert(self.fresh, self.rows)
        postings.rebuild_hot(self.fresh)
        self.fresh.execute("COMMIT")
        if self.rows:
            words = f"{len(self.rows):,} revisions were carried over and fingerprinted anew."
            self.done.append(Finding(Severity.REPAIRED, "index", words))
        return self.done


def _gathered(old: apsw.Connection, numbers: list[int]) -> dict[int, Rows]:
    """The rows of works without a text, where they can be read."""
    try:
        return postings.gather(old, numbers)
    except (apsw.Error, ValueError, TypeError, OverflowError):
        return {}


def _readable(old: apsw.Connection, last: int) -> Iterator[tuple[int, Row | None, bool]]:
    """Every number that may have been a work, with its row where it can be read; None: there was one, unreadable.

    The last says whether what is beside the work could be read too.
    """
    for number in range(1, last + 1):
        told = True
        try:
            try:
                found = works.by_numbers(old, [number])
            except (apsw.Error, IndexDamaged):
                told = False
                found = works.by_numbers(old, [number], said=False)
            if not found and _is_remembered(old, number):
                yield number, None, True
        except (apsw.Error, IndexDamaged, UnicodeDecodeError):
            yield number, None, True
            continue
        if found:
            yield number, found[0], told


def _is_remembered(old: apsw.Connection, number: int) -> bool:
    """Whether there is anything beside the line that a work has in the catalogue. Raises apsw.Error."""
    if old.execute("SELECT 1 FROM texts WHERE number = ?", (number,)).get:
        return True
    with contextlib.suppress(apsw.Error):  # an unreadable table says nothing of any one of them
        return old.execute("SELECT 1 FROM said WHERE number = ?", (number,)).get is not None
    return False


def _last_number(old: apsw.Connection) -> int:
    """The highest number there may be: SQLite's own note, or the end of the table."""
    last = 0
    for statement in (
        "SELECT seq FROM sqlite_sequence WHERE name = 'works'",
        "SELECT max(number) FROM works",
        "SELECT max(number) FROM texts",
        "SELECT max(number) FROM said",
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
