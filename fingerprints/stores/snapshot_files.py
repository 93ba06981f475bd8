"""The files of a snapshot: written once with a checksum at their end, then mapped into memory and never changed."""

from __future__ import annotations

import mmap
import os
import stat
import zlib
from array import array
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from fingerprints.stores.rows import Integers
from fingerprints.stores.trouble import damaged

BLOCKS = "blocks"  # the file of checksums of blocks
BLOCK = 4096  # bytes of a file that have a checksum of their own, looked at when the first of them is read
FOOTER = 32  # bytes of checksum at the end of each file, by which a file in another's place is seen at once
BUFFER = 1 << 20
PERSON = b"wirecheck-file-1"

BYTES = np.dtype("u1")
NUMBERS = np.dtype("<u4")
STARTS = np.dtype("<u8")
OFFSETS = np.dtype([("facts", "<u8"), ("text", "<u8")])
NAMES = np.dtype([("name", "<u8"), ("number", "<u8")])
POSTINGS = np.dtype([("key", "<u4"), ("number", "<u4"), ("position", "<u4")])
BANDS = np.dtype([("key", "<u4"), ("number", "<u4")])
"""`key` holds the low 32 bits of a key; the others follow from where it stands."""

ONCE: dict[str, np.dtype[Any]] = {
    "works.facts": BYTES,
    "works.texts": BYTES,
    "works.numbers": NUMBERS,
    "works.offsets": OFFSETS,
    **{f"{kind}.{what}": dtype for kind in ("ids", "links") for what, dtype in (("names", BYTES), ("starts", NAMES))},
    "ids.numbers": NUMBERS,
    "links.numbers": NUMBERS,
}
SUMS = NUMBERS
"""CRC-32 of the blocks of all other files, in the order of their names."""
TABLES = {"postings": POSTINGS, "bands": BANDS}

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What the manifest says of a file: how many items of `dtype`, and the checksum of them, in hexadecimal digits."""

    items: int
    dtype: str
    blake2b: str

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return self.items * np.dtype(DTYPES[self.dtype]).itemsize + FOOTER


def described(dtype: np.dtype[Any]) -> str:
    """A dtype in words that do not depend on numpy: `<u4`, or `key <u4, number <u4`."""
    if dtype.names is None:
        return dtype.str.replace("|", "")
    return ", ".join(f"{name} {dtype[name].str}" for name in dtype.names)


DTYPES = {described(dtype): dtype for dtype in (BYTES, NUMBERS, STARTS, OFFSETS, NAMES, POSTINGS, BANDS)}


def file_names(parts: int, *, blocks: bool = True) -> dict[str, np.dtype[Any]]:
    """The files of a snapshot of so many parts, and what is in them; format 1 has no checksums of blocks."""
    names: dict[str, np.dtype[Any]] = dict(ONCE)
    for part in range(parts):
        for table, dtype in TABLES.items():
            names[f"{table}-{part:02}.rows"] = dtype
            names[f"{table}-{part:02}.starts"] = STARTS
    if blocks:
        names[BLOCKS] = SUMS
    return names


class BlockSums:
    """Checksums of the blocks of bytes that come bit by bit."""

    def __init__(self) -> None:
        self._sums = array("I")
        self._open, self._length = 0, 0  # the checksum and the length of the last block so far

    def update(self, data: bytes) -> None:
        """Take more bytes."""
        begin = 0
        while begin < len(data):
            end = begin + min(BLOCK - self._length, len(data) - begin)
            self._open = zlib.crc32(memoryview(data)[begin:end], self._open)
            self._length += end - begin
            begin = end
            if self._length == BLOCK:
                self._sums.append(self._open)
                self._open, self._length = 0, 0

    def finished(self) -> NDArray[np.uint32]:
        """All of them, as SUMS."""
        if self._length:
            self._sums.append(self._open)
            self._open, self._length = 0, 0
        return np.array(self._sums, dtype=SUMS)


class Output:
    """A file that is being written. Raises OSError."""

    def __init__(self, path: Path, dtype: np.dtype[Any]) -> None:
        self.items = 0
        self.dtype = dtype
        self.sums = BlockSums()
        self._digest = blake2b(digest_size=FOOTER, person=PERSON)
        self._file = path.open("xb", buffering=BUFFER)

    def write(self, data: bytes) -> None:
        """Append items as bytes."""
        self._digest.update(data)
        self.sums.update(data)
        self._file.write(data)
        self.items += len(data) // self.dtype.itemsize

    def finish(self) -> FileFacts:
        """Write the checksum and make it all durable."""
        self._file.write(self._digest.digest())
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        return FileFacts(self.items, described(self.dtype), self._digest.hexdigest())

    def close(self) -> None:
        """Let go of the file, whatever state it is in."""
        self._file.close()


class Outputs:
    """The files of one draft, by name."""

    def __init__(self, folder: Path, parts: int) -> None:
        self.folder = folder
        self.facts: dict[str, FileFacts] = {}
        self._dtypes = file_names(parts)
        self._sums: dict[str, NDArray[np.uint32]] = {}

    @contextmanager
    def open(self, *names: str) -> Iterator[list[Output]]:
        """Some of them at a time; all are made durable when the block ends well."""
        made: list[Output] = []
        try:
            made.extend(Output(self.folder / name, self._dtypes[name]) for name in names)
            yield made
            for name, output in zip(names, made, strict=True):
                self.facts[name] = output.finish()
                self._sums[name] = output.sums.finished()
        finally:
            for output in made:
                output.close()

    def finish(self) -> None:
        """Write the checksums of the blocks of all files that were written."""
        sums = [self._sums[name] for name in sorted(self._sums)]
        with self.open(BLOCKS) as (output,):
            for each in sums:
                output.write(each.tobytes())


def opened(path: Path) -> BinaryIO:
    """A file for reading. Raises FileNotFoundError for what is none too: a pipe in its place would never answer."""
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise FileNotFoundError(path)
    return os.fdopen(handle, "rb")


def crowds(size: int) -> bool:
    """Whether files of so many bytes, read ahead as systems do, would drive all else out of this machine's memory."""
    try:
        memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):  # no such question here
        return False
    return size > memory // 2


class Mapped:
    """A file in memory. Who reads some of its items has them looked at first."""

    __slots__ = ("_data", "_location", "_name", "_seen", "_sums", "items")

    def __init__(self, location: Path, name: str, items: Array) -> None:
        self.items = items
        self._location, self._name = location, name
        self._data = items.view(BYTES).data if len(items) else memoryview(b"")
        self._sums: Array | None = None
        self._seen: NDArray[np.bool_] = np.empty(0, dtype=np.bool_)

    def __len__(self) -> int:
        return len(self.items)

    @property
    def blocks(self) -> int:
        """How many there are."""
        return -(-len(self._data) // BLOCK)

    def expect(self, sums: Array) -> None:
        """Take the checksums of the blocks. Until then nothing is looked at."""
        self._sums, self._seen = sums, np.zeros(len(sums), dtype=np.bool_)

    def look_at(self, begin: Integers, end: Integers) -> None:
        """Compare the blocks that hold the items from each of `begin` up to each of `end`, none of them beyond the
        file, with their checksums; each block once in a process. Raises IndexDamaged.
        """
        if self._sums is None:
            return
        some = end > begin
        first = begin[some] * self.items.itemsize // BLOCK
        last = (end[some] * self.items.itemsize - 1) // BLOCK
        if bool(self._seen[first].all()) and bool(self._seen[last].all()) and bool((last - first < 2).all()):
            return
        touched = np.unique(ranges(first, last - first + 1))
        for block in touched[~self._seen[touched]].tolist():
            if zlib.crc32(self._data[block * BLOCK : block * BLOCK + BLOCK]) != int(self._sums[block]):
                raise damaged(self._location, f"{self._name} is not as it was written")
            self._seen[block] = True

    def cut(self, begin: int, end: int) -> Array:
        """The items from `begin` up to `end`, looked at. Raises IndexDamaged."""
        self.look_at(np.array([begin]), np.array([end]))
        return self.items[begin:end]

    def take(self, at: Integers) -> Array:
        """The items at these places, looked at. Raises IndexDamaged."""
        self.look_at(at, at + 1)
        return self.items[at]


def ranges(begin: Integers, count: Integers) -> Integers:
    """begin[0], begin[0] + 1, ... count[0] of them, then those of begin[1], and so on."""
    return np.repeat(begin - np.cumsum(count) + count, count) + np.arange(int(count.sum()))


def expect_blocks(location: Path, files: Mapping[str, Mapped]) -> None:
    """Give each file the checksums of its blocks, which are in one of the files. Raises IndexDamaged."""
    sums, begin = files[BLOCKS].items, 0
    for name in sorted(name for name in files if name != BLOCKS):
        files[name].expect(sums[begin : begin + files[name].blocks])
        begin += files[name].blocks
    if begin != len(sums):
        raise damaged(location, f"{BLOCKS} has not the checksums of its files")


def mapped(location: Path, name: str, facts: FileFacts, *, sparing: bool = False) -> Mapped:
    """The items of a file, mapped into memory: only what is touched is read, and `sparing` nothing around it.

    Size and checksum at the end are compared; the items by `Mapped.look_at`, or all by `whole`.
    Raises IndexDamaged and OSError.
    """
    try:
        with opened(location / name) as file:
            if os.fstat(file.fileno()).st_size != facts.size:
                raise damaged(location, f"{name} has not the size that it was written with")
            memory = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except FileNotFoundError:
        raise damaged(location, f"{name} is missing") from None
    if memory[-FOOTER:].hex() != facts.blake2b:
        raise damaged(location, f"{name} is not the file that was written with it")
    if sparing and hasattr(mmap, "MADV_RANDOM"):
        memory.madvise(mmap.MADV_RANDOM)
    return Mapped(location, name, np.frombuffer(memory, dtype=DTYPES[facts.dtype], count=facts.items))


def whole(file: Mapped, facts: FileFacts) -> bool:
    """Whether every byte of a mapped file is as it was written."""
    digest = blake2b(digest_size=FOOTER, person=PERSON)
    data = file.items.view(BYTES)
    for begin in range(0, len(data), BUFFER):
        digest.update(data[begin : begin + BUFFER].data)
    return digest.hexdigest() == facts.blake2b
