"""A web page to a document: everything a reader can see, and behind it everything that is hidden from readers.

The page is taken apart by the tokenization algorithm of browsers
(https://html.spec.whatwg.org/multipage/parsing.html#tokenization), at any depth of nesting, and every
token says where in the file it stands. What is main text and what is furniture is a question for `labels`,
and only asked when something matched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

from checker.readers.document import Document, Unreadable
from checker.readers.elements import ROOTS
from checker.readers.encoding import Decoded, read_each
from checker.readers.formats import Format, Start, whole

DECLARED = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
PROLOGUE = re.compile(rb"""<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w.:-]{2,40})""")
MOST_DECLARED = 4
"""So many different encodings of those that a page declares are tried."""


def read(name: str, stream: BinaryIO) -> Iterator[Document | Unreadable]:
    """The page as one document. Raises OSError."""
    from checker.readers.page import take_apart

    raw, doubts = whole(stream)

    def make(decoded: Decoded) -> Document:
        page = take_apart(decoded.text)
        return Document(
            name,
            page.text,
            title=page.title,
            metadata=page.metadata,
            incomplete=(*doubts, decoded.doubt) if decoded.doubt else doubts,
            encoding=decoded.encoding,
            offsets=page.offsets,
            original=decoded.text,
            parts=page.parts,
            seams=page.seams,
        )

    yield read_each(raw, declared(raw), make)


def declared(raw: bytes) -> list[str]:
    """The encodings that a page names itself, as they come; browsers heed one wherever it stands."""
    found = [PROLOGUE.match(raw[:200]), *islice(DECLARED.finditer(raw), 100)]
    return list(dict.fromkeys(one[1].decode("ascii").lower() for one in found if one))[:MOST_DECLARED]


def looks(start: Start) -> bool:
    """By its first element, or by its name where there is any markup."""
    return start.root.lower() in ROOTS or (start.named(".html", ".htm", ".xhtml") and "<" in start.text)


FORMAT = Format("html", "HTML", looks, read, (".html", ".htm", ".xhtml"), "characters of the file")
