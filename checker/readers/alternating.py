"""A page on which some words stand between others: the ways in which it can be read.

Words that a reader does not see can stand between those that he sees, and what is seen can depend on styles that no
file shows. Where the words of a paragraph take turns, hidden and visible, or those of elements and those around them,
the page is read in each way: as the styles have it, with all of its words, without the words of the elements that
take turns, and with nothing else.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from checker.readers.elements import BLOCKS
from checker.readers.hidden import GONE, PLAIN, Look
from checker.readers.page import Page, Walk
from checker.readers.styles import find_looks

WORD = re.compile(r"\w+")
LEAST = 24
"""Words that each of those taking turns must have in the crowded paragraphs of a page."""
TURNS = 0.2
"""They must change so often, by the word."""
MOST_WAYS = 4
"""Of leaving out elements of a kind."""
BY_STYLE = "as its style sheets show it"
WITH_ALL = "with the words that it hides where they stand"
ONLY = "only with the words of one kind of element in its paragraphs"
WITHOUT = "without the words of one kind of element in its paragraphs"

Kind = tuple[str, ...]


def find_ways(source: str, page: Page, *, xml: bool = False) -> Iterator[tuple[str, Page]]:
    """How else a page can be read, each with its name; nothing for nearly all pages."""
    if not page.mixed and not page.crowded:
        return
    turns = _Turns(source, page.crowded, xml=xml) if page.crowded else None
    kinds = turns.kinds() if turns else []
    if not page.mixed and not kinds:
        return
    known = {page.text[: page.visible]}
    for how, walk in _ways(source, page, kinds, xml):
        other = walk.page()
        if other.text[: other.visible] not in known:
            known.add(other.text[: other.visible])
            yield how, other


def _ways(source: str, page: Page, kinds: list[Kind], xml: bool) -> Iterator[tuple[str, Walk]]:
    yield BY_STYLE, _Styled(source, xml=xml)
    if page.mixed:
        yield WITH_ALL, _Whole(source, xml=xml)
    for kind in kinds[:MOST_WAYS]:
        yield ONLY, _Sorted(source, page.crowded, kind, only=True, xml=xml)
        if len(kinds) > 2:
            yield WITHOUT, _Sorted(source, page.crowded, kind, only=False, xml=xml)


class _Styled(Walk):
    """A page by all rules of its sheets."""

    def __init__(self, source: str, *, xml: bool) -> None:
        self.sheets: list[str] = []
        super().__init__(source, xml=xml)
        self.looks = find_looks(source, self.sheets)

    def read_style(self, style: str) -> None:
        self.sheets.append(style)

    def look(self, tag: str, attributes: Mapping[str, str | None], start: int) -> Look:
        return GONE if self.is_unseen(tag, attributes) else self.looks.get(start, PLAIN)


class _Whole(Walk):
    """A page with every word where it stands."""

    def look(self, tag: str, attributes: Mapping[str, str | None], start: int) -> Look:
        return PLAIN


class _Kinds(Walk):
    """A page of which it is known, in its crowded paragraphs, in what kind of element a word stands."""

    def __init__(self, source: str, crowded: frozenset[int], *, xml: bool) -> None:
        super().__init__(source, xml=xml)
        self.crowd = crowded
        self.within: list[Kind] = []

    def _push(self, tag: str, look: Look, attributes: Mapping[str, str | None]) -> None:
        super()._push(tag, look, attributes)
        self.within.append(kind_of(tag, attributes, self.within))

    def _pop(self) -> str:
        self.within.pop()
        return super()._pop()

    def kind_here(self) -> Kind | None:
        """The kind of the element that is open; None outside of crowded paragraphs and out of sight."""
        if self.block not in self.crowd or self.here:
            return None
        return self.within[-1] if self.within else ()


class _Turns(_Kinds):
    """A page whose crowded paragraphs are looked at word by word: of what kind of element each is."""

    def __init__(self, source: str, crowded: frozenset[int], *, xml: bool) -> None:
        super().__init__(source, crowded, xml=xml)
        self.words: Counter[Kind] = Counter()
        self.changes: Counter[Kind] = Counter()
        self.last: Kind | None = None

    def _take(self, text: str, start: int, end: int) -> None:
        super()._take(text, start, end)
        kind = self.kind_here()
        if kind is not None and (words := len(WORD.findall(text))):
            self.words[kind] += words
            if kind != self.last:
                self.changes[kind] += 1
            self.last = kind

    def kinds(self) -> list[Kind]:
        """The kinds of element, the most frequent first, that take turns; none where only one does."""
        self.page()
        for whole in (True, False):
            words, changes = Counter[Kind](), Counter[Kind]()
            for kind, count in self.words.items():
                words[kind if whole else kind[:1]] += count
                changes[kind if whole else kind[:1]] += self.changes[kind]
            found = [
                kind
                for kind, count in words.most_common(MOST_WAYS)
                if count >= LEAST and changes[kind] >= TURNS * count
            ]
            if len(found) > 1:
                return found
        return []


class _Sorted(_Kinds):
    """A page of whose crowded paragraphs the words of one kind of element are left out, or all others."""

    def __init__(self, source: str, crowded: frozenset[int], kind: Kind, *, only: bool, xml: bool) -> None:
        super().__init__(source, crowded, xml=xml)
        self.kind, self.only = kind, only

    def _take(self, text: str, start: int, end: int) -> None:
        kind = self.kind_here()
        if kind is not None:
            of_kind = (kind[:1] if len(self.kind) == 1 else kind) == self.kind
            if of_kind is not self.only:
                text = " "
        super()._take(text, start, end)


def kind_of(tag: str, attributes: Mapping[str, str | None], within: list[Kind]) -> Kind:
    """Of what kind an element is, within its paragraph; a paragraph is of none."""
    if tag in BLOCKS:
        return ()
    depth = str(len(within[-1]) if within else 0)
    return (tag, attributes.get("class") or "", attributes.get("style") or "", depth, *sorted(attributes))
