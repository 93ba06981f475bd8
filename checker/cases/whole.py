"""Files that are there whole or not at all: written under another name in the same folder, then renamed."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from checker.audit.problems import AuditProblem


@contextmanager
def written_whole(target: Path, *, durable: bool = True) -> Iterator[Path]:
    """The path to write to; it takes the target's place at the end. `durable` waits until the disk has it.

    A link at the target is replaced, never followed. Raises AuditProblem when it cannot be written.
    """
    draft = target.with_name(f".{target.name}.part")
    try:
        draft.unlink(missing_ok=True)
        yield draft
        if durable:
            _to_disk(draft)
        draft.replace(target)
    except OSError as error:
        said = error.strerror or type(error).__name__
        raise AuditProblem(
            f"{target} cannot be written: {said}. What stood there before was left as it was."
        ) from error
    finally:
        draft.unlink(missing_ok=True)


def write_whole(target: Path, pieces: Iterable[str | bytes], *, durable: bool = True) -> None:
    """A file from its pieces. Raises AuditProblem when it cannot be written."""
    with written_whole(target, durable=durable) as draft, draft.open("xb") as stream:
        stream.writelines(one.encode() if isinstance(one, str) else one for one in pieces)


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
