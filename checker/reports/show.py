"""Text made fit to be shown: nothing in it may steer a terminal, a page or the eye.

`shown` and `shown_on_terminal` answer one character for each character, so that offsets,
lines and columns stay what they were.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from dataclasses import dataclass

from checker.model import Passage, Report

REPLACEMENT = 0xFFFD
PICTURES = 0x2400
BIDI_CONTROLS = (*range(0x202A, 0x202F), *range(0x2066, 0x206A))

_CONTROLS = {code: PICTURES + code for code in range(32) if code not in (0x09, 0x0A)}
_CONTROLS |= dict.fromkeys(range(0x80, 0xA0), REPLACEMENT) | {0x7F: 0x2421, 0x85: 0x2424}
_SURROGATES = dict.fromkeys(range(0xD800, 0xE000), REPLACEMENT)
_LAST_OF_PLANES = (plane + last for plane in range(0, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF))
_NONCHARACTERS = dict.fromkeys((*range(0xFDD0, 0xFDF0), *_LAST_OF_PLANES), REPLACEMENT)

PAGE = _CONTROLS | _SURROGATES | _NONCHARACTERS
# A page sets foreign text apart with <bdi> and dir=auto; a terminal cannot, so there these must go.
TERMINAL = PAGE | dict.fromkeys(BIDI_CONTROLS, REPLACEMENT) | {0x2028: 0x2424, 0x2029: 0x2424}
LINE = TERMINAL | dict.fromkeys((0x09, 0x0A, 0x0D, 0x85, 0x2028, 0x2029), 0x20)


def shown(text: str) -> str:
    """Text for a page: control characters as their pictures, but tabs and line ends stay. One character for one."""
    return text.replace("\r\n", " \n").translate(PAGE)


def shown_on_terminal(text: str) -> str:
    """Text for a terminal: as `shown`, and nothing that turns the direction of writing. One character for one."""
    return text.replace("\r\n", " \n").translate(TERMINAL)


def one_line(text: str) -> str:
    """Text within a line: as on a terminal, with line ends and tabs as spaces. One character for one."""
    return text.translate(LINE)


def shortened(text: str, most: int) -> str:
    """Text of at most so many characters, an ellipsis for what is left out."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


@dataclass(frozen=True, slots=True)
class Places:
    """Where the lines of a text begin, as offsets."""

    begins: tuple[int, ...]

    @classmethod
    def within(cls, report: Report) -> Places:
        """Lines as the file has them that the text was read from."""
        return cls.of(report.original or report.text)

    @classmethod
    def of(cls, text: str) -> Places:
        """Lines end at a line feed, a carriage return, or both together."""
        begins = [0]
        at = 0
        for line in text.replace("\r\n", "\n\n").replace("\r", "\n").split("\n")[:-1]:
            at += len(line) + 1
            begins.append(at)
        # in "\r\n" only the second character ends the line
        return cls(tuple(b for b in begins if not (b and text[b - 1] == "\r" and text[b : b + 1] == "\n")))

    def first(self, passage: Passage) -> tuple[int, int]:
        """Line and column in the file where a passage begins."""
        return self.at(passage.file[0] if passage.file else passage.start)

    def last(self, passage: Passage) -> tuple[int, int]:
        """Line and column in the file of a passage's last character."""
        start, end = passage.file or (passage.start, passage.end)
        return self.at(max(start, end - 1))

    def at(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both counted from 1, columns in characters."""
        line = bisect_right(self.begins, offset)
        return line, offset - self.begins[line - 1] + 1


def cells(text: str) -> int:
    """Columns that a text takes on a terminal."""
    if text.isascii():
        return len(text)
    return sum(map(cell, text))


def cell(character: str) -> int:
    """Columns of one character: none for one that combines, two for a wide one."""
    if character < "\u0300":
        return 1
    if unicodedata.combining(character) or unicodedata.category(character) in ("Cf", "Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
