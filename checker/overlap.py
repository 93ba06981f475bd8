"""Whether two texts are versions of one story, by the words that they share.

Runs of five words are counted (Lyon, Malcolm and Dickerson, 2001, used three; five are rarely chance). What is shared
must be most of the shorter text, and the two must not be something else that shares words as versions do: an item and
the roundup it stands in, instalments of a series with other figures in one template, a story and its summary.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from fingerprints.index import Work
from fingerprints.sketch import Sketcher
from fingerprints.text import Tokens, tokenise

GRAM = 5
"""Words in a row."""
MOST_OF = 0.6
"""Of the shorter text, at least this share stands in the longer one too."""
LEAST_OF = 0.25
"""Of the longer one, this share: below it the shorter is an item in a text about more."""
NEAR_TOP = 0.25
"""Where less than half of the longer text is shared, it begins within this share of it."""
FAR_DOWN = 0.65
"""On another day, it then also reaches down to here: else it is the first item of a roundup."""
HALF = 0.5
DAYS = 2.5
"""Further apart, only the same text is a version; anything less is the next instalment of a series."""
SAME = 0.975
"""Of both texts, this share: the same text but for a word."""
FIGURES = 0.25
"""On another day, texts are instalments of a series when this share of the words that differ are figures."""
ONE_DAY = 0.75
MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
SUMMARY = re.compile(
    r"\bat a glance\b|\bglance\b|\bhighlights of\b|\brundown\b|\broundup\b|\brdp\b|\bdigest\b|\bin brief\b"
    r"|\bchronology\b|\bhere (?:is|are) (?:a look|some|the|key)\b|\bauf einen blick\b|\bpresseschau\b|\ben bref\b"
    r"|\bkurzmeldungen\b",
    re.IGNORECASE,
)
HEAD = 100
"""Characters of a text in which it says that it is a summary."""


class Apart(StrEnum):
    """Why two texts are not versions of one story."""

    LITTLE = "little of the shorter text stands in the other"
    PART = "one is an item within a longer text about more"
    SERIES = "instalments of a series: another day, other figures"
    SUMMARY = "one is a summary, a list or a chronology, and the other is not"


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """A text by its runs of words: `grams[i]` is the hash of words i .. i + GRAM - 1, `distinct` are they, rising.

    `words` are hashes too; `figures[i]` tells whether word i has a digit.
    """

    grams: NDArray[np.uint64]
    distinct: NDArray[np.uint64]
    words: NDArray[np.uint64]
    figures: NDArray[np.bool_]
    summary: bool


@dataclass(frozen=True, slots=True)
class Shared:
    """What two texts share: shares (0..1) of the shorter and of the longer, where it begins and ends in the longer
    (0..1), and the share of figures among the words that differ, on the side with fewer."""

    shorter: float
    longer: float
    first: float
    last: float
    figures: float = 0.0


def read(work: Work, sketcher: Sketcher) -> Read:
    """A work's text by its runs of words; linear in its length."""
    tokens = tokenise(work.text)
    return read_words(work, tokens, sketcher.words(tokens))


def read_words(work: Work, tokens: Tokens, words: NDArray[np.uint64]) -> Read:
    """The same of a text whose words are known already, with their hashes."""
    count = max(0, len(words) - GRAM + 1)
    grams = words[:count].copy()
    for step in range(1, GRAM):
        grams *= MULTIPLIER
        grams += words[step : step + count]
    letters = tokens.letters[: int(tokens.offset[-1])]
    digits = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum((letters >= ord("0")) & (letters <= ord("9")))))
    figures = np.diff(digits[tokens.offset]) > 0
    slug = work.metadata.get("slug", "")
    summary = any(SUMMARY.search(said[:HEAD]) for said in (slug, work.title, work.text))
    return Read(grams, np.unique(grams), words, figures, summary)


def share_little(one: Read, other: Read) -> bool:
    """Whether two texts are told apart by their words alone (`Apart.LITTLE`); quicker than all of what they share."""
    fewest = min(len(one.distinct), len(other.distinct))
    return not fewest or len(_common(one, other)) / fewest < MOST_OF


def shared(one: Read, other: Read) -> Shared:
    """What two texts share."""
    shorter, longer = (one, other) if len(one.distinct) <= len(other.distinct) else (other, one)
    common = _common(shorter, longer)
    if not len(common):
        return Shared(0.0, 0.0, 0.0, 0.0)
    places = np.flatnonzero(np.isin(longer.grams, common))
    size = len(longer.words)
    return Shared(
        len(common) / len(shorter.distinct),
        len(common) / len(longer.distinct),
        float(places[0]) / size,
        float(places[-1] + GRAM) / size,
        min(_figures(shorter, longer), _figures(longer, shorter)),
    )


def by_postings(
    rows: Sequence[int], keys: int, positions: Sequence[int], places: Sequence[tuple[int, int, int]]
) -> Shared:
    """The same for a text that is gone: which of a text's `keys` its postings hit, and at which of their `places`."""
    hit = sorted(set(positions))
    ours, theirs = len(set(rows)) / max(1, keys), min(1.0, len(hit) / max(1, len(places)))
    size = max(1, places[-1][0]) if places else 1
    if len(places) >= keys:
        return Shared(ours, theirs, hit[0] / size, hit[-1] / size)
    return Shared(theirs, ours, min(rows) / max(1, keys), max(rows) / max(1, keys))


def apart(found: Shared, days: float, summaries: tuple[bool, bool] = (False, False)) -> Apart | None:
    """Why two texts are not versions of one story; None when they are. `days` lie between them."""
    if found.shorter < MOST_OF:
        return Apart.LITTLE
    if min(found.shorter, found.longer) >= SAME:
        return None
    if days > DAYS or (days > ONE_DAY and found.figures >= FIGURES):
        return Apart.SERIES
    if summaries[0] is not summaries[1]:
        return Apart.SUMMARY
    if found.longer < LEAST_OF:
        return Apart.PART
    if found.longer < HALF and found.first > NEAR_TOP:
        return Apart.PART
    if found.longer < MOST_OF and days > ONE_DAY and found.last < FAR_DOWN:
        return Apart.PART
    return None


def reprints(found: Shared, summaries: tuple[bool, bool] = (False, False)) -> bool:
    """Whether two texts are one that was sent out again, however many days lie between them.

    Most of each stands in the other, and what differs is not mainly figures: so do not the instalments of a series.
    """
    return (
        found.shorter >= MOST_OF and found.longer >= HALF and found.figures < FIGURES and summaries[0] is summaries[1]
    )


def _common(one: Read, other: Read) -> NDArray[np.uint64]:
    """The distinct runs of words that both texts have, rising."""
    merged = np.concatenate((one.distinct, other.distinct))
    merged.sort(kind="stable")  # two rising runs are merged, not sorted
    common: NDArray[np.uint64] = merged[:-1][merged[1:] == merged[:-1]]
    return common


def _figures(one: Read, other: Read) -> float:
    """The share of figures among the words of one text that the other does not have."""
    own = ~np.isin(one.words, other.words)
    return float(one.figures[own].mean()) if own.any() else 0.0
