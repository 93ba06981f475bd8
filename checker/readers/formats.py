"""What a format is to the registry, and the first look at a file that tells formats apart."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import BinaryIO, cast

from checker.readers.document import MOST_TEXT, Document, Unreadable
from checker.readers.encoding import find_wide

PEEK = 1 << 16
"""How much of a file is looked at to find out what it is, in bytes."""

Reader = Callable[[str, BinaryIO], Iterator[Document | Unreadable]]
"""(name, stream) -> documents. It raises nothing but OSError; what is wrong with a file is an `Unreadable`."""

PROLOGUE = re.compile(r"(?:\s|<\?[^>]*>|<!--(?:(?!-->).)*-->|<![A-Za-z][^\[>]*(?:\[[^\]]*\]\s*)?>)*", re.DOTALL)
ELEMENT = re.compile(r"<([A-Za-z_][\w.\-]*:)?([A-Za-z_][\w.\-]*)")
KEY = re.compile(r'"([@#$\w:.\-]{1,64})"\s*:')


MAGIC = (
    b"PK\3\4",
    b"%PDF-",
    b"\x1f\x8b",
    b"\xd0\xcf\x11\xe0",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"II*\0",
    b"MM\0*",
)
"""How zips, PDFs, gzip, old Office files and pictures begin."""


@dataclass(frozen=True)
class Start:
    """The beginning of a file and its name: all that a format is recognised by. Content counts before the name."""

    name: str
    raw: bytes

    @cached_property
    def text(self) -> str:
        """The beginning as characters: by its byte order mark, as UTF-16 without one, else as UTF-8.

        Undecodable bytes are replaced.
        """
        for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"), (b"\xef\xbb\xbf", "utf-8")):
            if self.raw.startswith(mark):
                return self.raw[len(mark) :].decode(encoding, "replace")
        encoding = find_wide(self.raw)[0] if b"\0" in self.raw and not self.raw.startswith(MAGIC) else ""
        return self.raw.decode(encoding or "utf-8", "replace")

    @cached_property
    def root(self) -> str:
        """The local name of the first element, as written, when the file begins like XML or HTML; else ""."""
        match = PROLOGUE.match(self.text)
        element = ELEMENT.match(self.text, match.end()) if match else None
        return element[2] if element else ""

    @cached_property
    def keys(self) -> frozenset[str]:
        """The names of members, at any depth, when the file begins like JSON; else none."""
        return frozenset(KEY.findall(self.text)) if self.text.lstrip()[:1] in ("{", "[") else frozenset()

    def named(self, *endings: str) -> bool:
        """Whether the name ends so and the content is not plainly of another kind: content counts before the name."""
        return self.ends(*endings) and not self.raw.startswith(MAGIC)

    def ends(self, *endings: str) -> bool:
        """Whether the file's name ends so, whatever its case, and whether it is packed or not."""
        return self.name.lower().removesuffix(".gz").endswith(endings)


@dataclass(frozen=True, slots=True)
class Format:
    """One format. `looks` decides by the beginning of a file; the registry asks its formats in order.

    `leads_to` says how a match leads back to the file. `many`: one file may hold many documents.
    """

    name: str
    title: str
    looks: Callable[[Start], bool]
    read: Reader
    endings: tuple[str, ...] = ()
    leads_to: str = "characters of the file"
    many: bool = False


def begin(name: str, stream: BinaryIO) -> tuple[Start, BinaryIO]:
    """The first look at a stream, and the stream from its beginning again. Works on pipes too."""
    head = b""
    while len(head) < PEEK and (more := stream.read(PEEK - len(head))):
        head += more
    return Start(name, head), cast(BinaryIO, io.BufferedReader(_Headed(head, stream), PEEK))


def whole(stream: BinaryIO, most: int = MOST_TEXT) -> tuple[bytes, tuple[str, ...]]:
    """All bytes of a stream up to `most`, and the sentence for `incomplete` when there were more."""
    raw = stream.read(most + 1)
    if len(raw) > most:
        return raw[:most], (f"only its first {most >> 20} MB were read",)
    return raw, ()


class _Headed(io.RawIOBase):
    """A stream whose beginning was read already."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head, self._rest = head, rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        if self._head:
            part, self._head = self._head[: len(buffer)], self._head[len(buffer) :]
        else:
            part = self._rest.read(len(buffer))
        buffer[: len(part)] = part
        return len(part)
