"""What came with an item about its use, and what was said of it later: the strictest reading of all of it.

An item says it in its status, its signal, its slug and headline, and its note to editors; these may contradict each
other. What its agency says later in an item of its own, and what the desk says (a kill that came by telephone), is
kept beside it, under keys of its metadata that begin with the voice: `agency_state`, `desk_embargo` ...
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from checker.readers.wire.story import Key
from checker.rights.release import Release, advance, in_utc, instant, later, release
from checker.rights.signals import GRAVITY, graver, of_line, of_note, of_signal, of_slug, of_status
from checker.standing import Rights, State
from fingerprints.index import StoredWork

FEED = "feed"
"""The key of metadata that names the feed."""
SHOWN = 60
STATED = {State.KILLED: "killed", State.WITHHELD: "withheld", State.CORRECTED: "corrected", State.USABLE: "usable"}


class Voice(StrEnum):
    """Who says something of an item later."""

    AGENCY = "agency"
    DESK = "desk"


class Aspect(StrEnum):
    """What is said of it; a key of metadata is the voice and this."""

    STATE = "state"
    AT = "at"
    BY = "by"
    NOTE = "note"
    EMBARGO = "embargo"
    EXPIRES = "expires"


@dataclass(frozen=True, slots=True)
class Saying:
    """One place in which a state is read: where ("its note"), the words, since when (ISO 8601), and who said so."""

    state: State
    where: str
    said: str
    at: str
    by: str


def key_of(voice: Voice, aspect: Aspect) -> str:
    """The key of metadata."""
    return f"{voice}_{aspect}"


def rights_of(stored: StoredWork) -> Rights:
    """The rights of a revision as they stand by now. Times are as they were written, for the feed's zone."""
    facts, work = stored.work.metadata, stored.work
    said = list(sayings(stored))
    state = gravest(said)
    spoken = _spoken(facts, work.title)
    embargo = later(later(_told(facts, Key.EMBARGO), spoken.until or spoken.said if spoken else ""), _advance(stored))
    for voice in Voice:
        embargo = later(embargo, facts.get(key_of(voice, Aspect.EMBARGO), ""))
    ends = (facts.get(key_of(voice, Aspect.EXPIRES), "") for voice in Voice)
    expires = earliest([_told(facts, Key.EXPIRES), *ends])
    return Rights(
        state=state,
        embargo=embargo,
        expires=expires,
        usage=_told(facts, Key.USAGE),
        licence_from=_told(facts, Key.LICENCE_FROM),
        licence_until=_told(facts, Key.LICENCE_UNTIL),
        territory=_told(facts, Key.TERRITORY),
        copyright=_told(facts, Key.COPYRIGHT),
        credit=_told(facts, Key.CREDIT),
        feed=facts.get(FEED, "") or _told(facts, Key.SOURCE),
        note="\n".join(
            filter(None, [*(facts.get(key_of(v, Aspect.NOTE), "") for v in Voice), _told(facts, Key.EDNOTE)])
        ),
        expression=_told(facts, Key.RIGHTS),
        published=own_time(stored),
        added=stored.added,
        expired=stored.expired,
        doubts=(*_contradictions(said, state, facts), *_times(facts, embargo, expires, spoken)),
    )


def sayings(stored: StoredWork) -> Iterator[Saying]:
    """Everything that says a state of this revision, except that it is usable."""
    work, facts = stored.work, stored.work.metadata
    at = own_time(stored) or stored.added
    stated = of_status(_told(facts, Key.STATUS)) or State.USABLE
    if stated is not State.USABLE:
        yield Saying(stated, "its status", _told(facts, Key.STATUS), at, work.id)
    read = (
        ("its signal", of_signal(_told(facts, Key.SIGNAL))),
        ("its slug", of_slug(_told(facts, Key.SLUG))),
        ("its headline", of_line(_told(facts, Key.HEADLINE)) or of_line(work.title)),
        ("its note", of_note(_told(facts, Key.EDNOTE))),
    )
    for where, heard in read:
        if heard:
            yield Saying(heard.state, where, heard.said, at, work.id)
    for voice in Voice:
        said = facts.get(key_of(voice, Aspect.STATE), "")
        if (state := of_status(said) or State.USABLE) is not State.USABLE:
            when = facts.get(key_of(voice, Aspect.AT), "") or at
            by = facts.get(key_of(voice, Aspect.BY), "") or ("the desk" if voice is Voice.DESK else work.id)
            yield Saying(state, "the desk" if voice is Voice.DESK else "a later item", said, when, by)


def gravest(said: list[Saying]) -> State:
    """The gravest state among these."""
    state = State.USABLE
    for one in said:
        state = graver(state, one.state)
    return state


def own_time(stored: StoredWork) -> str:
    """The item's own time: when it was updated, else created; "" when it says neither in a form that can be read."""
    times = (_told(stored.work.metadata, key) for key in (Key.UPDATED, Key.CREATED))
    return next((said for said in times if instant(said)), "")


def says_usable(stored: StoredWork) -> bool:
    """Whether an item says in so many words that it may be used, and nothing else in it says otherwise."""
    stated = of_status(_told(stored.work.metadata, Key.STATUS)) is State.USABLE
    return stated and GRAVITY[gravest(list(sayings(stored)))] <= GRAVITY[State.CORRECTED]


def _told(facts: Mapping[str, str], key: Key) -> str:
    return facts.get(key, "").strip()


def _spoken(facts: Mapping[str, str], title: str) -> Release | None:
    """The embargo that the words around an item speak of; one whose end can be read first."""
    on = _told(facts, Key.UPDATED) or _told(facts, Key.CREATED)
    places = (_told(facts, Key.EDNOTE), _told(facts, Key.SIGNAL), _told(facts, Key.HEADLINE), title)
    found = [spoken for place in places if place and (spoken := release(place, on))]
    return next((one for one in found if one.until), found[0] if found else None)


def _advance(stored: StoredWork) -> str:
    """The day of an advance, by its slug or its title."""
    on, facts = own_time(stored), stored.work.metadata
    places = (_told(facts, Key.SLUG), _told(facts, Key.SIGNAL), stored.work.title[:SHOWN])
    return next((day for place in places if (day := advance(place, on))), "") if on else ""


def earliest(times: Iterable[str]) -> str:
    """The earliest of several times; one that cannot be read counts as none beside others."""
    told = [said for said in times if said]
    read = [(in_utc(when), said) for said in told if (when := instant(said))]
    return min(read)[1] if read else next(iter(told), "")


def _contradictions(said: list[Saying], state: State, facts: Mapping[str, str]) -> Iterator[str]:
    """Where the status says less than another part of the item."""
    stated = of_status(_told(facts, Key.STATUS))
    if stated is None or GRAVITY[stated] >= GRAVITY[state] or state is State.CORRECTED:
        return
    other = next(one for one in said if one.state is state)
    if other.where.startswith("its"):
        yield f'its status says {STATED[stated]}, {other.where} says "{_short(other.said)}": read as {STATED[state]}'


def _times(facts: Mapping[str, str], embargo: str, expires: str, spoken: Release | None) -> Iterator[str]:
    """Times that cannot be read, and times that contradict each other."""
    names = {
        Key.EMBARGO: "its embargo ends at a time",
        Key.EXPIRES: "it expires at a time",
        Key.LICENCE_FROM: "its licence begins at a time",
        Key.LICENCE_UNTIL: "its licence ends at a time",
    }
    for key, what in names.items():
        if (said := _told(facts, key)) and not instant(said):
            yield f'{what} that cannot be read ("{_short(said)}")'
    stated = _told(facts, Key.EMBARGO)
    if spoken and not spoken.until and not stated:
        yield f'it speaks of an embargo whose end cannot be read ("{_short(spoken.said)}")'
    if spoken and spoken.until and stated and _differ(stated, spoken.until):
        yield f"its embargo ends {stated} by its data, and {spoken.until} by its note: the later counts"
    if _behind(embargo, expires):
        yield f"its embargo ends {embargo}, after it expires ({expires})"
    begin, end = _told(facts, Key.LICENCE_FROM), _told(facts, Key.LICENCE_UNTIL)
    if _behind(begin, end):
        yield f"its licence begins {begin}, after it ends ({end}): it covers no time"


def _differ(one: str, other: str) -> bool:
    """Whether two times are two; a zone that only one of them names is the other's too, a day holds its hours."""
    first, second = instant(one), instant(other)
    if first is None or second is None:
        return False
    if len(one) <= 10 or len(other) <= 10:
        return first.date() != second.date()
    if first.tzinfo is None or second.tzinfo is None:
        return first.replace(tzinfo=None) != second.replace(tzinfo=None)
    return first != second


def _behind(one: str, other: str) -> bool:
    """Whether the first of two times is later than the second."""
    first, second = instant(one), instant(other)
    return bool(first and second and in_utc(first) > in_utc(second))


def _short(said: str) -> str:
    line = " ".join(said.split())
    return line if len(line) <= SHOWN else f"{line[: SHOWN - 3]}..."
