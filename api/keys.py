"""API keys: 256 random bits, shown once, kept as keyed hashes in `keys.db` beside the secret they are hashed with.

A stolen `keys.db` lets nobody in, and without `keys.secret` does not even let a guess be tried. Keys are random, so
a fast hash is enough (OWASP ASVS 5.0, 6.5.2); a slow one would let anybody stall the service with wrong keys.
"""

from __future__ import annotations

import contextlib
import hmac
import re
import secrets
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b
from pathlib import Path

from api.keystore import Key, KeyStore, KeyStoreProblem, Row
from api.settings import DEFAULT_TENANT
from fingerprints.errors import WirecheckError

FORM = re.compile(r"wck_([0-9a-f]{12})_[A-Za-z0-9_-]{43}")
SECRET_BYTES = 32
NOTE_SECONDS = 60.0
"""So often the times of last use are written, not with every request."""
NAME_CHARACTERS = 80
GRACE_SECONDS = 24 * 3600
"""So long the old key still works after a rotation."""


class Scope(StrEnum):
    """What a key may do. `admin` may do all of it."""

    READ = "read"
    CHECK = "check"
    WRITE = "write"
    ADMIN = "admin"


EVERY_SCOPE = frozenset(Scope)


class KeyProblem(WirecheckError):
    """What was asked of the keys cannot be done."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: a tenant, what the key may do, and the key's id ("" where keys are off)."""

    tenant: str
    scopes: frozenset[str]
    key: str


ANYONE = Caller(DEFAULT_TENANT, EVERY_SCOPE, "")
"""The caller where keys are off."""


class Keys:
    """The keys of a service, in the SQLite file `path`, which is made when it is missing. Safe in several threads.

    Raises KeyStoreProblem, also from every method, when the file or its secret cannot be used.
    """

    def __init__(self, path: Path, *, clock: Callable[[], float] = time.time) -> None:
        self._store = KeyStore(path)
        self._clock = clock
        self._used: dict[str, int] = {}
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._writer: threading.Thread | None = None

    def find(self, presented: str) -> Caller | None:
        """Whose key this is; None when it is none, or works no longer.

        A wrong secret costs the same time as an unknown id. The time of use is
        noted here and written by `note_uses`, at most once a minute.
        """
        form = FORM.fullmatch(presented)
        row = self._store.row(form.group(1) if form else "")
        digest = self._hash(presented if form else "")
        same = hmac.compare_digest(digest, row.hash if row else bytes(len(digest)))
        now = self._clock()
        if not (row and same and row.key.works_at(now)):
            return None
        self._note(row.key.id, int(now))
        scopes = EVERY_SCOPE if Scope.ADMIN in row.key.scopes else frozenset(row.key.scopes)
        return Caller(row.key.tenant, scopes, row.key.id)

    def create(
        self, tenant: str, scopes: Iterable[str], *, name: str = "", seconds: float | None = None
    ) -> tuple[str, Key]:
        """A new key: the only time that it is seen, and what may be shown of it.

        It works for `seconds`, or until it is revoked. Raises KeyProblem when a scope
        is unknown or none is given, or the name or the time is not usable.
        """
        wanted = set(scopes)
        if not wanted or not wanted <= EVERY_SCOPE:
            raise KeyProblem(f"Give a key at least one scope of: {', '.join(Scope)}.")
        if len(name) > NAME_CHARACTERS or not name.isprintable():
            raise KeyProblem(f"A key's name has at most {NAME_CHARACTERS} characters, all on one line.")
        if seconds is not None and seconds <= 0:
            raise KeyProblem("A key must work for some time; give more than 0 seconds.")
        row, plain = self._fresh(Key("", tenant, name, tuple(scope for scope in Scope if scope in wanted), 0), seconds)
        self._store.insert(row)
        return plain, row.key

    def rotate(self, key_id: str, *, grace: float = GRACE_SECONDS) -> tuple[str, Key]:
        """A new key in the place of a working one, which still works for `grace` seconds.

        Raises KeyProblem when there is no such key, or it works no longer.
        """
        old, now = self._known(key_id), self._clock()
        if not old.works_at(now):
            raise KeyProblem(f"The key {key_id} works no longer; create a new one instead.")
        row, plain = self._fresh(old, None if old.expires is None else old.expires - now)
        end = int(now + max(0.0, grace))
        self._store.insert(row, ends=(key_id, end if old.expires is None else min(end, old.expires)))
        return plain, row.key

    def revoke(self, key_id: str) -> Key:
        """End a key at once; one that was ended before stays as it was. Raises KeyProblem when there is no such key."""
        self._known(key_id)
        self._store.revoke(key_id, int(self._clock()))
        return self._known(key_id)

    def listed(self, tenant: str | None = None) -> list[Key]:
        """Every key, or a tenant's, the oldest first; those that work no longer too."""
        return [row.key for row in self._store.rows() if tenant in (None, row.key.tenant)]

    def any_works(self) -> bool:
        """Whether there is a key that opens anything now."""
        now = self._clock()
        return any(key.works_at(now) for key in self.listed())

    def note_uses(self) -> None:
        """Write the times of last use that were noted since the last time."""
        with self._lock:
            used, self._used = self._used, {}
        try:
            if used:
                self._store.note_uses(used)
        except KeyStoreProblem:
            with self._lock:
                self._used = used | self._used
            raise

    def close(self) -> None:
        """Write what was noted, if that can be, and let go of the file."""
        self._ended.set()
        if self._writer:
            self._writer.join()
        with contextlib.suppress(KeyStoreProblem):
            self.note_uses()
        self._store.close()

    def _known(self, key_id: str) -> Key:
        row = self._store.row(key_id)
        if row is None:
            raise KeyProblem(f"There is no key {key_id[:40]!r}; `wirecheck keys list` shows them.")
        return row.key

    def _hash(self, plain: str) -> bytes:
        return blake2b(plain.encode(), key=self._store.secret, digest_size=32, person=b"wirecheck-apikey").digest()

    def _fresh(self, like: Key, seconds: float | None) -> tuple[Row, str]:
        """The row of a new key for the same purpose, and the key. 48 random bits make two of one id a theory."""
        now, id = int(self._clock()), secrets.token_hex(6)
        expires = None if seconds is None else now + max(1, int(seconds))
        plain = f"wck_{id}_{secrets.token_urlsafe(SECRET_BYTES)}"
        return Row(Key(id, like.tenant, like.name, like.scopes, now, expires), self._hash(plain)), plain

    def _note(self, key_id: str, now: int) -> None:
        with self._lock:
            self._used[key_id] = now
            if self._writer is None and not self._ended.is_set():
                self._writer = threading.Thread(target=self._write_now_and_then, name="wirecheck-keys", daemon=True)
                self._writer.start()

    def _write_now_and_then(self) -> None:
        while not self._ended.wait(NOTE_SECONDS):
            with contextlib.suppress(KeyStoreProblem):  # not worth a stop; the next round tries again
                self.note_uses()
