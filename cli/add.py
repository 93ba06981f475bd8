"""`wirecheck add` and `wirecheck remove`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from cli.exit_codes import ExitCode, Failure, say
from cli.options import IndexOption, Inputs, index_url

if TYPE_CHECKING:
    from checker.intake import Defaults, Note
    from checker.readers import Document, Unreadable
    from fingerprints.index import Store


def add(
    inputs: Inputs = None,
    index: IndexOption = "",
    holder: Annotated[str, typer.Option(help="Who holds the rights, where the input does not say.")] = "",
    title: Annotated[str, typer.Option(help="The title, where the input does not say.")] = "",
    story: Annotated[str, typer.Option(help="The story that these are versions of.")] = "",
    id: Annotated[str, typer.Option("--id", help="The id of a single text, instead of its path.")] = "",
    feed: Annotated[str, typer.Option(help="The feed that they came by, as the policy names it.")] = "",
) -> ExitCode:
    """Add protected stories to the index.

    The index is made if there is none. A story whose id is there already becomes its new revision; the old one stays
    findable. What was added is safe on disk when the command returns. A message that kills, withholds, corrects or
    embargoes another story is applied to that one, and said.

    Examples:

        wirecheck add wire/

        wirecheck add april.jsonl.gz --holder "Meridian Press" --feed mp-world

        wirecheck add - --id mp-0412 < story.txt
    """
    from checker.intake import Defaults
    from cli.inputs import documents, named
    from fingerprints.stores import open_index

    inputs = named(inputs)
    defaults = Defaults(id, title, holder, story, feed)
    store = open_index(index_url(index), create=True)
    try:
        return add_all(store, defaults, documents(inputs))
    finally:
        store.close()


def add_all(store: Store, defaults: Defaults, entries: Iterable[Document | Unreadable]) -> ExitCode:
    """Add everything, and say what became of it; Ctrl-C keeps what was committed before it."""
    from checker.intake import Intake, OneIdForMany
    from cli.progress import Bar

    now = datetime.now(UTC).isoformat(timespec="seconds")
    intake = Intake(store, defaults, now, _tell)
    try:
        with Bar("Adding stories") as bar:
            intake.advanced = bar.advance
            for entry in entries:
                intake.take(entry)
            bar.note("Writing to the index")
            intake.finish()
    except OneIdForMany as error:
        raise Failure("--id names a single text; there are several here, and nothing was added.") from error
    except KeyboardInterrupt:
        saved = intake.done.added + intake.done.replaced
        say(f"Stopped; {saved:,} {'story is' if saved == 1 else 'stories are'} saved.")
        return ExitCode.FAILED
    done = intake.done
    words = f"{intake.words:,} {'word' if intake.words == 1 else 'words'} in all"
    print(f"Added {done.added:,}, replaced {done.replaced:,}, unchanged {done.unchanged:,}: {words}.")
    if intake.partial:
        them = "story is" if intake.partial == 1 else "stories are"
        say(f"{intake.partial:,} {them} there in part only, for no more came; `wirecheck list` says which.")
    if intake.not_copy:
        them = "entry is" if intake.not_copy == 1 else "entries are"
        say(f"{intake.not_copy:,} {them} not copy, and not in the index.")
    if intake.failed:
        say(f"{intake.failed:,} could not be added.")
    if intake.tiny:
        say(f"Half of the stories have {intake.tiny:,} words or fewer: headlines or teasers, perhaps, and no stories.")
    return ExitCode.FAILED if intake.failed or intake.nothing else ExitCode.CLEAR


def _tell(note: Note) -> None:
    """One entry that was not simply added, in a line."""
    from checker.intake import About
    from checker.reports.show import one_line

    if note.about is About.APPLIED:
        for id in note.ids:
            print(one_line(f"{note.says}: {id} (by {note.place})"))
    elif note.about is About.PARTIAL:
        return  # counted at the end: a feed may hold nothing else
    elif note.about is About.NAMELESS:
        say("standard input: Give the story an id with --id.")
    elif note.about is About.AIMLESS:
        say(f"{note.place}: {note.sentence}: see `wirecheck mark`.")
    else:
        say(f"{note.place}: {note.sentence}")


def remove(
    ids: Annotated[list[str], typer.Argument(metavar="ID...", help="Ids as `wirecheck list` shows them.")],
    index: IndexOption = "",
) -> ExitCode:
    """Remove stories and all their revisions.

    Example:

        wirecheck remove wire/bridge.txt
    """
    from fingerprints.index import Remove
    from fingerprints.stores import open_index

    store = open_index(index_url(index))
    try:
        done = store.apply([Remove(id) for id in dict.fromkeys(ids)])
    finally:
        store.close()
    print(f"Removed {done.removed:,}.")
    for id in done.missing:
        say(f"{id}: There is no story of this id.")
    return ExitCode.FAILED if done.missing else ExitCode.CLEAR
