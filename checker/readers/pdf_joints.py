"""How two letters of a line of a PDF are joined: gaps that are not told, gaps that are not seen, accents set apart.

What is between two letters is what a reader sees there (ISO 32000-1, 9.4.4: a file sets letters wherever it likes).
Figures far apart are the cells of a table, though the file sets them as one text and PDFium tells no gap (letters far
apart are a word set wide); a space that takes no room, set over a ligature, parts no word; a word on its side is no
column of letters; an acute that stands over an e, as TeX's older fonts set it, is an é.
"""

from __future__ import annotations

import unicodedata

from checker.readers.pdf_objects import Box

NOTHING: Box = (0.0, 0.0, 0.0, 0.0)
"""The box of what is put in, and stands nowhere."""
SPACE = " "
LINE_END = ("\n", NOTHING)
APART = 1.0
"""Heights of a letter's box between two figures of one number, at most."""
WORD = 0.15
"""Heights between two letters of one word, or by which they overlap, at most."""
EDGE = 0.03
"""Heights between two letters that stand edge to edge, at most."""
OVER = 0.6
"""The share of the smaller width over which an accent, or a space, stands on a letter, at least."""
ACCENTS = {
    "`": "\u0300",
    "\u00b4": "\u0301",
    "\u02c6": "\u0302",
    "\u02dc": "\u0303",
    "\u00af": "\u0304",
    "\u02c9": "\u0304",
    "\u02d8": "\u0306",
    "\u02d9": "\u0307",
    "\u00a8": "\u0308",
    "\u02da": "\u030a",
    "\u02dd": "\u030b",
    "\u02c7": "\u030c",
    "\u00b8": "\u0327",
    "\u02db": "\u0328",
}
"""Accents that take a place of their own, and what they are on a letter."""
DOTLESS = {"\u0131": "i", "\u0237": "j"}


def join(letters: list[tuple[str, Box]], letter: str, box: Box, turn: int) -> None:
    """Put a letter that is seen behind the others of its line, as it stands to them.

    `turn` counts quarter turns against the clock in which the line runs on the page.
    """
    if not letters or box is NOTHING or letter == SPACE:
        letters.append((letter, box))
        return
    last, before = letters[-1]
    if letter.isalpha() and last.isalpha() and letter not in ACCENTS and last not in ACCENTS:
        letters.append((letter, box))  # as nearly always
        return
    if last == SPACE and before is not NOTHING and _is_no_gap(letters, box, turn):
        letters.pop()
    elif letters[-1] == LINE_END and len(letters) > 1 and _touch(letters[-2][1], box, turn, WORD):
        letters.pop()  # PDFium ends a line at each letter set for itself that runs across what it takes for the page's
    last, before = letters[-1]
    # PDFium sees a gap where the file goes back from an accent to the letter below it
    back = 2 if last == SPACE and before is NOTHING and len(letters) > 1 and letters[-2][0] in ACCENTS else 1
    if letter in ACCENTS or letters[-back][0] in ACCENTS:
        accented = _compose(*letters[-back], letter, box)
        if accented:
            letters[-back:] = [accented]
            return
    lone = not (last.isspace() or before is NOTHING or (last.isalpha() and letter.isalpha()))
    if lone and not _is_level(before, box, turn):
        letters.append(LINE_END)
    elif lone and _gap(before, box, turn) > APART:
        letters.append((SPACE, NOTHING))
    letters.append((letter, box))


def _is_no_gap(letters: list[tuple[str, Box]], box: Box, turn: int) -> bool:
    """Whether the last space is set over the letter before it, and the next letter stands by that one edge to edge."""
    word: list[Box] = []
    for letter, drawn in letters[-2:-7:-1]:
        if not letter.isalpha():
            break
        word.append(drawn)
    forms = list(dict.fromkeys(word))  # the letters of a ligature share a box
    if len(forms) < 2 or not _touch(forms[1], forms[0], turn, EDGE) or not _touch(forms[0], box, turn, EDGE):
        return False
    space, along = letters[-1][1], turn % 2
    shared = min(space[along + 2], forms[0][along + 2]) - max(space[along], forms[0][along])
    return shared > OVER * (space[along + 2] - space[along])


def _gap(first: Box, second: Box, turn: int) -> float:
    """The distance of two letters along their line, either way, in heights of the higher; below 0 they overlap."""
    along, across = (1, 0) if turn % 2 else (0, 1)
    gap = max(second[along] - first[along + 2], first[along] - second[along + 2])
    return gap / max(first[across + 2] - first[across], second[across + 2] - second[across], 1e-6)


def _is_level(first: Box, second: Box, turn: int) -> bool:
    """Whether two letters may stand on one line: a raised figure reaches into it, one of the next line does not."""
    across = 0 if turn % 2 else 1
    return min(first[across + 2], second[across + 2]) > max(first[across], second[across])


def _touch(first: Box, second: Box, turn: int, most: float) -> bool:
    """Whether a letter begins where another ends, on the same line, but for so many heights."""
    along, across = (1, 0) if turn % 2 else (0, 1)
    height = max(first[across + 2] - first[across], second[across + 2] - second[across])
    level = min(first[across + 2], second[across + 2]) - max(first[across], second[across]) > 0.5 * height
    ahead = second[along] - first[along + 2] if turn in (0, 1) else first[along] - second[along + 2]
    return level and abs(ahead) <= most * height


def _compose(first: str, below: Box, second: str, above: Box) -> tuple[str, Box] | None:
    """A letter and an accent that stands over it as one letter; None where they do not make one."""
    letter, box, accent = (second, above, first) if first in ACCENTS else (first, below, second)
    shared = min(below[2], above[2]) - max(below[0], above[0])
    level = min(below[3], above[3]) - max(below[1], above[1])
    width = min(below[2] - below[0], above[2] - above[0])
    if not letter.isalpha() or accent not in ACCENTS or level <= 0 or not shared > OVER * width > 0:
        return None
    composed = unicodedata.normalize("NFC", DOTLESS.get(letter, letter) + ACCENTS[accent])
    return (composed, box) if len(composed) == 1 else None
