"""Where a passage begins and ends: words that agree beyond an edge draw it on, others leave it where it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker import align
from checker.prepared import Prepared, prepare
from fingerprints.sketch import Sketcher
from fingerprints.spec import DEFAULT_SPEC

SKETCHER = Sketcher(DEFAULT_SPEC, b"a secret of thirty-two bytes, no")
STORY = "The last ferry left Port Hallam at noon with the mayor and nine goats on board, the harbor office said."
WORDS = ("the", "mayor", "ferry", "goats", "goat", "nine", "harbour", "harbor", "and", "noon", "left", "snow", "market")


def prepared(text: str) -> Prepared:
    return prepare(text, SKETCHER)


def passages(draft: str, story: str = STORY) -> list[align.Segment]:
    return align.Aligner(prepared(draft)).segments(prepared(story))


@pytest.mark.parametrize(
    ("draft", "words"),
    [
        ("Snow fell. The last ferry left Port Hallam at noon. Snow fell again on the market square.", (2, 10)),
        ("Snow fell. The last ferry left Port Hallam at noon with our mayor and nine goats aboard.", (2, 17)),
        ("Snow fell. The last ferry left Port Hallam at noon without teh mayer and nine goats.", (2, 16)),
    ],
    ids=["nothing agrees beyond", "a word is passed over", "words are misspelt"],
)
def test_an_edge_moves_as_far_as_words_agree(draft, words):
    assert [passage.submitted for passage in passages(draft)] == [words]


@given(before=st.lists(st.sampled_from(WORDS), max_size=8), after=st.lists(st.sampled_from(WORDS), max_size=8))
def test_what_is_seen_at_once_is_what_a_search_finds(before, after):
    draft = " ".join([*before, "ferry left Port Hallam at noon with", *after])
    with pytest.MonkeyPatch.context() as patch:
        soon = passages(draft)
        patch.setattr(align, "NEAR", align.FLANK)
        assert soon == passages(draft)
