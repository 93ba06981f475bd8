"""Word files: every word at its place, and never a clean document when some could not be read."""

from __future__ import annotations

import io
import struct
import time
import zipfile

import pytest

from checker.places import Place
from checker.readers import Document, Label, Unreadable, read
from tests.docx_by_hand import W, docx, files, packed, paragraph, part, relations, run
from tests.docx_by_hand import core as core_properties

FERRY = "The old ferry left Skerrow at dawn with nine goats aboard."
HENS = "Nobody counted the hens, Meridian Press learned."
FALLBACK = "<mc:Fallback><w:pict><v:textbox><w:txbxContent>{}</w:txbxContent></v:textbox></w:pict></mc:Fallback>"
CHOICE = '<mc:Choice Requires="wps"><wps:txbx><w:txbxContent>{}</w:txbxContent></wps:txbx></mc:Choice>'
NO_DOCUMENT = {name: data for name, data in files(paragraph(FERRY)).items() if name != "word/document.xml"}


def entry(raw: bytes, name: str = "ferry.docx") -> Document | Unreadable:
    (found,) = read(name, io.BytesIO(raw))
    return found


def document(raw: bytes, name: str = "ferry.docx") -> Document:
    found = entry(raw, name)
    assert isinstance(found, Document), found
    return found


def places(found: Document) -> list[tuple[str, str, int, int, str]]:
    """What, part, paragraph, run, words; of every part in order."""
    return [
        (str(item.label), item.place.part, item.place.paragraph, item.place.run, found.text[item.start : item.end])
        for item in found.parts
        if item.place
    ]


def box(inside: str, otherwise: str) -> str:
    return f"<w:r><mc:AlternateContent>{CHOICE.format(inside)}{FALLBACK.format(otherwise)}</mc:AlternateContent></w:r>"


def test_every_run_is_found_again() -> None:
    found = document(docx(paragraph("Goats sail") + paragraph("The old ", run("ferry", "<w:b/>"), " left.")))
    assert found.text == "Goats sail\nThe old ferry left."
    assert (found.format, found.incomplete, found.warnings) == ("docx", (), ())
    assert found.parts[2].place == Place(part="word/document.xml", paragraph=2, run=2, last_run=2)
    assert found.text[found.parts[2].start : found.parts[2].end] == "ferry"


def test_notes_headers_footers_and_comments_come_behind_the_body() -> None:
    others = {
        "comments": f"<w:comment>{paragraph('Is this ours?')}</w:comment>",
        "footer1": paragraph("© Meridian Press"),
        "header1": paragraph("Island news"),
        "endnotes": f"<w:endnote>{paragraph('Goats: nine.')}</w:endnote>",
        "footnotes": f"<w:footnote>{paragraph('Hens: unknown.')}</w:footnote>",
    }
    found = document(docx(paragraph(FERRY), others))
    assert places(found) == [
        ("body", "word/document.xml", 1, 1, FERRY),
        ("footnote", "word/footnotes.xml", 1, 1, "Hens: unknown."),
        ("endnote", "word/endnotes.xml", 1, 1, "Goats: nine."),
        ("header", "word/header1.xml", 1, 1, "Island news"),
        ("footer", "word/footer1.xml", 1, 1, "© Meridian Press"),
        ("comment", "word/comments.xml", 1, 1, "Is this ours?"),
    ]


def test_cells_of_a_table_are_lines() -> None:
    cells = "".join(f"<w:tc>{paragraph(words)}</w:tc>" for words in ("Goats", "nine"))
    found = document(docx(f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>"))
    assert found.text == "Goats\nnine"
    assert {item.label for item in found.parts} == {Label.TABLE}


def test_a_text_box_is_read_once_and_tears_nothing_apart() -> None:
    twice = paragraph("In a box")
    found = document(docx(paragraph("The old ", box(twice, twice), "ferry left.")))
    assert places(found) == [
        ("body", "word/document.xml", 1, 1, "The old "),
        ("body", "word/document.xml", 1, 3, "ferry left."),
        ("text-box", "word/document.xml", 2, 1, "In a box"),
    ]


def test_what_only_older_programs_show_is_read_as_hidden() -> None:
    found = document(docx(paragraph(box(paragraph("In a box"), paragraph(FERRY)))))
    assert [(item.label, found.text[item.start : item.end]) for item in found.parts] == [
        (Label.TEXT_BOX, "In a box"),
        (Label.CLOAKED, FERRY),
    ]


STYLES = (
    '<w:style w:styleId="Ghost"><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:styleId="Child"><w:basedOn w:val="Ghost"/></w:style>'
    '<w:style w:styleId="Kop1"><w:name w:val="heading 1"/></w:style>'
)


@pytest.mark.parametrize(
    "properties",
    [
        "<w:vanish/>",
        '<w:vanish w:val="true"/>',
        '<w:rStyle w:val="Ghost"/>',
        '<w:rStyle w:val="Child"/>',
        '<w:color w:val="FFFFFF"/>',
        '<w:sz w:val="2"/>',
    ],
)
def test_hidden_words_do_not_tear_a_sentence_apart(properties: str) -> None:
    found = document(docx(paragraph("The old ", run("purple ", properties), "ferry left."), {"styles": STYLES}))
    assert found.text == "The old ferry left.\npurple "
    assert found.parts[-1].label is Label.CLOAKED
    assert found.parts[-1].place == Place(part="word/document.xml", paragraph=1, run=2, last_run=2)


@pytest.mark.parametrize(
    "properties", ['<w:vanish w:val="0"/>', '<w:color w:val="FFFFFF"/><w:shd w:fill="000000"/>', '<w:sz w:val="16"/>']
)
def test_words_that_can_be_seen_are_not_hidden(properties: str) -> None:
    assert document(docx(paragraph("The old ", run("ferry", properties), " left."))).text == "The old ferry left."


def test_deleted_and_moved_words_stand_behind_and_inserted_ones_where_they_are() -> None:
    gone = "<w:del><w:r><w:delText>at noon</w:delText></w:r></w:del>"
    moved = f"<w:moveFrom>{run('hens')}</w:moveFrom>"
    found = document(docx(paragraph("The ferry left ", gone, f"<w:ins>{run('at dawn')}</w:ins>", moved, ".")))
    assert found.text == "The ferry left at dawn.\nat noon hens"
    assert [str(item.label) for item in found.parts] == ["body", "body", "body", "deleted", "deleted"]


def test_what_runs_hold_besides_text() -> None:
    inside = (
        "<w:r><w:t>ice</w:t><w:noBreakHyphen/><w:t>free</w:t><w:tab/><w:t>sea</w:t><w:br/><w:t>re</w:t><w:softHyphen/>"
        '<w:t>port</w:t><w:sym w:font="Arial" w:char="F073"/><w:sym w:font="Wingdings" w:char="F04A"/></w:r>'
    )
    assert document(docx(paragraph(inside))).text == "ice\N{NON-BREAKING HYPHEN}free\tsea\nre\N{SOFT HYPHEN}ports"


def test_links_fields_controls_and_smart_tags_hold_words_and_instructions_none() -> None:
    field = '<w:r><w:instrText>HYPERLINK "http://example.com"</w:instrText></w:r>'
    wrapped = (
        f"<w:hyperlink>{run('The old ')}</w:hyperlink>{field}<w:sdt><w:sdtPr><w:tag/></w:sdtPr><w:sdtContent>"
        f"{run('ferry ')}</w:sdtContent></w:sdt><w:smartTag>{run('left ')}</w:smartTag>"
        f"<w:fldSimple>{run('Skerrow')}</w:fldSimple><m:oMath><m:r><m:t>=9</m:t></m:r></m:oMath>"
    )
    assert document(docx(paragraph(wrapped))).text == "The old ferry left Skerrow=9"


def test_a_comment_in_the_markup_cuts_no_word() -> None:
    assert document(docx(paragraph(run("fer<!-- x -->ry")))).text == "ferry"


def test_headlines_are_known_by_the_name_of_their_style() -> None:
    found = document(docx(paragraph("Goats sail", style="Kop1") + paragraph(FERRY), {"styles": STYLES}))
    assert [item.label for item in found.parts] == [Label.HEADLINE, Label.BODY]


def test_words_of_a_chart_are_read() -> None:
    chart = "<a:p><a:r><a:t>Goats </a:t></a:r><a:r><a:t>aboard</a:t></a:r></a:p>"
    assert document(docx(paragraph(FERRY), {"chart1": chart})).text == f"{FERRY}\nGoats aboard"


def test_title_and_dates() -> None:
    core = core_properties("Goats sail", "Ann Ferrier", "2026-01-02T03:04:05Z")
    found = document(docx(paragraph(FERRY), {"docProps/core.xml": core}))
    assert found.title == "Goats sail"
    assert found.metadata == {"created": "2026-01-02T03:04:05Z", "author": "Ann Ferrier"}


def test_the_strict_form_of_the_standard() -> None:
    raw = {name: data.replace(W.encode(), b"http://purl.oclc.org/ooxml/wordprocessingml/main")
           for name, data in files(paragraph(FERRY)).items()}  # fmt: skip
    assert document(packed(raw)).text == FERRY


@pytest.mark.parametrize("name", ["ferry.docm", "ferry.dotx", "ferry", "ferry.txt"])
def test_a_word_file_is_known_by_its_content(name: str) -> None:
    found = document(docx(paragraph(FERRY)), name)
    assert (found.text, found.format) == (FERRY, "docx")
    assert bool(found.warnings) == name.endswith(".txt")


def with_document(xml: str) -> bytes:
    return packed({**files(""), "word/document.xml": xml.encode()})


def flagged(raw: bytes, bit: int) -> bytes:
    out = bytearray(raw)
    for mark, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        at = -1
        while (at := out.find(mark, at + 1)) >= 0:
            out[at + offset] |= bit
    return bytes(out)


def lying() -> bytes:
    raw = bytearray(docx(paragraph(*["goats "] * 50)))
    at = raw.index(b"word/document.xml", raw.index(b"PK\1\2")) - 46
    raw[at + 24 : at + 28] = struct.pack("<I", 100)
    return bytes(raw)


def overlapping() -> bytes:
    raw = bytearray(docx(paragraph(FERRY)))
    at = raw.index(b"word/document.xml", raw.index(b"PK\1\2")) - 46
    (size,) = struct.unpack_from("<I", raw, at + 20)
    raw[at + 20 : at + 24] = struct.pack("<I", size + 40)
    return bytes(raw)


def linked() -> bytes:
    info = zipfile.ZipInfo("word/document.xml")
    info.create_system, info.external_attr = 3, 0o120777 << 16
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        for name, data in NO_DOCUMENT.items():
            target.writestr(name, data)
        target.writestr(info, "/etc/passwd")
    return buffer.getvalue()


BOMB = part("document", paragraph(FERRY)).replace("<w:body>", "<w:body>" + " " * 19_000_000)
LAUGHS = '<!DOCTYPE x [<!ENTITY a "goats"><!ENTITY b "&a;&a;&a;&a;">]>' + part("document", paragraph("&b;"))[56:]
SYSTEM = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + part("document", paragraph("&a;"))[56:]
DEEP = "<w:sdt><w:sdtContent>" * 400 + paragraph(FERRY) + "</w:sdtContent></w:sdt>" * 400
CHUNK = paragraph(FERRY) + '<w:altChunk r:id="r9"/>'
FULL = files(paragraph(FERRY), {"footnotes": f"<w:footnote>{paragraph(HENS)}</w:footnote>"})

HOSTILE = {
    "bomb": with_document(BOMB),
    "total of many bombs": packed({**files(paragraph(FERRY)), "word/document.xml": BOMB.encode() * 2}),
    "lying header": lying(),
    "overlapping entries": overlapping(),
    "10,000 entries": packed({**files(paragraph(FERRY)), **{f"word/{number}.bin": b"" for number in range(10_000)}}),
    "encrypted": flagged(docx(paragraph(FERRY)), 1),
    "link": linked(),
    "name that leads outside": packed({**files(paragraph(FERRY)), "word/../../etc/passwd": b"x"}),
    "another Word file inside": packed(
        {**files(paragraph(FERRY)), "word/embeddings/other.docx": docx(paragraph(HENS))}
    ),
    "entities": with_document(LAUGHS),
    "external entity": with_document(SYSTEM),
    "document type in UTF-16": packed({**files(""), "word/document.xml": ("\ufeff" + SYSTEM).encode("utf-16-le")}),
    "deep": docx(DEEP),
    "no document": packed(NO_DOCUMENT),
    "cut off": docx(paragraph(FERRY))[:-40],
    "cut in the middle": docx(paragraph(FERRY))[:700],
    "junk in a zip": packed({"junk.bin": b"\0\1\2", "more": b"junk"}),
    "junk for XML": with_document("junk"),
    "XML cut off": with_document(part("document", paragraph(FERRY))[:-30]),
    "entity that is not declared": docx(paragraph(run("&goats;"))),
    "damaged footnotes": packed({**FULL, "word/footnotes.xml": FULL["word/footnotes.xml"][:-20]}),
    "deep footnotes": docx(paragraph(FERRY), {"footnotes": DEEP}),
    "damaged styles": docx(paragraph(FERRY), {"styles": "<"}),
    "a million tags": docx("<w:p/>" * 1_000_001),
    "other documents taken in, and missing": docx(CHUNK),
}


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_cannot_be_read_whole_is_never_clean(raw: bytes) -> None:
    began = time.monotonic()
    found = entry(raw)
    sentences = [found.sentence] if isinstance(found, Unreadable) else list(found.incomplete)
    assert sentences and all(len(sentence) > 10 for sentence in sentences)
    assert "root:" not in str(found)
    assert time.monotonic() - began < 30


BOUND = (
    '<w:sdt><w:sdtPr><w:dataBinding w:xpath="/r/t" w:storeItemID="{{A1-7}}"/></w:sdtPr><w:sdtContent>{}</w:sdtContent>'
    "</w:sdt>"
)
DATA = {
    "customXml/item1.xml": f"<r><t>{HENS}</t></r>",
    "customXml/props.xml": '<ds:datastoreItem xmlns:ds="urn:x" ds:itemID="{a1-7}"/>',
    "customXml/_rels/item1.xml.rels": relations(("customXmlProps", "props.xml")),
}


@pytest.mark.parametrize(
    "body", [BOUND.format(paragraph("A calm day.")), paragraph(BOUND.format(run("A calm day.")))], ids=["block", "line"]
)
def test_a_control_that_is_bound_to_data_shows_the_data(body: str) -> None:
    found = document(docx(paragraph(FERRY) + body, DATA))
    assert found.text == f"{FERRY}\n{HENS}\nA calm day."
    assert [str(item.label) for item in found.parts] == ["body", "body", "cloaked"]
    same = document(docx(paragraph(FERRY) + body.replace("A calm day.", HENS), DATA))
    assert same.text == f"{FERRY}\n{HENS}" and same.incomplete == ()
    assert document(docx(paragraph(FERRY) + body)).text == f"{FERRY}\nA calm day."


def test_a_path_that_takes_long_to_follow_is_not_followed() -> None:
    body = BOUND.format(paragraph("A calm day.")).replace("/r/t", "//*[count(//*[count(//*)&gt;0])&gt;0]")
    (sentence,) = document(docx(body, DATA)).incomplete
    assert "shows a value from a place that was not found" in sentence


DARK = (
    '<w:style w:type="paragraph" w:styleId="Dark"><w:pPr><w:shd w:fill="000000"/></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="White"><w:rPr><w:color w:val="FEFEFE"/></w:rPr></w:style>'
)


def test_white_words_on_a_dark_style_are_seen_and_black_ones_are_not() -> None:
    white, black = '<w:color w:val="FFFFFF"/>', '<w:color w:val="000000"/>'
    body = paragraph("The old ", run("ferry ", white), run("purple ", black), "left.", style="Dark")
    assert document(docx(body, {"styles": DARK})).text == "The old ferry left.\npurple "


def test_a_style_that_writes_in_white_hides_its_words() -> None:
    found = document(docx(paragraph(FERRY) + paragraph(HENS, style="White"), {"styles": DARK}))
    assert [str(item.label) for item in found.parts] == ["body", "cloaked"]


def test_words_that_are_hidden_by_turns_are_also_read_where_they_stand() -> None:
    runs = [run(f"{word} ", "<w:vanish/>" if at % 2 else "") for at, word in enumerate(FERRY.split())]
    (reading,) = document(docx(paragraph(*runs))).readings
    assert reading.document.text == f"{FERRY} " and reading.disguise
    assert document(docx(paragraph("The old ", run("purple ", "<w:vanish/>"), "ferry."))).readings == ()


def ruby(above: str, base: str) -> str:
    return f"<w:r><w:ruby><w:rt>{run(above)}</w:rt><w:rubyBase>{run(base)}</w:rubyBase></w:ruby></w:r>"


def test_words_alternately_under_and_above_are_read_in_their_order() -> None:
    words = "Nine goats boarded the night ferry at Skerrow and nobody had paid for them at all".split()  # noqa: SIM905
    pairs = [piece for base, above in zip(words[::2], words[1::2], strict=True) for piece in (ruby(above, base), " ")]
    entry = document(docx(paragraph(*pairs)))
    assert any("".join(words) in "".join(way.document.text.split()) for way in entry.readings)


def test_words_turned_round_by_an_override_are_read_as_they_are_seen() -> None:
    turned = f'<w:bdo w:val="rtl">{run("diap dah ydobon dna")}</w:bdo>'
    entry = document(docx(paragraph("Nine goats boarded the ferry, ", turned)))
    assert any("and nobody had paid" in way.document.text for way in entry.readings)


def test_ruby_over_nothing_is_text_and_over_words_it_stands_behind() -> None:
    assert document(docx(paragraph("The ", ruby("old ", ""), "ferry"))).text == "The old ferry"
    assert document(docx(paragraph("The ", ruby("alt", "old "), "ferry"))).text == "The old ferry\nalt"


def test_words_of_a_numbering_are_read_and_numbers_and_bullets_are_not() -> None:
    levels = "".join(
        f'<w:abstractNum w:abstractNumId="{at}"><w:lvl w:ilvl="0"><w:lvlText w:val="{text}"/></w:lvl></w:abstractNum>'
        f'<w:num w:numId="{at + 1}"><w:abstractNumId w:val="{at}"/></w:num>'
        for at, text in enumerate(("%1. The old ferry left Skerrow", "%1.", "o"))
    )
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.numbering+xml"
    body = "".join(
        f'<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="{at}"/></w:numPr></w:pPr>{run("at dawn")}</w:p>'
        for at in (1, 2, 3)
    )
    entries = files(body, {"word/numbering.xml": f'<w:numbering xmlns:w="{W}">{levels}</w:numbering>'})
    override = f'<Override PartName="/word/numbering.xml" ContentType="{kind}"/></Types>'.encode()
    entries["[Content_Types].xml"] = entries["[Content_Types].xml"].replace(b"</Types>", override)
    assert document(packed(entries)).text == ". The old ferry left Skerrow at dawn\nat dawn\nat dawn"


def test_letters_of_a_font_with_eight_bits_are_letters() -> None:
    hidden = "".join(chr(0xF000 + ord(char)) for char in "ferry")
    assert document(docx(paragraph("The old " + hidden))).text == "The old ferry"


def test_a_button_in_the_text_shows_its_words() -> None:
    field = "<w:r><w:instrText> MACROBUTTON NoMacro The old ferry left Skerrow </w:instrText></w:r>"
    assert document(docx(paragraph("See: ", field))).text == "See: \nNoMacro The old ferry left Skerrow"


def taken_in(name: str, data: bytes) -> bytes:
    entries = files(paragraph(FERRY) + '<w:altChunk r:id="r1"/>')
    entries["word/_rels/document.xml.rels"] = relations(("aFChunk", name)).encode()
    return packed({**entries, f"word/{name}": data})


def test_another_document_that_is_taken_in_is_read() -> None:
    page = f"<html><body><p>{HENS}</p></body></html>".encode()
    for name, data in (("chunk.html", page), ("chunk.txt", HENS.encode()), ("chunk.docx", docx(paragraph(HENS)))):
        found = document(taken_in(name, data))
        assert found.text == f"{FERRY}\n{HENS}" and found.incomplete == ()


def picture(width: float, height: float) -> str:
    """A run with a picture of this size in points."""
    size = f'cx="{int(width * 12_700)}" cy="{int(height * 12_700)}"'
    drawing = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
    inline = f'<wp:inline xmlns:wp="{drawing}"><wp:extent {size}/><a:blip r:embed="r9"/></wp:inline>'
    return f"<w:r><w:drawing>{inline}</w:drawing></w:r>"


PICTURED = "it holds a picture as large as a page: its words were not read"
OLD = '<w:r><w:pict><v:shape style="width:{};height:{}"><v:imagedata r:id="r9"/></v:shape></w:pict></w:r>'


@pytest.mark.parametrize(
    ("runs", "large"),
    [
        ([picture(500, 700)], True),
        ([OLD.format("500pt", "9.5in")], True),
        ([picture(500, 200), picture(500, 200), picture(500, 200)], True),
        ([picture(90, 40)], False),
        ([picture(450, 300)], False),
        ([OLD.format("90pt", "40pt")], False),
        ([run("The hens were counted again. " * 30), picture(400, 300), picture(400, 300), picture(400, 300)], False),
    ],
)
def test_a_picture_as_large_as_a_page_is_said_and_a_logo_is_not(runs: list[str], large: bool) -> None:
    assert document(docx(paragraph(FERRY) + paragraph(*runs))).incomplete == ((PICTURED,) if large else ())


def test_a_damaged_part_loses_nothing_else() -> None:
    found = document(HOSTILE["damaged footnotes"])
    assert found.text == FERRY
    assert found.incomplete == ("part of it could not be read: “word/footnotes.xml” in it is damaged XML.",)
