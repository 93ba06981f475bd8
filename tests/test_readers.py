from __future__ import annotations

import gzip
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.readers import Unreadable, detect, jsonl, read
from checker.readers.encoding import BINARY, Decoded, decode
from checker.readers.formats import Start

PROSE = "Der Müller sagte: „Das Mehl ist teuer“ – und schwieg."


def text_of(raw, name="draft.txt"):
    (entry,) = read(name, io.BytesIO(raw))
    return entry


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le", "utf-16-be"])
def test_unicode_is_read_with_and_without_its_mark(encoding):
    assert decode(PROSE.encode(encoding)).text == PROSE
    assert decode(PROSE.encode(encoding)).doubt == ""


def test_windows_text_is_read_as_such():
    assert decode(PROSE.encode("cp1252")) == Decoded(PROSE, "cp1252")


RUSSIAN = "Последний паром ушёл без капитана, и к утру его нашли у дальнего причала. " * 3
POLISH = (
    "Ostatni prom odpłynął bez kapitana, a rano znaleziono go przy dalekiej przystani. Żaden pasażer nie zginął. "
) * 3
JAPANESE = "最後のフェリーは船長を乗せずに出港し、朝になって遠い桟橋で見つかった。乗客は全員無事だった。" * 3
GREEK = "Το τελευταίο πλοίο έφυγε χωρίς τον καπετάνιο του και βρέθηκε το πρωί στη μακρινή αποβάθρα. " * 3


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        (POLISH, "iso8859-2"),
        (POLISH, "cp1250"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "euc_jp"),
        (GREEK, "iso8859-7"),
        (GREEK, "cp1253"),
    ],
)
def test_older_encodings_are_found_out(text, encoding):
    assert decode(text.encode(encoding)).text == text


@pytest.mark.parametrize(
    ("declared", "raw", "text"),
    [
        ("iso-8859-1", "Müller".encode(), "Müller"),
        ("latin1", "“Müller”".encode("cp1252"), "“Müller”"),
        ("windows-1251", "Паром ушёл".encode("cp1251"), "Паром ушёл"),
        ("no-such-code", b"plain", "plain"),
        ("rot13", b"plain", "plain"),
        ("utf-7", b"+ADw-", "+ADw-"),
    ],
)
def test_what_a_file_says_of_its_encoding_counts_after_what_it_is(declared, raw, text):
    assert decode(raw, declared).text == text


@pytest.mark.parametrize("raw", [b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 4, bytes(200)])
def test_a_binary_file_is_never_clear(raw):
    assert decode(raw) == Decoded("", "", BINARY)
    assert text_of(raw).incomplete == (BINARY,)


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(200), "It is a picture (PNG)"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(200), "It is a 7z archive. Unpack it"),
    ],
)
def test_what_is_not_read_is_refused_with_what_to_do(raw, sentence):
    entry = text_of(raw)
    assert isinstance(entry, Unreadable)
    assert entry.sentence.startswith(sentence)


def test_invalid_utf8_beyond_a_little_is_said():
    found = decode("東京".encode() * 20 + b"\xff\xfe\xff" * 9)
    assert found.doubt or found.encoding != "utf-8"
    assert decode("東京".encode() * 200 + b"\xff").text.startswith("東京")
    assert decode("東京".encode() * 200 + b"\xff").doubt == ""


def test_nulls_in_a_text_stay():
    assert decode(b"one\0two three") == Decoded("one\0two three", "utf-8")
    assert decode(b"").text == ""


@given(st.binary())
def test_any_bytes_make_an_entry(raw):
    assert list(read("x", io.BytesIO(raw)))


@given(st.text())
def test_any_text_reads_as_itself(text):
    raw = text.encode()
    found = decode(raw)
    if found.encoding == "utf-8" and not found.doubt and not raw.startswith(b"\xef\xbb\xbf"):
        assert found.text == text


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
    assert len(list(read("a", io.BytesIO(raw)))) == 3
    last = list(read("a", io.BytesIO(raw[:-9])))[-1]
    assert isinstance(last, Unreadable)
    assert "cut off" in last.sentence


def test_the_reader_is_chosen_by_content_before_the_name():
    def found(raw, name="-"):
        return detect(Start(name, raw)).name

    assert found(b'{"id": "a", "text": "b"}\n') == "jsonl"
    assert found(gzip.compress(b"")) == "gzip"
    assert found(b"{ a brace opens this story") == "text"
    assert found(b"", "a.jsonl") == "jsonl"


def test_a_stream_that_gives_little_at_a_time_is_read_whole():
    class Trickle(io.RawIOBase):
        def __init__(self, raw):
            self.left = raw

        def readable(self):
            return True

        def readinto(self, buffer):
            part, self.left = self.left[:7], self.left[7:]
            buffer[: len(part)] = part
            return len(part)

    raw = ("The last ferry left. " * 9000).encode()
    (entry,) = read("-", io.BufferedReader(Trickle(raw), 7))
    assert entry.text == raw.decode()


def test_a_packed_text_keeps_its_name():
    (entry,) = read("draft.txt.gz", io.BytesIO(gzip.compress(b"The last ferry left.")))
    assert (entry.id, entry.text, entry.format) == ("draft.txt.gz", "The last ferry left.", "text")
    (entry,) = read("april.jsonl.gz", io.BytesIO(gzip.compress(b'{"id": "a", "text": "x"}')))
    assert (entry.id, entry.format) == ("a", "jsonl")


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (gzip.compress(gzip.compress(b"The last ferry left.", mtime=0), mtime=0), "It is packed twice."),
        (gzip.compress(b"\n" * 40_000_000, mtime=0), "It unpacks to more than 200 times its size"),
        (gzip.compress(b"The last ferry left. " * 9000, mtime=0)[:-40], "The gzip file is damaged or cut off"),
        (b"\x1f\x8b\x08\x00" + b"ferry" * 9, "The gzip file is damaged or cut off"),
    ],
)
def test_a_packed_file_that_is_no_good_is_refused(raw, sentence):
    entries = list(read("april.jsonl.gz", io.BytesIO(raw)))
    assert isinstance(entries[-1], Unreadable)
    assert entries[-1].sentence.startswith(sentence)
