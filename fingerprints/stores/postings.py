"""The rows behind a probe: postings, bands, and the table of hot keys.

A key with more than HOT postings is in the table `hot`, with its frequency and the
place of its HOT-th posting. New works have higher numbers than all before them, so
adding never moves that place; removing may.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import apsw
import numpy as np

from fingerprints.errors import IndexDamaged
from fingerprints.index import HOT, Hits, Keys, Numbers
from fingerprints.stores.hits import Asked
from fingerprints.stores.lists import LIST, bound
from fingerprints.stores.rows import LAST_POSITION, POSITION_BITS, Integers, Rows, in_order, places

PORTION = 50_000  # rows between two chances for Ctrl-C
MANY = 20_000  # touched keys from which a scan of the whole table is worth a thought

# one statement for all probes
PROBE = f"""
    SELECT asked.value, postings.place, ifnull(hot.frequency, 0)
    FROM {LIST} AS asked
    LEFT JOIN hot ON hot.key = asked.value
    CROSS JOIN postings ON postings.key = asked.value AND postings.place <= ifnull(hot.bound, {(1 << 63) - 1})
"""  # noqa: S608
NEAR = f"SELECT DISTINCT number FROM {LIST} AS asked CROSS JOIN bands ON bands.key = asked.value ORDER BY number"  # noqa: S608
HOT_OF = f"SELECT hot.key, hot.frequency FROM {LIST} AS asked CROSS JOIN hot ON hot.key = asked.value"  # noqa: S608
HEATED = f"""
    SELECT postings.key, count(*) FROM {LIST} AS asked CROSS JOIN postings ON postings.key = asked.value
    GROUP BY postings.key HAVING count(*) > {HOT}
"""  # noqa: S608
BOUND = f"(SELECT place FROM postings WHERE key = ?1 ORDER BY place LIMIT 1 OFFSET {HOT - 1})"  # noqa: S608
TRUE_HOT = f"""
    SELECT key, count(*) AS frequency,
        (SELECT place FROM postings AS o WHERE o.key = postings.key ORDER BY place LIMIT 1 OFFSET {HOT - 1}) AS bound
    FROM postings GROUP BY key HAVING count(*) > {HOT}
"""  # noqa: S608


def probe(connection: apsw.Connection, keys: Keys) -> Hits:
    """Look up all keys; see the port."""
    asked = Asked.of(keys)
    found = connection.execute(PROBE, (bound(asked.keys),)).fetchall() if len(asked.keys) else []
    try:
        table = np.array(found, dtype=np.int64).reshape(-1, 3)
    except (TypeError, ValueError, OverflowError):
        raise IndexDamaged("The postings of the index cannot be read; run `wirecheck doctor` on the index.") from None
    return asked.hits(table[:, 0], table[:, 1], table[:, 2])


def near(connection: apsw.Connection, bands: Keys) -> Numbers:
    """Numbers that share a band, ascending."""
    unsigned = np.unique(np.asarray(bands, dtype=np.uint64))
    asked = unsigned[unsigned < np.uint64(1 << 63)].astype(np.int64)
    found = connection.execute(NEAR, (bound(asked),)).fetchall() if len(asked) else []
    return np.array([number for (number,) in found if isinstance(number, int)], dtype=np.int64)


def insert(connection: apsw.Connection, added: Mapping[int, Rows]) -> Integers:
    """Write the rows of works by number, sorted over the whole batch; returns the keys, sorted, with repetitions."""
    if not added:
        return np.empty(0, dtype=np.int64)
    keys, place, bands, number = in_order(added)
    _insert(connection, "postings", keys, place)
    _insert(connection, "bands", bands, number)
    return keys


def _insert(connection: apsw.Connection, table: str, first: Integers, second: Integers) -> None:
    empty = connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() is None  # noqa: S608
    if not empty or len(first) < PORTION:
        _fill(connection, f"main.{table}", first, second)
        return
    # SQLite fills pages to 87 % when rows come in order, but to 100 % when it copies a whole
    # table of the same make into an empty one; that saves an eighth of the file and some time
    make = str(connection.execute("SELECT sql FROM sqlite_schema WHERE name = ?", (table,)).get)
    connection.execute(make.replace(f"CREATE TABLE {table}", "CREATE TEMP TABLE draft", 1))
    try:
        _fill(connection, "temp.draft", first, second)
        connection.execute(f"INSERT INTO main.{table} SELECT * FROM temp.draft")  # noqa: S608
    finally:
        connection.execute("DROP TABLE IF EXISTS temp.draft")


def _fill(connection: apsw.Connection, table: str, first: Integers, second: Integers) -> None:
    statement = f"INSERT INTO {table} VALUES (?, ?)"  # noqa: S608
    for begin in range(0, len(first), PORTION):
        part = slice(begin, begin + PORTION)
        connection.executemany(statement, zip(first[part].tolist(), second[part].tolist(), strict=True))


def delete(connection: apsw.Connection, doomed: Mapping[int, Rows]) -> Integers | None:
    """Delete the rows of works by number; returns their keys, or None when some of them were not there."""
    before = connection.total_changes()
    lost = 0
    for number, rows in doomed.items():
        place = places(number, rows.positions)
        connection.executemany(
            "DELETE FROM postings WHERE key = ? AND place = ?", zip(rows.keys.tolist(), place.tolist(), strict=True)
        )
        connection.executemany(
            "DELETE FROM bands WHERE key = ? AND number = ?", ((band, number) for band in rows.bands.tolist())
        )
        lost += len(rows.keys) + len(rows.bands)
    if connection.total_changes() - before != lost:
        return None
    return np.concatenate([np.empty(0, dtype=np.int64), *(rows.keys for rows in doomed.values())])


def gather(connection: apsw.Connection, numbers: Sequence[int]) -> dict[int, Rows]:
    """The rows that works have, read by a scan of both tables: for works without a text to make them from."""
    if not numbers:
        return {}
    asked = bound(np.array(sorted(set(numbers)), dtype=np.int64))
    posted = _table(
        connection.execute(
            f"SELECT place >> {POSITION_BITS}, key, place FROM postings "  # noqa: S608
            f"WHERE place >> {POSITION_BITS} IN (SELECT value FROM {LIST})",
            (asked,),
        )
    )
    banded = _table(
        connection.execute(f"SELECT number, key, 0 FROM bands WHERE number IN (SELECT value FROM {LIST})", (asked,))  # noqa: S608
    )
    found = {}
    for number in numbers:
        own = posted[posted[:, 0] == number]
        bands = np.sort(banded[banded[:, 0] == number, 1])
        found[number] = Rows(own[:, 1], own[:, 2] & LAST_POSITION, bands)
    return found


def _table(rows: Iterable[tuple[int, int, int]]) -> Integers:
    return np.array(list(rows), dtype=np.int64).reshape(-1, 3)


def sweep(connection: apsw.Connection, numbers: Sequence[int]) -> None:
    """Delete whatever rows the works have, by a scan of both tables."""
    asked = bound(np.array(numbers, dtype=np.int64))
    connection.execute(
        f"DELETE FROM postings WHERE place >> {POSITION_BITS} IN (SELECT value FROM {LIST})",  # noqa: S608
        (asked,),
    )
    connection.execute(f"DELETE FROM bands WHERE number IN (SELECT value FROM {LIST})", (asked,))  # noqa: S608


def update_hot(connection: apsw.Connection, gained: Integers, lost: Integers | None) -> None:
    """Make the hot table right after a change. `gained` and `lost` hold a key once a posting; None: not known."""
    if lost is None or (len(gained) + len(lost) > MANY and _is_large(connection, len(gained) + len(lost))):
        rebuild_hot(connection)
        return
    touched = np.unique(np.concatenate([gained, lost]))
    if not len(touched):
        return
    change = dict.fromkeys(touched.tolist(), 0)
    for keys, sign in ((gained, 1), (lost, -1)):
        for key, count in zip(*(column.tolist() for column in np.unique(keys, return_counts=True)), strict=True):
            change[key] += sign * count
    hot = [(int(key), int(frequency)) for key, frequency in connection.execute(HOT_OF, (bound(touched),))]
    frequencies = {key: frequency + change[key] for key, frequency in hot}
    cold = np.setdiff1d(gained, np.array([key for key, _ in hot], dtype=np.int64))
    if len(cold):
        frequencies |= {int(key): int(count) for key, count in connection.execute(HEATED, (bound(cold),))}
    for key, frequency in frequencies.items():
        if frequency > HOT:
            connection.execute(f"INSERT OR REPLACE INTO hot VALUES (?1, ?2, {BOUND})", (key, frequency))  # noqa: S608
        else:
            connection.execute("DELETE FROM hot WHERE key = ?", (key,))


def _is_large(connection: apsw.Connection, rows: int) -> bool:
    """Whether so many rows are worth a scan: 0.07 microseconds a row of the table, a few for each key looked up."""
    return rows * 16 > int(connection.execute("SELECT ifnull(sum(postings), 0) FROM works").get)


def rebuild_hot(connection: apsw.Connection) -> None:
    """Make the hot table anew from one scan."""
    connection.execute("DELETE FROM hot")
    connection.execute(f"INSERT INTO hot {TRUE_HOT}")
