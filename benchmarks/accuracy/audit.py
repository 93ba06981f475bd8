"""Audit: the drafts of `wire` as articles of real web pages in a web archive, taken apart, read and judged as pages."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from benchmarks.accuracy import wire
from benchmarks.accuracy.looking import Workers
from benchmarks.accuracy.measure import Measure, Outcome, Table, counted
from benchmarks.accuracy.spans import Score
from benchmarks.audit.build import drafted, write_archives
from benchmarks.audit.score import Scored, score, together
from benchmarks.audit.templates import FILE
from checker.audit.judging import judge_pages
from checker.audit.nouns import Page, Result, Setting, Terms
from checker.audit.source import inputs_of, pages
from checker.policy.nouns import DEFAULT_POLICY
from fingerprints.stores.embedded import EmbeddedStore

NAME = "audit"
FILES = (*wire.FILES, FILE)
CLEAN = 360
ABOUT = f"""The 540 drafts of `wire` and {CLEAN} of its clean stories, each set into a real news page in the place of
its article, all of them in one web archive: they are taken apart, read and judged as `wirecheck audit` does it, against
the same 12,000 stories. Measures as for `wire`; spans are compared in the characters of the page's file, without its
markup."""
MEASURES = (
    *(counted(f"{kind} found", target=30) for kind in wire.KINDS),
    Measure("source or tie", target=0.98),
    Measure("recall", target=0.97),
    Measure("precision", target=0.98),
    Measure("source recall", target=0.95),
    counted("false alarms", rising=False, target=10, slack=1),
    counted("pages without a report", rising=False, target=0),
)
SETTING = Setting(DEFAULT_POLICY, Terms(datetime(2022, 1, 1, tzinfo=UTC)))


def run(folder: Path, workers: Workers, index: Path) -> Outcome:
    """Build the archive, judge its pages, score them."""
    with tempfile.TemporaryDirectory() as place:
        known = write_archives(drafted(folder, CLEAN), Path(place))
        found = workers.spread(judged, list(pages(inputs_of([place]))), index)
    scored = score(found, known, _opened(index))
    total = together(scored.kinds.values()).values()
    values: dict[str, float] = {f"{kind} found": scored.kinds[kind].found for kind in wire.KINDS}
    values |= {name: total[name] for name in ("source or tie", "recall", "precision", "source recall")}
    values |= {"false alarms": len(scored.alarms), "pages without a report": len(scored.missing)}
    return Outcome(values, [table(scored.kinds), _alarms(scored)], scored.missing[:5])


def judged(index: Path, some: Sequence[Page]) -> list[Result]:
    """The results of some pages."""
    return list(judge_pages(some, _opened(index), SETTING))


@lru_cache(maxsize=1)
def _opened(index: Path) -> EmbeddedStore:
    return EmbeddedStore(index, readonly=True)


def table(kinds: Mapping[str, Score]) -> Table:
    """The scores, kind by kind, and of all together."""
    names = ("source", "source or tie", "recall", "precision", "source recall")
    rows = []
    for kind, one in (*kinds.items(), ("all", together(kinds.values()))):
        values = one.values()
        rows.append((kind, f"{one.drafts:,}", f"{one.found:,}", *(f"{values[name]:.3f}" for name in names)))
    return Table("Pages, kind by kind", ("kind", "pages", "found", *names), rows)


def _alarms(scored: Scored) -> Table:
    rows = [
        (one.id, passage.source, str(passage.words), f"{passage.similarity:.2f}")
        for one in scored.alarms
        for passage in one.passages
        if passage.counts
    ]
    caption = f"Flagged among {scored.clean:,} pages with nothing set in: {len(scored.alarms)}"
    return Table(caption, ("page", "story", "words", "similarity"), rows)
