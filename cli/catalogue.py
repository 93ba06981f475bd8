"""`wirecheck list`, `show` and `stats`: what is in the index."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.exit_codes import ExitCode, Failure
from cli.options import IndexOption, ListFormat, ShowFormat, open_for_reading
from cli.terminal import ready, write

if TYPE_CHECKING:
    from fingerprints.index import Info, StoredWork


def list_works(
    index: IndexOption = "",
    format: Annotated[ListFormat, typer.Option("--format", "-f", help="How to write the list.")] = ListFormat.TEXT,
) -> ExitCode:
    """List the stories in the index.

    A line a story: id, words, revision, title.

    Example:

        wirecheck list --format jsonl
    """
    opened = open_for_reading(index)
    ready(sys.stdout)
    try:
        if format is ListFormat.TEXT:
            _table((entry.id, f"{entry.words:,}", str(entry.revision), entry.title) for entry in opened.entries())
        else:
            _as_json((asdict(entry) for entry in opened.entries()), lines=format is ListFormat.JSONL)
    finally:
        opened.close()
    return ExitCode.CLEAR


def _table(rows: Iterable[tuple[str, str, str, str]]) -> None:
    """A line a story, its columns set apart by tabs when piped, aligned on a terminal."""
    from checker.reports.show import cells, one_line
    from cli.terminal import is_terminal

    clean = ([one_line(value) for value in row] for row in rows)
    if not is_terminal(sys.stdout):
        for row in clean:
            write("\t".join(row))
        return
    kept = [["ID", "WORDS", "REVISION", "TITLE"], *clean]
    widest = [min(60, max(cells(row[column]) for row in kept)) for column in range(3)]
    for name, words, revision, title in kept:
        room = " " * max(0, widest[0] - cells(name))
        write(f"{name}{room}  {words:>{widest[1]}}  {revision:>{widest[2]}}  {title}".rstrip())


def _as_json(values: Iterator[dict[str, Any]], *, lines: bool) -> None:
    if lines:
        for value in values:
            write(json.dumps(value))
        return
    lead = "[\n"
    for value in values:
        sys.stdout.write(lead + json.dumps(value))
        lead = ",\n"
    write("\n]" if lead == ",\n" else "[]")


def show(
    id: Annotated[str, typer.Argument(metavar="ID", help="An id as `wirecheck list` shows it.")],
    index: IndexOption = "",
    format: Annotated[ShowFormat, typer.Option("--format", "-f", help="How to write the story.")] = ShowFormat.TEXT,
) -> ExitCode:
    """Show one story and its revisions.

    Example:

        wirecheck show wire/bridge.txt
    """
    opened = open_for_reading(index)
    try:
        revisions = opened.revisions(id)
    finally:
        opened.close()
    if not revisions:
        raise Failure(f"There is no story of the id {id!r}; wirecheck list shows all of them.")
    ready(sys.stdout)
    if format is ShowFormat.JSON:
        write(json.dumps(_story(revisions), indent=2))
    else:
        _print_story(revisions)
    return ExitCode.CLEAR


def _story(revisions: list[StoredWork]) -> dict[str, Any]:
    """The newest revision as plain values, and the older ones without their texts."""
    work = revisions[0].work
    told = {name: getattr(work, name) for name in ("id", "title", "holder", "story", "version", "text")}
    return {
        **told,
        "metadata": dict(work.metadata),
        "revisions": [
            {
                "revision": one.revision,
                "current": one.current,
                "added": one.added,
                "words": one.words,
                "title": one.work.title,
            }
            for one in revisions
        ],
    }


def _print_story(revisions: list[StoredWork]) -> None:
    from checker.reports.show import one_line, shown_on_terminal

    work = revisions[0].work
    known = {"id": work.id, "title": work.title, "holder": work.holder, "story": work.story, "version": work.version}
    told = {one_line(name): one_line(value) for name, value in (known | dict(work.metadata)).items() if value}
    room = min(24, max(len("revision"), *map(len, told))) + 2
    for name, value in told.items():
        write(f"{name + ': ':<{room}}{value}")
    for one in revisions:
        state = "current" if one.current else "replaced"
        write(f"{'revision: ':<{room}}{one.revision}, added {one.added}, {one.words:,} words, {state}")
    write("\n" + shown_on_terminal(work.text).rstrip("\n"))


def stats(
    index: IndexOption = "",
    format: Annotated[ShowFormat, typer.Option("--format", "-f", help="How to write the figures.")] = ShowFormat.TEXT,
) -> ExitCode:
    """Show the index in figures.

    Example:

        wirecheck stats
    """
    opened = open_for_reading(index)
    try:
        info = opened.info()
    finally:
        opened.close()
    ready(sys.stdout)
    if format is ShowFormat.JSON:
        write(json.dumps(asdict(info), indent=2))
    else:
        _print_figures(info)
    return ExitCode.CLEAR


def _print_figures(info: Info) -> None:
    from checker.reports.show import one_line

    average = info.fingerprint_bytes / max(1, info.revisions)
    for name, value in (
        ("Index", one_line(info.location)),
        ("Specification", info.spec),
        ("Stories", f"{info.works:,} ({info.revisions:,} with replaced revisions)"),
        ("Words", f"{info.words:,}"),
        ("Fingerprints", f"{info.postings:,}, {info.hot_keys:,} of their keys hot"),
        ("Of which bytes", f"{info.fingerprint_bytes:,} ({average:,.0f} a story)"),
        ("Texts, bytes", f"{info.text_bytes:,}"),
        ("Files, bytes", f"{info.file_bytes:,}"),
    ):
        write(f"{name + ':':<16}{value}")
