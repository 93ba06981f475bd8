"""What a report comes to under a policy: a status and a severity for every match and notice, and the verdict.

Pure: no clock, no index. A report that was read back is judged exactly as a fresh one.
"""

from __future__ import annotations

from dataclasses import replace

from checker.model import Judged, Report
from checker.policy.nouns import NOWHERE, Occasion, Policy


def judge(report: Report, policy: Policy, occasion: Occasion = NOWHERE) -> Report:
    """The report judged anew; whatever an earlier judgement said in it is replaced."""
    at = occasion.at.isoformat() if occasion.at else ""
    stamp = Judged(policy.origin, policy.digest, at, occasion.channel, occasion.territory, occasion.site, occasion.own)
    return replace(report, judged=stamp)
