"""A store that is written to as usual and answers from a fresh snapshot of itself: the contract, for snapshots."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from fingerprints.index import Applied, Contents, Entry, Hits, Info, Keys, Numbers, Operation, Store, StoredWork
from fingerprints.spec import FingerprintSpec
from fingerprints.stores.snapshot import Snapshot, write_snapshot


class Snapshotted:
    """Writes go to `store`; whatever is read comes from a snapshot in `folder` that is made anew after each change."""

    def __init__(self, store: Store, folder: Path, parts: int = 1) -> None:
        self._store, self._folder, self._parts = store, folder, parts
        self._made: Snapshot | None = None

    @property
    def snapshot(self) -> Snapshot:
        if self._made is None:
            shutil.rmtree(self._folder, ignore_errors=True)
            write_snapshot(self._store, self._folder, parts=self._parts)
            self._made = Snapshot(self._folder)
        return self._made

    @property
    def spec(self) -> FingerprintSpec:
        return self.snapshot.spec

    @property
    def secret(self) -> bytes:
        return self.snapshot.secret

    def apply(self, operations: Sequence[Operation]) -> Applied:
        self._made = None
        return self._store.apply(operations)

    def info(self) -> Info:
        return self.snapshot.info()

    def count(self) -> int:
        return self.snapshot.count()

    def probe(self, keys: Keys) -> Hits:
        return self.snapshot.probe(keys)

    def near(self, bands: Keys) -> Numbers:
        return self.snapshot.near(bands)

    def linked(self, links: Sequence[str]) -> Numbers:
        return self.snapshot.linked(links)

    def fetch(self, numbers: Sequence[int]) -> list[StoredWork]:
        return self.snapshot.fetch(numbers)

    def revisions(self, id: str) -> list[StoredWork]:
        return self.snapshot.revisions(id)

    def entries(self, after: str = "", limit: int | None = None) -> Iterator[Entry]:
        return self.snapshot.entries(after, limit)

    def contents(self) -> AbstractContextManager[Contents]:
        return self.snapshot.contents()

    def backup(self, destination: Path) -> None:
        self.snapshot.backup(destination)

    def close(self) -> None:
        self.snapshot.close()
        self._store.close()
