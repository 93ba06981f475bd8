"""`wirecheck judge`: saved reports under another policy or at another time, without matching again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import closing, nullcontext
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.check import Format, Output, Quiet, ReportFormat, code_of, gravest
from cli.exit_codes import ExitCode, Failure, say
from cli.occasion import At, Channel, Own, PolicyOption, Site, Territory, policy_of, time_of
from cli.options import VARIABLE, is_configured, open_for_reading

if TYPE_CHECKING:
    from checker.model import Report
    from checker.policy.nouns import Occasion, Policy
    from fingerprints.index import ReadIndex

MOST_BYTES = 512 * 1024 * 1024
Standing = Annotated[
    str,
    typer.Option(
        "--index",
        "-i",
        metavar="PATH-or-URL",
        help=f"Ask this index how its stories stand now. Default: ${VARIABLE}, else what the reports say.",
        show_default=False,
    ),
]
Reports = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="REPORT",
        help="Files of reports as JSON or JSONL, as `check` writes them; - is standard input.",
        show_default=False,
    ),
]


def judge(
    reports: Reports = None,
    index: Standing = "",
    format: Format = ReportFormat.TEXT,
    output: Output = None,
    quiet: Quiet = False,
    policy: PolicyOption = None,
    channel: Channel = "",
    territory: Territory = "",
    site: Site = "",
    own: Own = None,
    at: At = "",
) -> ExitCode:
    """Judge saved reports anew: under the policy as it is now, at this time.

    Nothing is matched again. Channel, territory and site stay what they were unless they are named. With an index the
    stories' standing is asked for first: a kill or a correction that came since counts. The exit codes are those of
    `check`. Examples:

        wirecheck check drafts/ --format jsonl --output reports.jsonl

        wirecheck judge reports.jsonl --policy tomorrow.toml

        wirecheck judge reports.jsonl --index wire-index

        wirecheck judge reports.jsonl --at 2026-12-01T00:00 --format html --output december.html
    """
    from cli.inputs import named

    rules = policy_of(policy)
    given = _given(time_of(rules, at), channel, territory, site, own)
    with closing(open_for_reading(index)) if is_configured(index) else nullcontext() as opened:
        judged = Judging(saved(named(reports)), rules, given, opened)
        _write(judged, format, output, quiet)
    return judged.code


def _given(at: datetime, channel: str, territory: str, site: str, own: list[str] | None) -> dict[str, Any]:
    """What of an occasion the command line names."""
    values = {"at": at, "channel": channel, "territory": territory, "site": site, "own": tuple(own or ())}
    return {name: value for name, value in values.items() if value}


class Judging:
    """Reports judged one after another, with the standing that an index tells; at their end `code` says how it went.

    What `given` names of the occasion takes the place of what a report was made for.
    """

    def __init__(
        self, reports: Iterator[Report | str], policy: Policy, given: dict[str, Any], index: ReadIndex | None
    ) -> None:
        self._index = index
        self._reports = reports
        self._policy = policy
        self._given = given
        self._codes: set[ExitCode] = {ExitCode.CLEAR}

    @property
    def code(self) -> ExitCode:
        """The gravest so far."""
        return gravest(self._codes)

    def __iter__(self) -> Iterator[Report]:
        from checker.policy.judge import judge as judged
        from checker.standings import refreshed

        for report in self._reports:
            if isinstance(report, str):
                say(report)
                self._codes.add(ExitCode.FAILED)
                continue
            known = refreshed(report, self._index) if self._index else report
            one = judged(known, self._policy, self._occasion(report))
            self._codes.add(code_of(one))
            yield one

    def _occasion(self, report: Report) -> Occasion:
        """The occasion that the report was made for, but for what is named now."""
        from checker.policy.explain import occasion_of

        return replace(occasion_of(report), **self._given)


def saved(inputs: Sequence[str]) -> Iterator[Report | str]:
    """The reports of files, of standard input; a sentence for each that is none."""
    for name in inputs:
        try:
            raw = _bytes(name)
        except OSError as error:
            yield f"{name}: {error.strerror or type(error).__name__}."
            continue
        found = False
        for place, written in _reports(raw):
            found = True
            yield _read(f"{name}{place}", written)
        if not found:
            yield f"{name}: There is no report in it."


def _bytes(name: str) -> bytes:
    import sys

    if name == "-":
        raw = sys.stdin.buffer.read(MOST_BYTES + 1)
    else:
        with Path(name).open("rb") as stream:
            raw = stream.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise Failure(f"{name} has more than {MOST_BYTES:,} bytes; divide it, one report a line.")
    return raw


def _reports(raw: bytes) -> Iterator[tuple[str, bytes | str]]:
    """Each report and its place in the file: an object, an array of objects, or one object a line."""
    begin = raw.lstrip()[:1]
    if begin == b"[":
        try:
            values = json.loads(raw)
        except (ValueError, RecursionError):
            yield "", raw
            return
        yield from ((f", report {number}", json.dumps(value)) for number, value in enumerate(values, 1))
        return
    lines = [(number, line) for number, line in enumerate(raw.split(b"\n"), 1) if line.strip()]
    if all(line.lstrip().startswith(b"{") and line.rstrip().endswith(b"}") for _, line in lines[:2]):
        yield from ((f", line {number}" if lines[1:] else "", line) for number, line in lines)
    else:
        yield "", raw


def _read(place: str, written: bytes | str) -> Report | str:
    from checker.reports.json import from_json

    try:
        return from_json(written)
    except ValueError as error:
        said = str(error)
        return f"{place}: {said[:1].upper()}{said[1:]}."


def _write(judged: Judging, format: ReportFormat, output: Path | None, quiet: bool) -> None:
    """Judge and write, report by report. A single report is one object as JSON."""
    from itertools import chain, islice

    from cli import rendering

    reports = iter(judged)
    if quiet:
        for _ in reports:
            pass
        return
    first = list(islice(reports, 2))
    alone = first[0].id if len(first) == 1 else ""
    chunks = rendering.rendered(chain(first, reports), format, alone=alone, to_file=output is not None)
    if output is None:
        rendering.to_standard_output(chunks)
    else:
        rendering.to_file(chunks, output)
