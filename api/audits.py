"""Audits on disk: a folder each, below the tenant's, with what was asked, how far it is, and the results so far.

    open/ID         there while somebody has to see to it; locked by the process that does
    ID/job.json     what was asked, written once
    ID/state.json   how far it is, replaced as a whole
    ID/sent, texts  what was sent, and its texts one by one: only while it runs
    ID/results.jsonl  a line a text; a line that a crash cut is done again
    ID/webhook.json   who is to be told, and how often that was tried

Results hold reports, and these the passages that match: nothing else of a text is kept. Removing an audit removes all.
"""

from __future__ import annotations

import fcntl
import re
import secrets
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from pathlib import Path
from typing import Any

from api.auditing import NEW_TEXTS, SENT, TEXTS
from api.files import read_json, write_json

ID = re.compile(r"[0-9a-f]{32}")
VERDICT = re.compile(rb'\{"number": (\d{1,9}), "verdict": "(clear|flagged|incomplete|unreadable)"')
OPEN, GONE = "open", ".gone-"
JOB, STATE, RESULTS, WEBHOOK, CANCEL = "job.json", "state.json", "results.jsonl", "webhook.json", "cancel"
FORGOTTEN_SECONDS = 3_600
"""A folder of so long ago without a job was being sent when the service ended."""
PAGE_BYTES = 8 * 1024 * 1024


class State(StrEnum):
    """How far an audit is."""

    WAITING = "waiting"
    READING = "reading"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


ENDED = (State.DONE, State.FAILED, State.CANCELLED)


@dataclass(slots=True)
class Progress:
    """How far an audit is. `busy` are the seconds that somebody worked at its texts; times are ISO 8601, UTC."""

    state: str = State.WAITING
    total: int | None = None
    done: int = 0
    clear: int = 0
    flagged: int = 0
    incomplete: int = 0
    unreadable: int = 0
    begun: str = ""
    ended: str = ""
    busy: float = 0.0
    why: str = ""

    def count(self, verdict: str) -> None:
        """One more text is done."""
        self.done += 1
        setattr(self, verdict, getattr(self, verdict) + 1)

    @property
    def rate(self) -> float:
        """Texts a second."""
        return round(self.done / self.busy, 1) if self.busy > 0 else 0.0


class Audits:
    """The audits of one tenant."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def place(self, id: str) -> Path:
        """The folder of an audit. Raises LookupError when there is none of that id."""
        if not ID.fullmatch(id) or not (self.folder / id / JOB).is_file():
            raise LookupError(id)
        return self.folder / id

    def new(self) -> str:
        """An id for a new audit; later ones sort behind it."""
        return f"{int(time.time() * 1000):012x}{secrets.token_hex(10)}"

    def submit(self, id: str, job: Mapping[str, Any], webhook: Mapping[str, Any] | None) -> None:
        """What was sent is in its folder: from now on it is an audit, whatever happens to this process."""
        place = self.folder / id
        write_json(place / STATE, asdict(Progress()))
        if webhook:
            write_json(place / WEBHOOK, webhook)
        write_json(place / JOB, job)
        (self.folder / OPEN).mkdir(mode=0o700, exist_ok=True)
        (self.folder / OPEN / id).touch(mode=0o600)

    def ids(self, before: str = "") -> list[str]:
        """The newest first, behind the id `before`."""
        with suppress(FileNotFoundError):
            found = [one.name for one in self.folder.iterdir() if ID.fullmatch(one.name)]
            return sorted((one for one in found if not before or one < before), reverse=True)
        return []

    def open(self) -> list[str]:
        """Those that somebody has to see to, the oldest first."""
        with suppress(FileNotFoundError):
            return sorted(one.name for one in (self.folder / OPEN).iterdir() if ID.fullmatch(one.name))
        return []

    @contextmanager
    def claimed(self, id: str) -> Iterator[bool]:
        """Whether it is ours to see to, for as long as the block takes; False when another process is at it."""
        try:
            file = (self.folder / OPEN / id).open("rb")
        except FileNotFoundError:
            yield False
            return
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            yield (self.folder / OPEN / id).exists()

    def settled(self, id: str) -> None:
        """Nobody has to see to it any more."""
        (self.folder / OPEN / id).unlink(missing_ok=True)

    def cancel(self, id: str) -> None:
        """Whoever works at it stops behind the text at hand. Raises LookupError."""
        (self.place(id) / CANCEL).touch(mode=0o600)

    def remove(self, id: str) -> None:
        """Remove everything of it, running or not. Raises LookupError."""
        gone = self.folder / f"{GONE}{id}"
        self.place(id).rename(gone)
        self.settled(id)
        shutil.rmtree(gone, ignore_errors=True)

    def sweep(self) -> None:
        """Remove what a crash left behind of audits that were being sent or removed."""
        with suppress(FileNotFoundError):
            for one in self.folder.iterdir():
                being_sent = ID.fullmatch(one.name) and not (one / JOB).exists()
                old = time.time() - one.stat().st_mtime > FORGOTTEN_SECONDS
                if one.name.startswith(GONE) or (being_sent and old):
                    shutil.rmtree(one, ignore_errors=True)


def progress_of(place: Path) -> Progress:
    """How far an audit is; one that was cancelled counts as that at once."""
    values = read_json(place / STATE) or {}
    names = {one.name for one in fields(Progress)}
    progress = Progress(**{name: value for name, value in values.items() if name in names})
    if progress.state not in ENDED and (place / CANCEL).exists():
        progress.state = State.CANCELLED
    return progress


def keep_progress(place: Path, progress: Progress, *, durably: bool = False) -> None:
    """Write how far it is. Raises FileNotFoundError when the audit was removed."""
    write_json(place / STATE, asdict(progress), durably=durably)


def forget_texts(place: Path) -> None:
    """Remove what was sent and its texts."""
    for name in (SENT, NEW_TEXTS, TEXTS):
        shutil.rmtree(place / name, ignore_errors=True)


def recount(place: Path, progress: Progress) -> None:
    """Count the results anew, and take away a line that was cut."""
    progress.done = progress.clear = progress.flagged = progress.incomplete = progress.unreadable = 0
    with suppress(FileNotFoundError), (place / RESULTS).open("r+b") as file:
        whole = 0
        for line in file:
            found = VERDICT.match(line)
            if not found or not line.endswith(b"\n") or int(found[1]) != progress.done + 1:
                break
            progress.count(found[2].decode())
            whole += len(line)
        file.truncate(whole)


def page(place: Path, at: int, limit: int, verdict: str) -> tuple[list[bytes], int, bool]:
    """Results from byte `at` on: their lines, where the next page begins, and whether something stands there.

    Raises ValueError when `at` is not the beginning of a line.
    """
    lines: list[bytes] = []
    size = 0
    if at < 0:
        raise ValueError("before the beginning")
    try:
        file = (place / RESULTS).open("rb")
    except FileNotFoundError:
        if at:
            raise ValueError("behind the end") from None
        return [], 0, False
    with file:
        if at:
            file.seek(at - 1)
            if file.read(1) != b"\n":
                raise ValueError("not a line")
        while len(lines) < limit and size < PAGE_BYTES and (line := file.readline()).endswith(b"\n"):
            at += len(line)
            found = VERDICT.match(line)
            if found and (not verdict or found[2].decode() == verdict):
                lines.append(line.rstrip(b"\n"))
                size += len(line)
        file.seek(at)
        return lines, at, file.readline().endswith(b"\n")
