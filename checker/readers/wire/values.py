"""Bytes from strangers to JSON values (RFC 8259, https://www.rfc-editor.org/rfc/rfc8259), and the items in them.

Nothing here raises for what a file holds: a file that is no JSON becomes an `Unreadable` that names line and column.
"""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from checker.readers.document import Unreadable

MOST_DIGITS = 1_000
"""A number with more digits is no fact of a story; Python itself refuses those of more than 4,300."""
MOST_DEPTH = 8
"""How deep in lists and containers an item may lie."""
MOST_ITEMS = 100_000
WORD = re.compile(r"\w+")
CONTAINERS = frozenset(
    WORD.findall(
        """item items entries results docs documents nodes node edges hits source newsitems articles response data
        search feed content stories news"""
    )
)
"""Names, without punctuation, of members that hold items rather than facts."""
CARRIERS = frozenset(("associations", "extraitems"))
"""Names of members in which an item carries others."""
MARKS = frozenset(
    WORD.findall(
        """uri guid urn headline headlines versionedguid usn altids articlehtml bodies bodyhtml bodytext bodyxhtml
        contenthtml contenttext pubstatus versioncreated eventdetails"""
    )
)
"""Names of members by which an object is an item itself."""
TOLD = re.compile(
    r"body|head|content|article|description|caption|pubstatus|embargo|copyright|usage|ednote|value|text|uri|guid|id$|type$"
)
"""Names of members that must not say two things: those of the text and its rights. Of renditions it does not matter."""
PUNCTUATION = re.compile(r"[^a-z0-9$]")
SPACE = re.compile(r"\s*")
NAMED = ("value", "by", "byline", "name", "title", "text", "literal", "code")


@dataclass(frozen=True, slots=True)
class Loaded:
    """The values of a file, one after the other, and the names that an object has twice with different values."""

    values: list[object]
    twice: tuple[str, ...]


class Fields:
    """The members of one object by their names without case and punctuation: copyrightHolder is copyright_holder."""

    def __init__(self, raw: object) -> None:
        self.raw: Mapping[str, object] = raw if isinstance(raw, dict) else {}
        self._by_name: dict[str, object] = {}
        for name, value in self.raw.items():
            plain = simple(name)
            if plain not in self._by_name or self._by_name[plain] in (None, "", [], {}):
                self._by_name[plain] = value

    def __contains__(self, name: str) -> bool:
        return name in self._by_name

    def get(self, name: str) -> object:
        """The value of a member; None when there is none."""
        return self._by_name.get(name)

    def text(self, *names: str, between: str = "; ") -> str:
        """The text of the first of these members that has one; several values are joined."""
        for name in names:
            if said := text_of(self._by_name.get(name), between):
                return said
        return ""

    def each(self, *names: str) -> list[Fields]:
        """The objects in the first of these members that has any, whether it is a list, an object of them, or one."""
        for name in names:
            value = self._by_name.get(name)
            if isinstance(value, list) and (found := [Fields(one) for one in value if isinstance(one, dict)]):
                return found
            if isinstance(value, dict) and value:
                return [Fields(value)]
        return []

    def names(self) -> Sequence[str]:
        """The names of all members."""
        return list(self._by_name)


def simple(name: str) -> str:
    """A name without case and punctuation."""
    return PUNCTUATION.sub("", name.lower())


def text_of(value: object, between: str = "; ", depth: int = 3) -> str:
    """A value as text: a string, a number, the name of an object, several of them joined; "" for anything else."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, int | float):
        return str(value)
    if depth and isinstance(value, list):
        return between.join(filter(None, (text_of(one, between, depth - 1) for one in value[:100])))
    if depth and isinstance(value, dict):
        return next((said for name in NAMED if (said := text_of(value.get(name), between, depth - 1))), "")
    return ""


def load(name: str, raw: bytes) -> Loaded | Unreadable:
    """The JSON values of a file: usually one, several when they stand one behind the other."""
    try:
        text = raw.decode(json.detect_encoding(raw), "surrogatepass").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        return Unreadable(name, f"It is not in the encoding that JSON must have (byte {error.start + 1:,}).")
    twice: list[str] = []
    decoder = json.JSONDecoder(
        strict=False,
        parse_int=_number,
        parse_constant=_no_number,
        object_pairs_hook=lambda pairs: _object(pairs, twice),
    )
    values: list[object] = []
    at = _next(text, 0)
    try:
        while at < len(text):
            value, at = decoder.raw_decode(text, at)
            values.append(value)
            at = _next(text, at)
    except RecursionError:
        return Unreadable(name, "It is not JSON that can be read: its brackets nest too deep.")
    except json.JSONDecodeError as error:
        where = f"line {error.lineno:,}, column {error.colno:,}"
        return Unreadable(name, f"It is damaged or cut off: from {where} on it is not JSON ({error.msg}).")
    except ValueError as error:
        return Unreadable(name, f"It is not JSON that can be read: {error}.")
    return Loaded(values, tuple(dict.fromkeys(twice)))


def _next(text: str, at: int) -> int:
    match = SPACE.match(text, at)
    return match.end() if match else at


def _object(pairs: list[tuple[str, object]], twice: list[str]) -> dict[str, object]:
    """An object; of a name that it has twice the first value that says anything counts, and the name is noted."""
    made = dict(pairs)
    if len(made) < len(pairs):
        made = {}
        for name, value in pairs:
            if name in made and made[name] != value and len(twice) < 10 and TOLD.match(simple(name)):
                twice.append(name)
            if made.get(name) in (None, ""):
                made[name] = value
    return made


def _number(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise ValueError(f"a number in it has {len(digits):,} digits")
    return int(digits)


def _no_number(word: str) -> object:
    raise ValueError(f"{word} is no JSON number")


def items(value: object, depth: int = 0) -> Iterator[object]:
    """The items in a value: in lists and in the containers of interfaces, or the value itself."""
    if isinstance(value, list) and depth < MOST_DEPTH:
        for one in value[:MOST_ITEMS]:
            yield from items(one, depth + 1)
        return
    if not isinstance(value, dict):
        yield value
        return
    names = {simple(name): name for name in value}
    marked = MARKS & names.keys()
    inner = [] if marked else [value[names[name]] for name in names if name in CONTAINERS]
    if not any(isinstance(one, dict | list) for one in inner):
        # the answer to a query has its items below whatever name the query gave them
        only = depth and not marked and all(isinstance(one, dict | list) for one in value.values())
        inner = list(value.values()) if only else []
    inner = [one for one in inner if isinstance(one, dict | list)]
    if not inner or depth >= MOST_DEPTH:
        yield value
        yield from carried(value)
        return
    for one in inner:
        yield from items(one, depth + 1)


def carried(item: Mapping[str, object]) -> Iterator[object]:
    """The stories with a body of their own that an item carries: in its associations, in its extra items."""
    waiting: deque[tuple[object, int]] = deque((one, 0) for name, one in item.items() if simple(name) in CARRIERS)
    while waiting:
        here, depth = waiting.popleft()
        if isinstance(here, list):
            waiting += [(one, depth + 1) for one in here[:MOST_ITEMS]] if depth < MOST_DEPTH else []
        elif isinstance(here, dict):
            names = {simple(name): one for name, one in here.items()}
            if any(name.startswith("bod") and one for name, one in names.items()) and is_text(names.get("type")):
                yield here
            elif depth < MOST_DEPTH:
                waiting += [(one, depth + 1) for one in here.values() if isinstance(one, dict | list)]


def is_text(kind: object) -> bool:
    """Whether a type that an item says it is of is text; one that says none may be."""
    return kind is None or (isinstance(kind, str) and kind.lower() in ("", "text", "story", "article", "composite"))
