"""The tables of rows in PostgreSQL: postings, bands, and the table of hot keys; see `stores.postings`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, LiteralString

import numpy as np

from fingerprints.index import HOT
from fingerprints.stores.postgres.arrays import pairs
from fingerprints.stores.postgres.reading import Connection
from fingerprints.stores.rows import LAST_POSITION, POSITION_BITS, Integers, Rows, in_order

MANY = 20_000  # touched keys from which a scan of the whole table is worth a thought

BOUND: LiteralString = f"(SELECT place FROM postings WHERE key = hot.key ORDER BY place OFFSET {HOT - 1} LIMIT 1)"  # noqa: S608
HEAT: LiteralString = f"""
    INSERT INTO hot (key, frequency, bound)
    SELECT asked.key, (SELECT count(*) FROM postings WHERE postings.key = asked.key),
        (SELECT place FROM postings WHERE postings.key = asked.key ORDER BY place OFFSET {HOT - 1} LIMIT 1)
    FROM unnest(%b::bigint[]) AS asked(key)
    WHERE NOT EXISTS (SELECT 1 FROM hot WHERE hot.key = asked.key)
    AND (SELECT place FROM postings WHERE postings.key = asked.key ORDER BY place OFFSET {HOT} LIMIT 1) IS NOT NULL
"""  # noqa: S608
TRUE_HOT: LiteralString = f"""
    SELECT key, count(*) AS frequency, (array_agg(place ORDER BY place))[{HOT}] AS bound
    FROM postings GROUP BY key HAVING count(*) > {HOT}
"""  # noqa: S608


def insert(connection: Connection, added: Mapping[int, Rows]) -> Integers:
    """Write the rows of works by number, sorted over the whole batch; returns the keys, sorted, with repetitions."""
    if not added:
        return np.empty(0, dtype=np.int64)
    keys, place, bands, number = in_order(added)
    copy_pairs(connection, "postings (key, place)", keys, place)
    copy_pairs(connection, "bands (key, number)", bands, number)
    return keys


def copy_pairs(connection: Connection, table: str, first: Integers, second: Integers) -> None:
    """Write two columns of integers to a table."""
    if not len(first):
        return
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN (FORMAT BINARY)".encode()) as copying:
        for piece in pairs(first, second):
            copying.write(piece)


def delete(connection: Connection, doomed: Mapping[int, Rows]) -> Integers | None:
    """Delete the rows of works by number; returns their keys, or None when some of them were not there."""
    if not doomed:
        return np.empty(0, dtype=np.int64)
    keys, place, bands, number = in_order(doomed)
    found = connection.execute(
        "DELETE FROM postings USING unnest(%b::bigint[], %b::bigint[]) AS gone(key, place) "
        "WHERE postings.key = gone.key AND postings.place = gone.place",
        (keys, place),
    ).rowcount
    found += connection.execute(
        "DELETE FROM bands USING unnest(%b::bigint[], %b::bigint[]) AS gone(key, number) "
        "WHERE bands.key = gone.key AND bands.number = gone.number",
        (bands, number),
    ).rowcount
    return keys if found == len(keys) + len(bands) else None


def gather(connection: Connection, numbers: Sequence[int]) -> dict[int, Rows]:
    """The rows that works have, read by a scan of both tables: for works without a text to make them from."""
    if not numbers:
        return {}
    asked = np.array(sorted(set(numbers)), dtype=np.int64)
    posted = _table(
        connection,
        f"SELECT array_agg(key), array_agg(place) FROM postings WHERE place >> {POSITION_BITS} = ANY(%b::bigint[])",  # noqa: S608
        asked,
    )
    banded = _table(
        connection, "SELECT array_agg(key), array_agg(number) FROM bands WHERE number = ANY(%b::bigint[])", asked
    )
    found = {}
    for number in numbers:
        own = posted[posted[:, 1] >> POSITION_BITS == number]
        own = own[np.lexsort((own[:, 1], own[:, 0]))]
        found[number] = Rows(own[:, 0], own[:, 1] & LAST_POSITION, np.sort(banded[banded[:, 1] == number, 0]))
    return found


def _table(connection: Connection, statement: LiteralString, asked: Integers) -> Integers:
    with connection.cursor(binary=True) as cursor:
        columns: Any = cursor.execute(statement, (asked,)).fetchone()
    return np.empty((0, 2), dtype=np.int64) if columns[0] is None else np.stack(columns, axis=1)


def sweep(connection: Connection, numbers: Sequence[int]) -> None:
    """Delete whatever rows the works have, by a scan of both tables."""
    asked = np.array(sorted(numbers), dtype=np.int64)
    connection.execute(f"DELETE FROM postings WHERE place >> {POSITION_BITS} = ANY(%b::bigint[])", (asked,))  # noqa: S608
    connection.execute("DELETE FROM bands WHERE number = ANY(%b::bigint[])", (asked,))


def update_hot(connection: Connection, gained: Integers, lost: Integers | None) -> None:
    """Make the hot table right after a change. `gained` and `lost` hold a key once a posting; None: not known."""
    if lost is None or (len(gained) + len(lost) > MANY and _is_large(connection, len(gained) + len(lost))):
        rebuild_hot(connection)
        return
    touched, change = np.unique(np.concatenate([gained, lost]), return_inverse=True)
    if not len(touched):
        return
    signs = np.repeat(np.array([1, -1], dtype=np.int64), [len(gained), len(lost)])
    changes = np.bincount(change, weights=signs, minlength=len(touched)).astype(np.int64)
    connection.execute(
        "UPDATE hot SET frequency = frequency + now.change "
        "FROM unnest(%b::bigint[], %b::bigint[]) AS now(key, change) WHERE hot.key = now.key",
        (touched, changes),
    )
    if len(gained):
        connection.execute(HEAT, (np.unique(gained),))
    if len(lost):
        gone = (np.unique(lost),)
        connection.execute(f"DELETE FROM hot WHERE key = ANY(%b::bigint[]) AND frequency <= {HOT}", gone)  # noqa: S608
        connection.execute(f"UPDATE hot SET bound = {BOUND} WHERE key = ANY(%b::bigint[])", gone)  # noqa: S608


def _is_large(connection: Connection, rows: int) -> bool:
    """Whether so many rows are worth a scan."""
    whole: Any = connection.execute("SELECT coalesce(sum(postings), 0)::bigint FROM works").fetchone()
    return rows * 16 > int(whole[0])


def rebuild_hot(connection: Connection) -> None:
    """Make the hot table anew from one scan."""
    connection.execute("DELETE FROM hot")
    connection.execute(f"INSERT INTO hot (key, frequency, bound) {TRUE_HOT}")
