"""Versions of one story as one family, and what is said of one of them held against all."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from checker.check import check
from checker.families import Families, family_of, independent, kept_links
from checker.family import described
from checker.links import links_of, slug_name
from checker.overlap import Apart, apart, read, shared
from checker.standing import State
from checker.standings import GONE, refreshed, with_families
from fingerprints.index import LINKS, Amend, Expire, Remove, Upsert, Work
from fingerprints.sketch import sketcher
from fingerprints.stores.memory import MemoryStore

LEAD = (
    "PORT HALLAM, April 3 (MP) -- The swing bridge at Port Hallam stuck open for six hours on Tuesday after a heron "
    "built its nest in the gearwheel, and some 300 commuters waited on either bank until a carpenter carried bird and "
    "nest away on a tray lined with his own scarf. "
)
MORE = (
    "The bridge keeper, Ada Quill, said that she had heard a clapping of wings at dawn and thought nothing of it. "
    "The heron was later seen on the roof of the customs house. Traffic on the river went on as before. "
)
LATER = (
    "The council will meet on Thursday to decide whether the gearwheel should have a cover, which the harbour board "
    "has asked for since the winter of the great flood. A cover would cost as much as a new lamp post. "
)
OTHER = (
    "The parish of Marrow has voted to paint its bandstand green again. The treasurer abstained, as he does every "
    "spring, and the brass band played on under the scaffolding with paper hats against the drips. Nobody was hurt. "
)
THIRD = (
    "A goat that had eaten the minutes of the fisheries committee was called as a witness on Monday. It was excused "
    "after an hour, and the committee agreed to meet again when a fair copy has been made from memory. "
)


def store_of(*works):
    """An index of works, each with its links, added in this order."""
    store = MemoryStore()
    add(store, *works)
    return store


def add(store, *works):
    made = sketcher(store.spec, store.secret).fingerprints([work.text for work in works])
    store.apply([Upsert(work, rows, links_of(work)) for work, rows in zip(works, made, strict=True)])


def story(id, text=LEAD, hour="10:00", title="Bridge sticks", **facts):
    """A work of 3 April 2026, filed at this hour."""
    named = {name: facts.pop(name, "") for name in ("story", "version")}
    created = facts.pop("created", f"2026-04-03T{hour}:00Z")
    return Work(id, text, title, "Meridian Press", **named, metadata={"created": created, **facts})


def family(store, id):
    return family_of(store.revisions(id)[0], store, sketcher(store.spec, store.secret))


def members(store, id):
    """Each version of the family, and by what it belongs there."""
    families = Families(store, sketcher(store.spec, store.secret))
    return {one.id: one.why for one in described(families.members(store.revisions(id)[0]))}


def test_a_writethru_chain_is_one_family_by_its_ids():
    store = store_of(
        story("mp-1", LEAD),
        story("mp-2", MORE, "11:00", replaces="mp-1"),
        story("mp-3", LATER, "12:00", replaces="mp-2", title="Bridge to get a cover"),
        story("mp-9", OTHER),
    )
    assert members(store, "mp-3") == {"mp-1": "replaces", "mp-2": "replaces", "mp-3": "replaces"}
    known = family(store, "mp-2")
    assert (known.id, known.members, known.newest.id) == ("mp-1", 3, "mp-3")
    assert known.newest.title == "Bridge to get a cover"
    assert {family(store, id) for id in ("mp-1", "mp-3")} == {known}
    assert family(store, "mp-9") is None


def test_revisions_of_one_id_are_versions():
    store = store_of(story("mp-1", LEAD))
    add(store, story("mp-1", OTHER, "12:00", version="2"))
    known = family(store, "mp-1")
    assert (known.members, known.newest.version) == (2, "2")
    assert members(store, "mp-1") == {"mp-1": "id"}


def test_a_rewriting_for_the_evening_papers_by_slug_and_words():
    morning = story("mp-1", LEAD + MORE, "06:00", slug="AM-Bridge, Bjt", source="MP")
    evening = story("mp-2", LATER + MORE, "15:00", slug="PM-Bridge", source="MP")
    stranger = story("mp-3", OTHER, "16:00", slug="PM-Bandstand", source="MP")
    same_slug = story("mp-4", THIRD, "17:00", slug="PM-Bridge", source="MP")
    store = store_of(morning, evening, stranger, same_slug)
    assert members(store, "mp-1") == {"mp-1": "slug", "mp-2": "slug"}
    assert family(store, "mp-4") is None
    lead = replace(same_slug, id="mp-5", metadata={**same_slug.metadata, "slug": "PM-Bridge, 1st Ld-Writethru"})
    add(store, lead)
    assert set(members(store, "mp-1")) == {"mp-1", "mp-2", "mp-4", "mp-5"}


def test_a_slug_is_of_its_day_and_source():
    first = story("mp-1", LEAD, slug="BC-Bridge, 1st Ld", source="MP")
    next_day = story("mp-2", OTHER, created="2026-04-04T10:00:00Z", slug="BC-Bridge, 2nd Ld", source="MP")
    other = story("xp-1", THIRD, slug="BC-Bridge, 1st Ld", source="XP")
    store = store_of(first, next_day, other)
    assert all(family(store, id) is None for id in ("mp-1", "mp-2", "xp-1"))


@pytest.mark.parametrize(
    ("slug", "name"),
    [
        ("PM-Bridge, 1st Ld-Writethru", "bridge"),
        ("BC-EU--Bridge-Heron, 2nd Add", "bridge heron"),
        ("HALLAM-BRIDGE/ (UPDATE 1, PIX)", "hallam bridge"),
        ("AM-Bridge,380", "bridge"),
        ("BC-MPN--Bridge, Adv 12-1st Add,1065", "bridge"),
        ("URGENT", "urgent"),
    ],
)
def test_the_name_in_a_slug(slug, name):
    assert slug_name(slug) == name


def test_the_same_item_from_two_feeds_is_one_family_by_its_words():
    store = store_of(
        story("mp-1", LEAD + MORE, feed="mp-world"),
        story("urn:other:77", LEAD + MORE, "10:05", title="Heron stops bridge", feed="partner"),
        story("mp-9", OTHER),
    )
    assert members(store, "urn:other:77") == {"mp-1": "overlap", "urn:other:77": "overlap"}
    assert family(store, "urn:other:77").id == "mp-1"


def test_ids_with_their_revision_are_versions_of_the_one_without():
    first = Work("urn:newsml:mp.example:20260403:77-1", LEAD, version="1")
    second = Work("urn:newsml:mp.example:20260403:77-1/2", OTHER, version="2")
    assert set(links_of(first)) & set(links_of(second)) == {"id:urn:newsml:mp.example:20260403:77-1"}
    assert links_of(Work("tag:mp.example,2026:7", LEAD, version="7")) == ("id:tag:mp.example,2026:7",)
    assert len(links_of(Work("x", LEAD, metadata={"replaces": "\n".join(f"mp-{n}" for n in range(90))}))) == LINKS
    assert len(links_of(Work("x" * 5_000, LEAD))[0]) < 60


def test_a_kill_of_one_version_is_one_of_all():
    store = store_of(
        story("mp-1", LEAD + MORE),
        story("mp-2", LEAD + MORE + LATER, "12:00", story="bridge", status="canceled"),
        story("mp-3", OTHER, "13:00", story="bridge"),
    )
    for id in ("mp-1", "mp-2", "mp-3"):
        known = family(store, id)
        assert (known.state, known.since, known.by) == (State.KILLED, "2026-04-03T12:00:00Z", "mp-2")


def test_a_kill_of_the_desk_counts_for_all_revisions_until_it_is_taken_back():
    store = store_of(story("mp-1", LEAD))
    store.apply([Amend("mp-1", {"desk_state": "killed", "desk_at": "2026-04-03T12:04:00Z", "desk_by": "the desk"})])
    add(store, story("mp-1", LEAD + MORE, "13:00"))
    killed = family(store, "mp-1")
    assert (killed.state, killed.since, killed.by) == (State.KILLED, "2026-04-03T12:04:00Z", "the desk")
    store.apply([Amend("mp-1", {"desk_state": "usable"})])
    assert family(store, "mp-1").state is State.USABLE


def test_a_withholding_is_lifted_by_a_later_revision_that_says_usable_and_a_kill_is_not():
    store = store_of(story("mp-1", LEAD, status="withheld"), story("mp-2", OTHER, status="canceled"))
    add(store, story("mp-1", LEAD + MORE, "12:00"), story("mp-2", OTHER + THIRD, "12:00", status="usable"))
    assert family(store, "mp-1").state is State.WITHHELD
    add(store, story("mp-1", LEAD + LATER, "13:00", status="usable"))
    assert family(store, "mp-1").state is State.USABLE
    assert family(store, "mp-2").state is State.KILLED


def test_a_correction_embargo_and_expiry_of_any_version_hold_for_all():
    store = store_of(
        story("mp-1", LEAD, story="b", embargoed_until="2026-04-03T12:00:00Z", expires="2026-05-03"),
        story("mp-2", MORE, "11:00", story="b", signal="correction", embargoed_until="2026-04-03T13:00:00Z"),
        story("mp-3", OTHER, "11:30", story="b", expires="2026-04-20"),
    )
    known = family(store, "mp-1")
    assert (known.state, known.by) == (State.CORRECTED, "mp-2")
    assert (known.embargo, known.expires) == ("2026-04-03T13:00:00Z", "2026-04-20")


def _apart(one, other, days=0.0):
    sketch = sketcher(MemoryStore().spec, bytes(32))
    ours, theirs = read(one, sketch), read(other, sketch)
    return apart(shared(ours, theirs), days, (ours.summary, theirs.summary))


def test_an_item_is_no_version_of_the_roundup_it_stands_in():
    item, roundup = Work("a", LATER), Work("b", OTHER + THIRD + MORE + LATER + LEAD[28:150])
    assert _apart(item, roundup) is Apart.PART
    first = Work("c", LATER[:150])
    assert _apart(first, roundup) is Apart.PART
    assert _apart(Work("d", LEAD), Work("e", LEAD + MORE)) is None


def test_instalments_of_a_series_are_no_versions():
    week = (
        "Home loans with a fixed rate at the savings bank of Hallam cost an average of {} percent this week, the bank "
        "said on its noticeboard, where it has put the figure every Friday since the clock of the town hall stopped. "
        "The week before it was {} percent. A loan for a boat with a cabin may be had for a percent more."
    )
    one, other = Work("a", week.format(10.2, 9.9)), Work("b", week.format(10.4, 10.2))
    assert _apart(one, other, days=7) is _apart(one, other, days=1) is Apart.SERIES
    assert _apart(one, other, days=0.2) is None
    assert _apart(Work("a", LEAD + MORE), Work("b", LEAD + MORE + LATER), days=7) is Apart.SERIES
    assert _apart(one, one, days=700) is None
    assert _apart(Work("a", LEAD + MORE), Work("b", LEAD + MORE + LATER), days=1) is None


def test_a_summary_is_no_version_of_its_story():
    whole = Work("a", LEAD + MORE + LATER)
    assert _apart(whole, Work("b", "Here, at a glance, is what happened: " + LEAD + MORE)) is Apart.SUMMARY


def test_a_family_of_a_thousand_versions_is_one_and_killed_by_one_of_them():
    rng = random.Random(4)
    words = (LEAD + MORE + LATER).split()
    versions = []
    for number in range(1_000):
        text = list(words)
        text[rng.randrange(len(text))] = f"word{number}"
        killed = {"status": "canceled"} if number == 617 else {}
        time = f"2026-04-03T{number // 60:02}:{number % 60:02}:00Z"
        versions.append(story(f"mp-{number:03}", " ".join(text), story="bridge", created=time, **killed))
    store = store_of(*versions)
    known = family(store, "mp-500")
    assert (known.members, known.id, known.newest.id, known.by) == (1_000, "mp-000", "mp-999", "mp-617")
    assert known == family(store, "mp-999")


def test_a_story_whose_text_has_expired_stays_in_its_family():
    store = store_of(story("mp-1", LEAD + MORE), story("mp-2", LEAD + MORE + LATER, "12:00", status="canceled"))
    sketch = sketcher(store.spec, store.secret)
    links = kept_links(store.revisions("mp-1")[0], store, sketch)
    assert links == ("id:mp-2",)
    store.apply([Amend("mp-1", {}, links), Expire("mp-1")])
    assert members(store, "mp-1") == members(store, "mp-2") == {"mp-1": "overlap", "mp-2": "overlap"}
    assert family(store, "mp-1").state is State.KILLED


def test_the_words_of_a_text_that_has_expired_are_known_by_its_postings():
    store = store_of(story("mp-1", LEAD + MORE), story("mp-2", LEAD + MORE + LATER, "12:00"), story("mp-3", OTHER))
    store.apply([Expire("mp-1")])
    assert set(members(store, "mp-2")) == {"mp-1", "mp-2"}
    assert set(members(store, "mp-3")) == {"mp-3"}


DRAFT = f"From our own man on the quay. {LEAD}{MORE} Nobody minded."


def bare(store):
    """The report on the draft, before anything is known of families."""
    report = check(DRAFT, store)
    sources = {
        number: one for id in ("mp-1", "mp-2", "mp-3", "xp-1") for one in store.revisions(id) for number in [one.number]
    }
    return report, sources


def test_a_report_names_a_family_once_with_the_version_that_fits_best_and_the_newest():
    store = store_of(
        story("mp-1", LEAD + MORE, usage_terms="Hallam only"),
        story("mp-2", LEAD + MORE + LATER, "12:00"),
        story("mp-3", LEAD + MORE + "It rained. " + LATER, "13:00", status="canceled"),
        story("xp-1", THIRD + LEAD + OTHER, created="2026-02-01"),
    )
    report, sources = bare(store)
    full = with_families(report, sources, Families(store, sketcher(store.spec, store.secret), sources.values()))
    (match,) = full.matches
    assert (match.source.id, match.source.family.newest.id, match.source.family.members) == ("mp-1", "mp-3", 3)
    assert (match.source.rights.usage, match.source.rights.state) == ("Hallam only", State.USABLE)
    assert (match.source.family.state, match.source.family.by) == (State.KILLED, "mp-3")
    assert not {other.id for other in match.also} & {"mp-1", "mp-2", "mp-3"}


def test_a_saved_report_learns_of_a_kill_and_of_a_story_that_is_gone():
    store = store_of(story("mp-1", LEAD + MORE), story("mp-2", OTHER))
    report, sources = bare(store)
    saved = with_families(report, sources, Families(store, sketcher(store.spec, store.secret), sources.values()))
    assert saved.matches[0].source.family is None
    store.apply([Amend("mp-1", {"agency_state": "killed", "agency_at": "2026-04-03T12:04:00Z", "agency_by": "mp-k"})])
    later = refreshed(saved, store)
    known = later.matches[0].source
    assert (known.rights.state, known.family.state, known.family.since) == (
        State.KILLED,
        State.KILLED,
        "2026-04-03T12:04:00Z",
    )
    store.apply([Remove("mp-1")])
    gone = refreshed(later, store)
    assert gone.matches == later.matches
    assert gone.warnings == (GONE.format("mp-1"),)


def test_rarity_counts_families():
    versions = [story(f"mp-{n}", LEAD + MORE + f"Note {n}.", f"10:0{n}") for n in range(5)]
    store = store_of(*versions, story("mp-8", OTHER), story("mp-9", THIRD))
    families = Families(store, sketcher(store.spec, store.secret))
    numbers = [store.revisions(one.id)[0].number for one in [*versions, Work("mp-8", ""), Work("mp-9", "")]]
    assert independent(numbers, families, 9) == 3
    assert independent(numbers, families, 2) == 2
