"""NITF 3.x (https://iptc.org/standards/nitf/), on its own and within NewsML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from checker.readers.document import Document, Kind, Unreadable
from checker.readers.formats import Format, Start
from checker.readers.prose import is_prose
from checker.readers.wire.body import text_of
from checker.readers.wire.item import Item, by_words, documents, first, lines, root_of
from checker.readers.wire.story import Key
from checker.readers.wire.xmltree import Element, Tree

NOTHING = "It is NITF without a body."
MEDIA = {
    "image": Kind.PICTURE,
    "photo": Kind.PICTURE,
    "graphic": Kind.GRAPHIC,
    "video": Kind.VIDEO,
    "audio": Kind.AUDIO,
}
KINDS = {
    "advisory": Kind.ADVISORY,
    "budget": Kind.BUDGET,
    "test": Kind.TEST,
    "photo": Kind.PICTURE,
    "picture": Kind.PICTURE,
    "graphic": Kind.GRAPHIC,
    "agenda": Kind.PLANNING,
}
"""Kinds by `tobject.type` and its properties."""
UPDATES = re.compile(
    r"(?:^|: ?|\b)(UPDATES?|UPDATED|CORRECTS?|CORRECTION|CORRECTED|RECASTS?|ADDS|KILLS?|WRITETHRU|WITHHOLDS?)\b"
)
REVISION = re.compile(r"(.{8,})[_:/]\d{1,3}")
TITLED = ("byttl", "bytag")
TIMES, FEWEST = 2, 30
"""The end of a body is part of the story where it is so many times longer than the content, and has so many words."""


def read(name: str, stream: BinaryIO) -> Iterator[Document | Unreadable]:
    """The story. Raises OSError."""
    return documents(name, stream, items, NOTHING)


def items(tree: Tree) -> Iterator[Item]:
    """One item for every `nitf` in a file."""
    end = 0
    for nitf in tree.root.walk("nitf"):
        if nitf.start < end:
            continue
        end = nitf.end
        item = Item(nitf)
        take(tree, nitf, item)
        item.kind = by_words(item)
        yield item


def take(tree: Tree, nitf: Element, item: Item) -> None:
    """The text and the facts of a `nitf`, as far as the item does not have them already."""
    body = nitf.child("body") or nitf
    contents = list(body.children("body.content")) or ([body] if body is not nitf else [])
    item.text = text_of(tree, contents)
    end = body.child("body.end")
    if end and end.end - end.start > TIMES * item.text.length:  # some put the story there, and a lead into the content
        whole = text_of(tree, [*contents, *end.children()])
        if whole.length > TIMES * item.text.length and is_prose(whole.text(), FEWEST):
            item.text = whole
    head = body.child("body.head")
    if head:
        _head(tree, head, item)
    _management(tree, nitf, item)
    _rights(tree, nitf, item)
    _type(tree, nitf, item, contents)
    item.title = item.title or tree.words(nitf.child("head", "title"))
    item.note(Key.HEADLINE, item.title)
    item.note(Key.LANGUAGE, nitf.get("baselang"), nitf.get("lang"))


def _head(tree: Tree, head: Element, item: Item) -> None:
    """`body.head`: the lines above a story."""
    item.title = item.title or first(tree, head, "hl1", "hedline")
    item.note(Key.BYLINE, _byline(tree, head))
    dateline = head.child("dateline")
    if dateline:
        place = tree.words(dateline) if not dateline.child("story.date") else tree.words(dateline.child("location"))
        item.note(Key.DATELINE, place)
    item.note(Key.CREDIT, tree.words(head.child("distributor")))
    item.holder = item.holder or first(tree, head, "rights.owner")
    item.note(Key.EDNOTE, lines(tree, (note for note in head.children("note"))))


def _byline(tree: Tree, head: Element) -> str:
    """The bylines; a title or an address behind a name stands apart from it."""
    said = []
    for byline in head.children("byline"):
        titles = [tree.words(child) for child in byline.children(*TITLED)]
        whole = " ".join(_spaced(tree, byline))
        for title in filter(None, titles):
            whole = whole.removesuffix(title).rstrip(" ,")
        said.append(", ".join([whole, *filter(None, titles)]) if whole else ", ".join(filter(None, titles)))
    return "; ".join(filter(None, said))


def _spaced(tree: Tree, element: Element) -> Iterator[str]:
    """The words of an element, those of an element within it apart from those beside it."""
    for piece in tree.pieces(element):
        yield from piece[0].split()


def _management(tree: Tree, nitf: Element, item: Item) -> None:
    """`docdata`: ids, versions, dates, what becomes of earlier versions."""
    docdata = nitf.child("head", "docdata") or nitf.find("docdata")
    if docdata is None:
        return
    found = {child.name: child for child in reversed(list(docdata.children()))}
    empty = Element("", {}, 0, 0)
    key = found.get("du-key", empty)
    item.version = item.version or key.get("version") or key.get("generation")
    item.id = item.id or _stable(found.get("doc-id", empty).get("id-string"), nitf, key)
    item.note(Key.REPLACES, docdata.get("management-doc-idref"), found.get("del-list", empty).get("replaces"))
    item.note(Key.SLUG, _slug(docdata, nitf, key))
    issued, release = found.get("date.issue", empty).get("norm"), found.get("date.release", empty).get("norm")
    item.date(Key.CREATED, issued)
    item.date(Key.UPDATED, _revised(nitf))
    if release and (release != issued or docdata.get("management-status").lower() == "embargoed"):
        item.date(Key.EMBARGO, release)
    held = docdata.get("management-status")
    # what is only held until a date that is known may be used from then on
    item.status("usable" if held.lower() == "embargoed" and Key.EMBARGO in item.facts else held)
    item.date(Key.EXPIRES, found.get("date.expire", empty).get("norm"))
    notes = [element.get("info") or tree.words(element) for element in docdata.walk("ed-msg")]
    item.note(Key.EDNOTE, "\n".join(dict.fromkeys(filter(None, notes))))
    signal = UPDATES.search(item.facts.get(Key.EDNOTE, "")[:200])
    item.note(Key.SIGNAL, signal[1].lower() if signal else "", docdata.get("management-idref-status"))


def _stable(identity: str, nitf: Element, key: Element) -> str:
    """A `doc-id` without its revision, where the part before that is an id that the story has elsewhere too."""
    match = REVISION.fullmatch(identity)
    elsewhere = {key.get("key"), *(meta.get("content") for meta in nitf.walk("meta"))}
    return match[1] if match and match[1] in elsewhere else identity


def _slug(docdata: Element, nitf: Element, key: Element) -> str:
    """What the desk calls the story."""
    named = {meta.get("name").lower(): meta.get("content") for meta in nitf.walk("meta")}
    for name in ("slug", "slugline", "slugkeyword", "anpa-keyword", "ntbstikkord", "subject", "ap-slug"):
        if named.get(name):
            return named[name]
    keywords = [keyword.get("key") for keyword in docdata.walk("keyword")]
    return next(filter(None, keywords), "") or key.get("key")


def _revised(nitf: Element) -> str:
    """When it was changed last, if it says so."""
    revisions = [revision.get("norm") for revision in nitf.walk("revision-history")]
    return max(filter(None, revisions), default="")


def _rights(tree: Tree, nitf: Element, item: Item) -> None:
    """`doc.copyright` and `doc.rights`: who holds what, and the window of a licence."""
    notice = nitf.find("doc.copyright")
    if notice:
        item.holder = item.holder or notice.get("holder")
        item.note(Key.COPYRIGHT, f"{notice.get('year')} {notice.get('holder')}".strip())
    rights = list(nitf.walk("doc.rights"))
    for right in rights:
        item.holder = item.holder or right.get("owner")
        item.date(Key.LICENCE_FROM, right.get("startdate"))
        item.date(Key.LICENCE_UNTIL, right.get("enddate"))
        item.note(Key.TERRITORY, right.get("geography"), right.get("location-code"))
    terms = [right.get(name) for right in rights for name in ("type", "limitations")]
    item.note(Key.USAGE, "\n".join(dict.fromkeys(filter(None, terms))))
    source = nitf.find("from-src") or nitf.find("doc-id")
    if source:
        item.note(Key.SOURCE, source.get("src-name"), source.get("regsrc"))
    item.holder = item.holder or first(tree, nitf, "copyrite.holder")
    item.note(Key.COPYRIGHT, first(tree, nitf, "copyrite"))


def _type(tree: Tree, nitf: Element, item: Item, contents: list[Element]) -> None:
    """What it is by its `tobject`, and by its media when there is nothing else in its body."""
    properties = [element.get("tobject.property.type") for element in nitf.walk("tobject.property")]
    types = [element.get("tobject.type") for element in nitf.walk("tobject")]
    item.note(Key.GENRE, *properties, *types)
    for said in (*types, *properties):
        if item.kind is Kind.STORY:
            item.kind = KINDS.get(said.lower(), Kind.STORY)
    if item.text.length or item.kind is not Kind.STORY:
        return
    for media in (media for content in contents for media in content.walk("media")):
        item.kind = MEDIA.get(media.get("media-type").lower(), Kind.STORY)
        item.text = text_of(tree, media.walk("media-caption"))
        return


def looks(start: Start) -> bool:
    """By its first element."""
    return root_of(start) == "nitf"


FORMAT = Format("nitf", "NITF", looks, read, (".nitf", ".xml"), "characters of the file")
