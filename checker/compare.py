"""From a draft to passages: look its keys up, read the stories they point to, compare."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, replace

from checker.align import Aligner, Segment
from checker.candidates import SOURCE_PIECE, Candidate, holders, rank
from checker.excuses import Draft, Excused, set_aside
from checker.families import Families, independent
from checker.family import time_of
from checker.policy.holders import bare
from checker.prepared import Prepared, prepare
from checker.refine import split_insertions, split_seams
from checker.respace import misspaced, respace
from checker.rules import STOCK_LONG, STOCK_STORIES, Found
from checker.thresholds import Thresholds
from checker.write import Stored
from fingerprints.errors import IndexDamaged
from fingerprints.index import Hits, ReadIndex, StoredWork
from fingerprints.sketch import Probes, Sketcher

WHOLE = 3000
"""A draft of up to this many words is compared in one piece, a longer one around its hits."""
MARGIN = 1000
"""Words on both sides of a long draft's hits that are compared; no more than the story has."""
ASKED = 96
"""Stories that hold a phrase which are asked whose they are and when they were filed, until enough count."""
CROWD = 256
"""Stories of the same words that are asked when they were filed, those added first."""
LAST_PIECE = ((1 << 19) - 1) // SOURCE_PIECE
"""Stores tell positions up to 2 ** 19 - 1; what lies beyond in a story is read with its last piece."""


@dataclass(frozen=True, slots=True, eq=False)
class Looked:
    """A draft, what the index knows of its keys, and why some stories could not be read already.

    What is compared (`submitted`, and what `probes` and `hits` are of) is the draft bare of the words that are excused.
    """

    draft: Draft
    probes: Probes
    hits: Hits
    unread: Sequence[str] = ()

    @property
    def submitted(self) -> Prepared:
        return self.draft.bare


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """All passages the draft shares with the stories read, and why some stories could not be read.

    `expired` are stories that the draft's keys point to and whose text is gone; see `checker.expired`. `families` has
    read those of the others that it was asked about.
    """

    found: list[Found]
    stored: Stored
    unread: list[str]
    expired: Stored
    families: Families


def look_up(
    text: str, index: ReadIndex, sketcher: Sketcher, seams: Sequence[int] = (), excused: Sequence[Excused] = ()
) -> Looked:
    """Probe the index with every key of a text without its `excused` words; a text run together is first given its
    words back."""
    whole = prepare(text, sketcher, seams)
    looked = _look(set_aside(whole, excused, sketcher, seams), index, sketcher)
    stored, unread = _fetch(misspaced(looked.probes, looked.hits), index)
    sources = [prepare(one.work.text, sketcher) for one in stored if not one.expired]
    if sources:
        respaced = respace(whole, sources, sketcher, seams)
        looked = _look(set_aside(respaced, excused, sketcher, seams), index, sketcher)
    return replace(looked, unread=unread)


def compare(looked: Looked, index: ReadIndex, sketcher: Sketcher, thresholds: Thresholds) -> Compared:
    """Read the stories that the draft's keys point to, as many as the policy affords, and align them with it."""
    submitted = looked.submitted
    ranked = rank(looked.probes, looked.hits)
    candidates, room = ranked.best, thresholds.most_stories + len(submitted) // thresholds.words_a_story
    affordable = candidates[:room]
    first = _first_filed(ranked.crowd, {candidate.number for candidate in affordable}, index)[:room]
    affordable += first
    rows, unread = _fetch(sorted({candidate.number for candidate in affordable}), index)
    unread = list(dict.fromkeys([*looked.unread, *unread]))
    if room < len(candidates):
        unread.append(f"{len(candidates)} stories share phrases with this text; only the best {room} were read")
    stored = {one.number: one for one in rows if not one.expired}
    sources = {number: prepare(one.work.text, sketcher) for number, one in stored.items()}
    families = Families(index, sketcher, rows, sources)
    whole = Aligner(submitted) if len(submitted) <= WHOLE else None
    found: list[Found] = []
    for candidate in _regions(affordable, whole is not None):
        source = sources.get(candidate.number)
        if source is not None:
            aligner = whole or _around(candidate, submitted, source)
            parts = [
                part
                for segment in aligner.segments(source, *_piece(candidate, source))
                for whole_part in split_seams(segment, submitted, source)
                for part in split_insertions(whole_part, submitted, source, thresholds)
            ]
            found.extend(_with_spread(parts, source, stored[candidate.number], looked, families, thresholds))
    return Compared(found, stored, unread, {one.number: one for one in rows if one.expired}, families)


def _first_filed(crowd: Sequence[tuple[int, Candidate]], known: Container[int], index: ReadIndex) -> list[Candidate]:
    """Of stories that others of the same words crowd out, in each stretch that which was filed first, and that which
    was added first: who files a story again and again, under whatever names, does not hide it."""
    if not crowd:
        return []
    rows, _ = _fetch(sorted({candidate.number for _, candidate in crowd})[:CROWD], index)
    filed = {one.number: time_of(one) for one in rows}
    stretches: dict[int, list[Candidate]] = {}
    for stretch, candidate in crowd:
        if candidate.number in filed:
            stretches.setdefault(stretch, []).append(candidate)
    chosen: dict[tuple[int, int, int], Candidate] = {}
    for stretch, waiting in stretches.items():
        for one in (min(waiting, key=lambda one: filed[one.number]), min(waiting, key=lambda one: one.number)):
            if one.number not in known:
                chosen[stretch, one.number, one.source_first] = one
    return list(chosen.values())


def _look(draft: Draft, index: ReadIndex, sketcher: Sketcher) -> Looked:
    probes = sketcher.probes(draft.bare.tokens)
    return Looked(draft, probes, index.probe(probes.keys))


def _fetch(numbers: Sequence[int], index: ReadIndex) -> tuple[list[StoredWork], list[str]]:
    """The stories of these numbers; one whose text is damaged does not keep the others from being read."""
    try:
        return index.fetch(numbers), []
    except IndexDamaged:
        stored: list[StoredWork] = []
        unread: list[str] = []
        for number in numbers:
            try:
                stored.extend(index.fetch([number]))
            except IndexDamaged as error:
                unread.append(str(error))
        return stored, unread


def _regions(candidates: Sequence[Candidate], whole: bool) -> list[Candidate]:
    """One comparison a story for a short draft, one a region for a long one."""
    if not whole:
        return list(candidates)
    return list({(one.number, one.source_first): one for one in candidates}.values())


def _piece(candidate: Candidate, source: Prepared) -> tuple[int, int]:
    """The words of a story to read: all of most, of a book the piece that was hit and what borders on it."""
    if len(source) <= SOURCE_PIECE + MARGIN:
        return 0, len(source)
    last = candidate.source_first + SOURCE_PIECE + MARGIN
    beyond = candidate.source_first // SOURCE_PIECE >= LAST_PIECE
    return max(0, candidate.source_first - MARGIN), len(source) if beyond else min(len(source), last)


def _around(candidate: Candidate, submitted: Prepared, source: Prepared) -> Aligner:
    margin = min(MARGIN, len(source))
    return Aligner(submitted, max(0, candidate.first - margin), min(len(submitted), candidate.last + margin))


def _with_spread(
    segments: Sequence[Segment],
    source: Prepared,
    story: StoredWork,
    looked: Looked,
    families: Families,
    thresholds: Thresholds,
) -> list[Found]:
    """Count for short passages how many stories hold them, where that decides.

    Versions of one story count once; another holder's story only when it was there before, so that nobody makes a
    sentence everybody's by filing it after.
    """
    number, holder, filed = story.number, bare(story.work.holder), time_of(story)

    def counts(other: StoredWork) -> bool:
        return bare(other.work.holder) == holder or (time_of(other) < filed and other.added <= story.added)

    found = []
    for segment in segments:
        stories = 1
        if thresholds.least_weight / 2 <= segment.weight < STOCK_LONG:
            numbers = holders(number, segment.submitted, looked.probes, looked.hits)
            stories = len(numbers)
            if stories >= STOCK_STORIES:
                strewn = _strewn(numbers.tolist())[:ASKED]
                stories = independent(strewn, families, STOCK_STORIES, counts)
        found.append(Found(segment, source, number, stories))
    return found


def _strewn(numbers: Sequence[int]) -> list[int]:
    """The same numbers in an order in which neighbours, often versions of one story, stand apart."""
    step = max(1, len(numbers) // STOCK_STORIES)
    return [number for first in range(step) for number in numbers[first::step]]
