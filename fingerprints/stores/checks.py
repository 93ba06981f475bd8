"""What a catalogue should hold, and whether it does: read only, on one state of the index.

Checked beside SQLite's own quick check: every text against its checksum, what is kept
beside it and every work's rows against theirs, the links and the hot table against what
they are made from, and that nothing belongs to a work that is not there. Of a text that
has expired there is nothing left to check; its rows are checked like all others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice

import apsw
import numpy as np
from numpy.typing import NDArray

from fingerprints.errors import IndexDamaged
from fingerprints.stores import beside, works
from fingerprints.stores.postings import TRUE_HOT
from fingerprints.stores.rows import LAST_POSITION, POSITION_BITS, Integers, band_sums, posting_sums
from fingerprints.stores.stored import Row

PORTION = 50_000
Columns = Callable[[str], Iterator[tuple[Integers, Integers]]]

WRONG_CURRENT = "SELECT id FROM works GROUP BY id HAVING sum(current) <> 1 OR max(revision * current) <> max(revision)"
ORPHAN_TEXTS = "SELECT number FROM texts WHERE number NOT IN (SELECT number FROM works)"
ORPHAN_SAID = "SELECT number FROM said WHERE number NOT IN (SELECT number FROM works)"
WRONG_HOT = f"""
    SELECT count(*) FROM (SELECT * FROM ({TRUE_HOT}) EXCEPT SELECT * FROM hot
    UNION ALL SELECT * FROM (SELECT * FROM hot EXCEPT SELECT * FROM ({TRUE_HOT})))
"""  # noqa: S608


class Severity(StrEnum):
    """How a part of the index is."""

    OK = "ok"
    DAMAGED = "damaged"
    REPAIRED = "repaired"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Finding:
    """What the doctor says of one part of the index, or of one work (`subject` is its id), in one sentence."""

    severity: Severity
    subject: str
    sentence: str

    @property
    def good(self) -> bool:
        """Whether nothing is left to do."""
        return self.severity in (Severity.OK, Severity.REPAIRED)


@dataclass(slots=True)
class State:
    """What is wrong in a catalogue. Works are given by their numbers; `malformed` holds words, mostly the database's
    own, for what cannot be said of single works.
    """

    works: int = 0
    postings: int = 0
    ids: dict[int, str] = field(default_factory=dict)
    malformed: list[str] = field(default_factory=list)
    bad_texts: set[int] = field(default_factory=set)
    bad_rows: set[int] = field(default_factory=set)
    bad_said: set[int] = field(default_factory=set)
    expired: set[int] = field(default_factory=set)
    orphan_rows: set[int] = field(default_factory=set)
    orphan_texts: set[int] = field(default_factory=set)
    orphan_said: set[int] = field(default_factory=set)
    wrong_current: bool = False
    wrong_hot: bool = False
    wrong_links: bool = False

    def findings(self) -> list[Finding]:
        """The same in sentences, the works by id; one `ok` when nothing is wrong."""
        found = [damage("catalogue", f"The catalogue is malformed: {words}.") for words in self.malformed]
        bad = sorted(self.bad_texts | self.bad_rows | self.bad_said, key=lambda number: (self.ids[number], number))
        found += [damage(self.ids[number], self._of_work(number)) for number in bad]
        parts = (
            (self.orphan_rows, "postings", f"Rows of {len(self.orphan_rows)} stories that are not in the catalogue."),
            (self.orphan_texts, "texts", f"{len(self.orphan_texts)} texts have no line in the catalogue."),
            (self.orphan_said, "said later", f"{len(self.orphan_said)} stories are spoken of that are not there."),
            (self.wrong_links, "links", "The table of links does not agree with what is said of the stories."),
            (self.wrong_current, "works", "Some stories have no newest revision marked as current."),
            (self.wrong_hot, "hot keys", "The table of hot keys does not agree with the postings."),
        )
        found += [damage(subject, sentence) for wrong, subject, sentence in parts if wrong]
        sound = f"{self.works:,} revisions and {self.postings:,} postings are as they were stored."
        return found or [Finding(Severity.OK, "index", sound)]

    def _of_work(self, number: int) -> str:
        if number in self.bad_said:
            return "What was said of it later (links, a kill, expiry) is damaged: remove the story and add it again."
        if number in self.expired and number in self.bad_rows:
            return "Its postings are damaged and cannot be rebuilt, because its text has expired: remove the story."
        if number not in self.bad_texts:
            return "Its postings are damaged, its text is sound: `wirecheck doctor --repair` rebuilds them."
        if number not in self.bad_rows:
            return "Its text is damaged and cannot be rebuilt, but it is still found: remove it and add it again."
        return "Its text and its postings are damaged: remove the story and add it again."


def damage(subject: str, sentence: str) -> Finding:
    """The finding on a part that is damaged."""
    return Finding(Severity.DAMAGED, subject, sentence)


def examine_catalogue(connection: apsw.Connection, *, deep: bool) -> list[Finding]:
    """Everything about a catalogue that is open, in sentences."""
    return inspect(connection, deep=deep).findings()


def inspect(connection: apsw.Connection, *, deep: bool) -> State:
    """Look through a catalogue. `deep` also reads every text and every posting: some 3 s for 10,000 stories."""
    state = State()
    try:
        _check_tables(connection, state)
        if deep and not state.malformed:
            expected = check_texts(works.every(connection), state)
            if beside.keeps_said(connection):
                said = beside.links(connection, state.bad_said | state.orphan_said)
                check_links(said, beside.looked_up(connection), state)
            check_rows(lambda table: columns(connection, table), state, expected)
            state.wrong_hot = bool(connection.execute(WRONG_HOT).get)
    except (apsw.Error, IndexDamaged, ValueError, TypeError, OverflowError) as error:
        state.malformed.append(str(error))
    return state


def _check_tables(connection: apsw.Connection, state: State) -> None:
    for pragma in ("quick_check(1)", "integrity_check('works')"):  # the second compares the works with their indexes
        words = _first(connection, pragma)
        if words != "ok" and not state.malformed:
            state.malformed.append(words.replace("\n", " "))
    if not state.malformed:
        state.works, state.postings = connection.execute("SELECT count(*), ifnull(sum(postings), 0) FROM works").get
        state.wrong_current = connection.execute(WRONG_CURRENT).fetchone() is not None
        state.orphan_texts = {number for (number,) in connection.execute(ORPHAN_TEXTS)}
        if beside.keeps_said(connection):
            state.orphan_said = {number for (number,) in connection.execute(ORPHAN_SAID)}
            state.wrong_links = _first(connection, "integrity_check('links')") != "ok"


def _first(connection: apsw.Connection, pragma: str) -> str:
    return str(next(iter(connection.execute(f"PRAGMA {pragma}")))[0])


def check_texts(revisions: Iterable[Row], state: State) -> dict[int, tuple[int, int, int]]:
    """Check every text; returns what each work's rows should be: postings, bands, checksum."""
    expected = {}
    for row in revisions:
        state.ids[row.number] = row.id
        if row.expired:
            state.expired.add(row.number)
        expected[row.number] = (row.postings, row.bands, row.rows_check)
        try:
            row.text()
        except IndexDamaged:
            state.bad_texts.add(row.number)
        try:
            row.said()
        except IndexDamaged:
            state.bad_said.add(row.number)
    return expected


def check_links(said: Mapping[int, set[bytes]], looked_up: Mapping[int, set[bytes]], state: State) -> None:
    """Links with nothing beside their work to stand for them: that is lost, and with it maybe more than they."""
    lost = {number for number in looked_up if number in state.ids and number not in said}
    state.bad_said |= lost
    for number in (said.keys() | looked_up.keys()) - state.bad_said:
        state.wrong_links |= said.get(number, set()) != looked_up.get(number, set())


def check_rows(columns: Columns, state: State, expected: Mapping[int, tuple[int, int, int]]) -> None:
    """Check the rows of every work; `columns` gives those of a table in portions. Raises ValueError."""
    numbers = np.array(sorted(expected), dtype=np.int64)
    found = np.zeros((len(numbers), 2), dtype=np.int64)
    sums = np.zeros(len(numbers), dtype=np.uint64)
    for kind, table in enumerate(("postings", "bands")):
        last = (-1, -1)
        for first, second in columns(table):
            if not _ascending(first, second, last):
                # SQLite's quick check does not look at this, but looking rows up and deleting them rests on it
                raise ValueError(f"rows of {table} out of order")
            last = (int(first[-1]), int(second[-1]))
            number = second >> POSITION_BITS if table == "postings" else second
            each = posting_sums(first, second & LAST_POSITION) if table == "postings" else band_sums(first)
            at = np.searchsorted(numbers, number)
            known = at < len(numbers)
            known[known] = numbers[at[known]] == number[known]
            state.orphan_rows.update(number[~known].tolist())
            found[:, kind] += np.bincount(at[known], minlength=len(numbers))
            np.add.at(sums, at[known], each[known])
    signed: NDArray[np.int64] = sums.view(np.int64)
    for number, (postings, bands), checksum in zip(numbers.tolist(), found.tolist(), signed.tolist(), strict=True):
        if expected[number] != (postings, bands, checksum):
            state.bad_rows.add(number)


def _ascending(first: Integers, second: Integers, before: tuple[int, int]) -> bool:
    """Whether the pairs rise strictly, and from the one before."""
    rising = (first[1:] > first[:-1]) | ((first[1:] == first[:-1]) & (second[1:] > second[:-1]))
    return bool(rising.all()) and before < (int(first[0]), int(second[0]))


def columns(connection: apsw.Connection, table: str) -> Iterator[tuple[Integers, Integers]]:
    """The two columns of `postings` or `bands`, in portions."""
    rows = connection.execute(f"SELECT * FROM {table}")  # noqa: S608
    while portion := list(islice(rows, PORTION)):
        both = np.array(portion, dtype=np.int64)
        yield both[:, 0], both[:, 1]
