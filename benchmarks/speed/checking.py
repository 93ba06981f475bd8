"""Checking: ours against an afternoon's work on the same drafts, time beside what is found."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.accuracy import wire
from benchmarks.accuracy.data import lines
from benchmarks.accuracy.looking import build
from benchmarks.accuracy.measure import share
from benchmarks.accuracy.spans import cells
from benchmarks.speed.clock import Line, in_turn, processor
from benchmarks.speed.rivals import Afternoon, Span
from checker.check import check
from fingerprints.stores.embedded import EmbeddedStore

KINDS = ("verbatim30", "verbatim150", "edit20", "edit35", "broadcast", "multi")
EACH = 5
STORIES = 3_000
ROUNDS = 3
Checker = Callable[[str], list[Span]]


def sample(where: Path) -> list[dict[str, Any]]:
    """A few drafts of several kinds."""
    drafts = [draft for draft in lines(where / wire.FILES[1]) if draft["kind"] in KINDS]
    return [draft for kind in KINDS for draft in [one for one in drafts if one["kind"] == kind][:EACH]]


def corpus(where: Path, drafts: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """The sources of the drafts and as many other stories as make up STORIES."""
    wanted = {truth[0] for draft in drafts for truth in draft["truth"]}
    all_stories = list(wire.stories(where))
    others = [story for story in all_stories if story[0] not in wanted][: STORIES - len(wanted)]
    return [story for story in all_stories if story[0] in wanted] + others


def run(where: Path) -> list[Line]:
    """Time a draft, recall and precision by characters, for each checker."""
    drafts = sample(where)
    works = corpus(where, drafts)
    with tempfile.TemporaryDirectory() as place:
        build(Path(place) / "index", works)
        store = EmbeddedStore(Path(place) / "index", readonly=True)
        checkers: dict[str, Checker] = {
            "Wirecheck": lambda text: [(m.submitted.start, m.submitted.end) for m in check(text, store).matches],
            "one MinHash a story, LSH at 0.1": Afternoon(works, 0.1, windowed=False).check,
            "one MinHash a window of 60 words, LSH at 0.4": Afternoon(works, 0.4, windowed=True).check,
            "one MinHash a window of 60 words, LSH at 0.2": Afternoon(works, 0.2, windowed=True).check,
        }
        found = {name: [checker(draft["text"]) for draft in drafts] for name, checker in checkers.items()}
        taken = in_turn({name: processor(_all(checker, drafts)) for name, checker in checkers.items()}, ROUNDS)
        store.close()
    return [line(name, drafts, found[name], median(taken[name])) for name in checkers]


def _all(checker: Checker, drafts: Sequence[Mapping[str, Any]]) -> Callable[[], object]:
    return lambda: [checker(draft["text"]) for draft in drafts]


def line(name: str, drafts: Sequence[Mapping[str, Any]], found: Sequence[list[Span]], seconds: float) -> Line:
    """Time a draft and what it is worth."""
    true = said = both = 0
    for draft, spans in zip(drafts, found, strict=True):
        there, told = cells((t[1], t[2]) for t in draft["truth"]), cells(spans)
        true, said, both = true + len(there), said + len(told), both + len(there & told)
    worth = f"recall {share(both, true):.2f}, precision {share(both, said):.2f}"
    return Line(name, f"{seconds / len(drafts) * 1000:,.1f} ms a draft, {worth}")
