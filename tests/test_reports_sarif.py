from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given

from checker.model import Severity, Status, Verdict
from checker.places import Place
from checker.reports.sarif import to_sarif, uri
from tests.any_report import any_report
from tests.reports_by_hand import DRAFT, STORY, every_status, ferry, match, report

# What the schema of SARIF 2.1.0 allows (every one of these objects is closed), and what of it must be there.
ALLOWED = {
    "log": ({"$schema", "version", "runs"}, {"version", "runs"}),
    "run": (
        {"tool", "columnKind", "newlineSequences", "invocations", "artifacts", "results", "properties"},
        {"tool"},
    ),
    "driver": ({"name", "version", "rules", "notifications"}, {"name"}),
    "descriptor": (
        {"id", "name", "shortDescription", "fullDescription", "help", "defaultConfiguration"},
        {"id"},
    ),
    "invocation": ({"executionSuccessful", "toolExecutionNotifications"}, {"executionSuccessful"}),
    "notification": ({"descriptor", "level", "message", "locations"}, {"message"}),
    "artifact": ({"location", "roles", "properties"}, set()),
    "result": (
        {
            "ruleId",
            "ruleIndex",
            "kind",
            "level",
            "message",
            "locations",
            "relatedLocations",
            "partialFingerprints",
            "suppressions",
            "properties",
        },
        {"message"},
    ),
    "location": ({"id", "physicalLocation", "logicalLocations", "message"}, set()),
    "physicalLocation": ({"artifactLocation", "region"}, {"artifactLocation"}),
    "artifactLocation": ({"uri", "index"}, set()),
    "region": ({"startLine", "startColumn", "endLine", "endColumn", "charOffset", "charLength"}, set()),
    "logicalLocation": ({"name", "fullyQualifiedName", "kind"}, set()),
    "message": ({"text"}, set()),
    "suppression": ({"kind", "status", "justification"}, {"kind"}),
}
LEVELS = {"none", "note", "warning", "error"}
REFERENCE = re.compile(r"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?#\[\]]|%[0-9A-Fa-f]{2})*")


def log(*reports: Any) -> dict[str, Any]:
    values = json.loads(to_sarif(reports))
    _closed("log", values)
    assert values["version"] == "2.1.0"
    (run,) = values["runs"]
    _closed("run", run)
    _closed("driver", run["tool"]["driver"])
    for one in (*run["tool"]["driver"]["rules"], *run["tool"]["driver"]["notifications"]):
        _closed("descriptor", one)
    for invocation in run["invocations"]:
        _closed("invocation", invocation)
        for one in invocation["toolExecutionNotifications"]:
            _closed("notification", one)
            _located(one, len(reports))
    _unique(run["artifacts"])
    for artifact in run["artifacts"]:
        _closed("artifact", artifact)
        _closed("artifactLocation", artifact["location"])
    for result in run["results"]:
        _result(result, run)
    # 3.27.23: of all results of a run it is said whether they are suppressed, or of none
    assert len({"suppressions" in result for result in run["results"]}) <= 1
    return run


def _result(result: dict[str, Any], run: dict[str, Any]) -> None:
    _closed("result", result)
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
    _located(result, len(run["artifacts"]))
    # 3.27.10: what does not fail has the level "none"
    assert result["kind"] == "fail" or (result["kind"], result["level"]) == ("informational", "none")
    for suppression in result.get("suppressions", ()):
        _closed("suppression", suppression)
        assert (suppression["kind"], suppression["status"]) == ("external", "accepted")
    _unique(result.get("relatedLocations", []))
    for related in result.get("relatedLocations", ()):
        _closed("location", related)
        _closed("message", related["message"])
    assert all(isinstance(value, str) for value in result["partialFingerprints"].values())


def _located(values: dict[str, Any], artifacts: int) -> None:
    assert values["level"] in LEVELS
    _closed("message", values["message"])
    for location in values["locations"]:
        _closed("location", location)
        for name in location.get("logicalLocations", ()):
            _closed("logicalLocation", name)
        _closed("physicalLocation", location["physicalLocation"])
        file = location["physicalLocation"]["artifactLocation"]
        _closed("artifactLocation", file)
        assert REFERENCE.fullmatch(file["uri"]) and 0 <= file["index"] < artifacts
        region = location["physicalLocation"].get("region", {})
        _closed("region", region)
        assert all(type(number) is int and number >= 0 for number in region.values())
        assert all(number >= 1 for name, number in region.items() if "Line" in name or "Column" in name)


def _closed(kind: str, values: dict[str, Any]) -> None:
    allowed, required = ALLOWED[kind]
    assert required <= values.keys() <= allowed, kind


def _unique(values: list[Any]) -> None:
    written = [json.dumps(value, sort_keys=True) for value in values]
    assert len(set(written)) == len(written)


def test_a_match_is_a_result():
    run = log(ferry())
    (result,) = run["results"]
    assert (result["ruleId"], result["level"]) == ("wirecheck/copied", "error")
    assert run["columnKind"] == "unicodeCodePoints"
    start, end = DRAFT.index("The old"), DRAFT.index(", we hear")
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "draft.txt", "index": 0},
        "region": {
            "charOffset": start,
            "charLength": end - start,
            "startLine": 2,
            "startColumn": 1,
            "endLine": 2,
            "endColumn": end - start + 1,
        },
    }
    assert result["message"]["text"] == (
        "11 words, edited (90 % alike), copied, from “Goats sail” (Meridian Press, mp-1, lead)."
    )
    source = result["properties"]["source"]
    assert (source["id"], source["title"], source["holder"]) == ("mp-1", "Goats sail", "Meridian Press")
    assert (source["start"], source["end"]) == (0, STORY.index("."))
    assert run["invocations"] == [{"executionSuccessful": True, "toolExecutionNotifications": []}]
    assert run["properties"]["verdict"] == "flagged"


def test_no_words_of_a_text_or_a_story_are_in_it():
    written = to_sarif([ferry(), every_status()])
    assert "nine goats" not in written and "All Rights Reserved" not in written
    assert not [found for found in every_status().matches if found.submitted.text[:30] in written]


def test_every_rule_is_said_in_words():
    rules = log()["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [f"wirecheck/{status}" for status in Status]
    assert len({rule["shortDescription"]["text"] for rule in rules}) == len(Status)
    for rule in rules:
        assert rule["shortDescription"]["text"].endswith(".") and rule["help"]["text"]
        assert rule["defaultConfiguration"]["level"] in LEVELS


@pytest.mark.parametrize(
    ("severity", "level"), [(Severity.ERROR, "error"), (Severity.WARNING, "warning"), ("x", "warning")]
)
def test_levels(severity, level):
    found = replace(match(DRAFT, 11, 30), severity=severity, status="licensed")
    run = log(report(DRAFT, [found]))
    assert [result["level"] for result in run["results"]] == [level]
    assert run["results"][0]["ruleId"] == "wirecheck/licensed"


def test_every_status_has_its_rule_its_level_and_its_sentence():
    every = every_status()
    run = log(every)
    told = {
        result["properties"]["status"]: (result["ruleId"], result["kind"], result["level"], result["message"]["text"])
        for result in run["results"][: len(every.matches)]
    }
    assert told.keys() == set(Status)
    levels = {"error": "error", "warning": "warning"}
    for found in every.matches:
        rule, kind, level, message = told[found.status]
        assert rule == f"wirecheck/{found.status}" and message.startswith(f"{found.why}; ")
        if found.severity is not Severity.NOTE:
            assert (kind, level) == ("fail", levels[found.severity])
        elif found.status is Status.WAIVED:
            assert (kind, level) == ("fail", "note")
        else:
            assert (kind, level) == ("informational", "none")


def test_what_is_waived_is_suppressed_with_its_reason():
    run = log(every_status(), ferry())
    suppressed = [result for result in run["results"] if result["suppressions"]]
    assert [result["ruleId"] for result in suppressed] == ["wirecheck/waived"]
    assert suppressed[0]["suppressions"][0]["justification"].startswith("waived until 1 June")
    assert all("suppressions" not in result for result in log(ferry())["results"])


def test_a_notice_is_a_result():
    *_, dateline, _, copyright = log(every_status())["results"]
    assert (copyright["ruleId"], copyright["level"]) == ("wirecheck/notice", "error")
    assert copyright["message"]["text"].startswith("copyright notice of Meridian Press, 2001")
    assert (copyright["properties"]["name"], copyright["properties"]["years"]) == ("Meridian Press", [2001])
    assert copyright["locations"][0]["physicalLocation"]["region"]["startLine"] == 32
    assert (dateline["kind"], dateline["level"]) == ("informational", "none")


def test_the_judgement_and_the_terms_are_told():
    run = log(every_status())
    assert run["artifacts"][0]["properties"]["judged"]["policy"] == "wirecheck.toml"
    source = run["results"][0]["properties"]["source"]
    assert source["rights"]["state"] == "killed" and source["family"]["newest"]["id"] == "mp-9"
    said = [one["message"]["text"] for one in run["invocations"][0]["toolExecutionNotifications"]]
    assert said == ["islanders.txt: the last 2 pages are images", "islanders.txt: mp-1: its status is usable"]


@given(any_report())
def test_any_report_makes_a_sound_log(whole):
    run = log(whole, whole)
    assert len(run["results"]) == 2 * (len(whole.matches) + len(whole.notices))
    assert "\x1b" not in to_sarif([whole]) and "\u202e" not in to_sarif([whole])


def test_an_incomplete_text_is_no_success():
    unread = report("Cut", id="cut.txt", verdict=Verdict.INCOMPLETE, reasons=("only its beginning was read",))
    cut = ("its end was not read",)
    partly = report(DRAFT, [match(DRAFT, 11, 30)], reasons=cut, unjudged=cut, warnings=("odd name",))
    run = log(report("Fine."), unread, partly)
    (invocation,) = run["invocations"]
    assert not invocation["executionSuccessful"]
    said = [(one["level"], one["message"]["text"]) for one in invocation["toolExecutionNotifications"]]
    assert said == [
        ("error", "cut.txt: only its beginning was read"),
        ("error", "draft.txt: its end was not read"),
        ("note", "draft.txt: odd name"),
    ]
    assert [one["properties"]["verdict"] for one in run["artifacts"]] == ["clear", "incomplete", "flagged"]
    clear = log(report("Ok", reasons=("it is too short to be copied",)))
    assert clear["invocations"][0]["executionSuccessful"] and clear["properties"]["verdict"] == "clear"


def test_lines_are_those_of_the_file():
    found = match("goats aboard", 0, 12)
    found = replace(found, submitted=replace(found.submitted, file=(8, 27)))
    run = log(report("goats aboard", [found], original="<p>\r\n\r\n<b>goats</b> aboard"))
    region = run["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert region == {
        "charOffset": 8,
        "charLength": 19,
        "startLine": 3,
        "startColumn": 2,
        "endLine": 3,
        "endColumn": 21,
    }


@pytest.mark.parametrize(
    ("places", "said"),
    [
        ((Place(page=3),), "page 3"),
        ((Place(part="word/footnotes.xml", paragraph=12),), "paragraph 12 of word/footnotes.xml"),
        ((Place(page=3), Place(page=4)), "page 3 and page 4"),
        ((Place(page=3), Place(page=4), Place(page=5)), "page 3 … page 5"),
    ],
)
def test_a_file_without_characters_has_no_lines(places, said):
    found = match(DRAFT, 11, 30)
    run = log(report(DRAFT, [replace(found, submitted=replace(found.submitted, places=places))]))
    (result,) = run["results"]
    assert "region" not in result["locations"][0]["physicalLocation"]
    assert result["locations"][0]["logicalLocations"][0]["name"] == said
    assert result["message"]["text"].endswith(f"; {said}.")
    assert len(result["properties"]["places"]) == len(places)


def test_captions_have_lines_and_times():
    found = match("goats aboard", 0, 12)
    place = Place(begins="00:01:04.000", ends="00:01:06.000")
    found = replace(found, submitted=replace(found.submitted, file=(2, 14), places=(place,)))
    (result,) = log(report("goats aboard", [found], original="1\ngoats aboard"))["results"]
    assert result["locations"][0]["physicalLocation"]["region"]["startLine"] == 2
    assert result["message"]["text"].endswith("; 00:01:04.000 to 00:01:06.000.")


def test_a_report_read_back_has_offsets_only():
    (result,) = log(replace(ferry(), text=""))["results"]
    assert set(result["locations"][0]["physicalLocation"]["region"]) == {"charOffset", "charLength"}


@pytest.mark.parametrize(
    ("id", "wanted"),
    [
        ("drafts/a b.txt", "drafts/a%20b.txt"),
        ("/tmp/ä.txt", "file:///tmp/%C3%A4.txt"),
        ("https://news.example/a?b=c&d=%20#e", "https://news.example/a?b=c&d=%20#e"),
        ("https://news.example/ä\n", "https://news.example/%C3%A4%0A"),
        ("urn:newsml:example:1", "urn:newsml:example:1"),
        ("javascript:alert(1)", "javascript%3Aalert%281%29"),
        ("javascript://x", "javascript%3A//x"),
        ("C:\\a.txt", "C%3A%5Ca.txt"),
        ("a\udcff", "a%FF"),
        ("a\ud800", "a%ED%A0%80"),
        ("", "-"),
    ],
)
def test_ids_become_references(id, wanted):
    assert uri(id) == wanted
    assert REFERENCE.fullmatch(wanted)


def test_a_path_can_be_had_back():
    path = "wire/50% off [new]/é 100#1?.txt"
    assert unquote(uri(path)) == path


def test_hostile_words_are_inert():
    title = "[look](http://example.org) {0} \x1b]0;x\x07\u202e\nnext \ud800"
    found = match(DRAFT, 11, 30, title=title, id=title)
    hostile = report(DRAFT, [found], id=title, reasons=(title,), warnings=(title,))
    written = to_sarif([hostile, hostile])
    written.encode("utf-8")
    assert "\x1b" not in written and "\u202e" not in written
    run = log(hostile, hostile)
    messages = [result["message"]["text"] for result in run["results"]]
    messages += [one["message"]["text"] for one in run["invocations"][0]["toolExecutionNotifications"]]
    assert len(messages) == 6
    for text in messages:
        assert "](" not in text and "{{0}}" in text and "\n" not in text and "\u202e" not in text
    assert run["results"][0]["properties"]["source"]["title"] == title


def test_a_fingerprint_stays_when_the_passage_moves():
    first = match("nine goats aboard", 0, 17)
    second = match("Yes: Nine goats, aboard", 5, 23)
    other = match("nine goats aboard", 0, 17, id="mp-2")
    prints = [
        log(report("", [one]))["results"][0]["partialFingerprints"]["wirecheckPassage/v1"]
        for one in (first, second, other)
    ]
    assert prints[0] == prints[1] != prints[2]


def test_it_is_the_same_every_time():
    assert to_sarif([ferry(), ferry()]) == to_sarif([ferry(), ferry()])
