"""The catalogue as it is changed: stories added, replaced, removed and marked, in a worker.

Every server process may write; one at a time does. A lock beside the index keeps a change and the condition that it
was asked under (If-Match) together; `wirecheck add` of the command line is kept apart by the index itself. An index in
PostgreSQL, which servers on several hosts share, keeps all of them apart.
"""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.bodies import JSON, must_be, parse_json, validated
from api.catalogue import etag_of, matches, required, shown
from api.intake_bodies import Mark, Story, document_of, entries_of
from api.problems import Problem, unreadable
from checker.desk import NoTime, mark, said_by_desk
from checker.intake import About, Defaults, Intake, Note, OneIdForMany
from checker.standing import State
from fingerprints.errors import IndexBusy, IndexMissing
from fingerprints.index import Applied, Operation, ReadIndex, Remove, Store
from fingerprints.stores import SERVERS, require_postgres
from fingerprints.stores.embedded import EmbeddedStore
from fingerprints.stores.keyfile import key_path
from fingerprints.stores.schema import CATALOGUE

if TYPE_CHECKING:
    from fingerprints.stores.postgres.store import PostgresStore

BUSY_SECONDS = 5.0
"""So long a change waits for another one; then it is refused, to be sent again."""
STEP = 0.02
MOST_NOTES = 1_000
"""Entries of which it is told one by one what became of them."""


class _OneByOne(EmbeddedStore):
    """A store whose every transaction waits for its turn at `turn`, a file."""

    turn: Path

    def apply(self, operations: Sequence[Operation]) -> Applied:
        with _turn(self.turn):
            return super().apply(operations)


def _for_adding(header: Mapping[str, Any]) -> Store:
    """The index, made if there is none, for additions without a condition."""
    if header["index"].startswith(SERVERS):
        return _on_server(header, create=True)
    store = _OneByOne(_place(header), create=True, busy_seconds=BUSY_SECONDS)
    store.turn = Path(header["lock"])
    return store


def _on_server(header: Mapping[str, Any], *, create: bool) -> PostgresStore:
    require_postgres()
    from fingerprints.stores.postgres.store import PostgresStore

    return PostgresStore(header["index"], create=create, busy_seconds=BUSY_SECONDS)


def add(header: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
    """Add what was sent. `one` is the story's ETag where it was a single one sent as JSON.

    Raises Problem 415 and 422, and the errors of `fingerprints.errors`.
    """
    entries, defaults, one = entries_of(header["type"], body, header["query"])
    notes: list[Note] = []
    with closing(_for_adding(header)) as store:
        intake = Intake(store, defaults, header["now"], notes.append, nameless="")
        try:
            for entry in entries:
                intake.take(entry)
        except OneIdForMany as error:
            raise unreadable([{"pointer": "/id", "detail": str(error)}]) from error
        done = intake.finish()
        summary = _summary(done, notes, intake)
        _require_something(done, notes)
        if one and store.revisions(one):
            summary |= {"one": one, "etag": etag_of(shown(store, one))}
    return summary, b""


def put(header: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
    """Replace the story `id`, or make it. Raises Problem 412, 415 and 422."""
    must_be(header["type"], JSON)
    story = validated(Story, parse_json(body))
    notes: list[Note] = []
    with _changing(header, create=True) as store:
        _require_condition(store, header)
        intake = Intake(store, Defaults(), header["now"], notes.append, nameless="")
        intake.take(document_of(header["id"], story))
        done = intake.finish()
        _require_something(done, notes)
        told = shown(store, header["id"]) if store.revisions(header["id"]) else None
    summary = _summary(done, notes, intake)
    return {**summary, "article": told, "etag": etag_of(told) if told else "", "made": bool(done.added)}, b""


def remove(header: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
    """Remove a story with all its revisions. Raises Problem 404 and 412."""
    with _changing(header) as store:
        required(store, header["id"])
        _require_condition(store, header)
        store.apply([Remove(header["id"])])
    return {}, b""


def set_mark(header: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
    """Write what the desk says of a story. Raises Problem 404, 412, 415 and 422."""
    must_be(header["type"], JSON)
    asked = validated(Mark, parse_json(body))
    state = State(asked.state) if asked.state else None
    try:
        at = asked.at or header["now"]
        said = said_by_desk(state, at, embargo=asked.embargo, expires=asked.expires, note=asked.note)
    except NoTime:
        detail = "A time in it cannot be read; write it as ISO 8601, such as 2026-11-30T10:00:00+01:00."
        raise unreadable([{"pointer": "", "detail": detail}]) from None
    with _changing(header) as store:
        required(store, header["id"])
        _require_condition(store, header)
        marked = mark(store, header["id"], said)
        told = shown(store, header["id"])
    assert marked  # noqa: S101 -- it was there, and we have the turn
    still = f'{marked.still.where} says "{marked.still.said}" ({marked.still.by})' if marked.still else None
    values = {"id": marked.id, "state": str(marked.state), "family": told["family"], "others": list(marked.others)}
    return {"marked": {**values, "still": still}, "etag": etag_of(told)}, b""


@contextmanager
def _changing(header: Mapping[str, Any], *, create: bool = False) -> Iterator[Store]:
    """The index, for a change under a condition: nobody else writes to it meanwhile."""
    if header["index"].startswith(SERVERS):
        with _on_server(header, create=create) as server, server.alone():
            yield server
        return
    place = _place(header) if create else Path(header["index"])
    with _turn(Path(header["lock"])), EmbeddedStore(place, create=create, busy_seconds=BUSY_SECONDS) as store:
        yield store


def _place(header: Mapping[str, Any]) -> Path:
    """Where the index is, or is to be made.

    Raises IndexMissing where there was one and is none now: a fresh one in its place would find nothing that the old
    one knew, and nobody would notice.
    """
    place = Path(header["index"])
    if not (place / CATALOGUE).exists() and key_path(place.resolve()).exists():
        raise IndexMissing(
            f"The index {place} is gone, and its key file is still there. Bring it back from a backup; or, to begin "
            "with an empty one, make it with `wirecheck add`."
        )
    return place


def _require_condition(store: ReadIndex, header: Mapping[str, Any]) -> None:
    """Raises Problem 412 when the story is not as the one who changes it takes it to be."""
    if not header["if_match"] and not header["if_none_match"]:
        return
    etag = etag_of(shown(store, header["id"])) if store.revisions(header["id"]) else None
    if header["if_match"] and not matches(header["if_match"], etag):
        detail = "The story is not as If-Match says: somebody changed it meanwhile. Get it again, and decide anew."
        raise Problem(412, detail, slug="changed")
    if header["if_none_match"] and matches(header["if_none_match"], etag, weakly=True):
        raise Problem(412, "There is a story of this id already, and If-None-Match asks for none.", slug="exists")


def _require_something(done: Applied, notes: Sequence[Note]) -> None:
    """Raises Problem 422 when nothing of what was sent came into the index, with the reasons."""
    taken = done.added + done.replaced + done.unchanged
    wrong = [note for note in notes if note.failed or note.about is About.EMPTY]
    if taken or not wrong or any(note.about in (About.APPLIED, About.KEPT) for note in notes):
        return
    told = [_told(note) for note in wrong]
    raise unreadable([{"pointer": "", "detail": f"{one['place']}: {one['detail']}".removeprefix(": ")} for one in told])


def _summary(done: Applied, notes: Sequence[Note], intake: Intake) -> dict[str, Any]:
    """What became of what was sent; what is told one by one is cut, and `untold` counts the rest."""
    applied = [
        {"says": note.says, "id": id, "by": note.place}
        for note in notes
        if note.about is About.APPLIED
        for id in note.ids
    ]
    refused = [_told(note) for note in notes if note.failed]
    others = [_told(note) for note in notes if not note.failed and note.about is not About.APPLIED]
    return {
        "added": done.added,
        "replaced": done.replaced,
        "unchanged": done.unchanged,
        "words": intake.words,
        "partial": intake.partial,
        "applied": applied[:MOST_NOTES],
        "refused": refused[:MOST_NOTES],
        "notes": others[:MOST_NOTES],
        "untold": sum(max(0, len(told) - MOST_NOTES) for told in (applied, refused, others)),
    }


def _told(note: Note) -> dict[str, str]:
    hints = {About.NAMELESS: " Send one as id, or name its file.", About.AIMLESS: "; mark the story itself."}
    return {"place": note.place, "detail": note.sentence + hints.get(note.about, ""), "about": str(note.about)}


@contextmanager
def _turn(path: Path) -> Iterator[None]:
    """Whoever has the turn is the only one of the service's processes that writes. Raises IndexBusy."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    until = time.monotonic() + BUSY_SECONDS
    with path.open("ab") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > until:
                    raise IndexBusy("Another change of the index takes long; send this one again later.") from None
                time.sleep(STEP)
            else:
                break
        yield  # closing the file gives the turn back


HANDLERS = {
    "catalogue.add": add,
    "catalogue.put": put,
    "catalogue.remove": remove,
    "catalogue.mark": set_mark,
}
