"""Wire copy as teleprinters sent it: IPTC 7901, ANPA 1312, ZCZC to NNNN, fields like TI#, numbered releases."""

from __future__ import annotations

import io
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.readers import Document, Kind, Unreadable, detect, read
from checker.readers.formats import Start
from checker.readers.wire.lines import lines_of
from checker.readers.wire.story import Key
from checker.readers.wire.telexparts import release
from checker.readers.wire.words import month, stamp

LEAD = "Skerrow (mp) - The last ferry of the day left without its captain."
WITHIN = 30.0
"""Seconds that a hostile file may take."""


def telex(
    *body,
    header="mpa062 4 i 211   mp 061",
    slug="Skerrow/",
    heads="Ferry leaves captain =",
    end="\x03011910 GMT May 26\x04",
):
    return "\r\n".join([f"\x01{header}", "", slug, f"\x02{heads}", "", *body, "", end]).encode("latin-1")


def anpa(
    *lines,
    key="BC-SK--Ferry,88",
    second="r a\x13\x11 BC-SK--Ferry     05-01 0500",
    end="\x03MP-WF-05-01-26 2010GMT<\n\x04",
):
    return "\n".join(["\x16\x16\x01W2607\x1fasian", second, f"\x02^{key}<", *lines, "", f"\t   {end}"]).encode(
        "latin-1"
    )


def entries(raw, name="copy.tst"):
    return list(read(name, io.BytesIO(raw)))


def entry(raw, name="copy.tst"):
    (found,) = entries(raw, name)
    return found


# The text, and nothing but the text


def test_lines_that_a_machine_broke_are_whole_again_and_tables_are_not():
    raw = telex(
        "   Skerrow (mp) - The last ferry of the day left without its captain on",
        "Friday and came back alone.",
        "",
        "   Tides:",
        "   0611 low",
        "   1222 high",
    )
    assert entry(raw).text == (
        "Skerrow (mp) - The last ferry of the day left without its captain on Friday and came back alone."
        "\n\nTides:\n0611 low\n1222 high"
    )


@pytest.mark.parametrize(
    "tail",
    [
        ["# mp NOTEBOOK", "", "* * * *", "The following information is not for publication", "", "Tel: +00 1234"],
        ["# Notebook", "", "## Editorial contacts", "- Tel: +00 1234", "", "mp nh io"],
        ["# Notizblock", "", "## Kontakte", "- Tel: +00 1234"],
        ["* * * *", "Die folgenden Informationen sind nicht zur Veröffentlichung bestimmt", "Tel: +00 1234"],
        ["mp nh io"],
        ["(SDA/sj)"],
        ["==Merid"],
    ],
)
def test_what_follows_for_editors_is_no_copy(tail):
    found = entry(telex(LEAD, "", *tail))
    assert found.text == LEAD
    assert "1234" not in str(found.metadata)


def test_a_note_to_editors_is_kept_as_a_note():
    found = entry(
        telex(LEAD, "", "# Notebook", "", "## Note to editors", "- adds the seal", "- (c)2026 The Tarn Courier")
    )
    assert found.metadata[Key.EDNOTE] == "adds the seal\n(c)2026 The Tarn Courier"
    assert found.holder == "The Tarn Courier"


def test_a_sentence_about_notebooks_stays():
    sentence = "He kept a notebook of everything that was not for publication."
    assert sentence in entry(telex(LEAD, "", sentence)).text


def test_quotation_marks_and_dashes_of_the_teleprinter_become_those_of_print():
    found = entry(
        anpa("\t   SKERROW (MP) _ ``I am late,'' it said, ``or `early.'''", "\t   Mail a_b@c.example or see x_y.")
    )
    assert found.text == "SKERROW (MP) — “I am late,” it said, “or ‘early.'”\nMail a_b@c.example or see x_y."


def test_notes_and_photo_lines_before_the_text_are_no_copy():
    found = entry(
        anpa(
            "^Ferry leaves<",
            "^MP Photo SKR101, SKR102<",
            "^Eds: Updates.<",
            "^By NOOR HALVORSEN=",
            "^Meridian Press=",
            "\t   A boat left.",
        )
    )
    assert (found.text, found.title, found.metadata[Key.BYLINE]) == (
        "A boat left.",
        "Ferry leaves",
        "By NOOR HALVORSEN",
    )
    assert found.metadata[Key.EDNOTE] == "Eds: Updates."


def test_heads_of_a_table_are_copy():
    found = entry(
        anpa(
            "^League Standings=", "^By The Meridian Press=", "^EAST SHORE=", "\x08Lower\x10 Tarn;19;6{\x10", "\t   ___="
        )
    )
    assert found.text == "EAST SHORE\nLower Tarn;19;6½"


def test_fields_of_tagged_copy_become_facts():
    found = entry(
        b"zczc\r\nAN#77\r\nPD#06 June 2026 14:00:00\r\nTI#Gull ordered\r\nTX#\r\nThe boats wait.\r\nGull it is.\r\n"
    )
    assert (found.id, found.title, found.text) == ("77", "Gull ordered", "The boats wait.\nGull it is.")
    assert found.metadata[Key.CREATED] == "2026-06-06T14:00:00"


def test_several_transmissions_in_one_file_are_as_many_documents():
    first, second = entries(
        telex(LEAD) + b"\r\n" + telex("Skerrow (mp) - It came back.", header="mpa063 4 i 9   mp 062")
    )
    assert (first.id, second.id) == ("mp 061 2026-05-01", "mp 062 2026-05-01")
    assert (first.name, second.name, second.place) == ("", "", "message 2")


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "utf-8", "utf-8-sig"])
def test_accents_are_read_in_every_encoding(encoding):
    raw = telex("Skerrow (mp) - Noor Halvörsen, Käpt'n, sagte: «Schön, daß ihr da seid. Über Fähren rede ich später.»")
    assert "Halvörsen, Käpt'n, sagte: «Schön" in entry(raw.decode("latin-1").encode(encoding)).text


@pytest.mark.parametrize(
    "raw", [telex(LEAD, "", "``No'' _ yes."), anpa("\t   SKERROW (MP) _ ``No,'' it said.  ", " ", "\t   It left.")]
)
def test_every_character_leads_back_to_its_place_in_the_file(raw):
    found = entry(raw)
    assert found.original == raw.decode("latin-1")
    for start in range(len(found.text)):
        low, high = found.offsets.span(start, start + 1)
        there = found.original[low:high]
        assert there == found.text[start] or not there.strip() or there in ("``", "''", "`")


# What it says of itself


def test_a_lead_that_replaces_another_says_so():
    found = entry(telex(LEAD, heads="REFILE\r\n1ST LEAD\r\nFerry leaves captain\r\nBy Noor Halvorsen, mp ="))
    assert (found.title, found.metadata[Key.SIGNAL]) == ("Ferry leaves captain", "REFILE, 1ST LEAD")
    assert found.metadata[Key.BYLINE] == "By Noor Halvorsen, mp"


@pytest.mark.parametrize("key", ["BC-SK--Ferry, KILL", "BC-SK--Ferry, Withdrawn", "BC-SK--Ferry, Elimination"])
def test_a_killed_story_is_canceled_and_the_notice_is_no_copy(key):
    found = entry(anpa("\t   Kill the story.", key=key))
    assert (found.kind, found.metadata[Key.STATUS], found.story) == (Kind.ADVISORY, "canceled", "BC-SK--Ferry")


def test_a_writethru_keeps_the_story_and_has_a_version():
    found = entry(anpa("\t   A boat left.", key="BC-SK--Ferry, 3rd Ld-Writethru,827"))
    assert (found.story, found.version, found.kind) == ("BC-SK--Ferry", "3rd Ld-Writethru", Kind.STORY)


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("BC-MP-Editors Advisory", Kind.ADVISORY),
        ("BC-MP News Digest", Kind.BUDGET),
        ("BC-SK--Budget Talks", Kind.STORY),
    ],
)
def test_notices_are_told_from_stories_about_the_same_thing(key, kind):
    assert entry(anpa("\t   Something.", key=key)).kind == kind


def test_a_house_notice_is_no_copy_and_names_the_holder():
    found = entry(
        telex("ryryryry copyright by mp ryryryry copyright by mp ryryryry", "mp Meridian Press mp", heads="Impressum =")
    )
    assert (found.kind, found.holder, found.text) == (Kind.ADVISORY, "mp", "mp Meridian Press mp")


@pytest.mark.parametrize(
    ("said", "until"),
    [
        ("EMBARGOED UNTIL 0600 GMT May 4", "2026-05-04T06:00:00Z"),
        ("Eds: HOLD FOR RELEASE 0600 GMT, 4 May 2027", "2027-05-04T06:00:00Z"),
        ("Sperrfrist: 0600 4. Mai", "2026-05-04T06:00:00"),
        ("Embargo until the seal is back", ""),
    ],
)
def test_the_end_of_an_embargo_is_read_where_it_can_be(said, until):
    assert release([said], "2026-05-01T19:10:00Z") == (said, until)


def test_an_embargo_that_cannot_be_read_is_warned_of():
    found = entry(telex(LEAD, heads="EMBARGOED UNTIL THE SEAL IS BACK\r\nFerry ="))
    assert Key.EMBARGO not in found.metadata
    assert any("embargo" in warning for warning in found.warnings)


def test_months_are_known_in_the_languages_of_the_wires():
    assert [month(name) for name in ("Okt", "Dez", "Mai", "Mär", "déc", "juil", "juin", "Août", "Xyz")] == [
        10,
        12,
        5,
        3,
        12,
        7,
        6,
        8,
        0,
    ]
    assert stamp(70, 1, 2) == "1970-01-02"
    assert stamp(69, 1, 2, "2359", "Z") == "2069-01-02T23:59:00Z"
    assert stamp(26, 13, 2) == ""


# What looks like a telex and is none


@pytest.mark.parametrize(
    "raw",
    [
        b"The ferry left.\nIt came back.",
        b"Source: the harbour master.\nHe said nothing else.",
        b"ZCZCs are a thing of the past.",
        b"<?xml version='1.0'?><a>\x01</a>",
        b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\x02",
        b"mpa062 is a number.",
    ],
)
def test_other_texts_are_left_alone(raw):
    assert detect(Start("note.txt", raw)).name not in ("telex", "anpa")


# Damaged in transmission

CUT = "its end is missing: it was cut off in transmission"


@pytest.mark.parametrize(
    "raw", [telex(LEAD, end=""), anpa("\t   A boat left", end=""), telex(LEAD, "x" * 200_000, end="")]
)
def test_a_telex_without_its_end_is_never_clear(raw):
    assert entry(raw).incomplete == (CUT,)


def test_a_telex_between_zczc_and_nothing_is_never_clear():
    assert entry(b"ZCZC MPX\r\n%A\r\nFerry leaves\r\n\r\nThe last ferry left.\r\n").incomplete


HOSTILE = {
    "header only": b"\x01mpa062 4 i 211   mp 061\r\n\r\nSkerrow/\r\n\x02",
    "marks only": b"\x01\x02\x03\x04",
    "ZCZC only": b"ZCZC MPX\r\n",
    "ANPA header only": b"\x16\x16\x01W2607\x1fasian\nr a\x13\x11 BC-SK--Ferry     05-01 0500\n\x02^BC-SK<\n",
    "lost characters": telex("Skerrow (mp) - The last \0\0\0 ferry."),
    "binary between the marks": b"\x01mpa062 4 i 211   mp 061\r\n\x02" + bytes(range(256)) * 40 + b"\x03",
    "a hundred thousand headers": b"\x01" * 100_000 + b"\x02",
    "no end in ten megabytes": telex("ferry " * 1_700_000, end=""),
    "blanks without end": b"\x01mpa062 4 i 211   mp 061\r\n\x02" + b" \r\n" * 1_000_000,
    "carets without end": anpa("^" * 1_000_000, end=""),
    "backticks without end": anpa("\t   x" + "`" * 1_000_000, end=""),
    "commas in the key line": anpa("\t   x", key="a, KILL" * 100_000, end=""),
    "brackets in the dateline": telex("(" * 500_000, end=""),
    "a story before the text": telex(LEAD, slug="A stolen sentence. " * 40),
    "a story behind the text": telex(LEAD, end="\x03011910 GMT May 26\n" + "A stolen sentence. " * 40),
    "a story among the notes": telex(LEAD, "", "# Notebook", *["A stolen sentence of some length."] * 400),
    "a story in the heads": anpa(*["^A stolen sentence of some length that nobody reads.<"] * 200, "\t   A boat left."),
    "a story behind NNNN": b"ZCZC MPX\r\nFerry\r\n\r\nIt left.\r\nNNNN\r\n" + b"A stolen sentence. " * 40,
    "a story behind the end": anpa(
        "\t   A boat left.", end="\x03MP-WF-05-01-26 2010GMT<\n" + "A stolen sentence. " * 40
    ),
    "ryryry": telex("ry" * 500_000, end=""),
}


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE)
def test_hostile_telexes_are_never_clear(raw):
    begun = time.perf_counter()
    found = entries(raw)
    assert time.perf_counter() - begun < WITHIN
    assert found
    assert all(isinstance(one, Unreadable) or one.incomplete for one in found)


CODES = st.sampled_from(
    ["\x01", "\x02", "\x03", "\x04", "\x08", "\x10", "\x1e", "\x1f", "\0", "\x7f", "^", "<", "=", "\t"]
)
PIECES = st.sampled_from(
    [
        "ZCZC MP",
        "NNNN",
        "TX#",
        "TI#x",
        "AN#1",
        "# Notebook",
        "KILL",
        "ryryry",
        "``",
        "''",
        "_",
        "mpa062 4 i 9  mp 1",
        "Lead =",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(CODES | PIECES | st.text(max_size=8) | st.just("\r\n"), max_size=40).map("".join))
def test_any_telex_makes_entries_that_lead_back(text):
    raw = ("\x01" + text).encode("utf-8", "surrogatepass")
    for one in entries(raw):
        if not isinstance(one, Document):
            assert "damaged, and could not" not in one.sentence
        elif one.offsets is not None:
            assert one.offsets.begins[-1] == len(one.text)
            assert int(one.offsets.ends.max()) <= len(one.original)


@given(st.text(max_size=60))
def test_lines_are_the_stretches_that_they_say_they_are(text):
    for line in lines_of(text, 0, len(text)):
        assert text[line.start : line.end] == line.text
