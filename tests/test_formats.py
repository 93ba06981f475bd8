"""Files in every format that is read, and what must come out of them: see `formats/README.md`."""

from __future__ import annotations

import io
import os
import random
from pathlib import Path

import pytest

from checker.readers import DEBUG, Document, Unreadable, read

FOLDER = Path(__file__).with_name("formats")
EXPECTED = ".expected"
FILES = sorted(
    path
    for path in FOLDER.rglob("*")
    if path.is_file() and path.suffix != EXPECTED and path.name != "README.md" and not path.name.startswith(".")
)
BORDER = "\n=====\n"


def described(entry: Document | Unreadable) -> str:
    """What a reader made of one entry, as the `.expected` files have it."""
    if isinstance(entry, Unreadable):
        return f"unreadable: {entry.sentence}\n"
    fields = {
        "id": entry.id,
        "name": entry.name,
        "format": entry.format,
        "kind": entry.kind,
        "title": entry.title,
        "holder": entry.holder,
        "story": entry.story,
        "version": entry.version,
        "place": entry.place,
        "encoding": entry.encoding,
        **{f"metadata.{key}": value for key, value in sorted(entry.metadata.items())},
    }
    head = [f"{name}: {value}" for name, value in fields.items() if value]
    head += [f"incomplete: {sentence}" for sentence in entry.incomplete]
    head += [f"warning: {sentence}" for sentence in entry.warnings]
    head += [f"part: {part.label} {entry.text[part.start : part.end]!r}" for part in entry.parts]
    return "\n".join(head) + f"\n\n{entry.text}\n"


def entries(path: Path) -> list[Document | Unreadable]:
    return list(read(path.relative_to(FOLDER).as_posix(), io.BytesIO(path.read_bytes())))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(FOLDER).as_posix())
def test_a_file_is_read_as_expected(path: Path) -> None:
    found = BORDER.join(map(described, entries(path)))
    expected = path.with_name(path.name + EXPECTED)
    if os.environ.get("UPDATE_FORMATS"):
        expected.write_text(found, encoding="utf-8", newline="")
    assert expected.exists(), "write it with UPDATE_FORMATS=1, and read what was written before you keep it"
    assert found == expected.read_bytes().decode("utf-8")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(FOLDER).as_posix())
def test_every_piece_of_a_text_leads_back_to_the_file(path: Path) -> None:
    """Where the file has characters of its own: what was taken over as it stood stands there still."""
    for entry in entries(path):
        if isinstance(entry, Unreadable) or entry.offsets is None:
            continue
        begins, starts, ends = entry.offsets.begins, entry.offsets.starts, entry.offsets.ends
        assert begins[0] == 0 and begins[-1] == len(entry.text)
        for number in range(len(starts)):
            piece = entry.text[begins[number] : begins[number + 1]]
            there = entry.original[starts[number] : ends[number]]
            if len(there) == len(piece) and "&" not in there:
                assert there == piece or (not piece.strip() and not there.strip())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(FOLDER).as_posix())
def test_parts_lie_within_the_text_in_order(path: Path) -> None:
    for entry in entries(path):
        if isinstance(entry, Document):
            reached = 0
            for part in entry.parts:
                assert reached <= part.start <= part.end <= len(entry.text)
                reached = part.end


def damaged(raw: bytes, chance: random.Random) -> bytes:
    """The file as a bad line would deliver it: bytes lost, doubled, exchanged, cut off, or markup set in."""
    out = bytearray(raw)
    for _ in range(chance.choice([1, 2, 5, 20])):
        at = chance.randrange(len(out) + 1)
        what = chance.randrange(5)
        if what == 0:
            out[at : at + chance.randrange(1, 200)] = b""
        elif what == 1:
            out[at:at] = out[at : at + chance.randrange(1, 200)]
        elif what == 2:
            out[at : at + 1] = bytes([chance.randrange(256)])
        elif what == 3:
            out[at:at] = chance.choice(SET_IN)
        elif chance.random() < 0.2:
            del out[at:]
    return bytes(out)


SET_IN = (
    b"<",
    b">",
    b"&",
    b'"',
    b"{",
    b"]",
    b"\0",
    b"\x03",
    b"</p>",
    b"<![CDATA[",
    b"\xff\xfe",
    b"\r\n\r\n",
    b"&#x110000;",
)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(FOLDER).as_posix())
def test_a_damaged_file_makes_entries_and_no_reader_fails(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DEBUG, "1")  # an error of a reader is not told in a sentence, but raised
    chance = random.Random(path.name)
    raw = path.read_bytes()
    for _ in range(40):
        for entry in read(path.name, io.BytesIO(damaged(raw, chance))):
            if isinstance(entry, Document) and entry.offsets is not None:
                assert entry.offsets.begins[-1] == len(entry.text)
                assert (entry.offsets.ends <= len(entry.original)).all()
