"""On which line of a TOML file each table and key stands. tomllib knows the values and says nothing of their places.

A scanner of headers, keys, strings and brackets, line by line; what it finds is held against what tomllib has read, and
what does not agree is left out, so that a place is right or not known. Arrays of tables inside of others have the line
of the outer one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

Path = tuple[str | int, ...]
KEY = r"""(?:[A-Za-z0-9_-]++|"[^"\\\n]*+"|'[^'\n]*+')"""
DOTTED = rf"[ \t]*+{KEY}[ \t]*+(?:\.[ \t]*+{KEY}[ \t]*+)*+"
HEADER = re.compile(rf"[ \t]*+(\[\[?)({DOTTED})\]")
ASSIGNED = re.compile(rf"({DOTTED})=")
PART = re.compile(KEY)
PIECE = re.compile(r'''"""|\'\'\'|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+'|[\[\]{}]|#[^\n]*+''')
"""What in a value matters for where it ends."""

DEEPEST = 8
"""How many parts of a path are told apart."""


class Places:
    """Lines by path: ("licence", 0, "until"), ("house",), ("agencies",)."""

    def __init__(self, text: str, values: Mapping[str, Any]) -> None:
        self._lines: dict[Path, int] = {}
        counts: dict[Path, int] = {}
        for path, line in scan(text):
            if path[-1:] == (-1,):
                number = counts[path] = counts.get(path, -1) + 1
                path = (*path[:-1], number)
            elif number_of := [(*path[:n], -1) for n in range(1, len(path)) if (*path[:n], -1) in counts]:
                above = number_of[-1]
                path = (*above[:-1], counts[above], *path[len(above) - 1 :])
            if _is_there(values, path):
                for n in range(1, min(len(path), DEEPEST) + 1):
                    self._lines.setdefault(path[:n], line)

    def of(self, *path: str | int) -> int:
        """The line of the key or table, else of the nearest one above it that has a line; 0 for none."""
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, 0)


def scan(text: str) -> Iterator[tuple[Path, int]]:
    """Every header and key with its line, as they stand; a table of an array has -1 behind its path."""
    table: Path = ()
    depth, quote = 0, ""
    for number, line in enumerate(text.split("\n"), 1):
        rest = line
        if not depth and not quote:
            if header := HEADER.match(line):
                table = _parts(header.group(2))
                yield (*table, -1) if header.group(1) == "[[" else table, number
                continue
            assigned = ASSIGNED.match(line)
            if not assigned:
                continue
            yield (*table, *_parts(assigned.group(1))), number
            rest = line[assigned.end() :]
        depth, quote = _after(rest, depth, quote)


def _parts(dotted: str) -> Path:
    return tuple(part.strip("\"'") if part[0] in "\"'" else part for part in PART.findall(dotted))


def _after(rest: str, depth: int, quote: str) -> tuple[int, str]:
    """How deep in brackets, and in which long string, a value is at the end of its line."""
    at = 0
    while at < len(rest):
        if quote:
            end = rest.find(quote, at)
            while quote == '"""' and end > 0 and (len(rest[:end]) - len(rest[:end].rstrip("\\"))) % 2:
                end = rest.find(quote, end + 1)
            if end < 0:
                return depth, quote
            at, quote = end + 3, ""
            continue
        piece = PIECE.search(rest, at)
        if not piece:
            break
        found, at = piece.group(), piece.end()
        if found in ('"""', "'''"):
            quote = found
        elif found in "[{":
            depth += 1
        elif found in "]}":
            depth = max(0, depth - 1)
    return depth, quote


def _is_there(values: Any, path: Path) -> bool:
    """Whether tomllib has read something at this path."""
    for part in path:
        if isinstance(part, int):
            if not isinstance(values, list) or part >= len(values):
                return False
        elif not isinstance(values, dict) or part not in values:
            return False
        inside: Any = values
        values = inside[part]
    return True
