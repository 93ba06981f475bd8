"""`wirecheck cases` and `wirecheck triage` as a lawyer types them."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import subprocess
import sys

import pytest

from checker.cases.outputs import write_outputs
from tests.audited import CLOCK, FLOOD, OURS, WIRE, audit, files, page, words_of
from tests.commandline import COMMAND, environment, wirecheck
from tests.warc_by_hand import answer, record


def copy(number, url, story=CLOCK, count=60, **more):
    return page(number, url, f"{OURS}\n\n{words_of(story, 45, count)}\n\n{OURS}", **more)


@pytest.fixture
def home(tmp_path):
    """A home with an audit CASES, compared with the one before."""
    old = [copy(0, "https://same.example/"), copy(1, "https://down.example/")]
    write_outputs(audit(tmp_path / "OLD", old))
    new = [
        copy(0, "https://same.example/"),
        page(1, "https://down.example/", OURS),
        copy(2, "https://new.example/", FLOOD),
    ]
    write_outputs(audit(tmp_path / "CASES", new), since=tmp_path / "OLD")
    return tmp_path


def listed(done):
    return [line.split("\t") for line in done.out.splitlines()]


def test_the_list_has_what_is_new_changed_or_taken_down(home):
    done = wirecheck(home, "cases", "CASES")
    assert done.code == 0 and done.err == ""
    assert [(one[2], one[3], one[4], one[5], one[6], one[7], one[9]) for one in listed(done)] == [
        ("error", "open", "new", "new.example", "1", "60", "Tamsel River bursts dike, villagers wait on rooftops"),
        ("error", "open", "taken-down", "down.example", "1", "60",
         "Stolen tower clock found ticking in museum's own cellar"),
    ]  # fmt: skip
    assert len(listed(wirecheck(home, "cases", "CASES", "--all"))) == 3


def test_what_was_there_in_may_and_answers_404_in_june_is_taken_down(tmp_path):
    shown = f"<html><body><p>{words_of(CLOCK, 45, 60)}</p><p>{OURS}</p></body></html>".encode()
    own = record(answer(f"<html><body><p>{OURS}</p></body></html>".encode()), uri="https://wick.example/own")
    months = {"may": answer(shown), "june": answer(b"<html><body>Not here.</body></html>", status="404 Not Found")}
    assert wirecheck(tmp_path, "add", str(WIRE), "--index", "wire").code == 0
    for month, answered in months.items():
        (tmp_path / f"{month}.warc").write_bytes(own + record(answered, uri="https://wick.example/clock"))
        since = ["--since", "MAY"] if month == "june" else []
        args = ("--index", "wire", "--at", "2029-05-01T00:00:00Z", "--out", month.upper(), *since)
        done = wirecheck(tmp_path, "audit", f"{month}.warc", *args)
        assert done.code == (1 if month == "may" else 0), done.err
    assert "1 page: 0 seen before, 0 unreadable, 0 not judged, 0 not judged whole. 0 cases" in done.out
    assert "1 address answered that there is no page (404, 410)." in done.out
    assert "Against the audit before: 1 taken down." in done.out
    assert "Against the audit before: 1 taken down." in wirecheck(tmp_path, "audit", "june.warc", *args).out
    told = wirecheck(tmp_path, "cases", "JUNE").out
    assert "taken-down" in told
    assert "1 page is not there any more." in (tmp_path / "JUNE/summary.html").read_text()


def test_a_decision_shows_at_once(home):
    (first, *_), *_ = ((one[1], one) for one in listed(wirecheck(home, "cases", "CASES")))
    done = wirecheck(home, "triage", "CASES", first, "sent", "--by", "Ann Tarrant", "--note", "by post")
    assert (done.code, done.err) == (0, "")
    assert done.out == (
        f"Case {first}, Tamsel River bursts dike, villagers wait on rooftops at new.example: sent, by Ann Tarrant.\n"
    )
    assert [one[1] for one in listed(wirecheck(home, "cases", "CASES", "--state", "sent"))] == [first]
    assert first not in [one[1] for one in listed(wirecheck(home, "cases", "CASES", "--state", "open"))]


def test_the_files_are_written_anew_when_that_is_asked_for(home):
    from checker.audit.folder import sha256

    id = listed(wirecheck(home, "cases", "CASES"))[0][1]
    wirecheck(home, "triage", "CASES", id, "sent")
    assert ",sent," not in (home / "CASES/cases.csv").read_text()
    (home / "CASES/finished.json").write_text('{"sha256": {"cases.csv": "", "results/000000.parquet": "5"}}')
    assert "files in CASES were written anew." in wirecheck(home, "cases", "CASES", "--refresh").err
    assert ",sent," in (home / "CASES/cases.csv").read_text()
    known = json.loads((home / "CASES/finished.json").read_text())["sha256"]
    assert known.pop("results/000000.parquet") == "5"
    assert known == {name: sha256(home / "CASES" / name) for name in files(home / "CASES") if name != "decisions.jsonl"}


def test_the_login_name_stands_for_who_decided(home):
    id = listed(wirecheck(home, "cases", "CASES"))[0][1]
    assert wirecheck(home, "triage", "CASES", id, "confirmed", extra={"LOGNAME": "btarn"}).out.endswith(", by btarn.\n")


def test_every_format_has_every_case(home):
    one = json.loads(wirecheck(home, "cases", "CASES", "--all", "--format", "json").out)
    lines = wirecheck(home, "cases", "CASES", "--all", "--format", "jsonl").out.splitlines()
    table = list(csv.DictReader(io.StringIO(wirecheck(home, "cases", "CASES", "--all", "-f", "csv").out)))
    assert [json.loads(line) for line in lines] == one
    assert [case["id"] for case in one] == [row["id"] for row in table] and len(one) == 3
    assert {case["pages"][0]["url"] for case in one} == {f"https://{name}.example/" for name in ("same", "new", "down")}
    assert json.loads(wirecheck(home, "cases", "CASES", "--state", "sent", "-f", "json").out) == []


def test_wrong_use_is_said_in_a_sentence(home):
    id = listed(wirecheck(home, "cases", "CASES"))[0][1]
    for args, said in (
        (("cases", "OLDER"), "Error: There are no cases in OLDER: it holds no cases.parquet."),
        (("triage", "CASES", "nothing", "sent"), "Error: There is no case 'nothing' in CASES; `wirecheck cases CASES"),
        (("triage", "CASES", id, "dismissed"), "Error: To dismiss a case takes a reason; say it with --reason."),
    ):
        done = wirecheck(home, *args)
        assert (done.code, done.out) == (2, "") and done.err.startswith(said), done.err
    assert wirecheck(home, "triage", "CASES", id, "forgotten").code == 2


def test_a_log_that_was_tampered_with_is_said(home):
    id = listed(wirecheck(home, "cases", "CASES"))[0][1]
    for state in ("confirmed", "sent"):
        wirecheck(home, "triage", "CASES", id, state)
    log = home / "CASES/decisions.jsonl"
    log.write_text(log.read_text().replace("confirmed", "licensed"))
    done = wirecheck(home, "cases", "CASES")
    assert done.code == 0 and done.err.startswith("Warning: Line 3 of decisions.jsonl does not follow line 2")


def test_on_a_terminal_it_is_a_table(home):
    leader, follower = pty.openpty()
    extra = {"COLUMNS": "120", "TERM": "xterm", "NO_COLOR": "1"}
    with subprocess.Popen(
        [*COMMAND, "cases", "CASES"], cwd=home, env=environment(home, extra), stdout=follower, stderr=sys.stderr
    ) as running:
        os.close(follower)
        shown = b""
        try:
            while piece := os.read(leader, 65536):
                shown += piece
        except OSError:  # the other side was closed
            pass
        assert running.wait(60) == 0
    os.close(leader)
    lines = shown.decode().splitlines()
    assert lines[0].split() == ["ID", "SEVERITY", "STATE", "CHANGE", "OUTLET", "PAGES", "WORDS", "STORY", "TITLE"]
    assert all(len(line) <= 120 for line in lines)
    assert "✗ error" in lines[1] and "new.example" in lines[1] and lines[1].endswith("…")
    assert lines[3].strip() == "1 page seen again, without the copy."
    assert lines[-1] == "3 cases: 3 errors; 3 open. Not listed without --all: 1 as before."
