"""The folder of an audit: what was asked, the results of its chunks, what came of it. All of it is whole or not there.

A file is written under another name, made durable and renamed, so that a kill at any moment leaves what was done before
and nothing that could be taken for more. A lock, which the system lets go with its process, keeps a second one out.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from checker.audit.nouns import Result
from checker.audit.problems import AuditProblem
from checker.audit.schema import RESULTS, results_of
from checker.audit.whole import PART, trouble, write_whole

ASKED, FINISHED, LOCK, RESULTS_FOLDER, WORK = "audit.json", "finished.json", ".lock", "results", "work"
OURS = frozenset((LOCK, WORK, f".{ASKED}{PART}"))
"""What may be in a folder in which an audit was begun and nothing is known of it yet."""
META = b"wirecheck"
PORTION = 64
"""Results in memory at a time."""


@contextlib.contextmanager
def claimed(folder: Path) -> Iterator[None]:
    """The folder made, and held against others. Raises AuditProblem: it is in use, no folder, or holds other things."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        names = {one.name for one in folder.iterdir()}
        if ASKED not in names and names - OURS:
            raise AuditProblem(f"{folder} has other things in it and no audit; name a new folder with --out.")
        handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise trouble(error, folder) from None
    try:
        _lock(handle, folder)
        yield
    finally:
        os.close(handle)


def _lock(handle: int, folder: Path) -> None:
    try:
        import fcntl
    except ImportError:  # Windows: nothing keeps a second process out
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise AuditProblem(f"Another audit is working in {folder}; wait for its end, or give another --out.") from None
    except OSError as error:
        raise AuditProblem(f"{folder} cannot be locked ({error.strerror}); choose another disk.") from None


def write_json(path: Path, values: dict[str, Any]) -> None:
    """Raises StorageFull, AuditProblem."""
    write_whole(path, [json.dumps(values, indent=1, ensure_ascii=True) + "\n"])


def read_json(path: Path) -> Any:
    """None where there is no such file. Raises AuditProblem where it is damaged."""
    try:
        return json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except (ValueError, RecursionError):
        raise AuditProblem(f"{path} is damaged, so this audit cannot go on; give another --out.") from None
    except OSError as error:
        raise trouble(error, path) from None


def results_path(folder: Path, chunk: int) -> Path:
    """Where the results of a chunk are."""
    return folder / RESULTS_FOLDER / f"{chunk:06}.parquet"


def write_results(folder: Path, chunk: int, results: pa.Table, pages: str) -> None:
    """The file of a chunk. `pages` is the digest of what they are results of. Raises StorageFull, AuditProblem."""
    path = results_path(folder, chunk)
    try:
        path.parent.mkdir(exist_ok=True)
    except OSError as error:
        raise trouble(error, path.parent) from None
    write_whole(path, [memoryview(_encoded(chunk, results, pages))])


def read_results(folder: Path, chunk: int, pages: str) -> pa.Table | None:
    """The results of a chunk; None where they are not there, not whole, or of other pages.

    They are whole when writing them again gives the same file, byte for byte: that finds what checksums of its pages
    do not, damage between them.
    """
    try:
        data = results_path(folder, chunk).read_bytes()
        with pq.ParquetFile(pa.BufferReader(data), page_checksum_verification=True) as file:
            table = file.read()
        table.validate(full=True)
        if not table.schema.equals(RESULTS) or _encoded(chunk, table, pages) != pa.py_buffer(data):
            return None
    except (pa.ArrowException, OSError, ValueError, KeyError, TypeError):
        return None
    return table


def _encoded(chunk: int, results: pa.Table, pages: str) -> pa.Buffer:
    said = json.dumps({"chunk": chunk, "pages": pages}).encode()
    # the fields of a table that was read carry ids, which would be written too
    columns = results.combine_chunks().columns
    table = pa.Table.from_arrays(columns, schema=RESULTS.with_metadata({META: said}))
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd", write_page_checksum=True)
    return sink.getvalue()


def results_in(folder: Path, columns: Sequence[str] | None = None) -> Iterator[Result]:
    """All results, in the order of (number, part). Of columns that are not asked for the results have nothing.

    Raises AuditProblem where there are none, or a file cannot be read.
    """
    files = sorted((folder / RESULTS_FOLDER).glob("*.parquet"), key=lambda path: (len(path.name), path.name))
    if not files:
        raise AuditProblem(f"There are no results in {folder}. Is it the folder of an audit?")
    for path in files:
        try:
            with pq.ParquetFile(path) as file:
                for batch in file.iter_batches(batch_size=PORTION, columns=list(columns) if columns else None):
                    yield from results_of(filled(batch))
        except (pa.ArrowException, OSError, ValueError, KeyError, TypeError) as error:
            raise AuditProblem(f"{path} cannot be read: it is damaged, or its end is missing.") from error


def filled(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The batch with every column of results, those that it lacks empty."""
    there, columns = set(batch.schema.names), []
    for field in RESULTS:
        if field.name in there:
            columns.append(batch.column(field.name))
        else:
            columns.append(pa.array([_NOTHING[field.name]] * batch.num_rows, field.type))
    return pa.RecordBatch.from_arrays(columns, schema=RESULTS)


def _nothing(name: str, kind: pa.DataType) -> Any:
    if pa.types.is_list(kind):
        return []
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return -1 if name == "same_as" else 0
    known = {"body": b"", "facts": "{}", "kind": "file", "outcome": "judged"}
    return known.get(name, "")


_NOTHING = {field.name: _nothing(field.name, RESULTS.field(field.name).type) for field in fields(Result)}


def sha256(path: Path) -> str:
    """Of a file, hexadecimal. Raises AuditProblem."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise trouble(error, path) from None
