"""Reports to standard output or to a file, in the format asked for."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

from cli.exit_codes import Failure
from cli.terminal import is_terminal, painted, ready, wants_colour, width

if TYPE_CHECKING:
    from checker.model import Report
    from cli.check import ReportFormat


def rendered(reports: Iterable[Report], format: ReportFormat, *, alone: str, to_file: bool) -> Iterator[str]:
    """The output in pieces, as soon as there is something to write."""
    if format == "html":
        from checker.reports.html import to_html

        yield to_html(list(reports))
    elif format == "sarif":
        from checker.reports.sarif import to_sarif

        yield to_sarif(list(reports))
    elif format == "csv":
        from checker.reports.csv import to_csv

        yield from to_csv(reports)
    elif format == "json":
        yield from _json(reports, alone)
    elif format == "jsonl":
        from checker.reports.json import to_json

        for report in reports:
            yield to_json(report) + "\n"
    elif to_file or not (is_terminal(sys.stdout) or os.environ.get("FORCE_COLOR")):
        from checker.reports.plain import locations

        for report in reports:
            yield "".join(line + "\n" for line in locations(report))
    else:
        yield from for_reading(reports)


def for_reading(reports: Iterable[Report]) -> Iterator[str]:
    """The report for the eye, in the colours and the width of this terminal."""
    from checker.reports.plain import lines

    colour = wants_colour(sys.stdout)
    for number, report in enumerate(reports):
        text = "".join(painted(line, colour) + "\n" for line in lines(report, width=width(), brackets=not colour))
        yield "\n" + text if number else text


def _json(reports: Iterable[Report], alone: str) -> Iterator[str]:
    """One object for a file that is one text; anything else is an array, written as it comes."""
    from checker.reports.json import to_json

    reports = iter(reports)
    first = list(islice(reports, 2))
    if alone and len(first) <= 1 and all(report.id == alone for report in first):
        yield from (to_json(report, indent=2) + "\n" for report in first)
        return
    lead = "[\n"
    for report in chain(first, reports):
        yield lead + to_json(report)
        lead = ",\n"
    yield "\n]\n" if lead == ",\n" else "[]\n"


def to_standard_output(chunks: Iterable[str]) -> None:
    """Write the pieces as they come. Raises BrokenPipeError when nobody reads them."""
    ready(sys.stdout)
    for chunk in chunks:
        sys.stdout.write(chunk)
        sys.stdout.flush()


def to_file(chunks: Iterable[str | bytes], target: Path) -> None:
    """Write a file whole or not at all. It never goes through a link: a link there is replaced.

    Raises Failure when it cannot be written.
    """
    if target.is_dir():
        raise Failure(f"{target} is a folder; --output names a file.")
    draft = target.with_name(f".{target.name[:200]}.{secrets.token_hex(6)}")
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), 0o666)
    except OSError as error:
        raise Failure(f"{target} cannot be written: {error.strerror}.") from error
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.writelines(chunk.encode() if isinstance(chunk, str) else chunk for chunk in chunks)
        draft.replace(target)
    except OSError as error:
        raise Failure(f"{target} cannot be written: {error.strerror}.") from error
    finally:
        draft.unlink(missing_ok=True)
