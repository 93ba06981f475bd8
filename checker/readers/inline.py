"""Markdown within a paragraph (CommonMark 0.31.2, 6): the words that are seen, each with its place.

What is not surely markup stays: a stray mark between words harms less than a word that is lost.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container
from html import unescape
from html.entities import html5

Piece = tuple[str, int, int]
"""Some words, and the span of the paragraph that they stand for."""

TAG = (
    r"<[A-Za-z][A-Za-z0-9-]{0,30}(?:\s+[A-Za-z_:][\w.:-]{0,60}(?:\s*=\s*(?:[^\s\"'=<>`]+|'[^']*'|\"[^\"]*\"))?)*\s*/?>"
    r"|</[A-Za-z][A-Za-z0-9-]{0,30}\s*>"
)
TITLE = r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|\((?:[^()\\]|\\.)*\)"
TARGET = r"<(?:[^<>\n\\]|\\.)*>|(?!<)(?:[^\s()\\]|\\[^\s]|\((?:[^\s()\\]|\\[^\s])*\))*"
DESTINATION = re.compile(rf"\(\s*(?:{TARGET})(?:\s+(?:{TITLE}))?\s*\)", re.DOTALL)
LABEL = re.compile(r"\[((?:[^\[\]\\]|\\.){0,999})\]", re.DOTALL)
MARK = re.compile(
    r"(?P<escape>\\[!-/:-@\[-`{-~\n])"
    r"|(?P<code>`+)"
    r"|(?P<shown><(?:[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*|[^\s<>@]{1,64}@[^\s<>@]{1,255})>)"
    rf"|(?P<tag>{TAG})"
    r"|(?P<comment><!--)"
    r"|(?P<entity>&(?:\#\d{1,7}|\#[Xx][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});)"
    r"|(?P<footnote>\[\^[^\s\[\]]{1,50}\]:?)"
    r"|(?P<open>!?\[)"
    r"|(?P<close>\])"
    r"|(?P<emphasis>\*+|_+|~~+)"
    r"|(?P<line>\n)"
)
"""A tag is looked for in a stretch of limited length: see `WINDOW`."""
HTML = re.compile(
    rf"(?P<tag>{TAG})|(?P<comment><!--)|(?P<line>\n)|(?P<entity>&(?:\#\w{{1,8}}|[A-Za-z][A-Za-z0-9]{{1,30}});)"
)
WINDOW = 4_000
LONGEST_LABEL = 999


def normal(label: str) -> str:
    """A label of a link as links are matched by it."""
    return " ".join(label.casefold().split())


def seen(text: str, labels: Container[str], html: bool = False) -> list[Piece]:
    """The pieces of a paragraph in order; `labels` are its document's. Of an `html` block only tags are markup."""
    return _Paragraph(text, labels).pieces(HTML if html else MARK)


def _character(entity: str) -> str:
    """What an entity stands for; one that there is not stands for itself, and so does one that only begins like one."""
    return unescape(entity) if entity[1] == "#" or entity[1:] in html5 else entity


class _Paragraph:
    """One pass over a paragraph; brackets wait for what closes them."""

    def __init__(self, text: str, labels: Container[str]) -> None:
        self.text, self.labels = text, labels
        self.out: list[Piece | None] = []
        self.open: list[tuple[int, int, bool]] = []
        """Brackets: where in `out`, where in the text their words begin, whether of an image."""
        self.linked = 0
        """Brackets before this place are within a link, or around one, and open no other."""
        self.runs: dict[int, list[int]] | None = None
        self.uncommented = len(text)

    def pieces(self, marks: re.Pattern[str]) -> list[Piece]:
        """What is seen."""
        text, at = self.text, 0
        steps: dict[str, Callable[[re.Match[str]], int]] = {
            "escape": self._escape,
            "code": self._code,
            "comment": self._comment,
            "open": self._opened,
            "close": self._closed,
            "emphasis": self._emphasis,
        }
        while match := marks.search(text, at):
            self._keep(at, match.start())
            kind = match.lastgroup or ""
            if kind in steps:
                at = steps[kind](match)
                continue
            at = match.end()
            if kind == "shown":
                self._keep(match.start() + 1, at - 1)
            elif kind == "entity":
                self.out.append((_character(match[0]), match.start(), at))
            elif kind == "line" or (kind == "tag" and match[0][1:3].lower() == "br"):
                self.out.append((" ", match.start(), at))
        self._keep(at, len(text))
        return [piece for piece in self.out if piece]

    def _keep(self, start: int, end: int) -> None:
        if start < end:
            self.out.append((self.text[start:end], start, end))

    def _escape(self, match: re.Match[str]) -> int:
        if match[0][1] == "\n":
            return match.start() + 1
        self._keep(match.start() + 1, match.end())
        return match.end()

    def _code(self, match: re.Match[str]) -> int:
        """A span of code, up to as many backticks; every run is looked at once."""
        if self.runs is None:
            self.runs = {}
            for run in re.finditer("`+", self.text):
                self.runs.setdefault(len(run[0]), []).append(run.start())
            for starts in self.runs.values():
                starts.reverse()
        size = len(match[0])
        starts = self.runs.get(size, [])
        while starts and starts[-1] <= match.start():
            starts.pop()
        if not starts:
            self._keep(match.start(), match.end())
            return match.end()
        end = starts.pop()
        at = match.end()
        for line in self.text[at:end].split("\n"):
            if at > match.end():
                self.out.append((" ", at - 1, at))
            self._keep(at, at + len(line))
            at += len(line) + 1
        return end + size

    def _comment(self, match: re.Match[str]) -> int:
        """A comment; what only begins like one is words."""
        end = self.text.find("-->", match.start() + 2) if match.start() < self.uncommented else -1
        if end < 0:
            self.uncommented = min(self.uncommented, match.start())
            self._keep(match.start(), match.end())
            return match.end()
        return end + 3

    def _opened(self, match: re.Match[str]) -> int:
        self.open.append((len(self.out), match.end(), len(match[0]) == 2))
        self._keep(match.start(), match.end())
        return match.end()

    def _closed(self, match: re.Match[str]) -> int:
        after = match.end()
        if self.open:
            index, begin, image = self.open.pop()
            end = self._target(begin, after) if image or begin > self.linked else 0
            if end:
                self.out[index] = None
                self.linked = self.linked if image else match.start()
                return end
        self._keep(match.start(), after)
        return after

    def _target(self, begin: int, after: int) -> int:
        """Where the address or the label behind a bracket ends; 0 when there is none, and so no link."""
        if match := DESTINATION.match(self.text, after):
            return match.end()
        if match := LABEL.match(self.text, after):
            label = match[1] or self._label(begin, after - 1)
            return match.end() if normal(label) in self.labels else 0
        return after if normal(self._label(begin, after - 1)) in self.labels else 0

    def _label(self, begin: int, end: int) -> str:
        return self.text[begin:end] if end - begin <= LONGEST_LABEL else ""

    def _emphasis(self, match: re.Match[str]) -> int:
        """Marks of emphasis touch a word; underscores within one are part of it."""
        before = self.text[match.start() - 1 : match.start()]
        after = self.text[match.end() : match.end() + 1]
        lonely = not before.strip() and not after.strip()
        if lonely or (match[0][0] == "_" and before.isalnum() and after.isalnum()):
            self._keep(match.start(), match.end())
        return match.end()
