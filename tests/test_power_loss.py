"""What `add` has acknowledged is there after a power cut at any moment, whatever the disk had not been told to keep.

A shim between SQLite and the disk records every write, and every order to keep what was written. Each image of the
disk is what was kept before a moment, and of what was written since only some sectors, drawn by chance.
"""

from __future__ import annotations

import contextlib
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import apsw
import pytest

from fingerprints.errors import IndexProblem
from fingerprints.index import Remove
from fingerprints.stores import embedded, pages, schema
from fingerprints.stores.doctor import Severity, examine
from tests.test_embedded import is_whole, open_wire, story

SECTOR = 512


@dataclass(frozen=True, slots=True)
class Write:
    """Bytes written at an offset of a file."""

    file: str
    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Cut:
    """A file made so long, or deleted (-1)."""

    file: str
    size: int


@dataclass(frozen=True, slots=True)
class Sync:
    """The order to keep what was written to a file."""

    file: str


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A call of `apply` has returned: stories by id, and whether they are in the index."""

    stories: dict[str, bool]


Event = Write | Cut | Sync | Acknowledged


@contextlib.contextmanager
def traced(events: list[Event]) -> Iterator[None]:
    """Record what SQLite does to files meanwhile."""

    class File(apsw.VFSFile):
        def __init__(self, name: str | apsw.URIFilename | None, flags: list[int]) -> None:
            super().__init__("unix", name, flags)
            self.name = Path(name.filename() if isinstance(name, apsw.URIFilename) else str(name)).name

        def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
            super().xWrite(data, offset)
            events.append(Write(self.name, offset, bytes(data)))

        def xTruncate(self, size: int) -> None:  # noqa: N802
            super().xTruncate(size)
            events.append(Cut(self.name, size))

        def xSync(self, flags: int) -> None:  # noqa: N802
            super().xSync(flags)
            events.append(Sync(self.name))

    class Disk(apsw.VFS):
        def __init__(self) -> None:
            super().__init__("traced", "unix", makedefault=True)

        def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:  # noqa: N802
            return File(name, flags)

        def xDelete(self, name: str, sync: bool) -> None:  # noqa: N802
            super().xDelete(name, sync)
            events.append(Cut(Path(name).name, -1))

    disk = Disk()
    pages._registered.clear()  # so that catalogues are opened over this disk
    try:
        yield
    finally:
        pages._registered.clear()
        apsw.set_default_vfs("unix")
        disk.unregister()


@dataclass(slots=True)
class Disk:
    """The bytes of files that are kept for sure, and what was done to each since."""

    kept: dict[str, bytearray]
    since: dict[str, list[Write | Cut]] = field(default_factory=dict)

    def take(self, event: Event) -> None:
        """Go on by an event."""
        match event:
            case Write() | Cut():
                self.since.setdefault(event.file, []).append(event)
            case Sync():
                for done in self.since.pop(event.file, []):
                    carry_out(self.kept, done)
            case Acknowledged():
                pass

    def image(self, chance: random.Random) -> dict[str, bytearray]:
        """What may be found after a power cut now."""
        files = {name: bytearray(data) for name, data in self.kept.items()}
        rate = chance.choice((0.0, 0.2, 0.5, 0.8, 0.97, 1.0))
        for events in self.since.values():
            for event in events:
                if isinstance(event, Cut):
                    if chance.random() < rate:
                        carry_out(files, event)
                    continue
                for begin in range(0, len(event.data), SECTOR):
                    if chance.random() < rate:
                        carry_out(files, Write(event.file, event.offset + begin, event.data[begin : begin + SECTOR]))
        return files


def carry_out(files: dict[str, bytearray], event: Write | Cut) -> None:
    """Do to files what an event says."""
    if isinstance(event, Cut) and event.size < 0:
        files.pop(event.file, None)
        return
    data = files.setdefault(event.file, bytearray())
    if isinstance(event, Cut):
        del data[event.size :]
        data.extend(bytes(event.size - len(data)))
        return
    data.extend(bytes(max(0, event.offset - len(data))))
    data[event.offset : event.offset + len(event.data)] = event.data


def work(index: Path, events: list[Event]) -> None:
    """Add and remove stories, with changes large enough that the log is moved into the catalogue now and then."""
    for round in range(2):
        with open_wire(index) as store:
            for n in range(12):
                id, gone = f"live-{round}-{n}", f"live-{round}-{n - 3}"
                if n % 4 == 3:
                    store.apply([story(id), Remove(gone)])
                    events.append(Acknowledged({id: True, gone: False}))
                elif n == 6:
                    many = [story(f"many-{round}-{m}") for m in range(60)]
                    store.apply([story(id), *many])
                    events.append(Acknowledged({id: True} | {one.work.id: True for one in many}))
                else:
                    store.apply([story(id)])
                    events.append(Acknowledged({id: True}))


def cut_power(tmp_path: Path, images: int, seed: int) -> Counter[str]:
    """What is found in so many images of a disk."""
    index = tmp_path / "wire"
    with open_wire(index, create=True) as store:
        store.apply([story(f"mp-{n}") for n in range(5)])
    kept = {"catalog.db": bytearray((index / "catalog.db").read_bytes())}
    events: list[Event] = []
    with traced(events):
        work(index, events)
    files = Counter(event.file for event in events if isinstance(event, Write))
    assert set(files) == {"catalog.db", "catalog.db-wal"}, "the log is moved into the catalogue too"
    chance = random.Random(seed)
    moments = sorted(chance.choices(range(len(events) + 1), k=images))
    disk, found = Disk(kept), Counter[str]()
    expected = {f"mp-{n}": True for n in range(5)}
    at = 0
    for moment in moments:
        for event in events[at:moment]:
            disk.take(event)
            if isinstance(event, Acknowledged):
                expected |= event.stories
        at = moment
        coming = next((event.stories for event in events[moment:] if isinstance(event, Acknowledged)), {})
        for left in index.glob("*"):
            left.unlink()
        for name, data in disk.image(chance).items():
            (index / name).write_bytes(data)
        found[look_at(index, {id: there for id, there in expected.items() if id not in coming}, chance)] += 1
    return found


def look_at(index: Path, expected: dict[str, bool], chance: random.Random) -> str:
    """Whether an index opens and every story is there, or not, as was acknowledged."""
    try:
        with open_wire(index) as store:
            if any(is_whole(store, id) != there for id, there in expected.items()):
                return "lost"
        if chance.random() < 0.2 and examine(str(index))[0].severity is not Severity.OK:
            return "damaged"
    except (IndexProblem, AssertionError) as error:
        return f"broken: {type(error).__name__}"
    return "whole"


def test_nothing_acknowledged_is_lost_when_the_power_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "LONG", 30)
    assert cut_power(tmp_path, 150, seed=5) == {"whole": 150}


def test_without_orders_to_keep_what_is_written_the_test_finds_losses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = schema.prepare

    def prepare(connection: apsw.Connection, *, readonly: bool) -> None:
        made(connection, readonly=readonly)
        connection.execute("PRAGMA synchronous = OFF")

    monkeypatch.setattr(embedded, "LONG", 30)
    monkeypatch.setattr(schema, "prepare", prepare)
    found = cut_power(tmp_path, 40, seed=5)
    assert found.total() - found["whole"] > 10
