"""What an audit was asked: written once, when it begins, and held against what is asked when it goes on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from checker.audit.inputs import Input
from checker.audit.nouns import Terms
from checker.audit.plan import MOST_BYTES, MOST_PAGES
from checker.audit.problems import AuditProblem

SCHEMA = "wirecheck.audit/1"
CHUNKS = f"{MOST_PAGES} pages or {MOST_BYTES} bytes"
OPTIONS = {
    "at": "--at",
    "site": "--site",
    "channel": "--channel",
    "territory": "--territory",
    "own": "--own",
    "map": "--map",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """All that decides what comes out. Digests are hexadecimal; `policy` and `index` are as they were named."""

    inputs: tuple[Input, ...]
    terms: Terms
    policy: str
    policy_digest: str
    agencies_digest: str
    index: str
    index_digest: str
    spec: str
    works: int
    tool: str
    chunks: str = CHUNKS

    def values(self) -> dict[str, Any]:
        """As plain values, for JSON."""
        return {"schema": SCHEMA, **asdict(self), "terms": self.terms.values()}


def asked_of(values: Any, place: str) -> Asked:
    """What was asked, read back. `place` is where it stood. Raises AuditProblem."""
    try:
        if values["schema"] != SCHEMA:
            raise AuditProblem(f"{place} is of another Wirecheck ({str(values['schema'])[:40]!r}); use that one.")
        known = {one.name: values[one.name] for one in fields(Asked)}
        inputs = tuple(Input(**one) for one in known["inputs"])
        return Asked(**{**known, "terms": Terms.of(known["terms"]), "inputs": inputs})
    except (KeyError, TypeError, ValueError):
        raise AuditProblem(f"{place} is damaged, so this audit cannot go on; give another --out.") from None


def require_same(began: Asked, now: Asked, folder: str) -> None:
    """Raises AuditProblem where what is asked now is not what was asked when the audit in `folder` began."""
    differ = list(_differences(began, now))
    if differ:
        raise AuditProblem(
            f"{folder} holds an audit that began otherwise: {'; '.join(differ)}. Ask as then, or give another --out."
        )


def _differences(began: Asked, now: Asked) -> Iterator[str]:
    yield from _of_inputs(began.inputs, now.inputs)
    for name, option in OPTIONS.items():
        then, given = getattr(began.terms, name), getattr(now.terms, name)
        if then != given:
            yield f"{option} was {_shown(then)}, and is {_shown(given)}"
    if (began.policy_digest, began.agencies_digest) != (now.policy_digest, now.agencies_digest):
        changed = began.policy == now.policy
        yield f"the policy {now.policy} has changed" if changed else f"the policy was {_policy(began)}"
    if began.index != now.index:
        yield f"the index was {began.index}"
    elif (began.index_digest, began.spec) != (now.index_digest, now.spec):
        yield f"the index {now.index} has changed since, and there is no copy of it as it was"
    if (began.tool, began.chunks) != (now.tool, now.chunks):
        yield f"it was Wirecheck {began.tool or '(not installed)'}, and is {now.tool or '(not installed)'}"


def _of_inputs(began: Sequence[Input], now: Sequence[Input]) -> Iterator[str]:
    if [one.name for one in began] != [one.name for one in now]:
        yield f"the inputs were {', '.join(one.name for one in began[:5])}{' and more' if began[5:] else ''}"
        return
    yield from (f"{new.name} has changed" for old, new in zip(began, now, strict=True) if old != new)


def _shown(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bool):
        return "asked for" if value else "not asked for"
    if isinstance(value, tuple):
        value = ", ".join(value)
    return repr(value) if value else "not given"


def _policy(asked: Asked) -> str:
    return asked.policy or "the built-in one"
