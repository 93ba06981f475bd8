"""`wirecheck families`: which stories of the index are versions or reprints of which, and why."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
import typer
from typer.testing import CliRunner

from checker.clusters import cluster_of, grouped, kin
from checker.families import Families
from checker.links import links_of
from cli.exit_codes import guarded
from cli.families import families
from fingerprints.index import Expire, Remove, Upsert, Work
from fingerprints.sketch import sketcher
from fingerprints.stores.embedded import EmbeddedStore
from fingerprints.stores.keyfile import key_path, write_key
from fingerprints.stores.pages import open_pages
from tests.test_families import LATER, LEAD, MORE, OTHER, THIRD

app = typer.Typer()
app.command()(guarded(families))
SECRET = bytes(range(32))
BRIDGE = LEAD + MORE + LATER


def story(id, text, day="2026-04-03", title="", holder="Meridian Press", **facts):
    """A work of this day, filed at ten."""
    return Work(id, text, title, holder, metadata={"created": f"{day}T10:00:00Z", **facts})


def market(figures, mood):
    """A line of a market report that has the same words every day."""
    return (
        f"Herring closed at {figures[0]} crowns the barrel in Port Hallam and cod at {figures[1]} crowns, with "
        f"{figures[2]} barrels sold and {figures[3]} left over, {figures[4]} more than on the day before; eels stood "
        f"at {figures[5]} crowns, mussels at {figures[6]}, crabs at {figures[7]}, and trade was {mood}. "
    )


WORKS = (
    story("mp-1", BRIDGE, title="Bridge sticks"),
    story("mp-2", BRIDGE + OTHER[:60], title="Bridge sticks, 1st Ld", replaces="mp-1"),
    story("lantern-7", BRIDGE.replace("PORT HALLAM, April 3 (MP) -- ", ""), "2026-05-20", "Heron", "Skerrow Lantern"),
    story("mp-3", OTHER, title="=cmd|' /C calc'!A0"),
    story("mp-4", THIRD, title="Goat <b>"),
    story("mp-5", market((31, 44, 120, 9, 2, 61, 18, 72), "brisk"), "2026-04-03"),
    story("mp-6", market((35, 41, 133, 7, 4, 58, 22, 70), "brisk"), "2026-04-13"),
)


@pytest.fixture
def index(tmp_path):
    place = tmp_path / "index"
    write_key(key_path(place), SECRET)
    with EmbeddedStore(place, create=True) as store:
        add(store, *WORKS)
    return place


def add(store, *works):
    made = sketcher(store.spec, store.secret).fingerprints([work.text for work in works])
    store.apply([Upsert(work, rows, links_of(work)) for work, rows in zip(works, made, strict=True)])


def run(index, *given, code=0):
    done = CliRunner().invoke(app, [*given, "--index", str(index)])
    assert done.exit_code == code, done.stderr
    return done


def clusters(index):
    with EmbeddedStore(index, readonly=True) as store:
        numbers = [entry.number for entry in store.entries()]
        return [cluster_of(group, store) for group in grouped(kin(numbers, store))]


def test_versions_and_a_reprint_by_another_house_are_one_cluster(index):
    (cluster,) = clusters(index)
    assert (cluster.id, cluster.newest, cluster.reprints) == ("mp-1", "mp-2", 1)
    first, second, reprint = cluster.stories
    assert [(one.member.id, one.why) for one in cluster.stories] == [
        ("mp-1", "first"),
        ("mp-2", "replaces"),
        ("lantern-7", "reprint"),
    ]
    assert (first.of_it, first.of_first) == (None, None)
    assert second.of_first == 1.0
    assert 0.85 < second.of_it < 1.0
    assert reprint.of_it == 1.0
    assert 0.9 < reprint.of_first < 1.0
    assert reprint.holder == "Skerrow Lantern"


def test_a_damaged_story_is_not_passed_over_in_silence(index):
    with EmbeddedStore(index) as store:
        store.apply([Remove("lantern-7")])
    with open_pages(index / "catalog.db") as bare:
        ((number, packed),) = bare.execute("SELECT number, packed FROM texts ORDER BY number LIMIT 1")
        bare.execute("UPDATE texts SET packed = ? WHERE number = ?", (packed[:-3] + b"xxx", number))
    told = run(index, code=3)
    assert told.stdout == ""
    assert told.stderr.splitlines() == [
        "Among 5 stories there are no 2 that are versions or reprints of one.",
        "1 story is damaged and could not be compared; wirecheck doctor names what is wrong.",
    ]
    assert "The stored story 'mp-1' (revision 1) is damaged" in run(index, "mp-1", code=2).stderr
    assert "1 story is damaged and could not be compared" in run(index, "mp-2", code=3).stderr


def test_stories_that_were_not_compared_are_said(index, monkeypatch):
    monkeypatch.setattr("checker.clusters.COMPARED", 2)
    again = [story(f"x-{n}", BRIDGE + OTHER[: 30 * n], f"2027-0{n}-20", holder="Skerrow Lantern") for n in (1, 4, 7)]
    with EmbeddedStore(index) as store:
        add(store, *again)
    told = run(index, "x-4").stderr
    assert re.fullmatch(
        r"[3-6] stories have more than 2 others with nearly the same words, and were compared with 2 of them each: "
        r"their clusters may be larger than shown\.\n",
        told,
    )
    monkeypatch.setattr("checker.clusters.COMPARED", 256)
    assert run(index, "x-4").stderr == ""


def test_a_series_with_other_figures_is_no_reprint(index):
    told = run(index).stdout
    assert "mp-5" not in told
    assert "mp-6" not in told
    with EmbeddedStore(index) as store:
        add(store, story("mp-7", market((31, 44, 120, 9, 2, 61, 18, 72), "brisk"), "2026-06-01"))
    assert [[one.member.id for one in cluster.stories] for cluster in clusters(index)][1:] == [["mp-5", "mp-7"]]


def test_text_names_each_story_and_why(index):
    told = run(index).stdout.splitlines()
    assert told[0] == "mp-1: 2 versions, 1 reprint, newest mp-2"
    assert told[1] == "  mp-1, Meridian Press, 2026-04-03T10:00:00Z, filed first, Bridge sticks"
    assert told[2].startswith("  mp-2, Meridian Press, 2026-04-03T10:00:00Z, version, replaces one, 9")
    assert told[2].endswith("% of it in the first, 100 % of the first in it, Bridge sticks, 1st Ld")
    assert told[3].startswith("  lantern-7, Skerrow Lantern, 2026-05-20T10:00:00Z, reprint, by its words, 100 % of it")
    assert len(told) == 4


@pytest.mark.parametrize("id", ["mp-1", "mp-2", "lantern-7"])
def test_the_cluster_of_one_story_is_the_one_that_all_stories_tell_of(index, id):
    assert run(index, id).stdout == run(index).stdout


def test_no_chains_a_reprint_of_a_reprint_does_not_join(index):
    # each shares two of its three parts with the one before it, the third only one with the first
    parts = [LEAD, MORE, LATER, OTHER, THIRD]
    with EmbeddedStore(index) as store:
        add(store, story("x-1", "".join(parts[1:4]), "2026-08-01"), story("x-2", "".join(parts[2:]), "2026-09-01"))
        known = Families(store, sketcher(store.spec, store.secret))
        first, second, third = (store.revisions(id)[0] for id in ("mp-1", "x-1", "x-2"))
        assert [known.reprinted(*pair) for pair in ((first, second), (second, third), (first, third))] == [
            True,
            True,
            False,
        ]
    told = [[one.member.id for one in cluster.stories] for cluster in clusters(index)]
    assert told == [["mp-1", "mp-2", "lantern-7", "x-1"]]
    assert run(index, "x-1").stdout == run(index).stdout
    assert "stands alone" in run(index, "x-2").stderr


def test_a_story_alone_is_said_to_be(index):
    done = run(index, "mp-4")
    assert done.stdout == ""
    assert done.stderr == "mp-4 stands alone: no other version and no reprint of it is in the index.\n"


def test_an_id_that_is_not_there(index):
    done = run(index, "mp-404", code=2)
    assert done.stderr == "Error: There is no story of the id 'mp-404'; wirecheck list shows all of them.\n"


def test_least(index):
    assert run(index, "--least", "3").stdout == run(index).stdout
    done = run(index, "--least", "4")
    assert done.stdout == ""
    assert done.stderr == "Among 7 stories there are no 4 that are versions or reprints of one.\n"
    run(index, "--least", "1", code=2)


def test_json_and_lines_of_json(index):
    (told,) = json.loads(run(index, "--format", "json").stdout)
    assert told == json.loads(run(index, "--format", "jsonl").stdout)
    assert (told["schema"], told["id"], told["newest"]) == ("wirecheck.families/1", "mp-1", "mp-2")
    assert [one["id"] for one in told["stories"]] == ["mp-1", "mp-2", "lantern-7"]
    assert told["stories"][2]["share_of_it"] == 1.0
    assert json.loads(run(index, "--format", "json", "--least", "9").stdout) == []


def test_a_table_has_no_formulas(index):
    with EmbeddedStore(index) as store:
        add(store, story("mp-8", OTHER, "2026-09-01", title="=cmd|' /C calc'!A0"))
    rows = list(csv.DictReader(io.StringIO(run(index, "--format", "csv").stdout)))
    assert [row["id"] for row in rows] == ["mp-1", "mp-2", "lantern-7", "mp-3", "mp-8"]
    assert rows[0]["share_of_it"] == ""
    assert {row["title"] for row in rows[3:]} == {"'=cmd|' /C calc'!A0"}


def test_a_page_escapes_what_it_shows_and_fetches_nothing(index, tmp_path):
    with EmbeddedStore(index) as store:
        add(store, story("mp-9", THIRD, "2026-09-01", title="Goat <script>alert(1)</script>\u202e"))
    run(index, "--format", "html", "--output", str(tmp_path / "families.html"))
    page = (tmp_path / "families.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "Goat &lt;script&gt;" in page
    assert "\u202e" not in page
    assert "default-src &#x27;none&#x27;" in page
    assert "src=" not in page


def test_a_text_that_is_gone_belongs_by_what_it_says_of_itself(index):
    with EmbeddedStore(index) as store:
        work = store.revisions("mp-1")[0]
        store.apply([Expire("mp-1")])
        assert store.fetch([work.number])[0].work.text == ""
    (cluster,) = clusters(index)
    assert {one.member.id: (one.why, one.of_it) for one in cluster.stories if one.member.id != "lantern-7"} == {
        "mp-1": ("first", None),
        "mp-2": ("replaces", None),
    }
