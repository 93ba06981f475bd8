"""What is wrong with a policy file, and where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from checker.model import Severity
from fingerprints.errors import WirecheckError


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One of them. Lines and columns count from 1; 0 is not known. With an error the file is not used."""

    line: int
    column: int
    severity: Severity
    sentence: str


class PolicyProblem(WirecheckError):
    """The policy cannot be used. The text is the first error, with file and line; `problems` are all of them."""

    def __init__(self, path: Path, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        errors = [one for one in problems if one.severity is Severity.ERROR]
        more = f" ({len(errors) - 1} more: wirecheck policy check {path})" if errors[1:] else ""
        place = f"{path}:{errors[0].line}" if errors[0].line else str(path)
        super().__init__(f"{place}: {errors[0].sentence}{more}")
