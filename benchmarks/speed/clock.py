"""Timing on a shared machine: processor time, contenders in turn, medians."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the result: what, how much, and what is asked of it, where something is."""

    what: str
    value: str
    asked: str = ""
    met: bool | None = None


def pin() -> str:
    """Keep to one core, where the system allows it; says what was done."""
    if not hasattr(os, "sched_setaffinity"):
        return "not pinned to a core (this system cannot)"
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    return "pinned to one core"


def in_turn(contenders: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """Each contender's seconds, round after round, each round in the same order."""
    taken: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, contender in contenders.items():
            taken[name].append(contender())
    return taken


def processor(work: Callable[[], Any]) -> Callable[[], float]:
    """Work as a contender, timed in processor time of this process."""

    def timed() -> float:
        began = time.process_time()
        work()
        return time.process_time() - began

    return timed


def program(command: Sequence[str], allowed: Sequence[int] = (0,), env: Mapping[str, str] | None = None) -> float:
    """Processor time of a program, user and system. Raises RuntimeError when it fails."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, env=env) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in allowed:
        raise RuntimeError(f"{command[0]} ended with {process.returncode}")
    return usage.ru_utime + usage.ru_stime


def ratio(slow: Sequence[float], fast: Sequence[float]) -> float:
    """How many times as fast, as the median over the rounds."""
    return median(a / b for a, b in zip(slow, fast, strict=True))


def least(what: str, value: float, asked: float, unit: str = "x") -> Line:
    """A line of which more is better."""
    return Line(what, f"{value:.2f} {unit}", f">= {asked:g} {unit}", value >= asked)


def most(what: str, value: float, asked: float, unit: str) -> Line:
    """A line of which less is better."""
    return Line(what, f"{value:,.2f} {unit}", f"<= {asked:g} {unit}", value <= asked)
