"""Bytes in any format to documents. `reader_for` is the one place that chooses a format."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import BinaryIO

from checker.readers import jsonl, plain
from checker.readers.document import Document, Unreadable

__all__ = ["Document", "Reader", "Unreadable", "holds_many", "reader_for", "sniff"]

Reader = Callable[[str, BinaryIO], Iterator[Document | Unreadable]]

READERS: dict[str, Reader] = {
    ".jsonl": jsonl.read,
    ".ndjson": jsonl.read,
    ".jsonl.gz": jsonl.read_packed,
    ".ndjson.gz": jsonl.read_packed,
}
"""By the end of the name; a name that ends otherwise is read as plain text."""


def reader_for(name: str) -> Reader:
    """The reader for a file of this name."""
    lowered = name.lower()
    return next((reader for ending, reader in READERS.items() if lowered.endswith(ending)), plain.read)


def holds_many(name: str) -> bool:
    """Whether a file of this name holds many documents."""
    return reader_for(name) is not plain.read


def sniff(start: bytes) -> Reader:
    """The reader for a stream without a name, by its first bytes: gzip, a first line of JSON, or plain text."""
    if start.startswith(b"\x1f\x8b"):
        return jsonl.read_packed
    line = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if line.startswith(b"{") and b'"text"' in line.partition(b"\n")[0]:
        return jsonl.read
    return plain.read
