"""The text of a web page, piece by piece, each with its place in the file."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from checker.readers.document import Label, Part
from checker.readers.elements import CELLS, CLOSERS, INLINE, KEPT, PARAGRAPH_ENDERS, RAW, SILENT, VOID
from checker.readers.hidden import Sheet, is_hidden
from checker.readers.offsets import OffsetMap, TextBuilder
from checker.readers.tokens import Token, TokenType, placed

SPACES = re.compile(r"[ \t\n\r\f]{2,}|[\t\n\r\f]")
NEAR = 150
CROWD = 4
"""With more interruptions than this within so many characters, the page is up to something."""
NAMED = {
    "article:published_time": "created",
    "article:modified_time": "updated",
    "og:site_name": "site",
    "og:url": "url",
    "author": "byline",
    "copyright": "copyright",
}
"""What pages say of themselves in `meta`, by the key it gets."""


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """A page's text, visible first and hidden behind it, and what leads it back to the file."""

    text: str
    offsets: OffsetMap
    parts: tuple[Part, ...]
    seams: tuple[int, ...]
    title: str
    metadata: Mapping[str, str]


def take_apart(source: str) -> Page:
    """The page of this source. Linear in its length; raises nothing, whatever the source."""
    walk = _Walk(source)
    for token, start, end in placed(source):
        walk.token(token, start, end)
    return walk.page()


class _Walk:
    """From the first token to the last."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.visible, self.hidden = TextBuilder(), TextBuilder()
        self.stack: list[tuple[str, bool]] = []
        self.open: Counter[str] = Counter()
        self.hiding = 0
        self.sheet = Sheet()
        self.breaking = {False: "", True: ""}
        self.title: list[str] = []
        self.metadata: dict[str, str] = {}
        self.bounds: list[int] = []
        self.interruptions: list[int] = []
        self.raw = False

    def token(self, token: Token, start: int, end: int) -> None:
        """Take one token in."""
        kind = token.type
        if kind is TokenType.TEXT:
            self._text(start, end)
        elif kind is TokenType.CHARACTER_REFERENCE:
            self._reference(token.data or "", start, end)
        elif kind is TokenType.START_TAG:
            self._start(token.tag or "", token)
        elif kind is TokenType.END_TAG:
            self._end(token.tag or "")

    def _start(self, tag: str, token: Token) -> None:
        self._close_implied(tag)
        self._break(tag)
        if tag in ("meta", "html", "link"):
            self._fact(tag, dict(token.attrs or ()))
        if tag in VOID:
            return
        hidden = is_hidden(tag, token.attrs or (), self.sheet)
        self.stack.append((tag, hidden))
        self.open[tag] += 1
        self.hiding += hidden
        if hidden:
            self.breaking[True] = "\n"

    def _close_implied(self, tag: str) -> None:
        ended = CLOSERS.get(tag, frozenset())
        if tag in PARAGRAPH_ENDERS and self.stack and self.stack[-1][0] == "p":
            self._pop()
        while self.stack and self.stack[-1][0] in ended:
            self._pop()

    def _end(self, tag: str) -> None:
        self._break(tag)
        if self.open[tag]:
            while self._pop() != tag:
                pass

    def _pop(self) -> str:
        tag, hidden = self.stack.pop()
        self.open[tag] -= 1
        self.hiding -= hidden
        return tag

    def _break(self, tag: str) -> None:
        if tag in INLINE:
            return
        here = bool(self.hiding)
        self.breaking[here] = " " if tag in CELLS and self.breaking[here] != "\n" else "\n"

    def _text(self, start: int, end: int) -> None:
        inside = self.stack[-1][0] if self.stack else ""
        if inside in SILENT:
            if inside == "title" and not self.open["svg"]:
                self.title.append(self.source[start:end])
            elif inside == "style":
                self.sheet.read(self.source[start:end])
            self._interrupt()
            return
        if inside in RAW and not self.raw:
            self.raw = True
            for token, first, last in placed(self.source[start:end]):
                self.token(token, start + first, start + last)
            self.raw = False
            return
        text = self.source[start:end]
        if inside in KEPT:
            self._take(text, start, end)
            return
        at = 0
        for run in SPACES.finditer(text):
            self._take(text[at : run.start()], start + at, start + run.start())
            self._take(" ", start + run.start(), start + run.end())
            at = run.end()
        self._take(text[at:], start + at, end)

    def _reference(self, text: str, start: int, end: int) -> None:
        if self.stack and self.stack[-1][0] == "title":
            self.title.append(text)
        else:
            self._take(text, start, end)

    def _take(self, text: str, start: int, end: int) -> None:
        """A piece of text into the builder it belongs to, behind the break that is due before it."""
        here = bool(self.hiding)
        out = self.hidden if here else self.visible
        if self.breaking[here] or out.last in ("", " ", "\n"):
            bare = text.lstrip(" \t\n\r\f")
            if not bare:
                return
            if len(text) == end - start:
                start += len(text) - len(bare)
            text = bare
            if self.breaking[here] and out.last:
                if self.breaking[here] == "\n" and here:
                    self.bounds.append(out.length)
                out.put(self.breaking[here])
            self.breaking[here] = ""
        if here:
            self._interrupt()
        out.take(text, start, end)

    def _interrupt(self) -> None:
        """Here the file has text that is none of the page's."""
        if not self.interruptions or self.interruptions[-1] < self.visible.length:
            self.interruptions.append(self.visible.length)

    def _seams(self) -> tuple[int, ...]:
        """Where passages end, so that a span, cut from the file and stripped of tags, is its text.

        Not where such places follow close upon one another: hidden words in every gap must not take a passage apart.
        """
        places = self.interruptions
        return tuple(
            at
            for number, at in enumerate(places)
            if bisect_right(places, at + NEAR) - bisect_left(places, at - NEAR, 0, number) <= CROWD
        )

    def _fact(self, tag: str, attributes: Mapping[str, str | None]) -> None:
        if tag == "html" and attributes.get("lang"):
            self.metadata["language"] = (attributes["lang"] or "").strip()
        if tag == "link" and (attributes.get("rel") or "").lower() == "canonical":
            self.metadata["url"] = (attributes.get("href") or "").strip()
        name = (attributes.get("property") or attributes.get("name") or "").lower()
        if tag == "meta" and name in NAMED and attributes.get("content"):
            self.metadata.setdefault(NAMED[name], (attributes["content"] or "").strip())

    def page(self) -> Page:
        """What was gathered."""
        out, hidden = self.visible, self.hidden.text()
        if hidden and out.length:
            out.put("\n")
        base = out.length
        out.append(self.hidden)
        edges = [0, *self.bounds, len(hidden)]
        parts = tuple(
            Part(base + low, base + high, Label.CLOAKED) for low, high in pairwise(edges) if hidden[low:high].strip()
        )
        title = " ".join("".join(self.title).split())
        return Page(out.text(), out.offsets(), parts, self._seams(), title, self.metadata)
