"""Text to words, by whole arrays, with every offset kept.

A *word* here is a run of letters and digits after folding: case, width, accents,
look-alike letters and invisible characters are gone, `l` reads as `i` (capital I, small
l and the digit one are drawn alike in every newsroom typeface and mixed up by every
scanner). Letters that a language writes for each other are one, so are Serbian in
Cyrillic and in Latin letters, and traditional and simplified Chinese. Apostrophes, single
hyphens, the stops of initials, and the commas and stops of numbers do not split a word,
so that a script in capitals without punctuation yields the same words as the story. A
hyphen at a line's end joins. Digits that stand for letters ("st0ck") are read as letters,
inside words that have letters besides. In scripts without spaces each character is a word.

Python loops over words are what makes fingerprinting slow, so there are none: ASCII text
goes through two byte tables, all other text through `fold.npz` (see `maketables`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from fingerprints.fold import ASCII_FOLD, ASCII_KIND, CYRILLIC, EXPAND, TWIN_FOLD, Kind, tables

# Plain integers: numpy compares bytes with these eight times as fast as with the members themselves.
LETTER, DIGIT, SOLO, GAP, SPACE, BREAK, GONE, QUOTE, HYPHEN, STOP, COMMA, SYMBOL = map(int, Kind)

Bytes = NDArray[np.uint8]
Codes = NDArray[np.uint32]
Offsets = NDArray[np.int64]

PADDING = 32
"""Zero bytes behind `Tokens.letters`, so that eight bytes can be read at any letter."""

NEARBY = 64
"""Characters on both sides of a word that tell in which script it is written."""

WIDEST_WRAP = 16
"""A word goes on no more than this many characters behind the hyphen that ends its line."""

LEET = np.frombuffer(b"oizeasgtbg", dtype=np.uint8)
"""What the digits 0-9 pass for inside a word with letters."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """The words of a text, by columns; all arrays but the last two have one entry a word.

    `start`, `end`: code points in the text as submitted, half-open. `letters`: the folded
    words in UTF-8, end to end; word i is letters[offset[i]:offset[i + 1]]. `solo`: true
    where the script has no spaces and one character is one word.
    """

    start: Offsets
    end: Offsets
    solo: NDArray[np.bool_]
    offset: Offsets
    letters: Bytes

    def __len__(self) -> int:
        return len(self.start)

    def spelt(self, i: int) -> bytes:
        """The folded form of word i, in UTF-8."""
        return self.letters[self.offset[i] : self.offset[i + 1]].tobytes()

    def word(self, i: int) -> str:
        """The folded form of word i."""
        return self.spelt(i).decode("utf-8", "surrogatepass")


def tokenise(text: str) -> Tokens:
    """The words of a text. Time and memory grow linearly with its length; no input is refused."""
    if text.isascii():
        raw = text.encode("ascii")
        kind = np.frombuffer(raw.translate(ASCII_KIND), dtype=np.uint8)
        return _words(kind, np.frombuffer(raw.translate(ASCII_FOLD), dtype=np.uint8), None, len(text))
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    return _words(*_fold(codes), len(text))


def _fold(codes: Codes) -> tuple[Bytes, Codes, Offsets | None]:
    """Kind, folded code and place in the text of every character that is kept; no places where all are, one for one."""
    table = tables()
    kind: Bytes = table["kind"][codes]
    soft = np.flatnonzero(codes == 0xAD)
    if soft.size:
        after = kind[np.minimum(soft + 1, len(kind) - 1)]
        kind[soft[(after != BREAK) & (after != SPACE)]] = GONE
    place: Offsets | None = None
    kept = kind != GONE
    if not kept.all():
        place = np.flatnonzero(kept)
        kind, codes = kind[place], codes[place]
    fold: Codes = table["fold"][codes]
    long = fold >= EXPAND
    if long.any():
        counts = np.ones(len(fold), dtype=np.int64)
        first = table["starts"][fold[long] - EXPAND].astype(np.int64)
        counts[long] = table["starts"][fold[long] - EXPAND + 1].astype(np.int64) - first
        into = np.repeat(np.arange(len(fold)), counts)
        nth = np.arange(len(into)) - np.repeat(np.cumsum(counts) - counts, counts)
        base = np.zeros(len(fold), dtype=np.int64)
        base[long] = first
        spelt = table["expansions"][np.minimum(base[into] + nth, len(table["expansions"]) - 1)]
        fold = np.where(long[into], spelt, fold[into])
        kind, place, codes = kind[into], into if place is None else place[into], codes[into]
    fold = _undisguise(kind, fold, table["disguise"][codes], np.flatnonzero(codes == 0))
    return kind, _romanise(fold), place


def _romanise(fold: Codes) -> Codes:
    """Cyrillic letters as their twins of the Latin script in which Serbian is written too."""
    beyond = fold - np.uint32(CYRILLIC)  # letters before the first wrap round to large numbers
    twins = np.flatnonzero(beyond < len(TWIN_FOLD))
    if twins.size:
        fold = fold.copy()
        fold[twins] = TWIN_FOLD[beyond[twins]]
    return fold


def _undisguise(kind: Bytes, fold: Codes, disguise: Codes, ends: Offsets) -> Codes:
    """Read look-alikes as the Latin letters they pass for, in words that mix scripts or stand among Latin ones.

    A word without Latin letters must be all look-alikes, and Latin letters prevail within NEARBY
    characters of it, not counting beyond `ends` (the places of NULs). So Russian words read the
    same whatever is printed around them.
    """
    dressed = np.flatnonzero(disguise)
    if not dressed.size:
        return fold
    letter = kind == LETTER
    latin = np.append(0, np.cumsum(letter & (fold < 128)))
    plain = np.append(0, np.cumsum(letter & (disguise == 0)))
    gaps = np.concatenate(([-1], np.flatnonzero(kind >= GAP), [len(kind)]))
    after = np.searchsorted(gaps, dressed)
    low, high = gaps[after - 1] + 1, gaps[after]
    mixed, alike = latin[high] > latin[low], plain[high] == plain[low]
    ends = np.concatenate(([-1], ends, [len(kind)]))
    after = np.searchsorted(ends, dressed)
    low, high = np.maximum(low - NEARBY, ends[after - 1] + 1), np.minimum(high + NEARBY, ends[after])
    prevails = 3 * (latin[high] - latin[low]) >= 2 * (plain[high] - plain[low])
    dressed = dressed[mixed | (alike & prevails)]
    fold = fold.copy()
    fold[dressed] = disguise[dressed]
    return fold


def letter_places(text: str) -> Offsets:
    """The code point of `text` that each byte of `Tokens.letters` comes from; for the few texts that need it."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    kind, fold, place = _fold(codes)
    kept, _ = _parts_of_words(kind)
    at = np.flatnonzero(kept)
    return np.repeat(at if place is None else place[at], _width(fold[at]))


def _parts_of_words(kind: Bytes) -> tuple[NDArray[np.bool_], Offsets]:
    """Which characters are written in words, and which only hold words together."""
    kept = kind < GAP
    bridges, signs = _joints(kind)
    kept[signs] = True
    return kept, bridges


def _words(kind: Bytes, fold: NDArray[Any], place: Offsets | None, length: int) -> Tokens:
    """Find the words in characters of known kind; `place` maps characters to the text where they differ."""
    kept, bridges = _parts_of_words(kind)
    inside = kept
    if bridges.size:
        inside = kept.copy()
        inside[bridges] = True
    edges = np.flatnonzero(inside[1:] ^ inside[:-1]) + 1
    if inside.size and inside[0]:
        edges = np.concatenate(([0], edges))
    if inside.size and inside[-1]:
        edges = np.concatenate((edges, [len(inside)]))
    start, end = edges[0::2], edges[1::2]
    solo = kind == SOLO if fold.dtype != np.uint8 else np.zeros(0, dtype=bool)
    if solo.any():
        start, end = _split_solo(solo, inside, end)
    lengths = end - start
    np.subtract.at(lengths, np.searchsorted(start, bridges, "right") - 1, 1)
    fold = _read_leet(kind, fold, start, lengths)
    letters, lengths = _spell(np.compress(kept, fold), lengths)
    is_solo = solo[start] if solo.any() else np.zeros(len(start), dtype=bool)
    offset = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(lengths)))
    if place is not None:
        end = np.where(end < len(place), place[np.minimum(end, len(place) - 1)], length) if end.size else end
        start = place[start] if start.size else start
    return Tokens(start, end, is_solo, offset, letters)


def _joints(kind: Bytes) -> tuple[Offsets, Offsets]:
    """Characters that hold a word together without being part of it, and signs that stand for letters."""
    padded = np.full(len(kind) + 4, GAP, dtype=np.uint8)
    padded[2:-2] = kind
    before, after = padded[1:-3], padded[3:-1]
    bridges, signs = _between(padded, np.flatnonzero((kind >= QUOTE) & (before < SOLO) & (after < SOLO)))
    spaced = (after == SPACE) | (after == BREAK)
    wraps = np.flatnonzero((kind == HYPHEN) & (before == LETTER) & spaced)
    if wraps.size:
        bridges = np.sort(np.concatenate((bridges, _wrapped(kind, wraps))))
    return bridges, signs


def _between(padded: Bytes, special: Offsets) -> tuple[Offsets, Offsets]:
    """Of the characters right between two letters or digits, those that join and those that stand for letters."""
    what, before, after = padded[special + 2], padded[special + 1], padded[special + 3]
    letters = (before == LETTER) & (after == LETTER)
    digits = (before == DIGIT) & (after == DIGIT)
    initial = letters & ((padded[special] >= GAP) | (padded[special + 4] >= GAP))
    joint = what <= HYPHEN
    joint |= digits & ((what == STOP) | (what == COMMA))
    joint |= initial & (what == STOP)
    return special[joint], special[(what == SYMBOL) & letters]


def _wrapped(kind: Bytes, hyphens: Offsets) -> Offsets:
    """The hyphens that end a line inside a word, with the white space up to the word's other half."""
    padded = np.concatenate((kind, np.full(WIDEST_WRAP + 1, GAP, dtype=np.uint8)))
    behind = sliding_window_view(padded, WIDEST_WRAP)[hyphens + 1]
    breaks = behind == BREAK
    solid = ~breaks & (behind != SPACE)
    lengths = np.argmax(solid, axis=1) + 1
    newlines = np.count_nonzero(breaks & ~np.logical_or.accumulate(solid, axis=1), axis=1)
    good = (newlines >= 1) & (newlines <= 2) & solid.any(axis=1) & (padded[hyphens + lengths] == LETTER)
    hyphens, lengths = hyphens[good], lengths[good]
    first = np.cumsum(lengths) - lengths
    return np.repeat(hyphens - first, lengths) + np.arange(int(lengths.sum()))


def _split_solo(solo: NDArray[np.bool_], inside: NDArray[np.bool_], end: Offsets) -> tuple[Offsets, Offsets]:
    """Cut runs before and behind every character of a script without spaces; `end` are the ends of the runs."""
    cut = solo.copy()
    cut[1:] |= solo[:-1] | ~inside[:-1]
    cut[:1] = True
    start = np.flatnonzero(inside & cut)
    following = np.concatenate((start[1:], [len(solo)]))
    return start, np.minimum(following, end[np.searchsorted(end, start, "right")])


def _read_leet(kind: Bytes, fold: NDArray[Any], start: Offsets, lengths: Offsets) -> NDArray[Any]:
    """Read digits as letters inside words with as many letters, or with letters on both their sides."""
    digits = np.flatnonzero(kind == DIGIT)
    if not digits.size:
        return fold
    word = np.searchsorted(start, digits, "right") - 1
    another = np.diff(word, prepend=-1) > 0
    words, word = word[another], np.cumsum(another) - 1
    count = np.bincount(word)
    beside = (kind[np.maximum(digits - 1, 0)] == LETTER).astype(np.int64)
    beside += kind[np.minimum(digits + 1, len(kind) - 1)] == LETTER
    changes = np.bincount(word, weights=beside)
    digits = digits[(((2 * count <= lengths[words]) | (changes > 1)) & (count < lengths[words]))[word]]
    if not digits.size:
        return fold
    fold = fold.copy()
    fold[digits] = LEET[fold[digits] - ord("0")]
    return fold


def _spell(codes: NDArray[Any], lengths: Offsets) -> tuple[Bytes, Offsets]:
    """Folded characters as UTF-8, and the lengths of the words in bytes."""
    padding = np.zeros(PADDING, dtype=np.uint8)
    if codes.dtype == np.uint8 or not codes.size or int(codes.max()) < 128:
        return np.concatenate((codes.astype(np.uint8), padding)), lengths
    width = _width(codes)
    total = np.concatenate(([0], np.cumsum(width)))
    ends = np.cumsum(lengths)
    encoded = codes.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass").encode("utf-8", "surrogatepass")
    return np.concatenate((np.frombuffer(encoded, dtype=np.uint8), padding)), total[ends] - total[ends - lengths]


def _width(codes: NDArray[Any]) -> Offsets:
    """Bytes of each code point in UTF-8."""
    return 1 + (codes >= 0x80).astype(np.int64) + (codes >= 0x800) + (codes >= 0x10000)
