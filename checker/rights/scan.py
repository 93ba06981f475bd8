"""Finding anchors in long texts, and the sentence around one; all of it in time linear in the text.

Texts come from anywhere. So nothing here searches a whole text with a pattern that could backtrack: plain strings
are looked for, and patterns are only tried where one was found, on a stretch of limited length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

BACK, AHEAD = 300, 500
"""How far a sentence is followed to both sides, in characters."""
ENDS = re.compile(
    r"[.!?][)\]\"'\u201d]{0,2}(?= {1,2}[^\Wa-z_]|[ ]{0,2}[(\[\u00a9-]| {0,2}$)"
    r"|(?<=[a-z])\.(?=[A-Z][a-z])|\n|[\u3002]"
)
"""The end of a sentence, before a capital or at the end of its line."""
ABBREVIATED = re.compile(
    r"(?:\b[A-Z]|\b(?:Mr|Mrs|Ms|Dr|St|Jr|Sr|Sen|Rep|Gov|Gen|Lt|Col|Sgt|Inc|Ltd|Co|Corp|Pty|No|vs|[A-Z]\.[A-Z]))\.$"
)


def anchors(lower: str, needles: Sequence[str]) -> list[int]:
    """Where any of these strings begins, rising."""
    found: list[int] = []
    for needle in needles:
        at = lower.find(needle)
        while at >= 0:
            found.append(at)
            at = lower.find(needle, at + len(needle))
    return sorted(found)


def sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """The sentence that text[start:end] stands in, within its line and so many characters; without space around."""
    first, last = max(0, start - BACK), min(len(text), end + AHEAD)
    if (line := text.rfind("\n", first, start)) >= 0:
        first = line + 1
    for stop in _stops(text, first, start):
        first = stop
    last = next(_stops(text, end, last), last)
    while first < start and text[first] in " \n":
        first += 1
    while last > end and text[last - 1] in " \n":
        last -= 1
    return first, last


def _stops(text: str, start: int, end: int) -> Iterator[int]:
    """The ends of sentences between; an initial or an abbreviation ends none."""
    for stop in ENDS.finditer(text, start, end):
        if not (
            stop.group().startswith(".") and ABBREVIATED.search(text, max(start, stop.start() - 8), stop.start() + 1)
        ):
            yield stop.end()


def line_of(text: str, at: int, most: int) -> tuple[int, int]:
    """The line around an offset, cut where it goes on for more than `most` characters to a side."""
    first, last = max(0, at - most), min(len(text), at + most)
    begin, end = text.rfind("\n", first, at), text.find("\n", at, last)
    return (begin + 1 if begin >= 0 else first), (end if end >= 0 else last)
