"""Cost grows no faster than the text, whatever the text is; and a passage in a very long one is found to the letter."""

from __future__ import annotations

import random
import string
import time
from collections.abc import Callable

import pytest

from checker.check import check
from checker.model import Verdict
from fingerprints.index import Upsert, Work
from fingerprints.sketch import sketcher
from fingerprints.stores.memory import MemoryStore

CLOCK = (
    "EASTNESS, June 20 (MP) -- A tower clock whose theft two years ago cost a museum director his post was found "
    "Wednesday in the museum's own cellar, crated, labeled and running 40 minutes slow. An electrician looking for a "
    "fuse box heard ticking behind a stack of display cases."
)
VOCABULARY = [f"{a}{b}{c}" for a in "bdfgklmn" for b in "aeiou" for c in "rst"]
TIMES = 8
MOST = 24.0
"""TIMES the text may take so many times as long: 8 is linear, 64 quadratic; fresh memory and other work lie between."""
ROUNDS = 2
TRIES = 3
LEAST_SECONDS = 0.01
"""What takes less says nothing about growth: a fresh page of memory costs more than the work on it."""


def long_story(words: int = 4000) -> str:
    """A made-up story of so many words, few of them twice in a row."""
    dice = random.Random(1)
    return " ".join(dice.choice(VOCABULARY) + dice.choice(VOCABULARY) for _ in range(words))


LONG = long_story()


@pytest.fixture(scope="module")
def wire() -> MemoryStore:
    """Stories that the texts below are after: a short one, a long one, and three that are as odd as the texts."""
    store = MemoryStore(secret=bytes(32))
    works = [
        Work("mp-clock", CLOCK),
        Work("mp-long", LONG),
        Work("mp-the", "the " * 60 + CLOCK),
        Work("mp-ab", "ab " * 60),
        Work("mp-bombs", "a\u0301\u20dd " * 60),
    ]
    rows = sketcher(store.spec, store.secret).fingerprints([work.text for work in works])
    store.apply([Upsert(work, row) for work, row in zip(works, rows, strict=True)])
    return store


def different_words(size: int) -> str:
    return " ".join(f"word{i}" for i in range(size))


def no_spaces(size: int) -> str:
    return "".join(random.Random(2).choices(string.ascii_lowercase, k=size))


def phrases(size: int) -> str:
    """Eight words of the long story, then as many of one's own, and again."""
    dice = random.Random(3)
    words = LONG.split()
    made: list[str] = []
    while len(made) < size:
        at = dice.randrange(len(words) - 8)
        made += [*words[at : at + 8], *(f"own{dice.randrange(10**9)}" for _ in range(8))]
    return " ".join(made[:size])


TEXTS: dict[str, tuple[Callable[[int], str], int]] = {
    "one word again and again": (lambda size: "word " * size, 20_000),
    "'the' again and again": (lambda size: "the " * size, 2_000),
    "'ab' again and again": (lambda size: "ab " * size, 2_000),
    "different words": (different_words, 20_000),
    "a story's sentence again and again": (lambda size: f"{CLOCK} " * size, 300),
    "a long story again and again": (lambda size: f"{LONG} " * size, 4),
    "phrases of a long story": (phrases, 6_000),
    "stacks of combining marks": (lambda size: ("a" + "\u0301" * 6 + "\u20dd ") * size, 2_000),
    "one stack of combining marks": (lambda size: "a" + "\u0301" * size, 200_000),
    "a ligature of eighteen letters": (lambda size: "\ufdfa" * size, 50_000),
    "that ligature, one by one": (lambda size: "\ufdfa " * size, 15_000),
    "hyphens at line ends": (lambda size: "a-\n" * size, 50_000),
    "hyphens and line ends only": (lambda size: "-\n" * size, 100_000),
    "soft hyphens": (lambda size: "\u00ad" * size, 200_000),
    "no spaces": (no_spaces, 100_000),
    "one letter": (lambda size: "a" * size, 200_000),
    "a story without spaces again and again": (lambda size: CLOCK.replace(" ", "") * size, 60),
    "a long story with its letters spaced": (lambda size: " ".join(LONG.replace(" ", "")) * size, 1),
    "spaces": (lambda size: " " * size, 500_000),
    "line ends": (lambda size: "\n" * size, 500_000),
    "nothing at all but NULs": (lambda size: "\0" * size, 500_000),
    "lone surrogates": (lambda size: "\ud800" * size, 100_000),
    "look-alike letters": (lambda size: "ра " * size, 15_000),
    "look-alikes in one word": (lambda size: "р" * size, 100_000),
    "Chinese": (lambda size: "港口工人" * size, 5_000),
    "initials": (lambda size: "a." * size, 100_000),
    "digits and letters": (lambda size: "1a" * size, 100_000),
}


def seconds(text: str, store: MemoryStore) -> float:
    """Of the best round: what else the machine does only ever adds."""
    times = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        check(text, store)
        times.append(time.process_time() - begun)
    return min(times)


@pytest.mark.parametrize(("make", "size"), TEXTS.values(), ids=TEXTS.keys())
def test_eight_times_the_text_costs_about_eight_times_as_much(
    make: Callable[[int], str], size: int, wire: MemoryStore
) -> None:
    short, long = make(size), make(TIMES * size)
    ratios: list[float] = []
    for _ in range(TRIES):
        ratios.append(seconds(long, wire) / max(LEAST_SECONDS, seconds(short, wire)))
        if ratios[-1] < MOST:
            return
    pytest.fail(f"{TIMES} times the text took {min(ratios):.1f} times as long, in the best of {TRIES} measurements")


@pytest.mark.parametrize("own", ["the same sentence", "different words", "Chinese"])
def test_one_passage_in_two_million_characters_is_found_to_the_letter(own: str, wire: MemoryStore) -> None:
    sentence = "Nobody on the quay could say how many gulls there were that morning, or whose bread they ate. "
    filler = {
        "the same sentence": sentence * 11_000,
        "different words": "".join(f"gull{i} " for i in range(100_000)),
        "Chinese": "海鸥在码头上空盘旋。" * 100_000,
    }[own]
    passage = CLOCK[CLOCK.index("A tower") : -1]
    text = f"{filler}🐕 {passage}. {filler}"
    assert len(text) > 1_900_000
    report = check(text, wire)
    assert report.verdict is Verdict.FLAGGED
    assert report.reasons == ()
    (match,) = report.matches
    assert match.source.id in {"mp-clock", "mp-the"}
    assert match.submitted.start == len(filler) + 2
    assert match.submitted.text == passage
    assert report.submitted.copied_words == match.words
