"""Ids and links in a snapshot: sorted names, and the numbers of the works that have each.

They are sorted outside memory, in runs that are merged, so that an export needs no
more of it for ten million stories than for ten.
"""

from __future__ import annotations

import heapq
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

import numpy as np

from fingerprints.errors import IndexDamaged
from fingerprints.index import Numbers
from fingerprints.stores.snapshot_files import NAMES, Mapped, Output
from fingerprints.stores.trouble import damaged

RUN = 200_000  # names in memory at a time
HEAD = 8  # bytes before a name in a run: its length and its number

Named = tuple[bytes, int]


class Sorter:
    """Takes names with numbers in any order, and gives them back sorted. Raises OSError."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._name = folder, name
        self._held: list[Named] = []
        self._runs: list[Path] = []

    def add(self, name: bytes, number: int) -> None:
        """Take one."""
        self._held.append((name, number))
        if len(self._held) >= RUN:
            self._spill()

    def _spill(self) -> None:
        path = self._folder / f"{self._name}.run-{len(self._runs)}"
        self._held.sort()
        with path.open("xb") as file:
            for name, number in self._held:
                file.write(len(name).to_bytes(4, "little") + number.to_bytes(4, "little") + name)
        self._runs.append(path)
        self._held = []

    def sorted(self) -> Iterator[Named]:
        """All of them, by name and number; the runs are deleted at the end."""
        self._held.sort()
        with ExitStack() as stack:
            runs = [_run(stack.enter_context(path.open("rb"))) for path in self._runs]
            yield from heapq.merge(self._held, *runs)
        for path in self._runs:
            path.unlink()


def _run(file: BinaryIO) -> Iterator[Named]:
    while head := file.read(HEAD):
        yield file.read(int.from_bytes(head[:4], "little")), int.from_bytes(head[4:], "little")


def write_names(named: Iterable[Named], names: Output, starts: Output, numbers: Output) -> None:
    """Write sorted names; of one given twice with the same number only the first."""
    last: Named | None = None
    for name, number in named:
        if (name, number) == last:
            continue
        if last is None or name != last[0]:
            starts.write(np.array([(names.items, numbers.items)], dtype=NAMES).tobytes())
            names.write(name)
        numbers.write(number.to_bytes(4, "little"))
        last = (name, number)
    starts.write(np.array([(names.items, numbers.items)], dtype=NAMES).tobytes())


class Names:
    """Sorted names as they lie in mapped files."""

    def __init__(self, location: Path, names: Mapped, starts: Mapped, numbers: Mapped) -> None:
        self._location, self._names, self._starts, self._numbers = location, names, starts, numbers
        ends = starts.take(np.array([0, len(starts) - 1]))
        if ends[0].item() != (0, 0) or ends[1].item() != (len(names), len(numbers)):
            raise self._wrong()

    def __len__(self) -> int:
        return len(self._starts) - 1

    def at(self, place: int) -> bytes:
        """The name at a place. Raises IndexDamaged."""
        begin, end = map(int, self._starts.cut(place, place + 2)["name"])
        if not begin <= end <= len(self._names):
            raise self._wrong()
        return self._names.cut(begin, end).tobytes()

    def numbers(self, place: int) -> Numbers:
        """The numbers of the works that have the name at a place, ascending. Raises IndexDamaged."""
        begin, end = map(int, self._starts.cut(place, place + 2)["number"])
        if not begin < end <= len(self._numbers):
            raise self._wrong()
        found: Numbers = self._numbers.cut(begin, end).astype(np.int64)
        return found

    def _wrong(self) -> IndexDamaged:
        return damaged(self._location, "its lists of ids and links cannot be read")

    def find(self, name: bytes) -> Numbers:
        """The numbers of the works that have this name, ascending. Raises IndexDamaged."""
        place = bisect_left(range(len(self)), name, key=self.at)
        if place < len(self) and self.at(place) == name:
            return self.numbers(place)
        return np.empty(0, dtype=np.int64)

    def behind(self, name: bytes) -> range:
        """The places of all names that come after this one. Raises IndexDamaged."""
        return range(bisect_right(range(len(self)), name, key=self.at), len(self))
