"""Bytes of a text file to a document.

UTF-8 unless a byte order mark says otherwise. What is not UTF-8 is read as Windows-1252
when it looks like text; anything else is decoded with replacement characters, and the
document says how much of it could not be judged.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import BinaryIO

from checker.readers.document import MOST_BYTES, Document

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
MOST_REPLACED = 0.01
"""Above this share of unreadable characters a text counts as not fully judged."""
MOST_CONTROLS = 0.01
"""Above this share of control characters a file is no text."""

# The mark of UTF-32 little-endian begins with that of UTF-16: longest first.
MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
TEXT_CONTROLS = b"\t\n\f\r\x1a"
# Telegraph and teleprinter codes that wire copy may still carry between its lines.
WIRE_CONTROLS = b"\x01\x02\x03\x04\x05\x06\x11\x12\x13\x14\x16\x17\x1b\x1e\x1f"
CONTROLS = bytes(set(range(32)) - set(TEXT_CONTROLS) - set(WIRE_CONTROLS) - {0})
ODD = bytes((0, *range(0x7F, 0x80), 0x81, 0x8D, 0x8F, 0x90, 0x9D, 0xA4, 0xA6, 0xAC, 0xAF, 0xB5, 0xB6, 0xB8, 0xD7, 0xF7))
"""Bytes that prose in Windows-1252 hardly ever has."""
HIGH = bytes(range(0x80, 0x100))
LETTERS = bytes(range(0x41, 0x5B)) + bytes(range(0x61, 0x7B)) + bytes(range(0xC0, 0x100))
FEW = 3
BINARY = "it is a binary file, and no text could be read from it"


def read(id: str, stream: BinaryIO) -> Iterator[Document]:
    """The whole stream as one document."""
    raw = stream.read(MOST_BYTES + 1)
    yield document(id, raw)


def document(id: str, raw: bytes) -> Document:
    """One document from the bytes of a text file. Never fails: what cannot be read is said in `incomplete`."""
    doubts: list[str] = []
    if len(raw) > MOST_BYTES:
        raw = raw[:MOST_BYTES]
        doubts.append(f"only its first {MOST_BYTES >> 20} MB were read")
    text, doubt = decode(raw)
    if doubt:
        doubts.append(doubt)
    return Document(id, text, incomplete=tuple(doubts))


def decode(raw: bytes) -> tuple[str, str]:
    """The text of `raw`, and why it cannot be judged whole ("" when it can).

    A byte order mark is honoured and not part of the text; NULs within text stay.
    """
    for mark, encoding in MARKS:
        if raw.startswith(mark):
            return _with_replacements(raw[len(mark) :], encoding)
    if is_binary(raw):
        return "", BINARY
    try:
        return raw.decode("utf-8"), ""
    except UnicodeDecodeError:
        if _looks_like_prose(raw):
            return raw.decode("cp1252", "replace"), ""
    return _with_replacements(raw, "utf-8")


def is_binary(raw: bytes) -> bool:
    """Whether this is no text: more control bytes than text has, or NULs beside bytes that are not UTF-8."""
    if _count(raw, CONTROLS) > max(FEW, MOST_CONTROLS * len(raw)):
        return True
    nulls = raw.count(0)
    if nulls > max(FEW, len(raw) // 4):  # also UTF-16 without its mark: a guess would be a verdict on something else
        return True
    return bool(nulls) and not _is_utf8(raw)


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _with_replacements(raw: bytes, encoding: str) -> tuple[str, str]:
    try:
        return raw.decode(encoding), ""
    except UnicodeDecodeError:
        text = raw.decode(encoding, "replace")
    replaced = text.count(REPLACEMENT)
    if replaced <= MOST_REPLACED * len(text):
        return text, ""
    return text, f"{replaced:,} of its {len(text):,} characters could not be read as {encoding.upper()}"


def _looks_like_prose(raw: bytes) -> bool:
    """Whether Windows-1252 is plausible: mostly letters, few accents, hardly a byte that prose does not have."""
    size = len(raw)
    return (
        _count(raw, ODD) <= MOST_REPLACED * size
        and _count(raw, HIGH) <= 0.3 * size
        and _count(raw, LETTERS) >= 0.4 * size
    )


def _count(raw: bytes, wanted: bytes) -> int:
    return len(raw) - len(raw.translate(None, wanted))
