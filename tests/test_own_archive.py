"""Copy is the house's own where the house had it first; what its archive took from an agency is the agency's."""

from __future__ import annotations

import pytest

from checker.check import check
from checker.model import Report, Status, Verdict
from checker.policy.nouns import House, Occasion, Policy
from checker.rights.item import Key
from fingerprints.index import Upsert, Work
from fingerprints.sketch import sketcher
from fingerprints.stores.memory import MemoryStore

WIRE = (
    "The swing bridge at Port Hallam stuck open for six hours on Tuesday after a heron built its nest in the gearwheel"
    ", and some 300 commuters waited on either bank until a carpenter carried bird and nest away on a tray lined with "
    "his own scarf. Harbor engineers said that the motor had not been oiled since the end of autumn."
)
COLUMN = (
    "The allotments beside the canal were replanted after the frost with beans and leeks, and a stubborn patch of "
    "bindweed has by now defeated three committees, two of which no longer speak to each other about anything at all. "
    "The third meets in the shed on Thursdays, weather and the widow of its founder permitting, and drinks cold tea."
)
BEFORE, THEN, LATER = "2001-04-01T08:00:00Z", "2001-04-03T08:00:00Z", "2001-04-05T08:00:00Z"
HOUSE = Policy(house=House("The Daily Wick", domains=("dailywick.example",)))


def work(id: str, text: str, holder: str, filed: str = "") -> Work:
    return Work(id, text, holder=holder, metadata={Key.CREATED: filed} if filed else {})


def checked(draft: str, *works: Work, own: tuple[str, ...] = ()) -> Report:
    store = MemoryStore(secret=bytes(32))
    rows = sketcher(store.spec, store.secret).fingerprints([one.text for one in works])
    store.apply([Upsert(one, row) for one, row in zip(works, rows, strict=True)])
    return check(draft, store, HOUSE, Occasion(own=own))


def statuses(report: Report) -> list[tuple[str, Status]]:
    return [(match.submitted.text.split()[0], match.status) for match in report.matches]


@pytest.mark.parametrize(("holder", "id"), [("The Daily Wick", "dw-7"), ("", "https://www.dailywick.example/a/7")])
@pytest.mark.parametrize("filed", [LATER, "2001-04-03", ""])
def test_what_the_archive_took_later_is_not_its_own(holder: str, id: str, filed: str) -> None:
    report = checked(WIRE, work("mp-1", WIRE, "Meridian Press", THEN), work(id, WIRE, holder, filed))
    (match,) = report.matches
    assert (match.status, report.verdict) == (Status.COPIED, Verdict.FLAGGED)


def test_what_an_agency_took_later_from_the_house_is_its_own() -> None:
    report = checked(WIRE, work("mp-1", WIRE, "Meridian Press", LATER), work("dw-7", WIRE, "The Daily Wick", THEN))
    assert statuses(report) == [("The", Status.OWN)]
    assert report.verdict is Verdict.CLEAR


def test_a_page_of_the_house_that_holds_agency_copy_is_its_own_but_for_that() -> None:
    page = f"{COLUMN}\n\n{WIRE}"
    report = checked(page, work("mp-1", WIRE, "Meridian Press", THEN), work("dw-7", page, "The Daily Wick", LATER))
    assert sorted((match.source.id, match.status) for match in report.matches) == [
        ("dw-7", Status.OWN),
        ("mp-1", Status.COPIED),
    ]
    copied = next(match for match in report.matches if match.status is Status.COPIED)
    assert copied.submitted.text == WIRE.rstrip(".")


def test_the_story_that_the_draft_was_filed_as_does_not_make_agency_copy_its_own() -> None:
    page = f"{COLUMN}\n\n{WIRE}"
    works = work("mp-1", WIRE, "Meridian Press", THEN), work("dw-7", page, "", LATER)
    assert checked(page, *works, own=("dw-7",)).verdict is Verdict.FLAGGED
    assert checked(COLUMN, *works, own=("dw-7",)).verdict is Verdict.CLEAR


def test_what_strangers_took_later_stays_the_house_s_own() -> None:
    strangers = [work(f"x-{n}", WIRE, f"Stranger {n}", LATER) for n in range(40)]
    report = checked(WIRE, work("dw-7", WIRE, "The Daily Wick", THEN), *strangers)
    assert report.verdict is Verdict.CLEAR


def test_stories_filed_under_the_house_s_name_do_not_make_a_copy_its_own() -> None:
    planted = [work(f"dw-{n:03}", f"{WIRE} Note {n}.", "The Daily Wick", LATER) for n in range(200)]
    for works in ([work("mp-1", WIRE, "Meridian Press", THEN), *planted], [*planted, work("mp-1", WIRE, "MP", THEN)]):
        assert checked(WIRE, *works).verdict is Verdict.FLAGGED
