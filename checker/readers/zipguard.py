"""Zip packages from strangers, opened without harm.

Own reading of the directory (PKWARE APPNOTE 6.3.10), so that what is judged is what is unpacked:
`zipfile` of Python up to 3.11.7 unpacks entries that lie on top of each other (CVE-2024-0450), and two readers
that understand one directory differently are how words are hidden in a package.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from mmap import mmap

MB = 1024 * 1024

END, LOCATOR, END64, CENTRAL, LOCAL = b"PK\5\6", b"PK\6\7", b"PK\6\6", b"PK\1\2", b"PK\3\4"
END_SIZE, LOCATOR_SIZE, END64_SIZE, CENTRAL_SIZE, LOCAL_SIZE = 22, 20, 56, 46, 30
LONGEST_COMMENT = 0xFFFF
FULL16, FULL32 = 0xFFFF, 0xFFFFFFFF
"""Figures that stand for "see the zip64 field"."""
ZIP64 = 1
ENCRYPTED, UTF8 = 0x1, 0x800
STORED, DEFLATED = 0, 8
LINK, FILE_TYPE = 0xA000, 0xF000
CHUNK = 1 << 16
CUT = "It is a damaged zip file, or its end is missing."


Raw = bytes | mmap
"""A package as bytes, or as a file that is mapped into memory."""


class Refused(Exception):
    """This package, or this entry of it, is not opened; the message is a sentence that says why."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What may be unpacked. `entries` in number, `entry` and `total` in bytes, `ratio` unpacked to packed.

    `ratio` counts above `freely` bytes only: a short file of blanks packs well and harms nobody.
    """

    entries: int = 2_000
    entry: int = 20 * MB
    total: int = 50 * MB
    ratio: int = 100
    freely: int = MB


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the directory: raw[begin:end] is its header and data, the data from `data` on; sizes in bytes."""

    name: str
    method: int
    flags: int
    checksum: int
    packed: int
    unpacked: int
    begin: int
    data: int

    @property
    def end(self) -> int:
        return self.data + self.packed


@dataclass(slots=True)
class Zip:
    """An opened package. Its directory was judged; an entry is judged when it is read."""

    raw: Raw
    limits: Limits
    entries: dict[str, Entry]
    spent: int = field(default=0)
    """Bytes unpacked so far."""

    def names(self) -> tuple[str, ...]:
        """The files in it, in the order of the directory; folders are none."""
        return tuple(name for name in self.entries if not name.endswith("/"))

    def read(self, name: str) -> bytes:
        """The bytes of one file. Refused: encrypted, too large, too densely packed, damaged; KeyError: no such file."""
        return b"".join(self.stream(name))

    def stream(self, name: str) -> Iterator[bytes]:
        """The same bit by bit. Only when the last bit was taken is it sure that there is no damage."""
        entry = self.entries[name]
        if entry.flags & ENCRYPTED:
            raise Refused(f"“{name}” in it is protected with a password.")
        self._afford(name, entry.unpacked, entry.packed)
        size = checksum = 0
        try:
            for piece in self._inflated(entry) if entry.method == DEFLATED else self._stored(entry):
                size += len(piece)
                checksum = zlib.crc32(piece, checksum)
                yield piece
        finally:
            self.spent += size
        if size != entry.unpacked or checksum != entry.checksum:
            raise Refused(f"“{name}” in it is damaged: it is not what the directory says it is.")

    def _afford(self, name: str, unpacked: int, packed: int) -> None:
        """Refuse what is too large, by its header first and again by what comes out."""
        limits = self.limits
        if unpacked > limits.entry:
            raise Refused(f"“{name}” in it unpacks to more than {limits.entry // MB} MB.")
        if unpacked > limits.freely and unpacked > limits.ratio * packed:
            raise Refused(f"“{name}” in it unpacks to more than {limits.ratio} times its size, as no text does.")
        if self.spent + unpacked > limits.total:
            raise Refused(f"It unpacks to more than {limits.total // MB} MB in all.")

    def _stored(self, entry: Entry) -> Iterator[bytes]:
        if entry.method != STORED:
            raise Refused(f"“{entry.name}” in it is packed in a way that is not read (method {entry.method}).")
        if entry.packed != entry.unpacked:
            raise Refused(f"“{entry.name}” in it is damaged: it is not what the directory says it is.")
        for at in range(entry.data, entry.end, CHUNK):
            yield self.raw[at : min(at + CHUNK, entry.end)]

    def _inflated(self, entry: Entry) -> Iterator[bytes]:
        """Pieces of the data, counted as they come out: the header may lie."""
        inflater, packed, size = zlib.decompressobj(-zlib.MAX_WBITS), memoryview(self.raw)[entry.data : entry.end], 0
        try:
            for at in range(0, len(packed), CHUNK):
                piece = inflater.decompress(packed[at : at + CHUNK], CHUNK)
                while piece:
                    size += len(piece)
                    if size > entry.unpacked:
                        raise Refused(f"“{entry.name}” in it unpacks to more than its header says.")
                    self._afford(entry.name, size, entry.packed)
                    yield piece
                    piece = inflater.decompress(inflater.unconsumed_tail, CHUNK)
        except zlib.error:
            raise Refused(f"“{entry.name}” in it is damaged.") from None
        if not inflater.eof:
            raise Refused(f"“{entry.name}” in it is damaged, or its end is missing.")


def open_zip(raw: Raw, limits: Limits | None = None) -> Zip:
    """The package in `raw`. Refused: damaged, too many entries, entries on top of each other, links, outward names."""
    limits = limits or Limits()
    try:
        entries = list(_directory(raw, limits))
    except struct.error:
        raise Refused(CUT) from None
    byname = {entry.name: entry for entry in entries}
    if len(byname) < len(entries):
        raise Refused("It holds two entries of the same name, and only one of them would be seen.")
    inorder = sorted(entries, key=lambda entry: entry.begin)
    for entry, following in pairwise(inorder):
        if entry.end > following.begin:
            raise Refused("Its entries lie on top of each other, as in a zip bomb.")
    return Zip(raw, limits, byname)


def _directory(raw: Raw, limits: Limits) -> Iterator[Entry]:
    """Every entry that the central directory names, checked against its local header."""
    count, size, offset, end = _end(raw)
    at = end - size  # by its end: bytes before the package, which installers have, shift all offsets alike
    shift = at - offset
    if at < 0 or shift < 0:
        raise Refused(CUT)
    if count > limits.entries or size > limits.entries * (CENTRAL_SIZE + 2 * LONGEST_COMMENT):
        raise Refused(f"It holds more than {limits.entries:,} entries.")
    seen = 0
    while at < end:
        seen += 1
        if seen > limits.entries:
            raise Refused(f"It holds more than {limits.entries:,} entries.")
        entry, at = _entry(raw, at, shift)
        if entry.begin < shift or entry.end > end - size:
            raise Refused(CUT)
        yield entry
    if seen != count or at != end:
        raise Refused("It is damaged: its directory does not hold as many entries as it says.")


def _begins(raw: Raw, mark: bytes, at: int) -> bool:
    return raw[at : at + len(mark)] == mark


def _end(raw: Raw) -> tuple[int, int, int, int]:
    """Entries, bytes and offset of the central directory, and where it ends in fact."""
    at = raw.rfind(END, max(0, len(raw) - END_SIZE - LONGEST_COMMENT))
    if at < 0:
        raise Refused(CUT)
    disk, first, _, count, size, offset, comment = struct.unpack_from("<HHHHIIH", raw, at + 4)
    if at + END_SIZE + comment > len(raw):
        raise Refused(CUT)
    if at >= LOCATOR_SIZE and _begins(raw, LOCATOR, at - LOCATOR_SIZE):
        at = _end64(raw, at - LOCATOR_SIZE)
        disk, first, _, count, size, offset = struct.unpack_from("<IIQQQQ", raw, at + 16)
    if disk or first:
        raise Refused("It is one volume of a zip file in several; put them together.")
    return count, size, offset, at


def _end64(raw: Raw, locator: int) -> int:
    """Where the zip64 end record begins: right before its locator, or where that says."""
    at = locator - END64_SIZE
    if at < 0 or not _begins(raw, END64, at):
        (at,) = struct.unpack_from("<Q", raw, locator + 8)
    if at > locator or not _begins(raw, END64, at):
        raise Refused(CUT)
    return int(at)


def _entry(raw: Raw, at: int, shift: int) -> tuple[Entry, int]:
    """The entry whose directory record begins at `at`, and where the next record begins."""
    if not _begins(raw, CENTRAL, at):
        raise Refused(CUT)
    _, _, _, flags, method, _, _, checksum, packed, unpacked, name, extra, comment, _, _, attributes, begin = (
        struct.unpack_from("<4sHHHHHHIIIHHHHHII", raw, at)
    )
    named = raw[at + CENTRAL_SIZE : at + CENTRAL_SIZE + name]
    fields = raw[at + CENTRAL_SIZE + name : at + CENTRAL_SIZE + name + extra]
    unpacked, packed, begin = _zip64(fields, unpacked, packed, begin)
    begin += shift
    title = named.decode("utf-8" if flags & UTF8 or _is_utf8(named) else "cp437", "replace")
    _check(title, attributes)
    if not _begins(raw, LOCAL, begin):
        raise Refused(CUT)
    short, more = struct.unpack_from("<HH", raw, begin + 26)
    if raw[begin + LOCAL_SIZE : begin + LOCAL_SIZE + short] != named:
        raise Refused(f"It calls one entry by two names, one of them “{title}”.")
    entry = Entry(title, method, flags, checksum, packed, unpacked, begin, begin + LOCAL_SIZE + short + more)
    return entry, at + CENTRAL_SIZE + name + extra + comment


def _zip64(fields: bytes, *figures: int) -> tuple[int, int, int]:
    """Unpacked and packed size and offset, each from the zip64 field where the record has no room for it."""
    wide: list[int] = []
    at = 0
    while at + 4 <= len(fields):
        kind, size = struct.unpack_from("<HH", fields, at)
        if kind == ZIP64:
            wide = [number for (number,) in struct.iter_unpack("<Q", fields[at + 4 : at + 4 + size // 8 * 8])]
            break
        at += 4 + size
    out = []
    for figure in figures:
        if figure == FULL32 and not wide:
            raise Refused(CUT)
        out.append(wide.pop(0) if figure == FULL32 else figure)
    return out[0], out[1], out[2]


def _check(name: str, attributes: int) -> None:
    """Refuse what leads out of the package."""
    path = name.replace("\\", "/")
    outside = path.startswith("/") or path[1:2] == ":" or ".." in path.split("/") or "\0" in path or not path
    if outside:
        raise Refused(f"It holds an entry whose name leads outside of it (“{name[:80]}”).")
    if attributes >> 16 & FILE_TYPE == LINK:
        raise Refused(f"It holds a link to another file (“{name[:80]}”).")


def _is_utf8(named: bytes) -> bool:
    try:
        named.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
