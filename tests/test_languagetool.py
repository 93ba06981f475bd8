"""Reports as LanguageTool's clients read them: places in UTF-16, one rule for each finding, which of them are shown."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from api.languages import KNOWN, language_of
from api.languagetool import ALARMS, NAMES, Wanted, answer, languages, rules
from checker.check import check
from checker.model import Report, Severity, Status
from checker.reports.json import to_dict
from fingerprints.index import Upsert, Work
from fingerprints.sketch import sketcher
from fingerprints.stores.memory import MemoryStore

HERON = """\
PORT HALLAM, April 3 (MP) -- The swing bridge at Port Hallam stuck open for six hours on Tuesday after a heron built its
nest in the gearwheel, and some 300 commuters waited on either bank until a carpenter carried bird and nest away on a
tray lined with his own scarf.
"""
TITLE = "Bridge stuck for a heron"
COPIED = "some 300 commuters waited on either bank until a carpenter carried bird and nest away on a tray"
ENGLISH = KNOWN["en-us"]
ALL = Wanted(picky=True)


@pytest.fixture(scope="module")
def index() -> MemoryStore:
    store = MemoryStore(secret=bytes(range(32)))
    work = Work("mp-1", HERON, TITLE, "Meridian Press", "", "")
    store.apply([Upsert(work, sketcher(store.spec, store.secret).fingerprints([work.text])[0])])
    return store


def answered(report: Report, text: str, wanted: Wanted = ALL) -> dict[str, Any]:
    return json.loads(json.dumps(answer(to_dict(report), text, ENGLISH, wanted, "0.1.0")))


def units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, offset: int, length: int) -> str:
    """What JavaScript's slice gives."""
    return text.encode("utf-16-le")[2 * offset : 2 * (offset + length)].decode("utf-16-le")


@pytest.mark.parametrize("before", ["", "🙂🚲 ", "Sagt: 𝔊𝔬𝔱𝔥𝔦𝔠 é — "])
def test_the_right_words_are_marked_whatever_stands_before_them(index, before):
    text = f"{before}That morning {COPIED}, which nobody minded 🙂."
    (match,) = answered(check(text, index), text)["matches"]
    assert match["offset"] == units(f"{before}That morning ")
    assert cut(text, match["offset"], match["length"]) == COPIED
    context = match["context"]
    assert cut(context["text"], context["offset"], context["length"]) == COPIED
    assert match["sentence"] == text
    assert match["replacements"] == []


def test_a_match_says_what_it_is_and_where_it_comes_from(index):
    text = f"That morning {COPIED}, which nobody minded."
    (match,) = answered(check(text, index), text)["matches"]
    assert match["rule"] == {
        "id": "WIRE_COPY_EXACT",
        "description": "Wire copy, word for word: a passage that stands word for word in a protected story.",
        "issueType": "duplication",
        "category": {"id": "WIRE_COPY", "name": "Protected wire copy"},
        "isPremium": False,
    }
    assert match["shortMessage"] == "Wire copy, word for word"
    assert match["message"] == (
        "18 words of Meridian Press copy, and no licence for it is known. "
        "Source: “Bridge stuck for a heron” (mp-1, Meridian Press)."
    )
    assert match["ignoreForIncompleteSentence"] is False
    assert match["contextForSureMatch"] == 0


def test_the_context_is_one_line_and_says_where_text_was_left_out(index):
    long = "He had seen worse on the canals, he said, and went on reading. "
    text = f"{long}\nThat morning\n{COPIED}.\n{long}"
    (match,) = answered(check(text, index), text)["matches"]
    assert match["context"]["text"] == (
        f"...aid, and went on reading.  That morning {COPIED}. He had seen worse on the canals, he sa..."
    )
    assert match["sentence"] == f"{COPIED}."


def test_every_status_is_a_rule_of_its_own(index):
    text = f"That morning {COPIED}, which nobody minded."
    report = check(text, index)
    (match,) = report.matches
    ids = {}
    for status in Status:
        changed = replace(report, matches=(replace(match, status=status),))
        (shown,) = answered(changed, text)["matches"]
        ids[str(status)] = shown["rule"]["id"]
    assert len(set(ids.values())) == len(ids)
    assert set(ids.values()) <= set(NAMES)
    assert (ids["killed"], ids["embargoed"], ids["withheld"]) == ("WIRE_KILLED", "WIRE_EMBARGO", "WIRE_WITHHELD")


def test_a_status_of_a_later_version_is_shown_too(index):
    report = to_dict(check(COPIED, index))
    report["matches"][0] |= {"status": "over the limit", "kind": "sung"}
    (match,) = answer(report, COPIED, ENGLISH, Wanted(), "2")["matches"]
    assert match["rule"]["id"] == "WIRE_OVER_THE_LIMIT"
    assert match["rule"]["category"]["id"] == "WIRE_COPY"


def test_a_notice_of_rights_is_marked(index):
    text = "A walk by the river.\n\n© 2001 The Meridian Press. All Rights Reserved. This may not be rewritten."
    (match,) = answered(check(text, index), text)["matches"]
    assert match["rule"]["id"] == "WIRE_NOTICE"
    assert match["rule"]["category"]["id"] == "WIRE_NOTICES"
    assert cut(text, match["offset"], match["length"]).startswith("© 2001 The Meridian Press")
    assert match["message"].startswith("Carries a notice of The Meridian Press, 2001")


def test_notes_are_shown_to_who_asks_for_all(index):
    text = f"That morning {COPIED}, which nobody minded."
    report = check(text, index)
    note = replace(report.matches[0], status=Status.LICENSED, severity=Severity.NOTE)
    report = replace(report, matches=(note,))
    assert answered(report, text, Wanted())["matches"] == []
    assert answered(report, text, Wanted(picky=True))["matches"]
    assert answered(report, text, Wanted(enabled=frozenset(["WIRE_LICENSED"])))["matches"]


def test_a_rule_or_a_category_can_be_switched_off(index):
    text = f"That morning {COPIED}, which nobody minded."
    report = check(text, index)
    for name in ("WIRE_COPY_EXACT", "WIRE_COPY"):
        assert answered(report, text, Wanted(disabled=frozenset([name])))["matches"] == []
    assert answered(report, text, Wanted(disabled=frozenset(["UPPERCASE_SENTENCE_START"])))["matches"]
    assert answered(report, text, Wanted(only=True, enabled=frozenset(["TYPOS"])))["matches"] == []
    assert answered(report, text, Wanted(only=True, enabled=frozenset(["WIRE_COPY_EXACT"])))["matches"]


@pytest.mark.parametrize("status", [Status.KILLED, Status.WITHHELD, Status.EMBARGOED])
def test_no_client_switches_off_a_kill_or_an_embargo(index, status):
    text = f"That morning {COPIED}, which nobody minded."
    report = check(text, index)
    report = replace(report, matches=(replace(report.matches[0], status=status),))
    (match,) = answered(report, text, Wanted(disabled=ALARMS | {"WIRE_STANDING"}, only=True))["matches"]
    assert match["rule"]["category"]["name"] == "Stories that must not run"


def test_a_text_that_could_not_be_judged_whole_never_looks_clean(index):
    text = "\n  A walk by the river in the rain."
    report = check(text, index, incomplete=["the service ran out of time"])
    found = answered(report, text, Wanted())
    assert found["warnings"] == {"incompleteResults": True, "incompleteResultsReason": "the service ran out of time"}
    (match,) = found["matches"]
    assert match["rule"]["id"] == "WIRE_INCOMPLETE"
    assert match["message"] == "This text could not be fully checked: the service ran out of time."
    assert cut(text, match["offset"], match["length"]) == "A"


def test_a_title_is_no_markup_in_a_message(index):
    text = COPIED
    report = check(text, index)
    source = replace(report.matches[0].source, title="<img src=x onerror=alert(1)>\u202e", holder="MP</b>")
    report = replace(report, matches=(replace(report.matches[0], source=source),))
    (match,) = answered(report, text)["matches"]
    assert "<" not in match["message"]
    assert "\u202e" not in match["message"]
    assert "‹img src=x onerror=alert(1)›" in match["message"]


def test_matches_are_in_the_order_of_the_text(index):
    text = f"That morning {COPIED}, which nobody minded.\n\n© 2001 The Meridian Press. All Rights Reserved.\n"
    offsets = [match["offset"] for match in answered(check(text, index), text)["matches"]]
    assert len(offsets) > 1
    assert offsets == sorted(offsets)


def test_a_clear_text_has_no_matches_and_no_warning(index):
    found = answered(check("The brass band played on in the rain.", index), "The brass band played on in the rain.")
    assert found["matches"] == []
    assert found["warnings"] == {"incompleteResults": False}
    assert found["software"]["apiVersion"] == 1
    assert found["language"] == {
        "name": "English (US)",
        "code": "en-US",
        "detectedLanguage": {"name": "English (US)", "code": "en-US", "confidence": 1.0, "source": "asked"},
    }


@pytest.mark.parametrize(
    ("tag", "preferred", "code"),
    [
        ("en-US", "", "en-US"),
        ("en_gb", "", "en-GB"),
        ("de", "", "de"),
        ("auto", "", "en-US"),
        ("auto", "en-GB,de-AT", "en-GB"),
        ("auto", "auto, de-AT", "de-AT"),
        ("sw-KE", "", "sw-KE"),
        ("ca-ES-valencia", "", "ca-ES-valencia"),
    ],
)
def test_any_language_may_be_asked_for(tag, preferred, code):
    found = language_of(tag, preferred)
    assert found
    assert found.long_code == code
    assert found.asked is (tag != "auto")


@pytest.mark.parametrize("tag", ["", "x", "english", "en US", "en\n", "../..", "en-" + "x" * 40, "ен"])
def test_what_is_no_language_is_none(tag):
    assert language_of(tag) is None


def test_the_list_of_languages_has_what_clients_look_for():
    listed = languages()
    assert {"name": "English (US)", "code": "en", "longCode": "en-US"} in listed
    assert {"name": "Catalan (Valencian)", "code": "ca", "longCode": "ca-ES-valencia"} in listed
    assert len({one["longCode"] for one in listed}) == len(listed)


def test_every_rule_is_listed():
    assert {rule["ruleId"] for rule in rules()} == set(NAMES)
