"""The decisions on one case out of a log of many, so that they can be seen to belong to it."""

from __future__ import annotations

import json
from collections.abc import Sequence

from checker.cases.decisions import START, digest


def of_case(lines: Sequence[bytes], case: str) -> tuple[bytes, ...]:
    """The lines of a log that are about a case."""
    return tuple(line for line in lines if _values(line).get("case") == case)


def chain_of(lines: Sequence[bytes]) -> tuple[str, ...]:
    """The SHA-256 of every line: enough to see the order, and nothing of other cases."""
    return tuple(map(digest, lines))


def broken(lines: Sequence[bytes], chain: Sequence[str], case: str) -> str:
    """What is wrong with the lines of a case, in a sentence; "" when each stands in the chain where it says."""
    at = 0
    for number, line in enumerate(lines, 1):
        values, hashed = _values(line), digest(line)
        if values.get("case") != case:
            return f"Line {number} of decisions.jsonl is not about this case."
        if hashed not in chain[at:]:
            return f"Line {number} of decisions.jsonl is not in the log whose digests chain.json holds."
        at = chain.index(hashed, at) + 1
        if values.get("before") != (chain[at - 2] if at > 1 else START):
            return f"Line {number} of decisions.jsonl does not follow the line before it in the log."
    return ""


def _values(line: bytes) -> dict[str, object]:
    try:
        values = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return values if isinstance(values, dict) else {}
