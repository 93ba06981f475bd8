"""What a rule answers: a ruling, or in a few words why it has nothing to say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from checker.model import Severity, Status
from checker.policy.cases import Case


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a match comes to. `why` is one sentence for an editor; `line` is that of the policy file which matters."""

    status: Status
    severity: Severity
    why: str
    line: int = 0


Rule = Callable[[Case], Ruling | str]
"""A ruling; or why the rule passes the match over, "" where it is not about such matches at all."""
