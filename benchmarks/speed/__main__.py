"""`python -m benchmarks.speed`: measure and print; a missed target is said, and fails nothing."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from benchmarks.accuracy.data import NoData
from benchmarks.speed import checking, fingerprinting, growth, index, judging, reading, texts
from benchmarks.speed.clock import Line, pin
from benchmarks.speed.docs import write_page

PARTS = ("fingerprinting", "growth", "reading", "checking", "judging", "index")


def main(given: Sequence[str] | None = None) -> int:
    """Measure; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed", description="The speed benchmark.")
    parser.add_argument(
        "--eval", metavar="DIR", help="the evaluation folder (else WIRECHECK_EVAL, else ../shared/eval)"
    )
    parser.add_argument("--only", choices=PARTS, help="just this part")
    parser.add_argument("--write-docs", action="store_true", help="write the figures into docs/performance.md")
    wanted = parser.parse_args(given)
    try:
        where = texts.folder(wanted.eval)
    except NoData as none:
        print(none, file=sys.stderr)
        return 2
    pinned = pin()
    print(f"Measuring, {pinned}; this takes a few minutes.", flush=True)
    parts: dict[str, list[Line]] = {}
    if wanted.only in (None, "fingerprinting"):
        parts["Fingerprinting"] = shown("Fingerprinting", fingerprinting.run(texts.stories(where)))
    if wanted.only in (None, "growth"):
        parts["Growth"] = shown("Growth", growth.run())
    if where is not None and wanted.only in (None, "reading"):
        parts["Reading"] = shown("Reading", reading.run(where))
    if where is not None and wanted.only in (None, "checking"):
        parts["Checking"] = shown("Checking", checking.run(where))
    if wanted.only in (None, "judging"):
        parts["Judging"] = shown("Judging", judging.run())
    if where is not None and wanted.only in (None, "index"):
        name = "The index of 12,000 stories"
        parts[name] = shown(name, index.run(where))
    if wanted.write_docs:
        write_page(parts, pinned)
    return 0


def shown(name: str, lines: list[Line]) -> list[Line]:
    """Print a part as soon as it is measured."""
    print(f"\n{name}")
    for line in lines:
        met = "" if line.met is None else "met" if line.met else "MISSED"
        print(f"  {line.what:58s} {line.value:>14s}  {line.asked:>12s}  {met}".rstrip(), flush=True)
    return lines


if __name__ == "__main__":
    sys.exit(main())
