"""Results of an audit against the truth: what was found, which story was named, how exact the passages are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from benchmarks.accuracy.looking import Passage, Seen, passage_of
from benchmarks.accuracy.spans import Score
from benchmarks.audit.build import Truth
from checker.audit.nouns import Outcome, Result
from checker.families import Families
from checker.model import Match
from checker.reports.json_read import from_json
from fingerprints.index import ReadIndex
from fingerprints.sketch import sketcher

Versions = Callable[[str], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Scored:
    """Scores by kind; what came of the pages with nothing set in; pages without a report, and why."""

    kinds: Mapping[str, Score]
    clean: int
    alarms: Sequence[Seen]
    missing: Sequence[str]


def score(results: Iterable[Result], known: Sequence[Truth], index: ReadIndex) -> Scored:
    """Count every page of the truth. A page that was not judged, or is not there, was not found."""
    versions = versions_in(index)
    truth = {one.url: one for one in known}
    kinds: dict[str, Score] = {}
    alarms: list[Seen] = []
    missing: list[str] = []
    for result in results:
        one = truth.pop(result.url or result.id, None)
        if one is None or result.outcome is not Outcome.JUDGED:
            missing.append(f"{result.id}: {'; '.join(result.why) or 'nobody knows this page'}")
        if one is None:
            continue
        found = seen(result, versions)
        if one.spans:
            told = [(span.source, span.start, span.end, span.source_start, span.source_end) for span in one.spans]
            kinds.setdefault(one.kind, Score()).add(told, found)
        elif any(passage.counts for passage in found.passages):
            alarms.append(found)
    missing += [f"{url}: no result" for url in truth]
    clean = sum(not one.spans for one in known)
    return Scored(dict(sorted(kinds.items())), clean, alarms, missing)


def seen(result: Result, versions: Versions) -> Seen:
    """What a result says, in the characters of the page's file: a passage for each stretch without markup in it."""
    if not result.report:
        return Seen(result.id, flagged=False, copied_share=0.0, first_story="", passages=())
    report = from_json(result.report)
    passages = tuple(passage for match in report.matches for passage in _passages(match, versions))
    return Seen(
        result.id,
        flagged=any(passage.counts for passage in passages),
        copied_share=result.copied_share,
        first_story=report.stories[0].id if report.stories else "",
        passages=passages,
    )


def _passages(match: Match, versions: Versions) -> Iterator[Passage]:
    told = match.submitted
    for start, end in told.ranges or (told.file or (told.start, told.end),):
        yield passage_of(match, start, end, versions(match.source.id))


def versions_in(index: ReadIndex) -> Versions:
    """The ids of the versions of a story, itself among them."""

    @cache
    def versions(id: str) -> tuple[str, ...]:
        families = Families(index, sketcher(index.spec, index.secret))
        return tuple(dict.fromkeys(one.work.id for one in families.members(index.revisions(id)[0])))

    return versions


def together(scores: Iterable[Score]) -> Score:
    """The counts of several kinds added up."""
    total = Score()
    for one in scores:
        for name in Score.__slots__:
            setattr(total, name, getattr(total, name) + getattr(one, name))
    return total
