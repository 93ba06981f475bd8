"""A copy of a live index, made with SQLite's online backup and believed only once verified."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw

from fingerprints.errors import IndexDamaged, IndexProblem
from fingerprints.stores import checks, pages, schema
from fingerprints.stores.keyfile import VARIABLE, key_path, sync_directory, write_key
from fingerprints.stores.trouble import transaction

PAGES = 2_000  # copied between two chances for Ctrl-C
BUSY_SECONDS = 30.0


def write_backup(index: Path, destination: Path, secret: bytes) -> None:
    """Copy the index as it is now into `destination`, a new or empty directory. Errors as `EmbeddedStore.backup`."""
    with new_copy(destination, secret) as draft:
        _copy(index / schema.CATALOGUE, draft)


@contextmanager
def new_copy(destination: Path, secret: bytes) -> Iterator[Path]:
    """Where the block writes and closes a catalogue, which is verified and becomes `destination`, its key beside it.

    Raises IndexProblem when `destination` is not empty, IndexDamaged when what was written does not pass its checks.
    """
    destination = destination.resolve()
    if destination.exists() and (not destination.is_dir() or any(destination.iterdir())):
        raise IndexProblem(f"{destination} is there already and not empty; name a new directory for the copy.")
    key = key_path(destination)
    if key.exists() and key.read_bytes() != secret:
        raise IndexProblem(f"{key} holds the key of another index; name another directory for the copy.")
    destination.mkdir(parents=True, exist_ok=True)
    sync_directory(destination.parent)
    draft = destination / f"{schema.DRAFT}{secrets.token_hex(4)}"
    try:
        yield draft
        _verify(draft, destination)
        if not os.environ.get(VARIABLE):
            write_key(key, secret)
        schema.publish_catalogue(draft, destination / schema.CATALOGUE)
    finally:
        for suffix in ("", "-wal", "-shm", "-journal"):
            draft.with_name(draft.name + suffix).unlink(missing_ok=True)


def _copy(source: Path, draft: Path) -> None:
    reading = schema.connect(source, readonly=True, busy_seconds=BUSY_SECONDS)
    writing = pages.open_pages(draft, apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE)
    try:
        # the open transaction holds one state of the index, however much is written to it meanwhile
        with transaction(reading, write=False):
            reading.execute("SELECT 1 FROM meta").fetchone()
            with writing.backup("main", reading, "main") as copying:
                while not copying.done:
                    copying.step(PAGES)
    finally:
        writing.close()
        reading.close()


def _verify(draft: Path, destination: Path) -> None:
    copy = schema.connect(draft, readonly=False, busy_seconds=BUSY_SECONDS)
    try:
        wrong = [finding.sentence for finding in checks.examine_catalogue(copy, deep=True) if not finding.good]
    finally:
        copy.close()
    if wrong:
        raise IndexDamaged(
            f"The copy in {destination} was not kept, because it is damaged ({wrong[0]}); "
            "run `wirecheck doctor` on the index itself."
        )
