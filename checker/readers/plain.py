"""A text file to a document: whatever no other reader knows, in any encoding. The text is the file's text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from checker.readers.document import Document, Unreadable
from checker.readers.encoding import Decoded, read_each
from checker.readers.formats import Format, Start, whole

GUESSED = "it does not say how its letters are encoded; read as {}"
REFUSED = (
    (b"\x89PNG", "It is a picture (PNG); words in pictures are not read."),
    (b"\xff\xd8\xff", "It is a picture (JPEG); words in pictures are not read."),
    (b"GIF8", "It is a picture (GIF); words in pictures are not read."),
    (b"II*\0", "It is a picture (TIFF); words in pictures are not read."),
    (b"MM\0*", "It is a picture (TIFF); words in pictures are not read."),
    (b"OggS", "It is sound or video (Ogg); spoken words are not read."),
    (b"ID3", "It is sound (MP3); spoken words are not read."),
    (b"7z\xbc\xaf\x27\x1c", "It is a 7z archive. Unpack it, or pack it as zip."),
    (b"Rar!\x1a\x07", "It is a RAR archive. Unpack it, or pack it as zip."),
    (b"BZh", "It is packed with bzip2. Unpack it."),
    (b"\xfd7zXZ\0", "It is packed with xz. Unpack it."),
    (b"\x28\xb5\x2f\xfd", "It is packed with zstd. Unpack it."),
)
"""Beginnings of files that hold words which are not read here, and what to do."""


def read(name: str, stream: BinaryIO) -> Iterator[Document | Unreadable]:
    """The whole stream as one document."""
    raw, doubts = whole(stream)
    refusal = next((sentence for magic, sentence in REFUSED if raw.startswith(magic)), "")
    if refusal:
        yield Unreadable(name, refusal)
        return

    def make(decoded: Decoded) -> Document:
        guessed = decoded.encoding and not decoded.encoding.startswith("utf")
        return Document(
            name,
            decoded.text,
            incomplete=(*doubts, decoded.doubt) if decoded.doubt else doubts,
            encoding=decoded.encoding,
            warnings=(GUESSED.format(decoded.encoding),) if guessed else (),
        )

    yield read_each(raw, (), make)


def looks(start: Start) -> bool:
    """Everything."""
    return True


FORMAT = Format("text", "plain text in any encoding", looks, read, (".txt", ".text"))
