"""The nouns of the gate: a measure, and what one set of data came to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

ALMOST = 1e-9
"""Two figures closer than this are one."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure that may not get worse.

    `rising`: more is better. `target` is the least that is asked of it, where something
    is. A limit is kept `slack` beside what was measured, so that a change elsewhere that
    moves one word does not stop the work; never on the wrong side of a target once met.
    """

    name: str
    rising: bool = True
    target: float | None = None
    slack: float = 0.005
    count: bool = False

    def meets(self, value: float, limit: float) -> bool:
        """Whether a value is on the right side of a limit."""
        return value >= limit - ALMOST if self.rising else value <= limit + ALMOST

    def shown(self, value: float | None) -> str:
        """A value as people read it."""
        if value is None:
            return "-"
        return f"{value:,.0f}" if self.count else f"{value:.3f}"


@dataclass(frozen=True, slots=True)
class Table:
    """A table for `docs/accuracy.md`."""

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a set came to: values by the name of their measure, tables, and what no limit can say but must not be."""

    values: Mapping[str, float]
    tables: Sequence[Table] = ()
    faults: Sequence[str] = field(default=())


def counted(name: str, *, rising: bool = True, target: float | None = None, slack: float = 0) -> Measure:
    """A measure that is a number of things."""
    return Measure(name, rising, target, slack, count=True)


def share(part: float, whole: float) -> float:
    """A part of a whole; of nothing, all."""
    return part / whole if whole else 1.0


def table(one: Table) -> Iterator[str]:
    """A table in Markdown, its caption before it."""
    yield f"**{one.caption}**\n"
    if not one.rows:
        yield "None.\n"
        return
    yield "| " + " | ".join(one.head) + " |"
    yield "|" + " --- |" * len(one.head)
    for row in one.rows:
        yield "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) + " |"
    yield ""
