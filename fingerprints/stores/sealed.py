"""Texts as SQLite keeps them, and checksums of our own over them."""

from __future__ import annotations

import json
from hashlib import blake2b

from fingerprints.errors import IndexDamaged


def encode(text: str) -> bytes:
    """A string as bytes, whatever is in it."""
    return text.encode("utf-8", "surrogatepass")


def decode(stored: object) -> str:
    """The string that `encode` made bytes of. Raises IndexDamaged or UnicodeDecodeError."""
    if not isinstance(stored, bytes):
        raise unreadable()
    return stored.decode("utf-8", "surrogatepass")


def unreadable() -> IndexDamaged:
    """The error for values of the wrong kinds."""
    return IndexDamaged("A line of the index's catalogue cannot be read; run `wirecheck doctor` on the index.")


def as_json(value: object) -> str:
    """A value always in the same letters."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def checksum(person: bytes, *parts: str | bytes) -> bytes:
    """Of several parts in this order; `person` keeps checksums of different things apart."""
    digest = blake2b(digest_size=16, person=person)
    for part in parts:
        part = encode(part) if isinstance(part, str) else part
        digest.update(len(part).to_bytes(8, "little"))
        digest.update(part)
    return digest.digest()
