"""The small parts under the rules: patterns, times, names of holders, lists of territories."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.policy.cases import listed
from checker.policy.holders import agencies_of, identity, short_name, within
from checker.policy.nouns import DEFAULT_POLICY
from checker.policy.patterns import fits
from checker.policy.times import clock, date_of, moment, until, zone_named

AGENCIES = agencies_of(DEFAULT_POLICY)
BERLIN, UTC_ZONE = zone_named("Europe/Berlin"), zone_named("UTC")
NOON = datetime(2026, 4, 3, 10, tzinfo=UTC)


@given(st.text("ab*?.", max_size=8), st.text("ab*?.", max_size=8))
@settings(deadline=None)
def test_patterns_are_what_the_same_regular_expression_says(pattern, text):
    translated = "".join({"*": ".*", "?": "."}.get(char, re.escape(char)) for char in pattern)
    assert fits(pattern, text) == bool(re.fullmatch(translated, text, re.DOTALL))


def test_a_pattern_made_to_take_long():
    """By regular expression this would take longer than anybody waits."""
    assert not fits("*a" * 200 + "b", "a" * 5_000)


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("2026-04-03T12:00:00", "2026-04-03T10:00:00"),
        ("2026-04-03T12:00:00Z", "2026-04-03T12:00:00"),
        ("20260403T120000+0500", "2026-04-03T07:00:00"),
        ("2026-04-03 12:00", "2026-04-03T10:00:00"),
        (" 2026-04-03T12:00:00.250 ", "2026-04-03T10:00:00.250000"),
        ("2026-12-03T12:00", "2026-12-03T11:00:00"),
    ],
)
def test_times_that_can_be_read(written, instant):
    found = moment(written, BERLIN)
    assert found is not None
    assert found.early == found.late == datetime.fromisoformat(instant).replace(tzinfo=UTC)
    assert not found.open


@pytest.mark.parametrize(
    "written", ["", " ", "noon", "2026-04-31", "2026-04-03T25:00", "\0", "1" * 50, "12:00", "04/03/2026"]
)
def test_times_that_cannot(written):
    assert moment(written, BERLIN) is None


@given(st.datetimes(), st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"]))
@settings(deadline=None)
def test_any_local_time_lies_between_its_readings(when, name):
    found = moment(when.isoformat(), zone_named(name))
    assert found is not None
    assert found.early <= found.late <= found.early + timedelta(days=2)
    assert bool(found.open) == (found.early != found.late)


def test_a_day_in_which_the_clocks_change():
    spring = moment("2026-03-29", BERLIN)
    assert spring is not None
    assert spring.whole_day
    assert spring.late - spring.early == timedelta(hours=23)


def test_how_a_time_is_told():
    assert clock(NOON, BERLIN, NOON) == "12:00"
    assert clock(NOON, UTC_ZONE, NOON) == "10:00 UTC"
    assert clock(NOON + timedelta(seconds=1), BERLIN, NOON) == "12:00:01"
    assert clock(NOON, BERLIN, NOON + timedelta(days=1)) == "3 April, 12:00"
    assert clock(NOON, BERLIN, None) == "3 April 2026, 12:00"
    assert date_of(NOON, BERLIN, datetime(2027, 1, 1, tzinfo=UTC)) == "3 April 2026"
    assert until(datetime(2026, 11, 30, 23, tzinfo=UTC), BERLIN, NOON) == "30 November"
    assert until(datetime(2026, 11, 30, 22, tzinfo=UTC), BERLIN, NOON) == "30 November, 23:00"


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "../UTC", "/etc/localtime", "Europe", "UTC\0", "x" * 5_000])
def test_there_is_no_such_zone(name):
    with pytest.raises(ValueError, match="there is no time zone"):
        zone_named(name)


@pytest.mark.parametrize(
    ("holder", "who"),
    [
        ("AP", "ap"),
        ("Associated Press (AP)", "ap"),
        ("Deutsche Presse-Agentur GmbH", "dpa"),
        ("Australian Associated Press", "aap"),
        ("The Meridian Press", "= meridian press"),
        ("MERIDIAN  PRESS (MP)", "= meridian press"),
        ("Meridian-Press, Inc.", "= meridian press inc"),
        ("The", "= the"),
        ("", ""),
        ("***", ""),
        ("新华社", "xinhua"),
    ],
)
def test_one_identity_for_a_holder(holder, who):
    assert identity(holder, AGENCIES) == who


def test_how_a_holder_is_called():
    assert [short_name(holder, AGENCIES) for holder in ("The Associated Press", "dpa-AFX", "Reuters Limited")] == [
        "AP", "dpa", "Reuters",
    ]  # fmt: skip
    assert short_name(" Meridian\nPress ", AGENCIES) == "Meridian Press"


@pytest.mark.parametrize(
    ("site", "inside"),
    [
        ("dailywick.example", True),
        ("WWW.DailyWick.example.", True),
        ("https://user@a.dailywick.example:8080/x?y", True),
        ("notdailywick.example", False),
        ("dailywick.example.evil.example", False),
        ("https://evil.example/dailywick.example", False),
        ("https://dailywick.example@evil.example/", False),
        ("", False),
    ],
)
def test_whether_a_site_is_of_a_domain(site, inside):
    assert within(site, ("DailyWick.example",)) is inside


def test_lists_of_territories():
    assert listed(" DE, at;CH / ,, ") == ("de", "at", "ch")
    assert listed(" " * 1_000_000) == ()
