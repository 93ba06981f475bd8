"""The tables `said` and `links`: what is kept beside a revision, with a checksum over it."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence

import apsw
import numpy as np

from fingerprints.index import Numbers
from fingerprints.stores.said import Said
from fingerprints.stores.schema import TABLES_2
from fingerprints.stores.sealed import decode, encode
from fingerprints.stores.stored import BESIDE, Beside

WRITE = f"INSERT OR REPLACE INTO said (number, {BESIDE}) VALUES (?,?,?,?,?,?)"  # noqa: S608
LINKED = "SELECT number FROM links WHERE link = ?"


def keeps_said(connection: apsw.Connection) -> bool:
    """Whether the index has the tables of format 2 by now: another process may give them to it at any time."""
    return connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'said'").fetchone() is not None


def write(connection: apsw.Connection, number: int, said: Said) -> None:
    """Write all that is kept beside a revision, in place of what was there."""
    made = Beside.of(number, said)
    connection.execute("DELETE FROM links WHERE number = ?", (number,))
    connection.execute(WRITE, (number, made.links, made.amended, made.expired, made.seal, made.places))
    connection.executemany("INSERT INTO links VALUES (?, ?)", [(encode(link), number) for link in said.links])


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
