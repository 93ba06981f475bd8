"""JSON that no other reader took: an item of a kind that is known after all, or a true reason why it is no story."""

from __future__ import annotations

import re
from collections.abc import Callable

from checker.readers.document import Document
from checker.readers.formats import Format, Start
from checker.readers.wire import ap, dpa, jsonfeed, ninjs, reuters
from checker.readers.wire.items import Maker, reader
from checker.readers.wire.values import Fields

BEGINNING = re.compile(r"\s*(?:\[\s*)*\{\s*[\"}]|\s*\[(?:\s*\[){9}")
KINDS: tuple[tuple[Callable[[Fields], bool], Maker], ...] = (
    (dpa.says, dpa.document),
    (reuters.says, reuters.document),
    (ap.says, ap.document),
    (ninjs.says, ninjs.document),
)
FAILURE = "It is an error message of an interface, not a story."
UNKNOWN = "It is JSON, but of no kind that holds a story here."


def document(item: Fields, around: Fields) -> Document | str:
    """One object by its own members, wherever in the file it lay."""
    if {"error", "errors"} & {*around.names(), *item.names()} and not ninjs.says(item):
        return FAILURE
    if jsonfeed.VERSION in around.text("version"):
        return jsonfeed.document(item, around)
    return next((make(item, around) for says, make in KINDS if says(item)), UNKNOWN)


def looks(start: Start) -> bool:
    """Whatever begins like JSON, and not like a note in brackets."""
    text = start.text.replace("\x00", "")
    return bool(BEGINNING.match(text)) or (start.ends(".json") and text.lstrip()[:1] in ("{", "["))


FORMAT = Format("json", "JSON", looks, reader(document), (".json", ".ninjs"), "characters of a text", many=True)
