"""From an XML file to the documents of its items: what the dialects of news XML have in common."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from email.utils import parsedate_to_datetime
from itertools import chain, islice
from typing import BinaryIO, Protocol

from checker.readers.document import Document, Kind, Unreadable
from checker.readers.formats import MAGIC, Start, whole
from checker.readers.offsets import TextBuilder
from checker.readers.wire.flow import Refused
from checker.readers.wire.story import Key
from checker.readers.wire.words import iso, kind_of
from checker.readers.wire.words import status as status_of
from checker.readers.wire.xmltree import Element, Tree, parse

DAY_FIRST = re.compile(r"(\d\d?)\.(\d\d?)\.(\d{4})(?: (\d\d:\d\d(?::\d\d)?))?$")
MAIL = re.compile(r"(?:[A-Z][a-z]{2}, )?\d\d? [A-Z][a-z]{2} \d{4} \d\d:\d\d")
COMPACT_ZONE = re.compile(r"^(\d{4}-\d\d-\d\dT[\d:.]+[+-]\d\d)(\d\d)$")
ADVISORY = re.compile(
    r"(?:[A-Z]{2,6}[- ])?(?:MEDIA |PHOTO |EDITORIAL )?ADVISORY(?:[^\w]|$)|[^a-z]{0,80}[-/ ]ADVISORY/?$"
)
BUDGET = re.compile(
    r"(?:[A-Z]{2,6}[- ])?(?:\w{2,14} )?(?:NEWS|SPORTS|BUSINESS) (?:BUDGET|DIGEST)\b|(?:DIARY|SCHEDULE)[-/]"
)
TEST = re.compile(
    r"(?:THIS IS A )?TEST(?! (?:MATCH|CRICKET|SERIES|SIDE|CAPTAIN|WIN|LOSS|FLIGHT|DRIVE|RESULTS?)\b)(?:[\s/:-]|$)"
)
ENVELOPE = 400
"""How many characters may stand before an XML declaration."""
RIGHTS = ("rightsExpressionXML", "rightsExpressionData", "RightsExpression", "Policy", "policy")


@dataclass(slots=True)
class Item:
    """What is known of one item while it is being read; `element` is where it stands."""

    element: Element
    id: str = ""
    title: str = ""
    holder: str = ""
    version: str = ""
    kind: Kind = Kind.STORY
    text: TextBuilder = field(default_factory=TextBuilder)
    facts: dict[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    def note(self, key: Key, *values: str) -> None:
        """The first of these values that says something, unless something is known already."""
        if key not in self.facts and (value := next((value for value in values if value), "")):
            self.facts[key] = value

    def date(self, key: Key, *values: str) -> None:
        """The same for a date, as ISO 8601."""
        self.note(key, *(moment(value) for value in values if value))

    def status(self, *said: str) -> None:
        """usable, withheld or canceled, the gravest that is said."""
        if known := status_of(*said, self.facts.get(Key.STATUS, "")):
            self.facts[Key.STATUS] = known


class Items(Protocol):
    """What a dialect does: the items of a tree."""

    def __call__(self, tree: Tree) -> Iterable[Item]: ...


def moment(said: str) -> str:
    """A date as ISO 8601; as it was written when it is none that is known."""
    said = said.strip()
    if match := DAY_FIRST.match(said):
        day, month, year, clock = match.groups()
        return f"{year}-{int(month):02}-{int(day):02}" + (f"T{clock}" if clock else "")
    if MAIL.match(said):
        try:
            return parsedate_to_datetime(said).isoformat()
        except ValueError:
            return said
    return COMPACT_ZONE.sub(r"\1:\2", iso(said))


def root_of(start: Start) -> str:
    """The local name of the first element; the envelope of a wire may stand before the XML declaration.

    A zip that holds XML as it is has a declaration too, and no envelope.
    """
    if start.root or start.raw.startswith(MAGIC) or "<?xml" not in start.text[:ENVELOPE]:
        return start.root
    return Start(start.name, start.text[start.text.index("<?xml") :].encode("utf-8", "replace")).root


def lines(tree: Tree, elements: Iterable[Element]) -> str:
    """The words of several elements, each said once, on lines of their own."""
    return "\n".join(dict.fromkeys(filter(None, (tree.words(element) for element in elements))))


def first(tree: Tree, top: Element, *names: str) -> str:
    """The words of the first element with any among those of these names; names count in their order."""
    for name in names:
        for element in top.walk(name):
            if words := tree.words(element):
                return words
    return ""


def expressions(tree: Tree, top: Element) -> str:
    """Rights expressions (ODRL 2.2, https://www.w3.org/TR/odrl-xml/; RightsML), verbatim."""
    found, end = [], 0
    for element in top.walk(*RIGHTS):
        if element.start >= end:
            found.append(tree.markup(element))
            end = element.end
    return "\n".join(found)


def by_words(item: Item, *more: str) -> Kind:
    """What an item is by its slug, headline, genre or note, where its format did not say that it is no story."""
    if item.kind is not Kind.STORY:
        return item.kind
    slug, genre = item.facts.get(Key.SLUG, ""), item.facts.get(Key.GENRE, "")
    for said in (slug, genre, item.title, *more):
        if found := kind_of(said):
            return found
    for said in (slug, item.title, item.facts.get(Key.EDNOTE, "")[:200]):
        for pattern, kind in ((ADVISORY, Kind.ADVISORY), (BUDGET, Kind.BUDGET), (TEST, Kind.TEST)):
            if pattern.match(said):
                return kind
    return Kind.STORY


def documents(name: str, stream: BinaryIO, items: Items, nothing: str) -> Iterator[Document | Unreadable]:
    """The documents of an XML file by a dialect; `nothing` is the sentence for a file without an item."""
    raw, doubts = whole(stream)
    try:
        tree = parse(raw)
        del raw
        found = iter(items(tree))
        some = list(islice(found, 2))
        if not some:
            breaks = "".join(f" {doubt[:1].upper()}{doubt[1:]}." for doubt in tree.incomplete[:1])
            yield Unreadable(name, nothing + breaks)
        for number, item in enumerate(chain(some, found), 1):
            yield described(name, tree, item, number if len(some) > 1 else 0, doubts)
    except Refused as refused:
        yield Unreadable(name, str(refused))


def described(name: str, tree: Tree, item: Item, number: int, doubts: tuple[str, ...]) -> Document:
    """An item as a document; `number` is 0 when it has its file to itself."""
    if item.kind is Kind.STORY and not item.text.length:
        item.kind = Kind.UNKNOWN
    item.note(Key.HEADLINE, item.title)
    text = item.text.text()
    document = Document(
        item.id or (f"{name}#{number}" if number else name),
        text,
        title=item.title,
        holder=item.holder,
        version=item.version,
        metadata=dict(sorted(item.facts.items())),
        incomplete=(*doubts, *tree.incomplete),
        place=f"item {number}" if number else "",
        kind=item.kind,
        name="" if number else name,
        encoding=tree.encoding,
        warnings=item.warnings,
    )
    return replace(document, offsets=item.text.offsets(), original=tree.source) if text else document
