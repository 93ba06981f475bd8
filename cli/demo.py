"""`wirecheck demo`: the whole job on fourteen stories of an invented agency, and what a policy makes of one page."""

from __future__ import annotations

import io
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
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
POLICY = "wirecheck.toml"
PAGE = "page.html"
PUBLISHED = datetime(2001, 6, 21, 12, tzinfo=UTC)
LATER = datetime(2002, 1, 2, 12, tzinfo=UTC)


def demo(
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Keep everything in this folder. Default: a new temporary one."),
    ] = None,
) -> ExitCode:
    """See it work on invented stories.

    Indexes a few wire stories, checks four texts against them, writes the page, and judges one of them under a licence.

    Example:

        wirecheck demo --output demo-output
    """
    from checker.reports.html import to_html
    from cli.rendering import for_reading, to_file, to_standard_output

    folder = output or Path(tempfile.mkdtemp(prefix="wirecheck-demo-"))
    folder.mkdir(parents=True, exist_ok=True)
    ready(sys.stdout)
    place = folder / "index"
    reports, verdicts = _checked(folder, place)
    write("")
    to_standard_output(for_reading(reports))
    page = folder / "report.html"
    to_file([to_html(reports)], page)
    write("\n".join(("", *verdicts)))
    _next_steps(folder, place, page, reports)
    return ExitCode.CLEAR


def _checked(folder: Path, place: Path) -> tuple[list[Report], list[str]]:
    """Copies of the demo's texts in the folder, their reports, and what a policy makes of one of them."""
    from checker.check import check_document
    from checker.readers import read
    from fingerprints.stores import open_index

    store = open_index(str(place), create=True)
    try:
        _fill(store)
        reports = []
        for name in DRAFTS:
            raw = (DATA / name).read_bytes()
            (folder / name).write_bytes(raw)
            reports += [check_document(draft, store) for draft in read(name, io.BytesIO(raw))]
        (folder / POLICY).write_bytes((DATA / POLICY).read_bytes())
        verdicts = list(_under_a_licence(next(one for one in reports if one.id == PAGE), store))
    finally:
        store.close()
    return reports, verdicts


def _fill(store: Store) -> None:
    """Put the demo's stories into the index."""
    from checker.intake import Defaults
    from cli.add import add_all
    from cli.inputs import documents

    add_all(store, Defaults(), documents([str(DATA / "wire.jsonl")]))


def _under_a_licence(report: Report, store: Store) -> Iterator[str]:
    """One page as its broadcaster's own policy sees it: in time, too late, and after the agency killed the story."""
    from checker.policy.judge import judge
    from checker.policy.load import read
    from checker.policy.nouns import Occasion
    from checker.rights.item import Aspect, Voice, key_of
    from checker.standings import refreshed
    from fingerprints.index import Amend

    policy = read(DATA / POLICY)
    story = report.matches[0].source.id
    yield f"The same {PAGE} where {policy.house.name} publishes it, under its licence ({POLICY}):"
    for when in (PUBLISHED, LATER):
        judged = judge(report, policy, Occasion(when))
        yield f"  {when:%d %B %Y}  {judged.verdict}: {judged.matches[0].why}"
    said = {Aspect.STATE: "killed", Aspect.AT: "2001-06-21T12:04:00+00:00", Aspect.BY: "the desk"}
    store.apply([Amend(story, {key_of(Voice.DESK, aspect): value for aspect, value in said.items()})])
    killed = judge(refreshed(report, store), policy, Occasion(PUBLISHED.replace(hour=13)))
    yield f"  and once the agency has killed it  {killed.verdict}: {killed.matches[0].why}"
    store.apply([Amend(story, {key_of(Voice.DESK, aspect): "" for aspect in said})])


def _next_steps(folder: Path, index: Path, page: Path, reports: Sequence[Report]) -> None:
    at = f"--index {shlex.quote(str(index))}"
    draft = shlex.quote(str(folder / DRAFTS[0]))
    story = next((match.source.id for report in reports for match in report.matches), "")
    write(f"\nThe same reports as a page: {page.resolve().as_uri()}\n\nNext:")
    command = _command()
    write(f"  {command} check {draft} {at}")
    write(f"  {command} show {shlex.quote(story)} {at}")
    write(f"  {command} check {shlex.quote(str(folder / PAGE))} {at} --policy {shlex.quote(str(folder / POLICY))}")
    write(f"\nWith your own wire copy: {command} add FOLDER, and then {command} check DRAFT.")


def _command() -> str:
    """How this very command is called from where the user stands: `make demo` does not put it on the path."""
    called = Path(sys.argv[0])
    if shutil.which("wirecheck") or not (called.name == "wirecheck" and called.is_file()):
        return "wirecheck"
    called = called.resolve()
    here = Path.cwd()
    return shlex.quote(str(called.relative_to(here) if called.is_relative_to(here) else called))
