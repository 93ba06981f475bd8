"""`wirecheck audit`: very many pages judged, and the cases that come of them."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.exit_codes import ExitCode, Failure, say
from cli.occasion import PolicyOption, Territory
from cli.options import IndexOption

if TYPE_CHECKING:
    from cli.audit_run import Wanted


class EngineName(StrEnum):
    """Who judges."""

    LOCAL = "local"
    SPARK = "spark"


Inputs = Annotated[
    list[str],
    typer.Argument(
        metavar="INPUT",
        help="Web archives, folders, zips, JSON lines, Parquet, files of any format; @FILE is a list of files.",
        show_default=False,
    ),
]
Out = Annotated[Path, typer.Option("--out", "-o", metavar="CASES", help="The folder of the audit.", show_default=False)]
At = Annotated[
    str,
    typer.Option("--at", metavar="TIME", help="The audit's own time, ISO 8601; default: now.", show_default=False),
]
Site = Annotated[str, typer.Option("--site", metavar="DOMAIN", help="Whose pages those without an address are.")]
Channel = Annotated[str, typer.Option("--channel", help="Where they are published.")]
Own = Annotated[
    list[str] | None,
    typer.Option("--own", metavar="ID", help="The pages were filed as this story; repeatable.", show_default=False),
]
Since = Annotated[
    Path | None,
    typer.Option(
        "--since",
        metavar="OLD",
        help="The folder of the audit before: tells what is new, changed, taken down.",
        show_default=False,
    ),
]
Map = Annotated[bool, typer.Option("--map", help="Also write which pages are nearly the same.")]
Workers = Annotated[
    int | None,
    typer.Option("--workers", min=1, max=1024, help="Processes; default: one a processor.", show_default=False),
]
EngineOption = Annotated[EngineName, typer.Option("--engine", help="Who judges: this machine, or Spark.")]
Master = Annotated[
    str, typer.Option("--master", metavar="URL", help="Spark's master: spark://HOST:7077.", show_default=False)
]
Ship = Annotated[
    bool, typer.Option("--ship-index", help="Send the index to Spark's workers; else they share its folder.")
]
Parts = Annotated[
    int, typer.Option("--parts", min=1, max=100, help="Divide the copy of the index, where it is very large.")
]


def audit(
    inputs: Inputs,
    out: Out,
    index: IndexOption = "",
    policy: PolicyOption = None,
    at: At = "",
    site: Site = "",
    channel: Channel = "web",
    territory: Territory = "",
    own: Own = None,
    since: Since = None,
    map: Map = False,
    workers: Workers = None,
    engine: EngineOption = EngineName.LOCAL,
    master: Master = "",
    ship_index: Ship = False,
    parts: Parts = 1,
) -> ExitCode:
    """Judge all pages of web archives, folders and tables, and write the cases worth looking at into a folder.

    Each page is judged as of its own dates and on its own site. Killed at any moment, the same command goes on where it
    was. The folder has cases.csv, cases.xlsx, cases.parquet, a page for each case, unjudged.csv, and summary.html,
    where to begin. Exit code: 1 there are cases; 3 there are none, but not all was judged; 0 neither; 2 failure.

        wirecheck audit crawl.warc.gz --out cases/

        wirecheck audit crawl.warc.gz articles/ --out june/ --since may/ --policy wirecheck.toml

        wirecheck audit pages.parquet --out cases/ --engine spark --master spark://host:7077
    """
    from cli.audit_run import Wanted

    _require_sense(engine, master, ship_index)
    return _run(Wanted(tuple(inputs), out, index, policy, at, site, channel, territory, tuple(own or ()), since, map,
                       workers, master, ship_index, parts))  # fmt: skip


def _require_sense(engine: EngineName, master: str, ship_index: bool) -> None:
    """Raises Failure where options do not go together."""
    if (engine is EngineName.SPARK) != bool(master):
        raise Failure("--engine spark and --master go together: spark://HOST:7077.")
    if ship_index and engine is not EngineName.SPARK:
        raise Failure("--ship-index is for --engine spark.")


def _run(wanted: Wanted) -> ExitCode:
    """Ctrl-C is no failure of the audit."""
    from cli.audit_run import run

    try:
        return run(wanted)
    except KeyboardInterrupt:
        say("Stopped; the same command goes on where it was.")
        return ExitCode.FAILED
