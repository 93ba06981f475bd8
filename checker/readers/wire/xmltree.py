"""XML to a light tree of elements that know where in the file they stand.

The parser is expat, which follows nothing and loads nothing (XML 1.0, https://www.w3.org/TR/xml/). It only says
where tags are; text is what stands between them in the file, so that every character keeps its place. Documents
that declare entities are refused, not well-formed ones are read up to where they break off.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from html.entities import html5
from xml.parsers import expat

import numpy as np

from checker.readers.encoding import decode
from checker.readers.wire.flow import Budget, Piece, Refused

FEW_ELEMENTS = 400_000
MOST_ELEMENTS = 1_000_000
"""Of elements, comments and instructions together: the first may be in any file, the second in one with long texts."""
DENSE = 40
"""Characters for each element, in a file with long texts."""
MOST_IN_A_TAG = 10_000
"""Equals signs in one tag, each of which may be an attribute."""
LONG_TAG = 1 << 16
MOST_DEPTH = 2_000

ENTITIES = "It declares XML entities, which are not followed."
TOO_MANY = "It has more XML elements than news has; divide it."
TOO_LONG_A_TAG = f"An XML element in it has more than {MOST_IN_A_TAG:,} attributes."
TOO_DEEP = f"Its XML elements nest more than {MOST_DEPTH:,} deep."
NO_XML = "It holds no XML element."

DECLARATION = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s{0,20}=\s{0,20}["']([\w.:-]{2,40})""")
HEAD = 4096
TAG_END = re.compile(r"""[^>"']*(?:"[^"]*"[^>"']*|'[^']*'[^>"']*)*>""")
LONG_STARTS = re.compile(rb"<[^!?/<][^<]{65536,}")
REFERENCE = re.compile(r"&(?:#[0-9]{1,8}|#[xX][0-9A-Fa-f]{1,8}|[A-Za-z_][\w.\-]{0,40});")
ESCAPED = re.compile(r"&(?:amp;){0,2}(?:#[0-9]{1,8}|#[xX][0-9A-Fa-f]{1,8}|[A-Za-z_][\w.\-]{0,40});")
# What XML 1.0 does not allow, each replaced by a space of the same length while parsing.
FORBIDDEN = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF], " ")
ENVELOPE = "".join(map(chr, range(33)))
"""White space and the control characters of the wire, which may stand around a document."""
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(slots=True, eq=False)
class Text:
    """Character data: source[start:end], entities still in it unless it stood in CDATA."""

    start: int
    end: int
    literal: bool = False


@dataclass(slots=True, eq=False)
class Element:
    """source[start:end] is the element with its tags. Names are local ones, without the prefix."""

    name: str
    attributes: dict[str, str]
    start: int
    end: int
    prefix: str = ""
    content: list[Element | Text] = field(default_factory=list)

    def get(self, name: str) -> str:
        """An attribute's value without white space around it; "" when it has none."""
        return self.attributes.get(name, "").strip()

    def children(self, *names: str) -> Iterator[Element]:
        """Child elements of these names, of any name when none is given."""
        for child in self.content:
            if isinstance(child, Element) and (not names or child.name in names):
                yield child

    def child(self, *path: str) -> Element | None:
        """The first element at the end of this path of names."""
        found: Element | None = self
        for name in path:
            found = next(found.children(name), None) if found else None
        return found

    def walk(self, *names: str) -> Iterator[Element]:
        """Itself and everything below it in the order of the file, as far as it has one of these names (none: all)."""
        waiting: list[Element] = [self]
        while waiting:
            element = waiting.pop()
            if not names or element.name in names:
                yield element
            waiting.extend(child for child in reversed(element.content) if isinstance(child, Element))

    def find(self, *names: str) -> Element | None:
        """The first element of one of these names, itself included."""
        return next(self.walk(*names), None)


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """An XML file: its characters, its first element, and what of it could not be read."""

    source: str
    root: Element
    encoding: str
    budget: Budget
    incomplete: tuple[str, ...] = ()

    def pieces(self, element: Element) -> Iterator[Piece]:
        """All character data below an element in the order of the file, entities resolved."""
        waiting: list[Element | Text] = [element]
        while waiting:
            node = waiting.pop()
            if isinstance(node, Text):
                yield from self.characters(node)
            else:
                waiting.extend(reversed(node.content))

    def characters(self, text: Text, twice: bool = False) -> Iterator[Piece]:
        """One stretch of character data; an entity is a piece of its own. `twice`: so is one that was escaped again."""
        reached = text.start
        if not text.literal and self.source.find("&", text.start, text.end) >= 0:
            for match in (ESCAPED if twice else REFERENCE).finditer(self.source, text.start, text.end):
                if reached < match.start():
                    yield self.source[reached : match.start()], reached, match.start()
                value = unescape(match[0])
                yield unescape(value) if twice else value, match.start(), match.end()
                reached = match.end()
        if reached < text.end:
            yield self.source[reached : text.end], reached, text.end

    def words(self, element: Element | None) -> str:
        """All character data below an element, white space collapsed; "" for None."""
        return " ".join("".join(piece[0] for piece in self.pieces(element)).split()) if element else ""

    def markup(self, element: Element) -> str:
        """The element as it stands in the file, tags and all."""
        return self.source[element.start : element.end]


def parse(raw: bytes) -> Tree:
    """The tree of an XML file. Raises `Refused`, and nothing else whatever the bytes."""
    found = DECLARATION.search(raw[:HEAD])
    decoded = decode(raw, found[1].decode("ascii") if found else "")
    if not decoded.text:
        raise Refused(decoded.doubt[:1].upper() + decoded.doubt[1:] + "." if decoded.doubt else NO_XML)
    doubts = [decoded.doubt] if decoded.doubt else []
    if decoded.others:
        doubts.append(f"its letters could also be read as {decoded.others[0].name}")
    safe = decoded.text
    begin = _beginning(safe)
    end = len(safe.rstrip(ENVELOPE))
    if controls := sum(1 for _ in CONTROLS.finditer(safe, begin, end)):
        doubts.append(f"it holds control characters, which XML does not allow ({controls:,})")
        safe = safe.translate(FORBIDDEN)
    events = _Events(safe[begin:end])
    events.run()
    root = _tree(safe, begin, events)
    if root is None:
        raise Refused(f"It is not well-formed XML: {events.broken}." if events.broken else NO_XML)
    if events.broken:
        doubts.append(f"the XML breaks off at {events.broken}")
    doubts += [f"nothing in it says what &{name}; means" for name in sorted(events.unknown)[:3]]
    return Tree(decoded.text, root, decoded.encoding, Budget(len(decoded.text)), tuple(doubts))


def _beginning(text: str) -> int:
    """Where the document begins: blank lines and the envelope of a wire may stand before it."""
    at = text.find("<?xml", 0, HEAD)
    return at if at >= 0 else max(0, text.find("<", 0, HEAD))


class _Events:
    """What expat finds, in the order of the file: numbers of bytes, and what begins or ends there."""

    def __init__(self, text: str) -> None:
        self.data = text.encode("utf-8", "replace")
        self.ascii = len(self.data) == len(text)
        self.places = array("q")
        self.kinds: list[tuple[str, dict[str, str]] | str] = []
        self.broken = ""
        self.most = 2 * max(FEW_ELEMENTS, min(MOST_ELEMENTS, len(text) // DENSE))
        self.unknown: set[str] = set()
        self.parser = expat.ParserCreate("utf-8")
        self._listen()

    def _listen(self) -> None:
        parser = self.parser
        parser.specified_attributes = True
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = lambda _: self._note("/")
        parser.CommentHandler = lambda _: self._note("-->")
        parser.ProcessingInstructionHandler = lambda *_: self._note("?>")
        parser.StartCdataSectionHandler = lambda: self._note("[")
        parser.EndCdataSectionHandler = lambda: self._note("]")
        parser.EntityDeclHandler = _declared
        # An entity that nobody declared is passed over when there might be a DTD; the file of that DTD is never opened.
        parser.UseForeignDTD(True)
        parser.ExternalEntityRefHandler = lambda *_: 1
        parser.SkippedEntityHandler = self._skipped

    def run(self) -> None:
        """Parse. Raises `Refused`."""
        for match in LONG_STARTS.finditer(self.data):
            if self.data.count(b"=", match.start(), match.end()) > MOST_IN_A_TAG:
                raise Refused(TOO_LONG_A_TAG)
        try:
            self.parser.Parse(self.data, True)
        except expat.ExpatError as error:
            self.broken = f"line {error.lineno} ({expat.ErrorString(error.code)})"
            self.places.append(min(max(0, self.parser.ErrorByteIndex), len(self.data)))
            self.kinds.append("!")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if attributes:
            attributes = {key.rpartition(":")[2]: value for key, value in attributes.items()}
        self.places.append(self.parser.CurrentByteIndex)
        self.kinds.append((name, attributes))
        if len(self.kinds) > self.most:
            raise Refused(TOO_MANY)

    def _note(self, kind: str) -> None:
        self.places.append(self.parser.CurrentByteIndex)
        self.kinds.append(kind)
        if len(self.kinds) > self.most:
            raise Refused(TOO_MANY)

    def _skipped(self, name: str, parameter: bool) -> None:
        if not parameter and name + ";" not in html5 and len(self.unknown) < LONG_TAG:
            self.unknown.add(name)

    def points(self) -> list[int]:
        """The places in code points."""
        places = np.array(self.places, np.int64)
        if self.ascii or not len(places):
            return list(map(int, places))
        heads = (np.frombuffer(self.data, np.uint8) & 0xC0) != 0x80
        counts = np.zeros(len(places), np.int64)
        steps = np.diff(places, prepend=0)
        moved = np.flatnonzero(steps > 0)
        if len(moved):
            bounds = np.concatenate(([0], places[moved]))
            sums = np.add.reduceat(heads, np.minimum(bounds, len(heads) - 1), dtype=np.int64)[:-1]
            counts[moved] = sums
        return list(map(int, np.cumsum(counts)))


def _declared(name: str, parameter: bool, value: str | None, base: str | None, system: str | None, *_: object) -> None:
    """NewsML 1 names the DTD of NITF beside its own; that is not opened either. All else is refused."""
    if not (parameter and value is None and system and system.endswith(".dtd") and ":" not in system):
        raise Refused(ENTITIES)


def _tree(source: str, begin: int, events: _Events) -> Element | None:
    """The first element, with everything in it; None when there is none."""
    root: Element | None = None
    stack: list[Element] = []
    reached, at, literal = 0, 0, False
    for kind, point in zip(events.kinds, events.points(), strict=True):
        at = point + begin
        if kind == "!" and not literal:
            torn = source.find("<", reached, at)
            at = torn if torn >= 0 else at
        if stack and reached < at:
            stack[-1].content.append(Text(reached, at, literal))
        if isinstance(kind, tuple):
            reached = _tag_end(source, at, bool(kind[1]))
            prefix, _, local = kind[0].rpartition(":")
            element = Element(local, kind[1], at, reached, prefix)
            if stack:
                stack[-1].content.append(element)
            root = root or element
            stack.append(element)
            if len(stack) > MOST_DEPTH:
                raise Refused(TOO_DEEP)
        elif kind == "/":
            reached = source.find(">", at) + 1 if source.startswith("</", at) else max(reached, at)
            stack.pop().end = reached
        elif kind == "[":
            reached, literal = at + len("<![CDATA["), True
        elif kind == "]":
            reached, literal = at + len("]]>"), False
        elif kind != "!":
            reached = source.find(kind, at) + len(kind)
    for element in stack:
        element.end = max(reached, at)
    return root


def _tag_end(source: str, start: int, quoted: bool) -> int:
    """Where a start tag ends; a quotation mark may hold a `>` when it has attributes."""
    if not quoted:
        return source.find(">", start) + 1
    match = TAG_END.match(source, start)
    return match.end() if match else len(source)
