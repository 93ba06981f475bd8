"""How two letters of a line are joined: accents set apart, spaces that take no room, figures far apart."""

from __future__ import annotations

import io

import pytest

from checker.readers import Document, read
from checker.readers.pdf_joints import LINE_END, NOTHING, SPACE, join
from tests.pdfs_by_hand import pdf

Box = tuple[float, float, float, float]


def text_of(drawing: bytes) -> str:
    (found,) = read("ferry.pdf", io.BytesIO(pdf(drawing)))
    assert isinstance(found, Document), found
    return found.text


def join_all(*drawn: tuple[str, float, float], turn: int = 0) -> str:
    """Letters with where they begin and end on their line, ten points high."""
    letters: list[tuple[str, Box]] = []
    for letter, start, end in drawn:
        box = (start, 0.0, end, 10.0) if turn % 2 == 0 else (0.0, start, 10.0, end)
        join(letters, letter, box, turn)
    return "".join(letter for letter, _ in letters)


def test_an_accent_that_stands_over_its_letter_is_on_it_whichever_comes_first() -> None:
    drawing = (
        b"q BT /F1 12 Tf 72 720 Td [(Two prot) 0 (e) 445 (\264) -112 (g) 0 (e) 445 (\264) -112 (s of the ferry)] TJ "
        b"0 -16 Td [(The Universit) -112 (\264) 445 (e de Skerrow)] TJ ET Q"
    )
    assert text_of(drawing) == "Two protégés of the ferry\nThe Université de Skerrow"


def test_an_accent_beside_a_letter_stays_beside_it() -> None:
    assert text_of(b"q BT /F1 12 Tf 72 720 Td (Type the \264 before the e\264 and not x\264) Tj ET Q") == (
        "Type the ´ before the e´ and not x´"
    )


@pytest.mark.parametrize("accent", ["\u00b4", "`", "\u02c6", "\u02dc", "\u00a8", "\u02c7", "\u02da", "\u00b8"])
def test_each_accent_of_older_fonts_is_known(accent: str) -> None:
    letter = "c" if accent in "\u00b8\u02c7" else "a" if accent in "\u02da\u02dc" else "e"
    after = join_all((letter, 10, 16), (accent, 11, 15), ("s", 16, 22))
    assert len(after) == 2
    assert after == join_all((accent, 11, 15), (letter, 10, 16), ("s", 16, 22))


def test_a_dotless_letter_takes_an_accent() -> None:
    assert join_all(("L", 0, 6), ("u", 6, 12), ("\u0131", 12, 14), ("\u00b4", 11, 15), ("s", 14, 20)) == "Luís"


def test_figures_far_apart_are_numbers_of_their_own() -> None:
    """As spreadsheets print the cells of a row: one text, "30", whose figures are four letters apart."""
    drawing = b"q BT /F1 8 Tf 72 720 Td (Skerrow 12) Tj ET Q q BT 4.2 Tc 5.8 0 0 5.8 258 720 Tm /F1 1 Tf (30) Tj ET Q"
    assert text_of(drawing) == "Skerrow 12 3 0"


def test_letters_far_apart_are_a_word_set_wide() -> None:
    assert text_of(b"q BT 15 Tc /F1 10 Tf 72 720 Td (FERRY) Tj ET Q") == "FERRY"


def test_a_space_that_is_set_over_a_ligature_parts_no_word() -> None:
    assert join_all(("e", 4, 10), ("f", 10, 15), ("i", 10, 15), (SPACE, 12.5, 15), ("n", 15, 20)) == "efin"


@pytest.mark.parametrize(
    "drawn",
    [
        # a space of its own width
        [("o", 4, 10), ("f", 10, 15), (SPACE, 15, 18), ("n", 18, 24)],
        # a narrow one, as lines are squeezed
        [("o", 4, 10), ("f", 10, 15), (SPACE, 13.6, 16), ("n", 16, 22)],
        # words that were recognised in a picture, each set from where it was found
        [("o", 4, 10), ("f", 10, 15), (SPACE, 15, 18), ("n", 15, 21)],
        # letters whose boxes all overlap
        [("o", 4, 12), ("f", 10, 18), (SPACE, 16, 20), ("n", 18, 26)],
    ],
)
def test_a_space_that_takes_room_parts_words(drawn: list[tuple[str, float, float]]) -> None:
    assert join_all(*drawn) == "of n"


def test_a_line_that_runs_upwards_is_joined_as_others() -> None:
    assert join_all(("3", 0, 6), ("0", 40, 46), turn=1) == "3 0"


def test_a_word_on_its_side_is_no_column_of_letters() -> None:
    """A drawing whose every letter is a text of its own, beside a page of upright words."""
    upright = "".join(f"BT /F1 9 Tf 60 {760 - 20 * line} Td (Nobody counted the goats.) Tj ET " for line in range(9))
    widths = dict.fromkeys("aegnou", 5.0) | {"r": 3.0, "t": 2.5, "k": 4.5, "c": 4.5, "y": 4.5, "v": 4.5}
    out, at = [upright], 100.0
    for letter in "no goat can go on a quay at ten":
        if letter != " ":
            out.append(f"BT /F1 9 Tf 0 1 -1 0 300 {at:.1f} Tm ({letter}) Tj ET ")
        at += widths.get(letter, 2.5)
    text = text_of(f"q {''.join(out)} Q".encode())
    assert " ".join(text.split()).endswith("Nobody counted the goats. no goat can go on a quay at ten")


def test_letters_that_are_each_a_text_of_their_own_are_words() -> None:
    """As plotting programs write the numbers of an axis, so that PDFium takes the page for one that runs downwards."""
    out = []
    for number in range(9):
        at = 100.0
        for letter, width in ((str(number), 5.56), (".", 2.78), ("5", 5.56)):
            out.append(f"BT /F1 10 Tf {at:.2f} {300 + 40 * number} Td ({letter}) Tj ET ")
            at += width
    assert sorted(text_of(f"q {''.join(out)} Q".encode()).split()) == [f"{number}.5" for number in range(9)]


def test_lines_of_one_letter_stay_lines() -> None:
    letters: list[tuple[str, Box]] = []
    for number, letter in enumerate("abc"):
        if letters:
            letters.append(LINE_END)
        join(letters, letter, (72.0, 700.0 - 12 * number, 78.0, 710.0 - 12 * number), 0)
    assert "".join(letter for letter, _ in letters) == "a\nb\nc"


def test_what_is_put_in_has_no_place() -> None:
    letters: list[tuple[str, Box]] = []
    for letter in ("a", SPACE, "1"):
        join(letters, letter, NOTHING, 0)
    assert letters == [("a", NOTHING), (SPACE, NOTHING), ("1", NOTHING)]
