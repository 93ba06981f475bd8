"""What an audit is given: files, folders and lists of files, and how each is known again when an audit goes on."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from checker.audit.problems import AuditProblem
from checker.readers.document import Unreadable
from checker.readers.folders import EMPTY, files_below

STANDARD_INPUT = "-"
LIST = "@"
"""A name that begins so is that of a list of files."""
ENDS = 1 << 16
"""How much of the beginning and of the end of a file goes into its stamp, in bytes."""
EMPTY_LIST = "There is no name of a file in this list."


@dataclass(frozen=True, slots=True)
class Input:
    """A file, a folder, or a list of files ("@name"), as it was named.

    `bytes` is how much there is of it on disk. `stamp` changes when it does: of a file by its size, its time and its
    first and last 64 KB, of a folder or a list by names, sizes and times of all files.
    """

    name: str
    bytes: int
    stamp: str


def inputs_of(names: Sequence[str]) -> list[Input]:
    """The inputs of these names, in their order. Raises AuditProblem: one is not there, or cannot be read."""
    if not names:
        raise AuditProblem("Name what is to be audited: web archives, folders, zips, tables, or @ and a list of files.")
    return [_input(name) for name in names]


def files_of(input: Input) -> Iterator[str | Unreadable]:
    """The files of an input in an order that is always the same, and what of it cannot be listed."""
    if input.name.startswith(LIST):
        return _listed(input.name)
    if os.path.isdir(input.name):  # noqa: PTH112
        return _or_nothing(input.name, files_below(input.name), EMPTY)
    return iter([input.name])


def folders_of(input: Input) -> Iterator[str]:
    """The folders that an input stands for: itself, or those that its list names."""
    names = _names_in(input.name) if input.name.startswith(LIST) else [input.name]
    return (name for name in names if "\0" not in name and os.path.isdir(name))  # noqa: PTH112


def _input(name: str) -> Input:
    if name == STANDARD_INPUT:
        raise AuditProblem("An audit that goes on reads its inputs again, which - cannot be: save it in a file.")
    path = name.removeprefix(LIST) if name.startswith(LIST) else name
    try:
        status = os.stat(path)  # noqa: PTH116
        if path != name or stat.S_ISDIR(status.st_mode):
            return _many(name)
        if not stat.S_ISREG(status.st_mode):
            raise AuditProblem(f"{name} is neither a file nor a folder.")
        return Input(name, status.st_size, f"{status.st_size}-{status.st_mtime_ns}-{_ends(path, status.st_size)}")
    except OSError as error:
        raise AuditProblem(f"{name} cannot be read: {error.strerror or type(error).__name__}.") from None
    except ValueError:
        raise AuditProblem(f"{name!r} is no name of a file.") from None


def _ends(path: str, size: int) -> str:
    with open(path, "rb") as stream:  # noqa: PTH123
        digest = hashlib.sha256(stream.read(ENDS))
        stream.seek(max(0, size - ENDS))
        digest.update(stream.read(ENDS))
    return digest.hexdigest()[:16]


def _many(name: str) -> Input:
    if not name.startswith(LIST):
        os.scandir(name).close()  # whether it can be listed
    digest, bytes, files = hashlib.sha256(), 0, 0
    for path in files_of(Input(name, 0, "")):
        if isinstance(path, Unreadable):
            digest.update(f"{path}\0".encode("utf-8", "surrogatepass"))
            continue
        files += 1
        try:
            status = os.stat(path)  # noqa: PTH116
            bytes += status.st_size
            told = f"{path}\0{status.st_size}\0{status.st_mtime_ns}\0"
        except OSError:
            told = f"{path}\0\0\0"
        digest.update(told.encode("utf-8", "surrogatepass"))
    return Input(name, bytes, f"{files}-{digest.hexdigest()[:32]}")


def _listed(name: str) -> Iterator[str | Unreadable]:
    """The files that a list names, each on a line; a folder stands for the files below it."""
    paths = _names_in(name)
    if not paths:
        yield Unreadable(name, EMPTY_LIST)
    for path in paths:
        if "\0" in path:
            yield Unreadable(name, f"{path[:80]!r} is no name of a file.")
        elif os.path.isdir(path):  # noqa: PTH112
            yield from _or_nothing(path, files_below(path), EMPTY)
        else:
            yield path


def _names_in(name: str) -> list[str]:
    with open(name.removeprefix(LIST), "rb") as stream:  # noqa: PTH123
        lines = stream.read().split(b"\n")
    return [os.fsdecode(line.removesuffix(b"\r")) for line in lines if line.strip()]


def _or_nothing(name: str, paths: Iterator[str | Unreadable], sentence: str) -> Iterator[str | Unreadable]:
    found = False
    for path in paths:
        found = True
        yield path
    if not found:
        yield Unreadable(name, sentence)
