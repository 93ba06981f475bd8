"""The tokens of HTML, as browsers take it apart, each with its place in the source."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

import numpy as np
from turbohtml import Token, TokenType, tokenize

__all__ = ["Token", "TokenType", "lines_of", "placed"]

LINE_FEED, RETURN = 10, 13


def placed(source: str, base: int = 0, lines: list[int] | None = None) -> Iterator[tuple[Token, int, int]]:
    """Every token from `base` on with the span of the source that it takes, in code points.

    It follows https://html.spec.whatwg.org/multipage/parsing.html#tokenization, which no source can make fail;
    references are tokens of their own. `base` is where a tag ends, and the tokenizer knows nothing of what is before
    it; `lines` are those of `lines_of`, for who asks more than once.
    """
    lines = lines_of(source) if lines is None else lines
    size, last = len(source), len(lines)
    skipped = bisect_right(lines, base) - 1
    first = base - lines[skipped]
    before: Token | None = None
    begin = base
    for token in tokenize(source[base:] if base else source, resolve_references=False):
        line = token.line + skipped
        start = lines[line - 1 if line < last else last - 1] + token.col
        if line == skipped + 1:
            start += first
        if start > size:
            start = size
        if before is not None:
            yield before, begin, start
        before, begin = token, start
    if before is not None:
        yield before, begin, size


def lines_of(source: str) -> list[int]:
    """Where each line begins. A line ends with a line feed, a carriage return, or the two together."""
    letters = np.frombuffer(source.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    ends = letters == LINE_FEED
    returns = letters == RETURN
    returns[:-1] &= ~ends[1:]
    return [0, *(np.flatnonzero(ends | returns) + 1).tolist()]
