"""JSON as evidence has it: one way to write the same values, and a strict way to read them."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from checker.bundle.problems import EvidenceProblem

MOST_DIGITS = 15
"""Of a whole number: all of those that every reader of JSON knows exactly."""


def written(values: Any) -> bytes:
    """Values as JSON: names sorted, ASCII, one value a line, and a line end."""
    return json.dumps(values, sort_keys=True, indent=1, ensure_ascii=True, allow_nan=False).encode() + b"\n"


def read(raw: bytes, name: str) -> dict[str, Any]:
    """The object in a part of this name. Raises EvidenceProblem when it is none, or not as `written` writes it."""
    try:
        values = json.loads(raw, parse_constant=_refuse, parse_int=_whole)
        again = written(values) if isinstance(values, dict) else b""
    except (ValueError, RecursionError):
        raise EvidenceProblem(f"{name} is no JSON that Wirecheck writes.") from None
    if raw != again:
        raise EvidenceProblem(f"{name} is not written as Wirecheck writes it.")
    return values  # type: ignore[no-any-return]


def digest(data: bytes) -> str:
    """SHA-256, hexadecimal."""
    return sha256(data).hexdigest()


def as_bytes(text: str) -> bytes:
    """A text in UTF-8, a lone surrogate (that no text should have) as three bytes, so that nothing of it is lost."""
    return text.encode("utf-8", "surrogatepass")


def as_text(data: bytes, name: str) -> str:
    """The text in a part. Raises EvidenceProblem when it is none."""
    try:
        return data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        raise EvidenceProblem(f"{name} is not in UTF-8.") from None


def _refuse(name: str) -> Any:
    raise ValueError(name)


def _whole(digits: str) -> int:
    if len(digits) > MOST_DIGITS + 1:
        raise ValueError("too large")
    return int(digits)
