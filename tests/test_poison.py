"""Two hundred stories that strangers filed under many names change no verdict on a copy of an honest one."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from functools import cache

import pytest

from checker.check import check
from checker.model import Report, Severity, Verdict
from fingerprints.index import Upsert, Work
from fingerprints.sketch import sketcher
from fingerprints.stores.memory import MemoryStore

STORY = """\
The swing bridge at Port Hallam stuck open for six hours on Tuesday after a heron built its nest in the gearwheel,
harbor engineers said.
Some 300 commuters waited on either bank until a carpenter carried bird and nest away on a tray lined with his own
scarf.
The motor had not been oiled since the end of autumn, and nobody could say whose task that had been or who had been paid
for it.
"We could hear the eggs knocking whenever the gears turned, and after that nobody wanted to press the button," bridge
keeper Anselm Roke said.
By six in the evening the first bus crossed with its windows down and its horn on, and the baker on the far bank handed
out what bread was left.
The harbor office has asked the bird society whether herons come back to where they have once been carried away from,
and been told that they do.
"""
STORY = " ".join(STORY.split())
SENTENCES = re.split(r"(?<=[.]) ", STORY)
WORDS = {
    "Every": "amber brisk copper drowsy earnest faded gentle hollow",
    "lifts": "opens warms joins follows questions balances handles measures",
    "kettle": "abacus barrel candle drawer ladder mirror needle orchard",
}


def filler(dice: random.Random, sentences: int) -> str:
    """Sentences that say nothing, each its own."""
    first, second, third = (line.split() for line in WORDS.values())
    return " ".join(
        f"Every {dice.choice(first)} {dice.choice(third)} of {dice.randrange(10_000)} {dice.choice(second)} what "
        f"{dice.choice(first)} {dice.choice(third)} number {dice.randrange(10_000)} was."
        for _ in range(sentences)
    )


def whole(number: int, dice: random.Random) -> str:
    return f"{filler(dice, 3)} {STORY} {filler(dice, 3)}"


def thrice(number: int, dice: random.Random) -> str:
    return " ".join([STORY] * 3)


def bare(number: int, dice: random.Random) -> str:
    return STORY


def sentence(number: int, dice: random.Random) -> str:
    return f"{filler(dice, 5)} {SENTENCES[number % len(SENTENCES)]} {filler(dice, 5)}"


def piece(number: int, dice: random.Random) -> str:
    words = STORY.split()
    at = 16 * (number // 5) % len(words)
    return f"{filler(dice, 5)} {' '.join(words[at : at + 16])} {filler(dice, 5)}"


def statement(number: int, dice: random.Random) -> str:
    said = " ".join(SENTENCES[number % 3 : number % 3 + 3]).replace('"', "")
    return f'{filler(dice, 5)}\n\nIn a statement, the board said: "{said}"\n\n{filler(dice, 5)}'


def called(number: int, dice: random.Random) -> str:
    return " ".join(f"Click here: {one}" for one in SENTENCES)


def noticed(number: int, dice: random.Random) -> str:
    return " ".join(f"All rights reserved. {one} All rights reserved." for one in SENTENCES)


PLANTS = (whole, thrice, bare, sentence, piece, statement, called, noticed)
DRAFTS = {
    "whole": STORY,
    "a paragraph": " ".join(SENTENCES[1:3]),
    "the first sentence": SENTENCES[0],
    "another sentence": SENTENCES[2],
    "a sentence among others": f"Marrow has painted its bandstand green. {SENTENCES[4]} Nobody abstained.",
    "every ninth word gone": " ".join(word for n, word in enumerate(STORY.split()) if n % 9 != 4),
    "calls between": " ".join(f"Click here: {one}" for one in SENTENCES),
}


@cache
def index(plant: Callable[[int, random.Random], str] | None, first: bool = False) -> MemoryStore:
    dice = random.Random(2001)
    honest = [Work("mp-bridge", f"PORT HALLAM (MP) -- {STORY}", holder="Meridian Press")]
    planted = [Work(f"x-{n:03}", plant(n, dice), holder=f"Stranger {n}") for n in range(200)] if plant else []
    works = [*planted, *honest] if first else [*honest, *planted]
    store = MemoryStore(secret=bytes(32))
    rows = sketcher(store.spec, store.secret).fingerprints([work.text for work in works])
    store.apply([Upsert(work, row) for work, row in zip(works, rows, strict=True)])
    return store


def words_flagged(report: Report) -> int:
    return sum(match.words for match in report.matches if match.severity in (Severity.ERROR, Severity.WARNING))


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.__name__)
def test_two_hundred_planted_stories_change_no_verdict(plant: Callable[[int, random.Random], str]) -> None:
    for first in (False, True):
        for name, draft in list(DRAFTS.items())[: 2 if first else None]:
            honest, poisoned = check(draft, index(None)), check(draft, index(plant, first))
            assert honest.verdict is poisoned.verdict is Verdict.FLAGGED, (name, first)
            if not first:
                assert words_flagged(poisoned) >= 0.9 * words_flagged(honest), name


def test_an_own_text_stays_clear_among_them() -> None:
    draft = "Marrow has voted to paint its bandstand green again, and the treasurer abstained, as he does every spring."
    assert check(draft, index(sentence)).verdict is Verdict.CLEAR


def test_a_phrase_that_everybody_uses_stays_stock() -> None:
    phrase = "The official spoke on condition of anonymity because he was not authorized to brief reporters."
    dice = random.Random(7)
    works = [
        Work(f"mp-{n}", f"{filler(dice, 4)} {phrase} {filler(dice, 4)}", holder="Meridian Press") for n in range(6)
    ]
    store = MemoryStore(secret=bytes(32))
    rows = sketcher(store.spec, store.secret).fingerprints([work.text for work in works])
    store.apply([Upsert(work, row) for work, row in zip(works, rows, strict=True)])
    assert check(f"Herring was not asked. {phrase} Nobody wondered.", store).verdict is Verdict.CLEAR
    assert re.search("stock", " ".join(one.reason for one in check(phrase, store).dropped))
