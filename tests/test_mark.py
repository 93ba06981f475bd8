"""Kills and embargoes as they reach the index: in items, in messages about other items, by telephone."""

from __future__ import annotations

import json

import pytest

from tests.commandline import BRIDGE, OTHER, wirecheck


def item(id, text="", **facts):
    """A line of wire copy, of 3 April 2026 by MP."""
    return {"id": id, "text": text, "created": "2026-04-03T10:00:00Z", "source": "MP", **facts}


def add(home, *items, options=()):
    lines = "\n".join(map(json.dumps, items)).encode()
    return wirecheck(home, "add", "-", *options, stdin=lines)


def shown(home, id):
    return json.loads(wirecheck(home, "show", id, "--format", "json").out)


@pytest.fixture
def home(tmp_path):
    """An index with two stories, the first in two versions."""
    add(
        tmp_path,
        item("mp-1", BRIDGE, title="Bridge sticks for six hours", slug="BC-Bridge"),
        item("mp-2", BRIDGE + "The heron was unhurt.\n", title="Bridge sticks again", slug="BC-Bridge, 1st Ld"),
        item("mp-9", OTHER, title="Bandstand to be green again", slug="BC-Bandstand"),
        options=("--feed", "mp-world"),
    )
    return tmp_path


def test_a_feed_is_kept_with_each_story(home):
    assert shown(home, "mp-1")["rights"]["feed"] == "mp-world"
    assert [one["why"] for one in shown(home, "mp-1")["versions"]] == ["slug", "slug"]


@pytest.mark.parametrize(
    "message",
    [
        item("mp-k", "KILL story slugged BC-Bandstand. Legal reasons."),
        item("mp-k", "MANDATORY KILL\nEditors: Please kill BC-Bandstand, sent at 10:00."),
        item("mp-k", 'Kill NOTICE: Please kill story headlined "Bandstand to be green again" ex MARROW at 1000.'),
        item("mp-k", "Editors: this story has been killed.", replaces="mp-9", title="KILL"),
        item("mp-k", OTHER, title="KILL: Bandstand to be green again", slug="BC-Bandstand, KILL", status="canceled"),
        item("mp-9", "", status="canceled"),
    ],
    ids=["slug", "bulletin", "headline", "id", "text", "no body"],
)
def test_a_kill_is_applied_to_the_story_that_it_names(home, message):
    done = add(home, message)
    assert done.code == 0
    assert shown(home, "mp-9")["family"]["state"] == "killed"
    assert shown(home, "mp-9")["text"] == OTHER
    assert shown(home, "mp-1")["family"]["state"] == "usable"


def test_a_kill_by_slug_says_what_it_killed_and_holds_for_the_other_version(home):
    done = add(home, item("mp-k", "KILL story slugged BC-Bridge. Legal reasons.", created="2026-04-03T12:04:00Z"))
    assert done.out.splitlines()[:2] == ["killed: mp-1 (by mp-k)", "killed: mp-2 (by mp-k)"]
    known = shown(home, "mp-2")["family"]
    assert (known["state"], known["since"], known["by"]) == ("killed", "2026-04-03T12:04:00Z", "mp-k")
    assert "state:" in wirecheck(home, "show", "mp-1").out
    assert [line.rpartition("\t")[2] for line in wirecheck(home, "list", "--states").out.splitlines()] == [
        "Bridge sticks for six hours (killed)",
        "Bridge sticks again (killed)",
        "Bandstand to be green again",
    ]


def test_a_story_and_its_kill_may_come_in_one_file(tmp_path):
    done = add(tmp_path, item("mp-1", BRIDGE, slug="BC-Bridge"), item("mp-k", "KILL story slugged BC-Bridge."))
    assert (done.code, done.out) == (0, "killed: mp-1 (by mp-k)\nAdded 1, replaced 0, unchanged 0: 51 words in all.\n")


def test_a_kill_that_comes_before_its_story_is_kept_for_it(tmp_path):
    done = add(tmp_path, item("mp-k", "KILL story slugged BC-Bridge. Legal reasons."))
    assert (done.code, done.err) == (
        0,
        "mp-k: It says that a story is killed that is not in the index; it is kept for it.\n",
    )
    add(tmp_path, item("mp-1", BRIDGE, slug="BC-Bridge"), item("mp-9", OTHER, slug="BC-Bandstand"))
    known = shown(tmp_path, "mp-1")["family"]
    assert (known["state"], known["by"], known["id"], known["members"]) == ("killed", "mp-k", "mp-1", 1)
    assert shown(tmp_path, "mp-9")["family"] is None


def test_a_kill_that_names_nothing_is_a_failure(home):
    done = add(home, item("mp-k", "Editors: Please kill the story about the mayor."))
    assert done.code == 2
    assert "mp-k: It says that a story is killed, and not which by a name that is in the index" in done.err


def test_a_headline_that_many_stories_have_kills_none(tmp_path):
    add(tmp_path, *(item(f"mp-{n}", BRIDGE + f"Edition {n}.", title="Markets at the close") for n in range(5)))
    done = add(tmp_path, item("mp-k", 'KILL story headlined "Markets at the close".'))
    assert done.code == 2


def test_a_correction_and_an_embargo_of_another_item(home):
    add(home, item("mp-c", "Corrects the name of the heron.", replaces="mp-9", signal="correction"))
    assert shown(home, "mp-9")["family"]["state"] == "corrected"
    add(home, item("mp-3", OTHER + "Later.", replaces="mp-1", embargoed_until="2026-04-04T00:01:00Z"))
    assert shown(home, "mp-1")["family"]["embargo"] == "2026-04-04T00:01:00Z"


def test_a_story_about_killing_is_added_as_one(tmp_path):
    text = "The council voted to kill the project. Editors said that this story is not over, and that it rained.\n"
    done = add(tmp_path, item("mp-1", text, title="Council kills bridge plan"))
    assert done.out == "Added 1, replaced 0, unchanged 0: 19 words in all.\n"
    assert shown(tmp_path, "mp-1")["rights"]["state"] == "usable"


def test_the_desk_marks_and_takes_back(home):
    done = wirecheck(
        home, "mark", "mp-1", "--killed", "--note", "Telephone, legal desk", "--at", "2026-04-03T12:04:00Z"
    )
    assert (done.code, done.out) == (0, "mp-1: killed\n  and its other versions: mp-2\n")
    known = shown(home, "mp-2")["family"]
    assert (known["state"], known["since"], known["by"]) == ("killed", "2026-04-03T12:04:00Z", "the desk")
    assert shown(home, "mp-1")["rights"]["note"] == "Telephone, legal desk"
    assert wirecheck(home, "mark", "mp-1", "--usable").out.startswith("mp-1: usable\n")
    assert shown(home, "mp-2")["family"]["state"] == "usable"


def test_what_the_desk_said_of_an_earlier_revision_can_be_taken_back(home):
    wirecheck(home, "mark", "mp-9", "--withheld")
    add(home, item("mp-9", OTHER + "The drips went on.", version="2"))
    assert shown(home, "mp-9")["family"]["state"] == "withheld"
    assert wirecheck(home, "mark", "mp-9", "--usable").out == "mp-9: usable\n"


def test_the_desk_does_not_undo_what_the_agency_says(home):
    add(home, item("mp-k", "KILL story slugged BC-Bandstand. Legal reasons."))
    done = wirecheck(home, "mark", "mp-9", "--usable")
    assert (done.code, done.out) == (0, "mp-9: killed\n")
    assert done.err == 'mp-9: It is still killed: a later item says "killed" (mp-k).\n'


def test_an_embargo_and_an_end_of_the_desk(home):
    done = wirecheck(home, "mark", "mp-9", "--embargo", "2026-11-30T10:00:00+01:00", "--expires", "2026-12-30")
    assert done.out == "mp-9: usable, embargo until 2026-11-30T10:00:00+01:00, expires 2026-12-30\n"
    assert wirecheck(home, "mark", "mp-9", "--embargo", "").out == "mp-9: usable\n"
    assert shown(home, "mp-9")["rights"]["expires"] == "2026-12-30"


def test_a_story_whose_text_has_expired_is_still_killed_with_the_one_that_shares_its_words(tmp_path):
    add(tmp_path, item("mp-1", BRIDGE), item("partner-7", BRIDGE, source="Partner"), item("mp-9", OTHER))
    assert wirecheck(tmp_path, "expire", "mp-1").code == 0
    add(tmp_path, item("partner-8", "", replaces="partner-7", status="canceled"))
    known = shown(tmp_path, "mp-1")
    assert (known["text"], known["family"]["state"], known["family"]["members"]) == ("", "killed", 2)
    assert shown(tmp_path, "mp-9")["family"] is None


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["mp-1"], "Say what it is"),
        (["mp-1", "--killed", "--usable"], "A story is one of these"),
        (["mp-1", "--embargo", "tomorrow"], "--embargo: 'tomorrow' is no time"),
        (["mp-1", "--killed", "--at", "noon"], "--at: 'noon' is no time"),
        (["mp-0", "--killed"], "mp-0: There is no story of this id"),
    ],
)
def test_wrong_use_is_said_in_a_sentence(home, options, said):
    done = wirecheck(home, "mark", *options)
    assert done.code == 2
    assert said in done.err
    assert len(done.err.splitlines()) == 1
