"""Where a damaged web archive goes on: the next packed record, or the next line that begins one."""

from __future__ import annotations

import io
import re
import zlib
from mmap import ACCESS_READ, mmap
from typing import BinaryIO, cast

from checker.audit.streams import BUFFER, Counted, Progress

PACKED = b"\x1f\x8b\x08"
"""How a member of a gzip file begins; each record of a packed archive is one (ISO 28500, annex D)."""
BEGINS = re.compile(rb"WARC/1\.\d\r?\n")
PLAIN = re.compile(rb"WARC/1\.\d\r?\n(?=WARC-|Content-)", re.IGNORECASE)
LOOKED_AT = 512
"""Bytes of a member that are unpacked to see whether it is a record."""


def resumed(path: str, progress: Progress, at: int) -> tuple[int, BinaryIO] | None:
    """Where the web archive goes on at `at` or behind it, and its stream from there. Raises OSError."""
    with open(path, "rb", buffering=0) as raw, mmap(raw.fileno(), 0, access=ACCESS_READ) as mapped:  # noqa: PTH123
        begin = next_record(mapped, at)
    if begin is None:
        return None
    raw = open(path, "rb", buffering=0)  # noqa: PTH123, SIM115 -- closed with the stream
    raw.seek(begin)
    return begin, cast(BinaryIO, io.BufferedReader(Counted(raw, progress, begin), BUFFER))


def next_record(archive: bytes | mmap, at: int) -> int | None:
    """The offset of the first record that begins at `at` or behind it; None: there is none. Linear in time."""
    if archive[:2] != PACKED[:2]:
        found = PLAIN.search(archive, at)
        return found.start() if found else None
    while (at := archive.find(PACKED, at)) >= 0:
        try:
            if BEGINS.match(zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(archive[at : at + LOOKED_AT], 64)):
                return at
        except zlib.error:
            pass
        at += 1
    return None
