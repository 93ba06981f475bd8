"""A passage of the draft and one of the source, wrapped into columns beside or below each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from itertools import zip_longest

from checker.model import Severity
from checker.reports.show import cell, cells, shown_on_terminal

CONTEXT = 60
"""Characters of the draft shown on either side of a match."""
LONG = 900
"""A passage of more characters is shown without its middle."""
HEAD, TAIL = 560, 240


class Style(StrEnum):
    """What a part of a line is; the printer decides what it looks like."""

    PLAIN = "plain"
    STRONG = "strong"
    FAINT = "faint"
    GOOD = "good"
    BAD = "bad"
    DOUBT = "doubt"
    NOTE = "note"
    ALARM = "alarm"
    MATCH = "match"
    ADDED = "added"
    REMOVED = "removed"

    @classmethod
    def of(cls, severity: Severity) -> Style:
        """The style of a finding."""
        return {Severity.ERROR: cls.BAD, Severity.WARNING: cls.DOUBT}.get(severity, cls.NOTE)


Part = tuple[str, Style]
Line = list[Part]


def excerpt(
    text: str, start: int, end: int, changes: Sequence[tuple[int, int]], changed: Style, brackets: bool
) -> list[Part]:
    """text[start:end] as matched, changes in style `changed`, with a little of what stands around it."""
    before, after = _context(text, start, end)
    parts: list[Part] = [(before, Style.FAINT)] if before else []
    if brackets and (before or after):
        parts.append((">>", Style.MATCH))
    at = start
    for low, high in changes:
        low, high = max(low, at), min(high, end)
        if low >= high:
            continue
        if at < low:
            parts.append((text[at:low], Style.MATCH))
        parts.append((f"[{text[low:high]}]" if brackets else text[low:high], changed))
        at = high
    if at < end:
        parts.append((text[at:end], Style.MATCH))
    if brackets and (before or after):
        parts.append(("<<", Style.MATCH))
    if after:
        parts.append((after, Style.FAINT))
    return _shortened([(shown_on_terminal(part), style) for part, style in parts])


def _context(text: str, start: int, end: int) -> tuple[str, str]:
    """Whole words before and after a passage, within its paragraph."""
    before = text[max(0, start - CONTEXT) : start]
    if start > CONTEXT and " " in before:
        before = "… " + before.partition(" ")[2]
    after = text[end : end + CONTEXT]
    if end + CONTEXT < len(text) and " " in after:
        after = after.rpartition(" ")[0] + " …"
    return before.rpartition("\n")[2].lstrip(), after.partition("\n")[0].rstrip()


def _shortened(parts: list[Part]) -> list[Part]:
    """Without its middle when it is long."""
    total = sum(len(text) for text, _ in parts)
    if total <= LONG:
        return parts
    middle = sum(len(text.split()) for text, _ in _slice(parts, HEAD, total - TAIL))
    return [*_slice(parts, 0, HEAD), (f" … {middle:,} words … ", Style.FAINT), *_slice(parts, total - TAIL, total)]


def _slice(parts: Sequence[Part], low: int, high: int) -> list[Part]:
    kept = []
    at = 0
    for text, style in parts:
        piece = text[max(0, low - at) : max(0, high - at)]
        if piece:
            kept.append((piece, style))
        at += len(text)
    return kept


def side_by_side(draft: Sequence[Part], source: Sequence[Part], width: int, indent: int) -> Iterator[Line]:
    """Two columns, the draft on the left."""
    column = (width - indent - 3) // 2
    yield [
        (" " * indent, Style.PLAIN),
        ("This text".ljust(column), Style.FAINT),
        (" │ ", Style.FAINT),
        ("The story", Style.FAINT),
    ]
    for left, right in zip_longest(wrap(draft, column), wrap(source, column), fillvalue=None):
        line: Line = [(" " * indent, Style.PLAIN), *(left or [])]
        room = column - sum(cells(text) for text, _ in left or [])
        yield [*line, (" " * room + " │ ", Style.FAINT), *(right or [])]


def stacked(draft: Sequence[Part], source: Sequence[Part], width: int, indent: int) -> Iterator[Line]:
    """The draft above, the source below."""
    for name, parts in (("this text │ ", draft), ("the story │ ", source)):
        room = max(20, width - indent - len(name))
        for number, line in enumerate(wrap(parts, room)):
            lead = name if number == 0 else " " * (len(name) - 2) + "│ "
            yield [(" " * indent, Style.PLAIN), (lead, Style.FAINT), *line]


def wrap(parts: Sequence[Part], width: int) -> Iterator[Line]:
    """Styled text in lines of at most `width` columns; runs of white space count as one space."""
    line: Line = []
    used = 0
    for word in _words(parts):
        for piece in _fitting(word, width):
            size = sum(cells(text) for text, _ in piece)
            spaced = bool(line)
            if spaced and used + 1 + size > width:
                yield line
                line, used, spaced = [], 0, False
            if spaced:
                # a mark that goes on from word to word goes on over the space
                style = piece[0][1] if line[-1][1] == piece[0][1] else Style.PLAIN
                line.append((" ", style))
                used += 1
            line.extend(piece)
            used += size
    if line:
        yield line


def _words(parts: Sequence[Part]) -> Iterator[Line]:
    """Words, each of one or more parts: a style may change within a word."""
    word: Line = []
    for text, style in parts:
        pieces = text.split()
        if word and (not pieces or text[0].isspace()):
            yield word
            word = []
        for number, piece in enumerate(pieces):
            if number:
                yield word
                word = []
            word.append((piece, style))
        if word and text[-1].isspace():
            yield word
            word = []
    if word:
        yield word


def _fitting(word: Line, width: int) -> Iterator[Line]:
    """A word in pieces that fit a line; Chinese, or an address, is cut where the line ends."""
    if sum(cells(text) for text, _ in word) <= width:
        yield word
        return
    piece: Line = []
    used = 0
    for text, style in word:
        begin = 0
        for at, character in enumerate(text):
            if used + cell(character) > width:
                if begin < at:
                    piece.append((text[begin:at], style))
                yield piece
                piece, used, begin = [], 0, at
            used += cell(character)
        if begin < len(text):
            piece.append((text[begin:], style))
    if piece:
        yield piece
