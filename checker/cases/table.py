"""Cases as a Parquet file, and back: one row a case, in order of rank, its pages nested.

The columns are the case's fields; `state` is how it stands, and `decided_by`, `decided_at`, `reason` and `note` are of
the last decision. Strings are UTF-8; a lone surrogate, which that cannot hold, is written as its escape.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from checker.audit.problems import AuditProblem
from checker.audit.whole import written_whole
from checker.cases.decisions import Decision, State
from checker.cases.nouns import Case, CaseKind, CasePage, Change, Taken
from checker.model import Severity, Status

CASES = "cases.parquet"
ID = re.compile(r"[0-9a-f]{12}")
PORTION = 100
"""Cases in one row group: what is in memory at a time."""
_TEXT, _COUNT, _SHARE, _TEXTS = pa.string(), pa.int64(), pa.float64(), pa.list_(pa.string())
_STORY = pa.struct([("id", _TEXT), ("version", _TEXT)])
_PASSAGE = pa.struct(
    [
        *((name, _COUNT) for name in ("start", "end")),
        ("source", _TEXT),
        *((name, _COUNT) for name in ("source_start", "source_end")),
        *((name, _TEXT) for name in ("kind", "status", "severity")),
        ("words", _COUNT),
        ("rule", _TEXT),
        *((name, _COUNT) for name in ("file_start", "file_end")),
    ]
)
_PAGE = pa.struct(
    [
        *((name, _COUNT) for name in ("number", "part")),
        *((name, _TEXT) for name in ("address", "url", "place", "title", "date", "published", "at", "digest")),
        *((name, _COUNT) for name in ("same_as", "words", "page_words")),
        *((name, _SHARE) for name in ("share", "source_share")),
        ("longest_run", _COUNT),
        ("severity", _TEXT),
        *((name, _TEXTS) for name in ("statuses", "rules", "why")),
        ("sources", pa.list_(_STORY)),
        ("passages", pa.list_(_PASSAGE)),
        ("captures", _COUNT),
        *((name, _TEXT) for name in ("first_seen", "last_seen")),
    ]
)
SCHEMA = pa.schema(
    [
        ("rank", _COUNT),
        *((name, _TEXT) for name in ("id", "outlet", "family", "kind", "title", "holder", "severity", "change")),
        ("changed", _TEXTS),
        *((name, _TEXT) for name in ("remark", "state", "decided_by", "decided_at", "reason", "note")),
        *((name, _COUNT) for name in ("extent", "page_count", "words_most", "words_sum")),
        *((name, _SHARE) for name in ("share", "source_share")),
        ("longest_run", _COUNT),
        *((name, _TEXT) for name in ("first_seen", "last_seen")),
        *((name, _TEXTS) for name in ("statuses", "rules", "why")),
        ("versions", pa.list_(_STORY)),
        ("pages", pa.list_(_PAGE)),
    ]
)


def write_cases(folder: Path, cases: Sequence[Case]) -> None:
    """Write `cases.parquet`, whole or not at all. Raises AuditProblem when it cannot be written."""
    with (
        written_whole(folder / CASES) as draft,
        pq.ParquetWriter(draft, SCHEMA, compression="zstd", store_schema=True) as writer,
    ):
        for at in range(0, len(cases), PORTION):
            rows = [case_values(case) for case in cases[at : at + PORTION]]
            writer.write_table(pa.Table.from_pylist(rows, schema=SCHEMA))


def read_cases(folder: Path, *, pages: bool = True, name: str = CASES) -> Iterator[Case]:
    """The cases of an audit's folder, in order of rank; with `pages` False without them, which is faster.

    `name` is that of the file. Raises AuditProblem where there are none, or the file cannot be read.
    """
    path = folder / name
    if not path.is_file():
        raise AuditProblem(f"There are no cases in {folder}: it holds no {name}. Is it the folder of a finished audit?")
    columns = [name for name in SCHEMA.names if pages or name != "pages"]
    try:
        with pq.ParquetFile(path) as file:
            missing = set(columns) - set(file.schema_arrow.names)
            if missing:
                raise AuditProblem(f"{path} is of another version of Wirecheck: it has no column {min(missing)!r}.")
            for batch in file.iter_batches(batch_size=PORTION, columns=columns):
                for row in batch.to_pylist():
                    yield _case(row)
    except (pa.ArrowException, OSError, ValueError, KeyError, TypeError) as error:
        raise AuditProblem(f"{path} cannot be read: it is damaged, or its end is missing.") from error


def case_values(case: Case) -> dict[str, Any]:
    """A case as plain values, by the names of the columns; every string can be encoded."""
    plain = {name: getattr(case, name) for name in SCHEMA.names if hasattr(case, name)}
    decision = case.decision
    values = plain | {
        "decided_by": decision.by if decision else "",
        "decided_at": decision.at if decision else "",
        "reason": decision.reason if decision else "",
        "note": decision.note if decision else "",
        "versions": _stories(case.versions),
        "pages": [_page(page) for page in case.pages],
    }
    return {name: _inert(values[name]) for name in SCHEMA.names}


def _page(page: CasePage) -> dict[str, Any]:
    plain = {one.name: getattr(page, one.name) for one in _PAGE}
    return plain | {"sources": _stories(page.sources), "passages": [_passage(one) for one in page.passages]}


def _passage(one: Taken) -> dict[str, Any]:
    plain = {field.name: getattr(one, field.name) for field in _PASSAGE if hasattr(one, field.name)}
    start, end = one.file or (None, None)
    return plain | {"file_start": start, "file_end": end}


def _stories(stories: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"id": id, "version": version} for id, version in stories]


def _inert(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {name: _inert(one) for name, one in value.items()}
    return [_inert(one) for one in value] if isinstance(value, list | tuple) else value


def _case(row: dict[str, Any]) -> Case:
    by, at, reason, note = (row.pop(name) for name in ("decided_by", "decided_at", "reason", "note"))
    state = State(row["state"])
    if not ID.fullmatch(row["id"]):
        raise ValueError("a case's page is called after its id, so that is nothing else")
    decision = Decision(row["id"], state, by, at, reason, note) if by else None
    return Case(
        **row
        | {
            "kind": CaseKind(row["kind"]),
            "severity": _severity(row["severity"]),
            "change": Change(row["change"]),
            "changed": tuple(row["changed"]),
            "state": state,
            "decision": decision,
            "statuses": tuple(map(_status, row["statuses"])),
            "rules": tuple(row["rules"]),
            "why": tuple(row["why"]),
            "versions": tuple((one["id"], one["version"]) for one in row["versions"]),
            "pages": tuple(map(_case_page, row.get("pages") or ())),
        }
    )


def _case_page(row: dict[str, Any]) -> CasePage:
    return CasePage(
        **row
        | {
            "severity": _severity(row["severity"]),
            "statuses": tuple(map(_status, row["statuses"])),
            "rules": tuple(row["rules"]),
            "why": tuple(row["why"]),
            "sources": tuple((one["id"], one["version"]) for one in row["sources"]),
            "passages": tuple(map(_taken, row["passages"])),
        }
    )


def _taken(row: dict[str, Any]) -> Taken:
    start, end = row.pop("file_start"), row.pop("file_end")
    named = {"status": _status(row["status"]), "severity": _severity(row["severity"])}
    return Taken(**row | named, file=None if start is None else (start, end))


def _status(name: str) -> Any:
    """A later version may know more of them: an unknown one stays the string that it is."""
    return Status(name) if name in set(Status) else name


def _severity(name: str) -> Any:
    return Severity(name) if name in set(Severity) else name
