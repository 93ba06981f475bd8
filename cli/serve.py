"""`wirecheck serve` and `wirecheck keys`: they start the service's own program, which knows their options."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import typer

from cli.exit_codes import ExitCode

PROGRAM = "WIRECHECK_PROGRAM"
ROOT = Path(__file__).resolve().parents[1]
PASSED_ON = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
"""Settings of a command whose arguments, `--help` too, are another program's business."""


def serve(context: typer.Context) -> ExitCode:
    """Serve the API and the editor's page."""
    return _service("serve", context.args)


def keys(context: typer.Context) -> ExitCode:
    """Make, list, rotate and revoke keys of the service."""
    return _service("keys", context.args)


def _service(command: str, arguments: list[str]) -> ExitCode:
    """Become `python -m api COMMAND`, or run it where a process cannot become another one."""
    # it must be the package beside this one, never a folder "api" that lies in the working directory
    places = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH", "")])]
    env = os.environ | {PROGRAM: "wirecheck", "PYTHONSAFEPATH": "1", "PYTHONPATH": os.pathsep.join(places)}
    program = [sys.executable, "-m", "api", command, *arguments]
    if os.name == "posix":
        sys.stdout.flush()
        os.execve(sys.executable, program, env)  # noqa: S606
    code = subprocess.run(program, env=env, check=False).returncode
    return ExitCode.CLEAR if code == 0 else ExitCode.FAILED
