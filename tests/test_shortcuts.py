"""Shortcuts that save time give what the long way gives."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from checker.overlap import MOST_OF, Apart, apart, read, share_little, shared
from checker.readers.tokens import placed
from checker.rights.agencies import load
from checker.rights.folded import PLAIN, fold
from checker.rights.lines import titled
from fingerprints.index import Work
from fingerprints.sketch import Sketcher
from fingerprints.stores.memory import MemoryStore
from fingerprints.text import tokenise

STORE = MemoryStore(secret=bytes(range(32)))
SKETCH = Sketcher(STORE.spec, STORE.secret)
FERRY = "The last ferry to Skerrow left the harbour on Monday evening without its captain, and nobody aboard noticed "
STRIKE = "Dockers in Port Hallam walked out at noon after talks about the night shift had failed for the third time "


def test_every_token_stands_where_the_page_has_it_whatever_ends_its_lines() -> None:
    page = "<p>one\r\n<b>two</b>\r<i>three</i>\n\n\r\r\n<u>four\ud800</u>"
    found = [page[start:end] for _, start, end in placed(page)]
    assert "".join(found) == page
    assert [piece for piece in found if piece.startswith("<")] == re.findall("<[^>]+>", page)


@given(st.text(alphabet=[*sorted(PLAIN), "a", " ", "\u200b", "\n"], max_size=60))
def test_a_text_is_made_plain_letter_by_letter(text: str) -> None:
    folded = fold(text)
    offsets = range(len(text)) if folded.offsets is None else folded.offsets
    assert [PLAIN.get(text[at], text[at]) for at in offsets] == list(folded.text)


@pytest.mark.parametrize(
    ("line", "id"),
    [
        ("Reuters", "reuters"),
        ("The Reuters", "reuters"),
        ("  reuters. ", "reuters"),
        ("Told Reuters", ""),
        ('"Reuters"', ""),
        ("", ""),
        ("Ferry", ""),
    ],
)
def test_an_agency_alone_on_its_line_is_known_by_its_first_word(line: str, id: str) -> None:
    assert load().whole(line) == id


@pytest.mark.parametrize(
    ("line", "listed"),
    [
        ("Reuters Staff Writer", [("Reuters", "reuters")]),
        ("The Reuters Staff Writer", [("Reuters", "reuters")]),
        ("A Reuters Staff Writer", []),
        ("Skerrow Lantern Staff Writer", []),
    ],
)
def test_a_writer_of_an_agency_too(line: str, listed: list[tuple[str, str]]) -> None:
    assert titled(line, load()) == listed


@given(st.integers(0, 19), st.integers(0, 19))
@example(0, 0)
@example(19, 19)
def test_texts_that_share_little_are_told_apart_at_once(ours: int, theirs: int) -> None:
    one, other = (read(Work("a", _mixed(n)), SKETCH) for n in (ours, theirs))
    assert share_little(one, other) is (apart(shared(one, other), 0.0) is Apart.LITTLE)
    assert share_little(one, other) is (shared(one, other).shorter < MOST_OF)


def _mixed(words: int) -> str:
    """So many words of one story, and then another."""
    return " ".join([*FERRY.split()[:words], *STRIKE.split()])


@given(st.text(max_size=200) | st.sampled_from([FERRY, STRIKE, FERRY + STRIKE, "ha " * 80, "", "\u6771\u4eac" * 30]))
def test_the_keys_of_one_text_are_those_of_a_batch(text: str) -> None:
    tokens = tokenise(text)
    assert sorted(SKETCH.kept(tokens, SKETCH.words(tokens)).tolist()) == sorted(SKETCH.passages([text])[0][0].tolist())
