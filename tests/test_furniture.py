"""What sites set around a text is told from what a text says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.rights.furniture import furniture

STORY = "The swing bridge at Port Hallam stuck open for six hours on Tuesday."


@pytest.mark.parametrize(
    "line",
    [
        "Sign up for our morning newsletter",
        "Please verify you're not a robot by clicking the box.",
        "Advertisement",
        "Read more",
        "Do you have a story for the Hallam Echo? Email us at desk@echo.example.",
        "Follow us on Facebook for more.",
        "Lesen Sie auch: Kräne stehen still",
        "Abonnez-vous à notre newsletter",
        "Haga clic aquí para suscribirse",
        "Riproduzione riservata",
    ],
)
def test_a_line_between_two_paragraphs_is_furniture(line: str) -> None:
    text = f"{STORY}\n{line}\n{STORY}"
    found = [text[start:end].rstrip(".") for start, end in furniture(text)]
    assert "\n".join(found) == line.rstrip(".")


@pytest.mark.parametrize(
    "sentence",
    [
        "Readers subscribe to the paper for its crane reports.",
        "The company said its privacy policy had been read by four people.",
        "Voters must sign up before noon to have a say in the matter of the bridge.",
        "Police have a tip about the heron and follow it.",
        "She shared the article with the mayor, who said he would read more before deciding.",
        "Comments by the minister were met with silence.",
    ],
)
def test_what_a_report_says_is_none(sentence: str) -> None:
    assert furniture(f"{STORY} {sentence} {STORY}") == []


def test_a_word_that_a_line_break_leaves_over_is_none() -> None:
    assert furniture("The shoe matched the\nprint. The keeper said no\nmore. He left.") == []


def test_what_stands_between_two_buttons_belongs_to_them() -> None:
    text = f"{STORY}\nNewsletter Sign Up\nMorning news\nInvalid email address. Please re-enter.\n{STORY}"
    ((start, end),) = furniture(text)
    assert text[start:end] == "Newsletter Sign Up\nMorning news\nInvalid email address. Please re-enter."


def test_a_long_sentence_about_such_things_is_a_report() -> None:
    text = "Click here, the page said, " + "and the keeper of the bridge did as he was told " * 8
    assert furniture(text) == []


@given(st.text(max_size=300))
def test_spans_lie_in_the_text_in_order(text: str) -> None:
    spans = furniture(text)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert spans == sorted(spans)
