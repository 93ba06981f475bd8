"""A text of a few words is never called clear: it is too short to judge, and every kind of report says so."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime

import pytest

from api.languages import KNOWN
from api.languagetool import Wanted, answer
from checker.audit.judging import judge_pages
from checker.audit.nouns import Page, PageKind, Setting, Terms
from checker.check import check, check_document
from checker.model import Report, Verdict
from checker.policy.nouns import DEFAULT_POLICY
from checker.readers.document import Document, Reading
from checker.reports.csv import to_csv
from checker.reports.html import to_html
from checker.reports.json import from_json, to_dict, to_json
from checker.reports.plain import Style, lines, locations
from checker.reports.sarif import to_sarif
from fingerprints.index import Upsert, Work
from fingerprints.sketch import sketcher
from fingerprints.stores.memory import MemoryStore

FERRY = (
    "SKERROW, May 2 (MP) -- The last ferry of the day left the island without its captain on Wednesday, after he had "
    "stopped on the pier to settle a bet about the depth of the water."
)
FEW = ("Ferry", "Ferry leaves island", "Last ferry leaves without its captain")
OWN = "The parish of Marrow has voted to paint its bandstand green again."


def index() -> MemoryStore:
    store = MemoryStore(secret=bytes(32))
    (row,) = sketcher(store.spec, store.secret).fingerprints([FERRY])
    store.apply([Upsert(Work("mp-ferry", FERRY, "Last ferry leaves without captain", "Meridian Press"), row)])
    return store


def checked(text: str) -> Report:
    return check(text, index(), id="headline.txt")


@pytest.mark.parametrize("text", FEW)
def test_a_few_words_are_too_short_to_judge(text: str) -> None:
    report = checked(text)
    words = len(text.split())
    assert report.verdict is Verdict.INCOMPLETE
    (reason,) = report.unjudged
    assert reason.startswith(f"too short to judge: {words} word{'s' if words > 1 else ''}, ")
    assert from_json(to_json(report)).unjudged == report.unjudged


@pytest.mark.parametrize("text", FEW)
def test_every_form_of_the_report_says_so_and_none_is_green(text: str) -> None:
    report = checked(text)
    shown = list(lines(report))
    assert shown[0][0] == ("? Too short to judge", Style.DOUBT)
    assert not any(style is Style.GOOD for line in shown for _, style in line)
    assert all(": incomplete: too short to judge: " in line for line in locations(report))
    page = to_html([report])
    assert '<span class="badge incomplete"><span aria-hidden="true">?</span> Too short to judge</span>' in page
    assert 'class="badge clear"' not in page
    assert json.loads(to_json(report))["verdict"] == "incomplete"
    (row,) = csv.DictReader(io.StringIO("".join(to_csv([report])).removeprefix("\ufeff")))
    assert (row["verdict"], row["reasons"][:18]) == ("incomplete", "too short to judge")
    (run,) = json.loads(to_sarif([report]))["runs"]
    assert run["properties"]["verdict"] == "incomplete"
    assert not run["invocations"][0]["executionSuccessful"]
    told = answer(to_dict(report), text, KNOWN["en-us"], Wanted(picky=True), "0.1.0")
    assert told["warnings"]["incompleteResults"]
    assert told["warnings"]["incompleteResultsReason"].startswith("too short to judge")


def test_in_an_audit_it_is_named_among_what_was_not_judged_whole() -> None:
    page = Page(0, "pages", "pages/stub.txt", "stub.txt", FEW[1].encode(), kind=PageKind.FILE)
    (result,) = judge_pages([page], index(), Setting(DEFAULT_POLICY, Terms(datetime(2026, 11, 30, tzinfo=UTC))))
    assert result.verdict == "incomplete"
    assert result.why[0].startswith("too short to judge: 3 words")


def test_what_could_be_copied_is_judged() -> None:
    assert checked("Seven words are enough for a passage").verdict is Verdict.CLEAR
    assert checked("").verdict is Verdict.CLEAR, "nothing is no copy"
    assert checked("... --- ...").verdict is Verdict.CLEAR


def test_a_notice_of_three_words_is_judged_by_its_rule() -> None:
    report = checked("© 2026 Meridian Press")
    assert report.notices
    assert report.verdict is not Verdict.CLEAR


def test_a_page_of_few_words_that_can_be_read_with_more_is_judged_by_those() -> None:
    """A page whose text a script holds shows only its name until that has run."""
    page = Document("page.html", "The Marrow Gazette", format="html")
    longer = Document("page.html", f"The Marrow Gazette {OWN}", format="html")
    both = Document("page.html", page.text, format="html", readings=(Reading(longer, "with what its scripts hold"),))
    assert check_document(page, index()).verdict is Verdict.INCOMPLETE
    report = check_document(both, index())
    assert (report.verdict, report.submitted.reading) == (Verdict.CLEAR, "with what its scripts hold")
    copied = Document("page.html", f"The Marrow Gazette {FERRY}", format="html")
    both = Document("page.html", page.text, format="html", readings=(Reading(copied, "with what its scripts hold"),))
    report = check_document(both, index())
    assert (report.verdict, report.unjudged) == (Verdict.FLAGGED, ())
