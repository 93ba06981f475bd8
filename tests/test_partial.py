"""A story of which only a teaser came is in the index as that: `add`, `list`, `stats` and every report say so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from checker.check import check
from checker.intake import About, Defaults, Intake, Note
from checker.readers import Document
from checker.readers.wire.feeds import SUMMARY_ONLY
from fingerprints.stores.memory import MemoryStore
from tests.commandline import BRIDGE, wirecheck

TEASER = "The swing bridge at Port Hallam stuck open for six hours on Tuesday after a heron nested in its gearwheel."
WHOLE = Document("mp-9", BRIDGE)
PART = Document("mp-1", TEASER, "Heron holds bridge", metadata={"partial": SUMMARY_ONLY})


def taken(*documents: Document) -> tuple[MemoryStore, Intake, list[Note]]:
    store, notes = MemoryStore(), []
    intake = Intake(store, Defaults(), "2026-04-03T12:00:00Z", notes.append)
    for document in documents:
        intake.take(document)
    intake.finish()
    return store, intake, notes


def test_adding_counts_words_and_stories_in_part() -> None:
    _, intake, notes = taken(WHOLE, PART)
    assert (intake.words, intake.partial, intake.failed) == (51 + 20, 1, 0)
    assert [(note.about, note.place) for note in notes] == [(About.PARTIAL, "mp-1")]
    assert SUMMARY_ONLY in notes[0].sentence


@pytest.mark.parametrize(("lengths", "tiny"), [([8, 8, 8], 8), ([8, 8, 90], 8), ([8, 90, 90], 0), ([8, 8], 0), ([], 0)])
def test_a_feed_of_headlines_is_noticed_by_the_median(lengths: list[int], tiny: int) -> None:
    _, intake, _ = taken(*(Document(f"mp-{at}", "heron " * words) for at, words in enumerate(lengths)))
    assert intake.tiny == tiny


def test_a_report_that_rests_on_a_part_says_so_and_others_do_not() -> None:
    store, _, _ = taken(PART)
    (told,) = check(TEASER, store).warnings
    assert told == f"Of mp-1 the index holds only a part ({SUMMARY_ONLY}); what else of it is copied is not found."
    assert check("Barley soup wants an hour on a low flame and a patient cook.", store).warnings == ()
    whole, _, _ = taken(WHOLE)
    assert check(BRIDGE, whole).warnings == ()


def test_the_catalogue_says_which_stories_are_there_in_part() -> None:
    store, _, _ = taken(WHOLE, PART)
    assert [(entry.id, entry.partial) for entry in store.entries()] == [("mp-1", SUMMARY_ONLY), ("mp-9", "")]


def test_the_commands_say_it(tmp_path: Path) -> None:
    entry = f"<item><title>Heron holds bridge</title><guid>mp-1</guid><description>{TEASER}</description></item>"
    (tmp_path / "feed.xml").write_text(f"<rss version='2.0'><channel><title>MP</title>{entry}</channel></rss>")
    (tmp_path / "draft.txt").write_text(TEASER)
    done = wirecheck(tmp_path, "add", "feed.xml")
    assert (done.code, done.out) == (0, "Added 1, replaced 0, unchanged 0: 20 words in all.\n")
    assert done.err == "1 story is there in part only, for no more came; `wirecheck list` says which.\n"
    assert wirecheck(tmp_path, "list").out == f"mp-1\t20\t1\tHeron holds bridge (in part: {SUMMARY_ONLY})\n"
    assert json.loads(wirecheck(tmp_path, "stats", "--format", "json").out)["partial"] == 1
    assert "In part only:   1 of the stories" in wirecheck(tmp_path, "stats").out
    report = json.loads(wirecheck(tmp_path, "check", "draft.txt", "--format", "json").out)
    assert any("holds only a part" in told for told in report["warnings"])
