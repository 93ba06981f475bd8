"""The tokens of HTML, as browsers take it apart, each with its place in the source."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from turbohtml import Token, TokenType, tokenize

__all__ = ["Token", "TokenType", "placed"]

LINE_FEED, RETURN = 10, 13


def placed(source: str) -> Iterator[tuple[Token, int, int]]:
    """Every token with the span of the source that it takes, in code points.

    It follows https://html.spec.whatwg.org/multipage/parsing.html#tokenization, which no source can make fail;
    references are tokens of their own.
    """
    lines, size = _lines(source), len(source)
    last = len(lines)
    before: Token | None = None
    begin = 0
    for token in tokenize(source, resolve_references=False):
        line = token.line
        start = lines[line - 1 if line < last else last - 1] + token.col
        if start > size:
            start = size
        if before is not None:
            yield before, begin, start
        before, begin = token, start
    if before is not None:
        yield before, begin, size


def _lines(source: str) -> list[int]:
    """Where each line begins. A line ends with a line feed, a carriage return, or the two together."""
    letters = np.frombuffer(source.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    ends = letters == LINE_FEED
    returns = letters == RETURN
    returns[:-1] &= ~ends[1:]
    return [0, *(np.flatnonzero(ends | returns) + 1).tolist()]
