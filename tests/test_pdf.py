"""PDF files: the words of every page with their boxes, and never a clean document when some could not be read."""

from __future__ import annotations

import io
import string
import time
import zlib
from pathlib import Path

import numpy as np
import pytest

from checker.places import Place
from checker.readers import Document, Label, Unreadable, child, pdf, read
from checker.readers.boxes import rectangles
from tests.pdfs_by_hand import FONT, flate, gapped, image, lines, stream, upside_down, written
from tests.pdfs_by_hand import pdf as made

FERRY = ("The old ferry left Sker-", "row at dawn with nine goats", "aboard.")
PICTURE = b"q 612 0 0 792 0 0 cm /I Do Q "
WITH_PICTURE = {"more": [image()], "resources": b"/XObject << /I 5 0 R >>"}
STORY = (
    "The harbour council said on Monday that the old ferry would sail again before the winter,",
    "with a new crew and a timetable that nobody on the island had asked for. Two shops closed",
    "in protest, and the schoolteacher wrote a long letter to the paper, which printed it twice.",
    "Meridian Press learned that the goats had been counted and that the hens had been forgotten,",
    "as they had been the year before, when the same captain took the same ferry to the same place.",
)
CIPHER = str.maketrans(string.ascii_letters, "qxzjvkwbpgycmfuldhwqxzjvkw" * 2)


def entry(raw: bytes, name: str = "ferry.pdf") -> Document | Unreadable:
    (found,) = read(name, io.BytesIO(raw))
    return found


def document(raw: bytes, name: str = "ferry.pdf") -> Document:
    found = entry(raw, name)
    assert isinstance(found, Document), found
    return found


def labelled(found: Document) -> list[tuple[str, int, str]]:
    return [(str(part.label), part.place.page, found.text[part.start : part.end]) for part in found.parts if part.place]


def annotation(subtype: str, says: str, more: str = "") -> dict[str, object]:
    """A page with an annotation."""
    body = f"<< /Type /Annot /Subtype /{subtype} /Rect [72 500 300 520] /Contents ({says}) {more} >>"
    return {"more": [body.encode()], "entries": b"/Annots [5 0 R]"}


def test_every_page_is_a_part_and_lines_stay_lines() -> None:
    found = document(made(lines(*FERRY), lines("Nobody counted the hens.")))
    assert found.text == "The old ferry left Sker-\nrow at dawn with nine goats\naboard.\nNobody counted the hens."
    assert [part.place for part in found.parts] == [Place(page=1), Place(page=2)]
    assert {part.label for part in found.parts} == {Label.PAGE}
    assert (found.format, found.incomplete, found.warnings) == ("pdf", (), ())


def test_every_character_has_its_box() -> None:
    found = document(made(lines("Goats sail", "at dawn", left=100, top=700, size=10)))
    assert found.boxes is not None and found.boxes.shape == (len(found.text), 4)
    assert found.boxes.dtype == np.float32
    assert not found.boxes[found.text.index("\n")].any()
    left, bottom, _, top = found.boxes[0]
    assert left == pytest.approx(100, abs=0.5) and bottom < 700 < top < 712
    assert found.boxes[found.text.index("dawn"), 3] < bottom + 4


@pytest.mark.parametrize("turn", [b"", b"/Rotate 90", b"/Rotate 180", b"/Rotate 270"])
def test_a_page_that_begins_elsewhere_and_is_turned(turn: bytes) -> None:
    found = document(made(lines(*FERRY), box=b"[50 50 662 842]", entries=turn))
    assert found.text == "\n".join(FERRY)
    assert found.boxes is not None and found.boxes[0, 0] == pytest.approx(72, abs=0.5)


def test_a_page_that_is_turned_and_drawn_so_that_it_can_be_read() -> None:
    found = document(made(b"0 1 -1 0 612 0 cm " + lines(*FERRY, top=500), entries=b"/Rotate 90"))
    assert found.text == "\n".join(FERRY)
    assert found.boxes is not None
    assert len(rectangles(found.boxes, 0, len(found.text))) == 3


def test_spaces_that_are_set_as_gaps_are_spaces() -> None:
    found = document(made(gapped(*STORY)))
    assert found.text == "\n".join(STORY)
    assert found.boxes is not None and not found.boxes[found.text.index(" ")].any()


def test_a_word_at_a_time_is_the_same_text() -> None:
    words = "the", "goats", "were", "counted", "twice"
    drawn = b"".join(lines(word, left=60 + 90 * at) for at, word in enumerate(words))
    assert document(made(drawn)).text == "the goats were counted twice"


def test_letters_that_are_drawn_twice_for_their_weight_are_letters_once() -> None:
    letters = [(b"(%s) Tj" % letter.encode(), 72 + 8 * at) for at, letter in enumerate("goats fell")]
    twice = b"".join(
        b"BT /F1 12 Tf %.1f 700 Td %s ET BT /F1 12 Tf %.1f 699.8 Td %s ET " % (at, draw, at + 0.3, draw)
        for draw, at in letters
    )
    assert document(made(twice)).text.replace(" ", "") == "goatsfell"


@pytest.mark.parametrize("turn", [b"", b"/Rotate 180"])
def test_a_scan_that_was_fed_upside_down_is_read_as_it_is_seen(turn: bytes) -> None:
    assert document(made(upside_down(*STORY, size=9), entries=turn)).text == "\n".join(STORY)


def test_a_column_on_its_side_is_read_in_its_own_lines() -> None:
    sideways = b"".join(
        b"q BT /F1 9 Tf 0 1 -1 0 %d %d Tm (%s) Tj ET Q " % (540 + 12 * line, 60 + 55 * at, word.encode())
        for line, text in enumerate(FERRY)
        for at, word in enumerate(text.split())
    )
    words = document(made(lines(*STORY) + sideways)).text.split()
    assert words == [*" ".join(STORY).split(), *" ".join(FERRY).split()]


def test_title_and_dates() -> None:
    info = b"/Title (Goats sail) /Author (Ann) /CreationDate (D:20260102030405+01'00') /ModDate (D:20260103)"
    found = document(made(lines(*FERRY), info=info))
    assert found.title == "Goats sail"
    assert found.metadata == {"author": "Ann", "created": "2026-01-02T03:04:05+01:00", "updated": "2026-01-03"}


HIDDEN = {
    "no ink": (lines("purple", left=130, before="3 Tr"), lines("ferry", left=180, before="0 Tr")),
    "white": (b" 1 g " + lines("purple", left=130), b" 0 g " + lines("ferry", left=180)),
    "tiny": (lines("purple", left=130, size=1), lines("ferry", left=180)),
    "off the page": (lines("purple", left=900), lines("ferry", left=180)),
}


@pytest.mark.parametrize("drawn", HIDDEN.values(), ids=HIDDEN.keys())
def test_hidden_words_stand_behind_the_visible_ones(drawn: tuple[bytes, bytes]) -> None:
    found = document(made(lines("The old ") + drawn[0] + drawn[1]))
    assert found.text.split() == ["The", "old", "ferry", "purple"]
    assert labelled(found)[1] == ("cloaked", 1, "purple")


def test_white_words_on_colour_are_seen() -> None:
    found = document(made(b"0 0.4 0.4 rg 60 700 300 60 re f 1 g " + lines("The old ferry")))
    assert labelled(found) == [("page", 1, "The old ferry")]


def test_words_behind_a_scan_are_not_hidden() -> None:
    found = document(made(PICTURE + lines(*STORY, before="3 Tr"), **WITH_PICTURE))
    assert {part.label for part in found.parts} == {Label.PAGE}
    assert found.incomplete == ()


@pytest.mark.parametrize(("kind", "label"), [("FreeText", "text-box"), ("Text", "comment"), ("Highlight", "comment")])
def test_annotations_are_read_and_tear_no_sentence_that_goes_on_overleaf(kind: str, label: str) -> None:
    found = document(made(lines("The old"), lines("ferry left."), **annotation(kind, "Is this ours?")))
    assert labelled(found)[:3] == [("page", 1, "The old"), ("page", 2, "ferry left."), (label, 1, "Is this ours?")]
    assert found.boxes is not None and found.boxes[-1].tolist() == [72, 500, 300, 520]


def test_fields_of_forms_are_read() -> None:
    body = b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (f) /V (The old ferry) /Rect [72 500 300 520] >>"
    raw = made(lines("Form"), more=[body], entries=b"/Annots [5 0 R]", catalog=b"/AcroForm << /Fields [5 0 R] >>")
    assert labelled(document(raw))[1] == ("text-box", 1, "The old ferry")


def test_words_in_form_objects_are_read() -> None:
    form = stream(lines("The old ferry"), b"/Type /XObject /Subtype /Form /BBox [0 0 612 792] "
                  b"/Resources << /Font << /F1 3 0 R >> >>")  # fmt: skip
    assert document(made(b"/I Do", more=[form], resources=b"/XObject << /I 5 0 R >>")).text == "The old ferry"


def test_twenty_pages_take_little_time() -> None:
    raw = made(*[lines(*STORY * 8, size=9)] * 20)
    began = time.monotonic()
    assert len(document(raw).text) > 70_000
    assert time.monotonic() - began < 30


CODES = b"begincmap 1 begincodespacerange <00> <FF> endcodespacerange "


def unmapped() -> bytes:
    """Glyphs drawn as they should be, whose meaning is somewhere in the private use area."""
    cmap = CODES + b"1 beginbfrange <20> <7E> <E020> endbfrange endcmap"
    font = FONT.replace(b"/Encoding", b"/ToUnicode 5 0 R /Encoding")
    return made(lines(*STORY), font=font, more=[stream(cmap)])


def ciphered() -> bytes:
    """Glyphs drawn as they should be, whose meaning is another letter each."""
    pairs = b"".join(b"<%02X> <%04X>\n" % (ord(char), ord(char.translate(CIPHER))) for char in string.ascii_lowercase)
    cmap = (
        b"begincmap 1 begincodespacerange <00> <FF> endcodespacerange 26 beginbfchar\n" + pairs + b"endbfchar endcmap"
    )
    font = FONT.replace(b"/Encoding", b"/ToUnicode 5 0 R /Encoding")
    return made(lines(*STORY * 2), font=font, more=[stream(cmap)])


def encrypted() -> bytes:
    entries = b"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >> /ID [<00> <00>]" % (
        b"41" * 32,
        b"42" * 32,
    )
    return made(lines(*FERRY)).replace(b"/Info 4 0 R", entries)


def bomb() -> bytes:
    twice = zlib.compress(zlib.compress(bytes(10**9), 9), 9)
    body = stream(twice, b"/Filter [/FlateDecode /FlateDecode]")
    return made(b"", more=[body]).replace(b"/Contents 7 0 R", b"/Contents 5 0 R")


CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
TREE = b"<< /Type /Pages /Kids [%s] /Count %d >>"
HOSTILE = {
    "cut off": made(lines(*FERRY))[:400],
    "junk": b"%PDF-1.7\n" + b"junk " * 1000,
    "nothing but its mark": b"%PDF-",
    "encrypted": encrypted(),
    "a picture": made(PICTURE, **WITH_PICTURE),
    "one page of two a picture": made(lines(*STORY), PICTURE, **WITH_PICTURE),
    "a scan with a stamp of the scanner": made(PICTURE + lines("Scanned by Meridian"), **WITH_PICTURE),
    "letters drawn as lines": made(lines(*STORY), b"10 10 m 20 20 l S " * 200),
    "empty": made(b""),
    "pages in a circle": written([CATALOG, TREE % (b"2 0 R 2 0 R", 2)]),
    "pages in a wider circle": written([CATALOG, TREE % (b"3 0 R", 5), TREE % (b"2 0 R", 5)]),
    "no pages": written([b"<< /Type /Catalog >>"]),
    "packed twice": bomb(),
    "100,000 pages": made(*[b""] * 100_000),
    "100,000 pages that are not there": made(lines(*FERRY)).replace(b"/Count 1 ", b"/Count 100000 "),
    "a page as large as the world": made(b"", box=b"[0 0 1e30 1e30]"),
    "letters without a meaning": unmapped(),
    "letters with another meaning": ciphered(),
    "files inside": made(lines(*FERRY), more=[b"<< /Type /Filespec /F (a.txt) /EF << /F 6 0 R >> >>", stream(b"goats")],
                         catalog=b"/Names << /EmbeddedFiles << /Names [(a.txt) 5 0 R] >> >>"),
}  # fmt: skip


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_cannot_be_read_whole_is_never_clean(raw: bytes) -> None:
    began = time.monotonic()
    found = entry(raw)
    sentences = [found.sentence] if isinstance(found, Unreadable) else list(found.incomplete)
    assert sentences and all(len(sentence) > 10 for sentence in sentences)
    assert time.monotonic() - began < 30


def test_sentences_say_what_is_wrong() -> None:
    picture = document(HOSTILE["one page of two a picture"])
    assert picture.incomplete == ("page 2 is a picture: its words were not read",)
    locked = entry(HOSTILE["encrypted"])
    assert isinstance(locked, Unreadable) and locked.sentence == "It is protected with a password."
    for name in ("letters without a meaning", "letters with another meaning"):
        (sentence,) = document(HOSTILE[name]).incomplete
        assert sentence.startswith("page 1 gives its letters no meaning, or a wrong one")
    many = document(made(lines(*STORY), *[PICTURE] * 3, lines(*STORY), PICTURE, **WITH_PICTURE))
    assert many.incomplete == ("pages 2-4 and 6 are pictures: their words were not read",)


@pytest.mark.parametrize("shift", [7, -30, 10_000])
def test_a_wrong_table_of_objects_loses_no_words(shift: int) -> None:
    raw = made(lines(*STORY))
    table = raw.index(b"xref\n")
    at = raw.index(b"startxref\n") + 10
    broken = raw[:at] + b"%d\n%%%%EOF\n" % max(0, table + shift)
    assert document(broken).text == "\n".join(STORY)


GLYPHS = b"/Type /Font /Subtype /Type3 /FontBBox [0 0 1000 1000] /FontMatrix [0.001 0 0 0.001 0 0] "


def drawn_letter(content: bytes) -> bytes:
    """A page with a line of text, and below it a letter of a Type 3 font that is drawn so."""
    font = (
        b"<< " + GLYPHS + b"/FirstChar 65 /LastChar 65 /Widths [600] /Encoding << /Differences [65 /A] >> "
        b"/CharProcs << /A 6 0 R >> /Resources << /Font << /F1 3 0 R >> >> >>"
    )
    page = lines(*STORY) + b" BT /T3 10 Tf 72 400 Td (AAAA) Tj ET"
    return made(page, more=[font, stream(content)], resources=b"/Font << /F1 3 0 R /T3 5 0 R >>")


def patterned(content: bytes) -> bytes:
    """A page with lines of text, and below them a field that is filled with a pattern."""
    pattern = stream(
        content,
        b"/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 612 300] /XStep 612 /YStep 300 "
        b"/Resources << /Font << /F1 3 0 R >> >>",
    )
    page = lines(*STORY) + b" /Pattern cs /P1 scn 0 0 612 300 re f"
    return made(page, more=[pattern], resources=b"/Pattern << /P1 5 0 R >>")


def outlines(count: int) -> bytes:
    """A line of shapes of a letter's size and form."""
    return b" ".join(
        b"%d %d m %d %d l %d %d l f" % (x, y, x + 3, y + 8, x + 6, y)
        for x, y in ((72 + 7 * (at % 60), 500 - 14 * (at // 60)) for at in range(count))
    )


def appearance(subtype: str, *texts: str, more: str = "") -> bytes:
    """A page with an annotation that draws these lines."""
    form = stream(
        lines(*texts, top=500),
        b"/Type /XObject /Subtype /Form /BBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >>",
    )
    note = f"<< /Type /Annot /Subtype /{subtype} /Rect [0 0 612 792] /F 4 /AP << /N 5 0 R >> {more} >>".encode()
    return made(lines(*FERRY), more=[form, note], entries=b"/Annots [6 0 R]")


def spoken(said: str) -> bytes:
    """A page whose lines are to be read as something else than they are drawn."""
    return made(b"/Span << /ActualText (" + said.encode() + b") >> BDC " + lines(*STORY) + b" EMC")


@pytest.mark.parametrize("kind", ["FreeText", "Stamp", "Square", "Widget"])
def test_words_that_an_annotation_draws_are_read(kind: str) -> None:
    field = "/FT /Btn /T (x) /Ff 65536" if kind == "Widget" else ""
    found = document(appearance(kind, *STORY, more=field))
    assert [part.label for part in found.parts] == [Label.PAGE, Label.TEXT_BOX]
    assert found.text.endswith("\n".join(STORY)) and found.incomplete == ()


def test_a_note_that_draws_what_it_says_is_read_once() -> None:
    found = document(appearance("FreeText", "Is this ours?", more="/Contents (Is this ours?)"))
    assert found.text.count("Is this ours?") == 1


SHAPES = "page 1 may hold words that are drawn as shapes, not set as text: they were not read"
WORDS_OF_A_LETTER = b"1000 0 d0 BT /F1 100 Tf (The goats were counted) Tj ET"


@pytest.mark.parametrize(
    "raw",
    [
        drawn_letter(WORDS_OF_A_LETTER),
        patterned(lines(*STORY, top=200)),
        patterned(lines(*STORY, top=200)).replace(b"/PatternType 1", b"/Pattern#54ype 1"),
        made(lines(FERRY[0]) + outlines(300)),
        made(lines(*STORY * 2) + outlines(300).replace(b" f", b" h f")),
    ],
    ids=["a letter of lines", "a pattern", "a pattern by another spelling", "outlines", "outlines below a story"],
)
def test_words_that_are_drawn_as_shapes_are_said(raw: bytes) -> None:
    assert document(raw).incomplete == (SHAPES,)


@pytest.mark.parametrize(
    "raw",
    [
        drawn_letter(b"600 0 d0 0 0 500 700 re f"),
        patterned(b"0 0 306 150 re f"),
        patterned(b"q 4 0 0 4 0 0 cm /I Do Q").replace(b"/BBox [0 0 612 300]", b"/BBox [0 0 4 4]"),
        drawn_letter(b"600 0 d0 BT /F1 100 Tf (A) Tj ET"),
        made(lines(*STORY) + outlines(12)),
        made(lines(*STORY) + b" ".join(b"%d 100 5 %d re f" % (72 + 8 * at, at) for at in range(60))),
        made(b"q 120 0 0 60 72 740 cm /I Do Q " + lines(*STORY), **WITH_PICTURE),
        spoken(" ".join(STORY)),
    ],
    ids=[
        "a drawn letter",
        "a pattern of squares",
        "of pictures",
        "a letter of another font",
        "a few shapes",
        "a chart of bars",
        "a logo",
        "the same words",
    ],
)
def test_honest_drawings_are_no_cause_for_doubt(raw: bytes) -> None:
    assert document(raw).incomplete == ()


def named(cmap: bytes, encoding: bytes = b"/WinAnsiEncoding", kind: bytes = b"/Type1") -> bytes:
    """A page whose font calls its letters by this map."""
    font = b"<< /Type /Font /Subtype %s /BaseFont /Helvetica /ToUnicode 5 0 R /Encoding %s >>" % (kind, encoding)
    return made(lines(*STORY), font=font, more=[flate(CODES + cmap + b" endcmap")])


MISNAMED = "a font in it gives its letters another meaning than it draws: its words may not be those that are seen"
SAME = b"1 beginbfrange <20> <7E> <0020> endbfrange"


@pytest.mark.parametrize(
    ("cmap", "encoding"),
    [
        (SAME + b" 4 beginbfchar <65> <006F> <6F> <0065> <61> <0069> <69> <0061> endbfchar", b"/WinAnsiEncoding"),
        (SAME, b"<< /BaseEncoding /WinAnsiEncoding /Differences [97 /e 101 /a 105 /o 111 /i] >>"),
        (b"1 beginbfrange <61> <64> [<0064> <0063> <0062> <0061>] endbfrange", b"/WinAnsiEncoding"),
        (SAME, b"<< /Differences [97 /b /c /d /e /f] >>"),
    ],
    ids=["a few vowels", "differences", "an array", "a step"],
)
def test_a_font_that_calls_letters_by_other_names_is_said(cmap: bytes, encoding: bytes) -> None:
    assert MISNAMED in document(named(cmap, encoding)).incomplete


@pytest.mark.parametrize(
    ("cmap", "encoding"),
    [
        (SAME, b"/WinAnsiEncoding"),
        (SAME, b"<< /BaseEncoding /WinAnsiEncoding /Differences [39 /quotesingle 96 /grave 65 /A] >>"),
        (SAME, b"<< /Differences [97 /g1 /g2 /g3 /g4 /g5] >>"),
        (b"1 beginbfrange <61> <7A> <0041> endbfrange", b"/WinAnsiEncoding"),
    ],
    ids=["the same", "the same by name", "names without a meaning", "small capitals"],
)
def test_an_honest_font_is_no_cause_for_doubt(cmap: bytes, encoding: bytes) -> None:
    assert MISNAMED not in document(named(cmap, encoding)).incomplete


def test_letters_with_a_code_for_each_place_are_said() -> None:
    pairs = b"".join(b"<%02X> <%04X> " % (code, 97 + code % 5) for code in range(0x20, 0xFF))
    cmap = b"200 beginbfchar " + pairs + b"endbfchar"
    assert MISNAMED in document(named(cmap, b"<< /Differences [32 /g1 /g2] >>", b"/Type3")).incomplete


def test_text_in_a_font_that_is_not_there_and_has_no_form_is_said() -> None:
    """Vertical Japanese whose font is left to the reader's system; PDFium gives no letters of it."""
    font = (
        b"<< /Type /Font /Subtype /Type0 /BaseFont /Ryumin-Light /Encoding /V /DescendantFonts [<< /Type /Font "
        b"/Subtype /CIDFontType0 /BaseFont /Ryumin-Light "
        b"/CIDSystemInfo << /Registry (Adobe) /Ordering (Japan1) /Supplement 2 >> >>] >>"
    )
    drawn = b"".join(b"BT /F1 12 Tf 500 %d Td <%04X> Tj ET " % (700 - 14 * at, 0x2421 + at) for at in range(40))
    found = document(made(drawn, font=font))
    assert found.incomplete or len(found.text.split()) > 30


def test_a_scan_with_a_header_is_a_picture() -> None:
    found = document(made(lines(*STORY) + PICTURE, **WITH_PICTURE))
    assert found.incomplete == ("page 1 is a picture: its words were not read",)


def test_other_words_than_are_drawn_are_said_and_those_drawn_are_read() -> None:
    found = document(spoken("Our own column says how the beans by the canal were sown again after a long frost. " * 4))
    assert found.incomplete == ("page 1 gives other words for some that it draws, to be read in their place",)
    assert "\n".join(STORY) in found.text


def test_half_a_million_orders_to_draw_one_letter() -> None:
    raw = made(b"BT /F1 12 Tf 72 700 Td " + b"(a) Tj " * 500_000 + b"ET")
    found = document(raw)
    assert len(found.text.replace("\n", "")) == 500_000


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("os.kill(os.getpid(), 9)", "ended"),
        ("os.abort()", "break down"),
        ("bytearray(10**10)", "memory"),
        ("time.sleep(60)", "seconds"),
        ("os._exit(0)", "no answer"),
        ("return {'problem': 'none of ours'}, []", "no answer"),
        ("return {'problem': '', 'parts': [[1, 'page', 4]]}, [b'goat', b'']", "no answer"),
    ],
)
def test_a_reader_that_dies_is_a_sentence(body: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parser = tmp_path / "parser.py"
    parser.write_text(f"import os, time\ndef answer(request, data):\n    {body}\n")
    monkeypatch.setattr(pdf, "PARSER", parser)
    monkeypatch.setattr(pdf, "LIMITS", child.Limits(waiting=1.0))
    found = entry(made(lines(*FERRY)))
    assert isinstance(found, Unreadable) and why in found.sentence


def test_limits_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MOST_PAGES", 2)
    raw = made(*[lines(*STORY)] * 3)
    assert document(raw).incomplete == ("only the first 2 of its 3 pages were read",)
    monkeypatch.setattr(pdf, "MOST_CHARACTERS", 100)
    found = document(raw)
    assert len(found.text) <= 100 and "only its first 100 characters were read" in found.incomplete


def test_a_rectangle_for_each_line() -> None:
    found = document(made(lines(*FERRY)))
    assert found.boxes is not None
    start, end = found.text.index("ferry"), found.text.index("dawn") + 4
    first, second = rectangles(found.boxes, start, end)
    assert first[0] == pytest.approx(found.boxes[start, 0], abs=0.01)
    assert first[2] == pytest.approx(found.boxes[found.text.index("-"), 2], abs=0.01)
    assert second[0] == pytest.approx(72, abs=0.5) and second[3] < first[1] + 6
    assert all(number == round(number, 2) for number in (*first, *second))
    assert rectangles(found.boxes, 3, 3) == ()


def test_columns_are_not_one_line() -> None:
    found = document(made(lines("Goats") + lines("Hens", left=400)))
    assert found.boxes is not None and len(rectangles(found.boxes, 0, len(found.text))) == 2
