"""Cases as lines: a table for a terminal, fields set apart by tabs for programs, and all of them in one sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from checker.cases.nouns import Case, Change
from checker.model import Severity
from checker.reports import words
from checker.reports.cases_shell import CHANGES, MARKS, called
from checker.reports.columns import Line, Style
from checker.reports.show import cell, cells, one_line

SHOWN = (Change.NEW, Change.CHANGED, Change.TAKEN_DOWN)
"""What is listed unless all is asked for."""
HEADS = ("", "ID", "SEVERITY", "STATE", "CHANGE", "OUTLET", "PAGES", "WORDS", "STORY", "TITLE")
RIGHT = (6, 7, 8)
OUTLET = 28
"""Columns that an outlet takes at most."""
LEAST = 16
"""Columns that are left for a title at least."""


def lines(cases: Iterable[Case]) -> Iterator[str]:
    """A line a case for programs: rank, id, severity, state, change, outlet, pages, words, share of story, title."""
    for case in cases:
        yield "\t".join(one_line(str(one)) for one in (*_fields(case), called(case)))


def _fields(case: Case) -> tuple[str, ...]:
    return (
        str(case.rank), case.id, str(case.severity), str(case.state), str(case.change), case.outlet,
        str(case.page_count), str(case.words_most), f"{case.source_share:.4f}",
    )  # fmt: skip


def for_reading(cases: Sequence[Case], width: int) -> Iterator[Line]:
    """A table, its titles cut to the width; below a case what is to be said of its change."""
    if not cases:
        return
    rows = [HEADS, *(_shown(case) for case in cases)]
    widths = [min(OUTLET if at == 5 else 99, max(cells(row[at]) for row in rows)) for at in range(len(HEADS) - 1)]
    room = max(LEAST, width - sum(widths) - 2 * len(widths))
    yield _line(HEADS, widths, room, [Style.FAINT] * len(HEADS))
    for case, row in zip(cases, rows[1:], strict=True):
        grave = Style.of(case.severity)
        styles = [Style.FAINT, Style.PLAIN, grave, Style.STRONG if case.state == "open" else Style.PLAIN]
        yield _line(row, widths, room, styles + [Style.PLAIN] * 5 + [Style.STRONG])
        if case.remark:
            indent = widths[0] + 2
            yield [(" " * indent, Style.PLAIN), (_cut(one_line(case.remark), width - indent), Style.FAINT)]


def _shown(case: Case) -> tuple[str, ...]:
    words_there = case.words_most > 0
    holder = f" ({one_line(case.holder)})" if case.holder and case.kind == "copy" else ""
    return (
        f"{case.rank:,}",
        case.id,
        f"{MARKS.get(case.severity, '!')} {one_line(case.severity)}",
        str(case.state),
        CHANGES[case.change],
        one_line(case.outlet),
        f"{case.page_count:,}",
        f"{case.words_most:,}" if words_there else "-",
        words.share(case.source_share) if words_there else "-",
        called(case) + holder,
    )


def _line(row: Sequence[str], widths: Sequence[int], room: int, styles: Sequence[Style]) -> Line:
    parts: Line = []
    for at, (text, style) in enumerate(zip(row, styles, strict=True)):
        if at == len(widths):
            parts.append((_cut(text, room), style))
            continue
        text = _cut(text, widths[at])
        space = " " * (widths[at] - cells(text))
        parts += [(space, Style.PLAIN), (text, style)] if at in RIGHT else [(text, style), (space, Style.PLAIN)]
        parts.append(("  ", Style.PLAIN))
    return parts


def _cut(text: str, most: int) -> str:
    """The beginning of a text that takes at most so many columns."""
    if cells(text) <= most:
        return text
    kept, used = "", 1
    for character in text:
        used += cell(character)
        if used > most:
            break
        kept += character
    return kept.rstrip() + "…"


def told(cases: Sequence[Case], listed: int) -> str:
    """ "36 cases: 30 errors, 6 warnings; 33 open." and what is not listed."""
    graves = Counter(case.severity for case in cases)
    parts = [words.count(graves[one], words.SEVERITIES[one]) for one in Severity if graves[one]]
    states = Counter(str(case.state) for case in cases)
    said = f"{words.count(len(cases), 'case')}{': ' if parts else ''}{', '.join(parts)}"
    said += "".join(f"; {count:,} {state}" for state, count in sorted(states.items()))
    left_out = Counter(case.change for case in cases if case.change not in SHOWN)
    if left_out and listed < len(cases):
        kept = ", ".join(f"{left_out[one]:,} {CHANGES[one]}" for one in Change if left_out[one])
        said += f". Not listed without --all: {kept}"
    return said + "."
