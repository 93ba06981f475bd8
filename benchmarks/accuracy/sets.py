"""The sets of the gate, in the order in which they are run and shown."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol, cast

from benchmarks.accuracy import (
    audit,
    evasion,
    expired,
    families,
    newsformats,
    notices,
    ocr,
    pages,
    real_reuse,
    rewriting,
    same_event,
    wire,
)
from benchmarks.accuracy.looking import Workers
from benchmarks.accuracy.measure import Measure, Outcome


class Set(Protocol):
    """What a module of the gate offers."""

    NAME: str
    FILES: tuple[str, ...]
    ABOUT: str
    MEASURES: tuple[Measure, ...]

    def run(self, folder: Path, workers: Workers, index: Path) -> Outcome: ...


MODULES = (newsformats, pages, ocr, notices, same_event, rewriting, real_reuse, wire, audit, evasion, expired, families)
SETS: Mapping[str, Set] = {module.NAME: cast(Set, module) for module in MODULES}
INDEXED = frozenset({wire.NAME, audit.NAME, evasion.NAME, expired.NAME})
"""Sets that are checked against the index of the wire stories."""
