"""What goes between the coordinator of an audit and a process that judges: Arrow streams, with their lengths ahead.

A frame is a letter that says what it is, a length of eight bytes, and so many bytes. Nothing is unpickled.
"""

from __future__ import annotations

import struct
from typing import Protocol

import pyarrow as pa

HELLO, PAGES, BEGUN, RESULTS = b"H", b"P", b"B", b"R"
"""The judge is ready; a chunk of pages; it begins with the next page; the results of a chunk."""
HEAD = struct.Struct(">cQ")
LARGEST = 1 << 33


class Cut(Exception):
    """The stream ended, or what comes is no frame."""


class Bytes(Protocol):
    """What frames are read from: `read` gives fewer bytes than asked for only at the end."""

    def read(self, size: int, /) -> bytes:
        """So many bytes."""
        ...


def packed(batch: pa.RecordBatch) -> bytes:
    """A batch as an Arrow stream of its own."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    return sink.getvalue().to_pybytes()  # type: ignore[no-any-return]


def unpacked(stream: bytes | pa.Buffer) -> pa.RecordBatch:
    """The batch of such a stream. Raises pa.ArrowException where it is none."""
    with pa.ipc.open_stream(stream) as reader:
        return reader.read_next_batch()


def framed(kind: bytes, body: bytes = b"") -> bytes:
    """A frame."""
    return HEAD.pack(kind, len(body)) + body


def frame(stream: Bytes) -> tuple[bytes, bytes]:
    """The next frame: its letter and what is in it. Raises Cut."""
    kind, length = HEAD.unpack(_exactly(stream, HEAD.size))
    if kind not in (HELLO, PAGES, BEGUN, RESULTS) or length > LARGEST:
        raise Cut
    return kind, _exactly(stream, length)


def _exactly(stream: Bytes, size: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise Cut
    return data
