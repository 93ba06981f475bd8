"""`wirecheck policy`: whether the policy's file is right, and which of its rules decided."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.exit_codes import ExitCode, Failure, guarded, say
from cli.occasion import NAME, At, PolicyOption, now, policy_file, policy_of, time_of
from cli.options import ShowFormat
from cli.terminal import ready, write

if TYPE_CHECKING:
    from checker.policy.nouns import Policy
    from checker.policy.problems import Problem

policy = typer.Typer(
    name="policy",
    help="Check the policy's file, and explain what it decided.",
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    no_args_is_help=True,
)
File = Annotated[
    Path | None,
    typer.Argument(
        metavar="FILE", help=f"The policy. Default: as for `check`, {NAME} here or above.", show_default=False
    ),
]


def check_file(
    file: File = None,
    format: Annotated[ShowFormat, typer.Option("--format", "-f", help="How to write the problems.")] = ShowFormat.TEXT,
) -> ExitCode:
    """Say what is wrong with a policy file, as `file:line: error: ...`.

    Exit code: 0 when it can be used, warnings or none; 1 when it has errors; 2 when it is not there.

    Examples:

        wirecheck policy check

        wirecheck policy check drafts/wirecheck.toml --format json
    """
    from checker.model import Severity
    from checker.policy.load import problems
    from checker.reports.show import one_line

    path = policy_file(file)
    if path is None:
        raise Failure(f"There is no {NAME} here nor in a folder above; name the file.")
    found = problems(path, now())
    ready(sys.stdout)
    if format is ShowFormat.JSON:
        write(json.dumps([_plain(path, one) for one in found], indent=2))
    for one in found if format is ShowFormat.TEXT else ():
        place = ":".join(str(part) for part in (path, one.line, one.column) if part)
        write(one_line(f"{place}: {one.severity}: {one.sentence}"))
    if any(one.severity is Severity.ERROR for one in found):
        return ExitCode.FLAGGED
    if format is ShowFormat.TEXT:
        write(one_line(f"{path}: {_counted(policy_of(path))}"))
    return ExitCode.CLEAR


def _plain(path: Path, problem: Problem) -> dict[str, str | int]:
    return {
        "file": str(path),
        "line": problem.line,
        "column": problem.column,
        "severity": str(problem.severity),
        "sentence": problem.sentence,
    }


def _counted(policy: Policy) -> str:
    """What is in a policy."""
    from checker.reports.words import count

    parts = (
        count(len(policy.licences), "licence"),
        count(len(policy.feeds), "feed"),
        count(len(policy.waivers), "waiver"),
    )
    return f"can be used; {', '.join(parts)}."


def explain(
    reports: Annotated[
        list[str], typer.Argument(metavar="REPORT", help="Reports as JSON or JSONL; - is standard input.")
    ],
    policy: PolicyOption = None,
    at: At = "",
) -> ExitCode:
    """Say which rule decided each finding of a report, what it looked at, and which were passed over and why.

    The report's own time, channel and territory hold, unless --at names another time. It is explained under the policy
    as it is now; where the report was judged under another, a line says so.

    Example:

        wirecheck check draft.txt --format json | wirecheck policy explain -
    """
    from dataclasses import replace

    from checker.policy.explain import explain as explained
    from checker.policy.explain import occasion_of
    from checker.reports.show import one_line
    from cli.judge import saved

    rules = policy_of(policy)
    ready(sys.stdout)
    code = ExitCode.CLEAR
    for number, report in enumerate(saved(reports)):
        if isinstance(report, str):
            say(report)
            code = ExitCode.FAILED
            continue
        occasion = occasion_of(report)
        if at:
            occasion = replace(occasion, at=time_of(rules, at))
        if number:
            write("")
        for line in explained(report, rules, occasion):
            write(one_line(line))
    return code


policy.command("check")(guarded(check_file))
policy.command("explain")(guarded(explain))
