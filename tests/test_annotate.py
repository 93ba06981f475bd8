"""Files that come back with every match marked: nothing more, nothing less, and every word still there."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from typing import Any

import docx as word
import pytest
from docx.enum.text import WD_COLOR_INDEX
from hypothesis import given

from checker.annotate import NotAnnotated, annotate
from checker.annotate.marks import said
from checker.model import Match, Notice, Report, Severity, Status
from checker.readers import Document, read
from checker.readers.docx import words_of
from checker.readers.package import open_package
from checker.standing import Rights, State
from tests.any_report import any_of
from tests.docx_by_hand import W, docx, files, packed, paragraph, run
from tests.pdfs_by_hand import lines
from tests.pdfs_by_hand import pdf as made
from tests.reports_by_hand import match, report

BOLD = '<w:b/><w:u w:val="single"/>'
BODY = (
    paragraph("Goats sail")
    + paragraph("The old ", run("ferry left", BOLD), " Skerrow at dawn.")
    + paragraph("<w:hyperlink>" + run("with nine goats aboard") + "</w:hyperlink>", ", we hear.")
)
FOOTNOTES = {"footnotes": f"<w:footnote>{paragraph('Nobody counted the hens.')}</w:footnote>"}
FERRY = ("The old ferry left Sker-", "row at dawn with nine goats", "aboard.")


def document(raw: bytes, name: str) -> Document:
    (found,) = read(name, io.BytesIO(raw))
    assert isinstance(found, Document), found
    return found


def about(found: Document, *passages: str) -> Report:
    """A report whose matches are these passages of the text."""
    starts = [found.text.index(passage) for passage in passages]
    return report(
        found.text, [match(found.text, at, at + len(words)) for at, words in zip(starts, passages, strict=True)]
    )


def marked(raw: bytes, *passages: str) -> bytes:
    found = document(raw, "ferry.docx")
    return annotate(raw, found, about(found, *passages))


def highlighted(raw: bytes, colour: str = "yellow") -> list[str]:
    """The words highlighted in a colour, run after run."""
    found = words_of(open_package(raw)).runs
    highlight = f"{{{W}}}rPr/{{{W}}}highlight[@{{{W}}}val='{colour}']"
    return [item.piece.text for item in found if item.piece.element.find(highlight) is not None]


def without_comments(raw: bytes) -> str:
    found = document(raw, "ferry.docx")
    return "".join(
        found.text[part.start : part.end]
        for part in found.parts
        if part.place and not part.place.part.endswith("comments.xml")
    )


def test_exactly_the_matched_words_are_highlighted() -> None:
    raw = docx(BODY)
    out = marked(raw, "old ferry left Skerrow at dawn.\nwith nine goats")
    assert highlighted(out) == ["old ", "ferry left", " Skerrow at dawn.", "with nine goats"]
    assert without_comments(out) == without_comments(raw)


def test_runs_are_cut_and_keep_their_formatting() -> None:
    out = marked(docx(BODY), "erry le")
    runs = word.Document(io.BytesIO(out)).paragraphs[1].runs
    shown = [(item.text, item.bold, item.underline, item.font.highlight_color) for item in runs if item.text]
    yellow = WD_COLOR_INDEX.YELLOW
    assert shown == [
        ("The old ", None, None, None),
        ("f", True, True, None),
        ("erry le", True, True, yellow),
        ("ft", True, True, None),
        (" Skerrow at dawn.", None, None, None),
    ]


def test_a_comment_says_whose_words_they_are() -> None:
    out = marked(docx(BODY), "old ferry left Skerrow", "nine goats aboard")
    comments = list(word.Document(io.BytesIO(out)).comments)
    assert [comment.text for comment in comments] == [
        "4 words, word for word, copied, from “Goats sail” (Meridian Press, mp-1, lead)",
        "3 words, word for word, copied, from “Goats sail” (Meridian Press, mp-1, lead)",
    ]
    assert {comment.author for comment in comments} == {"Wirecheck"}
    body = zipfile.ZipFile(io.BytesIO(out)).read("word/document.xml").decode()
    for number in "01":
        for tag in ("commentRangeStart", "commentRangeEnd", "commentReference"):
            assert body.count(f'<w:{tag} w:id="{number}"/>') == 1


def judged(found: Document, passage: str, **judgement: Any) -> Match:
    at = found.text.index(passage)
    return replace(match(found.text, at, at + len(passage)), **judgement)


def test_a_comment_begins_with_why() -> None:
    raw = docx(BODY)
    found = document(raw, "ferry.docx")
    why = "4 words of Meridian Press copy, story killed at 12:04: do not publish"
    killed = judged(found, "old ferry left Skerrow", status=Status.KILLED, why=why)
    unsaid = judged(found, "nine goats aboard", source=replace(killed.source, rights=Rights(State.KILLED)))
    out = annotate(raw, found, report(found.text, [killed, unsaid]))
    assert [comment.text for comment in word.Document(io.BytesIO(out)).comments] == [
        f"{why}; word for word, killed, from “Goats sail” (Meridian Press, mp-1, lead)",
        "KILLED; 3 words, word for word, copied, from “Goats sail” (Meridian Press, mp-1, lead)",
    ]


def test_what_may_stay_is_grey_and_gives_way_to_what_may_not() -> None:
    raw = docx(BODY)
    found = document(raw, "ferry.docx")
    copied = judged(found, "ferry left Skerrow")
    quoted = judged(found, "Skerrow at dawn", status=Status.QUOTED, severity=Severity.NOTE)
    out = annotate(raw, found, report(found.text, [copied, quoted]))
    assert "".join(highlighted(out)) == "ferry left Skerrow"
    assert "".join(highlighted(out, "lightGray")) == " at dawn"


def test_a_notice_is_marked_where_it_is_more_than_a_note() -> None:
    raw = docx(BODY)
    found = document(raw, "ferry.docx")
    notices = [
        Notice(judged(found, words).submitted, "credit", "Meridian Press", severity=severity, why="no licence")
        for words, severity in (("Goats sail", Severity.NOTE), ("we hear", Severity.ERROR))
    ]
    out = annotate(raw, found, report(found.text, notices=tuple(notices)))
    assert highlighted(out) == ["we hear"] and highlighted(out, "lightGray") == []
    assert [comment.text for comment in word.Document(io.BytesIO(out)).comments] == [
        "credit line of Meridian Press; no licence"
    ]


@given(any_of(Match), any_of(Notice))
def test_no_control_character_gets_into_a_comment(found: Match, notice: Notice) -> None:
    for one in (found, notice):
        assert all(character.isprintable() for character in said(one))


def test_comments_that_are_there_stay() -> None:
    others = {"comments": f'<w:comment w:id="7" w:author="Ann">{paragraph("Is this ours?")}</w:comment>'}
    comments = list(word.Document(io.BytesIO(marked(docx(BODY, others), "old ferry"))).comments)
    assert [(comment.comment_id, comment.author) for comment in comments] == [(7, "Ann"), (8, "Wirecheck")]


def test_footnotes_are_highlighted_without_a_comment() -> None:
    out = marked(docx(BODY, FOOTNOTES), "Nobody counted the hens.")
    assert highlighted(out) == ["Nobody counted the hens."]
    assert "word/comments.xml" not in zipfile.ZipFile(io.BytesIO(out)).namelist()


def test_matches_that_overlap_have_a_comment_each() -> None:
    out = marked(docx(BODY), "old ferry left", "left Skerrow at")
    assert "".join(highlighted(out)) == "old ferry left Skerrow at"
    assert len(list(word.Document(io.BytesIO(out)).comments)) == 2


@pytest.mark.parametrize(
    ("inside", "passage"),
    [
        ("<w:r><w:t>Goats</w:t><w:tab/><w:t>nine</w:t><w:br/><w:t>hens none</w:t></w:r>", "ats\tnine\nhens"),
        ('<w:r><w:t xml:space="preserve"> Goats  and </w:t></w:r>' + run("hens"), " Goats  and he"),
        ("<w:del><w:r><w:delText>nine goats</w:delText></w:r></w:del>" + run("hens"), "nine"),
        (run("nine ", "<w:vanish/>") + run("goats"), "nine"),
        (run("nine goats", '<w:highlight w:val="red"/><w:lang w:val="en-GB"/>'), "ne go"),
        ("<w:smartTag>" + run("nine goats") + "</w:smartTag>" + run(" and hens"), "goats and"),
        (run("𝐍ine 🐐 goats"), "ine 🐐 g"),
    ],
)
def test_words_in_every_shape(inside: str, passage: str) -> None:
    raw = docx(paragraph(inside))
    out = marked(raw, passage)
    assert "".join(highlighted(out)) == passage
    assert without_comments(out) == without_comments(raw)


def test_other_parts_stay_as_they_were() -> None:
    raw = packed({**files(BODY, FOOTNOTES), "word/media/image1.png": b"\x89PNG goats"})
    before, after = (zipfile.ZipFile(io.BytesIO(data)) for data in (raw, marked(raw, "old ferry")))
    changed = {"word/document.xml", "[Content_Types].xml", "word/_rels/document.xml.rels"}
    for name in set(before.namelist()) - changed:
        assert before.read(name) == after.read(name)


def test_another_file_is_not_marked() -> None:
    found = document(docx(BODY), "ferry.docx")
    with pytest.raises(NotAnnotated, match="not the file"):
        annotate(docx(paragraph("Something else")), found, about(found, "old ferry"))
    with pytest.raises(NotAnnotated, match="cannot be marked"):
        annotate(b"PK junk", found, about(found, "old ferry"))
    plain = document(b"The old ferry", "ferry.txt")
    with pytest.raises(NotAnnotated, match="Only Word files and PDFs"):
        annotate(b"The old ferry", plain, about(plain, "old ferry"))


def test_a_pdf_is_highlighted_line_by_line() -> None:
    import pypdfium2 as pdfium
    import pypdfium2.raw as c

    raw = made(lines(*FERRY), lines("Nobody counted the hens."))
    found = document(raw, "ferry.pdf")
    passage = "ferry left Sker-\nrow at dawn with nine"
    out = annotate(raw, found, about(found, passage, "counted"))
    assert out.startswith(raw)  # what the file held is untouched
    assert document(out, "ferry.pdf").text.startswith(found.text + "\n")
    opened = pdfium.PdfDocument(out)
    annotation = c.FPDFPage_GetAnnot(opened[0], 0)
    assert c.FPDFAnnot_GetSubtype(annotation) == c.FPDF_ANNOT_HIGHLIGHT
    quads = []
    for index in range(c.FPDFAnnot_CountAttachmentPoints(annotation)):
        points = c.FS_QUADPOINTSF()
        c.FPDFAnnot_GetAttachmentPoints(annotation, index, points)
        quads.append((points.x3, points.y3, points.x2, points.y2))
    assert len(quads) == 2
    start = found.text.index(passage)
    assert found.boxes is not None
    for at, (left, bottom, right, top) in enumerate(found.boxes.tolist()):
        inside = any(
            q[0] - 0.1 <= left and q[1] - 0.1 <= bottom and right <= q[2] + 0.1 and top <= q[3] + 0.1 for q in quads
        )
        if right and at < found.text.index("Nobody"):
            assert inside is (start <= at < start + len(passage)), found.text[at]
    assert c.FPDFPage_GetAnnotCount(opened[1]) == 1


def test_a_highlight_in_a_pdf_is_yellow_and_the_words_stay_black() -> None:
    import pypdfium2 as pdfium

    raw = made(lines(*FERRY))
    found = document(raw, "ferry.pdf")
    out = annotate(raw, found, about(found, "ferry left"))
    shown = pdfium.PdfDocument(out)[0].render(rev_byteorder=True).to_numpy()[:, :, :3].astype(int)
    assert found.boxes is not None
    at = found.text.index("ferry")
    left, bottom, _, top = found.boxes[at].astype(int)
    right = int(found.boxes[at + 4, 2])
    spot = shown[792 - top + 1 : 792 - bottom - 1, left + 1 : right - 1]
    assert spot[:, :, 2].max() < 120 and spot[:, :, 0].max() > 240  # no white, but yellow
    assert spot.sum(axis=2).min() < 200
    assert "from “Goats sail”" in document(out, "ferry.pdf").text


def test_what_may_stay_is_highlighted_calmly_in_a_pdf() -> None:
    import pypdfium2 as pdfium

    raw = made(lines(*FERRY))
    found = document(raw, "ferry.pdf")
    quoted = judged(found, "ferry left", status=Status.QUOTED, severity=Severity.NOTE, why="quotation, 2 words: fine")
    out = annotate(raw, found, report(found.text, [quoted]))
    shown = pdfium.PdfDocument(out)[0].render(rev_byteorder=True).to_numpy()[:, :, :3].astype(int)
    assert found.boxes is not None
    left, bottom, _, top = found.boxes[found.text.index("ferry")].astype(int)
    spot = shown[792 - top + 1 : 792 - bottom - 1, left + 1 : left + 20]
    assert abs(spot[:, :, 0] - spot[:, :, 2]).max() < 40  # grey, not yellow
    assert 180 < spot.max() < 245
    assert "quotation, 2 words: fine; 2 words" in document(out, "ferry.pdf").text


def test_a_pdf_without_matches_comes_back_as_it_was() -> None:
    raw = made(lines(*FERRY))
    found = document(raw, "ferry.pdf")
    assert annotate(raw, found, report(found.text)) == raw
    with pytest.raises(NotAnnotated, match="cannot be marked"):
        annotate(b"%PDF-junk", found, about(found, "old"))
