"""`make readers`: files of which another reader has words that ours lacks are listed; what is said is not."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from benchmarks import readers
from checker.readers import Document
from tests.office_by_hand import epub, xhtml

FERRY = (
    "The night ferry to Skerrow lay at the quay for nine days while dock workers argued over a rope. On the tenth the "
    "harbour master bought a new one with his own money and the boat left before noon with cattle and post."
)
MAIL = f"From: desk@example\nSubject: Ferry\nContent-Type: text/plain; charset=utf-8\n\n{FERRY}\n"
CAPTIONS = "1\n00:00:01,000 --> 00:00:09,000\n" + FERRY.replace(" On ", "\nOn ") + "\n"


def run(monkeypatch: pytest.MonkeyPatch, *args: str) -> int:
    monkeypatch.setattr(sys, "argv", ["readers", *args])
    return readers.main()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "ferry.eml").write_text(MAIL)
    (tmp_path / "ferry.srt").write_text(CAPTIONS)
    (tmp_path / "notes.xyz").write_text("no other reader knows these")
    return tmp_path


def test_what_both_read_alike_is_not_listed(folder, monkeypatch, capsys):
    assert run(monkeypatch, str(folder)) == 0
    assert "2 files compared; of 0 more than 5% is missing in silence" in capsys.readouterr().out


def test_words_that_ours_lacks_are_listed_and_may_be_explained(folder, monkeypatch, capsys):
    (folder / "ferry.srt").unlink()
    monkeypatch.setattr(readers, "read", lambda name, stream: iter([Document(name, FERRY[:120], format="mail")]))
    assert run(monkeypatch, str(folder)) == 1
    out = capsys.readouterr().out
    assert f"in silence: {folder / 'ferry.eml'}" in out
    (one,) = [found for _, found in readers.compare_all(folder, {}) if isinstance(found, readers.Comparison)]
    assert 0.4 < one.share < 0.6
    table = folder / "explained.toml"
    table.write_text(f'[{one.digest}]\nwhy = "cut on purpose"\n')
    assert run(monkeypatch, str(folder), "--explained", str(table)) == 0


def test_what_ours_says_it_could_not_read_misleads_nobody(folder, monkeypatch):
    (folder / "ferry.srt").unlink()
    cut = Document("ferry.eml", FERRY[:120], format="mail", incomplete=("only its first part was read",))
    monkeypatch.setattr(readers, "read", lambda name, stream: iter([cut]))
    assert run(monkeypatch, str(folder)) == 0


def test_nothing_to_compare_is_no_success(tmp_path, monkeypatch):
    assert run(monkeypatch, str(tmp_path)) == 2


@pytest.mark.parametrize(("text", "count"), [("one two three four", 0), ("exam-\nple two three four five", 1)])
def test_runs_are_of_five_words_within_one_block(text, count):
    assert len(readers.find_runs([text])) == count
    assert readers.find_runs(["one two three", "four five"]) == []


COLUMN = "The night ferry to Skerrow lay at the quay for nine days"
OTHER_COLUMN = "while dock workers argued over a rope that nobody owned"


def by_rows(left: str, right: str) -> str:
    return "\n".join(f"{first} {second}" for first, second in zip(left.split(), right.split(), strict=True))


def test_columns_that_are_read_by_their_rows_are_no_loss() -> None:
    right = OTHER_COLUMN + " at all"
    orders = [[f"{COLUMN}\n{right}"], [by_rows(COLUMN, right)], [by_rows(COLUMN, right)]]
    assert readers.find_missing(orders, [by_rows(COLUMN, right)]) == []
    assert readers.find_missing(orders[:1], [by_rows(COLUMN, right)]) != []


def test_a_word_that_is_gone_is_missing_in_whatever_order() -> None:
    right = OTHER_COLUMN + " at all"
    orders = [[f"{COLUMN}\n{right}"], [by_rows(COLUMN, right)], [by_rows(COLUMN, right)]]
    missing = readers.find_missing(orders, [by_rows(COLUMN, right).replace("rope", "")])
    assert missing == [run for run in readers.find_runs(orders[0]) if "rope" in run.split()]


def test_a_sentence_that_the_file_has_twice_and_ours_once_is_missing() -> None:
    """The second reading of a file is no second copy of its words."""
    orders = [[f"{COLUMN}\n{COLUMN}"], [by_rows(COLUMN, COLUMN)], [by_rows(COLUMN, COLUMN)]]
    assert readers.find_missing(orders, [COLUMN, COLUMN]) != []
    assert readers.find_missing(orders, [by_rows(COLUMN, COLUMN)]) == []


def test_runs_that_every_order_has_are_missing_though_their_words_stand_elsewhere() -> None:
    shuffled = " ".join(sorted(COLUMN.split()))
    assert readers.find_missing([[COLUMN], [COLUMN], [COLUMN]], [shuffled]) == readers.find_runs([COLUMN])


def test_mail_in_an_encoding_that_the_other_does_not_know_is_not_compared(tmp_path, monkeypatch, capsys) -> None:
    (tmp_path / "ferry.eml").write_bytes(MAIL.encode("utf-16"))
    assert run(monkeypatch, str(tmp_path)) == 2
    assert "email does not know its encoding" in capsys.readouterr().out


def test_books_are_read_page_by_page(tmp_path, monkeypatch, capsys) -> None:
    (tmp_path / "ferry.epub").write_bytes(epub(xhtml(FERRY)))
    (tmp_path / "torn.epub").write_bytes(b"PK no package")
    assert run(monkeypatch, str(tmp_path)) == 0
    out = capsys.readouterr().out
    assert "1 files compared" in out and "1 not compared: lexbor finds hardly a word in it" in out


def test_a_pdf_that_is_a_picture_is_said(tmp_path, monkeypatch):
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.4\n%%EOF\n")
    assert run(monkeypatch, str(tmp_path)) == 2  # the other finds no word in it
