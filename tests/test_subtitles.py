"""Captions of every kind: what is heard, and when; nothing of their codes, and nothing beside them lost."""

from __future__ import annotations

import io
import time
from pathlib import Path

import pysubs2
import pytest

from checker.check import check_document
from checker.model import Verdict
from checker.readers import Document, read
from fingerprints.index import Upsert, Work
from fingerprints.sketch import Sketcher
from fingerprints.stores import open_index

CUES = [
    (1.0, 2.5, "The last ferry left Port Hallam"),
    (3.0, 4.25, "without its captain, and was found\nat dawn near the far pier."),
    (65.5, 68.0, "Nobody was hurt, said the police."),
]
HEARD = "\n".join(words.replace("\n", " ") for _, _, words in CUES)
TIMES = [("00:00:01.000", "00:00:02.500"), ("00:00:03.000", "00:00:04.250"), ("00:01:05.500", "00:01:08.000")]

ASS = """[Script Info]
; a comment of the program
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname, Fontsize
Style: Default,Arial,20

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Comment: 0,0:00:00.00,0:00:01.00,Default,,0,0,0,,not shown
Dialogue: 0,0:00:01.00,0:00:02.50,Default,,0,0,0,,{\\pos(9,9)}The {\\i1}last{\\i0} ferry left Port Hallam
Dialogue: 0,0:00:03.00,0:00:04.25,D,A,0,0,0,,without its captain, and was found\\Nat dawn{\\k20} near\\hthe far pier.
Dialogue: 0,0:00:04.00,0:00:05.00,Default,,0,0,0,,{\\p1}m 0 0 l 100 0 100 100{\\p0}
Dialogue: 0,0:01:05.50,0:01:08.00,Default,,0,0,0,,Nobody was hurt, said the police.
"""
SBV = """0:00:01.000,0:00:02.500
The last ferry left Port Hallam

0:00:03.000,0:00:04.250
without its captain, and was found
at dawn near the far pier.

0:01:05.500,0:01:08.000
Nobody was hurt, said the police.
"""
MICRO = """{1}{1}20
{20}{50}The last ferry left Port Hallam
{60}{85}{y:i}without its captain, and was found|at dawn near the far pier.
{1310}{1360}Nobody was hurt, said the police.
"""
MPL = """[10][25]The last ferry left Port Hallam
[30][42]/without its captain, and was found|/at dawn near the far pier.
[655][680]Nobody was hurt, said the police.
"""
SAMI = """<SAMI><HEAD><STYLE TYPE="text/css"><!-- P { font-family: Arial } .ENCC {Name: English;} --></STYLE></HEAD>
<BODY><SYNC Start=1000><P Class=ENCC>The last ferry <i>left</i> Port&nbsp;Hallam
<SYNC Start=2500><P Class=ENCC>&nbsp;
<SYNC Start=3000><P Class=ENCC>without its captain, and was found<br>at dawn near the far pier.
<SYNC Start=4250><P Class=ENCC>&nbsp;
<SYNC Start=65500><P Class=ENCC>Nobody was hurt, said the police.
<SYNC Start=68000><P Class=ENCC>&nbsp;
</BODY></SAMI>"""
TTML = """<?xml version="1.0" encoding="UTF-8"?>
<tt xmlns="http://www.w3.org/ns/ttml" xmlns:ttp="http://www.w3.org/ns/ttml#parameter" ttp:frameRate="20" xml:lang="en">
<head><metadata><title>Not heard</title></metadata></head>
<body><div begin="0s">
<p begin="1s" end="00:00:02.500">The <span>last</span> ferry left
   Port Hallam</p>
<p begin="3000ms" dur="25f">without its captain, and was found<br/>at dawn near the far pier.</p>
<p begin="00:01:05:10" end="68s">Nobody was hurt, said the police.</p>
</div></body></tt>"""


def scc_word(first: int, second: int) -> str:
    return "".join(f"{byte | (0x80 if byte.bit_count() % 2 == 0 else 0):02x}" for byte in (first, second))


def scc(mode: str) -> str:
    lines = ["Scenarist_SCC V1.0", ""]
    for begin, _, words in CUES:
        codes = {"pop": [(0x14, 0x20)], "roll": [(0x14, 0x25), (0x14, 0x2D)], "paint": [(0x14, 0x29)]}[mode]
        codes = [code for code in codes for _ in (0, 1)]
        for number, row in enumerate(words.split("\n")):
            codes += [(0x14, 0x40 + 0x20 * number)] * 2
            pairs = zip(row[::2], row[1::2] + "\0" * (len(row) % 2), strict=True)
            codes += [(ord(one), ord(two)) for one, two in pairs]
        codes += [(0x14, 0x2C)] * 2 + [(0x14, 0x2F)] * 2 if mode == "pop" else []
        stamp = f"{int(begin // 3600):02}:{int(begin // 60 % 60):02}:{int(begin % 60):02};{int(begin % 1 * 30):02}"
        lines += [f"{stamp}\t{' '.join(scc_word(*code) for code in codes)}", ""]
    return "\n".join(lines)


def stl() -> bytes:
    blocks = []
    for number, (begin, end, words) in enumerate(CUES):
        text = words.replace("\n", "\x8a\x8a").encode("latin-1")
        times = [bytes((0, int(at // 60), int(at % 60), int(at % 1 * 25))) for at in (begin, end)]
        cut = 40 if number == 1 else len(text)
        for part, last in ((text[:cut], cut == len(text)), *(((text[cut:], True),) if cut < len(text) else ())):
            head = bytes((0, number, 0, 0xFF if last else 0, 0)) + times[0] + times[1] + bytes((20, 2, 0))
            blocks.append(head + part.ljust(112, b"\x8f"))
    return (b"850STL25.01100" + b"09").ljust(1024) + b"".join(blocks)


def one(name: str, raw: bytes) -> Document:
    (entry,) = read(name, io.BytesIO(raw))
    assert isinstance(entry, Document)
    return entry


@pytest.mark.parametrize(
    ("name", "written"),
    [("a.ass", ASS), ("a.sbv", SBV), ("a.sub", MICRO), ("a.txt", MPL), ("a.smi", SAMI), ("a.ttml", TTML)],
)
def test_words_and_times(name: str, written: str) -> None:
    for raw in (written.encode(), written.replace("\n", "\r\n").encode(), written.encode("utf-16")):
        for called in (name, "draft"):
            entry = one(called, raw)
            assert " ".join(entry.text.split()) == " ".join(HEARD.split()), called
            found = [(part.place.begins, part.place.ends) for part in entry.parts if part.place]
            if name == "a.txt":
                assert [begins for begins, _ in found] == [begins for begins, _ in TIMES]
            else:
                assert found == TIMES
            assert entry.offsets is not None
            start = entry.text.index("captain")
            low, high = entry.offsets.span(start, start + len("captain"))
            assert entry.original[low:high] == "captain"
            assert entry.incomplete == ()


@pytest.mark.parametrize("mode", ["pop", "roll", "paint"])
def test_scenarist_captions_are_decoded(mode: str) -> None:
    entry = one("a.scc", scc(mode).encode())
    assert " ".join(entry.text.split()) == " ".join(HEARD.split())
    assert (entry.format, entry.incomplete, entry.readings) == ("broadcast-captions", (), ())
    assert [part.place.begins[:8] for part in entry.parts if part.place] == ["00:00:01", "00:00:03", "00:01:05"]


def test_scenarist_letters_beyond_ascii() -> None:
    codes = ["9420", "9420", "9470", "9470", scc_word(ord("c"), 0x2A), scc_word(ord("N"), 0x7E), "91b7", "91b7"]
    codes += [scc_word(ord("E"), 0), scc_word(0x12, 0x21), scc_word(0x12, 0x21), "942f", "942f"]
    assert one("a.scc", f"Scenarist_SCC V1.0\n\n00:00:01:00\t{' '.join(codes)}\n".encode()).text == "cáNñ♪É"


def test_captions_in_the_code_of_maccaption_are_incomplete() -> None:
    written = "File Format=MacCaption_MCC V1.0\n\n00:00:01:00\tT52S524F67ZZ72F4QROO7391UC13FFF74ZZAEB4\n"
    for name in ("a.mcc", "a.txt"):
        entry = one(name, written.encode())
        assert "T52S" not in entry.text
        assert entry.incomplete == (
            "its captions are in code (MacCaption) that is not read; save them as SCC or SubRip",
        )


def test_ebu_captions_are_decoded() -> None:
    entry = one("a.stl", stl())
    assert " ".join(entry.text.split()) == " ".join(HEARD.split())
    found = [(part.place.begins[:8], part.place.ends[:8]) for part in entry.parts if part.place]
    assert found == [(begins[:8], ends[:8]) for begins, ends in TIMES]
    assert entry.incomplete == ()
    assert one("a.stl", stl()[:-40]).incomplete == ("its end is missing",)
    assert one("a.stl", stl().replace(b"10009", b"19909")).incomplete == (
        "its letters are in a table that is not known here",
    )


@pytest.mark.parametrize(("ending", "written"), [("ass", ASS), ("sub", MICRO), ("txt", MPL)])
def test_another_reader_hears_the_same(ending: str, written: str, tmp_path: Path) -> None:
    path = tmp_path / f"a.{ending}"
    path.write_text(written)
    theirs = pysubs2.load(str(path), fps=None)
    heard = " ".join(" ".join(event.plaintext.split()) for event in theirs if event.is_text)
    assert " ".join(one(path.name, path.read_bytes()).text.split()) == heard


def test_a_story_beside_the_captions_is_read() -> None:
    store = open_index("memory:", create=True)
    story = HEARD.replace("\n", " ") + " The owner of the line will give back the price of every ticket, he said."
    (made,) = Sketcher(store.spec, store.secret).fingerprints([story])
    store.apply([Upsert(Work("ferry", story, "Ferry", "Meridian Press"), made)])
    for name, head in (
        ("a.ass", ASS.replace("The last", "An old").replace("captain", "cat")),
        ("a.sbv", "0:00:01.000,0:00:02.500\nHello.\n\n"),
        ("a.sub", "{1}{2}Hello.\n{3}{4}Bye.\n\n"),
        ("a.sub", "[INFORMATION]\n[TITLE]Ferry\n[END INFORMATION]\n"),
        ("a.scc", "Scenarist_SCC V1.0\n\n00:00:00;00\t94ae 94ae\n\n"),
        ("a.smi", "<SAMI><BODY>@<SYNC Start=1><P>Hello.</BODY></SAMI>"),
    ):
        raw = head.replace("@", story) if "@" in head else f"{head}\n{story}\n"
        assert check_document(one(name, raw.encode()), store).verdict is Verdict.FLAGGED, name


def test_a_play_is_no_file_of_subtitles() -> None:
    play = "Dialogue: Where is the captain?\nDialogue: He is at the pier.\n"
    assert (one("a.txt", play.encode()).format, one("a.txt", play.encode()).text) == ("text", play)


@pytest.mark.parametrize(
    "raw",
    [
        b"[Script Info]\n" + b"Dialogue: 0,0:00:01.00,0:00:02.00,a,,0,0,0,,{" * 20_000,
        b"{1}{2}a\n" * 200_000,
        b"[00:01.00]" * 200_000,
        b"<SAMI><SYNC Start=1>" * 50_000,
        b"Scenarist_SCC V1.0\n\n00:00:00:00\t" + b"9420 4141 " * 300_000,
        b"<tt xmlns='http://www.w3.org/ns/ttml'><p>" * 50_000,
        b"850STL25.01100".ljust(1024) + bytes(1_000_000),
    ],
)
def test_hostile_files_cost_their_length(raw: bytes) -> None:
    begin = time.perf_counter()
    assert list(read("a", io.BytesIO(raw)))
    assert time.perf_counter() - begin < 25


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n\r", "\u2028"])
@pytest.mark.parametrize(("name", "written"), [("a.ass", ASS), ("a.sub", MICRO), ("a.txt", MPL)])
def test_other_line_ends_lose_no_words(name: str, written: str, end: str) -> None:
    assert one(name, written.replace("\n", end).encode()).text.split() == one(name, written.encode()).text.split()
