"""News items in JSON: every dialect's words become the same facts, and no JSON from a stranger stops a check."""

from __future__ import annotations

import io
import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.readers import Document, Kind, Unreadable, detect, read
from checker.readers.formats import Start
from checker.readers.wire import ap, dpa, jsonfeed, ninjs, otherjson, reuters
from checker.readers.wire.story import Key
from checker.readers.wire.values import Fields
from checker.readers.wire.words import holder_of, iso, kind_of, status

SENTENCE = "The last ferry of the day left without its captain and came back without its passengers."
ITEM = {"uri": "http://meridian.example/1", "type": "text", "headline": "Ferry", "body_html": f"<p>{SENTENCE}</p>"}
WITHIN = 30.0
"""Seconds that a hostile file may take."""


def entries(value, name="item.json"):
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return list(read(name, io.BytesIO(raw)))


def entry(value, name="item.json"):
    (found,) = entries(value, name)
    return found


# A story, whoever sent it


@pytest.mark.parametrize(
    "spelling",
    [{"copyrightholder": "MP"}, {"copyrightHolder": "MP"}, {"copyright_holder": "MP"}, {"CopyrightHolder": "MP"}],
)
def test_a_holder_is_found_however_the_field_is_spelled(spelling):
    assert entry(ITEM | spelling).holder == "MP"


def test_an_item_alone_in_its_file_is_called_by_the_file_and_several_are_not():
    assert entry(ITEM, "ferry.json").name == "ferry.json"
    first, second = entries([ITEM, ITEM | {"uri": "http://meridian.example/2"}])
    assert (first.name, second.name) == ("", "")
    assert (first.place, second.place) == ("item 1", "item 2")


def test_an_item_without_an_id_is_known_by_its_file():
    assert (
        entry({"headline": "Ferry", "type": "text", "body_text": SENTENCE}, "desk/ferry.json").id == "desk/ferry.json"
    )


@pytest.mark.parametrize(
    "around",
    [
        lambda item: [item, item],
        lambda item: {"item": [item, item], "limit": 20, "offset": 0, "total": 2},
        lambda item: {"data": {"items": [item, item]}},
        lambda item: {"data": {"items": [{"meta": {}, "item": item}, {"item": item}]}},
        lambda item: {"data": {"newest": {"edges": [{"node": item}, {"node": item}]}}},
        lambda item: {"_items": [item, item]},
    ],
)
def test_items_are_found_in_whatever_an_interface_wraps_them(around):
    assert [found.text for found in entries(around(ITEM))] == [SENTENCE, SENTENCE]


def test_lines_of_items_in_one_file_are_all_read():
    assert len(entries(json.dumps(ITEM).encode() + b"\n" + json.dumps(ITEM).encode())) == 2


def test_utf16_and_a_byte_order_mark_are_no_hindrance():
    for encoding in ("utf-8-sig", "utf-16", "utf-16-le", "utf-32"):
        assert entry(json.dumps(ITEM).encode(encoding)).text == SENTENCE


def test_a_body_is_read_without_its_markup_and_entities():
    item = ITEM | {
        "body_html": "<p>Fish&nbsp;&amp; chips &ndash; &pound;9.</p><script>alert(1)</script><p>Cash only.</p>"
    }
    assert entry(item).text == "Fish & chips – £9.\nCash only."


def test_plain_text_is_taken_as_it_stands():
    item = {"uri": "u", "type": "text", "headline": "Ferry", "body_text": "One < two.\r\n\r\n\r\n___\r\nThree."}
    assert entry(item).text == "One < two.\n\nThree."


def test_of_several_forms_of_a_body_the_whole_one_is_read():
    teaser = {"role": "html", "contenttype": "text/html", "value": "<p>The last ferry.</p>"}
    whole = {"role": "text", "contenttype": "text/plain", "value": SENTENCE}
    assert entry({"uri": "u", "type": "text", "headlines": [], "bodies": [teaser, whole]}).text == SENTENCE


def test_a_caption_within_a_story_is_no_part_of_it():
    html = f"<p>{SENTENCE}</p><figure><img src='a.jpg'><figcaption>The Gannet. Photo: Ilse Maro</figcaption></figure>"
    assert entry(ITEM | {"body_html": html}).text == SENTENCE


# Its state


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("usable", "usable"),
        ("stat:usable", "usable"),
        ("withheld", "withheld"),
        ("canceled", "canceled"),
        ("Cancelled", "canceled"),
        ("killed", "canceled"),
        ("stat:canceled", "canceled"),
        ("", None),
        ("blue", None),
    ],
)
def test_every_word_for_a_status_becomes_one_of_three(said, meant):
    assert entry(ITEM | {"pubstatus": said}).metadata.get(Key.STATUS) == meant


def test_the_gravest_word_counts():
    assert status("usable", "Kill", "Writethru") == "canceled"
    assert status("usable", "HoldForRelease") == "withheld"


def an_ap(**fields):
    item = {"altids": {"itemid": "x1"}, "editorialpriority": "r", "type": "text", "headline": "Ferry", "nitf": SENTENCE}
    return entry({"data": {"item": item | fields}})


def test_a_usable_item_that_is_killed_elsewhere_is_canceled():
    assert an_ap(pubstatus="usable", editorialtypes=["Kill"]).metadata[Key.STATUS] == "canceled"


def test_what_is_held_until_a_date_is_embargoed_and_what_is_held_without_one_is_withheld():
    dated = an_ap(pubstatus="embargoed", embargoed="2026-05-04T06:00:00Z").metadata
    assert (dated[Key.STATUS], dated[Key.EMBARGO]) == ("usable", "2026-05-04T06:00:00Z")
    assert an_ap(pubstatus="embargoed").metadata[Key.STATUS] == "withheld"


def test_what_a_member_made_is_the_members():
    source = [{"name": "The Tarn Courier", "type": "Member"}]
    assert an_ap(infosource=source, copyrightnotice="Copyright 2026 MP.").holder == "The Tarn Courier"
    assert an_ap(copyrightnotice="Copyright 2026 Meridian Press, and others.").holder == "Meridian Press"


@pytest.mark.parametrize(
    ("notice", "holder"),
    [
        ("Copyright 2026 Meridian Press. All rights reserved.", "Meridian Press"),
        ("© 2024-2026 Meridian Press - all rights reserved", "Meridian Press"),
        ("(c) Copyright Meridian Press 2026. Click For Restrictions", "Meridian Press"),
        ("Copyright by mp", "mp"),
        ("Ask the distributor.", ""),
        ("", ""),
    ],
)
def test_a_notice_names_the_holder(notice, holder):
    assert holder_of(notice) == holder


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("2026-05-01T21:00:00+0000", "2026-05-01T21:00:00+00:00"),
        ("2026-05-01 21:00:00", "2026-05-01T21:00:00"),
        ("20260501T210000Z", "2026-05-01T21:00:00Z"),
        ("20260501", "2026-05-01"),
        ("tomorrow", "tomorrow"),
    ],
)
def test_dates_become_iso_8601_where_they_can(said, meant):
    assert iso(said) == meant


def test_a_rights_expression_is_kept_word_for_word():
    policy = '{"prohibitions":[{"action":"archive"}]}'
    assert entry(ITEM | {"rightsinfo": {"encodedrights": policy}}).metadata[Key.RIGHTS] == policy
    linked = entry(ITEM | {"rightsInfo": {"linkedRights": "http://x.example/r"}}).metadata[Key.RIGHTS]
    assert json.loads(linked) == {"linkedRights": "http://x.example/r"}


# What is not copy


@pytest.mark.parametrize(
    ("slug", "kind"),
    [
        ("BC-MP-Advisory", Kind.ADVISORY),
        ("AP-BUDGET", Kind.BUDGET),
        ("TEST", Kind.TEST),
        ("BC-MP News Digest", Kind.BUDGET),
        ("BC-US--Budget Talks", None),
        ("US-BUDGET/", None),
        ("Budget", None),
        ("Travel Advisory", None),
        ("CRICKET-TEST", None),
        ("Corona-Test", None),
        ("", None),
    ],
)
def test_a_slug_names_a_notice_only_as_a_whole(slug, kind):
    assert kind_of(slug) == kind


@pytest.mark.parametrize(
    ("type", "kind"),
    [
        ("picture", Kind.PICTURE),
        ("video", Kind.VIDEO),
        ("event", Kind.EVENT),
        ("advisory", Kind.ADVISORY),
        ("zebra", Kind.UNKNOWN),
    ],
)
def test_the_type_says_what_an_item_is(type, kind):
    assert entry(ITEM | {"type": type, "description_text": "A ferry."}).kind == kind


def test_a_composite_with_a_body_is_a_story_and_one_without_is_a_package():
    assert entry(ITEM | {"type": "composite"}).kind == Kind.STORY
    assert (
        entry({"uri": "u", "type": "composite", "headline": "x", "description_text": "Five pictures."}).kind
        == Kind.PACKAGE
    )


def test_a_withdrawal_is_a_notice_about_copy():
    item = {"uri": "tag:x", "versionedGuid": "tag:x:2", "headLine": "WITHDRAWN-Ferry", "bodyXhtml": "<p>Withdrawn.</p>"}
    found = entry({"data": {"item": item}})
    assert (found.kind, found.metadata[Key.STATUS], found.version) == (Kind.ADVISORY, "canceled", "2")


def test_a_fragment_is_never_taken_for_the_story():
    found = entry(
        {"data": {"item": {"uri": "tag:x", "versionedGuid": "tag:x:2", "headLine": "F", "fragment": "The last"}}}
    )
    assert found.incomplete == (reuters.FRAGMENT,)


def test_what_must_not_be_published_is_not_read():
    notepad = {"nonpublic_html": "<p>Noor Halvorsen +00 1234</p>"}
    found = entry({"urn": "u", "dateline": "Skerrow (mp) - ", "article_html": f"<p>{SENTENCE}</p>", "notepad": notepad})
    assert found.text == f"Skerrow (mp) - {SENTENCE}"
    assert "1234" not in str(found.metadata)


# JSON that is no story


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (
            {"$schema": "x", "properties": {"uri": {}, "headline": {}, "body_text": {}}},
            "It is a JSON schema, not a story.",
        ),
        ({"openapi": "3.0.0", "paths": {}}, "It is the description of an interface, not a story."),
        ({"error": "no"}, "It is an error message of an interface, not a story."),
        ({"a": 1}, otherjson.UNKNOWN),
        ({}, "It is JSON, but no object with the facts of a story."),
        ([], "It holds no item."),
        ([1, 2], "It is JSON, but no object with the facts of a story."),
        ({"uri": "u", "headline": "Only this", "pubstatus": "usable"}, ninjs.NO_TEXT),
        ({"urn": "u", "article_html": "", "associations": []}, dpa.NO_TEXT),
        ({"version": "https://jsonfeed.org/version/1.1", "items": []}, "It holds no item."),
    ],
)
def test_json_that_is_no_story_is_refused_with_the_true_reason(value, sentence):
    assert all(isinstance(found, Unreadable) and found.sentence == sentence for found in entries(value))


def test_a_story_whose_text_lies_elsewhere_is_refused():
    found = entry(
        {
            "data": {
                "item": {
                    "altids": {"itemid": "x"},
                    "editorialpriority": "r",
                    "type": "text",
                    "renditions": {"nitf": {"href": "https://x"}},
                }
            }
        }
    )
    assert found.sentence == ap.LINKED.format("nitf")


def test_a_note_in_brackets_is_no_json():
    assert detect(Start("note.txt", b"[Editor's note: the ferry is back.]")).name == "text"
    assert detect(Start("note.txt", b"{ferry} is back")).name == "text"


def test_own_lines_of_json_stay_what_they_are():
    line = b'{"id": "1", "text": "x", "headline": "y", "guid": "z", "pubstatus": "usable"}\n'
    assert detect(Start("standard input", line)).name == "jsonl"
    assert detect(Start("works.jsonl", b'{"id": "1", "text": "x", "headline": "y", "uri": "z"}\n')).name == "jsonl"


# JSON from strangers

HOSTILE = {
    "deep brackets": b"[" * 200_000,
    "deep brackets that close": b"[" * 200_000 + b"]" * 200_000,
    "deep objects": b'{"item":' * 100_000 + b"1" + b"}" * 100_000,
    "a number of 5,000 digits": b'{"uri": "u", "headline": "h", "body_text": "x", "version": ' + b"9" * 5_000 + b"}",
    "not a number": b'{"uri": "u", "headline": "h", "body_text": "x", "version": NaN}',
    "infinite": b'{"uri": "u", "headline": "h", "body_text": "x", "version": -Infinity}',
    "cut off": json.dumps(ITEM).encode()[:-20],
    "cut off after the key": b'{"uri": "u", "headline"',
    "trailing comma": b'{"uri": "u", "headline": "h", "body_text": "x",}',
    "wrong encoding": '{"uri": "u", "headline": "h", "body_text": "Fähre"}'.encode("latin-1"),
    "invalid utf-16": b'\xff\xfe{\x00"\x00\x00\xd8',
    "NUL bytes": b'{"uri": "u", "headline": "h", "body_text": "x' + b"\0" * 50 + b'y"}',
    "NULs as escapes": b'{"uri": "u", "headline": "h", "body_text": "a\\u0000b"}',
    "half characters": b'{"uri": "u", "headline": "h", "body_text": "a\\ud800b"}',
    "a body that says two things": b'{"uri": "u", "headline": "h", "body_text": "harmless", "body_text": "stolen"}',
    "two values and a broken one": json.dumps(ITEM).encode() + b"{",
    "only white space": b'{"uri": "u", "headline": "h", "body_html": "<p> </p><p>&nbsp;</p>"}',
    "millions of items": b"[" + b"{}," * 300_000 + b"{}]",
}


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE)
def test_hostile_json_is_never_clear(raw):
    begun = time.perf_counter()
    found = entries(raw)
    assert time.perf_counter() - begun < WITHIN
    assert found
    assert all(isinstance(one, Unreadable) or one.incomplete for one in found)


def test_a_cut_file_is_refused_with_the_place_where_it_breaks():
    assert "line 3, column 14" in entry(b'{\n"uri": "u",\n"body_text": "The last fer').sentence


def test_ten_megabytes_in_one_string_are_read_whole():
    begun = time.perf_counter()
    found = entry(ITEM | {"body_html": "", "body_text": "ferry " * 1_700_000})
    assert len(found.text) == 1_700_000 * 6 - 1
    assert time.perf_counter() - begun < WITHIN


def test_html_where_text_should_be_is_still_text():
    assert entry(ITEM | {"body_html": "", "body_text": f"<div>{SENTENCE}<br></div>"}).text == SENTENCE


def test_a_duplicate_among_renditions_matters_to_nobody():
    raw = b'{"uri": "u", "headline": "h", "body_text": "x", "renditions": {"a": {"w": 1}, "a": {"w": 2}}}'
    assert entry(raw).incomplete == ()


NAMES = """uri guid urn type version headline headlines body_html body_text bodyXhtml bodies value role contentType
    pubstatus descriptions description_text genre genres service slugline rightsinfo encodedrights altids
    itemid editorialtypes signals infosource renditions links nitf associations article_html ednotes ednote
    dateline notepad item items data search version title authors content_html summary versionedGuid
    headLine fragment caption embargoed usn eventDetails copyrightnotice usageterms photographer name by"""
WORDS = st.sampled_from(NAMES.split())
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.just("<p>x &amp; y</p>"),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=8),
    max_leaves=25,
)


@settings(max_examples=300, deadline=None)
@given(ANYTHING)
def test_any_json_makes_entries_and_never_an_exception(value):
    around = Fields(value)
    for make in (ninjs.document, ap.document, reuters.document, dpa.document, jsonfeed.document, otherjson.document):
        assert isinstance(make(Fields(value), around), Document | str)
    raw = json.dumps(value, allow_nan=False, default=str).encode() if _finite(value) else b"[NaN]"
    found = entries(raw)
    assert all("damaged, and could not be read" not in getattr(one, "sentence", "") for one in found)
    for one in found:
        if isinstance(one, Document):
            assert one.text
            one.text.encode()
            assert all(isinstance(fact, str) and fact for fact in one.metadata.values())


def _finite(value):
    try:
        json.dumps(value, allow_nan=False)
    except ValueError:
        return False
    return True
