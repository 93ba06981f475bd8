"""From what was named on the command line to documents.

The id of a file is its path as given; folders are walked in the order of their names,
without hidden files. What cannot be read is told, and the rest is read all the same.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from typing import BinaryIO, cast

from checker.readers import Document, Unreadable, read
from checker.readers.folders import EMPTY, files_below
from cli.exit_codes import Failure
from cli.terminal import is_terminal

STANDARD_INPUT = "-"


def named(inputs: Sequence[str] | None) -> list[str]:
    """The inputs; standard input when none is named, unless a person would have to type into it."""
    if inputs:
        return list(inputs)
    if is_terminal(sys.stdin):
        raise Failure("Name a file or a folder; - reads what you type, to its end at Ctrl-D.")
    return [STANDARD_INPUT]


def documents(inputs: Sequence[str]) -> Iterator[Document | Unreadable]:
    """Every document of every input, in order."""
    for name in inputs:
        if name == STANDARD_INPUT:
            yield from _standard_input()
        elif os.path.isdir(name):  # noqa: PTH112
            yield from _folder(name)
        else:
            yield from _file(name)


def alone(inputs: Sequence[str]) -> str:
    """The one file among the inputs, when they are one file; else ""."""
    return inputs[0] if len(inputs) == 1 and not os.path.isdir(inputs[0]) else ""  # noqa: PTH112


def _folder(top: str) -> Iterator[Document | Unreadable]:
    found = False
    for path in files_below(top):
        found = True
        if isinstance(path, Unreadable):
            yield path
        else:
            yield from _file(path)
    if not found:
        yield Unreadable(top, EMPTY)


def _file(name: str) -> Iterator[Document | Unreadable]:
    try:
        with open(name, "rb") as stream:  # noqa: PTH123
            yield from read(name, cast(BinaryIO, stream))
    except OSError as error:
        yield Unreadable(name, f"{error.strerror or type(error).__name__}.")
    except ValueError:
        yield Unreadable(name, "This is no name of a file.")


def _standard_input() -> Iterator[Document | Unreadable]:
    yield from read(STANDARD_INPUT, cast(BinaryIO, sys.stdin.buffer))
