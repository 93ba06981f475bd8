"""Going through the rules: which one decides a match or a notice, and why those before it did not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from checker.policy.cases import Desk
from checker.policy.rules import ALLOWING, REMAINING, copied
from checker.policy.rules_of_notices import (
    NOTICE_RULES,
    NoticeRuling,
    nobody_named,
    notice_case,
)
from checker.policy.rulings import Ruling

Looked = TypeVar("Looked")
Answer = TypeVar("Answer")
Passed = tuple[str, str]
"""A rule that was passed over, and why."""


@dataclass(frozen=True, slots=True)
class Decided(Generic[Answer]):
    """The rule that decided, what it says, and the rules before it that had something to look at."""

    rule: str
    ruling: Answer
    passed: tuple[Passed, ...]


def of_matches(desk: Desk) -> list[Decided[Ruling]]:
    """What the rules say of each match, in the order of the report."""
    first = [_first(case, ALLOWING, ()) for case in desk.cases]
    undecided = [case for case, one in zip(desk.cases, first, strict=True) if not isinstance(one, Decided)]
    desk.together = sum(case.words for case in undecided)
    decided = []
    for case, one in zip(desk.cases, first, strict=True):
        found = one if isinstance(one, Decided) else _first(case, REMAINING, one)
        decided.append(found if isinstance(found, Decided) else Decided("copied", copied(case), found))
    return decided


def of_notices(desk: Desk) -> list[Decided[NoticeRuling]]:
    """What the rules say of each notice, in the order of the report."""
    decided = []
    for notice in desk.report.notices:
        case = notice_case(desk, notice)
        found = _first(case, NOTICE_RULES, ())
        decided.append(found if isinstance(found, Decided) else Decided("nobody-named", nobody_named(case), found))
    return decided


def _first(
    case: Looked, rules: Sequence[tuple[str, Callable[[Looked], Answer | str]]], before: tuple[Passed, ...]
) -> Decided[Answer] | tuple[Passed, ...]:
    """The first rule that speaks; else why none did, behind what was passed over `before`."""
    passed = list(before)
    for name, rule in rules:
        answer = rule(case)
        if not isinstance(answer, str):
            return Decided(name, answer, tuple(passed))
        if answer:
            passed.append((name, answer))
    return tuple(passed)
