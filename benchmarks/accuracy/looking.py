"""Checking many texts, in two processes, and keeping of each report what is scored."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from checker.check import check
from checker.families import Families, links_of
from checker.model import Match, Report
from fingerprints.index import ReadIndex, Upsert, Work
from fingerprints.sketch import Sketcher, sketcher
from fingerprints.stores.embedded import EmbeddedStore
from fingerprints.stores.keyfile import key_path, write_key
from fingerprints.stores.memory import MemoryStore

Text = tuple[str, str]
"""A text with its id before it."""
Item = TypeVar("Item")
Found = TypeVar("Found")

SECRET = bytes(range(32))
"""One secret for every measurement, so that the same code gives the same figures. Indexes in use have their own."""
PROCESSES = 2


@dataclass(frozen=True, slots=True)
class Passage:
    """Where a match stands, in code points, and what it came to. `versions` are the ids of its source's family."""

    start: int
    end: int
    source: str
    source_start: int
    source_end: int
    words: int
    similarity: float
    status: str
    severity: str
    quoted: tuple[tuple[int, int], ...]
    also: tuple[str, ...]
    versions: tuple[str, ...]

    @property
    def counts(self) -> bool:
        """Whether it is more than a note."""
        return self.severity != "note"


@dataclass(frozen=True, slots=True)
class Seen:
    """What a report said of one text; `flagged` by a passage of a story."""

    id: str
    flagged: bool
    copied_share: float
    first_story: str
    passages: tuple[Passage, ...]


def seen(report: Report, index: ReadIndex) -> Seen:
    """Of a report, what is scored."""
    families = Families(index, sketcher(index.spec, index.secret))
    passages = tuple(
        passage_of(match, match.submitted.start, match.submitted.end, _versions(match, index, families))
        for match in report.matches
    )
    first = report.stories[0].id if report.stories else ""
    flagged = any(passage.counts for passage in passages)
    return Seen(report.id, flagged, report.submitted.copied_share, first, passages)


def passage_of(match: Match, start: int, end: int, versions: tuple[str, ...]) -> Passage:
    """A match as it is scored, with the place in the draft that counts, and the ids of the story's versions."""
    return Passage(
        start,
        end,
        match.source.id,
        match.source.start,
        match.source.end,
        match.words,
        match.similarity,
        str(match.status),
        str(match.severity),
        match.quoted,
        tuple(other.id for other in match.also),
        versions,
    )


def _versions(match: Match, index: ReadIndex, families: Families) -> tuple[str, ...]:
    family = match.source.family
    if family is None or family.members < 2:
        return (match.source.id,)
    members = families.members(index.revisions(match.source.id)[0])
    return tuple(dict.fromkeys(member.work.id for member in members))


def in_memory(works: Sequence[Text], texts: Sequence[Text]) -> list[Seen]:
    """Check texts against an index that holds just these works."""
    store = MemoryStore(secret=SECRET)
    found = Sketcher(store.spec, store.secret).fingerprints([text for _, text in works])
    store.apply([Upsert(Work(id, text), one) for (id, text), one in zip(works, found, strict=True)])
    return _all(store, texts)


def in_directory(index: Path, texts: Sequence[Text]) -> list[Seen]:
    """Check texts against an index directory."""
    return _all(_opened(index), texts)


def build(index: Path, works: Iterable[Text], secret: bytes = SECRET) -> None:
    """Make an index directory of these works."""
    write_key(key_path(index), secret)
    stories = list(works)
    with EmbeddedStore(index, create=True) as store:
        found = Sketcher(store.spec, store.secret).fingerprints([text for _, text in stories])
        works = [Work(id, text) for id, text in stories]
        store.apply([Upsert(work, one, links_of(work)) for work, one in zip(works, found, strict=True)])


@lru_cache(maxsize=1)
def _opened(index: Path) -> ReadIndex:
    return EmbeddedStore(index, readonly=True)


def _all(index: ReadIndex, texts: Sequence[Text]) -> list[Seen]:
    return [seen(check(text, index, id=id), index) for id, text in texts]


class Workers:
    """The processes that check. They are spawned, not forked, so that it runs everywhere."""

    def __init__(self) -> None:
        self.pool = ProcessPoolExecutor(PROCESSES, mp_context=multiprocessing.get_context("spawn"))

    def spread(self, function: Callable[..., list[Found]], items: Sequence[Item], *first: Any) -> list[Found]:
        """function(*first, portion) over portions of the items; everything found, in order."""
        size = max(1, -(-len(items) // (4 * PROCESSES)))
        portions = [items[at : at + size] for at in range(0, len(items), size)]
        waiting = [self.pool.submit(function, *first, portion) for portion in portions]
        return [one for future in waiting for one in future.result()]
