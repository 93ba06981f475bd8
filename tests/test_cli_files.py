"""The command line over files as newsrooms have them."""

from __future__ import annotations

import io
import json
import textwrap
import zipfile

import pytest

from checker.readers import FORMATS, Document, read
from tests.commandline import wirecheck
from tests.docx_by_hand import docx, paragraph, run
from tests.pdfs_by_hand import lines, pdf

FERRY = (
    "The last ferry of the day left Skerrow harbour without its captain on Tuesday, the harbour office said, "
    "and nobody on board noticed until the lights of the far pier came into view."
)
PAGE = f"<!doctype html>\n<title>Isles</title>\n<nav>Home</nav>\n<p>By our man on the pier. {FERRY}</p>\n"


def ninjs(id: str, **changes: object) -> dict[str, object]:
    item = {
        "uri": id,
        "type": "text",
        "headline": "Last ferry",
        "body_text": FERRY,
        "copyrightholder": "Meridian Press",
    }
    return {**item, **changes}


@pytest.fixture
def home(tmp_path):
    wire = tmp_path / "wire"
    wire.mkdir()
    (wire / "1.json").write_text(json.dumps(ninjs("mp-1")))
    (wire / "2.json").write_text(json.dumps(ninjs("mp-2", headline="To editors", genre=[{"name": "Advisory"}])))
    (wire / "3.json").write_text(json.dumps(ninjs("mp-3", type="picture", description_text="The ferry at dusk.")))
    (tmp_path / "page.html").write_text(PAGE)
    (tmp_path / "draft.docx").write_bytes(
        docx(paragraph("Our own line.") + paragraph(run(FERRY[:60]), run(FERRY[60:])))
    )
    (tmp_path / "draft.pdf").write_bytes(pdf(lines("Our own line."), lines(*textwrap.wrap(FERRY, 75))))
    with zipfile.ZipFile(tmp_path / "desk.zip", "w") as packed:
        packed.writestr("night/page.html", PAGE)
        packed.writestr("night/photo.png", b"\x89PNG\r\n\x1a\n" + bytes(99))
    return tmp_path


def test_what_is_on_a_wire_but_no_copy_is_said_and_not_added(home):
    done = wirecheck(home, "add", "wire", "--index", "i")
    assert (done.code, done.out.partition(":")[0]) == (0, "Added 1, replaced 0, unchanged 0")
    assert "wire/2.json: It was not added: it is an advisory item, not a story.\n" in done.err
    assert "wire/3.json: It was not added: it is a picture item, not a story.\n" in done.err
    assert done.err.endswith("2 entries are not copy, and not in the index.\n")
    listed = json.loads(wirecheck(home, "show", "mp-1", "--index", "i", "--format", "json").out)
    assert (listed["title"], listed["holder"]) == ("Last ferry", "Meridian Press")


def test_of_a_page_that_is_added_its_main_text_is_the_story(home):
    wirecheck(home, "add", "page.html", "--index", "i")
    story = json.loads(wirecheck(home, "show", "page.html", "--index", "i", "--format", "json").out)
    assert FERRY in story["text"]
    assert story["title"] == "Isles"


@pytest.mark.parametrize(
    ("draft", "place"),
    [("page.html", "page.html:4:28"), ("draft.docx", "draft.docx:paragraph 2"), ("draft.pdf", "draft.pdf:page 2")],
)
def test_a_match_is_told_at_its_place_in_the_file(home, draft, place):
    wirecheck(home, "add", "wire", "--index", "i")
    done = wirecheck(home, "check", draft, "--index", "i")
    assert done.code == 1
    assert done.out.startswith(f"{place}: error: 33 words of Meridian Press copy, ")
    assert done.out.endswith('; word for word, copied, from "Last ferry" (Meridian Press, mp-1)\n')


LIES = ("lie.html", "lie.txt", "lie.eml", "lie.srt", "lie.xml", "lie.zip", "lie")
BINARY_LIES = ("lie.md", "lie.jsonl")
"""Any text may be Markdown, and lines of JSON are known by their name; but no text begins like a zip or a PDF."""


@pytest.mark.parametrize(
    ("draft", "name"),
    [(draft, name) for draft in ("page.html", "draft.docx", "draft.pdf") for name in LIES]
    + [(draft, name) for draft in ("draft.docx", "draft.pdf") for name in BINARY_LIES],
)
def test_what_a_file_is_counts_before_its_name(home, draft, name):
    (entry,) = read(name, io.BytesIO((home / draft).read_bytes()))
    assert isinstance(entry, Document)
    assert entry.format == draft.rpartition(".")[2]
    assert FERRY[:40] in entry.text


def test_the_page_of_a_web_page_shows_its_own_text_with_the_marks(home):
    wirecheck(home, "add", "wire", "--index", "i")
    shown = wirecheck(home, "check", "page.html", "--index", "i", "--format", "html").out
    before, _, marked = shown.partition('<mark class="m error g-copied"')
    assert "By our man on the pier." in before and "&lt;p&gt;" not in shown
    assert marked.partition(">")[2].startswith(FERRY[:60])


def test_the_json_of_a_page_cuts_the_passage_out_of_the_file(home):
    wirecheck(home, "add", "wire", "--index", "i")
    report = json.loads(wirecheck(home, "check", "page.html", "--index", "i", "--format", "json").out)
    (match,) = report["matches"]
    assert PAGE[match["submitted"]["start"] : match["submitted"]["end"]] == FERRY.rstrip(".")
    assert report["submitted"]["format"] == "html"


def test_a_zip_is_many_texts_and_one_that_cannot_be_read_loses_no_other(home):
    wirecheck(home, "add", "wire", "--index", "i")
    done = wirecheck(home, "check", "desk.zip", "--index", "i", "--format", "json")
    assert [report["id"] for report in json.loads(done.out)] == ["desk.zip/night/page.html"]
    assert "desk.zip/night/photo.png: It is a picture (PNG)" in done.err
    assert done.code == 2


@pytest.mark.parametrize("draft", ["draft.docx", "draft.pdf"])
def test_a_marked_copy_has_the_same_text(home, draft):
    wirecheck(home, "add", "wire", "--index", "i")
    done = wirecheck(home, "check", draft, "--index", "i", "--annotate", "marked")
    assert (done.code, done.err) == (1, "A marked copy is in marked.\n")
    (before,), (after,) = (list(read(draft, io.BytesIO((home / name).read_bytes()))) for name in (draft, "marked"))
    assert isinstance(before, Document) and isinstance(after, Document)
    assert FERRY[:40] in after.text
    assert (home / "marked").read_bytes() != (home / draft).read_bytes()


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (["page.html", "--annotate", "marked"], "Only Word files and PDFs can be marked."),
        (["draft.docx", "draft.pdf", "--annotate", "marked"], "name that file"),
        (["wire", "--annotate", "marked"], "name that file"),
        (["draft.docx", "--annotate", "draft.docx"], "another name than the draft's"),
        (["draft.docx", "--annotate", "no/such/folder/marked"], "cannot be written"),
    ],
)
def test_what_cannot_be_marked_is_said_and_nothing_is_written(home, given, sentence):
    wirecheck(home, "add", "wire", "--index", "i")
    before = (home / "draft.docx").read_bytes()
    done = wirecheck(home, "check", *given, "--index", "i")
    assert done.code == 2
    assert sentence in done.err
    assert not (home / "marked").exists()
    assert (home / "draft.docx").read_bytes() == before


def test_an_id_for_several_stories_adds_none(home):
    done = wirecheck(home, "add", "wire/1.json", "page.html", "--index", "i", "--id", "mp-9")
    assert (done.code, done.out) == (2, "")
    assert "--id names a single text" in done.err


def test_formats_lists_the_registry(home):
    told = wirecheck(home, "formats")
    assert told.code == 0
    assert [line.split()[0] for line in told.out.splitlines()[1:]] == [one.name for one in FORMATS]
    listed = json.loads(wirecheck(home, "formats", "--format", "json").out)
    assert {one["name"]: one["many"] for one in listed} == {one.name: one.many for one in FORMATS}
