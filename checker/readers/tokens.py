"""The tokens of HTML, as browsers take it apart, each with its place in the source."""

from __future__ import annotations

import re
from collections.abc import Iterator

from turbohtml import Token, TokenType, tokenize

__all__ = ["Token", "TokenType", "placed"]

LINES = re.compile(r"\r\n|[\r\n]")


def placed(source: str) -> Iterator[tuple[Token, int, int]]:
    """Every token with the span of the source that it takes, in code points.

    It follows https://html.spec.whatwg.org/multipage/parsing.html#tokenization, which no source can make fail;
    references are tokens of their own.
    """
    lines = [0, *(match.end() for match in LINES.finditer(source))]
    before: tuple[Token, int] | None = None
    for token in tokenize(source, resolve_references=False):
        start = min(lines[min(token.line, len(lines)) - 1] + token.col, len(source))
        if before:
            yield before[0], before[1], start
        before = token, start
    if before:
        yield before[0], before[1], len(source)
