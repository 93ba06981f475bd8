"""`python -m benchmarks.accuracy`: measure, compare with the floors, say so. Exit 1 when anything got worse."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.accuracy import data, floors
from benchmarks.accuracy.docs import write_page
from benchmarks.accuracy.floors import FLOORS, Floors
from benchmarks.accuracy.looking import Workers, build
from benchmarks.accuracy.measure import Outcome
from benchmarks.accuracy.sets import INDEXED, SETS
from benchmarks.accuracy.wire import stories

ABSENT = 2


def arguments(given: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy", description="The evaluation gate.")
    parser.add_argument("--eval", metavar="DIR", help=f"the data (else {data.VARIABLE}, else ../shared/eval)")
    parser.add_argument("--only", action="append", choices=sorted(SETS), help="just this set; may be given again")
    parser.add_argument("--write-docs", action="store_true", help="write the tables into docs/accuracy.md")
    parser.add_argument("--raise-floors", action="store_true", help="raise the floors to what is measured now")
    return parser.parse_args(given)


def main(given: Sequence[str] | None = None) -> int:
    """Run the gate; the exit code."""
    wanted = arguments(given)
    try:
        folder = data.locate(wanted.eval)
    except data.NoData as none:
        print(none, file=sys.stderr if none.asked else sys.stdout)
        return ABSENT if none.asked else 0
    names = [name for name in SETS if not wanted.only or name in wanted.only]
    held = floors.read(FLOORS)
    files = sorted({file for name in names for file in SETS[name].FILES})
    if wanted.raise_floors:
        held = with_digests(held, folder, files)
    problems = data.strangers(folder, files, held.digests)
    if problems:
        print(*problems, sep="\n", file=sys.stderr)
        return 1
    began = time.monotonic()
    outcomes = measure(folder, names)
    if wanted.raise_floors:
        held = raise_all(held, outcomes)
        floors.write(FLOORS, held)
    if wanted.write_docs:
        write_page(outcomes, held)
    failed = judge(outcomes, held)
    print(f"\n{'Passed' if not failed else f'{failed} FAILED'} in {time.monotonic() - began:.0f} s.")
    return 1 if failed else 0


def with_digests(held: Floors, folder: Path, files: Sequence[str]) -> Floors:
    """The floors with digests of files that had none; a digest that is there stays."""
    new = {name: data.digest(folder / name) for name in files if (folder / name).is_file()}
    return Floors(held.reuse_share, {**new, **held.digests}, held.limits)


def measure(folder: Path, names: Sequence[str]) -> dict[str, Outcome]:
    """Run the sets. The index of the wire stories is built beside the sets that do not need it."""
    workers = Workers()
    with tempfile.TemporaryDirectory() as place, workers.pool:
        index = Path(place) / "index"
        built = workers.pool.submit(build, index, list(stories(folder))) if INDEXED & set(names) else None
        outcomes = {}
        for name in names:
            began = time.monotonic()
            if built is not None and name in INDEXED:
                built.result()
            outcomes[name] = SETS[name].run(folder, workers, index)
            print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr)
    return outcomes


def raise_all(held: Floors, outcomes: Mapping[str, Outcome]) -> Floors:
    """The floors after these measurements. A run that is worse anywhere raises nothing; it only adds what is new."""
    worse = bool(below(held, outcomes))
    limits = {name: dict(held.limits.get(name, {})) for name in SETS}
    for name, outcome in outcomes.items():
        before = limits[name]
        limits[name] = {
            measure.name: before[measure.name]
            if worse and measure.name in before
            else floors.raised(measure, outcome.values[measure.name], before.get(measure.name))
            for measure in SETS[name].MEASURES
        }
    return Floors(held.reuse_share, held.digests, {name: limits[name] for name in limits if limits[name]})


def below(held: Floors, outcomes: Mapping[str, Outcome]) -> list[str]:
    """The measures that are on the wrong side of their limits."""
    return [
        f"{name}: {measure.name}"
        for name, outcome in outcomes.items()
        for measure in SETS[name].MEASURES
        if measure.name in held.limits.get(name, {})
        and not measure.meets(outcome.values[measure.name], held.limits[name][measure.name])
    ]


def judge(outcomes: Mapping[str, Outcome], held: Floors) -> int:
    """Print every measure beside its limit; how many are not as they should be."""
    failed = 0
    print(f"{'measure':62s}{'value':>9s}{'limit':>9s}{'target':>9s}")
    for name, outcome in outcomes.items():
        for measure in SETS[name].MEASURES:
            value, limit = outcome.values.get(measure.name), held.limits.get(name, {}).get(measure.name)
            fault = floors.faults(measure, value, limit)
            failed += bool(fault)
            sign = ">=" if measure.rising else "<="
            label = f"{name}: {measure.name}"
            shown = f"{measure.shown(value):>9s}{sign:>3s}{measure.shown(limit):>6s}{measure.shown(measure.target):>9s}"
            missed = measure.target is not None and value is not None and not measure.meets(value, measure.target)
            print(f"{label:62s}{shown}  {fault or 'ok'}{', target missed' if missed else ''}")
        for sentence in outcome.faults:
            failed += 1
            print(f"{name}: {sentence}")
    return failed


if __name__ == "__main__":
    sys.exit(main())
