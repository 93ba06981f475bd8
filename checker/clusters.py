"""Which stories of an index are versions or reprints of which: all of its families at once.

Versions are what `families` says. A reprint is a story elsewhere, days later or of another holder, that is the same
text. Two stories are compared when they share an LSH band of their article signatures, and counted by their words
alone (`overlap.reprints`): a band that two share by chance joins nothing. See `docs/decisions/0032-map.md`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from checker.families import Families
from checker.family import described, family_from, is_copy, time_of
from checker.standing import Member, State
from fingerprints.index import ReadIndex, StoredWork
from fingerprints.sketch import sketcher
from fingerprints.text import tokenise

COMPARED = 256
"""Stories that share a band with one and are compared with it: of more, the first and the last half."""
REPRINT = "reprint"
FIRST = "first"


@dataclass(frozen=True, slots=True)
class Kin:
    """What was found of one story, by numbers: all versions of it, the first filed first, and its reprints.

    `filed` is when the first was, in seconds. `damaged` are those of them that cannot be read, itself among them, of
    which nothing can be said (then `versions` is empty); `left` is how many near stories it was not compared with.
    """

    filed: float
    versions: tuple[int, ...]
    reprints: tuple[int, ...]
    damaged: tuple[int, ...] = ()
    left: int = 0


@dataclass(frozen=True, slots=True)
class Belonging:
    """A story in a cluster. `why` is "first", "reprint", or by what a version belongs ("id", "story", "replaces",
    "slug", "overlap"). `of_it` is the share of its words that stand in the first story, `of_first` of that one's in it
    (0..1, by runs of five words); None where one of the texts is gone, or is a message without a text.
    """

    member: Member
    holder: str
    words: int
    why: str
    of_it: float | None
    of_first: float | None


@dataclass(frozen=True, slots=True)
class Cluster:
    """Stories that are versions or reprints of one; `id` is that of the one that was filed first.

    `state` is the gravest that was said of any version of the first family, `embargo` its latest.
    """

    id: str
    title: str
    state: State
    embargo: str
    stories: tuple[Belonging, ...]
    newest: str

    @property
    def reprints(self) -> int:
        """How many of its stories are reprints."""
        return sum(one.why == REPRINT for one in self.stories)


def kin(numbers: Iterable[int], index: ReadIndex) -> Iterator[Kin]:
    """The versions and reprints of each of these stories, one story after another.

    What was read is let go between two stories, so that memory does not grow with the index. A number that is gone
    meanwhile is passed over.
    """
    sketch = sketcher(index.spec, index.secret)
    for number in numbers:
        families = Families(index, sketch)
        for stored in families.fetch([number]):
            versions = families.members(stored)
            near = _near(stored, versions, index)
            some = near if len(near) <= COMPARED else [*near[: COMPARED // 2], *near[-COMPARED // 2 :]]
            again = (one for one in families.fetch(some) if one.work.text and families.reprinted(stored, one))
            yield Kin(
                time_of(versions[0]).timestamp(),
                tuple(one.number for one in versions),
                tuple(one.number for one in again),
                tuple(sorted(families.damaged)),
                len(near) - len(some),
            )
        if number in families.damaged:
            yield Kin(0.0, (), (), (number,))


def _near(stored: StoredWork, versions: Sequence[StoredWork], index: ReadIndex) -> list[int]:
    """The numbers of stories with nearly the same words, but for those of its family, ascending."""
    if not stored.work.text:
        return []
    known = {one.number for one in versions}
    bands = sketcher(index.spec, index.secret).near_keys(tokenise(stored.work.text))
    return [number for number in index.near(bands).tolist() if number not in known]


def grouped(found: Iterable[Kin], least: int = 2) -> list[tuple[tuple[int, ...], ...]]:
    """Families that make a cluster, each by the numbers of its versions; clusters of at least so many stories.

    The first family filed comes first. No chains: a family joins a cluster only as the reprint of a version of that
    cluster's first family.
    """
    families: dict[int, Kin] = {}
    again: dict[int, set[int]] = {}
    for one in found:
        if not one.versions:
            continue
        first = one.versions[0]
        families[first] = one
        again.setdefault(first, set()).update(one.reprints)
    home = {number: first for first, one in families.items() for number in one.versions}
    beside: dict[int, set[int]] = {first: set() for first in families}
    for first, numbers in again.items():
        for other in {home[number] for number in numbers if number in home} - {first}:
            beside[first].add(other)
            beside[other].add(first)

    def order(first: int) -> tuple[float, int]:
        return families[first].filed, first

    clusters: list[tuple[tuple[int, ...], ...]] = []
    joined: set[int] = set()
    for first in sorted(families, key=order):
        if first not in joined:
            group = [first, *sorted(beside[first] - joined, key=order)]
            joined.update(group)
            clusters.append(tuple(families[one].versions for one in group))
    return [cluster for cluster in clusters if sum(map(len, cluster)) >= least]


def cluster_of(groups: Sequence[Sequence[int]], index: ReadIndex) -> Cluster | None:
    """A cluster as it is told; None when nothing of it is left in the index."""
    families = Families(index, sketcher(index.spec, index.secret))
    kept = [group for group in (families.fetch(numbers) for numbers in groups) if group]
    if not kept:
        return None
    leading = next((one for one in kept[0] if is_copy(one)), kept[0][0])
    stories = [
        _belonging(stored, member, leading, families, reprint=number > 0)
        for number, group in enumerate(kept)
        for stored, member in zip(group, described(group), strict=True)
    ]
    family = family_from(kept[0])
    newest = family.newest.id if family else leading.work.id
    state, embargo = (family.state, family.embargo) if family else (State.USABLE, "")
    return Cluster(leading.work.id, leading.work.title, state, embargo, tuple(stories), newest)


def _belonging(
    stored: StoredWork, member: Member, leading: StoredWork, families: Families, *, reprint: bool
) -> Belonging:
    compared = stored.number != leading.number and bool(stored.work.text and leading.work.text)
    of_it, of_first = families.shares(stored, leading) if compared else (None, None)
    why = FIRST if stored.number == leading.number else REPRINT if reprint else member.why
    return Belonging(member, stored.work.holder, stored.words, why, of_it, of_first)


def around(id: str, index: ReadIndex) -> list[Kin]:
    """What is found from one story on, it first: its versions and reprints, theirs, and so on, so that `grouped` makes
    of it the clusters that it makes of the whole index, unless stories were left out. [] when there is no such id.
    """
    newest = index.revisions(id)[:1]
    found: dict[int, Kin] = {}
    waiting = [one.number for one in newest]
    while waiting:
        new = {number: one for number in waiting for one in kin([number], index)}
        found.update(new)
        reached = {number for one in new.values() for number in (*one.versions, *one.reprints)}
        waiting = sorted(reached - set(found))
    return list(found.values())
