"""A check against 12,000 stories in PostgreSQL, and the same check against the same stories in an index directory."""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from benchmarks.accuracy import wire
from benchmarks.accuracy.data import lines
from benchmarks.speed.clock import Line, most
from checker.check import check
from fingerprints.index import Store, Upsert, Work
from fingerprints.sketch import sketcher
from fingerprints.stores.embedded import EmbeddedStore
from fingerprints.stores.postgres.address import Address
from fingerprints.stores.postgres.line import Line as Wire
from fingerprints.stores.postgres.line import connect
from fingerprints.stores.postgres.moving import restore
from fingerprints.stores.postgres.store import PostgresStore

WORDS = 500
BATCH = 500
TIMES = 5.0


def run(where: Path, url: str) -> list[Line]:
    """Fill both, compare what is found, and time it in turn."""
    works = list(wire.stories(where))
    drafts = [" ".join(draft["text"].split(" ")[:WORDS]) for draft in lines(where / wire.FILES[1])]
    out = []
    with tempfile.TemporaryDirectory() as place, EmbeddedStore(Path(place) / "index", create=True) as embedded:
        out.append(Line("adding to an index directory", f"{fill(embedded, works):.1f} s"))
        with PostgresStore(url, create=True) as server:
            out.append(Line("adding to PostgreSQL", f"{fill(server, works):.1f} s"))
            size = server.info()
            out.append(Line("bytes a story there", f"{size.file_bytes / size.works:,.0f}"))
            began = time.monotonic()
            server.backup(Path(place) / "copy")
            out.append(Line("copying it to an index directory", f"{time.monotonic() - began:.1f} s"))
        drop(url)
        began = time.monotonic()
        restore(Path(place) / "copy", url)
        out.append(Line("and back", f"{time.monotonic() - began:.1f} s"))
        with EmbeddedStore(Path(place) / "copy", readonly=True) as copy, PostgresStore(url) as server:
            out += compared(copy, server, drafts)
    drop(url)
    return out


def fill(store: Store, works: list[tuple[str, str]]) -> float:
    """Add all stories in batches; seconds, without the making of fingerprints."""
    sketch = sketcher(store.spec, store.secret)
    taken = 0.0
    for begin in range(0, len(works), BATCH):
        batch = works[begin : begin + BATCH]
        made = sketch.fingerprints([text for _, text in batch])
        operations = [Upsert(Work(id, text), one) for (id, text), one in zip(batch, made, strict=True)]
        began = time.perf_counter()
        store.apply(operations)
        taken += time.perf_counter() - began
    return taken


def compared(embedded: Store, server: Store, drafts: list[str]) -> list[Line]:
    """Checks of every draft against both, one after the other."""
    taken: dict[str, list[float]] = {"directory": [], "server": []}
    asked: Counter[str] = Counter()
    count(asked)
    for number, text in enumerate(drafts):
        reports = []
        for name, store in (("directory", embedded), ("server", server)):
            began = time.perf_counter()
            reports.append(check(text, store))
            if number >= 20:
                taken[name].append((time.perf_counter() - began) * 1000)
        if reports[0].matches != reports[1].matches:
            raise RuntimeError("the two indexes do not answer alike")
    here, there = median(taken["directory"]), median(taken["server"])
    return [
        Line("checking a draft, index directory: median", f"{here:.2f} ms"),
        Line("checking a draft, PostgreSQL: median", f"{there:.2f} ms"),
        Line("the same: 99 in 100 within", f"{quantiles(taken['server'], n=100)[98]:.2f} ms"),
        most("PostgreSQL against index directory, medians", there / here, TIMES, "x"),
        Line("questions to the server a check", f"{asked['questions'] / len(drafts):.1f}"),
    ]


def count(asked: Counter[str]) -> None:
    """Count every question that goes over a connection from now on."""
    real: Any = Wire.ask

    def ask(self: Wire, question: Any) -> Any:
        asked["questions"] += 1
        return real(self, question)

    Wire.ask = ask  # type: ignore[method-assign]


def drop(url: str) -> None:
    """Delete the index, and nothing else."""
    address = Address.of(url)
    with connect(address, readonly=False, busy_seconds=30) as connection:
        connection.execute(f"DROP SCHEMA IF EXISTS {address.schema} CASCADE".encode())
