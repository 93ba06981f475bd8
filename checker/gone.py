"""Matches of stories whose text has left the index: what their keys prove, with offsets and without a word of them."""

from __future__ import annotations

from bisect import insort
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from checker.compare import Looked
from checker.expired import ExpiredPassage, passages
from checker.family import version_of
from checker.model import Kind, Match, Passage, Report, SourcePassage, StorySummary, Use
from checker.prepared import Prepared
from checker.quotations import quotations
from checker.quoting import Mask, within
from checker.thresholds import Thresholds
from checker.write import union
from fingerprints.index import StoredWork

COVERED = 0.7
"""A passage whose words are matched already to this share is another source of the same words."""


def with_expired(report: Report, expired: Mapping[int, StoredWork], looked: Looked, thresholds: Thresholds) -> Report:
    """The report with the passages of these stories among its matches, in the order of the draft."""
    found, submitted = passages(looked, expired, thresholds), looked.submitted
    if not found:
        return report
    quoted = within(submitted, quotations(submitted.text, blocks=False))
    matches = list(report.matches)
    taken = np.zeros(len(submitted), dtype=bool)
    for match in matches:
        taken[_words(match, submitted)] = True
    new: list[ExpiredPassage] = []
    for one in found:
        words = slice(*one.submitted_words)
        if taken[words].mean() >= COVERED:
            matches = _beside(matches, one, expired, submitted)
            continue
        insort(matches, _match(one, expired, submitted, quoted, thresholds), key=lambda match: match.submitted.start)
        new.append(one)
        taken[words] = True
    copied = int(taken.sum())
    figures = replace(report.submitted, copied_share=round(copied / max(1, len(taken)), 4), copied_words=copied)
    stories = sorted(
        [*report.stories, *_summaries(new, expired, submitted)], key=lambda story: (-story.words, story.id)
    )
    return replace(report, submitted=figures, matches=tuple(matches), stories=tuple(stories))


def _words(match: Match, submitted: Prepared) -> slice:
    """The words of the draft that a match spans."""
    starts = submitted.tokens.start
    return slice(*np.searchsorted(starts, (match.submitted.start, match.submitted.end)).tolist())


def _beside(
    matches: Sequence[Match], one: ExpiredPassage, expired: Mapping[int, StoredWork], submitted: Prepared
) -> list[Match]:
    """The matches, the one that shares most words with a passage naming its story too."""
    first, last = one.submitted_words

    def shared(match: Match) -> int:
        words = _words(match, submitted)
        return int(min(words.stop, last) - max(words.start, first))

    best = max(range(len(matches)), key=lambda number: shared(matches[number]))
    known = {matches[best].source.id, *(other.id for other in matches[best].also)}
    more = tuple(source for source in _sources(one, expired) if source.id not in known)
    return [replace(match, also=match.also + more) if n == best else match for n, match in enumerate(matches)]


def _sources(one: ExpiredPassage, expired: Mapping[int, StoredWork]) -> list[SourcePassage]:
    """The stories of a passage, that of which it takes most first; only of that one the place is known."""
    return [
        SourcePassage(
            expired[number].work.id,
            *(one.source if number == one.number else (0, 0)),
            "",
            expired[number].work.title,
            expired[number].work.holder,
            expired[number].work.story,
            version_of(expired[number]),
            expired[number].current,
        )
        for number in (one.number, *one.also)
    ]


def _match(
    one: ExpiredPassage,
    expired: Mapping[int, StoredWork],
    submitted: Prepared,
    quoted: Mask,
    thresholds: Thresholds,
) -> Match:
    """A passage as a match. Whether the story has its words as a quotation cannot be known any more."""
    first, last = one.submitted_words
    start, end = one.submitted
    source, *also = _sources(one, expired)
    is_quoted = bool(quoted[first:last].all()) and last - first <= thresholds.longest_excerpt
    return Match(
        submitted=Passage(start, end, submitted.text[start:end]),
        source=source,
        kind=Kind.VERBATIM if one.longest_run == last - first else Kind.EDITED,
        similarity=one.similarity,
        words=one.words,
        longest_run=one.longest_run,
        source_share=round((one.source_words[1] - one.source_words[0]) / max(1, expired[one.number].words), 4),
        also=tuple(also),
        use=Use.QUOTATION if is_quoted else Use.PROSE,
    )


def _summaries(
    found: Sequence[ExpiredPassage], expired: Mapping[int, StoredWork], submitted: Prepared
) -> list[StorySummary]:
    """What the draft takes from each of these stories."""
    by_number: dict[int, list[ExpiredPassage]] = {}
    for one in found:
        by_number.setdefault(one.number, []).append(one)
    return [_summary(taken, expired[number], submitted) for number, taken in by_number.items()]


def _summary(taken: Sequence[ExpiredPassage], stored: StoredWork, submitted: Prepared) -> StorySummary:
    ours, theirs = union([one.submitted_words for one in taken]), union([one.source_words for one in taken])
    return StorySummary(
        id=stored.work.id,
        title=stored.work.title,
        holder=stored.work.holder,
        words=sum(one.words for one in taken),
        submitted_share=round(ours / max(1, len(submitted)), 4),
        source_share=round(min(1.0, theirs / max(1, stored.words)), 4),
        longest_run=max(one.longest_run for one in taken),
    )
