"""What stands in another order than in the story, and what only seems to: headlines, captions, repeats."""

from __future__ import annotations

import itertools

import pytest

from checker.check import check
from checker.model import Match, Report, Verdict
from checker.reports.json import from_json, to_json
from fingerprints.index import Upsert, Work
from fingerprints.sketch import sketcher
from fingerprints.stores.memory import MemoryStore

FERRY = """LOWER KESTREL, May 9 (MP) -- The chain ferry at Lower Kestrel sank at its moorings on Thursday night with a \
piano, two goats and the deposits of the village savings club on board.

Ferryman Tobias Wend said he had heard a sound like a cork and then nothing at all until the goats walked into his \
kitchen. "They were drier than I was," Wend said. "I asked them nothing and they told me nothing."

Divers from the county brought up the piano on Friday morning, and a tuner who had come to look declared that only the \
lowest octave had suffered. The savings club will meet on Sunday to discuss where money is safe.

The county council, which pays for the chain, had warned in three letters since the winter that the hull was thinner \
than the paint upon it.
"""
LEAD, WEND, DIVERS, COUNCIL = FERRY.strip().split("\n\n")
NOTICE = "Copyright 2026 Meridian Press. All rights reserved. This material may not be published or broadcast."


def checked(draft: str, *stories: str) -> Report:
    store = MemoryStore(secret=bytes(32))
    works = [Work(f"mp-{number}", text, holder="Meridian Press") for number, text in enumerate(stories or (FERRY,), 1)]
    rows = sketcher(store.spec, store.secret).fingerprints([work.text for work in works])
    store.apply([Upsert(work, row) for work, row in zip(works, rows, strict=True)])
    report = check(draft, store)
    assert from_json(to_json(report)).matches, "what is written can be read"
    return report


def prose(report: Report) -> list[Match]:
    return [match for match in report.matches if match.use != "notice"]


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
@pytest.mark.parametrize("noticed", ["above", "below", "between"])
def test_a_story_in_any_order_beside_its_notice_is_whole(order: tuple[int, ...], noticed: str) -> None:
    """The notice is cut out of the passage; what is left spans the story, whichever paragraph comes first."""
    parts = [(LEAD, WEND, DIVERS, COUNCIL)[at] for at in order]
    parts.insert({"above": 0, "below": 4, "between": 2}[noticed], NOTICE)
    report = checked("\n\n".join(parts), f"{FERRY}\n{NOTICE}\n")
    assert report.verdict is Verdict.FLAGGED
    (story,) = report.stories
    assert 0.85 <= story.source_share <= 1
    for match in report.matches:
        start, end = match.source.start, match.source.end
        assert 0 <= start < end
        assert all(start <= edit.source_start <= edit.source_end <= end for edit in match.edits)
        assert 0 < match.source_share <= 1
        assert match.source.text == f"{FERRY}\n{NOTICE}\n"[start:end]


def test_swapped_halves_are_one_passage_from_the_first_word_to_the_last() -> None:
    (match,) = prose(checked(f"{DIVERS}\n\n{COUNCIL}\n\n{LEAD}\n\n{WEND}"))
    assert match.rearranged
    assert (match.source.start, match.source.end) == (0, len(FERRY) - 2)
    assert match.source_share == 1


@pytest.mark.parametrize(
    "headline",
    [
        "Council says the hull was thinner than the paint upon it",
        "Heard: a sound like a cork and then nothing at all",
        "Villagers to discuss where money is safe",
        "Divers from the county brought up the piano",
    ],
)
@pytest.mark.parametrize("between", ["\n", "\n\n", "\n\nBy our reporter in Kestrel\n\n"])
def test_a_headline_whose_words_recur_rearranges_nothing(headline: str, between: str) -> None:
    draft = f"{headline}{between}{FERRY}"
    (match,) = checked(draft).matches
    assert not match.rearranged
    assert match.submitted.start == len(headline) + len(between)
    assert match.source_share == 1


def test_a_headline_of_a_sentence_that_the_draft_leaves_out_rearranges_nothing() -> None:
    report = checked(f"Hull was thinner than the paint upon it, council warned\n\n{LEAD}\n\n{WEND}\n\n{DIVERS}")
    assert [match.rearranged for match in report.matches] == [False, False]
    headline, body = report.matches
    assert headline.submitted.text == "Hull was thinner than the paint upon it"
    assert body.submitted.text == f"{LEAD}\n\n{WEND}\n\n{DIVERS}".rstrip(".")


def test_a_headline_above_a_story_with_an_advertisement_in_it_rearranges_nothing() -> None:
    headline = "Hull was thinner than the paint upon it"
    between = "Our readers travel to the lakes by coach this summer, from eighty crowns a head, with tea."
    first, second = checked(f"{headline}\n\n{LEAD}\n\n{WEND}\n\n{between}\n\n{DIVERS}\n\n{COUNCIL}").matches
    assert first.submitted.start == len(headline) + 2
    assert not (first.rearranged or second.rearranged)


def test_a_paragraph_moved_into_the_gap_between_two_others_is_found_whole() -> None:
    """What was found around the moved paragraph does not swallow it."""
    (match,) = prose(checked(f"{WEND}\n\n{LEAD}\n\n{COUNCIL}\n\n{DIVERS}"))
    assert match.words == len(FERRY.split()) - FERRY.count("--")


def test_a_caption_that_repeats_a_later_sentence_is_a_finding_and_the_story_another() -> None:
    caption = "The savings club will meet on Sunday to discuss where money is safe."
    repeated, story = checked(f"{caption}\n\n{FERRY}").matches
    assert repeated.submitted.text == caption.rstrip(".")
    assert (story.submitted.start, story.source_share) == (len(caption) + 2, 1)
    assert not repeated.rearranged
    assert not story.rearranged


def test_a_speaker_put_before_the_words_is_one_passage_with_them() -> None:
    """A clause moved within its paragraph is part of it, however short."""
    first, said, second = WEND[WEND.index('"They') :].partition(" Wend said. ")
    assert said
    draft = f"Our own report from the river bank. Ferryman Tobias Wend said: {second} {first}"
    (match,) = checked(draft).matches
    assert match.rearranged


def test_a_story_printed_twice_is_found_twice() -> None:
    first, second = checked(f"{FERRY}\n{FERRY}").matches
    assert first.source == second.source
    assert not (first.rearranged or second.rearranged)
