"""Names of holders that look like a slip: close to an agency's, or to another name in the same file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from difflib import SequenceMatcher, get_close_matches
from itertools import combinations

from checker.model import Severity
from checker.policy.holders import agencies_of, bare, identity
from checker.policy.nouns import Policy

CLOSE = 0.86
"""How much alike two names are that are probably one."""
MOST = 200
"""Names that are looked at."""


def find(policy: Policy, note: Callable[[Severity, int, str], None]) -> None:
    """Warn of names that are no agency's and close to one, and of two that are close to each other."""
    agencies = agencies_of(policy)
    known: dict[str, str] = {}
    for agency in agencies.all:
        for name in (agency.name, *agency.names, *agency.short):
            known.setdefault(_joined(name), name)
    unknown: dict[str, tuple[str, int]] = {}
    for holder, line in _named(policy):
        if identity(holder, agencies) == bare(holder):
            unknown.setdefault(_joined(holder), (holder, line))
    unknown = dict(list(unknown.items())[:MOST])
    for joined, (holder, line) in unknown.items():
        near = [joined] if joined in known else get_close_matches(joined, known, 1, CLOSE) if len(joined) > 4 else []
        if near:
            note(Severity.WARNING, line, f"{holder!r} is no agency that is known; do you mean {known[near[0]]!r}?")
    for (one, (first, above)), (other, (second, line)) in combinations(unknown.items(), 2):
        if len(one) > 4 and SequenceMatcher(None, one, other).ratio() >= CLOSE:
            said = f"{second!r} and {first!r} in line {above} count as two holders; are they one?"
            note(Severity.WARNING, line, said)


def _named(policy: Policy) -> Iterator[tuple[str, int]]:
    """Every holder's name outside of the house's own, with its line."""
    for licence in policy.licences:
        yield licence.holder, licence.line
    for waiver in policy.waivers:
        if waiver.holder:
            yield waiver.holder, waiver.line


def _joined(name: str) -> str:
    """The letters of a name alone."""
    return bare(name).removeprefix("= ").replace(" ", "")
