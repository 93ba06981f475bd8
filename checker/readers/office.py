"""Office files that hold words which are not read here: said to be what they are, never taken for text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from checker.readers.document import Unreadable
from checker.readers.formats import PEEK, Format, Start
from checker.readers.package import first_names, is_package
from checker.readers.zipguard import LOCAL, LOCAL_SIZE

FOLDERS = (
    ("xl/", "It is a spreadsheet (.xlsx). Save its text as .txt or .docx."),
    ("ppt/", "It is a presentation (.pptx). Save its text as .txt or .docx."),
)
"""Office Open XML (ECMA-376), by the folder of its parts."""
MIMETYPES = (
    (b"application/vnd.oasis.opendocument.text", "It is an OpenDocument text (.odt). Save it as .docx."),
    (b"application/vnd.oasis.opendocument.spreadsheet", "It is a spreadsheet (.ods). Save its text as .txt or .docx."),
    (
        b"application/vnd.oasis.opendocument.presentation",
        "It is a presentation (.odp). Save it as .docx or as text.",
    ),
    (b"application/vnd.oasis.opendocument", "It is an OpenDocument file. Save its text as .txt or .docx."),
    (b"application/epub+zip", "It is an e-book (EPUB). Save its text as .txt, .html or .docx."),
)
"""OpenDocument 1.3 part 2 and EPUB OCF 3.3: the first entry is `mimetype`, stored."""
PAGES = ("Index/Document.iwa", "index.apxl", "index.xml", "Index.zip")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PROTECTED = "EncryptedPackage".encode("utf-16-le")
"""The stream of an Office file that is protected with a password (MS-OFFCRYPTO)."""


def sentence(raw: bytes) -> str:
    """What the file is and what to do; "" when it is none of these. `raw` is the beginning of the file."""
    if raw.startswith(OLE):
        return "It is an Office file protected with a password. Save it without one." if PROTECTED in raw else ""
    if not raw.startswith(LOCAL):
        return ""
    names = first_names(raw)
    if names[:1] == ["mimetype"]:
        data = raw[LOCAL_SIZE + len("mimetype") :][:200]
        return next((sentence for mark, sentence in MIMETYPES if mark in data), "")
    if names[:1] and names[0] in PAGES:
        return "It is an Apple iWork file (Pages, Numbers or Keynote). Save it as .docx or as text."
    return next((sentence for folder, sentence in FOLDERS if is_package(raw, folder)), "")


def read(name: str, stream: BinaryIO) -> Iterator[Unreadable]:
    """The sentence, whatever the rest of the file holds."""
    yield Unreadable(name, sentence(stream.read(PEEK)) or "It is an Office file that is not read.")


def looks(start: Start) -> bool:
    """By the names of its first entries, or of the stream that a password puts around it."""
    return bool(sentence(start.raw))


ENDINGS = (".xlsx", ".pptx", ".odt", ".ods", ".odp", ".epub")
FORMAT = Format("office", "another Office file", looks, read, ENDINGS, "not read")
