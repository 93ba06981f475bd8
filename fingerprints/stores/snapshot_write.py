"""Making a snapshot: all of it under another name first, the manifest last, then one renaming."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fingerprints.errors import IndexProblem, KeyMissing
from fingerprints.index import Store
from fingerprints.stores import SNAPSHOT
from fingerprints.stores.keyfile import VARIABLE, key_path, read_key, sync_directory, write_key
from fingerprints.stores.snapshot_files import BUFFER, Output, mapped, whole
from fingerprints.stores.snapshot_fill import fill
from fingerprints.stores.snapshot_manifest import MOST_PARTS, Manifest, read
from fingerprints.stores.trouble import damaged, translated


@dataclass(frozen=True, slots=True)
class SnapshotInfo:
    """What was made: where, the digest of its contents, and its size in bytes."""

    path: Path
    digest: str
    parts: int
    works: int
    revisions: int
    postings: int
    bytes: int


def write_snapshot(store: Store, destination: Path, *, parts: int = 1) -> SnapshotInfo:
    """Write all that a store holds now into a new directory that never changes, while others use the store.

    `parts` divides the postings by ranges of works, for an index that does not fit into
    one machine's memory; the answers stay the same. The secret is written to
    `<destination>.key`, unless WIRECHECK_KEY_FILE names its place. An export that
    is cut off leaves nothing that could be taken for a snapshot.

    Raises IndexProblem when something is at the destination or `parts` cannot be, StorageFull,
    and whatever the store raises, IndexDamaged among them.
    """
    if not 1 <= parts <= MOST_PARTS:
        raise IndexProblem(f"A snapshot has 1 to {MOST_PARTS} parts, not {parts}.")
    destination = Path(destination).resolve()
    with translated(destination), _draft(destination, store.secret) as folder:
        with store.contents() as contents:
            manifest = fill(folder, contents, store.spec, store.secret, parts)
        _publish(folder, destination, manifest, store.secret)
    return _info(destination, manifest)


def copy_snapshot(location: Path, secret: bytes, destination: Path) -> SnapshotInfo:
    """Copy a snapshot into a new directory. Raises as above, IndexDamaged when a file does not pass its checksum."""
    manifest = read(location)[0]
    destination = destination.resolve()
    with translated(destination), _draft(destination, secret) as folder:
        for name, facts in manifest.files.items():
            file = mapped(location, name, facts)
            if not whole(file, facts):
                raise damaged(location, f"{name} is not as it was written")
            items = file.items
            output = Output(folder / name, items.dtype)
            with contextlib.closing(output):
                for begin in range(0, len(items), BUFFER):
                    output.write(items[begin : begin + BUFFER].tobytes())
                output.finish()
        _publish(folder, destination, manifest, secret)
    return _info(destination, manifest)


def _info(destination: Path, manifest: Manifest) -> SnapshotInfo:
    figures = manifest.figures
    size = sum(facts.size for facts in manifest.files.values()) + (destination / SNAPSHOT).stat().st_size
    counts = (figures.works, figures.revisions, figures.postings)
    return SnapshotInfo(destination, manifest.contents, len(manifest.parts), *counts, size)


def _refuse(destination: Path, secret: bytes) -> None:
    if destination.exists() and (not destination.is_dir() or any(destination.iterdir())):
        raise IndexProblem(f"{destination} is there already and not empty; name a new directory for the snapshot.")
    key = key_path(destination)
    try:
        other = bool((key.exists() or os.environ.get(VARIABLE)) and read_key(key) != secret)
    except KeyMissing:
        other = True
    if other:
        raise IndexProblem(f"{key} holds the key of another index; name another directory for the snapshot.")


@contextlib.contextmanager
def _draft(destination: Path, secret: bytes) -> Iterator[Path]:
    """A directory beside the destination to write into; nothing is left of it, or of one that was cut off before."""
    _refuse(destination, secret)
    destination.parent.mkdir(parents=True, exist_ok=True)
    prefix = f".{destination.name}.new-"
    for left in destination.parent.glob(f"{_literally(prefix)}*"):
        _clear(left)
    folder = destination.with_name(prefix + secrets.token_hex(4))
    folder.mkdir()
    lock = _lock(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if lock is not None:
            os.close(lock)


def _literally(name: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)


def _lock(folder: Path) -> int | None:
    """Hold a directory until the process ends, however it ends; None when another process holds it.

    Raises OSError where there is no such thing.
    """
    try:
        import fcntl
    except ImportError:  # Windows: what a cut-off export leaves must be deleted by hand
        return None
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        return None
    return handle


def _clear(left: Path) -> None:
    """Delete what an export left that was cut off; one that is still at work is let be."""
    with contextlib.suppress(OSError):
        if any(left.iterdir()) and (lock := _lock(left)) is not None:
            shutil.rmtree(left, ignore_errors=True)
            os.close(lock)


def _publish(folder: Path, destination: Path, manifest: Manifest, secret: bytes) -> None:
    """Write the manifest, then the secret, then give all of it its name."""
    with (folder / SNAPSHOT).open("x", encoding="utf-8") as file:
        file.write(manifest.sealed(secret))
        file.flush()
        os.fsync(file.fileno())
    sync_directory(folder)
    key = key_path(destination)
    ours = not os.environ.get(VARIABLE) and not key.exists()
    if ours:
        write_key(key, secret)
    try:
        if destination.exists():
            destination.rmdir()  # another export may have filled it: then this one fails
        folder.rename(destination)
    except OSError:
        if ours and not (destination / SNAPSHOT).exists():
            key.unlink(missing_ok=True)
        _refuse(destination, secret)
        raise
    sync_directory(destination.parent)
