"""A statement that several agencies carry in stories of their own is nobody's of them."""

from __future__ import annotations

from pathlib import Path

from checker.check import check
from checker.model import Report, Use
from checker.policy.nouns import DEFAULT_POLICY, Policy
from fingerprints.index import Upsert, Work
from fingerprints.sketch import sketcher
from fingerprints.stores.memory import MemoryStore

STATEMENT = (
    "The ministry regrets that the crane was moved without its knowledge and will see to it that every bolt and cable "
    "is returned to the people of Port Hallam before the first frost of the year"
)
MERIDIAN = (
    "PORT HALLAM (MP) -- The tallest crane of Port Hallam vanished from its quay in the night to Monday, "
    "rails and counterweight and all, and the harbor master noticed only when his morning shade was "
    "missing. {}. Dockers who were asked about it laughed and pointed at the sea."
)
NORTHWIRE = (
    "Nobody saw it leave. For two days there has been a hole in the skyline where forty tons of red steel "
    "used to turn, and children have drawn it in chalk on the cobbles so that the ships know where to "
    "stop. {}. A reward of one barrel of herring was offered."
)
KESTREL = (
    "Gulls sit on the bollards now and look offended. Their crane is gone, with it the lunch that its "
    "driver had left in the cabin, and the police have put a cone where each of its four feet stood. {}. "
    "It is the third this year."
)
STORIES = {"mp": ("Meridian Press", MERIDIAN), "nw": ("Northwire", NORTHWIRE), "kp": ("Kestrel Pool", KESTREL)}
DRAFT = f"We asked about the crane, and had this answer by noon. {STATEMENT}. We shall go on looking for it."


def report(holders: dict[str, str], draft: str = DRAFT, policy: Policy = DEFAULT_POLICY) -> Report:
    store = MemoryStore(secret=bytes(32))
    works = [Work(id, text.format(STATEMENT), holder=holders.get(id, holder)) for id, (holder, text) in STORIES.items()]
    rows = sketcher(store.spec, store.secret).fingerprints([work.text for work in works])
    store.apply([Upsert(work, row) for work, row in zip(works, rows, strict=True)])
    return check(draft, store, policy)


def test_three_families_of_three_agencies_carry_it() -> None:
    found = report({})
    (match,) = found.matches
    assert match.submitted.text == STATEMENT
    assert (match.use, match.status, match.severity) == (Use.STATEMENT, "quoted", "note")
    assert found.verdict == "clear"


def test_one_agency_s_paragraph_stays_its_own_however_often_it_uses_it() -> None:
    found = report(dict.fromkeys(STORIES, "Meridian Press"))
    assert [match.use for match in found.matches] == [Use.PROSE]
    assert found.verdict == "flagged"


def test_one_agency_spelt_three_ways_is_one() -> None:
    found = report({"mp": "AP", "nw": "The Associated Press", "kp": "Associated Press"})
    assert [match.use for match in found.matches] == [Use.PROSE]


def test_two_names_that_the_house_s_own_file_gives_one_agency_are_one(tmp_path: Path) -> None:
    more = tmp_path / "more.toml"
    more.write_text('[mp]\nname = "Meridian Press"\nnames = ["Northwire", "Kestrel Pool"]\n', encoding="utf-8")
    assert [match.use for match in report({}).matches] == [Use.STATEMENT]
    assert [match.use for match in report({}, policy=Policy(agencies=str(more))).matches] == [Use.PROSE]


def test_stories_whose_holder_nobody_knows_make_no_statement() -> None:
    assert [match.use for match in report(dict.fromkeys(STORIES, "")).matches] == [Use.PROSE]
