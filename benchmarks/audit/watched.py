"""A command watched while it runs: its time, the processor time and the memory of all of its processes, from /proc."""

from __future__ import annotations

import os
import resource
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

EVERY = 0.5
"""Seconds between two looks."""
PROC = Path("/proc")
MB = 1 << 20


@dataclass(frozen=True, slots=True)
class Watched:
    """How a run went: seconds by the clock and of processors, the most memory of all its processes together in MB (RSS;
    what they share counts once for each), and what it wrote."""

    code: int
    seconds: float
    processor: float
    memory: float
    said: str


def watched(command: Sequence[str], env: Mapping[str, str], folder: Path) -> Watched:
    """Run a command in a folder, to its end."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began, most = time.monotonic(), 0
    with (folder / "said.txt").open("w+b") as said:
        process = subprocess.Popen(command, cwd=folder, env=dict(env), stdout=said, stderr=subprocess.STDOUT)
        while process.poll() is None:
            most = max(most, sum(map(_resident, _tree(process.pid))))
            time.sleep(EVERY)
        said.seek(0)
        told = said.read().decode("utf-8", "replace")
    seconds = time.monotonic() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Watched(process.returncode, seconds, used, most / MB, told)


def _tree(top: int) -> list[int]:
    """A process and all that come of it."""
    parents: dict[int, list[int]] = {}
    for path in PROC.iterdir():
        if path.name.isdecimal() and (stat := _read(path / "stat")):
            parents.setdefault(int(stat.rpartition(b")")[2].split()[1]), []).append(int(path.name))
    found, waiting = [], [top]
    while waiting:
        found.append(one := waiting.pop())
        waiting += parents.get(one, [])
    return found


def _resident(process: int) -> int:
    """Bytes of a process that are in memory."""
    stat = _read(PROC / str(process) / "statm").split()
    return int(stat[1]) * os.sysconf("SC_PAGE_SIZE") if len(stat) > 1 else 0


def _read(path: Path) -> bytes:
    """What a file of /proc says; nothing once its process is gone."""
    try:
        return path.read_bytes()
    except OSError:
        return b""
