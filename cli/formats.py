"""`wirecheck formats`: what can be read."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer

from cli.exit_codes import ExitCode
from cli.options import ShowFormat
from cli.terminal import ready, write


def formats(
    format: Annotated[ShowFormat, typer.Option("--format", "-f", help="How to write the list.")] = ShowFormat.TEXT,
) -> ExitCode:
    """List the formats that add and check read.

    A file is recognised by its content before its name. The last column says how a match leads back to the file.

    Example:

        wirecheck formats --format json
    """
    from checker.readers import FORMATS

    ready(sys.stdout)
    if format is ShowFormat.JSON:
        write(json.dumps([{name: getattr(one, name) for name in FIELDS} for one in FORMATS], indent=2))
        return ExitCode.CLEAR
    rows = [("NAME", "FORMAT", "USUAL NAMES", "LEADS BACK TO")]
    rows += [(one.name, one.title, " ".join(one.endings), one.leads_to) for one in FORMATS]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for row in rows:
        write("  ".join(cell.ljust(width) for cell, width in zip(row, [*widths, 0], strict=True)).rstrip())
    return ExitCode.CLEAR


FIELDS = ("name", "title", "endings", "leads_to", "many")
