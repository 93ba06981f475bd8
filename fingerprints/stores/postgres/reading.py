"""What is read from the tables in PostgreSQL: a statement a question, so that each sees one state and goes one way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any, LiteralString

import numpy as np
import psycopg

from fingerprints.index import HOT, Entry, Hits, Info, Keys, Numbers
from fingerprints.stores.hits import Asked
from fingerprints.stores.sealed import decode, encode
from fingerprints.stores.stored import Row, partial_of

Connection = psycopg.Connection[Any]
Same = Callable[[str | None], None]
"""Is told the id of the key of the index that answered, and refuses that of another: its hashes would find nothing."""

PROBE: LiteralString = f"""
    SELECT array_agg(asked.key), array_agg(found.place), array_agg(coalesce(hot.frequency, 0)),
        (SELECT key_id FROM meta)
    FROM unnest(%b::bigint[]) AS asked(key)
    CROSS JOIN LATERAL (
        SELECT place FROM postings WHERE postings.key = asked.key ORDER BY place LIMIT {HOT}) AS found
    LEFT JOIN hot ON hot.key = asked.key
"""  # noqa: S608
NEAR: LiteralString = """
    SELECT array_agg(DISTINCT number), (SELECT key_id FROM meta) FROM bands WHERE key = ANY(%b::bigint[])
"""
LINKED: LiteralString = """
    SELECT array_agg(DISTINCT number) FROM links WHERE sha256(link) = ANY(%b::bytea[]) AND link = ANY(%b::bytea[])
"""
ROW: LiteralString = """
    SELECT works.number, works.revision, works.current, works.id, works.title, works.holder, works.story,
        works.version, works.metadata, works.added, works.words, works.text_bytes, works.text_check, works.postings,
        works.bands, works.rows_check, texts.packed, said.links, said.amended, said.expired, said.seal, said.places
    FROM works LEFT JOIN texts ON texts.number = works.number LEFT JOIN said ON said.number = works.number
"""
"""A revision, its columns in the order of `stored.Row`."""
BY_NUMBERS: LiteralString = f"{ROW} WHERE works.number = ANY(%b::bigint[])"
BY_ID: LiteralString = (
    f"{ROW} WHERE sha256(works.id) = sha256(%b::bytea) AND works.id = %b ORDER BY works.revision DESC"
)
ENTRIES: LiteralString = """
    SELECT works.number, id, revision, title, holder, story, version, metadata, words, added,
        coalesce(said.expired, '')
    FROM works LEFT JOIN said ON said.number = works.number
    WHERE current = 1 AND substring(id FROM 1 FOR 1000) >= substring(%b::bytea FROM 1 FOR 1000) AND id > %b
    ORDER BY substring(id FROM 1 FOR 1000), id LIMIT %s
"""
NEWS: LiteralString = """
    SELECT (SELECT generation FROM meta), (SELECT key_id FROM meta),
        ARRAY(SELECT number FROM works WHERE number > %s ORDER BY number DESC LIMIT %s),
        ARRAY(SELECT number FROM said WHERE amended <> '{}'::bytea ORDER BY number DESC LIMIT %s)
"""
INFO: LiteralString = """
    SELECT coalesce(sum(current), 0)::bigint, count(*), coalesce(sum(words), 0)::bigint,
        coalesce(sum(postings), 0)::bigint, coalesce(sum(packed_bytes), 0)::bigint,
        (SELECT count(*) FROM hot), (SELECT count(*) FROM said WHERE expired <> '')
    FROM works
"""
SIZES: LiteralString = """
    SELECT coalesce(sum(pg_total_relation_size(oid)) FILTER (WHERE relname IN ('postings', 'bands', 'hot')), 0)::bigint,
        coalesce(sum(pg_total_relation_size(oid)), 0)::bigint
    FROM pg_class WHERE relnamespace = %s::regnamespace AND relkind = 'r'
"""


def ask(connection: Connection, statement: LiteralString, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """The rows of a statement that is asked often, so that the server has it prepared."""
    with connection.cursor(binary=True) as cursor:
        return cursor.execute(statement, values, prepare=True).fetchall()


def probe(connection: Connection, keys: Keys, same: Same) -> Hits:
    """Look up all keys; see the port."""
    asked = Asked.of(keys)
    nothing = np.empty(0, dtype=np.int64)
    if not len(asked.keys):
        return asked.hits(nothing, nothing, nothing)
    ((*columns, key),) = ask(connection, PROBE, (asked.keys,))
    same(key)
    return asked.hits(nothing, nothing, nothing) if columns[0] is None else asked.hits(*columns)


def near(connection: Connection, bands: Keys, same: Same) -> Numbers:
    """Numbers that share a band, ascending."""
    ((numbers, key),) = ask(connection, NEAR, (Asked.of(bands).keys,))
    same(key)
    return _numbers(numbers)


def counted(connection: Connection, same: Same) -> tuple[int, int]:
    """How many current works there are, and a number that changes with every batch."""
    ((works, generation, key),) = ask(connection, "SELECT works, generation, key_id FROM meta")
    same(key)
    return int(works), int(generation)


def linked(connection: Connection, links: Sequence[str]) -> Numbers:
    """Numbers that carry at least one of these links, ascending."""
    asked = [encode(link) for link in dict.fromkeys(links)]
    if not asked:
        return np.empty(0, dtype=np.int64)
    ((numbers,),) = ask(connection, LINKED, ([sha256(link).digest() for link in asked], asked))
    return _numbers(numbers)


def _numbers(numbers: Any) -> Numbers:
    return np.empty(0, dtype=np.int64) if numbers is None else np.sort(numbers)


def by_numbers(connection: Connection, numbers: Sequence[int]) -> list[Row]:
    """Revisions in the order asked; numbers that are not there are left out."""
    asked = np.unique(np.asarray(numbers, dtype=np.int64))
    if not len(asked):
        return []
    found = {row.number: row for row in map(Row.read, ask(connection, BY_NUMBERS, (asked,)))}
    return [found[int(number)] for number in numbers if int(number) in found]


def by_id(connection: Connection, id: str) -> list[Row]:
    """The revisions of an id, newest first."""
    return [Row.read(row) for row in ask(connection, BY_ID, (encode(id), encode(id)))]


def entries(connection: Connection, after: str, limit: int) -> list[Entry]:
    """Up to `limit` current works behind an id, in the order of ids."""
    found = ask(connection, ENTRIES, (encode(after), encode(after), limit))
    return [
        Entry(
            *(number, decode(id), revision, decode(title), decode(holder), decode(story), decode(version)),
            *(words, added, expired, partial_of(metadata)),
        )
        for number, id, revision, title, holder, story, version, metadata, words, added, expired in found
    ]


def news(connection: Connection, after: int, most: int, same: Same) -> tuple[int, Numbers]:
    """The generation, and the numbers behind `after` and those of which something was said later, ascending."""
    ((generation, key, filed, amended),) = ask(connection, NEWS, (after, most, most))
    same(key)
    return int(generation), np.union1d(filed, amended)


def info(connection: Connection, location: str, schema: str, spec: str) -> Info:
    """The index in figures."""
    ((current, revisions, words, rows, packed, hot, expired),) = ask(connection, INFO)
    ((fingerprint_bytes, file_bytes),) = ask(connection, SIZES, (schema,))
    return Info(
        location=location,
        spec=spec,
        works=current,
        revisions=revisions,
        words=words,
        postings=rows,
        hot_keys=hot,
        fingerprint_bytes=fingerprint_bytes,
        text_bytes=packed,
        file_bytes=file_bytes,
        expired=expired,
    )
