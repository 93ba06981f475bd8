from __future__ import annotations

import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.model import Judged, Match, Notice, Passage, Report, Severity, Status, Use, Verdict
from checker.reports.json import from_json, to_dict, to_json
from checker.standing import Family, Member, Rights, State
from tests.any_report import any_of, any_report
from tests.reports_by_hand import ferry, match, report


def test_the_fields_have_the_names_that_the_schema_gives_them():
    values = json.loads(to_json(ferry()))
    assert list(values) == [
        "schema", "id", "verdict", "reasons", "unjudged", "submitted", "matches", "notices", "dropped", "stories",
        "index", "tool", "warnings", "disguises",
    ]  # fmt: skip
    assert values["schema"] == "wirecheck.report/1"
    assert values["verdict"] == "flagged"
    assert values["submitted"] == {
        "characters": 77, "words": 15, "copied_share": 11 / 15, "copied_words": 11,
        "format": "", "encoding": "", "metadata": {}, "reading": "",
    }  # fmt: skip
    found = values["matches"][0]
    text = "The old boat left Skerrow at dawn with nine goats aboard"
    assert found["submitted"] == {"start": 11, "end": 67, "text": text}
    assert set(found["source"]) >= {"id", "start", "end", "text", "title", "holder", "story", "version"}
    assert (found["kind"], found["status"], found["severity"]) == ("edited", "copied", "error")
    assert found["edits"][1] == {"change": "replaced", "submitted": [19, 23], "source": [8, 13]}
    assert values["dropped"][0]["reason"] == "stock-phrase"


def test_it_reads_back_without_the_text():
    whole = ferry()
    found = dataclasses.replace(whole.matches[0], rearranged=True, also=(whole.matches[0].source,))
    whole = dataclasses.replace(whole, matches=(found,))
    back = from_json(to_json(whole, indent=2))
    assert back == dataclasses.replace(whole, text="")


def test_later_fields_and_names_are_accepted():
    values = json.loads(to_json(ferry()))
    values["later"] = 1
    values["matches"][0] |= {"status": "disputed", "severity": "grave", "use": "verse", "colour": {"red": 1}}
    values["matches"][0]["source"] |= {"rights": {"state": "lost", "seal": "wax"}, "family": None}
    values["matches"][0]["edits"][1] |= {"change": "moved", "why": "later"}
    values["notices"] = [{"start": 0, "end": 10, "text": "Our island", "kind": "seal", "year": 2001, "ink": "blue"}]
    back = from_json(json.dumps(values))
    found, notice = back.matches[0], back.notices[0]
    assert (found.status, found.severity, found.use, found.edits[1].change) == ("disputed", "grave", "verse", "moved")
    assert found.source.rights.state == "lost"
    assert (notice.kind, notice.years, notice.status) == ("seal", (2001,), Status.NOTICE)
    again = json.loads(to_json(back))["matches"][0]
    assert (again["status"], again["source"]["rights"]) == ("disputed", {"state": "lost"})


@pytest.mark.parametrize(
    "written", ["[]", "{}", '{"schema": "other/2"}', '{"schema": "wirecheck.report/1"}', "nonsense"]
)
def test_what_is_no_report_is_refused(written):
    with pytest.raises(ValueError):
        from_json(written)


@given(st.text(st.characters(), min_size=1))
def test_any_text_survives_and_steers_no_terminal(text):
    written = to_json(report(text, [match(text, 0, len(text), title=text)], id=text))
    written.encode("utf-8")
    assert not any(ord(character) < 32 or 0x7F <= ord(character) < 0xA0 for character in written)
    assert from_json(written).matches[0].submitted.text == text
    assert "\n" not in written


KILLED = Rights(
    state=State.KILLED,
    embargo="2026-03-01T12:00:00+01:00",
    usage="No archive.",
    expression="<o:policy/>",
    doubts=("usable, but its note says KILL",),
)
FAMILY = Family("mp-1", Member("mp-9", "3", "Goats stay", "2026-03-02T08:00:00Z", why="slug"), 3, State.KILLED)


def judged():
    """The ferry with all that a judgement says."""
    whole = ferry()
    (found,) = whole.matches
    source = dataclasses.replace(found.source, rights=KILLED, family=FAMILY)
    found = dataclasses.replace(
        found,
        source=source,
        status=Status.KILLED,
        use=Use.QUOTATION,
        speaker="the harbour master",
        quoted=((30, 40), (50, 60)),
        rule="killed",
        why="11 words of a story that was killed: do not publish.",
    )
    notice = Notice(
        Passage(0, 10, "Our island", file=(3, 13)),
        "copyright",
        "The Meridian Press",
        "mp",
        "Meridian Press",
        (2001, 2026),
        ("published", "broadcast"),
        severity=Severity.ERROR,
        rule="notice",
        why="A notice of Meridian Press.",
    )
    return dataclasses.replace(
        whole,
        matches=(found,),
        notices=(notice,),
        reasons=("a limit was passed", "1 passage of a killed story"),
        unjudged=("a limit was passed",),
        judged=Judged("wirecheck.toml", "ab12", "2026-03-01T12:00:00+00:00", "web", "NO", "island.example", ("mp-7",)),
    )


def test_a_judged_report_reads_back():
    whole = judged()
    back = from_json(to_json(whole))
    assert back == dataclasses.replace(whole, text="")
    (found,) = back.matches
    assert isinstance(found.source.rights, Rights) and found.source.rights.state is State.KILLED
    assert isinstance(found.source.family.newest, Member) and isinstance(back.judged, Judged)
    assert (found.use, found.quoted) == (Use.QUOTATION, ((30, 40), (50, 60)))


def test_rights_and_family_are_objects_of_what_they_say():
    (found,) = to_dict(judged())["matches"]
    assert found["source"]["rights"] == {
        "state": "killed",
        "embargo": "2026-03-01T12:00:00+01:00",
        "usage": "No archive.",
        "expression": "<o:policy/>",
        "doubts": ["usable, but its note says KILL"],
    }
    assert found["source"]["family"] == {
        "id": "mp-1",
        "newest": {
            "id": "mp-9", "version": "3", "title": "Goats stay", "published": "2026-03-02T08:00:00Z", "why": "slug",
        },
        "members": 3,
        "state": "killed",
    }  # fmt: skip


def test_a_notice_is_flat():
    assert to_dict(judged())["notices"] == [
        {
            "start": 3, "end": 13, "text": "Our island", "text_start": 0, "text_end": 10,
            "kind": "copyright", "holder": "The Meridian Press", "agency": "mp", "name": "Meridian Press",
            "years": [2001, 2026], "year": 2001, "terms": ["published", "broadcast"],
            "status": "notice", "severity": "error", "rule": "notice", "why": "A notice of Meridian Press.",
        }
    ]  # fmt: skip


def test_what_says_nothing_is_left_out():
    values = to_dict(ferry())
    (found,) = values["matches"]
    assert "judged" not in values and values["unjudged"] == []
    assert not {"rights", "family"} & set(found["source"]) and not {"speaker", "quoted"} & set(found)
    assert (found["use"], found["rule"], found["why"]) == ("prose", "", "")


def test_a_report_of_the_first_version_keeps_its_doubts():
    old = to_dict(report("Cut", verdict=Verdict.INCOMPLETE, reasons=("its end was not read",)))
    del old["unjudged"], old["notices"]
    assert from_json(json.dumps(old)).unjudged == ("its end was not read",)
    clear = to_dict(report("Fine.", reasons=("all of it is our own",)))
    del clear["unjudged"]
    assert from_json(json.dumps(clear)).unjudged == ()


@given(any_report())
def test_any_report_reads_back_exactly(whole):
    written = to_json(whole)
    written.encode("utf-8")
    back = from_json(written)
    assert back == dataclasses.replace(whole, text="", original="")
    assert repr(back) == repr(whole)  # members are members, tuples are tuples, at every depth
    assert to_json(back) == written


@given(any_of(Match), any_of(Notice))
def test_each_finding_reads_back_exactly(found, notice):
    whole = report("", [found], notices=(notice,))
    back = from_json(to_json(whole, indent=2))
    assert repr(back.matches[0]) == repr(found) and repr(back.notices[0]) == repr(notice)


WRONG = (None, True, 7, 1.5, "x", [], ["x"], [[1, 2, 3]], {}, {"x": 1}, 10**400)


def holes(values, path=()):
    """Every place in plain values, the containers too."""
    yield path
    items = values.items() if isinstance(values, dict) else enumerate(values) if isinstance(values, list) else ()
    for name, value in items:
        yield from holes(value, (*path, name))


def put(values, path, wrong):
    if not path:
        return wrong
    copy = dict(values) if isinstance(values, dict) else list(values)
    copy[path[0]] = put(copy[path[0]], path[1:], wrong)
    return copy


def test_a_wrong_value_anywhere_is_refused_or_passed_over_but_never_kept():
    whole = to_dict(judged())
    places = list(holes(whole))
    assert len(places) > 150
    for path in places:
        for wrong in WRONG:
            try:
                back = from_json(json.dumps(put(whole, path, wrong)))
            except ValueError as error:
                assert "Skerrow" not in str(error)
            else:
                assert isinstance(back, Report)
                assert from_json(to_json(back)) == back


def test_what_is_wrong_is_said_by_its_place():
    values = to_dict(judged())
    values["matches"][0]["source"]["rights"]["embargo"] = 7
    with pytest.raises(
        ValueError, match=r"^this report is not whole \(matches\[0\].source.rights.embargo is not a text\)$"
    ):
        from_json(json.dumps(values))
    del values["matches"][0]["source"]["rights"]
    values["matches"][0]["quoted"][1] = [60, 50]
    with pytest.raises(ValueError, match=r"\(matches\[0\].quoted\[1\] is not a span\)"):
        from_json(json.dumps(values))
    del values["matches"][0]["quoted"]
    values["matches"][0]["submitted"]["end"] = 3
    with pytest.raises(ValueError, match=r"\(matches\[0\].submitted is not a span\)"):
        from_json(json.dumps(values))
    del values["matches"][0], values["index"]
    with pytest.raises(ValueError, match=r"\(index is missing\)"):
        from_json(json.dumps(values))


@pytest.mark.parametrize(
    "written",
    ["[" * 100_000, b"\xff{}", '{"schema": NaN}', '{"schema": "wirecheck.report/1", "id": ' + "9" * 5000 + "}"],
    ids=["deep", "latin", "nan", "long"],
)
def test_what_no_reader_of_json_likes_is_a_value_error(written):
    with pytest.raises(ValueError):
        from_json(written)
