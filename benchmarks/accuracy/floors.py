"""The floors: how each measure may not get worse, and the data they were measured on. They only ever rise."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.accuracy.measure import Measure

FLOORS = Path(__file__).parents[1] / "floors.toml"
HEADER = """\
# What the evaluation gate holds a change against. Written by `python -m benchmarks.accuracy --raise-floors`, which
# moves a limit only in the direction of better, and moves none while another measure is worse than its own. A limit
# is a floor, or a ceiling where less is better; it lies a stated slack beside what was measured, and never on the
# wrong side of a target that is met.
"""


@dataclass(frozen=True, slots=True)
class Floors:
    """What `floors.toml` holds. `limits` are by set and by the name of the measure, `digests` by file."""

    reuse_share: float
    digests: Mapping[str, str]
    limits: Mapping[str, Mapping[str, float]]


def read(path: Path) -> Floors:
    """The floors in a file."""
    values = tomllib.loads(path.read_text(encoding="utf-8"))
    return Floors(values["settings"]["reuse_share"], values["data"], values["limits"])


def write(path: Path, floors: Floors) -> None:
    """Keep floors in a file."""
    out = [HEADER]
    out += [
        "[settings]",
        "# An answer whose copied share reaches this counts as reuse.",
        f"reuse_share = {floors.reuse_share}",
    ]
    out += ["", "[data]", "# SHA-256 of the files that the limits were measured on."]
    out += [f'"{name}" = "{digest}"' for name, digest in sorted(floors.digests.items())]
    for name, limits in floors.limits.items():
        out += ["", f"[limits.{name}]", *(f'"{measure}" = {limit}' for measure, limit in limits.items())]
    path.write_text("\n".join(out) + "\n", encoding="utf-8")


def raised(measure: Measure, value: float, limit: float | None) -> float:
    """The limit after a measurement: a slack beside it, on the right side of a target met; never worse than before."""
    nearest = value - measure.slack if measure.rising else value + measure.slack
    better = max if measure.rising else min
    if not measure.count:
        nearest = (math.floor if measure.rising else math.ceil)(round(nearest * 1000, 6)) / 1000
    if measure.target is not None and measure.meets(value, measure.target):
        nearest = better(nearest, measure.target)
    return nearest if limit is None else better(nearest, limit)


def faults(measure: Measure, value: float | None, limit: float | None) -> str:
    """What is wrong with a value: nothing, or one word or two."""
    if limit is None:
        return "no limit"
    if value is None:
        return "not measured"
    return "" if measure.meets(value, limit) else "WORSE"
