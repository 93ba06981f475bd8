"""How the server and its workers talk over pipes: a JSON object and raw bytes, each behind its length."""

from __future__ import annotations

import asyncio
import json
import struct
from collections.abc import Mapping
from typing import Any, BinaryIO

LENGTHS = struct.Struct("<II")


def packed(header: Mapping[str, Any], body: bytes = b"") -> bytes:
    """One message. `body` may have up to 4 GiB."""
    head = json.dumps(header, allow_nan=False).encode()
    return b"".join((LENGTHS.pack(len(head), len(body)), head, body))


def read(pipe: BinaryIO) -> tuple[dict[str, Any], bytes] | None:
    """The next message, None at the end. Blocks; raises EOFError when the other side ended within a message."""
    start = pipe.read(LENGTHS.size)
    if not start:
        return None
    if len(start) < LENGTHS.size:
        raise EOFError
    head, body = LENGTHS.unpack(start)
    raw, blob = pipe.read(head), pipe.read(body)
    if len(raw) + len(blob) < head + body:
        raise EOFError
    return json.loads(raw), blob


async def receive(pipe: asyncio.StreamReader) -> tuple[dict[str, Any], bytes]:
    """The next message. Raises asyncio.IncompleteReadError (an EOFError) when there is none."""
    head, body = LENGTHS.unpack(await pipe.readexactly(LENGTHS.size))
    raw = await pipe.readexactly(head)
    return json.loads(raw), await pipe.readexactly(body)
