"""From the inputs of an audit to pages, and from a page to what a check of its file would have read."""

from __future__ import annotations

import gzip
import io
import json
import os
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checker.audit.inputs import Input, files_of, inputs_of
from checker.audit.nouns import Page, PageKind
from checker.audit.problems import AuditProblem
from checker.audit.reading import documents_of
from checker.audit.source import pages
from checker.readers import Document, Unreadable, read
from tests.inputs_by_hand import CRAWLED, HENS, LINE, lines, site, table, warc, zipped
from tests.test_every_format import MADE
from tests.warc_by_hand import PAGE, WORDS, answer, record

FORMATS = sorted(path for path in (Path(__file__).parent / "formats").rglob("*") if path.is_file())
SEEN = "2029-04-03T07:00:00Z"


def all_pages(*paths: Path) -> list[Page]:
    return list(pages(inputs_of([str(path) for path in paths])))


def one_file(folder: Path, name: str, data: bytes) -> list[Page]:
    path = folder / name
    path.write_bytes(data)
    found = all_pages(path)
    assert [page.number for page in found] == list(range(len(found)))
    assert all(page.input == str(path) for page in found)
    return [replace(page, place=page.place.replace(f"{folder}/", "")) for page in found]


def texts(found: list[Page]) -> list[str]:
    return [entry.text.strip() for page in found for entry in documents_of(page) if isinstance(entry, Document)]


def refused(found: list[Page]) -> list[tuple[str, str]]:
    return [(page.place, page.unreadable) for page in found if page.unreadable]


def told(entry: Document | Unreadable) -> tuple[object, ...]:
    """Everything of an entry that can be compared."""
    if isinstance(entry, Unreadable):
        return entry.place, entry.sentence
    parts = (entry.id, entry.text, entry.title, entry.holder, entry.story, entry.version, dict(entry.metadata))
    rest = (entry.place, entry.kind, entry.name, entry.format, entry.encoding, entry.original, entry.parts)
    return *parts, *rest, entry.incomplete, entry.warnings


def checked(path: Path) -> Iterator[tuple[object, ...]]:
    """What `wirecheck check` reads of a file."""
    with path.open("rb") as stream:
        yield from map(told, read(str(path), stream))


def audited(path: Path) -> list[tuple[object, ...]]:
    return [told(entry) for page in all_pages(path) for entry in documents_of(page)]


# ---- the same as a check reads ----


@pytest.mark.parametrize("path", FORMATS, ids=lambda path: path.name)
def test_a_wire_file_is_read_as_a_check_reads_it(path: Path):
    assert audited(path) == list(checked(path))


@pytest.mark.parametrize("name", MADE)
def test_a_draft_in_any_format_is_read_as_a_check_reads_it(name: str, tmp_path: Path):
    called, make = MADE[name]
    made = make()
    path = tmp_path / called
    path.write_bytes(made if isinstance(made, bytes) else made.encode())
    assert audited(path) == list(checked(path))


def test_containers_are_read_as_a_check_reads_them(tmp_path: Path):
    for path in sorted(site(tmp_path).iterdir()):
        ours, theirs = audited(path), list(checked(path))
        if path.name.startswith(("b.", "c.")):  # a line with a page in it, which a check calls by its own name
            pages_of_lines = [number for number, one in enumerate(ours) if one[0] == CRAWLED["url"]]
            assert len(pages_of_lines) == 1
            assert theirs.pop(pages_of_lines[0])[1] == ours.pop(pages_of_lines[0])[1]
        assert ours == theirs, path.name


def test_what_was_passed_over_is_said_behind_the_last_page(tmp_path: Path):
    found = one_file(tmp_path, "e.warc", warc(WORDS, HENS))
    warned = [entry.warnings for page in found for entry in documents_of(page) if isinstance(entry, Document)]
    assert warned == [(), ("passed over in the archive: 1 redirects or errors",)]


# ---- what a page knows ----


def test_an_address_without_a_page_is_told_with_what_it_shows(tmp_path: Path):
    sorry = b"<html><body><p>Nothing is here any more.</p></body></html>"
    records = [
        record(answer(), uri="https://wick.example/1"),
        record(answer(sorry, status="404 Not Found"), uri="https://wick.example/2"),
        record(answer(b"\x89PNG", "image/png", status="410 Gone"), uri="https://wick.example/3"),
        record(answer(sorry, status="503 Service Unavailable"), uri="https://wick.example/4"),
    ]
    found = one_file(tmp_path, "site.warc", b"".join(records))
    assert [(one.kind, one.url, one.body, one.facts.get("http_status")) for one in found] == [
        (PageKind.GONE, "https://wick.example/2", sorry, "404"),
        (PageKind.GONE, "https://wick.example/3", b"", "410"),
        (PageKind.FILE, "https://wick.example/1", PAGE, None),
    ]
    (last,) = [entry for page in found[2:] for entry in documents_of(page) if isinstance(entry, Document)]
    assert last.warnings == ("passed over in the archive: 3 redirects or errors",)


def test_an_archive_of_addresses_without_a_page_says_so(tmp_path: Path):
    gone, told = one_file(tmp_path, "site.warc", record(answer(status="404 Not Found")))
    assert (gone.kind, told.unreadable) == (
        PageKind.GONE,
        "There is no page in this web archive (1 redirects or errors).",
    )


def test_a_record_is_a_page_with_its_address_and_its_date(tmp_path: Path):
    raw = record(
        answer(extra="Content-Encoding: gzip\r\n", body=gzip.compress(PAGE)), extra="WARC-Block-Digest: sha1:BB\r\n"
    )
    (page,) = one_file(tmp_path, "site.warc", raw)
    assert (page.place, page.name, page.url, page.date) == (
        "site.warc, record 1",
        "https://news.example/goats.html",
        "https://news.example/goats",
        SEEN,
    )
    assert (page.body, page.charset, page.kind) == (PAGE, "utf-8", PageKind.FILE)
    assert page.facts["record_id"] == "urn:uuid:00000000-0000-4000-8000-000000000001"
    assert (page.facts["record_offset"], page.facts["record_digest"]) == ("0", "sha1:BB")
    assert page.passed == len(raw)


def test_a_line_is_a_text_or_a_page(tmp_path: Path):
    text, page = one_file(
        tmp_path, "b.jsonl", lines({**LINE, "date": "2029-04-02"}, {**CRAWLED, "published": 1_869_000_000})
    )
    assert (text.kind, text.body, text.name, text.date) == (PageKind.TEXT, WORDS.encode(), "mp-goats", "2029-04-02")
    assert (text.facts["title"], text.facts["byline"]) == ("Goats", "Tilda Marsh")
    assert (page.kind, page.body, page.url, page.date) == (PageKind.FILE, PAGE, "https://wick.example/goats", SEEN)
    assert page.facts["published"] == "1869000000"


def test_a_name_that_says_nothing_gives_way_to_one_that_does(tmp_path: Path):
    values = {"url": "https://wick.example/hens", "html": "", "text": HENS}
    (found,) = one_file(tmp_path, "a.jsonl", lines(values))
    assert found.body == HENS.encode()
    (failed,) = one_file(tmp_path, "b.jsonl", lines({"url": "https://wick.example/gone", "html": ""}))
    assert failed.unreadable == 'It has neither "html" nor "text".'


def test_what_a_line_says_besides_has_an_end(tmp_path: Path):
    told = {f"note {n}": "é" * 2_000 for n in range(1_000)}
    found = one_file(tmp_path, "a.jsonl", lines({**CRAWLED, **told}, {**LINE, **told}))
    assert [page.body for page in found] == [PAGE, WORDS.encode()]
    assert all(30_000 < len(str(page.facts)) < 70_000 for page in found)


def test_columns_of_bytes_have_an_address_and_a_date_too(tmp_path: Path):
    said = {"url": b"https://wick.example/goats", "fetch_time": b"2029-04-03T07:00:00Z", "html": PAGE}
    raw = table({name: pa.array([value], pa.binary()) for name, value in said.items()})
    (found,) = one_file(tmp_path, "a.parquet", raw)
    assert (found.url, found.date, found.body) == ("https://wick.example/goats", "2029-04-03T07:00:00Z", PAGE)


def test_what_a_crawler_says_of_both_times(tmp_path: Path):
    (page,) = one_file(tmp_path, "b.jsonl", lines({**CRAWLED, "date": "2029-03-30"}))
    assert (page.date, page.facts["published"]) == (SEEN, "2029-03-30")


def test_no_line_can_say_what_lies_around_it(tmp_path: Path):
    odd = {"wirecheck:within": "zip/zip/zip/zip/zip/zip/zip", "wirecheck:id": "x", "wirecheck:passed-over": "y"}
    found = one_file(tmp_path, "b.jsonl", lines({**LINE, **odd}, {**CRAWLED, **odd}))
    assert [page.facts["wirecheck:within"] for page in found] == ["jsonl", "jsonl"]
    entries = [entry for page in found for entry in documents_of(page)]
    assert [(entry.id, entry.warnings) for entry in entries if isinstance(entry, Document)] == [
        ("mp-goats", ()),
        ("https://wick.example/goats", ()),
    ]


def test_rows_of_parquet_are_texts_or_pages_with_their_dates(tmp_path: Path):
    day = pa.scalar(1_869_894_000_000_000_000, pa.int64()).cast(pa.timestamp("ns", "Europe/Berlin"))
    columns = {
        "id": ["one", None, None, None],
        "url": [None, "https://wick.example/2", None, "https://wick.example/4"],
        "html": pa.array([PAGE, None, None, b"<p>caf\xe9 goats"], pa.binary()),
        "text": [None, WORDS, None, None],
        "fetch_time": pa.array([day, None, None, day], pa.timestamp("ns", "Europe/Berlin")),
        "published": pa.array([20_000, None, None, 1], pa.date32()),
        "content_charset": ["utf-8", None, None, "iso-8859-1"],
        "score": [1.0, 2.0, 3.0, 4.0],
    }
    found = one_file(tmp_path, "d.parquet", table(columns))
    assert [(page.place, page.kind, page.name, page.date) for page in found] == [
        ("d.parquet, row 1", PageKind.FILE, "one.html", "2029-04-03T07:00:00+00:00"),
        ("d.parquet, row 2", PageKind.TEXT, "https://wick.example/2", ""),
        ("d.parquet, row 3", PageKind.FILE, f"{tmp_path}/d.parquet, row 3", ""),
        ("d.parquet, row 4", PageKind.FILE, "https://wick.example/4.html", "2029-04-03T07:00:00+00:00"),
    ]
    assert refused(found) == [("d.parquet, row 3", 'It has neither "html" nor "text".')]
    assert [page.facts.get("published") for page in found] == ["2024-10-04", None, None, "1970-01-02"]
    assert texts(found) == [WORDS, WORDS, "café goats"]


def test_numbers_and_order_are_the_same_every_time(tmp_path: Path):
    folder = site(tmp_path)
    found = all_pages(folder, folder / "f.zip")
    assert found == all_pages(folder, folder / "f.zip")
    assert [page.number for page in found] == list(range(len(found)))
    passed = [page.passed for page in found]
    assert passed == sorted(passed)
    assert passed[-1] == sum(one.bytes for one in inputs_of([str(folder), str(folder / "f.zip")]))
    assert {page.input for page in found} == {str(folder), str(folder / "f.zip")}


# ---- inputs ----


def test_a_folder_is_walked_without_what_is_hidden_or_turns_in_a_circle(tmp_path: Path):
    for name in ("b/2.txt", "a/1.txt", ".git/x.txt", "b/.x.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(HENS)
    (tmp_path / "b" / "again").symlink_to(tmp_path)
    (input,) = inputs_of([str(tmp_path)])
    assert [Path(str(path)).relative_to(tmp_path).as_posix() for path in files_of(input)] == ["a/1.txt", "b/2.txt"]
    assert input.bytes == 2 * len(HENS)


def test_a_link_that_leads_nowhere_is_told(tmp_path: Path):
    (tmp_path / "a.html").write_bytes(PAGE)
    (tmp_path / "b.html").symlink_to("nowhere")
    found = all_pages(tmp_path)
    assert refused(found) == [
        (str(tmp_path / "b.html"), "It is no file that can be read, or a link that leads nowhere.")
    ]
    assert len(found) == 2


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz"])
def test_an_empty_file_of_lines_is_told(name: str, tmp_path: Path):
    found = one_file(tmp_path, name, gzip.compress(b"") if name.endswith("gz") else b"\n\n")
    assert [sentence for _, sentence in refused(found)] == ["There is no line in this file."]


def test_a_page_of_lines_without_a_line_is_told(tmp_path: Path):
    (found,) = one_file(tmp_path, "a.jsonl", lines({"url": "https://wick.example/a.jsonl", "body": "\n"}))
    assert [told(one) for one in documents_of(found)] == [told(Unreadable(found.place, "There is no text in it."))]


def test_a_list_names_files_and_folders_and_loses_none(tmp_path: Path):
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "a.txt").write_text(HENS)
    (tmp_path / "b.txt").write_text(WORDS)
    names = tmp_path / "list.txt"
    names.write_bytes(b"%b/b.txt\r\n\n%b/gone.txt\n%b/site\n\0\n" % ((str(tmp_path).encode(),) * 3))
    found = all_pages(Path(f"@{names}"))
    assert texts(found) == [WORDS, HENS]
    assert [Path(place).name for place, _ in refused(found)] == ["gone.txt", "list.txt"]
    assert [sentence for _, sentence in refused(found)] == [
        "No such file or directory.",
        "'\\x00' is no name of a file.",
    ]
    assert {page.input for page in found} == {f"@{names}"}


@pytest.mark.parametrize("kind", ["file", "folder", "list"])
def test_an_input_that_changed_is_known_by_its_stamp(kind: str, tmp_path: Path):
    path = tmp_path / "in" / "a.txt"
    path.parent.mkdir()
    path.write_text(HENS)
    listed = tmp_path / "list"
    listed.write_text(f"{path}\n")
    name = {"file": str(path), "folder": str(path.parent), "list": f"@{listed}"}[kind]
    (before,) = inputs_of([name])
    assert inputs_of([name]) == [before]
    status = path.stat()
    path.write_text(HENS.replace("eleven", "twelve"))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns + (kind != "file")))
    (after,) = inputs_of([name])
    assert after.bytes == before.bytes
    assert after.stamp != before.stamp


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("gone.warc", "gone.warc cannot be read: No such file or directory."),
        ("@gone.txt", "@gone.txt cannot be read: No such file or directory."),
        ("a\0b", "'a\\x00b' is no name of a file."),
        ("-", "An audit that goes on reads its inputs again, which - cannot be: save it in a file."),
        ("/dev/null", "/dev/null is neither a file nor a folder."),
    ],
)
def test_what_is_no_input_is_refused_in_words(
    name: str, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(AuditProblem) as caught:
        inputs_of([name])
    assert str(caught.value) == sentence


def test_nothing_to_audit_is_said():
    with pytest.raises(AuditProblem, match=r"^Name what is to be audited"):
        inputs_of([])


def test_an_input_that_goes_away_in_the_midst_loses_no_other(tmp_path: Path):
    (tmp_path / "b.txt").write_text(HENS)
    gone = [Input(str(tmp_path / name), 1, "") for name in ("gone.warc", "b.txt")] + [Input("@gone", 0, "")]
    found = list(pages(gone))
    assert [page.unreadable for page in found] == ["No such file or directory.", "", "No such file or directory."]
    assert [page.number for page in found] == [0, 1, 2]


def test_a_name_that_is_no_utf_8(tmp_path: Path):
    try:
        Path(os.fsdecode(bytes(tmp_path) + b"/h\xfcgel.html")).write_bytes(PAGE)
    except OSError:
        pytest.skip("this file system takes no such names")
    (page,) = all_pages(tmp_path)
    assert page.name.endswith("h\udcfcgel.html")
    assert texts([page]) == [WORDS]


# ---- ruin ----


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "packed"])
def test_an_archive_cut_anywhere_gives_what_came_before_the_cut(packed: bool, tmp_path: Path):
    records = [record(answer(f"<p>page {n} {WORDS}".encode()), uri=f"https://wick.example/{n}") for n in range(3)]
    whole = [gzip.compress(one) for one in records] if packed else records
    ends = [sum(map(len, whole[: n + 1])) for n in range(3)]
    raw = b"".join(whole)
    path = tmp_path / "site.warc"
    for cut in range(len(whole[0]), len(raw)):
        path.write_bytes(raw[:cut])
        found = all_pages(path)
        before = sum(end <= cut for end in ends)
        assert [page.url for page in found[:before]] == [f"https://wick.example/{n}" for n in range(before)]
        for page in found[before:]:  # what was cut is none, or says that it is not whole
            assert page.unreadable or page.doubts or page.body == f"<p>page {before} {WORDS}".encode()
        for page in found:
            assert list(documents_of(page))


def test_a_cut_in_the_first_record_is_never_an_empty_audit(tmp_path: Path):
    raw = record(answer())
    path = tmp_path / "site.warc"
    for cut in range(len(b"WARC/1.1"), len(raw)):
        path.write_bytes(raw[:cut])
        found = all_pages(path)
        assert len(found) == 1
        assert found[0].unreadable or found[0].doubts or found[0].body == PAGE


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "packed"])
def test_damage_in_the_midst_of_an_archive_loses_the_record_that_it_is_in(packed: bool, tmp_path: Path):
    records = [record(answer(f"<p>page {n} {WORDS}".encode()), uri=f"https://wick.example/{n}") for n in range(5)]
    whole = [gzip.compress(one) for one in records] if packed else records
    begin = sum(map(len, whole[:2]))
    damaged = [*whole[:2], b"\xff" * len(whole[2]), *whole[3:]]
    found = one_file(tmp_path, "site.warc", b"".join(damaged))
    assert [page.url.removeprefix("https://wick.example/") for page in found] == ["0", "1", "", "3", "4"]
    assert refused(found) == [
        ("site.warc, record 3", "The archive is damaged here. What comes behind the damage is read.")
    ]
    assert [page.place for page in found[3:]] == ["site.warc, record 4", "site.warc, record 5"]
    assert found[3].facts["record_offset"] == str(begin + len(whole[2]))
    assert texts(found) == [f"page {n} {WORDS}" for n in (0, 1, 3, 4)]
    cut = one_file(tmp_path, "site.warc", b"".join(damaged[:3]))
    assert refused(cut) == [("site.warc, record 3", "The archive is damaged here, and not read on.")]
    assert len(cut) == 3


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "packed"])
@pytest.mark.parametrize("length", [600, 10**6, 10**11])
def test_a_record_that_says_it_is_longer_than_it_is_loses_no_other(packed: bool, length: int, tmp_path: Path):
    records = [
        record(
            answer(f"<p>page {n} {WORDS}".encode()), uri=f"https://wick.example/{n}", length=length if n == 2 else None
        )
        for n in range(30)
    ]
    found = one_file(tmp_path, "site.warc", b"".join(gzip.compress(one) if packed else one for one in records))
    numbers = [int(page.url.removeprefix("https://wick.example/")) for page in found if page.url]
    assert sorted({*numbers, 2}) == list(range(30)) and len(numbers) == len(set(numbers))
    assert [sentence for _, sentence in refused(found)] == [
        "The archive is damaged here. What comes behind the damage is read."
    ]
    long = [page for page in found if page.url.endswith("/2")]
    assert all(page.doubts for page in long) or length == 600


def test_an_archive_of_nothing_but_such_records_is_given_up(tmp_path: Path):
    records = [record(answer(f"<p>page {n} {WORDS}".encode()), length=10**9) for n in range(400)]
    found = one_file(tmp_path, "site.warc", b"".join(records))
    assert refused(found)[-1][1] == "The archive is damaged here, and not read on."
    assert len(found) < 40


def flipped(raw: bytes, at: int) -> bytes:
    changed = bytearray(raw)
    changed[at % len(raw)] ^= 0xFF
    return bytes(changed)


RUINED = {
    "warc": ("s.warc", warc(WORDS, HENS)),
    "packed warc": ("s.warc.gz", gzip.compress(warc(WORDS, HENS))),
    "zip": ("f.zip", zipped({"a.html": PAGE, "b.jsonl": lines(LINE, CRAWLED), "c.warc": warc(WORDS)})),
    "stored zip": ("f.zip", zipped({"a.html": PAGE, "c.warc": warc(WORDS)}, zipfile.ZIP_STORED)),
    "lines": ("b.jsonl", lines(LINE, CRAWLED, LINE)),
    "packed lines": ("b.jsonl.gz", gzip.compress(lines(LINE, CRAWLED, LINE))),
    "parquet": ("d.parquet", table({"id": ["1", "2"], "html": [PAGE, PAGE], "text": [None, WORDS]})),
}


@pytest.mark.parametrize("kind", RUINED)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_ruin_of_any_kind_is_pages_or_sentences(kind: str, data: st.DataObject, tmp_path: Path):
    name, raw = RUINED[kind]
    cut = data.draw(st.integers(0, len(raw)), "cut")
    ruined = (
        raw[:cut] + data.draw(st.binary(max_size=20), "filled") + raw[cut + data.draw(st.integers(0, 20), "left out") :]
    )
    (tmp_path / "z.txt").write_text(HENS)
    (tmp_path / name).write_bytes(flipped(ruined, data.draw(st.integers(0, 5_000), "flipped")) if ruined else ruined)
    found = all_pages(tmp_path)
    assert texts(found)[-1] == HENS, "the next file is read"
    assert found[0].place.startswith(str(tmp_path / name))
    for page in found:
        assert page.unreadable == "" or (page.unreadable.endswith((".", ")")) and not page.body)
        assert list(documents_of(page)) or page.body == b""
        json.dumps(dict(page.facts))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["id", "url", "text", "html", "body", "date", "published", "title", "charset", "x"]),
            st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.integers(), max_size=2),
        )
        | st.binary().filter(lambda raw: b"\n" not in raw)
        | st.integers(),
        min_size=1,
        max_size=5,
    )
)
def test_every_line_is_one_page_or_one_sentence(tmp_path: Path, values: list[object]):
    raw = lines(LINE, *values)
    (tmp_path / "b.jsonl").write_bytes(raw)
    found = all_pages(tmp_path / "b.jsonl")
    written = [line for line in raw.split(b"\n") if line.strip()]
    assert len(found) == len(written)
    for page in found:
        assert list(documents_of(page))


ODD = {
    "no column that is known": (table({"colour": ["red"]}), ['It has neither "html" nor "text".']),
    "lists": (table({"id": ["1"], "html": pa.array([["a", "b"]])}), ['Its "html" is neither a string nor bytes.']),
    "structs": (table({"id": ["1"], "text": pa.array([{"a": 1}])}), ['Its "text" is not a string.']),
    "numbers": (table({"id": [1.5], "text": [3]}), ['It has no "id".']),
    "no row": (table({"id": pa.array([], pa.string())}), ["There is no row in this Parquet file."]),
    "its end is missing": (
        table({"id": ["1"], "text": ["x"]})[:-9],
        ["It is a damaged Parquet file, or its end is missing."],
    ),
    "a name and nothing else": (b"PAR1", ["It is a damaged Parquet file, or its end is missing."]),
}


@pytest.mark.parametrize(("raw", "sentences"), ODD.values(), ids=ODD)
def test_odd_tables_are_refused_row_by_row(raw: bytes, sentences: list[str], tmp_path: Path):
    assert [sentence for _, sentence in refused(one_file(tmp_path, "d.parquet", raw))] == sentences


def test_odd_types_that_hold_words_are_read(tmp_path: Path):
    columns = {
        "id": pa.array([7, 8, 9]),
        "text": pa.array([WORDS, WORDS, HENS]).dictionary_encode(),
        "date": pa.array([None, 2**62, 0], pa.int64()).cast(pa.timestamp("ms"), safe=False),
    }
    found = one_file(tmp_path, "d.parquet", table(columns))
    assert [(page.name, page.date) for page in found] == [
        ("7", ""),
        ("8", "4611686018427387904 ms since 1970"),
        ("9", "1970-01-01T00:00:00"),
    ]
    assert texts(found) == [WORDS, WORDS, HENS]


def test_text_that_is_no_utf_8_is_never_whole(tmp_path: Path):
    words = pa.Array.from_buffers(
        pa.string(), 1, [None, pa.py_buffer(struct.pack("<ii", 0, 9)), pa.py_buffer(b"caf\xe9 hens")]
    )
    (page,) = one_file(tmp_path, "d.parquet", table({"id": ["1"], "text": words}))
    (entry,) = documents_of(page)
    assert isinstance(entry, Document)
    assert (entry.text, entry.incomplete) == ("caf\ufffd hens", ("some of its characters are not UTF-8",))


def test_a_damaged_part_of_a_table_loses_no_other(tmp_path: Path):
    html = [f"<p>page {n} {WORDS}" for n in range(6)]
    raw = bytearray(table({"html": html}, row_group_size=2, compression="none", use_dictionary=False))
    at = raw.index(b"<p>page 2")
    raw[at - 40 : at + 200] = b"\xff" * 240
    found = one_file(tmp_path, "d.parquet", bytes(raw))
    assert [page.place for page in found if not page.unreadable] == [f"d.parquet, row {n}" for n in (1, 2, 5, 6)]
    assert refused(found) == [("d.parquet", "A part of this Parquet file is damaged.")]


def bomb(megabytes: int) -> bytes:
    """A packed web archive of one long record and a short one."""
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb") as packed:
        packed.write(record(length=megabytes << 20, type="text/plain", kind="resource")[:-4])
        for _ in range(megabytes):
            packed.write(b"goats   " * (1 << 17))
        packed.write(b"\r\n\r\n" + warc(WORDS))
    return out.getvalue()


BOMBS = {
    "zip": ("b.zip", zipped({"a.txt": b"\0" * 60_000_000, "b.txt": HENS}), "unpacks to more than 100 times its size"),
    "gzip": ("b.txt.gz", gzip.compress(b"goats " * 5_000_000), "It unpacks to more than 200 times its size"),
    "packed warc": (
        "b.warc.gz",
        bomb(300),
        "The archive unpacks to more than 200 times its size",
    ),
    "zip of a packed warc": (
        "b.zip",
        zipped({"a.warc.gz": gzip.compress(gzip.compress(warc(WORDS)))}),
        "It is packed twice",
    ),
}


@pytest.mark.parametrize(("name", "raw", "sentence"), BOMBS.values(), ids=BOMBS)
def test_bombs_are_not_unpacked(name: str, raw: bytes, sentence: str, tmp_path: Path):
    found = one_file(tmp_path, name, raw)
    assert any(sentence in page.unreadable for page in found)
    assert all(len(page.body) <= (16 << 20) + 1 for page in found)


def test_a_page_too_large_is_read_from_its_beginning(tmp_path: Path):
    (page,) = one_file(tmp_path, "a.txt", b"goats and hens\n" * (20 << 16))
    (entry,) = documents_of(page)
    assert isinstance(entry, Document)
    assert entry.incomplete == ("only its first 16 MB were read",)


def test_a_zip_larger_than_a_check_takes_is_read(tmp_path: Path):
    noise = os.urandom(1 << 20)
    with zipfile.ZipFile(tmp_path / "b.zip", "w", zipfile.ZIP_STORED) as out:
        for number in range(66):
            out.writestr(f"{number:02}.bin", noise)
        out.writestr("last.txt", HENS)
    assert [len(entry) for entry in checked(tmp_path / "b.zip")] == [2], "a check refuses it"
    found = all_pages(tmp_path / "b.zip")
    assert len(found) == 67
    assert texts(found[-1:]) == [HENS]


def test_an_archive_within_a_zip_is_taken_apart(tmp_path: Path):
    found = one_file(tmp_path, "site.wacz", zipped({"archive/data.warc.gz": gzip.compress(warc(WORDS, HENS))}))
    assert [(page.place, page.url) for page in found] == [
        ("site.wacz/archive/data.warc.gz, record 2", "https://wick.example/0"),
        ("site.wacz/archive/data.warc.gz, record 3", "https://wick.example/1"),
    ]
    assert texts(found) == [WORDS, HENS]


def test_the_lists_of_a_wacz_repeat_no_page(tmp_path: Path):
    files = {
        "datapackage.json": "{}",
        "archive/data.warc.gz": gzip.compress(warc(WORDS)),
        "pages/pages.jsonl": lines({"format": "json-pages-1.0", "id": "pages"}, {"id": "1", "text": WORDS}),
        "indexes/index.cdx": "news,wick)/ 20290403070000",
    }
    assert texts(one_file(tmp_path, "site.wacz", zipped(files))) == [WORDS]
    del files["datapackage.json"]
    assert len(one_file(tmp_path, "site.zip", zipped(files))) == 4


def test_a_damaged_file_in_a_zip_loses_no_other(tmp_path: Path):
    raw = bytearray(zipped({"a.txt": WORDS, "b.txt": HENS}, zipfile.ZIP_STORED))
    raw[raw.index(WORDS.encode())] ^= 1
    found = one_file(tmp_path, "f.zip", bytes(raw))
    assert refused(found) == [("f.zip/a.txt", "“a.txt” in it is damaged: it is not what the directory says it is.")]
    assert texts(found) == [HENS]


@pytest.mark.parametrize(
    ("name", "raw", "sentence"),
    [
        ("empty.zip", zipped({}), "There is no text in this zip file."),
        ("f.zip", zipped({"d.zip": zipped({"a.txt": HENS})}), "It is a zip file in a zip file. Unpack the outer one."),
        ("e.warc", warc(), "There is no page in this web archive (1 redirects or errors)."),
        ("c.jsonl.gz", gzip.compress(lines(LINE))[:-12], "The gzip file is damaged or cut off"),
        ("l.jsonl", b'{"id": "' + b"x" * (17 << 20) + b'"}\n', "It is longer than 16 MB."),
        ("deep.jsonl", b"[" * 200_000 + b"\n", "It is not JSON that can be read: its brackets nest too deep."),
    ],
)
def test_where_there_is_no_page_that_is_said(name: str, raw: bytes, sentence: str, tmp_path: Path):
    assert any(page.unreadable.startswith(sentence) for page in one_file(tmp_path, name, raw))


def test_an_empty_folder_is_one_sentence(tmp_path: Path):
    assert refused(all_pages(tmp_path)) == [(str(tmp_path), "There is no text in this folder.")]
