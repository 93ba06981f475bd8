"""Reports as CSV (RFC 4180, UTF-8 without a mark): a row for each match and each notice, one for a text without any.

Spreadsheets run cells that look like formulas, and some split rows at semicolons whatever the quotes
say: both are disarmed with an apostrophe. Every cell is one line, and control characters are pictures of themselves.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from checker.model import Match, Notice, Passage, Report, SourcePassage
from checker.reports.show import one_line
from checker.reports.terms import state
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
    "found",
    "use",
    "speaker",
    "rule",
    "why",
    "holder",
    "years",
    "terms",
    "state",
    "family",
    "family_members",
    "family_newest",
)
"""`start` and `end` are code points of the text that was matched; `line` and `column` of its file, from 1.

`found` is "match", "notice" or empty. `holder` is the source's or the notice's, `kind` of a notice what it is.
`state` is the gravest that was said of the story or of its family.
"""

TRIGGERS = "=+-@\t\r\n＝＋－＠"
SPLIT = re.compile(r'([;|])(?=[\s"\x00-\x1f\u00ad\u200b-\u200f\u2060-\u206f\ufeff]*+[=+\-@＝＋－＠])')
"""Where a spreadsheet of another country would begin a cell, and that cell would be a formula."""

Cell = str | int | float
Row = dict[str, Cell]


def to_csv(reports: Iterable[Report]) -> Iterator[str]:
    """The header, then row by row, each with its line end (CR LF). Always encodable as UTF-8."""
    yield csv_line(COLUMNS)
    for report in reports:
        lines, head = Lines.of(report), _head(report)
        rows = [_match(match, lines) for match in report.matches] + [
            _notice(notice, lines) for notice in report.notices
        ]
        for row in rows or [{}]:
            cells = head | row
            yield csv_line([cells.get(column, "") for column in COLUMNS])


def inert(text: str) -> str:
    """A cell that no spreadsheet takes for a formula, wherever it cuts it."""
    first = next((character for character in text if not _unseen(character)), "")
    risky = bool(text) and (text[0] in TRIGGERS or (first != "" and first in TRIGGERS))
    return ("'" if risky else "") + one_line(SPLIT.sub(r"\1'", text))


def _unseen(character: str) -> bool:
    """Blanks, marks without width, controls: what a spreadsheet may drop before it looks at a cell."""
    return character.isspace() or unicodedata.category(character) in ("Cc", "Cf", "Cs", "Mn", "Me", "Zs", "Zl", "Zp")


def _head(report: Report) -> Row:
    return {"verdict": str(report.verdict), "reasons": "; ".join(report.reasons), "id": report.id}


def _place(passage: Passage, lines: Lines) -> Row:
    """Where a passage stands in its text and in its file, and its words."""
    stretch = lines.stretch(passage)
    place = next(iter(passage.places), None)
    return {
        "start": passage.start,
        "end": passage.end,
        "line": (stretch.line or "") if stretch else "",
        "column": (stretch.column or "") if stretch else "",
        "page": (place.page or "") if place else "",
        "paragraph": (place.paragraph or "") if place else "",
        "time_code": place.begins if place else "",
        "label": passage.label,
        "submitted_text": passage.text,
    }


def _judgement(found: Match | Notice) -> Row:
    return {
        "kind": str(found.kind),
        "status": str(found.status),
        "severity": str(found.severity),
        "rule": found.rule,
        "why": found.why,
    }


def _match(match: Match, lines: Lines) -> Row:
    return (
        _place(match.submitted, lines)
        | _judgement(match)
        | _source(match.source)
        | {
            "found": "match",
            "words": match.words,
            "similarity": round(match.similarity, 4),
            "use": str(match.use),
            "speaker": match.speaker,
        }
    )


def _source(source: SourcePassage) -> Row:
    family = source.family
    return {
        "source_id": source.id,
        "source_title": source.title,
        "source_holder": source.holder,
        "source_story": source.story,
        "source_version": source.version,
        "source_start": source.start,
        "source_end": source.end,
        "source_text": source.text,
        "holder": source.holder,
        "state": str(state(source)),
        "family": family.id if family else "",
        "family_members": family.members if family else "",
        "family_newest": family.newest.id if family else "",
    }


def _notice(notice: Notice, lines: Lines) -> Row:
    return (
        _place(notice.submitted, lines)
        | _judgement(notice)
        | {
            "found": "notice",
            "holder": notice.name or notice.holder,
            "years": " ".join(map(str, notice.years)),
            "terms": " ".join(notice.terms),
        }
    )


def csv_line(cells: Sequence[Cell]) -> str:
    """One row with its line end (CR LF), every cell inert."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([inert(cell) if isinstance(cell, str) else cell for cell in cells])
    return out.getvalue()
