"""What each character is to the tokeniser, and what it becomes."""

from __future__ import annotations

from enum import IntEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

FOLD_FILE = Path(__file__).with_name("fold.npz")
EXPAND = 0x200000
"""In the fold column, EXPAND + i stands for the i-th of the characters that become several."""

CYRILLIC = 0x430
"""The first of the letters of TWINS."""
TWINS = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "ђ": "d", "е": "e", "ж": "z", "з": "z", "и": "i", "ј": "j",
    "к": "k", "л": "i", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "ћ": "c", "у": "u",
    "ф": "f", "х": "h", "ц": "c", "ч": "c", "ш": "s",
}  # fmt: skip
"""Folded Cyrillic letters of Serbian, and what its Latin letters fold to (l as i). Other Cyrillic letters have none."""


class Kind(IntEnum):
    """What a character is to the tokeniser: below GAP part of a word, from QUOTE on it depends on its neighbours."""

    LETTER = 0
    DIGIT = 1
    SOLO = 2
    GAP = 4
    SPACE = 5
    BREAK = 6
    GONE = 7
    QUOTE = 8
    HYPHEN = 9
    STOP = 10
    COMMA = 11
    SYMBOL = 12


@lru_cache(maxsize=1)
def tables() -> Any:
    """The columns of `fold.npz`, read on first need: only text beyond ASCII needs them."""
    with np.load(FOLD_FILE, allow_pickle=False) as stored:
        return {name: stored[name] for name in ("kind", "fold", "disguise", "expansions", "starts")}


def _ascii_tables() -> tuple[bytes, bytes]:
    """Kind and fold of the first 128 code points, without loading the large table."""
    kind = bytearray([Kind.GAP] * 256)
    fold = bytearray(256)
    for code in range(128):
        char = chr(code)
        if char.isdigit():
            kind[code], fold[code] = Kind.DIGIT, code
        elif char.isalpha():
            kind[code], fold[code] = Kind.LETTER, ord(char.lower().replace("l", "i"))
    for members, member_kind in (
        ("\n\r\x0b\x0c", Kind.BREAK),
        (" \t", Kind.SPACE),
        ("'`&", Kind.QUOTE),
        ("-", Kind.HYPHEN),
        (".", Kind.STOP),
        (",:/", Kind.COMMA),
        ("@$!|", Kind.SYMBOL),
    ):
        for char in members:
            kind[ord(char)] = member_kind
    for sign, letter in zip("@$!|", "asii", strict=True):
        fold[ord(sign)] = ord(letter)
    return bytes(kind), bytes(fold)


def _twin_table() -> Any:
    """What the letters from CYRILLIC on become, 48 of them."""
    return np.array([ord(TWINS.get(chr(code), chr(code))) for code in range(CYRILLIC, CYRILLIC + 48)], dtype=np.uint32)


ASCII_KIND, ASCII_FOLD = _ascii_tables()
TWIN_FOLD = _twin_table()
