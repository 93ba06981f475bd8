"""The tables `said` and `links`: what is kept beside a revision, with a checksum over it."""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import apsw
import numpy as np

from fingerprints.index import Numbers
from fingerprints.stores.rows import LAST_POSITION
from fingerprints.stores.said import Places, Said
from fingerprints.stores.schema import TABLES_2
from fingerprints.stores.sealed import as_json, checksum, decode, encode

BESIDE = "links, amended, expired, seal, places"
WRITE = f"INSERT OR REPLACE INTO said (number, {BESIDE}) VALUES (?,?,?,?,?,?)"  # noqa: S608
LINKED = "SELECT number FROM links WHERE link = ?"
_PERSON = b"wirecheck-said-1"


def keeps_said(connection: apsw.Connection) -> bool:
    """Whether the index has the tables of format 2 by now: another process may give them to it at any time."""
    return connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'said'").fetchone() is not None


@dataclass(frozen=True, slots=True)
class Beside:
    """A row of `said` as read, not yet believed."""

    links: bytes
    amended: bytes
    expired: str
    seal: bytes
    places: bytes

    def said(self, number: int) -> Said:
        """What it says. Raises ValueError."""
        if checksum(_PERSON, str(number), self.links, self.amended, self.expired, self.places) != self.seal:
            raise ValueError("checksum")
        links, amended = json.loads(decode(self.links)), json.loads(decode(self.amended))
        return Said(tuple(links), amended, self.expired, _unpacked(self.places))

    @classmethod
    def of(cls, number: int, said: Said) -> Beside:
        """The row to write for a revision."""
        links, amended = encode(as_json(said.links)), encode(as_json(dict(said.amended)))
        places = _packed(said.places)
        seal = checksum(_PERSON, str(number), links, amended, said.expired, places)
        return cls(links, amended, said.expired, seal, places)


def write(connection: apsw.Connection, number: int, said: Said) -> None:
    """Write all that is kept beside a revision, in place of what was there."""
    made = Beside.of(number, said)
    connection.execute("DELETE FROM links WHERE number = ?", (number,))
    connection.execute(WRITE, (number, made.links, made.amended, made.expired, made.seal, made.places))
    connection.executemany("INSERT INTO links VALUES (?, ?)", [(encode(link), number) for link in said.links])


def _packed(places: Places) -> bytes:
    """The columns (word, start, length) as differences from row to row, deflated: about two bytes a place."""
    if not places:
        return b""
    table = np.array(places, dtype=np.int64)
    table[:, 2] -= table[:, 1]
    return zlib.compress(np.diff(table, axis=0, prepend=0).T.astype("<i4").tobytes(), 9)


def _unpacked(packed: bytes) -> Places:
    if not packed:
        return ()
    unpack = zlib.decompressobj()
    table = np.frombuffer(unpack.decompress(packed, 12 * (LAST_POSITION + 1)), dtype="<i4").reshape(3, -1)
    word, start, length = np.cumsum(table.astype(np.int64), axis=1)
    return tuple(zip(word.tolist(), start.tolist(), (start + length).tolist(), strict=True))


def linked(connection: apsw.Connection, links: Sequence[str]) -> Numbers:
    """Numbers that carry at least one of these links, ascending."""
    found: set[int] = set()
    if keeps_said(connection):
        for link in dict.fromkeys(links):
            found.update(number for (number,) in connection.execute(LINKED, (encode(link),)))
    return np.array(sorted(found), dtype=np.int64)


def newest_said(connection: apsw.Connection, after: int, most: int) -> Numbers:
    """Numbers behind `after`, and all of which something was said later; the newest `most` of each, ascending."""
    filed = connection.execute("SELECT number FROM works WHERE number > ? ORDER BY number DESC LIMIT ?", (after, most))
    found = {number for (number,) in filed}
    if keeps_said(connection):
        amended = "SELECT number FROM said WHERE amended <> CAST('{}' AS BLOB) ORDER BY number DESC LIMIT ?"
        found.update(number for (number,) in connection.execute(amended, (most,)))
    return np.array(sorted(found), dtype=np.int64)


def links(connection: apsw.Connection, but: Collection[int]) -> dict[int, set[bytes]]:
    """The links in `said` by number; `but` are the numbers of rows that are not to be believed."""
    rows = connection.execute("SELECT number, links FROM said")
    return {number: {encode(link) for link in json.loads(decode(own))} for number, own in rows if number not in but}


def looked_up(connection: apsw.Connection) -> dict[int, set[bytes]]:
    """The table `links` by number."""
    found: dict[int, set[bytes]] = {}
    for link, number in connection.execute("SELECT link, number FROM links"):
        found.setdefault(number, set()).add(link)
    return found


def rebuild_links(connection: apsw.Connection, but: Collection[int]) -> None:
    """Make the table `links` anew from `said`; of the numbers in `but` the old rows are kept."""
    kept = {number: own for number, own in looked_up(connection).items() if number in but}
    connection.execute("DROP TABLE links")
    for name in ("links", "links_by_number"):
        connection.execute(TABLES_2[name])
    for number, own in (links(connection, but) | kept).items():
        connection.executemany("INSERT INTO links VALUES (?, ?)", [(link, number) for link in own])
