"""News XML of single houses, and XML that nobody knows: of that, everything that is said between its tags."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from checker.readers.document import Document, Kind, Unreadable
from checker.readers.formats import Format, Start
from checker.readers.wire import feeds, newsml1, newsml_g2, nitf
from checker.readers.wire.body import all_of, text_of
from checker.readers.wire.item import ENVELOPE, Item, Items, by_words, documents, root_of
from checker.readers.wire.story import Key
from checker.readers.wire.xmltree import HEAD, Element, Tree

NOTHING = "It is XML without a word of text in it."
DATES = frozenset((Key.CREATED, Key.UPDATED, Key.EMBARGO, Key.EXPIRES))
OTHERS: Mapping[str, Items] = {
    "nitf": nitf.items,
    "NewsML": newsml1.items,
    **dict.fromkeys(("newsMessage", *newsml_g2.ITEMS), newsml_g2.items),
    **dict.fromkeys(("rss", "feed", "RDF"), feeds.items),
}
"""By the first element, where so much stands before it that the beginning of the file did not show it."""
TRUE = frozenset(("true", "1", "yes"))


@dataclass(frozen=True, slots=True)
class Dialect:
    """The XML of one house by its own names: of an item, of what holds its text, of its facts.

    `flags` are elements that say true or false, with the signal that they give.
    """

    item: str
    text: tuple[str, ...]
    facts: Mapping[Key, tuple[str, ...]]
    id: str
    title: tuple[str, ...]
    holder: str = ""
    version: str = ""
    flags: Mapping[str, str] | None = None


RITZAU = Dialect(
    item="RBNews",
    text=("subtitle", "content"),
    facts={
        Key.SLUG: ("strapline",),
        Key.BYLINE: ("byLine",),
        Key.DATELINE: ("town",),
        Key.CREATED: ("PublishDate",),
        Key.CREDIT: ("origin",),
        Key.EDNOTE: ("TilRedaktionen",),
        Key.GENRE: ("format",),
        Key.REPLACES: ("Replaces", "replacedID"),
    },
    id="NewsID",
    title=("headline",),
    holder="origin",
    version="version",
    flags={"Annuleret": "kill", "Korrektion": "correction", "NyVersion": "update", "InfoFlash": "flash"},
)
RELEASE = Dialect(
    item="release",
    text=("leadtext", "body", "boilerplate"),
    facts={
        Key.URL: ("longurl",),
        Key.EMBARGO: ("embargo",),
        Key.CREATED: ("publicationDate",),
        Key.GENRE: ("type",),
        Key.SLUG: ("keywords",),
        Key.SOURCE: ("publisher",),
    },
    id="id",
    title=("title",),
)
DIALECTS = {"RBNews": RITZAU, "XMLNewsQueuedResponse": RITZAU, "XMLNewsQueuedResult": RITZAU, "release": RELEASE}


def read(name: str, stream: BinaryIO) -> Iterator[Document | Unreadable]:
    """The items of a file. Raises OSError."""
    return documents(name, stream, items, NOTHING)


def items(tree: Tree) -> Iterator[Item]:
    """The items of a house's own XML; the whole file when it is nobody's that is known."""
    if other := OTHERS.get(tree.root.name):
        yield from other(tree)
        return
    dialect = DIALECTS.get(tree.root.name)
    found = False
    if dialect:
        for element in tree.root.walk(dialect.item):
            found = True
            yield _item(tree, element, dialect)
    if not found:
        item = Item(tree.root, kind=Kind.UNKNOWN, text=all_of(tree))
        if item.text.length or tree.incomplete:
            yield item


def _item(tree: Tree, element: Element, dialect: Dialect) -> Item:
    """One item by the names of its house; its facts are its own children."""
    children: dict[str, Element] = {}
    for child in element.children():
        children.setdefault(child.name, child)

    def said(*names: str) -> str:
        return next(filter(None, (tree.words(children.get(name)) for name in names)), "")

    item = Item(element, element.get(dialect.id) or said(dialect.id), said(*dialect.title))
    item.holder, item.version = said(dialect.holder).strip("/ "), said(dialect.version)
    for key, names in dialect.facts.items():
        (item.date if key in DATES else item.note)(key, said(*names))
    item.note(Key.LANGUAGE, element.get("lang"))
    given = [signal for name, signal in (dialect.flags or {}).items() if said(name).lower() in TRUE]
    item.note(Key.SIGNAL, ", ".join(given))
    item.status("canceled" if "kill" in given else "", *given)
    item.text = text_of(tree, (children[name] for name in dialect.text if name in children))
    item.kind = by_words(item)
    return item


def looks(start: Start) -> bool:
    """Whatever begins as XML."""
    root = root_of(start)
    if root in DIALECTS or start.text.lstrip().startswith("<?xml"):
        return True
    return bool(root) and ("<?xml" in start.text[:ENVELOPE] or "xmlns" in start.text[:HEAD] or start.ends(".xml"))


FORMAT = Format("xml", "XML", looks, read, (".xml",), "characters of the file", many=True)
