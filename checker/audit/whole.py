"""Files that are there whole or not at all: written under another name in the same folder, then renamed."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from checker.audit.problems import AuditProblem
from fingerprints.errors import StorageFull

PART = ".part"
FULL = (errno.ENOSPC, errno.EDQUOT)
GOES_ON = "What was judged is kept; the same command goes on where it was."


@contextmanager
def written_whole(target: Path, *, durable: bool = True) -> Iterator[Path]:
    """The path to write to; it takes the target's place at the end. `durable` waits until the disk has it.

    A link at the target is replaced, never followed. Raises StorageFull, and AuditProblem when it cannot be written;
    what stood there before is left as it was.
    """
    draft = target.with_name(f".{target.name}{PART}")
    try:
        draft.unlink(missing_ok=True)
        yield draft
        if durable:
            to_disk(draft)
        draft.replace(target)
        if durable:
            to_disk(target.parent)
    except OSError as error:
        raise trouble(error, target, "written") from error
    finally:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)


def write_whole(target: Path, pieces: Iterable[str | bytes | memoryview], *, durable: bool = True) -> None:
    """A file from its pieces. Raises StorageFull, and AuditProblem when it cannot be written."""
    with written_whole(target, durable=durable) as draft, draft.open("xb") as stream:
        stream.writelines(one.encode() if isinstance(one, str) else one for one in pieces)


def trouble(error: OSError, path: Path, what: str = "used") -> AuditProblem | StorageFull:
    """The sentence for what a disk did not do."""
    if error.errno in FULL:
        return StorageFull(f"The disk is full: {path} was not written. {GOES_ON}")
    return AuditProblem(f"{path} cannot be {what}: {error.strerror or type(error).__name__}.")


def to_disk(path: Path) -> None:
    """Wait until the disk has a file, or the names in a folder. Raises OSError."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
