"""The report as text: for the eye on a terminal, and as `path:line:column` lines for programs.

A line is a list of parts, each a text and the name of its style; whoever prints it
decides on colours. Every text in it is inert: no control character is left.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from checker.model import Match, Passage, Report, Verdict
from checker.reports import words
from checker.reports.columns import Part, Style, excerpt, side_by_side, stacked, wrap
from checker.reports.pieces import source_changes, submitted_changes
from checker.reports.show import Places, one_line
from checker.reports.where import whereabouts

__all__ = ["Line", "Part", "Style", "lines", "locations"]

Line = list[Part]
WIDE = 92
"""From this many columns on, draft and source stand side by side."""
INDENT = 5
SET_ASIDE_SHOWN = 3
STORIES_SHOWN = 8


class Mark(StrEnum):
    """What stands before a verdict, so that colour is not all that tells them apart."""

    CLEAR = "✓"
    FLAGGED = "✗"
    INCOMPLETE = "?"


MARKS = {Verdict.CLEAR: Mark.CLEAR, Verdict.FLAGGED: Mark.FLAGGED, Verdict.INCOMPLETE: Mark.INCOMPLETE}
VERDICT_STYLES = {
    Verdict.CLEAR: Style.GOOD,
    Verdict.FLAGGED: Style.BAD,
    Verdict.INCOMPLETE: Style.DOUBT,
}


def lines(report: Report, *, width: int = 80, brackets: bool = False) -> Iterator[Line]:
    """The report to be read, at most `width` columns wide where words allow it.

    `brackets` sets differences in [brackets] and the matched words between >> and <<,
    for a terminal without colours.
    """
    places = Places.within(report)
    style = VERDICT_STYLES.get(report.verdict, Style.DOUBT)
    mark = MARKS.get(report.verdict, Mark.INCOMPLETE)
    yield [
        (f"{mark} {words.verdict(report)}", style),
        ("  ", Style.PLAIN),
        (one_line(report.id) or "this text", Style.STRONG),
    ]
    yield [(f"  {words.summary(report)}", Style.PLAIN)]
    for reason in report.reasons:
        yield [
            ("  Not checked: " if report.verdict is not Verdict.CLEAR else "  ", Style.DOUBT),
            (one_line(reason), Style.PLAIN),
        ]
    for warning in report.warnings:
        yield [("  Note: ", Style.FAINT), (one_line(warning), Style.FAINT)]
    for number, match in enumerate(report.matches, 1):
        yield []
        yield from _match(report, number, match, places, width, brackets)
    yield from _stories(report)
    yield from _set_aside(report, places)


def locations(report: Report) -> Iterator[str]:
    """One line a match, `path:line:column: severity: ...`; one line when there is none, one for each doubt."""
    name = one_line(report.id) or "-"
    places = Places.within(report)
    for match in report.matches:
        also = f", and in {words.count(len(match.also), 'other story', 'other stories')}" if match.also else ""
        yield (
            f"{name}:{_place(match.submitted, places)}: {match.severity}: {_found(match)}, {words.status(match)}, "
            f'from "{words.title(match.source)}" ({words.origin(match.source)}){also}'
        )
    for reason in report.reasons:
        yield f"{name}: {Verdict.INCOMPLETE}: {one_line(reason)}"
    for warning in report.warnings:
        yield f"{name}: note: {one_line(warning)}"
    if not report.matches and not report.reasons:
        yield f"{name}: {report.verdict}: {words.summary(report)}"


def _place(passage: Passage, places: Places) -> str:
    """The place after the colon of a `path:place`: line and column, or a page, a paragraph, a time code."""
    line, column = places.first(passage)
    return whereabouts(passage) or f"{line}:{column}"


def _found(match: Match) -> str:
    label = words.label(match.submitted)
    return words.likeness(match) + (f", {label}" if label else "")


def _where(passage: Passage, places: Places) -> str:
    """Where a passage stands, in words."""
    if passage.places and not passage.file:
        return whereabouts(passage)
    (line, column), (last, _) = places.first(passage), places.last(passage)
    where = f"line {line}, column {column}" if line == last else f"lines {line} to {last}, from column {column}"
    return where + (f" ({whereabouts(passage)})" if passage.places else "")


def _match(report: Report, number: int, match: Match, places: Places, width: int, brackets: bool) -> Iterator[Line]:
    # what the status adds to "copied" (quoted, stock) is worth a word; "copied" itself is not
    use = "" if words.status(match) == "copied" else f", {words.status(match)}"
    yield [
        (f"  {number}  ", Style.STRONG),
        (_found(match) + use, Style.of(match.severity)),
        (f"  {_where(match.submitted, places)}", Style.FAINT),
    ]
    name, origin = words.title(match.source), words.origin(match.source)
    yield from _indented([(name, Style.STRONG), (f" ({origin})", Style.FAINT)], width)
    submitted, source = match.submitted, match.source
    # a report read back has no text but the passages themselves
    text, base = (report.text, 0) if report.text else (submitted.text, submitted.start)
    changes = [(low - base, high - base) for low, high in submitted_changes(match)]
    draft = excerpt(text, submitted.start - base, submitted.end - base, changes, Style.ADDED, brackets)
    changes = [(low - source.start, high - source.start) for low, high in source_changes(match)]
    story = excerpt(source.text, 0, len(source.text), changes, Style.REMOVED, brackets)
    arrange = side_by_side if width >= WIDE else stacked
    yield from arrange(draft, story, width, indent=INDENT)
    if match.also:
        others = "; ".join(f"{words.title(other)} ({words.origin(other)})" for other in match.also[:3])
        more = f" and {len(match.also) - 3} more" if len(match.also) > 3 else ""
        yield from _indented([(f"The same words also in: {others}{more}", Style.FAINT)], width)


def _indented(parts: list[Part], width: int) -> Iterator[Line]:
    for line in wrap(parts, width - INDENT):
        yield [(" " * INDENT, Style.PLAIN), *line]


def _stories(report: Report) -> Iterator[Line]:
    """What was taken from each story, when a table says more than the single match did."""
    if len(report.matches) < 2 or not report.stories:
        return
    yield []
    yield [("  What it takes from each story", Style.STRONG)]
    told = [
        (f"{words.count(story.words, 'word')},", words.share(story.submitted_share), words.share(story.source_share))
        for story in report.stories[:STORIES_SHOWN]
    ]
    widths = [max(map(len, column)) for column in zip(*told, strict=True)]
    for story, figures in zip(report.stories, told, strict=False):
        taken, here, there = (figure.rjust(width) for figure, width in zip(figures, widths, strict=True))
        yield [(f"  {taken} {here} of this text, {there} of ", Style.PLAIN), (words.title(story), Style.STRONG)]
    if len(report.stories) > STORIES_SHOWN:
        yield [(f"  and {len(report.stories) - STORIES_SHOWN} stories more", Style.FAINT)]


def _set_aside(report: Report, places: Places) -> Iterator[Line]:
    if not report.dropped:
        return
    yield []
    yield [(f"  Set aside: {words.count(len(report.dropped), 'passage')}", Style.FAINT)]
    for dropped in report.dropped[:SET_ASIDE_SHOWN]:
        text = " ".join(one_line(dropped.submitted.text).split())
        shortened = text if len(text) <= 48 else text[:47] + "…"
        yield [(f"    {_place(dropped.submitted, places)}  “{shortened}” is {words.reason(dropped)}", Style.FAINT)]
    if len(report.dropped) > SET_ASIDE_SHOWN:
        yield [(f"    and {len(report.dropped) - SET_ASIDE_SHOWN} more", Style.FAINT)]
