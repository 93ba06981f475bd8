"""The index of an audit: a snapshot, which no change of the index disturbs while the audit lasts."""

from __future__ import annotations

import shutil
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from checker.audit.asked import Asked
from checker.audit.folder import WORK
from cli.exit_codes import say
from cli.options import open_for_reading
from fingerprints.errors import IndexProblem
from fingerprints.stores import is_snapshot
from fingerprints.stores.snapshot import Snapshot, write_snapshot
from fingerprints.stores.snapshot_checks import require_whole


@dataclass(frozen=True, slots=True)
class Found:
    """Where the snapshot is, and what names it."""

    path: Path
    digest: str
    spec: str
    works: int


def snapshot_for(url: str, folder: Path, began: Asked | None, parts: int) -> Found:
    """The snapshot at `url`; of any other index the copy in the audit's folder, made now where it is not there.

    Each is read through once, about a second a GB: a posting that the disk lost would hide copy without a word. Raises
    WirecheckError where there is no index, it is damaged, or no copy can be made.
    """
    if is_snapshot(url):
        return _found(Path(url).resolve())
    copy = folder / WORK / "index"
    if began:
        try:
            kept = _found(copy)
            if kept.digest == began.index_digest:
                return kept
        except IndexProblem:
            pass  # it was cut off, or is gone: the same copy can be made again while the index is as it was
    shutil.rmtree(folder / WORK, ignore_errors=True)
    copy.parent.mkdir(parents=True, exist_ok=True)
    with closing(open_for_reading(url)) as index:
        made = write_snapshot(index, copy, parts=parts)
        say(f"The audit goes by a copy of the index: {made.works:,} stories, {made.bytes / 1e6:,.0f} MB.")
    return _found(copy)


def _found(path: Path) -> Found:
    """Raises IndexDamaged when not all of it is as it was written."""
    with Snapshot(path) as snapshot:
        require_whole(path)
        return Found(path, snapshot.digest, snapshot.spec.digest, snapshot.count())
