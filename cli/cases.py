"""`wirecheck cases` and `wirecheck triage`: what an audit found, in order, and what people made of it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from checker.cases.decisions import State
from cli.exit_codes import ExitCode, Failure, say
from cli.terminal import is_terminal, painted, ready, wants_colour, width, write

if TYPE_CHECKING:
    from checker.cases.nouns import Case


class CasesFormat(StrEnum):
    """How cases are written."""

    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"


Folder = Annotated[Path, typer.Argument(metavar="CASES", help="The folder of an audit.", show_default=False)]


States = Annotated[list[State] | None, typer.Option("--state", "-s", help="Only cases that stand so; repeatable.")]
Every = Annotated[bool, typer.Option("--all", help="Also cases that are as in the audit before, or were not seen.")]
Format = Annotated[CasesFormat, typer.Option("--format", "-f", help="How to write the list.")]
Refresh = Annotated[
    bool, typer.Option("--refresh", help="First write the files of the audit anew, with the decisions so far.")
]


def cases(
    folder: Folder,
    state: States = None,
    every: Every = False,
    format: Format = CasesFormat.TEXT,
    refresh: Refresh = False,
) -> ExitCode:
    """List the cases of an audit, the gravest first, with what was decided so far.

    After a comparison with an earlier audit it lists what is new, changed or taken down; --all lists the rest too.
    Examples:

        wirecheck cases CASES

        wirecheck cases CASES --state open --format csv > open.csv

        wirecheck cases CASES --all --refresh
    """
    from checker.cases.decisions import read_log
    from checker.cases.states import with_states
    from checker.cases.table import read_cases
    from checker.reports.cases_text import SHOWN

    if refresh:
        _refresh(folder)
    log = read_log(folder)
    for problem in log.problems:
        say(f"Warning: {problem}")
    wanted = set(state or State)
    pages = format in (CasesFormat.JSON, CasesFormat.JSONL, CasesFormat.CSV)
    found = (one for one in with_states(read_cases(folder, pages=pages), log) if one.state in wanted)
    ready(sys.stdout)
    if format is CasesFormat.TEXT:
        known = list(found)
        _text(known, [one for one in known if every or one.change in SHOWN])
    else:
        _written(format, (one for one in found if every or one.change in SHOWN))
    return ExitCode.CLEAR


def _refresh(folder: Path) -> None:
    """Write the files, and in the audit's last file what they are now."""
    from checker.audit.folder import ASKED, FINISHED, claimed, read_json, sha256, write_json
    from checker.cases.outputs import write_outputs

    if not (folder / ASKED).is_file():
        raise Failure(f"There is no audit in {folder}: it holds no {ASKED}.")
    with claimed(folder):
        written = write_outputs(folder)
        said = read_json(folder / FINISHED)
        if isinstance(said, dict) and isinstance(said.get("sha256"), dict):
            digests = {name: digest for name, digest in said["sha256"].items() if not name.startswith("cases/")}
            said["sha256"] = digests | {name: sha256(folder / name) for name in written.files}
            write_json(folder / FINISHED, said)
    say(f"{len(written.files):,} files in {folder} were written anew.")


def _text(known: Sequence[Case], listed: Sequence[Case]) -> None:
    from checker.reports.cases_text import for_reading, lines, told

    if not is_terminal(sys.stdout):
        for line in lines(listed):
            write(line)
        return
    colour = wants_colour(sys.stdout)
    for row in for_reading(listed, width()):
        write(painted(row, colour))
    write(("\n" if listed else "") + told(known, len(listed)))


def _written(format: CasesFormat, found: Iterator[Case]) -> None:
    from checker.cases.table import case_values
    from checker.reports.cases_csv import cases_csv

    if format is CasesFormat.CSV:
        for row in cases_csv(found):
            sys.stdout.write(row)
        return
    if format is CasesFormat.JSONL:
        for case in found:
            write(json.dumps(case_values(case)))
        return
    _array(map(case_values, found))


def _array(values: Iterator[dict[str, Any]]) -> None:
    lead = "[\n"
    for value in values:
        sys.stdout.write(lead + json.dumps(value))
        lead = ",\n"
    write("\n]" if lead == ",\n" else "[]")


def triage(
    folder: Folder,
    id: Annotated[str, typer.Argument(metavar="ID", help="A case, as `wirecheck cases` shows it.")],
    state: Annotated[State, typer.Argument(help="How the case stands now.")],
    reason: Annotated[str, typer.Option("--reason", "-r", help="Why; needed to dismiss a case.")] = "",
    by: Annotated[str, typer.Option("--by", help="Who decided. Default: your login name.", show_default=False)] = "",
    note: Annotated[str, typer.Option("--note", "-n", help="Anything else worth keeping.")] = "",
) -> ExitCode:
    """Write down what you made of a case: confirmed, licensed, dismissed, sent, or open again.

    It is added to `decisions.jsonl` in the folder, with the time; nothing in there is ever changed. The list shows it
    at once, the files and pages of the audit when they are written anew. Examples:

        wirecheck triage CASES 3c9bd694d39b confirmed

        wirecheck triage CASES 3c9bd694d39b dismissed --reason "their own story, we took it over" --by "Ann Tarrant"
    """
    from checker.cases.states import decide
    from checker.reports.cases_shell import called

    now = datetime.now(UTC).isoformat(timespec="seconds")
    case, decision, log = decide(folder, id, state, by=by or _login(), at=now, reason=reason, note=note)
    for problem in log.problems:
        say(f"Warning: {problem}")
    ready(sys.stdout)
    from checker.reports.show import one_line

    write(one_line(f"Case {case.id}, {called(case)} at {case.outlet}: {decision.state}, by {decision.by}."))
    return ExitCode.CLEAR


def _login() -> str:
    """Raises Failure where the system does not know who is at work."""
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        raise Failure("Your login name is not known here; say who decides with --by.") from None
