"""The catalogue of an index directory: its tables, how it is made, opened and recognised."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from urllib.parse import quote

import apsw

from fingerprints.errors import FormatTooNew, IndexMissing, KeyMissing, SpecMismatch
from fingerprints.spec import FingerprintSpec
from fingerprints.stores import pages
from fingerprints.stores.keyfile import key_id, key_path, make_key, publish, read_key, sync_directory
from fingerprints.stores.trouble import damaged, transaction

CATALOGUE = "catalog.db"
DRAFT = CATALOGUE + ".new-"
ROOM = 256 << 10  # bytes that a catalogue takes while it is made, and some
APPLICATION_ID = 0x57524348  # "WRCH"
SEALED = 3  # the format from which on pages have seals
FORMAT = 3  # 3: pages with seals; 2: what is said later of works

TABLES_1 = {
    # `format` is PRAGMA user_version, so that it can be read whatever the tables look like
    "meta": """CREATE TABLE meta (
        row INTEGER PRIMARY KEY CHECK (row = 1), spec TEXT NOT NULL, digest TEXT NOT NULL,
        key_id TEXT NOT NULL, created TEXT NOT NULL, seal TEXT NOT NULL) STRICT""",
    # texts are BLOBs: they may hold NUL and lone surrogates, and bytes of UTF-8 sort as Python sorts strings
    "works": """CREATE TABLE works (
        number INTEGER PRIMARY KEY AUTOINCREMENT, id BLOB NOT NULL, revision INTEGER NOT NULL,
        current INTEGER NOT NULL, title BLOB NOT NULL, holder BLOB NOT NULL, story BLOB NOT NULL,
        version BLOB NOT NULL, metadata BLOB NOT NULL, added TEXT NOT NULL, words INTEGER NOT NULL,
        text_bytes INTEGER NOT NULL, packed_bytes INTEGER NOT NULL, text_check BLOB NOT NULL,
        postings INTEGER NOT NULL, bands INTEGER NOT NULL, rows_check INTEGER NOT NULL) STRICT""",
    "works_by_id": "CREATE UNIQUE INDEX works_by_id ON works (id, revision)",
    "works_current": "CREATE UNIQUE INDEX works_current ON works (id) WHERE current = 1",
    # apart from the works, so that counting and listing need not step over the texts
    "texts": "CREATE TABLE texts (number INTEGER PRIMARY KEY, packed BLOB NOT NULL) STRICT",
    "postings": """CREATE TABLE postings (
        key INTEGER NOT NULL, place INTEGER NOT NULL, PRIMARY KEY (key, place)) STRICT, WITHOUT ROWID""",
    "bands": """CREATE TABLE bands (
        key INTEGER NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (key, number)) STRICT, WITHOUT ROWID""",
    # keys with more than HOT postings: how many, and the place of the HOT-th
    "hot": "CREATE TABLE hot (key INTEGER PRIMARY KEY, frequency INTEGER NOT NULL, bound INTEGER NOT NULL) STRICT",
}
"""The tables of format 1."""

TABLES_2 = {
    # of works that have more to them than the item itself; `places` is there once the text is not
    "said": """CREATE TABLE said (
        number INTEGER PRIMARY KEY, links BLOB NOT NULL, amended BLOB NOT NULL, expired TEXT NOT NULL,
        seal BLOB NOT NULL, places BLOB NOT NULL) STRICT""",
    # the same links, to be looked up
    "links": """CREATE TABLE links (
        link BLOB NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (link, number)) STRICT, WITHOUT ROWID""",
    "links_by_number": "CREATE INDEX links_by_number ON links (number)",
}
"""What format 2 adds to them. An index of format 1 has nothing in them, and gets them with its next write.
Format 3 adds no table: every page has a seal; see `pages`."""


def create_index(index: Path, spec: FingerprintSpec, created: str) -> None:
    """Make what is still missing of an index: directory, secret, catalogue, in this order.

    A crash in between leaves a directory that this function completes. Raises
    IndexMissing when something else is in the way, KeyMissing when the key file
    that is there is not one.
    """
    if index.exists() and not index.is_dir():
        raise IndexMissing(f"{index} is a file, not an index directory; choose another place for the index.")
    if index.is_dir() and any(_foreign(entry.name) for entry in index.iterdir()):
        raise IndexMissing(f"{index} holds other files and no index; choose an empty or a new directory.")
    index.mkdir(parents=True, exist_ok=True)
    sync_directory(index.parent)
    secret = make_key(key_path(index))
    draft = index / f"{DRAFT}{secrets.token_hex(4)}"
    try:
        _require_room(draft)
        build_catalogue(draft, spec, key_id(secret), created).close()
        publish_catalogue(draft, index / CATALOGUE)
    except (OSError, apsw.Error):
        if not (index / CATALOGUE).exists():  # else another process was first, and cleared our draft away
            raise
    finally:
        for suffix in ("", "-wal", "-shm", "-journal"):
            draft.with_name(draft.name + suffix).unlink(missing_ok=True)
    for leftover in index.glob(f"{DRAFT}*"):
        leftover.unlink(missing_ok=True)


def _require_room(draft: Path) -> None:
    """Raises OSError where there is no room for an empty catalogue and its log: SQLite, short of it, goes on half."""
    try:
        draft.write_bytes(bytes(ROOM))
    finally:
        draft.unlink(missing_ok=True)


def _foreign(name: str) -> bool:
    """Whether a file is neither the draft of a catalogue nor something every disk has.

    A log without its catalogue is foreign too: SQLite would play it into the new one.
    """
    return not name.startswith((DRAFT, ".")) and name != "lost+found"


def build_catalogue(path: Path, spec: FingerprintSpec, key: str, created: str) -> apsw.Connection:
    """A new catalogue file with its tables and its description, open for writing. Raises apsw.Error."""
    connection = pages.open_pages(path, apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE)
    try:
        _fill_catalogue(connection, spec, key, created)
    except BaseException:
        with suppress(apsw.Error):  # where there was no room for it, there is none for its end either
            connection.close()
        raise
    return connection


def _fill_catalogue(connection: apsw.Connection, spec: FingerprintSpec, key: str, created: str) -> None:
    pages.reserve_seals(connection)
    connection.execute(f"PRAGMA page_size = {pages.PAGE}; PRAGMA journal_mode = WAL")
    prepare(connection, readonly=False)
    connection.execute("BEGIN IMMEDIATE")
    for statement in (TABLES_1 | TABLES_2).values():
        connection.execute(statement)
    described = (spec.to_json(), spec.digest, key, created)
    connection.execute("INSERT INTO meta VALUES (1, ?, ?, ?, ?, ?)", (*described, seal(*described)))
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {FORMAT}")
    connection.execute("COMMIT")


def seal(*described: str) -> str:
    """A checksum over what a catalogue says of itself, so that damage is not taken for another specification or key."""
    return blake2b("\0".join(described).encode(), digest_size=8, person=b"wirecheck-meta-1").hexdigest()


def publish_catalogue(draft: Path, final: Path) -> None:
    """Give a closed, complete catalogue its name.

    Raises apsw.FullError where closing it left some of it in its log: for want of room, and SQLite does not say so.
    """
    if has_log(draft):
        raise apsw.FullError("the catalogue is not whole without its log")
    handle = os.open(draft, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    publish(draft, final)


def locate(index: Path) -> Path:
    """The catalogue file of an index directory. Raises IndexMissing, saying what is there instead."""
    how = "make one by adding stories with `wirecheck add`"
    if not index.exists():
        raise IndexMissing(f"There is no index at {index}; {how}.")
    if not index.is_dir():
        raise IndexMissing(f"{index} is a file, not an index directory; name another place, or {how}.")
    if not (index / CATALOGUE).exists():
        raise IndexMissing(f"There is no index in the directory {index}; name another one, or {how}.")
    return index / CATALOGUE


def connect(catalogue: Path, *, readonly: bool, busy_seconds: float, seals: bool = True) -> apsw.Connection:
    """Open a catalogue file; `seals` false: without a look at the seals of its pages, to save what can be read.

    Raises apsw.Error.
    A catalogue on a disk that nobody can write to, without a log, is opened as
    unchangeable: SQLite cannot make the files there by which it shares one.
    """
    if not seals:
        connection = apsw.Connection(str(catalogue), flags=apsw.SQLITE_OPEN_READONLY)
    elif not readonly:
        connection = pages.open_pages(catalogue)
    elif _unchangeable(catalogue):
        uri = f"file:{quote(str(catalogue))}?immutable=1"
        connection = pages.open_pages(uri, apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI)
    else:
        connection = pages.open_pages(catalogue, apsw.SQLITE_OPEN_READONLY)
    connection.set_busy_handler(patience(busy_seconds))
    try:
        prepare(connection, readonly=readonly)
    except BaseException:
        connection.close()
        raise
    return connection


def has_log(catalogue: Path) -> bool:
    """Whether there is something in the log of a catalogue."""
    log = catalogue.with_name(catalogue.name + "-wal")
    return log.exists() and log.stat().st_size > 0


def _unchangeable(catalogue: Path) -> bool:
    """Whether the disk is mounted read-only; not merely closed to us, for then others may write."""
    if not hasattr(os, "statvfs") or catalogue.with_name(catalogue.name + "-wal").exists():
        return False
    return bool(os.statvfs(catalogue).f_flag & os.ST_RDONLY)


def patience(seconds: float) -> Callable[[int], bool]:
    """Wait for another writer in short sleeps of our own, so that Ctrl-C still works."""
    began = 0.0

    def wait(count: int) -> bool:
        nonlocal began
        if count == 0:
            began = time.monotonic()
        if time.monotonic() - began >= seconds:
            return False
        time.sleep(min(0.001 * 2 ** min(count, 6), 0.05))
        return True

    return wait


def prepare(connection: apsw.Connection, *, readonly: bool) -> None:
    """Settings of a connection, none of which changes the file."""
    # a catalogue from elsewhere must not run anything of its own
    connection.config(apsw.SQLITE_DBCONFIG_DEFENSIVE, 1)
    connection.config(apsw.SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0)
    connection.config(apsw.SQLITE_DBCONFIG_ENABLE_TRIGGER, 0)
    connection.config(apsw.SQLITE_DBCONFIG_ENABLE_VIEW, 0)
    # fetched to the end: apsw stops at the first statement that gives a row, and some of these do
    connection.execute(
        "PRAGMA mmap_size = 0; PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -32768"
    ).fetchall()
    if not readonly:
        connection.execute(
            "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA journal_size_limit = 16777216"
        ).fetchall()


def recognise(connection: apsw.Connection, location: object) -> tuple[FingerprintSpec, str]:
    """The specification and the key id of a catalogue.

    Raises IndexDamaged, FormatTooNew or SpecMismatch, and apsw.Error.
    """
    application, version = _number(connection, "application_id"), _number(connection, "user_version")
    if application != APPLICATION_ID:
        raise damaged(location, f"its {CATALOGUE} is not a catalogue of Wirecheck")
    if version > FORMAT:
        raise FormatTooNew(
            f"The index {location} has format {version}, this Wirecheck knows up to {FORMAT}; use a newer Wirecheck."
        )
    if version >= SEALED and not pages.has_seals(connection):
        raise damaged(location, f"the head of its {CATALOGUE} is not as it was written")
    found = {str(name): str(sql) for name, sql in connection.execute("SELECT name, sql FROM sqlite_schema")}
    tables = TABLES_1 if version < 2 else TABLES_1 | TABLES_2
    wrong = [name for name, sql in tables.items() if found.get(name) != sql]
    meta = None if wrong else connection.execute("SELECT spec, digest, key_id, created, seal FROM meta").fetchone()
    if version < 1 or meta is None:
        raise damaged(location, f"its catalogue has not the right tables: {', '.join(wrong) or 'meta'}")
    written, digest, key, created, sealed = map(str, meta)
    if seal(written, digest, key, created) != sealed:
        raise damaged(location, "what it says of itself does not pass its checksum")
    try:
        spec = FingerprintSpec.from_json(written)
    except (ValueError, TypeError, AttributeError) as error:
        raise SpecMismatch(
            f"The index {location} was made under a specification that this Wirecheck does not know ({error}); "
            "use the Wirecheck that made it, or add the stories to a new index."
        ) from None
    return spec, key


def upgrade(connection: apsw.Connection) -> None:
    """Give an index of an older format the tables it lacks, within the write transaction that is open."""
    if format_of(connection) < 2:
        for statement in TABLES_2.values():
            connection.execute(statement)
        connection.execute("PRAGMA user_version = 2")


def seal_pages(connection: apsw.Connection) -> None:
    """Give the pages of an index of an older format seals, after a change, outside of any transaction.

    Every page is written anew (some 10 s a GB, and as much room). Where there is no room, or another program
    is reading, the index keeps its format until a later change.
    """
    if format_of(connection) < SEALED:
        with suppress(apsw.FullError, apsw.BusyError, apsw.LockedError, apsw.IOError):
            _seal_pages(connection)


def _seal_pages(connection: apsw.Connection) -> None:
    if not pages.has_seals(connection):
        pages.reserve_seals(connection)
        connection.execute("PRAGMA temp_store = FILE")  # VACUUM copies all there is
        try:
            connection.execute("VACUUM")
        finally:
            connection.execute("PRAGMA temp_store = MEMORY")
    busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()[0][0]
    if not busy and pages.has_seals(connection):
        with transaction(connection):
            connection.execute(f"PRAGMA user_version = {SEALED}")


def format_of(connection: apsw.Connection) -> int:
    """The format of a catalogue. Raises apsw.Error."""
    return _number(connection, "user_version")


def _number(connection: apsw.Connection, pragma: str) -> int:
    return int(connection.execute(f"PRAGMA {pragma}").get)


def require_spec(stored: FingerprintSpec, expected: FingerprintSpec, location: object) -> None:
    """Raises SpecMismatch, naming the differences."""
    if stored != expected:
        raise SpecMismatch(
            f"The index {location} was made under another fingerprint specification "
            f"({'; '.join(stored.differences(expected))}); add the stories to a new index."
        )


def require_key(index: Path, expected_id: str) -> bytes:
    """The secret of an index. Raises KeyMissing when it is not there, or is another index's."""
    path = key_path(index)
    secret = read_key(path)
    if key_id(secret) != expected_id:
        raise KeyMissing(f"The key file {path} belongs to another index than {index}; put back the key made with it.")
    return secret
