"""Cases as lines: a table for a terminal, fields set apart by tabs for programs, and all of them in one sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence

from checker.cases.decisions import State
from checker.cases.nouns import Case, Change
from checker.model import Severity
from checker.reports import words
from checker.reports.cases_shell import CHANGES, MARKS, called
from checker.reports.columns import Line, Part, Style
from checker.reports.show import cell, cells, one_line

SHOWN = (Change.NEW, Change.CHANGED, Change.TAKEN_DOWN)
"""What is listed unless all is asked for."""
HEADS = ("", "ID", "SEVERITY", "STATE", "CHANGE", "OUTLET", "PAGES", "WORDS", "STORY", "TITLE")
RIGHT = (0, 6, 7, 8)
CHANGE = HEADS.index("CHANGE")
OUTLET = 28
"""Columns that an outlet takes at most."""
LEAST = 28
"""With fewer columns left the title has a line of its own."""


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
    """A table, its titles cut to the width or on lines of their own; below a case what is to be said of its change."""
    if not cases:
        return
    compared = any(case.change is not Change.NEW for case in cases)
    shown = [at for at in range(len(HEADS)) if compared or at != CHANGE]
    rows = [[row[at] for at in shown] for row in (HEADS, *map(_shown, cases))]
    *widths, _ = (
        min(OUTLET if HEADS[at] == "OUTLET" else 99, max(cells(row[column]) for row in rows))
        for column, at in enumerate(shown)
    )
    right = {column for column, at in enumerate(shown) if at in RIGHT}
    room = width - sum(widths) - 2 * len(widths)
    room = 0 if room < LEAST else room
    yield [(text, Style.FAINT) for text, _ in _line(rows[0], widths, room, right, Style.FAINT, Style.FAINT)]
    for case, row in zip(cases, rows[1:], strict=True):
        state = Style.STRONG if case.state is State.OPEN else Style.PLAIN
        yield _line(row, widths, room, right, Style.of(case.severity), state)
        below = [(row[-1], Style.STRONG)] if not room else []
        below += [(one_line(case.remark), Style.FAINT)] if case.remark else []
        indent = widths[0] + 2
        yield from ([(" " * indent, Style.PLAIN), (_cut(text, width - indent), style)] for text, style in below)


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


def _line(
    row: Sequence[str], widths: Sequence[int], room: int, right: Container[int], grave: Style, state: Style
) -> Line:
    """One row; its last field, the title, where there is room for it."""
    parts: Line = []
    for at, (text, wide) in enumerate(zip(row, widths, strict=False)):
        kept = _cut(text, wide)
        space: Part = (" " * (wide - cells(kept)), Style.PLAIN)
        style = {0: Style.FAINT, 2: grave, 3: state}.get(at, Style.PLAIN)
        parts += [space, (kept, style)] if at in right else [(kept, style), space]
        parts.append(("  ", Style.PLAIN))
    return [*parts, (_cut(row[-1], room), Style.STRONG)] if room else parts


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
