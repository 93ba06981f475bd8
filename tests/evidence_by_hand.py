"""Evidence for tests: the group of commands run in this process, and packages written by hand."""

from __future__ import annotations

import io
import os
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import typer

from checker.bundle.packing import packed, unpacked
from checker.bundle.parts import MANIFEST, SEAL, sealed
from checker.bundle.verify import Check, Verification
from checker.bundle.written import digest, read, written
from checker.write import tool
from cli.evidence import evidence, memory

AT = ("--at", "2026-04-04T08:00:00Z", "--made", "2026-04-05T09:00:00Z", "--by", "R. Lindqvist")


class _Out(io.TextIOWrapper):
    """Standard output in memory, with bytes underneath as the real one has."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8", write_through=True)

    def held(self) -> str:
        return self.buffer.getvalue().decode()  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Done:
    """How a run ended."""

    code: int
    out: str
    err: str


def run(folder: Path, *args: str) -> Done:
    """`wirecheck evidence ARGS` in the folder."""
    out, err = _Out(), _Out()
    before = Path.cwd()
    os.chdir(folder)
    try:
        with redirect_stdout(out), redirect_stderr(err):
            code = typer.main.get_command(evidence)(args=list(args), standalone_mode=False)
    except Exception as error:
        if not hasattr(error, "format_message"):
            raise
        return Done(2, out.held(), error.format_message())
    finally:
        os.chdir(before)
    return Done(int(code or 0), out.held(), err.held())


def checks(raw: bytes, *, seal: str = "", version: str = "") -> list[Check]:
    """Every check of a package."""
    with TemporaryDirectory() as folder:
        ours = tool() if not version else type(tool())("wirecheck", version)
        return list(Verification(raw, memory, Path(folder), ours, seal).checks())


def first_wrong(raw: bytes, folder: Path | None = None) -> str:
    """The name of the first check that fails, with its sentence; "" when none does."""
    if folder is None:
        with TemporaryDirectory() as made:
            return first_wrong(raw, Path(made))
    for check in Verification(raw, memory, folder, tool()).checks():
        if not check.ok:
            return f"{check.name}: {check.sentence}"
    return ""


def resealed(raw: bytes, changes: Mapping[str, bytes]) -> bytes:
    """The package with other parts, its manifest and its seal made to fit, as a forger would."""
    parts = unpacked(raw) | dict(changes)
    manifest = read(parts[MANIFEST], MANIFEST)
    held = {name: data for name, data in parts.items() if name not in (MANIFEST, SEAL)}
    manifest["parts"] = [{"name": name, "bytes": len(data), "sha256": digest(data)} for name, data in held.items()]
    parts[MANIFEST] = written(manifest)
    parts[SEAL] = sealed(parts[MANIFEST])
    return packed(parts)


def must(done: Done, code: int = 0) -> Done:
    """A run that ended as it should."""
    if done.code != code:
        pytest.fail(f"{done.code}: {done.out}{done.err}")
    return done
