"""Feeds: RSS 0.9x, 1.0 (RDF) and 2.0 (https://www.rssboard.org/rss-specification), Atom (RFC 4287), and
WordPress exports, which are RSS too. Every entry is a document."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from checker.readers.document import Document, Kind, Unreadable
from checker.readers.formats import Format, Start
from checker.readers.offsets import TextBuilder
from checker.readers.prose import is_prose
from checker.readers.wire.body import text_of
from checker.readers.wire.item import Item, by_words, documents, expressions, root_of
from checker.readers.wire.story import Key
from checker.readers.wire.xmltree import Element, Tree

NOTHING = "It is a feed without an entry."
ENTRIES = ("item", "entry")
CREATED = ("pubDate", "published", "issued", "created", "date", "post_date_gmt")
UPDATED = ("updated", "modified", "post_modified_gmt")
HOLDERS = ("rightsHolder", "copyright", "rights")
MEDIA = {"image": Kind.PICTURE, "video": Kind.VIDEO, "audio": Kind.AUDIO}
POSTED = {"publish": "usable", "trash": "canceled", "draft": "withheld", "pending": "withheld", "private": "withheld"}
"""wp:status of a WordPress export."""
NO_TEXT = frozenset(
    (
        "title",
        "guid",
        "id",
        "link",
        "category",
        "author",
        "creator",
        "comments",
        "comment",
        "source",
        "enclosure",
        "group",
    )
)
"""Children of an entry in which no text of it is looked for; a reader's comments may be longer than a post."""
TIMES = 2
"""How many times longer than the known ones an element of another name is that holds the text."""
FEWEST = 30
"""Words of prose in such an element."""
WHOLE = 60
"""Words of a description that may well be all there is, as in feeds of short news."""
BREAKS_OFF = re.compile(r"(?:…|\.\.\.|\[…\]|\[\.\.\.\])\W*(?:(?:read|continue) \w+\W*)?$", re.IGNORECASE)
SUMMARY_ONLY = "only a summary of it came with its feed"
FOREIGN = frozenset(("media", "itunes", "googleplay", "image", "textinput"))
"""Prefixes of modules whose `title`, `content` and `description` are of something else than the entry."""


def read(name: str, stream: BinaryIO) -> Iterator[Document | Unreadable]:
    """The entries of a feed. Raises OSError."""
    return documents(name, stream, items, NOTHING)


def items(tree: Tree) -> Iterator[Item]:
    """Every entry, with what its channel says where it says nothing itself."""
    top = tree.root if tree.root.name in ("feed", *ENTRIES) else tree.root.child("channel") or tree.root
    channel = Element(top.name, top.attributes, top.start, top.end)
    channel.content = [child for child in top.children() if child.name not in ENTRIES]
    end = 0
    for element in tree.root.walk(*ENTRIES):
        if element.prefix not in FOREIGN and element.start >= end:
            end = element.end
            yield _entry(tree, element, channel)


def _own(element: Element, *names: str) -> Iterator[Element]:
    """Child elements of these names that belong to the entry, in the order of the names."""
    for name in names:
        for child in element.children(name):
            if child.prefix not in FOREIGN:
                yield child


def _said(tree: Tree, element: Element, *names: str) -> str:
    return next(filter(None, (tree.words(child) for child in _own(element, *names))), "")


def _entry(tree: Tree, element: Element, channel: Element) -> Item:
    item = Item(element, _said(tree, element, "guid", "id", "identifier") or element.get("about"))
    item.title = _said(tree, element, "title")
    item.note(Key.URL, _link(tree, element))
    item.id = item.id or item.facts.get(Key.URL, "")
    item.date(Key.CREATED, _said(tree, element, *CREATED))
    item.date(Key.UPDATED, _said(tree, element, *UPDATED))
    item.note(Key.BYLINE, _said(tree, element, "creator"), _author(tree, element), _author(tree, channel))
    item.note(Key.LANGUAGE, element.get("lang"), _said(tree, element, "language"), _said(tree, channel, "language"))
    item.note(Key.LANGUAGE, channel.get("lang"), tree.root.get("lang"))
    _rights(tree, element, channel, item)
    _text(tree, element, item)
    _posted(tree, element, item)
    item.kind = by_words(item, *(tree.words(category) for category in element.children("category")))
    return item


def _link(tree: Tree, element: Element) -> str:
    """Where the entry stands: RSS says so in words, Atom in an attribute."""
    for link in element.children("link", "origLink"):
        if link.get("rel") in ("", "alternate") and (address := tree.words(link) or link.get("href")):
            return address
    return ""


def _author(tree: Tree, element: Element) -> str:
    """Atom names persons in an element of their own; RSS writes an address and perhaps a name behind it."""
    said = []
    for author in _own(element, "author"):
        name = tree.words(author.child("name")) or tree.words(author)
        said.append(name.partition("(")[2].rstrip(") ") or name if "@" in name else name)
    return "; ".join(filter(None, said))


def _rights(tree: Tree, element: Element, channel: Element, item: Item) -> None:
    """Whose it is: of the entry, then of its media, then of the channel."""
    own = _said(tree, element, "rights", "copyright")
    notice = own or _said(tree, channel, "copyright", "rights")
    item.note(Key.COPYRIGHT, notice)
    item.holder = _said(tree, element, "rightsHolder") or _said(tree, channel, "rightsHolder")
    item.note(
        Key.SOURCE, _said(tree, element, "source"), _said(tree, element, "publisher"), _said(tree, channel, "title")
    )
    item.note(Key.CREDIT, *(tree.words(credit) for credit in element.walk("credit")))
    licences = [*element.children("license"), *channel.children("license")]
    item.note(Key.USAGE, *(tree.words(licence) or licence.get("href") for licence in licences))
    item.note(Key.RIGHTS, expressions(tree, element))


def _text(tree: Tree, element: Element, item: Item) -> None:
    """The longest of what may be the whole entry; a summary only where there is nothing else."""
    full = [*(child for child in element.children("encoded") if child.prefix != "excerpt"), *_own(element, "content")]
    own = [child for child in element.walk("first_line", "body") if child.prefix not in ("", "atom")]
    bodies = [text_of(tree, [_inside(child)]) for child in full]
    bodies += [text_of(tree, own)] if own else []  # a house's own module: its first line and what follows it
    summary = not any(body.length for body in bodies)
    if summary:
        bodies = [text_of(tree, [_inside(child)]) for child in _own(element, "description", "summary")]
    item.text = max(bodies, key=lambda body: body.length, default=TextBuilder())
    if elsewhere := _elsewhere(tree, element, item.text.length):
        item.text, summary = elsewhere, False
    if not item.text.length:
        described = [child for child in element.walk("description", "text") if child.prefix == "media"]
        item.text = text_of(tree, described[:1])
        item.kind = _media(element, bool(described))
    if summary and item.text.length and _is_teaser(element, item.text.text()):
        item.note(Key.PARTIAL, SUMMARY_ONLY)


def _elsewhere(tree: Tree, element: Element, known: int) -> TextBuilder | None:
    """The entry's text in an element of whatever name, where that holds many times what the known ones do."""
    groups: dict[tuple[str, str], list[Element]] = {}
    for child in element.children():
        if child.name not in NO_TEXT:
            groups.setdefault((child.prefix, child.name), []).append(child)
    found: TextBuilder | None = None
    for elements in groups.values():
        if sum(child.end - child.start for child in elements) <= TIMES * known:
            continue
        text = text_of(tree, map(_inside, elements))
        if text.length > TIMES * max(known, found.length if found else 0) and is_prose(text.text(), FEWEST):
            found = text
    return found


def _is_teaser(element: Element, text: str) -> bool:
    """Whether the description of an entry without a text is not all of it: Atom's summary never is."""
    words = text.split()
    return element.name == "entry" or len(words) < WHOLE or bool(BREAKS_OFF.search(text[-40:]))


def _inside(element: Element) -> Element:
    """Atom's XHTML stands in a `div`, RSS may have a whole page."""
    return element.find("body") or element if element.name != "body" else element


def _media(element: Element, described: bool) -> Kind:
    """What an entry without text leads to."""
    for child in element.walk("content", "enclosure"):
        kind = MEDIA.get((child.get("type").partition("/")[0] or child.get("medium")).lower())
        if kind and (child.prefix == "media" or child.name == "enclosure"):
            return kind
    return Kind.STORY


def _posted(tree: Tree, element: Element, item: Item) -> None:
    """What WordPress says of a post (https://wordpress.org/documentation/article/tools-export-screen/)."""
    facts = {child.name: tree.words(child) for child in element.children() if child.prefix == "wp"}
    state, sort = facts.get("status", ""), facts.get("post_type", "")
    item.status(POSTED.get(state, ""))
    if state == "future":
        item.date(Key.EMBARGO, facts.get("post_date_gmt", ""))
    item.note(Key.SLUG, facts.get("post_name", ""))
    if sort == "attachment":
        item.kind = Kind.PICTURE
    elif sort and sort not in ("post", "page", "article", "story", "news"):
        item.kind = Kind.UNKNOWN


def looks(start: Start) -> bool:
    """By its first element."""
    root = root_of(start)
    if root == "entry":
        return "w3.org/2005/Atom" in start.text
    return root in ("rss", "feed", "RDF") and (root != "RDF" or "rss" in start.text.lower())


FORMAT = Format(
    "feed", "a feed (RSS, Atom)", looks, read, (".rss", ".atom", ".rdf", ".xml"), "characters of the file", many=True
)
