"""A draft, an index, a report: what is found, exactly where, and what is said when something cannot be judged."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from checker.candidates import rank
from checker.check import check
from checker.compare import look_up
from checker.model import Change, Kind, Match, Report, Status, Verdict
from checker.policy.nouns import Policy
from checker.reports.json import to_json
from checker.thresholds import Thresholds
from fingerprints.errors import IndexDamaged
from fingerprints.index import Hits, Remove, StoredWork, Upsert, Work
from fingerprints.sketch import Probes, sketcher
from fingerprints.stores.memory import MemoryStore
from fingerprints.text import tokenise

ROOT = Path(__file__).resolve().parents[1]
SECRET = bytes(range(32))

BRIDGE = """PORT HALLAM, April 3 (MP) -- The swing bridge at Port Hallam stuck open for six hours on Tuesday after a \
heron built its nest in the gearwheel, and some 300 commuters waited on either bank until a carpenter carried bird and \
nest away on a tray lined with his own scarf.

Harbor engineers said the bridge had not been oiled since the autumn. A spokeswoman for the port denied this and \
produced an oil can.

"We could hear the eggs knocking whenever the motor turned," bridge keeper Anselm Roke said. "After that nobody \
wanted to be the one who pressed the button."
"""
CLOCK = """EASTNESS, June 20 (MP) -- A 16th-century tower clock whose theft two years ago led to the resignation of a \
museum director was found Wednesday in the museum's own cellar, crated, labeled and running 40 minutes slow.

An electrician looking for a fuse box heard ticking behind a stack of display cases, police said. The crate bore a \
sticker asking for its return by May.

Insurers paid out half its value last year and will now want the money back. How the clock came to be running was not \
clear: it has to be wound by hand every eight days, and the night watchman says only that he likes the sound.
"""
FLOOD = """OBERWEIL, March 19 (MP) -- The Tamsel River broke through an earthen dike before daybreak Monday and poured \
into four villages on the lower plain, forcing more than 3,000 people from their beds and sending some up ladders to \
wait for help on their own roofs.

Rescuers in flat-bottomed boats had brought out 640 people by noon, many of them in nightclothes and wrapped in feed \
sacks. Two men were missing, last seen trying to drive cattle to higher ground.
"""
OTHER = (
    "The parish of Marrow has voted to paint its bandstand green again. The treasurer abstained, as he does every "
    "spring, and the brass band played on under the scaffolding with paper hats against the drips."
)
HERON = BRIDGE[BRIDGE.index("The swing") : BRIDGE.index("\n\nHarbor")]
TICKING = CLOCK[CLOCK.index("An electrician") : CLOCK.index("\n\nInsurers")]


def add(store: MemoryStore, *works: Work) -> None:
    rows = sketcher(store.spec, store.secret).fingerprints([work.text for work in works])
    store.apply([Upsert(work, row) for work, row in zip(works, rows, strict=True)])


def index(*works: Work) -> MemoryStore:
    """An index of three stories, and of those given besides."""
    store = MemoryStore(secret=SECRET, clock=lambda: "2026-11-23T12:00:00+00:00")
    add(store, Work("mp-bridge", BRIDGE, "Heron", "Meridian Press"), Work("mp-clock", CLOCK), Work("mp-flood", FLOOD))
    add(store, *works)
    return store


@pytest.fixture(scope="module")
def wire() -> MemoryStore:
    return index()


def only(report: Report) -> Match:
    """The one match there should be."""
    assert [match.submitted.text for match in report.matches][1:] == []
    assert report.verdict is Verdict.FLAGGED
    return report.matches[0]


def spans(report: Report) -> list[tuple[str, int, int]]:
    return [(match.source.id, match.submitted.start, match.submitted.end) for match in report.matches]


def check_shares(report: Report) -> None:
    """The words inside matches, each counted once; a text run together is counted by the story's words."""
    covered: set[int] = set()
    tokens = tokenise(report.text)
    if report.submitted.words != len(tokens):
        return
    for match in report.matches:
        covered.update(
            i
            for i, (start, end) in enumerate(zip(tokens.start, tokens.end, strict=True))
            if start >= match.submitted.start and end <= match.submitted.end
        )
    assert report.submitted.copied_words == len(covered)
    assert report.submitted.copied_share == round(len(covered) / max(1, len(tokens)), 4)


def sound(report: Report, sources: dict[str, str]) -> None:
    """What must hold of every report: slices are slices, edits cover the passage, equal parts are equal."""
    for match in report.matches:
        source = sources[match.source.id]
        ours, theirs = match.submitted, match.source
        assert ours.text == report.text[ours.start : ours.end]
        assert theirs.text == source[theirs.start : theirs.end]
        assert 0 <= ours.start < ours.end <= len(report.text)
        assert match.edits[0].submitted_start == ours.start
        assert match.edits[-1].submitted_end == ours.end
        for step, following in zip(match.edits, match.edits[1:], strict=False):
            assert step.submitted_end == following.submitted_start
            assert match.rearranged or step.source_end == following.source_start
        for step in match.edits:
            mine = report.text[step.submitted_start : step.submitted_end]
            theirs_too = source[step.source_start : step.source_end]
            if step.change is Change.EQUAL:
                assert letters(mine) == letters(theirs_too)
            assert (step.change is Change.INSERTED) == (step.source_start == step.source_end)
            assert (step.change is Change.DELETED) == (step.submitted_start == step.submitted_end)
        assert 0 < match.similarity <= 1
        assert 0 < match.longest_run <= match.words
        assert (match.kind is Kind.VERBATIM) <= (match.similarity == 1)
    check_shares(report)


def letters(text: str) -> bytes:
    """The folded letters of a text, without its spaces."""
    tokens = tokenise(text)
    return b"".join(tokens.spelt(i) for i in range(len(tokens)))


SOURCES = {"mp-bridge": BRIDGE, "mp-clock": CLOCK, "mp-flood": FLOOD}


# One passage, and what was done to it.


def test_a_whole_story_word_for_word(wire: MemoryStore) -> None:
    report = check(BRIDGE, wire, id="bridge.txt")
    match = only(report)
    assert (match.submitted.start, match.submitted.end) == (0, BRIDGE.rindex("button") + 6)
    assert (match.source.id, match.source.title, match.source.holder) == ("mp-bridge", "Heron", "Meridian Press")
    assert match.kind is Kind.VERBATIM
    assert (match.similarity, match.source_share, report.submitted.copied_share) == (1.0, 1.0, 1.0)
    assert match.words == match.longest_run == report.submitted.words == len(tokenise(BRIDGE))
    assert [step.change for step in match.edits] == [Change.EQUAL]
    assert (report.id, report.unjudged, report.index.works) == ("bridge.txt", (), 3)
    sound(report, SOURCES)


@pytest.mark.parametrize("text", ["", OTHER, "the " * 500, "\0\ud800🐕", "12 " * 40])
def test_text_of_ones_own_is_clear(wire: MemoryStore, text: str) -> None:
    report = check(text, wire)
    assert (report.verdict, report.matches, report.reasons) == (Verdict.CLEAR, (), ())
    assert report.submitted.copied_share == 0


def test_an_empty_index_finds_nothing() -> None:
    assert check(BRIDGE, MemoryStore()).verdict is Verdict.CLEAR


@pytest.mark.parametrize("before", ["", "From our own correspondent. ", "Später am Tag 🐕 — "])
@pytest.mark.parametrize("after", ["", " Nobody was hurt, our reader writes.", "\n\nMore on page 5 🦆"])
def test_a_passage_set_into_other_words_is_found_to_the_letter(wire: MemoryStore, before: str, after: str) -> None:
    report = check(f"{before}{TICKING}{after}", wire)
    match = only(report)
    assert (match.submitted.start, match.submitted.end) == (len(before), len(before) + len(TICKING) - 1)
    assert (match.source.start, match.source.end) == (CLOCK.index(TICKING), CLOCK.index(TICKING) + len(TICKING) - 1)
    assert match.kind is Kind.VERBATIM
    sound(report, SOURCES)


def test_an_excerpt_of_twenty_words_in_a_long_text(wire: MemoryStore) -> None:
    excerpt = (
        "heard ticking behind a stack of display cases, police said. The crate bore a sticker asking for its return"
    )
    report = check(f"{OTHER} {OTHER.upper()} Then someone {excerpt} at last. {OTHER}", wire)
    match = only(report)
    assert match.submitted.text == excerpt
    assert match.words == len(tokenise(excerpt)) == 19
    assert match.source_share == round(19 / len(tokenise(CLOCK)), 4)


def test_changed_words_are_shown_in_the_edit_script(wire: MemoryStore) -> None:
    edited = TICKING.replace("looking for a fuse box", "searching for a fuse").replace(" display", " wooden display")
    report = check(f"{OTHER} {edited} {OTHER}", wire)
    match = only(report)
    assert (match.submitted.start, match.submitted.end) == (len(OTHER) + 1, len(OTHER) + len(edited))
    assert match.kind is Kind.EDITED
    assert 0.8 < match.similarity < 1
    changes = {
        (step.change, report.text[step.submitted_start : step.submitted_end].strip()): CLOCK[
            step.source_start : step.source_end
        ].strip()
        for step in match.edits
        if step.change is not Change.EQUAL
    }
    assert changes == {
        (Change.REPLACED, "searching"): "looking",
        (Change.DELETED, ""): "box",
        (Change.INSERTED, "wooden"): "",
    }
    sound(report, SOURCES)


def test_a_changed_word_next_to_the_edge_does_not_move_the_edge(wire: MemoryStore) -> None:
    edited = HERON.replace("The swing", "The railway").replace("own scarf.", "woollen scarf")
    report = check(f"Everybody is cross. {edited}, nothing more.", wire)
    match = only(report)
    assert match.submitted.text == edited
    assert match.source.text == HERON.rstrip(".")


def test_words_that_agree_one_by_one_between_changed_ones_are_equal(wire: MemoryStore) -> None:
    edited = TICKING.replace("looking for a fuse box", "hunting for one fuse switch")
    match = only(check(edited, wire))
    steps = [(step.change, edited[step.submitted_start : step.submitted_end].strip()) for step in match.edits]
    assert steps[:-1] == [
        (Change.EQUAL, "An electrician"),
        (Change.REPLACED, "hunting"),
        (Change.EQUAL, "for"),
        (Change.REPLACED, "one"),
        (Change.EQUAL, "fuse"),
        (Change.REPLACED, "switch"),
    ]
    assert steps[-1][0] is Change.EQUAL


def test_typing_errors_do_not_break_a_passage(wire: MemoryStore) -> None:
    mistyped = TICKING.replace("electrician", "electrican").replace("ticking", "tikcing").replace("sticker", "stickker")
    report = check(f"{OTHER} {mistyped}", wire)
    match = only(report)
    assert match.submitted.text == mistyped.rstrip(".")
    assert match.kind is Kind.EDITED
    assert [CLOCK[s.source_start : s.source_end] for s in match.edits if s.change is Change.REPLACED] == (
        ["electrician ", "ticking ", "sticker "]
    )
    sound(report, SOURCES)


def test_a_broadcast_script_in_capitals_without_punctuation(wire: MemoryStore) -> None:
    script = "".join(char for char in HERON.upper() if char.isalnum() or char == " ")
    report = check(f"GOOD EVENING\n{script}\nAND NOW THE WEATHER", wire)
    match = only(report)
    assert match.submitted.text == script
    assert match.source.text == HERON.rstrip(".")
    assert match.kind is Kind.VERBATIM


def test_a_passage_wrapped_and_hyphenated_by_a_mail_program(wire: MemoryStore) -> None:
    wrapped = HERON.replace("commuters", "com-\nmuters").replace(" after", "\nafter")
    report = check(f"{OTHER}\n\n{wrapped}\n", wire)
    assert only(report).submitted.text == wrapped.rstrip(".")
    assert only(report).kind is Kind.VERBATIM


def test_look_alike_letters_and_invisible_characters_hide_nothing(wire: MemoryStore) -> None:
    hidden = TICKING.replace("a", "а").replace("e", "е").replace("ck", "c\u200bk").replace("o", "o\u0336")
    report = check(f"{OTHER} {hidden} {OTHER}", wire)
    match = only(report)
    assert match.submitted.text == hidden.rstrip(".")
    assert match.kind is Kind.VERBATIM
    sound(report, SOURCES)


@pytest.mark.parametrize(
    "spell",
    [lambda text: text.replace(" ", ""), lambda text: " ".join(text.replace(" ", ""))],
    ids=["all spaces removed", "letters spaced"],
)
def test_spaces_taken_out_or_put_in(wire: MemoryStore, spell: Callable[[str], str]) -> None:
    taken = CLOCK[CLOCK.index("Insurers") : CLOCK.index(": it has")]
    report = check(f"{OTHER}\n\n{spell(taken)}\n\n{OTHER}", wire)
    match = only(report)
    assert match.submitted.start == report.text.index(spell(taken))
    assert match.submitted.end == match.submitted.start + len(spell(taken))
    assert match.source.text == taken
    assert match.words == len(tokenise(taken))
    sound(report, SOURCES)


# Several passages, several stories.


def test_two_stories_in_one_draft(wire: MemoryStore) -> None:
    rescuers = FLOOD[FLOOD.index("Rescuers") : FLOOD.index(" Two men")]
    report = check(f"{TICKING} {OTHER} {rescuers}", wire)
    assert spans(report) == [
        ("mp-clock", 0, len(TICKING) - 1),
        ("mp-flood", len(TICKING) + len(OTHER) + 2, len(report.text) - 1),
    ]
    assert [story.id for story in report.stories] == ["mp-clock", "mp-flood"]
    words = len(tokenise(TICKING)) + len(tokenise(rescuers))
    assert report.submitted.copied_words == words
    assert report.submitted.copied_share == round(words / len(tokenise(report.text)), 4)
    assert [story.longest_run for story in report.stories] == [len(tokenise(TICKING)), len(tokenise(rescuers))]
    sound(report, SOURCES)


def test_a_passage_used_twice_counts_twice_in_the_draft_and_once_in_the_story(wire: MemoryStore) -> None:
    report = check(f"{TICKING} {OTHER} {TICKING}", wire)
    first, second = report.matches
    assert first.source == second.source
    (story,) = report.stories
    assert story.words == 2 * len(tokenise(TICKING)) == report.submitted.copied_words
    assert story.source_share == round(len(tokenise(TICKING)) / len(tokenise(CLOCK)), 4)


def test_a_passage_printed_twice_in_a_row_is_two_matches(wire: MemoryStore) -> None:
    report = check(f"{TICKING} {TICKING}", wire)
    assert spans(report) == [
        ("mp-clock", 0, len(TICKING) - 1),
        ("mp-clock", len(TICKING) + 1, 2 * len(TICKING)),
    ]
    assert not any(match.rearranged for match in report.matches)


def test_sources_of_the_same_words_are_named_together() -> None:
    late = Work(
        "mp-clock-2", CLOCK.replace("EASTNESS, June 20", "EASTNESS, June 21") + "The watchman has been promoted."
    )
    report = check(
        f"{OTHER} {TICKING}", index(late, Work("mp-anthology", f"The best of the wire, volume two: {TICKING}"))
    )
    match = only(report)
    assert {match.source.id, *(other.id for other in match.also)} == {"mp-anthology", "mp-clock"}
    family = next(source.family for source in (match.source, *match.also) if source.id == "mp-clock")
    assert family is not None and (family.id, family.members) == ("mp-clock", 2), "of two versions one is named"
    for other in match.also:
        assert other.text == TICKING.rstrip(".")
    assert report.submitted.copied_words >= len(tokenise(TICKING))


def test_the_story_that_gives_most_comes_first() -> None:
    brief = Work("mp-brief", f"Briefly from Eastness: {TICKING} More to come.")
    text = CLOCK[CLOCK.index("A 16th") :]
    match = only(check(text, index(brief)))
    assert match.source.id == "mp-clock"
    assert [other.id for other in match.also] == ["mp-brief"]


def test_a_replaced_revision_is_still_found_and_the_current_one_preferred() -> None:
    store = index()
    add(store, Work("mp-clock", CLOCK.replace("crated, labeled and running", "crated and running")))
    both = only(check(TICKING, store))
    assert both.source.current
    assert both.source.version == "2"
    old = only(check(f"{OTHER} {CLOCK[: CLOCK.index('An electrician')]}", store))
    assert (old.source.id, old.source.current, old.source.version, old.kind) == ("mp-clock", False, "1", Kind.VERBATIM)


def test_a_removed_story_is_found_no_more() -> None:
    store = index()
    store.apply([Remove("mp-clock")])
    assert check(TICKING, store).verdict is Verdict.CLEAR


def test_sentences_in_another_order_are_one_match(wire: MemoryStore) -> None:
    body = CLOCK[CLOCK.index("An electrician") :].replace("\n\n", " ").strip()
    first, second, third = (part.strip() + "." for part in body.removesuffix(".").split(". ", 2))
    draft = f"{third} {first} {second}"
    report = check(f"{OTHER}\n{draft}\n{OTHER}", wire)
    match = only(report)
    assert match.rearranged
    assert match.submitted.start == len(OTHER) + 1
    assert match.submitted.text == draft.rstrip(".")
    assert match.source.text.startswith("An electrician")
    assert match.source.text.endswith("likes the sound")
    sound(report, SOURCES)


def test_sentences_between_ones_own(wire: MemoryStore) -> None:
    before, after = "Our readers know this museum.", "We asked him why."
    between = (
        "It stands beside our printing house, and many of us have spent wet Sundays there with children who wanted "
        "only to see one stuffed bear near our gate."
    )
    taken = [
        "An electrician looking for a fuse box heard ticking behind a stack of display cases, police said.",
        "Insurers paid out half its value last year and will now want the money back.",
    ]
    report = check(f"{before} {taken[0]} {between} {taken[1]} {after}", wire)
    assert [match.submitted.text for match in report.matches] == [sentence.rstrip(".") for sentence in taken]
    assert {match.source.id for match in report.matches} == {"mp-clock"}
    sound(report, SOURCES)


def test_a_quotation_in_other_quotation_marks(wire: MemoryStore) -> None:
    quote = BRIDGE[BRIDGE.index('"We') :].strip()
    curly = quote.replace(' "', " “").replace('" ', "” ").replace('"We', "„We").replace('."', ".“")
    report = check(f"{OTHER} {curly}", wire)
    (match,) = report.matches
    assert match.submitted.text == curly[1:].rstrip(".“")
    assert (match.kind, match.status, match.speaker) == (Kind.VERBATIM, Status.QUOTED, "Anselm Roke")
    assert report.verdict is Verdict.CLEAR


def test_copied_share_counts_no_word_twice() -> None:
    overlapping = Work("mp-long", f"{TICKING} {FLOOD}")
    report = check(f"{TICKING} {FLOOD}", index(overlapping))
    assert report.submitted.copied_share == 1.0
    assert report.submitted.copied_words == report.submitted.words


# What cannot be judged.


class Damaged(MemoryStore):
    """An index that cannot read one of its stories."""

    broken: int = 0

    def fetch(self, numbers: Sequence[int]) -> list[StoredWork]:
        if self.broken in [int(number) for number in numbers]:
            raise IndexDamaged(f"The text of story {self.broken} is damaged.")
        return super().fetch(numbers)


def damaged(number: int) -> Damaged:
    store = Damaged(secret=SECRET)
    add(store, Work("mp-bridge", BRIDGE), Work("mp-clock", CLOCK), Work("mp-flood", FLOOD))
    store.broken = number
    return store


def test_a_damaged_story_makes_the_answer_incomplete_and_says_so() -> None:
    report = check(TICKING, damaged(2))
    assert report.verdict is Verdict.INCOMPLETE
    assert report.unjudged == ("The text of story 2 is damaged.",)
    assert report.matches == ()


def test_a_damaged_story_without_its_spaces_is_not_called_clear() -> None:
    """Only the story's letters point to it, and its words are needed to go on."""
    run_together = CLOCK.replace(" ", "")
    assert check(run_together, damaged(0)).verdict is Verdict.FLAGGED
    wire = damaged(2)
    assert look_up(run_together, wire, sketcher(wire.spec, wire.secret)).unread == ["The text of story 2 is damaged."]
    report = check(run_together, wire)
    assert report.verdict is Verdict.INCOMPLETE
    assert report.unjudged == ("The text of story 2 is damaged.",)


def test_a_damaged_story_does_not_hide_the_others() -> None:
    rescuers = FLOOD[FLOOD.index("Rescuers") :]
    report = check(f"{TICKING} {OTHER} {rescuers}", damaged(2))
    assert report.verdict is Verdict.FLAGGED
    assert [match.source.id for match in report.matches] == ["mp-flood"]
    assert report.unjudged == ("The text of story 2 is damaged.",)


def test_a_damaged_story_that_nobody_asks_for_is_no_matter() -> None:
    assert check(OTHER, damaged(2)).verdict is Verdict.CLEAR


def test_of_too_long_a_text_only_the_beginning_is_judged(wire: MemoryStore) -> None:
    short = Policy(thresholds=Thresholds(most_characters=1_000))
    clear = check(f"{OTHER * 6}{TICKING}", wire, short)
    assert clear.verdict is Verdict.INCOMPLETE
    assert clear.reasons == (f"only the first 1,000 of {len(clear.text):,} characters were checked",)
    assert clear.submitted.characters == len(clear.text) > 1_000
    flagged = check(f"{TICKING}{OTHER * 6}", wire, short)
    assert flagged.verdict is Verdict.FLAGGED
    assert flagged.reasons
    assert check(OTHER * 4, wire, short).verdict is Verdict.CLEAR


def test_reasons_known_beforehand_are_kept(wire: MemoryStore) -> None:
    assert check(OTHER, wire, incomplete=["page 3 is a picture"]).verdict is Verdict.INCOMPLETE
    report = check(TICKING, wire, incomplete=["page 3 is a picture"])
    assert (report.verdict, report.unjudged) == (Verdict.FLAGGED, ("page 3 is a picture",))


def test_more_stories_than_may_be_read() -> None:
    dice = random.Random(4)
    parts = [" ".join(f"{dice.choice('bdfgk')}{dice.randrange(10**6)}" for _ in range(40)) for _ in range(12)]
    store = index(*(Work(f"mp-{i:02}", part) for i, part in enumerate(parts)))
    report = check(" ".join(parts), store, Policy(thresholds=Thresholds(most_stories=5, words_a_story=10_000)))
    assert report.verdict is Verdict.FLAGGED
    assert len(report.matches) == 5
    assert report.unjudged == ("12 stories share phrases with this text; only the best 5 were read",)


def test_a_story_reprinted_two_hundred_times_is_still_found() -> None:
    reprints = [Work(f"mp-reprint-{i:03}", f"Edition {i}. {CLOCK}") for i in range(200)]
    match = only(check(f"{OTHER} {TICKING} {OTHER}", index(*reprints)))
    assert match.submitted.text == TICKING.rstrip(".")
    assert match.source.family is not None and match.source.family.members > 24
    assert match.also == ()


# The same every time.


SCRIPT = """
import sys
sys.path.insert(0, sys.argv[1])
from checker.check import check
from checker.reports.json import to_json
from tests.test_check import CLOCK, FLOOD, OTHER, TICKING, Work, index
store = index(Work("mp-b", TICKING + FLOOD), Work("mp-a", TICKING + FLOOD), Work("mp-c", CLOCK + "Again."))
sys.stdout.buffer.write(to_json(check(f"{TICKING} {OTHER} {FLOOD}", store)).encode())
"""


def test_the_same_report_to_the_byte_in_every_process() -> None:
    made = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT, str(ROOT)],
            env=os.environ | {"PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
        ).stdout
        for seed in ("0", "1")
    }
    store = index(Work("mp-b", TICKING + FLOOD), Work("mp-a", TICKING + FLOOD), Work("mp-c", CLOCK + "Again."))
    for _ in range(2):
        made.add(to_json(check(f"{TICKING} {OTHER} {FLOOD}", store)).encode())
    assert len(made) == 1
    assert b"An electrician looking for a fuse box" in made.pop()


# Whatever was done to a story.

WIRE = index()
NOISE = [
    "🐕",
    "👩\u200d🚒",
    "𝔸",
    "e\u0301",
    "\u0301",
    "\u00ad",
    "\u200b",
    "中",
    "\ud800",
    "\0",
    "naïve",
    "—",
    "-\n",
    "ﬃ",
    "ß",
]


@st.composite
def rewritings(draw: st.DrawFn) -> str:
    """A story with words dropped, doubled, replaced, put in, and characters of every kind between."""
    words = draw(st.sampled_from([BRIDGE, CLOCK, FLOOD])).split(" ")
    first = draw(st.integers(0, len(words) // 2))
    words = words[first : first + draw(st.integers(20, 90))]
    for _ in range(draw(st.integers(0, 14))):
        at = draw(st.integers(0, len(words) - 1))
        new = draw(st.one_of(st.sampled_from(NOISE), st.sampled_from(OTHER.split())))
        change = draw(st.sampled_from(["drop", "replace", "insert", "double", "append", "inside", "swap"]))
        if change == "drop" and len(words) > 12:
            del words[at]
        elif change == "replace":
            words[at] = new
        elif change == "insert":
            words.insert(at, new)
        elif change == "double":
            words.insert(at, words[at])
        elif change == "append":
            words[at] += new
        elif change == "inside":
            words[at] = words[at][:2] + new + words[at][2:]
        elif change == "swap":
            words = words[at:] + words[:at]
    return " ".join([draw(st.sampled_from(["", "🐕 ", OTHER])), *words, draw(st.sampled_from(["", "\u0301", OTHER]))])


@given(rewritings())
@example(f"🐕{TICKING}\u0301")
@settings(max_examples=150, deadline=None)
def test_a_report_holds_together_whatever_was_done(text: str) -> None:
    sound(check(text, WIRE), SOURCES)


@given(
    st.integers(0, 30),
    st.integers(16, 50),
    st.sampled_from("🐕—\ud800\0•🂡"),
    st.sampled_from("\u0301\u00ad\u200b\u20dd"),
)
@settings(max_examples=60, deadline=None)
def test_offsets_survive_characters_of_every_kind(first: int, count: int, between: str, inside: str) -> None:
    tokens = tokenise(FLOOD)
    passage = FLOOD[tokens.start[first] : tokens.end[min(first + count, len(tokens)) - 1]]
    passage = passage.replace(" ", f" {between} ").replace("re", f"r{inside}{inside}e")
    report = check(f"{between}Gu\u0308nter: 🐕{between} {passage} {inside}{between} Nachsatz.", WIRE)
    match = only(report)
    assert match.submitted.start == report.text.index(passage)
    assert match.submitted.text == passage
    assert match.kind is Kind.VERBATIM
    sound(report, SOURCES)


def test_a_passage_on_the_edge_of_two_stretches_chooses_its_story_as_one() -> None:
    """Two keys on one side of the edge and one on the other, each in two stories, while others share more keys."""
    at = np.array([60, 62, 66, *range(200, 204), *range(300, 304), *range(400, 404)])
    number = np.array([7] * 3 + [1] * 4 + [2] * 4 + [3] * 4)
    probes = Probes(np.arange(len(at), dtype=np.uint64), at.astype(np.int32), len(at))
    frequency = np.where(number == 7, 2, 1).astype(np.int32)
    row = np.arange(len(at), dtype=np.int32)
    hits = Hits(row, number.astype(np.int64), (at - 50).astype(np.int32), frequency)
    assert sorted({one.number for one in rank(probes, hits).best}) == [1, 2, 3, 7]


def test_words_written_the_same_are_no_change_whatever_is_printed_around_them() -> None:
    """Words of letters that all look like Latin ones are read by their neighbours; an edit says what is written."""
    story = (
        "Разводной мост в Порт-Халламе во вторник шесть часов простоял открытым, после того как цапля свила гнездо в "
        "зубчатом колесе, и около трёхсот пассажиров ждали на обоих берегах."
    )
    draft = f"That morning commuters waited on either bank of it. {story}"
    store = MemoryStore(secret=SECRET)
    (row,) = sketcher(store.spec, store.secret).fingerprints([story])
    store.apply([Upsert(Work("mp-1", story, holder="Meridian Press"), row)])
    (match,) = check(draft, store).matches
    start = draft.index("Разводной")
    assert (match.submitted.start, match.submitted.end) == (start, len(draft) - 1)
    assert {edit.change for edit in match.edits} == {Change.EQUAL}
