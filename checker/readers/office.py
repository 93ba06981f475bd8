"""Office files that hold words which are not read here: said to be what they are, never taken for text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from checker.readers.document import Unreadable
from checker.readers.formats import PEEK, Format, Start
from checker.readers.package import first_names, is_package
from checker.readers.zipguard import LOCAL

PAGES = ("Index/Document.iwa", "index.apxl", "index.xml", "Index.zip")
VISIO = "visio/"


def sentence(raw: bytes) -> str:
    """What the file is and what to do; "" when it is none of these. `raw` is the beginning of the file."""
    if not raw.startswith(LOCAL):
        return ""
    names = first_names(raw)
    if names[:1] and names[0] in PAGES:
        return "It is an Apple iWork file (Pages, Numbers or Keynote). Save it as .docx or as text."
    return "It is a Visio drawing (.vsdx). Save its text as .txt or .docx." if is_package(raw, VISIO) else ""


def read(name: str, stream: BinaryIO) -> Iterator[Unreadable]:
    """The sentence, whatever the rest of the file holds."""
    yield Unreadable(name, sentence(stream.read(PEEK)) or "It is an Office file that is not read.")


def looks(start: Start) -> bool:
    """By the names of its first entries."""
    return bool(sentence(start.raw))


ENDINGS = (".pages", ".numbers", ".key", ".vsdx")
FORMAT = Format("office", "another Office file", looks, read, ENDINGS, "not read")
