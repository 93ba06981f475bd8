"""What reading a page quickly rests on: each piece comes out as if the page were read letter by letter."""

from __future__ import annotations

import io
import time

from hypothesis import given
from hypothesis import strategies as st

from checker.readers import Document, held, read
from checker.readers.css import read_rules
from checker.readers.offsets import TextBuilder, through
from checker.readers.page import take_apart
from checker.readers.variants import APART, add_variants

LINE = "The ferry to Skerrow left an hour late on Friday because of fog, Meridian Press said. "
PIECES = st.lists(st.tuples(st.text("ab", min_size=1, max_size=4), st.booleans()), min_size=1, max_size=8)


def _page(source: str) -> Document:
    (document,) = read("page.html", io.BytesIO(source.encode()))
    assert isinstance(document, Document)
    return document


def _built(pieces: list[tuple[str, bool]], size: int) -> tuple[TextBuilder, list[tuple[int, int]]]:
    """A text in a file of `size` characters, some pieces as they stand there and others for two characters more."""
    builder = TextBuilder()
    where: list[tuple[int, int]] = []
    at = 0
    for text, linear in pieces:
        end = at + len(text) + (0 if linear else 2)
        if end > size:
            break
        builder.take(text, at, end)
        where += [(at + n, at + n + 1) for n in range(len(text))] if linear else [(at, end)] * len(text)
        at = end + 1
    return builder, where


@given(PIECES, PIECES)
def test_a_text_within_a_text_leads_to_the_file_character_by_character(inner, outer):
    around, places = _built(outer, 1_000)
    within, letters = _built(inner, around.length)
    offsets = through(within.offsets(), around.offsets())
    for at, (low, high) in enumerate(letters):
        expected = min(places[n][0] for n in range(low, high)), max(places[n][1] for n in range(low, high))
        assert offsets.span(at, at + 1) == expected


def test_rules_of_a_sheet_come_in_order_whatever_stands_around_them():
    sheet = """/* .x{} */ p, .a{color:red} @media print{.b{display:none}} @media screen{.c{x:y;&:hover{z:w} v:u}}
    @font-face{src:url(f)} } .d{opacity:0} .e{w:1;.f{q:2"""
    found = [(selector.strip(), text.strip()) for selector, text in read_rules(sheet)]
    assert found == [
        ("p, .a", "color:red"),
        (".c", "x:y"),
        (".c:hover", "z:w"),
        (".c", "v:u"),
        (".d", "opacity:0"),
        (".e", "w:1"),
    ]


def test_a_rule_hides_what_it_is_for_and_the_stronger_one_wins():
    page = take_apart(
        "<style>.off{display:none} p.on{display:block} #last{opacity:0}</style>"
        "<p>Seen.</p><p class='off'>Gone.</p><p class='off on'>Back.</p><p id=last>Faint.</p>"
        "<p hidden class=on>Shown.</p>"
    )
    assert page.text[: page.visible] == "Seen.\nBack.\nShown."
    assert page.text[page.visible :].split() == ["Gone.", "Faint."]


def test_many_rules_for_many_elements_take_time_that_grows_with_their_number():
    sheet = "".join(f"p{{opacity:0;left:{n}px}}" for n in range(20_000))
    body = "".join(f"<p id=p{n} style='top:{n}px'>word</p>" for n in range(5_000))
    begin = time.process_time()
    page = take_apart(f"<style>{sheet}</style>{body}")
    assert page.visible == 0
    assert time.process_time() - begin < 10


def test_signs_between_letters_are_read_as_spaces_where_they_stand_close():
    close = LINE.replace("late", "l|ate").replace("hour", "ho|ur").replace("fog", "f|og").replace("left", "le|ft")
    assert [reading.how for reading in add_variants(Document("d", close)).readings] == [APART]
    apart = ("f|og " + LINE * 4) * 5
    assert not add_variants(Document("d", apart)).readings


def test_a_script_may_begin_with_its_story_and_names_its_place():
    story = " ".join(f"word{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(90))
    source = (
        f"<p>Welcome to our site.</p><script>{story.replace('word', 'Word', 1)}</script><script>x='{story}'</script>"
    )
    document = _page(source)
    start = document.text.index("wordba")
    assert document.offsets is not None
    low, high = document.offsets.span(start, start + 6)
    assert source[low:high] == "wordba"


def test_what_turns_letters_is_noticed_wherever_it_stands():
    turned = "Meridian Press said on Friday that the ferry to Skerrow would be late again because of the fog."[::-1]
    for page in (
        f"<bdo dir=rtl>{turned}</bdo>",
        f"<p style='UNICODE-BIDI: bidi-override; direction: rtl'>{turned}</p>",
        f"<style>.t{{unicode-bidi:bidi-override;direction:rtl}}</style><p class=t>{turned}</p>",
        f"<p>&#x0202e;{turned}</p>",
    ):
        assert any("in which its letters are shown" in one.how for one in _page(page).readings), page
    assert not _page(f"<p>{LINE}</p><script>s='<bdo unicode-bidi'</script>").readings


@given(st.text(st.sampled_from("Ab9İß_ ’–\xa0é中ж.,"), max_size=40))
def test_words_are_the_same_whichever_way_they_are_looked_for(text):
    assert held._find_words(text) == [word.lower() for word in held.WORD.findall(text)]


@given(st.lists(st.sampled_from((r"\u0041", r"\x42", r"\u{43}", r"\ud83d\ude00", r"\\u00e9", r"\u4e2d")), max_size=12))
def test_escapes_are_the_same_whichever_way_they_are_decoded(escapes):
    row = "".join(escapes)
    assert held._unescape(row) == held.ESCAPE.sub(held.character, row)


@given(
    st.lists(st.sampled_from(("content", ":", "'a;b'", '"c', ";", "quotes", "list-style-type", "}", " ")), max_size=20)
)
def test_what_a_sheet_says_is_found_by_its_names(pieces):
    style = "".join(pieces)
    assert [one.span() for one in held._find_contents(style)] == [one.span() for one in held.CONTENT.finditer(style)]
