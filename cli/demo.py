"""`wirecheck demo`: the whole job on fourteen stories of an invented agency."""

from __future__ import annotations

import io
import shlex
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.exit_codes import ExitCode
from cli.terminal import ready, write

if TYPE_CHECKING:
    from checker.model import Report
    from fingerprints.index import Store

DATA = Path(__file__).with_name("demo_data")
DRAFTS = ("draft.txt", "broadcast.txt", "page.html", "clean.txt")


def demo(
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Keep everything in this folder. Default: a new temporary one."),
    ] = None,
) -> ExitCode:
    """See it work on invented stories.

    Indexes a few wire stories, checks four texts against them, and writes the page.

    Example:

        wirecheck demo --output demo-output
    """
    from checker.check import check_document
    from checker.readers import read
    from checker.reports.html import to_html
    from cli.rendering import for_reading, to_file, to_standard_output
    from fingerprints.stores import open_index

    folder = output or Path(tempfile.mkdtemp(prefix="wirecheck-demo-"))
    folder.mkdir(parents=True, exist_ok=True)
    ready(sys.stdout)
    place = folder / "index"
    store = open_index(str(place), create=True)
    try:
        _fill(store)
        reports = []
        for name in DRAFTS:
            raw = (DATA / name).read_bytes()
            (folder / name).write_bytes(raw)
            reports += [check_document(draft, store) for draft in read(name, io.BytesIO(raw))]
    finally:
        store.close()
    write("")
    to_standard_output(for_reading(reports))
    page = folder / "report.html"
    to_file([to_html(reports)], page)
    _next_steps(folder, place, page, reports)
    return ExitCode.CLEAR


def _fill(store: Store) -> None:
    """Put the demo's stories into the index."""
    from cli.add import Adding, Defaults
    from cli.inputs import documents

    Adding(store, Defaults("", "", "", "")).run(documents([str(DATA / "wire.jsonl")]))


def _next_steps(folder: Path, index: Path, page: Path, reports: Sequence[Report]) -> None:
    at = f"--index {shlex.quote(str(index))}"
    draft = shlex.quote(str(folder / DRAFTS[0]))
    own_page = shlex.quote(str(folder / "draft.html"))
    story = next((match.source.id for report in reports for match in report.matches), "")
    write(f"\nThe same reports as a page: {page.resolve().as_uri()}\n\nNext:")
    command = _command()
    write(f"  {command} check {draft} {at}")
    write(f"  {command} show {shlex.quote(story)} {at}")
    write(f"  {command} check {draft} {at} --format html --output {own_page}")
    write(f"\nWith your own wire copy: {command} add FOLDER, and then {command} check DRAFT.")


def _command() -> str:
    """How this very command is called from where the user stands: `make demo` does not put it on the path."""
    called = Path(sys.argv[0])
    if shutil.which("wirecheck") or not (called.name == "wirecheck" and called.is_file()):
        return "wirecheck"
    called = called.resolve()
    here = Path.cwd()
    return shlex.quote(str(called.relative_to(here) if called.is_relative_to(here) else called))
