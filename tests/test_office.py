"""Rich Text, OpenDocument, e-books, slides and spreadsheets: every word that shows, and why others were not read."""

from __future__ import annotations

import io
import time

import pytest

from checker.readers import Document, Unreadable, read, slides
from tests.docx_by_hand import docx, packed, paragraph
from tests.office_by_hand import content, epub, odt, pptx, rich, rtf, slide, xhtml, xlsx

FERRY = "The old ferry left Skerrow at dawn with nine goats aboard."
HENS = "Nobody counted the hens, Meridian Press learned."


def entries(raw: bytes, name: str) -> list[Document | Unreadable]:
    return list(read(name, io.BytesIO(raw)))


def document(raw: bytes, name: str = "ferry") -> Document:
    (found,) = entries(raw, name)
    assert isinstance(found, Document), found
    return found


def labelled(found: Document) -> list[tuple[str, str]]:
    return [(str(part.label), found.text[part.start : part.end]) for part in found.parts]


# ---- Rich Text ----


def test_rich_text_is_read_by_paragraph() -> None:
    found = document(rich([FERRY, "Ørjan said “goats” — twice."]))
    assert found.text == f"{FERRY}\nØrjan said “goats” — twice."
    assert (found.format, found.incomplete) == ("rtf", ())
    assert found.parts[1].place is not None and found.parts[1].place.paragraph == 2


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        (r"Sk\'e9rrow", "Skérrow"),
        (r"\u26481\'93\u20140\'8b", "東京"),
        (r"\uc2\u8220\'22\'22x\uc1", "“x"),
        (r"\u-10179?\u-8703?", "\N{GRINNING FACE WITH SMILING EYES}"),
        (
            r"ice\_free sea\~bed re\-port",
            "ice\N{NON-BREAKING HYPHEN}free sea\N{NO-BREAK SPACE}bed re\N{SOFT HYPHEN}port",
        ),
        (r"\{goats\} \\ hens", "{goats} \\ hens"),
        (r"the {\b fer}{\i ry}", "the ferry"),
        ("fer\r\nry", "ferry"),
        (r"a\tab b\line c", "a\tb\nc"),
        (r"{\*\unknown goats}ferry", "ferry"),
        (r"ferry{\bin4 }}}}x", "ferryx"),
        (r"{\field{\*\fldinst HYPERLINK \"x\"}{\fldrslt the ferry}}", "the ferry"),
        (r"\htmlrtf {goats}\htmlrtf0 ferry{\*\htmltag <p>}", "ferry"),
        (r"{\f1 \'cf\'f0\'e8}", "При"),
    ],
)
def test_what_rich_text_writes_and_what_it_means(written: str, read_as: str) -> None:
    raw = ("{\\rtf1\\ansi\\ansicpg1252{\\fonttbl{\\f0 Arial;}{\\f1\\fcharset204 Arial;}}" + written + "}").encode()
    assert document(raw).text == read_as


def test_hidden_words_of_rich_text_stand_behind_the_visible_ones() -> None:
    colors = r"{\colortbl;\red255\green255\blue255;\red0\green0\blue0;}"
    found = document(
        rtf(r"The old {\v purple }ferry {\cf1 white }left {\deleted at noon }at {\fs2 tiny }dawn.\par", colors)
    )
    assert found.text == "The old ferry left at dawn.\npurple  white  at noon  tiny "
    assert document(rtf(r"{\cf1\highlight2 seen}", colors)).text == "seen"
    assert len(document(rtf("".join(rf"{word} {{\v {word} }}" for word in FERRY.split()))).readings) == 1


def test_notes_headers_and_cells_of_rich_text() -> None:
    inside = r"{\header Island news\par}\pard Nine goats.{\footnote Hens: unknown.}\par\trowd a\cell b\cell\row{\info}"
    assert labelled(document(rtf(inside, r"{\info{\title Goats sail}}"))) == [
        ("body", "Nine goats."),
        ("body", "a"),
        ("body", "b"),
        ("footnote", "Hens: unknown."),
        ("header", "Island news"),
    ]
    assert document(rtf(inside, r"{\info{\title Goats sail}}")).title == "Goats sail"


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (rtf(FERRY)[:-1], "its end is missing"),
        (rtf(FERRY + r"{\object\objemb{\*\objdata 0105}}"), "files inside it were not read"),
        (rtf(FERRY + r"{\pict\picwgoal11000\pichgoal14000 ffd8}"), "a picture as large as a page"),
    ],
)
def test_rich_text_that_could_not_be_read_whole(raw: bytes, why: str) -> None:
    found = document(raw)
    assert found.text == FERRY and why in found.incomplete[0]


def test_a_logo_in_rich_text_is_no_matter() -> None:
    assert document(rtf(FERRY + r"{\pict\picwgoal900\pichgoal500 ffd8}")).incomplete == ()


def test_rich_text_of_a_million_groups_takes_little_time() -> None:
    began = time.monotonic()
    (deep,) = entries(b"{\\rtf1 " + b"{" * 1_000_000, "deep.rtf")
    assert isinstance(deep, Unreadable) and "nested too deep" in deep.sentence
    assert document(b"{\\rtf1 " + b"{}" * 500_000 + b"ferry}").text == "ferry"
    assert time.monotonic() - began < 20


# ---- OpenDocument ----

STYLES = (
    '<style:style style:name="Ghost"><style:text-properties text:display="none"/></style:style>'
    '<style:style style:name="White"><style:text-properties fo:color="#ffffff"/></style:style>'
    '<style:style style:name="Child" style:parent-style-name="Ghost"/>'
    '<style:style style:name="Dark"><style:paragraph-properties fo:background-color="#000000"/>'
    '<style:text-properties fo:color="#ffffff"/></style:style>'
)


def test_an_opendocument_text() -> None:
    body = (
        "<text:h>Goats sail</text:h><text:p>The old<text:s/><text:span>ferry</text:span>\n  left<text:tab/>Skerrow."
        "<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>Hens: unknown.</text:p>"
        "</text:note-body></text:note></text:p><table:table><table:table-row><table:table-cell><text:p>nine</text:p>"
        "</table:table-cell></table:table-row></table:table><text:list><text:list-item><text:p>goats</text:p>"
        "</text:list-item></text:list>"
    )
    found = document(odt(body))
    assert found.format == "opendocument" and found.incomplete == ()
    assert labelled(found) == [
        ("headline", "Goats sail"),
        ("body", "The old ferry left\tSkerrow."),
        ("table", "nine"),
        ("body", "goats"),
        ("footnote", "Hens: unknown."),
    ]


@pytest.mark.parametrize("style", ["Ghost", "White", "Child"])
def test_hidden_words_of_opendocument_stand_behind(style: str) -> None:
    body = f'<text:p>The old <text:span text:style-name="{style}">purple </text:span>ferry.</text:p>'
    assert document(odt(body, STYLES)).text == "The old ferry.\npurple "


def test_white_on_dark_and_deleted_words_of_opendocument() -> None:
    body = (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>at noon</text:p></text:deletion>"
        f'</text:changed-region></text:tracked-changes><text:p text:style-name="Dark">{FERRY}</text:p>'
    )
    assert labelled(document(odt(body, STYLES))) == [("body", FERRY), ("deleted", "at noon")]


def test_the_flat_form_and_slides_of_opendocument() -> None:
    flat = content(f"<text:p>{FERRY}</text:p>").replace("document-content", "document")
    assert document(flat.encode()).text == FERRY
    page = f"<draw:page><draw:frame><draw:text-box><text:p>{FERRY}</text:p></draw:text-box></draw:frame></draw:page>"
    assert document(odt(page, kind="presentation")).text == FERRY


FRAME = '<text:p><draw:frame svg:width="{}" svg:height="{}"><draw:image xlink:href="a.png"/></draw:frame></text:p>'
SEALED = {"META-INF/manifest.xml": b"<manifest><encryption-data/></manifest>"}


def test_opendocument_that_could_not_be_read_whole() -> None:
    whole = f"<text:p>{FERRY}</text:p>"
    assert "as large as a page" in document(odt(whole + FRAME.format("18cm", "25cm"))).incomplete[0]
    assert document(odt(whole + FRAME.format("3cm", "2cm"))).incomplete == ()
    assert "takes in other files" in document(odt(whole + "<text:section-source/>")).incomplete[0]
    (sealed,) = entries(odt(whole, others=SEALED), "a.odt")
    assert isinstance(sealed, Unreadable) and "password" in sealed.sentence
    (entity,) = entries(odt("<!DOCTYPE x>"), "a.odt")
    assert isinstance(entity, Unreadable)


# ---- e-books ----


def test_chapters_of_an_e_book_come_in_the_order_in_which_they_are_read() -> None:
    found = entries(epub(xhtml("Goats sail", FERRY), xhtml(HENS)), "book.epub")
    assert [entry.text for entry in found if isinstance(entry, Document)] == [f"Goats sail\n{FERRY}", HENS]
    assert next(entry.id for entry in found if isinstance(entry, Document)) == "book.epub/OEBPS/p0.xhtml"


def test_e_books_that_cannot_be_read_say_why() -> None:
    sealed = epub(xhtml(FERRY), others={"META-INF/encryption.xml": b"<EncryptionMethod Algorithm='aes'/>"})
    for raw, why in ((sealed, "protected against copying"), (epub(), "no text"), (epub(xhtml(FERRY))[:-60], "damaged")):
        (found,) = entries(raw, "book.epub")
        assert isinstance(found, Unreadable) and why in found.sentence


# ---- presentations and spreadsheets ----


def test_slides_come_first_and_notes_behind() -> None:
    found = document(pptx(slide("Goats sail", FERRY), slide(HENS), notes="Say it slowly."))
    assert labelled(found) == [("body", "Goats sail"), ("body", FERRY), ("body", HENS), ("comment", "Say it slowly.")]
    assert (found.format, found.incomplete) == ("presentation", ())


def test_a_slide_that_is_a_picture_is_said() -> None:
    picture = '<pic><a:blip/><a:ext cx="9000000" cy="6800000"/></pic>'
    assert "as large as a slide" in document(pptx(slide("Goats sail", more=picture))).incomplete[0]
    assert document(pptx(slide("Goats", more=picture.replace("9000000", "90000")))).incomplete == ()


def test_texts_in_cells_are_read() -> None:
    """A text that no cell shows any more stands behind the others."""
    assert document(xlsx(FERRY, HENS)).text == f"{FERRY}\nin the cell\n{HENS}"


def test_cells_are_read_row_by_row_also_where_they_share_a_text() -> None:
    """A spreadsheet keeps each text once, in the order in which they were typed."""
    story = f"{FERRY} {FERRY} {HENS}".split()
    kept = sorted(set(story))
    found = document(xlsx(*kept, at=" ".join(str(kept.index(word)) for word in story)))
    assert found.text.split() == [*story, "in", "the", "cell"]
    assert found.parts[0].place is not None and found.parts[0].place.part == "xl/worksheets/sheet1.xml"


def test_a_text_in_very_many_cells_is_read_so_often_and_the_rest_is_said(monkeypatch) -> None:
    monkeypatch.setattr(slides, "MOST_SHARED", 300)
    found = document(xlsx(FERRY, HENS, at="0 " * 50 + "1"))
    assert found.text.count(FERRY) == 6
    assert found.incomplete == ("of texts that stand in many cells only 300 characters were read",)
    assert document(xlsx(FERRY, HENS, at="0 0 0 1")).incomplete == ()


@pytest.mark.parametrize("number", ["-1", "9", "99999999999999999999", "x", ""])
def test_a_cell_with_a_number_that_no_text_has_is_empty(number: str) -> None:
    assert document(xlsx(FERRY, at=number)).text == f"in the cell\n{FERRY}"


def test_rich_text_that_a_word_file_takes_in_is_read() -> None:
    from tests.test_docx import taken_in

    found = document(taken_in("chunk.rtf", rich([HENS])), "a.docx")
    assert found.text.endswith(HENS) and found.incomplete == ()
    assert document(docx(paragraph(FERRY)), "a.docx").format == "docx"


def test_an_iwork_file_says_what_it_is() -> None:
    (found,) = entries(packed({"Index/Document.iwa": b"x"}), "a.pages")
    assert isinstance(found, Unreadable) and "iWork" in found.sentence
