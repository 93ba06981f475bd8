"""Where text lies in JSON: what editors, publishing systems and pages keep, each in a tree of its own.

There is no list of systems here. A tree is read by its shape. Text lies in strings: under names that speak of text,
or anywhere, if they are prose. An array whose members are pieces of running text (leaves with marks, links, operations
that insert) is one paragraph, however many pieces it is in; anything else ends the paragraph. A string that holds JSON
itself is walked too. Pointers are those of RFC 6901 (https://www.rfc-editor.org/rfc/rfc6901).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import Any

from checker.readers.prose import FEWEST, MARKUP, count_words, is_prose, is_token, is_word

MOST_DEPTH = 200
"""Below this depth pointers lead to the value around; text is found at any depth."""
LONGEST_POINTER = 1_000
MOST_ENCODED = 4
"""How often JSON may stand in a string of JSON; below, what is prose is taken as it stands."""
CLEAR = 12
"""Words of prose that count whatever name they have."""
EDGE = 40
"""Letters by which a line of an excerpt is found in the whole text."""

LEAST_ROW = 30
"""Strings of a word or two that are a text together,"""
LONGEST_PIECE, MOST_A_PIECE = 60, 3
MOST_UNMARKED = 40
"""of which one in so many ends a clause."""
SENTENCE_MARK = re.compile(r"[.,!?;:…。、！？،؛؟।][\"'”’»)\]]*$")

PUNCTUATION = re.compile(r"[^a-z0-9$]")
TEXTS = re.compile(
    r"(?:text|html|body|content|title|headline|heading|caption|quote|paragraph|description|summary|excerpt|abstract"
    r"|teaser|lead|lede|standfirst|deck|dek|markdown|rendered|raw|insert|message|answer|question|transcript|item|row"
    r"|cell|line|note|child|children)s?$|^alt$|^value$|^p$"
)
"""How names end, without case and punctuation, whose strings are text even when they are short."""
SILENT = re.compile(
    r"(?:id|uid|uuid|guid|key|type|kind|role|formats?|layout|styles?|class|classname|classes|css|href|url|uri"
    r"|src|srcset|sizes|link|path|slug|lang|language|locale|date|time|datetime|timestamp|created|updated|modified|hash"
    r"|sha|etag|token|nonce|icon|color|colour|font|fontfamily|mime|mimetype|encoding|charset|align|rel|target|schema"
    r"|context|typename|version|query|selector|regex|pattern|script|code|status|mode|theme|variant|template|policy)$"
)
"""How names end whose strings are settings, unless they are plainly prose."""
ONE_WORD = re.compile(r"(?:text|insert|title|headline|heading|rendered|caption|quote|paragraph)s?$")
"""How names end whose strings are text also when they are a single word."""
KINDS = ("type", "_type", "nodeType", "role", "kind", "tagName", "tag", "name", "object", "blockName", "__typename")
"""Names by which an object says what it is."""
LEAF = re.compile(
    r"(?:extended|plain|styled|code)?(?:text|span|string|leaf|marker|fragment|chars?|inline)(?:node|run|leaf|span)?$"
)
"""Kinds of a piece of running text."""
SURE = re.compile(r"(?:span|leaf|marker|fragment|chars?)$|\w+(?:node|run|leaf|span)$")
"""Those of them that are never a paragraph."""
WITHIN = re.compile(
    r"(?:inline|hyper|entry|asset|auto|resource|internal|external|text)*(?:links?|hyperlink|a|abbr|b|bold|strong|i|em"
    r"|emphasis|italic|u|underline|s|del|delete|ins|strike|strikethrough|mark|highlight|sub|sup|small|span|q|cite|code"
    r"|inlinecode|codeinline|mention|hashtag|emoji|font|annotation|footnotereference)$"
)
"""Kinds of what stands around pieces of running text within a paragraph."""
LINE_BREAK = re.compile(r"(?:line|hard|soft)?(?:break|br)$")
LEAF_NAMES = ("text", "insert", "plain_text", "value", "textContent", "textRun", "children", "content")
HOLDERS = ("model", "data", "attributes", "props", "attrs")
"""Names of objects in which a piece may keep its text."""
RUNS = frozenset(("children", "content", "ops", "spans", "leaves", "nodes", "markers", "richtext", "elements", "runs"))
"""Names, without case and punctuation, of arrays in which bare leaves are pieces of one paragraph."""
ENDS = re.compile(r"[.!?…。！？:;]['\"”’»)\]]*$|[^\W\d_]$")
BEGINS = re.compile(r"[“«„‘¿¡]|['\"]?[^\W\d_]")
OPEN_END = re.compile(r"\s*(?:\[?(?:…|\.\.\.)\]?)?\s*(?:(?:read|continue) (?:more|reading)\W*)?$", re.IGNORECASE)
REACT = "$"
"""How an array begins that is an element of a page as React streams it: "$", tag, key, properties."""


@dataclass(frozen=True, slots=True)
class JsonText:
    """A paragraph, or a whole text where it stands in one string. `markup`: it is HTML.

    `pointer` leads (RFC 6901) to the string in which it begins; of JSON within a string, to that string.
    """

    text: str
    pointer: str
    markup: bool


def find_texts(value: object) -> Iterator[JsonText]:
    """The texts in a value as `json.loads` gives it, in the order in which they stand there.

    Linear in its size, at any depth of nesting. Raises nothing, whatever it holds. The same text in two forms comes
    twice: see `keep_once`.
    """
    return _Walk().run(value)


def find_rows(value: object) -> Iterator[JsonText]:
    """The texts that a value keeps word by word: a word or two a string, all under one name or one after the other.

    Speech recognition, captions and some editors keep them so. Rows of settings and keywords are none: somebody's
    sentences have marks at their ends. Linear in the size of the value; raises nothing, whatever it holds.
    """
    rows: dict[str, list[tuple[str, _Place]]] = {}
    tasks: list[tuple[object, _Place, str]] = [(value, _Place(None, ""), "")]
    while tasks:
        here, place, shape = tasks.pop()
        if isinstance(here, dict):
            deep = place.depth >= MOST_DEPTH
            tasks += [
                (one, place.within(name), shape if deep else f"{shape}/{name[:EDGE]}")
                for name, one in reversed(here.items())
            ]
        elif isinstance(here, list):
            tasks += [(here[at], place.within(at), shape) for at in range(len(here) - 1, -1, -1)]
        elif isinstance(here, str) and 0 < len(here) <= LONGEST_PIECE and len(here.split(None, MOST_A_PIECE)) <= 3:
            rows.setdefault(shape, []).append((here.strip(), place))
    for pieces in rows.values():
        if len(pieces) < LEAST_ROW:
            continue
        text = " ".join(piece for piece, _ in pieces)
        marks = sum(SENTENCE_MARK.search(piece) is not None for piece, _ in pieces)
        if marks * MOST_UNMARKED >= len(pieces) and is_prose(text, LEAST_ROW):
            yield JsonText(text, pieces[0][1].pointer(), markup=False)


def keep_once(texts: Sequence[str]) -> list[int]:
    """Which of these plain texts say what no other says; their indexes, rising.

    A text goes when each of its lines stands in another text, or is how a line of that begins, as an excerpt's is. Of
    two that say the same the first stays. A short line that only comes again (“No.”) is no copy.
    """
    split = [[key for line in text.splitlines() if (key := _key_of(line))] for text in texts]
    lines: dict[str, str] = {}
    within: set[str] = set()
    kept = []
    for number in sorted(range(len(texts)), key=lambda number: -sum(map(len, split[number]))):
        keys = split[number]
        if keys and all(
            key in within or (len(key) >= EDGE and lines.get(key[:EDGE], "").startswith(key)) for key in keys
        ):
            continue
        kept.append(number)
        within.update(keys if len(keys) > 1 else [key for key in keys if len(key) >= EDGE])
        for key in keys:
            if len(key) >= EDGE:
                lines.setdefault(key[:EDGE], key)
    return sorted(kept)


def _key_of(line: str) -> str:
    """A line by its letters and digits, without the dots at which an excerpt breaks off."""
    tail = OPEN_END.sub("", line[-EDGE:])
    return "".join(filter(str.isalnum, line[:-EDGE] + tail)).casefold()


class _Member(IntEnum):
    """What a member of an array is to the paragraph that the array may be."""

    BLOCK = 0
    STRING = 1
    MAYBE = 2
    WITHIN = 3
    LEAF = 4
    BREAK = 5
    NOTHING = 6
    PARAGRAPH = 7
    """A block that has its text itself."""


class _Place:
    """A place in the tree, by the place around it and the token that leads on from there."""

    __slots__ = ("around", "depth", "token")

    def __init__(self, around: _Place | None, token: str) -> None:
        self.around, self.token = around, token
        self.depth: int = around.depth + 1 if around else 0

    def within(self, token: object) -> _Place:
        """The place of a member; far down that of the value around stands for it."""
        return self if self.depth >= MOST_DEPTH else _Place(self, str(token))

    def pointer(self) -> str:
        """The place in the notation of RFC 6901, cut where it would become too long."""
        tokens: list[str] = []
        place: _Place | None = self
        while place and place.around:
            tokens.append(place.token[:LONGEST_POINTER].replace("~", "~0").replace("/", "~1"))
            place = place.around
        out = ""
        for token in reversed(tokens):
            if len(out) + len(token) >= LONGEST_POINTER:
                break
            out += "/" + token
        return out


class _Around(IntEnum):
    """What is known of the object around a string."""

    NOTHING = 0
    KIND = 1
    """It says of which kind it is."""
    INLINE = 2
    """It is a piece of running text, and this is beside its words."""


Task = tuple[object, _Place, str, bool, _Around, int]
"""A value to be visited: its place, its name, whether it runs on, what is around it, how often JSON is around it."""
END: Task = (None, _Place(None, ""), "", False, _Around.NOTHING, -1)
"""Here a paragraph ends."""


class _Walk:
    """One walk over one value, with the tasks still to do in a list, so that no nesting is too deep."""

    def __init__(self) -> None:
        self.tasks: list[Task] = []
        self.pieces: list[tuple[str, _Place]] = []
        self.beside: list[Task] = []
        """What is beside the words of a piece of running text; it comes behind the paragraph."""
        self.before = JsonText("", "", False)

    def run(self, value: object) -> Iterator[JsonText]:
        """All texts."""
        self.tasks.append((value, _Place(None, ""), "", False, _Around.NOTHING, 0))
        self.tasks.append(END)
        self.tasks.reverse()
        while self.tasks:
            task = self.tasks.pop()
            value, place, name, running, around, encoded = task
            if task is END:
                yield from self._end()
                self.tasks += reversed(self.beside)
                self.beside = []
            elif isinstance(value, str):
                if running:
                    self.pieces.append((value, place))
                elif found := self._string(value, place, name, around, encoded):
                    yield from self._told(found)
            elif isinstance(value, dict):
                self._object(value, place, running, around, encoded)
            elif isinstance(value, list):
                self._array(value, place, name, running, around, encoded)

    def _told(self, found: JsonText) -> Iterator[JsonText]:
        """A text, unless it repeats the one before in other words of the same node, a paragraph's fragments, say."""
        above = self.before.pointer.rpartition("/")[0]
        if found.text != self.before.text or not above or not found.pointer.startswith(above + "/"):
            yield found
            self.before = found

    def _string(self, value: str, place: _Place, name: str, around: _Around, encoded: int) -> JsonText | None:
        """A string that stands for itself: JSON, text, or neither."""
        text = value.strip()
        if text[:1] in ("{", "[", '"') and text[-1:] in ("}", "]", '"') and encoded < MOST_ENCODED and len(text) > 2:
            try:
                inner = json.loads(text, strict=False)
            except (ValueError, RecursionError):
                inner = None
            if isinstance(inner, dict | list) or (isinstance(inner, str) and text[:1] == '"' and "\\" in text):
                self.tasks += [END, (inner, place, name, False, around, encoded + 1), END]
                return None
        return _text(text, place) if text and _is_text(text, name, around) else None

    def _object(self, value: dict[str, Any], place: _Place, running: bool, around: _Around, encoded: int) -> None:
        if not running:
            if around is not _Around.INLINE and any(isinstance(value.get(name), str) for name in KINDS):
                around = _Around.KIND
            members: list[Task] = [
                (one, place.within(name), name, False, around, encoded)
                for name, one in value.items()
                if one and isinstance(one, str | dict | list) and not (isinstance(one, str) and _is_token(one, name))
            ]
            self.tasks += [END, *reversed(members), END]
            return
        leaf = _leaf_of(value, place)
        if leaf:
            self.pieces.append(leaf)
        inner: list[Task] = []
        for name, one in value.items():
            if not one or not isinstance(one, str | dict | list) or (leaf and one == leaf[0]):
                continue
            if not leaf and not isinstance(one, str) and _plain(name) in RUNS.union(HOLDERS):
                inner.append((one, place.within(name), name, True, around, encoded))
            elif not (leaf and name in LEAF_NAMES):
                self.beside.append((one, place.within(name), name, False, _Around.INLINE, encoded))
        self.tasks += reversed(inner)

    def _array(
        self, value: list[object], place: _Place, name: str, running: bool, around: _Around, encoded: int
    ) -> None:
        if value[:1] == [REACT] and len(value) > 3:
            inner: list[Task] = [
                (one, place.within(at), "", running, _Around.KIND, encoded) for at, one in enumerate(value) if at > 2
            ]
            self.tasks += reversed(inner) if running else [END, *reversed(inner), END]
            return
        if running and _is_marker(value):
            self.pieces.append((str(value[-1]), place.within(len(value) - 1)))
            return
        members = _members(value)
        runs = running or _runs_on(value, members, _plain(name))
        tasks: list[Task] = []
        for at, (one, member) in enumerate(zip(value, members, strict=True)):
            if member is _Member.NOTHING:
                continue
            if member is _Member.BREAK:
                tasks.append(("\n", place.within(at), "", True, around, encoded) if runs else END)
            elif runs and member is not _Member.BLOCK:
                tasks.append((one, place.within(at), name, True, around, encoded))
            else:
                tasks += [END, (one, place.within(at), name, False, around, encoded), END]
        self.tasks += reversed(tasks) if running else [END, *reversed(tasks), END]

    def _end(self) -> Iterator[JsonText]:
        """The paragraph so far, line by line, each with the place where it begins."""
        if self.pieces:
            pieces, self.pieces = self.pieces, []
            for text, place in _lines(pieces):
                if any(map(str.isalnum, text)):
                    yield from self._told(_text(text, place))


def _text(text: str, place: _Place) -> JsonText:
    marked = ("<" in text or "&" in text) and MARKUP.search(text) is not None
    return JsonText(text, place.pointer(), marked)


def _is_text(text: str, name: str, around: _Around) -> bool:
    """Whether a string that stands by itself is text: by its name and its shape."""
    plain = _plain(name)
    if around is _Around.INLINE or not TEXTS.search(plain):
        return is_prose(text, CLEAR if around is _Around.INLINE or SILENT.search(plain) else FEWEST)
    if is_token(text):
        return ONE_WORD.search(plain) is not None and is_word(text)
    # a table of results has few words, and a paragraph says that it is one
    return count_words(text) > 0 or (around is _Around.KIND and any(map(is_word, text.split())))


def _is_token(text: str, name: str) -> bool:
    """Whether a string is a single word, an address or an id where no single word is text: most of what data hold."""
    return is_token(text) and text[0] not in '{["' and not ONE_WORD.search(_plain(name))


@lru_cache(maxsize=4_096)
def _plain_of(name: str) -> str:
    return PUNCTUATION.sub("", name.lower())


def _plain(name: str) -> str:
    """The end of a name, without case and punctuation."""
    return _plain_of(name[-EDGE:])


def _kinds(value: dict[str, Any]) -> list[str]:
    return [_plain(value[name]) for name in KINDS if isinstance(value.get(name), str)]


def _leaf_of(value: dict[str, Any], place: _Place) -> tuple[str, _Place] | None:
    """The text of a piece of running text, and its place; None when an object holds none itself."""
    for name in LEAF_NAMES:
        said = value.get(name)
        if isinstance(said, str):
            return said, place.within(name)
        if isinstance(said, dict):
            for inner in ("content", "text"):
                if isinstance(said.get(inner), str):
                    return said[inner], place.within(name).within(inner)
    for name in HOLDERS:
        held = value.get(name)
        if isinstance(held, dict) and isinstance(held.get("text"), str):
            return held["text"], place.within(name).within("text")
    return None


def _is_marker(value: list[Any]) -> bool:
    """Whether an array is a piece of text with numbers of its marks: Mobiledoc's [0, [1], 0, "text"]."""
    return (
        3 <= len(value) <= 4
        and isinstance(value[-1], str)
        and all(isinstance(one, int | list) for one in value[:-1])
        and any(isinstance(one, list) and all(isinstance(mark, int) for mark in one) for one in value[:-1])
    )


def _members(values: list[Any]) -> list[_Member]:
    return [_member(one) for one in values]


def _member(value: Any) -> _Member:
    if isinstance(value, str):
        return _Member.STRING if value else _Member.NOTHING
    if isinstance(value, list):
        if value[:1] == [REACT] and len(value) > 3:
            inner = isinstance(value[1], str) and WITHIN.match(value[1])
            return _Member.WITHIN if inner else _Member.BREAK if value[1] == "br" else _Member.BLOCK
        return _Member.LEAF if _is_marker(value) else _Member.BLOCK if value else _Member.NOTHING
    if not isinstance(value, dict) or not value:
        return _Member.NOTHING
    kinds = _kinds(value)
    if any(map(LINE_BREAK.match, kinds)):
        return _Member.BREAK
    inserted = value.get("insert")
    if inserted is not None or "textRun" in value:
        return _Member.LEAF if "textRun" in value or isinstance(inserted, str) else _Member.WITHIN
    held = any(isinstance(value.get(name), str) for name in LEAF_NAMES)
    nested = isinstance(value.get("text"), dict) and isinstance(value["text"].get("content"), str)
    if any(map(LEAF.match, kinds)):
        if nested or any(isinstance(value.get(name), str) for name in LEAF_NAMES[:-1]):
            return _Member.LEAF
        if not held and _leaf_of(value, _Place(None, "")) is None:
            return _Member.BLOCK
        return _Member.LEAF if any(map(SURE.match, kinds)) else _Member.MAYBE
    if any(map(WITHIN.match, kinds)):
        return _Member.WITHIN
    return _Member.BLOCK if not held else _Member.PARAGRAPH if kinds else _Member.MAYBE


def _runs_on(values: list[Any], members: list[_Member], name: str) -> bool:
    """Whether the members of an array are pieces of one paragraph."""
    some = set(members)
    if _Member.LEAF in some or (_Member.MAYBE in some and name in RUNS):
        return True
    if _Member.WITHIN in some and not some & {_Member.PARAGRAPH, _Member.BLOCK}:
        return True
    if not some & {_Member.MAYBE, _Member.STRING}:
        return False
    if _Member.WITHIN in some:
        return True
    texts = [one if isinstance(one, str) else _held(one) for one in values]
    texts = [one for one in texts if one]
    return any(one[-1].isspace() for one in texts[:-1]) or any(one[0].isspace() for one in texts[1:])


def _held(value: Any) -> str:
    leaf = _leaf_of(value, _Place(None, "")) if isinstance(value, dict) else None
    return leaf[0] if leaf else ""


def _lines(pieces: list[tuple[str, _Place]]) -> Iterator[tuple[str, _Place]]:
    """The lines that pieces of running text make up, each with the place of the piece in which it begins."""
    line: list[str] = []
    first = pieces[0][1]
    before = ""
    for text, place in pieces:
        if not text:
            continue
        if before and _parts_from(before, text):
            yield "".join(line).strip(), first
            line = []
        for number, part in enumerate(text.split("\n")):
            if number:
                yield "".join(line).strip(), first
                line = []
            if not line or not any(map(str.strip, line[:2])):
                first = place
            line.append(part)
        before = text
    yield "".join(line).strip(), first


def _parts_from(before: str, after: str) -> bool:
    """Whether two pieces without a blank between are two paragraphs, and not one word or sentence."""
    if before[-1].isspace() or after[0].isspace() or not BEGINS.match(after[:2]):
        return False
    begins = next((letter for letter in after[:2] if letter.isalpha()), "")
    if begins and begins.islower():
        return False
    tail = before[-8:]
    return bool(ENDS.search(tail)) and not (tail[-1].isalpha() and not (tail[-1].islower() and begins.isupper()))
