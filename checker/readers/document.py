"""What every reader makes of its bytes: documents, and entries that are none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

MOST_BYTES = 256 * 1024 * 1024
"""The largest single text that is read; of a larger one only the beginning is judged, and the report says so."""


@dataclass(frozen=True, slots=True)
class Document:
    """One text as it came in, and what came with it.

    `incomplete` says in sentences what of it could not be read: such a text is never
    clear. `place` says where in its file it stood ("line 3"), when it had a file to itself: "".
    """

    id: str
    text: str
    title: str = ""
    holder: str = ""
    story: str = ""
    version: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)
    incomplete: tuple[str, ...] = ()
    place: str = ""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An entry that is no document. `place` is the file and the line, `sentence` what is wrong with it."""

    place: str
    sentence: str
