"""Official statements: speech that several agencies carry, each in a story of its own, is nobody's of them.

Carrying words proves nothing by itself: a story that others took over stands in their stories too. A statement is
speech, or a document, of which every story that has it says whose it is, and the draft does too; of a moderate length;
and in stories that were filed independently, within days of one another, and share little else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from checker.excuses import BOUNDS, Excuse
from checker.families import Families
from checker.family import days_between, version_of
from checker.model import Match, Report, SourcePassage, Use
from checker.policy.holders import identity
from checker.quotations import quotations
from checker.rights.agencies import Agencies
from checker.speakers import speakers
from fingerprints.index import StoredWork

STORIES = 3
HOLDERS = 2
"""A statement stands in so many independent stories of so many holders. One agency's paragraph of background stands in
many of its own stories, and is its own all the same."""
LOOKED_AT = 12
"""Stories that hold the words of one statement which are compared with each other; more are as good as these."""
SPEECH = 0.8
"""Of a passage's characters in a story, this share is between marks, or set in as a document, where it is speech."""
DAYS = 3.0
"""A story filed later than this after another may have the words from it."""
BESIDES = 20
"""Words that two independent stories share besides the statement, at most: a name, a date, the set turns around it."""


def with_statements(report: Report, stored: Mapping[int, StoredWork], families: Families, agencies: Agencies) -> Report:
    """The report with the quotations that are statements told so; their families must be known.

    `stored` are the stories that its passages are of, by number.
    """
    by_name = {(one.work.id, version_of(one), one.current): one for one in stored.values()}
    matches = tuple(
        replace(match, use=Use.STATEMENT) if _is_statement(match, by_name, families, agencies) else match
        for match in report.matches
    )
    return replace(report, matches=matches)


def _is_statement(
    match: Match, by_name: Mapping[tuple[str, str, bool], StoredWork], families: Families, agencies: Agencies
) -> bool:
    sources = (match.source, *match.also)
    if match.use is not Use.QUOTATION or not match.speaker or len(sources) < STORIES:
        return False
    if match.words > BOUNDS[Excuse.STATEMENT]:
        return False
    found = [(source, by_name.get((source.id, source.version, source.current))) for source in sources]
    carriers = [(source, one) for source, one in found if one and one.work.text]
    if not all(_is_speech(source, one) for source, one in carriers):
        return False  # somebody has it as prose: then it may be that story's
    apart: list[StoredWork] = []
    for source, one in carriers[:LOOKED_AT]:
        if identity(source.holder, agencies) and all(
            _independent(one, other, families, match.words) for other in apart
        ):
            apart.append(one)
    holders = {identity(one.work.holder, agencies) for one in apart}
    return len(apart) >= STORIES and len(holders) >= HOLDERS


def _is_speech(source: SourcePassage, stored: StoredWork) -> bool:
    """Whether a story has a passage as words of somebody whom it names."""
    text = stored.work.text
    spans = [span for span in quotations(text) if span[0] < source.end and source.start < span[1]]
    inside = sum(min(end, source.end) - max(start, source.start) for start, end in spans)
    return inside >= SPEECH * (source.end - source.start) and any(speakers(text, spans))


def _independent(one: StoredWork, other: StoredWork, families: Families, words: int) -> bool:
    """Whether two stories are not one, nor one taken from the other, but for so many words."""
    if days_between(one, other) > DAYS or families.same_story(one, other):
        return False
    ours, _ = families.shares(one, other)
    return ours * max(one.words, 1) <= words + BESIDES
