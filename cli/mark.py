"""`wirecheck mark`: what the desk knows of a story that its feed has not said, a kill that came by telephone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from cli.exit_codes import ExitCode, Failure, say
from cli.options import IndexOption, index_url

if TYPE_CHECKING:
    from fingerprints.index import Store, StoredWork

LONGEST_NOTE = 2_000
OTHERS = 5
"""Other versions that are named one by one."""


Ids = Annotated[list[str], typer.Argument(metavar="ID...", help="Ids as `wirecheck list` shows them.")]
Killed = Annotated[bool, typer.Option("--killed", help="It must not be published.")]
Withheld = Annotated[bool, typer.Option("--withheld", help="It must not be published until further notice.")]
Corrected = Annotated[bool, typer.Option("--corrected", help="Something in it was wrong.")]
Usable = Annotated[bool, typer.Option("--usable", help="Take back what the desk said of it.")]
Embargo = Annotated[
    str | None, typer.Option("--embargo", metavar="TIME", help='Not before this time, ISO 8601; "" takes it back.')
]
Expires = Annotated[
    str | None, typer.Option("--expires", metavar="TIME", help='Not from this time on, ISO 8601; "" takes it back.')
]
Note = Annotated[str, typer.Option("--note", metavar="TEXT", help="Why, and who said so.")]
At = Annotated[str, typer.Option("--at", metavar="TIME", help="When that was said, ISO 8601. Default: now.")]


def mark(
    ids: Ids,
    index: IndexOption = "",
    killed: Killed = False,
    withheld: Withheld = False,
    corrected: Corrected = False,
    usable: Usable = False,
    embargo: Embargo = None,
    expires: Expires = None,
    note: Note = "",
    at: At = "",
) -> ExitCode:
    """Say of a story that it is killed, withheld, corrected, or under an embargo.

    What is said holds for all versions of the story, in past and future checks. What its agency says stays: the
    stricter of the two counts, and --usable only takes back what the desk said.

    Examples:

        wirecheck mark mp-0412 --killed --note "Telephone, legal desk, 12:04"

        wirecheck mark mp-0412 --embargo 2026-11-30T10:00:00+01:00

        wirecheck mark mp-0412 --usable
    """
    from fingerprints.stores import open_index

    state = _state(killed=killed, withheld=withheld, corrected=corrected, usable=usable)
    if not state and embargo is None and expires is None:
        raise Failure("Say what it is: --killed, --withheld, --corrected, --usable, --embargo TIME or --expires TIME.")
    said = _said(state, embargo, expires, note, _time("--at", at))
    store = open_index(index_url(index))
    try:
        missing = [id for id in dict.fromkeys(ids) if not _mark(store, id, said)]
    finally:
        store.close()
    return ExitCode.FAILED if missing else ExitCode.CLEAR


def _state(**given: bool) -> str:
    """The one state that is given, "" when none is. Raises Failure for two."""
    states = [name for name, is_given in given.items() if is_given]
    if len(states) > 1:
        raise Failure(f"A story is one of these, not {' and '.join(states)}.")
    return states[0] if states else ""


def _said(state: str, embargo: str | None, expires: str | None, note: str, at: str) -> dict[str, str]:
    """The metadata of what the desk says; "" takes a key away."""
    from checker.rights.item import Aspect, Voice, key_of

    at = at or datetime.now(UTC).isoformat(timespec="seconds")
    said: dict[Aspect, str] = {}
    if state == "usable":
        said = dict.fromkeys(Aspect, "")
    elif state:
        said = {Aspect.STATE: state, Aspect.AT: at, Aspect.BY: "the desk"}
    if embargo is not None:
        said[Aspect.EMBARGO] = _time("--embargo", embargo)
    if expires is not None:
        said[Aspect.EXPIRES] = _time("--expires", expires)
    if note:
        said[Aspect.NOTE] = " ".join(note.split())[:LONGEST_NOTE]
    return {key_of(Voice.DESK, aspect): value for aspect, value in said.items()}


def _time(option: str, said: str) -> str:
    """A time as given. Raises Failure when it is none."""
    from checker.rights.release import instant

    if said and instant(said) is None:
        raise Failure(f"{option}: {said!r} is no time as ISO 8601 writes it, such as 2026-11-30T10:00:00+01:00.")
    return said.strip()


def _mark(store: Store, id: str, said: Mapping[str, str]) -> bool:
    """Write what the desk says of one story, and tell what it comes to; False when there is none of that id."""
    from checker.rights.item import Aspect, Voice, key_of
    from fingerprints.index import Amend

    revisions = store.revisions(id)
    if not revisions:
        say(f"{id}: There is no story of this id; `wirecheck list` shows all of them.")
        return False
    key = key_of(Voice.DESK, Aspect.STATE)
    earlier = any(one.work.metadata.get(key, "usable") != "usable" for one in revisions[1:])
    # what was said of an earlier revision can only be taken back by saying something of this one
    own = {**said, key: "usable"} if said.get(key) == "" and earlier else said
    store.apply([Amend(id, own)])
    _tell(store, store.revisions(id)[0], taken_back=said.get(key) == "")
    return True


def _tell(store: Store, stored: StoredWork, taken_back: bool) -> None:
    """What a story is by now, for which versions, and what of it the desk cannot take back."""
    from checker.families import Families
    from checker.family import at_present, is_copy
    from checker.reports.show import one_line
    from checker.rights.item import sayings
    from checker.standing import State
    from fingerprints.sketch import sketcher

    families = Families(store, sketcher(store.spec, store.secret), [stored])
    members, family = families.members(stored), families.of(stored)
    state = family.state if family else State.USABLE
    ends = [
        f"{name} {time}"
        for name, time in (("embargo until", family.embargo), ("expires", family.expires))
        if time
    ] if family else []  # fmt: skip
    print(one_line(", ".join([f"{stored.work.id}: {state}", *ends])))
    others = [id for id in dict.fromkeys(one.work.id for one in members if is_copy(one)) if id != stored.work.id]
    if others:
        more = f" and {len(others) - OTHERS} more" if len(others) > OTHERS else ""
        print(one_line(f"  and its other versions: {', '.join(others[:OTHERS])}{more}"))
    if taken_back and family and state is not State.USABLE:
        told = (saying for one in at_present(members) for saying in sayings(one) if saying.state is state)
        saying = next(told, None)
        if saying:
            say(f'{stored.work.id}: It is still {state}: {saying.where} says "{saying.said}" ({saying.by}).')
