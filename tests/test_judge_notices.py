"""The rules for notices; and what holds for every judgement, whatever the report."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.model import NOT_JUDGED, Match, Notice, Report, Severity, Status, Verdict
from checker.policy.judge import judge
from checker.policy.nouns import DEFAULT_POLICY, NOWHERE, Feed, House, Occasion, Policy, Rules
from checker.policy.rules_of_notices import NOTICE_RULES
from checker.reports.json import from_json, to_json
from tests.any_report import any_report
from tests.policies_by_hand import NOON, found, licence, line, policy, report, source, waiver

ACTS = ("published", "broadcast", "rewritten", "redistributed")
AP = line("copyright", "©MMI The Associated Press. ...", holder="The Associated Press", agency="ap", years=(2001,),
          terms=ACTS)  # fmt: skip
FORBIDDEN = "carries a notice of The Associated Press, 2001: may not be published, broadcast, rewritten, redistributed"
SKERROW = line("copyright", "© 2026 Skerrow Radio", holder="Skerrow Radio", years=(2026,))
NOBODY = line("restriction", "This material may not be published.", terms=("published",))
WICK = House("The Daily Wick", ("Wick Radio",), ("dailywick.example",), zone="Europe/Berlin")


def judged(notice: Notice, by: Policy = DEFAULT_POLICY, at: datetime | None = NOON, **occasion: str) -> Report:
    """A report with nothing but the notice, judged."""
    return judge(report(notices=(notice,)), by, Occasion(at, **occasion))


def ruling(notice: Notice, by: Policy = DEFAULT_POLICY, at: datetime | None = NOON, **occasion: str) -> tuple[str, str]:
    """Severity and rule."""
    (one,) = judged(notice, by, at, **occasion).notices
    assert one.status is Status.NOTICE
    return str(one.severity), one.rule


def test_a_third_partys_notice_flags_a_text_in_which_no_copy_was_found():
    one = judged(AP)
    assert (one.verdict, one.reasons) == (Verdict.FLAGGED, (f"third-party-notice: {FORBIDDEN}",))
    assert (one.notices[0].severity, one.notices[0].why) == (Severity.WARNING, FORBIDDEN)


@pytest.mark.parametrize("kind", ["credit", "dateline", "byline", "contributor"])
def test_a_line_of_credit_flags_nothing(kind):
    assert ruling(line(kind, "PORT HALLAM (AP) --", agency="ap", name="Associated Press")) == ("note", "credit-line")
    assert judged(line(kind, agency="ap")).notices[0].why == f"{kind} line that names AP"


def test_a_licence_of_the_agency_makes_it_a_note():
    held = policy(licences=(licence("AP", channels=("web",), valid_until=datetime(2026, 5, 1, tzinfo=UTC)),))
    assert judged(AP, held, channel="web").notices[0].why == f"{FORBIDDEN}; licensed until 1 May, 02:00: fine"
    assert judged(AP, held, channel="web").verdict is Verdict.CLEAR
    assert ruling(AP, held, channel="print") == ("warning", "third-party-notice")
    assert ruling(AP, held, channel="web", at=NOON + timedelta(days=60)) == ("warning", "third-party-notice")
    assert ruling(AP, policy(licences=(licence("dpa"),))) == ("warning", "third-party-notice")


def test_the_houses_own_sentence_is_its_own():
    own = replace(SKERROW, holder="WICK RADIO", terms=ACTS)
    assert ruling(own, policy(house=WICK)) == ("note", "own-notice")
    assert ruling(replace(own, holder="www.dailywick.example"), policy(house=WICK)) == ("note", "own-notice")
    assert ruling(own, policy(house=WICK), site="other.example") == ("warning", "foreign-notice")


def test_an_agencys_notice_on_its_own_site():
    assert ruling(AP, site="apnews.com") == ("note", "own-notice")
    assert ruling(AP, site="dailywick.example") == ("warning", "third-party-notice")


def test_somebody_who_may_be_the_house_is_a_note_until_the_house_says_who_it_is():
    assert ruling(SKERROW) == ("note", "holder-unknown")
    assert ruling(SKERROW, policy(house=WICK)) == ("warning", "foreign-notice")
    assert ruling(SKERROW, policy(house=House(domains=("dailywick.example",)))) == ("warning", "foreign-notice")


def test_a_restriction_that_names_nobody_is_anybodys():
    assert ruling(NOBODY) == ruling(NOBODY, policy(house=WICK)) == ("note", "nobody-named")
    assert judged(NOBODY).notices[0].why == "carries a notice: may not be published; it names nobody"


def test_a_waiver_for_the_text_or_the_holder():
    assert ruling(AP, policy(waivers=(waiver(holder="A.P."),))) == ("note", "waiver")
    assert ruling(AP, policy(waivers=(waiver(texts=("drafts/*",)),))) == ("note", "waiver")
    assert ruling(AP, policy(waivers=(waiver(stories=("*",)),))) == ("warning", "third-party-notice")


def test_a_house_that_does_not_want_notices_to_flag():
    assert ruling(AP, policy(rules=Rules(notices=False))) == ("note", "notices-off")


def test_every_rule_decides_somewhere_here():
    assert {name for name, _ in NOTICE_RULES} | {"nobody-named"} == {
        "credit-line", "own-notice", "waiver", "licence", "notices-off", "third-party-notice", "foreign-notice",
        "holder-unknown", "nobody-named",
    }  # fmt: skip


POLICIES = (
    DEFAULT_POLICY,
    policy(
        house=WICK,
        rules=Rules(5, 11, 0.02, 30, 40, attribution=False, notices=False),
        feeds=(Feed("mp-ny", "America/New_York"),),
        licences=(licence(credit=("MP",), most_words=100, days_on_web=30), licence("dpa", edits=False, line=9)),
        waivers=(waiver(texts=("*",), stories=("*1*",)), waiver(holder="AP", until=NOON)),
        origin="wirecheck.toml",
        digest="ab12",
    ),
)
OCCASIONS = (NOWHERE, Occasion(NOON, "web", "DE", "dailywick.example", ("mp-1",)))
SOME = st.sampled_from([(by, when) for by in POLICIES for when in OCCASIONS])


@settings(deadline=None)
@given(any_report(), SOME, SOME)
def test_nothing_is_lost_by_a_judgement(any_one, one, other):
    """Judged under another policy and back, a report is what it was; and judging twice changes nothing."""
    first = judge(any_one, *one)
    assert judge(first, *one) == first
    assert judge(judge(first, *other), *one) == first


def forgotten(one: Report) -> Report:
    """The report without all that a judgement says."""

    def bare(of: Match | Notice) -> Match | Notice:
        return replace(of, status=Status.COPIED, severity=Severity.NOTE, rule="", why="")

    return replace(
        one,
        verdict=Verdict.CLEAR,
        reasons=(),
        judged=NOT_JUDGED,
        matches=tuple(map(bare, one.matches)),
        notices=tuple(map(bare, one.notices)),
    )


@settings(deadline=None)
@given(any_report(), SOME)
def test_a_judgement_touches_nothing_else_and_rests_on_nothing_before_it(any_one, one):
    now = judge(any_one, *one)
    assert forgotten(now) == forgotten(any_one)
    assert judge(forgotten(any_one), *one) == now


@settings(deadline=None)
@given(any_report(), SOME)
def test_what_is_not_flagged_has_nothing_that_flags(any_one, one):
    now = judge(any_one, *one)
    flags = [of for of in (*now.matches, *now.notices) if of.severity is not Severity.NOTE]
    assert (now.verdict is Verdict.FLAGGED) == bool(flags)
    assert now.verdict is not Verdict.CLEAR or not now.unjudged
    assert all(of.rule and of.why and "\n" not in of.rule for of in (*now.matches, *now.notices))


@settings(deadline=None)
@given(any_report(), SOME)
def test_a_report_that_was_read_back_is_judged_as_a_fresh_one(any_one, one):
    bare = replace(any_one, text="", original="")
    assert judge(from_json(to_json(bare)), *one) == judge(bare, *one)


def test_a_story_with_metadata_of_every_kind_of_nonsense():
    wild = source(embargo="\0", expires="99999-01-01", licence_from="0001-01-01", licence_until="9999-12-31", added="?")
    assert judge(report(found(wild)), POLICIES[1], OCCASIONS[1]).matches[0].status is Status.EMBARGOED
    for written in ("9999-12-31T23:59:59Z", "9999-12-31", "0001-01-01T00:00:00-14:00"):
        ends = source(published=written, licence_from=written, licence_until=written, expires=written, embargo=written)
        assert judge(report(found(ends)), policy(licences=(licence(days_on_web=10**12),)), OCCASIONS[1]).matches
