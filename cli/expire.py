"""`wirecheck expire`: remove texts past their term and keep their fingerprints."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.exit_codes import ExitCode, Failure, say
from cli.occasion import PolicyOption, now, policy_of, time_of
from cli.options import IndexOption, index_url
from cli.terminal import ready, write

if TYPE_CHECKING:
    from checker.policy.nouns import Policy
    from fingerprints.index import Amend, Store, StoredWork

PORTION = 500
"""Stories that are read, and expired, in one step."""
SHOWN = 20
"""Stories whose term cannot be told that are named one by one."""


def expire(
    ids: Annotated[
        list[str] | None,
        typer.Argument(metavar="ID", help="Only these stories, whatever their term. Without any: all past their term."),
    ] = None,
    index: IndexOption = "",
    older_than: Annotated[
        int | None, typer.Option("--older-than", metavar="DAYS", help="Also stories more than so many days old.")
    ] = None,
    policy: PolicyOption = None,
    at: Annotated[str, typer.Option("--at", metavar="TIME", help="As of this time, ISO 8601; default: now.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say which and why, and remove nothing.")] = False,
) -> ExitCode:
    """Remove the texts of stories past their term; what they match is still found.

    A story's term is what its feed says (expires, licence until), and what --older-than and the policy add. The text
    is gone from the index for good; fingerprints, titles and rights stay, and a match says where in the story it was.
    Exit code: 0, or 2 when the term of a story cannot be told.

    Examples:

        wirecheck expire --dry-run

        wirecheck expire --older-than 30

        wirecheck expire mp-2026-11-23-ferry
    """
    from fingerprints.stores import open_index

    house, when = _sensible(ids, older_than, policy, at, dry_run)
    store = open_index(index_url(index), readonly=dry_run)
    try:
        run = Expiring(store, house, when, older_than, dry_run)
        code = run.named(list(dict.fromkeys(ids))) if ids else run.all()
    finally:
        store.close()
    if not dry_run:
        _say_what_is_left(index_url(index))
    return code


def _sensible(
    ids: list[str] | None, older_than: int | None, policy: Path | None, at: str, dry_run: bool
) -> tuple[Policy, datetime]:
    """The policy and the time that count. Raises Failure for what makes no sense."""
    if older_than is not None and older_than < 1:
        raise Failure(f"--older-than {older_than} would remove every text; give at least 1 day.")
    if ids and (older_than is not None or at or policy):
        raise Failure(
            "Stories that are named are expired whatever their term; leave out --older-than, --policy and --at."
        )
    house = policy_of(policy)
    when = time_of(house, at)
    if at and when > now() and not dry_run:
        raise Failure(f"--at {at} is still to come, and a text that is removed does not come back; add --dry-run.")
    return house, when


@dataclass(slots=True)
class Expiring:
    """One run of `expire`."""

    store: Store
    policy: Policy
    now: datetime
    older_than: int | None
    dry_run: bool
    removed: int = 0
    failed: int = 0
    unclear: list[str] = field(default_factory=list)

    def named(self, ids: list[str]) -> ExitCode:
        """Expire these stories."""
        known = {id: self.store.revisions(id) for id in ids}
        for id in (id for id, revisions in known.items() if not revisions):
            self.failed += 1
            say(f"{id}: There is no story of this id.")
        due = {id: "you named it" for id, revisions in known.items() if any(not one.expired for one in revisions)}
        for id in (id for id, revisions in known.items() if revisions and id not in due):
            say(f"{id}: Its text was removed before ({known[id][0].expired}).")
        self._carry_out(due)
        return self._told()

    def all(self) -> ExitCode:
        """Expire every story past its term; Ctrl-C keeps what was done before it."""
        try:
            for stories in self._portions():
                self._carry_out(dict(self._due(stories)))
        except KeyboardInterrupt:
            say(f"Stopped; the texts of {self.removed:,} stories are removed.")
            return ExitCode.FAILED
        return self._told()

    def _portions(self) -> Iterator[list[StoredWork]]:
        """Current stories with their text, in portions; one that is damaged is named and passed over."""
        from fingerprints.errors import IndexDamaged

        after = ""
        while entries := list(self.store.entries(after, PORTION)):
            after = entries[-1].id
            numbers = [entry.number for entry in entries if not entry.expired]
            try:
                yield self.store.fetch(numbers)
            except IndexDamaged:
                yield [one for number in numbers for one in self._sound(number)]

    def _sound(self, number: int) -> list[StoredWork]:
        from fingerprints.errors import IndexDamaged

        try:
            return self.store.fetch([number])
        except IndexDamaged as error:
            self.failed += 1
            say(f"Not removed: {error}")
            return []

    def _due(self, stories: list[StoredWork]) -> Iterator[tuple[str, str]]:
        from checker.policy.holders import agencies_of
        from checker.retention import past_term

        agencies = agencies_of(self.policy)
        for stored in stories:
            if not stored.work.text:
                continue
            ends = past_term(stored, self.policy, agencies, self.now, self.older_than)
            if ends and ends[0].at is not None:
                yield stored.work.id, ends[0].why
            elif ends:
                self.unclear.append(f"{stored.work.id}: Its text is kept: {ends[0].why}.")

    def _carry_out(self, due: dict[str, str]) -> None:
        from checker.reports.show import one_line
        from fingerprints.index import Expire

        if self.dry_run:
            ready(sys.stdout)
            for id, why in due.items():
                write(one_line(id) + "\t" + one_line(why))
            self.removed += len(due)
        elif due:
            self.store.apply(list(self._family_links(due)))
            self.removed += self.store.apply([Expire(id) for id in due]).expired

    def _family_links(self, due: Iterable[str]) -> Iterator[Amend]:
        """What keeps the families together that these stories are in by their words only."""
        from checker.families import kept_links
        from fingerprints.errors import IndexDamaged
        from fingerprints.index import Amend
        from fingerprints.sketch import sketcher

        sketch = sketcher(self.store.spec, self.store.secret)
        for id in due:
            with suppress(IndexDamaged):
                newest = self.store.revisions(id)[0]
                if links := kept_links(newest, self.store, sketch):
                    yield Amend(id, {}, links)

    def _told(self) -> ExitCode:
        stories = "1 story" if self.removed == 1 else f"{self.removed:,} stories"
        if self.dry_run:
            say(f"Would remove the text of {stories}.")
        else:
            self.store.apply([])  # what could not be emptied of the log before, because somebody was reading
            write(f"Removed the text of {stories}.")
        for sentence in self.unclear[:SHOWN]:
            say(sentence)
        if len(self.unclear) > SHOWN:
            say(f"The terms of {len(self.unclear) - SHOWN:,} more stories cannot be told either; their texts are kept.")
        return ExitCode.FAILED if self.failed or self.unclear else ExitCode.CLEAR


def _say_what_is_left(url: str) -> None:
    """Files in which removed text may still stand."""
    from fingerprints.stores import leftovers

    for path, why in leftovers(url):
        say(f"Removed text may still stand in {path}: {why}.")
