"""An e-book (EPUB 3.3): the chapters in the order in which they are read, each as the web page that it is."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import BinaryIO
from urllib.parse import unquote

from checker.readers.document import MOST_BYTES, Document, Unreadable
from checker.readers.formats import Format, Start, whole
from checker.readers.inside import inside
from checker.readers.package import Package, kind_of, parse
from checker.readers.zipguard import MB, Limits, Refused, open_zip

NAME = "epub"
MIMETYPE = b"application/epub+zip"
CONTAINER = "META-INF/container.xml"
ENCRYPTION = "META-INF/encryption.xml"
FONTS = (b"http://www.idpf.org/2008/embedding", b"http://ns.adobe.com/pdf/enc#RC")
"""Algorithms that garble fonts only."""
PAGES = ("application/xhtml+xml", "text/html", "image/svg+xml", "application/x-dtbook+xml")
LIMITS = Limits(entries=10_000, entry=MOST_BYTES, total=256 * MB)


def read(name: str, stream: BinaryIO) -> Iterator[Document | Unreadable]:
    """Each chapter as a document. Raises OSError."""
    raw, cut = whole(stream, MOST_BYTES)
    if cut:
        yield Unreadable(name, "It is an e-book too large to be read.")
        return
    try:
        package = Package(open_zip(raw, LIMITS))
        sealed = package.zip.read(ENCRYPTION) if ENCRYPTION in package.zip.entries else b""
        if sealed and not any(font in sealed for font in FONTS):
            raise Refused("It is protected against copying.")
        chapters = list(_chapters(package))
    except Refused as refused:
        yield Unreadable(name, f"It is an e-book that cannot be read. {refused}")
        return
    for chapter in chapters:
        path = f"{name}/{chapter}"
        try:
            page = package.zip.read(chapter)
        except Refused as refused:
            yield Unreadable(path, str(refused))
            continue
        except KeyError:
            yield Unreadable(path, "This chapter of the e-book is missing from it.")
            continue
        yield from inside(NAME, path, page)
    if not chapters:
        yield Unreadable(name, "There is no text in this e-book.")


def _chapters(package: Package) -> Iterator[str]:
    """The pages in the order of the spine, then those that it leaves out (navigation, pages that are linked)."""
    holders = [element.get("full-path", "") for element in package.root(CONTAINER).iter("{*}rootfile")]
    for holder in dict.fromkeys(filter(None, holders)):
        root = parse(holder, package.zip.read(holder)) if holder in package.zip.entries else package.root(holder)
        folder = posixpath.dirname(holder)
        items = {
            item.get("id", ""): posixpath.normpath(posixpath.join(folder, unquote(item.get("href", ""))))
            for item in root.iter("{*}item")
            if item.get("media-type") in PAGES and "nav" not in item.get("properties", "").split()
        }
        order = [items[key] for key in (ref.get("idref", "") for ref in root.iter("{*}itemref")) if key in items]
        yield from dict.fromkeys((*order, *items.values()))


def looks(start: Start) -> bool:
    """By its first entry, which says what it is."""
    return kind_of(start.raw).startswith(MIMETYPE)


FORMAT = Format(NAME, "an e-book (EPUB)", looks, read, (".epub",), "characters of its page", many=True)
