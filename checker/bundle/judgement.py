"""Whether the judgement in a package follows from what is in it: the policy, the texts, and what came with the stories.

A forger who makes every digest fit has still to make the judgement follow: the rules are gone through again, on the
occasion that the report names, and what they look at is held against the texts and the stories of the package.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from checker.bundle.nouns import Evidence, Exhibit, Story
from checker.bundle.pairs import story_number
from checker.model import Match, Notice, Report, Severity, Status
from checker.policy.explain import occasion_of
from checker.policy.judge import judge
from checker.policy.nouns import Policy
from checker.reports.json import to_dict
from checker.rights.item import rights_of
from checker.standing import Rights
from checker.write import DROPPED_SHOWN
from fingerprints.index import StoredWork

LEFT_OUT = 30
"""Words of a passage that the re-run finds and the report cannot have overlooked."""
GRAVE = (Severity.ERROR, Severity.WARNING)
TERMS = (
    "usage", "licence_from", "licence_until", "territory", "copyright", "credit", "feed", "expression", "published",
)  # fmt: skip
"""What an item says of its use when it comes; nobody says it later."""


def contradictions(evidence: Evidence, again: Sequence[Report]) -> Iterator[str]:
    """Sentences about what in the judgement does not follow. `again` are the reports of the re-run, one a page."""
    for number, (exhibit, rerun) in enumerate(zip(evidence.exhibits, again, strict=True), 1):
        yield from _of_stories(exhibit, evidence.stories, number)
        yield from _of_policy(exhibit.report, evidence.rulebook.policy, number)
        yield from _of_text(exhibit.report, rerun, number)


def _of_policy(report: Report, policy: Policy, number: int) -> Iterator[str]:
    """Verdict, reasons, and what was decided on each match and notice, under the policy in the package."""
    due = judge(report, policy, occasion_of(report))
    where = f"the report on page {number}"
    for ours, theirs in zip(due.matches, report.matches, strict=True):
        if ours != theirs:
            place = report.matches.index(theirs) + 1
            due_status, status = _called(ours), _called(theirs)
            but = "for another reason" if due_status == status else f"it is {due_status}"
            yield f"Match {place} of {where} is called {status}, and by the policy {but}."
    if due.notices != report.notices:
        yield f"The notices of {where} are not judged as the policy judges them."
    if due.verdict is not report.verdict:
        yield f"The verdict of {where} is {report.verdict}, and by the policy it is {due.verdict}."
    if to_dict(due) != to_dict(report):
        yield f"The reasons that {where} gives are not those that come of the policy."


def _called(match: Match) -> str:
    return f"{match.status} ({match.severity})"


def _of_stories(exhibit: Exhibit, stories: Sequence[Story], number: int) -> Iterator[str]:
    """What the rules were told of the stories' rights, against what came with the stories."""
    for match_number in exhibit.facts.matches:
        match = exhibit.report.matches[match_number]
        place = story_number(match, stories)
        if not place:
            continue
        facts, rights = stories[place - 1].facts, match.source.rights
        where = f"match {match_number + 1} of page {number}"
        if (facts.rights, facts.holder) != (rights, match.source.holder):
            yield f"The rights of {where} are not those of story {place}."
        if facts.missing or facts.expired:
            continue
        came = rights_of(_stored(stories[place - 1]))
        if not facts.state_now and came.state is not rights.state:
            yield f"Story {place} is {rights.state} by {where}, and {came.state} by what came with it."
        if _terms(came) != _terms(rights):
            yield f"The terms of {where} are not those that came with story {place}."


def _stored(story: Story) -> StoredWork:
    one = story.facts
    return StoredWork(
        number=0,
        work=story.work(),
        revision=one.revision,
        current=one.current,
        added=one.added,
        words=one.words,
        links=one.links,
    )


def _terms(rights: Rights) -> tuple[str, ...]:
    return tuple(getattr(rights, name) for name in TERMS)


def _of_text(report: Report, rerun: Report, number: int) -> Iterator[str]:
    """Notices, and passages that were left out."""
    if _found(report.notices) != _found(rerun.notices):
        yield f"The notices of the report on page {number} are not those that stand in its text."
    if len(report.dropped) >= DROPPED_SHOWN:
        return
    told = [*(one.submitted for one in report.matches), *(one.submitted for one in report.dropped)]
    for match in rerun.matches:
        ours = match.submitted
        overlooked = not any(one.start < ours.end and ours.start < one.end for one in told)
        if overlooked and match.severity in GRAVE and match.words >= LEFT_OUT:
            yield f"The report on page {number} leaves out {match.words} words of its text that stand in a story."


def _found(notices: Sequence[Notice]) -> list[Notice]:
    """Notices without what was made of them."""
    return [replace(one, status=Status.NOTICE, severity=Severity.NOTE, rule="", why="") for one in notices]
