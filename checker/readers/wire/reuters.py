"""Reuters Connect to documents: https://liaison.reuters.com/tools/reuters-content-api, items and answers to queries."""

from __future__ import annotations

import re

from checker.readers.document import Document, Kind
from checker.readers.formats import Format, Start
from checker.readers.wire.items import facts, fullest, reader, recalled, running, state
from checker.readers.wire.ninjs import SEEN, TYPES, metadata
from checker.readers.wire.story import Key
from checker.readers.wire.values import Fields
from checker.readers.wire.words import holder_of, kind_of

KEYS = frozenset(("bodyXhtml", "bodyXhtmlRich", "versionedGuid", "headLine", "usageTermsRole", "versionCreated"))
PREFIX = re.compile(r"([A-Z]{4,}(?: [A-Z]{2,}){0,2}(?: \d{1,2})?) ?[-:]")
"""UPDATE 1-, CORRECTED-, REFILE-, ADVISORY-: what a headline says of the story."""
NOTICES = {
    "ADVISORY": Kind.ADVISORY,
    "WITHDRAWN": Kind.ADVISORY,
    "STORY WITHDRAWN": Kind.ADVISORY,
    "TEST": Kind.TEST,
    "DIARY": Kind.PLANNING,
    "SCHEDULE": Kind.BUDGET,
}
FRAGMENT = "only the beginning of its text is in this file"
NO_TEXT = "Its text is not in this file: it was asked for without its body."


def document(item: Fields, around: Fields) -> Document | str:
    """One item; `around` is not needed."""
    headline = running(item.text("headline", "title"))
    body = fullest((running(item.get(name), True) for name in ("bodyxhtml", "bodyxhtmlrich", "body")), headline)
    fragment, caption = running(item.get("fragment")), running(item.get("caption"))
    match = PREFIX.match(headline)
    prefix = match[1] if match else ""
    kind = kind_of_item(item, prefix)
    text = caption or body or fragment if kind in SEEN else body or fragment or caption
    uri, _, numbered = item.text("versionedguid").rpartition(":")
    said = metadata(item, headline)
    said[Key.SIGNAL] = said[Key.SIGNAL] or prefix
    said[Key.STATUS] = state(said[Key.EMBARGO], item.text("pubstatus"), prefix)
    if not text and not recalled(said):
        return NO_TEXT
    identity = item.text("uri", "guid") or uri or item.text("usn")
    return Document(
        identity,
        text,
        title=headline,
        holder=holder_of(said[Key.COPYRIGHT]) or ("Reuters" if identity.startswith("tag:reuters.com") else ""),
        version=item.text("version")[:100] or (numbered[:100] if uri else ""),
        metadata=facts(said),
        kind=kind if text else Kind.UNKNOWN,
        incomplete=(FRAGMENT,) if kind is Kind.STORY and not body and fragment else (),
    )


def kind_of_item(item: Fields, prefix: str) -> Kind:
    """By its type, the word before its headline, and its slug."""
    kind = TYPES.get(item.text("type").lower(), Kind.STORY)
    if kind is Kind.PACKAGE and (item.get("bodyxhtml") or item.get("bodyxhtmlrich")):
        kind = Kind.STORY
    return kind if kind is not Kind.STORY else NOTICES.get(prefix) or kind_of(item.text("slug")) or kind


def looks(start: Start) -> bool:
    """Members that only this interface has, spelled so."""
    return bool(start.keys & {"bodyXhtml", "bodyXhtmlRich", "versionedGuid"}) or (
        len(start.keys & KEYS) > 1 and ("headLine" in start.keys)
    )


def says(item: Fields) -> bool:
    """Whether an object is such an item."""
    return bool({"bodyxhtmlrich", "versionedguid"} & set(item.names())) or "headLine" in item.raw


FORMAT = Format("reuters", "Reuters Connect item", looks, reader(document), (), "characters of a text", many=True)
