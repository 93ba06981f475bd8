"""Ways to disguise a passage: of spaces, of letters, of words; seeded, and none is among the drafts of `wire`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from random import Random

Disguise = Callable[[str, Random, Sequence[str]], str]
"""A passage, a seeded generator and words of another text, to the passage in disguise."""

LOOKALIKE = str.maketrans("aceiopsxyjABCEHIJKMOPSTXY", "асеіорѕхујАВСЕНІЈКМОРЅТХУ")
LEET = str.maketrans("aeiostlgbzAEIOSTLGBZ", "43105719824310571982")
EXOTIC = "\u00a0\u2002\u2003\u2009\u200a\u202f\u205f\u3000"
MARKS = "\u0300\u0301\u0302\u0303\u0308\u030a\u0323\u0327\u0331"


def spaces_removed(text: str, random: Random, words: Sequence[str]) -> str:
    return re.sub(r"\s+", "", text)


def half_spaces_removed(text: str, random: Random, words: Sequence[str]) -> str:
    return re.sub(r"\s+", lambda _: random.choice(("", " ")), text)


def letters_spaced(text: str, random: Random, words: Sequence[str]) -> str:
    return "  ".join(" ".join(word) for word in text.split())


def exotic_spaces(text: str, random: Random, words: Sequence[str]) -> str:
    return re.sub(r"\s+", lambda _: random.choice(EXOTIC), text)


def underscores(text: str, random: Random, words: Sequence[str]) -> str:
    return "_".join(text.split())


def camel_case(text: str, random: Random, words: Sequence[str]) -> str:
    return "".join(word[:1].upper() + word[1:] for word in text.split())


def capitals_unpointed(text: str, random: Random, words: Sequence[str]) -> str:
    return "  ".join(re.sub(r"[^\w\s]", "", text).upper().split())


def full_width(text: str, random: Random, words: Sequence[str]) -> str:
    return "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in text)


def mathematical_bold(text: str, random: Random, words: Sequence[str]) -> str:
    def bold(letter: str) -> str:
        if "a" <= letter <= "z":
            return chr(0x1D41A + ord(letter) - ord("a"))
        if "A" <= letter <= "Z":
            return chr(0x1D400 + ord(letter) - ord("A"))
        return chr(0x1D7CE + ord(letter) - ord("0")) if "0" <= letter <= "9" else letter

    return "".join(map(bold, text))


def leet(text: str, random: Random, words: Sequence[str]) -> str:
    return text.translate(LEET)


def cyrillic(text: str, random: Random, words: Sequence[str]) -> str:
    return text.translate(LOOKALIKE)


def stacked_marks(text: str, random: Random, words: Sequence[str]) -> str:
    return "".join(
        letter + "".join(random.choice(MARKS) for _ in range(3)) if letter.isalpha() else letter for letter in text
    )


def filler(every: int) -> Disguise:
    """A strange word after every so many words."""

    def disguise(text: str, random: Random, words: Sequence[str]) -> str:
        out: list[str] = []
        for n, word in enumerate(text.split(), 1):
            out.append(word)
            if n % every == 0:
                out.append(random.choice(words))
        return " ".join(out)

    return disguise


def deleted(portion: float) -> Disguise:
    """A portion of the words left out."""

    def disguise(text: str, random: Random, words: Sequence[str]) -> str:
        split = text.split()
        gone = set(random.sample(range(1, len(split) - 1), round(portion * len(split))))
        return " ".join(word for n, word in enumerate(split) if n not in gone)

    return disguise


def edited(portion: float) -> Disguise:
    """A portion of the words replaced, left out, or followed by a strange one, a third each."""

    def disguise(text: str, random: Random, words: Sequence[str]) -> str:
        split = text.split()
        places = random.sample(range(1, len(split) - 1), round(portion * len(split)))
        for n in places:
            split[n] = random.choice(("", random.choice(words), f"{split[n]} {random.choice(words)}"))
        return " ".join(word for word in split if word)

    return disguise


def both(first: Disguise, second: Disguise) -> Disguise:
    """One disguise over another."""
    return lambda text, random, words: second(first(text, random, words), random, words)


SINGLE: Mapping[str, Disguise] = {
    "spaces removed": spaces_removed,
    "half the spaces removed": half_spaces_removed,
    "every letter spaced": letters_spaced,
    "exotic spaces": exotic_spaces,
    "underscores": underscores,
    "camel case": camel_case,
    "capitals unpointed": capitals_unpointed,
    "full width": full_width,
    "mathematical bold": mathematical_bold,
    "leet": leet,
    "Cyrillic look-alikes": cyrillic,
    "stacked marks": stacked_marks,
    "filler every 8 words": filler(8),
    "filler every 4 words": filler(4),
    "15 % deleted": deleted(0.15),
    "50 % edited": edited(0.50),
}
TOGETHER = (
    ("15 % deleted", "Cyrillic look-alikes"),
    ("filler every 8 words", "leet"),
    ("mathematical bold", "half the spaces removed"),
    ("stacked marks", "exotic spaces"),
    ("15 % deleted", "capitals unpointed"),
    ("15 % deleted", "spaces removed"),
    ("leet", "underscores"),
    ("Cyrillic look-alikes", "camel case"),
    ("filler every 8 words", "full width"),
    ("15 % deleted", "filler every 8 words"),
)
DISGUISES: Mapping[str, Disguise] = {
    **SINGLE,
    **{f"{first} + {second}": both(SINGLE[first], SINGLE[second]) for first, second in TOGETHER},
}
