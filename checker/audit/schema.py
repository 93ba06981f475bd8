"""Pages and results as Arrow batches, and back. One row a page, one row a result; the columns are the nouns' fields."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import fields
from typing import Any

import pyarrow as pa

from checker.audit.nouns import Outcome, Page, PageKind, Result

_TYPES: dict[str, pa.DataType] = {
    "number": pa.int64(),
    "part": pa.int32(),
    "passed": pa.int64(),
    "same_as": pa.int64(),
    "words": pa.int32(),
    "copied_words": pa.int32(),
    "copied_share": pa.float64(),
    "body": pa.large_binary(),
    "report": pa.large_string(),
    "doubts": pa.list_(pa.string()),
    "why": pa.list_(pa.string()),
    "remarks": pa.list_(pa.string()),
    "keys": pa.list_(pa.int64()),
    "bands": pa.list_(pa.int64()),
}
"""Of every other column: string. `facts` are JSON."""
_BACK: dict[str, Any] = {
    "facts": json.loads,
    "kind": PageKind,
    "outcome": Outcome,
    **dict.fromkeys(("doubts", "why", "remarks", "keys", "bands"), tuple),
}


def _schema(noun: type) -> pa.Schema:
    return pa.schema([pa.field(one.name, _TYPES.get(one.name, pa.string()), nullable=False) for one in fields(noun)])


PAGES = _schema(Page)
RESULTS = _schema(Result)


def pages_batch(pages: Iterable[Page]) -> pa.RecordBatch:
    """Pages as one batch."""
    return _batch(list(pages), PAGES)


def pages_of(batch: pa.RecordBatch) -> Iterator[Page]:
    """The pages of a batch, one at a time."""
    return _rows(batch, Page)


def results_batch(results: Iterable[Result]) -> pa.RecordBatch:
    """Results as one batch."""
    return _batch(list(results), RESULTS)


def results_of(batch: pa.RecordBatch) -> Iterator[Result]:
    """The results of a batch, one at a time."""
    return _rows(batch, Result)


def _batch(nouns: list[Any], schema: pa.Schema) -> pa.RecordBatch:
    return pa.RecordBatch.from_pydict(
        {name: [_written(name, getattr(one, name)) for one in nouns] for name in schema.names}, schema=schema
    )


def _written(name: str, value: Any) -> Any:
    if name == "facts":
        return json.dumps(dict(value), sort_keys=True)
    if isinstance(value, str):
        return _inert(str(value))
    if isinstance(value, tuple):
        return [_inert(one) if isinstance(one, str) else one for one in value]
    return value


def _inert(text: str) -> str:
    """Arrow's strings are UTF-8, which knows no lone surrogates; names of files may hold some."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _rows(batch: pa.RecordBatch, noun: type) -> Iterator[Any]:
    names = [one.name for one in fields(noun)]
    columns = [batch.column(name) for name in names]
    backs = [_BACK.get(name) for name in names]
    for row in range(batch.num_rows):
        values = [column[row].as_py() for column in columns]
        yield noun(*(back(value) if back else value for back, value in zip(backs, values, strict=True)))
