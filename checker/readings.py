"""A file that can be read in several ways: which of the reports on them is the answer, and what the others add."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from checker.model import Match, Report, Severity, Verdict
from checker.readers.document import Document, Reading
from checker.short import is_short

MARGIN = 1.1
"""Another way than the usual one must show so many times the words of reuse; what both show is shown the usual way."""
LEAST_MORE = 8
"""And at least so many words more: less comes of where a sentence happens to be cut."""
GRAVITY = (Verdict.FLAGGED, Verdict.INCOMPLETE, Verdict.CLEAR)


def choose_report(usual: Report, others: Sequence[tuple[Reading, Report]]) -> Report:
    """The report of the way that shows the most reuse, with the doubts of all, and a word about how it was read.

    A reading that is incomplete makes none of the others so: each is judged by itself, and what the usual one says of
    doubts stays said; but that the usual one has too few words to judge says nothing of one that has enough.
    """
    best, chosen = None, usual
    for reading, report in others:
        if _shows_more(report, chosen):
            best, chosen = reading, report
    if best is None and _is_only_short(usual):
        best, chosen = next(((one, report) for one, report in others if not is_short(report.unjudged)), (best, chosen))
    if best is None:
        return usual
    doubts = tuple(doubt for doubt in usual.unjudged if doubt not in chosen.unjudged and not is_short([doubt]))
    disguises = (
        (f"Only when it is read {best.how} does it show all that it reproduces.",)
        if best.disguise and chosen.matches
        else ()
    )
    return replace(
        chosen,
        id=usual.id,
        submitted=replace(chosen.submitted, reading=best.how),
        unjudged=(*chosen.unjudged, *doubts),
        reasons=(*chosen.reasons, *doubts),
        disguises=(*usual.disguises, *disguises),
        warnings=(*chosen.warnings, *(one for one in usual.warnings if one not in chosen.warnings)),
    )


def read_as(document: Document, report: Report) -> Document:
    """The reading of a document that a report is about: the one into whose text its passages lead."""
    how = report.submitted.reading
    return next((one.document for one in document.readings if one.how == how), document) if how else document


def _is_only_short(report: Report) -> bool:
    """Whether a text could be judged, had it more words: then another way of reading it is the answer."""
    return report.verdict is Verdict.INCOMPLETE and len(report.unjudged) == 1 and is_short(report.unjudged)


def _shows_more(report: Report, than: Report) -> bool:
    ours, theirs = _grave_words(report), _grave_words(than)
    if report.verdict is Verdict.FLAGGED and than.verdict is not Verdict.FLAGGED:
        return True
    return GRAVITY.index(report.verdict) <= GRAVITY.index(than.verdict) and (
        ours >= MARGIN * theirs and ours >= theirs + LEAST_MORE
    )


def _grave_words(report: Report) -> int:
    """Words of the passages that are worth an error or a warning."""
    return sum(match.words for match in report.matches if _is_grave(match))


def _is_grave(match: Match) -> bool:
    return match.severity in (Severity.ERROR, Severity.WARNING)
