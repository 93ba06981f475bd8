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
from fingerprints.index import HOT, Applied, Fingerprint, Keys, Remove, Store, Upsert, Work
from fingerprints.spec import DEFAULT_SPEC, KEY_BITS
from fingerprints.stores import open_index
from fingerprints.stores.embedded import EmbeddedStore
from fingerprints.stores.memory import MemoryStore
from fingerprints.stores.rows import LAST_POSITION

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


def story(id: str, text: str = FERRY, *, title: str = "", story: str = "", version: str = "") -> Upsert:
    return Upsert(Work(id, text, title, "Meridian Press", story, version), fingerprint_of(text))


@pytest.fixture(params=["memory", "embedded"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    made: Store
    if request.param == "memory":
        made = MemoryStore(clock=lambda: NOON)
    else:
        made = EmbeddedStore(tmp_path / "wire", create=True, recompute=fingerprint_of, clock=lambda: NOON)
    yield made
    made.close()


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
class Model:
    """The contract as plain dictionaries."""

    last: int = 0
    works: dict[str, list[tuple[int, int, Work, Fingerprint]]] = field(default_factory=dict)

    def apply(self, operation: Upsert | Remove) -> Applied:
        if isinstance(operation, Remove):
            gone = self.works.pop(operation.id, None)
            return Applied(removed=1) if gone else Applied(missing=(operation.id,))
        before = self.works.setdefault(operation.work.id, [])
        if before and before[-1][2] == operation.work:
            return Applied(unchanged=1)
        self.last += 1
        before.append((self.last, len(before) + 1, operation.work, operation.fingerprint))
        return Applied(added=1) if len(before) == 1 else Applied(replaced=1)

    def postings(self, key: int) -> list[tuple[int, int]]:
        found = {
            (number, int(position))
            for revisions in self.works.values()
            for number, _, _, made in revisions
            for own, position in zip(made.keys, made.positions, strict=True)
            if own == key
        }
        return sorted(found)


IDS = st.sampled_from(["a", "b", "c", "\ud800"])
TEXTS = st.sampled_from([f"LARKSPUR (MP) -- Version {n} of the story." for n in range(6)])


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
        self.memory = MemoryStore(clock=lambda: NOON)
        self.embedded = self.open()

    def open(self) -> EmbeddedStore:
        return EmbeddedStore(self.folder / "wire", create=True, recompute=crowded, clock=lambda: NOON)

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            self.embedded.close()
            shutil.rmtree(self.folder)

    @rule(batch=st.lists(st.one_of(st.tuples(IDS, TEXTS), IDS), max_size=6))
    def apply(self, batch: list[tuple[str, str] | str]) -> None:
        operations = [
            Remove(item) if isinstance(item, str) else Upsert(Work(*item), crowded(item[1])) for item in batch
        ]
        expected = sum((self.model.apply(operation) for operation in operations), Applied())
        assert self.memory.apply(operations) == self.embedded.apply(operations) == expected

    @rule()
    def reopen(self) -> None:
        self.embedded.close()
        self.embedded = self.open()

    @invariant()
    def same_answers(self) -> None:
        if not hasattr(self, "model"):
            return
        truth = [self.model.postings(key) for key in range(7)]
        for store in (self.memory, self.embedded):
            hits = store.probe(keys(*range(7)))
            assert hits.frequency.tolist() == list(map(len, truth))
            assert rows(store, *range(7)) == [(key, *found) for key in range(7) for found in truth[key][:HOT]]
            assert [entry.id for entry in store.entries()] == sorted(self.model.works)
            info = store.info()
            assert (info.postings, info.hot_keys) == (sum(map(len, truth)), sum(len(found) > HOT for found in truth))
            for id, revisions in self.model.works.items():
                found = [(one.number, one.revision, one.work) for one in store.revisions(id)]
                assert found == [one[:3] for one in reversed(revisions)]


TestStoresAgree = StoresAgree.TestCase
TestStoresAgree.settings = settings(
    max_examples=40, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
)
