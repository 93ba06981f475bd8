"""A web page to a document: everything a reader can see, and behind it everything that is hidden from readers.

The page is taken apart by the tokenization algorithm of browsers
(https://html.spec.whatwg.org/multipage/parsing.html#tokenization), at any depth of nesting, and every
token says where in the file it stands. What is main text and what is furniture is a question for `labels`,
and only asked when something matched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO

from checker.readers.document import Document, Reading, Unreadable
from checker.readers.elements import ROOTS
from checker.readers.encoding import Decoded, read_each
from checker.readers.formats import Format, Start, whole

if TYPE_CHECKING:
    from checker.readers.page import Page

DECLARED = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
PROLOGUE = re.compile(rb"""<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w.:-]{2,40})""")
MOST_DECLARED = 4
"""So many different encodings of those that a page declares are tried."""
XML = re.compile(r"\s*<\?xml\b")
XHTML = (".xhtml", ".xht")
XMLNS = "http://www.w3.org/1999/xhtml"
CLOSED = re.compile(r"<(?:script|style|title|textarea|iframe|noscript|xmp)\b[^<>]*/>|<!\[CDATA\[", re.IGNORECASE)
"""What HTML and XML take for different things."""
MORE = 20
"""So many visible words more make another way to read a page worth a look."""
HEAD = 4096
"""Characters in which a page says that it is XHTML."""


def read(name: str, stream: BinaryIO) -> Iterator[Document | Unreadable]:
    """The page as one document. Raises OSError."""
    raw, doubts = whole(stream)

    def make(decoded: Decoded) -> Document:
        return document_of(
            name,
            decoded.text,
            xml=name.lower().endswith(XHTML) or XML.match(decoded.text) is not None,
            incomplete=(*doubts, decoded.doubt) if decoded.doubt else doubts,
            encoding=decoded.encoding,
        )

    yield replace(read_each(raw, declared(raw), make), format="")  # who asked for a reader knows its format


def document_of(
    name: str, source: str, *, xml: bool = False, incomplete: tuple[str, ...] = (), encoding: str = ""
) -> Document:
    """The document of a page, or a piece of one, whose characters are known, with all ways in which it can be read."""
    from checker.readers.alternating import find_ways
    from checker.readers.direction import add_directed, find_directed
    from checker.readers.held import take_whole
    from checker.readers.page import take_apart

    page = take_whole(source, xml=xml)
    usual = _document(name, source, page, incomplete, encoding)
    others = [
        Reading(_document(name, source, other, incomplete, encoding), how, disguise=True)
        for how, other in find_ways(source, page, xml=xml)
    ]
    # some send such a page as XML, and others as HTML
    both = (xml or XMLNS in source[:HEAD]) and CLOSED.search(source) is not None
    if both and _count_words(take_apart(source, xml=not xml)) >= _count_words(page) + MORE:
        other = take_whole(source, xml=not xml)
        others.append(Reading(_document(name, source, other, incomplete, encoding), "as HTML" if xml else "as XML"))
    if directed := find_directed(source, page, xml=xml):
        others += add_directed(usual, _document(name, source, directed, incomplete, encoding)).readings
    return replace(usual, readings=tuple(others)) if others else usual


def _count_words(page: Page) -> int:
    return len(page.text[: page.visible].split())


def _document(name: str, source: str, page: Page, incomplete: tuple[str, ...], encoding: str) -> Document:
    return Document(
        name,
        page.text,
        title=page.title,
        metadata=page.metadata,
        incomplete=incomplete + page.doubts,
        format="html",
        encoding=encoding,
        offsets=page.offsets,
        original=source,
        parts=page.parts,
        seams=page.seams,
    )


def declared(raw: bytes) -> list[str]:
    """The encodings that a page names itself, as they come; browsers heed one wherever it stands."""
    found = [PROLOGUE.match(raw[:200]), *islice(DECLARED.finditer(raw), 100)]
    return list(dict.fromkeys(one[1].decode("ascii").lower() for one in found if one))[:MOST_DECLARED]


def looks(start: Start) -> bool:
    """By its first element, or by its name where there is any markup."""
    return start.root.lower() in ROOTS or (start.named(".html", ".htm", ".xhtml", ".xht") and "<" in start.text)


FORMAT = Format("html", "HTML", looks, read, (".html", ".htm", ".xhtml", ".xht"), "characters of the file")
