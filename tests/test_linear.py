"""Work grows no faster than the text, whatever the text is; a passage in a very long one is found to the letter."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType

import pytest

from benchmarks.speed.growth import CLOCK, TEXTS, TIMES, odd_wire
from checker.check import check
from checker.model import Verdict
from fingerprints.stores.memory import MemoryStore

MOST = 16
"""TIMES the text may call so many times as many functions: 8 is linear, 64 quadratic.

A sentence told again and again comes to 12: some work begins only when there are enough of them. From there on twice
the text calls 2.06 times as many.
"""
FLOOR = 2_000
"""Fewer calls than this say nothing about growth."""
SHARE = 4
"""Counting is slow: a quarter of the texts that `make speed` times will do."""


@pytest.fixture(scope="module")
def wire() -> MemoryStore:
    return odd_wire()


def calls(text: str, store: MemoryStore) -> int:
    """How many functions one check calls, Python's and C's: work that does not depend on the machine or its mood.

    What happens inside one call (an array, a pattern) does not show here; `make speed` times that.
    """
    counted = 0

    def count(frame: FrameType, event: str, argument: object) -> None:
        nonlocal counted
        counted += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        check(text, store)
    finally:
        sys.setprofile(before)
    return counted


@pytest.mark.parametrize(("make", "size"), TEXTS.values(), ids=TEXTS.keys())
def test_eight_times_the_text_calls_about_eight_times_as_many_functions(
    make: Callable[[int], str], size: int, wire: MemoryStore
) -> None:
    size = max(1, size // SHARE)
    check(make(size), wire)  # what is read once and kept is no work on this text
    short, long = calls(make(size), wire), calls(make(TIMES * size), wire)
    assert long <= MOST * max(FLOOR, short)


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
    assert report.unjudged == ()
    (match,) = report.matches
    assert match.source.id in {"mp-clock", "mp-the"}
    assert match.submitted.start == len(filler) + 2
    assert match.submitted.text == passage
    assert report.submitted.copied_words == match.words
