"""Where a text quotes: speech between marks of any convention, posts with their author's line, indented documents.

Conventions: English double and single, typed and curly; ``wire'' marks; German „low-high“ and »inward«, French
« guillemets », Swedish ”right-right”, corner brackets of Chinese and Japanese. A quotation that goes on over paragraphs
opens each with a mark and closes the last (The Chicago Manual of Style 13.32). What is between marks is told by its
marks alone: a title or a nickname counts too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

Span = tuple[int, int]

LONGEST = 1500
"""Characters from one mark to the next of its kind: beyond, the second closes nothing."""
MARKS = re.compile(
    "``|''|[\"\u201c\u201d\u201e\u201f\uff02\u00ab\u00bb\u2039\u203a\u300c\u300d\u300e\u300f'\u2018\u2019\u201a\u201b`]"
)
DOUBLE = frozenset(("``", "''", '"', "\u201c", "\u201d", "\u201e", "\u201f", "\uff02"))
ANGLED = frozenset("\u00ab\u00bb\u2039\u203a")
CORNERS = {"\u300c": "\u300d", "\u300e": "\u300f"}
SINGLE = frozenset("'\u2018\u2019\u201a\u201b`")
ENDINGS = frozenset(".,!?;:\u2026")
POST = re.compile(r"[\u2014\u2013-]{1,2} ?[^\n@]{2,60} ?\(? ?@ ?\w{1,30} ?\)")
"""The line under a post in a social network that is shown on a page: who wrote it, and under what name."""
LEAD = 400
"""Characters of a post before that line, at most."""
ANSWERED = re.compile(r"(?m)^ {0,3}>[^\n]*(?:\n {0,3}>[^\n]*)*")
INDENTED = re.compile(r"(?m)(?<=:\n)(?:\n)?((?:[ \t]{2,}\S[^\n]*(?:\n|$)){2,})")
"""Lines set in, all of them, behind a line that ends with a colon."""


@dataclass(frozen=True, slots=True)
class _Open:
    """A mark that waits for its partner; `inner` is where what it opens begins."""

    mark: str
    inner: int


def quotations(text: str, *, blocks: bool = True) -> list[Span]:
    """Spans between the marks (without them), in order, none within another; linear in the length of the text.

    `blocks`: whether lines that are set in, or marked as those of a mail that is answered, are quotations too.
    """
    found = [*_between_marks(text), *_posts(text)]
    if blocks:
        found += [match.span() for match in ANSWERED.finditer(text)]
        found += [match.span(1) for match in INDENTED.finditer(text)]
    return _merged(sorted(span for span in found if span[0] < span[1]))


def _merged(spans: list[Span]) -> list[Span]:
    out: list[Span] = []
    for start, end in spans:
        if out and start <= out[-1][1]:
            out[-1] = out[-1][0], max(end, out[-1][1])
        else:
            out.append((start, end))
    return out


def _between_marks(text: str) -> Iterator[Span]:
    """One pass over the marks: outermost quotations only, so that a quotation within one is part of it."""
    single = _quotes_singly(text)
    waiting: _Open | None = None
    for match in MARKS.finditer(text):
        mark, start, end = match.group(), *match.span()
        if mark in SINGLE and not (single or (waiting and waiting.mark in SINGLE)):
            continue
        if waiting and not _same_kind(waiting.mark, mark):
            if start - waiting.inner <= LONGEST:
                continue
            waiting = None
        opens, closes = _directions(text, mark, start, end, waiting)
        if waiting is None:
            waiting = _Open(mark, end) if opens else None
        elif start - waiting.inner > LONGEST:
            yield waiting.inner, _line_end(text, waiting.inner)
            waiting = _Open(mark, end) if opens else None
        elif closes:
            yield waiting.inner, start
            waiting = None
        elif opens:
            # a paragraph that begins with a mark goes on with what the one before it left open
            yield waiting.inner, _line_end(text, waiting.inner)
            waiting = _Open(mark, end)
    if waiting is not None and waiting.mark not in SINGLE:
        yield waiting.inner, _line_end(text, waiting.inner)


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at, at + LONGEST)
    return end if end >= 0 else min(len(text), at + LONGEST)


def _same_kind(ours: str, theirs: str) -> bool:
    if ours in CORNERS:
        return theirs in (ours, CORNERS[ours])
    return any(ours in kind and theirs in kind for kind in (DOUBLE, ANGLED, SINGLE))


def _directions(text: str, mark: str, start: int, end: int, waiting: _Open | None) -> tuple[bool, bool]:
    """Whether a mark can open, and can close what waits: by its form, else by the spaces around it."""
    before, after = text[start - 1 : start], text[end : end + 1]
    left = not before or before.isspace() or before in "([{\u2014\u2013-/"
    right = not after or not after.isalnum()
    if mark in CORNERS or mark in CORNERS.values():
        return mark in CORNERS, mark not in CORNERS
    if mark in SINGLE:
        return left and (after.isalnum() or after == "["), _closes_singly(text, start, end)
    if mark == "``" or mark in "\u201e\u201f":
        return True, False
    if mark == "\u201c":  # closes in German what a low mark opened
        low = waiting is not None and waiting.mark == "\u201e"
        return not low, low
    if mark in ANGLED and waiting is not None:
        return mark == waiting.mark, mark != waiting.mark
    if mark == "\u201d" and waiting is not None:
        return False, True
    if left and right and before and after:  # spaces on both sides: whatever is due
        return waiting is None, waiting is not None
    return left, not left or (right and not after.strip())


def _closes_singly(text: str, start: int, end: int) -> bool:
    before, after = text[start - 1 : start], text[end : end + 1]
    if not before or before.isspace() or after.isalnum():
        return False
    if before in ENDINGS or after in ENDINGS or not after or after == "\n":
        return True
    if before != "s":
        return True
    # the players' own words: a mark behind a plural is an apostrophe when a better one comes
    rest = text[end : end + 300].partition("\n")[0]
    return not re.search("[.,!?\u2026]['\u2019]", rest)


def _quotes_singly(text: str) -> bool:
    """Whether a text sets speech between single marks: some close behind a comma or stop, and few are double."""
    closed = len(re.findall("[.,!?\u2026]['\u2018\u2019](?![\\w'\u2019])", text))
    doubled = sum(text.count(mark) for mark in DOUBLE if mark != "''")
    return closed > 0 and closed * 2 >= doubled


def _posts(text: str) -> Iterator[Span]:
    for match in POST.finditer(text):
        floor = max(0, match.start() - LEAD)
        line = text.rfind("\n", floor, match.start())
        yield (line + 1 if line >= 0 else floor), match.start()
