"""Near-duplicates among the pages of an audit: which pages carry one text, and which of them was probably the first.

Candidates are pages that share an LSH band of their article signatures, or some rare keys (a sample of the passage
keys, chosen by their value: Manber, 1994). Each is then compared by all of its keys, both ways (containment: Broder,
1997): neither a band nor a rare key that two share by chance joins anything. See `docs/decisions/0032-map.md`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from checker.audit.nouns import Result
from checker.cases.outlets import outlet_of
from checker.overlap import HALF, MOST_OF
from checker.reports.groups import GROUPS, Group

LEAST_KEYS = 8
"""A text of fewer has some 20 words, and too little to be known by."""
SAMPLE = 16
"""One key in so many is looked up to find candidates."""
COMMON = 64
"""A key or a band that more first pages have tells nothing; it is not asked for more."""
COMPARED = 32
"""First pages that a page is compared with: those with which it shares most."""
NOBODYS = frozenset(status for status, group in GROUPS.items() if group is Group.STOCK)
"""What a page that has no more of a story does not carry that story for."""

Found = NDArray[np.int64]


class Role(StrEnum):
    """What a page is within its cluster: probably the first; the same bytes as another page of it; another version on
    the site of the first one; the same on another site."""

    FIRST = "first"
    DUPLICATE = "duplicate"
    VERSION = "version"
    REPRINT = "reprint"


@dataclass(frozen=True, slots=True)
class Carried:
    """A protected story that a page carries, and how many words of it."""

    id: str
    holder: str
    words: int


@dataclass(frozen=True, slots=True)
class Copy:
    """A page of a cluster. `published` and `seen` are ISO 8601, "" unknown.

    `of_it` is the share of its text that stands in the first page's, `of_first` of that one's text that stands in it
    (0..1, by passage keys); both 1 for the first.
    """

    number: int
    part: int
    id: str
    url: str
    place: str
    title: str
    outlet: str
    published: str
    seen: str
    role: Role
    words: int
    of_it: float
    of_first: float
    stories: tuple[Carried, ...]


@dataclass(frozen=True, slots=True)
class Cluster:
    """Pages that carry one text, the first of them first, then by time. `number` counts clusters from 1, the largest
    first."""

    number: int
    copies: tuple[Copy, ...]

    @property
    def outlets(self) -> int:
        """On how many outlets it stands."""
        return len({copy.outlet for copy in self.copies})


@dataclass(frozen=True, slots=True, eq=False)
class _Text:
    """What is kept of a result: a copy whose role is still open, its digest, its keys (rising) and its bands."""

    copy: Copy
    digest: str
    keys: Found
    bands: Found

    @property
    def order(self) -> tuple[bool, str, int, int]:
        """By time, those without a date last; then as they lie in the inputs."""
        when = self.copy.published or self.copy.seen
        return not when, when, self.copy.number, self.copy.part


def near_duplicates(results: Iterable[Result]) -> list[Cluster]:
    """Clusters of two pages and more, the largest first; of an audit that was run with `--map`.

    Results in the order of their pages; some 10 KB of memory for each. No chains: pages are taken by time, and one
    joins a cluster only when it was compared with that cluster's first page and found to carry its text; of several,
    that with which it shares most.
    """
    texts = sorted(_texts(results), key=lambda one: one.order)
    known = _Known(texts)
    groups: dict[int, list[tuple[_Text, float, float]]] = {}
    for at, text in enumerate(texts):
        joined = known.home_of(text)
        if joined is None:
            known.add(at)
            groups[at] = [(text, 1.0, 1.0)]
        else:
            first, of_it, of_first = joined
            groups[first].append((text, of_it, of_first))
    several = sorted((group for group in groups.values() if len(group) > 1), key=lambda group: -len(group))
    return [Cluster(number, tuple(_copies(group))) for number, group in enumerate(several, 1)]


def _texts(results: Iterable[Result]) -> Iterator[_Text]:
    """The texts that are long enough to be known by."""
    for result in results:
        keys = np.unique(np.array(result.keys, dtype=np.int64))
        if len(keys) >= LEAST_KEYS:
            yield _Text(_copy(result), result.digest, keys, np.array(result.bands, dtype=np.int64))


class _Known:
    """The first pages so far, by their bands and by a sample of their keys."""

    def __init__(self, texts: Sequence[_Text]) -> None:
        self._texts = texts
        self._at: dict[int, list[int]] = {}

    def add(self, first: int) -> None:
        """One more first page."""
        for name in self._names(self._texts[first]):
            self._at.setdefault(name, []).append(first)

    def home_of(self, text: _Text) -> tuple[int, float, float] | None:
        """The first page whose text this one carries, and the shares of both; None when there is none."""
        shared: Counter[int] = Counter()
        for name in self._names(text):
            firsts = self._at.get(name, ())
            if len(firsts) <= COMMON:
                shared.update(firsts)
        best: tuple[int, float, float] | None = None
        for first, _ in sorted(shared.items(), key=lambda one: (-one[1], one[0]))[:COMPARED]:
            of_it, of_first = containment(text.keys, self._texts[first].keys)
            if max(of_it, of_first) < MOST_OF or min(of_it, of_first) < HALF:
                continue
            if best is None or min(of_it, of_first) > min(best[1:]):
                best = first, of_it, of_first
        return best

    @staticmethod
    def _names(text: _Text) -> Iterator[int]:
        """Bands below zero, so that none is taken for a key."""
        yield from (~text.bands).tolist()
        yield from text.keys[text.keys % SAMPLE == 0].tolist()


def containment(one: Found, other: Found) -> tuple[float, float]:
    """The share (0..1) of each of two rising sets of keys that the other has."""
    if not len(one) or not len(other):
        return 0.0, 0.0
    merged = np.concatenate((one, other))
    merged.sort(kind="stable")
    common = int(np.count_nonzero(merged[1:] == merged[:-1]))
    return common / len(one), common / len(other)


def _copies(group: Sequence[tuple[_Text, float, float]]) -> Iterator[Copy]:
    """The pages of a cluster with their roles."""
    digests: set[str] = set()
    first = group[0][0].copy
    for number, (text, of_it, of_first) in enumerate(group):
        one = text.copy
        role = Role.REPRINT if one.outlet != first.outlet else Role.VERSION
        if number == 0:
            role = Role.FIRST
        elif text.digest in digests:
            role = Role.DUPLICATE
        digests.add(text.digest)
        yield replace(one, role=role, of_it=of_it, of_first=of_first)


def _copy(result: Result) -> Copy:
    return Copy(
        number=result.number,
        part=result.part,
        id=result.id,
        url=result.url,
        place=result.place,
        title=result.title,
        outlet=outlet_of(result),
        published=result.published,
        seen=result.date,
        role=Role.FIRST,
        words=result.words,
        of_it=1.0,
        of_first=1.0,
        stories=tuple(_stories(result.report)),
    )


def _stories(report: str) -> Iterator[Carried]:
    """The stories whose words a page has, most words first."""
    if not report:
        return
    words: Counter[tuple[str, str]] = Counter()
    for match in json.loads(report)["matches"]:
        if match["status"] not in NOBODYS:
            words[match["source"]["id"], match["source"].get("holder", "")] += match["words"]
    for (id, holder), count in sorted(words.items(), key=lambda one: (-one[1], one[0])):
        yield Carried(id, holder, count)
