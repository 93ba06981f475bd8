"""The engine of many machines: the same answers as here, and no page lost, whatever happens to the workers."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from checker.audit.nouns import Outcome, Page, PageKind, Result, Terms
from checker.audit.problems import AuditProblem
from checker.audit.schema import pages_batch, results_of
from cli.engines import spark_node
from cli.engines.engine import Chunk, Job
from cli.engines.frames import packed, unpacked
from cli.engines.local import Local
from cli.engines.spark import Spark
from cli.engines.spark_node import INDEX, Order, own_version
from cli.engines.spark_ship import policy_files
from fingerprints.spec import DEFAULT_SPEC
from fingerprints.stores import open_index
from fingerprints.stores.memory import MemoryStore
from fingerprints.stores.snapshot import Snapshot, write_snapshot
from tests.commandline import BRIDGE, COMMAND, DRAFT, OTHER, environment, wirecheck
from tests.spark_cluster import QUICK, Cluster, free_port, needs_spark

needs_spark()
pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

AT = datetime(2029, 4, 5, 12, tzinfo=UTC)
PER_CHUNK = 6


POLICY = """\
agencies = "agencies.toml"

[[licence]]
name = "Meridian Press, in spring"
holder = "The Meridian Press"
from = 2029-04-01
until = 2029-04-30
"""
AGENCIES = """\
[mmi]
name = "Meridian Press"
short = ["MP"]
"""


@dataclass(frozen=True, slots=True)
class House:
    """A newsroom's folder with an index of two stories, a snapshot of it, one in three parts, and another index."""

    folder: Path
    job: Job

    def path(self, name: str) -> Path:
        return self.folder / name

    def job_of(self, name: str) -> Job:
        with Snapshot(self.path(name)) as index:
            return replace(self.job, index=str(self.path(name)), digest=index.digest, spec=index.spec.digest)


def digest_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def snapshot(folder: Path, index: str, name: str, parts: int = 1) -> None:
    store = open_index(str(folder / index), readonly=True)
    try:
        write_snapshot(store, folder / name, parts=parts)
    finally:
        store.close()
    shutil.copy(folder / f"{index}.key", folder / f"{name}.key")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    folder = tmp_path_factory.mktemp("newsroom")
    (folder / "bridge.txt").write_text(BRIDGE)
    (folder / "other.txt").write_text(OTHER)
    (folder / "policy.toml").write_text(POLICY)
    (folder / "agencies.toml").write_text(AGENCIES)
    for index, stories in (("index", ("bridge.txt", "other.txt")), ("elsewhere", ("other.txt",))):
        done = wirecheck(folder, "add", *stories, "--holder", "Meridian Press", "--index", index)
        assert done.code == 0, done.err
    snapshot(folder, "index", "whole")
    snapshot(folder, "index", "divided", parts=3)
    snapshot(folder, "elsewhere", "another")
    made = House(folder, Job("", "", "", Terms(AT, site="harbour.example", map=True)))
    return replace(made, job=made.job_of("whole"))


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    made = Cluster(tmp_path_factory.mktemp("spark"))
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("JDK_JAVA_OPTIONS", QUICK)
            yield made
    finally:
        made.stop()


@pytest.fixture
def two(cluster: Cluster) -> Cluster:
    """The cluster with two workers that are well."""
    for name in ("first", "second"):
        if not cluster.has(name):
            cluster.worker(name)
    return cluster


def page(number: int) -> Page:
    """Every third page carries the wire story; some are HTML, some say when they were seen, one is no page at all."""
    text = DRAFT if number % 3 == 0 else f"The regatta of lane {number} was called off for want of wind and of boats.\n"
    at = {"date": "2029-04-04T08:00:00Z"} if number % 2 else {}
    if number == 7:
        return Page(number, "site.jsonl", "line 8", "site.jsonl", unreadable="It is no JSON.")
    if number % 5 == 0:
        html = f"<html><title>Page {number}</title><body><article><p>{text}</p></article></body></html>".encode()
        return Page(number, "site.warc", f"record {number}", "page.html", html, url=f"https://b.example/{number}", **at)
    return Page(number, "site.jsonl", f"line {number + 1}", f"{number}", text.encode(), PageKind.TEXT, **at)


def chunks(count: int, size: int = PER_CHUNK) -> Iterator[Chunk]:
    for chunk in range(count):
        yield chunk, pages_batch(page(chunk * size + row) for row in range(size))


def locally(job: Job, given: Iterator[Chunk]) -> dict[int, pa.RecordBatch]:
    local = Local(job, workers=1)
    try:
        return dict(local.run(given))
    finally:
        local.close()


def on_spark(
    engine: Spark, given: Iterator[Chunk], after: int = -1, then: Callable[[], None] = lambda: None
) -> dict[int, pa.RecordBatch]:
    """All answers; after so many of them something happens."""
    answers: dict[int, pa.RecordBatch] = {}
    for number, results in engine.run(given):
        assert number not in answers, f"chunk {number} was answered twice"
        answers[number] = results
        if len(answers) == after:
            then()
    return answers


def rows(answers: dict[int, pa.RecordBatch]) -> list[Result]:
    return [one for number in sorted(answers) for one in results_of(answers[number])]


def assert_same(found: dict[int, pa.RecordBatch], expected: dict[int, pa.RecordBatch]) -> None:
    assert sorted(found) == sorted(expected)
    for number, results in expected.items():
        assert found[number].schema.equals(results.schema, check_metadata=True)
        assert found[number].equals(results), f"chunk {number} differs"


@pytest.fixture(scope="class")
def engine(cluster: Cluster, house: House) -> Iterator[Spark]:
    """One session for several tests; Java has room for no second one."""
    made = Spark(house.job, cluster.url)
    yield made
    made.close()


class TestOneSession:
    """In the order of the tests, with the same workers until one is killed."""

    def test_the_answers_are_those_of_this_machine(self, two: Cluster, engine: Spark, house: House):
        found = on_spark(engine, chunks(9))
        assert_same(found, locally(house.job, chunks(9)))
        told = Counter((one.outcome, one.severity) for one in rows(found))
        assert told[Outcome.UNREADABLE, ""] == 1
        assert told[Outcome.JUDGED, "error"] == 18
        assert told.total() == 54
        assert on_spark(engine, iter([])) == {}

    def test_a_chunk_too_large_for_java_is_judged_here(
        self, two: Cluster, engine: Spark, house: House, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr(engine, "_room", 1)
        monkeypatch.setattr(engine, "_judge", None)
        assert_same(on_spark(engine, chunks(2)), locally(house.job, chunks(2)))

    def test_a_job_that_fails_is_done_here(
        self, two: Cluster, engine: Spark, house: House, monkeypatch: pytest.MonkeyPatch
    ):
        """Once or twice; when all fail it is not the pages."""
        judged = Spark._judged
        failing = {4}

        def fail(self: Spark, portion: list[Chunk]) -> list[Chunk]:
            if failing & {number for number, _ in portion}:
                raise OSError("Task 0 in stage 7.0 failed 4 times")
            return judged(self, portion)

        monkeypatch.setattr(Spark, "_judged", fail)
        assert_same(on_spark(engine, chunks(9)), locally(house.job, chunks(9)))
        failing.update(range(8, 99))
        with pytest.raises(
            AuditProblem, match=r"^Spark's workers cannot judge \(Task 0 in stage 7\.0 failed 4 times\)"
        ):
            on_spark(engine, chunks(40))

    @pytest.mark.parametrize("words", ["engines/worker.py", "pyspark", ""])
    def test_no_page_is_lost_with_a_worker(self, two: Cluster, engine: Spark, house: House, words: str):
        """Killed in the midst: the process that judges, Python's own, or all of a machine."""

        def kill() -> None:
            if not words:
                two.kill("second")
                return
            pids = two.below("second", words)
            assert pids, f"no {words} runs"
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

        assert_same(on_spark(engine, chunks(20, 40), 5, kill), locally(house.job, chunks(20, 40)))

    def test_when_no_worker_is_left_what_was_judged_is_kept(
        self, two: Cluster, engine: Spark, house: House, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr(engine, "_patience", 3)
        found: dict[int, pa.RecordBatch] = {}
        with pytest.raises(AuditProblem) as caught:
            for number, results in engine.run(chunks(40, 40)):
                found[number] = results
                if len(found) == 3:
                    two.kill("first")
                    two.kill("second")
        said = str(caught.value)
        assert said.startswith(
            f"No worker of {two.url} has taken the pages for 3 seconds: there is none, or none with a free core"
        )
        assert said.endswith(" What was judged is kept; the same command goes on where it was.")
        assert 3 <= len(found) < 40
        assert_same(found, {n: one for n, one in locally(house.job, chunks(40, 40)).items() if n in found})

    def test_when_java_ends_it_is_said(self, cluster: Cluster, engine: Spark, capfd: pytest.CaptureFixture[str]):
        def killing() -> Iterator[Chunk]:
            yield from chunks(1)
            engine._session._gateway.proc.kill()
            yield from chunks(20)

        with pytest.raises(AuditProblem) as caught:
            on_spark(engine, killing())
        assert str(caught.value) == engine._session.sentence("Spark ended (its Java process is gone)")
        assert capfd.readouterr() == ("", "")

    def test_the_session_leaves_nothing_but_its_log(self, engine: Spark):
        engine.close()
        log = engine._session.log
        assert list(engine._session.folder.iterdir()) == [log]
        assert "Lost executor" in log.read_text()
        log.unlink()
        log.parent.rmdir()


@dataclass
class Nodes:
    """Workers of which each sees what its environment says."""

    cluster: Cluster
    environments: dict[str, dict[str, str]]

    def __enter__(self) -> None:
        for name, said in self.environments.items():
            self.cluster.worker(name, said)

    def __exit__(self, *_: object) -> None:
        for name in self.environments:
            self.cluster.kill(name)


@pytest.fixture
def bare(cluster: Cluster) -> Cluster:
    """The cluster without workers."""
    for name in ("first", "second"):
        if cluster.has(name):
            cluster.kill(name)
    return cluster


def strange_index(house: House) -> Path:
    """An index of this house's secret that was made under another specification."""
    path = house.path("strange")
    secret = house.path("whole.key").read_bytes()
    write_snapshot(MemoryStore(replace(DEFAULT_SPEC, shingle=5), secret), path)
    house.path("strange.key").write_bytes(secret)
    return path


def test_a_worker_with_another_index_judges_nothing(bare: Cluster, house: House):
    """One has another index, one an index of another specification, one a good copy of its own."""
    nodes = {
        "another": {INDEX: str(house.path("another"))},
        "strange": {INDEX: str(strange_index(house))},
        "copied": {INDEX: str(shutil.copytree(house.path("whole"), house.path("copied")))},
    }
    shutil.copy(house.path("whole.key"), house.path("copied.key"))
    with Nodes(bare, nodes):
        engine = Spark(house.job, bare.url)
        try:
            found = on_spark(engine, chunks(18))
        finally:
            engine.close()
    expected = locally(house.job, chunks(18))
    refused = {number for number, results in found.items() if "cannot judge" in str(results["why"])}
    assert 0 < len(refused) < 18
    assert_same(
        {n: one for n, one in found.items() if n not in refused}, {n: expected[n] for n in set(found) - refused}
    )
    results = [one for number in refused for one in results_of(found[number])]
    assert {one.outcome for one in results} == {Outcome.UNJUDGED}
    assert len(results) == PER_CHUNK * len(refused)
    host = socket.gethostname()
    another = f"The index at {house.path('another')} is another one than this audit began with."
    said = {one.why for one in results}
    assert (f"The worker {host} cannot judge: {another}",) in said
    (strange,) = (why[0] for why in said if "another one" not in why[0])
    assert strange.startswith(
        f"The worker {host} cannot judge: The index at {house.path('strange')} is of another spec"
    )
    assert "shingle 5, not 4" in strange


def test_what_a_worker_needs_is_sent_along(two: Cluster, house: House, tmp_path: Path):
    """At the paths of the job nothing is left: they use what was sent, an index in three parts. The same answers."""
    job = replace(
        house.job_of("divided"),
        policy_name="wirecheck.toml",
        policy=str(house.path("policy.toml")),
        policy_digest=digest_of(house.path("policy.toml")),
        agencies_digest=digest_of(house.path("agencies.toml")),
    )
    expected = locally(replace(job, index=house.job.index), chunks(6))
    engine = Spark(job, two.url, ship=True)
    for name in ("divided", "divided.key", "policy.toml", "agencies.toml"):
        house.path(name).rename(tmp_path / name)
    try:
        assert_same(on_spark(engine, chunks(6)), expected)
        assert any(one.severity == "note" for one in rows(expected)), "the policy had no say"
        sent = list(two.folder.rglob("wirecheck-*/index"))
        assert len(sent) == 2
        assert {path.parent.stat().st_mode & 0o777 for path in sent} == {0o700}
        secret = (tmp_path / "divided.key").read_bytes()
        assert not [path for path in two.folder.rglob("*") if path.is_file() and secret in path.read_bytes()]
    finally:
        engine.close()
        for path in tmp_path.iterdir():
            path.rename(house.path(path.name))


def test_a_worker_with_another_wirecheck_judges_nothing(house: House, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(spark_node, "SLOW", 0)
    order = Order(house.job.to_json(), "9.9")
    [(_, pages)] = chunks(1)
    answer = next(spark_node.answers(iter([pa.array([packed(pages)], pa.binary())]), order))
    results = list(results_of(unpacked(answer[0].as_buffer())))
    told = f"It has Wirecheck {own_version()}, and this audit is one of 9.9."
    said = f"The worker {socket.gethostname()} cannot judge: {told}"
    assert [(one.number, one.outcome, one.why) for one in results] == [(n, Outcome.UNJUDGED, (said,)) for n in range(6)]


def test_an_order_is_shown_without_its_secret():
    assert repr(Order('{"terms": 1}', "0.1.0", "wirecheck-5", "ab" * 32)) == "Order('0.1.0', 'wirecheck-5')"


def test_a_policy_that_names_a_file_elsewhere_is_not_sent(tmp_path: Path):
    (tmp_path / "agencies.toml").write_text(AGENCIES)
    (tmp_path / "house").mkdir()
    policy = tmp_path / "house" / "wirecheck.toml"
    policy.write_text('agencies = "../agencies.toml"\n')
    with pytest.raises(AuditProblem) as caught:
        policy_files(policy)
    assert str(caught.value) == (
        f"The policy {policy} names {tmp_path}/house/../agencies.toml, outside of its folder, which cannot be sent "
        "along; put it beside the policy, or let the workers share a folder."
    )
    (tmp_path / "house" / "agencies.toml").write_text(AGENCIES)
    policy.write_text('agencies = "agencies.toml"\n')
    assert policy_files(policy) == {
        "policy/wirecheck.toml": policy,
        "policy/agencies.toml": tmp_path / "house" / "agencies.toml",
    }


def test_workers_that_have_no_wirecheck(two: Cluster, house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nexec {sys.executable} -S "$@"\n')
    python.chmod(0o755)
    monkeypatch.setenv("PYSPARK_PYTHON", str(python))
    engine = Spark(house.job, two.url)
    try:
        with pytest.raises(AuditProblem) as caught:
            on_spark(engine, chunks(2))
    finally:
        engine.close()
    said = re.fullmatch(
        r"Spark's workers cannot judge \((.+)\); (\S+) says more\. What was judged is kept; the same command goes on "
        r"where it was\.",
        str(caught.value),
    )
    assert said, caught.value
    assert "No module named" in said[1]
    Path(said[2]).unlink()
    Path(said[2]).parent.rmdir()


def audited(house: House, out: str, *options: str, code: int = 1) -> str:
    """`wirecheck audit` of the house's pages into the folder `out`; what it says at its end."""
    asked = ("audit", "pages.jsonl", "--out", out, "--index", "index", "--at", "2029-04-05T12:00Z", "--map")
    done = wirecheck(house.folder, *asked, *options, extra={"JDK_JAVA_OPTIONS": QUICK})
    assert done.code == code, done.err
    return done.err


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_ctrl_c_stops_an_audit_and_the_same_command_goes_on(two: Cluster, house: House):
    pages = [{"id": f"p{n}", "text": f"{DRAFT} Page {n}. " * 20} for n in range(1200)]
    house.path("many.jsonl").write_text("".join(json.dumps(one) + "\n" for one in pages))
    command = [*COMMAND, "audit", "many.jsonl", "--out", "stopped", "--index", "index", "--engine", "spark"]
    environ = environment(house.folder, {"JDK_JAVA_OPTIONS": QUICK})
    running = subprocess.Popen(
        [*command, "--master", two.url], cwd=house.folder, env=environ, stderr=subprocess.PIPE, text=True
    )
    while len(list(house.folder.glob("stopped/results/*.parquet"))) < 2:
        assert running.poll() is None
        time.sleep(0.05)
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=60)
    assert running.returncode == 2
    assert "Traceback" not in said
    assert said.splitlines()[-1] == "Stopped; the same command goes on where it was."
    done = wirecheck(house.folder, *command[len(COMMAND) :], "--master", two.url, extra={"JDK_JAVA_OPTIONS": QUICK})
    assert done.code == 1, done.err
    assert "pages were judged by an earlier run" in done.err


def test_the_whole_audit_has_the_same_files(two: Cluster, house: House):
    entries = [
        {"id": f"p{n}", "text": page(n).body.decode() or "-", "date": f"2029-04-0{n % 7 + 1}"} for n in range(150)
    ]
    house.path("pages.jsonl").write_text("".join(json.dumps(one) + "\n" for one in entries))
    master = f"spark://127.0.0.1:{free_port()}"
    assert audited(house, "cases-2", "--engine", "spark", "--master", master, code=2) == (
        f"The audit goes by a copy of the index: 2 stories, 1 MB.\n"
        f"Error: No Spark master answers at {master} (Connection refused); start it, or see to its address.\n"
    )
    audited(house, "cases-2", "--engine", "spark", "--master", two.url)
    audited(house, "cases-1", "--engine", "local", "--workers", "1")
    there, here = files(house.path("cases-2")), files(house.path("cases-1"))
    assert {"cases.csv", "summary.html", "results/000002.parquet"} <= set(here)
    assert sorted(there) == sorted(here)
    assert [name for name in here if there[name] != here[name]] == []
