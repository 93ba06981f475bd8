from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from checker.model import Kind, Verdict
from checker.reports.columns import Style, wrap
from checker.reports.plain import lines, locations
from checker.reports.show import Places, cells
from tests.reports_by_hand import ferry, match, report

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

  1  11 words, edited (90 % alike)  line 2, column 1
     Goats sail (Meridian Press, mp-1, lead)
     this text │ >>The old [boat] left Skerrow at dawn with nine goats aboard<<,
               │ we hear.
     the story │ The old [ferry] left Skerrow at dawn with nine goats aboard

  Set aside: 1 passage
    1:1  “Our island” is a stock phrase (in 9 stories)"""
    )


def test_on_a_wide_terminal_draft_and_source_stand_side_by_side():
    wide = written(ferry(), width=120).splitlines()
    assert "This text" in wide[5]
    assert "The story" in wide[5]
    assert wide[6].startswith("     The old boat left")
    assert "│ The old ferry left" in wide[6]
    styles = {style for line in lines(ferry(), width=120) for text, style in line if text in ("boat", "ferry")}
    assert styles == {Style.ADDED, Style.REMOVED}


def test_titles_and_texts_cannot_steer_a_terminal():
    text = f"before {HOSTILE} after"
    hostile = report(text, [match(text, 7, len(text) - 6, title=HOSTILE, id=HOSTILE)], id=HOSTILE, reasons=(HOSTILE,))
    for output in (written(hostile), written(hostile, width=130), "\n".join(locations(hostile))):
        assert not [c for c in output if c != "\n" and unicodedata.category(c) in ("Cc", "Cs")]
        assert not set(output) & set("\u202e\u2066")
    assert len(list(locations(hostile))) == 2


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
