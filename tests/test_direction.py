"""Text whose letters are shown in another order than they are stored in is read as it is shown."""

from __future__ import annotations

import io
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.check import check_document
from checker.model import Report, Verdict
from checker.readers import Document, read
from checker.readers.direction import CONTROL, show_line
from checker.readers.variants import add_variants
from fingerprints.index import Store, Upsert, Work
from fingerprints.sketch import Sketcher
from fingerprints.stores import open_index

LRE, RLE, PDF, LRO, RLO = "\u202a\u202b\u202c\u202d\u202e"
LRI, RLI, FSI, PDI = "\u2066\u2067\u2068\u2069"
STORY = (
    "Rain came at last to the wheat farms of Upper Teal on Monday, after one hundred and twelve dry days, and people "
    "stood in the square without hats, the mayor said. The reservoir rose by the width of a hand before noon."
)
LINES = STORY.replace(". ", ".\n").replace(", ", ",\n").split("\n")
ARABIC = (
    "هطل المطر أخيرا على حقول القمح في تل العليا يوم الاثنين بعد 112 يوما من الجفاف، "
    "وقال رئيس البلدية إن الناس وقفوا في الساحة."
)


def index(text: str = STORY) -> Store:
    store = open_index("memory:", create=True)
    (made,) = Sketcher(store.spec, store.secret).fingerprints([text])
    store.apply([Upsert(Work("rain", text, "Rain", "Meridian Press"), made)])
    return store


def check_file(name: str, text: str, story: str = STORY) -> Report:
    (entry,) = read(name, io.BytesIO(text.encode()))
    assert isinstance(entry, Document)
    return check_document(entry, index(story))


DISGUISES = {
    "lines turned round": "\n".join(f"{RLO}{line[::-1]}{PDF}" for line in LINES),
    "lines turned round that nothing closes": "\n".join(f"{RLO}{line[::-1]}" for line in LINES),
    "words turned round": " ".join(f"{RLO}{word[::-1]}{PDF}" for word in STORY.split()),
    "isolated words turned round": " ".join(f"{FSI}{RLO}{word[::-1]}{PDF}{PDI}" for word in STORY.split()),
    "every second word turned round": " ".join(
        f"{RLO}{word[::-1]}{PDF}" if number % 2 else word for number, word in enumerate(STORY.split())
    ),
    "words in the other order": "\n".join(
        RLI + " ".join(f"{LRI}{word}{PDI}" for word in reversed(line.split())) + PDI for line in LINES
    ),
    "words in the other order, embedded": "\n".join(
        "\u200f" + " ".join(f"{LRI}{word}{PDI}" for word in reversed(line.split())) for line in LINES
    ),
}
PAGES = {
    "bdo": "".join(f"<p><bdo dir=rtl>{line[::-1]}</bdo></p>" for line in LINES),
    "bdo around elements": "".join(f"<p><bdo dir='RTL'><b><i>{line[::-1]}</i></b></bdo></p>" for line in LINES),
    "bdo over line breaks": f"<bdo dir=rtl>{'<br>'.join(line[::-1] for line in LINES)}</bdo>",
    "words in bdo": " ".join(f"<bdo dir=rtl>{word[::-1]}</bdo>" for word in STORY.split()),
    "style": "".join(f'<p style="unicode-bidi: bidi-override; direction: rtl">{line[::-1]}</p>' for line in LINES),
    "isolating style": "".join(
        f'<p dir=rtl><span style="unicode-bidi:isolate-override">{line[::-1]}</span></p>' for line in LINES
    ),
    "style sheet": "<style>p.t { direction:rtl; unicode-bidi:bidi-override !important }</style>"
    + "".join(f"<p class=t>{line[::-1]}</p>" for line in LINES),
    "marks as references": "".join(f"<p>&#x202E;{line[::-1]}&#8236;</p>" for line in LINES),
    "words in the other order": "".join(
        "<p dir=rtl>" + " ".join(f"<bdi>{word}</bdi>" for word in reversed(line.split())) + "</p>" for line in LINES
    ),
    "words in the other order by dir alone": "".join(
        "<p dir=rtl>" + " ".join(f"<span dir=ltr>{word}</span>" for word in reversed(line.split())) + "</p>"
        for line in LINES
    ),
}


@pytest.mark.parametrize("text", DISGUISES.values(), ids=DISGUISES.keys())
def test_a_text_that_marks_turn_round_is_read_as_it_is_shown(text: str) -> None:
    report = check_file("draft.txt", f"Our own notes.\n{text}\nOur own end.")
    assert report.verdict is Verdict.FLAGGED
    assert sum(match.words for match in report.matches) >= 38
    assert len(report.disguises) == 1 and "Only when it is read" in report.disguises[0]


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES.keys())
def test_a_page_that_turns_its_words_round_is_read_as_it_is_shown(page: str) -> None:
    report = check_file("page.html", f"<html><body><p>Our own notes.</p>{page}<p>Our own end.</p></body></html>")
    assert report.verdict is Verdict.FLAGGED
    assert sum(match.words for match in report.matches) >= 38


def test_arabic_that_is_turned_round_is_read_from_the_right() -> None:
    assert check_file("draft.txt", LRO + ARABIC[::-1] + PDF, ARABIC).verdict is Verdict.FLAGGED


@pytest.mark.parametrize(
    "text",
    [
        STORY,
        ARABIC,
        f"\u200f{ARABIC}\u200f",
        f"{RLE}{ARABIC}{PDF}",
        f"{RLI}{ARABIC}{PDI}",
        f"He said {FSI}{ARABIC}{PDI} to us.",
        f"{LRI}{STORY}{PDI}",
        f"{LRE}{STORY}{PDF}",
        f"{LRO}{STORY}{PDF}",
    ],
)
def test_honest_marks_add_no_reading(text: str) -> None:
    assert add_variants(Document("a", text)).readings == ()


@pytest.mark.parametrize(
    "body",
    [
        f"<p>{ARABIC}</p>",
        f"<p>{ARABIC} <bdi>Meridian Press</bdi>، 3 <bdi>{ARABIC}</bdi></p>",
        f"<div dir=rtl>{ARABIC}</div>" * 12,
    ],
)
def test_an_arabic_page_stays_as_it_is(body: str) -> None:
    (page,) = read("a.html", io.BytesIO(f'<html dir="rtl" lang="ar"><body>{body}</body></html>'.encode()))
    assert isinstance(page, Document)
    assert page.readings == ()


def test_signs_between_words_are_spaces_too() -> None:
    for sign in "|@!":
        report = check_file("draft.txt", sign.join(STORY.split()))
        assert report.verdict is Verdict.FLAGGED
        assert report.disguises == ()
        assert report.matches[0].submitted.start == 0


def test_parts_and_places_move_with_the_text() -> None:
    cues = [f"00:0{number}.000 --> 00:0{number}.900\n{RLO}{LINES[number][::-1]}{PDF}\n\n" for number in (0, 1)]
    text = "WEBVTT\n\n" + "".join(cues)
    (entry,) = read("a.vtt", io.BytesIO(text.encode()))
    assert isinstance(entry, Document)
    shown = entry.readings[0].document
    assert [shown.text[part.start : part.end] for part in shown.parts] == LINES[:2]
    assert [part.place for part in shown.parts] == [part.place for part in entry.parts]


@given(st.text(st.sampled_from([LRE, RLE, PDF, LRO, RLO, LRI, RLI, FSI, PDI, "a", "b", " ", "ש", "ل", "1", ".", "\n"])))
def test_no_letter_is_lost(text: str) -> None:
    assert sorted(show_line(text.replace("\n", " "))) == sorted(text.replace("\n", " "))
    for way in add_variants(Document("a", text)).readings:
        assert sorted(CONTROL.sub("", way.document.text)) == sorted(CONTROL.sub("", text))


def test_hostile_marks_cost_their_length() -> None:
    for piece in (f"{RLO}a", f"{RLI}a ", f"{RLI}{PDI}ש ", f"{RLO}a{PDF}\n", f"{RLI}a\n"):
        begin = time.perf_counter()
        add_variants(Document("a", piece * (400_000 // len(piece))))
        assert time.perf_counter() - begin < 10
    page = "<bdo dir=rtl>a " * 20_000
    begin = time.perf_counter()
    list(read("a.html", io.BytesIO(page.encode())))
    assert time.perf_counter() - begin < 20
