"""Reports as CSV (RFC 4180, UTF-8 without a mark): a row for each match, and one for each text without any.

Spreadsheets run cells that look like formulas, and some split rows at semicolons whatever the quotes
say: both are disarmed with an apostrophe. Every cell is one line, and control characters are pictures of themselves.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from checker.model import Match, Report
from checker.reports.show import one_line
from checker.reports.where import Lines

COLUMNS = (
    "verdict",
    "reasons",
    "id",
    "start",
    "end",
    "line",
    "column",
    "page",
    "paragraph",
    "time_code",
    "label",
    "words",
    "kind",
    "status",
    "severity",
    "similarity",
    "source_id",
    "source_title",
    "source_holder",
    "source_story",
    "source_version",
    "source_start",
    "source_end",
    "submitted_text",
    "source_text",
)
"""`start` and `end` are code points of the text that was matched; `line` and `column` of its file, from 1."""

TRIGGERS = "=+-@\t\r\n＝＋－＠"
SPLIT = re.compile(r'([;|])(?=[\s"\x00-\x1f\u00ad\u200b-\u200f\u2060-\u206f\ufeff]*+[=+\-@＝＋－＠])')
"""Where a spreadsheet of another country would begin a cell, and that cell would be a formula."""

Cell = str | int | float


def to_csv(reports: Iterable[Report]) -> Iterator[str]:
    """The header, then row by row, each with its line end (CR LF). Always encodable as UTF-8."""
    yield _row(COLUMNS)
    for report in reports:
        lines = Lines.of(report)
        for match in report.matches:
            yield _row([*_head(report), *_match(match, lines)])
        if not report.matches:
            yield _row([*_head(report), *[""] * (len(COLUMNS) - 3)])


def inert(text: str) -> str:
    """A cell that no spreadsheet takes for a formula, wherever it cuts it."""
    first = next((character for character in text if not _unseen(character)), "")
    risky = bool(text) and (text[0] in TRIGGERS or (first != "" and first in TRIGGERS))
    return ("'" if risky else "") + one_line(SPLIT.sub(r"\1'", text))


def _unseen(character: str) -> bool:
    """Blanks, marks without width, controls: what a spreadsheet may drop before it looks at a cell."""
    return character.isspace() or unicodedata.category(character) in ("Cc", "Cf", "Cs", "Mn", "Me", "Zs", "Zl", "Zp")


def _head(report: Report) -> tuple[Cell, ...]:
    return str(report.verdict), "; ".join(report.reasons), report.id


def _match(match: Match, lines: Lines) -> tuple[Cell, ...]:
    submitted, source = match.submitted, match.source
    stretch = lines.stretch(submitted)
    place = next(iter(submitted.places), None)
    return (
        submitted.start,
        submitted.end,
        (stretch.line or "") if stretch else "",
        (stretch.column or "") if stretch else "",
        (place.page or "") if place else "",
        (place.paragraph or "") if place else "",
        place.begins if place else "",
        submitted.label,
        match.words,
        str(match.kind),
        str(match.status),
        str(match.severity),
        round(match.similarity, 4),
        source.id,
        source.title,
        source.holder,
        source.story,
        source.version,
        source.start,
        source.end,
        submitted.text,
        source.text,
    )


def _row(cells: Sequence[Cell]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([inert(cell) if isinstance(cell, str) else cell for cell in cells])
    return out.getvalue()
