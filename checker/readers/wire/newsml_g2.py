"""NewsML-G2 (https://iptc.org/standards/newsml-g2/): news, packages, concepts, plans, alone or several in a message."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from checker.readers.document import Document, Kind, Unreadable
from checker.readers.formats import Format, Start
from checker.readers.wire import nitf
from checker.readers.wire.body import text_of
from checker.readers.wire.item import Item, by_words, documents, expressions, first, lines, root_of
from checker.readers.wire.story import Key
from checker.readers.wire.xmltree import Element, Tree

NOTHING = "It is a NewsML-G2 message without an item."
ITEMS = {
    "newsItem": Kind.STORY,
    "packageItem": Kind.PACKAGE,
    "conceptItem": Kind.CONCEPT,
    "knowledgeItem": Kind.CONCEPT,
    "planningItem": Kind.PLANNING,
    "catalogItem": Kind.CONCEPT,
}
PARTS = {
    "contentSet": Kind.STORY,
    "groupSet": Kind.PACKAGE,
    "conceptSet": Kind.CONCEPT,
    "contentMeta": Kind.UNKNOWN,
    "itemMeta": Kind.UNKNOWN,
    "newsCoverageSet": Kind.PLANNING,
    "catalog": Kind.CONCEPT,
}
"""Pieces of items that are sent on their own."""
CLASSES = {
    "text": Kind.STORY,
    "picture": Kind.PICTURE,
    "photo": Kind.PICTURE,
    "image": Kind.PICTURE,
    "graphic": Kind.GRAPHIC,
    "animated": Kind.GRAPHIC,
    "video": Kind.VIDEO,
    "audio": Kind.AUDIO,
    "sound": Kind.AUDIO,
    "composite": Kind.PACKAGE,
    "event": Kind.EVENT,
    "planning": Kind.PLANNING,
    "concept": Kind.CONCEPT,
}
"""By the last part of `itemClass@qcode` (https://cv.iptc.org/newscodes/ninature/)."""
REPLACES = re.compile(r"replac|previousversion|supersed|evolvedfrom|updateof|correct", re.IGNORECASE)
EDITORIAL = {
    "c": "correction",
    "u": "update",
    "correction": "correction",
    "update": "update",
    "kill": "kill",
    "w": "withdrawn",
    "d": "deleted",
}
SIGNALS = frozenset(("sig", "edstat", "itemrole", "update", "editstat"))
CAPTION = re.compile(r"caption|descr|summary", re.IGNORECASE)
NOT_TEXT = re.compile(r"^(?:image|video|audio)/|sportsml|json|/csv", re.IGNORECASE)


def read(name: str, stream: BinaryIO) -> Iterator[Document | Unreadable]:
    """The items of a file. Raises OSError."""
    return documents(name, stream, items, NOTHING)


def items(tree: Tree) -> Iterator[Item]:
    """Every item; items within items belong to these."""
    end = 0
    for element in tree.root.walk(*ITEMS):
        if element.start >= end:
            end = element.end
            if element.name in ITEMS and (element.get("guid") or element.child("itemMeta") or len(element.content) > 3):
                yield _item(tree, element, ITEMS[element.name])
    if not end and tree.root.name in PARTS:
        yield _item(tree, tree.root, PARTS[tree.root.name])


def _item(tree: Tree, element: Element, kind: Kind) -> Item:
    item = Item(element, element.get("guid"), version=element.get("version"), kind=kind)
    meta, content = element.child("itemMeta"), element.child("contentMeta")
    item.note(Key.LANGUAGE, _language(element, content), element.get("lang"))
    if meta:
        _management(tree, meta, item)
    if content or element.name == "contentMeta":
        _content(tree, content or element, item)
    _rights(tree, element, item)
    _kind(element, item)
    _body(tree, element, item)
    item.title = item.title or tree.words(element.find("title") if meta is None else meta.child("title"))
    item.kind = by_words(item, *(signal.get("qcode") for signal in element.walk("signal")))
    return item


def _language(element: Element, content: Element | None) -> str:
    """The first language that an item says it is in."""
    found = next((language.get("tag") for language in content.children("language")), "") if content else ""
    return found or element.get("lang")


def _management(tree: Tree, meta: Element, item: Item) -> None:
    """`itemMeta`: what has become of the item."""
    status = meta.child("pubStatus")
    if status:
        item.status(status.get("qcode"), status.get("literal"), status.get("uri").rpartition("/")[2])
    item.date(Key.CREATED, tree.words(meta.child("firstCreated")))
    item.date(Key.UPDATED, tree.words(meta.child("versionCreated")))
    item.date(Key.EMBARGO, tree.words(meta.child("embargoed")))
    public = (note for note in meta.children("edNote", "ednote") if "nonpublic" not in note.get("pubconstraint"))
    item.note(Key.EDNOTE, lines(tree, (note for note in public if not note.get("role").endswith("notepad"))))
    provider = meta.child("provider")
    item.note(Key.SOURCE, _named(tree, provider))
    said = []
    for signal in meta.children("signal", "role"):
        scheme, _, code = signal.get("qcode").lower().rpartition(":")
        if scheme in SIGNALS:
            said.append(EDITORIAL.get(code, code if len(code) > 2 else ""))
    item.note(Key.SIGNAL, ", ".join(dict.fromkeys(filter(None, said))))
    updated = any(word.startswith(("update", "correct")) for word in said)
    for link in meta.children("link"):
        relation = link.get("rel").rpartition(":")[2]
        if REPLACES.search(relation) or (not relation and updated):
            item.note(Key.REPLACES, link.get("residref"), link.get("guidref"), link.get("href"))
        elif relation.lower() in ("alternate", "canonical", "permalink"):
            item.note(Key.URL, link.get("href"))


def _content(tree: Tree, meta: Element, item: Item) -> None:
    """`contentMeta`: the lines around the text."""
    headlines = [line for line in meta.children("headline") if "sub" not in line.get("role").lower()]
    headlines.sort(key=lambda line: line.get("rank") or "0")
    item.title = next(filter(None, map(tree.words, headlines)), "")
    item.note(Key.SLUG, *(tree.words(slug) for slug in meta.children("slugline")))
    item.note(Key.BYLINE, "; ".join(filter(None, map(tree.words, meta.children("by")))))
    item.note(Key.DATELINE, *(tree.words(line) for line in meta.children("dateline")))
    item.note(Key.CREDIT, *(tree.words(line) for line in meta.children("creditline")))
    item.note(Key.SOURCE, *(_named(tree, source) for source in meta.children("infoSource")))
    item.note(Key.GENRE, *(_named(tree, genre) for genre in meta.children("genre")))
    item.date(Key.CREATED, tree.words(meta.child("contentCreated")))
    item.date(Key.UPDATED, tree.words(meta.child("contentModified")))


def _named(tree: Tree, element: Element | None) -> str:
    """The name of a party or a concept: what it is called, else its literal, else its code."""
    if element is None:
        return ""
    name = next(filter(None, map(tree.words, element.children("name"))), "")
    return name or element.get("literal") or element.get("qcode") or element.get("uri") or tree.words(element)


def _rights(tree: Tree, element: Element, item: Item) -> None:
    """`rightsInfo`: the first that is about the item as a whole counts most."""
    scoped = sorted(
        element.children("rightsInfo"), key=lambda rights: bool(rights.get("idrefs") or rights.get("aspect"))
    )
    for rights in scoped:
        item.holder = item.holder or next(
            filter(None, (_named(tree, holder) for holder in rights.children("copyrightHolder"))), ""
        )
        notices = list(rights.children("copyrightNotice"))
        item.note(Key.COPYRIGHT, lines(tree, notices), *(notice.get("href") for notice in notices))
        terms = list(rights.children("usageTerms"))
        item.note(Key.USAGE, lines(tree, terms), *(term.get("href") for term in terms))
        for limit in rights.children("validFrom", "validTo"):
            item.date(Key.LICENCE_FROM if limit.name == "validFrom" else Key.LICENCE_UNTIL, tree.words(limit))
        for term in terms:
            item.date(Key.LICENCE_FROM, term.get("validfrom"))
            item.date(Key.LICENCE_UNTIL, term.get("validto"))
    item.note(Key.RIGHTS, expressions(tree, element))


def _kind(element: Element, item: Item) -> None:
    """What the item is by its class, in news items."""
    kind = element.find("itemClass") if element.name in ("newsItem", "contentSet") else None
    if kind:
        code = (kind.get("qcode") or kind.get("uri") or kind.get("literal")).replace("/", ":")
        item.kind = CLASSES.get(code.rpartition(":")[2].lower(), Kind.STORY)
    if item.kind is Kind.CONCEPT and any("event" in type_.get("qcode").lower() for type_ in element.walk("type")):
        item.kind = Kind.EVENT


def _body(tree: Tree, element: Element, item: Item) -> None:
    """The text: XHTML, NITF, plain or escaped; else the caption of what is no text."""
    sets = [element] if element.name == "contentSet" else list(element.children("contentSet"))
    inline = [part for content in sets for part in content.children("inlineXML", "inlineData")]
    inner = next(filter(None, (part.find("nitf") for part in inline)), None)
    if inner:
        nitf.take(tree, inner, item)
    else:
        item.text = text_of(tree, _texts(inline))
    item.title = item.title or next(filter(None, (first(tree, part, "h1") for part in inline)), "")
    if item.text.length or item.kind is Kind.CONCEPT:
        return
    if any(content.find("eventDetails") for content in sets):
        item.kind = Kind.EVENT
        return
    if item.kind is Kind.STORY and (any(content.content for content in sets) or not sets):
        _of_other_content(element, item)
    if item.kind is Kind.STORY:
        return
    described = [
        line for line in element.walk("description") if CAPTION.search(line.get("role")) or not line.get("role")
    ]
    item.text = text_of(tree, described[:1])


def _texts(inline: Iterable[Element]) -> Iterator[Element]:
    """The elements that hold the text; of a page only its body."""
    for part in inline:
        if NOT_TEXT.search(part.get("contenttype")) or part.find("sports-content", "conceptSet", "concept", "newsItem"):
            continue
        body = part.find("body")
        yield body or part


def _of_other_content(element: Element, item: Item) -> None:
    """A news item without text of its own: what it holds or leads to instead."""
    if element.find("concept", "conceptSet"):
        item.kind = Kind.EVENT if element.find("eventDetails") else Kind.CONCEPT
        return
    for remote in element.walk("remoteContent", "inlineData", "inlineXML"):
        kind = CLASSES.get(remote.get("contenttype").partition("/")[0].lower(), Kind.STORY)
        if kind is not Kind.STORY:
            item.kind = kind
            return
    item.kind = Kind.UNKNOWN


def looks(start: Start) -> bool:
    """By its first element."""
    return root_of(start) in ("newsMessage", *ITEMS, *PARTS)


FORMAT = Format("newsml-g2", "NewsML-G2", looks, read, (".newsml", ".xml"), "characters of the file", many=True)
