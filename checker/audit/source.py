"""From inputs to pages: every entry of every input, numbered in an order that is always the same, and none of it read.

One page is in memory at a time. What is damaged is a page that says so, and the next input is gone on with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from checker.audit.inputs import Input, files_of, inputs_of
from checker.audit.nouns import Page
from checker.audit.split import split_file, unreadable
from checker.audit.streams import Progress
from checker.readers.document import Unreadable

__all__ = ["Input", "Position", "inputs_of", "pages", "pages_from"]


@dataclass(frozen=True, slots=True)
class Position:
    """How far the inputs are taken apart.

    `page` pages were taken of file `file` of input `input`, all counted from 0; `name` is that file's. The next page
    has the number `number`. `passed` are the bytes of all files before it.
    """

    input: int = 0
    file: int = 0
    page: int = 0
    number: int = 0
    passed: int = 0
    name: str = ""


def pages(inputs: Sequence[Input]) -> Iterator[Page]:
    """Every entry of every input, numbered from 0. Raises nothing: what cannot be read is a page that says why."""
    return (page for page, _ in pages_from(inputs, Position()) if page)


def pages_from(
    inputs: Sequence[Input], begin: Position, moved: Callable[[], None] = lambda: None
) -> Iterator[tuple[Page | None, Position]]:
    """The pages behind a position, each with the position behind it; None where a file begins.

    `moved` is called now and then while nothing comes.
    """
    at = begin
    for number, input in enumerate(inputs):
        if number < begin.input:
            continue
        if number > begin.input:
            at = Position(number, number=at.number, passed=sum(one.bytes for one in inputs[:number]))
        for file, path in enumerate(_files(input)):
            if file < at.file:
                continue
            at = replace(at, name=path if isinstance(path, str) else path.place)
            yield None, at
            progress, base = Progress(moved=moved), at.passed
            for page in _numbered(path, progress, at):
                yield replace(page, input=input.name, passed=base + progress.at), after(at, page)
                at = after(at, page)
            at = replace(at, file=file + 1, page=0, passed=base + progress.at)


def after(at: Position, page: Page) -> Position:
    """The position behind a page of the file that it is in."""
    return replace(at, page=at.page + 1, number=page.number + 1)


def _numbered(path: str | Unreadable, progress: Progress, at: Position) -> Iterator[Page]:
    """The pages of a file behind a position in it."""
    found = split_file(path, progress) if isinstance(path, str) else iter([unreadable(path.place, path.sentence)])
    for number, page in enumerate(islice(found, at.page, None), at.number):
        yield replace(page, number=number)


def _files(input: Input) -> Iterator[str | Unreadable]:
    try:
        yield from files_of(input)
    except OSError as error:
        yield Unreadable(input.name, f"{error.strerror or type(error).__name__}.")
