from __future__ import annotations

import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.reports.json import from_json, to_json
from tests.reports_by_hand import ferry, match, report


def test_the_fields_have_the_names_that_the_schema_gives_them():
    values = json.loads(to_json(ferry()))
    assert list(values) == [
        "schema", "id", "verdict", "reasons", "submitted", "matches", "notices", "dropped", "stories", "index", "tool",
        "warnings",
    ]  # fmt: skip
    assert values["schema"] == "wirecheck.report/1"
    assert values["verdict"] == "flagged"
    assert values["submitted"] == {
        "characters": 77, "words": 15, "copied_share": 11 / 15, "copied_words": 11,
        "format": "", "encoding": "", "metadata": {},
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
    values["matches"][0]["status"] = "embargoed"
    values["matches"][0]["source"]["rights"] = "none"
    back = from_json(json.dumps(values))
    assert back.matches[0].status == "embargoed"
    assert json.loads(to_json(back))["matches"][0]["status"] == "embargoed"


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
