"""The index of 12,000 stories: adding them, its size, checking a draft against it, and the whole command from cold."""

from __future__ import annotations

import importlib.util
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

from benchmarks.accuracy import wire
from benchmarks.accuracy.data import lines
from benchmarks.accuracy.looking import build
from benchmarks.speed import snapshots
from benchmarks.speed.clock import Line, most, program
from checker.check import check
from fingerprints.stores.embedded import EmbeddedStore

WORDS = 500
COLD = 9
COMMAND = "from cli.main import main; main()"


def run(where: Path) -> list[Line]:
    """All of it, with one index."""
    works = list(wire.stories(where))
    drafts = [draft["text"] for draft in lines(where / wire.FILES[1])]
    with tempfile.TemporaryDirectory() as place:
        index = Path(place) / "index"
        began, used = time.monotonic(), time.process_time()
        build(index, works)
        out = [
            most(f"adding {len(works):,} stories, durable: processor", time.process_time() - used, 20, "s"),
            Line(f"adding {len(works):,} stories, durable: by the clock", f"{time.monotonic() - began:.1f} s"),
        ]
        with EmbeddedStore(index, readonly=True) as store:
            info = store.info()
            out.append(most("fingerprints in the index, a story", info.fingerprint_bytes / info.works / 1000, 5, "KB"))
            out += list(latency(store, drafts))
            out += list(snapshots.run(store, Path(place), drafts))
        out += list(cold(index, Path(place) / "draft.txt", drafts[0]))
    return out


def latency(store: EmbeddedStore, drafts: list[str]) -> Iterator[Line]:
    """Checks of drafts cut to so many words, by the clock and in processor time."""
    texts = [" ".join(draft.split(" ")[:WORDS]) for draft in drafts]
    for text in texts[:20]:
        check(text, store)
    clock, processor = [], []
    for text in texts:
        began, used = time.perf_counter(), time.process_time()
        check(text, store)
        clock.append((time.perf_counter() - began) * 1000)
        processor.append((time.process_time() - used) * 1000)
    yield most(f"checking a draft of at most {WORDS} words: median", median(clock), 10, "ms")
    yield Line("the same: 99 in 100 within", f"{quantiles(clock, n=100)[98]:.2f} ms")
    yield Line("the same: processor, median", f"{median(processor):.2f} ms")


def cold(index: Path, file: Path, draft: str) -> Iterator[Line]:
    """`wirecheck check FILE`, a new process each time."""
    if importlib.util.find_spec("cli.main") is None:
        yield Line("wirecheck check FILE from cold", "left out: there is no command line yet")
        return
    file.write_text(draft, encoding="utf-8")
    command = [sys.executable, "-c", COMMAND, "check", str(file), "--index", str(index)]
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    seconds = [program(command, (0, 1), env) for _ in range(COLD)][1:]
    yield most("`wirecheck check FILE` from cold: processor, median", median(seconds), 0.6, "s")
