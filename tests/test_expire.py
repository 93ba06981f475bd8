"""Texts past their term: gone from the files, still found, and removed by a command."""

from __future__ import annotations

import json
import random
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.compare import compare, look_up
from checker.expired import ExpiredPassage, passages
from checker.policy.holders import agencies_of
from checker.policy.nouns import DEFAULT_POLICY, Feed, House, Licence, Policy
from checker.retention import past_term
from checker.thresholds import DEFAULT_THRESHOLDS
from fingerprints.index import Amend, Applied, Expire, Remove, Store, StoredWork, Upsert, Work
from fingerprints.sketch import sketcher
from fingerprints.stores import leftovers
from fingerprints.stores.doctor import examine
from fingerprints.stores.embedded import EmbeddedStore
from fingerprints.stores.memory import MemoryStore
from fingerprints.stores.pages import open_pages
from fingerprints.stores.stored import LEVEL
from tests.commandline import BRIDGE, OTHER, wirecheck

SECRET = bytes(range(32))
FERRY = """\
HARBORVIEW, Nov. 23 (MP) -- The last ferry of the season left Pier 4 at noon on Monday with eleven passengers aboard,
two of them goats that belonged to the lighthouse keeper, who said he would rather winter on the mainland than listen
to another season of foghorns. Captain Ingrid Halloran counted the passengers twice, because the smaller goat kept
changing places, and sounded the whistle seven times, once for every month the service had run without a cancelled
crossing. Harbor officials expect the boat to return when the pack ice breaks up in late March, although a council
member, Tobias Wren, has asked for a bridge instead and promised to pay for the first plank himself.
"""
BETWEEN = "Nobody on our side of the water had heard about any of this when the paper went to bed last night."


def indexed(store: Store, *stories: tuple[str, str], **metadata: str) -> Store:
    """The store with stories of these ids and texts."""
    made = sketcher(store.spec, store.secret).fingerprints([text for _, text in stories])
    works = [Work(id, text, holder="Meridian Press", metadata=metadata) for id, text in stories]
    store.apply([Upsert(work, one) for work, one in zip(works, made, strict=True)])
    return store


def in_memory(*stories: tuple[str, str]) -> Store:
    return indexed(MemoryStore(secret=SECRET), *stories)


def found(text: str, index: Store) -> list[ExpiredPassage]:
    """What the draft shares with expired stories."""
    sketch = sketcher(index.spec, index.secret)
    looked = look_up(text, index, sketch)
    return passages(looked, compare(looked, index, sketch, DEFAULT_THRESHOLDS).expired, DEFAULT_THRESHOLDS)


# --- gone from the files ----------------------------------------------------------------------------------------


def noise(seed: int) -> str:
    """A text that no packing makes shorter, so that it would be seen plainly."""
    chance = random.Random(seed)
    return " ".join("".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=9)) for _ in range(400))


def traces(text: str) -> list[bytes]:
    """What of a text may stand in a file: its letters, and pieces of it as the index packs it."""
    plain, packed = text.encode(), zlib.compress(text.encode(), LEVEL)
    pieces = [packed[at : at + 24] for at in range(0, len(packed) - 24, 24)]
    return [plain, *(plain[at : at + 24] for at in range(0, len(plain) - 24, 24)), *pieces]


def seen(index: Path, text: str) -> int:
    """How many traces of a text are in the bytes of an index's files."""
    written = b"\0".join(path.read_bytes() for path in sorted(index.iterdir()))
    return sum(trace in written for trace in traces(text))


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Path]:
    """Three texts of noise, the first two of them two revisions of one story; the log is in use."""
    with EmbeddedStore(tmp_path / "wire", create=True, busy_seconds=0.2) as store:
        indexed(store, ("mp-1", noise(1)), ("mp-1", noise(2)), ("mp-2", noise(3)))
        yield tmp_path / "wire"


@pytest.mark.parametrize("how", [Expire("mp-1"), Remove("mp-1")])
def test_a_text_that_is_removed_is_in_no_file_when_apply_returns(index: Path, how: Expire | Remove) -> None:
    with EmbeddedStore(index) as store:
        assert min(seen(index, noise(seed)) for seed in (1, 2, 3)) > 100, "the test must be able to see them"
        store.apply([how])
        assert [seen(index, noise(seed)) for seed in (1, 2)] == [0, 0]
        assert seen(index, noise(3)) > 100
        assert leftovers(str(index)) == []


def test_a_text_is_not_spread_by_adding_and_expiring_it_in_one_step(index: Path) -> None:
    with EmbeddedStore(index) as store:
        indexed(store, ("mp-3", noise(4)))
        text = noise(5)
        made = sketcher(store.spec, store.secret).fingerprints([text])[0]
        store.apply([Expire("mp-3"), Upsert(Work("mp-3", text), made), Expire("mp-3")])
        assert [seen(index, noise(seed)) for seed in (4, 5)] == [0, 0]
        assert [one.expired != "" for one in store.revisions("mp-3")] == [True, True]


def test_a_text_that_a_reader_still_looks_at_goes_with_the_next_change(index: Path) -> None:
    with EmbeddedStore(index, busy_seconds=0.1) as store, EmbeddedStore(index, readonly=True) as reader:
        reader._connection.execute("BEGIN; SELECT count(*) FROM works")
        store.apply([Expire("mp-1")])
        assert seen(index, noise(1)) > 0
        assert [path.name for path, _ in leftovers(str(index))] == ["catalog.db-wal"]
        reader._connection.execute("COMMIT")
        store.apply([Amend("mp-2", {"status": "usable"})])
        assert [seen(index, noise(seed)) for seed in (1, 2)] == [0, 0]


@pytest.mark.parametrize("then", ["apply nothing", "close", "another writer"])
def test_or_when_nothing_is_changed_any_more(index: Path, then: str) -> None:
    with EmbeddedStore(index, readonly=True) as reader:
        store = EmbeddedStore(index, busy_seconds=0.1)
        reader._connection.execute("BEGIN; SELECT count(*) FROM works")
        store.apply([Expire("mp-1")])
        if then == "another writer":
            store.close()
        assert seen(index, noise(1)) > 0
        reader._connection.execute("COMMIT")
        if then == "another writer":
            with EmbeddedStore(index) as other:
                other.apply([Amend("mp-2", {"status": "usable"})])
                assert seen(index, noise(1)) == 0
        elif then == "apply nothing":
            assert store.apply([]) == Applied()
        else:
            store.close()
        assert [seen(index, noise(seed)) for seed in (1, 2)] == [0, 0]
        store.close()


def test_the_damaged_catalogue_that_a_repair_set_aside_is_named(index: Path) -> None:
    (index / "catalog.db.damaged-1").write_bytes(noise(1).encode())
    (index / "catalog.db.damaged-1-wal").write_bytes(b"")
    with EmbeddedStore(index) as store:
        store.apply([Expire("mp-1")])
    assert [path.name for path, why in leftovers(str(index)) if "delete it" in why] == ["catalog.db.damaged-1"]
    assert leftovers("memory:") == leftovers(str(index / "nowhere")) == []


# --- still found ------------------------------------------------------------------------------------------------


def test_a_copy_of_an_expired_story_is_found_with_its_places() -> None:
    index = in_memory(("mp-ferry", FERRY), ("mp-bridge", BRIDGE))
    taken = FERRY[FERRY.index("two of them goats") : FERRY.index(" Captain")]
    draft = f"{BETWEEN}\n\n{taken} {BETWEEN}"
    index.apply([Expire("mp-ferry")])
    (one,) = found(draft, index)
    (start, end), (source_start, source_end) = one.submitted, one.source
    assert draft[start:end] == FERRY[source_start:source_end], "word for word, by the places of the vanished text"
    assert draft[start:end] in taken
    assert 0 <= draft[: draft.index(draft[start:end])].count(" ") - BETWEEN.count(" ") - 1 <= 3
    words = one.submitted_words[1] - one.submitted_words[0]
    assert len(taken.split()) - 6 <= words == one.words == one.longest_run == len(draft[start:end].split())
    assert one.source_words[1] - one.source_words[0] == words
    assert (one.number, one.similarity, one.also) == (1, 1.0, ())


LETTERS = "abcdefgh"
LONG_WORDS = st.lists(st.text(LETTERS, min_size=5, max_size=9), min_size=60, max_size=90, unique=True)


@settings(max_examples=60, deadline=None)
@given(words=LONG_WORDS, data=st.data())
def test_what_is_told_lies_in_the_copy_and_reaches_to_three_words_of_its_edges(
    words: list[str], data: st.DataObject
) -> None:
    story = "  ".join(words)
    first = data.draw(st.integers(0, len(words) - 16))
    last = data.draw(st.integers(first + 16, len(words)))
    draft = " ".join([*BETWEEN.split(), *words[first:last], *BETWEEN.split()])
    index = in_memory(("mp-1", story))
    index.apply([Expire("mp-1")])
    (one,) = found(draft, index)
    before = len(BETWEEN.split())
    low, high = one.submitted_words
    assert before <= low <= before + 3
    assert before + last - first - 3 <= high <= before + last - first
    assert one.source_words == (low - before + first, high - before + first)
    assert draft[slice(*one.submitted)].split() == story[slice(*one.source)].split()


def test_several_passages_and_an_edited_one() -> None:
    index = in_memory(("mp-ferry", FERRY))
    first = FERRY[FERRY.index("The last ferry") : FERRY.index(", who said")]
    second = FERRY[FERRY.index("sounded the whistle") : FERRY.index(", although")]
    edited = second.replace("every month", "each month").replace("Harbor officials", "Officials at the harbor")
    draft = f"{BETWEEN} {first}. {BETWEEN} {edited}. {BETWEEN}"
    index.apply([Expire("mp-ferry")])
    told = found(draft, index)
    assert [one.submitted for one in told] == sorted(one.submitted for one in told)
    assert draft[slice(*told[0].submitted)] == FERRY[slice(*told[0].source)]
    assert told[0].similarity == 1.0
    rest = told[1:]
    assert all(
        draft.index(edited) <= one.submitted[0] < one.submitted[1] <= draft.index(edited) + len(edited) for one in rest
    )
    assert min(one.similarity for one in rest) < 1.0 or len(rest) > 1
    assert sum(one.words for one in rest) >= 20


@pytest.mark.parametrize("word", range(30, 50))
def test_no_passage_crosses_into_hidden_text(word: int) -> None:
    index = in_memory(("mp-ferry", FERRY))
    index.apply([Expire("mp-ferry")])
    sketch = sketcher(index.spec, index.secret)
    seam = len(" ".join(FERRY.split(" ")[:word])) + 1
    looked = look_up(FERRY, index, sketch, [seam])
    told = passages(looked, compare(looked, index, sketch, DEFAULT_THRESHOLDS).expired, DEFAULT_THRESHOLDS)
    assert [one.submitted[1] <= seam for one in told] == [True, False]
    assert told[1].submitted[0] >= seam
    assert all(FERRY[slice(*one.source)] == FERRY[slice(*one.submitted)] for one in told)


@pytest.mark.parametrize(
    "draft",
    [
        "",
        BETWEEN,
        "The last ferry left, with eleven passengers, and goats; the keeper said he would winter elsewhere.",
        "A council member, Tobias Wren, spoke.",
        "Captain Ingrid Halloran, Harbor officials and Tobias Wren.",
    ],
)
def test_what_is_no_copy_is_not_told(draft: str) -> None:
    index = in_memory(("mp-ferry", FERRY))
    index.apply([Expire("mp-ferry")])
    assert found(draft, index) == []


def test_versions_of_one_story_are_one_passage_with_the_others_beside_it() -> None:
    later = FERRY.replace("eleven passengers", "twelve passengers")
    index = in_memory(("mp-1", FERRY), ("mp-2", later), ("mp-3", BRIDGE))
    index.apply([Expire(f"mp-{n}") for n in (1, 2, 3)])
    told = found(f"{BETWEEN} {FERRY[200:]} {BRIDGE}", index)
    assert [(one.number, one.also) for one in told] == [(1, (2,)), (3, ())]


def test_another_revision_of_a_story_is_not_named_beside_it_and_the_newest_is_told() -> None:
    index = in_memory(("mp-1", FERRY), ("mp-1", FERRY + "(This version corrects the spelling of Halloran.)"))
    index.apply([Expire("mp-1")])
    assert [(one.number, one.also) for one in found(FERRY[200:], index)] == [(2, ())]


def test_a_script_in_capitals_is_no_list_of_names() -> None:
    index = in_memory(("mp-ferry", FERRY))
    index.apply([Expire("mp-ferry")])
    script = f"{BETWEEN} {FERRY[FERRY.index('would rather') : FERRY.index(' Captain')]}".upper()
    assert len(found(script, index)) == 1


def test_earnings_in_one_template_are_not_told() -> None:
    ours = (
        "Net income for the quarter rose to {} million dollars or {} cents a share from {} million dollars a year ago."
    )
    index = in_memory(("mp-earns", ours.format("12.1", "38", "11.4")))
    index.apply([Expire("mp-earns")])
    assert found(ours.format("7.3", "21", "6.9"), index) == []
    assert len(found(ours.format("12.1", "38", "11.4"), index)) == 1


def test_a_story_with_its_text_is_compared_as_ever_beside_an_expired_one() -> None:
    index = in_memory(("mp-1", FERRY), ("mp-2", BRIDGE))
    index.apply([Expire("mp-1")])
    draft = f"{FERRY[200:]} {BRIDGE}"
    sketch = sketcher(index.spec, index.secret)
    looked = look_up(draft, index, sketch)
    compared = compare(looked, index, sketch, DEFAULT_THRESHOLDS)
    assert {one.number for one in compared.found} == set(compared.stored) == {2}
    assert set(compared.expired) == {1}


def test_a_draft_run_together_is_not_read_against_a_text_that_is_gone() -> None:
    index = in_memory(("mp-ferry", FERRY))
    index.apply([Expire("mp-ferry")])
    assert found(FERRY.replace(" ", ""), index) == []


def test_both_stores_and_a_mended_index_tell_the_same(tmp_path: Path) -> None:
    draft = f"{BETWEEN} {FERRY[200:500]} {BETWEEN}"
    with EmbeddedStore(tmp_path / "wire", create=True) as store:
        indexed(store, ("mp-ferry", FERRY))
        store.apply([Expire("mp-ferry")])
        before = found(draft, store)
        other = indexed(MemoryStore(secret=store.secret), ("mp-ferry", FERRY))
    assert examine(str(tmp_path / "wire"))[0].severity == "ok"
    other.apply([Expire("mp-ferry")])
    assert len(before) == 1
    assert found(draft, other) == before


# --- the term of a story ----------------------------------------------------------------------------------------

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)


def reasons(policy: Policy = DEFAULT_POLICY, older_than: int | None = None, **metadata: str) -> list[str]:
    """Why a story added on 1 November is past its term at noon on 30 November."""
    work = Work("mp-1", FERRY, holder="Meridian Press", metadata=metadata)
    stored = StoredWork(1, 1, True, "2026-11-01T12:00:00+00:00", 120, work)
    return [end.why for end in past_term(stored, policy, agencies_of(policy), NOON, older_than)]


def test_a_story_without_a_term_has_none() -> None:
    assert reasons() == []


@pytest.mark.parametrize(
    ("metadata", "why"),
    [
        ({"expires": "2026-11-30T12:00:00Z"}, ["its term ended 30 November (“2026-11-30T12:00:00Z”)"]),
        ({"expires": "2026-11-30T12:00:01Z"}, []),
        ({"expires": "2026-11-30"}, ["its term ended 30 November (“2026-11-30”)"]),
        ({"licence_until": "2026-11-30"}, []),
        ({"licence_until": "2026-11-29"}, ["its licence ended 30 November (“2026-11-29”)"]),
        (
            {"expires": "at the editor's discretion"},
            ["its term ends at a time that cannot be read (“at the editor's discretion”)"],
        ),
        (
            {"expires": "2026-11-20T00:00:00Z", "licence_until": "2026-11-10T00:00:00Z"},
            [
                "its licence ended 10 November (“2026-11-10T00:00:00Z”)",
                "its term ended 20 November (“2026-11-20T00:00:00Z”)",
            ],
        ),
    ],
)
def test_a_story_says_its_own_term(metadata: dict[str, str], why: list[str]) -> None:
    assert reasons(**metadata) == why


def test_times_without_a_zone_are_in_that_of_the_feed() -> None:
    policy = Policy(house=House(zone="Asia/Tokyo"), feeds=(Feed("mp-world", "America/New_York"),))
    assert reasons(policy, expires="2026-11-30T20:00:00") != []
    assert reasons(policy, expires="2026-11-30T20:00:00", feed="mp-world") == []


def test_days_are_counted_from_the_storys_own_time() -> None:
    assert reasons(older_than=29) == ["it is of 1 November, more than 29 days old"]
    assert reasons(older_than=30) == []
    assert reasons(older_than=30, created="2026-10-01T00:00:00Z") != []
    assert reasons(older_than=30, created="2027-10-01T00:00:00Z") == [], "a time to come is none"
    assert reasons(older_than=10**9) == []


def test_a_licence_gives_days_and_the_longest_of_several_counts() -> None:
    one = Licence("short", "Meridian Press", days_on_web=20)
    assert reasons(Policy(licences=(one,))) == [
        "it is of 1 November, and the licence of Meridian Press gives it 20 days"
    ]
    assert reasons(Policy(licences=(one, replace(one, days_on_web=40)))) == []
    assert reasons(Policy(licences=(one, replace(one, days_on_web=None)))) == []
    assert reasons(Policy(licences=(one, replace(one, holder="AP", days_on_web=None)))) != []
    assert reasons(Policy(licences=(replace(one, feed="mp-world"),))) == []
    assert reasons(Policy(licences=(replace(one, feed="MP-World"),)), feed="mp-world") != []


# --- the command ------------------------------------------------------------------------------------------------


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Four stories in the index of a folder: of 1999 and past its term, of 1999, of no time, and one unclear."""
    stories = [
        {"id": "bridge", "text": BRIDGE, "created": "1999-04-03", "expires": "1999-05-03T00:00:00Z"},
        {"id": "other", "text": OTHER, "created": "1999-04-03"},
        {"id": "ferry", "text": FERRY, "holder": "Meridian Press"},
        {"id": "unclear", "text": FERRY.upper(), "expires": "soon"},
    ]
    (tmp_path / "wire.jsonl").write_text("\n".join(map(json.dumps, stories)))
    assert wirecheck(tmp_path, "add", "wire.jsonl").code == 0
    return tmp_path


UNCLEAR = "unclear: Its text is kept: its term ends at a time that cannot be read (“soon”).\n"


def test_expire_says_what_it_would_do_and_does_it(home: Path) -> None:
    dry = wirecheck(home, "expire", "--dry-run")
    assert dry.out == "bridge\tits term ended 3 May 1999 (“1999-05-03T00:00:00Z”)\n"
    assert (dry.code, dry.err) == (2, "Would remove the text of 1 story.\n" + UNCLEAR)
    assert "heron" in wirecheck(home, "show", "bridge").out
    done = wirecheck(home, "expire")
    assert (done.code, done.out, done.err) == (2, "Removed the text of 1 story.\n", UNCLEAR)
    assert wirecheck(home, "expire").out == "Removed the text of 0 stories.\n"
    shown = wirecheck(home, "show", "bridge").out
    assert "heron" not in shown
    assert "Its term is over: the text was removed" in shown
    assert ", current, text expired 20" in shown
    told = json.loads(wirecheck(home, "show", "bridge", "--format", "json").out)
    assert (told["text"], told["expired"][:2], told["metadata"]["expires"]) == ("", "20", "1999-05-03T00:00:00Z")
    assert "bridge\t51\t1\t(text expired)\n" in wirecheck(home, "list").out
    assert json.loads(wirecheck(home, "stats", "--format", "json").out)["expired"] == 1
    assert "Texts expired:  1\n" in wirecheck(home, "stats").out
    assert wirecheck(home, "doctor").code == 0


def test_expire_by_age_and_by_the_policy(home: Path) -> None:
    dry = wirecheck(home, "expire", "--older-than", "30", "--dry-run")
    assert [line.split("\t")[0] for line in dry.out.splitlines()] == ["bridge", "other"]
    assert "other\tit is of 3 April 1999, more than 30 days old\n" in dry.out
    (home / "wirecheck.toml").write_text('[[licence]]\nname = "web"\nholder = "Meridian Press"\ndays_on_web = 30\n')
    later = ("--at", "2099-01-01T00:00Z", "--policy", "wirecheck.toml", "--dry-run")
    dry = wirecheck(home, "expire", *later)
    assert [line.split("\t")[0] for line in dry.out.splitlines()] == ["bridge", "ferry"]
    assert "and the licence of Meridian Press gives it 30 days" in dry.out


def test_stories_that_are_named_expire_whatever_their_term(home: Path) -> None:
    dry = wirecheck(home, "expire", "ferry", "--dry-run")
    assert (dry.code, dry.out) == (0, "ferry\tyou named it\n")
    done = wirecheck(home, "expire", "ferry", "nowhere", "ferry")
    assert (done.code, done.out) == (2, "Removed the text of 1 story.\n")
    assert done.err == "nowhere: There is no story of this id.\n"
    again = wirecheck(home, "expire", "ferry")
    assert (again.code, again.out) == (0, "Removed the text of 0 stories.\n")
    assert again.err.startswith("ferry: Its text was removed before (20")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--older-than", "0"], "would remove every text; give at least 1 day"),
        (["--at", "next Tuesday"], "--at next Tuesday: this is no time; write it as 2026-11-30"),
        (
            ["--at", "2099-01-01T00:00Z"],
            "is still to come, and a text that is removed does not come back; add --dry-run",
        ),
        (["ferry", "--older-than", "30"], "Stories that are named are expired whatever their term"),
        (["--policy", "nowhere.toml"], "nowhere.toml"),
        (["--index", "nowhere"], "There is no index at"),
    ],
)
def test_nonsense_is_refused_in_a_sentence_and_nothing_is_removed(
    home: Path, arguments: list[str], sentence: str
) -> None:
    done = wirecheck(home, "expire", *arguments)
    assert (done.code, done.out) == (2, "")
    assert sentence in done.err
    assert json.loads(wirecheck(home, "stats", "--format", "json").out)["expired"] == 0


def test_a_damaged_story_keeps_no_other_from_expiring(home: Path) -> None:
    place = home / "share" / "wirecheck" / "index" / "catalog.db"
    bare = open_pages(place)
    bare.execute("UPDATE texts SET packed = x'00' WHERE number = 3")
    bare.close()
    done = wirecheck(home, "expire")
    assert (done.code, done.out) == (2, "Removed the text of 1 story.\n")
    assert "Not removed: The stored story 'ferry' (revision 1) is damaged; remove it and add it again" in done.err


def test_a_text_that_is_added_again_after_its_term_goes_again(home: Path) -> None:
    index = home / "share" / "wirecheck" / "index"
    assert seen(index, BRIDGE) > 5, "the test must be able to see it"
    wirecheck(home, "expire")
    assert seen(index, BRIDGE) == 0
    assert wirecheck(home, "add", "wire.jsonl").out.startswith("Added 0, replaced 1, unchanged 3: ")
    assert seen(index, BRIDGE) > 5
    assert wirecheck(home, "expire").out == "Removed the text of 1 story.\n"
    assert seen(index, BRIDGE) == 0
