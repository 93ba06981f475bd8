"""Small reports and policies for the tests of the judge, each with only what its case is about.

The house is The Daily Wick in Berlin; the agency Meridian Press, which nobody has listed, and dpa and AP, which are.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from checker.model import (
    IndexStamp,
    Kind,
    Match,
    Notice,
    Passage,
    Report,
    SourcePassage,
    Submitted,
    Tool,
    Use,
    Verdict,
)
from checker.policy.judge import judge
from checker.policy.nouns import NOWHERE, House, Licence, Occasion, Policy, Rules, Waiver
from checker.standing import Family, Member, Rights, State

MP = "Meridian Press"
WORDS = "The swing bridge at Port Hallam stuck open for six hours on Tuesday"
BERLIN = House("The Daily Wick", zone="Europe/Berlin")
NOON = datetime(2026, 4, 3, 10, 0, tzinfo=UTC)
"""12:00 in Berlin."""


def source(holder: str = MP, id: str = "mp-1", family: Family | None = None, **others: Any) -> SourcePassage:
    """A passage of a story; fields of `Rights` may be named."""
    rights = {name: others.pop(name) for name in list(others) if name in Rights.__dataclass_fields__}
    start, end = others.pop("start", 0), others.pop("end", len(WORDS))
    return SourcePassage(id, start, end, WORDS, holder=holder, rights=Rights(**rights), family=family, **others)


def family(state: State = State.USABLE, since: str = "", **others: Any) -> Family:
    """A family of two versions, the newest being mp-2."""
    newest = Member("mp-2", "2nd Ld-Writethru", "Bridge", "2026-04-03T08:00:00Z")
    return Family("mp-1", newest, 2, state, since, **{"by": "mp-2", **others})


def found(of: SourcePassage | None = None, words: int = 142, use: Use = Use.PROSE, **others: Any) -> Match:
    """A passage of 142 words, word for word."""
    match = Match(
        submitted=Passage(10, 10 + len(WORDS), WORDS),
        source=of or source(),
        kind=Kind.VERBATIM,
        similarity=1.0,
        words=words,
        longest_run=words,
        source_share=0.5,
        use=use,
    )
    return replace(match, **others)


def line(kind: str = "credit", text: str = "(MP)", **others: Any) -> Notice:
    """A notice."""
    return Notice(Passage(0, len(text), text), kind, **others)


def report(
    *matches: Match, notices: tuple[Notice, ...] = (), unjudged: tuple[str, ...] = (), words: int = 1000
) -> Report:
    """A report of these."""
    return Report(
        id="drafts/bridge.txt",
        verdict=Verdict.CLEAR,
        reasons=(),
        submitted=Submitted(words * 6, words, 0.1),
        matches=matches,
        dropped=(),
        stories=(),
        index=IndexStamp("spec", 3),
        tool=Tool("wirecheck", "0"),
        notices=notices,
        unjudged=unjudged,
    )


def policy(*, rules: Rules | None = None, house: House = BERLIN, **others: Any) -> Policy:
    """A policy of the house in Berlin."""
    return Policy(house=house, rules=rules or Rules(), **others)


def licence(holder: str = MP, **others: Any) -> Licence:
    """A licence for everything."""
    return Licence(name=f"{holder} basic", holder=holder, line=others.pop("line", 7), **others)


def waiver(**others: Any) -> Waiver:
    """A waiver to the end of the year."""
    values = {
        "name": "anniversary",
        "reason": "reprint agreed by letter",
        "until": datetime(2026, 12, 31, 23, tzinfo=UTC),
    }
    return Waiver(**{**values, "line": 21, **others})


def judged(
    match: Match, by: Policy | None = None, at: datetime | None = NOON, notices: Any = (), **occasion: Any
) -> Match:
    """The match as it is judged, alone in its report."""
    when = Occasion(at, **occasion) if at or occasion else NOWHERE
    (one,) = judge(report(match, notices=tuple(notices)), by or policy(), when).matches
    return one


def said(match: Match) -> tuple[str, str, str, str]:
    """Status, severity, rule and sentence of a judged match."""
    return str(match.status), str(match.severity), match.rule, match.why
