"""The secret of an index in a database: a file on every host that uses it, and never in the database."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from fingerprints.errors import KeyMissing
from fingerprints.stores.keyfile import SECRET_BYTES, VARIABLE, key_id, make_key, read_key, write_key


def keys_folder() -> Path:
    """The folder of a user's keys of shared indexes, after the XDG base directories."""
    data = os.environ.get("XDG_DATA_HOME", "")
    base = Path(data) if data.startswith("/") else Path.home() / ".local" / "share"
    return base / "wirecheck" / "keys"


def key_place(id: str) -> Path:
    """Where the key of that id lies: as the environment says, else under its id in the folder of keys."""
    named = os.environ.get(VARIABLE)
    return Path(named).absolute() if named else keys_folder() / f"{id}.key"


def fresh_key() -> bytes:
    """A secret for a new index, kept before anything is made with it; the one that WIRECHECK_KEY_FILE names, if any.

    Raises KeyMissing when the file it names is no key, and OSError.
    """
    if named := os.environ.get(VARIABLE):
        return make_key(Path(named).absolute())
    secret = secrets.token_bytes(SECRET_BYTES)
    keep_key(secret)
    return secret


def keep_key(secret: bytes) -> Path:
    """Keep a secret where its index is looked for. Raises KeyMissing when another one is in its place, and OSError."""
    path = key_place(key_id(secret))
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_key(path, secret)
    if read_key(path) != secret:
        raise KeyMissing(f"The key file {path} belongs to another index; name another file in {VARIABLE}.")
    return path


def forget_key(secret: bytes) -> None:
    """Delete a secret with which no index was made after all, unless the environment named its place."""
    if not os.environ.get(VARIABLE):
        key_place(key_id(secret)).unlink(missing_ok=True)


def require_secret(id: str, location: str) -> bytes:
    """The secret of an index. Raises KeyMissing, saying what to copy where."""
    path = key_place(id)
    if not path.exists():
        raise KeyMissing(
            f"The secret key of the index {location} is not at {path}; copy the file wirecheck/keys/{id}.key from a "
            f"machine that uses the index to there, or name it in {VARIABLE}."
        )
    secret = read_key(path)
    if key_id(secret) != id:
        raise KeyMissing(
            f"The key file {path} belongs to another index than {location}; put there the key {id} that was made "
            "with the index."
        )
    return secret
