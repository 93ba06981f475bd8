"""Four writers and eight readers, each a process of its own, on one index: is anything lost, doubled, or seen half?"""

from __future__ import annotations

import time
from collections.abc import Iterable
from multiprocessing import get_context
from statistics import median, quantiles

from benchmarks.shared.latency import drop
from benchmarks.speed.clock import Line
from benchmarks.speed.texts import synthetic
from checker.check import check
from fingerprints.index import Expire, Remove, Upsert, Work
from fingerprints.sketch import sketcher
from fingerprints.stores.doctor import examine
from fingerprints.stores.postgres.store import PostgresStore

WRITERS, READERS = 4, 8
BATCH = 5
Told = tuple[int, list[float]]


def write(url: str, writer: int, seconds: float) -> Told:
    """Add batches of stories under ids of one's own; of every tenth batch all is removed, of every seventh expired."""
    texts = synthetic(200)
    waited: list[float] = []
    batch = 0
    with PostgresStore(url) as store:
        sketch = sketcher(store.spec, store.secret)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            ids = [f"{writer}-{batch}-{n}" for n in range(BATCH)]
            stories = [f"{id} {texts[(batch * BATCH + n) % 200]}" for n, id in enumerate(ids)]
            made = sketch.fingerprints(stories)
            works = [Work(id, text) for id, text in zip(ids, stories, strict=True)]
            began = time.perf_counter()
            done = store.apply([Upsert(work, one) for work, one in zip(works, made, strict=True)])
            waited.append((time.perf_counter() - began) * 1000)
            if done.added != BATCH:
                raise RuntimeError(f"{done.added} of {BATCH} were new")
            if batch % 10 == 9:
                store.apply([Remove(id) for id in ids])
            elif batch % 7 == 6:
                store.apply([Expire(id) for id in ids])
            batch += 1
    return batch, waited


def read(url: str, reader: int, seconds: float) -> Told:
    """Check drafts, and look whether every batch that is there is whole."""
    texts = synthetic(200)
    waited: list[float] = []
    checks = 0
    with PostgresStore(url, readonly=True) as store:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            began = time.perf_counter()
            check(texts[(checks * READERS + reader) % 200][:1500], store)
            waited.append((time.perf_counter() - began) * 1000)
            checks += 1
            if checks % 20 == 0:
                require_whole(one.id for one in store.entries("", 490))
    return checks, waited


def require_whole(ids: Iterable[str]) -> None:
    """Raises RuntimeError when a batch is there in part; the last in the order of ids may be cut by the page."""
    found: dict[str, int] = {}
    for id in ids:
        found[id.rpartition("-")[0]] = found.get(id.rpartition("-")[0], 0) + 1
    if half := [batch for batch, count in list(found.items())[:-1] if count != BATCH]:
        raise RuntimeError(f"{len(half)} batches were seen half")


def run(url: str, seconds: float) -> list[Line]:
    """All of them at once; then count what is there."""
    PostgresStore(url, create=True).close()
    with get_context("spawn").Pool(WRITERS + READERS) as pool:
        writing = [pool.apply_async(write, (url, n, seconds)) for n in range(WRITERS)]
        reading = [pool.apply_async(read, (url, n, seconds)) for n in range(READERS)]
        wrote, looked = [one.get() for one in writing], [one.get() for one in reading]
    expected = {
        f"{writer}-{batch}-{n}"
        for writer, (batches, _) in enumerate(wrote)
        for batch in range(batches)
        if batch % 10 != 9
        for n in range(BATCH)
    }
    with PostgresStore(url) as store:
        entries = list(store.entries())
        revisions = store.info().revisions
    found = [one.id for one in entries]
    sound = all(finding.good for finding in examine(url))
    drop(url)
    writes = [wait for _, waits in wrote for wait in waits]
    checks = [wait for _, waits in looked for wait in waits]
    lost, doubled = len(expected - set(found)), revisions - len(set(found))
    return [
        Line("stories added", f"{len(writes) * BATCH:,} in {seconds:.0f} s by {WRITERS} writers"),
        Line("a batch of 5: median, 99 in 100", f"{median(writes):.1f}, {quantiles(writes, n=100)[98]:.1f} ms"),
        Line("checks", f"{len(checks):,} by {READERS} readers"),
        Line("a check: median, 99 in 100", f"{median(checks):.1f}, {quantiles(checks, n=100)[98]:.1f} ms"),
        Line("lost", str(lost), "0", lost == 0),
        Line("doubled", str(doubled), "0", doubled == 0),
        Line("the doctor finds all as it was stored", str(sound), "True", sound),
    ]
