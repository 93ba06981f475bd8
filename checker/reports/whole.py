"""How a report speaks of the whole: verdict, summary, what decided and what could not be judged."""

from __future__ import annotations

from typing import cast

from checker.model import Match, Notice, Report, Severity, Status, Verdict
from checker.reports.groups import grouped, words_in
from checker.reports.show import one_line
from checker.reports.words import SEVERITIES, STATUSES, count, share
from checker.short import TOO_SHORT, is_short

VERDICTS = {
    Verdict.CLEAR: "Clear",
    Verdict.FLAGGED: "Flagged",
    Verdict.INCOMPLETE: "Not fully checked",
}
AMOUNTS = {
    Status.STOCK: "in stock phrases",
    Status.FACTS: "facts in common",
    Status.NOTICE: "in notices",
    Status.CREDIT_MISSING: "without their credit line",
    Status.OVER_QUOTA: "over the quota",
    Status.KILLED: "of killed stories",
    Status.WITHHELD: "of withheld stories",
    Status.EXPIRED: "past their term",
    Status.OWN: "of our own",
}
"""How a number of words is said to be of a status, where its name alone does not say it."""


def findings(report: Report) -> list[Match | Notice]:
    """Matches and notices."""
    return [*report.matches, *report.notices]


def verdict(report: Report) -> str:
    """The verdict in a word or three."""
    if report.verdict is Verdict.INCOMPLETE and is_short(report.unjudged):
        return TOO_SHORT.capitalize()
    return VERDICTS.get(report.verdict, one_line(report.verdict))


def doubts(report: Report) -> tuple[str, ...]:
    """Why something could not be judged."""
    return report.unjudged or (report.reasons if report.verdict is Verdict.INCOMPLETE else ())


def decided(report: Report) -> tuple[str, ...]:
    """What decided the verdict: reasons that name a rule and what it said of a finding."""
    rulings = tuple(f"{one.rule}: {one.why}" for one in findings(report) if one.why)
    return tuple(reason for reason in report.reasons if reason.startswith(rulings))


def remarks(report: Report) -> tuple[str, ...]:
    """All else that there is to say of the whole; it changed no verdict."""
    said = (*doubts(report), *decided(report))
    return (*(reason for reason in report.reasons if reason not in said), *report.disguises, *report.warnings)


def summary(report: Report) -> str:
    """What was found, in one sentence or two."""
    figures = report.submitted
    total, protected = count(figures.words, "word"), _stories(report.index.works)
    if not report.matches and report.verdict is Verdict.INCOMPLETE and is_short(report.unjudged):
        return f"{total}: {TOO_SHORT}."
    if not report.matches and report.verdict is Verdict.CLEAR:
        return f"{total}, none of them in a passage from {protected}."
    if not report.matches and report.verdict is Verdict.INCOMPLETE:
        return f"{total} could be judged; no passage of a protected story was found in them."
    if not report.matches:
        return f"{total}; no passage of a protected story was found in them, but see the notices."
    amounts = _amounts(report)
    if all(match.severity is Severity.NOTE for match in report.matches) and report.verdict is Verdict.CLEAR:
        return f"Of {total} {', '.join(amounts)}; nothing else stands in a passage from {protected}."
    copied = figures.copied_words or round(figures.copied_share * figures.words)
    stories = len(report.stories) or len({match.source.id for match in report.matches})
    found = f"{copied:,} of {total} ({share(figures.copied_share)}) also stand in {_stories(stories)}."
    if len(amounts) < 2:
        return found
    # what was changed within a passage is part of it, and none of the words that are alike
    changed = copied - words_in(report.matches)
    return f"{found} Of these {', '.join([*amounts, *([f'{changed:,} changed'] if changed > 0 else [])])}."


def _stories(number: int) -> str:
    return count(number, "protected story", "protected stories")


def _amounts(report: Report) -> list[str]:
    """ "31 are quoted", "12 licensed": the words of each status, in the order of the findings."""
    kinds: dict[tuple[str, bool], list[Match]] = {}
    for _, numbered in grouped(report.matches):
        for _, match in numbered:
            tolerated = match.status is Status.COPIED and match.severity is Severity.NOTE
            kinds.setdefault((match.status, tolerated), []).append(match)
    said: list[str] = []
    for (status, tolerated), matches in kinds.items():
        amount = "copied, but let pass" if tolerated else ""
        known = STATUSES.get(cast(Status, status), one_line(status))
        number = words_in(matches)
        verb = ("is " if number == 1 else "are ") if not said else ""
        said.append(f"{number:,} {verb}{amount or AMOUNTS.get(cast(Status, status), known)}")
    return said


def tally(report: Report) -> str:
    """ "2 errors, 1 warning, 3 notes", of matches and notices; "" for none of them."""
    gravities = [found.severity for found in findings(report)]
    counts = ((SEVERITIES[one], gravities.count(one)) for one in SEVERITIES)
    return ", ".join(count(number, name) for name, number in counts if number)
