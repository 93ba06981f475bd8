"""The bytes of a policy file to values, or one sentence about why they are no TOML."""

from __future__ import annotations

import re
import tomllib
from contextlib import suppress
from datetime import date, time
from pathlib import Path
from typing import Any

from checker.model import Severity
from checker.policy.problems import PolicyProblem, Problem
from checker.policy.times import MONTHS

MOST_BYTES = 1_000_000
LONGEST_LINE = 4_000
"""Characters. tomllib's time grows with the square of the parts of a key, and a key stands on one line."""
DEEP = re.compile(r"(?:[\[{]\s*+){40}")
TOO_DEEP = "brackets are nested too deeply here"
AT = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d))?)?")


def bytes_of(path: Path) -> bytes:
    """A file whole. Raises PolicyProblem when it cannot be read or is too long."""
    try:
        with path.open("rb") as stream:
            raw = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise _unusable(path, 0, 0, f"the policy cannot be read: {error.strerror}") from error
    if len(raw) > MOST_BYTES:
        raise _unusable(path, 0, 0, f"it has more than {MOST_BYTES:,} bytes, and no policy is that long")
    return raw


def parsed(path: Path, raw: bytes) -> tuple[dict[str, Any], str]:
    """The values, and the text with one kind of line end. Raises PolicyProblem, with the line."""
    try:
        text = raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        reached = raw.count(b"\n", 0, error.start) + 1
        raise _unusable(path, reached, 0, "this is not UTF-8; save the file in that encoding") from None
    lines = text.split("\n")
    for number, line in enumerate(lines, 1):
        if len(line) > LONGEST_LINE:
            raise _unusable(path, number, 0, f"a line has at most {LONGEST_LINE:,} characters; break this one")
        if DEEP.search(line):
            raise _unusable(path, number, 0, TOO_DEEP)
    try:
        return tomllib.loads(text), text
    except RecursionError:
        opening = [line.count("[") + line.count("{") for line in lines]
        raise _unusable(path, opening.index(max(opening)) + 1, 0, TOO_DEEP) from None
    except tomllib.TOMLDecodeError as error:
        raise _no_toml(path, lines, str(error)) from None


def _no_toml(path: Path, lines: list[str], said: str) -> PolicyProblem:
    """What tomllib says, with its place apart; a date that does not exist by its name."""
    at = AT.search(said)
    line, column = (int(at.group(1)), int(at.group(2))) if at and at.group(1) else (len(lines), 0)
    said = said[: at.start()] if at else said
    sentence = _impossible(lines[line - 1]) or f"this is no TOML: {said[:1].lower()}{said[1:]}"
    return _unusable(path, line, column, sentence)


def _unusable(path: Path, line: int, column: int, sentence: str) -> PolicyProblem:
    return PolicyProblem(path, [Problem(line, column, Severity.ERROR, sentence)])


def _impossible(line: str) -> str:
    """What is wrong with a date on a line; "" when that is not what is wrong."""
    for found in DATE.finditer(line):
        year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
        try:
            date(year, month, day)
        except ValueError:
            named = 0 < month <= 12 and 0 < day <= 31
            return f"there is no {day} {MONTHS[month - 1]} {year}" if named else f"{found.group()} is no date"
        with suppress(ValueError):
            time(hour, minute, second)
            continue
        return f"{found.group()} is no time"
    return ""
