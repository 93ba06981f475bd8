from __future__ import annotations

import gzip
import io
import struct
import time
import zipfile

import pytest

from checker.readers import Document, Start, Unreadable, detect, read

WORDS = "Nine goats sailed from Skerrow at dawn, and nobody counted the hens."


def packed(files: dict[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def entries(raw: bytes, name: str = "b.zip") -> list[Document | Unreadable]:
    return list(read(name, io.BytesIO(raw)))


def mail(attachment: bytes) -> bytes:
    head = (
        b"From: a@b.example\nDate: x\nSubject: y\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"
    )
    return head + b"Content-Type: application/zip\nContent-Transfer-Encoding: 8bit\n\n" + attachment + b"\n--b--\n"


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_every_file_is_read_by_its_own_format(method):
    files = {
        "drafts/": "",
        "drafts/a.txt": WORDS,
        "drafts/île.html": f"<html><body><p>{WORDS}</p></body></html>",
        "c.srt": f"1\n00:00:01,000 --> 00:00:02,000\n{WORDS}\n",
        "d.jsonl.gz": gzip.compress(b'{"id": "one", "text": "x"}\n{"id": "two", "text": "y"}\n'),
        "__MACOSX/drafts/._a.txt": "\0\5",
        ".DS_Store": "\0",
    }
    found = entries(packed(files, method))
    assert all(isinstance(entry, Document) for entry in found)
    assert [(entry.id, entry.format) for entry in found] == [
        ("b.zip/drafts/a.txt", "text"),
        ("b.zip/drafts/île.html", "html"),
        ("b.zip/c.srt", "captions"),
        ("one", "jsonl"),
        ("two", "jsonl"),
    ]
    assert [entry.text.strip() for entry in found[:3]] == [WORDS] * 3


def test_what_cannot_be_read_loses_nothing_else():
    found = entries(
        packed({"a.png": b"\x89PNG\r\n\x1a\n", "b.txt": WORDS, "c.zip": packed({"d.txt": "x"}), "e.txt": "y"})
    )
    assert [type(entry) for entry in found] == [Unreadable, Document, Unreadable, Document]
    assert found[2] == Unreadable("b.zip/c.zip", "It is a zip file in a zip file. Unpack the outer one.")


def test_a_damaged_entry_loses_nothing_else():
    raw = bytearray(packed({"a.txt": WORDS, "b.txt": WORDS}, zipfile.ZIP_STORED))
    raw[raw.index(WORDS.encode())] ^= 1
    damaged, whole = entries(bytes(raw))
    assert isinstance(damaged, Unreadable) and "“a.txt” in it is damaged" in damaged.sentence
    assert isinstance(whole, Document) and whole.text == WORDS


def test_a_zip_in_a_mail_is_read_but_not_one_in_a_mail_in_a_zip():
    inner = packed({"d.txt": WORDS})
    found = entries(mail(inner), "m.eml")
    assert isinstance(found[-1], Document) and found[-1].text == WORDS
    found = entries(packed({"m.eml": mail(inner)}))
    assert isinstance(found[-1], Unreadable) and found[-1].sentence.startswith("It is a zip file in a zip file")
    found = entries(packed({"z.gz": gzip.compress(inner)}))
    assert isinstance(found[-1], Unreadable)
    # and the next one is read again
    assert isinstance(entries(inner)[-1], Document)


def test_it_is_known_by_its_beginning():
    assert detect(Start("x", packed({"a.txt": "x"}))).name == "zip"
    assert detect(Start("x", packed({}))).name == "zip"
    assert detect(Start("x.zip", b"no zip")).name == "text"
    office = packed({"[Content_Types].xml": "<Types/>", "word/document.xml": "<x/>"})
    assert detect(Start("x.zip", office)).name == "docx"


def lying(size: int) -> bytes:
    """A directory that says another size than what comes out."""
    raw = bytearray(packed({"a.txt": WORDS * 1000}))
    at = raw.rindex(b"PK\1\2")
    raw[at + 24 : at + 28] = struct.pack("<I", size)
    return bytes(raw)


def encrypted() -> bytes:
    raw = bytearray(packed({"a.txt": WORDS}))
    for mark, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        raw[raw.index(mark) + at] |= 1
    return bytes(raw)


HOSTILE = {
    "bomb": packed({"a.txt": b"\0" * 60_000_000}),
    "many bombs": packed({f"{n}.txt": b"a" * 900_000 for n in range(100)}),
    "too many": packed({f"{n}.txt": b"a" for n in range(10_001)}, zipfile.ZIP_STORED),
    "outwards": packed({"../a.txt": WORDS}),
    "root": packed({"/etc/a.txt": WORDS}),
    "empty": packed({}),
    "hidden only": packed({".a.txt": WORDS}),
    "folders only": packed({"a/": "", "b/": ""}),
    "cut off": packed({"a.txt": WORDS})[:-30],
    "head only": b"PK\3\4",
    "larger": lying(10),
    "smaller": lying(10_000_000),
    "encrypted": encrypted(),
    "huge": b"PK\3\4" + b"a" * 65 * 1024 * 1024,
    "zip in zip": packed({f"{n}.zip": packed({"a.txt": WORDS}) for n in range(200)}),
}


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE)
def test_hostile_archives_are_refused_in_words(raw):
    began = time.perf_counter()
    found = entries(raw)
    assert time.perf_counter() - began < 30
    if sum(isinstance(entry, Document) for entry in found) != 100:
        assert found and all(isinstance(entry, Unreadable) for entry in found)
        assert all(entry.sentence.endswith(".") for entry in found)


def test_a_zip_of_xml_that_is_not_compressed_is_a_zip():
    item = f"<?xml version='1.0'?><nitf><body><body.content><p>{WORDS}</p></body.content></body></nitf>"
    found = entries(packed({"goats.xml": item}, zipfile.ZIP_STORED))
    assert [(one.format, one.text) for one in found if isinstance(one, Document)] == [("nitf", WORDS)]
