"""The years of a notice, in Arabic and in Roman numerals."""

from __future__ import annotations

import re

FIRST, LAST = 1900, 2100
ARABIC = re.compile(
    r"(?<![\d:/.$€£-])(?P<from>(?:19|20|21)\d\d)(?: ?- ?(?P<to>(?:19|20|21)\d\d|\d\d)(?![\d/:-]))?(?![\d:/])"
)
"""A year of four digits that is not part of an id, a sum or a clock; a range of years with it."""
ROMAN = re.compile(r"(?<![^\W_])M[MDCLXVI]{1,14}(?![^\W_])")
NUMERALS = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"),
    (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip


def years_of(text: str) -> tuple[int, ...]:
    """All years from 1900 to 2100 in a text, rising; hyphens are the only dashes."""
    found = set()
    for match in ARABIC.finditer(text):
        begin = int(match["from"])
        found.add(begin)
        if match["to"]:
            end = int(match["to"])
            end += begin // 100 * 100 if end < 100 else 0
            # 2021-03 is a month, not a range
            if end > begin:
                found.add(end)
    found |= {roman(match.group()) for match in ROMAN.finditer(text)}
    return tuple(sorted(year for year in found if FIRST <= year <= LAST))


def roman(numeral: str) -> int:
    """The number of a Roman numeral as it is properly written; 0 for anything else."""
    number, rest = 0, numeral
    for value, letters in NUMERALS:
        while rest.startswith(letters):
            number, rest = number + value, rest[len(letters) :]
    return number if not rest and written(number) == numeral else 0


def written(number: int) -> str:
    """A number as a Roman numeral."""
    out = ""
    for value, letters in NUMERALS:
        out += letters * (number // value)
        number %= value
    return out
