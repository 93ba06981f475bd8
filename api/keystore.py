"""The file that keys are kept in, and the secret beside it."""

from __future__ import annotations

import os
import secrets
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import apsw

from fingerprints.errors import WirecheckError
from fingerprints.stores.keyfile import SECRET_BYTES, key_id, write_key
from fingerprints.stores.schema import prepare, publish_catalogue
from fingerprints.stores.trouble import transaction

APPLICATION_ID = 0x574B4559  # "WKEY"
FORMAT = 1
BUSY_MILLISECONDS = 5_000
COLUMNS = "id, hash, tenant, name, scopes, created, expires, revoked, last_used"
TABLES = (
    "CREATE TABLE meta (row INTEGER PRIMARY KEY CHECK (row = 1), secret_id TEXT NOT NULL) STRICT",
    """CREATE TABLE keys (
        id TEXT PRIMARY KEY, hash BLOB NOT NULL, tenant TEXT NOT NULL, name TEXT NOT NULL, scopes TEXT NOT NULL,
        created INTEGER NOT NULL, expires INTEGER, revoked INTEGER, last_used INTEGER) STRICT, WITHOUT ROWID""",
)


class KeyStoreProblem(WirecheckError):
    """The file of keys or its secret cannot be used. Nobody is let in then."""


@dataclass(frozen=True, slots=True)
class Key:
    """What may be shown of a key. Times are whole seconds since 1970, UTC; None for never."""

    id: str
    tenant: str
    name: str
    scopes: tuple[str, ...]
    created: int
    expires: int | None = None
    revoked: int | None = None
    last_used: int | None = None

    def works_at(self, now: float) -> bool:
        """Whether the key opens anything at this time."""
        return self.revoked is None and (self.expires is None or now < self.expires)


@dataclass(frozen=True, slots=True)
class Row:
    """A key as it is kept: what may be shown, and the hash of all of it."""

    key: Key
    hash: bytes


class KeyStore:
    """The rows of a key file. Every method raises KeyStoreProblem. Safe in several threads and processes."""

    def __init__(self, path: Path) -> None:
        self._path = path.absolute()
        self._lock = threading.RLock()
        self._connection: apsw.Connection | None = None
        self._opened: tuple[int, int] | None = None
        self._secret = b""
        with self._use():
            pass

    @property
    def secret(self) -> bytes:
        """The 32 bytes that keys are hashed with."""
        return self._secret

    def row(self, id: str) -> Row | None:
        """One key by its id."""
        with self._use() as connection:
            found = connection.execute(f"SELECT {COLUMNS} FROM keys WHERE id = ?", (id,)).fetchone()  # noqa: S608
        return _row(found) if found else None

    def rows(self) -> list[Row]:
        """Every key, the oldest first."""
        with self._use() as connection:
            found = connection.execute(f"SELECT {COLUMNS} FROM keys ORDER BY created, id").fetchall()  # noqa: S608
        return [_row(values) for values in found]

    def insert(self, row: Row, *, ends: tuple[str, int] | None = None) -> None:
        """Keep a new key, durably; in the same step let another one end, by its id, at a time."""
        key, scopes = row.key, " ".join(row.key.scopes)
        values = (key.id, row.hash, key.tenant, key.name, scopes, key.created, key.expires, key.revoked, key.last_used)
        with self._use() as connection, transaction(connection):
            connection.execute(f"INSERT INTO keys ({COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?)", values)  # noqa: S608
            if ends:
                connection.execute("UPDATE keys SET expires = ? WHERE id = ?", ends[::-1])

    def revoke(self, id: str, when: int) -> None:
        """End a key, unless it was ended before."""
        with self._use() as connection, transaction(connection):
            connection.execute("UPDATE keys SET revoked = ? WHERE id = ? AND revoked IS NULL", (when, id))

    def note_uses(self, used: Mapping[str, int]) -> None:
        """Write times of last use, by id; a later one, of another process, stays.

        On a connection of its own, so that looking up a key does not wait for the disk.
        """
        with _translated(self._path):
            connection = _open(self._path)
            try:
                with transaction(connection):
                    connection.executemany(
                        "UPDATE keys SET last_used = max(ifnull(last_used, 0), ?) WHERE id = ?",
                        [(when, id) for id, when in used.items()],
                    )
            finally:
                connection.close()

    def close(self) -> None:
        """Let go of the file. Closing twice does nothing."""
        with self._lock:
            if self._connection:
                self._connection.close()
            self._connection = None

    @contextmanager
    def _use(self) -> Iterator[apsw.Connection]:
        """The file that lies at the path now: one that was put in its place, by a restore, counts at once."""
        with self._lock, _translated(self._path):
            if self._connection is None or _inode(self._path) != self._opened:
                self._begin()
            assert self._connection is not None  # noqa: S101
            yield self._connection

    def _begin(self) -> None:
        """Open the file, or make it when it was never there: one that vanished under us must not come back empty."""
        self.close()
        secret_file = self._path.with_suffix(".secret")
        if self._opened is None and not self._path.exists():
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not secret_file.exists():
                write_key(secret_file, secrets.token_bytes(SECRET_BYTES))
            _make(self._path, key_id(_secret(secret_file, self._path)))
        secret, opened = _secret(secret_file, self._path), _inode(self._path)
        connection = _open(self._path)
        try:
            _recognise(connection, self._path, key_id(secret))
        except BaseException:
            connection.close()
            raise
        self._connection, self._opened, self._secret = connection, opened, secret


def _row(values: Sequence[Any]) -> Row:
    id, hashed, tenant, name, scopes, created, expires, revoked, last_used = values
    return Row(Key(id, tenant, name, tuple(scopes.split()), created, expires, revoked, last_used), hashed)


def _inode(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_dev, found.st_ino


def _open(path: Path) -> apsw.Connection:
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
    try:
        connection.set_busy_timeout(BUSY_MILLISECONDS)
        prepare(connection, readonly=False)
    except BaseException:
        connection.close()
        raise
    return connection


def _make(path: Path, secret_id: str) -> None:
    """Make the file, closed to other users. It gets its name when it is whole; of two processes the first wins."""
    draft = path.with_name(f"{path.name}.new-{secrets.token_hex(4)}")
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        connection = _open(draft)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            with transaction(connection):
                for statement in TABLES:
                    connection.execute(statement)
                connection.execute("INSERT INTO meta VALUES (1, ?)", (secret_id,))
                connection.execute(f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {FORMAT}")
        finally:
            connection.close()
        publish_catalogue(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def _secret(file: Path, path: Path) -> bytes:
    try:
        secret = file.read_bytes()
    except FileNotFoundError:
        raise KeyStoreProblem(
            f"The secret that the keys in {path} are hashed with is not at {file}; put it back from a backup, "
            f"or remove {path} and make new keys."
        ) from None
    if len(secret) != SECRET_BYTES:
        raise KeyStoreProblem(f"{file} is not a secret of {SECRET_BYTES} bytes; put the right one back.")
    return secret


def _recognise(connection: apsw.Connection, path: Path, secret_id: str) -> None:
    application, version = (
        int(connection.execute(f"PRAGMA {name}").get) for name in ("application_id", "user_version")
    )
    if application != APPLICATION_ID:
        raise KeyStoreProblem(f"{path} is not a key file of Wirecheck's service; name another data folder.")
    if version > FORMAT:
        raise KeyStoreProblem(f"{path} was made by a newer Wirecheck (format {version}); use that one.")
    if connection.execute("SELECT secret_id FROM meta").get != secret_id:
        raise KeyStoreProblem(f"{path.with_suffix('.secret')} belongs to another key file than {path}.")


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    """Raise what SQLite and the system report as a KeyStoreProblem."""
    try:
        yield
    except apsw.BusyError:
        raise KeyStoreProblem(f"Another process is writing to {path}; try again.") from None
    except apsw.Error as error:
        raise KeyStoreProblem(f"The key file {path} cannot be used ({error}); put it back from a backup.") from error
    except OSError as error:
        raise KeyStoreProblem(f"The key file {path} cannot be used ({error.strerror}).") from error
