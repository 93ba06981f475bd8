"""JSON Feed to documents: https://www.jsonfeed.org/version/1.1/, versions 1.0 and 1.1."""

from __future__ import annotations

from checker.readers.document import Document
from checker.readers.formats import Format, Start
from checker.readers.wire.items import facts, fullest, reader, running
from checker.readers.wire.story import Key
from checker.readers.wire.values import Fields
from checker.readers.wire.words import holder_of

VERSION = "jsonfeed.org/version"
NO_TEXT = "There is no text in it."
SUMMARY_ONLY = "the feed has only a summary of it"


def document(item: Fields, around: Fields) -> Document | str:
    """One item of a feed; what it does not say of itself the feed says."""
    headline = running(item.get("title"))
    body = fullest((running(item.get("contenthtml"), True), item.text("contenttext")), headline)
    text = body or running(item.get("summary"))
    if not text:
        return NO_TEXT
    notice = item.text("copyright", "rights") or around.text("copyright", "rights")
    said: dict[str, str] = {
        Key.HEADLINE: headline,
        Key.BYLINE: item.text("authors", "author") or around.text("authors", "author"),
        Key.LANGUAGE: item.text("language") or around.text("language"),
        Key.CREATED: item.text("datepublished"),
        Key.UPDATED: item.text("datemodified"),
        Key.COPYRIGHT: notice,
        Key.SOURCE: around.text("title"),
        Key.EXPIRES: item.text("expires"),
        Key.PARTIAL: "" if body else SUMMARY_ONLY,
        Key.URL: item.text("url", "externalurl"),
    }
    return Document(
        item.text("id", "url"),
        text,
        title=headline,
        holder=holder_of(notice),
        metadata=facts(said),
        warnings=() if body else (SUMMARY_ONLY,),
    )


def looks(start: Start) -> bool:
    """By the address of its version."""
    return "items" in start.keys and VERSION in start.text.replace("\\/", "/")


FORMAT = Format("jsonfeed", "JSON Feed", looks, reader(document), (), "characters of a text", many=True)
