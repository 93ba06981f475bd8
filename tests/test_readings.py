"""A file that can be read in several ways is judged in each, and the report is of the way that shows the most."""

from __future__ import annotations

from dataclasses import replace

from checker.check import check_document
from checker.model import Verdict
from checker.readers.document import Document, Reading
from checker.readings import read_as
from checker.reports.json import from_json, to_json
from fingerprints.index import Store, Upsert, Work
from fingerprints.sketch import Sketcher
from fingerprints.stores import open_index

FERRY = (
    "Dock workers at Hallam voted on Tuesday to end a strike that had kept the island ferry in harbour for nine days, "
    "and the first boat left for Skerrow before noon with cars, cattle and a month of post on board."
)
WEATHER = "Rain will clear from the west by evening, the forecast office said, and the night will be dry but cold."


def index() -> Store:
    store = open_index("memory:", create=True)
    (made,) = Sketcher(store.spec, store.secret).fingerprints([FERRY])
    store.apply([Upsert(Work("ferry", FERRY, "Ferry sails", "Meridian Press"), made)])
    return store


def test_the_reading_with_the_copy_is_reported_and_named() -> None:
    hidden = Document("page", f"{FERRY}\n{WEATHER}", format="html")
    page = Document("page", WEATHER, format="html", readings=(Reading(hidden, "with its hidden words", disguise=True),))
    report = check_document(page, index())
    assert report.verdict is Verdict.FLAGGED
    assert report.submitted.reading == "with its hidden words"
    assert report.text == hidden.text
    (match,) = report.matches
    assert (match.submitted.start, match.submitted.end) == (0, len(FERRY) - 1)
    assert report.disguises == ("Only when it is read with its hidden words does it show all that it reproduces.",)
    assert read_as(page, report) is hidden
    assert from_json(to_json(report)).disguises == report.disguises


def test_a_reading_that_shows_no_more_changes_nothing() -> None:
    store = index()
    plain = Document("page", FERRY, format="html")
    shorter = Document("page", FERRY[:120], format="html")
    page = replace(plain, readings=(Reading(shorter, "as it is stored", disguise=True), Reading(plain, "again")))
    assert check_document(page, store) == check_document(plain, store)
    assert read_as(page, check_document(page, store)) is page


def test_the_doubts_about_the_usual_reading_stay_said() -> None:
    page = Document("page", WEATHER, format="html", incomplete=("its last page is a picture",))
    page = replace(page, readings=(Reading(Document("page", FERRY, format="html"), "as KOI8-R"),))
    report = check_document(page, index())
    assert report.verdict is Verdict.FLAGGED
    assert report.unjudged == ("its last page is a picture",)
    assert report.disguises == ()
