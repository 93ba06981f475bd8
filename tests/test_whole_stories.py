"""What is added is the story: wherever a feed or an item keeps it, in parts, encoded, or carried by another item."""

from __future__ import annotations

import base64
import io
import json
from typing import Any

import pytest

from checker.readers import Document, Kind, read
from checker.readers.wire import feeds, jsonfeed, ninjs
from checker.readers.wire.story import Key

LEAD = "The swing bridge at Port Hallam stuck open for six hours on Tuesday after a heron nested in its gearwheel."
REST = [
    "Some 300 commuters waited on either bank until a carpenter carried bird and nest away in a tray, engineers said.",
    "The motor had not been oiled since the end of autumn, because the can stood in a cupboard that nobody could open.",
]
STORY = [LEAD, *REST]
TEASER = "A bridge stuck open."
HTML = "".join(f"<p>{line}</p>" for line in STORY)
ESCAPED = HTML.replace("<", "&lt;")


def documents(raw: str | bytes | dict[str, Any], name: str = "wire") -> list[Document]:
    if isinstance(raw, dict):
        raw = json.dumps(raw)
    raw = raw.encode() if isinstance(raw, str) else raw
    return [one for one in read(name, io.BytesIO(raw)) if isinstance(one, Document)]


def feed(inside: str) -> str:
    spaces = 'xmlns:house="https://house.example/" xmlns:media="http://search.yahoo.com/mrss/"'
    about = "<title>Heron</title><guid>mp-1</guid><link>https://meridian.example/1</link>"
    return f"<rss version='2.0' {spaces}><channel><title>MP</title><item>{about}{inside}</item></channel></rss>"


@pytest.mark.parametrize(
    "inside",
    [
        f"<house:full-story>{ESCAPED}</house:full-story>",
        f"<fulltext><![CDATA[{HTML}]]></fulltext>",
        f"<article>{HTML}</article>",
        f"<house:para>{LEAD}</house:para><house:para>{REST[0]}</house:para><house:para>{REST[1]}</house:para>",
        f"<media:text type='html'>{ESCAPED}</media:text>",
        f"<body xmlns='http://www.w3.org/1999/xhtml'>{HTML}</body>",
    ],
)
def test_the_text_of_a_feed_is_found_in_an_element_of_any_name(inside: str) -> None:
    (found,) = documents(feed(f"<description>{TEASER}</description>{inside}"))
    assert found.text == "\n".join(STORY)
    assert Key.PARTIAL not in found.metadata
    assert found.offsets is not None
    low, high = found.offsets.span(0, len(LEAD))
    assert found.original[low:high] == LEAD


def test_short_paragraphs_of_a_feed_count_with_the_long_ones() -> None:
    paragraphs = [LEAD, "Nobody was hurt.", *REST, "The bridge will open on Friday."]
    written = "".join(f"<house:para>{line}</house:para>" for line in paragraphs)
    (found,) = documents(feed(f"<description>{TEASER}</description>{written}"))
    assert found.text == "\n".join(paragraphs)


def test_a_story_at_the_end_of_nitf_is_read_with_what_is_in_its_content() -> None:
    ends = f"<body.end><tagline>{HTML}</tagline></body.end>"
    (found,) = documents(f"<nitf><body><body.content><p>{TEASER}</p></body.content>{ends}</body></nitf>")
    assert found.text == "\n".join([TEASER, *STORY])
    (usual,) = documents(
        f"<nitf><body><body.content>{HTML}</body.content><body.end><tagline>MP/rl</tagline></body.end></body></nitf>"
    )
    assert usual.text == "\n".join(STORY)


def test_what_readers_wrote_below_an_entry_is_not_its_text() -> None:
    (found,) = documents(feed(f"<description>{LEAD} {REST[0]}</description><comments>{ESCAPED * 3}</comments>"))
    assert found.text == f"{LEAD} {REST[0]}"


@pytest.mark.parametrize(
    ("description", "partial"),
    [
        (TEASER, True),
        (f"{' '.join(STORY)} {REST[0]} […]", True),
        (f"{' '.join(STORY)} {' '.join(REST)}", False),
    ],
)
def test_an_entry_with_a_teaser_alone_is_said_to_be_partial(description: str, partial: bool) -> None:
    (found,) = documents(feed(f"<description>{description}</description>"))
    assert found.metadata.get(Key.PARTIAL, "") == (feeds.SUMMARY_ONLY if partial else "")


def test_a_summary_of_atom_or_json_feed_is_partial() -> None:
    entry = f"<entry><id>mp-1</id><title>Heron</title><summary>{' '.join(STORY * 2)}</summary></entry>"
    (atom,) = documents(f"<feed xmlns='http://www.w3.org/2005/Atom'><title>MP</title>{entry}</feed>")
    assert atom.metadata[Key.PARTIAL] == feeds.SUMMARY_ONLY
    item = {"id": "mp-1", "title": "Heron", "summary": LEAD}
    (other,) = documents({"version": "https://jsonfeed.org/version/1.1", "title": "MP", "items": [item]})
    assert other.metadata[Key.PARTIAL] == jsonfeed.SUMMARY_ONLY


def coded(text: str) -> str:
    """In base64, in lines of 76 characters as mail has them."""
    return base64.encodebytes(text.encode()).decode()


@pytest.mark.parametrize(
    "written", [HTML, "\n\n".join(STORY), f"<nitf><body><body.content>{HTML}</body.content></body></nitf>"]
)
def test_text_in_base64_is_decoded(written: str) -> None:
    g2 = (
        "<newsItem xmlns='http://iptc.org/std/nar/2006-10-01/' guid='mp-1'><itemMeta><itemClass qcode='ninat:text'/>"
        "</itemMeta><contentSet><inlineData contenttype='text/html' encoding='encd:b64'>"
        f"{coded(written)}</inlineData></contentSet></newsItem>"
    )
    one = (
        "<NewsML><NewsItem><NewsComponent><ContentItem><DataContent><Encoding Notation='base64'><DataContent>"
        f"{coded(written)}</DataContent></Encoding></DataContent></ContentItem></NewsComponent></NewsItem></NewsML>"
    )
    around = one.replace("<DataContent><Encoding Notation='base64'>", "<Encoding Notation='base64'>")
    around = around.replace("</Encoding></DataContent>", "</Encoding>")
    for raw in (g2, one, around):
        (found,) = documents(raw)
        assert found.text.split() == "\n".join(STORY).split()
        assert found.offsets is not None
        low, high = found.offsets.span(0, 10)
        assert found.original[low:high].strip() == coded(written).strip()


def test_a_picture_in_base64_is_no_text() -> None:
    picture = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20).decode()
    raw = (
        "<newsItem xmlns='http://iptc.org/std/nar/2006-10-01/' guid='mp-1'><itemMeta><itemClass qcode='ninat:text'/>"
        f"</itemMeta><contentSet><inlineData>{picture}</inlineData></contentSet></newsItem>"
    )
    assert [(one.text, one.kind) for one in documents(raw)] == [("", Kind.UNKNOWN)]


ITEM = {"uri": "mp-1", "type": "text", "headline": "Heron", "pubstatus": "usable"}


def body(text: str, role: str, form: str = "text/html") -> dict[str, str]:
    return {"role": role, "contenttype": form, "value": text}


@pytest.mark.parametrize("role", ["part{}", "section-{}", "page {}", ""])
def test_a_body_in_parts_is_one(role: str) -> None:
    parts = [body(f"<p>{line}</p>", role.format(at)) for at, line in enumerate(STORY, 1)]
    plain = body(LEAD, "text", "text/plain")
    (found,) = documents({**ITEM, "bodies": [plain, *parts]})
    assert found.text == "\n".join(STORY)


def test_a_body_in_two_forms_is_not_doubled() -> None:
    (found,) = documents({**ITEM, "bodies": [body(HTML, "main"), body("\n".join(STORY), "main", "text/plain")]})
    assert found.text == "\n".join(STORY)
    (found,) = documents({**ITEM, "bodies": [body(HTML, ""), body(HTML, "")]})
    assert found.text == "\n".join(STORY)


@pytest.mark.parametrize("name", ["abstract", "lead", "standfirst"])
def test_a_lead_in_a_member_of_its_own_is_part_of_the_story(name: str) -> None:
    (found,) = documents({**ITEM, name: f"<p>{LEAD}</p>", "body_html": "".join(f"<p>{line}</p>" for line in REST)})
    assert found.text == "\n".join(STORY)
    (found,) = documents({**ITEM, name: f"<p>{LEAD}</p>", "body_html": HTML})
    assert found.text == "\n".join(STORY)


def test_what_stands_below_the_body_is_part_of_the_story() -> None:
    halves = {"body_html": f"<p>{LEAD}</p><p>{REST[0]}</p>", "body_footer": f"<p>{REST[1]}</p>"}
    (found,) = documents({**ITEM, **halves})
    assert found.text == "\n".join(STORY)


def test_a_description_without_a_body_is_partial() -> None:
    (found,) = documents({**ITEM, "description_text": LEAD})
    assert (found.text, found.metadata[Key.PARTIAL]) == (LEAD, ninjs.DESCRIBED_ONLY)


@pytest.mark.parametrize(
    "carrier",
    [
        {"associations": {"sidebar": {"uri": "mp-2", "type": "text", "headline": "Tray", "body_html": HTML}}},
        {"associations": {"related": [{"uri": "mp-2", "headline": "Tray", "bodies": [body(HTML, "main")]}]}},
        {"extra_items": {"more": {"type": "list", "items": [{"uri": "mp-2", "type": "text", "body_text": HTML}]}}},
    ],
)
def test_a_story_that_another_carries_is_a_document_too(carrier: dict[str, Any]) -> None:
    main, other = documents({**ITEM, "body_html": f"<p>{LEAD}</p>", **carrier})
    assert (main.id, main.text) == ("mp-1", LEAD)
    assert (other.id, other.text) == ("mp-2", "\n".join(STORY))


def test_pictures_and_links_that_an_item_carries_are_none() -> None:
    picture = {"uri": "mp-p", "type": "picture", "headline": "A heron", "body_text": "A heron in a tray, Port Hallam."}
    carried = {"associations": {"a": picture, "b": {"uri": "mp-3", "type": "text", "headline": "Elsewhere"}}}
    assert [one.id for one in documents({**ITEM, "body_html": HTML, **carried})] == ["mp-1"]
