from __future__ import annotations

import gzip
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.readers import Unreadable, holds_many, jsonl, reader_for, sniff
from checker.readers.plain import BINARY, decode, document

PROSE = "Der Müller sagte: „Das Mehl ist teuer“ – und schwieg."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_byte_order_marks_are_honoured(encoding):
    assert decode(PROSE.encode(encoding)) == (PROSE, "")


def test_windows_text_is_read_as_such():
    assert decode(PROSE.encode("cp1252")) == (PROSE, "")


@pytest.mark.parametrize(
    "raw",
    [b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 4, b"\x89PNG\r\n\x1a\n" + bytes(200), "text".encode("utf-16-le") * 9],
)
def test_a_binary_file_is_never_clear(raw):
    assert decode(raw) == ("", BINARY)


def test_invalid_utf8_beyond_a_little_is_said():
    text, doubt = decode("東京".encode() * 20 + b"\xff\xfe\xff" * 9)
    assert "could not be read as UTF-8" in doubt
    assert text.startswith("東京")
    assert decode("東京".encode() * 200 + b"\xff")[1] == ""


def test_nulls_in_a_text_stay():
    assert decode(b"one\0two three") == ("one\0two three", "")
    assert decode(b"") == ("", "")


@given(st.binary())
def test_any_bytes_make_a_document(raw):
    assert document("x", raw).id == "x"


@given(st.text())
def test_any_text_reads_as_itself(text):
    raw = text.encode()
    if decode(raw)[1] == "" and not raw.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        assert decode(raw)[0] == text


def lines(*values):
    raw = b"\n".join(v if isinstance(v, bytes) else json.dumps(v).encode() for v in values)
    return list(jsonl.read("a.jsonl", io.BytesIO(raw)))


def test_lines_become_documents():
    one, two = lines(
        {"id": "a", "text": "x \ud800", "title": "T", "desk": "foreign", "n": 3}, b"", {"id": 7, "text": ""}
    )
    assert (one.id, one.text, one.title, one.metadata, one.place) == (
        "a",
        "x \ud800",
        "T",
        {"desk": "foreign"},
        "line 1",
    )
    assert (two.id, two.place) == ("7", "line 3")


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        (b"{", "It is not JSON"),
        (b"[1]", "It is not a JSON object"),
        (b'{"text": "x"}', 'It has no "id".'),
        (b'{"id": "x"}', 'It has no "text".'),
        (b'{"id": "x", "text": 3}', 'Its "text" is not a string.'),
        (b'{"id": "x", "text": "y", "title": []}', 'Its "title" is not a string.'),
        (b'{"id": "x", "text": "\xff"}', "It is not UTF-8."),
        (b"[" * 100_000, "It is not JSON"),
    ],
)
def test_a_bad_line_is_named_and_loses_no_other(bad, sentence):
    before, found, after = lines({"id": "a", "text": "x"}, bad, {"id": "b", "text": "y"})
    assert (before.id, after.id) == ("a", "b")
    assert isinstance(found, Unreadable)
    assert found.place == "a.jsonl, line 2"
    assert found.sentence.startswith(sentence)


def test_packed_lines_and_a_cut_off_end():
    raw = gzip.compress(b'{"id": "a", "text": "x"}\n' * 3)
    assert len(list(jsonl.read_packed("a", io.BytesIO(raw)))) == 3
    last = list(jsonl.read_packed("a", io.BytesIO(raw[:-9])))[-1]
    assert isinstance(last, Unreadable)
    assert "cut off" in last.sentence


def test_the_reader_is_chosen_by_name_or_by_the_first_bytes():
    assert [holds_many(name) for name in ("a.jsonl", "a.JSONL.GZ", "a.txt", "a")] == [True, True, False, False]
    assert sniff(b'{"id": "a", "text": "b"}\n') is reader_for("a.jsonl")
    assert sniff(gzip.compress(b"")) is reader_for("a.jsonl.gz")
    assert sniff(b"{ a brace opens this story") is reader_for("a.txt")
