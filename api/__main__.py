"""`python -m api serve` and `python -m api keys`; `wirecheck serve` and `wirecheck keys` start them."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from api.settings import FILE, PREFIX, VARIABLE, Settings, SettingsProblem, read_settings
from checker.reports.show import one_line
from fingerprints.errors import WirecheckError

FAILED = 2
MOST_PROCESSES = 64
OPTIONS = ("data", "host", "port")
"""Settings that have an option too, which wins over file and environment."""


def _parser(program: str) -> argparse.ArgumentParser:
    from api.manage import add_commands

    parser = argparse.ArgumentParser(prog=program, allow_abbrev=False)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    common = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    common.add_argument(
        "--settings", type=Path, metavar="FILE", help=f"the configuration; default: ${VARIABLE}, else ./{FILE} if there"
    )
    common.add_argument("--data", metavar="FOLDER", help="where keys, tenants and kept reports are")
    serve = commands.add_parser("serve", parents=[common], help="serve the API and the editor's page")
    serve.add_argument("--host", help="address to listen on; default: 127.0.0.1, which only this machine reaches")
    serve.add_argument("--port", help="port to listen on; default: 8631")
    serve.add_argument("--processes", type=_processes, default=1, metavar="N", help="server processes; default: 1")
    serve.add_argument("--fd", type=int, help=argparse.SUPPRESS)
    add_commands(commands.add_parser("keys", parents=[common], help="make, list, rotate and revoke keys"))
    return parser


def _processes(value: str) -> int:
    if not value.isascii() or not value.isdecimal() or not 1 <= int(value[:9]) <= MOST_PROCESSES:
        raise argparse.ArgumentTypeError(f"must be a whole number from 1 to {MOST_PROCESSES}")
    return int(value)


def _settings(options: argparse.Namespace) -> Settings:
    """The settings, with what the command line says. Raises SettingsProblem, which names the option."""
    given = {name: value for name in OPTIONS if (value := getattr(options, name, None)) is not None}
    env = dict(os.environ) | {f"{PREFIX}{name.upper()}": value for name, value in given.items()}
    try:
        return read_settings(options.settings, env)
    except SettingsProblem as problem:
        said = str(problem)
        for name in given:
            said = said.replace(f"{PREFIX}{name.upper()}", f"--{name}")
        raise SettingsProblem(said) from None


def main(arguments: Sequence[str] | None = None, program: str = "") -> int:
    """Run a command; the exit code: 0 when it did what it should, 2 when not."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    options = _parser(program or os.environ.get("WIRECHECK_PROGRAM", "") or "python -m api").parse_args(given)
    try:
        settings = _settings(options)
        if options.command == "keys":
            from api.manage import manage

            return manage(settings, options)
        from api.serve import serve

        return serve(settings, given, processes=options.processes, fd=options.fd)
    except KeyboardInterrupt:
        sentence = "Stopped."
    except BrokenPipeError:
        sentence = "The output was closed."
    except WirecheckError as error:
        sentence = f"Error: {error}"
    except OSError as error:
        sentence = f"Error: {error.strerror or error}: {error.filename or 'no file'}"
    sys.stderr.write(one_line(sentence) + "\n")
    return FAILED


if __name__ == "__main__":
    sys.exit(main())
