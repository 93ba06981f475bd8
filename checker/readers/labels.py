"""Main text and page furniture of a web page, told apart by trafilatura. A label for what was found, no filter.

Everything on a page is matched; this only says of a passage whether it stands in the article or
around it. Where the page cannot be taken apart (too deep, too large) there is no label.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from checker.readers.document import HELD, Document, Label, Part
from checker.readers.elements import VOID

UNSEEN = HELD | {Label.CLOAKED}
"""What stands behind the text of a page that its readers see."""
WORD = re.compile(r"\w+")
SHINGLE = 3
"""So many words in a row that both texts have are the same place."""
GAP = 6
"""Between two stretches of main text, as many words that were not recognised are main text too."""
MOST_SOURCE = 3_000_000
MOST_DEPTH = 1_000
"""Open elements, those whose end tag a page leaves out among them. Deeper than 256, libxml2 drops text silently."""
MOST_ATTRIBUTES = 500
"""In one tag. libxml2's work grows with their square."""


def labelled(document: Document) -> tuple[Part, ...]:
    """The parts of a document; those of a web page with main text and furniture told apart."""
    if document.format != "html" or not document.text:
        return document.parts
    visible = document.text[: min((part.start for part in document.parts if part.label in UNSEEN), default=None)]
    main = main_text(document.original)
    if not main:
        return document.parts
    return (*_parts(visible, main), *(part for part in document.parts if part.label in UNSEEN))


def copy_of(document: Document) -> str:
    """The text to be protected when a document is added: of a web page its main text, of anything else all of it."""
    if document.format != "html":
        return document.text
    main = [document.text[part.start : part.end].strip() for part in labelled(document) if part.label is Label.MAIN]
    return "\n".join(main) if main else document.text


def main_text(source: str) -> str:
    """The article of a page; "" when there is none to be found. Never fetches, never raises."""
    if len(source) > MOST_SOURCE or _is_hostile(source):
        return ""
    import trafilatura

    try:
        found = trafilatura.extract(source, favor_recall=True, include_comments=False, deduplicate=False)
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError, AssertionError):
        return ""
    return found or ""


def _is_hostile(source: str) -> bool:
    """Whether libxml2 would drop text of this page, or work at it for seconds."""
    from turbohtml import TokenType, tokenize

    depth = 0
    for token in tokenize(source):
        if token.type is TokenType.START_TAG:
            depth += token.tag not in VOID
            if depth > MOST_DEPTH or len(token.attrs or ()) > MOST_ATTRIBUTES:
                return True
        elif token.type is TokenType.END_TAG:
            depth = max(0, depth - 1)
    return False


def _parts(text: str, main: str) -> Iterator[Part]:
    """Stretches of the text, main and furniture by turns."""
    words = list(WORD.finditer(text))
    known = set(_shingles([word.lower() for word in WORD.findall(main)]))
    inside = [False] * len(words)
    for at, shingle in enumerate(_shingles([word[0].lower() for word in words])):
        if shingle in known:
            inside[at : at + SHINGLE] = [True] * SHINGLE
    _close_gaps(inside)
    start, label = 0, None
    for number, word in enumerate(words):
        here = Label.MAIN if inside[number] else Label.FURNITURE
        if here is not label:
            if label is not None:
                yield Part(start, word.start(), label)
            start, label = word.start() if label is not None else 0, here
    if label is not None:
        yield Part(start, len(text), label)


def _shingles(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    return (tuple(words[at : at + SHINGLE]) for at in range(len(words) - SHINGLE + 1))


def _close_gaps(inside: list[bool]) -> None:
    last = None
    for at, here in enumerate(inside):
        if here:
            if last is not None and at - last <= GAP:
                inside[last + 1 : at] = [True] * (at - last - 1)
            last = at
