"""`wirecheck policy explain`: which rule decided, by which line, and why not the others."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given, settings

from checker.model import Judged, Use
from checker.policy.explain import explain, occasion_of
from checker.policy.judge import judge
from checker.policy.nouns import DEFAULT_POLICY, NOWHERE, Occasion
from checker.standing import State
from tests.any_report import any_report
from tests.policies_by_hand import NOON, WORDS, family, found, licence, line, policy, report, source, waiver

BY = policy(
    licences=(licence("dpa", credit=("dpa",), line=12),),
    waivers=(waiver(name="over", holder="AP", until=NOON),),
    origin="wirecheck.toml",
    digest="ab12",
)


def lines(*matches, notices=(), by=BY, occasion=None):
    """The explanation of a report that was judged under the same policy."""
    when = occasion or Occasion(NOON, "web")
    return list(explain(judge(report(*matches, notices=notices), by, when), by, when))


def test_a_match_under_a_licence_of_which_something_is_missing():
    assert lines(found(source("dpa", "dpa-9", feed="dpa-1", usage="Not here."))) == [
        "drafts/bridge.txt",
        "under wirecheck.toml, at 2026-04-03T10:00:00+00:00, channel web, territory any",
        "",
        f"match 1, characters 10 to 77: “{WORDS[:60]}…”",
        "  credit-missing, warning, by the rule licence-credit: licensed from dpa: credit line missing",
        "  wirecheck.toml:12 says so",
        "  looked at: prose, 142 words (longest run 142); dpa-9 of dpa (dpa), feed dpa-1; terms of use “Not here.”",
        "  passed over:",
        "    killed: the story is not killed",
        "    withheld: the story is not withheld",
        "    embargo: no embargo is in force",
        "    stopped-elsewhere: no other story with these words is stopped",
        "    own-copy: the copy is not the house's own",
        "    waiver: no waiver in force is for it",
        "    corrected: the licence from dpa (line 12) asks for a credit line, and there is none",
        "    licence: the licence from dpa (line 12) asks for a credit line, and there is none",
        "    tolerated: nothing is tolerated",
        "    item-expired: nothing in the item's own rights says so",
        "    item-window: nothing in the item's own rights says so",
        "    item-territory: nothing in the item's own rights says so",
    ]


def test_what_a_killed_story_was_looked_at_for():
    killed = source(
        "The Associated Press", "ap-1", family=family(State.KILLED, "2026-04-03T10:04:00Z", embargo="2026-04-01"),
        doubts=("its status is usable",), expression="<odrl/>",
    )  # fmt: skip
    told = lines(found(killed, also=(source("dpa", "dpa-9"),)))
    assert told[4] == "  killed, error, by the rule killed: 142 words of AP copy, story killed 12:04: do not publish"
    assert told[5] == (
        "  looked at: prose, 142 words (longest run 142); ap-1 of The Associated Press (ap); "
        "state killed since 2026-04-03T10:04:00Z by mp-2; embargo “2026-04-01”; "
        "ODRL or RightsML, not evaluated “<odrl/>”; doubt: its status is usable; the same words in dpa-9"
    )
    assert "passed over" not in "\n".join(told)


def test_a_notice():
    told = lines(notices=(line("copyright", "© dpa", holder="dpa", agency="dpa", terms=("published",)),))
    assert told[3:] == [
        "notice 1, characters 0 to 5: “© dpa”",
        "  note, by the rule licence: carries a notice of dpa: may not be published; licensed: fine",
        "  wirecheck.toml:12 says so",
        "  looked at: copyright, dpa (agency dpa); forbids published",
        "  passed over:",
        "    own-notice: the notice is not the house's own",
        "    waiver: no waiver in force is for it",
    ]


def test_a_waiver_that_has_ended_is_told():
    assert lines(found(source("AP")))[-1] == "also: waiver “over” ended 3 April and was not applied"


def test_nothing_found():
    assert lines()[-1] == "nothing was found that a rule could decide on"


def test_a_report_that_was_judged_under_another_policy():
    first = judge(report(found(source("dpa"))), DEFAULT_POLICY, Occasion(NOON))
    told = list(explain(first, BY, Occasion(NOON)))
    assert told[2] == "the report was judged under another policy: the built-in policy"
    assert told[-1] == "  in the report as it is: copied, error, by the rule copied"


def test_the_occasion_of_a_report_is_that_of_its_stamp():
    when = Occasion(datetime(2026, 4, 3, 10, tzinfo=UTC), "web", "DE", "a.example", ("mp-1",))
    assert occasion_of(judge(report(), BY, when)) == when
    assert occasion_of(report()) == NOWHERE
    assert occasion_of(judge(report(), BY)).at is None


def test_the_explanation_names_the_rule_of_the_judgement():
    quote = found(words=20, use=Use.QUOTATION, speaker="the minister")
    told = lines(quote, found(use=Use.STOCK))
    assert [one.partition(":")[0] for one in told if "by the rule" in one] == [
        "  quoted, note, by the rule quotation",
        "  stock, note, by the rule stock-phrase",
    ]


@settings(deadline=None)
@given(any_report())
def test_any_report_can_be_explained(any_one):
    when = occasion_of(any_one)
    told = "\n".join(explain(any_one, BY, when))
    assert all(f"by the rule {match.rule}" in told for match in judge(any_one, BY, when).matches)


def test_a_stamp_that_cannot_be_read_names_no_time():
    from dataclasses import replace

    for at in ("soon", "2026-04-03T10:00:00"):
        assert occasion_of(replace(report(), judged=Judged(at=at))).at is None
