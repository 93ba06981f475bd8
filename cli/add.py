"""`wirecheck add` and `wirecheck remove`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from cli.exit_codes import ExitCode, Failure, say
from cli.options import IndexOption, Inputs, index_url

if TYPE_CHECKING:
    from checker.readers import Document, Unreadable
    from checker.rights.messages import Message
    from cli.progress import Bar
    from fingerprints.index import Applied, Operation, Store, Work
    from fingerprints.sketch import Sketcher

# One apply of many stories packs the index better and waits for the disk once.
APPLY_CHARACTERS = 64_000_000
APPLY_STORIES = 20_000
SKETCH_CHARACTERS = 4_000_000


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
    from cli.inputs import documents, named
    from fingerprints.stores import open_index

    inputs = named(inputs)
    defaults = Defaults(id, title, holder, story, feed)
    store = open_index(index_url(index), create=True)
    try:
        return Adding(store, defaults).run(documents(inputs))
    finally:
        store.close()


@dataclass(frozen=True, slots=True)
class Defaults:
    """What the command line says of stories that do not say it themselves."""

    id: str
    title: str
    holder: str
    story: str
    feed: str = ""


@dataclass(slots=True)
class Adding:
    """One run of `add`."""

    store: Store
    defaults: Defaults
    batch: list[Work] = field(default_factory=list)
    operations: list[Operation] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    failed: int = 0
    empty: int = 0
    passed_over: int = 0
    works: int = 0
    # of the open batch and the waiting operations, in characters
    batch_size: int = 0
    waiting_size: int = 0

    def run(self, entries: Iterator[Document | Unreadable]) -> ExitCode:
        """Add everything; Ctrl-C keeps what was committed before it."""
        from cli.progress import Bar
        from fingerprints.index import Applied, Work
        from fingerprints.sketch import Sketcher

        done = Applied()
        sketcher = Sketcher(self.store.spec, self.store.secret)
        try:
            with Bar("Adding stories") as bar:
                for work in self._works(entries):
                    if not isinstance(work, Work):
                        done += self._told(work, sketcher, bar)
                        continue
                    self.batch.append(work)
                    self.batch_size += len(work.text)
                    if self.batch_size >= SKETCH_CHARACTERS:
                        self._sketch(sketcher, bar)
                    if self.waiting_size >= APPLY_CHARACTERS or len(self.operations) >= APPLY_STORIES:
                        done += self._apply()
                self._sketch(sketcher, bar)
                bar.note("Writing to the index")
                done += self._apply()
        except KeyboardInterrupt:
            saved = done.added + done.replaced
            say(f"Stopped; {saved:,} {'story is' if saved == 1 else 'stories are'} saved.")
            return ExitCode.FAILED
        print(f"Added {done.added:,}, replaced {done.replaced:,}, unchanged {done.unchanged:,}.")
        if self.passed_over:
            entries = "entry is" if self.passed_over == 1 else "entries are"
            say(f"{self.passed_over:,} {entries} not copy, and not in the index.")
        if self.failed:
            say(f"{self.failed:,} could not be added.")
        nothing = self.empty and not (done.added or done.replaced or done.unchanged)
        return ExitCode.FAILED if self.failed or nothing else ExitCode.CLEAR

    def _works(self, entries: Iterator[Document | Unreadable]) -> Iterator[Work | Message]:
        from checker.readers import Kind, Unreadable
        from checker.rights.messages import message_of

        now = datetime.now(UTC).isoformat(timespec="seconds")
        for entry in entries:
            if isinstance(entry, Unreadable):
                self._refuse(entry.place, entry.sentence)
                continue
            if message := message_of(entry, now):
                yield message
                continue
            if entry.kind is not Kind.STORY:
                self._pass_over(entry)
                continue
            self._only_one()
            work = _work(entry, self.defaults)
            place = f"{work.id} ({entry.place})" if entry.place else work.id
            if entry.incomplete:
                self._refuse(place, f"It was not added: {'; '.join(entry.incomplete)}.")
            elif work.id == "-":
                self._refuse("standard input", "Give the story an id with --id.")
            elif not any(map(str.isalnum, work.text)):
                self.empty += 1  # a feed has such items, and there is nothing in them to protect: no failure
                say(f"{place}: It was not added: there are no words in it.")
            else:
                if work.id in self.seen:
                    say(f"{place}: This id came twice; the later text is its newer revision.")
                self.seen.add(work.id)
                yield work

    def _told(self, message: Message, sketcher: Sketcher, bar: Bar) -> Applied:
        """Apply a message to the stories that it is about, those of this run among them."""
        from checker.reports.show import one_line
        from cli.messages import apply_message

        self._sketch(sketcher, bar)
        done = self._apply()
        ids = apply_message(self.store, sketcher, message)
        for id in ids:
            print(one_line(f"{message.says}: {id} (by {message.id})"))
        if not ids and message.names:
            say(f"{message.id}: It says that a story is {message.says} that is not in the index; it is kept for it.")
        elif not ids:
            self._refuse(
                message.id,
                f"It says that a story is {message.says}, and not which by a name that is in the index: "
                f"see `wirecheck mark`.",
            )
        return done

    def _only_one(self) -> None:
        """Raises Failure when --id would name a second story."""
        self.works += 1
        if self.defaults.id and self.works > 1:
            raise Failure("--id names a single text; there are several here, and nothing was added.")

    def _pass_over(self, entry: Document) -> None:
        """An advisory, a picture, a test: recognised, and no copy to be protected."""
        self.passed_over += 1
        article = "an" if entry.kind[0] in "aeiou" else "a"
        what = "of an unknown kind" if entry.kind == "unknown" else f"{article} {entry.kind} item"
        say(f"{entry.name or entry.id}: It was not added: it is {what}, not a story.")

    def _refuse(self, place: str, sentence: str) -> None:
        self.failed += 1
        say(f"{place}: {sentence}")

    def _sketch(self, sketcher: Sketcher, bar: Bar) -> None:
        from checker.links import links_of
        from fingerprints.index import Upsert

        made = sketcher.fingerprints([work.text for work in self.batch])
        for work, fingerprint in zip(self.batch, made, strict=True):
            if fingerprint.too_long:
                self._refuse(work.id, f"It was not added: {fingerprint.too_long}.")
            else:
                self.operations.append(Upsert(work, fingerprint, links_of(work)))
        self.waiting_size += self.batch_size
        bar.advance(len(self.batch))
        self.batch, self.batch_size = [], 0

    def _apply(self) -> Applied:
        from fingerprints.index import Applied

        done = self.store.apply(self.operations) if self.operations else Applied()
        self.operations, self.waiting_size = [], 0
        return done


def _work(document: Document, defaults: Defaults) -> Work:
    from checker.readers.labels import copy_of
    from checker.rights.item import FEED
    from fingerprints.index import Work

    return Work(
        id=defaults.id or document.id,
        text=copy_of(document),
        title=document.title or defaults.title,
        holder=document.holder or defaults.holder,
        story=document.story or defaults.story,
        version=document.version,
        metadata=dict(document.metadata) | ({FEED: defaults.feed} if defaults.feed else {}),
    )


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
