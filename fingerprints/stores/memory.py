"""An index in memory: for tests and one-off comparisons. Kept nowhere."""

from __future__ import annotations

import secrets
import threading
from bisect import insort
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import numpy as np

from fingerprints.errors import IndexProblem
from fingerprints.index import (
    HOT,
    PARTIAL,
    Amend,
    Applied,
    Contents,
    Entry,
    Expire,
    Hits,
    Info,
    Keys,
    Numbers,
    Operation,
    Remove,
    StoredWork,
    Upsert,
    Work,
)
from fingerprints.spec import DEFAULT_SPEC, FingerprintSpec
from fingerprints.stores.contents import Held
from fingerprints.stores.keyfile import SECRET_BYTES
from fingerprints.stores.rows import Rows, rows_of, utc_now
from fingerprints.stores.said import NOTHING, Said, check, places_of


@dataclass(frozen=True, slots=True)
class _Kept:
    """A revision, the item as it came, and what is kept beside it."""

    stored: StoredWork
    rows: Rows
    own: Work
    said: Said = NOTHING

    def now(self, said: Said) -> _Kept:
        """The same as it stands once that is said of it."""
        work = replace(self.own, metadata=said.over(self.own.metadata))
        beside = replace(self.stored, work=work, links=said.links, expired=said.expired, places=said.places)
        return replace(self, stored=beside, said=said)


class MemoryStore:
    """A Store in dictionaries. May be used by several threads; one of them at a time is served."""

    def __init__(
        self,
        spec: FingerprintSpec = DEFAULT_SPEC,
        secret: bytes | None = None,
        *,
        clock: Callable[[], str] = utc_now,
    ) -> None:
        self._spec = spec
        self._secret = secrets.token_bytes(SECRET_BYTES) if secret is None else secret
        self._clock = clock
        self._lock = threading.RLock()
        self._works: dict[int, _Kept] = {}
        self._ids: dict[str, list[int]] = {}
        self._postings: dict[int, list[tuple[int, int]]] = {}
        self._bands: dict[int, list[int]] = {}
        self._last = 0

    @property
    def spec(self) -> FingerprintSpec:
        return self._spec

    @property
    def secret(self) -> bytes:
        """The 32-byte key that enters every hash of this index."""
        return self._secret

    def count(self) -> int:
        """How many current works there are."""
        with self._lock:
            return len(self._ids)

    def info(self) -> Info:
        """The index in figures; the bytes are those of the bare integers and letters."""
        with self._lock:
            postings = sum(map(len, self._postings.values()))
            bands = sum(map(len, self._bands.values()))
            kept = [kept.stored for kept in self._works.values()]
            return Info(
                location="memory:",
                spec=self._spec.digest,
                works=len(self._ids),
                revisions=len(kept),
                words=sum(stored.words for stored in kept),
                postings=postings,
                hot_keys=sum(len(posted) > HOT for posted in self._postings.values()),
                fingerprint_bytes=16 * (postings + bands),
                text_bytes=sum(len(stored.work.text.encode("utf-8", "surrogatepass")) for stored in kept),
                file_bytes=0,
                expired=sum(stored.expired != "" for stored in kept),
            )

    def probe(self, keys: Keys) -> Hits:
        """Look up all keys of a text at once; see the port."""
        with self._lock:
            found = [self._postings.get(int(key), []) for key in keys]
            hits = [(row, number, position) for row, posted in enumerate(found) for number, position in posted[:HOT]]
        columns = np.array(hits, dtype=np.int64).reshape(-1, 3)
        return Hits(
            row=columns[:, 0].astype(np.int32),
            number=columns[:, 1].copy(),
            position=columns[:, 2].astype(np.int32),
            frequency=np.array([len(posted) for posted in found], dtype=np.int32),
        )

    def near(self, bands: Keys) -> Numbers:
        """Numbers of the revisions that share at least one LSH band, ascending."""
        with self._lock:
            found = {number for band in bands for number in self._bands.get(int(band), [])}
        return np.array(sorted(found), dtype=np.int64)

    def linked(self, links: Sequence[str]) -> Numbers:
        """Numbers of the revisions that carry at least one of these links, ascending."""
        asked = set(links)
        with self._lock:
            found = [number for number, kept in self._works.items() if not asked.isdisjoint(kept.said.links)]
        return np.array(sorted(found), dtype=np.int64)

    def fetch(self, numbers: Sequence[int]) -> list[StoredWork]:
        """Revisions by number, in the order asked; numbers no longer there are left out."""
        with self._lock:
            return [self._works[int(number)].stored for number in numbers if int(number) in self._works]

    def revisions(self, id: str) -> list[StoredWork]:
        """Every revision of one id, newest first; empty when there is none."""
        with self._lock:
            return [self._works[number].stored for number in reversed(self._ids.get(id, []))]

    def entries(self, after: str = "", limit: int | None = None) -> Iterator[Entry]:
        """Current works in the order of their ids, beginning behind `after`; as they are when first asked for."""
        with self._lock:
            ids = sorted(id for id in self._ids if id > after)
            current = [self._works[self._ids[id][-1]].stored for id in ids]
        return islice(map(_entry, current), limit)

    def apply(self, operations: Sequence[Operation]) -> Applied:
        """Carry out all operations in order, or none; see the port.

        Raises ValueError, before anything is changed, when a fingerprint or a link cannot be stored.
        """
        check(operations)
        rows = [rows_of(operation.fingerprint) if isinstance(operation, Upsert) else None for operation in operations]
        applied = Applied()
        with self._lock:
            now = self._clock()
            for operation, made in zip(operations, rows, strict=True):
                match operation:
                    case Upsert() if made is not None:
                        applied += self._upsert(operation, made, now)
                    case Remove():
                        applied += self._remove(operation.id)
                    case Amend():
                        applied += self._amend(operation)
                    case Expire():
                        applied += self._expire(operation.id, now)
        return applied

    def _upsert(self, operation: Upsert, rows: Rows, added: str) -> Applied:
        work = replace(operation.work, metadata=dict(operation.work.metadata))
        numbers = self._ids.setdefault(work.id, [])
        revision = 1
        if numbers:
            before = self._works[numbers[-1]]
            if before.said.is_of(before.own, work):
                self._works[numbers[-1]] = before.now(before.said.linked(operation.links))
                return Applied(unchanged=1)
            revision = before.stored.revision + 1
            self._works[numbers[-1]] = replace(before, stored=replace(before.stored, current=False))
        self._last += 1
        stored = StoredWork(self._last, revision, True, added, operation.fingerprint.words, work)
        self._works[self._last] = _Kept(stored, rows, work).now(NOTHING.linked(operation.links))
        numbers.append(self._last)
        for key, position in zip(rows.keys.tolist(), rows.positions.tolist(), strict=True):
            insort(self._postings.setdefault(key, []), (self._last, position))
        for band in rows.bands.tolist():
            self._bands.setdefault(band, []).append(self._last)
        return Applied(added=1) if revision == 1 else Applied(replaced=1)

    def _amend(self, operation: Amend) -> Applied:
        numbers = self._ids.get(operation.id)
        if not numbers:
            return Applied(missing=(operation.id,))
        before = self._works[numbers[-1]]
        said = before.said.amend(operation.metadata, before.own.metadata).linked(operation.links)
        self._works[numbers[-1]] = before.now(said)
        return Applied(unchanged=1) if said == before.said else Applied(amended=1)

    def _expire(self, id: str, now: str) -> Applied:
        numbers = self._ids.get(id)
        if not numbers:
            return Applied(missing=(id,))
        kept = [number for number in numbers if not self._works[number].said.expired]
        for number in kept:
            one = self._works[number]
            places = places_of(one.own.text, one.rows.positions, self._spec.shingle)
            gone = replace(one, own=replace(one.own, text=""))
            self._works[number] = gone.now(replace(one.said, expired=now, places=places))
        return Applied(expired=1) if kept else Applied(unchanged=1)

    def _remove(self, id: str) -> Applied:
        numbers = self._ids.pop(id, None)
        if numbers is None:
            return Applied(missing=(id,))
        for number in numbers:
            rows = self._works.pop(number).rows
            for key in set(rows.keys.tolist()):
                self._postings[key] = [posting for posting in self._postings[key] if posting[0] != number]
            for band in rows.bands.tolist():
                self._bands[band].remove(number)
        return Applied(removed=1)

    @contextmanager
    def contents(self) -> Iterator[Contents]:
        """The index as it is now, to be read through."""
        with self._lock:
            posted = [(key, *posting) for key, postings in self._postings.items() for posting in postings]
            banded = [(key, number) for key, numbers in self._bands.items() for number in numbers]
            kept = [kept.stored for kept in self._works.values()]
        yield Held(
            np.array(posted, dtype=np.int64).reshape(-1, 3), np.array(banded, dtype=np.int64).reshape(-1, 2), kept
        )

    def backup(self, destination: Path) -> None:
        """Raises IndexProblem: there is nothing durable to copy."""
        raise IndexProblem(f"An index in memory cannot be copied to {destination}; keep it in an index directory.")

    def close(self) -> None:
        """Nothing to let go of."""


def _entry(stored: StoredWork) -> Entry:
    work = stored.work
    return Entry(
        number=stored.number,
        id=work.id,
        revision=stored.revision,
        title=work.title,
        holder=work.holder,
        story=work.story,
        version=work.version,
        words=stored.words,
        added=stored.added,
        expired=stored.expired,
        partial=work.metadata.get(PARTIAL, ""),
    )
