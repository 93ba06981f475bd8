"""`wirecheck doctor`, `backup` and `restore`: whether the index is sound, a copy of it, and an index from a copy."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from cli.exit_codes import ExitCode, Failure, say
from cli.options import IndexOption, index_url, open_for_reading
from cli.terminal import painted, ready, wants_colour, write
from fingerprints.errors import IndexMissing

STYLES = {"ok": "good", "damaged": "bad", "repaired": "doubt", "lost": "bad"}


def doctor(
    index: IndexOption = "",
    repair: Annotated[bool, typer.Option("--repair", help="Put right what can be put right.")] = False,
    quick: Annotated[bool, typer.Option("--quick", help="Do not read every text and every fingerprint.")] = False,
) -> ExitCode:
    """Say whether the index is sound, or repair it, and whether this installation can read files of all kinds.

    Exit code: 0 when it is sound now, 2 when damage is left or a story is lost.

    Examples:

        wirecheck doctor

        wirecheck doctor --repair
    """
    from checker.readers.ready import find_unreadable
    from checker.reports.columns import Style
    from checker.reports.show import one_line
    from fingerprints.stores import doctor as physician
    from fingerprints.stores import is_snapshot

    url = index_url(index)
    findings = physician.repair(url) if repair else physician.examine(url, deep=not quick)
    findings += [
        physician.Finding(physician.Severity.DAMAGED, "installation", f"It cannot read {kind}: install Wirecheck anew.")
        for kind in find_unreadable()
    ]
    ready(sys.stdout)
    colour = wants_colour(sys.stdout)
    for finding in findings:
        style = Style(STYLES.get(finding.severity, "plain"))
        name = one_line(f"{finding.severity}: {finding.subject}: ")
        write(painted([(name, style), (one_line(finding.sentence), Style.PLAIN)], colour))
    bad = [finding for finding in findings if finding.severity in ("damaged", "lost")]
    if bad and not repair and not is_snapshot(url):
        say("Run `wirecheck doctor --repair` to put right what can be put right; make a copy of the index first.")
    return ExitCode.FAILED if bad else ExitCode.CLEAR


def backup(
    destination: Annotated[Path, typer.Argument(metavar="DEST", help="A folder that does not exist yet.")],
    index: IndexOption = "",
) -> ExitCode:
    """Copy the index while it is in use.

    Example:

        wirecheck backup /mnt/copies/index-monday
    """
    if destination.exists() and (not destination.is_dir() or any(destination.iterdir())):
        raise Failure(f"{destination} is there already; name a folder that does not exist yet.")
    opened = open_for_reading(index)
    try:
        opened.backup(destination)
    finally:
        opened.close()
    write(f"Copied to {destination}.")
    return ExitCode.CLEAR


def restore(
    source: Annotated[Path, typer.Argument(metavar="COPY", help="A folder that `wirecheck backup` made.")],
    index: IndexOption = "",
) -> ExitCode:
    """Make the index, and its key file, from a copy.

    All of the copy is read through first, and a damaged one is refused. Nothing is
    overwritten: what is in the index's place must be moved away first.

    Examples:

        wirecheck restore /mnt/copies/index-monday

        wirecheck restore /mnt/copies/index-monday --index postgresql://wire@db.example.org/news
    """
    from fingerprints.stores import SERVERS, open_index

    url = index_url(index)
    if url.startswith(SERVERS):
        return _restore_to_server(source, url)
    place = Path(url)
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        raise Failure(f"{place} is there already; move it away first, or name another place with --index.")
    try:
        copy = open_index(str(source), readonly=True)
    except IndexMissing:
        raise Failure(f"{source} is not the copy of an index; name a folder that `wirecheck backup` made.") from None
    try:
        copy.backup(place)
    finally:
        copy.close()
    write(f"Restored to {place}.")
    return ExitCode.CLEAR


def _restore_to_server(source: Path, url: str) -> ExitCode:
    """Make an index in a database, and its key file on this machine."""
    from fingerprints.stores import require_postgres, shown

    require_postgres()
    from fingerprints.stores.postgres.moving import restore as restored

    try:
        key = restored(source, url)
    except IndexMissing:
        if (source / "catalog.db").exists():
            raise
        raise Failure(f"{source} is not the copy of an index; name a folder that `wirecheck backup` made.") from None
    write(f"Restored to {shown(url)}; its key is {key}.")
    return ExitCode.CLEAR
