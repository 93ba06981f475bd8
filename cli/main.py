"""The command `wirecheck`. Nothing heavy is imported before a command is known."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Annotated

import typer

from cli.add import add, remove
from cli.audit import audit
from cli.cases import cases, triage
from cli.catalogue import list_works, show, stats
from cli.check import check
from cli.demo import demo
from cli.evidence import evidence
from cli.exit_codes import ExitCode, guarded, say
from cli.expire import expire
from cli.families import families
from cli.formats import formats
from cli.judge import judge
from cli.mark import mark
from cli.policy import policy
from cli.serve import PASSED_ON, keys, serve
from cli.snapshot import snapshot
from cli.upkeep import backup, doctor, restore

COMMANDS: dict[str, Callable[..., ExitCode]] = {
    "add": add,
    "remove": remove,
    "list": list_works,
    "show": show,
    "check": check,
    "judge": judge,
    "audit": audit,
    "cases": cases,
    "triage": triage,
    "families": families,
    "formats": formats,
    "mark": mark,
    "expire": expire,
    "stats": stats,
    "doctor": doctor,
    "backup": backup,
    "restore": restore,
    "snapshot": snapshot,
    "demo": demo,
}
SERVICE: dict[str, Callable[[typer.Context], ExitCode]] = {"serve": serve, "keys": keys}

# Help without rich markup starts twice as fast. No pretty exceptions: their locals could show text of a draft.
app = typer.Typer(
    name="wirecheck",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    pretty_exceptions_show_locals=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    no_args_is_help=True,
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import PackageNotFoundError, version

        try:
            print(f"wirecheck {version('wirecheck')}")
        except PackageNotFoundError:
            print("wirecheck (not installed)")
        raise typer.Exit


@app.callback()
def _wirecheck(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Say whether a text reproduces protected wire copy, where, and from which story.

    It reports text overlap; it gives no legal advice. Exit codes of `check`: 0 clear,
    1 flagged, 2 wrong use or failure, 3 could not be fully checked.

    Examples:

        wirecheck add wire/                    index a folder of wire copy

        wirecheck check draft.txt              check a draft against it

        wirecheck demo                         see it work on invented stories
    """


for _name, _command in COMMANDS.items():
    app.command(_name)(guarded(_command))
for _name, _program in SERVICE.items():
    app.command(_name, context_settings=PASSED_ON)(guarded(_program))
app.add_typer(evidence, name="evidence")
app.add_typer(policy, name="policy")


def main() -> None:
    """Run the command and leave with its exit code."""
    # numpy's linear algebra, which nothing here uses, would start a thread for every processor
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # a program may start us without one of them
    sys.stdin, sys.stdout, sys.stderr = (
        stream or open(os.devnull, mode)  # noqa: PTH123, SIM115
        for stream, mode in ((sys.stdin, "r"), (sys.stdout, "w"), (sys.stderr, "w"))
    )
    try:
        code = app(prog_name="wirecheck", standalone_mode=False)
    except KeyboardInterrupt:
        say("Stopped.")
        code = ExitCode.FAILED
    except BrokenPipeError:
        code = ExitCode.FAILED
    except Exception as error:  # wrong use: typer's errors know how to show themselves
        show_error = getattr(error, "show", None)
        if show_error is None:
            raise
        show_error()
        code = ExitCode.FAILED
    # typer answers Ctrl-C with 130; here anything but our four codes is a failure
    sys.exit(int(code or 0) if code in set(ExitCode) or not code else int(ExitCode.FAILED))


if __name__ == "__main__":
    main()
