"""What is measured on: wire stories where there are some, else text made of a fixed list of words."""

from __future__ import annotations

from itertools import accumulate, islice
from pathlib import Path
from random import Random

from benchmarks.accuracy import wire
from benchmarks.accuracy.data import NoData, locate

STORIES = 3_000
FREQUENT_FIRST = """
the of to and a in that is for on with said was at by from as be it has were have his will an not are he which
council minister budget harbour river strike teachers court judge police market index shares company quarter
hospital airport ferry storm coast election candidate vote party parliament border treaty union factory engine
school inquiry verdict witness statement report yesterday Monday Tuesday Friday morning evening percent million
"""


def folder(named: str | None) -> Path | None:
    """The evaluation folder, or nothing; says so. Raises NoData when one is named that is not there."""
    try:
        return locate(named)
    except NoData as none:
        if none.asked:
            raise
        print(f"{none} Fingerprinting is measured on made-up text, the rest is left out.")
        return None


def stories(where: Path | None) -> list[str]:
    """The texts to fingerprint."""
    if where is not None:
        return [text for _, text in islice(wire.stories(where), STORIES)]
    return synthetic(STORIES)


def synthetic(count: int) -> list[str]:
    """Texts of about 450 words, frequent words frequent, in sentences; always the same ones."""
    random = Random("wirecheck speed 1")
    words = FREQUENT_FIRST.split()
    weights = list(accumulate(1 / rank for rank in range(1, len(words) + 1)))
    made = []
    for _ in range(count):
        sentences = []
        for _ in range(random.randint(12, 34)):
            chosen = random.choices(words, cum_weights=weights, k=random.randint(8, 28))
            sentences.append(" ".join(chosen).capitalize() + ".")
        made.append("\n".join(sentences))
    return made
