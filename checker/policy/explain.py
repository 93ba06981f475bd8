"""Which rule decided each finding of a report, what it looked at, and why the rules before it did not, line by line.

Lines hold words of the draft and of metadata as they are; whoever shows them makes them inert.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from checker.model import Report
from checker.policy import decide
from checker.policy.cases import Case, state_of
from checker.policy.desk import desk_of
from checker.policy.nouns import Occasion, Policy
from checker.policy.rules_of_notices import NoticeCase, notice_case
from checker.standing import State

WORDS_SHOWN = 60
"""Characters of a passage or a notice."""


def occasion_of(report: Report) -> Occasion:
    """The occasion for which a report was judged, as its stamp tells it."""
    stamp = report.judged
    try:
        at = datetime.fromisoformat(stamp.at) if stamp.at else None
    except ValueError:
        at = None
    return Occasion(at if at and at.tzinfo else None, stamp.channel, stamp.territory, stamp.site, stamp.own)


def explain(report: Report, policy: Policy, occasion: Occasion) -> Iterator[str]:
    """The lines, for every match and notice in turn. Raises ValueError as `judge` does."""
    desk = desk_of(report, policy, occasion)
    yield report.id
    yield from _under(report, policy, occasion)
    for number, (case, one) in enumerate(zip(desk.cases, decide.of_matches(desk), strict=True), 1):
        match = case.match
        place = f"characters {match.submitted.start} to {match.submitted.end}"
        yield ""
        yield f"match {number}, {place}: {_short(match.submitted.text)}"
        yield f"  {one.ruling.status}, {one.ruling.severity}, by the rule {one.rule}: {one.ruling.why}"
        yield from _law(policy, one.ruling.line)
        yield f"  looked at: {'; '.join(_facts(case))}"
        yield from _passed(one.passed)
        if match.rule and (match.rule, match.status) != (one.rule, one.ruling.status):
            yield f"  in the report as it is: {match.status}, {match.severity}, by the rule {match.rule}"
    for number, (notice, said) in enumerate(zip(report.notices, decide.of_notices(desk), strict=True), 1):
        place = f"characters {notice.submitted.start} to {notice.submitted.end}"
        yield ""
        yield f"notice {number}, {place}: {_short(notice.submitted.text)}"
        yield f"  {said.ruling.severity}, by the rule {said.rule}: {said.ruling.why}"
        yield from _law(policy, said.ruling.line)
        yield f"  looked at: {'; '.join(_notice_facts(notice_case(desk, notice)))}"
        yield from _passed(said.passed)
    yield from (["", "nothing was found that a rule could decide on"] if not report.matches + report.notices else [])
    yield from (f"also: {remark}" for remark in desk.remarks)


def _under(report: Report, policy: Policy, occasion: Occasion) -> Iterator[str]:
    """Under which policy and for which occasion; and whether the report itself was judged under another."""
    when = f"at {occasion.at.isoformat(timespec='seconds')}" if occasion.at else "at a time that nobody told"
    where = [
        f"{name} {value}"
        for name, value in (
            ("channel", occasion.channel or policy.house.channel or "any"),
            ("territory", occasion.territory or policy.house.territory or "any"),
            ("site", occasion.site),
            ("own", ", ".join(occasion.own)),
        )
        if value
    ]
    yield f"under {policy.origin or 'the built-in policy'}, {when}, {', '.join(where)}"
    if report.judged.digest != policy.digest:
        theirs = report.judged.policy or "the built-in policy"
        yield f"the report was judged under another policy: {theirs}"


def _law(policy: Policy, line: int) -> Iterator[str]:
    if line:
        yield f"  {policy.origin or 'policy'}:{line} says so"


def _passed(passed: Sequence[decide.Passed]) -> Iterator[str]:
    if passed:
        yield "  passed over:"
        yield from (f"    {rule}: {why}" for rule, why in passed)


def _facts(case: Case) -> Iterator[str]:
    match, source = case.match, case.match.source
    rights, family = source.rights, source.family
    run = f"longest run {match.longest_run}" + (f", {match.words - case.words} quoted" if match.quoted else "")
    yield f"{match.use}, {match.words} words ({run})"
    if match.speaker:
        yield f"words of {_short(match.speaker)}"
    holder = f"{source.holder or 'nobody'}" + (f" ({case.holder})" if case.holder in case.desk.agencies.by_id else "")
    yield f"{source.id} of {_one(holder)}" + (f", feed {_one(rights.feed)}" if rights.feed else "")
    if (state := state_of(source)) is not State.USABLE:
        yield f"state {state}" + (f" since {family.since} by {family.by}" if family and family.since else "")
    told = (
        ("embargo", rights.embargo or (family.embargo if family else "")),
        ("expires", rights.expires or (family.expires if family else "")),
        ("text removed", rights.expired),
        ("licence from", rights.licence_from),
        ("licence until", rights.licence_until),
        ("territory", rights.territory),
        ("published", rights.published),
        ("terms of use", rights.usage),
        ("ODRL or RightsML, not evaluated", rights.expression),
    )
    yield from (f"{name} {_short(value)}" for name, value in told if value)
    yield from (f"doubt: {_one(doubt)}" for doubt in rights.doubts)
    if others := [other.id for other in case.sources[1:]]:
        yield f"the same words in {', '.join(others[:5])}"


def _notice_facts(case: NoticeCase) -> Iterator[str]:
    notice = case.notice
    yield f"{notice.kind}, {_one(notice.holder) or 'no holder'}" + (
        f" (agency {notice.agency})" if notice.agency else ""
    )
    if notice.terms:
        yield f"forbids {', '.join(notice.terms)}"


def _short(text: str) -> str:
    text = _one(text)
    return f"“{text[:WORDS_SHOWN]}{'…' if text[WORDS_SHOWN:] else ''}”"


def _one(text: str) -> str:
    return " ".join(text.split())
