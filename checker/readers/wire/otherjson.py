"""JSON that no other reader took: an item of a known kind after all, a draft, or a true reason why it is no story.

What editors and publishing systems save is read wherever text is found in it; see `checker.readers.editors`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import BinaryIO

from checker.readers import editors
from checker.readers.document import Document, Unreadable
from checker.readers.formats import Format, Start
from checker.readers.wire import ap, dpa, jsonfeed, ninjs, reuters
from checker.readers.wire.items import Maker, entries, named, no_story, opened
from checker.readers.wire.values import Fields, items

BEGINNING = re.compile(r"\s*(?:\[\s*)*\{\s*[\"}]|\s*\[(?:\s*\[){9}")
KINDS: tuple[tuple[Callable[[Fields], bool], Maker], ...] = (
    (dpa.says, dpa.document),
    (reuters.says, reuters.document),
    (ap.says, ap.document),
    (ninjs.says, ninjs.document),
)
FAILURE = "It is an error message of an interface, not a story."
UNKNOWN = "It is JSON, but of no kind that holds a story here."


def read(name: str, stream: BinaryIO) -> Iterator[Document | Unreadable]:
    """The items of a file; where none is of a known kind, the articles in it, found by their shape."""
    loaded = opened(name, stream)
    if isinstance(loaded, Unreadable):
        yield loaded
        return
    values, doubts = loaded
    if not any(_is_known(item, whole) for value in values for whole in [Fields(value)] for item in items(value)):
        drafts = [draft for value in values for draft in editors.documents(value)]
        for number, draft in enumerate(drafts, 1):
            place = (draft.place or f"value {number:,}") if len(drafts) > 1 else ""
            yield named(draft, name, place, doubts)
        if drafts:
            return
    yield from entries(document, name, values, doubts)


def _is_known(item: object, around: Fields) -> bool:
    """Whether an item is for `document`: of a known kind, or JSON that speaks to programs."""
    fields = Fields(item)
    if no_story({*around.names(), *fields.names()}) or _failed(fields, around):
        return True
    return jsonfeed.VERSION in around.text("version") or any(says(fields) for says, _ in KINDS)


def _failed(item: Fields, around: Fields) -> bool:
    return bool({"error", "errors"} & {*around.names(), *item.names()}) and not ninjs.says(item)


def document(item: Fields, around: Fields) -> Document | str:
    """One object by its own members, wherever in the file it lay."""
    if _failed(item, around):
        return FAILURE
    if jsonfeed.VERSION in around.text("version"):
        return jsonfeed.document(item, around)
    made = next((make(item, around) for says, make in KINDS if says(item)), None)
    return made or editors.document(item.raw) or UNKNOWN


def looks(start: Start) -> bool:
    """Whatever begins like JSON, and not like a note in brackets."""
    text = start.text.replace("\x00", "")
    return bool(BEGINNING.match(text)) or (start.ends(".json") and text.lstrip()[:1] in ("{", "["))


FORMAT = Format(
    "json", "JSON of other kinds, drafts of editors", looks, read, (".json", ".ninjs"), "place in the tree", many=True
)
