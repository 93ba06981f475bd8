"""Scoring passages whose place is known: found, source named, recall, precision, spans a passage."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmarks.accuracy.looking import Seen
from benchmarks.accuracy.measure import share

Truth = tuple[str, int, int, int, int]
"""Source id, the passage in the draft, and in the source; code points, half-open."""


def cells(spans: Iterable[tuple[int, int]]) -> set[int]:
    """Every code point within any of the spans."""
    return {cell for start, end in spans for cell in range(start, end)}


@dataclass(slots=True)
class Score:
    """Counts over the drafts of one kind; characters unless it says otherwise.

    A draft is found when at least half of its copied characters are reported.
    """

    drafts: int = 0
    found: int = 0
    sources: int = 0
    named: int = 0
    named_or_tied: int = 0
    true: int = 0
    said: int = 0
    both: int = 0
    passages: int = 0
    spans: int = 0
    source_true: int = 0
    source_both: int = 0

    def add(self, truth: Sequence[Truth], seen: Seen) -> None:
        """Count one draft."""
        true = cells((t[1], t[2]) for t in truth)
        said = cells((p.start, p.end) for p in seen.passages)
        self.drafts += 1
        self.true += len(true)
        self.said += len(said)
        self.both += len(true & said)
        self.found += 2 * len(true & said) >= len(true)
        self.passages += len(truth)
        self.spans += sum(not true.isdisjoint(range(p.start, p.end)) for p in seen.passages)
        for source in {t[0] for t in truth}:
            there = cells((t[3], t[4]) for t in truth if t[0] == source)
            told = cells((p.source_start, p.source_end) for p in seen.passages if p.source == source)
            self.sources += 1
            self.named += any(p.source == source for p in seen.passages)
            self.named_or_tied += any(source in (*p.versions, *p.also) for p in seen.passages)
            self.source_true += len(there)
            self.source_both += len(there & told)

    def values(self) -> dict[str, float]:
        """The figures, by name."""
        return {
            "found": self.found,
            "source": share(self.named, self.sources),
            "source or tie": share(self.named_or_tied, self.sources),
            "recall": share(self.both, self.true),
            "precision": share(self.both, self.said),
            "source recall": share(self.source_both, self.source_true),
            "spans": self.spans / self.passages,
        }
