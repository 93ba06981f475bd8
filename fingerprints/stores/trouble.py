"""SQLite's errors in our words, and transactions that are all or nothing."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

import apsw

from fingerprints.errors import IndexBusy, IndexDamaged, IndexProblem, StorageFull

_NO_ROOM = {
    apsw.SQLITE_IOERR_WRITE,
    apsw.SQLITE_IOERR_TRUNCATE,
    apsw.SQLITE_IOERR_SHMSIZE,
    apsw.SQLITE_IOERR_SHMMAP,
}
_NO_SHARING = {
    apsw.SQLITE_READONLY_CANTINIT,
    apsw.SQLITE_READONLY_CANTLOCK,
    apsw.SQLITE_READONLY_DIRECTORY,
    apsw.SQLITE_READONLY_RECOVERY,
}
UNCERTAIN = {apsw.SQLITE_IOERR_FSYNC, apsw.SQLITE_IOERR_DIR_FSYNC}
"""The disk would not say that it has kept what was written to it."""
_NO_ROOM_ERRNO = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def damaged(location: object, what: object) -> IndexDamaged:
    """The sentence for an index whose files do not hold what they should."""
    return IndexDamaged(
        f"The index {location} is damaged ({what}); run `wirecheck doctor --index {location}`: it says what can be "
        "mended, and mends it with --repair."
    )


@contextmanager
def translated(location: object) -> Iterator[None]:
    """Raise what SQLite and the system report as an IndexProblem."""
    try:
        yield
    except apsw.Error as error:
        raise _problem(location, error) from error
    except UnicodeDecodeError as error:  # nothing but a damaged file gives bytes that are not text
        raise damaged(location, error) from error
    except OSError as error:
        if error.errno in _NO_ROOM_ERRNO:
            raise _full(location) from error
        raise IndexProblem(f"The index {location} cannot be used ({error.strerror or error}).") from error


def _full(location: object) -> StorageFull:
    return StorageFull(
        f"The disk has no room left for the index {location}; nothing was kept of this step; make room and repeat it."
    )


def _unshared(location: object) -> IndexProblem:
    """SQLite keeps two small files beside the catalogue, by which readers and the writer share it."""
    return IndexProblem(
        f"The index {location} cannot be opened; to read it, its directory must be open to you for writing, "
        "or be on a disk that is mounted read-only."
    )


def _problem(location: object, error: apsw.Error) -> IndexProblem:
    extended = getattr(error, "extendedresult", 0)
    match error:
        case apsw.BusyError() | apsw.LockedError():
            return IndexBusy(f"Another process is writing to the index {location}; try again when it has finished.")
        case apsw.FullError():
            return _full(location)
        case apsw.IOError() if extended in _NO_ROOM:
            return _full(location)
        case apsw.CorruptError() | apsw.NotADBError() | apsw.MismatchError():
            return damaged(location, error)
        case apsw.ReadOnlyError() if extended in _NO_SHARING:
            return _unshared(location)
        case apsw.CantOpenError():
            return _unshared(location)
        case apsw.ReadOnlyError() | apsw.PermissionsError():
            return IndexProblem(f"The index {location} may only be read; see to its permissions.")
        case apsw.ConnectionClosedError():
            return IndexProblem(f"The index {location} has been closed; open it again.")
        case apsw.IOError():
            return IndexProblem(f"The disk under the index {location} reports an error ({error}); see to the disk.")
        case apsw.SQLError() | apsw.ConstraintError():
            return damaged(location, error)
    return IndexProblem(f"The index {location} cannot be used ({error}).")


@contextmanager
def transaction(connection: apsw.Connection, *, write: bool = True) -> Iterator[None]:
    """One transaction: kept when the block ends, undone when anything at all is raised in it, Ctrl-C included."""
    if connection.in_transaction:  # an interrupt between our own two steps can leave one open
        connection.execute("ROLLBACK")
    connection.execute("BEGIN IMMEDIATE" if write else "BEGIN")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # SQLite itself undoes some, a full disk among them
            connection.execute("ROLLBACK")
        raise
