"""`wirecheck check`: the reports of some texts, and an exit code for all of them."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.exit_codes import ExitCode, Failure, say
from cli.occasion import At, Channel, Own, PolicyOption, Site, Territory, occasion_of, policy_of
from cli.options import IndexOption, Inputs, index_url, is_configured, open_for_reading

if TYPE_CHECKING:
    from checker.model import Report
    from checker.policy.nouns import Occasion, Policy
    from checker.readers import Document, Unreadable
    from fingerprints.index import ReadIndex, Store

MEMORY = "memory:"
NO_INDEX = "there is no index yet, so only its notices were read; make one with: wirecheck add FOLDER"
PRE_COMMIT = "PRE_COMMIT"
"""Set around its hooks by pre-commit: the files that it names are drafts, even where they are two."""


class ReportFormat(StrEnum):
    """How reports are written."""

    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"
    HTML = "html"
    SARIF = "sarif"
    CSV = "csv"


Against = Annotated[
    list[str] | None,
    typer.Option("--against", "-a", metavar="SOURCE", help="Compare with this instead of an index; repeatable."),
]
Format = Annotated[ReportFormat, typer.Option("--format", "-f", help="How to write the reports.")]
Output = Annotated[
    Path | None, typer.Option("--output", "-o", help="Write the reports to this file.", show_default=False)
]
Annotate = Annotated[
    Path | None,
    typer.Option(
        "--annotate",
        metavar="COPY",
        help="Write a copy of a Word file or PDF with every match marked.",
        show_default=False,
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Write nothing; the exit code says it.")]


def check(
    inputs: Inputs = None,
    index: IndexOption = "",
    against: Against = None,
    format: Format = ReportFormat.TEXT,
    output: Output = None,
    annotate: Annotate = None,
    quiet: Quiet = False,
    policy: PolicyOption = None,
    channel: Channel = "",
    territory: Territory = "",
    site: Site = "",
    own: Own = None,
    at: At = "",
) -> ExitCode:
    """Find passages of protected stories in a text, and say what the policy makes of each.

    Exit code: 0 clear, 1 flagged, 2 wrong use or failure, 3 could not be fully checked. Of several texts the gravest
    counts: 2 before 1 before 3 before 0. On a terminal the words stand side by side; piped, each passage is a line
    `path:line:column`. As JSON a single file gives one object, anything else an array.

    Two files and no index: the first is compared with the second. Examples:

        wirecheck check drafts/ --format html --output report.html

        wirecheck check draft.txt --against story.txt

        wirecheck check draft.docx --annotate marked.docx

        wirecheck check draft.txt --channel web --territory DE --at 2026-11-30T18:00
    """
    drafts, sources = _sides(inputs, against or [], index)
    _may_annotate(drafts, annotate)
    rules = policy_of(policy)
    asked = Asked(rules, occasion_of(rules, at, channel, territory, site, own))
    opened, doubts = (_memory(sources), ()) if sources else _opened(index)
    with closing(opened):
        results = _write(Results(opened, _documents(drafts), asked, doubts), drafts, format, output, quiet)
    _annotate(results, Path(drafts[0]), annotate)
    return results.code


def _may_annotate(drafts: Sequence[str], copy: Path | None) -> None:
    """Raises Failure where a copy is wanted and there is not one file to mark, or the copy would take its place."""
    if copy is None:
        return
    if len(drafts) != 1 or not Path(drafts[0]).is_file():
        raise Failure("--annotate marks one Word file or PDF; name that file.")
    if copy.exists() and copy.samefile(drafts[0]):
        raise Failure("--annotate writes a copy; give it another name than the draft's.")


def _annotate(results: Results, draft: Path, copy: Path | None) -> None:
    """Write the marked copy, where one is wanted. Raises Failure when the file is none that can be marked."""
    if copy is None:
        return
    from checker.annotate import NotAnnotated, annotate
    from cli.rendering import to_file

    if results.last is None:
        raise Failure(f"{draft} could not be read, so {copy} was not written.")
    try:
        marked = annotate(draft.read_bytes(), *results.last)
    except NotAnnotated as error:
        raise Failure(f"{copy} was not written. {error}") from error
    to_file([marked], copy)
    say(f"A marked copy is in {copy}.")


def _sides(given: list[str] | None, against: list[str], index: str) -> tuple[list[str], list[str]]:
    """Which inputs are drafts, and which are sources to compare with instead of an index."""
    from cli.inputs import named

    inputs = named(given)
    if against:
        if index:
            raise Failure("--against and --index exclude each other: give one of them.")
        return inputs, against
    two = len(inputs) == 2 and not os.environ.get(PRE_COMMIT)
    if two and not is_configured(index) and not Path(index_url("")).exists():
        say(f"There is no index, so {inputs[0]} is compared with {inputs[1]} as its source.")
        return inputs[:1], inputs[1:]
    return inputs, []


def _opened(index: str) -> tuple[Store, tuple[str, ...]]:
    """The index; where nobody named one and none is at the usual place, an empty one, and what is doubtful then."""
    if is_configured(index) or Path(index_url("")).exists():
        return open_for_reading(index), ()
    from fingerprints.stores import open_index

    return open_index(MEMORY, create=True), (NO_INDEX,)


def _memory(sources: Sequence[str]) -> Store:
    """An index in memory of the sources.

    Raises Failure when one of them cannot be read: a comparison with half of them would mislead.
    """
    from checker.readers import Unreadable
    from checker.readers.labels import copy_of
    from cli.inputs import documents
    from fingerprints.index import Upsert, Work
    from fingerprints.sketch import Sketcher
    from fingerprints.stores import open_index

    works = []
    for entry in documents(sources):
        if isinstance(entry, Unreadable):
            raise Failure(f"{entry.place}: {entry.sentence}")
        if entry.incomplete:
            raise Failure(f"{entry.id}: {'; '.join(entry.incomplete)}.")
        works.append(Work(entry.id, copy_of(entry), entry.title, entry.holder, entry.story, entry.version))
    store = open_index(MEMORY, create=True)
    made = Sketcher(store.spec, store.secret).fingerprints([work.text for work in works])
    for work, fingerprint in zip(works, made, strict=True):
        if fingerprint.too_long:
            raise Failure(f"{work.id}: It cannot be compared with: {fingerprint.too_long}.")
    store.apply(list(map(Upsert, works, made)))
    return store


@dataclass(frozen=True, slots=True)
class Asked:
    """Under which policy, and for which occasion."""

    policy: Policy
    occasion: Occasion


class Results:
    """Reports one after another; at their end `code` says how it went. `last` is the latest text and its report.

    `doubts` are reasons why none of the texts can be judged whole.
    """

    def __init__(
        self, index: ReadIndex, entries: Iterator[Document | Unreadable], asked: Asked, doubts: tuple[str, ...] = ()
    ) -> None:
        self._index = index
        self._entries = entries
        self._asked = asked
        self._doubts = doubts
        self.last: tuple[Document, Report] | None = None
        self._codes: set[ExitCode] = {ExitCode.CLEAR}

    @property
    def code(self) -> ExitCode:
        """The gravest so far."""
        return gravest(self._codes)

    def __iter__(self) -> Iterator[Report]:
        from checker.check import check_safely
        from checker.readers import Unreadable
        from checker.readings import read_as
        from cli.progress import Bar

        with Bar("Checking texts") as bar:
            for entry in self._entries:
                if isinstance(entry, Unreadable):
                    say(f"{entry.place}: {entry.sentence}")
                    self._codes.add(ExitCode.FAILED)
                    continue
                document = replace(entry, incomplete=(*entry.incomplete, *self._doubts))
                report = check_safely(document, self._index, self._asked.policy, self._asked.occasion)
                self._codes.add(code_of(report))
                self.last = read_as(entry, report), report
                yield report
                bar.advance()


def gravest(codes: Collection[ExitCode]) -> ExitCode:
    """Of several codes the one to leave with: failed, flagged, incomplete, clear."""
    order = (ExitCode.FAILED, ExitCode.FLAGGED, ExitCode.INCOMPLETE, ExitCode.CLEAR)
    return next(code for code in order if code in codes)


def code_of(report: Report) -> ExitCode:
    """The exit code of one report."""
    codes = {"clear": ExitCode.CLEAR, "flagged": ExitCode.FLAGGED, "incomplete": ExitCode.INCOMPLETE}
    return codes[report.verdict]


def _documents(drafts: Sequence[str]) -> Iterator[Document | Unreadable]:
    from cli.inputs import documents

    return documents(drafts)


def _write(results: Results, drafts: Sequence[str], format: ReportFormat, output: Path | None, quiet: bool) -> Results:
    """Check and write, report by report."""
    from cli import rendering
    from cli.inputs import alone

    if quiet:
        for _ in results:
            pass
        return results
    chunks = rendering.rendered(results, format, alone=alone(drafts), to_file=output is not None)
    if output is None:
        rendering.to_standard_output(chunks)
    else:
        rendering.to_file(chunks, output)
    return results
