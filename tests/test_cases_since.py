"""An audit against the one before: new, changed, the same, taken down, not seen; and what was decided goes on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checker.audit.nouns import Outcome
from checker.audit.problems import AuditProblem
from checker.cases.decisions import LOG, State, read_log
from checker.cases.nouns import CaseKind, Change
from checker.cases.outputs import write_outputs
from checker.cases.states import decide
from checker.cases.table import read_cases, write_cases
from checker.policy.nouns import DEFAULT_POLICY, House, Licence, Policy
from checker.reports.json import from_json, to_json
from tests.audited import CLOCK, FLOOD, NOTICE, OURS, SNOW, audit, files, page, unread, words_of

AT = "2001-07-02T09:00:00+00:00"
LICENSED = Policy(House("The Wick"), licences=(Licence("mp", "Meridian Press"),))


def copy(number, url, story, count=60, **more):
    return page(number, url, f"{OURS}\n\n{words_of(story, 45, count)}\n\n{OURS}", **more)


def clean(number, url, **more):
    return page(number, url, OURS, **more)


def by_outlet(folder):
    return {case.outlet.partition(".")[0]: case for case in read_cases(folder)}


@pytest.fixture
def old(tmp_path):
    """Five outlets, each with a page of the clock's story; one has two."""
    hosts = ("same", "more", "worse", "down", "gone")
    pages = [copy(n, f"https://{host}.example/a", CLOCK) for n, host in enumerate(hosts)]
    pages.append(copy(5, "https://down.example/b", CLOCK, 40))
    write_outputs(audit(tmp_path / "old", pages))
    return tmp_path / "old"


@pytest.fixture
def new(tmp_path, old):
    """The same outlets a month later."""
    pages = [
        copy(0, "https://same.example/a", CLOCK),
        copy(1, "https://more.example/a", CLOCK),
        copy(2, "https://more.example/b", CLOCK),
        copy(3, "https://worse.example/a", CLOCK, 100),
        clean(4, "https://down.example/a"),
        clean(5, "https://down.example/b"),
        copy(6, "https://fresh.example/a", FLOOD),
    ]
    return audit(tmp_path / "new", pages)


def test_every_case_has_its_change(new, old):
    out = write_outputs(new, since=old)
    assert {name: str(case.change) for name, case in by_outlet(new).items()} == {
        "same": "same", "more": "changed", "worse": "changed", "down": "taken-down", "gone": "not-seen", "fresh": "new",
    }  # fmt: skip
    assert out.by_change == {"new": 1, "changed": 2, "same": 1, "taken-down": 1, "not-seen": 1}
    assert (out.cases, out.by_severity) == (4, {"error": 4})


def test_what_changed_is_said(new, old):
    write_outputs(new, since=old)
    cases = by_outlet(new)
    assert (cases["more"].changed, cases["more"].remark) == (
        ("pages", "words"), "1 page more; 60 words before, 120 now.",
    )  # fmt: skip
    assert (cases["worse"].changed, cases["worse"].remark) == (("words",), "60 words before, 100 now.")
    assert cases["down"].remark == "2 pages seen again, without the copy."
    assert cases["gone"].remark == "Its page was not in this audit, or could not be judged whole."
    assert (cases["same"].changed, cases["same"].remark) == ((), "")


def test_cases_that_are_gone_come_last_with_the_pages_of_before(new, old):
    write_outputs(new, since=old)
    *_, one, other = read_cases(new)
    assert {one.change, other.change} == {Change.TAKEN_DOWN, Change.NOT_SEEN}
    assert {page.number for page in (*one.pages, *other.pages)} == {-1}


@pytest.mark.parametrize(
    "seen",
    [
        lambda: [unread(1, "https://down.example/b")],
        lambda: [clean(1, "https://down.example/b", why=("The last half is missing.",))],
        lambda: [clean(1, "https://down.example/b"), unread(2, "https://down.example/b")],
        list,
    ],
    ids=["unreadable", "not whole", "once whole and once not", "not there"],
)
def test_a_page_that_was_not_seen_whole_is_never_called_taken_down(tmp_path, old, seen):
    new = audit(tmp_path / "new", [clean(0, "https://down.example/a"), *seen()])
    write_outputs(new, since=old)
    case = by_outlet(new)["down"]
    assert case.change is Change.NOT_SEEN
    assert case.remark == (
        "1 of 2 pages seen again, without the copy; the others were not in this audit, or could not be judged whole."
    )


def test_copy_that_is_licensed_now_is_not_called_taken_down(tmp_path, old):
    new = audit(tmp_path / "new", [copy(0, "https://same.example/a", CLOCK, policy=LICENSED)])
    out = write_outputs(new, since=old)
    case = by_outlet(new)["same"]
    assert (case.change, case.severity, case.changed) == (Change.CHANGED, "note", ("severity",))
    assert case.remark == "Its copy was seen again, and nothing of it is an error or a warning now."
    assert (out.cases, out.by_severity, out.open, out.by_change["changed"]) == (0, {}, 0, 1), "it stands no more"
    third = audit(tmp_path / "third", [copy(0, "https://same.example/a", CLOCK, policy=LICENSED)])
    write_outputs(third, since=new)
    assert by_outlet(third)["same"].change is Change.SAME


def test_copy_that_is_allowed_on_one_page_says_nothing_of_another_that_was_not_judged(tmp_path, old):
    pages = [copy(0, "https://down.example/a", CLOCK, policy=LICENSED), unread(1, "https://down.example/b")]
    out = write_outputs(audit(tmp_path / "new", pages), since=old)
    case = by_outlet(tmp_path / "new")["down"]
    assert (case.change, case.severity, out.by_change["not-seen"]) == (Change.NOT_SEEN, "error", 5)
    assert case.remark == (
        "1 page seen again with the copy, which is no error and no warning now; "
        "the others were not in this audit, or could not be judged whole."
    )


def test_a_page_with_the_same_bytes_is_never_called_taken_down(tmp_path, old):
    """As when its story has left the index, or another policy asks for more words."""
    with_copy = copy(0, "https://same.example/a", CLOCK)
    pages = [replace(clean(0, with_copy.url), digest=with_copy.digest)]
    write_outputs(audit(tmp_path / "new", pages), since=old)
    case = by_outlet(tmp_path / "new")["same"]
    assert (case.change, case.severity) == (Change.NOT_SEEN, "error")
    assert case.remark == (
        "1 page is the same byte for byte, and its copy is not found by this audit's index, policy or tool."
    )


def test_pages_that_are_gone_from_a_case_are_told_apart(tmp_path):
    pages = [copy(n, f"https://wick.example/{n}", CLOCK) for n in range(5)]
    write_outputs(audit(tmp_path / "old", pages))
    same = replace(clean(2, "https://wick.example/2"), digest=pages[2].digest)
    allowed = copy(1, "https://wick.example/1", CLOCK, policy=LICENSED)
    seen = [pages[0], allowed, same, clean(3, "https://wick.example/3")]
    write_outputs(audit(tmp_path / "new", seen), since=tmp_path / "old")
    (case,) = read_cases(tmp_path / "new")
    assert case.remark == (
        "1 page seen again with the copy, which is no error and no warning now, "
        "1 page the same byte for byte with copy that is not found by this audit's index, policy or tool, "
        "1 page seen again without the copy, 1 page not in this audit, or not judged whole; 300 words before, 60 now."
    )


@pytest.mark.parametrize(
    ("policy", "story"),
    [(Policy(House("The Wick"), licences=(Licence("ap", "The Associated Press"),)), ""), (DEFAULT_POLICY, CLOCK)],
    ids=["the notice is licensed now", "the notice counts with copy that is found now"],
)
def test_a_notice_that_is_there_still_is_not_called_taken_down(tmp_path, policy, story):
    noticed = page(0, "https://wick.example/a", f"{OURS}\n\n{NOTICE}")
    write_outputs(audit(tmp_path / "old", [noticed]))
    text = f"{OURS}\n\n{words_of(story, 45, 60)}\n\n{NOTICE}" if story else f"{OURS}\n\n{NOTICE}"
    again = page(0, "https://wick.example/a", text, policy=policy)
    if story:  # the story is the agency's
        report = from_json(again.report)
        matches = [replace(one, source=replace(one.source, holder="The Associated Press")) for one in report.matches]
        again = replace(again, report=to_json(replace(report, matches=tuple(matches))))
    write_outputs(audit(tmp_path / "new", [again]), since=tmp_path / "old")
    (case,) = [one for one in read_cases(tmp_path / "new") if one.kind is CaseKind.NOTICE]
    assert (case.change, case.severity) == (Change.CHANGED, "note")
    assert case.remark == "Its notice was seen again, and is allowed now or counts with copy that was found."


def gone(number, url):
    return replace(clean(number, url), outcome=Outcome.GONE, verdict="", report="", words=0)


@pytest.mark.parametrize(
    ("second", "said"),
    [
        (gone, "2 pages are not there any more."),
        (clean, "2 pages seen again, without the copy, 1 of them not there any more."),
    ],
)
def test_a_page_that_is_not_there_any_more_is_taken_down(tmp_path, old, second, said):
    new = audit(tmp_path / "new", [gone(0, "https://down.example/a"), second(1, "https://down.example/b")])
    out = write_outputs(new, since=old)
    case = by_outlet(new)["down"]
    assert (case.change, case.remark) == (Change.TAKEN_DOWN, said)
    assert out.unjudged == 0
    assert (new / "unjudged.csv").read_text().count("\n") == 1, "only its head"


def test_one_page_fewer_is_a_change(tmp_path, old):
    new = audit(tmp_path / "new", [copy(0, "https://down.example/a", CLOCK), clean(1, "https://down.example/b")])
    write_outputs(new, since=old)
    case = by_outlet(new)["down"]
    assert (case.change, case.changed) == (Change.CHANGED, ("pages", "words"))
    assert case.remark == "1 page seen again without the copy; 100 words before, 60 now."


def test_a_third_audit_goes_on_from_the_second(tmp_path, new, old):
    write_outputs(new, since=old)
    pages = [copy(0, "https://down.example/a", CLOCK), copy(1, "https://gone.example/a", CLOCK)]
    third = audit(tmp_path / "third", pages)
    write_outputs(third, since=new)
    cases = by_outlet(third)
    assert (cases["down"].change, cases["down"].remark) == (
        Change.NEW, "It had been taken down when the audit before was made.",
    )  # fmt: skip
    assert cases["gone"].change is Change.SAME, "it was in neither doubt nor hand in between"
    assert cases["fresh"].change is Change.NOT_SEEN
    fourth = audit(tmp_path / "fourth", [clean(0, "https://nobody.example/")])
    write_outputs(fourth, since=third)
    assert {str(case.change) for case in read_cases(fourth)} == {"not-seen"}


def decided(folder, outlet, state, **more):
    return decide(folder, by_outlet(folder)[outlet].id, state, by="Ann", at=AT, **more)


def test_decisions_are_taken_over_and_their_chain_goes_on(new, old):
    decided(old, "same", State.SENT)
    decided(old, "worse", State.DISMISSED, reason="too little")
    before = (old / LOG).read_bytes()
    write_outputs(new, since=old)
    log = read_log(new)
    assert log.problems == () and (new / LOG).read_bytes().startswith(before)
    assert by_outlet(new)["same"].state is State.SENT
    decided(new, "same", State.CONFIRMED)
    assert read_log(new).problems == ()
    assert (old / LOG).read_bytes() == before


def test_a_case_of_which_there_is_more_is_open_again(new, old):
    for outlet in ("same", "more", "worse", "down"):
        decided(old, outlet, State.DISMISSED, reason="too little")
    write_outputs(new, since=old)
    cases = by_outlet(new)
    assert {name: str(cases[name].state) for name in ("same", "more", "worse", "down")} == {
        "same": "dismissed", "more": "open", "worse": "open", "down": "dismissed",
    }  # fmt: skip
    said = cases["worse"].decision
    assert said and (said.by, said.at) == ("wirecheck", "2001-06-30T08:00:00+00:00")
    assert said.reason == "Open again: 60 words before, 100 now. It was dismissed before."


def test_what_is_decided_after_that_stays(new, old):
    decided(old, "more", State.DISMISSED, reason="too little")
    write_outputs(new, since=old)
    decided(new, "more", State.DISMISSED, reason="still too little")
    for since in (old, None):
        write_outputs(new, since=since)
        assert by_outlet(new)["more"].state is State.DISMISSED
    assert len(read_log(new).decisions) == 4, "one of before, that it was taken over, that it is open, and ours"


def test_a_case_that_came_back_is_open_again(tmp_path, new, old):
    decided(old, "down", State.SENT)
    write_outputs(new, since=old)
    third = audit(tmp_path / "third", [copy(0, "https://down.example/a", CLOCK)])
    write_outputs(third, since=new)
    case = by_outlet(third)["down"]
    assert case.state is State.OPEN and case.decision
    assert case.decision.reason.endswith("It was sent before.")


def test_a_case_that_came_back_after_two_audits_is_open_again(tmp_path, new, old):
    decided(old, "down", State.SENT)
    write_outputs(new, since=old)
    third = audit(tmp_path / "third", [clean(0, "https://down.example/a"), clean(1, "https://down.example/b")])
    write_outputs(third, since=new)
    assert "down" not in by_outlet(third), "it was told once that it is taken down"
    fourth = audit(tmp_path / "fourth", [copy(0, "https://down.example/a", CLOCK)])
    write_outputs(fourth, since=third)
    case = by_outlet(fourth)["down"]
    assert (case.change, case.state) == (Change.NEW, State.OPEN) and case.decision
    assert case.decision.reason == "Open again: the audit before did not find it. It was sent before."


def test_what_was_decided_holds_when_a_page_was_out_of_sight_for_one_audit(tmp_path):
    pages = [copy(n, f"https://wick.example/{n}", CLOCK) for n in range(2)]
    for name, seen, before in (("a", pages, ""), ("b", [pages[0], unread(1, pages[1].url)], "a"), ("c", pages, "b")):
        write_outputs(audit(tmp_path / name, seen), since=tmp_path / before if before else None)
        if name == "a":
            decided(tmp_path / "a", "wick", State.DISMISSED, reason="a quotation")
    assert by_outlet(tmp_path / "c")["wick"].state is State.DISMISSED, "there is not more than was decided about"


def test_a_page_that_moved_opens_its_case_again(tmp_path):
    write_outputs(audit(tmp_path / "a", [copy(0, "https://wick.example/a", CLOCK)]))
    decided(tmp_path / "a", "wick", State.SENT)
    moved = [clean(0, "https://wick.example/a"), copy(1, "https://wick.example/b", CLOCK)]
    write_outputs(audit(tmp_path / "b", moved), since=tmp_path / "a")
    assert by_outlet(tmp_path / "b")["wick"].state is State.OPEN


def test_decisions_that_come_to_the_audit_before_later_stay_there(tmp_path, new, old):
    write_outputs(new, since=old)
    decided(new, "same", State.CONFIRMED)
    decided(old, "same", State.SENT)
    first = (new / LOG).read_bytes()
    write_outputs(new, since=old)
    assert (new / LOG).read_bytes() == first and by_outlet(new)["same"].state is State.CONFIRMED


def test_two_audits_after_the_same_one_do_not_stand_for_each_other(tmp_path, old):
    decided(old, "same", State.SENT)
    for name in ("one", "other"):
        write_outputs(audit(tmp_path / name, [copy(0, "https://same.example/a", CLOCK)]), since=old)
        decided(tmp_path / name, "same", State.CONFIRMED, note=name)
    third = audit(tmp_path / "third", [copy(0, "https://same.example/a", CLOCK)])
    write_outputs(third, since=tmp_path / "one")
    kept = files(third)
    with pytest.raises(AuditProblem, match="holds decisions that do not follow those in"):
        write_outputs(third, since=tmp_path / "other")
    write_outputs(third)
    assert files(third) == kept, "what was refused left nothing behind"


def test_a_case_of_before_leads_nowhere_else(tmp_path, old):
    cases = [replace(case, id="../../../escaped") for case in read_cases(old)]
    (old / "cases.parquet").unlink()
    write_cases(old, cases)
    with pytest.raises(AuditProblem, match=r"cases\.parquet cannot be read"):
        write_outputs(audit(tmp_path / "new", [clean(0, "https://same.example/b")]), since=old)
    assert not list(tmp_path.rglob("escaped*"))


def test_written_again_without_the_audit_before_it_stays_compared(new, old):
    write_outputs(new, since=old)
    first = files(new)
    for one in sorted(old.rglob("*"), reverse=True):
        one.unlink() if one.is_file() else one.rmdir()
    write_outputs(new)
    assert files(new) == first


def test_decisions_that_do_not_follow_those_of_before_are_not_overwritten(tmp_path, new, old):
    decided(old, "same", State.SENT)
    write_outputs(new)
    decided(new, "same", State.CONFIRMED)
    before = (new / LOG).read_bytes()
    with pytest.raises(AuditProblem, match="holds decisions that do not follow those in"):
        write_outputs(new, since=old)
    assert (new / LOG).read_bytes() == before


def test_an_audit_is_not_compared_with_itself_or_with_nothing(tmp_path, new, old):
    with pytest.raises(AuditProblem, match="cannot be compared with itself"):
        write_outputs(new, since=new / "../new")
    with pytest.raises(AuditProblem, match="There are no cases in"):
        write_outputs(new, since=tmp_path)
    (old / "cases.parquet").write_bytes(b"PAR1 and not much else")
    with pytest.raises(AuditProblem, match=r"cases\.parquet cannot be read: it is damaged, or its end is missing\."):
        write_outputs(new, since=old)


def test_the_summary_folds_away_what_is_as_before(new, old):
    write_outputs(new, since=old)
    shown = (new / "summary.html").read_text()
    assert "<summary>As before: 1 case</summary>" in shown
    assert "<summary>Not seen by this audit: 1 case</summary>" in shown
    for title in ("New", "Changed", "Taken down"):
        assert f'<h4 class="kind">{title} <span' in shown


def test_a_story_that_nobody_carried_before_is_a_new_case(tmp_path, old):
    new = audit(tmp_path / "new", [copy(0, "https://same.example/a", SNOW), copy(1, "https://same.example/a", CLOCK)])
    write_outputs(new, since=old)
    assert sorted(str(case.change) for case in read_cases(new) if case.outlet == "same.example") == ["new", "same"]
