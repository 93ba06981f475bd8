"""The secret of an index: 32 random bytes in a file of their own, outside the index directory.

What it protects: the rows of fingerprints, which are hashes under it. Without it nobody can tell from rows alone,
as of a story whose text has expired, whether they are those of a text that he has; nobody can work out
beforehand which rewording of a story slips past the index; and nobody can make a snapshot that is believed.

What it does not protect: the stories. An index keeps their texts, titles, holders and metadata as they are, only
compressed, until they expire, for a report must show them. Whoever can read the index directory can read them without
the key; permissions and an encrypted disk keep him out, not the key. Nor does it keep anybody who may write to
the index from changing it: checksums there find damage, not intent. Who has the directory and the key can do all
that Wirecheck can.

The catalogue knows only the secret's id.
"""

from __future__ import annotations

import os
import secrets
from hashlib import blake2b
from pathlib import Path

from fingerprints.errors import KeyMissing

SECRET_BYTES = 32
VARIABLE = "WIRECHECK_KEY_FILE"


def key_path(index: Path) -> Path:
    """Where the secret of an index lies: as the environment says, else in `<index>.key` beside it."""
    named = os.environ.get(VARIABLE)
    return Path(named).absolute() if named else index.with_name(index.name + ".key")


def key_id(secret: bytes) -> str:
    """16 hexadecimal digits that name a secret and tell nothing of it."""
    return blake2b(secret, digest_size=8, person=b"wirecheck-key-id").hexdigest()


def read_key(path: Path) -> bytes:
    """The secret in a key file. Raises KeyMissing when it is not there, unreadable, or not a key."""
    try:
        with path.open("rb") as file:
            secret = file.read(SECRET_BYTES + 1)
    except FileNotFoundError:
        raise KeyMissing(
            f"The index's secret key is not at {path}; put the key file back there, or name it in {VARIABLE}."
        ) from None
    except OSError as error:
        raise KeyMissing(f"The key file {path} cannot be read ({error.strerror}); see to its permissions.") from None
    if len(secret) != SECRET_BYTES:
        raise KeyMissing(f"{path} is not a Wirecheck key file ({SECRET_BYTES} bytes); put the right one back.")
    return secret


def make_key(path: Path) -> bytes:
    """A fresh secret in a new key file; the secret already there when the file exists. Never overwrites.

    Raises KeyMissing when the file that exists is not a key.
    """
    if not path.exists():
        write_key(path, secrets.token_bytes(SECRET_BYTES))
    return read_key(path)


def write_key(path: Path, secret: bytes) -> None:
    """Keep a secret durably, readable for its owner only; a file that is already there stays as it is."""
    draft = path.with_name(f"{path.name}.new-{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secret)
            file.flush()
            os.fsync(file.fileno())
        publish(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def publish(draft: Path, final: Path) -> None:
    """Give a finished file its name, in one step and durably; of two processes at it the first wins.

    A link, unlike a renaming, fails when the name is taken; where the file system
    has no links, renaming must do.
    """
    try:
        final.hardlink_to(draft)
    except FileExistsError:
        return
    except OSError:
        if final.exists():
            return
        draft.rename(final)
    sync_directory(final.parent)


def sync_directory(path: Path) -> None:
    """Make the names in a directory durable, where the system can."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError:  # Windows opens no directories, and needs no such thing
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
