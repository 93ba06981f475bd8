"""Files in every format that is read, and what must come out of them: see `formats/README.md`."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from checker.readers import Document, Unreadable, read

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
