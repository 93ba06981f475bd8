"""The log of decisions: it only grows, tampering with it shows, a crash and two people at once lose nothing."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from checker.audit.nouns import Outcome
from checker.audit.problems import AuditProblem
from checker.cases.decisions import LOG, START, Decision, State, append, digest, held, read_log
from checker.cases.gather import cases_of
from checker.cases.outputs import write_outputs
from checker.cases.results import results_in
from checker.cases.states import decide
from checker.cases.table import read_cases
from tests.audited import CLOCK, FLOOD, OURS, audit, page, unread, words_of

ROOT = Path(__file__).resolve().parents[1]
AT = "2001-07-02T09:00:00+00:00"


def decision(case: str = "0123456789ab", state: State = State.CONFIRMED, **more: str) -> Decision:
    return Decision(case, state, more.pop("by", "Ann Tarrant"), AT, **more)


@pytest.fixture
def folder(tmp_path):
    """An audit that found two cases."""
    pages = [
        page(0, "https://lantern.example/a", f"{OURS}\n\n{words_of(CLOCK, 40, 60)}"),
        page(1, "https://wick.example/b", f"{OURS}\n\n{words_of(FLOOD, 45, 40)}"),
    ]
    write_outputs(audit(tmp_path / "cases", pages))
    return tmp_path / "cases"


def ids(folder):
    return [case.id for case in read_cases(folder)]


def test_a_decision_is_one_line_that_names_the_line_before(tmp_path):
    append(tmp_path, [decision(reason="they say “never”", note="rang at 9")])
    append(tmp_path, [decision(state=State.SENT)])
    first, second = (tmp_path / LOG).read_bytes().splitlines()
    assert json.loads(first) == {
        "case": "0123456789ab",
        "state": "confirmed",
        "by": "Ann Tarrant",
        "at": AT,
        "reason": "they say “never”",
        "note": "rang at 9",
        "pages": 0,
        "words": 0,
        "severity": "",
        "before": START,
    }
    assert first.isascii()
    assert json.loads(second)["before"] == digest(first)
    log = read_log(tmp_path)
    assert log.problems == () and [one.state for one in log.decisions] == ["confirmed", "sent"]


def three(tmp_path):
    append(tmp_path, [decision(), decision(state=State.SENT), decision(state=State.OPEN)])
    return (tmp_path / LOG).read_bytes().splitlines(keepends=True)


@pytest.mark.parametrize(
    ("tamper", "said"),
    [
        (lambda a, b, c: [a.replace(b"Ann", b"Bob"), b, c], "Line 2"),
        (lambda a, b, c: [a, b.replace(b"sent", b"open"), c], "Line 3"),
        (lambda a, b, c: [b, c], "Line 1"),
        (lambda a, b, c: [a, c], "Line 2"),
        (lambda a, b, c: [b, a, c], "Line 1"),
        (lambda a, b, c: [a, b"\n", b, c], "Line 2"),
        (lambda a, b, c: [a, b"[1, 2]\n", c], "Line 2"),
        (lambda a, b, c: [a, b.replace(b'"sent"', b'"gone"'), c], "Line 2"),
        (lambda a, b, c: [b"\xff\xfe\n", a, b, c], "Line 1"),
    ],
)
def test_a_changed_removed_or_moved_line_is_found_out(tmp_path, tamper, said):
    (tmp_path / LOG).write_bytes(b"".join(tamper(*three(tmp_path))))
    problems = read_log(tmp_path).problems
    assert problems and problems[0].startswith(said), problems


def test_every_changed_byte_of_all_but_the_last_line_is_found_out(tmp_path):
    *before, last = three(tmp_path)
    raw = b"".join(before)
    for at in range(len(raw)):
        changed = bytes([raw[at] ^ 1])
        (tmp_path / LOG).write_bytes(raw[:at] + changed + raw[at + 1 :] + last)
        assert read_log(tmp_path).problems, raw[max(0, at - 20) : at + 20]


@pytest.mark.parametrize("kept", [1, 20, -2, -1])
def test_a_line_that_a_crash_cut_is_said_and_later_ones_go_on_after_it(tmp_path, kept):
    lines = three(tmp_path)
    (tmp_path / LOG).write_bytes(lines[0] + lines[1][:kept])
    log = read_log(tmp_path)
    if kept == -1:  # only its end is missing
        assert [one.state for one in log.decisions] == ["confirmed", "sent"] and log.problems == ()
    else:
        assert [one.state for one in log.decisions] == ["confirmed"]
        assert log.problems[0].startswith("Line 2 of decisions.jsonl was cut short")
    append(tmp_path, [decision(state=State.DISMISSED, reason="theirs")])
    later = read_log(tmp_path)
    assert later.decisions[-1].state == "dismissed"
    assert later.problems == log.problems, "what is lost is still said, and nothing else is wrong"


def test_two_processes_at_once_lose_nothing(folder):
    case, other = ids(folder)
    code = (
        "import sys; from pathlib import Path; from checker.cases.states import decide;"
        "from checker.cases.decisions import State\n"
        "for n in range(25): decide(Path(sys.argv[1]), sys.argv[2], State.CONFIRMED, by=sys.argv[3], at=f'{n}')"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", code, str(folder), one, by], cwd=ROOT)
        for one, by in ((case, "Ann"), (other, "Bert"))
    ]
    assert [one.wait(100) for one in running] == [0, 0]
    log = read_log(folder)
    assert log.problems == () and len(log.decisions) == 50
    for by in ("Ann", "Bert"):
        assert [one.at for one in log.decisions if one.by == by] == [str(n) for n in range(25)]


def test_what_is_decided_is_kept_with_what_it_was_about(folder):
    case, _ = ids(folder)
    found, made, _ = decide(folder, case, State.LICENSED, by="Ann", at=AT, note="a letter of 2 July")
    assert (made.case, made.pages, made.words, made.severity) == (case, 1, 60, "error")
    assert found.outlet == "lantern.example"
    assert read_log(folder).last()[case] == made


@pytest.mark.parametrize(
    ("case", "state", "more", "said"),
    [
        ("0000", State.SENT, {}, "There is no case '0000' in"),
        ("\x1b[2J\u202e", State.SENT, {}, r"There is no case '\x1b[2J\u202e' in"),
        (None, State.DISMISSED, {}, "To dismiss a case takes a reason; say it with --reason."),
        (None, State.DISMISSED, {"reason": " "}, "To dismiss a case takes a reason; say it with --reason."),
        (None, State.SENT, {"by": ""}, "Nobody is named who decided; say it with --by."),
        (None, State.SENT, {"note": "x" * 5000}, "A reason, a note and a name have at most 4,000 characters each."),
    ],
)
def test_a_decision_that_cannot_be_is_refused_and_nothing_is_written(folder, case, state, more, said):
    with pytest.raises(AuditProblem) as refused:
        decide(folder, case or ids(folder)[0], state, **{"by": "Ann", "at": AT, **more})
    assert str(refused.value).startswith(said)
    assert not (folder / LOG).exists()


def test_a_folder_without_cases_is_said(tmp_path):
    with pytest.raises(AuditProblem, match=r"There are no cases in .*: it holds no cases.parquet"):
        decide(tmp_path, "0123456789ab", State.SENT, by="Ann", at=AT)


def test_a_log_that_cannot_be_written_keeps_what_it_had(folder, monkeypatch):
    case, _ = ids(folder)
    decide(folder, case, State.CONFIRMED, by="Ann", at=AT)
    before = (folder / LOG).read_bytes()

    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("checker.cases.decisions.os.fsync", full)
    with pytest.raises(AuditProblem, match=r"The decision was not kept: .* \(No space left on device\)\."):
        decide(folder, case, State.SENT, by="Ann", at=AT)
    assert (folder / LOG).read_bytes() == before


def test_the_log_is_not_written_through_a_link(folder, tmp_path):
    (tmp_path / "elsewhere").write_text("")
    (folder / LOG).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(AuditProblem, match="The decision was not kept"):
        append(folder, [decision()])
    assert (tmp_path / "elsewhere").read_text() == ""


def test_the_files_show_what_was_decided_when_they_are_written_again(folder):
    case, other = ids(folder)
    decide(folder, case, State.DISMISSED, by="Ann <b>", at=AT, reason="=their own & ours")
    out = write_outputs(folder)
    assert (out.cases, out.open) == (2, 1)
    shown = (folder / f"cases/{case}.html").read_text()
    assert "Ann &lt;b&gt;" in shown and "=their own &amp; ours" in shown and "2001-07-02 09:00 UTC" in shown
    assert "dismissed" not in (folder / f"cases/{other}.html").read_text()
    row = next(line for line in (folder / "cases.csv").read_text().splitlines() if case in line)
    assert ",dismissed," in row and "'=their own & ours" in row


def test_a_case_that_grew_when_more_pages_were_judged_is_open_again(tmp_path):
    one = page(0, "https://lantern.example/a", f"{OURS}\n\n{words_of(CLOCK, 40, 60)}")
    missing = replace(unread(1, "https://lantern.example/b"), outcome=Outcome.UNJUDGED)
    folder = audit(tmp_path / "cases", [one, missing])
    write_outputs(folder)
    (case,) = ids(folder)
    decide(folder, case, State.DISMISSED, by="Ann", at=AT, reason="too little")
    write_outputs(folder)
    assert next(read_cases(folder)).state is State.DISMISSED
    again = page(1, "https://lantern.example/b", f"{OURS}\n\n{words_of(CLOCK, 45, 80)}")
    audit(tmp_path / "more", [one, again])
    (folder / "results").rename(tmp_path / "before")
    (tmp_path / "more/results").rename(folder / "results")
    assert write_outputs(folder).open == 1
    found = next(read_cases(folder))
    assert found.remark == "It was dismissed; there is more of it now than was decided about."
    decide(folder, case, State.DISMISSED, by="Ann", at=AT, reason="still too little")
    assert write_outputs(folder).open == 0


def test_a_broken_chain_is_said_on_the_summary(folder):
    case, _ = ids(folder)
    for state in (State.CONFIRMED, State.SENT):
        decide(folder, case, state, by="Ann", at=AT)
    (folder / LOG).write_bytes((folder / LOG).read_bytes().replace(b"confirmed", b"open"))
    out = write_outputs(folder)
    assert out.remarks[0].startswith("Line 2 of decisions.jsonl does not follow line 1")
    assert "does not follow line 1" in (folder / "summary.html").read_text()


def test_cases_of_is_what_the_files_hold(folder):
    assert list(read_cases(folder)) == cases_of(results_in(folder))


def test_a_decision_that_waited_while_another_log_took_the_place_goes_into_that_one(tmp_path):
    append(tmp_path, [decision(by="of the audit before")])
    taken_over = (tmp_path / LOG).read_bytes()
    (tmp_path / LOG).write_bytes(b"")
    with held(tmp_path / LOG):
        waiting = threading.Thread(target=append, args=(tmp_path, [decision(by="Ann")]))
        waiting.start()
        waiting.join(0.3)
        assert waiting.is_alive()
        (tmp_path / "other").write_bytes(taken_over)
        (tmp_path / "other").replace(tmp_path / LOG)
    waiting.join(20)
    log = read_log(tmp_path)
    assert [one.by for one in log.decisions] == ["of the audit before", "Ann"] and log.problems == ()
