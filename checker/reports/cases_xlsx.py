"""Cases as a workbook: one sheet of cases, one of their pages, one of what was not judged.

Nothing in it is a formula, a link or a number that was a text; every cell is inert besides, as in `reports.csv`, for
those who save it as CSV. The same cases give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from checker.cases.nouns import Case
from checker.reports.cases_rows import CASES, PAGES, UNJUDGED, case_row, page_rows
from checker.reports.csv import Row, inert
from checker.reports.show import shortened

MOST_ROWS = 1_048_575
"""Rows of a sheet besides its header."""
LONGEST = 32_000
"""Characters of a cell; Excel takes 32,767."""
CREATED = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""A workbook names a time at which it was made; ours says always the same."""
WIDTHS = {
    "id": 14, "case": 14, "outlet": 24, "title": 44, "page_title": 44, "holder": 20, "url": 48, "worst_page": 48,
    "place": 36, "why": 60, "remark": 40, "reason": 40, "note": 40, "statuses": 20, "first_seen": 20, "last_seen": 20,
    "published": 20, "judged_as_of": 20, "input": 36, "doubts": 40, "digest": 20, "stories": 32, "versions": 32,
}  # fmt: skip
SHARES = ("share_of_page", "share_of_story")


class Workbook:
    """A workbook that is written row by row; `close` makes the file."""

    def __init__(self, path: Path) -> None:
        from xlsxwriter import Workbook as Written

        self._book: Any = Written(
            str(path),
            {
                "constant_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "tmpdir": str(path.parent),
            },
        )
        self._book.set_properties({"title": "Wirecheck: cases", "created": CREATED})
        self._head = self._book.add_format({"bold": True, "bottom": 1, "valign": "top"})
        self._share = self._book.add_format({"num_format": "0 %"})
        self._cases = _Sheet(self, "Cases", CASES)
        self._pages = _Sheet(self, "Pages", PAGES)
        self._unjudged = _Sheet(self, "Not judged", UNJUDGED)

    def unjudged(self, row: Row) -> None:
        """A text that is not wholly judged."""
        self._unjudged.add(row)

    def cases(self, cases: Iterable[Case]) -> None:
        """Cases, and their pages."""
        for case in cases:
            self._cases.add(case_row(case))
            for row in page_rows(case):
                self._pages.add(row)

    def close(self) -> None:
        """Make the file. Raises OSError when it cannot be written."""
        from xlsxwriter.exceptions import FileCreateError

        for sheet in (self._cases, self._pages, self._unjudged):
            sheet.end()
        try:
            self._book.close()
        except FileCreateError as error:
            cause = error.args[0] if error.args else None
            raise cause if isinstance(cause, OSError) else OSError(str(error)) from error


class _Sheet:
    """One sheet: a header that stays in view, a filter, and rows in their order."""

    def __init__(self, book: Workbook, name: str, columns: Sequence[str]) -> None:
        self._columns = columns
        self._share = book._share
        self._sheet = book._book.add_worksheet(name)
        self._rows = 0
        self._left_out = 0
        for at, column in enumerate(columns):
            self._sheet.set_column(at, at, WIDTHS.get(column, 12))
        self._sheet.freeze_panes(1, 0)
        for at, column in enumerate(columns):
            self._sheet.write_string(0, at, column.replace("_", " "), book._head)

    def add(self, row: Row) -> None:
        if self._rows >= MOST_ROWS - 1:
            self._left_out += 1
            return
        self._rows += 1
        for at, column in enumerate(self._columns):
            cell = row[column]
            if isinstance(cell, str):
                if cell:
                    self._sheet.write_string(self._rows, at, shortened(inert(cell), LONGEST))
            else:
                self._sheet.write_number(self._rows, at, cell, self._share if column in SHARES else None)

    def end(self) -> None:
        if self._left_out:
            said = f"{self._left_out:,} more rows do not fit into a sheet; the other files of the audit have them all."
            self._sheet.write_string(self._rows + 1, 0, said)
        self._sheet.autofilter(0, 0, max(1, self._rows), len(self._columns) - 1)
