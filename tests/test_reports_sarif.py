from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

import pytest

from checker.model import Kind, Severity, Status, Verdict
from checker.places import Place
from checker.reports.sarif import to_sarif, uri
from tests.reports_by_hand import DRAFT, STORY, ferry, match, report

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
    return run


def _result(result: dict[str, Any], run: dict[str, Any]) -> None:
    _closed("result", result)
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
    _located(result, len(run["artifacts"]))
    _unique(result["relatedLocations"])
    for related in result["relatedLocations"]:
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
    assert (result["ruleId"], result["level"]) == ("copied/edited", "error")
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
    written = to_sarif([ferry()])
    assert "nine goats" not in written and "Skerrow" not in written


def test_every_rule_is_said_in_words():
    rules = log()["tool"]["driver"]["rules"]
    assert {rule["id"] for rule in rules} == {f"{status}/{kind}" for status in Status for kind in Kind}
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
    assert run["results"][0]["ruleId"] == "licensed/verbatim"


def test_an_incomplete_text_is_no_success():
    unread = report("Cut", id="cut.txt", verdict=Verdict.INCOMPLETE, reasons=("only its beginning was read",))
    partly = report(DRAFT, [match(DRAFT, 11, 30)], reasons=("its end was not read",), warnings=("odd name",))
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
