"""Articles for pages: a clean news story with altered passages of wire stories set in, and where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from benchmarks.accuracy.data import lines
from benchmarks.accuracy.disguises import Disguise, both, capitals_unpointed, cyrillic, deleted, edited
from benchmarks.accuracy.wire import FILES

SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z\"])")
SENTENCES = 3
"""In a paragraph of the clean story."""
KEPT = 0.8
"""Of the paragraphs of a clean story, so that few pages are the same by chance;"""
FEW = 5
"""a story of fewer is taken whole."""
LEAST_HOST, LEAST_STORY = 60, 160
"""Words of a clean story and of a wire story, at least."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One paragraph of an article; of a passage the story it is of and its span there, else ""."""

    text: str
    source: str = ""
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Article:
    """An article by its paragraphs, and the kind of its passages; "clean" when it has none."""

    kind: str
    pieces: Sequence[Piece]


@dataclass(frozen=True, slots=True)
class Material:
    """What articles are made of: wire stories, clean stories, and the drafts of the evaluation data."""

    stories: Sequence[tuple[str, str]]
    clean: Sequence[str]
    drafts: Sequence[Article]


def material(folder: Path) -> Material:
    """The evaluation data, read."""
    stories = [(story["id"], story["text"]) for story in lines(folder / FILES[0])]
    drafts = [_drafted(draft) for draft in lines(folder / FILES[1])]
    clean = [text["text"] for text in lines(folder / FILES[2])]
    return Material(
        [story for story in stories if len(story[1].split()) >= LEAST_STORY],
        [text for text in clean if len(text.split()) >= LEAST_HOST],
        drafts,
    )


def _drafted(draft: Mapping[str, object]) -> Article:
    """A draft of the evaluation data, cut at its passages."""
    text, truth = str(draft["text"]), sorted(draft["truth"], key=lambda one: one[1])  # type: ignore[call-overload]
    pieces, at = [], 0
    for source, start, end, source_start, source_end in truth:
        pieces += [Piece(text[at:start]), Piece(text[start:end], source, source_start, source_end)]
        at = end
    return Article(str(draft["kind"]), [piece for piece in (*pieces, Piece(text[at:])) if piece.text.strip()])


def _as_it_is(text: str, random: Random, words: Sequence[str]) -> str:
    return text


def _cut(text: str, random: Random, words: Sequence[str]) -> str:
    """Every third sentence left out, as an editor who is short of space does it."""
    return " ".join(sentence for n, sentence in enumerate(SENTENCE.split(text)) if n % 3 != 2)


KINDS: Mapping[str, tuple[int, int, int, Disguise]] = {
    "20 words": (1, 20, 20, _as_it_is),
    "30 words": (1, 30, 30, _as_it_is),
    "60 words": (1, 60, 60, _as_it_is),
    "150 words": (1, 150, 150, _as_it_is),
    "whole story": (1, 100_000, 100_000, _as_it_is),
    "three stories": (3, 40, 80, _as_it_is),
    "10 % edited": (1, 60, 150, edited(0.10)),
    "20 % edited": (1, 60, 150, edited(0.20)),
    "35 % edited": (1, 60, 150, edited(0.35)),
    "15 % deleted": (1, 60, 150, deleted(0.15)),
    "cut": (1, 150, 250, _cut),
    "upper case, no points": (1, 60, 150, capitals_unpointed),
    "look-alike letters": (1, 60, 150, cyrillic),
    "edited and disguised": (1, 60, 150, both(edited(0.10), cyrillic)),
}
"""For each kind: how many passages, the least and the most words of one, and what is done to it."""


def article(material: Material, random: Random, kind: str) -> Article:
    """A clean story with passages of this kind set in between its paragraphs; of kind "clean" none."""
    told = list(_paragraphs(random.choice(material.clean)))
    host = [Piece(text) for n, text in enumerate(told) if n == 0 or len(told) < FEW or random.random() < KEPT]
    if kind == "clean":
        return Article(kind, host)
    count, least, most, disguise = KINDS[kind]
    places = sorted((random.randint(1, len(host)) for _ in range(count)), reverse=True)
    strange = random.choice(material.clean).split()
    for place, (id, text) in zip(places, random.sample(material.stories, count), strict=True):
        start, end = _stretch(text, random.randint(least, most), random)
        host.insert(place, Piece(disguise(text[start:end], random, strange), id, start, end))
    return Article(kind, host)


def _stretch(text: str, words: int, random: Random) -> tuple[int, int]:
    """A stretch of so many words of a story, or all of it, anywhere in it."""
    found = [match.span() for match in re.finditer(r"\S+", text)]
    first = random.randint(0, max(0, len(found) - words))
    last = min(len(found), first + words) - 1
    return found[first][0], found[last][1]


def _paragraphs(text: str) -> Iterator[str]:
    sentences = SENTENCE.split(text)
    for at in range(0, len(sentences), SENTENCES):
        yield " ".join(sentences[at : at + SENTENCES])
