"""Small files that are there whole or not at all, and only for their owner."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fingerprints.stores.keyfile import sync_directory


def write_whole(path: Path, data: bytes, *, durably: bool = False) -> None:
    """Write a file in one step: who reads it meanwhile sees the old one or the new one. Raises OSError."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:  # noqa: PTH123
            file.write(data)
            if durably:
                file.flush()
                os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    if durably:
        sync_directory(path.parent)


def write_durably(path: Path, data: bytes) -> None:
    """The same, and on the disk when it returns."""
    write_whole(path, data, durably=True)


def write_json(path: Path, values: Mapping[str, Any], *, durably: bool = True) -> None:
    """An object, as ASCII."""
    write_whole(path, json.dumps(values).encode("ascii"), durably=durably)


def read_json(path: Path) -> dict[str, Any] | None:
    """The object in a file; None when there is no such file, or it holds something else."""
    try:
        values = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return values if isinstance(values, dict) else None
