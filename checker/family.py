"""What holds for a family: the gravest that was said of any version, the latest embargo, the earliest end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from checker.links import links_of, names
from checker.rights.item import (
    Aspect,
    Saying,
    Voice,
    earliest,
    gravest,
    key_of,
    own_time,
    rights_of,
    sayings,
    says_usable,
)
from checker.rights.release import in_utc, instant, later
from checker.standing import Family, Member, State
from fingerprints.index import StoredWork

BY = ("id", "replaces", "story", "slug")
"""By what a version belongs to others, the surest first; "overlap" where none of these is."""


def family_from(members: Sequence[StoredWork]) -> Family | None:
    """The family that these versions make, the first filed first; None for one of which nothing is said.

    A message that was kept, a kill say, speaks for the family and is no version of the story.
    """
    present = at_present(members)
    rights = [rights_of(one) for one in present]
    lifted = _lifted(present)
    said = [saying for one in present for saying in _still_said(one, lifted)]
    state = gravest(said)
    embargo = ""
    for one, its in zip(present, rights, strict=True):
        if instant(its.embargo) or not _is_lifted(one, lifted):
            embargo = later(embargo, its.embargo)
    copies = [n for n, one in enumerate(present) if is_copy(one)] or list(range(len(present)))
    if len(copies) == 1 and state is State.USABLE and not embargo:
        return None
    decided = min((one for one in said if one.state is state), key=_order, default=None)
    last = max(copies, key=lambda n: (time_of(present[n]), present[n].revision, present[n].number))
    return Family(
        id=members[copies[0]].work.id,
        newest=Member(
            id=present[last].work.id,
            version=version_of(present[last]),
            title=present[last].work.title,
            published=rights[last].published,
            state=rights[last].state,
            why=whys(members)[last],
        ),
        members=len(copies),
        state=state,
        since=decided.at if decided else "",
        by=decided.by if decided else "",
        embargo=embargo,
        expires=earliest(its.expires for its in rights),
    )


def described(members: Sequence[StoredWork]) -> list[Member]:
    """Every version of a family, and by what it belongs there."""
    reasons = whys(members)
    return [
        Member(
            id=one.work.id,
            version=version_of(one),
            title=one.work.title,
            published=(its := rights_of(one)).published,
            state=its.state,
            why=why,
        )
        for one, why in zip(at_present(members), reasons, strict=True)
    ]


def filed(revisions: Iterable[StoredWork]) -> list[dict[str, Any]]:
    """The revisions of one id as plain values, without their texts."""
    return [
        {
            "revision": one.revision,
            "current": one.current,
            "added": one.added,
            "words": one.words,
            "title": one.work.title,
            "expired": one.expired,
        }
        for one in revisions
    ]


def is_copy(stored: StoredWork) -> bool:
    """Whether a work is, or was, a text; a message that was kept has none."""
    return bool(stored.words or stored.expired)


def version_of(stored: StoredWork) -> str:
    """The version as a report names it: the item's own, else the revision where there are several."""
    return stored.work.version or (str(stored.revision) if stored.revision > 1 or not stored.current else "")


def in_order(members: Iterable[StoredWork]) -> tuple[StoredWork, ...]:
    """Versions by their own time, then by id and number."""
    return tuple(sorted(members, key=lambda one: (time_of(one), one.work.id, one.number)))


def days_between(one: StoredWork, other: StoredWork) -> float:
    """How many days lie between two stories, by their own times, else by when they were added."""
    return abs((time_of(one) - time_of(other)).total_seconds()) / 86_400


def at_present(members: Sequence[StoredWork]) -> list[StoredWork]:
    """Revisions with what the desk says of their id: the newest of which it says something decides for all of it."""
    key = key_of(Voice.DESK, Aspect.STATE)
    spoken: dict[str, StoredWork] = {}
    for one in members:
        if key in one.work.metadata and one.revision >= spoken.get(one.work.id, one).revision:
            spoken[one.work.id] = one
    return [_with_desk(one, spoken[one.work.id]) if one.work.id in spoken else one for one in members]


def _with_desk(stored: StoredWork, spoken: StoredWork) -> StoredWork:
    """A revision with what the desk says of another."""
    keys = {key_of(Voice.DESK, aspect) for aspect in Aspect}
    told = {name: value for name, value in spoken.work.metadata.items() if name in keys}
    own = {name: value for name, value in stored.work.metadata.items() if name not in keys}
    return replace(stored, work=replace(stored.work, metadata=own | told))


def _lifted(members: Sequence[StoredWork]) -> dict[str, int]:
    """For each id the last revision that says in so many words that it may be used.

    It lifts a withholding of earlier ones, and an embargo without an end; a kill stays all the same.
    """
    last: dict[str, int] = {}
    for one in members:
        if one.revision > last.get(one.work.id, 0) and says_usable(one):
            last[one.work.id] = one.revision
    return last


def _is_lifted(stored: StoredWork, lifted: dict[str, int]) -> bool:
    return stored.revision < lifted.get(stored.work.id, 0)


def _still_said(stored: StoredWork, lifted: dict[str, int]) -> Iterator[Saying]:
    """What is said of a version, without a withholding that was lifted."""
    for saying in sayings(stored):
        if saying.state is State.WITHHELD and saying.where.startswith("its") and _is_lifted(stored, lifted):
            continue
        yield saying


def whys(members: Sequence[StoredWork]) -> list[str]:
    """By what each version belongs to the others: the surest of what it has in common with one of them."""
    if len(members) < 2:
        return [""] * len(members)
    # the further links of a text that is gone stand for its words; those of a message that was kept are what it names
    all_links = [set(links_of(one.work)) | (set() if is_copy(one) else set(one.links)) for one in members]
    own = [{f"id:{name}" for name in names(one.work.id, one.work.version)} for one in members]
    common = Counter(link for links in all_links for link in links)
    bearers = Counter(link for links in own for link in links)
    reasons = []
    for links, ids in zip(all_links, own, strict=True):
        kinds = {link.partition(":")[0] for link in links if common[link] > 1 and not link.startswith("id:")}
        shared = [link for link in links if common[link] > 1 and link.startswith("id:")]
        kinds |= {"id" if link in ids and bearers[link] > 1 else "replaces" for link in shared}
        reasons.append(next((kind for kind in BY if kind in kinds), "overlap"))
    return reasons


def time_of(stored: StoredWork) -> datetime:
    """A story's own time, else when it was added."""
    when = instant(own_time(stored)) or instant(stored.added)
    return in_utc(when) if when else datetime.min.replace(tzinfo=UTC)


def _order(saying: Saying) -> tuple[datetime, str]:
    when = instant(saying.at)
    return (in_utc(when) if when else datetime.max.replace(tzinfo=UTC)), saying.by
