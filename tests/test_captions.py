from __future__ import annotations

import io
import re
import time
from pathlib import Path

import pysubs2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.places import Place
from checker.readers import Document, Label, Start, captions, detect, read

FIXTURES = sorted(Path(__file__).with_name("formats").glob("captions/*.srt"))
ONE = "1\n00:00:01,000 --> 00:00:02,000\nNine goats aboard.\n"


def document(written: str | bytes, name: str = "a.srt") -> Document:
    raw = written.encode() if isinstance(written, str) else written
    (entry,) = read(name, io.BytesIO(raw))
    assert isinstance(entry, Document) and entry.format == "captions"
    return entry


def cue(number: int, text: str, seconds: int = 0) -> str:
    at = seconds or number
    return f"{number}\n00:{at // 60:02}:{at % 60:02},000 --> 00:{at // 60:02}:{at % 60:02},900\n{text}\n\n"


def test_a_sentence_crosses_captions_and_each_knows_its_time():
    entry = document(cue(1, "Nine <i>goats</i>\naboard") + cue(2, "the night ferry.", 64))
    assert entry.text == "Nine goats aboard\nthe night ferry."
    assert [part.label for part in entry.parts] == [Label.CUE, Label.CUE]
    assert entry.parts[1].place == Place(begins="00:01:04.000", ends="00:01:04.900")
    start = entry.text.index("goats")
    low, high = entry.offsets.span(start, start + 5)
    assert entry.original[low:high] == "goats"


@pytest.mark.parametrize(
    ("written", "begins"),
    [
        ("00:00:01,000 --> 00:00:02,000", "00:00:01.000"),
        ("0:1:2.5 --> 0:1:3.5", "00:01:02.500"),
        ("01:02.250 --> 01:03.000", "00:01:02.250"),
        ("-00:00:01,000 --> 00:00:02,000", "-00:00:01.000"),
        ("100:00:00,000 --> 100:00:01,000", "100:00:00.000"),
        ("00:00:05 --> 00:00:06", "00:00:05.000"),
        ("00:00:05:120 -> 00:00:06:120", "00:00:05.120"),
        ("00:00:09,000 --> 00:00:02,000 X1:10 X2:20", "00:00:09.000"),
    ],
)
def test_times_as_they_come(written, begins):
    entry = document(f"1\n{written}\nNine goats.\n")
    assert entry.text == "Nine goats." and entry.parts[0].place.begins == begins


@pytest.mark.parametrize(
    ("line", "heard"),
    [
        ("<b>Nine</b> goats", "Nine goats"),
        ("<font color='red' size=3>Nine</font> goats", "Nine goats"),
        ("{\\an8}Nine {\\i1}goats{\\i0}", "Nine goats"),
        ("{y:i}Nine goats", "Nine goats"),
        ("Nine\\Ngoats", "Nine goats"),
        ("Nine<br/>goats", "Nine goats"),
        ("Nine &amp; goats&#33;", "Nine & goats!"),
        ("AT&T; a < b and c > d", "AT&T; a < b and c > d"),
        ("<laughter> and {words}", "<laughter> and {words}"),
        ("<v.loud Ada Quill>Nine</v> <lang en-GB>goats</lang>", "Nine goats"),
        ("Nine <00:00:01.500><c>goats</c>", "Nine goats"),
        ("- Nine.\n- Ten.", "- Nine.\n- Ten."),
        ("<i", "<i"),
        (" <i> Nine </i> ", "Nine"),
        ("<i></i>", ""),
    ],
)
def test_markup_is_not_heard(line, heard):
    assert document(f"1\n00:00:01,000 --> 00:00:02,000\n{line}\n").text == heard


@pytest.mark.parametrize(
    "written",
    [
        ONE.replace("\n", "\r\n"),
        ONE.replace("\n", "\r"),
        "\ufeff" + ONE,
        "\n\n  " + ONE,
        ONE.removeprefix("1\n"),
        ONE.replace("aboard", "ab\0oard"),
        ONE.encode("utf-16"),
        ("WEBVTT\n\n" + ONE.removeprefix("1\n").replace(",", ".")).encode(),
        ("WEBVTT\n" + ONE.removeprefix("1\n").replace(",", ".")).encode(),
    ],
    ids=range(9),
)
def test_however_it_is_written(written):
    assert document(written).text.replace("\0", "") == "Nine goats aboard."


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_web_captions_without_numbers_are_heard_whatever_ends_their_lines(end):
    first = "00:00:01.000 --> 00:00:02.000\nThe night ferry sailed\nwith nine goats aboard.\n\n"
    second = "00:00:03.000 --> 00:00:04.000\nNobody had paid\nfor the goats.\n\n"
    written = f"WEBVTT\n\n{first}{second}third\n00:00:05.000 --> 00:00:06.000\nThe captain said so.\n"
    entry = document(written.replace("\n", end), "a.vtt")
    assert entry.text == (
        "The night ferry sailed with nine goats aboard.\nNobody had paid for the goats.\nThe captain said so."
    )


def test_latin_1():
    entry = document((ONE + cue(2, "Zwölf Gänse über Münster, schön")).encode("cp1252"))
    assert entry.text.endswith("Zwölf Gänse über Münster, schön") and entry.encoding == "cp1252"


@pytest.mark.parametrize(
    "written",
    [
        cue(1, "It was") + cue(2, "1984") + cue(3, "again"),
        cue(1, "It was\n1984").strip() + "\n" + cue(2, "again"),
        cue(1, "It was").strip() + "\n" + cue(2, "1984").strip() + "\n" + cue(3, "again"),
        cue(1, "It was\n\n1984") + cue(2, "again"),
        cue(7, "It was") + cue(7, "1984") + cue(3, "again"),
    ],
    ids=range(5),
)
def test_no_number_that_is_said_is_lost(written):
    assert document(written).text.split() == ["It", "was", "1984", "again"]


def test_words_before_the_first_caption_are_kept():
    entry = document("Transcript by Meridian Press\n\n" + ONE)
    assert entry.text == "Transcript by Meridian Press\nNine goats aboard."
    assert entry.parts[0].place is None


def test_notes_styles_and_names_are_not_heard():
    written = (
        "WEBVTT head\nX: y\n\nNOTE\nsecret\nnote\n\nSTYLE\n::cue {}\n\nREGION\nid:a\n\nname\n"
        "00:01.000 --> 00:02.000\nNOTEBOOK and\nNOTE this\n\nNOTE x\n\n00:03.000 --> 00:04.000\nheard\n\nlate"
    )
    assert document(written, "a.vtt").text == "NOTEBOOK and NOTE this\nheard late"


def test_what_is_said_twice_stays_said_twice():
    written = "".join(
        cue(number, text) for number, text in enumerate(["No.", "No.", "We stay.", "Till noon.", "No."], 1)
    )
    entry = document(written)
    assert entry.text == "No.\nNo.\nWe stay.\nTill noon.\nNo." and not entry.warnings


def test_lines_that_roll_up_are_taken_once():
    lines = [f"line {number} of the news" for number in range(20)]
    written = "".join(cue(at + 1, "\n".join(lines[max(0, at - 2) : at + 1])) for at in range(20))
    entry = document(written)
    assert entry.text == "\n".join(lines)
    assert entry.warnings == ("37 lines that these roll-up captions show again were taken once",)
    assert entry.parts[19].place.begins == "00:00:20.000"


@pytest.mark.parametrize(
    ("name", "raw", "found"),
    [
        ("x", ONE, "captions"),
        ("x.txt", "WEBVTT\n\n", "captions"),
        ("x.srt", "no times here", "text"),
        ("x.txt", "WEBVTTX", "text"),
        ("x.txt", "At 10:30 --> lunch", "text"),
        ("x.vtt", "lead\n\n1\n00:01.000 --> 00:02.000\nx", "captions"),
    ],
)
def test_it_is_known_by_its_content(name, raw, found):
    assert detect(Start(name, raw.encode())).name == found


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.name)
def test_another_reader_hears_the_same_words(path):
    theirs = pysubs2.SSAFile.from_file(io.StringIO(path.read_text()), "srt")
    heard = " ".join(event.plaintext for event in theirs).replace("&amp;", "&")
    ours = document(path.read_bytes(), path.name)
    if not ours.warnings:
        assert ours.text.split() == heard.split()
    assert [part.place.begins for part in ours.parts] == sorted({part.place.begins for part in ours.parts})


HOSTILE = {
    "a million captions": b"".join(b"%d\n00:00:01,0 --> 00:00:02,0\nHm\n\n" % n for n in range(1_000_000)),
    "only line ends": b"WEBVTT\n\n" + b"\n" * 30_000_000,
    "only blank lines": b"WEBVTT\n\n" + b" \n" * 15_000_000,
    "one caption of lines": b"1\n00:00:01,0 --> 00:00:02,0\n" + b"a\n" * 10_000_000,
    "open tags": b"1\n00:00:01,0 --> 00:00:02,0\n" + b"<i " * 5_000_000,
    "open braces": b"1\n00:00:01,0 --> 00:00:02,0\n" + b"{\\" * 5_000_000,
    "ampersands": b"1\n00:00:01,0 --> 00:00:02,0\n" + b"&a" * 5_000_000,
    "digits": b"1\n00:00:01,0 --> 00:00:02,0\n" + b"1" * 10_000_000,
    "arrows": b"1\n00:00:01,0 --> 00:00:02,0\n" + b"-->" * 5_000_000,
    "one long line of blanks": b"1\n00:00:01,0 --> 00:00:02,0\n" + b" " * 20_000_000 + b"x",
    "times only": b"00:00:01,0 --> 00:00:02,0\n" * 200_000,
}


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE)
def test_hostile_files_cost_their_length_and_lose_nothing_silently(raw):
    began = time.perf_counter()
    entry = document(raw)
    assert time.perf_counter() - began < 30
    words = len(re.findall(rb"Hm|a\n|x$", raw))
    assert entry.incomplete or len(entry.text.split()) >= words


@given(
    st.lists(st.text(alphabet="ab1 -<>&\\N{}i/:.,\n\0é", max_size=20), max_size=6), st.sampled_from(["WEBVTT\n\n", ""])
)
def test_every_word_is_heard_and_leads_back(lines, head):
    written = head + "\n\n".join(f"{n}\n00:00:01.000 --> 00:00:02.000\n{line}" for n, line in enumerate(lines, 1))
    entry = next(iter(captions.read("a.srt", io.BytesIO(written.encode()))))
    assert isinstance(entry, Document)
    for part in entry.parts:
        assert entry.text[part.start : part.end].strip()
    for at, character in enumerate(entry.text):
        low, high = entry.offsets.span(at, at + 1)
        if high - low == 1:
            assert entry.original[low] == character


def test_a_text_about_captions_is_a_text():
    (entry,) = read("draft.txt", io.BytesIO(b"WEBVTT is a format for captions, the mayor said."))
    assert (entry.format, entry.text) == ("text", "WEBVTT is a format for captions, the mayor said.")
