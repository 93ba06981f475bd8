"""What every store promises, whatever it is made of: the same tests for all, then all against a plain dictionary."""

from __future__ import annotations

import shutil
import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from fingerprints.errors import IndexMissing, IndexProblem
from fingerprints.index import (
    HOT,
    LINKS,
    Amend,
    Applied,
    Expire,
    Fingerprint,
    Keys,
    Operation,
    Remove,
    Store,
    Upsert,
    Work,
)
from fingerprints.spec import DEFAULT_SPEC, KEY_BITS
from fingerprints.stores import open_index
from fingerprints.stores.embedded import EmbeddedStore
from fingerprints.stores.memory import MemoryStore
from fingerprints.stores.rows import LAST_POSITION
from fingerprints.stores.snapshot import Snapshot, snapshot_digest, write_snapshot
from tests.postgres_server import Server, postgres
from tests.snapshotted import Snapshotted

__all__ = ["postgres"]

NOON = "2026-11-23T12:00:00+00:00"
FERRY = "HARBORVIEW (MP) -- The last ferry of the season left Pier 4 at noon on Monday with eleven passengers aboard."
MAYOR = "LARKSPUR (MP) -- Mayor Ada Quill said Tuesday that the old mill bridge would close for repairs until spring."


def keys(*values: int) -> Keys:
    return np.array(values, dtype=np.uint64)


def fingerprint_of(text: str, count: int = 12) -> Fingerprint:
    """Rows that belong to a text and to no other: random, but the same every time."""
    random = np.random.default_rng(zlib.crc32(text.encode("utf-8", "surrogatepass")))
    made = random.integers(0, 1 << KEY_BITS, count + 3, dtype=np.uint64)
    return Fingerprint(made[:count], np.arange(0, 5 * count, 5, dtype=np.int32), made[count:], len(text.split()))


def at(*rows: tuple[int, int], bands: tuple[int, ...] = ()) -> Fingerprint:
    """A fingerprint by hand: (key, word) by (key, word)."""
    made = np.array(rows, dtype=np.int64).reshape(-1, 2)
    return Fingerprint(made[:, 0].astype(np.uint64), made[:, 1].astype(np.int32), keys(*bands), 100)


def story(
    id: str, text: str = FERRY, *, title: str = "", story: str = "", version: str = "", links: tuple[str, ...] = ()
) -> Upsert:
    return Upsert(Work(id, text, title, "Meridian Press", story, version), fingerprint_of(text), links)


def item(id: str, text: str = FERRY, **metadata: str) -> Upsert:
    """A story with what its feed says of it."""
    return Upsert(Work(id, text, holder="Meridian Press", metadata=metadata), fingerprint_of(text))


KINDS = ["memory", "embedded", "postgres", "memory in a snapshot", "embedded in a snapshot of 3 parts"]


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    made: Store
    if request.param.startswith("memory"):
        made = MemoryStore(clock=lambda: NOON)
    elif request.param == "postgres":
        made = on_server(request, tmp_path)
    else:
        made = EmbeddedStore(tmp_path / "wire", create=True, recompute=fingerprint_of, clock=lambda: NOON)
    if "snapshot" in request.param:
        made = Snapshotted(made, tmp_path / "snapshot", parts=3 if "3 parts" in request.param else 1)
    yield made
    made.close()


def on_server(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """A new index in a schema of its own."""
    from fingerprints.stores.postgres.store import PostgresStore

    server: Server = request.getfixturevalue("postgres")
    request.getfixturevalue("monkeypatch").setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    return PostgresStore(server.fresh(), create=True, recompute=fingerprint_of, clock=lambda: NOON)


def rows(store: Store, *probes: int) -> list[tuple[int, int, int]]:
    hits = store.probe(keys(*probes))
    return list(zip(hits.row.tolist(), hits.number.tolist(), hits.position.tolist(), strict=True))


def test_a_new_index_is_empty_and_ready(store: Store) -> None:
    assert store.spec == DEFAULT_SPEC
    assert len(store.secret) == 32
    info = store.info()
    assert (info.works, info.revisions, info.words, info.postings, info.hot_keys) == (0, 0, 0, 0, 0)
    assert info.spec == DEFAULT_SPEC.digest
    assert rows(store, 1, 2) == []
    assert not any((list(store.entries()), store.fetch([1]), store.revisions("mp-1")))
    assert len(store.probe(keys()).frequency) == 0
    assert len(store.near(keys())) == 0
    assert store.apply([]) == Applied()


def test_an_added_story_is_found_by_its_keys_and_read_back(store: Store) -> None:
    added = story("mp-1", FERRY, title="Last ferry", story="BC-Ferry", version="1st Ld-Writethru")
    assert store.apply([added]) == Applied(added=1)
    hits = store.probe(added.fingerprint.keys)
    assert hits.row.tolist() == list(range(12))
    assert set(hits.number.tolist()) == {1}
    assert hits.position.tolist() == added.fingerprint.positions.tolist()
    assert hits.frequency.tolist() == [1] * 12
    assert [str(column.dtype) for column in (hits.row, hits.number, hits.position)] == ["int32", "int64", "int32"]
    (found,) = store.fetch([1])
    assert found.work == added.work
    assert (found.number, found.revision, found.current, found.added, found.words) == (1, 1, True, NOON, 20)
    assert store.near(added.fingerprint.bands[:1]).tolist() == [1]


def test_a_corrected_story_keeps_its_first_version_findable(store: Store) -> None:
    store.apply([story("mp-1", FERRY)])
    assert store.apply([story("mp-1", MAYOR)]) == Applied(replaced=1)
    newest, oldest = store.revisions("mp-1")
    assert (newest.number, newest.revision, newest.current, newest.work.text) == (2, 2, True, MAYOR)
    assert (oldest.number, oldest.revision, oldest.current, oldest.work.text) == (1, 1, False, FERRY)
    assert set(store.probe(fingerprint_of(FERRY).keys).number.tolist()) == {1}
    assert [entry.number for entry in store.entries()] == [2]
    info = store.info()
    assert (info.works, info.revisions, info.postings) == (1, 2, 24)


@pytest.mark.parametrize("changed", ["title", "holder", "story", "version", "metadata", "text"])
def test_the_same_story_again_changes_nothing_until_something_differs(store: Store, changed: str) -> None:
    first = story("mp-1", FERRY, title="Last ferry")
    store.apply([first])
    assert store.apply([first]) == Applied(unchanged=1)
    assert len(store.revisions("mp-1")) == 1
    said: dict[str, Any] = {changed: {"slug": "BC-Ferry"} if changed == "metadata" else "Ferry sails"}
    other = replace(first.work, **said)
    assert store.apply([Upsert(other, first.fingerprint)]) == Applied(replaced=1)
    assert [found.work for found in store.revisions("mp-1")] == [other, first.work]


def test_a_removed_story_is_gone_with_all_its_revisions(store: Store) -> None:
    store.apply([story("mp-1", FERRY), story("mp-1", MAYOR), story("mp-2", FERRY)])
    assert store.apply([Remove("mp-1"), Remove("mp-9")]) == Applied(removed=1, missing=("mp-9",))
    assert store.revisions("mp-1") == store.fetch([1, 2]) == []
    assert set(store.probe(fingerprint_of(FERRY).keys).number.tolist()) == {3}
    assert store.near(np.concatenate([fingerprint_of(FERRY).bands, fingerprint_of(MAYOR).bands])).tolist() == [3]
    assert not len(store.probe(fingerprint_of(MAYOR).keys).row)
    assert store.info().postings == 12


def test_a_number_is_never_given_out_again(store: Store) -> None:
    store.apply([story("mp-1"), story("mp-2")])
    store.apply([Remove("mp-2")])
    store.apply([story("mp-2")])
    assert [found.number for found in store.revisions("mp-2")] == [3]
    assert store.revisions("mp-2")[0].revision == 1
    store.apply([story("mp-3"), Remove("mp-3")])
    store.apply([story("mp-4")])
    assert [found.number for found in store.revisions("mp-4")] == [5]


def test_of_two_operations_with_one_id_the_later_counts_last(store: Store) -> None:
    assert store.apply([story("mp-1", FERRY), story("mp-1", MAYOR)]) == Applied(added=1, replaced=1)
    assert [found.work.text for found in store.revisions("mp-1")] == [MAYOR, FERRY]
    assert store.apply([Remove("mp-1"), story("mp-1", FERRY)]) == Applied(added=1, removed=1)
    assert [found.revision for found in store.revisions("mp-1")] == [1]
    assert store.apply([story("mp-2", MAYOR), Remove("mp-2")]) == Applied(added=1, removed=1)
    assert store.revisions("mp-2") == []
    assert not len(store.probe(fingerprint_of(MAYOR).keys).row)


def test_the_catalogue_is_read_in_the_order_of_ids(store: Store) -> None:
    ids = ["mp-10", "mp-2", "Zulu", "älv", "mp-\U0001f6a2", "mp-\ue000", "mp-1"]
    store.apply([story(id, title=id.upper()) for id in ids])
    assert [entry.id for entry in store.entries()] == sorted(ids)
    assert [entry.id for entry in store.entries(after="mp-10", limit=2)] == sorted(ids)[3:5]
    assert list(store.entries(limit=0)) == []
    pages, after = [], ""
    while page := list(store.entries(after, 3)):
        pages.append(len(page))
        after = page[-1].id
    assert pages == [3, 3, 1]
    entry = next(store.entries(after="mp-1"))
    assert (entry.id, entry.title, entry.holder, entry.revision, entry.added) == (
        "mp-10",
        "MP-10",
        "Meridian Press",
        1,
        NOON,
    )


def test_the_catalogue_says_of_which_works_only_a_part_is_there(store: Store) -> None:
    store.apply([item("mp-1", partial="only a summary of it came"), item("mp-2", slug='"partial"'), item("mp-3")])
    assert [(one.id, one.partial) for one in store.entries()] == [
        ("mp-1", "only a summary of it came"),
        ("mp-2", ""),
        ("mp-3", ""),
    ]
    store.apply([item("mp-1", FERRY + "More of it.")])
    assert [one.partial for one in store.entries()] == ["", "", ""]


def test_long_catalogues_are_read_to_their_end(store: Store) -> None:
    store.apply([Upsert(Work(f"mp-{n:04}", f"Item {n}."), at()) for n in range(1201)])
    assert [entry.id for entry in store.entries()] == [f"mp-{n:04}" for n in range(1201)]
    assert len(list(store.entries(limit=700))) == 700


def test_stories_are_fetched_in_the_order_asked(store: Store) -> None:
    store.apply([story(f"mp-{n}") for n in range(1, 6)])
    assert [found.number for found in store.fetch([4, 99, 1, 4, 3])] == [4, 1, 4, 3]
    assert [found.number for found in store.fetch(np.array([2, 1]).tolist())] == [2, 1]
    assert store.fetch([]) == []


def test_rows_of_a_probe_are_sorted_and_repeated_keys_answered_each_time(store: Store) -> None:
    store.apply([Upsert(Work("a", "A"), at((7, 30), (7, 2), (5, 9))), Upsert(Work("b", "B"), at((7, 1), (5, 0)))])
    assert rows(store, 7, 6, 5, 7) == [
        *[(0, 1, 2), (0, 1, 30), (0, 2, 1)],
        *[(2, 1, 9), (2, 2, 0)],
        *[(3, 1, 2), (3, 1, 30), (3, 2, 1)],
    ]
    assert store.probe(keys(7, 6, 5, 7)).frequency.tolist() == [3, 0, 2, 3]
    assert rows(store, (1 << 64) - 1, 1 << 63, 1 << 47, 0) == []


def test_a_row_given_twice_is_one_row_and_far_words_share_the_last_position(store: Store) -> None:
    far = LAST_POSITION + 5
    store.apply([Upsert(Work("a", "A"), at((7, 2), (7, 2), (8, far), (8, far + 1), bands=(4, 4)))])
    assert rows(store, 7, 8) == [(0, 1, 2), (1, 1, LAST_POSITION)]
    assert store.info().postings == 2
    assert store.near(keys(4)).tolist() == [1]


def test_a_story_reprinted_two_hundred_times_is_still_found(store: Store) -> None:
    store.apply([story(f"reprint-{n:03}") for n in range(50)])
    for n in range(50, 60):
        store.apply([story(f"reprint-{n:03}")])
    assert store.info().hot_keys == 0
    store.apply([story(f"reprint-{n:03}") for n in range(60, 200)])
    asked = fingerprint_of(FERRY).keys
    hits = store.probe(asked)
    assert hits.frequency.tolist() == [200] * 12
    assert len(hits.hot) == 12 == store.info().hot_keys
    for row in range(12):
        assert hits.number[hits.row == row].tolist() == list(range(1, HOT + 1)), "the same ones for every key"
    assert store.near(fingerprint_of(FERRY).bands).tolist() == list(range(1, 201))


def test_hot_keys_cool_down_as_stories_are_removed(store: Store) -> None:
    store.apply([story(f"reprint-{n:03}") for n in range(70)])
    store.apply([Remove(f"reprint-{n:03}") for n in range(3)])
    hits = store.probe(fingerprint_of(FERRY).keys[:1])
    assert hits.frequency.tolist() == [67]
    assert hits.number.tolist() == list(range(4, 4 + HOT)), "the first ones that are left"
    store.apply([Remove(f"reprint-{n:03}") for n in range(3, 6)])
    hits = store.probe(fingerprint_of(FERRY).keys[:1])
    assert (hits.frequency.tolist(), len(hits.number), len(hits.hot)) == ([64], 64, 0)
    assert store.info().hot_keys == 0


@pytest.mark.parametrize(
    "wrong",
    [
        Fingerprint(keys(1 << 47), np.zeros(1, np.int32), keys(), 1),
        Fingerprint(keys(1), np.zeros(1, np.int32), keys(1 << 63), 1),
        Fingerprint(keys(1), np.array([-1], np.int32), keys(), 1),
        Fingerprint(keys(1, 2), np.zeros(1, np.int32), keys(), 1),
    ],
    ids=["wide key", "wide band", "negative position", "uneven"],
)
def test_a_wrong_fingerprint_stops_the_whole_batch(store: Store, wrong: Fingerprint) -> None:
    with pytest.raises(ValueError, match=r"key|band|position"):
        store.apply([story("mp-1"), Upsert(Work("mp-2", MAYOR), wrong)])
    assert list(store.entries()) == []
    assert not len(store.probe(fingerprint_of(FERRY).keys).row)


@pytest.mark.parametrize(
    "odd", ["", "\0", "nul\0in the middle", "\ud800", "\ud83d\ude00", "\U0001f600", "é\u0301\r\n", "x" * 70_000]
)
def test_any_text_comes_back_exactly(store: Store, odd: str) -> None:
    work = Work(odd, odd, title=odd, holder=odd, story=odd, version=odd, metadata={odd: odd, "slug": "BC-" + odd})
    store.apply([Upsert(work, at((1, 1)))])
    assert [found.work for found in store.revisions(odd)] == [work]
    assert [entry.id for entry in store.entries()] == [odd][: len(odd) > 0]
    assert store.apply([Upsert(work, at((1, 1)))]) == Applied(unchanged=1)
    assert store.apply([Remove(odd)]).removed == 1


# --- links ------------------------------------------------------------------------------------------------------


def test_versions_of_a_story_find_each_other_by_their_links(store: Store) -> None:
    store.apply(
        [
            story("mp-1", FERRY, links=("story:ferry", "slug:bc-ferry")),
            story("mp-2", MAYOR, links=("story:mayor",)),
            story("mp-3", FERRY + " 1st Ld", links=("slug:bc-ferry",)),
            story("mp-4"),
        ]
    )
    assert store.linked(["slug:bc-ferry"]).tolist() == [1, 3]
    assert store.linked(["story:mayor", "story:ferry", "story:mayor"]).tolist() == [1, 2]
    assert store.linked(["slug:bc", "SLUG:BC-FERRY", "", "slug:bc-ferry "]).tolist() == []
    assert str(store.linked([]).dtype) == "int64"
    assert [found.links for found in store.fetch([1, 2, 3, 4])] == [
        ("story:ferry", "slug:bc-ferry"),
        ("story:mayor",),
        ("slug:bc-ferry",),
        (),
    ]


def test_each_revision_has_the_links_it_came_with(store: Store) -> None:
    store.apply([story("mp-1", FERRY, links=("story:ferry",)), story("mp-1", MAYOR, links=("story:mayor",))])
    assert store.linked(["story:ferry"]).tolist() == [1]
    assert [found.links for found in store.revisions("mp-1")] == [("story:mayor",), ("story:ferry",)]
    store.apply([Remove("mp-1")])
    assert store.linked(["story:ferry", "story:mayor"]).tolist() == []


def test_the_same_story_again_brings_its_new_links(store: Store) -> None:
    store.apply([story("mp-1", links=("a", "b"))])
    assert store.apply([story("mp-1", links=("c", "a"))]) == Applied(unchanged=1)
    assert store.apply([story("mp-1")]) == Applied(unchanged=1)
    assert [found.links for found in store.revisions("mp-1")] == [("a", "b", "c")]
    assert store.linked(["c"]).tolist() == [1]


def test_beyond_their_number_the_older_links_are_kept(store: Store) -> None:
    first, more = tuple(f"old-{n}" for n in range(14)), tuple(f"new-{n}" for n in range(4))
    store.apply([story("mp-1", links=first), Amend("mp-1", {}, more)])
    assert store.revisions("mp-1")[0].links == (*first, "new-0", "new-1")
    assert store.linked(["new-1", "new-2"]).tolist() == [1]
    assert store.linked(["new-2"]).tolist() == []


@pytest.mark.parametrize("wrong", [("story:ferry", ""), tuple(f"link-{n}" for n in range(LINKS + 1))])
@pytest.mark.parametrize("how", ["upsert", "amend"])
def test_wrong_links_stop_the_whole_batch(store: Store, wrong: tuple[str, ...], how: str) -> None:
    bad = story("mp-2", MAYOR, links=wrong) if how == "upsert" else Amend("mp-1", {"status": "canceled"}, wrong)
    with pytest.raises(ValueError, match=r"link is empty|17 links, and may have 16"):
        store.apply([story("mp-1", links=("story:ferry",)), bad])
    assert list(store.entries()) == []
    assert store.linked(["story:ferry"]).tolist() == []


def test_a_link_given_twice_is_one_link(store: Store) -> None:
    store.apply([story("mp-1", links=("a",) * 40)])
    assert store.revisions("mp-1")[0].links == ("a",)


# --- what is said of a story later ------------------------------------------------------------------------------


def test_a_kill_is_written_into_the_story_it_kills(store: Store) -> None:
    store.apply([item("mp-1", slug="BC-Ferry", status="usable", editors_note="Eds: photos moving")])
    killed = {"status": "canceled", "signal": "kill", "editors_note": ""}
    assert store.apply([Amend("mp-1", killed, ("story:ferry",))]) == Applied(amended=1)
    (found,) = store.revisions("mp-1")
    assert found.work.metadata == {"slug": "BC-Ferry", "status": "canceled", "signal": "kill"}
    assert (found.number, found.revision, found.work.text, found.links) == (1, 1, FERRY, ("story:ferry",))
    assert store.fetch([1]) == [found]
    assert store.apply([Amend("mp-1", killed)]) == Applied(unchanged=1)
    assert store.apply([Amend("mp-1", {"signal": ""}), Amend("mp-9", killed)]) == Applied(amended=1, missing=("mp-9",))
    assert store.revisions("mp-1")[0].work.metadata == {"slug": "BC-Ferry", "status": "canceled"}


def test_adding_the_same_item_again_does_not_take_back_a_kill(store: Store) -> None:
    usable = item("mp-1", slug="BC-Ferry", status="usable")
    store.apply([usable, Amend("mp-1", {"status": "canceled"})])
    assert store.apply([usable]) == Applied(unchanged=1)
    as_it_stands = item("mp-1", slug="BC-Ferry", status="canceled")
    assert store.apply([as_it_stands]) == Applied(unchanged=1)
    assert [found.work for found in store.revisions("mp-1")] == [as_it_stands.work]


def test_a_newer_revision_says_its_own_and_the_kill_stays_with_the_older(store: Store) -> None:
    store.apply([item("mp-1", FERRY, status="usable"), Amend("mp-1", {"status": "canceled"})])
    assert store.apply([item("mp-1", MAYOR, status="usable")]) == Applied(replaced=1)
    assert [found.work.metadata["status"] for found in store.revisions("mp-1")] == ["usable", "canceled"]
    store.apply([Amend("mp-1", {"status": "withheld"})])
    assert [found.work.metadata["status"] for found in store.revisions("mp-1")] == ["withheld", "canceled"]


def test_an_empty_value_of_the_item_itself_stays(store: Store) -> None:
    store.apply([item("mp-1", slug="", byline="Ada Quill"), Amend("mp-1", {"byline": "", "nothing": ""})])
    assert store.revisions("mp-1")[0].work.metadata == {"slug": ""}
    assert store.apply([Amend("mp-1", {"nothing": ""})]) == Applied(unchanged=1)


# --- texts past their term --------------------------------------------------------------------------------------


def test_an_expired_story_keeps_its_fingerprint_and_loses_its_text(store: Store) -> None:
    text = "HARBORVIEW (MP) --  The café’s last ferry left."
    made = at((7, 0), (8, 2), (9, 2), (10, 5), (11, 7), (12, 90), bands=(4,))
    store.apply([Upsert(Work("mp-1", text, "Ferry", metadata={"expires": NOON}), made, ("story:ferry",))])
    before = store.fetch([1])[0]
    assert store.apply([Expire("mp-1"), Expire("mp-9")]) == Applied(expired=1, missing=("mp-9",))
    (found,) = store.fetch([1])
    assert found == store.revisions("mp-1")[0]
    assert (found.work, found.expired) == (replace(before.work, text=""), NOON)
    assert (found.words, found.added, found.links) == (before.words, before.added, before.links)
    places = [(word, text[start:end]) for word, start, end in found.places]
    assert places == [
        (0, "HARBORVIEW (MP) --  The café’s"),
        (2, "The café’s last ferry"),
        (5, "ferry left"),
    ], "a place for each word with a posting; the last ones end with the text"
    assert rows(store, 7, 8, 9, 12) == [(0, 1, 0), (1, 1, 2), (2, 1, 2), (3, 1, 90)]
    assert (store.near(keys(4)).tolist(), store.linked(["story:ferry"]).tolist()) == ([1], [1])
    assert [(entry.id, entry.expired) for entry in store.entries()] == [("mp-1", NOON)]
    info = store.info()
    assert (info.works, info.expired, info.postings, info.words) == (1, 1, 6, 100)
    assert store.apply([Expire("mp-1")]) == Applied(unchanged=1)


def test_all_revisions_of_a_story_expire_together(store: Store) -> None:
    store.apply([story("mp-1", FERRY), story("mp-1", MAYOR), story("mp-2", MAYOR), Expire("mp-1")])
    assert [(found.work.text, found.expired) for found in store.revisions("mp-1")] == [("", NOON), ("", NOON)]
    assert (store.info().revisions, store.info().expired) == (3, 2)
    assert store.revisions("mp-2")[0].work.text == MAYOR
    assert set(store.probe(fingerprint_of(FERRY).keys).number.tolist()) == {1}


def test_what_is_said_of_an_expired_story_still_counts(store: Store) -> None:
    store.apply([item("mp-1", slug="BC-Ferry"), Amend("mp-1", {"status": "withheld"}), Expire("mp-1")])
    assert store.apply([Amend("mp-1", {"status": "canceled"}, ("story:ferry",))]) == Applied(amended=1)
    (found,) = store.revisions("mp-1")
    assert found.work.metadata == {"slug": "BC-Ferry", "status": "canceled"}
    assert (found.expired, len(found.places), found.links) == (NOON, 4, ("story:ferry",))


@pytest.mark.parametrize("text", [FERRY, ""])
def test_only_adding_a_story_again_brings_its_text_back(store: Store, text: str) -> None:
    store.apply([story("mp-1", text), Expire("mp-1")])
    assert store.apply([story("mp-1", text)]) == Applied(replaced=1)
    newest, oldest = store.revisions("mp-1")
    assert (newest.work.text, newest.expired, newest.current) == (text, "", True)
    assert (oldest.work.text, oldest.expired, oldest.current) == ("", NOON, False)
    assert store.apply([Expire("mp-1")]) == Applied(expired=1)
    assert store.info().expired == 2


def test_a_removed_story_is_gone_though_its_text_had_expired_before(store: Store) -> None:
    store.apply([story(f"reprint-{n:03}", links=("story:ferry",)) for n in range(70)])
    store.apply([Expire(f"reprint-{n:03}") for n in range(0, 70, 2)])
    store.apply([Remove(f"reprint-{n:03}") for n in range(10)])
    hits = store.probe(fingerprint_of(FERRY).keys[:1])
    assert (hits.frequency.tolist(), hits.number.tolist()) == ([60], list(range(11, 71)))
    assert (store.info().postings, store.info().hot_keys, store.info().expired) == (720, 0, 30)
    assert store.linked(["story:ferry"]).tolist() == list(range(11, 71))
    assert store.apply([story("mp-1", MAYOR), Expire("mp-1"), Remove("mp-1")]) == Applied(added=1, expired=1, removed=1)
    assert not len(store.probe(fingerprint_of(MAYOR).keys).row)


def test_an_index_is_chosen_by_its_url(tmp_path: Path) -> None:
    assert isinstance(open_index("memory:"), MemoryStore)
    made = open_index(str(tmp_path / "wire"), create=True)
    assert isinstance(made, EmbeddedStore)
    made.close()
    for nowhere in ("", "ftp://wire.example/index"):
        with pytest.raises(IndexMissing, match="no place for an index"):
            open_index(nowhere)
    with pytest.raises(IndexProblem, match="cannot be copied"):
        open_index("memory:").backup(tmp_path / "copy")


@dataclass
class Revision:
    """A revision as the contract describes it."""

    number: int
    revision: int
    work: Work
    made: Fingerprint
    links: list[str]
    amended: dict[str, str] = field(default_factory=dict)
    expired: bool = False

    @property
    def metadata(self) -> dict[str, str]:
        said = dict(self.work.metadata)
        for key, value in self.amended.items():
            said[key] = value
            if not value:
                del said[key]
        return said

    def link(self, links: tuple[str, ...]) -> None:
        self.links += [link for link in links if link not in self.links]
        del self.links[LINKS:]


@dataclass
class Model:
    """The contract as plain dictionaries."""

    last: int = 0
    works: dict[str, list[Revision]] = field(default_factory=dict)

    def apply(self, operation: Operation) -> Applied:
        if isinstance(operation, Upsert):
            return self.upsert(operation)
        if operation.id not in self.works:
            return Applied(missing=(operation.id,))
        if isinstance(operation, Remove):
            del self.works[operation.id]
            return Applied(removed=1)
        revisions = self.works[operation.id]
        if isinstance(operation, Amend):
            newest = revisions[-1]
            before = newest.metadata, list(newest.links), set(newest.amended)
            newest.amended |= {k: v for k, v in operation.metadata.items() if v or k in newest.work.metadata}
            for key, value in operation.metadata.items():
                if not value and key not in newest.work.metadata:
                    newest.amended.pop(key, None)
            newest.link(operation.links)
            changed = before != (newest.metadata, newest.links, set(newest.amended))
            return Applied(amended=1) if changed else Applied(unchanged=1)
        if all(one.expired for one in revisions):
            return Applied(unchanged=1)
        for one in revisions:
            one.expired = True
            one.work = replace(one.work, text="")
        return Applied(expired=1)

    def upsert(self, operation: Upsert) -> Applied:
        before = self.works.setdefault(operation.work.id, [])
        if before and not before[-1].expired:
            own = before[-1].work
            if operation.work in (own, replace(own, metadata=before[-1].metadata)):
                before[-1].link(operation.links)
                return Applied(unchanged=1)
        self.last += 1
        links = list(dict.fromkeys(operation.links))
        before.append(Revision(self.last, len(before) + 1, operation.work, operation.fingerprint, links))
        return Applied(added=1) if len(before) == 1 else Applied(replaced=1)

    def postings(self, key: int) -> list[tuple[int, int]]:
        found = {
            (one.number, int(position))
            for revisions in self.works.values()
            for one in revisions
            for own, position in zip(one.made.keys, one.made.positions, strict=True)
            if own == key
        }
        return sorted(found)


IDS = st.sampled_from(["a", "b", "c", "\ud800"])
TEXTS = st.sampled_from([f"LARKSPUR (MP) -- Version {n} of the story." for n in range(6)])
METADATA = st.dictionaries(
    st.sampled_from(["status", "signal", "\ud800"]), st.sampled_from(["", "kill", "é"]), max_size=2
)
LINK = st.sampled_from([f"slug:{n}" for n in range(40)] + ["\udfff", "\0"])
SOME_LINKS = st.lists(LINK, max_size=LINKS, unique=True).map(tuple)
UPSERTS = st.builds(
    lambda id, text, metadata, links: Upsert(Work(id, text, metadata=metadata), crowded(text), links),
    *(IDS, TEXTS, METADATA | st.just({}), SOME_LINKS),
)
OPERATIONS = st.one_of(
    *(UPSERTS, UPSERTS, st.builds(Amend, IDS, METADATA, SOME_LINKS), st.builds(Expire, IDS), st.builds(Remove, IDS))
)


def crowded(text: str) -> Fingerprint:
    """Few keys in many places, so that some become hot and cool down again."""
    random = np.random.default_rng(zlib.crc32(text.encode()))
    made = random.integers(0, 6, 60, dtype=np.uint64)
    return Fingerprint(made, random.integers(0, 50, 60, dtype=np.int32), np.unique(made[:3]), 60)


class StoresAgree(RuleBasedStateMachine):
    """Whatever is done to both stores, they answer as the plain model does."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.model = Model()
        self.embedded = self.open()
        self.memory = MemoryStore(secret=self.embedded.secret, clock=lambda: NOON)

    def open(self) -> EmbeddedStore:
        return EmbeddedStore(self.folder / "wire", create=True, recompute=crowded, clock=lambda: NOON)

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            self.snapshots_agree()
            self.embedded.close()
            shutil.rmtree(self.folder)

    @rule(batch=st.lists(OPERATIONS, max_size=6))
    def apply(self, batch: list[Operation]) -> None:
        expected = sum((self.model.apply(operation) for operation in batch), Applied())
        assert self.memory.apply(batch) == self.embedded.apply(batch) == expected

    @rule()
    def reopen(self) -> None:
        self.embedded.close()
        self.embedded = self.open()

    def snapshots_agree(self) -> None:
        made = [self.folder / name for name in ("of-memory", "of-embedded")]
        write_snapshot(self.memory, made[0], parts=3)
        write_snapshot(self.embedded, made[1])
        for place in made:
            self.agrees(Snapshot(place))
        assert snapshot_digest(made[0]) == snapshot_digest(made[1])

    def agrees(self, store: Store) -> None:
        truth = [self.model.postings(key) for key in range(7)]
        hits = store.probe(keys(*range(7)))
        assert hits.frequency.tolist() == list(map(len, truth))
        assert rows(store, *range(7)) == [(key, *found) for key in range(7) for found in truth[key][:HOT]]
        assert [entry.id for entry in store.entries()] == sorted(self.model.works)
        info = store.info()
        assert (info.postings, info.hot_keys) == (sum(map(len, truth)), sum(len(found) > HOT for found in truth))
        for id, revisions in self.model.works.items():
            found = store.revisions(id)
            assert [(one.number, one.revision, one.work, one.links, one.expired) for one in found] == [
                (
                    one.number,
                    one.revision,
                    replace(one.work, metadata=one.metadata),
                    tuple(one.links),
                    NOON * one.expired,
                )
                for one in reversed(revisions)
            ]
            for link in ("slug:0", "\udfff"):
                carried = {one.number for one in revisions if link in one.links}
                assert carried == {one.number for one in found} & set(store.linked([link]).tolist())

    @invariant()
    def same_answers(self) -> None:
        if not hasattr(self, "model"):
            return
        self.agrees(self.memory)
        self.agrees(self.embedded)
        assert [self.memory.revisions(id) for id in self.model.works] == [
            self.embedded.revisions(id) for id in self.model.works
        ], "down to the places of vanished words"


TestStoresAgree = StoresAgree.TestCase
TestStoresAgree.settings = settings(
    max_examples=40, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
)
