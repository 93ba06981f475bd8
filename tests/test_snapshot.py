"""Snapshots: the same answers as the index they were made from, and what they survive and refuse."""

from __future__ import annotations

import contextlib
import errno
import itertools
import json
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import threading
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fingerprints.errors import (
    FormatTooNew,
    IndexDamaged,
    IndexMissing,
    IndexProblem,
    KeyMissing,
    SpecMismatch,
    StorageFull,
    WirecheckError,
)
from fingerprints.index import Amend, Applied, Expire, Fingerprint, ReadIndex, Remove, Store, StoredWork, Upsert, Work
from fingerprints.spec import DEFAULT_SPEC, KEY_BITS, FingerprintSpec
from fingerprints.stores import (
    SNAPSHOT,
    contents,
    open_index,
    snapshot,
    snapshot_fill,
    snapshot_manifest,
    snapshot_names,
    snapshot_rows,
)
from fingerprints.stores.doctor import Severity, examine, repair
from fingerprints.stores.embedded import EmbeddedStore
from fingerprints.stores.keyfile import VARIABLE
from fingerprints.stores.memory import MemoryStore
from fingerprints.stores.pages import open_pages
from fingerprints.stores.snapshot import Snapshot, snapshot_digest, write_snapshot
from fingerprints.stores.snapshot_files import BLOCKS, POSTINGS, BlockSums
from fingerprints.stores.snapshot_manifest import seal

ROOT = Path(__file__).resolve().parents[1]
NOON = "2026-11-23T12:00:00+00:00"
SECRET = bytes(range(32))
FERRY = "HARBORVIEW (MP) -- The last ferry of the season left Pier 4 at noon on Monday with eleven passengers aboard."
MAYOR = "LARKSPUR (MP) -- Mayor Ada Quill said Tuesday that the old mill bridge would close for repairs until spring."


def fingerprint_of(text: str, count: int = 12) -> Fingerprint:
    """Rows that belong to a text and to no other: random, but the same every time."""
    chance = np.random.default_rng(zlib.crc32(text.encode()))
    made = chance.integers(0, 1 << KEY_BITS, count + 3, dtype=np.uint64)
    return Fingerprint(made[:count], np.arange(0, 5 * count, 5, dtype=np.int32), made[count:], len(text.split()))


def story(id: str, text: str | None = None, links: tuple[str, ...] = ()) -> Upsert:
    text = f"{FERRY} Item {id}." if text is None else text
    return Upsert(Work(id, text, holder="Meridian Press", metadata={"slug": "BC-Ferry"}), fingerprint_of(text), links)


def fill(store: Store) -> None:
    """Thirty stories with versions, a kill, an expired text, a removed one, and a text reprinted seventy times."""
    store.apply([story(f"mp-{n}", links=("story:ferry", f"slug:{n}")) for n in range(30)])
    store.apply([story("mp-1", MAYOR), story("mp-2", MAYOR, links=("story:mayor",))])
    store.apply([Amend("mp-3", {"status": "canceled"}, ("story:kill",)), Expire("mp-4"), Remove("mp-5")])
    store.apply([story(f"reprint-{n:02}", FERRY, links=("slug:bc-ferry",)) for n in range(70)])


@pytest.fixture
def wire() -> Store:
    """An index in memory."""
    made = MemoryStore(secret=SECRET, clock=lambda: NOON)
    fill(made)
    return made


@pytest.fixture
def taken(wire: Store, tmp_path: Path) -> Path:
    """A snapshot of it in two parts."""
    write_snapshot(wire, tmp_path / "taken", parts=2)
    return tmp_path / "taken"


def everything(index: ReadIndex) -> dict[str, Any]:
    """All that an index answers to some questions."""
    asked = np.concatenate([fingerprint_of(text).keys for text in (FERRY, MAYOR, "Nothing of it.")])
    asked = np.concatenate([asked, asked[::-1], fingerprint_of(f"{FERRY} Item mp-7.").keys])
    hits = index.probe(asked)
    entries = list(index.entries())
    return {
        "hits": [column.tolist() for column in (hits.row, hits.number, hits.position, hits.frequency)],
        "near": index.near(np.concatenate([fingerprint_of(text).bands for text in (FERRY, MAYOR)])).tolist(),
        "linked": [index.linked([link]).tolist() for link in ("slug:bc-ferry", "story:ferry", "story:kill", "slug:x")],
        "entries": entries,
        "works": index.fetch(range(-2, 120)),
        "revisions": [index.revisions(entry.id) for entry in entries],
        "count": index.count(),
    }


# --- what it answers --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("parts", [1, 3, 100])
def test_a_snapshot_answers_as_the_index_it_was_made_from(wire: Store, tmp_path: Path, parts: int) -> None:
    made = write_snapshot(wire, tmp_path / "taken", parts=parts)
    with Snapshot(tmp_path / "taken") as found:
        assert everything(found) == everything(wire)
        before, after = wire.info(), found.info()
    for name in ("spec", "works", "revisions", "words", "postings", "hot_keys", "expired"):
        assert getattr(before, name) == getattr(after, name), name
    size = sum(file.stat().st_size for file in (tmp_path / "taken").iterdir())
    assert (made.bytes, made.parts, made.works, made.revisions) == (size, parts, 99, 101)
    assert after.file_bytes == size


def test_a_check_against_a_snapshot_gives_the_same_report(tmp_path: Path) -> None:
    from checker.check import check
    from checker.reports.json import to_dict
    from fingerprints.sketch import Sketcher

    texts = {
        "ferry": f"{FERRY} The harbour master, Jonas Pell, waved from the quay until the lights were out of sight.",
        "mayor": f"{MAYOR} Drivers will be sent round by the upper lock, which adds nine minutes, the town said.",
    }
    texts["ferry-ld"] = texts["ferry"].replace("eleven", "twelve")
    with EmbeddedStore(tmp_path / "wire", create=True) as store:
        made = Sketcher(store.spec, store.secret).fingerprints(list(texts.values()))
        store.apply(
            [Upsert(Work(id, text), one, ("story:mp",)) for (id, text), one in zip(texts.items(), made, strict=True)]
        )
        write_snapshot(store, tmp_path / "taken", parts=2)
        drafts = [
            f"Our correspondent writes. {texts['mayor']} So it goes.",
            f"The last ferry left Pier 4 at noon on Monday, with twelve passengers aboard. {texts['ferry'][100:]}",
            "Nothing of this was ever on any wire, and nobody will find it there either.",
        ]
        with Snapshot(tmp_path / "taken") as taken:
            for draft in drafts:
                ours, theirs = to_dict(check(draft, store)), to_dict(check(draft, taken))
                assert ours == theirs
                assert len(ours["matches"]) == (0 if draft == drafts[2] else 1)


@pytest.mark.parametrize("bits", [16, 19])
def test_tables_of_many_rows_are_looked_up_by_more_bits(
    wire: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bits: int
) -> None:
    digest = write_snapshot(wire, tmp_path / "few").digest
    monkeypatch.setattr(snapshot_fill, "bits_for", lambda rows: bits)
    write_snapshot(wire, tmp_path / "many", parts=2)
    monkeypatch.undo()
    with Snapshot(tmp_path / "many") as opened:
        assert everything(opened) == everything(wire)
        assert write_snapshot(opened, tmp_path / "again").digest == digest
    assert [snapshot_rows.bits_for(rows) for rows in (0, 500_000, 600_000, 10**12)] == [15, 15, 16, 24]


def test_a_snapshot_larger_than_memory_answers_the_same(
    wire: Store, taken: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "sysconf", lambda name: 1)
    assert everything(Snapshot(taken)) == everything(wire)


def test_a_snapshot_is_an_index_for_the_command_line_too(taken: Path) -> None:
    opened = open_index(str(taken), readonly=True)
    assert isinstance(opened, Snapshot)
    assert opened.count() == 99
    opened.close()
    with pytest.raises(IndexProblem, match="has been closed"):
        opened.count()
    opened.close()


def test_a_snapshot_never_changes(taken: Path) -> None:
    with Snapshot(taken) as opened:
        assert opened.apply([]) == Applied()
        with pytest.raises(IndexProblem, match="is a snapshot, which never changes"):
            opened.apply([story("mp-99")])


def test_a_snapshot_stands_still_while_its_index_goes_on(tmp_path: Path) -> None:
    with EmbeddedStore(tmp_path / "wire", create=True, recompute=fingerprint_of) as store:
        store.apply([story("mp-1"), story("mp-2")])
        with store.contents() as held:
            store.apply([story("mp-3"), Remove("mp-1")])
            assert [stored.work.id for stored in held.works()] == ["mp-1", "mp-2"]
            assert sum(len(portion[0]) for portion in held.postings()) == 24
        write_snapshot(store, tmp_path / "taken")
        store.apply([Remove("mp-2")])
        with Snapshot(tmp_path / "taken") as taken:
            assert [entry.id for entry in taken.entries()] == ["mp-2", "mp-3"]
            assert set(taken.probe(fingerprint_of(f"{FERRY} Item mp-2.").keys).number.tolist()) == {2}


# --- the same again ---------------------------------------------------------------------------------------------


def test_the_same_contents_give_the_same_bytes_and_the_same_digest(wire: Store, taken: Path, tmp_path: Path) -> None:
    again = write_snapshot(wire, tmp_path / "again", parts=2)
    assert {file.name: file.read_bytes() for file in taken.iterdir()} == {
        file.name: file.read_bytes() for file in (tmp_path / "again").iterdir()
    }
    assert again.digest == snapshot_digest(taken) == snapshot_digest(str(taken))
    assert len(again.digest) == 32


def test_the_digest_names_what_is_in_it_and_not_how_it_is_divided(wire: Store, taken: Path, tmp_path: Path) -> None:
    digest = snapshot_digest(taken)
    with Snapshot(taken) as opened:
        assert write_snapshot(opened, tmp_path / "whole").digest == digest == opened.digest
        opened.backup(tmp_path / "copy")
    assert snapshot_digest(tmp_path / "copy") == digest
    write_snapshot(wire, tmp_path / "direct")
    for name in sorted(file.name for file in (tmp_path / "direct").iterdir()):
        assert (tmp_path / "direct" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


@pytest.mark.parametrize(
    "change",
    [story("new"), Amend("mp-6", {"status": "withheld"}), Remove("mp-6"), Expire("mp-6"), Amend("mp-6", {}, ("a",))],
    ids=lambda change: type(change).__name__,
)
def test_any_change_gives_another_digest(wire: Store, taken: Path, tmp_path: Path, change: Any) -> None:
    wire.apply([change])
    assert write_snapshot(wire, tmp_path / "later").digest != snapshot_digest(taken)


@pytest.mark.parametrize("part", ["keys", "positions", "bands"])
def test_other_rows_of_the_same_story_give_another_digest(tmp_path: Path, part: str) -> None:
    made = fingerprint_of(FERRY)
    digests = set()
    for name, one in (("a", made), ("b", replace(made, **{part: getattr(made, part) + 1}))):
        store = MemoryStore(secret=SECRET, clock=lambda: NOON)
        store.apply([Upsert(Work("mp-1", FERRY), one)])
        digests.add(write_snapshot(store, tmp_path / name).digest)
    assert len(digests) == 2


def test_rows_ids_and_links_that_come_in_many_portions(
    wire: Store, taken: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot_names, "RUN", 7)
    monkeypatch.setattr(contents, "PORTION", 7)
    monkeypatch.setattr(snapshot, "PORTION", 7)
    write_snapshot(wire, tmp_path / "again", parts=2)
    assert sorted(file.name for file in taken.iterdir()) == sorted(file.name for file in (tmp_path / "again").iterdir())
    assert all(file.read_bytes() == (tmp_path / "again" / file.name).read_bytes() for file in taken.iterdir())
    with Snapshot(taken) as opened:
        assert write_snapshot(opened, tmp_path / "third", parts=3).digest == opened.digest


# --- the key ----------------------------------------------------------------------------------------------------


def test_the_key_lies_beside_the_snapshot_and_not_in_it(taken: Path) -> None:
    key = taken.with_name("taken.key")
    assert key.read_bytes() == SECRET
    assert key.stat().st_mode & 0o077 == 0
    assert not any(SECRET in file.read_bytes() for file in taken.iterdir())
    key.rename(key.with_name("elsewhere"))
    with pytest.raises(KeyMissing, match="is not at"):
        Snapshot(taken)
    key.write_bytes(bytes(32))
    with pytest.raises(KeyMissing, match="belongs to another index"):
        Snapshot(taken)


def test_the_environment_names_the_key(wire: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret").write_bytes(SECRET)
    monkeypatch.setenv(VARIABLE, str(tmp_path / "secret"))
    write_snapshot(wire, tmp_path / "taken")
    assert not (tmp_path / "taken.key").exists()
    assert Snapshot(tmp_path / "taken").secret == SECRET
    (tmp_path / "secret").write_bytes(bytes(32))
    with pytest.raises(IndexProblem, match="key of another index"):
        write_snapshot(wire, tmp_path / "again")


# --- refusals ---------------------------------------------------------------------------------------------------


def test_nothing_is_written_over(wire: Store, taken: Path, tmp_path: Path) -> None:
    with pytest.raises(IndexProblem, match="is there already and not empty"):
        write_snapshot(wire, taken)
    (tmp_path / "file").write_text("notes")
    with pytest.raises(IndexProblem, match="is there already"):
        write_snapshot(wire, tmp_path / "file")
    (tmp_path / "other.key").write_bytes(bytes(32))
    with pytest.raises(IndexProblem, match="key of another index"):
        write_snapshot(wire, tmp_path / "other")
    for parts in (0, -1, 101):
        with pytest.raises(IndexProblem, match=f"has 1 to 100 parts, not {parts}"):
            write_snapshot(wire, tmp_path / "divided", parts=parts)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["file", "other.key", "taken", "taken.key"]
    (tmp_path / "empty").mkdir()
    assert write_snapshot(wire, tmp_path / "empty").works == 99


def test_of_two_exports_to_one_place_one_is_kept(wire: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def meanwhile(*given: Any) -> Any:
        monkeypatch.undo()
        manifest = snapshot_fill.fill(*given)
        write_snapshot(wire, tmp_path / "taken")
        return manifest

    monkeypatch.setattr("fingerprints.stores.snapshot_write.fill", meanwhile)
    with pytest.raises(IndexProblem, match="is there already and not empty"):
        write_snapshot(wire, tmp_path / "taken", parts=2)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["taken", "taken.key"]
    assert everything(Snapshot(tmp_path / "taken")) == everything(wire)


def test_where_there_is_no_snapshot(tmp_path: Path) -> None:
    for place in (tmp_path / "nowhere", tmp_path):
        with pytest.raises(IndexMissing, match="There is no snapshot at"):
            Snapshot(place)
    with pytest.raises(IndexMissing):
        snapshot_digest(tmp_path)


class Disordered(MemoryStore):
    """A store with a fault of its own."""

    def __init__(self, wrong: str) -> None:
        super().__init__(secret=SECRET)
        self.wrong = wrong

    @contextlib.contextmanager
    def contents(self) -> Any:
        with super().contents() as whole:
            yield self
            self.whole = whole

    def works(self) -> Any:
        with super().contents() as whole:
            found = list(whole.works())
            return iter(found[::-1] if self.wrong == "works" else found[:-1] if self.wrong == "orphans" else found)

    def postings(self) -> Any:
        with super().contents() as whole:
            for keys, numbers, positions in whole.postings():
                yield (
                    (keys[::-1], numbers[::-1], positions[::-1]) if self.wrong == "rows" else (keys, numbers, positions)
                )

    def bands(self) -> Any:
        with super().contents() as whole:
            yield from whole.bands()
            if self.wrong == "bands":
                yield from whole.bands()


@pytest.mark.parametrize("wrong", ["works", "orphans", "rows", "bands"])
def test_an_index_whose_rows_are_not_in_order_gives_no_snapshot(tmp_path: Path, wrong: str) -> None:
    store = Disordered(wrong)
    store.apply([story("mp-1"), story("mp-2")])
    with pytest.raises(IndexDamaged, match=r"are not in order.*wirecheck doctor"):
        write_snapshot(store, tmp_path / "taken")
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_story_in_the_index_gives_no_snapshot(tmp_path: Path) -> None:
    with EmbeddedStore(tmp_path / "wire", create=True, recompute=fingerprint_of) as store:
        store.apply([story("mp-1"), story("mp-2")])
    bare = open_pages(tmp_path / "wire" / "catalog.db")
    bare.execute("UPDATE texts SET packed = zeroblob(20) WHERE number = 2")
    bare.close()
    with (
        EmbeddedStore(tmp_path / "wire", readonly=True) as store,
        pytest.raises(IndexDamaged, match="'mp-2'"),
    ):
        write_snapshot(store, tmp_path / "taken")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["wire", "wire.key"]


# --- exports that are cut off -----------------------------------------------------------------------------------

KILLED = """
import os, signal, sys
from pathlib import Path
from fingerprints.stores.embedded import EmbeddedStore
from fingerprints.stores.snapshot import write_snapshot

left, fsync = int(sys.argv[3]), os.fsync

def dying(handle):
    global left
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    left -= 1
    fsync(handle)

os.fsync = dying
write_snapshot(EmbeddedStore(sys.argv[1], readonly=True), Path(sys.argv[2]), parts=2)
"""


def test_an_export_that_is_killed_is_never_taken_for_a_snapshot(tmp_path: Path) -> None:
    with EmbeddedStore(tmp_path / "wire", create=True, recompute=fingerprint_of, clock=lambda: NOON) as store:
        fill(store)
    place, killed = tmp_path / "taken", 0
    for step in itertools.count(0, 3):
        command = [sys.executable, "-c", KILLED, str(tmp_path / "wire"), str(place), str(step)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, env={**os.environ, VARIABLE: ""})
        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL, done.stderr
        killed += 1
        if (place / SNAPSHOT).exists():  # all was there, only the directory was not yet made durable
            break
        with pytest.raises(IndexMissing):
            open_index(str(place))
    assert killed > 5
    with EmbeddedStore(tmp_path / "wire") as store, Snapshot(place) as taken:
        assert everything(taken) == everything(store)
        assert examine(str(place))[0].severity is Severity.OK
        write_snapshot(store, tmp_path / "other")
    left = sorted(file.name for file in tmp_path.iterdir() if ".new-" in file.name and not file.is_file())
    assert left == [], "what the killed ones left was cleared away by the next"


def test_an_export_at_work_is_let_be_by_another(wire: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[list[str]] = []

    def meanwhile(folder: Path, *given: Any) -> Any:
        monkeypatch.undo()
        manifest = snapshot_fill.fill(folder, *given)
        command = [sys.executable, "-c", OTHER, str(folder)]
        held.append(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split())
        return manifest

    monkeypatch.setattr("fingerprints.stores.snapshot_write.fill", meanwhile)
    write_snapshot(wire, tmp_path / "taken")
    assert held == [["True"]], "the draft was still there after another process had cleared up"
    assert everything(Snapshot(tmp_path / "taken")) == everything(wire)


OTHER = """
import sys
from pathlib import Path
from fingerprints.stores.snapshot_write import _clear

_clear(Path(sys.argv[1]))
print(any(Path(sys.argv[1]).iterdir()))
"""


@pytest.mark.parametrize("after", [0, 3, 9, 30, 200])
def test_a_full_disk_leaves_nothing(wire: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    from fingerprints.stores.snapshot_files import Output

    count, write = itertools.count(), Output.write

    def full(self: Output, data: bytes) -> None:
        if next(count) >= after:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        write(self, data)

    monkeypatch.setattr(Output, "write", full)
    with pytest.raises(StorageFull, match="no room left"):
        write_snapshot(wire, tmp_path / "taken")
    assert list(tmp_path.iterdir()) == []
    monkeypatch.undo()
    assert write_snapshot(wire, tmp_path / "taken").works == 99


@pytest.mark.parametrize("where", ["fsync", "rename"])
def test_a_disk_that_fails_at_the_very_end_leaves_nothing(
    wire: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    def fails(*_: Any) -> None:
        raise OSError(errno.EDQUOT, os.strerror(errno.EDQUOT))

    if where == "fsync":
        monkeypatch.setattr("fingerprints.stores.snapshot_write.sync_directory", fails)
    else:
        monkeypatch.setattr(Path, "rename", fails)
    with pytest.raises(StorageFull):
        write_snapshot(wire, tmp_path / "taken")
    assert list(tmp_path.iterdir()) == []


# --- ruined and forged ------------------------------------------------------------------------------------------


def usable(place: Path) -> str:
    """What becomes of opening a snapshot and asking it everything: "ok", or the name of the error."""
    try:
        with Snapshot(place) as opened:
            everything(opened)
            return "ok"
    except WirecheckError as error:
        assert str(error)
        return type(error).__name__


@pytest.mark.parametrize("ruin", ["cut", "longer", "missing", "of another", "turned round"])
def test_a_file_that_is_not_the_one_that_was_written_is_seen_at_once(taken: Path, tmp_path: Path, ruin: str) -> None:
    other = MemoryStore(secret=SECRET, clock=lambda: NOON)
    fill(other)
    other.apply([Amend("mp-6", {"slug": "BC-Furry"}), Remove("mp-7"), story("mp-7", links=("story:fErry", "slug:7"))])
    write_snapshot(other, tmp_path / "other", parts=2)
    seen = 0
    for file in sorted(taken.iterdir()):
        whole = file.read_bytes()
        spoiled = {
            "cut": whole[:-1],
            "longer": whole + b"\0",
            "missing": None,
            "of another": (tmp_path / "other" / file.name).read_bytes(),
            "turned round": whole[::-1],
        }[ruin]
        file.unlink()
        if spoiled is not None:
            file.write_bytes(spoiled)
        if spoiled == whole:
            continue
        seen += 1
        missing = ruin == "missing" and file.name == SNAPSHOT
        with pytest.raises(IndexMissing if missing else IndexDamaged, match="There is no" if missing else "is damaged"):
            Snapshot(taken)
        if not missing:
            assert not all(finding.good for finding in examine(str(taken)))
        file.write_bytes(whole)
    assert seen > 10
    assert usable(taken) == "ok"


def test_flipped_bits_never_crash_and_the_doctor_finds_each(taken: Path) -> None:
    chance = random.Random(6)
    for file in sorted(taken.iterdir()):
        whole = file.read_bytes()
        for _ in range(12):
            at = chance.randrange(min(5000, len(whole)))
            spoiled = bytearray(whole)
            spoiled[at] ^= 1 << chance.randrange(8)
            file.write_bytes(spoiled)
            outcome = usable(taken)
            assert outcome in ("ok", "IndexDamaged", "FormatTooNew", "KeyMissing", "SpecMismatch"), (file.name, at)
            if file.name in (SNAPSHOT, "works.facts", "works.texts"):
                assert outcome != "ok", (file.name, at)
            assert any(not finding.good for finding in examine(str(taken))), (file.name, at)
        file.write_bytes(whole)
    assert usable(taken) == "ok"


def test_wild_numbers_in_every_file_never_crash(taken: Path) -> None:
    for file in sorted(taken.iterdir()):
        whole = file.read_bytes()
        for wild in (b"\xff", b"\x00", b"\x80"):
            file.write_bytes(wild * (len(whole) - 32) + whole[-32:])
            assert usable(taken) in ("IndexDamaged", "" if file.name.endswith(("starts", "offsets")) else "ok")
            assert not all(finding.good for finding in examine(str(taken)))
        file.write_bytes(whole)


def reckon(taken: Path) -> None:
    """Make the checksums of blocks right again, so that what stands behind them is tried."""
    kept = taken / BLOCKS
    footer = kept.read_bytes()[-32:]
    made = b""
    for file in sorted(file for file in taken.iterdir() if file.name not in (SNAPSHOT, BLOCKS)):
        sums = BlockSums()
        sums.update(file.read_bytes()[:-32])
        made += sums.finished().tobytes()
    kept.write_bytes(made + footer)


@pytest.mark.parametrize("field", ["number", "position"])
def test_numbers_and_words_that_cannot_be_are_not_answered(taken: Path, field: str) -> None:
    for file in taken.glob("postings-*.rows"):
        whole = file.read_bytes()
        rows = np.frombuffer(whole[:-32], dtype=POSTINGS).copy()
        rows[field] = 1 << 30
        file.write_bytes(rows.tobytes() + whole[-32:])
    reckon(taken)
    with Snapshot(taken) as opened, pytest.raises(IndexDamaged, match="that cannot be stand in it"):
        opened.probe(fingerprint_of(FERRY).keys)


def test_starts_that_go_back_are_not_followed(taken: Path) -> None:
    for file in taken.glob("*.starts"):
        if file.name.startswith(("postings", "bands")):
            whole = file.read_bytes()
            starts = np.frombuffer(whole[:-32], dtype="<u8").copy()
            starts[1:-1] = starts[1:-1][::-1]
            file.write_bytes(starts.tobytes() + whole[-32:])
    reckon(taken)
    with Snapshot(taken) as opened:
        many = np.random.default_rng(1).integers(0, 1 << KEY_BITS, 300_000, dtype=np.uint64)
        for ask in (opened.probe, opened.near):
            with pytest.raises(IndexDamaged, match="places of rows that cannot be"):
                ask(many)
        with opened.contents() as whole_again, pytest.raises(IndexDamaged, match="places of rows"):
            list(whole_again.postings())


def test_a_damaged_text_is_named_and_the_others_are_read(taken: Path) -> None:
    with Snapshot(taken) as opened:
        begin = int(opened._works._offsets.items["text"][7])
        hurt = opened._works.facts(7).id
        sound = [stored.number for stored in opened.fetch(range(200)) if stored.work.id != hurt]
    texts = bytearray((taken / "works.texts").read_bytes())
    texts[begin + 20] ^= 4
    (taken / "works.texts").write_bytes(texts)
    with Snapshot(taken) as opened:
        with pytest.raises(IndexDamaged, match=rf"'{hurt}' \(revision 1\) is damaged in the snapshot"):
            opened.revisions(hurt)
        assert [stored.number for stored in opened.fetch(sound)] == sound
        assert len(opened.probe(fingerprint_of(f"{FERRY} Item {hurt}.").keys).row) == 12, "it is still found"
    found = examine(str(taken))
    assert [(finding.severity, finding.subject) for finding in found] == [
        (Severity.DAMAGED, "works.texts"),
        (Severity.DAMAGED, hurt),
    ]


def test_a_story_that_was_changed_without_the_key_is_not_believed(taken: Path) -> None:
    facts = (taken / "works.facts").read_bytes()
    assert facts.count(b"canceled") == 1
    (taken / "works.facts").write_bytes(facts.replace(b"canceled", b"usable!!"))
    with Snapshot(taken) as opened, pytest.raises(IndexDamaged, match="story with number 4 is not as it was stored"):
        opened.revisions("mp-3")
    assert [finding.subject for finding in examine(str(taken))] == ["works.facts", "number 4"]


def test_a_text_that_was_changed_and_packed_again_is_not_believed(taken: Path) -> None:
    texts = (taken / "works.texts").read_bytes()
    with Snapshot(taken) as opened:
        begin, end = opened._works._offsets.items["text"][[7, 8]].tolist()
        (told,) = opened.fetch([opened._works.number(7)])
    changed = zlib.compress(told.work.text.replace("noon", "moon").encode(), 3)
    assert len(changed) == end - begin
    (taken / "works.texts").write_bytes(texts[:begin] + changed + texts[end:])
    with Snapshot(taken) as opened, pytest.raises(IndexDamaged, match=f"'{told.work.id}'"):
        opened.fetch([told.number])


def test_a_pipe_in_the_place_of_a_file_is_no_file(taken: Path) -> None:
    for name in ("ids.names", SNAPSHOT):
        (taken / name).unlink()
        os.mkfifo(taken / name)
        with pytest.raises(IndexProblem, match="missing" if name == "ids.names" else "no snapshot"):
            Snapshot(taken)


def rewritten(place: Path, change: Callable[[dict[str, Any]], object], secret: bytes | None = None) -> None:
    """Forge a manifest: with a right checksum, and with a right seal too when the secret is known."""
    body = json.loads((place / SNAPSHOT).read_text())
    change(body)
    body["checksum"] = snapshot_manifest._checksum(body)
    if secret:
        body["seal"] = seal(body["checksum"], secret)
    (place / SNAPSHOT).write_text(snapshot_manifest._spelt(body))


def test_a_manifest_forged_without_the_key_is_refused(taken: Path) -> None:
    rewritten(taken, lambda body: body["figures"].update(works=98))
    with pytest.raises(IndexDamaged, match="not written by one who had its key"):
        Snapshot(taken)
    assert [finding.subject for finding in examine(str(taken))] == ["manifest"]


@pytest.mark.parametrize(
    "change",
    [
        lambda body: body["parts"].clear(),
        lambda body: body["parts"].append({"first": 1, "postings_bits": 15, "bands_bits": 15}),
        lambda body: body["parts"][0].update(first=3),
        lambda body: body["parts"][1].update(postings_bits=60),
        lambda body: body["parts"][1].update(bands_bits=16),
        lambda body: body["files"].pop("ids.names"),
        lambda body: body["files"].update({"../../../etc/passwd": body["files"]["ids.names"]}),
        lambda body: body["files"]["ids.names"].update(items=-1),
        lambda body: body["files"]["ids.names"].update(items=1e300),
        lambda body: body["files"]["ids.names"].update(items=True),
        lambda body: body["files"]["ids.names"].update(dtype="|O"),
        lambda body: body["files"]["works.numbers"].update(items=3),
        lambda body: body["files"]["postings-00.rows"].update(items=0),
        lambda body: body["files"].update({"ids.names": None}),
        lambda body: body.update(files=[]),
        lambda body: body.update(figures={}),
        lambda body: body["figures"].update(revisions=1 << 60),
        lambda body: body.pop("contents"),
        lambda body: body.update(parts="many"),
        lambda body: body.update(kind="other"),
        lambda body: body.update(format="1"),
    ],
)
def test_a_manifest_that_makes_no_sense_is_refused(taken: Path, change: Callable[[dict[str, Any]], object]) -> None:
    rewritten(taken, change, SECRET)
    with pytest.raises(IndexDamaged, match="is damaged"):
        Snapshot(taken)
    assert [finding.severity for finding in examine(str(taken))] == [Severity.DAMAGED]


@pytest.mark.parametrize("junk", [b"", b"{", b"[" * 100_000, b"null", b"\xff\xfe", b'{"kind": 1}', b" " * (2 << 20)])
def test_what_is_no_manifest_is_refused(taken: Path, junk: bytes) -> None:
    (taken / SNAPSHOT).write_bytes(junk)
    with pytest.raises(IndexDamaged, match="is not the manifest of a snapshot"):
        open_index(str(taken))


def test_a_snapshot_of_a_newer_wirecheck_or_of_another_specification_is_refused_by_name(taken: Path) -> None:
    rewritten(taken, lambda body: body.update(format=3), SECRET)
    with pytest.raises(FormatTooNew, match="has format 3, this Wirecheck knows up to 2"):
        Snapshot(taken)
    rewritten(taken, lambda body: body.update(format=2, spec={**body["spec"], "shingle": 5}), SECRET)
    with pytest.raises(SpecMismatch, match="shingle 5, not 4"):
        Snapshot(taken)
    assert [finding.subject for finding in examine(str(taken))] == ["specification"]
    rewritten(taken, lambda body: body.update(spec={**body["spec"], "new": 5}), SECRET)
    with pytest.raises(SpecMismatch, match="does not know"):
        Snapshot(taken)


def test_a_snapshot_of_its_own_specification_is_opened_with_it(tmp_path: Path) -> None:
    other = FingerprintSpec(shingle=5)
    store = MemoryStore(other, SECRET)
    write_snapshot(store, tmp_path / "taken")
    with pytest.raises(SpecMismatch, match="shingle 5, not 4"):
        Snapshot(tmp_path / "taken")
    assert Snapshot(tmp_path / "taken", spec=other).spec == other != DEFAULT_SPEC


# --- the doctor -------------------------------------------------------------------------------------------------


def test_the_doctor_says_that_a_snapshot_is_sound(taken: Path) -> None:
    (found,) = examine(str(taken))
    assert (found.severity, found.subject) == (Severity.OK, "snapshot")
    assert found.sentence == "101 revisions and 1,212 postings are as they were written."
    assert repair(str(taken)) == [found]


def test_the_doctor_repairs_no_snapshot(taken: Path) -> None:
    spoiled = bytearray((taken / "postings-01.rows").read_bytes())
    spoiled[5] ^= 1
    (taken / "postings-01.rows").write_bytes(spoiled)
    assert examine(str(taken), deep=False)[0].severity is Severity.OK
    assert [finding.subject for finding in examine(str(taken))] == ["postings-01.rows"]
    assert [finding.subject for finding in repair(str(taken))] == ["postings-01.rows", "repair"]
    assert (taken / "postings-01.rows").read_bytes() == spoiled
    with Snapshot(taken) as opened, pytest.raises(IndexDamaged, match=r"postings-01\.rows is not as it was written"):
        opened.backup(taken.with_name("copy"))
    assert not taken.with_name("copy").exists()
    taken.with_name("taken.key").unlink()
    assert [finding.subject for finding in examine(str(taken), deep=False)] == ["key"]


# --- many readers -----------------------------------------------------------------------------------------------


def ask(place: str) -> tuple[int, list[int]]:
    """In a process of its own."""
    with Snapshot(place) as opened:
        hits = opened.probe(fingerprint_of(FERRY).keys)
        return opened.count(), hits.number.tolist()


def test_processes_and_threads_read_one_snapshot_at_once(wire: Store, taken: Path) -> None:
    expected = everything(wire)
    with Snapshot(taken) as opened:
        answers: list[bool] = []
        threads = [
            threading.Thread(target=lambda: answers.append(everything(opened) == expected), daemon=True)
            for _ in range(6)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert answers == [True] * 6
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        found = pool.map(ask, [str(taken)] * 4, chunksize=1)
    assert found == [(99, wire.probe(fingerprint_of(FERRY).keys).number.tolist())] * 4


def test_reading_writes_nothing(wire: Store, taken: Path) -> None:
    before = {file.name: file.stat().st_mtime_ns for file in taken.iterdir()}
    for file in taken.iterdir():
        file.chmod(0o400)
    taken.chmod(0o500)
    try:
        assert everything(open_index(str(taken))) == everything(wire)
        assert examine(str(taken))[0].severity is Severity.OK
        assert {file.name: file.stat().st_mtime_ns for file in taken.iterdir()} == before
    finally:
        taken.chmod(0o700)


def test_an_empty_index_has_a_snapshot_too(tmp_path: Path) -> None:
    write_snapshot(MemoryStore(secret=SECRET), tmp_path / "taken", parts=3)
    with Snapshot(tmp_path / "taken") as opened:
        found: list[StoredWork] = opened.fetch([1])
        assert (opened.count(), list(opened.entries()), found, opened.revisions("mp-1")) == (0, [], [], [])
        assert opened.probe(fingerprint_of(FERRY).keys).frequency.tolist() == [0] * 12
        with opened.contents() as whole:
            assert [list(whole.postings()), list(whole.bands()), list(whole.works())] == [[], [], []]
    assert examine(str(tmp_path / "taken"))[0].severity is Severity.OK


# --- the command ------------------------------------------------------------------------------------------------


def test_the_command_makes_a_snapshot(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from cli.snapshot import snapshot as command

    with EmbeddedStore(tmp_path / "wire", create=True, recompute=fingerprint_of) as store:
        store.apply([story("mp-1"), story("mp-2")])
    assert command(tmp_path / "taken", str(tmp_path / "wire"), 2) == 0
    assert f"2 stories, 1.1 MB, in 2 parts: {tmp_path / 'taken'}" in capsys.readouterr().out
    assert Snapshot(tmp_path / "taken").count() == 2
    with pytest.raises(IndexProblem, match="is there already"):
        command(tmp_path / "taken", str(tmp_path / "wire"), 1)
