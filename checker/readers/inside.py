"""Files within files: each is read by the registry like any other, only not endlessly deep."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import replace

from checker.readers.document import Document, Unreadable
from checker.readers.encoding import MARKS, Decoded, attach_readings, decode

MOST_DEEP = 6
"""A mail in a zip in a mail is three deep."""
TOO_DEEP = f"It lies too deep: files within files are read {MOST_DEEP} deep."
MARKED = tuple(mark for mark, _ in MARKS)

_around: ContextVar[tuple[str, ...]] = ContextVar("around", default=())


def around() -> tuple[str, ...]:
    """The formats of the files that the one being read lies in, outermost first. Asked when reading begins."""
    return _around.get()


def inside(format: str, name: str, raw: bytes, charset: str = "") -> Iterator[Document | Unreadable]:
    """The documents of a file that lay within one of this format; `name` is its whole path. Raises OSError.

    `charset` is what the file around it says its characters are in, "" for a file without characters.
    """
    yield from within((*around(), format), name, raw, charset)


def within(formats: tuple[str, ...], name: str, raw: bytes, charset: str = "") -> Iterator[Document | Unreadable]:
    """The same where all `formats` around it are known, outermost first; none: it lies in no other file."""
    from checker.readers import read  # the registry holds the readers that call this

    if len(formats) > MOST_DEEP:
        yield Unreadable(name, TOO_DEEP)
        return
    decoded = decode(raw, charset) if charset and not raw.startswith(MARKED) else Decoded("", "")
    if decoded.doubt or not decoded.text or (decoded.encoding == "utf-8" and not decoded.others):
        yield from _within(formats, read(name, io.BytesIO(raw)))
        return
    others = [(other, list(_within(formats, read(name, _recode(other))))) for other in decoded.others]
    for number, entry in enumerate(_within(formats, read(name, _recode(decoded)))):
        if not isinstance(entry, Document):
            yield entry
            continue
        same = [(other.name, entries[number]) for other, entries in others if number < len(entries)]
        entry = replace(entry, encoding=decoded.encoding)
        yield attach_readings(entry, ((how, one) for how, one in same if isinstance(one, Document)))


def _within(formats: tuple[str, ...], entries: Iterator[Document | Unreadable]) -> Iterator[Document | Unreadable]:
    """The entries, while each is read as one that lies in these formats."""
    while True:
        token = _around.set(formats)
        try:
            entry = next(entries, None)
        finally:
            _around.reset(token)
        if entry is None:
            return
        yield entry


def _recode(decoded: Decoded) -> io.BytesIO:
    """The same file in UTF-8 with its mark, where only the file around it tells its encoding."""
    return io.BytesIO(codecs.BOM_UTF8 + decoded.text.encode("utf-8", "replace"))
