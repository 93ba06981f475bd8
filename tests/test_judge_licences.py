"""What a licence allows, and what of it is not kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from checker.model import Kind, Status, Use
from checker.policy.judge import judge
from checker.policy.nouns import Occasion, Rules
from checker.standing import Rights
from tests.policies_by_hand import BERLIN, NOON, family, found, judged, licence, line, policy, report, said, source

NOVEMBER = datetime(2026, 11, 30, 23, tzinfo=UTC)
"""The end of 30 November in Berlin."""


def under(*licences, match=None, at=NOON, rules=None, **occasion):
    """A dpa match as these licences have it."""
    by = policy(licences=licences, rules=rules)
    return judged(match or found(source("dpa", "dpa-9")), by, at, **occasion)


def test_as_an_editor_reads_it():
    dpa = licence("Deutsche Presse-Agentur", valid_until=NOVEMBER, credit=("dpa",))
    assert said(under(dpa)) == (
        "credit-missing", "warning", "licence-credit", "licensed from dpa until 30 November: credit line missing",
    )  # fmt: skip
    one = judged(found(source("dpa")), policy(licences=(dpa,)), notices=[line(text="(dpa)", agency="dpa")])
    assert said(one) == ("licensed", "note", "licence", "licensed from dpa until 30 November, credited: fine")


def test_the_last_second_of_30_november():
    dpa = licence("dpa", valid_until=NOVEMBER)
    assert under(dpa, at=NOVEMBER - timedelta(seconds=1)).status is Status.LICENSED
    assert said(under(dpa, at=NOVEMBER)) == (
        "expired", "error", "licence-ended", "142 words of dpa copy, but the licence from dpa ended 30 November",
    )  # fmt: skip
    assert under(dpa, at=None).status is Status.LICENSED


def test_an_end_at_an_hour_is_told_with_it():
    assert under(licence("dpa", valid_until=NOON + timedelta(hours=1))).why == "licensed from dpa until 13:00: fine"


def test_before_it_begins():
    assert said(under(licence("dpa", valid_from=NOVEMBER)))[2:] == (
        "licence-not-begun", "142 words of dpa copy, but the licence from dpa begins 1 December",
    )  # fmt: skip


@pytest.mark.parametrize(
    "spelling", ["AP", "The Associated Press", "A.P.", "Associated Press (AP)", "ASSOCIATED PRESS", "ap"]
)
def test_one_holder_spelt_in_many_ways(spelling):
    for held in ("AP", "Associated Press"):
        assert under(licence(held), match=found(source(spelling))).status is Status.LICENSED
    assert under(licence(spelling), match=found(source("The Associated Press"))).status is Status.LICENSED


def test_another_holder():
    assert under(licence("AFP")).rule == "copied"


def test_a_feed():
    assert under(licence("dpa", feed="dpa-basis")).rule == "copied"
    basis = found(source("dpa", feed="dpa-Basis"))
    assert under(licence("dpa", feed="dpa-basis"), match=basis).status is Status.LICENSED


def test_a_member_item_on_an_agencys_feed_is_not_the_agencys():
    member = found(source("Skerrow Herald", feed="ap-main"))
    assert under(licence("AP", feed="ap-main"), match=member).rule == "copied"
    nameless = found(source("", feed="ap-main"))
    assert under(licence("AP", feed="ap-main"), match=nameless).status is Status.LICENSED
    assert under(licence("AP"), match=nameless).rule == "copied"


class TestPlace:
    """Channels and territories."""

    def test_channel(self):
        web = licence("dpa", channels=("Web", "app"))
        assert under(web, channel="web").status is Status.LICENSED
        assert said(under(web, channel="print"))[1:] == (
            "error", "licence-channel",
            "142 words of dpa copy, but the licence from dpa is for Web, app only, and this is for print",
        )  # fmt: skip
        assert under(web).why.endswith("is for Web, app only, and nobody said what this is for")

    def test_the_houses_channel_when_the_check_names_none(self):
        by = policy(licences=(licence("dpa", channels=("web",)),), house=replace(BERLIN, channel="web"))
        assert judged(found(source("dpa")), by).status is Status.LICENSED

    def test_territory(self):
        home = licence("dpa", territories=("DE", "AT"))
        assert under(home, territory="de").status is Status.LICENSED
        assert under(home, territory="DE, AT").status is Status.LICENSED
        assert said(under(home, territory="DE, CH"))[2:] == (
            "licence-territory",
            "142 words of dpa copy, but the licence from dpa is for DE, AT only, and this is for CH",
        )  # fmt: skip
        assert under(home).rule == "licence-territory"
        assert under(licence("dpa", territories=("world",))).status is Status.LICENSED


class TestWebDays:
    """AP-style terms: so many days on the web."""

    terms = licence("AP", days_on_web=30)

    def judged(self, at, published="2026-04-03T12:00:00+02:00", channel="web", **rights):
        match = found(source("AP", published=published, **rights))
        return under(self.terms, match=match, at=at, channel=channel)

    def test_the_thirtieth_and_the_thirty_first_day(self):
        end = NOON + timedelta(days=30)
        assert self.judged(end - timedelta(seconds=1)).status is Status.LICENSED
        assert said(self.judged(end)) == (
            "expired", "error", "licence-web-days",
            "142 words of AP copy, but the licence from AP allows 30 days on the web, over since 3 May",
        )  # fmt: skip

    def test_only_on_the_web(self):
        late = NOON + timedelta(days=31)
        assert self.judged(late, channel="print").status is Status.LICENSED
        assert self.judged(late, channel="").status is Status.EXPIRED

    def test_when_it_came_is_not_when_it_was_published(self):
        late = NOON + timedelta(days=31)
        for written in ("", "yesterday"):
            judged = self.judged(late, written, added="2026-04-10T00:00:00+00:00")
            assert judged.status is Status.EXPIRED
            assert judged.why.endswith("allows 30 days on the web, and no time of the story is known")
        assert self.judged(late, "2062-01-01", added="2026-04-01T00:00:00+00:00").status is Status.EXPIRED
        assert self.judged(NOON, "2062-01-01", added="2026-11-01T00:00:00Z").status is Status.LICENSED
        assert self.judged(NOON, "").why.endswith("and no time of the story is known")

    def test_when_nobody_said_what_time_it_is(self):
        assert self.judged(None).status is Status.LICENSED


class TestCredit:
    """A line of the draft says whose copy it is."""

    def status(self, *notices, credit=("mit Material von dpa", "dpa")):
        by = policy(licences=(licence("dpa", credit=credit),))
        return judged(found(source("dpa")), by, notices=notices).status

    @pytest.mark.parametrize("kind", ["credit", "byline", "dateline", "contributor", "copyright"])
    def test_any_line_of_credit(self, kind):
        assert self.status(line(kind, "Von Ann Tarrant, dpa", agency="dpa")) is Status.LICENSED

    def test_a_restriction_is_none(self):
        assert self.status(line("restriction", "dpa: may not be published", agency="dpa")) is Status.CREDIT_MISSING

    def test_in_other_capitals_and_marks(self):
        exact = ("Mit Material von dpa",)
        assert self.status(line(text="(MIT MATERIAL VON: DPA)"), credit=exact) is Status.LICENSED

    def test_a_part_of_a_word_is_none(self):
        assert self.status(line(text="Skodpap"), credit=("dpa",)) is Status.CREDIT_MISSING

    def test_another_agencys(self):
        assert self.status(line(text="(AFP)", agency="afp")) is Status.CREDIT_MISSING

    def test_the_agency_by_another_of_its_names(self):
        assert self.status(line(text="Deutsche Presse-Agentur", agency="dpa"), credit=("dpa",)) is Status.LICENSED

    def test_a_line_that_names_two_agencies_is_a_credit_of_both(self):
        assert self.status(line(text="(AFP/dpa)", agency="afp"), credit=("Deutsche Presse-Agentur",)) is Status.LICENSED

    def test_a_holder_that_nobody_has_listed(self):
        by = policy(licences=(licence(credit=("Meridian Press",)),))
        notice = line(text="© Meridian Press", holder="Meridian Press", kind="copyright")
        assert judged(found(), by, notices=[notice]).status is Status.LICENSED


class TestQuota:
    """What one draft may take of one story, over all its matches."""

    def statuses(self, terms, *matches, rules=None):
        by = policy(licences=(terms,), rules=rules)
        return [str(one.status) for one in judge(report(*matches), by, Occasion(NOON)).matches]

    def test_words(self):
        three = [found(words=50, source_share=0.1) for _ in range(3)]
        assert self.statuses(licence(most_words=150), *three) == ["licensed"] * 3
        assert self.statuses(licence(most_words=149), *three) == ["over-quota"] * 3

    def test_as_an_editor_reads_it(self):
        assert said(under(licence("dpa", most_words=100))) == (
            "over-quota", "error", "licence-quota",
            "142 words of dpa copy, but the licence from dpa allows 100 words of one story, and this takes 142",
        )  # fmt: skip

    def test_all_versions_are_one_story_and_other_stories_are_none(self):
        versions = [found(source(id=id, family=family()), words=50) for id in ("mp-1", "mp-2")]
        assert self.statuses(licence(most_words=60), *versions) == ["over-quota"] * 2
        assert (
            self.statuses(licence(most_words=60), versions[0], found(source(id="mp-3"), words=50)) == ["licensed"] * 2
        )

    def test_a_share_of_the_story_counts_what_is_taken_twice_once(self):
        first, again = (found(source(start=0, end=100), words=50, source_share=0.25) for _ in range(2))
        assert self.statuses(licence(most_share=0.25), first, again) == ["licensed"] * 2
        more = found(source(start=100, end=140), words=20, source_share=0.1)
        assert self.statuses(licence(most_share=0.34), first, more) == ["over-quota"] * 2
        assert self.statuses(licence(most_share=0.35), first, again, more) == ["licensed"] * 3

    def test_quotations_do_not_count(self):
        quote = found(words=50, use=Use.QUOTATION, speaker="the minister")
        assert self.statuses(licence(most_words=60), found(words=50), quote) == ["licensed", "quoted"]
        long = replace(quote, words=61)
        assert self.statuses(licence(most_words=60), found(words=50), long) == ["over-quota"] * 2

    def test_nor_does_what_is_too_short_to_judge(self):
        short = found(words=6)
        assert self.statuses(licence(most_words=50), found(words=50), short, rules=Rules(minimum_run=7)) == [
            "licensed", "copied",
        ]  # fmt: skip


def test_edits():
    edited = found(source("dpa"), kind=Kind.EDITED)
    assert said(under(licence("dpa", edits=False), match=edited)) == (
        "copied", "warning", "licence-edits",
        "142 words of dpa copy, but the licence from dpa allows no edits, and this is edited",
    )  # fmt: skip
    assert under(licence("dpa", edits=False)).status is Status.LICENSED
    assert under(licence("dpa"), match=edited).status is Status.LICENSED


def test_of_several_licences_the_one_that_lacks_least():
    ended, other = licence("dpa", valid_until=NOON, line=3), licence("dpa", credit=("dpa",), line=9)
    assert under(ended, other).rule == "licence-credit"
    assert under(ended, other, licence("dpa", line=12)).status is Status.LICENSED


def test_the_gravest_that_a_licence_lacks_is_told():
    assert under(licence("dpa", credit=("dpa",), most_words=10, edits=False)).rule == "licence-quota"


def test_another_story_that_holds_the_same_words_may_be_the_licensed_one():
    reprint = found(source("Skerrow Herald", "sh-1"), also=(source("dpa", "dpa-9"),))
    assert under(licence("dpa"), match=reprint).why == "licensed from dpa: fine"
    half = found(source("Skerrow Herald", "sh-1"), also=(source("dpa", "dpa-9", end=30),))
    assert under(licence("dpa"), match=half).rule == "copied"


def test_of_two_such_stories_one_whose_own_rights_allow_it():
    over = source("dpa", "dpa-8", expires="2026-01-01T00:00:00Z")
    assert under(licence("dpa"), match=found(over)).rule == "item-expired"
    assert under(licence("dpa"), match=found(over, also=(source("dpa", "dpa-9"),))).status is Status.LICENSED


def test_the_items_own_end_is_told_where_it_comes_first():
    item = found(source("dpa", licence_until="2026-04-10"))
    assert under(licence("dpa", valid_until=NOVEMBER), match=item).why == "licensed from dpa until 10 April: fine"


def test_odrl_is_not_evaluated():
    rights = Rights(expression='{"prohibition": [{"action": "print"}]}')
    odrl = found(replace(source("dpa"), rights=rights))
    assert under(licence("dpa"), match=odrl).status is Status.LICENSED
    assert under(licence("dpa"), match=odrl).source.rights == rights
