"""Files within files: each is read by the registry like any other, only not endlessly deep."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import replace

from checker.readers.document import Document, Unreadable
from checker.readers.encoding import MARKS, Decoded, decode

MOST_DEEP = 6
"""A mail in a zip in a mail is three deep."""
TOO_DEEP = f"It lies too deep: files within files are read {MOST_DEEP} deep."
MARK = codecs.BOM_UTF8
SEVEN_BITS = ("hz", "iso2022", "utf-7")
"""Encodings that any ASCII text seems to be in, and that are only taken at their word."""

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
    raw, encoding = _recoded(raw, charset)
    entries = read(name, io.BytesIO(raw))
    while True:
        token = _around.set(formats)
        try:
            entry = next(entries, None)
        finally:
            _around.reset(token)
        if entry is None:
            return
        yield replace(entry, encoding=encoding) if encoding and isinstance(entry, Document) else entry


def decoded_as(raw: bytes, charset: str) -> Decoded:
    """The text of `raw`, which the file around it says is in `charset`, or says nothing of ("")."""
    try:
        name = codecs.lookup(charset.strip()).name if charset else ""
    except (LookupError, ValueError):
        name = ""
    if name.startswith(SEVEN_BITS):
        try:
            return Decoded(raw.decode(name), name)
        except UnicodeDecodeError:
            pass
    return decode(raw, charset)


def _recoded(raw: bytes, charset: str) -> tuple[bytes, str]:
    """The same file in UTF-8 with its mark, and what it was in, where only `charset` tells; else as it is, and ""."""
    if not charset or any(raw.startswith(mark) for mark, _ in MARKS):
        return raw, ""
    decoded = decoded_as(raw, charset)
    if decoded.doubt or not decoded.text or decoded.encoding == "utf-8":
        return raw, ""
    return MARK + decoded.text.encode("utf-8", "replace"), decoded.encoding
