"""The results of an audit's folder, without what cases have no use for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from checker.audit.nouns import Result
from checker.audit.problems import AuditProblem
from checker.audit.schema import RESULTS, results_of

LEFT_OUT = ("body", "keys", "bands")
"""The page itself and its fingerprint: most of what is in a file."""
COLUMNS = [one.name for one in fields(Result) if one.name not in LEFT_OUT]
PORTION = 64
"""Results in memory at a time."""


def results_in(folder: Path) -> Iterator[Result]:
    """All results of `results/`, in the order of their pages.

    Raises AuditProblem where there are none, or a file cannot be read.
    """
    files = sorted((folder / "results").glob("*.parquet"))
    if not files:
        raise AuditProblem(f"There are no results in {folder}. Is it the folder of an audit?")
    for path in files:
        try:
            with pq.ParquetFile(path) as file:
                for batch in file.iter_batches(batch_size=PORTION, columns=COLUMNS):
                    yield from results_of(_whole(batch))
        except (pa.ArrowException, OSError, ValueError, KeyError, TypeError) as error:
            raise AuditProblem(f"{path} cannot be read: it is damaged, or its end is missing.") from error


def _whole(batch: pa.RecordBatch) -> pa.RecordBatch:
    """With empty columns for what was left out."""
    empty = {
        name: pa.array([b"" if name == "body" else []] * batch.num_rows, RESULTS.field(name).type) for name in LEFT_OUT
    }
    columns = [empty.get(name) if name in empty else batch.column(name) for name in RESULTS.names]
    return pa.RecordBatch.from_arrays(columns, schema=RESULTS)
