"""The report about a text that could not be checked: incomplete, never clear."""

from __future__ import annotations

from checker.invariants import unjudged
from checker.model import Report


def unchecked(id: str, sentence: str) -> Report:
    """A report that says only why there is none."""
    return unjudged(id, "", f"{sentence[:1].lower()}{sentence[1:]}".rstrip("."))
