"""The rows of a Parquet file as its own process reads them; it runs only as `readers.child` runs it.

What it finds is judged by `readers.parquet`.
"""

from __future__ import annotations

import io
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from checker.readers.tables import Damaged, Table


def _warm() -> None:
    """Whatever Arrow loads and starts for its first file, while files and threads can still be had."""
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    out = io.BytesIO()
    pq.write_table(pa.table({"text": ["warm"]}), out)
    list(Table(io.BytesIO(out.getvalue())).rows(0, ("text",)))


_warm()


def answer(request: dict[str, Any], data: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """What the file holds, in the order of its rows.

    facts["found"] has a row as an object (bytes as {"blob": which}), and a sentence where rows cannot be read.
    """
    found: list[Any] = []
    blobs: list[bytes] = []
    try:
        table = Table(io.BytesIO(data))
        for group in range(len(table.groups)):
            try:
                rows = table.rows(group, request["columns"])
                found.extend({name: _sent(value, blobs) for name, value in values.items()} for values in rows)
            except Damaged as damaged:
                found.append(str(damaged))
            found.append(sum(table.groups[: group + 1]))
    except Damaged as damaged:
        found.append(str(damaged))
    return {"found": found}, blobs


def _sent(value: Any, blobs: list[bytes]) -> Any:
    if isinstance(value, bytes):
        blobs.append(value)
        return {"blob": len(blobs) - 1}
    return value if value is None or isinstance(value, str | int | float | bool) else {"odd": type(value).__name__}
