"""News XML and feeds: what a desk needs to know of an item, and files that were made to do harm."""

from __future__ import annotations

import io
import re
import time
from html import unescape
from pathlib import Path

import pytest

from checker.readers import Document, Kind, Unreadable, read
from checker.readers.wire.flow import Flow
from checker.readers.wire.markup import plain_text, read_markup
from checker.readers.wire.xmltree import MOST_DEPTH

FORMATS = Path(__file__).with_name("formats")
FOLDERS = ("nitf", "newsml-g2", "newsml1", "feeds", "newsxml")
FILES = sorted(
    path for folder in FOLDERS for path in (FORMATS / folder).iterdir() if path.suffix not in (".expected", ".md")
)
STORY = "<nitf><body><body.content>%s</body.content></body></nitf>"
WORD = re.compile(r"\w+")
SECONDS = 30
"""Far above what any of the files below takes; one whose work grows with the square of its size takes hours."""


def entries(raw: bytes | str, name: str = "wire.xml") -> list[Document | Unreadable]:
    return list(read(name, io.BytesIO(raw.encode() if isinstance(raw, str) else raw)))


def one(raw: bytes | str, name: str = "wire.xml") -> Document:
    (entry,) = entries(raw, name)
    assert isinstance(entry, Document), entry
    return entry


def body(markup: str) -> str:
    return one(STORY % markup).text


def quoted(document: Document, start: int, end: int) -> str:
    """What the file itself has where text[start:end] came from."""
    assert document.offsets is not None
    return "".join(document.original[low:high] for low, high in document.offsets.ranges(start, end))


# --- every word of a story leads back to the file -------------------------------------------------


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(FORMATS).as_posix())
def test_every_word_is_found_where_the_report_says_it_stands(path: Path) -> None:
    for entry in entries(path.read_bytes(), path.name):
        assert isinstance(entry, Document)
        for word in WORD.finditer(entry.text):
            there = quoted(entry, *word.span())
            assert re.sub("<[^>]*>", "", unescape(unescape(unescape(there)))) == word[0]


def test_a_sentence_that_runs_through_markup_is_cut_out_without_the_markup() -> None:
    document = one(STORY % "<p>The <person>Lord\n  Mayor</person> of Caf&#233; &amp;\u200b Allen</p>")
    assert document.text == "The Lord Mayor of Café & Allen"
    assert quoted(document, 4, 14) == "Lord\n  Mayor"
    assert quoted(document, 18, 22) == "Caf&#233;"


def test_places_count_characters_and_not_bytes() -> None:
    document = one(STORY.replace("<nitf>", "<nitf><!-- Überfähre 船 𝄞 -->") % "<p>船 am Kai</p>")
    assert quoted(document, 0, 1) == "船"


def test_utf_16_leads_back_into_the_characters_of_the_file() -> None:
    raw = '<?xml version="1.0" encoding="UTF-16"?>' + STORY % "<p>Die Fähre liegt still</p>"
    document = one(raw.encode("utf-16"))
    assert document.text == quoted(document, 0, len(document.text)) == "Die Fähre liegt still"


def test_a_file_that_says_utf_8_and_is_latin_1_is_read_all_the_same() -> None:
    raw = '<?xml version="1.0" encoding="UTF-8"?>' + STORY % "<p>Die Fähre bleibt im Hafen</p>"
    assert one(raw.encode("latin-1")).text == "Die Fähre bleibt im Hafen"


def test_the_envelope_of_a_wire_may_stand_around_the_document() -> None:
    document = one("\x01\x01MP0042\r\n\r\n<?xml version='1.0'?>" + STORY % "<p>The ferry sails.</p>" + "\r\n\x03\x04")
    assert (document.text, document.format, document.incomplete) == ("The ferry sails.", "nitf", ())


# --- what is copy and what is not -----------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    [
        "<p>(STORY CAN END HERE. OPTIONAL 2ND TAKE FOLLOWS.)</p>",
        "<p>(Optional material follows.)</p>",
        "<p>Eds: Moved in advance.</p>",
        "<p>AP Photo MPX105</p>",
        "<p>ends</p>",
        "<p>===</p>",
        "<p>im/tb/jl</p>",
        "<p>==Meridian</p>",
        "<p>(©MP)</p>",
        "<p>AFP im</p>",
        "<p>© Meridian Press. No use without a licence.</p>",
        "<p>The following information is not for publication</p><p>Desk: 555 1234</p>",
        "<media><media-caption>A pier. MP/Lund</media-caption></media>",
        "<table><caption>Piers</caption></table>",
        "<note noteType='editorsNote'><p>Pictures to follow.</p></note>",
        "<p class='notepad'>Desk: 555 1234</p>",
        "<script>alert(1)</script>",
    ],
)
def test_what_is_no_copy_is_not_in_the_text(said: str) -> None:
    assert body(f"<p>The pier is closed.</p>{said}") == "The pier is closed."


@pytest.mark.parametrize(
    "said",
    [
        "More ferries follow.",
        "The Associated Bakers (AB) met.",
        "He ends his walk here.",
        "and/or",
        "Optional extras cost more.",
    ],
)
def test_sentences_that_look_like_control_text_stay(said: str) -> None:
    assert body(f"<p>The pier is closed.</p><p>{said}</p>") == f"The pier is closed.\n{said}"


def test_inline_elements_do_not_divide_a_word_and_blocks_do_not_join_two() -> None:
    assert body("<p>Al<b>len</b>stedt</p><p>is<br/>shut</p><hl2>Why</hl2>") == "Allenstedt\nis\nshut\nWhy"


def test_an_element_that_nobody_knows_does_not_break_a_sentence() -> None:
    assert body("<p>shares of <Company>Allen Mills</Company>, which</p>") == "shares of Allen Mills, which"


def test_html_entities_that_xml_does_not_know_are_read() -> None:
    document = one(STORY % "<p>Caf&eacute;&nbsp;Allen</p>")
    assert (document.text, document.incomplete) == ("Café Allen", ())


def test_an_entity_that_nobody_knows_makes_the_reading_incomplete() -> None:
    assert one(STORY % "<p>The &meridian; pier</p>").incomplete == ("nothing in it says what &meridian; means",)


def test_references_that_were_escaped_twice_are_read() -> None:
    assert body("<p>It&amp;#39;s shut &amp;amp; dark</p>") == "It's shut & dark"


def test_markup_that_was_escaped_is_no_text() -> None:
    assert body("&lt;p&gt;One &lt;b&gt;pi&lt;/b&gt;er.&lt;/p&gt;&lt;p&gt;Two.&lt;/p&gt;") == "One pier.\nTwo."


def test_plain_text_is_divided_by_its_empty_lines() -> None:
    assert body("One pier is\nshut.\n\nTwo are open.") == "One pier is shut.\nTwo are open."


def test_a_table_in_pre_keeps_its_lines() -> None:
    assert body("<pre>North 1\nSouth 2</pre>") == "North 1\nSouth 2"


# --- what an item is ------------------------------------------------------------------------------


def g2(meta: str = "", content: str = "", attributes: str = "guid='u:1'") -> Document:
    text = "<contentSet><inlineXML><html><body><p>Text.</p></body></html></inlineXML></contentSet>"
    return one(
        f"<newsItem {attributes}><itemMeta>{meta}</itemMeta><contentMeta>{content}</contentMeta>{text}</newsItem>"
    )


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("stat:usable", "usable"),
        ("stat:withheld", "withheld"),
        ("stat:canceled", "canceled"),
        ("x:Cancelled", "canceled"),
    ],
)
def test_the_words_of_agencies_for_a_status_become_three(said: str, status: str) -> None:
    assert g2(f"<pubStatus qcode='{said}'/>").metadata["status"] == status


def test_a_status_that_nobody_knows_is_no_status() -> None:
    assert "status" not in g2("<pubStatus qcode='stat:resting'/>").metadata


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("text", Kind.STORY),
        ("picture", Kind.PICTURE),
        ("graphic", Kind.GRAPHIC),
        ("video", Kind.VIDEO),
        ("audio", Kind.AUDIO),
    ],
)
def test_an_item_is_what_its_class_says(said: str, kind: Kind) -> None:
    assert g2(f"<itemClass qcode='ninat:{said}'/>").kind is kind


@pytest.mark.parametrize(
    ("slug", "kind"),
    [
        ("ADVISORY", Kind.ADVISORY),
        ("WINDFARM-ADVISORY/", Kind.ADVISORY),
        ("MP News Budget", Kind.BUDGET),
        ("TEST", Kind.TEST),
        ("Travel advisory", Kind.STORY),
        ("BRITAIN-BUDGET/", Kind.STORY),
        ("CRICKET-TEST/", Kind.STORY),
        ("Budget", Kind.STORY),
    ],
)
def test_notices_to_editors_are_told_from_stories_by_their_slugs(slug: str, kind: Kind) -> None:
    assert g2(content=f"<slugline>{slug}</slugline>").kind is kind


def test_a_note_that_is_not_public_is_not_shown() -> None:
    found = g2("<edNote>Adds a pier.</edNote><edNote pubconstraint='c:nonpublic'>Call 555</edNote>").metadata
    assert found["editors_note"] == "Adds a pier."


def test_an_item_alone_in_its_file_is_called_by_the_file_and_several_are_not() -> None:
    item = "<newsItem guid='u:%d'><itemMeta/><contentSet><inlineData>Pier %d.</inlineData></contentSet></newsItem>"
    alone = one("<newsMessage>" + item % (1, 1) + "</newsMessage>", "a/b.xml")
    assert (alone.id, alone.name, alone.place) == ("u:1", "a/b.xml", "")
    both = entries("<newsMessage>" + item % (1, 1) + item % (2, 2) + "</newsMessage>", "a/b.xml")
    assert [(entry.id, entry.name, entry.place) for entry in both if isinstance(entry, Document)] == [
        ("u:1", "", "item 1"),
        ("u:2", "", "item 2"),
    ]


def test_an_item_without_an_id_is_called_by_its_file() -> None:
    assert one(STORY % "<p>Pier.</p>", "a/b.xml").id == "a/b.xml"


# --- files that break off, and files that were made to do harm ------------------------------------


def test_what_was_read_before_a_file_breaks_off_is_kept_and_said_to_be_a_part() -> None:
    document = one((STORY % "<p>One pier.</p>\n<p>Two pi")[:-34] + "")
    assert document.text.startswith("One pier.")
    assert document.incomplete == ("the XML breaks off at line 2 (no element found)",)


def test_tags_that_do_not_match_are_no_reason_to_drop_the_story() -> None:
    document = one("<nitf><body><body.content><p>One pier.</p>\n<p>Two.</body.content></body></nitf>")
    assert (document.text, document.incomplete) == (
        "One pier.\nTwo.",
        ("the XML breaks off at line 2 (mismatched tag)",),
    )


def test_a_doctype_is_no_reason_to_refuse_and_nothing_it_names_is_fetched() -> None:
    for doctype in (
        '<!DOCTYPE nitf SYSTEM "http://127.0.0.1:9/nitf.dtd">',
        '<!DOCTYPE nitf PUBLIC "-//IPTC//DTD NITF 3.6//EN" "nitf.dtd">',
        "<!DOCTYPE nitf [<!ELEMENT nitf ANY>]>",
        '<!DOCTYPE nitf [<!ENTITY % nitf SYSTEM "nitf-3-0.dtd"> %nitf;]>',
    ):
        document = one(doctype + STORY % "<p>Pier.</p>")
        assert (document.text, document.incomplete) == ("Pier.", ())


LAUGHS = '<!ENTITY a "lol">' + "".join(
    f'<!ENTITY {name} "{("&" + before + ";") * 10}">' for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
ENTITIES = {
    "a billion laughs": f"<!DOCTYPE nitf [{LAUGHS}]>" + STORY % "&i;",
    "one long entity, many times": f'<!DOCTYPE nitf [<!ENTITY a "{"x" * 50_000}">]>' + STORY % ("&a;" * 50_000),
    "a file of ours": '<!DOCTYPE nitf [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + STORY % "&x;",
    "a server of ours": '<!DOCTYPE nitf [<!ENTITY x SYSTEM "http://127.0.0.1:9/">]>' + STORY % "&x;",
    "a parameter entity": '<!DOCTYPE nitf [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x.dtd"> %x;]>' + STORY % "<p>a</p>",
    "a parameter entity with a value": "<!DOCTYPE nitf [<!ENTITY % x \"<!ENTITY y 'z'>\"> %x;]>" + STORY % "&y;",
    "a file by a parameter entity": '<!DOCTYPE nitf [<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;]>' + STORY % "a",
}


@pytest.mark.parametrize("raw", ENTITIES.values(), ids=ENTITIES.keys())
@pytest.mark.parametrize("root", ["nitf", "rss", "newsItem", "NewsML", "whatever"])
def test_entities_are_refused_by_name_in_every_dialect(raw: str, root: str) -> None:
    raw = "<?xml version='1.0'?>" + re.sub(r"(?<=DOCTYPE )nitf|(?<=<)nitf|(?<=</)nitf", root, raw)
    (entry,) = entries(raw)
    assert isinstance(entry, Unreadable)
    assert entry.sentence == "It declares XML entities, which are not followed."


XML = "<?xml version='1.0'?>"
HOSTILE = {
    "200,000 deep": "<x>" * 200_000 + "x" + "</x>" * 200_000,
    "millions of elements": "<r>" + "<a/>" * 1_500_000 + "</r>",
    "millions that never end": "<x>" * 1_500_000,
    "a million attributes": "<r " + " ".join(f"a{number}='1'" for number in range(1_000_000)) + "/>",
    "millions of comments": "<r>" + "<!---->" * 1_000_000 + "x</r>",
    "a name of 10 MB": "<" + "x" * 10_000_000,
    "a tag of quotation marks": "<r " + "'" * 5_000_000,
    "only opening brackets": "<r>" + "<" * 5_000_000,
    "a declaration without end": "<!DOCTYPE " + "[" * 5_000_000,
    "a comment without end": "<r><!-- " + "- " * 3_000_000,
    "millions of references": STORY % ("<p>" + "&amp;" * 2_000_000 + "</p>"),
    "millions of lines": STORY % ("<p>" + "x\n" * 4_000_000 + "</p>"),
    "millions of paragraphs in CDATA": STORY % ("<![CDATA[" + "<p>x" * 2_000_000 + "]]>"),
    "millions of escaped tags": STORY % ("&lt;p&gt;x" * 1_000_000),
    "NUL characters": STORY % "<p>The \0pier\0</p>",
    "an item that breaks off": "<rss><channel><item><title>One</title><description>The pi",
    "two documents in one": STORY % "<p>One.</p>" + STORY % "<p>Two.</p>",
    "not XML at all": "<r",
}


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_file_made_to_do_harm_is_never_a_clean_document_and_costs_little(raw: str) -> None:
    begun = time.monotonic()
    (entry,) = entries(XML + raw)
    assert time.monotonic() - begun < SECONDS
    if isinstance(entry, Document):
        assert entry.incomplete
    else:
        assert re.fullmatch(r"[A-Z].+\.", entry.sentence)


def test_a_story_of_one_word_of_10_mb_is_read() -> None:
    assert one(STORY % ("<p>" + "x" * 10_000_000 + "</p>")).text == "x" * 10_000_000


def test_nesting_as_deep_as_is_allowed_is_read() -> None:
    depth = MOST_DEPTH - 10
    assert body("<b>" * depth + "pier" + "</b>" * depth) == "pier"


def test_items_within_items_are_read_once() -> None:
    raw = XML + "<newsMessage>" + "<newsItem guid='u:1'><itemMeta/>" * 500 + "</newsItem>" * 500 + "</newsMessage>"
    assert len(entries(raw)) == 1


def test_a_page_stays_with_the_reader_of_pages() -> None:
    raw = XML + "<html xmlns='http://www.w3.org/1999/xhtml'><body><p>Pier.</p></body></html>"
    assert one(raw, "page.xhtml").format == "html"


def test_xml_without_a_word_is_refused_in_a_sentence() -> None:
    (entry,) = entries(XML + "<settings debug='1'><path/></settings>")
    assert entry == Unreadable("wire.xml", "It is XML without a word of text in it.")


# --- HTML within other formats --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One</p><p>Two<br>Three</p>", "One\nTwo\nThree"),
        ("a <b>b</b>c&nbsp;&eacute;&#8212;", "a bc é—"),
        ("<script>x</script>a<style>b</style><template>c</template>d", "a\nd"),
        ("no markup, 5 < 6 & 7 > 6", "no markup, 5 < 6 & 7 > 6"),
        ("&amp;quot;Shut&amp;quot;", '"Shut"'),
        ("<table><tr><td>a<td>b</table>", "a b"),
        ("<p", ""),
        ("", ""),
        ("<b>" * 100_000 + "x", "x"),
    ],
)
def test_plain_text_of_html(markup: str, text: str) -> None:
    assert plain_text(markup) == text


def test_html_in_pieces_leads_back_through_them() -> None:
    flow = Flow()
    read_markup([("<p>Pi", 10, 15), ("é", 15, 21), ("rs &amp; co</p>", 21, 36)], flow)
    built = flow.joined()
    assert built.text() == "Piérs & co"
    assert built.offsets().span(0, 5) == (13, 23)
    assert built.offsets().span(6, 7) == (24, 29)


def test_markup_without_measure_still_ends() -> None:
    begun = time.monotonic()
    assert plain_text("<p>x</p>" * 1_000_000).startswith("x\nx")
    assert time.monotonic() - begun < SECONDS


def test_a_house_may_put_the_story_into_a_module_of_its_own() -> None:
    raw = (
        "<feed xmlns='http://www.w3.org/2005/Atom' xmlns:mp='u:mp'><entry><id>u:1</id><title>Pier</title>"
        "<content>Teaser.</content><mp:meta><mp:first_line>The pier is shut.</mp:first_line>"
        "<mp:body><![CDATA[It opens in May.]]></mp:body></mp:meta></entry></feed>"
    )
    assert one(raw).text == "The pier is shut.\nIt opens in May."
