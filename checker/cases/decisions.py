"""What people decided about cases: an append-only log of JSON lines, each holding the hash of the line before it.

A line that was changed, removed or put elsewhere breaks the chain, and that is said. A line that a crash cut short is
said too; it stays where it is, and later lines go on after it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, BinaryIO

from checker.audit.problems import AuditProblem
from checker.audit.whole import to_disk

LOG = "decisions.jsonl"
START = "0" * 64
"""What the first line names as the hash of the line before."""
LONGEST = 4000
"""Characters of a reason or a note."""


class State(StrEnum):
    """What became of a case."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    LICENSED = "licensed"
    DISMISSED = "dismissed"
    SENT = "sent"


@dataclass(frozen=True, slots=True)
class Decision:
    """One line of the log. `at` is UTC, ISO 8601.

    `pages`, `words` and `severity` are what the case came to when it was decided. `before` is the SHA-256 of the line
    before, hexadecimal, without its line end.
    """

    case: str
    state: State
    by: str
    at: str
    reason: str = ""
    note: str = ""
    pages: int = 0
    words: int = 0
    severity: str = ""
    before: str = START


@dataclass(frozen=True, slots=True)
class Log:
    """The log as it was read: decisions in order, what is wrong with it in sentences, and its raw lines."""

    decisions: tuple[Decision, ...] = ()
    problems: tuple[str, ...] = ()
    lines: tuple[bytes, ...] = ()
    cut: bool = False

    def last(self) -> dict[str, Decision]:
        """The last decision on each case."""
        return {one.case: one for one in self.decisions}


def read_log(folder: Path) -> Log:
    """The log of an audit's folder; an empty one where there is none. Raises OSError when it cannot be read."""
    try:
        raw = (folder / LOG).read_bytes()
    except FileNotFoundError:
        return Log()
    return parsed(raw)


def parsed(raw: bytes) -> Log:
    """A log from its bytes. Nothing in it stops the reading; what is wrong is told with its line."""
    lines = raw.split(b"\n")
    cut = bool(lines[-1])
    lines = lines if cut else lines[:-1]
    decisions, problems = [], []
    before = START
    for number, line in enumerate(lines, 1):
        found = decision_of(line)
        if found is None:
            last = number == len(lines) and cut
            problems.append(_CUT.format(number) if last or _was_cut(lines, number) else _STRANGE.format(number))
        else:
            if found.before != before:
                problems.append(_BROKEN.format(number, number - 1))
            decisions.append(found)
        before = digest(line)
    return Log(tuple(decisions), tuple(problems), tuple(lines), cut)


_CUT = "Line {} of decisions.jsonl was cut short, as by a crash; what it said is lost, and was not acknowledged."
_STRANGE = "Line {} of decisions.jsonl is no decision; it was changed."
_BROKEN = "Line {} of decisions.jsonl does not follow line {}: one of both was changed, or lines were removed or moved."


def digest(line: bytes) -> str:
    """SHA-256 of a line without its end, hexadecimal."""
    return hashlib.sha256(line).hexdigest()


def append(folder: Path, decisions: Sequence[Decision]) -> list[Decision]:
    """Add decisions at the end, safe on disk when this returns; what they say in `before` is set here.

    One at a time writes, whoever it is. Raises AuditProblem when the log cannot be written.
    """
    try:
        with held(folder / LOG) as file:
            raw = file.read()
            log = parsed(raw)
            before = digest(log.lines[-1]) if log.lines else START
            # a line that was cut gets its end, and counts as a line in the chain
            out = b"\n" if log.cut else b""
            chained = []
            for one in decisions:
                linked = _linked(one, before)
                line = written(linked)
                chained.append(linked)
                out += line + b"\n"
                before = digest(line)
            _add(file.fileno(), out, len(raw))
            if not raw:
                to_disk(folder)  # the name of a new log, too
    except OSError as error:
        raise AuditProblem(
            f"The decision was not kept: {folder / LOG} cannot be written ({error.strerror})."
        ) from error
    return chained


def _add(handle: int, out: bytes, size: int) -> None:
    """All of `out` at the end of a file of `size` bytes, safe on disk, or none of it."""
    try:
        rest = memoryview(out)
        while rest:
            rest = rest[os.write(handle, rest) :]
        os.fsync(handle)
    except OSError:
        os.ftruncate(handle, size)
        raise


def written(decision: Decision) -> bytes:
    """A decision as its line, without the line end; ASCII throughout."""
    return json.dumps(asdict(decision), ensure_ascii=True).encode()


def _linked(decision: Decision, before: str) -> Decision:
    return Decision(**(asdict(decision) | {"state": decision.state, "before": before}))


@contextlib.contextmanager
def held(path: Path) -> Iterator[BinaryIO]:
    """The file, open for reading and for adding at its end, while nobody else adds to it. Raises OSError."""
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0), 0o644)
        with os.fdopen(handle, "r+b", buffering=0) as file:
            _lock(handle)
            if not _is_at(handle, path):
                continue  # while we waited another file took its place
            yield file
            return


def _is_at(handle: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), path.lstat())
    except FileNotFoundError:
        return False


def _lock(handle: int) -> None:
    with contextlib.suppress(ImportError):  # Windows: nothing keeps a second process waiting
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX)


def _was_cut(lines: Sequence[bytes], number: int) -> bool:
    """Whether the beginning of a line is all that is there, and the next one was chained to that."""
    line = lines[number - 1]
    after = decision_of(lines[number]) if number < len(lines) else None
    return after is not None and after.before == digest(line)


def decision_of(line: bytes) -> Decision | None:
    """What a line says; None when it is no decision."""
    try:
        values: Any = json.loads(line)
        if not isinstance(values, dict) or any(
            not isinstance(values.get(name), str) for name in ("case", "state", "by", "at", "before")
        ):
            return None
        texts = {name: values.get(name, "") for name in ("reason", "note", "severity")}
        counts = {name: values.get(name, 0) for name in ("pages", "words")}
        if not all(isinstance(one, str) for one in texts.values()) or not all(
            type(one) is int for one in counts.values()
        ):
            return None
        return Decision(
            values["case"],
            State(values["state"]),
            values["by"],
            values["at"],
            before=values["before"],
            **texts,
            **counts,
        )
    except (ValueError, RecursionError):
        return None
