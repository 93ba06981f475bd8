"""An index that several hosts share: lost connections, restarts, rights, keys, copies, and no password anywhere."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import psycopg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from api.indexes import Indexes
from api.stopped import Stopped
from fingerprints.errors import (
    FormatTooNew,
    IndexAway,
    IndexBusy,
    IndexDamaged,
    IndexMissing,
    IndexProblem,
    KeyMissing,
    SpecMismatch,
    StorageFull,
)
from fingerprints.index import Amend, Applied, Expire, Operation, Remove, Upsert
from fingerprints.spec import DEFAULT_SPEC
from fingerprints.stores import leftovers, open_index, shown
from fingerprints.stores.doctor import Severity, examine, repair
from fingerprints.stores.embedded import EmbeddedStore
from fingerprints.stores.keyfile import VARIABLE
from fingerprints.stores.postgres import doctor, schema
from fingerprints.stores.postgres.address import Address
from fingerprints.stores.postgres.moving import restore
from fingerprints.stores.postgres.store import PostgresStore
from fingerprints.stores.snapshot import snapshot_digest, write_snapshot
from tests.commandline import BRIDGE, COMMAND, DRAFT, OTHER, ROOT, environment
from tests.postgres_server import PASSWORD, Server, postgres
from tests.test_store_contract import FERRY, MAYOR, NOON, StoresAgree, crowded, fingerprint_of, story

__all__ = ["postgres"]

KILL = {"status": "canceled", "signal": "kill"}


@pytest.fixture(autouse=True)
def share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this user keeps keys."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    monkeypatch.delenv(VARIABLE, raising=False)
    return tmp_path / "share"


@pytest.fixture
def url(postgres: Server) -> str:
    return postgres.fresh()


def wire(url: str, **how: object) -> PostgresStore:
    """The shared index as a writer opens it."""
    said = {"create": True, "recompute": fingerprint_of, "clock": lambda: NOON} | how
    return PostgresStore(url, **said)  # type: ignore[arg-type]


def schema_of(url: str) -> str:
    return Address.of(url).schema


def item(n: int, text: str = "") -> Upsert:
    return story(f"mp-{n}", text or f"{FERRY} Item {n}.", links=(f"slug:{n}",))


def is_whole(store: PostgresStore, n: int) -> bool:
    """Whether a story is there; with all that belongs to it, or with nothing."""
    text = f"{FERRY} Item {n}."
    found = store.revisions(f"mp-{n}")
    hits = store.probe(fingerprint_of(text).keys)
    near = store.near(fingerprint_of(text).bands)
    if not found:
        assert (len(hits.row), len(near), len(store.linked([f"slug:{n}"]))) == (0, 0, 0), n
        return False
    assert [one.work.text for one in found] == [text], n
    assert len(hits.row) == 12 and set(hits.number.tolist()) == {found[0].number}, n
    assert near.tolist() == store.linked([f"slug:{n}"]).tolist() == [found[0].number], n
    return True


# --- two hosts --------------------------------------------------------------------------------------------------


def test_what_one_host_adds_another_finds_at_once(url: str) -> None:
    with wire(url) as here, wire(url, create=False) as there:
        assert here.secret == there.secret
        here.apply([item(1)])
        assert is_whole(there, 1)
        there.apply([item(2), Amend("mp-1", KILL)])
        assert is_whole(here, 2)
        assert here.revisions("mp-1")[0].work.metadata == KILL
        assert [one.number for one in here.entries()] == [1, 2]


def test_hosts_that_make_the_index_at_once_make_one(url: str) -> None:
    opened: list[PostgresStore | BaseException] = []

    def make() -> None:
        try:
            opened.append(wire(url))
        except BaseException as error:
            opened.append(error)

    hosts = [threading.Thread(target=make) for _ in range(6)]
    for host in hosts:
        host.start()
    for host in hosts:
        host.join()
    stores = [store for store in opened if isinstance(store, PostgresStore)]
    assert len(stores) == 6, opened
    assert len({store.secret for store in stores}) == 1
    for n, store in enumerate(stores):
        assert store.apply([item(n)]) == Applied(added=1)
    assert stores[0].count() == 6
    for store in stores:
        store.close()


def test_only_the_key_of_the_index_is_left_behind(url: str, share: Path) -> None:
    with wire(url), wire(url):
        (key,) = (share / "wirecheck" / "keys").iterdir()
    assert key.stat().st_mode & 0o777 == 0o600
    assert key.name == f"{describe(url)[2]}.key"


def test_numbers_rise_in_the_order_in_which_hosts_commit(url: str) -> None:
    with wire(url) as here, wire(url) as there:
        for n in range(0, 6, 2):
            here.apply([item(n)])
            there.apply([item(n + 1)])
        there.apply([Remove("mp-5")])
        here.apply([item(6)])
        assert [one.number for one in here.entries()] == [1, 2, 3, 4, 5, 7]


def test_a_writer_waits_for_another_and_then_says_so(url: str, postgres: Server) -> None:
    with wire(url, busy_seconds=0.3) as store, postgres.connect(schema_of(url)) as other:
        with other.transaction():
            other.execute("SELECT 1 FROM meta FOR UPDATE")
            with pytest.raises(IndexBusy, match="Another process is writing to the index postgresql://postgres@127"):
                store.apply([item(1)])
            assert store.probe(fingerprint_of(FERRY).keys).row.tolist() == [], "readers do not wait"
        assert store.apply([item(1)]) == Applied(added=1)


def test_a_child_process_after_a_fork_uses_a_connection_of_its_own(url: str) -> None:
    with wire(url) as store:
        store.apply([item(1)])
        child = os.fork()
        if not child:
            code = 1
            with suppress(BaseException):
                code = 0 if is_whole(store, 1) and store.apply([item(2)]) == Applied(added=1) else 1
            os._exit(code)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert is_whole(store, 1) and is_whole(store, 2)


# --- lost connections -------------------------------------------------------------------------------------------


def cut(postgres: Server, url: str) -> int:
    """End every session of an index, as a broken network or an administrator does."""
    with postgres.connect() as other:
        own = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'wirecheck'"
        return len(other.execute(own).fetchall())


def test_reading_goes_on_when_the_connection_is_cut(url: str, postgres: Server) -> None:
    with wire(url) as store:
        store.apply([item(n) for n in range(20)])
        for _ in range(3):
            assert cut(postgres, url) == 1
            assert is_whole(store, 3)
        assert cut(postgres, url) == 1
        assert store.apply([item(20)]) == Applied(added=1)
        entries = store.entries()
        assert next(entries).id == "mp-0"
        cut(postgres, url)
        assert len(list(entries)) == 20


def test_reading_goes_on_when_the_server_restarts(url: str, postgres: Server) -> None:
    with wire(url) as store:
        store.apply([item(1)])
        restart = threading.Thread(target=lambda: (postgres.stop(), time.sleep(0.5), postgres.start()))
        restart.start()
        time.sleep(0.2)
        assert all(is_whole(store, 1) for _ in range(20))
        restart.join()
        assert is_whole(store, 1)


def test_a_server_that_stays_away_is_named(url: str, postgres: Server) -> None:
    with wire(url, patience=0.5) as store:
        store.apply([item(1)])
        postgres.stop()
        try:
            with pytest.raises(
                IndexProblem, match=r"postgresql://postgres@127.* cannot be reached .*Connection refused"
            ) as caught:
                store.count()
            with pytest.raises(IndexProblem, match="cannot be reached"):
                store.apply([item(2)])
            with pytest.raises(IndexProblem, match=r"cannot be reached \(Connection refused\)"):
                open_index(url)
        finally:
            postgres.start()
        assert PASSWORD not in "".join(traceback.format_exception(caught.value))
        assert is_whole(store, 1)
        assert store.apply([item(2)]) == Applied(added=1)


class Tripwire:
    """Cuts the connection at one moment of a batch: before the statement that has these words in it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, words: str, cut: Callable[[], object]) -> None:
        real = psycopg.Connection.execute

        def execute(connection, statement, *rest, **more):  # type: ignore[no-untyped-def]
            text = statement.decode() if isinstance(statement, bytes) else str(statement)
            if words in text and not self.tripped:
                self.tripped = True
                cut()
            return real(connection, statement, *rest, **more)

        self.tripped = False
        monkeypatch.setattr(psycopg.Connection, "execute", execute)


@pytest.mark.parametrize("moment", ["FOR UPDATE", "UPDATE meta", "INSERT INTO batches", "DELETE FROM batches"])
def test_a_batch_that_is_cut_off_is_done_once(
    url: str, postgres: Server, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    operations: list[Operation] = [item(2), item(1, MAYOR), Remove("mp-3"), Expire("mp-4"), Amend("mp-5", KILL)]
    with wire(url) as store:
        store.apply([item(n) for n in (1, 3, 4, 5)])
        tripwire = Tripwire(monkeypatch, moment, lambda: cut(postgres, url))
        done = store.apply(operations)
        assert tripwire.tripped
        assert done == Applied(added=1, replaced=1, removed=1, expired=1, amended=1)
        assert is_whole(store, 2)
        assert [one.revision for one in store.revisions("mp-1")] == [2, 1]
        assert [one.number for one in store.entries()] == [6, 5, 3, 4]
    assert examine_soundly(url)


@pytest.mark.parametrize("kept", [True, False])
def test_when_the_commit_itself_is_cut_off_the_server_is_asked(
    url: str, postgres: Server, monkeypatch: pytest.MonkeyPatch, kept: bool
) -> None:
    """Whether the commit arrived cannot be told from here: the batch is there once, and told as what it was."""
    with wire(url) as store:
        store.apply([item(1)])
        real = psycopg.Transaction._commit_gen
        seen: list[int] = []

        def commit(transaction):  # type: ignore[no-untyped-def]
            first = transaction.connection.info.backend_pid not in seen and not seen
            seen.append(transaction.connection.info.backend_pid)
            if first and kept:
                yield from real(transaction)
            if first:
                transaction.connection.close()
                raise psycopg.OperationalError("the connection is lost")
            yield from real(transaction)

        monkeypatch.setattr(psycopg.Transaction, "_commit_gen", commit)
        assert store.apply([item(2), item(1, MAYOR), Remove("mp-9")]) == Applied(added=1, replaced=1, missing=("mp-9",))
        assert len(set(seen)) == 2
        monkeypatch.undo()
        assert is_whole(store, 2)
        assert [one.revision for one in store.revisions("mp-1")] == [2, 1]
        assert store.info().revisions == 3


def test_writing_goes_on_when_the_server_restarts(url: str, postgres: Server) -> None:
    done: list[Applied] = []
    with wire(url) as store:

        def write() -> None:
            done.extend(store.apply([item(n), Amend(f"mp-{n}", KILL)]) for n in range(60))

        writer = threading.Thread(target=write)
        writer.start()
        for _ in range(2):
            time.sleep(0.3)
            postgres.stop()
            postgres.start()
        writer.join()
        assert done == [Applied(added=1, amended=1)] * 60
        assert all(is_whole(store, n) for n in range(60))
        assert store.info().revisions == 60
    assert examine_soundly(url)


@pytest.mark.slow
def test_however_often_it_is_cut_off_everything_is_done_once_and_told_as_it_was(url: str, postgres: Server) -> None:
    over, cuts, wrong, written = threading.Event(), [0], [], {0: 0, 1_000: 0}

    def keep_cutting() -> None:
        chance = random.Random(3)
        while not over.is_set():
            time.sleep(chance.random() * 0.06)
            cuts[0] += cut(postgres, url)

    def write(store: PostgresStore, begin: int) -> None:
        # In pairs, of which one story stays: twenty batches at least, and on a fast machine until enough were cut off.
        for n in range(begin, begin + 1_000):
            done = store.apply([item(n), item(n, MAYOR), Amend(f"mp-{n}", KILL), *([Remove(f"mp-{n - 1}")] * (n % 2))])
            written[begin] = n + 1 - begin
            if done != Applied(added=1, replaced=1, amended=1, removed=n % 2):
                wrong.append((n, done))
            if written[begin] >= 20 and n % 2 and cuts[0] > 10:
                break

    with wire(url) as here, wire(url) as there:
        writers = [threading.Thread(target=write, args=told) for told in ((here, 0), (there, 1_000))]
        cutter = threading.Thread(target=keep_cutting)
        for thread in (cutter, *writers):
            thread.start()
        for writer in writers:
            writer.join()
        over.set()
        cutter.join()
        assert cuts[0] > 10
        assert wrong == []
        batches = sum(written.values())
        assert (here.count(), here.info().revisions) == (batches // 2, batches)
    assert examine_soundly(url)


# --- another index in its place ---------------------------------------------------------------------------------


def replaced(url: str, postgres: Server) -> None:
    """Somebody drops the schema and makes another index in it, with the same story under another key."""
    with postgres.connect() as admin:
        admin.execute(f"DROP SCHEMA {schema_of(url)} CASCADE")
    with wire(url, recompute=None) as store:
        store.apply([item(1)])


def test_an_index_that_took_the_place_of_another_is_never_read_as_if_nothing_were_in_it(
    url: str, postgres: Server
) -> None:
    with wire(url) as writer, wire(url, create=False, readonly=True) as reader:
        writer.apply([item(1)])
        fingerprint = fingerprint_of(f"{FERRY} Item 1.")
        assert len(reader.probe(fingerprint.keys).row) == 12
        replaced(url, postgres)
        questions = [
            lambda: reader.probe(fingerprint.keys),
            lambda: reader.near(fingerprint.bands),
            reader.count,
            reader.info,
            lambda: reader.news(0, 10),
            lambda: writer.apply([item(2)]),
        ]
        for question in questions:
            with pytest.raises(IndexAway, match=r"^Another index is at postgresql://.* now; open it again\.$"):
                question()
    with wire(url, create=False) as store:
        assert [one.id for one in store.entries()] == ["mp-1"], "the writer of before wrote nothing into it"


def test_the_service_takes_up_an_index_that_took_the_place_of_another(url: str, postgres: Server) -> None:
    indexes = Indexes()
    with wire(url) as store:
        store.apply([item(1)])
    with indexes.reading(url) as index:
        assert index.count() == 1
        before = index.secret
    replaced(url, postgres)
    with pytest.raises(IndexAway), indexes.reading(url) as index:
        index.probe(fingerprint_of(FERRY).keys)
    with indexes.reading(url) as index:
        assert index.secret != before
        assert index.count() == 1
    indexes.forget_all()


def test_the_list_of_kills_begins_anew_when_an_older_copy_was_put_back(
    url: str, postgres: Server, tmp_path: Path
) -> None:
    noon = datetime(2026, 4, 4, 12, tzinfo=UTC)
    killed = Stopped()
    with wire(url) as store:
        store.apply([item(1), Amend("mp-1", {"desk_state": "killed"})])
        store.backup(tmp_path / "monday")
        for n in range(2, 6):
            store.apply([item(n)])
        killed.refresh(store, noon)
    with postgres.connect() as admin:
        admin.execute(f"DROP SCHEMA {schema_of(url)} CASCADE")
    restore(tmp_path / "monday", url)
    with wire(url, create=False) as store:
        store.apply([item(2), Amend("mp-2", {"desk_state": "killed"})])
        killed.refresh(store, noon)
        assert {one["id"] for one in killed.killed(9)} == {"mp-1", "mp-2"}


# --- threads and connections ------------------------------------------------------------------------------------


def test_threads_that_write_together_and_alone_do_not_wait_for_each_other_for_ever(url: str) -> None:
    with wire(url) as store:
        store.apply([item(0)])
        inside, done = threading.Event(), []

        def alone() -> None:
            with store.alone():
                inside.set()
                time.sleep(0.3)
                done.append(store.apply([item(1)]))

        def beside() -> None:
            inside.wait()
            done.append(store.apply([item(2)]))

        threads = [threading.Thread(target=work, daemon=True) for work in (alone, beside)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        assert done == [Applied(added=1)] * 2


def test_what_asks_for_a_second_connection_waits_for_a_server_that_restarts(url: str, postgres: Server) -> None:
    with wire(url, patience=60.0) as store:
        store.apply([item(1)])
        postgres.stop()
        starter = threading.Timer(1.0, postgres.start)
        starter.start()
        with store.contents() as contents:
            assert [one.number for one in contents.works()] == [1]
        starter.join()


def test_a_server_that_takes_no_second_connection_says_so(url: str, postgres: Server) -> None:
    with postgres.connect() as admin:
        admin.execute("CREATE ROLE few LOGIN PASSWORD 'x' CONNECTION LIMIT 1")
        admin.execute("GRANT CREATE ON DATABASE postgres TO few")
    with wire(postgres.url("few_tables", user="few", password="x"), patience=0.2) as store:
        store.apply([item(1)])
        with (
            pytest.raises(IndexProblem, match=r'cannot be reached \(too many connections for role "few"\)'),
            store.contents(),
        ):
            pass
        assert is_whole(store, 1), "the first connection is as it was"


def test_tables_that_another_host_makes_meanwhile_are_waited_for_and_then_said_to_be_busy(
    url: str, postgres: Server
) -> None:
    with postgres.connect() as admin, admin.transaction():
        lock = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
        admin.execute(lock, (f"wirecheck {schema_of(url)}",))
        with pytest.raises(IndexBusy, match="Another process is writing to the index"):
            wire(url, busy_seconds=0.3)


# --- killed writers, many at once -------------------------------------------------------------------------------

WRITER = """
import sys
from fingerprints.index import Remove
from tests.test_postgres import item, wire
with wire(sys.argv[1]) as store:
    for n in range(int(sys.argv[2]), 100_000):
        store.apply([item(n), *([Remove(f"mp-{n - 3}")] if n % 4 == 0 else [])])
        print(n, flush=True)
"""


def child(script: str, *arguments: str) -> subprocess.Popen[str]:
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.Popen([sys.executable, "-c", script, *arguments], stdout=subprocess.PIPE, text=True, env=env)


def test_a_writer_that_is_killed_leaves_nothing_half_done(url: str) -> None:
    chance = random.Random(6)
    begin = 0
    with wire(url) as store:
        for _ in range(4):
            writer = child(WRITER, url, str(begin))
            assert writer.stdout
            said = [int(writer.stdout.readline()) for _ in range(chance.randint(3, 12))]
            time.sleep(chance.random() * 0.01)
            writer.send_signal(signal.SIGKILL)
            said += [int(line) for line in writer.communicate()[0].split("\n") if line.strip()]
            last = said[-1]
            store.apply([])
            for n in range(begin, last + 1):
                removed = n % 4 == 1 and n + 3 <= last
                unsure = n % 4 == 1 and n + 3 == last + 1
                assert unsure or is_whole(store, n) != removed, n
            is_whole(store, last + 1)
            begin = last + 2
    assert examine_soundly(url)


@pytest.mark.parametrize("command", ["remove", "list"])
def test_ctrl_c_ends_the_wait_for_the_server(url: str, postgres: Server, tmp_path: Path, command: str) -> None:
    with wire(url) as store:
        store.apply([item(1)])
    with postgres.connect(schema_of(url)) as other, other.transaction():
        other.execute("LOCK TABLE works, meta IN ACCESS EXCLUSIVE MODE")
        arguments = [*COMMAND, command, *(["mp-1"] if command == "remove" else []), "--index", url]
        env = environment(tmp_path) | {"XDG_DATA_HOME": os.environ["XDG_DATA_HOME"]}
        waiting = subprocess.Popen(arguments, env=env, stderr=subprocess.PIPE, text=True)
        waits = "SELECT 1 FROM pg_locks WHERE NOT granted"
        until = time.monotonic() + 60
        while not other.execute(waits).fetchone() and time.monotonic() < until:
            time.sleep(0.05)
        waiting.send_signal(signal.SIGINT)
        assert waiting.communicate(timeout=10)[1] == "Stopped.\n"
        assert waiting.returncode == 2


def test_a_statement_that_takes_too_long_is_given_up(url: str, postgres: Server) -> None:
    with wire(url) as store:
        store.apply([item(1)])
    slow = url + "&options=-c%20statement_timeout%3D200"
    with wire(slow) as store, postgres.connect(schema_of(url)) as other, other.transaction():
        other.execute("LOCK TABLE postings IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(IndexBusy, match="took too long"):
            store.probe(fingerprint_of(FERRY).keys)


CROWD_WRITER = """
import sys
from tests.test_postgres import item, wire
with wire(sys.argv[1]) as store:
    for k in range(int(sys.argv[3])):
        n = int(sys.argv[2]) + 10 * k
        done = store.apply([item(n + j) for j in range(5)])
        print(done.added, flush=True)
"""
CROWD_READER = """
import sys, time
from tests.test_postgres import item, wire
from tests.test_store_contract import fingerprint_of
checks = 0
with wire(sys.argv[1], create=False, readonly=True) as store:
    print("ready", flush=True)
    end = time.monotonic() + float(sys.argv[2])
    last = 0
    while time.monotonic() < end:
        entries = list(store.entries())
        batches = {}
        for one in entries:
            n = int(one.id[3:])
            batches.setdefault((n // 1000, n % 1000 // 10), []).append(one.number)
        for numbers in batches.values():
            assert len(numbers) == 5, "half a batch"
            assert max(numbers) - min(numbers) == 4, "numbers of two batches mixed"
        highest = max((one.number for one in entries), default=0)
        assert highest >= last, "what was there is gone"
        last = highest
        if entries:
            found = store.fetch([one.number for one in entries[-3:]])
            for one in found:
                assert len(store.probe(fingerprint_of(one.work.text).keys).row) == 12, "rows are missing"
        checks += 1
print(checks, flush=True)
"""


@pytest.mark.slow
def test_four_writers_and_eight_readers_lose_and_double_nothing(url: str) -> None:
    wire(url).close()
    readers = [child(CROWD_READER, url, "6") for _ in range(8)]
    for reader in readers:
        assert reader.stdout and reader.stdout.readline() == "ready\n"
    writers = [child(CROWD_WRITER, url, str(1000 * number), "12") for number in range(4)]
    added = sum(sum(map(int, writer.communicate()[0].split())) for writer in writers)
    for reader in readers:
        assert int(reader.communicate()[0]) > 0
        assert reader.returncode == 0
    assert added == 4 * 12 * 5
    with wire(url) as store:
        assert (store.count(), store.info().revisions) == (added, added)
        numbers = sorted(one.number for one in store.entries())
        assert numbers == list(range(1, added + 1))
    assert examine_soundly(url)


# --- contract ---------------------------------------------------------------------------------------------------


def test_it_agrees_with_the_other_stores_whatever_is_done(postgres: Server) -> None:
    class OnServer(StoresAgree):
        def open(self) -> EmbeddedStore:
            if not hasattr(self, "url"):
                self.url = postgres.fresh()
            return PostgresStore(self.url, create=True, recompute=crowded, clock=lambda: NOON)  # type: ignore[return-value]

    run_state_machine_as_test(
        OnServer,
        settings=settings(
            max_examples=15, stateful_step_count=10, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def test_an_id_longer_than_a_database_can_index_is_an_id_like_others(url: str) -> None:
    random_ids = [random.Random(n).randbytes(9_000).hex() for n in range(3)]
    ids = sorted([*random_ids, random_ids[0] + "a", "nul\0in it", "\ud800", "mp-1"])
    with wire(url) as store:
        store.apply([story(id, f"{FERRY} {n}", links=(f"slug:{id}",)) for n, id in enumerate(ids)])
        assert [one.id for one in store.entries()] == ids
        after, paged = "", []
        while page := list(store.entries(after, 2)):
            paged += page
            after = page[-1].id
        assert [one.id for one in paged] == ids
        for n, id in enumerate(ids):
            assert [one.work.text for one in store.revisions(id)] == [f"{FERRY} {n}"]
            assert len(store.linked([f"slug:{id}"])) == 1
        assert store.apply([Remove(id) for id in ids]) == Applied(removed=len(ids))


def test_what_is_new_is_told_since_a_number(url: str) -> None:
    with wire(url) as store:
        store.apply([item(n) for n in range(1, 6)])
        version, numbers = store.news(3, 10)
        assert numbers.tolist() == [4, 5]
        assert store.news(3, 10)[0] == version
        store.apply([Amend("mp-1", KILL)])
        later, numbers = store.news(5, 10)
        assert later != version
        assert numbers.tolist() == [1]
        assert store.news(0, 2)[1].tolist() == [1, 4, 5]


# --- rights, keys, what is there --------------------------------------------------------------------------------


def test_a_reader_needs_no_more_than_select(url: str, postgres: Server) -> None:
    name = schema_of(url)
    with wire(url) as store:
        store.apply([item(1)])
    with postgres.connect() as admin:
        admin.execute(f"CREATE ROLE reader_{name} LOGIN PASSWORD '{PASSWORD}'")
        admin.execute(f"GRANT USAGE ON SCHEMA {name} TO reader_{name}")
        admin.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA {name} TO reader_{name}")
    reading = postgres.url(name, user=f"reader_{name}")
    with PostgresStore(reading, readonly=True) as store:
        assert is_whole(store, 1)
        assert (store.info().works, store.count()) == (1, 1)
        with store.contents() as contents:
            assert [one.work.id for one in contents.works()] == ["mp-1"]
        with pytest.raises(IndexProblem, match="opened for reading only"):
            store.apply([item(2)])
    assert [one.severity for one in examine(reading)] == [Severity.OK]
    with PostgresStore(reading) as store, pytest.raises(IndexProblem, match="may only be read by this user"):
        store.apply([item(2)])
    with pytest.raises(IndexMissing, match="no index at"):
        PostgresStore(postgres.url("nowhere", user=f"reader_{name}"), readonly=True)
    with pytest.raises(IndexProblem, match="may only be read by this user"):
        PostgresStore(postgres.url("nowhere", user=f"reader_{name}"), create=True)
    with pytest.raises(IndexMissing, match=r"There is no index at .*, and the database may only be read by this user"):
        PostgresStore(postgres.url("nowhere", user=f"reader_{name}"), create=True)
    assert len(list(key_files())) == 1, "the key of an index that was not made is not kept"


def key_files() -> Iterator[Path]:
    return (Path(os.environ["XDG_DATA_HOME"]) / "wirecheck" / "keys").iterdir()


def describe(url: str) -> tuple[str, ...]:
    """What an index says of itself: spec, digest, key id, created, seal."""
    address = Address.of(url)
    with psycopg.connect(**address.settings(readonly=True, busy_seconds=1)) as connection:  # type: ignore[arg-type]
        found = connection.execute("SELECT spec, digest, key_id, created, seal FROM meta").fetchone()
        assert found
        return tuple(found)


def examine_soundly(url: str) -> bool:
    return [one.severity for one in examine(url)] == [Severity.OK]


def test_the_key_is_not_in_the_database_and_another_host_needs_it(
    url: str, postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with wire(url) as store:
        store.apply([item(1)])
        secret = store.secret
    (key,) = key_files()
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "another host"))
    with pytest.raises(KeyMissing, match=rf"copy the file wirecheck/keys/{key.name} from a machine that uses"):
        open_index(url)
    monkeypatch.setenv(VARIABLE, str(key))
    with wire(url, create=False) as store:
        assert store.secret == secret
    other = tmp_path / "other.key"
    other.write_bytes(b"x" * 32)
    monkeypatch.setenv(VARIABLE, str(other))
    with pytest.raises(KeyMissing, match="belongs to another index"):
        open_index(url)
    (finding,) = examine(url)
    assert (finding.severity, finding.subject) == (Severity.DAMAGED, "key")
    with postgres.connect(schema_of(url)) as admin:
        for table in schema.TABLES:
            for row in admin.execute(f"SELECT * FROM {table}").fetchall():
                assert secret not in [value for value in row if isinstance(value, bytes)]


def test_the_environment_may_say_where_the_key_of_a_new_index_goes(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "team.key"))
    with wire(url) as store:
        assert (tmp_path / "team.key").read_bytes() == store.secret


def test_there_is_no_index_until_one_is_made(url: str, postgres: Server) -> None:
    with pytest.raises(IndexMissing, match=r"There is no index at postgresql://postgres@127.*make one by adding"):
        open_index(url)
    with postgres.connect() as admin:
        admin.execute(f"CREATE SCHEMA {schema_of(url)}; CREATE TABLE {schema_of(url)}.articles (id integer)")
    for create in (False, True):
        with pytest.raises(IndexMissing, match="holds other tables and no index"):
            open_index(url, create=create)


def test_an_index_lives_beside_other_tables_in_its_own_schema(url: str, postgres: Server) -> None:
    with postgres.connect() as admin:
        admin.execute(f"CREATE SCHEMA {schema_of(url)}")
        admin.execute("CREATE TABLE IF NOT EXISTS public.works (number integer)")
        with wire(url) as store:
            store.apply([item(1)])
        assert admin.execute("SELECT count(*) FROM public.works").fetchone() == (0,)


def test_an_index_under_another_specification_is_refused(url: str) -> None:
    wire(url, spec=replace(DEFAULT_SPEC, shingle=5)).close()
    with pytest.raises(SpecMismatch, match="shingle 5, not 4"):
        wire(url)


@pytest.mark.parametrize(
    ("how", "error", "words"),
    [
        ("UPDATE meta SET spec = replace(spec, '4', '5')", IndexDamaged, "does not pass its checksum"),
        ("DELETE FROM meta", IndexDamaged, "does not say what it is"),
        ("DROP TABLE links", IndexDamaged, "not the right tables: links"),
        ("ALTER TABLE works ALTER words TYPE bigint", IndexDamaged, "not the right tables: works"),
        ("ALTER TABLE meta DROP COLUMN seal", IndexDamaged, "the table meta .* is not Wirecheck's"),
        ("UPDATE meta SET format = 2", FormatTooNew, "format 2, this Wirecheck knows up to 1; use a newer"),
    ],
)
def test_tables_that_are_not_as_they_should_be_are_refused(
    url: str, postgres: Server, how: str, error: type[IndexProblem], words: str
) -> None:
    wire(url).close()
    with postgres.connect(schema_of(url)) as admin:
        admin.execute(how.encode())
    with pytest.raises(error, match=words):
        open_index(url, create=True)


def test_a_writer_notices_that_a_newer_wirecheck_has_been_there(url: str, postgres: Server) -> None:
    with wire(url) as store, postgres.connect(schema_of(url)) as admin:
        store.apply([item(1)])
        admin.execute("UPDATE meta SET format = 2")
        with pytest.raises(FormatTooNew, match="use a newer Wirecheck"):
            store.apply([item(2)])
        assert is_whole(store, 1), "it may still be read"


def test_an_index_of_an_older_format_is_read_as_it_is_and_upgraded_by_the_first_write(
    url: str, postgres: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    with wire(url) as older:
        older.apply([item(1)])
    monkeypatch.setattr(schema, "FORMAT", 3)
    monkeypatch.setattr(
        schema, "STEPS", {2: ("CREATE TABLE notes (number bigint)",), 3: ("ALTER TABLE notes ADD note bytea",)}
    )
    tables = "SELECT format, to_regclass('notes') IS NOT NULL FROM meta"
    with wire(url) as store, postgres.connect(schema_of(url)) as admin:
        assert is_whole(store, 1)
        assert admin.execute(tables).fetchone() == (1, False), "opening and reading change no schema"
        store.apply([item(2)])
        assert admin.execute(tables).fetchone() == (3, True)
        store.apply([item(3)])
        assert is_whole(store, 3)
    assert schema.FORMAT == 3
    fresh = postgres.fresh()
    with wire(fresh), postgres.connect(schema_of(fresh)) as admin:
        assert admin.execute(tables).fetchone() == (3, True), "a new index is made in the newest format"


def test_another_index_in_its_place_is_not_taken_for_it(url: str, postgres: Server) -> None:
    with wire(url) as store:
        with postgres.connect() as admin:
            admin.execute(f"DROP SCHEMA {schema_of(url)} CASCADE")
        wire(url).close()
        cut(postgres, url)
        with pytest.raises(IndexProblem, match=r"Another index is at .* now; open it again"):
            store.count()


def test_a_full_disk_is_named_and_nothing_is_kept(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with wire(url) as store:
        store.apply([item(1)])
        real = psycopg.Connection.execute

        def execute(connection, statement, *rest, **more):  # type: ignore[no-untyped-def]
            if "INSERT INTO batches" in str(statement):
                raise psycopg.errors.DiskFull("could not extend file")
            return real(connection, statement, *rest, **more)

        monkeypatch.setattr(psycopg.Connection, "execute", execute)
        with pytest.raises(StorageFull, match="no room left for the index postgresql://postgres@127"):
            store.apply([item(2)])
        monkeypatch.undo()
        assert is_whole(store, 1)
        assert not is_whole(store, 2)


# --- addresses and passwords ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "location"),
    [
        ("postgresql://desk:s3cret@db.example.org/news", "postgresql://desk@db.example.org/news"),
        ("postgres://desk:s3cret@db.example.org:5433/news?schema=wire", "postgresql://desk@db.example.org:5433/news?schema=wire"),
        ("postgresql://a,b:5433/news?user=desk&password=s3cret&sslmode=require", "postgresql://desk@a,b:5433/news"),
        ("postgresql://[::1]:5433/news", "postgresql://[::1]:5433/news"),
        ("postgresql:///news?host=/run/postgresql&user=o%27d%40&passfile=/s3cret", "postgresql://o%27d%40@%2Frun%2Fpostgresql/news"),
    ],
)  # fmt: skip
def test_an_address_is_shown_without_its_password(address: str, location: str) -> None:
    read = Address.of(address)
    assert read.location == location
    assert "s3cret" not in shown(address)
    assert ("?schema=wire" in address) == ("?schema=wire" in shown(address))


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://desk:s3cret@db:port/news",
        "postgresql://desk:s3cret@db/news?s3cret=1",
        "postgresql://desk:x@s3cret@db/news",
        "postgresql://desk:x/s3cret@db/news",
        "postgresql://desk:x?s3cret@db/news",
        "postgresql://desk:s3cret/x@db/news",
        "postgresql://desk:s3cret@nowhere.invalid/news",
        "postgresql://desk:s3cret%zz@db/news",
        "postgresql://desk:s3cret@db/news?schema=Wire",
        "postgresql://desk:s3cret@db/news?schema=pg_catalog",
        'postgresql://desk:s3cret@db/news?schema=a"b',
        "postgresql:/desk:s3cret@db/news",
        "postgresql:desk:s3cret@db/news",
        "postgresql://desk:x?s3cret@127.0.0.1:1/news",
        " postgresql://desk:s3cret@db/news",
        "Postgresql://desk:s3cret@db/news",
        "postgresql+psycopg://desk:s3cret@db/news",
        "host=db user=desk password=s3cret dbname=news",
        "mysql://desk:s3cret@db/news",
        "postgresql://desk:s3cret@127.0.0.1:1/news",
        "postgresql://desk:s3cret@127.0.0.1:1/news?sslrootcert=/nowhere&sslmode=verify-full",
    ],
)
def test_no_error_repeats_a_password(address: str) -> None:
    with pytest.raises(IndexProblem) as caught:
        open_index(address)
    told = "".join(traceback.format_exception(caught.value, chain=True))
    assert "s3cret" not in str(caught.value)
    assert "s3cret" not in told.replace(address, ""), "not in a traceback either, but for the line of the test itself"


def test_a_wrong_password_is_not_shown(postgres: Server) -> None:
    with pytest.raises(IndexProblem, match=r"cannot be reached \(password authentication failed") as caught:
        open_index(postgres.url(password="s3cret"))
    assert "s3cret" not in str(caught.value)
    with pytest.raises(IndexProblem, match='database "nowhere" does not exist'):
        open_index(postgres.url(database="nowhere"))


def test_figures_name_the_index_without_its_password(url: str) -> None:
    with wire(url) as store:
        store.apply([item(1)])
        info = store.info()
        assert info.location == shown(url)
        assert schema_of(url) in info.location
        assert PASSWORD not in repr(info)
        assert 0 < info.fingerprint_bytes < info.file_bytes


# --- copies -----------------------------------------------------------------------------------------------------


def archive(store: PostgresStore | EmbeddedStore) -> None:
    store.apply([item(n) for n in range(1, 6)])
    store.apply([story(f"reprint-{n}", MAYOR, title="nul\0", links=("\ud800",)) for n in range(70)])
    store.apply([item(2, MAYOR), Remove("mp-3"), Remove("reprint-69"), Expire("mp-4"), Amend("mp-5", KILL)])


def everything(store: PostgresStore | EmbeddedStore) -> object:
    assert store.count() == store.info().works
    hits = store.probe(np.concatenate([fingerprint_of(MAYOR).keys, fingerprint_of(f"{FERRY} Item 4.").keys]))
    with store.contents() as contents:
        kept = list(contents.works())
    counted = store.info()
    return (
        kept,
        *(column.tolist() for column in (hits.row, hits.number, hits.position, hits.frequency)),
        [one.number for one in store.entries()],
        store.linked(["\ud800", "slug:1"]).tolist(),
        (counted.works, counted.revisions, counted.postings, counted.hot_keys, counted.expired, counted.text_bytes),
    )


def test_a_copy_is_an_index_directory_and_goes_back_into_a_database(url: str, postgres: Server, tmp_path: Path) -> None:
    with wire(url) as store:
        archive(store)
        before = everything(store)
        store.backup(tmp_path / "copy")
    assert [one.severity for one in examine(str(tmp_path / "copy"))] == [Severity.OK]
    with EmbeddedStore(tmp_path / "copy", recompute=fingerprint_of, clock=lambda: NOON) as copy:
        assert everything(copy) == before
    again = postgres.fresh()
    key = restore(tmp_path / "copy", again)
    assert key in key_files()
    with wire(again, create=False) as store, EmbeddedStore(tmp_path / "copy", recompute=fingerprint_of) as copy:
        assert everything(store) == before
        for one in (store, copy):
            one.apply([item(9)])
        assert store.revisions("mp-9")[0].number == copy.revisions("mp-9")[0].number == 77, "no number a second time"
        assert store.apply([Remove("mp-4"), Remove("mp-2")]) == Applied(removed=2)
    assert examine_soundly(again)
    with pytest.raises(IndexProblem, match=r"There is an index at .* already"):
        restore(tmp_path / "copy", again)


def test_a_copy_whose_return_is_cut_off_is_not_there_and_can_be_returned_again(
    url: str, postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with EmbeddedStore(tmp_path / "wire", create=True, recompute=fingerprint_of, clock=lambda: NOON) as store:
        archive(store)
        before = everything(store)
    tripwire = Tripwire(monkeypatch, "works_in_order", lambda: cut(postgres, url))
    with pytest.raises(IndexProblem, match=r"was lost while it was made; all of it is there, or"):
        restore(tmp_path / "wire", url)
    assert tripwire.tripped
    with pytest.raises(IndexMissing):
        open_index(url)
    restore(tmp_path / "wire", url)
    with wire(url) as store:
        assert everything(store) == before


def test_a_snapshot_is_the_same_from_wherever_it_is_made(url: str, tmp_path: Path) -> None:
    with wire(url) as store:
        archive(store)
        store.backup(tmp_path / "copy")
        write_snapshot(store, tmp_path / "of-server")
    with EmbeddedStore(tmp_path / "copy") as copy:
        write_snapshot(copy, tmp_path / "of-copy")
    assert snapshot_digest(tmp_path / "of-server") == snapshot_digest(tmp_path / "of-copy")


def test_a_damaged_copy_is_not_restored(url: str, tmp_path: Path) -> None:
    with EmbeddedStore(tmp_path / "wire", create=True, recompute=fingerprint_of) as store:
        archive(store)
        store._connection.execute("UPDATE texts SET packed = zeroblob(9) WHERE number = 1")
    with pytest.raises(IndexDamaged, match="damaged"):
        restore(tmp_path / "wire", url)
    with pytest.raises(IndexMissing):
        open_index(url)


def test_contents_are_of_one_moment_and_say_so_when_they_are_cut_off(url: str, postgres: Server) -> None:
    with wire(url) as store:
        archive(store)
        with store.contents() as contents:
            store.apply([item(9), Remove("mp-1")])
            assert [one.number for one in contents.works()][:2] == [1, 2]
            key, number, position = (np.concatenate(column) for column in zip(*contents.postings(), strict=True))
            assert (str(key.dtype), str(number.dtype), str(position.dtype)) == ("uint64", "int64", "int32")
            assert len(key) == 12 * (5 + 70 + 1 - 2)
            assert (np.lexsort((position, number, key)) == np.arange(len(key))).all()
            assert sum(len(bands) for bands, _ in contents.bands()) == 3 * (5 + 70 + 1 - 2)
        with pytest.raises(IndexProblem, match="was lost while it was read through; begin again"):  # noqa: SIM117
            with store.contents() as contents:
                cut(postgres, url)
                list(contents.works())
        assert is_whole(store, 9)


def test_a_number_that_was_given_already_is_found_and_put_right(url: str, postgres: Server) -> None:
    with wire(url) as store, postgres.connect(schema_of(url)) as admin:
        store.apply([item(1), item(2)])
        admin.execute("UPDATE meta SET next_number = 2")
        with pytest.raises(IndexDamaged):
            store.apply([item(3)])
        assert [one.subject for one in examine(url) if not one.good] == ["works"]
        repair(url, recompute=fingerprint_of)
        store.apply([item(3)])
        assert is_whole(store, 3)


def test_an_index_that_cannot_be_put_back_leaves_no_key(url: str, tmp_path: Path) -> None:
    with wire(url) as store:
        store.apply([item(1)])
        store.backup(tmp_path / "copy")
    for path in key_files():
        path.unlink()
    with pytest.raises(IndexProblem, match="cannot be reached"):
        restore(tmp_path / "copy", "postgresql://desk@127.0.0.1:1/news")
    assert list(key_files()) == []


def test_closing_does_not_wait_for_a_server_that_is_away(url: str, postgres: Server) -> None:
    store = wire(url, patience=600.0)
    store.apply([item(1)])
    store.apply([Remove("mp-1")])
    postgres.stop()
    try:
        store.close()
    finally:
        postgres.start()


def test_the_doctor_finds_and_repairs_what_can_be(url: str, postgres: Server) -> None:
    with wire(url) as store, postgres.connect(schema_of(url)) as admin:
        archive(store)
        before = everything(store)
        admin.execute("DELETE FROM postings WHERE place >> 19 = 5; UPDATE hot SET frequency = 99, bound = 7")
        admin.execute("INSERT INTO postings VALUES (5, 999 << 19); DELETE FROM links WHERE number = 1")
        admin.execute("UPDATE works SET current = 0 WHERE number = 5; UPDATE meta SET works = 3")
        subjects = {one.subject for one in examine(url) if one.severity is Severity.DAMAGED}
        assert subjects == {"mp-5", "postings", "links", "works", "hot keys"}
        done = repair(url, recompute=fingerprint_of)
        assert {one.subject for one in done if one.severity is Severity.REPAIRED} == subjects
        assert examine_soundly(url)
        assert everything(store) == before
        admin.execute("UPDATE texts SET packed = 'x' WHERE number = 1")
        with pytest.raises(IndexDamaged, match=r"'mp-1' .* is damaged; remove it and add it again"):
            store.fetch([1])
        assert [one.subject for one in repair(url, recompute=fingerprint_of)] == ["mp-1"]
        assert store.apply([item(1)]) == Applied(replaced=1)
        assert examine_soundly(url)


def test_where_removed_text_may_still_stand_is_told(url: str) -> None:
    ((place, why),) = leftovers(url)
    assert str(place) == shown(url)
    assert "log (WAL)" in why and PASSWORD not in why


# --- the command ------------------------------------------------------------------------------------------------


def run(home: Path, *arguments: str, code: int = 0, **extra: str) -> str:
    env = environment(home, extra) | {"XDG_DATA_HOME": os.environ["XDG_DATA_HOME"]}
    done = subprocess.run([*COMMAND, *arguments], cwd=home, env=env, capture_output=True, text=True, check=False)
    told = done.stdout + done.stderr
    assert done.returncode == code, told
    assert PASSWORD not in told
    return told


@pytest.mark.slow
def test_the_whole_command_works_with_a_shared_index(url: str, postgres: Server, tmp_path: Path) -> None:
    (tmp_path / "wire").mkdir()
    (tmp_path / "wire" / "bridge.txt").write_text(BRIDGE, encoding="utf-8")
    (tmp_path / "wire" / "bandstand.txt").write_text(OTHER, encoding="utf-8")
    (tmp_path / "draft.txt").write_text(DRAFT, encoding="utf-8")
    run(tmp_path, "list", code=2, WIRECHECK_INDEX=url)
    assert "Added 2" in run(tmp_path, "add", "wire/", WIRECHECK_INDEX=url)
    assert "wire/bridge.txt" in run(tmp_path, "check", "draft.txt", "--index", url, code=1)
    assert "wire/bandstand.txt" in run(tmp_path, "list", "--index", url)
    assert "swing bridge" in run(tmp_path, "show", "wire/bridge.txt", "--index", url)
    assert "postgresql://postgres@127.0.0.1" in run(tmp_path, "stats", "--index", url)
    assert "killed" in run(tmp_path, "mark", "wire/bridge.txt", "--killed", "--index", url)
    assert "as they were stored" in run(tmp_path, "doctor", "--index", url)
    told = run(tmp_path, "expire", "wire/bandstand.txt", "--index", url)
    assert "Removed the text of 1 story." in told and "log (WAL)" in told
    assert "1 case" in run(tmp_path, "audit", "draft.txt", "--out", "CASES", "--index", url, code=1)
    assert "Digest: " in run(tmp_path, "snapshot", "monday", "--index", url)
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or PASSWORD.encode() not in path.read_bytes(), path
    assert "Copied to copy" in run(tmp_path, "backup", "copy", "--index", url)
    again = postgres.fresh()
    assert "Restored to postgresql://postgres@127.0.0.1" in run(tmp_path, "restore", "copy", "--index", again)
    assert "wire/bridge.txt" in run(tmp_path, "check", "draft.txt", "--index", again, code=1)
    assert "already" in run(tmp_path, "restore", "copy", "--index", again, code=2)
    assert "is not the copy of an index" in run(tmp_path, "restore", "wire", "--index", postgres.fresh(), code=2)
    assert "Removed 1" in run(tmp_path, "remove", "wire/bridge.txt", "--index", url)
    shutil.rmtree(tmp_path / "share")
    assert "copy the file wirecheck/keys/" in run(tmp_path, "check", "draft.txt", "--index", url, code=2)


# --- checksums of pages -----------------------------------------------------------------------------------------


class Asked:
    """A server's answer to the one question."""

    def __init__(self, kept: str | None) -> None:
        self._kept = kept

    def rows(self, statement: str) -> list[tuple[str | None]]:
        assert "data_checksums" in statement
        return [(self._kept,)]


@pytest.mark.parametrize("kept", ["off", "on", None])
def test_the_doctor_says_when_the_server_keeps_no_checksums(kept: str | None) -> None:
    found = doctor._about_server(Asked(kept))  # type: ignore[arg-type]
    assert [finding.subject for finding in found] == ([] if kept == "on" else ["server"])
    assert all(finding.good for finding in found)


def test_a_damaged_page_of_the_server_refuses_the_question(url: str, postgres: Server) -> None:
    with wire(url) as store:
        store.apply([item(n) for n in range(60)])
    where = "SELECT current_setting('data_directory') || '/' || pg_relation_filepath('postings')"
    with postgres.connect(schema_of(url)) as bare:
        file = Path(str(bare.execute(where).fetchone()[0]))  # type: ignore[index]
    postgres.stop("fast")
    data = bytearray(file.read_bytes())
    data[200] ^= 4
    file.write_bytes(data)
    postgres.start()
    with wire(url, create=False, readonly=True) as store, pytest.raises(IndexDamaged, match="XX001"):
        for n in range(60):
            is_whole(store, n)
    with postgres.connect(schema_of(url)) as bare:
        bare.execute(f'DROP SCHEMA "{schema_of(url)}" CASCADE')
