"""The index directory: what it survives, what it refuses, and what the doctor can do for it."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import stat
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import apsw
import numpy as np
import pytest

from fingerprints.errors import (
    FormatTooNew,
    IndexBusy,
    IndexDamaged,
    IndexMissing,
    IndexProblem,
    KeyMissing,
    SpecMismatch,
    StorageFull,
    WirecheckError,
)
from fingerprints.index import Amend, Applied, Expire, Fingerprint, Operation, Remove, Upsert, Work
from fingerprints.spec import DEFAULT_SPEC, KEY_BITS
from fingerprints.stores import batch, beside, open_index, postings, schema, works
from fingerprints.stores.doctor import Severity, examine, repair
from fingerprints.stores.embedded import EmbeddedStore
from fingerprints.stores.keyfile import VARIABLE
from fingerprints.stores.memory import MemoryStore
from fingerprints.stores.pages import open_pages, seal_of
from fingerprints.stores.stored import LEVEL

TESTS = Path(__file__).resolve().parent
FERRY = "HARBORVIEW (MP) -- The last ferry of the season left Pier 4 at noon on Monday with eleven passengers aboard."
MAYOR = "LARKSPUR (MP) -- Mayor Ada Quill said Tuesday that the old mill bridge would close for repairs until spring."


def fingerprint_of(text: str, count: int = 12) -> Fingerprint:
    """Rows that belong to a text and to no other: random, but the same every time."""
    chance = np.random.default_rng(zlib.crc32(text.encode()))
    made = chance.integers(0, 1 << KEY_BITS, count + 3, dtype=np.uint64)
    return Fingerprint(made[:count], np.arange(0, 5 * count, 5, dtype=np.int32), made[count:], len(text.split()))


def story(id: str, text: str | None = None, title: str = "", links: tuple[str, ...] = ()) -> Upsert:
    text = f"{FERRY} Item {id}." if text is None else text
    return Upsert(Work(id, text, title, holder="Meridian Press"), fingerprint_of(text), links)


def open_wire(index: Path, *, create: bool = False, readonly: bool = False, busy: float = 5.0) -> EmbeddedStore:
    return EmbeddedStore(index, create=create, readonly=readonly, busy_seconds=busy, recompute=fingerprint_of)


@pytest.fixture
def wire(tmp_path: Path) -> Iterator[EmbeddedStore]:
    with open_wire(tmp_path / "wire", create=True) as store:
        yield store


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """A closed index of ten stories, mp-0 to mp-9."""
    with open_wire(tmp_path / "wire", create=True) as store:
        store.apply([story(f"mp-{n}") for n in range(10)])
    return tmp_path / "wire"


KILL = {"status": "canceled"}


@pytest.fixture
def archive(index: Path) -> Path:
    """The ten stories and four more: 11 with a link, 12 killed later, 13 and 14 expired and linked, 14 killed too."""
    with open_wire(index) as store:
        store.apply([story(f"mp-{n}", links=("story:ferry",) * (n != 11)) for n in range(10, 14)])
        store.apply([Amend("mp-11", KILL), Amend("mp-13", KILL), Expire("mp-12"), Expire("mp-13")])
    return index


def as_archived(store: EmbeddedStore) -> bool:
    """Whether all of `archive` is as it was stored."""
    told = {found.work.id: found for n in range(10, 14) for found in store.revisions(f"mp-{n}")}
    for id in ("mp-12", "mp-13"):
        made = fingerprint_of(f"{FERRY} Item {id}.")
        assert set(store.probe(made.keys).number.tolist()) == {told[id].number}
        assert (told[id].work.text, len(told[id].places)) == ("", 5)
    assert [id for id, found in told.items() if found.expired] == ["mp-12", "mp-13"]
    assert [id for id, found in told.items() if found.work.metadata == KILL] == ["mp-11", "mp-13"]
    assert [id for id, found in told.items() if found.links] == ["mp-10", "mp-12", "mp-13"]
    assert len(store.linked(["story:ferry"])) == 3
    return all(is_whole(store, f"mp-{n}") for n in range(12))


@contextlib.contextmanager
def catalogue(index: Path) -> Iterator[apsw.Connection]:
    """The bare database, as one would open it who writes sound pages with what he likes in them."""
    connection = open_pages(index / "catalog.db", apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE)
    yield connection
    connection.close()


def is_whole(store: EmbeddedStore, id: str) -> bool:
    """Whether a story is there with its text and all of its rows; False when nothing of it is."""
    made = fingerprint_of(f"{FERRY} Item {id}.")
    hits = store.probe(made.keys)
    found = store.revisions(id)
    if not found:
        assert not len(hits.row)
        assert not len(store.near(made.bands))
        return False
    assert found[0].work.text == f"{FERRY} Item {id}."
    assert hits.row.tolist() == list(range(12))
    assert set(hits.number.tolist()) == {found[0].number} == set(store.near(made.bands).tolist())
    return True


def child(code: str, *arguments: str, first: str = "") -> subprocess.Popen[str]:
    """Another process that runs `code` with everything of this module at hand."""
    lines = (
        f"import sys; sys.path[:0] = {[str(TESTS.parent), str(TESTS)]!r}\n{first}\nfrom test_embedded import *\n{code}"
    )
    return subprocess.Popen([sys.executable, "-c", lines, *arguments], stdout=subprocess.PIPE, text=True)


# --- what is kept -----------------------------------------------------------------------------------------------


def test_an_index_is_the_same_after_opening_it_again(index: Path) -> None:
    with open_wire(index) as store:
        assert all(is_whole(store, f"mp-{n}") for n in range(10))
        secret, info = store.secret, store.info()
        assert (info.works, info.postings, info.location) == (10, 120, str(index))
        assert info.file_bytes >= info.fingerprint_bytes >= 8192
        assert info.text_bytes > 0
    with EmbeddedStore(index, create=True) as again:
        assert again.secret == secret
        assert again.info().works == 10
    assert sorted(path.name for path in index.iterdir()) == ["catalog.db"]


def test_the_secret_lies_outside_for_its_owner_only(index: Path, tmp_path: Path) -> None:
    key = tmp_path / "wire.key"
    assert len(key.read_bytes()) == 32
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert all(key.read_bytes() not in path.read_bytes() for path in index.iterdir())


def test_the_environment_may_name_the_key_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "safe.key"))
    EmbeddedStore(tmp_path / "wire", create=True).close()
    assert not (tmp_path / "wire.key").exists()
    kept = (tmp_path / "safe.key").read_bytes()
    with EmbeddedStore(tmp_path / "second", create=True) as second:
        assert second.secret == kept, "a key that is there is used and never overwritten"


def test_large_batches_give_what_small_ones_give(wire: EmbeddedStore) -> None:
    """Past some thousand rows other ways of writing are taken; the rows must be the same."""
    chance = np.random.default_rng(5)
    pool = chance.integers(0, 1 << KEY_BITS, 100_000, dtype=np.uint64)
    made = {}
    for n in range(600):
        common = pool[chance.integers(0, 50, 10)]
        rows = np.concatenate([common, pool[chance.integers(0, 100_000, 190)]])
        made[f"Item {n}."] = Fingerprint(rows, np.arange(200, dtype=np.int32), pool[n : n + 5], 200)
    everything = [Upsert(Work(f"mp-{n}", text), made[text]) for n, text in enumerate(made)]
    wire._recompute = made.__getitem__
    plain = MemoryStore()
    for part in (
        everything[:300],
        everything[300:550],
        everything[550:],
        [Remove(f"mp-{n}") for n in range(0, 600, 3)],
    ):
        assert wire.apply(part) == plain.apply(part)
        ours, theirs = wire.probe(pool[:5000]), plain.probe(pool[:5000])
        for column in ("row", "number", "position", "frequency"):
            assert np.array_equal(getattr(ours, column), getattr(theirs, column)), column
        assert (wire.info().postings, wire.info().hot_keys) == (plain.info().postings, plain.info().hot_keys)
        assert wire.near(pool[:700]).tolist() == plain.near(pool[:700]).tolist()
    assert examine(str(wire.info().location))[0].severity is Severity.OK


def test_an_sqlite_without_carray_serves_as_well(tmp_path: Path) -> None:
    code = """
with open_wire(Path(sys.argv[1]), create=True) as store:
    assert not lists.HAS_CARRAY
    store.apply([story(f"mp-{n}", FERRY) for n in range(80)] + [story("other")])
    store.apply([Remove(f"mp-{n}") for n in range(3)])
    hits = store.probe(fingerprint_of(FERRY).keys)
    assert hits.frequency.tolist() == [77] * 12 and len(hits.row) == 64 * 12
    assert len(store.near(fingerprint_of(FERRY).bands)) == 77
    assert [found.number for found in store.fetch([81, 5])] == [81, 5]
    assert is_whole(store, "other")
    print(store.info().hot_keys)
"""
    old = "import apsw; apsw.compile_options = ()\nfrom fingerprints.stores import lists\n"
    assert child(code, str(tmp_path / "wire"), first=old).communicate()[0] == "12\n"


def test_several_threads_may_use_one_store(wire: EmbeddedStore) -> None:
    def work(name: str) -> None:
        for n in range(10):
            wire.apply([story(f"{name}-{n}")])
            assert is_whole(wire, f"{name}-{n}")

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wire.info().works == 40


def test_what_is_removed_is_gone_from_the_bytes_of_the_files(index: Path) -> None:
    with open_wire(index) as store:
        store.apply([story("secret", MAYOR * 9, title="Quill bridge canary"), *[story(f"more-{n}") for n in range(9)]])
        with catalogue(index) as bare:
            packed = bytes(bare.execute("SELECT packed FROM texts WHERE number = 11").get)
        traces = [b"Quill bridge canary", packed[2:40], packed[-40:]]
        written = b"".join(path.read_bytes() for path in index.iterdir())
        assert all(trace in written for trace in traces), "the test must be able to see them"
        assert store.apply([Remove("secret")]) == Applied(removed=1)
        left = b"".join(path.read_bytes() for path in index.iterdir())
        assert not [trace for trace in traces if trace in left]


def test_removing_is_complete_even_where_the_rows_cannot_be_made_anew(index: Path) -> None:
    def unable(text: str) -> Fingerprint:
        raise WirecheckError("no")

    for recompute in (unable, lambda text: fingerprint_of(text + "other")):
        with EmbeddedStore(index, recompute=recompute) as store:
            id = next(store.entries()).id
            store.apply([Remove(id)])
            assert not is_whole(store, id)
    assert examine(str(index))[0].severity is Severity.OK


def test_removing_is_complete_even_where_the_rows_have_changed(index: Path) -> None:
    with catalogue(index) as bare:
        bare.execute("UPDATE postings SET key = key + 1 WHERE place = 6 << 19")
        bare.execute("UPDATE bands SET key = key + 1 WHERE number = 6")
    with open_wire(index) as store:
        store.apply([Remove("mp-5"), Remove("mp-6")])
        assert store.info().postings == 96
    with catalogue(index) as bare:
        assert bare.execute("SELECT count(*) FROM postings").get == 96
        assert bare.execute("SELECT count(*) FROM bands").get == 24


def test_a_first_large_batch_fills_its_pages(wire: EmbeddedStore) -> None:
    chance = np.random.default_rng(7)
    rows, made = 60_000, np.zeros(0, dtype=np.uint64)
    stories = [
        Upsert(
            Work(f"mp-{n}", f"Item {n}."),
            Fingerprint(chance.integers(0, 1 << KEY_BITS, 300, np.uint64), np.arange(300, dtype=np.int32), made, 300),
        )
        for n in range(rows // 300)
    ]
    wire.apply(stories)
    assert wire.info().fingerprint_bytes < 17 * rows, "rows of 16 bytes; SQLite's usual filling would take 18.4"


# --- what is refused --------------------------------------------------------------------------------------------


def test_where_no_index_is_none_is_opened(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "ferry.jpg").write_bytes(b"JFIF")
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes.txt").write_text("call the harbourmaster")
    for name, words in {
        "nothing": "There is no index at",
        "empty": "no index in the directory",
        "photos": "no index in the directory",
        "notes.txt": "is a file, not an index directory",
    }.items():
        with pytest.raises(IndexMissing, match=words) as refusal:
            open_index(str(tmp_path / name))
        assert "wirecheck add" in str(refusal.value)
    for name in ("photos", "notes.txt"):
        with pytest.raises(IndexMissing, match="choose"):
            open_index(str(tmp_path / name), create=True)
    assert not list(tmp_path.glob("*.key"))


def test_an_index_of_another_specification_is_refused_by_name(tmp_path: Path) -> None:
    other = replace(DEFAULT_SPEC, shingle=7, window=9)
    EmbeddedStore(tmp_path / "wire", spec=other, create=True).close()
    with pytest.raises(SpecMismatch, match=r"shingle 7, not \d+; window 9, not \d+"):
        open_index(str(tmp_path / "wire"))
    with EmbeddedStore(tmp_path / "wire", spec=other) as store:
        assert store.spec == other


def test_a_specification_nobody_knows_is_refused(index: Path) -> None:
    with catalogue(index) as bare:
        digest, key, created = bare.execute("SELECT digest, key_id, created FROM meta").get
        other = '{"colour": "blue"}'
        bare.execute("UPDATE meta SET spec = ?", (other,))
        with pytest.raises(IndexDamaged, match="says of itself"):
            open_wire(index)
        bare.execute("UPDATE meta SET seal = ?", (schema.seal(other, digest, key, created),))
    with pytest.raises(SpecMismatch, match="colour"):
        open_wire(index)


def test_a_newer_format_is_refused(index: Path) -> None:
    with catalogue(index) as bare:
        bare.execute("PRAGMA user_version = 4")
    with pytest.raises(FormatTooNew, match="format 4, this Wirecheck knows up to 3"):
        open_wire(index)
    with pytest.raises(FormatTooNew):
        examine(str(index))


OLD_TABLES = """
CREATE TABLE meta (
        row INTEGER PRIMARY KEY CHECK (row = 1), spec TEXT NOT NULL, digest TEXT NOT NULL,
        key_id TEXT NOT NULL, created TEXT NOT NULL, seal TEXT NOT NULL) STRICT;
CREATE TABLE works (
        number INTEGER PRIMARY KEY AUTOINCREMENT, id BLOB NOT NULL, revision INTEGER NOT NULL,
        current INTEGER NOT NULL, title BLOB NOT NULL, holder BLOB NOT NULL, story BLOB NOT NULL,
        version BLOB NOT NULL, metadata BLOB NOT NULL, added TEXT NOT NULL, words INTEGER NOT NULL,
        text_bytes INTEGER NOT NULL, packed_bytes INTEGER NOT NULL, text_check BLOB NOT NULL,
        postings INTEGER NOT NULL, bands INTEGER NOT NULL, rows_check INTEGER NOT NULL) STRICT;
CREATE UNIQUE INDEX works_by_id ON works (id, revision);
CREATE UNIQUE INDEX works_current ON works (id) WHERE current = 1;
CREATE TABLE texts (number INTEGER PRIMARY KEY, packed BLOB NOT NULL) STRICT;
CREATE TABLE postings (
        key INTEGER NOT NULL, place INTEGER NOT NULL, PRIMARY KEY (key, place)) STRICT, WITHOUT ROWID;
CREATE TABLE bands (
        key INTEGER NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (key, number)) STRICT, WITHOUT ROWID;
CREATE TABLE hot (key INTEGER PRIMARY KEY, frequency INTEGER NOT NULL, bound INTEGER NOT NULL) STRICT;
PRAGMA application_id = 0x57524348; PRAGMA user_version = 1;
"""


@pytest.fixture
def old(index: Path, tmp_path: Path) -> Path:
    """The index of ten stories as Wirecheck 0.1 made it, in format 1."""
    newer = tmp_path / "newer.db"
    (index / "catalog.db").rename(newer)
    with catalogue(index) as bare:
        bare.execute("PRAGMA journal_mode = WAL")
        bare.execute(OLD_TABLES)
        bare.execute("ATTACH ? AS newer", (str(newer),))
        for table in ("meta", "works", "texts", "postings", "bands", "hot"):
            bare.execute(f"INSERT INTO {table} SELECT * FROM newer.{table}")
    newer.unlink()
    return index


def format_of(index: Path) -> int:
    with catalogue(index) as bare:
        tables = {name for (name,) in bare.execute("SELECT name FROM sqlite_schema")}
        version = int(bare.execute("PRAGMA user_version").get)
    assert ({"said", "links"} <= tables) == (version >= 2)
    return version


def test_an_index_of_format_1_is_read_as_it_is(old: Path, tmp_path: Path) -> None:
    before = (old / "catalog.db").read_bytes()
    for readonly in (True, False):
        with open_wire(old, readonly=readonly) as store:
            assert all(is_whole(store, f"mp-{n}") for n in range(10))
            assert store.linked(["story:ferry"]).tolist() == []
            assert [(found.links, found.expired, found.places) for found in store.fetch([3])] == [((), "", ())]
            assert [entry.expired for entry in store.entries()] == [""] * 10
            assert store.info().expired == 0
            store.backup(tmp_path / f"copy-{readonly}")
        assert format_of(tmp_path / f"copy-{readonly}") == 1
    assert examine(str(old))[0].severity is Severity.OK
    assert repair(str(old))[0].severity is Severity.OK
    assert (old / "catalog.db").read_bytes() == before
    assert format_of(old) == 1


def test_the_first_write_gives_an_index_of_format_1_the_rest(old: Path) -> None:
    operations: list[Operation] = [story("new", links=("story:ferry",)), Amend("mp-3", KILL), Expire("mp-4")]
    with open_wire(old, readonly=True) as reader, open_wire(old) as store:
        assert reader.linked(["story:ferry"]).tolist() == []
        assert store.apply(operations) == Applied(added=1, amended=1, expired=1)
        for either in (reader, store):
            assert either.linked(["story:ferry"]).tolist() == [11]
            assert either.revisions("mp-3")[0].work.metadata == KILL
            assert either.fetch([5])[0].expired
            assert either.info().expired == 1
    assert format_of(old) == 3
    assert examine(str(old))[0].severity is Severity.OK
    with open_wire(old) as store:
        assert all(is_whole(store, f"mp-{n}") for n in range(10) if n != 4)


def test_a_write_that_fails_leaves_an_index_in_format_1(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*arguments: object) -> None:
        raise KeyboardInterrupt

    with open_wire(old) as store:
        with monkeypatch.context() as patched:
            patched.setattr(postings, "update_hot", interrupt)
            with pytest.raises(KeyboardInterrupt):
                store.apply([Amend("mp-3", KILL)])
        assert store.revisions("mp-3")[0].work.metadata == {}
    assert format_of(old) == 1


def test_the_doctor_repairs_an_index_of_format_1(old: Path) -> None:
    with catalogue(old) as bare:
        bare.execute("DELETE FROM postings WHERE place >> 19 = 6")
    assert {finding.severity for finding in repair(str(old), recompute=fingerprint_of)} == {Severity.REPAIRED}
    with open_wire(old) as store:
        assert all(is_whole(store, f"mp-{n}") for n in range(10))
    spoil(old, "bands")
    assert {finding.severity for finding in repair(str(old), recompute=fingerprint_of)} == {Severity.REPAIRED}
    with open_wire(old) as store:
        assert all(is_whole(store, f"mp-{n}") for n in range(10))
    assert format_of(old) == 3


def test_an_index_that_lacks_a_table_of_its_format_is_refused(index: Path) -> None:
    with catalogue(index) as bare:
        bare.execute("DROP TABLE links")
    with pytest.raises(IndexDamaged, match="right tables: links, links_by_number"):
        open_wire(index)


def test_without_its_key_an_index_is_refused_and_the_key_not_replaced(index: Path, tmp_path: Path) -> None:
    key = tmp_path / "wire.key"
    right = key.read_bytes()
    key.unlink()
    for create in (False, True):
        with pytest.raises(KeyMissing, match=r"wire\.key; put the key file back"):
            open_wire(index, create=create)
    assert not key.exists()
    assert examine(str(index))[0].subject == "key"
    key.write_bytes(bytes(32))
    with pytest.raises(KeyMissing, match="belongs to another index"):
        open_wire(index)
    key.write_bytes(b"short")
    with pytest.raises(KeyMissing, match="not a Wirecheck key file"):
        open_wire(index)
    key.write_bytes(right)
    open_wire(index).close()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"this is not a database, it is a shopping list" * 200),
        lambda path: os.truncate(path, path.stat().st_size // 2),
        lambda path: os.truncate(path, 50),
        lambda path: path.unlink() or apsw.Connection(str(path)).execute("CREATE TABLE cats (name)"),
    ],
    ids=["empty file", "not a database", "half", "stump", "another database"],
)
def test_what_is_not_a_catalogue_is_refused_with_advice(index: Path, spoil: Callable[[Path], object]) -> None:
    spoil(index / "catalog.db")
    with pytest.raises(IndexDamaged, match="run `wirecheck doctor --index "):
        open_wire(index)
    assert examine(str(index))[0].severity is Severity.DAMAGED
    assert repair(str(index), recompute=fingerprint_of)[0].severity is not Severity.OK


def test_opening_changes_nothing(index: Path) -> None:
    before = (index / "catalog.db").read_bytes()
    open_wire(index).close()
    open_wire(index, readonly=True).close()
    assert (index / "catalog.db").read_bytes() == before


def test_a_closed_store_says_so(wire: EmbeddedStore) -> None:
    wire.close()
    wire.close()
    with pytest.raises(IndexProblem, match="has been closed"):
        wire.probe(fingerprint_of(FERRY).keys)


@pytest.mark.parametrize("step", ["make_key", "build_catalogue", "publish_catalogue"])
def test_creating_can_be_completed_after_a_crash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    def crash(*arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(schema, step, crash)
        with pytest.raises(KeyboardInterrupt):
            open_wire(tmp_path / "wire", create=True)
    (tmp_path / "wire" / "catalog.db.new-leftover").write_bytes(b"half a catalogue")
    with open_wire(tmp_path / "wire", create=True) as store:
        store.apply([story("mp-1")])
        assert is_whole(store, "mp-1")


# --- several at once --------------------------------------------------------------------------------------------


def test_a_second_writer_waits_and_then_says_who_is_in_the_way(index: Path) -> None:
    with open_wire(index, busy=0.2) as store, catalogue(index) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(IndexBusy, match="Another process is writing"):
            store.apply([story("late")])
        assert is_whole(store, "mp-1"), "reading goes on"
        other.execute("ROLLBACK")
        assert store.apply([story("late")]) == Applied(added=1)
    with open_wire(index, busy=20) as patient, catalogue(index) as other:
        other.execute("BEGIN IMMEDIATE")
        release = threading.Timer(0.2, lambda: other.execute("ROLLBACK"))
        release.start()
        assert patient.apply([story("later")]) == Applied(added=1)
        release.join()


def test_one_who_waits_for_another_writer_can_be_interrupted(index: Path) -> None:
    code = """
with open_wire(Path(sys.argv[1]), busy=60) as store:
    print("waiting", flush=True)
    try:
        store.apply([story("late")])
    except KeyboardInterrupt:
        print("interrupted", is_whole(store, "late"))
"""
    with catalogue(index) as other:
        other.execute("BEGIN IMMEDIATE")
        waiting = child(code, str(index))
        assert waiting.stdout
        assert waiting.stdout.readline() == "waiting\n"
        time.sleep(0.2)
        waiting.send_signal(signal.SIGINT)
        assert waiting.communicate(timeout=10)[0] == "interrupted False\n"


def test_several_processes_may_make_one_index_at_once(tmp_path: Path) -> None:
    code = """
with open_wire(Path(sys.argv[1]), create=True, busy=30) as store:
    store.apply([story(sys.argv[2])])
    print(store.secret.hex())
"""
    made = [child(code, str(tmp_path / "wire"), f"mp-{n}") for n in range(5)]
    assert len({one.communicate()[0] for one in made}) == 1, "one secret for all"
    with open_wire(tmp_path / "wire") as store:
        assert all(is_whole(store, f"mp-{n}") for n in range(5))


WRITER = """
with open_wire(Path(sys.argv[1])) as store:
    for n in range(int(sys.argv[2]), 100_000):
        store.apply([story(f"live-{n}"), Remove(f"live-{n - 3}")] if n % 2 else [story(f"live-{n}")])
        print(n, flush=True)
"""


def test_readers_see_whole_stories_while_another_process_writes(index: Path) -> None:
    writer = child(WRITER, str(index), "0")
    assert writer.stdout
    writer.stdout.readline()
    seen = 0
    until = time.monotonic() + 1.0
    with open_wire(index, readonly=True) as reader:
        while time.monotonic() < until:
            for entry in reader.entries(after="live"):
                hits = reader.probe(fingerprint_of(f"{FERRY} Item {entry.id}.").keys)
                assert len(hits.row) in (0, 12), "the whole story or, when it was removed meanwhile, nothing"
                seen += 1
        with pytest.raises(IndexProblem, match="reading only"):
            reader.apply([story("mine")])
    writer.kill()
    writer.communicate()
    assert seen > 20


def test_nothing_acknowledged_is_lost_when_the_writer_is_killed(index: Path) -> None:
    chance = random.Random(11)
    next_story = 0
    for _ in range(8):
        writer = child(WRITER, str(index), str(next_story))
        assert writer.stdout
        wanted = chance.randint(1, 25)
        said = [int(writer.stdout.readline()) for _ in range(wanted)]
        time.sleep(chance.random() * 0.004)
        writer.send_signal(signal.SIGKILL)
        said += [int(line) for line in writer.communicate()[0].split("\n") if line.strip()]
        removed = {n - 3 for n in range(said[-1] + 1) if n % 2}
        with open_wire(index) as store:
            for n in range(next_story, said[-1] + 1):
                if n == said[-1] - 2:  # the next step, not yet acknowledged, may have removed it
                    is_whole(store, f"live-{n}")
                else:
                    assert is_whole(store, f"live-{n}") == (n not in removed), n
            is_whole(store, f"live-{said[-1] + 1}")
            store.apply([Remove(f"live-{said[-1] + 1}")])
        assert examine(str(index))[0].severity is Severity.OK
        next_story = said[-1] + 1


@pytest.mark.parametrize(
    "moment",
    [
        *[(works, "insert"), (works, "expire"), (works, "delete"), (beside, "write"), (batch, "recomputed")],
        *[(postings, "insert"), (postings, "delete"), (postings, "update_hot"), (postings, "gather")],
    ],
    ids=lambda moment: f"{moment[0].__name__}.{moment[1]}",
)
def test_an_interrupt_undoes_the_whole_batch(
    archive: Path, monkeypatch: pytest.MonkeyPatch, moment: tuple[object, str]
) -> None:
    def interrupt(*arguments: object) -> None:
        raise KeyboardInterrupt

    operations: list[Operation] = [
        *(Remove("mp-3"), story("mp-4", MAYOR), story("new"), Remove("mp-12")),
        *(Amend("mp-5", KILL, ("story:ferry",)), Expire("mp-6"), Amend("mp-13", {"status": ""})),
    ]
    with open_wire(archive) as store:
        with monkeypatch.context() as patched:
            patched.setattr(*moment, interrupt)
            with pytest.raises(KeyboardInterrupt):
                store.apply(operations)
        assert as_archived(store)
        assert not is_whole(store, "new")
        assert store.revisions("mp-5")[0].work.metadata == {}
        assert store.apply(operations) == Applied(added=1, replaced=1, removed=2, amended=2, expired=1)
        assert (store.linked(["story:ferry"]).tolist(), store.info().expired) == ([6, 11, 14], 2)
    assert examine(str(archive))[0].severity is Severity.OK


EXPIRER = """
with open_wire(Path(sys.argv[1])) as store:
    for n in range(int(sys.argv[2]), 100_000):
        store.apply([story(f"live-{n}", links=(f"slug:{n}",))])
        store.apply([Expire(f"live-{n}"), Amend(f"live-{n}", KILL)])
        print(n, flush=True)
"""


def test_a_writer_that_is_killed_leaves_no_text_that_it_said_was_gone(index: Path) -> None:
    chance = random.Random(12)
    next_story = 0
    for _ in range(5):
        writer = child(EXPIRER, str(index), str(next_story))
        assert writer.stdout
        said = [int(writer.stdout.readline()) for _ in range(chance.randint(1, 10))]
        time.sleep(chance.random() * 0.004)
        writer.send_signal(signal.SIGKILL)
        said += [int(line) for line in writer.communicate()[0].split("\n") if line.strip()]
        with open_wire(index) as store:
            for n in range(next_story, said[-1] + 1):
                (found,) = store.revisions(f"live-{n}")
                assert (found.work.text, found.work.metadata, found.links) == ("", KILL, (f"slug:{n}",))
                assert found.expired
            store.apply([Remove(f"live-{said[-1] + 1}")])
        left = b"".join(path.read_bytes() for path in index.iterdir())
        texts = (f"{FERRY} Item live-{n}.".encode() for n in range(said[-1] + 2))
        assert not [text for text in texts if text in left or zlib.compress(text, LEVEL)[2:-4] in left]
        assert examine(str(index))[0].severity is Severity.OK
        next_story = said[-1] + 1


INTERRUPTED = """
store = open_wire(Path(sys.argv[1]))
threading.Timer(0.15, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
try:
    for n in range(1000):
        store.apply([story(f"batch-{n}-{m}") for m in range(400)])
except KeyboardInterrupt:
    print("stopped", store.info().works)
"""


def test_ctrl_c_leaves_whole_batches(index: Path) -> None:
    said = child(INTERRUPTED, str(index)).communicate()[0].split()
    assert said[0] == "stopped"
    assert int(said[1]) % 400 == 10
    assert examine(str(index))[0].severity is Severity.OK


FILL = """
import resource
from fingerprints.errors import StorageFull

store = open_wire(Path(sys.argv[1]))
room = int(sys.argv[2])
if room:
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))
kept = 0
try:
    for n in range(100_000):
        store.apply([story(f"live-{10 * n + m}") for m in range(10)])
        kept += 10
except StorageFull as error:
    assert "make room" in str(error)
assert all(is_whole(store, f"live-{n}") for n in range(kept))
assert not is_whole(store, f"live-{kept}")
if room:
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    assert store.apply([story("at-last")]) == Applied(added=1)
store.close()
print(kept)
"""


@pytest.mark.parametrize("room", [300_000, 401_408, 777_777])
def test_a_full_disk_keeps_what_was_acknowledged(index: Path, room: int) -> None:
    kept = int(child(FILL, str(index), str(room)).communicate()[0])
    assert kept > 0
    with open_wire(index) as store:
        assert store.info().works == 10 + kept + 1
    assert examine(str(index))[0].severity is Severity.OK


def test_after_a_disk_failed_to_confirm_nothing_more_is_written(
    wire: EmbeddedStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Unconfirmed(apsw.IOError):
        extendedresult = apsw.SQLITE_IOERR_FSYNC

    def fail(*arguments: object) -> None:
        raise Unconfirmed("disk I/O error")

    with monkeypatch.context() as patched:
        patched.setattr(postings, "update_hot", fail)
        with pytest.raises(IndexProblem, match="see to the disk"):
            wire.apply([story("mp-1")])
    with pytest.raises(IndexProblem, match="takes nothing more"):
        wire.apply([story("mp-1")])
    assert not is_whole(wire, "mp-1"), "reading goes on"


@contextlib.contextmanager
def small_disk(place: Path) -> Iterator[Path]:
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small disk takes the rights of root")
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


def test_a_really_full_disk_keeps_what_was_acknowledged(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        open_wire(disk / "wire", create=True).close()
        kept = int(child(FILL, str(disk / "wire"), "0").communicate()[0])
        with open_wire(disk / "wire", readonly=True) as store:
            assert store.info().works == kept > 0
        assert examine(str(disk / "wire"))[0].severity is Severity.OK


def test_an_index_begun_on_a_nearly_full_disk_is_whole_or_not_there(tmp_path: Path) -> None:
    outcomes = set()
    with small_disk(tmp_path / "disk") as disk:
        for room in range(0, 360, 8):
            filling = disk / "fill"
            free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
            filling.write_bytes(bytes(max(0, free - room * 1024)))
            try:
                open_wire(disk / "wire", create=True).close()
                outcomes.add("made")
                assert examine(str(disk / "wire"))[0].severity is Severity.OK, room
            except StorageFull:
                outcomes.add("refused")
                assert not list(disk.glob("wire/*")), room
            filling.unlink()
            with open_wire(disk / "wire", create=True) as store:
                assert store.apply([story("mp-1")]) == Applied(added=1), room
                assert is_whole(store, "mp-1"), room
            shutil.rmtree(disk / "wire")
            (disk / "wire.key").unlink()
    assert outcomes == {"made", "refused"}


def test_a_catalogue_that_needs_its_log_gets_no_name(tmp_path: Path) -> None:
    """As where SQLite had no room to move the log into it, which it does not say."""
    draft = tmp_path / "draft"
    draft.write_bytes(b"")
    draft.with_name("draft-wal").write_bytes(b"some of it")
    with pytest.raises(apsw.FullError):
        schema.publish_catalogue(draft, tmp_path / "catalog.db")
    assert not (tmp_path / "catalog.db").exists()


def test_a_read_only_disk_can_be_searched(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        with open_wire(disk / "wire", create=True) as store:
            store.apply([story("mp-1")])
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        with open_wire(disk / "wire", readonly=True) as store:
            assert is_whole(store, "mp-1")
        with pytest.raises(IndexProblem), open_wire(disk / "wire") as store:
            store.apply([story("mp-2")])


# --- backup -----------------------------------------------------------------------------------------------------


def test_a_backup_is_whole_while_others_write(index: Path, tmp_path: Path) -> None:
    writer = child(WRITER, str(index), "0")
    assert writer.stdout
    for n in range(3):
        acknowledged = int(writer.stdout.readline())
        copy = tmp_path / f"copy-{n}"
        with open_wire(index) as store:
            store.backup(copy)
            secret = store.secret
        assert (tmp_path / f"copy-{n}.key").read_bytes() == secret
        assert examine(str(copy))[0].severity is Severity.OK
        with open_wire(copy) as kept:
            assert all(is_whole(kept, f"mp-{n}") for n in range(10))
            assert kept.info().revisions >= 10
            assert max(entry.number for entry in kept.entries()) >= 10 + acknowledged
    writer.kill()
    writer.communicate()


def test_a_backup_overwrites_nothing(wire: EmbeddedStore, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "ferry.jpg").write_bytes(b"JFIF")
    with pytest.raises(IndexProblem, match="not empty"):
        wire.backup(tmp_path / "photos")
    (tmp_path / "copy.key").write_bytes(bytes(32))
    with pytest.raises(IndexProblem, match="key of another index"):
        wire.backup(tmp_path / "copy")
    assert (tmp_path / "copy.key").read_bytes() == bytes(32)


def test_a_damaged_index_is_not_backed_up_in_silence(index: Path, tmp_path: Path) -> None:
    with catalogue(index) as bare:
        bare.execute("UPDATE postings SET place = place + 1 WHERE key = (SELECT min(key) FROM postings)")
    with open_wire(index) as store, pytest.raises(IndexDamaged, match="not kept"):
        store.backup(tmp_path / "copy")
    assert not (tmp_path / "copy" / "catalog.db").exists()


# --- the doctor -------------------------------------------------------------------------------------------------


def flip(blob: bytes, at: int, bit: int = 0) -> bytes:
    return blob[:at] + bytes([blob[at] ^ 1 << bit]) + blob[at + 1 :]


def test_a_sound_index_is_told_so(index: Path) -> None:
    for deep in (True, False):
        (finding,) = examine(str(index), deep=deep)
        assert (finding.severity, finding.subject) == (Severity.OK, "index")
        if deep:
            assert "10 revisions and 120 postings" in finding.sentence
    assert repair(str(index)) == examine(str(index))
    assert examine("memory:")[0].severity is Severity.OK
    with pytest.raises(IndexMissing):
        examine(str(index / "nowhere"))


def test_a_damaged_text_is_named_still_found_and_healed_by_adding_it_again(index: Path) -> None:
    with catalogue(index) as bare:
        packed = bare.execute("SELECT packed FROM texts WHERE number = 4").get
    for at in range(len(packed)):
        flipped = flip(packed, at, at % 8)
        with contextlib.suppress(zlib.error):
            if zlib.decompress(flipped) == zlib.decompress(packed):
                continue  # a bit that fills up the last byte: the text is what it was
        with catalogue(index) as bare:
            bare.execute("UPDATE texts SET packed = ? WHERE number = 4", (flipped,))
        assert [(found.severity, found.subject) for found in examine(str(index))] == [(Severity.DAMAGED, "mp-3")]
    for findings in (examine(str(index)), repair(str(index), recompute=fingerprint_of)):
        assert [(found.severity, found.subject) for found in findings] == [(Severity.DAMAGED, "mp-3")]
        assert "add it again" in findings[0].sentence
    with open_wire(index) as store:
        hits = store.probe(fingerprint_of(f"{FERRY} Item mp-3.").keys)
        assert set(hits.number.tolist()) == {4}, "still found"
        with pytest.raises(IndexDamaged, match="'mp-3'"):
            store.fetch([4])
        assert store.apply([story("mp-3")]) == Applied(replaced=1)
        assert is_whole(store, "mp-3")
    assert examine(str(index))[0].severity is Severity.OK


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE postings SET place = place + 1 WHERE place >> 19 = 6 AND place & 524287 = 10",
        "UPDATE postings SET key = key + 1 WHERE place >> 19 = 6 AND place & 524287 = 10",
        "DELETE FROM postings WHERE place >> 19 = 6",
        "DELETE FROM bands WHERE number = 6",
        "UPDATE bands SET number = 7 WHERE number = 6",
        "INSERT INTO postings VALUES (77, 6 << 19)",
        "INSERT INTO postings VALUES (77, 600 << 19), (78, 600 << 19)",
        "UPDATE works SET rows_check = rows_check + 1 WHERE number = 6",
        "UPDATE works SET postings = postings - 1 WHERE number = 6",
        "UPDATE works SET current = 0 WHERE number = 6",
        "INSERT INTO hot VALUES (77, 99, 12345)",
    ],
)
def test_damaged_rows_are_found_and_rebuilt_from_the_texts(index: Path, harm: str) -> None:
    with catalogue(index) as bare:
        bare.execute(harm)
    assert {finding.severity for finding in examine(str(index))} == {Severity.DAMAGED}
    assert {finding.severity for finding in repair(str(index), recompute=fingerprint_of)} == {Severity.REPAIRED}
    assert examine(str(index))[0].severity is Severity.OK
    with open_wire(index) as store:
        assert all(is_whole(store, f"mp-{n}") for n in range(10))
        assert len(list(store.entries())) == 10


@pytest.mark.parametrize("column", ["title", "holder", "story", "version", "metadata", "added", "words", "revision"])
def test_what_is_said_of_a_story_is_guarded_like_its_text(index: Path, column: str) -> None:
    value = {"words": "3", "revision": "2", "added": "'yesterday'"}.get(column, "x'41'")
    with catalogue(index) as bare:
        bare.execute(f"UPDATE works SET {column} = {value} WHERE number = 6")
    assert [finding.subject for finding in examine(str(index))] == ["mp-5"]


@pytest.mark.parametrize("column", ["links", "amended", "expired", "places", "seal"])
@pytest.mark.parametrize("number", [11, 12, 13, 14])
def test_what_is_said_later_of_a_story_is_guarded_too(archive: Path, column: str, number: int) -> None:
    with catalogue(archive) as bare:
        stored = bare.execute(f"SELECT {column} FROM said WHERE number = ?", (number,)).get
        changed = "2026" if column == "expired" else flip(stored, len(stored) // 2) if stored else b"\0"
        bare.execute(f"UPDATE said SET {column} = ? WHERE number = ?", (changed, number))
        (id,) = bare.execute("SELECT CAST(id AS TEXT) FROM works WHERE number = ?", (number,)).fetchone()
    for findings in (examine(str(archive)), repair(str(archive), recompute=fingerprint_of)):
        assert {(found.severity, found.subject) for found in findings} == {(Severity.DAMAGED, id)}
    with open_wire(archive) as store:
        with pytest.raises(IndexDamaged, match="is damaged; remove it and add it again"):
            store.fetch([number])
        hits = store.probe(fingerprint_of(f"{FERRY} Item {id}.").keys)
        assert set(hits.number.tolist()) == {number}, "still found"
        assert store.apply([story(id)]) == Applied(replaced=1)
        assert is_whole(store, id)
    assert examine(str(archive))[0].severity is Severity.OK


def test_a_kill_outlives_the_damaged_text_of_its_story(archive: Path) -> None:
    with catalogue(archive) as bare:
        bare.execute("UPDATE texts SET packed = x'00' WHERE number = 12")
    with open_wire(archive) as store:
        store.apply([story("mp-11", links=("story:ferry",))])
        (found,) = store.revisions("mp-11")
        assert (found.work.metadata, found.links, found.expired) == (KILL, ("story:ferry",), "")
        assert is_whole(store, "mp-11")
    assert examine(str(archive))[0].severity is Severity.OK


@pytest.mark.parametrize(
    "harm",
    [
        "DELETE FROM links WHERE number = 11",
        "UPDATE links SET link = x'ff' WHERE number = 11",
        "UPDATE links SET number = 13000 WHERE number = 13",
        "INSERT INTO links VALUES (x'41', 12)",
    ],
)
def test_the_links_are_made_anew_from_what_is_said(archive: Path, harm: str) -> None:
    with catalogue(archive) as bare:
        bare.execute(harm)
    assert [(found.severity, found.subject) for found in examine(str(archive))] == [(Severity.DAMAGED, "links")]
    done = repair(str(archive), recompute=fingerprint_of)
    assert [(found.severity, found.subject) for found in done] == [(Severity.REPAIRED, "links")]
    assert examine(str(archive))[0].severity is Severity.OK
    with open_wire(archive) as store:
        assert as_archived(store)


def test_links_without_what_was_said_with_them_tell_of_a_loss(archive: Path) -> None:
    with catalogue(archive) as bare:
        bare.execute("DELETE FROM said WHERE number IN (11, 14)")
    assert [finding.subject for finding in examine(str(archive))] == ["mp-10", "mp-13"]
    done = repair(str(archive), recompute=fingerprint_of)
    assert [(found.severity, found.subject) for found in done] == [
        (Severity.DAMAGED, "mp-10"),
        (Severity.DAMAGED, "mp-13"),
    ]
    with open_wire(archive) as store, pytest.raises(IndexDamaged):
        store.fetch([14])


def test_an_expired_story_that_lost_its_line_or_its_rows_is_called_lost(archive: Path) -> None:
    with catalogue(archive) as bare:
        bare.execute("DELETE FROM works WHERE number = 13; UPDATE postings SET key = key + 1 WHERE place >> 19 = 14")
    assert {finding.subject for finding in examine(str(archive))} == {"links", "mp-13", "postings", "said later"}
    done = repair(str(archive), recompute=fingerprint_of)
    assert {found.subject for found in done if found.severity is Severity.LOST} == {"number 13", "mp-13"}
    assert [finding.subject for finding in examine(str(archive))] == ["mp-13"]
    with open_wire(archive) as store:
        assert store.apply([Remove("mp-13")]) == Applied(removed=1)
    assert examine(str(archive))[0].severity is Severity.OK
    with catalogue(archive) as bare:
        assert bare.execute("SELECT count(*) FROM postings WHERE place >> 19 IN (13, 14)").get == 0


def test_a_text_without_its_line_is_called_lost(index: Path) -> None:
    with catalogue(index) as bare:
        bare.execute("DELETE FROM works WHERE number = 6")
    done = repair(str(index), recompute=fingerprint_of)
    assert {(found.severity, found.subject) for found in done} == {
        (Severity.REPAIRED, "postings"),
        (Severity.LOST, "number 6"),
    }
    assert examine(str(index))[0].severity is Severity.OK


def test_a_text_and_rows_both_damaged_are_called_lost(index: Path) -> None:
    with catalogue(index) as bare:
        bare.execute("UPDATE texts SET packed = x'00' WHERE number = 6; DELETE FROM bands WHERE number = 6")
    (finding,) = repair(str(index), recompute=fingerprint_of)
    assert (finding.severity, finding.subject) == (Severity.LOST, "mp-5")


def test_no_flipped_bit_in_the_file_goes_unnoticed_where_it_matters(archive: Path) -> None:
    """Either the doctor sees it, or every story is still exactly as it was; and mending never makes it worse."""
    index = archive
    sound = (index / "catalog.db").read_bytes()
    chance = random.Random(3)
    noticed = mended = 0
    for _ in range(250):
        place = chance.randrange(100, len(sound))
        if not sound[place] and chance.random() < 0.9:  # mostly empty room
            continue
        (index / "catalog.db").write_bytes(flip(sound, place, chance.randrange(8)))
        if all(finding.good for finding in examine(str(index))):
            with open_wire(index) as store:
                assert as_archived(store), place
            continue
        noticed += 1
        try:
            done = repair(str(index), recompute=fingerprint_of)
        except (SpecMismatch, KeyMissing, FormatTooNew):
            continue
        left = [finding for finding in examine(str(index)) if not finding.good]
        if any(finding.subject == "catalogue" for finding in done if finding.severity is Severity.LOST):
            continue
        assert {finding.subject for finding in left} <= {finding.subject for finding in done if not finding.good}
        with open_wire(index) as store:
            whole = sum(bool(store.probe(fingerprint_of(f"{FERRY} Item mp-{n}.").keys).row.any()) for n in range(14))
        assert whole >= 13 or any(finding.severity is Severity.LOST for finding in done), (place, done)
        mended += 1
        for path in index.glob("catalog.db*"):
            path.unlink()
    assert noticed > 20
    assert mended > 15


def test_rows_out_of_order_are_found(index: Path) -> None:
    """SQLite's quick check is content with this, yet it would look in the wrong half of the page."""
    with catalogue(index) as bare:
        least = bare.execute("SELECT min(key) FROM postings WHERE key >> 40 > 0").get
    data = (index / "catalog.db").read_bytes()
    written = least.to_bytes(6, "big")
    assert data.count(written) == 1
    place = data.index(written) // 4096
    page = data[place * 4096 : place * 4096 + 4088].replace(written, b"\x7f" + written[1:])
    (index / "catalog.db").write_bytes(
        data[: place * 4096] + page + seal_of(page, place + 1) + data[place * 4096 + 4096 :]
    )
    with catalogue(index) as bare:
        assert bare.execute("PRAGMA quick_check").get == "ok"
    assert [finding.subject for finding in examine(str(index))] == ["catalogue"]
    assert {finding.severity for finding in repair(str(index), recompute=fingerprint_of)} == {Severity.REPAIRED}
    with open_wire(index) as store:
        assert all(is_whole(store, f"mp-{n}") for n in range(10))


def test_a_malformed_catalogue_is_salvaged_and_the_old_one_kept(index: Path) -> None:
    with open_wire(index) as store:
        store.apply([story("mp-2", MAYOR), Remove("mp-9")])
    spoil(index, "postings")
    data = (index / "catalog.db").read_bytes()
    with open_wire(index) as store, pytest.raises(IndexDamaged, match="wirecheck doctor"):
        store.probe(fingerprint_of(FERRY).keys)
    done = repair(str(index), recompute=fingerprint_of)
    assert {finding.severity for finding in done} == {Severity.REPAIRED}
    assert (index / "catalog.db.damaged-1").read_bytes() == data
    assert examine(str(index))[0].severity is Severity.OK
    with open_wire(index) as store:
        assert all(is_whole(store, f"mp-{n}") for n in (0, 1, 3, 4, 5, 6, 7, 8))
        assert [(found.number, found.current) for found in store.revisions("mp-2")] == [(11, True), (3, False)]
        store.apply([story("new")])
        assert store.revisions("new")[0].number == 12


def spoil(index: Path, table: str) -> None:
    """Overwrite the first page of a table."""
    with catalogue(index) as bare:
        page = bare.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,)).get
        size = bare.execute("PRAGMA page_size").get
    data = bytearray((index / "catalog.db").read_bytes())
    data[(page - 1) * size : page * size] = b"\xff" * size
    (index / "catalog.db").write_bytes(data)


@pytest.mark.parametrize("table", ["links", "links_by_number", "hot", "works_current"])
def test_salvage_carries_over_expired_stories_and_what_is_said_later(archive: Path, table: str) -> None:
    spoil(archive, table)
    done = repair(str(archive), recompute=fingerprint_of)
    assert {finding.severity for finding in done} == {Severity.REPAIRED}
    assert examine(str(archive))[0].severity is Severity.OK
    with open_wire(archive) as store:
        assert as_archived(store)


def test_salvage_says_what_it_cannot_carry_over(archive: Path) -> None:
    spoil(archive, "postings")
    done = repair(str(archive), recompute=fingerprint_of)
    assert [found.subject for found in done if found.severity is Severity.LOST] == ["mp-12", "mp-13"]
    assert examine(str(archive))[0].severity is Severity.OK
    with open_wire(archive) as store:
        assert all(is_whole(store, f"mp-{n}") for n in range(12))
        assert store.linked(["story:ferry"]).tolist() == [11]
        assert store.revisions("mp-11")[0].work.metadata == KILL
    spoil(archive, "said")
    done = repair(str(archive), recompute=fingerprint_of)
    assert [found.subject for found in done if found.severity is Severity.LOST] == ["said later"]
    with open_wire(archive) as store:
        assert all(is_whole(store, f"mp-{n}") for n in range(12))
        store.apply([story("new")])
        assert store.revisions("new")[0].number == 15, "no number is given out again"


def test_salvage_remembers_an_expired_story_that_lost_its_line(archive: Path) -> None:
    with catalogue(archive) as bare:
        bare.execute("DELETE FROM works WHERE number = 14")
    spoil(archive, "links")
    done = repair(str(archive), recompute=fingerprint_of)
    assert [found.subject for found in done if found.severity is Severity.LOST] == ["number 14"]


def test_the_real_sketcher_rebuilds_and_removes(tmp_path: Path) -> None:
    sketch = pytest.importorskip("fingerprints.sketch")
    index = tmp_path / "wire"
    with EmbeddedStore(index, create=True) as store:
        (made,) = sketch.Sketcher(store.spec, store.secret).fingerprints([FERRY])
        store.apply([Upsert(Work("mp-1", FERRY), made)])
    with catalogue(index) as bare:
        bare.execute("DELETE FROM postings")
    assert repair(str(index))[0].severity is Severity.REPAIRED
    with EmbeddedStore(index) as store:
        assert set(store.probe(made.keys).number.tolist()) == {1}
        assert store.apply([Remove("mp-1")]) == Applied(removed=1)
        assert not len(store.probe(made.keys).row)
