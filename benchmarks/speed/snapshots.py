"""The index of 12,000 stories as a snapshot: making it, its size, opening it, and look-ups beside the index's own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks.speed.clock import Line
from fingerprints.index import Store
from fingerprints.sketch import Sketcher
from fingerprints.stores.snapshot import Snapshot, write_snapshot

KEYS = (208, 1600)
"""Of a draft, and of a long page."""
PARTS = 3
ROUNDS = 100


def run(store: Store, place: Path, drafts: list[str]) -> Iterator[Line]:
    """One snapshot whole and one in parts, both made in `place`."""
    used = time.process_time()
    made = write_snapshot(store, place / "whole")
    yield Line("a snapshot of it: processor", f"{time.process_time() - used:.1f} s")
    yield Line("a snapshot of it: all its files, a story", f"{made.bytes / made.revisions / 1000:.1f} KB")
    write_snapshot(store, place / "divided", parts=PARTS)
    whole, divided = Snapshot(place / "whole"), Snapshot(place / "divided")
    opening = [_milliseconds(lambda: Snapshot(place / "whole")) for _ in range(ROUNDS)]
    yield Line("opening it: median", f"{median(opening):.2f} ms")
    fingerprints = Sketcher(store.spec, store.secret).fingerprints(drafts)
    keys, chance = np.concatenate([one.keys for one in fingerprints]), np.random.default_rng(1)
    named = {"index": store, "snapshot": whole, f"snapshot in {PARTS} parts": divided}
    for many in KEYS:
        asked = [chance.choice(keys, many) for _ in range(ROUNDS)]
        for name, index in named.items():
            taken = [_milliseconds(lambda index=index, one=one: index.probe(one)) for one in asked]
            yield Line(f"looking up {many:,} keys, {name}: median", f"{median(taken):.2f} ms")


def _milliseconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000
