"""Findings grouped into cases: by outlet and story family, in order, each page counted once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checker.cases.gather import case_id, cases_of
from checker.cases.nouns import CaseKind, Change
from checker.cases.outlets import outlet_of, registrable
from checker.cases.ranking import extent
from checker.model import Severity
from checker.policy.nouns import House, Licence, Policy
from tests.audited import CLOCK, FLOOD, LEAD, NOTICE, OURS, STRIKE, page, unread, words_of

LICENSED = Policy(House("The Wick"), licences=(Licence("mp", "Meridian Press"),))


def story(id: str, first: int, count: int) -> str:
    return f"{OURS}\n\n{words_of(id, first, count)}\n\n{OURS}"


def test_pages_of_one_outlet_that_carry_one_story_are_one_case():
    (case,) = cases_of(
        [
            page(0, "https://www.lantern.example/a", story(CLOCK, 40, 60)),
            page(1, "https://sport.lantern.example/b", story(CLOCK, 45, 120)),
        ]
    )
    assert (case.outlet, case.family, case.kind) == ("lantern.example", CLOCK, CaseKind.COPY)
    assert case.title == "Stolen tower clock found ticking in museum's own cellar"
    assert (case.holder, case.severity, case.rank, case.change) == ("Meridian Press", "error", 1, Change.NEW)
    assert (case.page_count, case.words_most, case.words_sum) == (2, 120, 180)
    assert [one.number for one in case.pages] == [1, 0], "the worst page first"
    assert case.versions == ((CLOCK, "lead"),)
    assert case.statuses == ("copied",)
    assert case.share == pytest.approx(120 / (120 + 2 * len(OURS.split())))
    assert case.longest_run == 120


def test_a_passage_has_offsets_on_both_sides():
    text = story(CLOCK, 40, 60)
    (case,) = cases_of([page(0, "https://lantern.example/a", text)])
    (one,) = case.pages[0].passages
    assert text[one.start : one.end] == words_of(CLOCK, 40, 60)
    assert (one.source, one.words, one.kind) == (CLOCK, 60, "verbatim")
    assert one.source_end - one.source_start >= 60


def test_two_outlets_and_two_stories_are_four_cases():
    both = f"{words_of(CLOCK, 40, 60)}\n\n{OURS}\n\n{words_of(FLOOD, 45, 40)}"
    cases = cases_of([page(n, f"https://{host}.example/", both) for n, host in enumerate(("lantern", "wick"))])
    assert {(case.outlet, case.family) for case in cases} == {
        (outlet, family) for outlet in ("lantern.example", "wick.example") for family in (CLOCK, FLOOD)
    }
    assert [case.words_most for case in cases] == [60, 60, 40, 40]
    assert [case.rank for case in cases] == [1, 2, 3, 4]


def test_versions_of_one_story_are_one_family():
    (case,) = cases_of(
        [
            page(0, "https://lantern.example/a", story(STRIKE, 150, 60)),
            page(1, "https://lantern.example/b", story(LEAD, 60, 70)),
        ]
    )
    assert len(case.versions) == 2 and case.page_count == 2
    assert case.family == STRIKE


def test_the_same_bytes_at_the_same_address_count_once():
    text = story(CLOCK, 40, 60)
    seen = [
        page(n, "https://lantern.example/a", text, date=f"2001-06-2{n}T08:00:00+00:00", same_as=-1 if n == 0 else 0)
        for n in range(3)
    ]
    (case,) = cases_of(seen)
    (one,) = case.pages
    assert (one.captures, one.first_seen, one.last_seen) == (
        3, "2001-06-20T08:00:00+00:00", "2001-06-22T08:00:00+00:00",
    )  # fmt: skip
    assert (case.page_count, case.words_sum) == (1, 60)
    assert (case.first_seen, case.last_seen) == (one.first_seen, one.last_seen)


def test_a_page_that_changed_is_one_address_with_two_texts():
    (case,) = cases_of(
        [
            page(0, "https://lantern.example/a", story(CLOCK, 40, 60)),
            page(1, "https://lantern.example/a", story(CLOCK, 40, 40)),
        ]
    )
    assert (len(case.pages), case.page_count, case.words_sum) == (2, 1, 60)


def test_what_is_licensed_quoted_or_unreadable_makes_no_case():
    assert cases_of([page(0, "https://wick.example/", story(CLOCK, 40, 60), policy=LICENSED)]) == []
    assert cases_of([page(0, "https://wick.example/", OURS), unread(1, "https://wick.example/b")]) == []


def test_a_notice_without_copy_is_a_case_of_its_holder():
    (case,) = cases_of([page(0, "https://wick.example/", f"{OURS}\n\n{NOTICE}")])
    assert (case.kind, case.family, case.title) == (CaseKind.NOTICE, "notice:ap", "Notice of Associated Press")
    assert (case.severity, case.words_sum) == ("warning", 0)


def test_the_notice_of_the_agency_whose_copy_is_there_makes_no_second_case():
    notice = "©2001 The Meridian Press. All Rights Reserved. This material may not be published or redistributed."
    (case,) = cases_of([page(0, "https://wick.example/", f"{story(CLOCK, 40, 60)}\n\n{notice}")])
    assert case.kind is CaseKind.COPY


def test_errors_come_before_warnings_however_large():
    small = page(0, "https://a.example/", story(CLOCK, 40, 40))
    large = page(1, "https://b.example/", story(CLOCK, 40, 120))
    report = replace_severity(large)
    assert [case.outlet for case in cases_of([report, small])] == ["a.example", "b.example"]


def replace_severity(result):
    from checker.reports.json import from_json, to_json

    report = from_json(result.report)
    lighter = replace(report, matches=tuple(replace(one, severity=Severity.WARNING) for one in report.matches))
    return replace(result, report=to_json(lighter), severity="warning")


def test_the_extent_is_as_the_formula_says():
    assert extent(100, 0.5, 1) == 100 * 150 * 1
    assert extent(100, 0.5, 2) == extent(100, 0.5, 3) == 100 * 150 * 2
    assert extent(100, 0.5, 4) == 100 * 150 * 3
    assert extent(0, 0.0, 9) == 0


def test_ids_are_the_same_in_every_audit():
    assert case_id("lantern.example", CLOCK) == "1d034e0736b9"
    pages = [page(n, f"https://lantern.example/{n}", story(CLOCK, 40 + n, 60)) for n in range(2)]
    assert cases_of(pages)[0].id == cases_of(pages[1:])[0].id == case_id("lantern.example", CLOCK)


def test_the_order_of_the_pages_changes_nothing():
    pages = [page(n, f"https://o{n % 3}.example/{n}", story((CLOCK, FLOOD)[n % 2], 45, 40 + n)) for n in range(6)]
    assert cases_of(pages) == cases_of(reversed(pages))


@pytest.mark.parametrize(
    ("site", "outlet"),
    [
        ("news.lantern.example", "lantern.example"),
        ("www.tamsel.co.uk", "tamsel.co.uk"),
        ("wick.github.io", "wick.github.io"),
        ("localhost", "localhost"),
        ("192.0.2.7", "192.0.2.7"),
        ("[2001:db8::1]", "[2001:db8::1]"),
        ("www.bücher.example", "xn--bcher-kva.example"),
        ("www.xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("www.straße.example", "xn--strae-oqa.example"),
        ("www.strasse.example", "strasse.example"),
        ("BÜCHER。example", "xn--bcher-kva.example"),
        ("हिन्दी.example", "xn--j2bd4cyah0f.example"),
        ("💩.example", "xn--ls8h.example"),
        ("LANTERN.example.", "lantern.example"),
        ("co.uk", "co.uk"),
        ("a..b", "a..b"),
        ("x" * 400, "x" * 400),
    ],
)
def test_an_outlet_is_a_registrable_domain(site, outlet):
    assert registrable(site) == outlet


def test_a_page_without_a_site_belongs_to_its_input():
    assert outlet_of(page(0, "", OURS, input="pages/")) == "pages/"
