"""Web pages whose words take turns: hidden and visible ones, and those that only some readers of a file see."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.check import check_document
from checker.model import Verdict
from checker.readers import Document, read
from fingerprints.index import Upsert, Work
from fingerprints.sketch import sketcher
from fingerprints.stores.memory import MemoryStore

GOATS = (
    "Nine goats that had been booked as passengers were led ashore at Skerrow by a deckhand who had never steered a "
    "boat before and who asked afterwards that his mother should not be told. The harbour office said the animals were "
    "unhurt and would be sold at the autumn fair, and that the captain had been found asleep in the chart room of "
    "another vessel, which had meanwhile left for the mainland with his coat, his papers and the only key to the fuel "
    "store."
)
WORDS = GOATS.split()


def page(source: str, name: str = "page.html") -> Document:
    (document,) = read(name, io.BytesIO(source.encode()))
    assert isinstance(document, Document)
    return document


def index() -> MemoryStore:
    store = MemoryStore(secret=b"quay-wall-secret")
    work = Work("mp-1", GOATS, "Goats ashore", "Meridian Press")
    store.apply([Upsert(work, sketcher(store.spec, store.secret).fingerprints([GOATS])[0])])
    return store


INDEX = index()

UNSEEN = {
    "fallback of ruby": ("", "<rp>low tide</rp>"),
    "fallback of a canvas": ("", "<canvas>low tide</canvas>"),
    "fallback of a film": ("", "<video>low tide</video>"),
    "fallback of an object": ("", "<object data=a.png>low tide</object>"),
    "note to a formula": ("", "<math><semantics><mi></mi><annotation>low tide</annotation></semantics></math>"),
    "description of a drawing": ("", "<svg><desc>low tide</desc></svg>"),
    "choices": ("", "<datalist><option>low tide</datalist>"),
    "a rule with two parts": ("main .x{display:none}", "<i class=x>low tide</i>"),
    "a rule with a child": ("p > .x{visibility:hidden}", "<i class=x>low tide</i>"),
    "a rule with two classes": (".x.y{display:none}", "<i class='y x'>low tide</i>"),
    "a rule on an attribute": ("[data-k=a]{display:none}", "<i data-k=a>low tide</i>"),
    "a rule by the place": ("p i:nth-child(n){display:none}", "<i>low tide</i>"),
    "a nested rule": ("main{& i{display:none}}", "<i>low tide</i>"),
    "a rule for wide windows": ("@media (min-width:300px){.x{display:none}}", "<i class=x>low tide</i>"),
    "a layer": ("@layer base{.x{display:none}}", "<i class=x>low tide</i>"),
    "letters too small": ("", "<i style='font-size:.02em'>low tide</i>"),
    "a box without width": ("", "<i style='display:inline-block;width:0;overflow:hidden'>low tide</i>"),
    "moved by a half sheet": ("", "<i style='position:absolute;right:-500em'>low tide</i>"),
    "scaled to nothing": ("", "<i style='display:inline-block;transform:scale(0)'>low tide</i>"),
    "faint": ("", "<i style='opacity:.01'>low tide</i>"),
    "clear letters": ("", "<i style='color:rgba(0,0,0,0)'>low tide</i>"),
    "kinds that no style in the file hides": ("", "<i class=x>low tide</i>"),
}


@pytest.mark.parametrize(("sheet", "junk"), UNSEEN.values(), ids=UNSEEN.keys())
@pytest.mark.parametrize("last", [False, True], ids=["sheet first", "sheet last"])
def test_words_that_nobody_sees_between_those_of_a_story_hide_nothing(sheet, junk, last):
    words = " ".join(f"{word} {junk}" for word in WORDS)
    style = f"<style>{sheet}</style>"
    source = f"<html><body>{'' if last else style}<main><p>{words}</p></main>{style if last else ''}</body></html>"
    report = check_document(page(source), INDEX)
    assert report.verdict is Verdict.FLAGGED
    assert sum(match.words for match in report.matches) >= 0.9 * len(WORDS)


SHOWN = {
    "shown by its own style": ("", "<i hidden style='display:inline'>{}</i>"),
    "moved, but not positioned": ("", "<i style='left:-9999px'>{}</i>"),
    "visible within the invisible": ("", "<i style='visibility:hidden'><b style='visibility:visible'>{}</b></i>"),
    "large within the small": ("", "<i style='font-size:0'><b style='font-size:16px'>{}</b></i>"),
    "a root of its own": ("", "<i><template shadowrootmode=open><b>{}</b></template></i>"),
    "shown by a later rule": (".x{display:none}.x{display:inline}", "<i class=x>{}</i>"),
    "shown by a stronger rule": ("i.x{display:inline}.x{display:none}", "<i class=x>{}</i>"),
    "shown by an important rule": (".x{display:inline!important}i.x{display:none}", "<i class=x>{}</i>"),
    "shown by a rule with two parts": (".x{display:none}p .x{display:inline}", "<i class=x>{}</i>"),
    "an object without data": ("", "<object>{}</object>"),
    "hidden for printers": ("@media print{.x{display:none}}", "<i class=x>{}</i>"),
    "no box to be cut": ("", "<i style='width:0;overflow:hidden'>{}</i>"),
    "hidden, in truth": ("", "<i hidden>{}</i>"),
}


@pytest.mark.parametrize(("sheet", "shown"), SHOWN.values(), ids=SHOWN.keys())
def test_every_second_word_may_be_hidden_or_only_look_so(sheet, shown):
    words = " ".join(shown.format(word) if at % 2 else word for at, word in enumerate(WORDS))
    report = check_document(page(f"<html><body><style>{sheet}</style><p>{words}</p></body></html>"), INDEX)
    assert report.verdict is Verdict.FLAGGED
    assert sum(match.words for match in report.matches) >= 0.9 * len(WORDS)


def test_words_of_elements_that_all_differ_hide_nothing():
    words = " ".join(f"{word} <i class=k{at}>low tide</i>" for at, word in enumerate(WORDS))
    report = check_document(page(f"<html><body><p>{words}</p></body></html>"), INDEX)
    assert sum(match.words for match in report.matches) >= 0.9 * len(WORDS)


def test_the_report_says_that_only_another_way_to_read_the_page_shows_the_copy():
    words = " ".join(f"<i hidden>{word}</i>" if at % 2 else word for at, word in enumerate(WORDS))
    report = check_document(page(f"<html><body><p>{words}</p></body></html>"), INDEX)
    assert report.submitted.reading == "with the words that it hides where they stand"
    assert report.disguises == (
        "Only when it is read with the words that it hides where they stand does it show all that it reproduces.",
    )
    source = report.original
    assert source[slice(*report.matches[0].submitted.file)].startswith("Nine <i hidden>goats</i>")


@pytest.mark.parametrize(
    "source",
    [
        f"<html><body><nav><ul hidden><li>Goats<li>Boats</ul></nav><p>{GOATS}</p>",
        f"<html><body><p>{GOATS} <a href=/>Home<span style='position:absolute;left:-999em'> page</span></a></p>",
        f"<html><body><p>{' '.join(f'<a href=/{n}>Pier {n}</a> |' for n in range(40))}</p><p>{GOATS}</p>",
        f"<html><body><p>{' '.join(f'<span data-t={n}>{word}</span>' for n, word in enumerate(WORDS))}</p>",
        "<html><body><p>" + GOATS.replace("goats", "<b>goats</b>").replace("his", "<i>his</i>"),
    ],
)
def test_an_honest_page_is_read_in_one_way(source):
    assert page(source).readings == ()


FOREIGN = {
    "a style in a drawing": "<svg><style><p>{}</p></style></svg>",
    "a style in a formula": "<math><style><p>{}</p></style></math>",
    "a script in a drawing": "<svg><script><div>{}</div></script></svg>",
    "a title in a drawing": "<svg><title><b>x</b></title><text>{}</text></svg>",
    "a closed title in a drawing": "<svg><title/><text>{}</text></svg>",
    "a closed description": "<svg><desc/><text>{}</text></svg>",
    "text without markup in a drawing": "<svg><text><![CDATA[{}]]></text></svg>",
    "HTML within a drawing": "<svg><foreignObject><p>{}</p></foreignObject></svg>",
    "a comment in a script in a drawing": "<svg><script><!-- </script> --><p>{}</p></svg>",
}


@pytest.mark.parametrize("source", FOREIGN.values(), ids=FOREIGN.keys())
def test_drawings_and_formulas_are_taken_apart_as_browsers_do(source):
    found = page("<html><body>" + source.format("low < tide" if "CDATA" in source else "low tide"))
    seen = found.text[: found.parts[0].start if found.parts else None]
    assert seen.split() == (["low", "<", "tide"] if "CDATA" in source else ["low", "tide"])


def test_a_drawing_with_a_style_and_a_script_of_its_own_shows_neither():
    found = page("<html><body><svg><style>.a > b {fill:red}</style><script>if (a < b) c()</script></svg><p>Low tide")
    assert found.text == "Low tide"


def test_xhtml_knows_empty_elements_and_text_without_markup():
    head = '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body>'
    found = page(f"{head}<script src='a'/><p hidden='hidden'/><p><![CDATA[low <tide>]]></p></body></html>", "a.xhtml")
    assert found.text == "low <tide>"
    assert found.offsets is not None
    assert found.original[slice(*found.offsets.span(0, len(found.text)))] == "low <tide>"


def test_a_page_that_may_be_xml_is_read_as_that_too():
    source = f'<html xmlns="http://www.w3.org/1999/xhtml"><body><p>Low tide</p><script src="a"/><p>{GOATS}</p>'
    found = page(source)
    assert found.text == "Low tide"
    report = check_document(found, INDEX)
    assert (report.verdict, report.submitted.reading) == (Verdict.FLAGGED, "as XML")


PIECES = st.sampled_from(
    [f"<{mark}{tag}>" for mark in ("", "/") for tag in ("svg", "math", "style", "title", "script", "p", "i", "desc")]
    + ["<title/>", "<svg/>", "<![CDATA[", "]]>", "<!--", "-->", "<foreignObject>", "tide", "&", "<", "a"]
)


@given(st.lists(PIECES, max_size=30), st.booleans())
def test_any_drawing_is_read_and_every_character_leads_back(pieces, xml):
    source = ("<?xml version='1.0'?>" if xml else "<html>") + "".join(pieces)
    for found in (page(source), *(reading.document for reading in page(source).readings)):
        assert found.offsets is not None
        for at in range(len(found.text)):
            low, high = found.offsets.span(at, at + 1)
            assert 0 <= low <= high <= len(source)


STYLES = st.lists(
    st.sampled_from([*'{}(),;:!&"', "@media", "print", "screen", "min-width:1px", ".a", "display:none", "/*", "*/"]),
    max_size=40,
)


@given(STYLES)
def test_any_style_is_read(pieces):
    source = f"<html><style>{' '.join(pieces)}</style><p>" + "a <i class=a>b</i> " * 60
    assert "a" in page(source).text


@pytest.mark.timeout(30)  # work that grows with the square takes minutes
@pytest.mark.parametrize(
    "source",
    [
        "<svg><style>&" * 20_000 + f"</style></svg><p>{GOATS}",
        "<svg>" + "<![CDATA[a]]>" * 30_000 + f"</svg><p>{GOATS}",
        "<style>" + ".a .b{display:none}" * 5_000 + "</style>" + "<p>a <i hidden>b</i></p>" * 5_000 + f"<p>{GOATS}",
        "<style>" + "a{" * 100_000 + "</style>" + "<i hidden>a</i> b " * 1_000 + f"<p>{GOATS}",
    ],
    ids=["styles in drawings", "text without markup", "rules and words", "braces"],
)
def test_a_hostile_page_takes_no_time(source):
    assert "goats" in page(source).text
