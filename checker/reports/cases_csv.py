"""Cases, and what was not judged, as CSV (RFC 4180, UTF-8 without a mark), every cell inert as in `reports.csv`."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable, Iterator, Sequence

from checker.cases.nouns import Case
from checker.reports.cases_rows import CASES, case_row
from checker.reports.csv import Row, csv_line


def cases_csv(cases: Iterable[Case]) -> Iterator[str]:
    """The header, then a row for each case, each with its line end (CR LF). Always encodable as UTF-8."""
    yield csv_head(CASES)
    for case in cases:
        yield csv_row(CASES, case_row(case))


def csv_head(columns: Sequence[str]) -> str:
    """The names of the columns."""
    return csv_row(columns, dict(zip(columns, columns, strict=True)))


def csv_row(columns: Sequence[str], row: Row) -> str:
    """One row, in the order of the columns."""
    return csv_line([row[column] for column in columns])


def csv_rows(lines: Iterable[str], numbers: Collection[str]) -> Iterator[Row]:
    """The rows of what was written here, the columns `numbers` as numbers."""
    for row in csv.DictReader(lines, strict=True):
        yield {name: int(cell) if name in numbers else cell for name, cell in row.items()}
