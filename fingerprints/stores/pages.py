"""Pages of a catalogue that carry a seal each: a checksum and their own number, looked at whenever one is read.

SQLite believes its file. A flipped bit in the head of a page, a sector of zeros or a page in
another's place makes its look-ups miss rows without a word, and a copied story would be
called clear. So SQLite reaches the file through the shim below (a VFS), which ends every
page that it writes with a seal, in eight bytes that SQLite leaves free for such
(https://www.sqlite.org/fileformat2.html, "reserved bytes"), and refuses to give it a page
whose seal is wrong. That costs 2 to 4 microseconds a page that is not in memory yet.

SQLite's own checksum VFS does not know a page in another's place, nor one of zeros, and has to be loaded as
a library. The log (WAL) has checksums of its own.
"""

from __future__ import annotations

import struct
import threading
import zlib
from pathlib import Path
from types import TracebackType

import apsw

PAGE = 4096  # bytes; what SQLite makes since 2016
SEAL = struct.Struct("<II")  # the number of the page, and CRC-32 over all bytes before
SOUND = 0x2144DF1C  # what CRC-32 is over bytes that end in their own
BODY = PAGE - SEAL.size
HEADER = 24  # bytes at the beginning of a file in which its page size (16, 17) and its reserved bytes (20) stand
NAME = "wirecheck-pages"

_read = apsw.VFSFile.xRead
_lock = threading.Lock()
_registered: list[apsw.VFS] = []


def _says_sealed(header: bytes) -> bool:
    """Whether the header of a file says that its pages have seals."""
    return len(header) >= HEADER and header[16:18] == PAGE.to_bytes(2, "big") and header[20] == SEAL.size


def seal_of(page: bytes | memoryview, number: int) -> bytes:
    """The seal at the end of a page, the first of which has number 1."""
    kept = number.to_bytes(4, "little")
    return SEAL.pack(number, zlib.crc32(kept, zlib.crc32(memoryview(page)[:BODY])))


def is_sound(page: bytes, number: int) -> bool:
    """Whether a page that ends in a seal is as it was written, and in its place."""
    return zlib.crc32(page) == SOUND and int.from_bytes(page[BODY : BODY + 4], "little") == number


class _Plain(apsw.VFSFile):
    """A log, or another file beside a catalogue."""

    def excepthook(
        self, etype: type[BaseException] | None, evalue: BaseException | None, etraceback: TracebackType | None
    ) -> bool:
        """An error that apsw can give to nobody, as at closing: SQLite has it as a number, and has acted on it."""
        return True


class _File(_Plain):
    """A catalogue file. Once its header has said that it has seals, it has them until it is closed."""

    def __init__(self, name: str | apsw.URIFilename | None, flags: list[int]) -> None:
        super().__init__("", name, flags)
        self._readonly = bool(flags[0] & apsw.SQLITE_OPEN_READONLY)
        self._sealed = False

    def xLock(self, level: int) -> None:  # noqa: N802
        try:
            super().xLock(level)
        except apsw.IOError as error:
            # closing, SQLite tries whether it is the last one here and may clear the log away: a reader may not,
            # which SQLite takes in its stride, but apsw would raise it
            if self._readonly and level == apsw.SQLITE_LOCK_EXCLUSIVE:
                raise apsw.BusyError("for reading only") from error
            raise

    def xRead(self, amount: int, offset: int) -> bytes:  # noqa: N802
        """Raises apsw.CorruptError when the page, or the one that the bytes are part of, is not as it was written."""
        if offset < PAGE and not self._sealed:
            self._sealed = _says_sealed(_read(self, HEADER, 0))
        if not self._sealed or (offset < PAGE and amount < BODY):  # of the first page SQLite reads the header alone
            return _read(self, amount, offset)
        number, within = divmod(offset, PAGE)
        page = _read(self, PAGE, offset - within)
        if not is_sound(page, number + 1) and len(page) == PAGE:
            raise apsw.CorruptError(f"its page {number + 1} is not as it was written")
        return page if amount == PAGE else page[within : within + amount]

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        if not self._sealed:  # another process may have given the file seals since
            self._sealed = _says_sealed(data if offset == 0 else _read(self, HEADER, 0))
        if self._sealed and len(data) == PAGE:
            data = bytes(data[:BODY]) + seal_of(data, offset // PAGE + 1)
        super().xWrite(data, offset)


class _Shim(apsw.VFS):
    """The system's own files, but for catalogues."""

    def __init__(self) -> None:
        super().__init__(NAME, "")

    def excepthook(
        self, etype: type[BaseException] | None, evalue: BaseException | None, etraceback: TracebackType | None
    ) -> bool:
        """See `_Plain.excepthook`."""
        return True

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:  # noqa: N802
        if flags[0] & apsw.SQLITE_OPEN_MAIN_DB:
            return _File(name, flags)
        return _Plain("", name, flags)


def open_pages(file: str | Path, flags: int = apsw.SQLITE_OPEN_READWRITE) -> apsw.Connection:
    """A connection to the catalogue at a path, or at a URI, that looks at the seals. Raises apsw.Error."""
    with _lock:
        if not _registered:
            _registered.append(_Shim())
    return apsw.Connection(str(file), flags=flags, vfs=NAME)


def reserve_seals(connection: apsw.Connection) -> None:
    """Leave room for seals in a file that is empty yet, or from its next VACUUM on."""
    connection.reserve_bytes("main", SEAL.size)


def has_seals(connection: apsw.Connection) -> bool:
    """Whether the file itself says that its pages have seals, whatever its log says."""
    read, header = connection.read("main", 0, 0, HEADER)
    return bool(read) and _says_sealed(header)
