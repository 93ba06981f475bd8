"""What of an index must not be published now, for the desk: recent kills and embargoes still to end.

Runs in a worker, which remembers what it has read: what is asked again costs only what is new.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from checker.family import at_present, is_copy
from checker.rights.item import rights_of, sayings
from checker.rights.release import in_utc, instant
from checker.standing import State
from fingerprints.errors import IndexDamaged
from fingerprints.index import Numbers, ReadIndex, StoredWork

WINDOW = 5_000
"""Revisions, the newest, that are looked through, and as many of those of which something was said later."""
PORTION = 500
NOTE = 300
STOPPED = (State.KILLED, State.WITHHELD)


class WithNews(ReadIndex, Protocol):
    """An index that tells what is new in it: those that are kept on a disk or a server do."""

    def news(self, after: int, most: int) -> tuple[int, Numbers]:
        """A number that changes when others write; numbers behind `after`, and those of which something was said."""


@dataclass(slots=True)
class Stopped:
    """The stories of one index of which it is said that they must not be published, or not yet.

    Each speaks for itself here; what holds for its other versions is told with the story.
    """

    version: int = -1
    last: int = 0
    lines: dict[str, dict[str, Any]] = field(default_factory=dict)

    def refresh(self, store: WithNews, now: datetime) -> None:
        """Read what is new. Raises the errors of `fingerprints.errors`, but passes damaged stories over."""
        version, numbers = store.news(self.last, WINDOW)
        if version == self.version:
            return
        if version < self.version:  # an older copy was put back in its place
            self.version, self.last, self.lines = -1, 0, {}
            version, numbers = store.news(0, WINDOW)
        ids = set(self.lines)
        for begin in range(0, len(numbers), PORTION):
            found = _sound(store, numbers[begin : begin + PORTION].tolist())
            ids.update(one.work.id for one in found if _line(one, now))
        told = {id: _present(store, id, now) for id in sorted(ids)}
        self.lines = {id: line for id, line in told.items() if line}
        self.last = max([self.last, *numbers[-1:].tolist()])
        self.version = version

    def killed(self, most: int) -> list[dict[str, Any]]:
        """Killed and withheld stories, the latest said first."""
        found = [line for line in self.lines.values() if line["state"] in STOPPED]
        found.sort(key=lambda line: _sortable(line["since"]), reverse=True)
        names = ("id", "title", "state", "since", "by", "note")
        return [{name: line[name] for name in names} for line in found[:most]]

    def embargoed(self, now: datetime, most: int) -> list[dict[str, Any]]:
        """Stories under an embargo at `now`, the first to be free first; one without a readable end comes last."""
        found = [line for line in self.lines.values() if _holds(line["embargo"], now)]
        found.sort(key=lambda line: _sortable(line["embargo"]) or "~")
        return [{name: line[name] for name in ("id", "title", "embargo")} for line in found[:most]]


def _sound(store: ReadIndex, numbers: Sequence[int]) -> list[StoredWork]:
    try:
        return store.fetch(numbers)
    except IndexDamaged:
        if len(numbers) == 1:
            return []
        half = len(numbers) // 2
        return _sound(store, numbers[:half]) + _sound(store, numbers[half:])


def _present(store: ReadIndex, id: str, now: datetime) -> dict[str, Any] | None:
    """What is to be said of a story by now, with what the desk said of an earlier revision."""
    try:
        revisions = store.revisions(id)
    except IndexDamaged:
        return None
    current = next((one for one in at_present(revisions) if one.current), None)
    return _line(current, now) if current else None


def _line(stored: StoredWork, now: datetime) -> dict[str, Any] | None:
    """What is to be said of a revision at `now`; None when it may be used."""
    rights = rights_of(stored)
    if rights.state not in STOPPED and not _holds(rights.embargo, now):
        return None
    said = next((one for one in sayings(stored) if one.state is rights.state), None)
    title = stored.work.title if is_copy(stored) else f"{stored.work.title or stored.work.id} (message)"
    return {
        "id": stored.work.id,
        "title": title,
        "state": str(rights.state),
        "since": said.at if said else "",
        "by": said.by if said else "",
        "note": " ".join(rights.note.split())[:NOTE],
        "embargo": rights.embargo,
    }


def _holds(embargo: str, now: datetime) -> bool:
    """Whether an embargo holds at `now`; one whose end cannot be read does."""
    end = instant(embargo)
    return bool(embargo) and (end is None or in_utc(end) > now)


def _sortable(time: str) -> str:
    read = instant(time)
    return in_utc(read).isoformat() if read else ""
