"""`python -m benchmarks.audit`: audits of built pages by the real command: what is found, how fast, in what memory."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.accuracy.audit import table
from benchmarks.accuracy.data import NoData, locate
from benchmarks.accuracy.families import build
from benchmarks.accuracy.measure import Table
from benchmarks.accuracy.spans import Score
from benchmarks.audit.build import Truth, plain_texts, web_pages, write_archives, write_lines
from benchmarks.audit.docs import write_page
from benchmarks.audit.score import Scored, score, together
from benchmarks.audit.watched import Watched, watched
from benchmarks.speed.clock import Line, least, most
from checker.audit.folder import results_in
from fingerprints.stores.embedded import EmbeddedStore

COMMAND = (sys.executable, "-m", "cli.main")
ROOT = Path(__file__).resolve().parents[2]
COLUMNS = ("number", "part", "outcome", "id", "url", "why", "copied_share", "report")
CORES = 2
FEW, MANY = 2_000, 20_000
DONE = (0, 1, 3)
WEB, PLAIN = "web pages", "plain texts"
RATE = {WEB: 60.0, PLAIN: 300.0}


@dataclass(frozen=True, slots=True)
class Run:
    """One audit: how many pages, how it went, and what it found."""

    pages: int
    went: Watched
    scored: Scored


def main(given: Sequence[str] | None = None) -> int:
    """Measure and print; a missed target is said, and fails nothing."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.audit", description=__doc__.partition("\n")[0])
    parser.add_argument("--eval", metavar="DIR", help="the evaluation folder (else WIRECHECK_EVAL, ../shared/eval)")
    parser.add_argument("--pages", type=int, default=MANY, help=f"pages of the larger audits (default: {MANY})")
    parser.add_argument("--write-docs", action="store_true", help="write the figures into docs/performance-audit.md")
    wanted = parser.parse_args(given)
    try:
        data = locate(wanted.eval)
    except NoData as none:
        print(none, file=sys.stderr)
        return 2
    runs: dict[str, list[Run]] = {}
    with tempfile.TemporaryDirectory(prefix="wirecheck-audit-") as place:
        build(Path(place) / "index", data)
        for name in (WEB, PLAIN):
            runs[name] = []
            for count in sorted({min(FEW, wanted.pages), wanted.pages}):
                runs[name].append(measured(name, count, data, Path(place)))
                print(f"{name}: {count:,} in {runs[name][-1].went.seconds:.0f} s", file=sys.stderr, flush=True)
    parts = {"Speed and memory": [line for name in runs for line in lines(name, runs[name])]}
    shown(parts, tables(runs))
    if wanted.write_docs:
        write_page(parts, tables(runs))
    return 0


def measured(name: str, count: int, data: Path, place: Path) -> Run:
    """Build so many pages, audit them, score the results. Raises RuntimeError when the command fails."""
    pages, out = place / f"{name[:3]}-{count}", place / f"{name[:3]}-{count}-cases"
    pages.mkdir()
    known = written(name, count, data, pages)
    command = (
        *COMMAND, "audit", str(pages), "--out", str(out), "--index", str(place / "index"), "--at", "2022-01-01T00:00Z",
    )  # fmt: skip
    went = watched(command, environment(place), place)
    if went.code not in DONE:
        raise RuntimeError(f"the audit ended with {went.code}: {went.said[-500:]}")
    with EmbeddedStore(place / "index", readonly=True) as index:
        return Run(count, went, score(results_in(out, COLUMNS), known, index))


def written(name: str, count: int, data: Path, into: Path) -> list[Truth]:
    """The pages, and the truth of them."""
    if name == WEB:
        return write_archives(web_pages(data, count), into)
    return write_lines(plain_texts(data, count), into / "texts.jsonl.gz")


def environment(place: Path) -> Mapping[str, str]:
    """The command's: its own home, no settings from outside."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WIRECHECK_")}
    return kept | {"PYTHONPATH": str(ROOT), "HOME": str(place), "XDG_DATA_HOME": str(place / "share")}


def lines(name: str, runs: Sequence[Run]) -> list[Line]:
    """Rates and memory of the audits of one kind of page, the smaller first."""
    few, many = runs[0], runs[-1]
    told = [
        least(f"{many.pages:,} {name}, by the clock", many.pages / many.went.seconds, RATE[name], "a second"),
        Line(
            f"{name}, by processor time, of {CORES} cores to itself",
            f"{CORES * many.pages / many.went.processor:,.0f} a second",
        ),
        Line(f"memory of all processes, {few.pages:,} {name}", f"{few.went.memory:,.0f} MB"),
    ]
    if many is few:
        return told
    between = (many.pages - few.pages) / (many.went.seconds - few.went.seconds)
    told.insert(1, Line(f"{name}, without what begins and ends an audit", f"{between:,.0f} a second"))
    grown = many.went.memory / few.went.memory
    told.append(Line(f"memory of all processes, {many.pages:,} {name}", f"{many.went.memory:,.0f} MB"))
    return [*told, most("which is so many times the smaller audit's", grown, 1.25, "x")]


def tables(runs: Mapping[str, Sequence[Run]]) -> list[Table]:
    """What was found in the larger audit of each kind, and what was flagged with nothing in it."""
    found = []
    for name, several in runs.items():
        run = several[-1]
        one = table(run.scored.kinds)
        found.append(Table(f"{run.pages:,} {name}, by what was set into them", one.head, one.rows))
        found.append(_summary(name, run.scored))
    return found


def _summary(name: str, scored: Scored) -> Table:
    total: Score = together(scored.kinds.values())
    rows = [
        ("with a passage", f"{total.drafts:,}"),
        ("of these found", f"{total.found:,} ({100 * total.found / max(1, total.drafts):.2f} %)"),
        ("with nothing set in", f"{scored.clean:,}"),
        ("of these flagged", f"{len(scored.alarms):,} ({100 * len(scored.alarms) / max(1, scored.clean):.2f} %)"),
        ("without a report", f"{len(scored.missing):,}"),
    ]
    return Table(f"All {name}", ("pages", "number"), rows)


def shown(parts: Mapping[str, Sequence[Line]], found: Sequence[Table]) -> None:
    """Print everything."""
    for name, several in parts.items():
        print(f"\n{name}")
        for line in several:
            met = "" if line.met is None else "met" if line.met else "MISSED"
            print(f"  {line.what:64s} {line.value:>16s}  {line.asked:>16s}  {met}".rstrip())
    for one in found:
        print(f"\n{one.caption}")
        for row in (one.head, *one.rows):
            print("  " + "  ".join(f"{cell:>13s}" if at else f"{cell:24s}" for at, cell in enumerate(row)))


if __name__ == "__main__":
    sys.exit(main())
