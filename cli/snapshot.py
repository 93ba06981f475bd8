"""`wirecheck snapshot`: the index as it is now, in files that never change, for audits."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.exit_codes import ExitCode
from cli.options import IndexOption, open_for_reading
from cli.terminal import write


def snapshot(
    destination: Annotated[Path, typer.Argument(metavar="DEST", help="A folder that does not exist yet.")],
    index: IndexOption = "",
    parts: Annotated[
        int, typer.Option("--parts", min=1, max=100, help="Divide it, for an index larger than a machine's memory.")
    ] = 1,
) -> ExitCode:
    """Write the index as it is now into a folder that never changes, while it is in use.

    Many processes can read it at once, also from a shared disk: an audit makes one of
    its own, and takes one that is there with --index. Its key file lies beside it.

    Examples:

        wirecheck snapshot /mnt/audits/index-monday

        wirecheck audit site.warc --index /mnt/audits/index-monday --out cases/
    """
    from fingerprints.stores.snapshot import write_snapshot

    opened = open_for_reading(index)
    try:
        made = write_snapshot(opened, destination, parts=parts)
    finally:
        opened.close()
    divided = f", in {made.parts} parts" if made.parts > 1 else ""
    write(f"{made.works:,} stories, {made.bytes / 1e6:,.1f} MB{divided}: {destination}")
    write(f"Digest: {made.digest}")
    return ExitCode.CLEAR
