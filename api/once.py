"""What was asked under which idempotency key, and what was answered: an SQLite file shared by the server processes."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import apsw

from api.problems import Problem

FILE = "idempotency.db"
KEPT_SECONDS = 24 * 3600
BUSY_MS = 5_000
SCHEMA = """
CREATE TABLE IF NOT EXISTS secret (value BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS requests (
    caller TEXT NOT NULL, key TEXT NOT NULL, digest BLOB NOT NULL, began INTEGER NOT NULL, process INTEGER NOT NULL,
    status INTEGER, headers TEXT, body BLOB, PRIMARY KEY (caller, key)
) STRICT, WITHOUT ROWID;
"""
RUNNING = "The first request with this Idempotency-Key is still at work; its answer is given when it is done."
OTHER = "This Idempotency-Key was used with another request; use a new one for each request."


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer that was given. `body` is None where it is not kept."""

    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes | None


class Once:
    """The file in the folder `data`, made when it is first needed. Safe in several threads."""

    def __init__(self, data: Path, *, clock: Callable[[], float] = time.time) -> None:
        self._path, self._clock = data / FILE, clock
        self._lock = threading.Lock()
        self._connection: apsw.Connection | None = None
        self._secret = b""

    def digest(self, *told_apart: bytes) -> bytes:
        """A keyed hash of a request: without the file nobody can try out what a draft said."""
        with self._use():
            state = blake2b(key=self._secret, digest_size=32, person=b"wirecheck-once")
        for part in told_apart:
            state.update(len(part).to_bytes(8, "little"))
            state.update(part)
        return state.digest()

    def begin(self, caller: str, key: str, digest: bytes) -> Answered | None:
        """The answer that was given before; None when there is none, and the request is now noted as at work.

        Raises Problem 409 when it is still at work, 422 when the key was used for another request.
        """
        now = int(self._clock())
        with self._use() as connection, _writing(connection):
            connection.execute("DELETE FROM requests WHERE began < ?", (now - KEPT_SECONDS,))
            row = connection.execute(
                "SELECT digest, process, status, headers, body FROM requests WHERE caller = ? AND key = ?",
                (caller, key),
            ).fetchone()
            if row is not None and row[0] != digest:
                raise Problem(422, OTHER, slug="idempotency-key-reused")
            if row is not None and row[2] is None and _is_alive(row[1]):
                raise Problem(409, RUNNING, slug="still-running", headers={"Retry-After": "1"})
            if row is not None and row[2] is not None and row[4] is not None:
                return Answered(row[2], [tuple(pair) for pair in json.loads(row[3])], row[4])
            connection.execute(
                "INSERT OR REPLACE INTO requests VALUES (?, ?, ?, ?, ?, NULL, NULL, NULL)",
                (caller, key, digest, now, os.getpid()),
            )
        return None

    def finish(self, caller: str, key: str, answered: Answered) -> None:
        """The request is done."""
        with self._use() as connection:
            connection.execute(
                "UPDATE requests SET status = ?, headers = ?, body = ? WHERE caller = ? AND key = ?",
                (answered.status, json.dumps(list(answered.headers)), answered.body, caller, key),
            )

    def forget(self, caller: str, key: str) -> None:
        """The request came to nothing, and may be tried again."""
        with self._use() as connection:
            connection.execute("DELETE FROM requests WHERE caller = ? AND key = ?", (caller, key))

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            if self._connection:
                self._connection.close()
            self._connection = None

    @contextlib.contextmanager
    def _use(self) -> Iterator[apsw.Connection]:
        """The connection. Raises Problem 503 when the file cannot be used."""
        with self._lock:
            try:
                yield self._connection or self._opened()
            except (apsw.Error, OSError):
                detail = "The service cannot tell now whether this Idempotency-Key was used before; try again."
                raise Problem(503, detail, slug="idempotency", headers={"Retry-After": "1"}) from None

    def _opened(self) -> apsw.Connection:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            os.close(os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        connection = apsw.Connection(str(self._path))
        connection.set_busy_timeout(BUSY_MS)
        connection.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON")
        with _writing(connection):
            connection.execute(SCHEMA)
            found = connection.execute("SELECT value FROM secret").fetchone()
            self._secret = found[0] if found else secrets.token_bytes(32)
            if not found:
                connection.execute("INSERT INTO secret VALUES (?)", (self._secret,))
        self._connection = connection
        return connection


@contextlib.contextmanager
def _writing(connection: apsw.Connection) -> Iterator[None]:
    """One transaction; of two processes one waits."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _is_alive(process: int) -> bool:
    """Whether the server process that began it is still there."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
