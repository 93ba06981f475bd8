"""A statement that several agencies carry as speech, in stories of their own, is nobody's of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from checker.check import check
from checker.model import Report, Use
from checker.policy.nouns import DEFAULT_POLICY, Policy
from checker.rights.item import Key
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
SPEECH = f'The ministry said in a statement: "{STATEMENT}"'
DRAFT = f'We asked about the crane by noon. "{STATEMENT}," the ministry said. We shall go on looking for it.'
DAYS = {"mp": "2001-04-03T08:00:00Z", "nw": "2001-04-03T09:30:00Z", "kp": "2001-04-04T07:00:00Z"}


def report(
    holders: dict[str, str],
    draft: str = DRAFT,
    policy: Policy = DEFAULT_POLICY,
    said: dict[str, str] | None = None,
    filed: dict[str, str] | None = None,
    more: Sequence[Work] = (),
) -> Report:
    store = MemoryStore(secret=bytes(32))
    said, filed = said or {}, DAYS | (filed or {})
    works = [
        Work(
            id,
            text.format(said.get(id, SPEECH)),
            holder=holders.get(id, holder),
            metadata={Key.CREATED: filed[id]},
        )
        for id, (holder, text) in STORIES.items()
    ]
    works += more
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
    assert [match.use for match in found.matches] == [Use.QUOTATION]


def test_one_agency_spelt_three_ways_is_one() -> None:
    found = report({"mp": "AP", "nw": "The Associated Press", "kp": "Associated Press"})
    assert [match.use for match in found.matches] == [Use.QUOTATION]


def test_two_names_that_the_house_s_own_file_gives_one_agency_are_one(tmp_path: Path) -> None:
    more = tmp_path / "more.toml"
    more.write_text('[mp]\nname = "Meridian Press"\nnames = ["Northwire", "Kestrel Pool"]\n', encoding="utf-8")
    assert [match.use for match in report({}).matches] == [Use.STATEMENT]
    assert [match.use for match in report({}, policy=Policy(agencies=str(more))).matches] == [Use.QUOTATION]


def test_stories_whose_holder_nobody_knows_make_no_statement() -> None:
    assert [match.use for match in report(dict.fromkeys(STORIES, "")).matches] == [Use.QUOTATION]


def test_carrying_alone_proves_nothing() -> None:
    prose = dict.fromkeys(STORIES, STATEMENT)
    found = report({}, f"We went to the quay. {STATEMENT}. We shall go on looking for it.", said=prose)
    assert [match.use for match in found.matches] == [Use.PROSE]
    assert found.verdict == "flagged"


def test_what_a_single_agency_has_as_its_own_prose_is_its_prose() -> None:
    found = report({}, said={"nw": STATEMENT})
    assert Use.STATEMENT not in {match.use for match in found.matches}


def test_speech_that_the_draft_gives_to_nobody_is_no_statement() -> None:
    found = report({}, f'By noon it was out. "{STATEMENT}." We shall go on looking for it.')
    assert [(match.use, match.severity) for match in found.matches] == [(Use.QUOTATION, "warning")]


def test_what_others_took_days_later_is_no_statement() -> None:
    found = report({}, filed={"kp": "2001-04-19T07:00:00Z"})
    assert [match.use for match in found.matches] == [Use.QUOTATION]


def test_a_story_under_three_names_is_one_story() -> None:
    holders = ("Meridian Press", "Northwire", "Kestrel Pool")
    same = {id: (holder, MERIDIAN) for id, holder in zip(STORIES, holders, strict=True)}
    store = MemoryStore(secret=bytes(32))
    works = [Work(id, text.format(SPEECH), holder=holder) for id, (holder, text) in same.items()]
    rows = sketcher(store.spec, store.secret).fingerprints([work.text for work in works])
    store.apply([Upsert(work, row) for work, row in zip(works, rows, strict=True)])
    assert [match.use for match in check(DRAFT, store).matches] == [Use.QUOTATION]


def test_a_statement_has_a_moderate_length() -> None:
    long = f"{STATEMENT}, and furthermore " + " ".join(
        f"the {number} bolts of quay {number} shall be counted by the harbor master" for number in range(101, 112)
    )
    said = dict.fromkeys(STORIES, f'The ministry said in a statement: "{long}"')
    found = report({}, f'We asked by noon. "{long}," the ministry said. We shall see.', said=said)
    assert Use.STATEMENT not in {match.use for match in found.matches}
    assert found.verdict == "flagged"
