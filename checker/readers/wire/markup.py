"""HTML that stands escaped within another format (a feed, a news item, a JSON value) to its running text.

It is taken apart by the tokenization algorithm of browsers
(https://html.spec.whatwg.org/multipage/parsing.html#tokenization), which no markup can make fail, at any depth.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Sequence
from html import unescape

from checker.readers.elements import INLINE
from checker.readers.wire.flow import DENSE, FEW_PIECES, SPACE, Flow, Piece

TAG = re.compile(r"<[^<>]*>")
TWICE = re.compile(r"&amp;(#[0-9]{1,7};|#[xX][0-9a-fA-F]{1,6};|[A-Za-z]{2,30};)")
"""A reference that was escaped twice, as happens between one system and the next."""
CDATA = "[CDATA["
CELLS = frozenset(("td", "th"))
SILENT = frozenset(("script", "style", "title", "template", "noscript", "iframe", "object", "svg"))
"""Elements that hold no copy."""
LEFT_OUT = SILENT | {"caption", "figcaption"}


def plain_text(markup: str) -> str:
    """The text of a piece of HTML: blocks on lines of their own, entities resolved, white space collapsed."""
    if markup.count("<") + markup.count("&") > max(FEW_PIECES, len(markup) // DENSE):
        # No news is like this, and a stranger's file must not cost minutes: the same without knowing its elements.
        lines = unescape(TAG.sub("\0", markup)).split("\0")
        return "\n".join(filter(None, (SPACE.sub(" ", line).strip() for line in lines)))
    flow = Flow()
    read_markup([(markup, 0, len(markup))], flow, SILENT)
    return flow.joined().text()


def read_markup(pieces: Sequence[Piece], flow: Flow, left_out: frozenset[str] = LEFT_OUT) -> None:
    """Put the text of the HTML that `pieces` make up into `flow`, without elements named in `left_out`."""
    from checker.readers.tokens import TokenType, placed  # costs time to load, and few items need it

    source = _Source(pieces)
    text = source.text
    if "<" not in text and "&" not in text:
        source.give(0, len(text), flow)
        return
    if flow.budget:
        flow.budget.spend(text.count("<") + text.count("&"))
    skipping, depth, reached = "", 0, 0
    for token, start, end in placed(text):
        kind, tag = token.type, token.tag or ""
        if skipping:
            if tag == skipping:
                depth += 1 if kind is TokenType.START_TAG else -1
            skipping = skipping if depth else ""
        elif kind is TokenType.START_TAG and tag in left_out:
            skipping, depth = tag, 1
            flow.end_paragraph()
        elif kind is TokenType.TEXT:
            source.give(max(start, reached), end, flow)
        elif kind is TokenType.CHARACTER_REFERENCE:
            twice = TWICE.match(text, start)
            reached = twice.end() if twice and unescape(f"&{twice[1]}") != f"&{twice[1]}" else end
            value = unescape(f"&{twice[1]}") if twice and reached == twice.end() else unescape(text[start:end])
            flow.take(value, *source.span(start, reached))
        elif kind is TokenType.COMMENT and text.startswith(CDATA, start + 2):
            source.give(start + 2 + len(CDATA), max(start + 2 + len(CDATA), end - 3), flow)
        elif tag:
            _border(tag, flow)


def _border(tag: str, flow: Flow) -> None:
    """What a tag does to the text around it."""
    if tag in CELLS:
        flow.end_cell()
    elif tag not in INLINE:
        flow.end_paragraph()


class _Source:
    """Markup put together from pieces of a file."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self.pieces = pieces
        self.text = "".join(piece[0] for piece in pieces)
        self.begins = array("q")
        length = 0
        for piece in pieces:
            self.begins.append(length)
            length += len(piece[0])

    def give(self, start: int, end: int, flow: Flow) -> None:
        """Put text[start:end] into `flow` as it stands."""
        at = max(0, bisect_right(self.begins, start) - 1)
        while at < len(self.pieces) and self.begins[at] < end:
            text, low, high = self.pieces[at]
            first, last = max(0, start - self.begins[at]), min(len(text), end - self.begins[at])
            if len(text) == high - low:
                flow.take(text[first:last], low + first, low + last)
            elif first < last:
                flow.take(text[first:last], low, high)
            at += 1

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the file from the first to the last character of text[start:end]."""
        first, last = (max(0, bisect_right(self.begins, place) - 1) for place in (start, end - 1))
        text, low, high = self.pieces[first]
        begin = low + start - self.begins[first] if len(text) == high - low else low
        text, low, high = self.pieces[last]
        return begin, low + end - self.begins[last] if len(text) == high - low else high
