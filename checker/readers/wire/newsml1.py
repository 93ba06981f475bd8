"""NewsML 1.0 to 1.2 (https://iptc.org/std/NewsML/), as agencies fill it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from checker.readers.document import Document, Kind, Unreadable
from checker.readers.elements import names
from checker.readers.formats import Format, Start
from checker.readers.wire import nitf
from checker.readers.wire.body import text_of
from checker.readers.wire.item import Item, by_words, documents, expressions, first, lines, root_of
from checker.readers.wire.story import Key
from checker.readers.wire.xmltree import Element, Tree

NOTHING = "It is NewsML without a news item."
KINDS = {
    "photo": Kind.PICTURE,
    "picture": Kind.PICTURE,
    "image": Kind.PICTURE,
    "graphic": Kind.GRAPHIC,
    "animation": Kind.GRAPHIC,
    "video": Kind.VIDEO,
    "audio": Kind.AUDIO,
    "advisory": Kind.ADVISORY,
    "alert": Kind.STORY,
    "agenda": Kind.PLANNING,
    "event": Kind.EVENT,
    "test": Kind.TEST,
    "catalog": Kind.CONCEPT,
}
"""By the names of media and of item types."""
BODY = frozenset(("body", "main", "story", "text", "article", "lead", "teaser", "take"))
"""Roles of parts that are running text; where there is one, the others are not."""
NOT_BODY = names(
    "title headline subheadline caption label photo picture image thumbnail preview highlight graphic quicklook video "
    "audio keywords metadata slug slugline signature byline copyright stylesheet contact contacts logo"
)
"""Roles of parts that are not the running text."""
OTHER = re.compile(r"photo|picture|image|graphic|video|audio|binary|css", re.IGNORECASE)
REVISION = re.compile(r"[:/-]v?0*(\d+)[A-Z]{0,2}$")
UPDATES = {"u": "update", "a": "update"}


WHOLE = 4
"""How many colons a public identifier has; one with fewer names the agency, and no item."""


def read(name: str, stream: BinaryIO) -> Iterator[Document | Unreadable]:
    """The items of a file. Raises OSError."""
    return documents(name, stream, items, NOTHING)


def items(tree: Tree) -> Iterator[Item]:
    """Every news item that is not part of another, and topics when there is none."""
    end = 0
    for element in tree.root.walk("NewsItem"):
        if element.start >= end:
            end = element.end
            yield _item(tree, element)
    if not end and tree.root.find("TopicSet", "Catalog"):
        yield Item(tree.root, kind=Kind.CONCEPT)


def _item(tree: Tree, element: Element) -> Item:
    item = Item(element)
    _identity(tree, element, item)
    _management(tree, element, item)
    _lines(tree, element, item)
    _rights(tree, element, item)
    _body(tree, element, item)
    item.title = item.title or first(tree, element, "HeadLine", "NameLabel")
    item.kind = by_words(item, *(part.get("FormalName") for part in element.walk("Genre", "NewsItemType")))
    return item


def _identity(tree: Tree, element: Element, item: Item) -> None:
    """The id without the revision: the public identifier when it has its three parts, else provider, day and item."""
    identifier = element.child("Identification", "NewsIdentifier")
    if identifier is None:
        return
    revision = identifier.child("RevisionId")
    item.version = tree.words(revision)
    public = tree.words(identifier.child("PublicIdentifier"))
    parts = [tree.words(identifier.child(name)) for name in ("ProviderId", "DateId", "NewsItemId")]
    if not parts[2] and public.count(":") < WHOLE:
        public = first(tree, element, "guid")
    elif parts[2] not in public:
        public = ":".join(["urn:newsml", *filter(None, parts)])
    numbered = REVISION.search(public)
    same = bool(numbered and numbered[1] == (item.version.lstrip("0") or "0"))
    item.id = REVISION.sub("", public) if same else public
    before = revision.get("PreviousRevision") if revision else ""
    if before not in ("", "0"):
        item.note(Key.REPLACES, f"{item.id}:{before}")
    if revision:
        item.note(Key.SIGNAL, UPDATES.get(revision.get("Update").lower(), ""))
    item.note(Key.SLUG, tree.words(element.child("Identification", "NameLabel")))


def _management(tree: Tree, element: Element, item: Item) -> None:
    """`NewsManagement`: what has become of the item."""
    management = element.child("NewsManagement")
    if management is None:
        return
    kind = management.child("NewsItemType")
    if kind:
        item.kind = KINDS.get(kind.get("FormalName").lower(), Kind.STORY)
    item.date(Key.CREATED, tree.words(management.child("FirstCreated")))
    item.date(Key.UPDATED, tree.words(management.child("ThisRevisionCreated")))
    status = management.child("Status")
    said = status.get("FormalName") if status else ""
    item.status(said)
    change = management.child("StatusWillChange")
    if change:
        when = tree.words(change.child("DateAndTime"))
        future = change.child("FutureStatus")
        later = future.get("FormalName").lower() if future else ""
        item.date(Key.EMBARGO if later == "usable" else Key.EXPIRES, when)
    told = [tree.words(note) or note.get("FormalName") for note in management.children("Instruction", "EditorialNote")]
    item.note(Key.EDNOTE, "\n".join(filter(None, told)))
    if any(note.get("FormalName").lower() in ("update", "rectify", "correction") for note in management.walk()):
        item.note(Key.SIGNAL, "update")
    derived = management.child("DerivedFrom")
    if derived:
        item.note(Key.REPLACES, derived.get("NewsItem"))


def _lines(tree: Tree, element: Element, item: Item) -> None:
    """`NewsLines`, of any component: the first that says something counts."""
    item.title = first(tree, element, "HeadLine")
    item.note(Key.BYLINE, first(tree, element, "ByLine"))
    item.note(Key.DATELINE, first(tree, element, "DateLine"))
    item.note(Key.CREDIT, first(tree, element, "CreditLine"))
    item.note(Key.COPYRIGHT, first(tree, element, "CopyrightLine"))
    item.note(Key.USAGE, first(tree, element, "RightsLine"))
    item.note(Key.SLUG, first(tree, element, "SlugLine"))
    for name, key in (("Language", Key.LANGUAGE), ("Genre", Key.GENRE)):
        item.note(key, *(found.get("FormalName") for found in element.walk(name)))
    item.note(Key.LANGUAGE, element.get("lang"), *(part.get("lang") for part in element.walk("NewsComponent")))
    notes = [line for line in element.walk("NewsLine") if _is_note(line)]
    item.note(Key.EDNOTE, lines(tree, (text for line in notes for text in line.children("NewsLineText"))))


def _is_note(line: Element) -> bool:
    kind = line.child("NewsLineType")
    return bool(kind) and "note" in (kind.get("FormalName").lower() if kind else "")


def _rights(tree: Tree, element: Element, item: Item) -> None:
    """`RightsMetadata`, and the parties of `AdministrativeMetadata`."""
    item.holder = first(tree, element, "CopyrightHolder")
    for usage in element.walk("UsageRights"):
        item.note(Key.USAGE, lines(tree, usage.children("UsageType", "Limitations", "RightsHolder")))
        item.note(Key.TERRITORY, tree.words(usage.child("Geography")))
        item.date(Key.LICENCE_FROM, tree.words(usage.child("StartDate")))
        item.date(Key.LICENCE_UNTIL, tree.words(usage.child("EndDate")))
        item.holder = item.holder or tree.words(usage.child("RightsHolder"))
    for name, key in (("Source", Key.SOURCE), ("Provider", Key.SOURCE), ("Provider", Key.CREDIT)):
        for party in (party for found in element.walk(name) for party in found.children("Party")):
            item.note(key, party.get("FormalName"))
    item.note(Key.SOURCE, first(tree, element, "ProviderId"))
    item.note(Key.RIGHTS, expressions(tree, element))


def _body(tree: Tree, element: Element, item: Item) -> None:
    """The text: NITF, XHTML or plain, of all components whose role is not another."""
    found = list(_contents(element))
    chosen = [content for role, content in found if role in BODY]
    contents = chosen if any(content.content for content in chosen) else [content for _, content in found]
    inner = next(filter(None, (content.find("nitf") for content in contents)), None)
    if inner:
        nitf.take(tree, inner, item)
        return
    item.text = text_of(tree, (content.find("body") or content for content in contents))
    if item.text.length:
        return
    media = next((part.get("FormalName").lower() for part in element.walk("MediaType")), "")
    if item.kind is Kind.STORY:
        item.kind = KINDS.get(media, Kind.STORY)
    captions = [content for content in element.walk("DataContent", "Caption") if content.content]
    item.text = text_of(tree, captions)
    if item.kind is Kind.STORY and element.find("NewsItemRef") and not item.text.length:
        item.kind = Kind.PACKAGE


def _contents(element: Element) -> Iterator[tuple[str, Element]]:
    """The `DataContent` elements that may hold running text, each with the role that it or what it is in has."""
    waiting = [(element, "")]
    while waiting:
        top, role = waiting.pop()
        own = top.child("Role")
        role = own.get("FormalName").lower() if own else role
        media = [kind.get("FormalName") for kind in top.children("MediaType", "MimeType")]
        if role in NOT_BODY or any(map(OTHER.search, media)):
            continue
        if top.name == "DataContent":
            yield role, top
        else:
            waiting.extend((child, role) for child in reversed(list(top.children())))


def looks(start: Start) -> bool:
    """By its first element."""
    return root_of(start) in ("NewsML", "NewsItem")


FORMAT = Format("newsml1", "NewsML 1", looks, read, (".newsml", ".xml"), "characters of the file", many=True)
