"""Printing: colours where they are wanted, plain text everywhere else."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from checker.reports.plain import Line

WIDEST = 150
NARROWEST = 40

# Select Graphic Rendition codes by the names in checker.reports.columns.Style.
CODES = {
    "strong": "1",
    "faint": "2",
    "good": "1;32",
    "bad": "1;31",
    "doubt": "1;33",
    "note": "1;36",
    "alarm": "1;97;41",
    "match": "33",
    "added": "1;4;32",
    "removed": "9;31",
}


def is_terminal(stream: TextIO) -> bool:
    """Whether a person reads along."""
    try:
        return stream.isatty()
    except ValueError:
        return False


def wants_colour(stream: TextIO) -> bool:
    """On a terminal, unless NO_COLOR is set; anywhere when FORCE_COLOR is."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return is_terminal(stream) and os.environ.get("TERM", "") != "dumb"


def width() -> int:
    """Columns to write in."""
    return max(NARROWEST, min(WIDEST, shutil.get_terminal_size((80, 24)).columns))


def painted(line: Line, colour: bool) -> str:
    """A line of the plain report as it goes to the terminal, without spaces at its end."""
    parts = list(line)
    while parts and not parts[-1][0].strip():
        parts.pop()
    if not colour:
        return "".join(text for text, _ in parts).rstrip()
    return "".join(f"\x1b[{CODES[style]}m{text}\x1b[0m" if style in CODES else text for text, style in parts)


def ready(stream: TextIO) -> None:
    """Let nothing that the stream's encoding lacks stop the output."""
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(errors="backslashreplace")


def write(text: str) -> None:
    """A line on standard output."""
    sys.stdout.write(text + "\n")
