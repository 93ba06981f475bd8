from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.model import NOT_JUDGED, Judged, Kind, Match, Notice, Status, Verdict
from checker.reports import whole, words
from checker.reports.columns import Style, wrap
from checker.reports.groups import HEADINGS, words_in
from checker.reports.plain import lines, locations
from checker.reports.show import Places, cells
from checker.reports.terms import moment
from checker.standing import Rights
from tests.any_report import any_of, any_report
from tests.reports_by_hand import DRAFT, every_status, ferry, match, quoted_only, report

HOSTILE = "\x1b]0;owned\x07 \x9b31m \u202eevil\u2066 a\nb\rc\x00 \ud800"


def written(one, **options):
    return "\n".join("".join(text for text, _ in line).rstrip() for line in lines(one, **options))


def test_a_piped_report_is_a_line_a_match():
    assert list(locations(ferry())) == [
        'draft.txt:2:1: error: 11 words, edited (90 % alike), copied, from "Goats sail" (Meridian Press, mp-1, lead)'
    ]


def test_clear_and_incomplete_say_so_in_a_line():
    assert list(locations(report("one two"))) == [
        "draft.txt: clear: 2 words, none of them in a passage from 14 protected stories."
    ]
    doubtful = report("", verdict=Verdict.INCOMPLETE, reasons=("it is a binary file",))
    assert list(locations(doubtful)) == ["draft.txt: incomplete: it is a binary file"]


def test_the_report_to_read_without_colour():
    assert (
        written(ferry(), width=80, brackets=True)
        == """\
✗ Flagged  draft.txt
  11 of 15 words (73 %) also stand in 1 protected story.

  ✗ 1  11 words, edited (90 % alike), copied
       line 2, column 1
       Goats sail (Meridian Press, mp-1, lead)
       this text │ >>The old [boat] left Skerrow at dawn with nine goats
                 │ aboard<<, we hear.
       the story │ The old [ferry] left Skerrow at dawn with nine goats aboard

  Set aside: 1 passage
    1:1  “Our island” is a stock phrase (in 9 stories)"""
    )


def test_on_a_wide_terminal_draft_and_source_stand_side_by_side():
    wide = written(ferry(), width=120).splitlines()
    assert "This text" in wide[6]
    assert "The story" in wide[6]
    assert wide[7].startswith("       The old boat left")
    assert "│ The old ferry left" in wide[7]
    styles = {style for line in lines(ferry(), width=120) for text, style in line if text in ("boat", "ferry")}
    assert styles == {Style.ADDED, Style.REMOVED}


def inert(output):
    return not [c for c in output if c != "\n" and unicodedata.category(c) in ("Cc", "Cs")] and not (
        set(output) & set("\u202e\u2066")
    )


def hostile_everywhere(kind, values=(HOSTILE, "\ud83d", "a\x85b\u2028c")):
    """A noun of which every text, at every depth, is hostile."""
    return any_of(kind, st.sampled_from(values))


def test_titles_and_texts_cannot_steer_a_terminal():
    text = f"before {HOSTILE} after"
    hostile = report(text, [match(text, 7, len(text) - 6, title=HOSTILE, id=HOSTILE)], id=HOSTILE, reasons=(HOSTILE,))
    for output in (written(hostile), written(hostile, width=130), "\n".join(locations(hostile))):
        assert inert(output)
    assert len(list(locations(hostile))) == 2


@given(hostile_everywhere(Match), hostile_everywhere(Notice), hostile_everywhere(Judged), st.integers(40, 130))
def test_nothing_that_came_with_a_story_can(found, notice, judged, width):
    hostile = report(HOSTILE, [found], notices=(notice,), judged=judged, unjudged=(HOSTILE,), warnings=(HOSTILE,))
    assert inert(written(hostile, width=width))
    assert inert("\n".join(locations(hostile)))
    assert len(list(locations(hostile))) == len("".join(line + "\n" for line in locations(hostile)).splitlines())


@given(any_report(), st.booleans())
def test_any_report_can_be_read(whole, brackets):
    assert inert(written(whole, brackets=brackets))
    assert len(list(locations(whole))) >= len(whole.matches) + len(whole.notices)


def test_each_finding_begins_with_the_sentence_that_says_why():
    every = every_status()
    shown = written(every, width=120)
    for number, found in enumerate(every.matches, 1):
        sign = {"error": "✗", "warning": "!", "note": "·"}[found.severity]
        assert f"  {sign} {number}  {found.why}" in shown.splitlines()
    headings = [line.strip() for line in shown.splitlines() if line.startswith("  ") and line[2:3].isupper()]
    assert [heading for heading in headings if heading in HEADINGS.values()] == list(HEADINGS.values())


def test_the_report_of_a_killed_story():
    every = every_status()
    killed = replace(every, matches=every.matches[:1], notices=(), judged=NOT_JUDGED, stories=())
    killed = replace(killed, reasons=(every.unjudged[0], f"killed: {every.matches[0].why}"))
    assert written(killed, width=80).splitlines()[1:] == [
        "  218 of 252 words (87 %) also stand in 1 protected story.",
        "  Not checked: the last 2 pages are images",
        "",
        "  ✗ 1  17 words of Meridian Press copy, story killed at 12:04: do not publish",
        "       KILLED 2026-03-01 12:04 UTC, by mp-8",
        "       killed, word for word, line 3, column 16",
        "       Goats sail (Meridian Press, mp-1, 2nd Lead-Writethru)",
        "       2nd Lead-Writethru of 5 versions; newest: “Goats stay ashore” (mp-9, 4th",
        "       Lead-Writethru)",
        "       note to editors: KILL: the captain has a name",
        "       this text │ SKERROW (MP) - The old ferry left Skerrow at dawn with nine",
        "                 │ goats aboard and no captain anybody could name.",
        "       the story │ The old ferry left Skerrow at dawn with nine goats aboard and",
        "                 │ no captain anybody could name.",
    ]


def test_what_must_not_be_missed_has_a_style_of_its_own():
    alarms = [text.strip() for line in lines(every_status()) for text, style in line if style is Style.ALARM]
    assert alarms == [
        "KILLED 2026-03-01 12:04 UTC, by mp-8",
        "WITHHELD",
        "EMBARGO until 2026-03-06 09:00 +01:00",
        "KILLED 2026-03-01 12:04 UTC, by mp-8",
    ]


def test_a_family_is_named_once():
    assert written(every_status()).count("of 5 versions") == 1


def test_a_story_whose_term_is_over_shows_where_its_words_were():
    assert (
        "Its text left the index on 2026-02-15 03:00 UTC, when its term was over; the passage is characters 40 to 118"
        in " ".join(written(every_status(), width=300).split())
    )


def test_notices_are_listed_the_gravest_first():
    shown = written(every_status(), width=90).splitlines()
    begin = shown.index("  Notices in this text")
    assert shown[begin + 1 : begin + 6] == [
        "  ✗ 32:1  copyright notice of Meridian Press, 2001: may not be published, broadcast,",
        "          rewritten, redistributed",
        "  · 3:1  dateline line that names Meridian Press",
        "  · 31:1  contributor credit of Meridian Press",
        "",
    ]


def test_a_notice_that_the_policy_says_nothing_of_says_what_it_is():
    noticed = replace(every_status().notices[-1], why="")
    assert words.headline(noticed) == (
        "copyright notice of Meridian Press, 2001: not to be published, broadcast, rewritten or redistributed"
    )
    assert words.headline(replace(noticed, why="licensed: fine")) == words.headline(noticed) + "; licensed: fine"


def test_what_could_not_be_checked_what_decided_and_what_remains_are_told_apart():
    shown = written(every_status(), width=100).splitlines()
    assert shown[5:9] == [
        "  Not checked: the last 2 pages are images",
        "  Why: killed: 17 words of Meridian Press copy, story killed at 12:04: do not publish",
        "  Why: withheld: 19 words of Meridian Press copy, withheld by its agency: do not publish",
        "  Why: embargoed: 17 words of Meridian Press copy, under embargo until 6 March 2026, 09:00: do not",
    ]
    assert "  and 1 more" in shown and "  Note: mp-1: its status is usable" in shown


def test_a_clear_text_with_a_quotation_reads_as_clear():
    quoted = quoted_only()
    assert (
        written(quoted, width=120)
        == """\
✓ Clear  draft.txt
  Of 21 words 18 are quoted; nothing else stands in a passage from 14 protected stories.

  Quotations
  · 1  quotation of the minister for islands, 14 words, attributed: fine
       quoted, 18 words, word for word, words of the minister for islands, line 1, column 1: “Nobody counted the hens,
       and nobody will, while I am the mi…”, from Skerrow notes, 11 (Meridian Press, mp-31, version 11)"""
    )
    assert list(locations(quoted))[-1] == (
        "draft.txt: clear: Of 21 words 18 are quoted; nothing else stands in a passage from 14 protected stories."
    )


def test_a_text_flagged_for_its_notice_alone_says_so():
    every = every_status()
    noticed = replace(every, matches=(), stories=(), unjudged=(), reasons=(f"notice: {every.notices[-1].why}",))
    assert whole.summary(noticed) == (
        "252 words; no passage of a protected story was found in them, but see the notices."
    )
    assert list(locations(noticed))[-1] == (
        "islanders.txt:32:1: error: copyright notice of Meridian Press, 2001: may not be published, broadcast, "
        "rewritten, redistributed"
    )


def test_words_that_were_changed_within_passages_make_up_the_sum():
    quoted = replace(match(DRAFT, 0, 10), status=Status.QUOTED)
    (boat,) = ferry().matches
    mixed = report(DRAFT, [quoted, replace(boat, words=10)])
    mixed = replace(mixed, submitted=replace(mixed.submitted, copied_words=13))
    assert whole.summary(mixed) == (
        "13 of 15 words (80 %) also stand in 2 protected stories. Of these 10 are copied, 2 quoted, 1 changed."
    )


def test_what_the_policy_says_is_not_said_twice():
    text = "nine goats aboard, and no hens"
    found = replace(match(text, 0, 30), quoted=((19, 30),), why="3 words of dpa copy and 3 words quoted in it")
    assert words.facts(found) == ["copied", "6 words, word for word"]
    assert words.facts(replace(found, why="6 words of dpa copy")) == ["copied", "word for word", "3 of them quoted"]


def test_a_line_for_programs_begins_with_why():
    (first, *_) = locations(every_status())
    assert first == (
        "islanders.txt:3:16: error: 17 words of Meridian Press copy, story killed at 12:04: do not publish; "
        'word for word, killed, from "Goats sail" (Meridian Press, mp-1, 2nd Lead-Writethru)'
    )


def test_words_that_two_passages_share_count_once():
    text = "one two three four five"
    assert words_in([match(text, 0, 13), match(text, 4, 18), match(text, 8, 13)]) == 4


@pytest.mark.parametrize(
    ("time", "shown"),
    [
        ("2026-03-01T12:04:00Z", "2026-03-01 12:04 UTC"),
        ("20260301T120430+0100", "2026-03-01 12:04:30 +01:00"),
        ("2026-03-01T12:04:00-05:30", "2026-03-01 12:04 -05:30"),
        ("2026-03-01T12:04", "2026-03-01 12:04"),
        ("2026-03-01", "2026-03-01"),
        ("upon \x1b publication", "upon ␛ publication"),
        ("", ""),
    ],
)
def test_times_keep_their_zone(time, shown):
    assert moment(time) == shown


def test_a_long_expression_is_shortened_on_the_terminal():
    found = match(DRAFT, 11, 30)
    found = replace(found, source=replace(found.source, rights=Rights(expression="<o:policy>" + "odrl " * 900)))
    assert len(written(report(DRAFT, [found]))) < 1000


def test_lines_and_columns():
    places = Places.of("ab\r\nc\rd\n\ne")
    assert [places.at(n) for n in (0, 4, 6, 8, 9)] == [(1, 1), (2, 1), (3, 1), (4, 1), (5, 1)]


def test_a_long_passage_is_shown_without_its_middle():
    text = "word " * 2000
    assert len(written(report(text, [match(text, 0, len(text), kind=Kind.VERBATIM)]))) < 4000


@given(st.text(), st.integers(2, 30))
def test_wrapping_keeps_every_word_and_the_width(text, width):
    wrapped = list(wrap([(text[:3], Style.MATCH), (text[3:], Style.FAINT)], width))
    assert "".join("".join(part for part, _ in line) for line in wrapped).replace(" ", "") == "".join(text.split())
    assert all(sum(cells(part) for part, _ in line) <= width for line in wrapped)
