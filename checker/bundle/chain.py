"""The decisions on one case out of a log of many, so that they can be seen to belong to it."""

from __future__ import annotations

from collections.abc import Sequence

from checker.cases.decisions import START, decision_of, digest


def of_case(lines: Sequence[bytes], case: str) -> tuple[bytes, ...]:
    """The lines of a log that are decisions about a case."""
    return tuple(line for line in lines if (found := decision_of(line)) and found.case == case)


def chain_of(lines: Sequence[bytes]) -> tuple[str, ...]:
    """The SHA-256 of every line: enough to see the order, and nothing of other cases."""
    return tuple(map(digest, lines))


def broken(lines: Sequence[bytes], chain: Sequence[str], case: str) -> str:
    """What is wrong with the lines of a case, in a sentence; "" when each stands in the chain where it says."""
    at = 0
    for number, line in enumerate(lines, 1):
        found = decision_of(line)
        if found is None or found.case != case:
            return f"Line {number} of decisions.jsonl is no decision about this case."
        try:
            at = chain.index(digest(line), at) + 1
        except ValueError:
            return f"Line {number} of decisions.jsonl is not in the log whose digests chain.json holds."
        if found.before != (chain[at - 2] if at > 1 else START):
            return f"Line {number} of decisions.jsonl does not follow the line before it in the log."
    return ""
