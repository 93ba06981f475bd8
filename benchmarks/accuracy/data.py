"""The evaluation folder: where it is, what lies in it, and whether it is the one the floors were measured on."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

VARIABLE = "WIRECHECK_EVAL"
USUAL = Path(__file__).resolve().parents[2].parent / "shared" / "eval"
"""Beside the project, never inside it."""


class NoData(Exception):
    """There is no evaluation folder. `asked` tells whether somebody named one."""

    def __init__(self, message: str, asked: bool) -> None:
        super().__init__(message)
        self.asked = asked


def locate(named: str | None) -> Path:
    """The evaluation folder: as named, else as the environment says, else beside the project. Raises NoData."""
    if named:
        if not Path(named).is_dir():
            raise NoData(f"There is no evaluation folder {named}.", asked=True)
        return Path(named)
    folder = Path(os.environ.get(VARIABLE) or USUAL)
    if not folder.is_dir():
        raise NoData(
            f"No evaluation data at {folder}, so nothing was measured; --eval or {VARIABLE} names a folder.",
            asked=False,
        )
    return folder


def lines(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a .jsonl.gz file."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            if line.strip():
                yield json.loads(line)


def digest(path: Path) -> str:
    """SHA-256 of a file, or nothing where there is none."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def strangers(folder: Path, files: Sequence[str], digests: Mapping[str, str]) -> list[str]:
    """What is wrong with the files, one sentence each: missing, or other data than the floors were measured on."""
    problems = []
    for name in files:
        found = digest(folder / name)
        if not found:
            problems.append(f"{name} is missing from {folder}.")
        elif name not in digests:
            problems.append(f"{name} has no digest among the floors; --raise-floors writes it down.")
        elif found != digests[name]:
            problems.append(f"{name} is other data than the floors were measured on (SHA-256 {found[:12]}...).")
    return problems
