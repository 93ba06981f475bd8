"""The nouns of a story's standing: what came with it about its use, and what its agency has said since."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """What the agency last said of an item, or of another version of it; the gravest last."""

    USABLE = "usable"
    CORRECTED = "corrected"
    WITHHELD = "withheld"
    KILLED = "killed"


@dataclass(frozen=True, slots=True)
class Rights:
    """What came with an item about its use, as received; times are ISO 8601 as the agency wrote them, "" where none.

    `state` is the strictest reading of all that the item says (its status, its note to editors, its signal);
    `doubts` are sentences about what in it contradicts itself or could not be read. `expression` is ODRL or
    RightsML, verbatim. `published` is the item's own time (updated, else created), "" where it says none; `added` is
    when it came (UTC), which says nothing of when it was published.
    `expired` is when the text left the index after its term (UTC), "" while it is there.
    """

    state: State = State.USABLE
    embargo: str = ""
    expires: str = ""
    usage: str = ""
    licence_from: str = ""
    licence_until: str = ""
    territory: str = ""
    copyright: str = ""
    credit: str = ""
    feed: str = ""
    note: str = ""
    expression: str = ""
    published: str = ""
    added: str = ""
    expired: str = ""
    doubts: tuple[str, ...] = ()


NO_RIGHTS = Rights()
"""Of an item that came without a word about its use."""


@dataclass(frozen=True, slots=True)
class Member:
    """A version of a story within its family, and by what it belongs there ("id", "story", "replaces", "slug",
    "overlap")."""

    id: str
    version: str
    title: str
    published: str
    state: State = State.USABLE
    why: str = ""


@dataclass(frozen=True, slots=True)
class Family:
    """All versions of one story. `id` is that of its first member, however it is asked for.

    `state` is the gravest of any member and `since` when that was said (ISO 8601), `by` the member that said it.
    `embargo` is the latest of any member, `expires` the earliest. `members` counts them all; `newest` is the latest.
    """

    id: str
    newest: Member
    members: int = 1
    state: State = State.USABLE
    since: str = ""
    by: str = ""
    embargo: str = ""
    expires: str = ""
