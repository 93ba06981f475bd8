"""The engine of many machines: the same answers as here, and no page lost, whatever happens to the workers."""

from __future__ import annotations

import json
import os
import shutil
import signal
import threading
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
from cli.engines.engine import Chunk, Job
from cli.engines.local import Local
from cli.engines.spark import Spark
from cli.engines.spark_node import INDEX
from fingerprints.stores import open_index
from fingerprints.stores.snapshot import Snapshot, write_snapshot
from tests.commandline import BRIDGE, DRAFT, OTHER, wirecheck
from tests.spark_cluster import Cluster, needs_spark

needs_spark()
pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

AT = datetime(2029, 4, 5, 12, tzinfo=UTC)
PER_CHUNK = 6


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
    (folder / "policy.toml").write_text('[[licences]]\nholder = "Meridian Press"\nfrom = 2029-01-01\nuntil = 2029-02-01\n')
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


def chunks(count: int) -> Iterator[Chunk]:
    for chunk in range(count):
        yield chunk, pages_batch(page(chunk * PER_CHUNK + row) for row in range(PER_CHUNK))


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


def test_the_answers_are_those_of_this_machine(two: Cluster, house: House):
    engine = Spark(house.job, two.url)
    try:
        found = on_spark(engine, chunks(9))
        assert on_spark(engine, iter([])) == {}
    finally:
        engine.close()
    assert_same(found, locally(house.job, chunks(9)))
    told = Counter((one.outcome, one.severity) for one in rows(found))
    assert told[Outcome.UNREADABLE, ""] == 1
    assert told[Outcome.JUDGED, "error"] == 18
    assert told.total() == 54
    assert not engine._session.folder.exists()


def test_an_index_in_parts_gives_the_same_answers(two: Cluster, house: House):
    divided = house.job_of("divided")
    assert (divided.digest, divided.spec) == (house.job.digest, house.job.spec)
    engine = Spark(divided, two.url)
    try:
        assert_same(on_spark(engine, chunks(4)), locally(house.job, chunks(4)))
    finally:
        engine.close()
