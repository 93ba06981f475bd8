"""A page read: its documents, as the check of the file it lies in would have them, and the host it stands on.

The same page gives the same documents on every machine and at every time; evidence is checked by that.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from checker.audit.nouns import Page, PageKind, Result, Terms
from checker.audit.within import ID, PASSED_OVER, metadata_of, standing_of, within_of
from checker.policy.hosts import written
from checker.readers import read
from checker.readers.document import Document, Unreadable
from checker.readers.pieces import Piece, documents
from checker.readers.warc import told

BARE_HOST = re.compile(r"www\.|(?:[\w-]{1,63}\.){1,9}\w{2,63}/")
"""An address without its scheme: www.wick.example/goats."""
MOST_HOST = 253
NOTHING = "There is no text in it."


def documents_of(page: Page) -> Iterator[Document | Unreadable]:
    """The texts of a page, and what of it is none. Raises nothing; where there is nothing to read, says so."""
    if page.unreadable:
        yield Unreadable(page.place, page.unreadable)
        return
    if page.kind is PageKind.TEXT:
        yield _text(page)
        return
    last: Document | None = None
    found = False
    for entry in _read(page):
        found = True
        if last:
            yield last
        last = entry if isinstance(entry, Document) else None
        if isinstance(entry, Unreadable):
            yield entry
    if last:
        yield told(last, page.facts.get(PASSED_OVER, ""))
    elif not found:
        yield Unreadable(page.place, NOTHING)


def _read(page: Page) -> Iterator[Document | Unreadable]:
    formats = within_of(page)
    if not formats:
        yield from read(page.name, io.BytesIO(page.body))
        return
    standing = standing_of(page)
    yield from documents(
        formats,
        Piece(
            page.place,
            page.name,
            page.body,
            page.facts.get(ID, "") or page.url or page.place,
            standing,
            page.charset,
            metadata_of(page),
            page.doubts,
        ),
    )


def _text(page: Page) -> Document:
    """As the reader of its lines makes it."""
    formats, facts = within_of(page), page.facts
    return Document(
        page.name,
        page.body.decode("utf-8", "surrogatepass"),
        facts.get("title", ""),
        facts.get("holder", ""),
        facts.get("story", ""),
        facts.get("version", ""),
        metadata=metadata_of(page),
        incomplete=page.doubts,
        place=standing_of(page),
        format=formats[-1] if formats else "",
    )


def page_of(result: Result) -> Page:
    """The page that a result was made of, from the result alone, where that has its body."""
    return Page(
        number=result.number,
        input=result.input,
        place=result.place,
        name=result.name,
        body=result.body,
        kind=result.kind,
        url=result.url,
        date=result.date,
        charset=result.charset,
        facts=result.facts,
        doubts=result.doubts,
    )


def site_of(page: Page, terms: Terms) -> str:
    """The host that a page stands on: of its address, else what its row says, else that of the audit; "" unknown.

    Lower case, without user, port and final full stop; names in Punycode (RFC 3492) as people write them, where that
    is nothing but letters, digits and hyphens.
    """
    address = f"//{page.url}" if BARE_HOST.match(page.url) else page.url
    return _host(address) or _host(f"//{page.facts.get('site', '')}") or _host(f"//{terms.site}") or terms.site


def _host(address: str) -> str:
    try:
        host = (urlsplit(address).hostname or "").rstrip(".")
    except ValueError:
        return ""
    if len(host) > MOST_HOST or not host.isprintable() or " " in host:
        return ""
    return written(host)
