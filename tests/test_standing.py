"""What an item says of its own use: kills, corrections, embargoes, and items that contradict themselves."""

from __future__ import annotations

import pytest

from checker.rights.item import rights_of
from checker.rights.release import release
from checker.rights.signals import of_line, of_note, of_signal, of_slug
from checker.standing import State
from fingerprints.index import StoredWork, Work

ADDED = "2026-11-24T09:00:00+00:00"


def stored(title="Bridge sticks", text="The bridge stuck.", added=ADDED, **metadata):
    """A story as it lies in an index."""
    return StoredWork(1, 1, True, added, 3, Work("mp-1", text, title, "Meridian Press", metadata=metadata))


@pytest.mark.parametrize(
    ("headline", "state"),
    [
        ("KILL: Bridge sticks for six hours", State.KILLED),
        ("MANDATORY KILL - Bridge sticks", State.KILLED),
        ("MP ADVISORY: MANDATORY KILL: Bridge sticks", State.KILLED),
        ("STORY WITHDRAWN - Bridge sticks", State.KILLED),
        ("WITHDRAWN-Bridge sticks", State.KILLED),
        ("++ ANNULLARE ++ Il ponte", State.KILLED),
        ("ANNULATION: Le pont", State.KILLED),
        ("取消", State.KILLED),
        ("WITHHOLD", State.WITHHELD),
        ("BITTE NICHT VERWENDEN - Brücke klemmt", State.WITHHELD),
        ("CORRECTED-Bridge sticks", State.CORRECTED),
        ("UPDATE 2-CORRECTED-Bridge sticks", State.CORRECTED),
        ("Bridge sticks (CORRECTED)", State.CORRECTED),
        ("REFILE-Bridge sticks", State.CORRECTED),
        ("Correction: Bridge-Heron story", State.CORRECTED),
        ("BERICHTIGUNG: Brücke klemmt", State.CORRECTED),
        ("RECTIFICATIF: Le pont", State.CORRECTED),
        ("【訂正】橋", State.CORRECTED),
        ("Eds: CORRECTS name of carpenter in 3rd graf", State.CORRECTED),
    ],
)
def test_words_of_command_before_a_headline(headline, state):
    assert of_line(headline).state is state
    assert rights_of(stored(headline=headline)).state is state
    assert rights_of(stored(title=headline)).state is state


@pytest.mark.parametrize(
    "headline",
    [
        "Storm kills 12",
        "STORM KILLS 12",
        "KILLED: Three soldiers named",
        "RECALLED: Two million cars",
        "Court corrects lower ruling",
        "Bill to kill embargo fails",
        "KILL BILL DIRECTOR RETURNS",
        "KILL DEVIL HILLS VOTES",
        "KILL SWITCH: How it works",
        "HOLD ON TIGHT: THE FERRY IS BACK",
        "ANULADO: el gol del siglo",
        "Correction officers strike",
        "Withdrawn: the minister's offer",
        "Oil embargo until spring, minister says",
        "RETRANSMITTING a0417 to CORRECT slug",
        "",
    ],
)
def test_a_story_about_killing_is_no_kill(headline):
    assert of_line(headline) is None
    rights = rights_of(stored(headline=headline, slug=headline, editors_note=f"Adds that {headline.lower()}"))
    assert (rights.state, rights.embargo) == (State.USABLE, "")


@pytest.mark.parametrize(
    ("slug", "state"),
    [
        ("BC-Bridge, KILL", State.KILLED),
        ("BC-Bridge, Kill", State.KILLED),
        ("HALLAM-BRIDGE/ (UPDATE 1, PIX, CORRECTED)", State.CORRECTED),
        ("Prisons, Correction", State.CORRECTED),
        ("HALLAM-BOMB/KILLED (UPDATE 1)", None),
        ("Kill Bill", None),
        ("BC-Bridge, 1st Ld-Writethru", None),
    ],
)
def test_slugs(slug, state):
    assert (of_slug(slug).state if of_slug(slug) else None) is state


def test_signals_are_told_one_by_one():
    assert of_signal("Writethru, Kill").state is State.KILLED
    assert of_signal("sig:correction").state is State.CORRECTED
    assert of_signal("update, append-major-content") is None


@pytest.mark.parametrize(
    ("note", "state"),
    [
        ("KILL story slugged Bridge", State.KILLED),
        ("Eds: This story has been killed; a substitute follows.", State.KILLED),
        ("MANDATORY KILL. Legal reasons.", State.KILLED),
        ("Meridian is withdrawing the story. STORY WITHDRAWN", State.KILLED),
        ("Die Meldung wird zurückgezogen.", State.KILLED),
        ("This story should not be used until further notice.", State.WITHHELD),
        ("Bitte nicht verwenden", State.WITHHELD),
        ("Corrects the name of the carpenter in the third paragraph.", State.CORRECTED),
        ("Eds: SUBS 3rd graf to CORRECT name to Hobb sted Hopp", State.CORRECTED),
        ("Eds: KILLS 3rd graf on the heron", State.CORRECTED),
        ("Please disregard the earlier version", State.CORRECTED),
        ("annule et remplace la dépêche de 10h", State.CORRECTED),
        ("Eds: Please kill the photo MP801", None),
        ("Eds: Updates with quotes, ADDS byline. With photos.", None),
        ("SUBS 4th graf with order to kill dogs", None),
        ("Adds vote on bill to kill embargo", None),
        ("A correction to the Bridge story will move shortly", None),
    ],
)
def test_notes_to_editors(note, state):
    assert (of_note(note).state if of_note(note) else None) is state


def test_usable_with_kill_in_the_note_is_killed_and_a_sentence_says_so():
    rights = rights_of(stored(status="usable", editors_note="Eds: KILL this story. Legal reasons."))
    assert rights.state is State.KILLED
    assert rights.doubts == ('its status says usable, its note says "KILL": read as killed',)
    withheld = rights_of(stored(status="withheld", signal="kill"))
    assert withheld.state is State.KILLED
    assert withheld.doubts == ('its status says withheld, its signal says "kill": read as killed',)
    assert rights_of(stored(status="canceled", editors_note="Corrects name")).doubts == ()


@pytest.mark.parametrize(
    ("note", "on", "until"),
    [
        ("EMBARGOED UNTIL 12:01 a.m. EDT", "2026-06-03T15:00:00Z", "2026-06-04T00:01:00-04:00"),
        ("Eds: Embargoed for release at 10 a.m. EST", "2026-02-21T08:00:00", "2026-02-21T10:00:00-05:00"),
        ("For Release 12 noon EDT, TIME set by source", "2026-05-03", "2026-05-03T12:00:00-04:00"),
        ("Hold for release until 6:30 p.m. ET Monday", "2026-11-19T10:00:00Z", "2026-11-23T18:30:00-05:00"),
        ("HFR Sunday, Nov. 29, and thereafter", "2026-11-20", "2026-11-29"),
        ("Sperrfrist: 30. November 2026, 10.00 Uhr", "2026-11-29", "2026-11-30T10:00:00"),
        ("Sperrfrist 1.1., 0.00 Uhr", "2026-12-30T10:00:00+01:00", "2027-01-01T00:00:00"),
        ("EMBARGO: 00:01 GMT Saturday 28 November", "2026-11-27T10:00:00Z", "2026-11-28T00:01:00+00:00"),
        ("Embargoed to 0001 Friday September 11", "2026-09-10T13:24:46+01:00", "2026-09-11T00:01:00"),
        ("embargo jusqu'au 30 novembre 2026 à 18h30", "2026-11-20", "2026-11-30T18:30:00"),
        ("embargo hasta el 30 de noviembre a las 10:00 horas", "2026-11-20", "2026-11-30T10:00:00"),
        ("Onder embargo tot zondag 12.00 uur", "2026-11-20", "2026-11-22T12:00:00"),
        ("ADVANCE -- HOLD FOR RELEASE", "2026-11-20", ""),
    ],
)
def test_embargoes_in_notes(note, on, until):
    assert release(note, on).until == until


def test_the_later_of_two_embargoes_counts_and_is_said():
    note = "Embargoed until 12 noon on 30 November 2026"
    rights = rights_of(stored(embargoed_until="2026-11-30T10:00:00+01:00", editors_note=note))
    assert rights.embargo == "2026-11-30T12:00:00"
    assert rights.doubts[0].startswith("its embargo ends 2026-11-30T10:00:00+01:00 by its data, and 2026-11-30T12")
    same = rights_of(stored(embargoed_until="2026-11-30T12:00:00+01:00", editors_note=note))
    assert (same.embargo, same.doubts) == ("2026-11-30T12:00:00+01:00", ())


def test_an_embargo_without_an_end_stays_and_is_said():
    rights = rights_of(stored(editors_note="HOLD FOR RELEASE"))
    assert rights.embargo == "HOLD FOR RELEASE"
    assert rights.doubts == ('it speaks of an embargo whose end cannot be read ("HOLD FOR RELEASE")',)


def test_an_advance_is_for_the_next_day_of_that_number():
    assert rights_of(stored(slug="BC-Bridge, Adv 12", created="2026-11-20")).embargo == "2026-12-12"
    assert rights_of(stored(slug="BC-Bridge, Adv 12")).embargo == ""
    assert rights_of(stored(slug="Adventure 12", created="2026-11-20")).embargo == ""


def test_times_that_cannot_be_read_or_contradict_each_other():
    rights = rights_of(stored(embargoed_until="YYYYMMDD", expires="soon", licence_from="2026-12-01"))
    assert (rights.embargo, rights.expires) == ("YYYYMMDD", "soon")
    assert len(rights.doubts) == 2
    behind = rights_of(stored(embargoed_until="2026-12-02", expires="2026-12-01T00:00:00Z"))
    assert behind.doubts == ("its embargo ends 2026-12-02, after it expires (2026-12-01T00:00:00Z)",)
    window = rights_of(stored(licence_from="2026-12-02", licence_until="2026-12-01"))
    assert window.doubts == ("its licence begins 2026-12-02, after it ends (2026-12-01): it covers no time",)


def test_rights_are_as_received_with_feed_and_time():
    told = {
        "usage_terms": "Australia only",
        "copyright": "2026 Meridian Press",
        "credit": "MP",
        "licence_territory": "AU",
        "rights_expression": "<policy/>",
        "source": "MP World",
        "created": "2026-11-24T08:00:00+11:00",
        "updated": "2026-11-24T08:30:00+11:00",
    }
    rights = rights_of(stored(**told))
    assert (rights.usage, rights.territory, rights.expression) == ("Australia only", "AU", "<policy/>")
    assert (rights.feed, rights.published, rights.added) == ("MP World", "2026-11-24T08:30:00+11:00", ADDED)
    assert rights_of(stored(**told, feed="mp-au")).feed == "mp-au"
    assert rights_of(stored(updated="yesterday")).published == ""


def test_what_agency_and_desk_say_later_stands_beside_it():
    rights = rights_of(stored(status="usable", agency_state="killed", agency_note="KILL Bridge"))
    assert (rights.state, rights.note, rights.doubts) == (State.KILLED, "KILL Bridge", ())
    desk = rights_of(stored(desk_state="withheld", desk_embargo="2026-12-01", editors_note="With photos."))
    assert (desk.state, desk.embargo, desk.note) == (State.WITHHELD, "2026-12-01", "With photos.")


@pytest.mark.parametrize("unit", ["KILL ", "embargoed until ", "(", "Eds: ", "\n", "9", "a.", "^", "to CORRECT", " - "])
def test_hostile_metadata_is_read_only_so_far(unit):
    """What says nothing in its first four thousand characters says nothing, however long it goes on."""
    begins = " x" * 3_000
    keys = ("editors_note", "slug", "headline", "signal", "status", "updated")
    told = dict.fromkeys(keys, begins + unit * 400_000)
    rights = rights_of(stored(title=begins + unit * 400_000, **told))
    assert (rights.state, rights.embargo, rights.published) == (State.USABLE, "", "")
    flooded = rights_of(stored(title=unit * 400_000, editors_note=unit * 400_000, slug=unit * 400_000))
    assert flooded.added == ADDED


def test_calendar_ends_do_no_harm():
    rights = rights_of(stored(embargoed_until="0001-01-01T00:00:00+05:00", expires="9999-12-31T23:59:59-12:00"))
    assert rights.embargo == "0001-01-01T00:00:00+05:00"
