"""The rows of a Parquet file, row group by row group, whatever the types of its columns.

A dangerous parser: it runs in a child process (`parquet_child`, or the one that takes an audit's inputs apart), and
this file loads nothing else of ours. What cannot be a value here is given as None.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

BATCH = 16
"""Rows that are held at once."""
BUFFER = 1 << 20
EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 -- the zone is written behind it
A_SECOND = 1_000_000
UNITS = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}


class Damaged(Exception):
    """The file, or a row group of it, cannot be read; the message is a sentence."""


class Table:
    """An opened Parquet file. Raises Damaged: it is none, or not whole."""

    def __init__(self, source: Any) -> None:
        """`source` is a path, or a stream that can seek."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            self._file = pq.ParquetFile(source, memory_map=False, buffer_size=BUFFER, pre_buffer=False)
            self.groups = [self._file.metadata.row_group(at).num_rows for at in range(self._file.num_row_groups)]
            self.names = tuple(self._file.schema_arrow.names)
        except (pa.ArrowException, OSError, ValueError, KeyError, TypeError, NotImplementedError):
            raise Damaged("It is a damaged Parquet file, or its end is missing.") from None

    def rows(self, group: int, columns: Sequence[str]) -> Iterator[dict[str, Any]]:
        """The rows of one group, these columns of them. Raises Damaged behind the last that can be read."""
        import pyarrow as pa

        wanted = [name for name in self.names if name in columns]
        try:
            for batch in self._file.iter_batches(BATCH, row_groups=[group], columns=wanted, use_threads=False):
                values = {name: _values(batch.column(name)) for name in dict.fromkeys(wanted)}
                for at in range(batch.num_rows):
                    yield {name: column[at] for name, column in values.items()}
        except MemoryError:
            raise Damaged("A part of this Parquet file asks for more memory than it may have.") from None
        except (pa.ArrowException, OSError, ValueError, KeyError, TypeError, NotImplementedError):
            raise Damaged("A part of this Parquet file is damaged.") from None


def _values(column: Any) -> list[Any]:
    """Text as text, or as bytes where it is no UTF-8; times as ISO 8601; what cannot be a value as None."""
    import pyarrow as pa

    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    kind = column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return [_text(one.as_py()) for one in column.cast(pa.large_binary())]
    if pa.types.is_timestamp(kind):
        # as it counts from 1970, which is in UTC: the zone's own name might ask for files
        return [_time(one, kind.unit, "+00:00" if kind.tz else "") for one in column.cast(pa.int64()).to_pylist()]
    return [_value(one) for one in column]


def _text(raw: bytes | None) -> str | bytes | None:
    try:
        return None if raw is None else raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw


def _time(count: int | None, unit: str, zone: str) -> str | None:
    if count is None:
        return None
    try:
        return (EPOCH + timedelta(microseconds=count * A_SECOND // UNITS[unit])).isoformat() + zone
    except OverflowError:
        return f"{count} {unit} since 1970"  # beyond the calendar


def _value(one: Any) -> Any:
    try:
        value = one.as_py()
        return value.isoformat() if hasattr(value, "isoformat") else value
    except (ValueError, OverflowError, KeyError):  # a time beyond the calendar
        return None
