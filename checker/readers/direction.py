"""Text in the order in which it is read, where direction marks show it in another order than it is stored in.

The order shown is that of the Unicode bidirectional algorithm (UAX #9), by the library python-bidi; pages say the same
by elements and styles (https://html.spec.whatwg.org/multipage/rendering.html#bidi-rendering). What is shown from left
to right is then read off as a reader of its script does: Hebrew and Arabic from the right.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from checker.readers.css import read_rules
from checker.readers.document import Document, Reading
from checker.readers.hidden import Look
from checker.readers.page import Page, Walk

LRE, RLE, PDF, LRO, RLO = "\u202a\u202b\u202c\u202d\u202e"
LRI, RLI, FSI, PDI = "\u2066\u2067\u2068\u2069"
CONTROL = re.compile("[\u202a-\u202e\u2066-\u2069]")
LINE = re.compile("[^\n\r\x85\u2028\u2029]+")
OVERRIDDEN = re.compile("([\u202d\u202e])([^\u202a-\u202e\u2066-\u2069\n\r]*)")
TO_LEFT = "\u0590-\u065f\u066a-\u06ef\u06fa-\u08ff\ufb1d-\ufdff\ufe70-\ufefe\U00010800-\U00010fff\U0001e800-\U0001efff"
FROM_RIGHT = re.compile(rf"[{TO_LEFT}]+(?:[\W\d_]+[{TO_LEFT}]+)*")
NUMBER = re.compile(r"\d+(?:[.,:/]\d+)*")
FROM_LEFT = re.compile(rf"(?:(?![{TO_LEFT}])[^\W\d])+(?:[\W\d]+(?:(?![{TO_LEFT}])[^\W\d])+)*|{NUMBER.pattern}")
RIGHT_LETTERS = re.compile(f"[{TO_LEFT}]")
WORD = re.compile(r"\w+")
LEAST_TURNED = 4
"""So many runs of three words that the stored text lacks make another order; a name makes one or two."""
DEEPEST = 60
"""So many open controls are carried from line to line; a browser heeds no more than 125 either."""
TURNING = frozenset(("bdo", "bdi"))
"""Elements that are there to say in which order text is shown."""
MANY_DIRECTED = 8
"""With so many attributes of direction a page may set its words in another order by them alone."""
STYLED = re.compile(r"(unicode-bidi|direction)\s*:\s*([a-z-]+)", re.IGNORECASE)
NAME = re.compile(r"[\w.#-]+")
SHOWN = "in the order in which its letters are shown"
IN_PLACE = "with each word that is turned round turned back in its place"
Show = Callable[[str], str]
"""A line to the same as it is read."""


def add_directions(document: Document) -> Document:
    """The document, with readings in the order that its direction marks make of it, where that has other words."""
    if not CONTROL.search(document.text):
        return document
    found = (
        (SHOWN, _rewrite(document, show_line)),
        (IN_PLACE, replace(document, text=OVERRIDDEN.sub(_turn, document.text), readings=())),
    )
    return _attach(document, found)


def find_directed(source: str, page: Page, *, xml: bool = False) -> Page | None:
    """The page with what its elements say of direction as marks in its text; None where they say nothing special."""
    return _Directed(source, xml=xml).page() if page.turned else None


def add_directed(document: Document, directed: Document) -> Document:
    """A page's document, with readings in the order that `directed` shows: the same with marks in its text."""
    if not CONTROL.search(directed.text):
        return document
    carried = replace(directed, readings=())
    found = (
        (SHOWN, _rewrite(carried, show_line, carry=True)),
        (IN_PLACE, _rewrite(carried, lambda line: OVERRIDDEN.sub(_turn, line), carry=True)),
    )
    return _attach(document, found)


def show_line(line: str) -> str:
    """A line as it is read where it is shown, its controls with it."""
    from bidi import get_base_level, get_display

    return _read_off(str(get_display(line)), get_base_level(line) == 1) if CONTROL.search(line) else line


def _attach(document: Document, found: tuple[tuple[str, Document], ...]) -> Document:
    runs = _runs(document.text)
    readings = []
    for how, other in found:
        here = _runs(other.text)
        if len(here - runs) >= LEAST_TURNED:
            runs |= here
            readings.append(Reading(other, how, disguise=True))
    return replace(document, readings=(*document.readings, *readings)) if readings else document


def _runs(text: str) -> set[tuple[str, ...]]:
    words = WORD.findall(CONTROL.sub("", text))
    return set(zip(words, words[1:], words[2:], strict=False))


def _read_off(line: str, from_right: bool) -> str:
    """What is shown from left to right, as a reader of a line of this direction does: each run from its own side."""
    if not RIGHT_LETTERS.search(line):
        return line
    if from_right:
        return FROM_LEFT.sub(lambda run: run[0][::-1], line[::-1])
    return FROM_RIGHT.sub(lambda run: NUMBER.sub(lambda number: number[0][::-1], run[0][::-1]), line)


def _turn(found: re.Match[str]) -> str:
    """An overridden stretch turned back, where the override goes against its script."""
    mark, text = found[1], found[2]
    from_right = bool(RIGHT_LETTERS.search(text))
    return mark + (text[::-1] if (mark == RLO) != from_right else text)


def _rewrite(document: Document, show: Show, *, carry: bool = False) -> Document:
    """The document with each line of each part shown; it leads to no characters of the file.

    `carry`: whether controls hold on beyond the ends of lines, as they do in the elements of a page.
    """
    text = document.text
    edges = {0, len(text), *document.seams}
    for part in document.parts:
        edges.update((part.start, part.end))
    places = sorted(edges)
    moved: dict[int, int] = {}
    pieces: list[str] = []
    open_controls: list[str] = []
    length = 0
    for low, high in zip(places, [*places[1:], len(text)], strict=True):
        moved[low] = length
        at = low
        for line in LINE.finditer(text, low, high):
            prefix = "".join(open_controls[-DEEPEST:]) if carry else ""
            shown = CONTROL.sub("", show(prefix + line[0]))
            pieces += (text[at : line.start()], shown)
            length += line.start() - at + len(shown)
            at = line.end()
            if carry:
                _follow(open_controls, line[0])
        pieces.append(text[at:high])
        length += high - at
    parts = tuple(replace(part, start=moved[part.start], end=moved[part.end]) for part in document.parts)
    seams = tuple(moved[place] for place in document.seams)
    return replace(
        document,
        text="".join(pieces),
        parts=parts,
        seams=seams,
        offsets=None,
        original="",
        boxes=None,
        readings=(),
    )


def _follow(open_controls: list[str], line: str) -> None:
    """Which controls are open behind a line."""
    for control in CONTROL.findall(line):
        if control == PDF:
            if open_controls and open_controls[-1] not in (LRI, RLI, FSI):
                open_controls.pop()
        elif control == PDI:
            for place in range(len(open_controls) - 1, -1, -1):
                if open_controls[place] in (LRI, RLI, FSI):
                    del open_controls[place:]
                    break
        elif len(open_controls) < 4 * DEEPEST:
            open_controls.append(control)


class _Directed(Walk):
    """A page with the marks that its elements and styles stand for."""

    def __init__(self, source: str, *, xml: bool) -> None:
        self._styles: dict[str, dict[str, str]] = {}
        self._closing: list[str] = []
        self._base = ["ltr"]
        super().__init__(source, xml=xml)

    def read_style(self, style: str) -> None:
        super().read_style(style)
        for selectors, text in read_rules(style):
            if said := _said(text):
                for name in map(str.strip, selectors.split(",")):
                    if NAME.fullmatch(name):
                        self._styles.setdefault(name.lower(), {}).update(said)

    def _push(self, tag: str, look: Look, attributes: Mapping[str, str | None]) -> None:
        super()._push(tag, look, attributes)
        said: dict[str, str] = {}
        if self._styles:
            for key in _keys(tag, attributes):
                said |= self._styles.get(key, {})
        own = (attributes.get("dir") or "").strip().lower()
        said |= _said(attributes.get("style") or "")
        direction = said.get("direction", own if own in ("ltr", "rtl", "auto") else "")
        kept = said.get("unicode-bidi", "")
        base = direction if direction in ("ltr", "rtl") else self._base[-1]
        self._base.append(base)
        opening = closing = ""
        if tag == "bdo" or kept.endswith("override"):
            opening, closing = (RLI + RLO, PDF + PDI) if base == "rtl" else (LRI + LRO, PDF + PDI)
        elif direction or tag == "bdi" or kept:
            chosen = FSI if direction == "auto" or (tag == "bdi" and not direction) or kept == "plaintext" else ""
            opening, closing = chosen or (RLI if base == "rtl" else LRI), PDI
        self._closing.append(closing)
        if opening and tag not in ("html", "body"):
            self._mark(opening)
        elif opening:
            self._closing[-1] = ""

    def _pop(self) -> str:
        if closing := self._closing.pop():
            self._mark(closing)
        self._base.pop()
        return super()._pop()

    def _mark(self, marks: str) -> None:
        out = self.hidden if self.here else self.visible
        if self.breaking[self.here] and out.last:
            out.put(self.breaking[self.here])
            self.breaking[self.here] = ""
        out.put(marks)


def _said(style: str) -> dict[str, str]:
    """What a style says of direction."""
    return {found[1].lower(): found[2].lower() for found in STYLED.finditer(style)}


def _keys(tag: str, attributes: Mapping[str, str | None]) -> Iterator[str]:
    """The plain selectors that an element answers to, the weakest first."""
    yield tag
    for name in (attributes.get("class") or "").split()[:20]:
        yield f".{name.lower()}"
        yield f"{tag}.{name.lower()}"
    if attributes.get("id"):
        yield f"#{(attributes['id'] or '').lower()}"
