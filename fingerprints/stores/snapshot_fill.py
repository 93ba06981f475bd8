"""What is written into a snapshot, read from a store once and in bounded memory."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fingerprints.errors import IndexDamaged
from fingerprints.index import HOT, Contents, Keys, Numbers
from fingerprints.spec import KEY_BITS, FingerprintSpec
from fingerprints.stores.keyfile import key_id
from fingerprints.stores.rows import LAST_NUMBER, LAST_POSITION, Integers
from fingerprints.stores.sealed import encode
from fingerprints.stores.snapshot_files import Outputs
from fingerprints.stores.snapshot_manifest import Figures, Manifest, Part
from fingerprints.stores.snapshot_names import Sorter, write_names
from fingerprints.stores.snapshot_rows import TableWriter, bits_for
from fingerprints.stores.snapshot_works import WorksWriter, facts_of

WORDS_A_POSTING = 2  # more or less; only how quickly a table is looked up rests on it

Row = tuple[int, int, int]
Portion = tuple[Keys, Numbers, NDArray[np.int32] | None]


@dataclass(slots=True)
class _Counts:
    """What was read so far. `numbers` and `words` are of every revision."""

    works: int = 0
    expired: int = 0
    numbers: array[int] = field(default_factory=lambda: array("q"))
    words: array[int] = field(default_factory=lambda: array("q"))


def fill(folder: Path, contents: Contents, spec: FingerprintSpec, secret: bytes, parts: int) -> Manifest:
    """Write all files but the manifest. Raises OSError, and IndexDamaged when the store's rows cannot be."""
    outputs, key = Outputs(folder, parts), key_id(secret)
    digest = blake2b(f"{spec.digest} {key}".encode(), digest_size=16, person=b"wirecheck-all-1")
    counts = _Counts()
    digest.update(_works(outputs, contents, secret, counts))
    made = _divide(counts, parts, spec)
    # one more than there are, so that a search always ends in it
    numbers = np.append(np.array(counts.numbers, dtype=np.int64), LAST_NUMBER + 1)
    postings, hot = _table(outputs, "postings", contents.postings(), made, numbers, digest)
    banded = ((keys, owners, None) for keys, owners in contents.bands())
    bands, _ = _table(outputs, "bands", banded, made, numbers, digest)
    words = int(np.array(counts.words, dtype=np.int64).sum())
    outputs.finish()
    figures = Figures(counts.works, len(counts.numbers), words, postings, bands, hot, counts.expired)
    return Manifest(spec, key, digest.hexdigest(), figures, made, outputs.facts)


def _works(outputs: Outputs, contents: Contents, secret: bytes, counts: _Counts) -> bytes:
    """Write works, ids and links; returns a digest of the works."""
    digest = blake2b(digest_size=32)
    ids, links = Sorter(outputs.folder, "ids"), Sorter(outputs.folder, "links")
    with outputs.open("works.facts", "works.texts", "works.numbers", "works.offsets") as files:
        writer = WorksWriter(secret, *files)
        for stored in contents.works():
            if not max(counts.numbers[-1:], default=0) < stored.number <= LAST_NUMBER:
                raise _disorder("stories")
            facts, body = facts_of(stored)
            written = facts.written()
            digest.update(b"%d %d " % (stored.number, len(written)) + written)
            writer.add(stored.number, written, body)
            ids.add(encode(facts.id), stored.number)
            for link in facts.links:
                links.add(encode(link), stored.number)
            counts.works += stored.current
            counts.expired += stored.expired != ""
            counts.numbers.append(stored.number)
            counts.words.append(stored.words)
        writer.finish()
    for kind, sorter in (("ids", ids), ("links", links)):
        with outputs.open(f"{kind}.names", f"{kind}.starts", f"{kind}.numbers") as files:
            write_names(sorter.sorted(), *files)
    return digest.digest()


def _divide(counts: _Counts, parts: int, spec: FingerprintSpec) -> tuple[Part, ...]:
    """Ranges of works with about as many words each."""
    words = np.append(0, np.cumsum(np.array(counts.words, dtype=np.int64)))
    last = len(counts.numbers)
    cuts = [0, *(int(np.searchsorted(words, int(words[-1]) * part // parts)) for part in range(1, parts)), last]
    return tuple(
        Part(
            first=(counts.numbers[begin] if begin < last else LAST_NUMBER + 1) if begin else 0,
            postings_bits=bits_for(int(words[end] - words[begin]) // WORDS_A_POSTING),
            bands_bits=bits_for((end - begin) * spec.bands),
        )
        for begin, end in pairwise(cuts)
    )


def _table(
    outputs: Outputs,
    table: str,
    portions: Iterator[Portion],
    parts: tuple[Part, ...],
    numbers: Integers,
    digest: blake2b,
) -> tuple[int, int]:
    """Write the rows of all parts; returns how many there are, and how many keys are hot."""
    firsts = np.array([part.first for part in parts[1:]], dtype=np.int64)
    names = [f"{table}-{part:02}.{what}" for part in range(len(parts)) for what in ("rows", "starts")]
    run, hashes = _Run(), [blake2b(digest_size=32) for _ in range(3)]
    with outputs.open(*names) as files:
        made = zip(files[::2], files[1::2], parts, strict=True)
        writers = [TableWriter(rows, starts, getattr(part, f"{table}_bits")) for rows, starts, part in made]
        for keys, owners, positions in portions:
            run.add(keys, owners, positions, numbers)
            for hashed, column in zip(hashes, (keys, owners, positions), strict=True):
                hashed.update(b"" if column is None else column.astype("<i8").tobytes())
            owning = np.searchsorted(firsts, owners, side="right")
            for part, writer in enumerate(writers):
                of = np.flatnonzero(owning == part) if len(parts) > 1 else slice(None)
                writer.add(keys[of], owners[of], None if positions is None else positions[of])
        for writer in writers:
            writer.finish()
    digest.update(b"".join(hashed.digest() for hashed in hashes))
    return run.rows, run.finished()


@dataclass(slots=True)
class _Run:
    """Rows as they come: that they rise and belong to works that are there, and how many keys are hot."""

    rows: int = 0
    hot: int = 0
    last: Row = (-1, -1, -1)
    length: int = 0  # rows of the last key so far

    def add(self, keys: Keys, owners: Numbers, positions: NDArray[np.int32] | None, numbers: Integers) -> None:
        """Look at the next rows. Raises IndexDamaged."""
        if not len(keys):
            return
        places = np.zeros(len(keys), dtype=np.int64) if positions is None else positions.astype(np.int64)
        within = places + (owners << 20)
        signed = keys.astype(np.int64)
        rising = (signed[1:] > signed[:-1]) | ((signed[1:] == signed[:-1]) & (within[1:] > within[:-1]))
        known = np.minimum(np.searchsorted(numbers, owners), len(numbers) - 1)
        if not (
            rising.all()
            and self.last < (int(signed[0]), int(owners[0]), int(places[0]))
            and int(keys[-1]) >> KEY_BITS == 0
            and ((places >= 0) & (places <= LAST_POSITION)).all()
            and (numbers[known] == owners).all()
        ):
            raise _disorder("postings")
        _, counts = np.unique(keys, return_counts=True)
        if int(signed[0]) == self.last[0]:
            counts[0] += self.length
        elif self.length > HOT:
            self.hot += 1
        self.hot += int((counts[:-1] > HOT).sum())
        self.length = int(counts[-1])
        self.last = int(signed[-1]), int(owners[-1]), int(places[-1])
        self.rows += len(keys)

    def finished(self) -> int:
        """How many keys have more than HOT rows."""
        return self.hot + (self.length > HOT)


def _disorder(what: str) -> IndexDamaged:
    return IndexDamaged(
        f"The {what} of the index are not in order, so that no snapshot can be made; run `wirecheck doctor` on it."
    )
