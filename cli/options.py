"""What commands have in common: options, and where the index is."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.exit_codes import Failure
from fingerprints.errors import IndexMissing

if TYPE_CHECKING:
    from fingerprints.index import Store

VARIABLE = "WIRECHECK_INDEX"

IndexOption = Annotated[
    str,
    typer.Option(
        "--index",
        "-i",
        metavar="PATH-or-URL",
        help=f"The index. Default: ${VARIABLE}, else ~/.local/share/wirecheck/index.",
        show_default=False,
    ),
]
Inputs = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="INPUT",
        help="Files of any format that `wirecheck formats` lists, or folders; - is standard input.",
        show_default=False,
    ),
]


class ListFormat(StrEnum):
    """How a list is written."""

    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"


class ShowFormat(StrEnum):
    """How one thing is written."""

    TEXT = "text"
    JSON = "json"


def index_url(given: str) -> str:
    """The index to use: as given, as the environment says, else the usual place."""
    return given or os.environ.get(VARIABLE, "") or str(usual_place())


def usual_place() -> Path:
    """Where the index is when nobody says otherwise, after the XDG base directories."""
    data = os.environ.get("XDG_DATA_HOME", "")
    base = Path(data) if data.startswith("/") else Path.home() / ".local" / "share"
    return base / "wirecheck" / "index"


def is_configured(given: str) -> bool:
    """Whether someone said where the index is."""
    return bool(given or os.environ.get(VARIABLE, ""))


def open_for_reading(given: str) -> Store:
    """The index, for reading. When nobody named one and none is there, the error says how to begin."""
    from fingerprints.stores import open_index

    url = index_url(given)
    try:
        return open_index(url, readonly=True)
    except IndexMissing as error:
        if is_configured(given):
            raise
        raise Failure(
            f"There is no index at {url} yet. Make one with: wirecheck add FOLDER. "
            "To compare two texts without one: wirecheck check DRAFT --against STORY."
        ) from error
