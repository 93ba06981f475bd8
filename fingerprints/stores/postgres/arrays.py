"""Columns of integers between numpy and PostgreSQL in its binary form, many thousand rows in one step."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

import numpy as np
import psycopg
from psycopg.adapt import Buffer, Dumper, Loader
from psycopg.pq import Format

from fingerprints.stores.rows import Integers

BIGINT, BIGINTS = 20, 1016
"""Object identifiers of bigint and bigint[]."""
PORTION = 100_000
"""Rows in one piece of a COPY."""

_ELEMENT = np.dtype([("size", ">i4"), ("value", ">i8")])
_ROW = np.dtype([("columns", ">i2"), ("size1", ">i4"), ("first", ">i8"), ("size2", ">i4"), ("second", ">i8")])
_BEGIN = b"PGCOPY\n\xff\r\n\0" + struct.pack(">ii", 0, 0)
_END = struct.pack(">h", -1)


class IntegersDumper(Dumper):
    """An array of int64 as bigint[]."""

    format = Format.BINARY
    oid = BIGINTS

    def dump(self, obj: Any) -> Buffer:
        if not len(obj):
            return struct.pack(">iiI", 0, 0, BIGINT)
        elements = np.empty(len(obj), dtype=_ELEMENT)
        elements["size"] = 8
        elements["value"] = obj
        return struct.pack(">iiIii", 1, 0, BIGINT, len(obj), 1) + elements.tobytes()


class IntegersLoader(Loader):
    """A bigint[] of one dimension and without nulls as an array of int64."""

    format = Format.BINARY

    def load(self, data: Buffer) -> Integers:
        dimensions, nulls, kind = struct.unpack_from(">iiI", data)
        if not dimensions:
            return np.empty(0, dtype=np.int64)
        if dimensions != 1 or nulls or kind != BIGINT:
            raise psycopg.DataError("not a plain array of bigint")
        return np.frombuffer(data, dtype=_ELEMENT, offset=20)["value"].astype(np.int64)


def speak_arrays(connection: psycopg.Connection) -> None:
    """Let a connection send and receive arrays of numpy."""
    connection.adapters.register_dumper(np.ndarray, IntegersDumper)
    connection.adapters.register_loader(BIGINTS, IntegersLoader)


def pairs(first: Integers, second: Integers) -> Iterator[bytes]:
    """Two columns of bigint as the pieces of a COPY in binary form."""
    yield _BEGIN
    for begin in range(0, len(first), PORTION):
        part = slice(begin, begin + PORTION)
        rows = np.empty(len(first[part]), dtype=_ROW)
        rows["columns"], rows["size1"], rows["size2"] = 2, 8, 8
        rows["first"], rows["second"] = first[part], second[part]
        yield rows.tobytes()
    yield _END
