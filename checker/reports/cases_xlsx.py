"""Cases as a workbook: one sheet of cases, one of their pages, one of what was not judged.

Nothing in it is a formula, a link or a number that was a text; every cell is inert besides, as in `reports.csv`, for
those who save it as CSV. The same cases give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from shutil import rmtree
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


def write_xlsx(path: Path, cases: Iterable[Case], unjudged: Iterable[Row]) -> None:
    """Write the workbook, row by row; what it needs besides lies in a folder beside it, until it is done.

    Raises OSError when it cannot be written.
    """
    room = path.with_name(f".{path.name}.rows")
    rmtree(room, ignore_errors=True)  # of a process that was killed
    room.mkdir()
    try:
        book = _Workbook(path, room)
        try:
            book.fill(cases, unjudged)
        finally:
            book.close()
    finally:
        rmtree(room, ignore_errors=True)


class _Workbook:
    """The three sheets."""

    def __init__(self, path: Path, room: Path) -> None:
        from xlsxwriter import Workbook

        options = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
        self._book: Any = Workbook(str(path), {**options, "constant_memory": True, "tmpdir": str(room)})
        self._book.set_properties({"title": "Wirecheck: cases", "created": CREATED})
        head = self._book.add_format({"bold": True, "bottom": 1, "valign": "top"})
        share = self._book.add_format({"num_format": "0 %"})
        named = (("Cases", CASES), ("Pages", PAGES), ("Not judged", UNJUDGED))
        self._sheets = [_Sheet(self._book.add_worksheet(name), columns, head, share) for name, columns in named]

    def fill(self, cases: Iterable[Case], unjudged: Iterable[Row]) -> None:
        of_cases, of_pages, of_unjudged = self._sheets
        for case in cases:
            of_cases.add(case_row(case))
            for row in page_rows(case):
                of_pages.add(row)
        for row in unjudged:
            of_unjudged.add(row)
        for sheet in self._sheets:
            sheet.end()

    def close(self) -> None:
        """Make the file; whatever happens, none of the library's own stays open."""
        from xlsxwriter.exceptions import FileCreateError

        try:
            self._book.close()
        except FileCreateError as error:
            cause = error.args[0] if error.args else None
            raise cause if isinstance(cause, OSError) else OSError(str(error)) from error
        finally:
            for sheet in self._book.worksheets():
                with suppress(OSError):
                    sheet.row_data_fh.close()


class _Sheet:
    """One sheet: a header that stays in view, a filter, and rows in their order."""

    def __init__(self, sheet: Any, columns: Sequence[str], head: Any, share: Any) -> None:
        self._columns = columns
        self._share = share
        self._sheet = sheet
        self._rows = 0
        self._left_out = 0
        for at, column in enumerate(columns):
            self._sheet.set_column(at, at, WIDTHS.get(column, 12))
        self._sheet.freeze_panes(1, 0)
        for at, column in enumerate(columns):
            self._sheet.write_string(0, at, column.replace("_", " "), head)

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
