"""What every JSON format of the wires shares: from a file to its items, from an item's fields to a document."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import BinaryIO

from checker.readers.document import Document, Kind, Unreadable
from checker.readers.formats import Reader, whole
from checker.readers.wire.markup import plain_text
from checker.readers.wire.story import Key
from checker.readers.wire.values import Fields, items, load, text_of
from checker.readers.wire.words import iso, kind_of, status

Maker = Callable[[Fields, Fields], "Document | str"]
"""(item, the whole value it lay in) -> a document without name and place, or why it is none, in a sentence."""

TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9.]{0,20}(?:\s[^<>]*)?/?>|&(?:#\d{1,6}|[a-zA-Z]{2,10});")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]+")
HALF = re.compile("[\ud800-\udfff]")
BLANK = re.compile(r"[ \t\r]*\n(?:[ \t\r]*\n)+[ \t]*")
TRAILING = re.compile(r"[ \t\r]+\n")
FURNITURE = (('<div class="dat">', "</div>"), ('<div class="byline">', "</div>"), ("<figcaption", "</figcaption>"))
"""What stands in a body and is none of its copy; the caption of a picture is a text of its own."""
SEPARATOR = re.compile(r"^_+$", re.MULTILINE)
AS_LONG = 0.96
"""A body that has this share of the longest one's length has all of it; which is taken is a matter of order."""
DATES = frozenset((Key.CREATED, Key.UPDATED, Key.EMBARGO, Key.EXPIRES, Key.LICENCE_FROM, Key.LICENCE_UNTIL))
HALVES = "{} characters of its text are lone halves of a character, and could not be read"
NULS = "its text holds {} NUL characters, where others were lost"
TWICE = "it says {} more than once, and differently"
NO_ITEMS = "It holds no item."
SCHEMA = "It is a JSON schema, not a story."
INTERFACE = "It is the description of an interface, not a story."
NO_OBJECT = "It is JSON, but no object with the facts of a story."


def reader(make: Maker) -> Reader:
    """A reader of whole files out of what makes a document of one item."""

    def read(name: str, stream: BinaryIO) -> Iterator[Document | Unreadable]:
        loaded = opened(name, stream)
        if isinstance(loaded, Unreadable):
            yield loaded
        else:
            yield from entries(make, name, *loaded)

    return read


def opened(name: str, stream: BinaryIO) -> tuple[list[object], tuple[str, ...]] | Unreadable:
    """The values of a file, and the sentences for what in it cannot be judged. Raises OSError."""
    raw, doubts = whole(stream)
    loaded = load(name, raw)
    if isinstance(loaded, Unreadable):
        return loaded
    return loaded.values, doubts + tuple(TWICE.format(f'"{CONTROL.sub("", twice)[:40]}"') for twice in loaded.twice)


def entries(
    make: Maker, name: str, values: Sequence[object], doubts: tuple[str, ...]
) -> Iterator[Document | Unreadable]:
    """The entries of all items in the values of a file."""
    found = [(item, value) for value in values for item in items(value)]
    yield from _told_once(name, _entries(make, name, found, doubts))
    if not found:
        yield Unreadable(name, NO_ITEMS)


def _entries(
    make: Maker, name: str, found: Sequence[tuple[object, object]], doubts: tuple[str, ...]
) -> Iterator[Document | Unreadable]:
    for number, (item, value) in enumerate(found, 1):
        place = f"item {number:,}" if len(found) > 1 else ""
        yield _entry(make, name, place, item, Fields(value), doubts)


def _told_once(name: str, entries: Iterator[Document | Unreadable]) -> Iterator[Document | Unreadable]:
    """The entries; where nothing but the same sentence would come of all, that sentence once, of the file."""
    held: list[Unreadable] = []
    for entry in entries:
        if isinstance(entry, Unreadable) and (not held or entry.sentence == held[0].sentence):
            held.append(entry)
            continue
        yield from held
        yield entry
        yield from entries
        return
    yield from held if len(held) < 2 else [Unreadable(name, held[0].sentence)]


def _entry(
    make: Maker, name: str, place: str, item: object, around: Fields, doubts: tuple[str, ...]
) -> Document | Unreadable:
    """One item as an entry."""
    there = f"{name}, {place}" if place else name
    fields = Fields(item)
    made = (no_story({*around.names(), *fields.names()}) or make(fields, around)) if fields.raw else NO_OBJECT
    if isinstance(made, str):
        return Unreadable(there, made)
    text, lost = cleaned(made.text)
    if not text and not recalled(made.metadata):
        return Unreadable(there, "There is no text in it.")
    from checker.readers.editors import with_rest  # which needs this module

    whole = named(replace(made, text=text, incomplete=(*made.incomplete, *lost)), name, place, doubts)
    return with_rest(whole, fields.raw) if made.kind is Kind.STORY else whole


def named(made: Document, name: str, place: str, doubts: tuple[str, ...]) -> Document:
    """A document with its name and place; one without an id of its own has that of its place."""
    return replace(
        made,
        id=HALF.sub("\ufffd", made.id)[:1_000] or (f"{name}, {place}" if place else name),
        title=cleaned(made.title)[0],
        name="" if place else name,
        place=place,
        incomplete=(*doubts, *made.incomplete),
    )


def no_story(names: set[str]) -> str:
    """The sentence for JSON that tells programs what to expect, by the names of its members; "" for any other."""
    if names & {"$schema", "$id", "$defs"} and names & {"properties", "definitions", "allof", "$defs"}:
        return SCHEMA
    return INTERFACE if names & {"swagger", "openapi"} else ""


def cleaned(text: str) -> tuple[str, tuple[str, ...]]:
    """A text without control characters and superfluous blank lines, and sentences for what was lost in it."""
    lost: tuple[str, ...] = ()
    if nuls := text.count("\x00"):
        lost += (NULS.format(f"{nuls:,}"),)
    if halves := HALF.findall(text):
        lost += (HALVES.format(f"{len(halves):,}"),)
        text = HALF.sub("\ufffd", text)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return BLANK.sub("\n\n", TRAILING.sub("\n", SEPARATOR.sub("", CONTROL.sub("", text)))).strip(), lost


def running(value: object, html: bool = False) -> str:
    """The running text of a string, marked up or not (`html`: surely marked up); of an XML story that of its body."""
    text = value if isinstance(value, str) else text_of(value, "\n")
    for name in ("body.content", "TEXT", "body"):
        begin, end = text.find(f"<{name}"), text.rfind(f"</{name}>")
        if 0 <= begin < end:
            text = text[text.find(">", begin, end) + 1 : end] if ">" in text[begin:end] else text
            break
    if not html and not TAG.search(text):
        return text.strip()
    for opening, closing in FURNITURE:
        text = without(text, opening, closing)
    return plain_text(text)


def without(text: str, opening: str, closing: str) -> str:
    """A markup without what stands between two tags."""
    kept, at = [], 0
    while (begin := text.find(opening, at)) >= 0 and (end := text.find(closing, begin)) >= 0:
        kept.append(text[at:begin])
        at = end + len(closing)
    return "".join([*kept, text[at:]])


def fullest(candidates: Iterable[str], headline: str) -> str:
    """The first of several forms of one body that has all of it, without the headline at its beginning."""
    bodies = [_unheaded(text, headline) for text in candidates if text]
    lengths = [len("".join(body.split())) for body in bodies]
    longest = max(lengths, default=0)
    return next((body for body, length in zip(bodies, lengths, strict=True) if length >= AS_LONG * longest), "")


def _unheaded(text: str, headline: str) -> str:
    first, _, rest = text.partition("\n")
    return rest.strip() if headline and rest and first.strip() == headline else text


def facts(said: Mapping[str, str]) -> dict[str, str]:
    """Metadata out of what an item says: no empty values, dates in ISO 8601, no lone halves of characters."""
    found: dict[str, str] = {}
    for key, value in said.items():
        value = HALF.sub("\ufffd", CONTROL.sub("", value)).strip()
        if value:
            found[key] = iso(value) if key in DATES else value
    return found


def recalled(said: Mapping[str, str]) -> bool:
    """Whether an item is told to be taken back: then it says something without a text, too."""
    return said.get(Key.STATUS) in ("canceled", "withheld")


def state(embargo: str, *said: str) -> str:
    """usable, withheld or canceled; what is only held until a date that is known is usable from then on."""
    held = {"embargoed", "embargo", "holdforrelease", "hold for release"}
    words = ["usable" if embargo and word.rpartition(":")[2].lower() in held else word for word in said]
    return status(*words)


def named_kind(*names: str) -> Kind | None:
    """The kind that the first of these slugs and genres names that names any."""
    return next((kind for name in names if (kind := kind_of(name))), None)
