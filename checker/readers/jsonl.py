"""Lines of JSON, each {"id", "text", ...}, to documents.

A line without a text may be an article as an editor or a publishing system keeps it; see `editors`. A line that is no
document is answered as `Unreadable` with its number, and reading goes on.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import BinaryIO

from checker.readers.document import MOST_TEXT, Document, Unreadable
from checker.readers.formats import Format, Start

OWN = ("id", "text", "title", "holder", "story", "version")
OPTIONAL = OWN[2:]
LONG = 200
"""Characters of a member beside the text that may hold a passage."""
MOST_DEPTH = "its brackets nest too deep"


def read(name: str, stream: BinaryIO) -> Iterator[Document | Unreadable]:
    """The documents of a `.jsonl` stream, in order."""
    for line in lines(name, stream):
        if isinstance(line, Unreadable):
            yield line
            continue
        values = values_of(line.raw, line.place)
        if isinstance(values, Unreadable):
            yield values
            continue
        found = document(values, line.place, line.number)
        drafts = list(kept(values)) if isinstance(found, Unreadable) else []
        for draft in drafts:
            standing = f"line {line.number}" + (f", {draft.place}" if draft.place else "")
            yield replace(draft, id=draft.id or f"{name}, {standing}", place=standing)
        if not drafts:
            yield found if isinstance(found, Unreadable) else whole(found, values)


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not blank: where it stands for people, its number from 1, its bytes without a byte order mark."""

    place: str
    number: int
    raw: bytes


def lines(name: str, stream: BinaryIO) -> Iterator[Line | Unreadable]:
    """The lines of a stream, in order. Raises OSError."""
    number = 0
    while line := stream.readline(MOST_TEXT + 1):
        number += 1
        if len(line) > MOST_TEXT:
            yield Unreadable(f"{name}, line {number}", f"It is longer than {MOST_TEXT >> 20} MB.")
            while line and not line.endswith(b"\n"):
                line = stream.readline(MOST_TEXT)
        elif line.strip():
            raw = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
            yield Line(f"{name}, line {number}", number, raw)


def values_of(line: bytes | str, place: str) -> dict[str, object] | Unreadable:
    """The JSON object of a line."""
    try:
        values = json.loads(line)
    except UnicodeDecodeError:
        return Unreadable(place, "It is not UTF-8.")
    except RecursionError:
        return Unreadable(place, f"It is not JSON that can be read: {MOST_DEPTH}.")
    except ValueError as error:
        return Unreadable(place, f"It is not JSON ({_short(error)}).")
    if not isinstance(values, dict):
        return Unreadable(place, 'It is not a JSON object like {"id": "...", "text": "..."}.')
    return values


def document(values: Mapping[str, object], place: str, number: int) -> Document | Unreadable:
    """The document of an object that has a text."""
    if complaint := _complaint(values):
        return Unreadable(place, complaint)
    extra = {key: value for key, value in values.items() if key not in OWN and isinstance(value, str)}
    optional = {key: str(values[key]) for key in OPTIONAL if values.get(key) is not None}
    return Document(str(values["id"]), str(values["text"]), **optional, metadata=extra, place=f"line {number}")  # type: ignore[arg-type]


def kept(values: Mapping[str, object]) -> Iterator[Document]:
    """The articles in an object without a text of its own, as editors and publishing systems keep them."""
    from checker.readers import editors  # costs time to load, and few lines need it

    if isinstance(values.get("text"), str):
        return
    own = values.get("id")
    drafts = list(editors.documents(values))
    for draft in drafts:
        stable = str(own) if len(drafts) == 1 and isinstance(own, str | int) and own else draft.id
        yield replace(draft, id=stable)


def whole(found: Document, values: Mapping[str, object]) -> Document:
    """A line's document, and beside it a reading with what its other members hold, where that is text."""
    others = {name: value for name, value in values.items() if name not in OWN}
    if not any(isinstance(value, dict | list) or len(str(value)) > LONG for value in others.values()):
        return found
    from checker.readers.editors import with_rest

    return with_rest(found, others)


def _complaint(values: Mapping[str, object]) -> str:
    """What keeps an object from being a document; "" when nothing does."""
    identity = values.get("id")
    if isinstance(identity, bool) or not isinstance(identity, str | int) or identity == "":
        return 'It has no "id".'
    if not isinstance(values.get("text"), str):
        return 'It has no "text".' if values.get("text") is None else 'Its "text" is not a string.'
    for key in OPTIONAL:
        if not isinstance(values.get(key), str | None):
            return f'Its "{key}" is not a string.'
    return ""


def _short(error: ValueError) -> str:
    """What json says, without any of the text."""
    message = getattr(error, "msg", "a number with too many digits")
    column = getattr(error, "colno", None)
    return f"{message} at column {column}" if column else str(message)


def looks(start: Start) -> bool:
    """By its name, or by a first line that is a whole object with a text."""
    if start.named(".jsonl", ".ndjson"):
        return True
    line, _, _ = start.text.lstrip("\ufeff \t\r\n").partition("\n")
    return line.startswith("{") and '"text"' in line and line.rstrip().endswith("}") and '"id"' in line


FORMAT = Format(
    "jsonl",
    'lines of JSON, each {"id", "text", ...}',
    looks,
    read,
    (".jsonl", ".ndjson"),
    "characters of a text",
    many=True,
)
