"""Repair: what can be put right in the tables of an index, wherever they are, and what is lost."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Protocol

from fingerprints.errors import WirecheckError
from fingerprints.stores.batch import Recompute
from fingerprints.stores.checks import Finding, Severity, State
from fingerprints.stores.rows import Rows, rows_of
from fingerprints.stores.sealed import decode
from fingerprints.stores.stored import Row


class Tables(Protocol):
    """The tables of an index, in one transaction. Revisions are given by their numbers."""

    def sweep(self, numbers: Sequence[int]) -> None:
        """Delete all postings and bands of these, by reading both tables through."""

    def by_numbers(self, numbers: Sequence[int]) -> Iterable[Row]:
        """Revisions with their texts."""

    def describe(self, number: int, rows: Rows) -> None:
        """Write how many rows a revision has, and their checksum."""

    def insert(self, rows: Mapping[int, Rows]) -> object:
        """Write postings and bands."""

    def forget(self, numbers: Sequence[int]) -> None:
        """Delete texts, links and what was said of revisions that have no line."""

    def rebuild_links(self, but: Collection[int]) -> None:
        """Make the table of links anew from what is said; of the numbers in `but` the old rows are kept."""

    def mark_current(self) -> None:
        """Mark the newest revision of every story, and count."""

    def rebuild_hot(self) -> None:
        """Make the table of hot keys anew."""


def mend(state: State, tables: Tables, recompute: Recompute) -> list[Finding]:
    """Put right what `state` says is wrong; returns what was done and what is left. The caller commits."""
    done = _rows(state, tables, recompute)
    if state.orphan_rows:
        tables.sweep(sorted(state.orphan_rows))
        done.append(_repaired("postings", "Rows that belonged to no story were deleted."))
    if orphans := sorted(state.orphan_texts | state.orphan_said):
        tables.forget(orphans)
        done += map(without_line, orphans)
    if state.wrong_links:
        tables.rebuild_links(state.bad_said)
        done.append(_repaired("links", "The table of links was made anew."))
    if state.wrong_current:
        tables.mark_current()
        done.append(_repaired("works", "The newest revision of every story is marked as current again."))
    tables.rebuild_hot()
    if state.wrong_hot:
        done.append(_repaired("hot keys", "The table of hot keys was made anew."))
    return done


def _rows(state: State, tables: Tables, recompute: Recompute) -> list[Finding]:
    left = State(ids=state.ids, bad_texts=state.bad_texts - state.bad_rows, bad_said=state.bad_said)
    done = [finding for finding in left.findings() if not finding.good]
    sound = sorted(state.bad_rows - state.bad_texts - state.expired)
    if sound:
        tables.sweep(sound)
    rebuilt = {}
    for row in tables.by_numbers(sound):
        try:
            rows = rows_of(recompute(decode(row.text())))
        except (WirecheckError, ValueError, ImportError) as error:
            done.append(Finding(Severity.LOST, row.id, f"Its postings could not be rebuilt ({error}); add it again."))
            continue
        # the text is sound, so it decides: the stored count and checksum may be what was damaged
        tables.describe(row.number, rows)
        rebuilt[row.number] = rows
        done.append(_repaired(row.id, "Its postings were rebuilt from its text."))
    tables.insert(rebuilt)
    for number in sorted(state.bad_rows & (state.bad_texts | state.expired)):
        words = "Its postings are damaged and cannot be rebuilt, because its text has expired: remove the story."
        if number in state.bad_texts:
            words = "Its text and its postings are damaged and cannot be rebuilt: remove the story and add it again."
        done.append(Finding(Severity.LOST, state.ids[number], words))
    return done


def without_line(number: int) -> Finding:
    """The finding on a work of which nothing but its number is known."""
    words = f"The story with number {number} has lost its line in the catalogue, and with it its id: add it again."
    return Finding(Severity.LOST, f"number {number}", words)


def _repaired(subject: str, sentence: str) -> Finding:
    return Finding(Severity.REPAIRED, subject, sentence)
