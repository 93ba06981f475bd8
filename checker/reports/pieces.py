"""A report cut into pieces for showing: where matches begin and end, and what differs within them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from checker.model import Change, Edit, Match, Report


@dataclass(frozen=True, slots=True)
class Piece:
    """text[start:end]; `matches` are the numbers of the matches that cover it (from 0), best first.

    `changed` says that it differs from the other side of the first of them, `quoted` that it is a quotation inside
    any of them. `notices` are the numbers of the notices that cover it. `begins` and `noticed` are the matches
    and the notices that begin here.
    """

    start: int
    end: int
    matches: tuple[int, ...] = ()
    changed: bool = False
    begins: tuple[int, ...] = ()
    quoted: bool = False
    notices: tuple[int, ...] = ()
    noticed: tuple[int, ...] = ()


def draft_pieces(report: Report) -> list[Piece]:
    """The whole draft in pieces, end to end, in order; each lies within the same matches and notices throughout."""
    total = len(report.text)
    spans = [_within(match.submitted.start, match.submitted.end, total) for match in report.matches]
    noted = [_within(notice.submitted.start, notice.submitted.end, total) for notice in report.notices]
    changes = [submitted_changes(match) for match in report.matches]
    quotes = _merged(_within(*span, total) for match in report.matches for span in match.quoted)
    cuts = {0, total, *(offset for span in (*spans, *noted, *quotes) for offset in span)}
    cuts |= {min(offset, total) for spots in changes for spot in spots for offset in spot}
    order = sorted(cuts)
    under, over = _running(spans, order), _running(noted, order)
    pieces: list[Piece] = []
    for start, end in pairwise(order):
        (begins, active), (noticed, notices) = next(under), next(over)
        changed = bool(active) and _covers(changes[active[0]], start)
        quoted = bool(active) and _covers(quotes, start)
        pieces.append(Piece(start, end, active, changed, begins, quoted, notices, noticed))
    return pieces


def _running(
    spans: Sequence[tuple[int, int]], order: Sequence[int]
) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
    """For each stretch between neighbours in `order`: the numbers of the spans that begin there, and that cover it."""
    opening: dict[int, list[int]] = {}
    for number, (start, end) in enumerate(spans):
        if start < end:
            opening.setdefault(start, []).append(number)
    active: list[int] = []
    for start, _ in pairwise(order):
        begins = opening.get(start, [])
        active = sorted([number for number in active if spans[number][1] > start] + begins)
        yield tuple(begins), tuple(active)


def source_pieces(match: Match) -> list[Piece]:
    """The source passage in pieces, with offsets into `match.source.text`."""
    spots = source_changes(match)
    total = len(match.source.text)
    base = match.source.start
    inside = [_within(low - base, high - base, total) for low, high in spots]
    return list(_cut(inside, total))


def submitted_pieces(match: Match) -> list[Piece]:
    """The passage of the draft in pieces, with offsets into `match.submitted.text`."""
    total, base = len(match.submitted.text), match.submitted.start
    inside = [_within(low - base, high - base, total) for low, high in submitted_changes(match)]
    return list(_cut(inside, total))


def submitted_changes(match: Match) -> list[tuple[int, int]]:
    """Spans of the draft that differ from the source, merged and in order, without white space at their ends."""
    spots = _changes(match.edits, lambda edit: (edit.submitted_start, edit.submitted_end))
    return _trimmed(spots, match.submitted.text, match.submitted.start)


def source_changes(match: Match) -> list[tuple[int, int]]:
    """Spans of the source that the draft does not have or has otherwise; as `submitted_changes`."""
    spots = _changes(match.edits, lambda edit: (edit.source_start, edit.source_end))
    return _trimmed(spots, match.source.text, match.source.start)


def _trimmed(spots: Sequence[tuple[int, int]], text: str, base: int) -> list[tuple[int, int]]:
    """`text` begins at offset `base` of the whole."""
    kept = []
    for low, high in spots:
        inside = text[max(0, low - base) : max(0, high - base)]
        left = len(inside) - len(inside.lstrip())
        right = len(inside) - len(inside.rstrip())
        if inside.strip():
            kept.append((low + left, high - right))
    return kept


def _changes(edits: Sequence[Edit], side: Callable[[Edit], tuple[int, int]]) -> list[tuple[int, int]]:
    return _merged(side(edit) for edit in edits if edit.change is not Change.EQUAL)


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for low, high in sorted(spans):
        if low >= high:
            continue
        if merged and low <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return merged


def _cut(spots: Sequence[tuple[int, int]], total: int) -> Iterator[Piece]:
    at = 0
    for low, high in spots:
        if at < low:
            yield Piece(at, low)
        if max(at, low) < high:
            yield Piece(max(at, low), high, changed=True)
            at = high
    if at < total:
        yield Piece(at, total)


def _covers(spots: Sequence[tuple[int, int]], offset: int) -> bool:
    found = bisect_right(spots, (offset, float("inf"))) - 1
    return found >= 0 and offset < spots[found][1]


def _within(start: int, end: int, total: int) -> tuple[int, int]:
    low = min(max(start, 0), total)
    return low, min(max(end, low), total)
