"""`wirecheck mark`: what the desk knows of a story that its feed has not said, a kill that came by telephone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from cli.exit_codes import ExitCode, Failure, say
from cli.options import IndexOption, index_url

if TYPE_CHECKING:
    from checker.desk import Marked
    from fingerprints.index import Store

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
    state = _state(killed=killed, withheld=withheld, corrected=corrected, usable=usable)
    if not state and embargo is None and expires is None:
        raise Failure("Say what it is: --killed, --withheld, --corrected, --usable, --embargo TIME or --expires TIME.")
    return _mark_all(ids, index_url(index), _said(state, embargo, expires, note, at))


def _said(state: str, embargo: str | None, expires: str | None, note: str, at: str) -> dict[str, str]:
    """The metadata of what the desk says. Raises Failure for a time that is none."""
    from checker.desk import said_by_desk
    from checker.standing import State

    when = _at("--at", at) or datetime.now(UTC).isoformat(timespec="seconds")
    ends, over = _at("--embargo", embargo), _at("--expires", expires)
    return said_by_desk(State(state) if state else None, when, embargo=ends, expires=over, note=note)


def _mark_all(ids: list[str], url: str, said: Mapping[str, str]) -> ExitCode:
    """Mark every one of these stories that is there."""
    from fingerprints.stores import open_index

    store = open_index(url)
    try:
        missing = [id for id in dict.fromkeys(ids) if not _mark(store, id, said)]
    finally:
        store.close()
    return ExitCode.FAILED if missing else ExitCode.CLEAR


def _mark(store: Store, id: str, said: Mapping[str, str]) -> bool:
    """Mark one story, and tell what it comes to; False when there is none of that id."""
    from checker.desk import mark

    if marked := mark(store, id, said):
        _tell(marked)
        return True
    say(f"{id}: There is no story of this id; `wirecheck list` shows all of them.")
    return False


def _state(**given: bool) -> str:
    """The one state that is given, "" when none is. Raises Failure for two."""
    states = [name for name, is_given in given.items() if is_given]
    if len(states) > 1:
        raise Failure(f"A story is one of these, not {' and '.join(states)}.")
    return states[0] if states else ""


def _at(option: str, said: str | None) -> str | None:
    """A time as given. Raises Failure when it is none."""
    from checker.desk import NoTime, time_of

    try:
        return said if said is None else time_of(said)
    except NoTime as error:
        raise Failure(f"{option}: {error}") from error


def _tell(marked: Marked) -> None:
    """What a story is by now, for which versions, and what of it the desk cannot take back."""
    from checker.reports.show import one_line

    id, family, others = marked.id, marked.family, marked.others
    ends = [
        f"{name} {time}"
        for name, time in (("embargo until", family.embargo), ("expires", family.expires))
        if time
    ] if family else []  # fmt: skip
    print(one_line(", ".join([f"{id}: {marked.state}", *ends])))
    if others:
        more = f" and {len(others) - OTHERS} more" if len(others) > OTHERS else ""
        print(one_line(f"  and its other versions: {', '.join(others[:OTHERS])}{more}"))
    if still := marked.still:
        say(f'{id}: It is still {marked.state}: {still.where} says "{still.said}" ({still.by}).')
