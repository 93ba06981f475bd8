"""Web pages: what a reader sees, what is hidden from readers, and where in the file it stands."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from checker.check import check_document
from checker.model import Verdict
from checker.readers import Document, Label, read
from checker.readers.labels import copy_of
from fingerprints.index import Upsert, Work
from fingerprints.sketch import sketcher
from fingerprints.stores.memory import MemoryStore

FERRY = (
    "The last ferry of the day left Skerrow harbour without its captain on Tuesday, the harbour office said, "
    "and nobody on board noticed until the lights of the far pier came into view."
)
GOATS = (
    "Nine goats that had been booked as passengers were led ashore by a deckhand who had never steered a boat before "
    "and who asked afterwards that his mother should not be told."
)


def page(source: str | bytes, name: str = "page.html") -> Document:
    raw = source if isinstance(source, bytes) else source.encode("utf-8", "surrogatepass")
    (document,) = read(name, io.BytesIO(raw))
    assert isinstance(document, Document)
    return document


def words_of(source: str) -> list[str]:
    return page(f"<html><body>{source}").text.split()


def index(*texts: str) -> MemoryStore:
    store = MemoryStore()
    works = [Work(f"mp-{number}", text, "Ferry", "Meridian Press") for number, text in enumerate(texts, 1)]
    made = sketcher(store.spec, store.secret).fingerprints([work.text for work in works])
    store.apply(list(map(Upsert, works, made)))
    return store


def test_a_page_reads_as_its_reader_reads_it():
    found = page(
        "<!DOCTYPE html><html lang=en-GB><head><title>Last  ferry &amp; goats</title><link rel=canonical href=/ferry>"
        "<meta property='article:published_time' content='2001-05-02'><style>p{}</style></head>"
        "<body><nav><a>Home</a><a>Isles</a></nav><h1>Last ferry</h1><p>It left\n   at <b>dus</b>k.<br>Then&nbsp;night."
        "<table><tr><td>Goats<td>9</table><script>var goats = '<p>ten</p>'</script><!-- a <p>remark</p> -->"
        "<footer>© MMI"
    )
    assert found.text == "HomeIsles\nLast ferry\nIt left at dusk.\nThen\N{NO-BREAK SPACE}night.\nGoats 9\n© MMI"
    assert found.title == "Last ferry & goats"
    assert found.metadata == {"language": "en-GB", "url": "/ferry", "created": "2001-05-02"}
    assert (found.format, found.encoding, found.parts) == ("html", "utf-8", ())


@pytest.mark.parametrize(
    "hiding",
    [
        '<span style="display:none">{}</span>',
        '<span style="DISPLAY : none !important">{}</span>',
        '<p style="visibility:hidden">{}</p>',
        '<p style="color:red;opacity:0">{}</p>',
        '<p style="font-size:0px">{}</p>',
        '<p style="position:absolute;left:-9999px">{}</p>',
        '<p style="text-indent:-999em">{}</p>',
        '<p style="position:absolute;clip:rect(0 0 0 0)">{}</p>',
        '<p style="clip-path: inset(50%)">{}</p>',
        '<p style="height:0;overflow:hidden">{}</p>',
        '<p style="color:#fff;background:#fff">{}</p>',
        '<p style="color:transparent">{}</p>',
        "<p hidden>{}</p>",
        "<noscript>{}</noscript>",
        "<template>{}</template>",
        "<dialog>{}</dialog>",
        "<style>.gone {{ display: none }}</style><p class='x gone'>{}</p>",
        "<style>/* .a{{}} */ @charset 'x'; h1, p.gone, #b {{opacity:0}}</style><p class=gone>{}</p>",
        "<style>#gone{{left:-10000px;position:absolute}}</style><div id=gone><div>{}</div></div>",
        "<style>@media screen {{ .gone{{display:none}} }}</style><p class=gone>{}</p>",
    ],
)
def test_hidden_text_stands_behind_the_page_and_is_called_cloaked(hiding):
    found = page(f"<html><body><p>One two {hiding.format('three &amp; four')} five</p>")
    assert found.text.split() == ["One", "two", "five", "three", "&", "four"]
    (part,) = found.parts
    assert (found.text[part.start : part.end].split(), part.label) == (["three", "&", "four"], Label.CLOAKED)


@pytest.mark.parametrize(
    "shown",
    [
        "<p style='color:#fff;background:#000'>{}</p>",
        "<style>@media print {{ p {{ display:none }} }} p {{ color: red }}</style><p>{}</p>",
        "<style>.js .later {{ display:none }}</style><p class=later>{}</p>",
        "<details><summary>{}</summary></details>",
        "<p aria-hidden=true>{}</p>",
        "<p style='opacity:0.9;left:-9px'>{}</p>",
        "<p hidden>one<p>{}",
        "<li hidden>one<li>{}",
        "<td style='display:none'>one<td>{}",
        "<p hidden>one</p></p></div>{}",
    ],
)
def test_what_only_looks_hidden_is_not(shown):
    found = page(f"<html><body>{shown.format('two')}")
    assert "two" not in [found.text[part.start : part.end].strip() for part in found.parts]
    assert found.text.split()[0] == "two"


def test_a_passage_that_a_page_hides_is_found_and_said_to_be_hidden():
    report = check_document(page(f"<html><body><p>{FERRY}</p><p style='display:none'>{GOATS}</p>"), index(FERRY, GOATS))
    assert [(match.source.id, match.submitted.label) for match in report.matches] == [
        ("mp-1", "main"),
        ("mp-2", "cloaked"),
    ]


def test_hidden_words_between_those_of_a_copied_sentence_hide_nothing():
    words = "".join(f"{word} <i style='display:none'>zebra</i>" for word in FERRY.split())
    report = check_document(page(f"<html><body><p>{words}</p>"), index(FERRY))
    assert [match.submitted.text for match in report.matches] == [FERRY.rstrip(".")]


def test_a_span_cut_from_the_file_and_stripped_of_tags_is_the_text():
    source = (
        f"<html><body><p>Skerrow — {FERRY[:80]}<em>{FERRY[80:]}</em></p><div style='display:none'>not shown</div>"
        f"<script>let it = 'be'</script><p>{GOATS.replace('and who', '&#97;nd&nbsp;who')}</p>"
    )
    document = page(source)
    report = check_document(document, index(f"{FERRY}\n{GOATS}"))
    assert len(report.matches) == 2, "a passage ends where the page hides something"
    for match in report.matches:
        cut = source[slice(*match.submitted.file)]
        assert LexborHTMLParser(f"<body>{cut}").body.text(deep=True).split() == match.submitted.text.split()
        ranges = match.submitted.ranges or [match.submitted.file]
        assert all("<" not in source[low:high] for low, high in ranges)


def test_main_text_is_told_from_furniture():
    links = "".join(f"<li><a href=/{n}>Harbour notice number {n}</a></li>" for n in range(20))
    note = "Printed and published weekly since 1911 by the Isles Gazette company; letters are opened with pleasure."
    source = (
        f"<html><body><nav><ul>{links}</ul></nav><article><h1>Last ferry</h1><p>{FERRY}</p><p>{GOATS}</p><p>{FERRY}</p>"
        f"</article><footer><p>{note}</p></footer></body></html>"
    )
    report = check_document(page(source), index(GOATS, note))
    assert [(match.source.id, match.submitted.label) for match in report.matches] == [
        ("mp-1", "main"),
        ("mp-2", "furniture"),
    ]
    assert "Harbour notice" not in copy_of(page(source)), "what is added of a page is its main text"
    assert GOATS in copy_of(page(source))


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        (b'<html><meta charset="windows-1251"><p>' + "паром".encode("cp1251"), "паром"),
        (b"<html><meta http-equiv=Content-Type content='text/html; charset=iso-8859-1'><p>\x93Quote\x94", "“Quote”"),
        (b'<html><meta charset="iso-8859-1"><p>' + "Fähre".encode(), "Fähre"),
        (b'<?xml version="1.0" encoding="shift_jis"?><html><p>' + "最後".encode("shift_jis"), "最後"),
        ("<html><p>Fähre".encode("utf-16"), "Fähre"),
        ("\ufeff<html><p>Fähre".encode(), "Fähre"),
    ],
)
def test_a_page_says_how_its_letters_are_encoded_and_may_be_wrong(raw, word):
    assert page(raw).text == word


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("draft.txt", "<p>The ferry</p>"),
        ("-", "<!-- from the desk --><div>The ferry</div>"),
        ("page.html", "The <b>ferry</b>"),
        ("x", '<?xml version="1.0"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml"><p>The ferry</p></html>'),
    ],
)
def test_html_is_known_by_what_it_is(name, source):
    assert (page(source, name).format, page(source, name).text) == ("html", "The ferry")


def test_a_name_that_says_something_else_is_worth_a_line():
    assert page("<p>The ferry</p>", "draft.txt").warnings == (
        "its name says plain text in any encoding; its content is HTML",
    )


INLINE = st.sampled_from(["b", "i", "span", "a", "em", "strong"])
BLOCK = st.sampled_from(["p", "div", "li", "blockquote", "h2", "td", "section"])
LETTERS = st.text(st.sampled_from("abcdé東😀&<>\"' \n\t"), max_size=12)


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


NODE = st.recursive(
    LETTERS.map(escaped),
    lambda inner: st.tuples(INLINE | BLOCK, st.lists(inner, max_size=4)).map(
        lambda made: f"<{made[0]}>{''.join(made[1])}</{made[0]}>"
    ),
    max_leaves=12,
)


@given(NODE)
def test_the_words_are_those_of_another_parser(source):
    expected = LexborHTMLParser(f"<html><body>{source}").body
    ours = page(f"<html><body>{source}").text
    assert "".join(ours.split()) == "".join((expected.text(deep=True) if expected else "").split())


@given(st.text(st.sampled_from("<>/!-abp= \"'&;#\n\r[]é😀\0"), max_size=80))
def test_any_source_is_read_and_every_character_leads_back(source):
    found = page(f"<p>{source}")
    assert found.offsets is not None
    for at, character in enumerate(found.text):
        low, high = found.offsets.span(at, at + 1)
        assert 0 <= low <= high <= len(found.original)
        if high - low == 1 and character not in "\0\ufffd \n":
            assert found.original[low] == character


HOSTILE = {
    "200,000 elements deep": "<div>" * 200_000 + FERRY,
    "200,000 elements deep, closed": "<div>" * 200_000 + FERRY + "</div>" * 200_000,
    "a flood of attributes": "<p " + " ".join(f"a{n}=1" for n in range(100_000)) + f">{FERRY}",
    "one attribute of 5 MB": f"<p style='{'x:y;' * 1_250_000}'>{FERRY}",
    "comments that never end": "<p>" + FERRY + "<!--" * 200_000,
    "tags that never end": "<p>" + FERRY + "<a" * 500_000,
    "end tags without a beginning": "<p>" + FERRY + "</x>" * 300_000,
    "crossed tags": "<b><i>" * 100_000 + FERRY + "</b></i>" * 100_000,
    "style without end": "<style>" + "a{" * 400_000 + "</style><p>" + FERRY,
    "style of nothing but letters": "<style>" + "a" * 900_000 + "</style><p>" + FERRY,
    "every element with a style": ("<i style='" + "color:red;" * 100 + "'>x</i>") * 2_000 + f"<p>{FERRY}",
    "ampersands": "<p>" + FERRY + "&" * 500_000,
    "spaces": "<p>" + FERRY + " \n" * 1_000_000,
    "text in text in text": "<noscript><iframe>" * 20_000 + FERRY,
}


@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.timeout(30)  # work that grows with the square takes minutes
def test_a_hostile_page_hides_no_copy_and_takes_no_time(source):
    report = check_document(page(f"<html><body>{source}"), index(FERRY))
    assert report.verdict is Verdict.FLAGGED
    assert FERRY.rstrip(".") in " ".join(match.submitted.text for match in report.matches)


def test_a_page_full_of_nul_bytes_is_not_judged():
    assert check_document(page(f"<p>{FERRY}" + "\0" * 1_000), index(FERRY)).verdict is Verdict.INCOMPLETE


def test_a_page_without_a_word_is_not_clear():
    report = check_document(page("<html><body><div id=app></div><script>render('story')</script>"), index(FERRY))
    assert (report.verdict, report.reasons) == (Verdict.INCOMPLETE, ("no words were found in it",))
