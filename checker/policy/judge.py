"""What a report comes to under a policy: a status and a severity for every match and notice, and the verdict.

Pure: no clock, no index. A report that was read back is judged exactly as a fresh one, and nothing of it is lost:
judged under another policy and then under the first again, it is what it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC

from checker.model import Judged, Match, Notice, Report, Severity, Status, Verdict
from checker.policy import decide
from checker.policy.desk import desk_of
from checker.policy.nouns import NOWHERE, Occasion, Policy

FLAGS = (Severity.ERROR, Severity.WARNING)
DOUBTS = 20
"""Reasons that the metadata of stories give, at most."""


def judge(report: Report, policy: Policy, occasion: Occasion = NOWHERE) -> Report:
    """The report judged anew; whatever an earlier judgement said in it is replaced.

    Raises ValueError when the occasion's time names no zone, or when the policy's zones or agencies cannot be used.
    """
    desk = desk_of(report, policy, occasion)
    matches = tuple(
        replace(match, status=one.ruling.status, severity=one.ruling.severity, rule=one.rule, why=one.ruling.why)
        for match, one in zip(report.matches, decide.of_matches(desk), strict=True)
    )
    notices = tuple(
        replace(notice, status=Status.NOTICE, severity=one.ruling.severity, rule=one.rule, why=one.ruling.why)
        for notice, one in zip(report.notices, decide.of_notices(desk), strict=True)
    )
    found: list[Match | Notice] = [*matches, *notices]
    flags = [one for severity in FLAGS for one in found if one.severity == severity]
    verdict = Verdict.FLAGGED if flags else Verdict.INCOMPLETE if report.unjudged else Verdict.CLEAR
    return replace(
        report,
        verdict=verdict,
        reasons=(*report.unjudged, *_decisive(flags or matches), *desk.remarks, *_doubts(matches)),
        matches=matches,
        notices=notices,
        judged=_stamp(policy, occasion),
    )


def _stamp(policy: Policy, occasion: Occasion) -> Judged:
    at = occasion.at.astimezone(UTC).isoformat() if occasion.at else ""
    return Judged(policy.origin, policy.digest, at, occasion.channel, occasion.territory, occasion.site, occasion.own)


def _decisive(found: Sequence[Match | Notice]) -> list[str]:
    """What decided the verdict: a line for each rule that flags, the gravest first, or (of a text that is not flagged)
    that allowed a match."""
    by_rule: dict[str, list[Match | Notice]] = {}
    for one in found:
        by_rule.setdefault(one.rule, []).append(one)
    return [f"{rule}: {of[0].why}" + (f" (and {len(of) - 1:,} more)" if of[1:] else "") for rule, of in by_rule.items()]


def _doubts(matches: Iterable[Match]) -> list[str]:
    """What in the stories' metadata contradicts itself or could not be read; the stricter reading was taken."""
    told = {f"{match.source.id}: {doubt}": None for match in matches for doubt in match.source.rights.doubts}
    more = [f"and {len(told) - DOUBTS:,} more such doubts"] if len(told) > DOUBTS else []
    return [*list(told)[:DOUBTS], *more]
