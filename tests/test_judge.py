"""The rules for matches, one by one and in their order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from checker.model import Kind, Passage, Severity, Status, Use, Verdict
from checker.policy.judge import judge
from checker.policy.nouns import DEFAULT_POLICY, Feed, House, Occasion, Rules
from checker.policy.rules import ALLOWING, REMAINING
from checker.standing import State
from tests.policies_by_hand import (
    BERLIN,
    NOON,
    WORDS,
    family,
    found,
    judged,
    licence,
    line,
    policy,
    report,
    said,
    source,
    waiver,
)

COPY = "142 words of Meridian Press copy"
NOVEMBER = datetime(2026, 11, 30, 23, tzinfo=UTC)
"""The end of 30 November in Berlin."""


def test_without_a_licence_copy_is_an_error():
    assert said(judged(found(source("AP")))) == (
        "copied", "error", "copied", "142 words of AP copy, and no licence for it is known",
    )  # fmt: skip


def test_the_built_in_policy_knows_no_licence_and_no_exception():
    assert judged(found(), DEFAULT_POLICY, at=None).status is Status.COPIED


def test_a_killed_story_as_an_editor_reads_it():
    killed = found(source("The Associated Press", family=family(State.KILLED, "2026-04-03T10:04:00Z")))
    at = NOON + timedelta(hours=1)
    assert said(judged(killed, at=at)) == (
        "killed", "error", "killed", "142 words of AP copy, story killed 12:04: do not publish",
    )  # fmt: skip
    tomorrow = judged(killed, at=at + timedelta(days=1)).why
    assert tomorrow == "142 words of AP copy, story killed 3 April, 12:04: do not publish"
    assert judged(killed, at=None).why == "142 words of AP copy, story killed 3 April 2026, 12:04: do not publish"


def test_an_item_that_was_killed_itself_needs_no_family():
    assert (
        judged(found(source(state=State.KILLED))).why
        == "142 words of Meridian Press copy, story killed: do not publish"
    )


def test_a_kill_comes_before_a_licence_a_waiver_and_the_ownership():
    killed = found(source(state=State.KILLED))
    generous = policy(
        house=replace(BERLIN, holders=("Meridian Press",)),
        licences=(licence(),),
        waivers=(waiver(holder="Meridian Press"),),
    )
    assert judged(killed, generous, own=("mp-1",)).status is Status.KILLED


def test_a_waiver_lifts_a_kill_only_when_it_names_it():
    killed = found(source(state=State.KILLED))
    lifts = waiver(stories=("mp-1",), lifts=("killed",))
    assert said(judged(killed, policy(waivers=(lifts,)))) == (
        "waived", "note", "waiver",
        "142 words of Meridian Press copy, waived until 31 December: reprint agreed by letter",
    )  # fmt: skip
    other = replace(lifts, lifts=("embargoed",))
    assert judged(killed, policy(waivers=(other,))).status is Status.KILLED


def test_a_withheld_story():
    assert said(judged(found(source(state=State.WITHHELD))))[::3] == (
        "withheld", "142 words of Meridian Press copy, story withheld: do not publish",
    )  # fmt: skip


def test_a_state_that_only_a_later_version_knows_counts_as_withheld():
    assert judged(found(source(state="recalled"))).status is Status.WITHHELD


def test_a_quotation_from_a_killed_story_is_to_be_found_elsewhere():
    quote = found(source(state=State.KILLED), words=31, use=Use.QUOTATION, speaker="the minister")
    assert said(judged(quote)) == (
        "killed", "warning", "killed", "quotation, 31 words, story killed: find it elsewhere before you publish",
    )  # fmt: skip
    assert judged(replace(quote, words=90, longest_run=90)).severity is Severity.ERROR


@pytest.mark.parametrize("use", [Use.STOCK, Use.NOTICE, Use.STATEMENT])
def test_words_that_are_not_the_agencys_are_not_killed_with_its_story(use):
    assert judged(found(source(state=State.KILLED), use=use)).severity is Severity.NOTE


def test_facts_of_a_story_that_must_not_be_published_are_to_be_found_elsewhere():
    facts = found(source(state=State.KILLED), words=9, use=Use.FACTS)
    assert said(judged(facts)) == (
        "killed", "warning", "killed", "9 words of facts, story killed: find them elsewhere before you publish",
    )  # fmt: skip
    early = found(source(embargo="2026-04-03T12:00:01"), words=9, use=Use.FACTS)
    assert said(judged(early)) == (
        "embargoed", "warning", "embargo",
        "9 words of facts, embargoed until 12:00:01: find them elsewhere before you publish",
    )  # fmt: skip


def test_words_that_also_stand_in_a_killed_story():
    other = source("dpa", "dpa-9", family=family(State.KILLED, "2026-04-03T09:30:00Z"))
    one = judged(found(also=(other,)), policy(licences=(licence(),)))
    assert said(one) == (
        "killed", "error", "stopped-elsewhere",
        f"{COPY}, the same words as dpa story dpa-9, killed 11:30: do not publish before that is clear",
    )  # fmt: skip
    half = replace(other, end=len(WORDS) // 2)
    assert judged(found(also=(half,)), policy(licences=(licence(),))).status is Status.LICENSED


class TestEmbargo:
    """To the second, in the feed's zone."""

    feeds = (Feed("mp-ny", "America/New_York"),)

    def at(self, hour: int, minute: int, second: int) -> datetime:
        """A time in New York, in summer."""
        return datetime(2026, 4, 3, hour + 4, minute, second, tzinfo=UTC)

    def judged(self, embargo: str, at: datetime | None, feed: str = "mp-ny"):
        licences = (licence(),)
        return judged(found(source(embargo=embargo, feed=feed)), policy(feeds=self.feeds, licences=licences), at)

    def test_one_second_before(self):
        one = self.judged("2026-04-03T12:00:00", self.at(11, 59, 59))
        assert said(one) == (
            "embargoed", "error", "embargo",
            "142 words of Meridian Press copy, embargoed until 18:00: do not publish yet",
        )  # fmt: skip

    def test_to_the_second(self):
        assert self.judged("2026-04-03T12:00:00", self.at(12, 0, 0)).status is Status.LICENSED
        assert self.judged("20260403T120001", self.at(12, 0, 0)).status is Status.EMBARGOED

    def test_a_zone_of_its_own_counts_before_the_feeds(self):
        assert self.judged("2026-04-03T12:00:00+00:00", self.at(11, 59, 59)).status is Status.LICENSED

    def test_without_a_feed_the_houses_zone(self):
        assert self.judged("2026-04-03T12:00:00", NOON - timedelta(seconds=1), "").status is Status.EMBARGOED
        assert self.judged("2026-04-03T12:00:00", NOON, "").status is Status.LICENSED

    def test_an_hour_that_the_clocks_skip_is_read_late(self):
        spring = datetime(2026, 3, 29, tzinfo=UTC)
        skipped = "2026-03-29T02:30:00"
        one = self.judged(skipped, spring + timedelta(hours=1, minutes=29), "")
        assert one.why == (
            "142 words of Meridian Press copy, embargoed until 03:30 (it does not exist in Europe/Berlin, where the "
            "clocks change, so the stricter reading): do not publish yet"
        )
        assert self.judged(skipped, spring + timedelta(hours=1, minutes=30), "").status is Status.LICENSED

    def test_an_hour_that_comes_twice_is_read_late(self):
        autumn = datetime(2026, 11, 1, tzinfo=UTC)
        assert self.judged("2026-11-01T01:30:00", autumn + timedelta(hours=6, minutes=29)).status is Status.EMBARGOED
        assert self.judged("2026-11-01T01:30:00", autumn + timedelta(hours=6, minutes=30)).status is Status.LICENSED

    def test_a_day_without_an_hour_is_the_whole_day(self):
        assert "embargoed until 4 April, 00:00 (no hour is given" in self.judged("2026-04-03", NOON, "").why
        assert self.judged("2026-04-03", NOON + timedelta(hours=12), "").status is Status.LICENSED

    def test_what_cannot_be_read_counts_as_in_force(self):
        assert self.judged("noon on Friday", NOON).why == (
            "142 words of Meridian Press copy, under an embargo that cannot be read as a time (“noon on Friday”): "
            "do not publish yet"
        )

    def test_when_nobody_said_what_time_it_is_every_embargo_is_in_force(self):
        assert self.judged("1999-01-01T00:00:00Z", None).status is Status.EMBARGOED

    def test_a_familys_embargo_holds_for_all_its_versions(self):
        old = found(source(family=family(embargo="2026-04-03T12:00:01+02:00")))
        assert judged(old).status is Status.EMBARGOED

    def test_quotations_are_under_it_too(self):
        quote = found(source(embargo="2027-01-01T00:00Z"), words=20, use=Use.QUOTATION, speaker="the minister")
        assert judged(quote).status is Status.EMBARGOED

    def test_a_waiver_lifts_it_only_when_it_names_it(self):
        under = found(source(embargo="2027-01-01T00:00Z"))
        assert judged(under, policy(waivers=(waiver(stories=("mp-*",)),))).status is Status.EMBARGOED
        assert judged(under, policy(waivers=(waiver(stories=("mp-*",), lifts=("embargoed",)),))).status is Status.WAIVED


class TestOwn:
    """Whose copy it is."""

    house = policy(house=House("The Daily Wick", ("Wick Radio",), ("dailywick.example",)))

    @pytest.mark.parametrize("holder", ["The Daily Wick", "DAILY WICK", "Wick Radio", "wick radio (WR)"])
    def test_the_houses_own(self, holder):
        assert said(judged(found(source(holder)), self.house))[:3] == ("own", "note", "own-copy")

    def test_a_page_of_its_own_site_among_the_stories(self):
        assert judged(found(source("", "https://www.dailywick.example/a/1")), self.house).status is Status.OWN
        assert judged(found(source("", "https://notdailywick.example/a/1")), self.house).status is Status.COPIED

    def test_its_own_copy_on_a_page_of_somebody_else_is_a_copy(self):
        mine = found(source("Wick Radio"))
        assert judged(mine, self.house, site="news.dailywick.example").status is Status.OWN
        assert judged(mine, self.house, site="https://other.example/x").status is Status.COPIED

    def test_a_draft_that_was_filed_as_the_story_itself(self):
        assert judged(found(), own=("mp-1",)).why == "own copy, filed as mp-1: fine"
        assert judged(found(source(story="bridge")), own=("bridge",)).status is Status.OWN
        assert judged(found(), own=("mp-2",)).status is Status.COPIED

    def test_what_an_agency_took_over_from_the_house(self):
        assert judged(found(source("AP"), also=(source("Wick Radio", "wr-7"),)), self.house).status is Status.OWN

    def test_agency_copy_on_the_agencys_own_site(self):
        ap = found(source("The Associated Press"))
        assert judged(ap, site="www.apnews.com").why == "AP copy on AP's own site: fine"
        assert judged(ap, site="apnews.com.example").status is Status.COPIED

    def test_an_embargo_comes_before_it(self):
        mine = found(source("Wick Radio", embargo="2027-01-01T00:00Z"))
        assert judged(mine, self.house).status is Status.EMBARGOED


class TestQuotation:
    """Whose words, how many, and whether the draft says so."""

    def quote(self, words: int = 31, speaker: str = "the minister", **others):
        return found(words=words, use=Use.QUOTATION, speaker=speaker, **others)

    def test_as_an_editor_reads_it(self):
        assert said(judged(self.quote())) == (
            "quoted", "note", "quotation", "quotation of the minister, 31 words, attributed: fine",
        )  # fmt: skip

    def test_nobody_says_whose_words(self):
        assert said(judged(self.quote(speaker=""))) == (
            "quoted", "warning", "unattributed", "quotation, 31 words, not attributed: say whose words they are",
        )  # fmt: skip
        without = policy(rules=Rules(attribution=False))
        assert said(judged(self.quote(speaker=""), without))[1:] == ("note", "quotation", "quotation, 31 words: fine")

    @pytest.mark.parametrize("words", [2, 6, 7])
    def test_nobody_asks_whose_turn_of_phrase_it_is(self, words):
        assert said(judged(self.quote(words, speaker="")))[1:] == (
            "note", "quotation", f"quotation, {words} words: fine",
        )  # fmt: skip
        assert judged(self.quote(8, speaker="")).rule == "unattributed"

    def test_what_is_quoted_twice_counts_once(self):
        post = "The bridge is open again, heron and all, and nobody shall press that button before noon. "
        twice = self.quote(64, submitted=Passage(0, len(4 * post), 4 * post))
        assert said(judged(twice))[1:] == ("note", "quotation", "quotation of the minister, 16 words, attributed: fine")
        once = " ".join(f"word{number}" for number in range(72))
        assert judged(self.quote(72, submitted=Passage(0, len(once), once))).rule == "quotation-length"

    def test_each_speaker_has_a_length_of_his_own(self):
        first = " ".join(f"heron{number}" for number in range(35))
        other = " ".join(f"stork{number}" for number in range(34))
        two = f'{first}," Anselm Roke said. "{other}," said Rosa Lund'
        one = f'{first}," Anselm Roke said. "{other}," he added'
        same = f'{first}," Anselm Roke said. "{other}," Roke added'
        for text, rule in ((two, "quotation"), (one, "quotation-length"), (same, "quotation-length")):
            both = self.quote(74, speaker="Anselm Roke", submitted=Passage(10, 10 + len(text), text))
            assert judged(both).rule == rule

    def test_a_licence_covers_one_that_nobody_attributes(self):
        assert judged(self.quote(speaker=""), policy(licences=(licence(),))).status is Status.LICENSED

    def test_the_limit(self):
        assert judged(self.quote(60)).status is Status.QUOTED
        assert said(judged(self.quote(61))) == (
            "quoted", "error", "quotation-length", "quotation of the minister, 61 words, and 60 are allowed",
        )  # fmt: skip
        assert judged(self.quote(61), policy(rules=Rules(quotation_words=100))).status is Status.QUOTED

    def test_300_words_are_no_quotation(self):
        assert judged(self.quote(300)).severity is Severity.ERROR
        assert judged(self.quote(300), policy(licences=(licence(),))).status is Status.LICENSED

    def test_a_licence_with_a_rule_of_its_own(self):
        strict = policy(
            licences=(licence(quotation_words=20, channels=("web",)),), house=replace(BERLIN, channel="web")
        )
        assert judged(self.quote(20), strict).rule == "quotation"
        assert judged(self.quote(21), strict).rule == "licence"
        assert judged(self.quote(21), strict, channel="print").rule == "quotation"

    def test_an_official_statement_has_no_limit(self):
        assert said(judged(found(use=Use.STATEMENT, words=400)))[:3] == ("quoted", "note", "statement")

    def test_quotations_inside_prose_are_not_the_agencys_words(self):
        low = 10 + WORDS.index("stuck")
        one = found(words=13, quoted=((low, 10 + len(WORDS)),))
        assert (
            judged(one).why == "6 words of Meridian Press copy and 7 words quoted in it, and no licence for it is known"
        )
        assert judged(one, policy(rules=Rules(note_run=7))).rule == "note-run"

    def test_a_long_speaker_is_cut(self):
        assert "quotation of " + "a" * 60 + "…, 31" in judged(self.quote(speaker="a" * 90)).why


def test_stock_phrases_facts_and_lines_of_notices():
    assert said(judged(found(use=Use.FACTS, words=9)))[:3] == ("facts", "note", "facts")
    assert said(judged(found(use=Use.STOCK, words=9)))[:3] == ("stock", "note", "stock-phrase")
    assert said(judged(found(use=Use.NOTICE, words=19)))[:3] == ("notice", "note", "notice-line")


def test_a_use_that_only_a_later_version_knows_is_judged_as_prose():
    assert judged(found(use="poem")).status is Status.COPIED


class TestHouseRules:
    """What the house lets pass, whoever's copy it is."""

    def test_a_run_that_is_too_short_to_judge(self):
        rules = policy(rules=Rules(minimum_run=8))
        assert judged(found(words=7), rules).why == (
            "7 words of Meridian Press copy, no more than 7 in a row: too short to judge"
        )
        assert judged(found(words=8), rules).severity is Severity.ERROR
        assert judged(found(words=30, longest_run=7), rules).rule == "minimum-run"

    def test_a_run_that_is_let_pass(self):
        rules = policy(rules=Rules(note_run=11))
        assert said(judged(found(words=10), rules))[:3] == ("copied", "note", "note-run")
        assert judged(found(words=11), rules).severity is Severity.ERROR

    def test_a_licence_says_more_than_that_it_is_short(self):
        assert (
            judged(found(words=10), policy(rules=Rules(note_run=11), licences=(licence(),))).status is Status.LICENSED
        )
        lacking = policy(rules=Rules(note_run=11), licences=(licence(credit=("MP",)),))
        assert judged(found(words=10), lacking).rule == "note-run"

    @pytest.mark.parametrize(
        ("rules", "passes"),
        [
            (Rules(tolerated_words=40), True),
            (Rules(tolerated_words=39), False),
            (Rules(tolerated_share=0.04), True),
            (Rules(tolerated_share=0.039), False),
            (Rules(tolerated_words=40, tolerated_share=0.04), True),
            (Rules(tolerated_words=40, tolerated_share=0.039), False),
            (Rules(tolerated_words=39, tolerated_share=0.5), False),
            (Rules(), False),
        ],
    )
    def test_what_is_tolerated_is_tolerated_together(self, rules, passes):
        two = report(found(words=25), found(source("dpa", "dpa-9"), words=15), words=1000)
        rulings = {(one.rule, one.severity) for one in judge(two, policy(rules=rules), Occasion(NOON)).matches}
        assert rulings == {("tolerated", Severity.NOTE) if passes else ("copied", Severity.ERROR)}

    def test_what_is_allowed_for_another_reason_does_not_count(self):
        both = report(found(words=400), found(source("dpa", "dpa-9"), words=15), words=1000)
        rules = policy(rules=Rules(tolerated_words=20), licences=(licence(),))
        assert judge(both, rules, Occasion(NOON)).verdict is Verdict.CLEAR

    def test_a_kill_is_not_tolerated(self):
        rules = policy(rules=Rules(minimum_run=20, note_run=20, tolerated_words=20))
        assert judged(found(source(state=State.KILLED), words=9), rules).status is Status.KILLED


class TestWaivers:
    """Named exceptions."""

    def status(self, *waivers, match=None, at=NOON):
        return judged(match or found(), policy(waivers=waivers), at).status

    def test_what_is_given_must_all_hold(self):
        assert self.status(waiver(texts=("drafts/*",))) is Status.WAIVED
        assert self.status(waiver(texts=("drafts/?.txt",))) is Status.COPIED
        assert self.status(waiver(stories=("mp-?",))) is Status.WAIVED
        assert self.status(waiver(stories=("mp-?",), texts=("pages/*",))) is Status.COPIED
        assert self.status(waiver(holder="MERIDIAN PRESS")) is Status.WAIVED
        assert self.status(waiver(holder="dpa", stories=("*",))) is Status.COPIED

    def test_a_story_is_named_by_any_of_its_ids(self):
        old = found(source(id="mp-7", story="bridge", family=family()))
        assert self.status(waiver(stories=("bridge",)), match=old) is Status.WAIVED
        assert self.status(waiver(stories=("mp-1",)), match=old) is Status.WAIVED

    def test_one_that_has_ended_does_nothing_and_a_reason_says_so(self):
        ended = waiver(name="the anniversary", holder="Meridian Press", until=NOON)
        now = judge(report(found()), policy(waivers=(ended,)), Occasion(NOON))
        assert now.matches[0].status is Status.COPIED
        assert now.reasons == (
            "copied: 142 words of Meridian Press copy, and no licence for it is known",
            "waiver “the anniversary” ended 3 April and was not applied",
        )
        assert self.status(ended, at=NOON - timedelta(seconds=1)) is Status.WAIVED
        assert self.status(ended, at=None) is Status.WAIVED

    def test_the_first_in_the_file_is_named(self):
        one, two = waiver(reason="first", holder="Meridian Press"), waiver(reason="second", texts=("*",))
        assert judged(found(), policy(waivers=(one, two))).why.endswith(": first")


class TestItemRights:
    """What the feed says of the item itself."""

    terms = policy(licences=(licence("dpa", valid_until=NOVEMBER),), house=replace(BERLIN, territory="DE"))

    def judged(self, at=NOON, **rights):
        return judged(found(source("dpa", "dpa-9", **rights)), self.terms, at)

    def test_its_term(self):
        assert self.judged(expires="2026-04-03T12:00:01").status is Status.LICENSED
        assert said(self.judged(expires="2026-04-03T12:00:00")) == (
            "expired", "error", "item-expired", "142 words of dpa copy, its term ended 12:00: do not publish",
        )  # fmt: skip

    def test_a_term_of_a_day_ends_with_its_beginning(self):
        assert "(no hour is given, so the stricter reading)" in self.judged(expires="2026-04-03").why

    def test_a_term_that_cannot_be_read_is_over(self):
        assert self.judged(expires="soon").status is Status.EXPIRED
        assert self.judged(None, expires="soon").status is Status.LICENSED

    def test_a_text_that_has_left_the_index_after_its_term(self):
        assert self.judged(expired="2026-04-01T03:00:00Z").status is Status.EXPIRED
        assert self.judged(None, expired="2026-04-01T03:00:00Z").status is Status.LICENSED

    def test_the_familys_term(self):
        old = found(source("dpa", family=family(expires="2026-04-01T00:00:00Z")))
        assert judged(old, self.terms).status is Status.EXPIRED

    def test_its_licence_window_includes_the_last_day(self):
        assert self.judged(licence_until="20260403").why == "licensed from dpa until 3 April: fine"
        after = self.judged(NOON + timedelta(hours=12), licence_until="20260403")
        assert said(after)[::3] == ("expired", "142 words of dpa copy, its licence ended 3 April: do not publish")

    def test_before_its_licence_window(self):
        assert said(self.judged(licence_from="2026-04-04"))[1:] == (
            "error", "item-window", "142 words of dpa copy, its licence begins 4 April, 00:00: do not publish",
        )  # fmt: skip
        assert self.judged(licence_from="2026-04-03").status is Status.LICENSED

    def test_a_window_that_cannot_be_read(self):
        assert self.judged(licence_until="when the sun sets").rule == "item-window"

    def test_its_territory(self):
        assert self.judged(territory="DE, AT").status is Status.LICENSED
        assert self.judged(territory="Worldwide").status is Status.LICENSED
        assert said(self.judged(territory="Australia"))[2:] == (
            "item-territory", "142 words of dpa copy, its use is for “Australia”, and this is for DE: do not publish",
        )  # fmt: skip
        nowhere = replace(self.terms, house=BERLIN)
        assert judged(found(source("dpa", territory="DE")), nowhere).rule == "item-territory"

    def test_terms_of_use_are_shown_and_not_read(self):
        assert self.judged(usage="Not for  use in\nprint.").why == (
            "licensed from dpa until 30 November; its terms of use say: “Not for use in print.”"
        )

    def test_a_right_that_is_stated_twice_in_conflict_is_told(self):
        doubts = ("its status is usable, but its note says KILL",)
        killed = judge(report(found(source(state=State.KILLED, doubts=doubts))), policy(), Occasion(NOON))
        assert killed.reasons[-1] == "mp-1: its status is usable, but its note says KILL"


class TestCorrections:
    """Licensed copy in a version that its agency has corrected."""

    terms = policy(licences=(licence(),))

    def judged(self, published="2026-04-03T07:00:00Z", state=State.CORRECTED, **others):
        since = family(state, "2026-04-03T08:30:00Z")
        return judged(found(source(published=published, family=since, **others)), self.terms)

    def test_an_older_version_asks_for_the_newest(self):
        assert said(self.judged()) == (
            "licensed", "warning", "corrected",
            "licensed from Meridian Press, but corrected since 10:30: use version 2nd Ld-Writethru (mp-2)",
        )  # fmt: skip

    def test_the_correction_itself(self):
        assert self.judged(id="mp-2").severity is Severity.NOTE
        assert self.judged(id="mp-2", current=False).severity is Severity.WARNING

    def test_a_version_that_came_after_it(self):
        assert self.judged("2026-04-03T09:00:00Z").severity is Severity.NOTE

    def test_a_version_whose_time_nobody_knows_counts_as_older(self):
        assert self.judged("").severity is Severity.WARNING

    def test_a_family_that_was_never_corrected(self):
        assert self.judged(state=State.USABLE).severity is Severity.NOTE


def test_every_rule_is_the_deciding_one_somewhere_in_these_tests():
    """A rule that no test names may be dead."""
    here = "".join(
        Path(__file__).with_name(name).read_text(encoding="utf-8")
        for name in ("test_judge.py", "test_judge_licences.py")
    )
    rules = [name for name, _ in (*ALLOWING, *REMAINING)]
    assert [name for name in rules if f'"{name}"' not in here] == []
    assert len(set(rules)) == len(rules)


def test_nothing_found_is_clear_and_what_was_not_read_is_incomplete():
    assert judge(report(), policy()).verdict is Verdict.CLEAR
    doubt = judge(report(unjudged=("page 3 is a picture",)), policy())
    assert (doubt.verdict, doubt.reasons) == (Verdict.INCOMPLETE, ("page 3 is a picture",))
    allowed = judge(report(found(use=Use.STOCK), unjudged=("page 3 is a picture",)), policy())
    assert allowed.verdict is Verdict.INCOMPLETE


def test_the_reasons_name_each_rule_that_flags_once_the_gravest_first():
    quote = found(words=20, use=Use.QUOTATION)
    many = report(quote, found(), found(), found(use=Use.STOCK), unjudged=("page 3 is a picture",))
    assert judge(many, policy()).reasons == (
        "page 3 is a picture",
        "copied: 142 words of Meridian Press copy, and no licence for it is known (and 1 more)",
        "unattributed: quotation, 20 words, not attributed: say whose words they are",
    )


def test_the_reasons_of_a_clear_text_name_what_allowed_it():
    many = report(found(), found(use=Use.STOCK, words=9))
    assert judge(many, policy(licences=(licence(),))).reasons == (
        "licence: licensed from Meridian Press: fine",
        "stock-phrase: 9 words that everybody uses: fine",
    )


def test_the_stamp_says_under_what_it_was_judged():
    by = policy(origin="wirecheck.toml", digest="ab12")
    when = datetime(2026, 4, 3, 12, tzinfo=timezone(timedelta(hours=2)))
    stamp = judge(report(), by, Occasion(when, "web", "DE", "dailywick.example", ("mp-1",))).judged
    assert (stamp.policy, stamp.digest, stamp.at) == ("wirecheck.toml", "ab12", "2026-04-03T10:00:00+00:00")
    assert (stamp.channel, stamp.territory, stamp.site, stamp.own) == ("web", "DE", "dailywick.example", ("mp-1",))


def test_an_occasion_needs_a_zone():
    with pytest.raises(ValueError, match="needs a zone"):
        judge(report(), policy(), Occasion(datetime(2026, 4, 3, 12)))  # noqa: DTZ001


def test_the_kind_of_a_match_does_not_matter_without_a_licence():
    assert judged(found(kind=Kind.REWRITTEN)).severity is Severity.ERROR


def test_a_credit_alone_is_no_licence():
    assert judged(found(), notices=[line()]).status is Status.COPIED
