"""The engine of one machine: every page has an answer, whatever becomes of the processes that judge."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from checker.audit.judging import judge_pages
from checker.audit.nouns import Outcome, Page, Result, Setting, Terms
from checker.audit.problems import AuditProblem
from checker.audit.schema import RESULTS, pages_batch, results_of
from checker.policy.nouns import DEFAULT_POLICY
from cli.engines import local
from cli.engines.engine import Job
from cli.engines.frames import RESULTS as ANSWER
from cli.engines.frames import Cut, frame, framed, packed, unpacked
from cli.engines.local import Local
from cli.engines.worker import Judge
from cli.progress import Meter, lasting
from fingerprints.stores.snapshot import write_snapshot
from tests.audit_runs import alive, children, wait_until
from tests.audited import CLOCK, index, words_of

ROOT = Path(__file__).resolve().parents[1]
TERMS = Terms(datetime(2001, 7, 1, 12, tzinfo=UTC))
POISONED = f"""\
import os, sys, time
sys.path.append({str(ROOT)!r})
import checker.audit.judging as judging
read = judging.documents_of
def documents_of(page):
    if b"poison" in page.body:
        os._exit(9)
    if b"treacle" in page.body:
        time.sleep(600)
    return read(page)
judging.documents_of = documents_of
from cli.engines.worker import serve
sys.exit(serve())
"""
"""A process that judges, and that some pages end and others stop."""


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> Job:
    path = tmp_path_factory.mktemp("engine") / "snapshot"
    made = write_snapshot(index(), path)
    return Job(str(path), made.digest, index().spec.digest, TERMS)


def page(number: int, text: str = "") -> Page:
    html = f"<p>{text or words_of(CLOCK, number % 20, 40)}</p>".encode()
    return Page(number, "site", f"site, record {number}", f"{number}.html", html, url=f"https://wick.example/{number}")


def chunks(pages: list[Page], size: int = 4) -> Iterator[tuple[int, pa.RecordBatch]]:
    for number, first in enumerate(range(0, len(pages), size)):
        yield number, pages_batch(pages[first : first + size])


def judged(engine: Local, pages: list[Page], size: int = 4) -> list[Result]:
    """The results by number; of each chunk there is one answer, of the right form."""
    answers: dict[int, pa.RecordBatch] = {}
    try:
        for number, batch in engine.run(chunks(pages, size)):
            assert number not in answers and batch.schema == RESULTS
            answers[number] = batch
    finally:
        engine.close()
    assert len(answers) == -(-len(pages) // size)
    return [result for number in sorted(answers) for result in results_of(answers[number])]


def test_processes_judge_as_this_one_does(job: Job) -> None:
    pages = [page(number) for number in range(21)]
    expected = list(judge_pages(pages, index(), Setting(DEFAULT_POLICY, TERMS)))
    assert judged(Local(job, 2), pages) == expected
    assert judged(Local(job, 1), pages, 64) == expected


def test_no_pages_are_no_answers(job: Job) -> None:
    assert judged(Local(job, 2), []) == []


@pytest.fixture
def poisoned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "worker.py").write_text(POISONED)
    monkeypatch.setattr(local, "PROGRAM", tmp_path / "worker.py")


@pytest.mark.usefixtures("poisoned")
def test_a_page_that_ends_its_process_is_found_and_all_others_are_judged(job: Job) -> None:
    pages = [page(number, "poison" if number in (2, 9) else "") for number in range(14)]
    results = judged(Local(job, 2), pages)
    assert [one.number for one in results] == list(range(14))
    assert [one.number for one in results if one.outcome is not Outcome.JUDGED] == [2, 9]
    assert results[2].why == ("The process that judged it ended twice.",)
    assert results[2].outcome is Outcome.UNJUDGED and results[2].url == "https://wick.example/2"


@pytest.mark.usefixtures("poisoned")
def test_a_page_that_never_ends_is_left_behind(job: Job) -> None:
    pages = [page(number, "treacle" if number == 5 else "") for number in range(8)]
    results = judged(Local(job, 2, waiting=15), pages)
    assert [one.number for one in results if one.outcome is not Outcome.JUDGED] == [5]
    assert results[5].why == ("It took more than 15 seconds to judge, twice.",)


def test_a_process_that_is_killed_takes_no_page_with_it(job: Job) -> None:
    pages = [page(number) for number in range(40)]
    engine = Local(job, 2)
    found: list[Result] = []
    for number, (_, batch) in enumerate(engine.run(chunks(pages))):
        found += results_of(batch)
        if number in (1, 4, 6):
            os.kill(children(os.getpid(), "engines/worker.py")[0], signal.SIGKILL)
    engine.close()
    assert sorted(one.number for one in found) == list(range(40))
    assert {one.outcome for one in found} == {Outcome.JUDGED}


def test_processes_that_cannot_begin_end_the_audit(job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "worker.py").write_text("raise SystemExit(3)")
    monkeypatch.setattr(local, "PROGRAM", tmp_path / "worker.py")
    with pytest.raises(AuditProblem, match=r"The processes that judge end before they are ready.* What was judged is"):
        judged(Local(job, 1), [page(0)])


def test_nothing_is_left_of_an_engine_that_is_closed(job: Job) -> None:
    engine = Local(job, 2)
    answers = engine.run(chunks([page(number) for number in range(60)]))
    next(answers)
    workers = children(os.getpid(), "engines/worker.py")
    assert len(workers) == 2
    engine.close()
    engine.close()
    wait_until(lambda: not any(map(alive, workers)))


def refusal(job: Job) -> str:
    """The sentence with which all pages are refused."""
    results = judged(Local(job, 1), [page(0), page(1)])
    assert {one.outcome for one in results} == {Outcome.UNJUDGED} and len(results) == 2
    (sentence,) = {one.why for one in results}
    return sentence[0]


def test_another_index_is_refused_in_words(job: Job, tmp_path: Path) -> None:
    at = f"The index at {job.index} is"
    assert refusal(replace(job, digest="0" * 32)) == f"{at} another one than this audit began with."
    said = f"({job.spec[:12]}, not abcdef012345)"
    assert refusal(replace(job, spec="abcdef0123456789")) == f"{at} of another specification {said}."
    assert refusal(replace(job, index=str(tmp_path / "gone"))).startswith(f"There is no snapshot at {tmp_path}/gone;")


def test_a_copy_on_another_machine_is_read_through_first(job: Job, tmp_path: Path) -> None:
    copied = shutil.copytree(job.index, tmp_path / "copied")
    shutil.copy(f"{job.index}.key", tmp_path / "copied.key")
    there = replace(job, index=str(copied))
    assert Judge(there, verify=True).refusal == ""
    rows = bytearray((copied / "postings-00.rows").read_bytes())
    rows[len(rows) // 2] ^= 1
    (copied / "postings-00.rows").write_bytes(rows)
    assert Judge(there, verify=True).refusal == (
        f"The snapshot {copied} is damaged (postings-00.rows): It is not as it was written: make the snapshot anew."
    )


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_other_agencies_are_refused_in_words(job: Job, tmp_path: Path) -> None:
    (tmp_path / "p.toml").write_text('agencies = "more.toml"\n')
    (tmp_path / "more.toml").write_text("")
    ruled = replace(job, policy=str(tmp_path / "p.toml"), policy_digest=sha256(tmp_path / "p.toml"))
    assert refusal(ruled) == f"The agencies in {tmp_path}/more.toml are others than this audit began with."
    known = replace(ruled, agencies_digest=sha256(tmp_path / "more.toml"))
    assert Judge(known).refusal == ""


def test_another_policy_is_refused_in_words(job: Job, tmp_path: Path) -> None:
    (tmp_path / "p.toml").write_text("[rules]\nquotation_words = 10\n")
    ruled = replace(job, policy=str(tmp_path / "p.toml"), policy_digest="0" * 64)
    assert refusal(ruled) == f"The policy {ruled.policy} is another one than this audit began with."
    gone = replace(job, policy=str(tmp_path / "gone.toml"), policy_digest="0" * 64)
    assert refusal(gone) == f"{gone.policy} cannot be read: No such file or directory."


def test_a_job_is_the_same_on_the_other_side(job: Job) -> None:
    told = replace(job, terms=replace(TERMS, own=("a", "b"), site="wick.example", map=True), policy_name="p.toml")
    assert Job.from_json(told.to_json()) == told
    assert "\n" not in told.to_json() and json.loads(told.to_json())["digest"] == job.digest


class Coming:
    def __init__(self, data: bytes) -> None:
        self.data = data

    def read(self, size: int, /) -> bytes:
        given, self.data = self.data[:size], self.data[size:]
        return given


def test_frames_come_whole_or_not_at_all() -> None:
    batch = pages_batch([page(0)])
    written = framed(ANSWER, packed(batch))
    kind, body = frame(Coming(written))
    assert kind == ANSWER and unpacked(body).equals(batch)
    for cut in (0, 5, len(written) - 1):
        with pytest.raises(Cut):
            frame(Coming(written[:cut]))
    with pytest.raises(Cut):
        frame(Coming(b"X" + written[1:]))


def test_people_are_told_how_long_it_will_take() -> None:
    assert [lasting(seconds) for seconds in (0.4, 89, 95, 5000, 9000)] == [
        "0 s",
        "89 s",
        "2 min",
        "83 min",
        "2 h 30 min",
    ]
    meter = Meter("Judging pages", 1000)
    meter.advance(10, 400, skipped=True)
    assert meter.told() == "40%, 10 pages, 0 a second"
    meter.advance(5, 100)
    assert meter.told().startswith("50%, 15 pages, ") and meter.told().endswith(" left")
