"""Outlook's messages and old Office files: read, or refused for what they are."""

from __future__ import annotations

import io
import os
import struct
import time
from typing import Any

import pytest

from checker.readers import Document, Unreadable, convert, read
from tests.docx_by_hand import docx, paragraph
from tests.office_by_hand import rich
from tests.ole_by_hand import Tree, compound, message, stored

FERRY = "The old ferry left Skerrow at dawn with nine goats aboard."
HENS = "Nobody counted the hens, Meridian Press learned."
installed = pytest.mark.skipif(
    not convert.is_there() and not os.environ.get("CI"), reason="LibreOffice is not installed, and in CI it must be"
)


def entries(raw: bytes, name: str = "ferry.msg") -> list[Document | Unreadable]:
    return list(read(name, io.BytesIO(raw)))


def refusal(raw: bytes, name: str) -> str:
    (found,) = entries(raw, name)
    assert isinstance(found, Unreadable), found
    return found.sentence


def texts(raw: bytes) -> list[str]:
    found = entries(raw)
    assert all(isinstance(entry, Document) for entry in found), found
    return [entry.text for entry in found if isinstance(entry, Document)]


def test_a_message_is_read_like_a_mail() -> None:
    found = entries(compound(message("Ferry", f"{FERRY}\r\n\r\n{HENS}")))
    (letter,) = [entry for entry in found if isinstance(entry, Document)]
    assert letter.text.split("\n\n", 1)[0] == "Ferry" and FERRY in letter.text and HENS in letter.text
    assert (letter.id, letter.format, letter.incomplete) == ("ferry.msg", "ole", ())
    assert letter.metadata["from"] == "Night desk"


def test_the_forms_of_a_body() -> None:
    page = f"<html><head><meta charset='utf-8'></head><body><p>{FERRY} Ørjan.</p></body></html>".encode()
    assert any(f"{FERRY} Ørjan." in text for text in texts(compound(message("Ferry", html=page))))
    assert any(FERRY in text for text in texts(compound(message("Ferry", rich=stored(rich([FERRY, HENS, FERRY]))))))
    long = "\r\n".join([FERRY, HENS] * 200)
    assert long.replace("\r\n", "") in texts(compound(message("Ferry", long)))[0].replace("\r\n", "").replace("\n", "")


PACKED = "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"


def test_packed_rich_text_is_unpacked() -> None:
    """The example of MS-OXRTFCP, 4.1.1."""
    found = entries(compound(message(rich=bytes.fromhex(PACKED), plain="x")))
    assert len(found) == 1  # it says little more than the plain text
    more = bytes.fromhex(PACKED)
    child = import_child()
    assert child._unpack(more) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    assert child._unpack(more[:30]).startswith(b"{\\rtf1")
    assert child._unpack(b"") == b""


def import_child() -> Any:
    from checker.readers import ole_child

    return ole_child


def test_what_is_attached_to_a_message_is_read() -> None:
    inner = message("Hens", HENS)
    found = texts(compound(message("Ferry", "See below.", notes_docx=docx(paragraph(FERRY)), hens=inner)))
    assert found[1] == FERRY and HENS in found[2]


def test_an_attachment_that_is_not_there_is_said() -> None:
    (found,) = entries(compound(message("Ferry", FERRY, lost={})))
    assert isinstance(found, Document) and found.incomplete == ("1 of the files attached to it were not read",)


def word(encrypted: bool = False) -> bytes:
    return struct.pack("<HHHHHH", 0xA5EC, 0xC1, 0, 0, 0, 0x0100 if encrypted else 0) + bytes(5000)


@pytest.mark.parametrize(
    ("tree", "why"),
    [
        ({"EncryptedPackage": b"x"}, "password"),
        ({"WordDocument": word(encrypted=True)}, "password"),
        ({"VisioDocument": b"x"}, "Visio"),
        ({"Quill": {"QuillSub": {"CONTENTS": b"x"}}}, "Publisher"),
        ({"\u4840\u3f3f\u4577": b"x"}, "installer"),
        ({"Something": b"x"}, "kind that is not known"),
    ],
)
def test_what_is_refused_is_refused_for_what_it_is(tree: Tree, why: str) -> None:
    assert why in refusal(compound(tree), "file.doc")


def test_old_office_files_without_libreoffice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(convert, "is_there", lambda: False)
    for name, stream, why in (
        ("a.doc", "WordDocument", "an old Word file (.doc)"),
        ("a.xls", "Workbook", "an old spreadsheet (.xls)"),
        ("a.ppt", "PowerPoint Document", "an old presentation (.ppt)"),
    ):
        sentence = refusal(compound({stream: word()}), name)
        assert why in sentence and "install LibreOffice" in sentence
    assert "WordPerfect" in refusal(b"\xffWPC" + bytes(100), "a.wpd")


@installed
@pytest.mark.slow
def test_old_word_files_are_read_through_libreoffice() -> None:
    new = convert.convert(docx(paragraph(FERRY) + paragraph(HENS)), "docx", "doc")
    assert new.startswith(b"\xd0\xcf\x11\xe0")
    (found,) = entries(new, "ferry.doc")
    assert isinstance(found, Document) and found.text == f"{FERRY}\n{HENS}"
    assert (found.format, found.incomplete, found.warnings) == ("ole", (), ())


@installed
@pytest.mark.slow
def test_an_old_word_file_of_which_nothing_comes_is_refused() -> None:
    sentence = refusal(compound({"WordDocument": word()}), "ferry.doc")
    assert "LibreOffice could not open it" in sentence
    assert "or LibreOffice was installed without Writer." in sentence


def circular() -> bytes:
    """A folder whose entry is its own neighbour."""
    raw = bytearray(compound(message("Ferry", FERRY)))
    at = raw.index("__substg1.0_1000001F".encode("utf-16-le"))
    return bytes(raw[: at + 68] + struct.pack("<II", 1, 1) + raw[at + 76 :])


@pytest.mark.parametrize(
    "raw",
    [compound(message("Ferry", FERRY))[:700], b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000), circular()],
    ids=["cut off", "zeros", "circular"],
)
def test_what_is_damaged_is_never_clean(raw: bytes) -> None:
    began = time.monotonic()
    for entry in entries(raw):
        assert isinstance(entry, Unreadable) or entry.incomplete or FERRY in entry.text
    assert time.monotonic() - began < 20
