"""Charts of an audit, drawn as SVG by ourselves: columns over time, and columns of a histogram.

Each has a table beside it that says the same. Colours come from the page's style, so they follow it into the dark.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from checker.reports.markup import escape
from checker.reports.show import one_line

HEIGHT, FOOT, HEAD = 120, 22, 16
COLUMN, GAP = 30, 6
MOST_COLUMNS = 36
"""More months than this are shown as years."""
Column = tuple[str, int, str]
"""Its label, how high it is, and what is said of it to those who point at it."""


def columns(title: str, values: Sequence[Column]) -> str:
    """A chart of columns, each with its number above it. "" where there is nothing to show."""
    most = max((value for _, value, _ in values), default=0)
    if not most:
        return ""
    wide = max(COLUMN, *(7 * len(label) for label, _, _ in values))
    width = len(values) * (wide + GAP) + GAP
    drawn = "".join(_column(number, one, most, wide) for number, one in enumerate(values))
    total = HEAD + HEIGHT + FOOT
    said = escape(one_line(title))
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{said}">'
        f'<svg class="chart" role="img" aria-label="{said}" width="{width}" height="{total}" '
        f'viewBox="0 0 {width} {total}">{drawn}'
        f'<line class="axis" x1="0" x2="{width}" y1="{HEAD + HEIGHT}.5" y2="{HEAD + HEIGHT}.5"/></svg></div>\n'
    )


def _column(number: int, column: Column, most: int, wide: int) -> str:
    label, value, said = column
    left = GAP + number * (wide + GAP)
    high = max(1, round(HEIGHT * value / most)) if value else 0
    top = HEAD + HEIGHT - high
    middle = left + wide / 2
    figure = f'<text class="figure" x="{middle:g}" y="{top - 4}">{value:,}</text>' if value else ""
    return (
        f'<g><title>{escape(one_line(said))}</title><rect class="column" x="{left}" y="{top}" width="{wide}" '
        f'height="{high}"/>{figure}<text class="label" x="{middle:g}" y="{HEAD + HEIGHT + 15}">'
        f"{escape(one_line(label))}</text></g>"
    )


def months(flagged: Mapping[str, int]) -> list[Column]:
    """Flagged texts by month, months without any in between; by year where there would be too many columns."""
    dated = {month: count for month, count in flagged.items() if len(month) == 7 and month[:4].isdigit()}
    if not dated:
        return []
    first, last = _index(min(dated)), _index(max(dated))
    if last - first < MOST_COLUMNS:
        named = [f"{at // 12:04}-{at % 12 + 1:02}" for at in range(first, last + 1)]
        return [(month, dated.get(month, 0), f"{month}: {dated.get(month, 0):,} flagged") for month in named]
    years = [
        (year, sum(count for _, count in of)) for year, of in groupby(sorted(dated.items()), lambda one: one[0][:4])
    ]
    return [(year, count, f"{year}: {count:,} flagged") for year, count in years[-MOST_COLUMNS:]]


def _index(month: str) -> int:
    number = month[5:]
    return int(month[:4]) * 12 + (max(1, min(12, int(number))) if number.isdigit() else 1) - 1


def histogram(shares: Sequence[int]) -> list[Column]:
    """Texts by the share of them that is copied, tenth by tenth."""
    step = 100 // len(shares)
    return [
        (f"{at * step}–{(at + 1) * step}", count, f"{at * step} to {(at + 1) * step} per cent copied: {count:,} texts")
        for at, count in enumerate(shares)
    ]
