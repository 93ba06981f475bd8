"""What the desk knows of a story that its feed has not said: a kill that came by telephone, an embargo by mail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from checker.families import Families
from checker.family import at_present, is_copy
from checker.rights.item import Aspect, Saying, Voice, key_of, sayings
from checker.rights.release import instant
from checker.standing import Family, State
from fingerprints.errors import WirecheckError
from fingerprints.index import Amend, Store
from fingerprints.sketch import sketcher

LONGEST_NOTE = 2_000


class NoTime(WirecheckError):
    """What was given as a time is none."""


@dataclass(frozen=True, slots=True)
class Marked:
    """What a story is by now, for which other versions, and what of it the desk cannot take back.

    `family` is None for a single version of which nothing is said. `others` are the ids of the other versions, by
    their own time. `still` says it, where the desk took its own word back and the story is not usable all the same.
    """

    id: str
    family: Family | None
    others: tuple[str, ...]
    still: Saying | None = None

    @property
    def state(self) -> State:
        return self.family.state if self.family else State.USABLE


def said_by_desk(
    state: State | None, now: str, *, embargo: str | None = None, expires: str | None = None, note: str = ""
) -> dict[str, str]:
    """The metadata of what the desk says at `now` (ISO 8601); "" takes a key away, None leaves it as it is.

    USABLE takes back all that the desk said before. Raises NoTime when a time cannot be read.
    """
    said: dict[Aspect, str] = {}
    if state is State.USABLE:
        said = dict.fromkeys(Aspect, "")
    elif state:
        said = {Aspect.STATE: str(state), Aspect.AT: time_of(now), Aspect.BY: "the desk"}
    if embargo is not None:
        said[Aspect.EMBARGO] = time_of(embargo)
    if expires is not None:
        said[Aspect.EXPIRES] = time_of(expires)
    if note:
        said[Aspect.NOTE] = " ".join(note.split())[:LONGEST_NOTE]
    return {key_of(Voice.DESK, aspect): value for aspect, value in said.items()}


def time_of(said: str) -> str:
    """A time as given. Raises NoTime when it is none."""
    if said and instant(said) is None:
        raise NoTime(f"{said[:60]!r} is no time as ISO 8601 writes it, such as 2026-11-30T10:00:00+01:00.")
    return said.strip()


def mark(store: Store, id: str, said: Mapping[str, str]) -> Marked | None:
    """Write what the desk says of one story, for all its versions; None when there is none of that id.

    Raises the store's errors.
    """
    revisions = store.revisions(id)
    if not revisions:
        return None
    key = key_of(Voice.DESK, Aspect.STATE)
    earlier = any(one.work.metadata.get(key, "usable") != "usable" for one in revisions[1:])
    # what was said of an earlier revision can only be taken back by saying something of this one
    own = {**said, key: "usable"} if said.get(key) == "" and earlier else said
    store.apply([Amend(id, own)])
    return _standing(store, id, taken_back=said.get(key) == "")


def _standing(store: Store, id: str, *, taken_back: bool) -> Marked:
    stored = store.revisions(id)[0]
    families = Families(store, sketcher(store.spec, store.secret), [stored])
    members, family = families.members(stored), families.of(stored)
    others = tuple(dict.fromkeys(one.work.id for one in members if is_copy(one) and one.work.id != id))
    still = None
    if taken_back and family and family.state is not State.USABLE:
        told = (saying for one in at_present(members) for saying in sayings(one) if saying.state is family.state)
        still = next(told, None)
    return Marked(id, family, others, still)
