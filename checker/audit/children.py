"""The pages of an audit's inputs out of a child process, which is begun anew behind a file that ended it."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import pyarrow as pa

from checker.audit.inputs import Input
from checker.audit.patient import Late, Reading
from checker.audit.problems import AuditProblem
from checker.audit.schema import pages_batch
from checker.audit.source import Position
from checker.audit.source_child import DONE, POSITION
from checker.audit.split import unreadable
from checker.readers.child import KEPT, OUT_OF_MEMORY, signal_name

PROGRAM = Path(__file__).with_name("source_child.py")
MB = 1 << 20
MEMORY = 2048 * MB
"""What a child may take."""
STARTS = 3
"""Children that may end, one after another, before they read anything; then it is not the inputs."""
WAITING = 120.0
"""Seconds without a word after which a child is ended; it says one every few seconds while it reads."""
STARTING = 120.0
"""Seconds in which a child must have begun."""


class Died(Exception):
    """The child ended before its work; the message is a sentence."""


def pages_from_child(
    inputs: Sequence[Input], *, memory: int = MEMORY, waiting: float = WAITING
) -> Iterator[pa.RecordBatch]:
    """Batches of PAGES: every page of `pages(inputs)`, in that order and with those numbers.

    A file that ends the process is read again, page by page; if it does so again, what came before it does is kept,
    and one page that says so stands for the rest of that file. The child ends with the thread that began to iterate.
    `memory` in bytes, `waiting` in seconds without a word. Raises AuditProblem: no process can be started.
    """
    at, suspect, starts = Position(), None, 0
    while True:
        child = _Child(inputs, at, carefully=suspect is not None, memory=memory, waiting=waiting)
        try:
            yield from child.batches()
            return
        except Died as died:
            at = child.at
            if not child.ready:
                starts += 1
                if starts < STARTS:
                    continue
                raise AuditProblem(f"The inputs cannot be read. {died}") from None
            starts = 0
            if suspect is None or (at.input, at.file, at.page) != (suspect.input, suspect.file, suspect.page):
                suspect = at
                continue
            place = at.name or inputs[at.input].name
            told = unreadable(place, f"{died} What comes behind in this file was not read.")
            yield pages_batch([replace(told, number=at.number, input=inputs[at.input].name, passed=at.passed)])
            at = _behind(at, inputs, same=child.told < 2)
            if at.input >= len(inputs):
                return
            suspect = None
        finally:
            child.close()


def _behind(at: Position, inputs: Sequence[Input], *, same: bool) -> Position:
    """Where the next file begins; the next input, where not even the name of a file was told."""
    if at.name and not same:
        return replace(at, file=at.file + 1, page=0, number=at.number + 1, name="")
    passed = sum(one.bytes for one in inputs[: at.input + 1])
    return Position(at.input + 1, number=at.number + 1, passed=passed)


class _Child:
    """One process, from one position on. `at` is how far its pages were taken; `ready` whether it began at all."""

    def __init__(self, inputs: Sequence[Input], at: Position, *, carefully: bool, memory: int, waiting: float) -> None:
        self.at, self.ready, self.told = at, False, 0
        self._waiting, self._memory = waiting, memory
        order = {
            "inputs": [[one.name, one.bytes, one.stamp] for one in inputs],
            "begin": asdict(at),
            "carefully": carefully,
            "memory": memory,
            "parent": os.getpid(),
        }
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-B", str(PROGRAM)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={key: os.environ[key] for key in KEPT if key in os.environ},
                close_fds=True,
            )
        except OSError as error:
            raise AuditProblem(f"No process can be started to read the inputs ({error.strerror}).") from None
        with contextlib.suppress(OSError):  # it ended; its status says how
            assert self._process.stdin is not None  # noqa: S101
            self._process.stdin.write(json.dumps(order).encode() + b"\n")
            self._process.stdin.close()

    def batches(self) -> Iterator[pa.RecordBatch]:
        """What it sends, without the empty ones. Raises Died."""
        assert self._process.stdout is not None  # noqa: S101
        pipe = _Pipe(self._process.stdout, max(self._waiting, STARTING))
        try:
            reader = pa.ipc.open_stream(pa.PythonFile(pipe, mode="r"))
            while True:
                batch, metadata = reader.read_next_batch_with_custom_metadata()
                self.ready, pipe.waiting = True, self._waiting
                facts: dict[bytes, bytes] = dict(metadata or {})
                if batch.num_rows:
                    yield batch
                if POSITION in facts:
                    self.at, self.told = Position(**json.loads(facts[POSITION])), self.told + 1
                if DONE in facts:
                    return
        except Late:
            raise Died(f"The process that read it gave no sign for {self._waiting:g} seconds, and was ended.") from None
        except (StopIteration, pa.ArrowException, OSError, ValueError, EOFError):
            raise Died(self._how()) from None

    def _how(self) -> str:
        try:
            status = self._process.wait(5.0)
        except subprocess.TimeoutExpired:
            return "The process that read it broke off."
        if status == OUT_OF_MEMORY:
            return f"Reading it takes more than {self._memory // MB} MB of memory."
        if status < 0:
            return f"The process that read it broke down ({signal_name(-status)})."
        return f"The process that read it broke down (status {status})."

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()
        with contextlib.suppress(OSError, ValueError):
            self._process.stdout.close()  # type: ignore[union-attr]


class _Pipe(Reading):
    """The child's output, as Arrow asks for a file."""

    closed = False

    def close(self) -> None:
        """Nothing; the process's owner closes it."""
