"""What must be true of every report, checked once where it is made; and what becomes of a report that breaks a law.

A report leads people to places in two texts, and other programs read it. A span that lies outside of its text, or a
share beyond one, is a fault of this program, never of the draft; it must not end an audit, and must not be believed.
So what breaks a law is taken out, the rest is kept, and the text is not judged whole, with a sentence that says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import isfinite
from pathlib import PurePath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from checker.model import (
    Dropped,
    Edit,
    IndexStamp,
    Match,
    Passage,
    Report,
    Severity,
    SourcePassage,
    StorySummary,
    Submitted,
    Verdict,
)
from checker.write import tool
from fingerprints.errors import WirecheckError

Judge = Callable[[Report], Report]
WordStarts = NDArray[np.signedinteger[Any]]
GRAVE = (Severity.ERROR, Severity.WARNING)
SHOWN = 3
"""Broken laws that are named."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A law that a report breaks: where ("match 3"), and what is wrong there."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


def uphold(report: Report, judge_again: Judge, word_starts: WordStarts | None = None) -> Report:
    """The report as it is where every law holds; else without what breaks one, and with a reason why it is not whole.

    `judge_again` judges what is left. `word_starts` are the offsets of the text's words, rising, where they are known:
    no match has more words than its span.
    """
    broken = list(broken_laws(report, word_starts))
    if not broken:
        return report
    reason = _reason(broken)
    try:
        left = judge_again(_without_broken(report, reason, word_starts))
        if not any(broken_laws(left, word_starts)):
            return left
    except Exception:  # noqa: S110 - what is left cannot be judged either: the report below says so
        pass
    return unjudged(report.id, report.text, reason)


def unjudged(id: str, text: str, reason: str) -> Report:
    """A report that says only why a text was not judged."""
    return Report(
        id=id,
        verdict=Verdict.INCOMPLETE,
        reasons=(reason,),
        submitted=Submitted(len(text), 0, 0.0),
        matches=(),
        dropped=(),
        stories=(),
        index=IndexStamp("", 0),
        tool=tool(),
        unjudged=(reason,),
        text=text,
    )


def broken_laws(report: Report, word_starts: WordStarts | None = None) -> Iterator[Broken]:
    """Every law that the report breaks; none where it is true of its text."""
    for number, match in enumerate(report.matches, 1):
        if what := _match(match, report, word_starts):
            yield Broken(f"match {number}", what)
    for number, notice in enumerate(report.notices, 1):
        if what := _passage(notice.submitted, report):
            yield Broken(f"notice {number}", what)
    for number, dropped in enumerate(report.dropped, 1):
        if what := _dropped(dropped, report):
            yield Broken(f"passage {number} that was set aside", what)
    for story in report.stories:
        if what := _story(story):
            yield Broken("what it takes from a story", what)
    yield from _whole(report)


def failure(error: Exception) -> str:
    """What went wrong with one text, as a sentence with no word of it."""
    if isinstance(error, WirecheckError):
        return str(error)
    if isinstance(error, MemoryError):
        return "Judging it asks for more memory than there is."
    if isinstance(error, RecursionError):
        return "It is nested too deeply to be judged."
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    where = f" in {PurePath(trace.tb_frame.f_code.co_filename).name}, line {trace.tb_lineno}" if trace else ""
    return f"Wirecheck failed at it ({type(error).__name__}{where}); please report this."


def _whole(report: Report) -> Iterator[Broken]:
    """Laws of the report as one."""
    told = report.submitted
    if told.characters != len(report.text):
        yield Broken("its figures", f"{told.characters:,} characters of {len(report.text):,}")
    if not 0 <= told.copied_words <= told.words or not _is_share(told.copied_share):
        yield Broken("its figures", "more is copied than there is")
    if told.copied_words and not report.matches:
        yield Broken("its figures", "words are copied, and no match says which")
    if sum(story.words for story in report.stories) != sum(match.words for match in report.matches):
        yield Broken("what it takes from each story", "other words than in its matches")
    grave = any(match.severity in GRAVE for match in report.matches)
    grave = grave or any(notice.severity in GRAVE for notice in report.notices)
    if (report.verdict is Verdict.FLAGGED) != grave:
        yield Broken("its verdict", "it does not follow from its matches and notices")
    if report.verdict is Verdict.CLEAR and report.unjudged:
        yield Broken("its verdict", "it is clear, and not all could be judged")


def _match(match: Match, report: Report, word_starts: WordStarts | None) -> str:
    """What is wrong with a match; "" for nothing."""
    ours, theirs = match.submitted, match.source
    if what := _passage(ours, report) or _source(theirs) or next(filter(None, map(_other, match.also)), ""):
        return what
    if not (_is_share(match.similarity) and _is_share(match.source_share)):
        return "a share of it is not between 0 and 1"
    if not 1 <= match.longest_run <= match.words <= _words(ours, word_starts):
        return "it has not as many words as it says"
    if any(not ours.start <= start < end <= ours.end for start, end in match.quoted):
        return "a quotation in it lies outside of it"
    if any(second[0] < first[1] for first, second in pairwise(match.quoted)):
        return "quotations in it overlap"
    return _edits(match.edits, match)


def _edits(edits: Sequence[Edit], match: Match) -> str:
    ours, theirs = match.submitted, match.source
    at = ours.start
    for edit in edits:
        if edit.submitted_start != at or not at <= edit.submitted_end <= ours.end:
            return "an edit does not follow the one before it in the text"
        if not theirs.start <= edit.source_start <= edit.source_end <= theirs.end:
            return "an edit lies outside of the passage in the story"
        at = edit.submitted_end
    if edits and at != ours.end:
        return "its edits end before it does"
    if not match.rearranged and any(a.source_end != b.source_start for a, b in pairwise(edits)):
        return "its edits jump in the story, and it is in the story's order"
    return ""


def _dropped(one: Dropped, report: Report) -> str:
    if what := _passage(one.submitted, report) or _source(one.source):
        return what
    return "" if _is_share(one.similarity) and one.words >= 1 else "its figures are impossible"


def _story(story: StorySummary) -> str:
    if not (_is_share(story.submitted_share) and _is_share(story.source_share)):
        return "a share of it is not between 0 and 1"
    return "" if 0 <= story.longest_run <= story.words else "its longest run is longer than all its words"


def _passage(passage: Passage, report: Report) -> str:
    """What is wrong with a passage of the text, and with its place in the file."""
    if not 0 <= passage.start < passage.end <= report.submitted.characters:
        return f"it goes from {passage.start:,} to {passage.end:,} of {report.submitted.characters:,} characters"
    if len(passage.text) != passage.end - passage.start or not report.text.startswith(passage.text, passage.start):
        return "its words are not those of the text at its place"
    spans = [*([passage.file] if passage.file else []), *passage.ranges]
    most = len(report.original) if report.original else None
    if any(not 0 <= start <= end or (most is not None and end > most) for start, end in spans):
        return "its place in the file lies outside of the file"
    if passage.file and any(not passage.file[0] <= a <= b <= passage.file[1] for a, b in passage.ranges):
        return "its places in the file lie outside of its span there"
    return ""


def _source(source: SourcePassage) -> str:
    if not 0 <= source.start < source.end:
        return f"its place in the story goes from {source.start:,} to {source.end:,}"
    if source.text and len(source.text) != source.end - source.start:
        return "its words in the story are not those of its place"
    return ""


def _other(source: SourcePassage) -> str:
    """What is wrong with another story that holds the words; of one whose text is gone the place is not known."""
    return "" if (source.start, source.end, source.text) == (0, 0, "") else _source(source)


def _words(passage: Passage, word_starts: WordStarts | None) -> int:
    """How many words a passage has, at most."""
    if word_starts is None:
        return passage.end - passage.start
    first, last = np.searchsorted(word_starts, (passage.start, passage.end)).tolist()
    return int(last - first)


def _is_share(value: float) -> bool:
    return isfinite(value) and 0 <= value <= 1


def _without_broken(report: Report, reason: str, word_starts: WordStarts | None) -> Report:
    """The report without the parts that break a law, with figures of what is left, and with the reason."""
    matches = tuple(match for match in report.matches if not _match(match, report, word_starts))
    words = max(0, report.submitted.words)
    copied = min(words, sum(match.words for match in matches))
    figures = replace(
        report.submitted,
        characters=len(report.text),
        words=words,
        copied_words=copied,
        copied_share=round(copied / max(1, words), 4),
    )
    return replace(
        report,
        submitted=figures,
        matches=matches,
        notices=tuple(notice for notice in report.notices if not _passage(notice.submitted, report)),
        dropped=tuple(one for one in report.dropped if not _dropped(one, report)),
        stories=_summed(matches, words),
        unjudged=(*report.unjudged, reason),
    )


def _summed(matches: Sequence[Match], words: int) -> tuple[StorySummary, ...]:
    """What matches take from each story, by their own figures."""
    stories: dict[str, list[Match]] = {}
    for match in matches:
        stories.setdefault(match.source.id, []).append(match)
    summaries = [
        StorySummary(
            id=id,
            title=taken[0].source.title,
            holder=taken[0].source.holder,
            words=sum(match.words for match in taken),
            submitted_share=round(min(1.0, sum(match.words for match in taken) / max(1, words)), 4),
            source_share=round(min(1.0, sum(match.source_share for match in taken)), 4),
            longest_run=max(match.longest_run for match in taken),
        )
        for id, taken in stories.items()
    ]
    return tuple(sorted(summaries, key=lambda summary: (-summary.words, summary.id)))


def _reason(broken: Sequence[Broken]) -> str:
    named = "; ".join(map(str, broken[:SHOWN])) + (f"; and {len(broken) - SHOWN} more" if broken[SHOWN:] else "")
    return f"a part of the report on it contradicted the text and was left out ({named}); please report this"
