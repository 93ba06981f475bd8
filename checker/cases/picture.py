"""The audit in figures: what was looked at, what was found, by outlet, holder, story, time, severity, status, share.

Counted while results pass by; nothing of a result is kept.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from checker.audit.nouns import Outcome, Result
from checker.cases.findings import flags
from checker.cases.nouns import Case
from checker.cases.outlets import outlet_of
from checker.model import Report, Verdict
from checker.reports.groups import words_in

BINS = 10
"""Columns of the histogram of the share copied, each a tenth wide; the last holds what was copied whole."""
UNKNOWN = ""
"""The month of what has no date."""


@dataclass(slots=True)
class Tally:
    """Counted of one outlet, holder, month or status: texts, those of them that are flagged, and words."""

    texts: int = 0
    flagged: int = 0
    words: int = 0
    allowed: int = 0


@dataclass(slots=True)
class Picture:
    """All figures of an audit.

    `pages` are pages and `texts` the texts in them, `duplicates` pages with the bytes of an earlier one. `gone` are
    addresses that answered that there is no page; they are none of `pages`. `unjudged` counts texts that are not
    judged, unreadable or not judged whole. `severities` are texts by the gravest finding, "" none. `words` of a `Tally`
    are those of flagged passages, `allowed` those of passages that are notes. `shares` are texts with any copy by the
    share of them that is copied. `last` is the latest time as of which anything was judged.
    """

    pages: int = 0
    texts: int = 0
    duplicates: int = 0
    gone: int = 0
    unjudged: int = 0
    words: int = 0
    copied_words: int = 0
    last: str = ""
    outcomes: Counter[str] = field(default_factory=Counter)
    verdicts: Counter[str] = field(default_factory=Counter)
    severities: Counter[str] = field(default_factory=Counter)
    shares: list[int] = field(default_factory=lambda: [0] * BINS)
    outlets: defaultdict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    holders: defaultdict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    months: defaultdict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    statuses: defaultdict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    _number: int = -1

    def add(self, result: Result, report: Report | None) -> None:
        """Count one result; they come in the order of their numbers."""
        if result.outcome is Outcome.GONE:
            self.gone += 1
            self.last = max(self.last, result.at)
            return
        if result.number != self._number:
            self._number = result.number
            self.pages += 1
            self.duplicates += result.same_as >= 0
        self.texts += 1
        self.words += result.words
        self.copied_words += result.copied_words
        self.last = max(self.last, result.at)
        self.unjudged += not_whole(result)
        self.outcomes[str(result.outcome)] += 1
        if result.outcome is Outcome.JUDGED:
            self.verdicts[result.verdict] += 1
        flagged = result.verdict == Verdict.FLAGGED
        self.severities[result.severity if flagged else ""] += 1
        if result.copied_words:
            self.shares[min(BINS - 1, int(result.copied_share * BINS))] += 1
        for tally in (self.outlets[outlet_of(result)], self.months[month_of(result)]):
            tally.texts += 1
            tally.flagged += flagged
            if report is not None:
                tally.words += words_in(one for one in report.matches if flags(one))
                tally.allowed += words_in(one for one in report.matches if not flags(one))
        if report is not None:
            self._found(report)

    def _found(self, report: Report) -> None:
        for name in {one.source.holder for one in report.matches}:
            self._count(self.holders[name], report, holder=name)
        for status in {one.status for one in report.matches}:
            self._count(self.statuses[str(status)], report, status=str(status))
        for notice in report.notices:
            if flags(notice):
                self.statuses["notice"].texts += 1
                self.statuses["notice"].flagged += 1
                break

    @staticmethod
    def _count(tally: Tally, report: Report, holder: str | None = None, status: str | None = None) -> None:
        of = [
            one
            for one in report.matches
            if (holder is None or one.source.holder == holder) and (status is None or one.status == status)
        ]
        tally.texts += 1
        tally.flagged += any(map(flags, of))
        tally.words += words_in(one for one in of if flags(one))
        tally.allowed += words_in(one for one in of if not flags(one))


@dataclass(slots=True)
class Story:
    """What all outlets together took of one family of stories."""

    family: str
    title: str
    holder: str
    outlets: int = 0
    pages: int = 0
    words: int = 0


def stories_of(cases: Sequence[Case]) -> list[Story]:
    """Stories by the words that outlets took of them, most first."""
    found: dict[str, Story] = {}
    for case in cases:
        if not case.stands or not case.words_sum:
            continue
        story = found.setdefault(case.family, Story(case.family, case.title, case.holder))
        story.outlets += 1
        story.pages += case.page_count
        story.words += case.words_sum
    return sorted(found.values(), key=lambda one: (-one.words, -one.pages, one.title, one.family))


def month_of(result: Result) -> str:
    """ "2026-03", of when it was published, else seen; "" unknown."""
    return (result.published or result.date)[:7]


def not_whole(result: Result) -> bool:
    """Whether a text was not judged, was not read, or was not judged whole."""
    if result.outcome is Outcome.GONE:
        return False
    return result.outcome is not Outcome.JUDGED or result.verdict == Verdict.INCOMPLETE or bool(result.why)
