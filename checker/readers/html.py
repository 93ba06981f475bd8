"""A web page to a document: everything a reader can see, and behind it everything that is hidden from readers.

The page is taken apart by the tokenization algorithm of browsers
(https://html.spec.whatwg.org/multipage/parsing.html#tokenization), at any depth of nesting, and every
token says where in the file it stands. What is main text and what is furniture is a question for `labels`,
and only asked when something matched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from checker.readers.document import Document, Unreadable
from checker.readers.elements import ROOTS
from checker.readers.encoding import decode
from checker.readers.formats import Format, Start, whole

DECLARED = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
PROLOGUE = re.compile(rb"""<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w.:-]{2,40})""")
HEAD = 4096
"""Where a page declares its encoding, if it does; browsers look at the first 1,024 bytes."""


def read(name: str, stream: BinaryIO) -> Iterator[Document | Unreadable]:
    """The page as one document. Raises OSError."""
    from checker.readers.page import take_apart

    raw, doubts = whole(stream)
    decoded = decode(raw, declared(raw))
    if decoded.doubt:
        doubts += (decoded.doubt,)
    page = take_apart(decoded.text)
    yield Document(
        name,
        page.text,
        title=page.title,
        metadata=page.metadata,
        incomplete=doubts,
        encoding=decoded.encoding,
        offsets=page.offsets,
        original=decoded.text,
        parts=page.parts,
        seams=page.seams,
    )


def declared(raw: bytes) -> str:
    """The encoding that a page names itself; "" when it names none."""
    found = PROLOGUE.match(raw[:HEAD]) or DECLARED.search(raw[:HEAD])
    return found[1].decode("ascii") if found else ""


def looks(start: Start) -> bool:
    """By its first element, or by its name where there is any markup."""
    return start.root.lower() in ROOTS or (start.named(".html", ".htm", ".xhtml") and "<" in start.text)


FORMAT = Format("html", "HTML", looks, read, (".html", ".htm", ".xhtml"), "characters of the file")
