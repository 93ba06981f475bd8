"""The command `wirecheck audit`: what it finds, says and refuses, and how it goes on where it was left."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from checker.audit.folder import filled, results_in
from checker.audit.nouns import Outcome, Setting, Terms
from checker.policy.nouns import DEFAULT_POLICY
from cli.audit_end import conclude
from cli.auditing import Auditing
from cli.progress import Meter
from fingerprints.stores import open_index
from fingerprints.stores.snapshot import write_snapshot
from tests.audit_runs import AT, PROGRAM, alive, audit, children, files, finished, newsroom, started, wait_until
from tests.audited import CLOCK, OURS, words_of
from tests.commandline import environment
from tests.inputs_by_hand import lines

OPTIONS = ("in", "--index", "wire", "--at", AT, "--site", "wick.example")


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A newsroom with an audit of its sixty pages in `cases`."""
    home = newsroom(tmp_path_factory.mktemp("audit"))
    done = audit(home, *OPTIONS, "--out", "cases")
    assert done.code == 1
    (home / "said").write_text(done.out)
    return home


@pytest.fixture
def home(audited: Path, tmp_path: Path) -> Path:
    """A copy of it to do anything with, the times of its files kept."""
    shutil.copytree(audited, tmp_path / "home")
    return tmp_path / "home"


def left(home: Path) -> Path:
    """The audit, as if it had been killed before its last moment."""
    (home / "cases/finished.json").unlink()
    return home / "cases"


def test_an_audit_ends_with_its_cases(audited: Path) -> None:
    said = (audited / "said").read_text()
    assert "60 pages: 32 seen before, 2 unreadable, 0 not judged, 0 not judged whole." in said
    assert said.splitlines()[-1] == "Begin with cases/summary.html"
    names = {path.name for path in (audited / "cases").iterdir()}
    assert names == {
        ".lock", "audit.json", "cases", "cases.csv", "cases.parquet", "cases.xlsx", "finished.json", "results",
        "summary.html", "unjudged.csv",
    }  # fmt: skip
    told = json.loads((audited / "cases/audit.json").read_bytes())
    assert told["terms"]["at"] == "2029-05-01T00:00:00+00:00" and told["works"] == 14


def test_every_page_has_its_result_and_no_page_has_two(audited: Path) -> None:
    results = list(results_in(audited / "cases"))
    assert [(one.number, one.part) for one in results] == [(number, 0) for number in range(60)]
    assert [one.number for one in results if one.outcome is Outcome.UNREADABLE] == [42, 59]
    again = {one.number: one.same_as for one in results if one.same_as >= 0}
    assert again[12] == 0 and again[23] == 11  # pages of a folder repeat after twelve
    assert results[12].report and results[12].body == results[0].body
    assert "in/a12.html" in results[12].report and "in/a12.html" not in results[0].report


def test_few_columns_are_read_where_few_are_asked_for(audited: Path) -> None:
    (first, *_) = results_in(audited / "cases", columns=("number", "severity"))
    assert (first.number, first.severity, first.report, first.body, first.same_as) == (0, "error", "", b"", -1)


def test_workers_and_chunks_change_nothing_that_people_get(audited: Path) -> None:
    assert audit(audited, *OPTIONS, "--out", "alone", "--workers", "1", pages=64).code == 1
    alone, cases = files(audited / "alone"), files(audited / "cases")
    for name in cases:
        if not name.startswith("results/") and name not in ("audit.json", "finished.json"):
            assert alone[name] == cases[name], name
    rows = [list(results_in(audited / folder)) for folder in ("alone", "cases")]
    assert rows[0] == rows[1]


def test_a_finished_audit_says_so(home: Path) -> None:
    before = files(home / "cases")
    done = audit(home, *OPTIONS, "--out", "cases")
    assert done.code == 1 and "This audit is finished; nothing was done." in done.err
    assert "60 pages: 32 seen before" in done.out
    shutil.rmtree(home / "wire")  # it needs no index any more
    assert audit(home, *OPTIONS, "--out", "cases").code == 1
    assert files(home / "cases") == before


def test_files_of_a_finished_audit_that_are_gone_are_written_anew(home: Path, audited: Path) -> None:
    shutil.rmtree(home / "wire")
    (home / "cases/cases.csv").unlink()
    (home / "cases/summary.html").write_text("nothing to see")
    done = audit(home, *OPTIONS, "--out", "cases")
    assert done.code == 1 and "cases.csv, summary.html: changed since, or gone; written anew." in done.err
    assert files(home / "cases") == files(audited / "cases")


def test_results_of_a_finished_audit_that_are_gone_are_made_again(home: Path, audited: Path) -> None:
    (home / "cases/results/000002.parquet").unlink()
    assert audit(home, *OPTIONS, "--out", "cases").code == 1
    assert files(home / "cases") == files(audited / "cases")


def test_a_kill_at_the_very_end_leaves_no_secret_lying_about(home: Path) -> None:
    (home / "cases/work").mkdir()
    (home / "cases/work/index.key").write_text("the secret of the index")
    assert audit(home, *OPTIONS, "--out", "cases").code == 1
    assert not (home / "cases/work").exists()


def test_nothing_found_is_clear_and_what_was_not_read_is_not(home: Path) -> None:
    (home / "clean.jsonl").write_bytes(lines({"id": "a", "text": OURS}))
    assert audit(home, "clean.jsonl", "--index", "wire", "--out", "clean").code == 0
    (home / "doubt.jsonl").write_bytes(lines({"id": "a", "text": OURS}, b"{no"))
    done = audit(home, "doubt.jsonl", "--index", "wire", "--out", "doubt")
    assert done.code == 3 and "2 pages: 0 seen before, 1 unreadable" in done.out
    (home / "nothing").mkdir()
    assert audit(home, "nothing", "--index", "wire", "--out", "none").code == 3


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--site", "hallam.example"), "--site was 'wick.example', and is 'hallam.example'"),
        (("--at", "2029-06-01T00:00:00Z"), "--at was 2029-05-01T00:00:00+00:00, and is 2029-06-01T00:00:00+00:00"),
        (("--channel", "print"), "--channel was 'web', and is 'print'"),
        (("--own", CLOCK), f"--own was not given, and is '{CLOCK}'"),
        (("--map",), "--map was not asked for, and is asked for"),
        (("--policy", "strict.toml"), "the policy was the built-in one"),
        (("--index", "other"), "the index was wire"),
        (("said",), "the inputs were in"),
    ],
)
def test_what_is_asked_otherwise_is_refused(audited: Path, options: tuple[str, ...], sentence: str) -> None:
    (audited / "strict.toml").write_text("[rules]\nquotation_words = 10\n")
    done = audit(audited, *OPTIONS, "--out", "cases", *options)
    assert done.code == 2
    assert f"cases holds an audit that began otherwise: {sentence}. Ask as then, or give another --out." in done.err


def test_inputs_that_changed_are_refused(home: Path) -> None:
    left(home)
    (home / "in/a01.html").write_text("<p>Something else.")
    done = audit(home, *OPTIONS, "--out", "cases")
    assert done.code == 2 and "began otherwise: in has changed." in done.err


def test_a_policy_that_changed_is_refused(home: Path) -> None:
    (home / "p.toml").write_text("[rules]\nquotation_words = 10\n")
    policy = (*OPTIONS, "--policy", "p.toml", "--out", "ruled")
    assert audit(home, *policy).code == 1
    (home / "p.toml").write_text("[rules]\nquotation_words = 11\n")
    done = audit(home, *policy)
    assert done.code == 2 and "the policy p.toml has changed" in done.err


def test_a_folder_with_other_things_is_refused(home: Path) -> None:
    (home / "drawer").mkdir()
    (home / "drawer/letter.txt").write_text("Dear Sirs,")
    done = audit(home, *OPTIONS, "--out", "drawer")
    assert done.code == 2 and "drawer has other things in it and no audit; name a new folder with --out." in done.err
    assert not (home / "drawer/.lock").exists()
    done = audit(home, *OPTIONS, "--out", "said")
    assert done.code == 2 and "said cannot be used: " in done.err


@pytest.mark.parametrize("out", ["in", "in/cases"])
def test_an_audit_does_not_write_into_what_it_reads(home: Path, out: str) -> None:
    before = sorted(path.name for path in (home / "in").iterdir())
    done = audit(home, *OPTIONS, "--out", out)
    assert done.code == 2
    assert f"{out} lies in in, which is to be audited" in done.err
    (home / "list.txt").write_text("in\n")
    assert audit(home, "@list.txt", "--index", "wire", "--out", out).code == 2
    assert sorted(path.name for path in (home / "in").iterdir()) == before


def test_an_audit_to_compare_with_is_looked_for_at_once(home: Path) -> None:
    done = audit(home, *OPTIONS, "--out", "june", "--since", "may")
    assert done.code == 2 and "may is not the folder of a finished audit" in done.err
    assert not (home / "june").exists()


def test_what_cannot_be_used_is_said(home: Path) -> None:
    done = audit(home, "away.warc", "--index", "wire", "--out", "x")
    assert done.code == 2 and "away.warc cannot be read: No such file or directory." in done.err
    done = audit(home, "in", "--index", "nowhere", "--out", "y")
    assert done.code == 2 and "nowhere" in done.err
    done = audit(home, "in", "--index", "wire", "--out", "z", "--engine", "spark")
    assert done.code == 2 and "--engine spark and --master go together" in done.err
    (home / "cases/audit.json").write_text("{")
    done = audit(home, *OPTIONS, "--out", "cases")
    assert done.code == 2 and "cases/audit.json is damaged, so this audit cannot go on" in done.err


def chunk_cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-9])


def chunk_flipped(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 1
    path.write_bytes(data)


def chunk_flipped_in_its_footer(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-300] ^= 1
    path.write_bytes(data)


def chunk_of_others(path: Path) -> None:
    shutil.copy(path.with_name("000000.parquet"), path)


def chunk_left_in_the_middle(path: Path) -> None:
    path.rename(path.with_name(f".{path.name}.part"))


@pytest.mark.parametrize(
    "ruin",
    [chunk_cut, chunk_flipped, chunk_flipped_in_its_footer, chunk_of_others, chunk_left_in_the_middle, Path.unlink],
)
def test_results_that_are_not_whole_are_made_again(home: Path, audited: Path, ruin: object) -> None:
    cases = left(home)
    untouched = (cases / "results/000003.parquet").stat().st_mtime_ns
    ruin(cases / "results/000002.parquet")  # type: ignore[operator]
    done = audit(home, *OPTIONS, "--out", "cases")
    assert done.code == 1 and "52 pages were judged by an earlier run." in done.err
    assert files(cases) == files(audited / "cases")
    assert (cases / "results/000003.parquet").stat().st_mtime_ns == untouched


def test_what_was_not_judged_is_judged_by_the_next_run(home: Path, audited: Path) -> None:
    path = home / "cases/results/000000.parquet"
    table = pq.read_table(path, partitioning=None)
    outcome = pa.array(["unjudged", *table["outcome"].to_pylist()[1:]])
    at = table.schema.get_field_index("outcome")
    pq.write_table(table.set_column(at, table.schema.field(at), outcome), path)
    told = json.loads((home / "cases/finished.json").read_bytes())
    told["counts"]["unjudged"] = 1
    (home / "cases/finished.json").write_text(json.dumps(told))
    assert audit(home, *OPTIONS, "--out", "cases").code == 1
    assert files(home / "cases") == files(audited / "cases")


def test_the_copy_of_the_index_stays_while_pages_are_not_judged(home: Path) -> None:
    terms = Terms(at=datetime(2029, 5, 1, tzinfo=UTC), site="wick.example")
    path = home / "cases/results/000000.parquet"
    whole = pq.read_table(path, partitioning=None)
    at = whole.schema.get_field_index("outcome")
    known = whole["outcome"].to_pylist()
    for outcomes, stays in ((["unjudged", *known[1:]], True), (known, False)):
        pq.write_table(whole.set_column(at, whole.schema.field(at), pa.array(outcomes)), path)
        (home / "cases/work").mkdir()
        conclude(
            home / "cases", None, terms, Auditing(home / "cases", Setting(DEFAULT_POLICY, terms), Meter("", 0)), 0.0
        )
        assert (home / "cases/work").exists() is stays
        shutil.rmtree(home / "cases/work", ignore_errors=True)


def test_an_index_that_changes_does_not_disturb_an_audit(home: Path, audited: Path) -> None:
    """A kill after the beginning: the copy of the index is there, and the index itself has gone on."""
    with started(home, *OPTIONS, "--out", "new") as process:
        wait_until(lambda: list((home / "new").glob("results/*.parquet")) or process.poll() is not None)
        os.killpg(process.pid, signal.SIGKILL)
    shutil.rmtree(home / "wire")
    assert audit(home, *OPTIONS, "--out", "new").code == 1
    assert files(home / "new") == files(audited / "cases")


def test_an_index_that_changed_is_refused_where_its_copy_is_gone(home: Path) -> None:
    left(home)
    (home / "more.txt").write_text(words_of(CLOCK, 0, 80))
    added = (sys.executable, "-m", "cli.main", "add", "more.txt", "--index", "wire")
    subprocess.run(added, cwd=home, env=environment(home), check=True, capture_output=True)
    done = audit(home, *OPTIONS, "--out", "cases")
    assert done.code == 2
    assert "the index wire has changed since, and there is no copy of it as it was" in done.err


def test_a_snapshot_is_used_as_it_is(home: Path, audited: Path) -> None:
    with closing(open_index(str(home / "wire"), readonly=True)) as index:
        write_snapshot(index, home / "snap", parts=2)
    done = audit(home, "in", "--index", "snap", "--at", AT, "--site", "wick.example", "--out", "new")
    assert done.code == 1 and "copy of the index" not in done.err
    assert list(results_in(home / "new")) == list(results_in(audited / "cases"))


def damaged(home: Path, place: str) -> None:
    """A snapshot whose keys a disk has changed, so that nothing would be found by them."""
    with closing(open_index(str(home / "wire"), readonly=True)) as index:
        write_snapshot(index, home / place)
    rows = home / place / "postings-00.rows"
    raw = rows.read_bytes()
    middle = bytes(byte ^ 1 for byte in raw[100:-100])
    rows.write_bytes(raw[:100] + middle + raw[-100:])


def test_a_snapshot_that_is_not_as_it_was_written_finds_nothing_in_silence(home: Path) -> None:
    damaged(home, "snap")
    done = audit(home, "in", "--index", "snap", "--at", AT, "--site", "wick.example", "--out", "new")
    assert done.code == 2
    assert "snap is damaged (postings-00.rows): It is not as it was written: make the snapshot anew." in done.err
    assert not (home / "new/results").exists()


def test_a_damaged_copy_of_the_index_is_made_anew(home: Path, audited: Path) -> None:
    (left(home) / "results/000000.parquet").unlink()
    (home / "cases/work").mkdir()
    damaged(home, "cases/work/index")
    assert audit(home, *OPTIONS, "--out", "cases").code == 1
    assert list(results_in(home / "cases")) == list(results_in(audited / "cases"))


def test_two_audits_in_one_folder_do_not_meet(home: Path) -> None:
    with started(home, *OPTIONS, "--out", "new") as process:
        wait_until(lambda: (home / "new/audit.json").exists())
        os.killpg(process.pid, signal.SIGSTOP)
        try:
            done = audit(home, *OPTIONS, "--out", "new")
        finally:
            os.killpg(process.pid, signal.SIGCONT)
        assert done.code == 2 and "Another audit is working in new; wait for its end" in done.err
        assert process.wait(60) == 1


def test_ctrl_c_stops_it_and_the_same_command_goes_on(home: Path, audited: Path) -> None:
    with started(home, *OPTIONS, "--out", "new") as process:
        wait_until(lambda: children(process.pid, "engines/worker.py"))
        workers = children(process.pid, "engines/worker.py")
        os.killpg(process.pid, signal.SIGINT)
        said = process.communicate(timeout=60)[1].decode()
    assert process.returncode == 2 and "Stopped; the same command goes on where it was." in said
    assert "Traceback" not in said and not any(map(alive, workers))
    assert audit(home, *OPTIONS, "--out", "new").code == 1
    assert files(home / "new") == files(audited / "cases")


FULL = """\
import errno, os, sys
left, real = int(sys.argv.pop(1)), os.fsync
def full(handle):
    global left
    left -= 1
    if left < 0:
        raise OSError(errno.ENOSPC, "No space left on device")
    real(handle)
os.fsync = full
"""


@pytest.mark.parametrize("room", [1, 24, 29, 36, 42])
def test_a_full_disk_keeps_what_is_done(home: Path, audited: Path, room: int) -> None:
    """Full at the first file, in the middle of the results, among the files of the cases."""
    command = [sys.executable, "-c", FULL + PROGRAM, str(room), "8", "audit", *OPTIONS, "--out", "new"]
    done = subprocess.run(command, cwd=home, env=environment(home), capture_output=True, timeout=100, check=False)
    said = done.stderr.decode()
    assert done.returncode == 2 and "full" in said and "Traceback" not in said, said
    assert audit(home, *OPTIONS, "--out", "new").code == 1
    assert files(home / "new") == files(audited / "cases")


def test_an_audit_is_compared_with_the_one_before(home: Path) -> None:
    assert audit(home, *OPTIONS, "--out", "new", "--since", "cases").code == 1
    assert json.loads((home / "new/finished.json").read_bytes())["since"] == "cases"
    done = audit(home, *OPTIONS, "--out", "new", "--since", "cases")
    assert "This audit is finished" in done.err
    assert finished(home / "new") == finished(home / "cases")


def test_columns_that_are_not_there_are_empty() -> None:
    (row,) = filled(pa.RecordBatch.from_pydict({"number": pa.array([4], pa.int64())})).to_pylist()
    assert (row["number"], row["same_as"], row["keys"], row["facts"], row["body"]) == (4, -1, [], "{}", b"")
