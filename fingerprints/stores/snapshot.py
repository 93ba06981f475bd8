"""A snapshot: an index as it was once, in a directory of files that are mapped into memory and never change.

For audits, in which many processes look up very many pages: it opens in milliseconds,
and what they read of it is in memory once for all of them. See
`docs/decisions/0026-snapshots.md`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from types import TracebackType

import numpy as np

from fingerprints.errors import IndexProblem
from fingerprints.index import (
    HOT,
    Applied,
    Contents,
    Entry,
    Hits,
    Info,
    Keys,
    Numbers,
    Operation,
    StoredWork,
)
from fingerprints.spec import DEFAULT_SPEC, KEY_BITS, FingerprintSpec
from fingerprints.stores import SNAPSHOT
from fingerprints.stores.contents import PORTION, Portion
from fingerprints.stores.rows import LAST_NUMBER, Integers
from fingerprints.stores.schema import require_key, require_spec
from fingerprints.stores.sealed import encode
from fingerprints.stores.snapshot_files import BLOCKS, Mapped, crowds, expect_blocks, mapped, ranges, whole
from fingerprints.stores.snapshot_manifest import Manifest, read, seal, snapshot_digest
from fingerprints.stores.snapshot_names import Names
from fingerprints.stores.snapshot_rows import Table, strides
from fingerprints.stores.snapshot_works import Works
from fingerprints.stores.snapshot_write import SnapshotInfo, copy_snapshot, write_snapshot
from fingerprints.stores.trouble import damaged, translated

__all__ = ["Snapshot", "SnapshotInfo", "snapshot_digest", "write_snapshot"]


class Snapshot:
    """A Store that only answers. May be used by any number of threads, and after a fork too."""

    def __init__(self, snapshot: str | Path, *, spec: FingerprintSpec = DEFAULT_SPEC) -> None:
        """Open the snapshot in the directory `snapshot`.

        What it says of itself and the size of each file are checked now, what is read of them when it is first
        read, and every byte by `snapshot_checks.examine_snapshot`. Raises IndexMissing, IndexDamaged,
        FormatTooNew, SpecMismatch, KeyMissing.
        """
        self._location = Path(snapshot).resolve()
        self._closed = False
        with translated(self._location):
            self._manifest, checksum, sealed = read(self._location)
            require_spec(self._manifest.spec, spec, self._location)
            self._secret = require_key(self._location, self._manifest.key)
            if seal(checksum, self._secret) != sealed:
                raise damaged(self._location, "what it says of itself was not written by one who had its key")
            kept = self._manifest.files
            self._file_bytes = (self._location / SNAPSHOT).stat().st_size + sum(facts.size for facts in kept.values())
            sparing = crowds(self._file_bytes)
            files = {name: mapped(self._location, name, facts, sparing=sparing) for name, facts in kept.items()}
            self._prepare(files)
        self._works = Works(
            self._location, self._secret, *(files[f"works.{name}"] for name in ("facts", "texts", "numbers", "offsets"))
        )
        self._ids, self._links = (
            Names(self._location, *(files[f"{kind}.{name}"] for name in ("names", "starts", "numbers")))
            for kind in ("ids", "links")
        )
        self._postings, self._bands = (
            _tables(self._location, self._manifest, files, kind) for kind in ("postings", "bands")
        )

    def _prepare(self, files: Mapping[str, Mapped]) -> None:
        """Have what is read looked at. One of format 1, without checksums of blocks, is read through now."""
        if BLOCKS in files:
            expect_blocks(self._location, files)
            return
        for name, file in files.items():
            if not whole(file, self._manifest.files[name]):
                raise damaged(self._location, f"{name} is not as it was written")

    def __enter__(self) -> Snapshot:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _use(self) -> None:
        if self._closed:
            raise IndexProblem(f"The index {self._location} has been closed; open it again.")

    @property
    def spec(self) -> FingerprintSpec:
        return self._manifest.spec

    @property
    def secret(self) -> bytes:
        """The 32-byte key that enters every hash of this index."""
        return self._secret

    @property
    def digest(self) -> str:
        """32 hexadecimal digits that name what is in it; see `snapshot_digest`."""
        return self._manifest.contents

    def info(self) -> Info:
        """The index in figures, as they were counted when it was made."""
        self._use()
        figures, files = self._manifest.figures, self._manifest.files
        sizes = {name: facts.size for name, facts in files.items()}
        return Info(
            location=str(self._location),
            spec=self._manifest.spec.digest,
            works=figures.works,
            revisions=figures.revisions,
            words=figures.words,
            postings=figures.postings,
            hot_keys=figures.hot_keys,
            fingerprint_bytes=sum(size for name, size in sizes.items() if name.startswith(("postings-", "bands-"))),
            text_bytes=files["works.texts"].items,
            file_bytes=self._file_bytes,
            expired=figures.expired,
        )

    def count(self) -> int:
        """How many current works there are."""
        self._use()
        return self._manifest.figures.works

    def probe(self, keys: Keys) -> Hits:
        """Look up all keys of a text at once, in one part after another; see the port. Raises IndexDamaged."""
        self._use()
        wanted, inverse = np.unique(np.asarray(keys, dtype=np.uint64), return_inverse=True)
        asked = wanted[: np.searchsorted(wanted, np.uint64(1 << KEY_BITS))]
        frequency, taken = np.zeros((2, len(wanted)), dtype=np.int64)
        found: list[tuple[Integers, Integers, Integers]] = []
        for table in self._postings:
            begin, end = table.find(asked)
            room = np.minimum(end - begin, HOT - taken[: len(asked)])
            frequency[: len(asked)] += end - begin
            taken[: len(asked)] += room
            at = ranges(begin, room)
            found.append((np.repeat(np.arange(len(asked)), room), table.numbers(at), table.positions(at)))
        which, number, position = (np.concatenate(column) for column in zip(*found, strict=True))
        # the parts rise by number, so that an order by key that is stable is the whole order
        order = np.argsort(which, kind="stable") if len(found) > 1 else np.arange(len(which))
        # a key asked for twice is looked up once and answered twice
        each = taken[inverse]
        at = order[ranges((np.cumsum(taken) - taken)[inverse], each)]
        row = np.repeat(np.arange(len(inverse)), each)
        return Hits(
            row=row.astype(np.int32),
            number=number[at],
            position=position[at].astype(np.int32),
            frequency=frequency[inverse].astype(np.int32),
        )

    def near(self, bands: Keys) -> Numbers:
        """Numbers of the revisions that share at least one LSH band, ascending. Raises IndexDamaged."""
        self._use()
        wanted = np.unique(np.asarray(bands, dtype=np.uint64))
        asked = wanted[: np.searchsorted(wanted, np.uint64(1 << KEY_BITS))]
        found = [np.empty(0, dtype=np.int64)]
        for table in self._bands:
            begin, end = table.find(asked)
            found.append(table.numbers(ranges(begin, end - begin)))
        return np.unique(np.concatenate(found))

    def linked(self, links: Sequence[str]) -> Numbers:
        """Numbers of the revisions that carry at least one of these links, ascending. Raises IndexDamaged."""
        self._use()
        found = [self._links.find(encode(link)) for link in dict.fromkeys(links)]
        return np.unique(np.concatenate([np.empty(0, dtype=np.int64), *found]))

    def fetch(self, numbers: Sequence[int]) -> list[StoredWork]:
        """Revisions by number, in the order asked; numbers no longer there are left out. Raises IndexDamaged."""
        self._use()
        return [self._works.stored(at) for at in self._works.find(numbers).tolist()]

    def revisions(self, id: str) -> list[StoredWork]:
        """Every revision of one id, newest first; empty when there is none. Raises IndexDamaged."""
        self._use()
        found = self.fetch(self._ids.find(encode(id))[::-1].tolist())
        if any(stored.work.id != id for stored in found):
            raise damaged(self._location, "its ids are not those of its stories")
        return found

    def entries(self, after: str = "", limit: int | None = None) -> Iterator[Entry]:
        """Current works in the order of their ids, beginning behind `after`. Raises IndexDamaged."""
        self._use()
        return islice(self._entries(after), limit)

    def _entries(self, after: str) -> Iterator[Entry]:
        for place in self._ids.behind(encode(after)):
            self._use()
            (at,) = self._works.find(self._ids.numbers(place)[-1:].tolist()).tolist() or (-1,)
            facts = self._works.facts(at) if at >= 0 else None
            if facts is None or encode(facts.id) != self._ids.at(place):
                raise damaged(self._location, "its ids are not those of its stories")
            if facts.current:
                yield self._works.entry(at, facts)

    def apply(self, operations: Sequence[Operation]) -> Applied:
        """Raises IndexProblem: a snapshot never changes."""
        if not operations:
            return Applied()
        raise IndexProblem(
            f"{self._location} is a snapshot, which never changes; write to the index that it was made from, "
            "then make a new snapshot."
        )

    @contextmanager
    def contents(self) -> Iterator[Contents]:
        """All of it, to be read through."""
        self._use()
        yield _Whole(self._works, self._postings, self._bands)

    def backup(self, destination: Path) -> None:
        """Copy it into a new directory, and its key beside that, as `write_snapshot` does.

        Raises IndexProblem when something is there, IndexDamaged when a file does not pass its checksum, StorageFull.
        """
        self._use()
        copy_snapshot(self._location, self._secret, Path(destination))

    def close(self) -> None:
        """Let go of the files. Closing twice does nothing."""
        self._closed = True


def _tables(location: Path, manifest: Manifest, files: Mapping[str, Mapped], kind: str) -> list[Table]:
    firsts = [part.first for part in manifest.parts] + [LAST_NUMBER + 1]
    return [
        Table(
            location,
            files[f"{kind}-{n:02}.rows"],
            files[f"{kind}-{n:02}.starts"],
            getattr(part, f"{kind}_bits"),
            (firsts[n], firsts[n + 1]),
        )
        for n, part in enumerate(manifest.parts)
    ]


class _Whole:
    """The contents of a snapshot, its parts put together again."""

    def __init__(self, works: Works, postings: list[Table], bands: list[Table]) -> None:
        self._works, self._postings, self._bands = works, postings, bands

    def works(self) -> Iterator[StoredWork]:
        """See the port."""
        return self._works.every()

    def postings(self) -> Iterator[Portion]:
        """See the port."""
        for keys, numbers, positions in _merged(self._postings, positions=True):
            yield keys, numbers, positions.astype(np.int32)

    def bands(self) -> Iterator[tuple[Keys, Numbers]]:
        """See the port."""
        for keys, numbers, _ in _merged(self._bands, positions=False):
            yield keys, numbers


def _merged(tables: list[Table], *, positions: bool) -> Iterator[tuple[Keys, Numbers, Integers]]:
    for begin, end in strides(tables, PORTION):
        found = []
        for table in tables:
            keys, at = table.between(begin, end)
            found.append((keys, table.numbers(at), table.positions(at) if positions else at))
        keys, numbers, places = (np.concatenate(column) for column in zip(*found, strict=True))
        order = np.argsort(keys, kind="stable")
        if len(order):
            yield keys[order], numbers[order], places[order]
