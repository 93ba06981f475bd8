"""The files of a snapshot: written once with a checksum at their end, then mapped into memory and never changed."""

from __future__ import annotations

import mmap
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from fingerprints.stores.trouble import damaged

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


def file_names(parts: int) -> dict[str, np.dtype[Any]]:
    """The files of a snapshot of so many parts, and what is in them."""
    names: dict[str, np.dtype[Any]] = dict(ONCE)
    for part in range(parts):
        for table, dtype in TABLES.items():
            names[f"{table}-{part:02}.rows"] = dtype
            names[f"{table}-{part:02}.starts"] = STARTS
    return names


class Output:
    """A file that is being written. Raises OSError."""

    def __init__(self, path: Path, dtype: np.dtype[Any]) -> None:
        self.items = 0
        self.dtype = dtype
        self._digest = blake2b(digest_size=FOOTER, person=PERSON)
        self._file = path.open("xb", buffering=BUFFER)

    def write(self, data: bytes) -> None:
        """Append items as bytes."""
        self._digest.update(data)
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

    @contextmanager
    def open(self, *names: str) -> Iterator[list[Output]]:
        """Some of them at a time; all are made durable when the block ends well."""
        made: list[Output] = []
        try:
            made.extend(Output(self.folder / name, self._dtypes[name]) for name in names)
            yield made
            self.facts |= {name: output.finish() for name, output in zip(names, made, strict=True)}
        finally:
            for output in made:
                output.close()


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


def mapped(location: Path, name: str, facts: FileFacts, *, sparing: bool = False) -> Array:
    """The items of a file, mapped into memory: only what is touched is read, and `sparing` nothing around it.

    Size and checksum at the end are compared; the items themselves are read by `whole`.
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
    return np.frombuffer(memory, dtype=DTYPES[facts.dtype], count=facts.items)


def whole(items: Array, facts: FileFacts) -> bool:
    """Whether every byte of a mapped file is as it was written."""
    digest = blake2b(digest_size=FOOTER, person=PERSON)
    data = items.view(BYTES)
    for begin in range(0, len(data), BUFFER):
        digest.update(data[begin : begin + BUFFER].data)
    return digest.hexdigest() == facts.blake2b
