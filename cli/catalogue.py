"""`wirecheck list`, `show` and `stats`: what is in the index."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.exit_codes import ExitCode, Failure
from cli.options import IndexOption, ListFormat, ShowFormat, open_for_reading
from cli.terminal import ready, write

if TYPE_CHECKING:
    from checker.standing import Family, Member, Rights
    from fingerprints.index import Entry, Info, Store, StoredWork

PORTION = 500
"""Stories that are read in one step for a list."""
VERSIONS = 20
"""The newest versions of a family that are shown one by one."""


def list_works(
    index: IndexOption = "",
    states: Annotated[
        bool, typer.Option("--states", help="Also say what is killed, withheld, corrected or under an embargo.")
    ] = False,
    format: Annotated[ListFormat, typer.Option("--format", "-f", help="How to write the list.")] = ListFormat.TEXT,
) -> ExitCode:
    """List the stories in the index.

    A line a story: id, words, revision, title, and behind it what of the story is not there; with --states also what
    each says of its own use, for which all are read. `wirecheck show` tells that of its other versions too.

    Example:

        wirecheck list --format jsonl
    """
    opened = open_for_reading(index)
    ready(sys.stdout)
    try:
        told = _with_states(opened) if states else ((entry, {}) for entry in opened.entries())
        if format is ListFormat.TEXT:
            _table((one.id, f"{one.words:,}", str(one.revision), _title(one, said)) for one, said in told)
        else:
            _as_json((asdict(entry) | said for entry, said in told), lines=format is ListFormat.JSONL)
    finally:
        opened.close()
    return ExitCode.CLEAR


def _with_states(opened: Store) -> Iterator[tuple[Entry, dict[str, str]]]:
    """Every entry, with what its newest revision says of its use."""
    from checker.rights.item import rights_of

    entries = opened.entries()
    while portion := list(islice(entries, PORTION)):
        stored = {one.number: one for one in opened.fetch([entry.number for entry in portion])}
        for entry in portion:
            rights = rights_of(stored[entry.number]) if entry.number in stored else None
            told = {"state": str(rights.state), "embargo": rights.embargo, "expires": rights.expires} if rights else {}
            yield entry, told


def _title(entry: Entry, said: dict[str, str]) -> str:
    """The title, and behind it that the text is gone, and the state of a story that has one."""
    told = ["text expired"] if entry.expired else []
    told += [f"in part: {entry.partial}"] if entry.partial else []
    told += [said["state"]] if said.get("state", "usable") != "usable" else []
    told += [f"embargo until {said['embargo']}"] if said.get("embargo") else []
    return f"{entry.title} ({', '.join(told)})".lstrip() if told else entry.title


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
        standing = _standing(opened, revisions[0]) if revisions else None
    finally:
        opened.close()
    if standing is None:
        raise Failure(f"There is no story of the id {id!r}; wirecheck list shows all of them.")
    ready(sys.stdout)
    if format is ShowFormat.JSON:
        write(json.dumps(_story(revisions, standing), indent=2))
    else:
        _print_story(revisions, standing)
    return ExitCode.CLEAR


@dataclass(frozen=True, slots=True)
class Standing:
    """The rights of a story, its family where more than this version or anything is known of it, and all versions."""

    rights: Rights
    family: Family | None
    versions: Sequence[Member]


def _standing(opened: Store, stored: StoredWork) -> Standing:
    from checker.families import Families
    from checker.family import at_present, described
    from checker.rights.item import rights_of
    from fingerprints.sketch import sketcher

    families = Families(opened, sketcher(opened.spec, opened.secret), [stored])
    members = families.members(stored)
    present = next(one for one in at_present(members) if one.number == stored.number)
    return Standing(rights_of(present), families.of(stored), described(members))


def _story(revisions: list[StoredWork], standing: Standing) -> dict[str, Any]:
    """The newest revision as plain values, and the older ones without their texts."""
    from checker.family import filed

    work = revisions[0].work
    told = {name: getattr(work, name) for name in ("id", "title", "holder", "story", "version", "text")}
    return {
        **told,
        "metadata": dict(work.metadata),
        "expired": revisions[0].expired,
        "rights": asdict(standing.rights),
        "family": asdict(standing.family) if standing.family else None,
        "versions": [asdict(one) for one in standing.versions],
        "revisions": filed(revisions),
    }


def _print_story(revisions: list[StoredWork], standing: Standing) -> None:
    from checker.reports.show import one_line, shown_on_terminal

    work = revisions[0].work
    known = {"id": work.id, "title": work.title, "holder": work.holder, "story": work.story, "version": work.version}
    said = [(one_line(name), one_line(value)) for name, value in (known | dict(work.metadata)).items() if value]
    said += [(name, one_line(value)) for name, value in _use(standing)]
    room = min(24, max(len("revision"), *(len(name) for name, _ in said))) + 2
    for name, value in said:
        write(f"{name + ': ':<{room}}{value}")
    for one in revisions:
        state = ("current" if one.current else "replaced") + (f", text expired {one.expired}" if one.expired else "")
        write(f"{'revision: ':<{room}}{one.revision}, added {one.added}, {one.words:,} words, {state}")
    gone = "Its term is over: the text was removed, and what it matches is still found."
    write("\n" + (gone if revisions[0].expired else shown_on_terminal(work.text).rstrip("\n")))


def _use(standing: Standing) -> Iterator[tuple[str, str]]:
    """What holds for the use of a story and of its family, in lines."""
    family = standing.family
    if family:
        by = f" since {family.since}, by {family.by}" if family.since else ""
        yield "state", f"{family.state}{by}"
        for name, time in (("embargo until", family.embargo), ("use ends", family.expires)):
            if time:
                yield name, time
    for doubt in standing.rights.doubts:
        yield "doubt", doubt
    if len(standing.versions) > 1:
        for one in standing.versions[-VERSIONS:]:
            told = [one.id, one.version and f"version {one.version}", one.published, str(one.state), f"by {one.why}"]
            yield "family", ", ".join(filter(None, told))
        if len(standing.versions) > VERSIONS:
            yield "family", f"and {len(standing.versions) - VERSIONS:,} earlier versions"


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
        partial = sum(bool(entry.partial) for entry in opened.entries())
    finally:
        opened.close()
    ready(sys.stdout)
    if format is ShowFormat.JSON:
        write(json.dumps(asdict(info) | {"partial": partial}, indent=2))
    else:
        _print_figures(info, partial)
    return ExitCode.CLEAR


def _print_figures(info: Info, partial: int) -> None:
    from checker.reports.show import one_line

    average = info.fingerprint_bytes / max(1, info.revisions)
    for name, value in (
        ("Index", one_line(info.location)),
        ("Specification", info.spec),
        ("Stories", f"{info.works:,} ({info.revisions:,} with replaced revisions)"),
        ("Words", f"{info.words:,}"),
        ("In part only", f"{partial:,} of the stories"),
        ("Fingerprints", f"{info.postings:,}, {info.hot_keys:,} of their keys hot"),
        ("Of which bytes", f"{info.fingerprint_bytes:,} ({average:,.0f} a story)"),
        ("Texts, bytes", f"{info.text_bytes:,}"),
        ("Texts expired", f"{info.expired:,}"),
        ("Files, bytes", f"{info.file_bytes:,}"),
    ):
        write(f"{name + ':':<16}{value}")
