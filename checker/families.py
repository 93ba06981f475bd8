"""Versions of one story as one family: by ids, slugs, and the words they share; see `docs/decisions/0016-families.md`.

A family is worked out when it is asked for and kept nowhere, so that a kill which comes tomorrow holds for what was
added today. It is the same from whichever member it is asked: every step from one version to the next can be gone
back, and all of them are gone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import numpy as np

from checker.family import days_between, family_from, in_order
from checker.links import links_of, marked
from checker.overlap import Apart, Read, Shared, apart, by_postings, read, read_words, reprints, share_little, shared
from checker.prepared import Prepared, prepare
from checker.standing import Family
from fingerprints.errors import IndexDamaged
from fingerprints.index import LINKS, Hits, ReadIndex, StoredWork, Work
from fingerprints.sketch import Sketcher

__all__ = ["Families", "family_of", "kept_links", "links_of"]

MOST = 1_024
"""Versions of one story that are read: of more, the first and the last half. A story has some, a mistaken link all."""
SLUGGED = 256
"""Items of one slug on one day; more are no versions of one story."""
EXPANDED = 16
"""Members whose words are looked up: of more, the first and the last half."""
CANDIDATES = 48
LEAST_KEYS = 4
LEAST_SHARE = 0.12
"""Of the keys of a text, those that another version has at least; 0.25 of a text's runs of words are shared then."""
SAME_SLUG = 0.15
"""Items of one slug and day without a mark of a version are versions when they share this much of the shorter."""
OUTSIDE = -1
"""The number of a text that is not in the index."""
FIRM = ("id:", "story:")


class Families:
    """The families of an index, for one report: what was read once is not read again.

    `damaged` are the numbers that it came upon and that cannot be read.
    """

    def __init__(
        self,
        index: ReadIndex,
        sketcher: Sketcher,
        stored: Iterable[StoredWork] = (),
        prepared: Mapping[int, Prepared] | None = None,
    ) -> None:
        """`stored` are stories that were fetched already, `prepared` texts that were taken apart, by number."""
        self._index, self._sketcher = index, sketcher
        self._prepared = prepared or {}
        self._stored = {one.number: one for one in stored}
        self.damaged: set[int] = set()
        self._read: dict[int, Read] = {}
        self._kin: dict[int, tuple[StoredWork, ...]] = {}
        self._families: dict[int, Family | None] = {}

    def of(self, stored: StoredWork) -> Family | None:
        """The family of a story; None for a single version of which nothing is said."""
        members = self.members(stored)
        first = members[0].number
        if first not in self._families:
            self._families[first] = family_from(members)
        return self._families[first]

    def members(self, stored: StoredWork) -> tuple[StoredWork, ...]:
        """All versions of a story, replaced revisions too, the first filed first."""
        if stored.number not in self._kin:
            members = in_order(self._gathered(stored))
            self._kin.update((one.number, members) for one in members)
        return self._kin[stored.number]

    def same_story(self, one: StoredWork, other: StoredWork) -> bool:
        """Whether two stories are versions of one, by what they themselves say, without asking their families."""
        firm = {link for link in one.links if link.startswith(FIRM)}
        return one.work.id == other.work.id or bool(firm & set(other.links)) or self.apart(one, other) is None

    def apart(self, one: StoredWork, other: StoredWork) -> Apart | None:
        """Why the words of two stories do not make them versions of one; None when they do."""
        ours, theirs = self._text(one), self._text(other)
        if share_little(ours, theirs):
            return Apart.LITTLE
        return apart(shared(ours, theirs), days_between(one, other), (ours.summary, theirs.summary))

    def reprinted(self, one: StoredWork, other: StoredWork) -> bool:
        """Whether one story is the other, sent out again however much later; not of a text that is gone."""
        ours, theirs = self._text(one), self._text(other)
        return not share_little(ours, theirs) and reprints(shared(ours, theirs), (ours.summary, theirs.summary))

    def shares(self, one: StoredWork, other: StoredWork) -> tuple[float, float]:
        """The share of each text (0..1) that stands in the other: of the first, of the second."""
        ours, theirs = self._text(one), self._text(other)
        found = shared(ours, theirs)
        swapped = len(ours.distinct) > len(theirs.distinct)
        return (found.longer, found.shorter) if swapped else (found.shorter, found.longer)

    def fetch(self, numbers: Iterable[int]) -> list[StoredWork]:
        """Revisions by number; those that are gone or damaged are left out, the latter kept in `damaged`."""
        wanted = list(numbers)
        missing = [number for number in wanted if number not in self._stored]
        try:
            self._stored.update((one.number, one) for one in self._index.fetch(missing))
        except IndexDamaged:
            for number in missing:
                try:
                    self._stored.update((one.number, one) for one in self._index.fetch([number]))
                except IndexDamaged:
                    self.damaged.add(number)
        return [self._stored[number] for number in wanted if number in self._stored]

    def alike(self, work: Work, added: str) -> list[StoredWork]:
        """The stories of which a text that is not in the index is a version, by its words."""
        outside = StoredWork(OUTSIDE, 1, True, added, 0, work)
        return list(self._by_words(outside, {}))

    def _gathered(self, stored: StoredWork) -> list[StoredWork]:
        """A story and everything that can be reached from it, step by step."""
        found: dict[int, StoredWork] = {}
        followed: set[str] = set()
        looked_up: set[int] = set()
        waiting = [stored]
        while waiting and len(found) < 2 * MOST:
            new = list({one.number: one for one in waiting if one.number not in found}.values())
            found.update((one.number, one) for one in new)
            linked = [*self._by_links(new, followed), *(other for one in new for other in self._revisions(one))]
            waiting = [one for one in linked if one.number not in found]
            if waiting:
                continue
            for one in _ends(list(found.values()), EXPANDED):
                if one.number not in looked_up:
                    looked_up.add(one.number)
                    waiting += self._by_words(one, found) if one.work.text else ()
        return list(found.values())

    def _revisions(self, stored: StoredWork) -> list[StoredWork]:
        """The other revisions of the id, of a work that was kept without links."""
        if stored.links:
            return []
        try:
            revisions = self._index.revisions(stored.work.id)
        except IndexDamaged:
            return []
        self._stored.update((one.number, one) for one in revisions)
        return revisions

    def _by_links(self, new: Sequence[StoredWork], followed: set[str]) -> Iterator[StoredWork]:
        """What has an id or a story with one of these, or a slug, as far as that is enough."""
        links = dict.fromkeys(link for one in new for link in one.links)
        firm = [link for link in links if link.startswith(FIRM) and link not in followed]
        followed.update(firm)
        if firm:
            numbers = self._index.linked(firm).tolist()
            yield from self.fetch(numbers if len(numbers) <= MOST else [*numbers[: MOST // 2], *numbers[-MOST // 2 :]])
        for slug in (link for link in links if not link.startswith(FIRM)):
            numbers = self._index.linked([slug]).tolist()
            if not 1 < len(numbers) <= SLUGGED:
                continue
            group = self.fetch(numbers)
            if any(marked(one.work) for one in group):
                if slug not in followed:
                    yield from group
            else:
                ours = [one for one in new if slug in one.links]
                yield from (one for one in group if any(self._share_some(one, other) for other in ours))
            followed.add(slug)

    def _share_some(self, one: StoredWork, other: StoredWork) -> bool:
        """Whether two items of one slug have words in common; of a text that is gone nothing else can be known."""
        if not (one.work.text and other.work.text):
            return True
        return shared(self._text(one), self._text(other)).shorter >= SAME_SLUG

    def _by_words(self, one: StoredWork, found: dict[int, StoredWork]) -> Iterator[StoredWork]:
        """The stories whose words make them versions of one that is known."""
        ready = self._prepared.get(one.number)
        if ready is None:
            ready = prepare(one.work.text, self._sketcher)
        keys = np.unique(self._sketcher.kept(ready.tokens, ready.words))
        if not len(keys):
            return
        hits = self._index.probe(keys)
        pairs = np.unique(hits.number * len(keys) + hits.row)
        numbers, counts = np.unique(pairs // len(keys), return_counts=True)
        enough = counts >= max(LEAST_KEYS, LEAST_SHARE * len(keys))
        order = np.lexsort((numbers[enough], -counts[enough]))[:CANDIDATES]
        candidates = [number for number in numbers[enough][order].tolist() if number not in found]
        for other in self.fetch(candidates):
            if other.work.text:
                if self.apart(one, other) is None:
                    yield other
            elif apart(_of_gone(other, hits, len(keys)), days_between(one, other)) is None:
                yield other

    def _text(self, stored: StoredWork) -> Read:
        if stored.number not in self._read:
            ready = self._prepared.get(stored.number)
            self._read[stored.number] = (
                read(stored.work, self._sketcher)
                if ready is None
                else read_words(stored.work, ready.tokens, ready.words)
            )
        return self._read[stored.number]


def family_of(stored: StoredWork, index: ReadIndex, sketcher: Sketcher) -> Family | None:
    """The family of one story; for several of one report, `Families` reads less."""
    return Families(index, sketcher).of(stored)


def kept_links(stored: StoredWork, index: ReadIndex, sketcher: Sketcher) -> tuple[str, ...]:
    """Further links for a story whose text is about to go, so that it still finds those that share its words."""
    known = set(stored.links)
    members = Families(index, sketcher).members(stored)
    links = dict.fromkeys(link for one in members for link in links_of(one.work) if link.startswith("id:"))
    room = max(0, LINKS - len(known))
    return tuple(link for link in links if link not in known)[:room]


def independent(
    numbers: Iterable[int], families: Families, most: int, counts: Callable[[StoredWork], bool] = lambda one: True
) -> int:
    """How many of these stories that count are no versions of one another, counted up to `most`."""
    seen: list[StoredWork] = []
    for number in numbers:
        for one in families.fetch([number]):
            if counts(one) and not any(families.same_story(one, other) for other in seen):
                seen.append(one)
        if len(seen) >= most:
            break
    return len(seen)


def _of_gone(stored: StoredWork, hits: Hits, keys: int) -> Shared:
    own = hits.number == stored.number
    return by_postings(hits.row[own].tolist(), keys, hits.position[own].tolist(), stored.places)


def _ends(works: list[StoredWork], most: int) -> list[StoredWork]:
    """All of these by number, or the first and the last of them."""
    ordered = sorted(works, key=lambda one: one.number)
    return ordered if len(ordered) <= most else [*ordered[: most // 2], *ordered[-most // 2 :]]
