"""The report as text: for the eye on a terminal, and as `path:line:column` lines for programs.

A line is a list of parts, each a text and the name of its style; whoever prints it
decides on colours. Every text in it is inert: no control character is left.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from checker.model import Match, Notice, Passage, Report, Severity, Verdict
from checker.reports import terms, whole, words
from checker.reports.columns import Part, Style, excerpt, side_by_side, stacked, wrap
from checker.reports.groups import HEADINGS, Group, gravest_first, grouped
from checker.reports.pieces import source_changes, submitted_changes
from checker.reports.show import Places, one_line, shortened
from checker.reports.where import whereabouts

__all__ = ["Line", "Part", "Style", "lines", "locations"]

Line = list[Part]
WIDE = 92
"""From this many columns on, draft and source stand side by side."""
INDENT = 7
SET_ASIDE_SHOWN = 3
STORIES_SHOWN = 8
REASONS_SHOWN = 6
NOTES_SHOWN = 6
"""Notices that are no more than a note, such as datelines."""
QUOTES = '"'
"""Around titles, in lines for programs."""
TERM_SHOWN = 200
PASSAGE_SHOWN = 60
UNSAID = ("copyright", "feed", "published", "in the index since", "doubt")
"""Terms that an editor at a terminal can do without; doubts are among the reasons."""


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
    yield from _head(report, width)
    groups = grouped(report.matches)
    told: set[str] = set()
    for group, numbered in groups:
        if len(groups) > 1 or group not in (Group.STOPPED, Group.COPIED):
            yield []
            yield [(f"  {HEADINGS[group]}", Style.STRONG)]
        for number, match in numbered:
            if match.severity == Severity.NOTE:
                yield from _note(number, match, places, width, told)
                continue
            yield []
            yield from _match(number, match, places, width, told)
            yield from _words(report, match, width, brackets)
    yield from _notices(report, places, width)
    yield from _stories(report)
    yield from _set_aside(report, places)
    if stamp := terms.judged(report.judged):
        yield []
        yield from _indented([(stamp, Style.FAINT)], width, 2)


def _head(report: Report, width: int) -> Iterator[Line]:
    """The verdict, what was found in a sentence, and what there is to say of the whole."""
    style = VERDICT_STYLES.get(report.verdict, Style.DOUBT)
    mark = MARKS.get(report.verdict, Mark.INCOMPLETE)
    yield [
        (f"{mark} {whole.verdict(report)}", style),
        ("  ", Style.PLAIN),
        (one_line(report.id) or "this text", Style.STRONG),
    ]
    yield from _indented([(whole.summary(report), Style.PLAIN)], width, 2)
    yield from _said("Not checked: ", Style.DOUBT, whole.doubts(report), width)
    if len(report.matches) + len(report.notices) > 1:
        yield from _said("Why: ", Style.STRONG, whole.decided(report), width)
    yield from _said("Note: ", Style.FAINT, whole.remarks(report), width)


def _said(name: str, style: Style, sentences: tuple[str, ...], width: int) -> Iterator[Line]:
    rest = Style.FAINT if style is Style.FAINT else Style.PLAIN
    for sentence in sentences[:REASONS_SHOWN]:
        yield from _indented([(name, style), (one_line(sentence), rest)], width, 2)
    if len(sentences) > REASONS_SHOWN:
        yield [(f"  and {len(sentences) - REASONS_SHOWN} more", Style.FAINT)]


def locations(report: Report) -> Iterator[str]:
    """One line a match and a notice, `path:line:column: severity: ...`; then one for each doubt and remark.

    A text that is clear, or of which there is nothing else to say, has a line with its verdict.
    """
    name = one_line(report.id) or "-"
    places = Places.within(report)
    for match in report.matches:
        yield f"{name}:{_place(match.submitted, places)}: {words.severity(match)}: {words.sentence(match, QUOTES)}"
    for notice in report.notices:
        yield f"{name}:{_place(notice.submitted, places)}: {words.severity(notice)}: {words.headline(notice)}"
    doubts = whole.doubts(report)
    for reason in doubts:
        yield f"{name}: {Verdict.INCOMPLETE}: {one_line(reason)}"
    for remark in whole.remarks(report):
        yield f"{name}: note: {one_line(remark)}"
    if report.verdict is Verdict.CLEAR or not (report.matches or report.notices or doubts):
        yield f"{name}: {one_line(report.verdict)}: {whole.summary(report)}"


def _place(passage: Passage, places: Places) -> str:
    """The place after the colon of a `path:place`: line and column, or a page, a paragraph, a time code."""
    line, column = places.first(passage)
    return whereabouts(passage) or f"{line}:{column}"


def _where(passage: Passage, places: Places) -> str:
    """Where a passage stands, in words."""
    if passage.places and not passage.file:
        return whereabouts(passage)
    (line, column), (last, _) = places.first(passage), places.last(passage)
    where = f"line {line}, column {column}" if line == last else f"lines {line} to {last}, from column {column}"
    return where + (f" ({whereabouts(passage)})" if passage.places else "")


def _match(number: int, match: Match, places: Places, width: int, told: set[str]) -> Iterator[Line]:
    """What is said of a match. `told` are the stories and families of which all was said further up."""
    yield from _headline(match, f"{words.mark(match)} {number}", width)
    facts = words.facts(match) if match.why.strip() else words.facts(match)[2:]
    known = ", ".join([*facts, _where(match.submitted, places)])
    yield from _indented([(known, Style.FAINT)], width)
    name, origin = words.title(match.source), words.origin(match.source)
    yield from _indented([(name, Style.STRONG), (f" ({origin})", Style.FAINT)], width)
    yield from _standing(match, width, told)


def _note(number: int, match: Match, places: Places, width: int, told: set[str]) -> Iterator[Line]:
    """What may stay, in as few lines as it can be said in."""
    yield from _headline(match, f"{words.mark(match)} {number}", width)
    passage = words.quotation(match.submitted, PASSAGE_SHOWN)
    facts = words.facts(match) if match.why.strip() else words.facts(match)[2:]
    known = ", ".join([*facts, _where(match.submitted, places)])
    source = f"{words.title(match.source)} ({words.origin(match.source)})"
    yield from _indented([(f"{known}: {passage}, from {source}", Style.FAINT)], width)
    told.add(f"story {match.source.id}")
    yield from _standing(match, width, told)


def _headline(found: Match | Notice, lead: str, width: int) -> Iterator[Line]:
    """A sentence behind its mark and number, the lines that it runs on to below its beginning; then the alarms."""
    style = Style.of(found.severity)
    lead = f"  {lead}  ".ljust(INDENT)
    for number, line in enumerate(wrap([(words.headline(found), style)], width - len(lead))):
        yield [(lead if number == 0 else " " * len(lead), style), *line]
    for alarm in terms.alarms(found) if isinstance(found, Match) else ():
        yield [(" " * (INDENT - 1), Style.PLAIN), (f" {alarm} ", Style.ALARM)]


def _standing(match: Match, width: int, told: set[str]) -> Iterator[Line]:
    """The family once, and once for each story what came with it."""
    family = match.source.family
    if family and (said := terms.family(match.source)) and f"family {family.id}" not in told:
        told.add(f"family {family.id}")
        yield from _indented([(said, Style.FAINT)], width)
    if f"story {match.source.id}" in told:
        return
    told.add(f"story {match.source.id}")
    for name, value in terms.terms(match):
        if name not in UNSAID:
            yield from _indented(
                [(f"{name}: ", Style.FAINT), (shortened(one_line(value), TERM_SHOWN), Style.FAINT)], width
            )


def _words(report: Report, match: Match, width: int, brackets: bool) -> Iterator[Line]:
    """The words of both sides, and in which stories else they stand."""
    submitted, source = match.submitted, match.source
    # a report read back has no text but the passages themselves
    text, base = (report.text, 0) if report.text else (submitted.text, submitted.start)
    changes = [(low - base, high - base) for low, high in submitted_changes(match)]
    draft = excerpt(text, submitted.start - base, submitted.end - base, changes, Style.ADDED, brackets)
    changes = [(low - source.start, high - source.start) for low, high in source_changes(match)]
    story = excerpt(source.text, 0, len(source.text), changes, Style.REMOVED, brackets)
    if missing := terms.without_text(source):
        story = [(missing, Style.FAINT)]
    arrange = side_by_side if width >= WIDE else stacked
    yield from arrange(draft, story, width, indent=INDENT)
    if match.also:
        others = "; ".join(f"{words.title(other)} ({words.origin(other)})" for other in match.also[:3])
        more = f" and {len(match.also) - 3} more" if len(match.also) > 3 else ""
        yield from _indented([(f"The same words also in: {others}{more}", Style.FAINT)], width)


def _indented(parts: list[Part], width: int, indent: int = INDENT) -> Iterator[Line]:
    for line in wrap(parts, width - indent):
        yield [(" " * indent, Style.PLAIN), *line]


def _notices(report: Report, places: Places, width: int) -> Iterator[Line]:
    """The notices of the draft, the gravest first; of those that are no more than notes not all."""
    if not report.notices:
        return
    yield []
    yield [("  Notices in this text", Style.STRONG)]
    ordered = [notice for _, notice in gravest_first(report.notices)]
    notes = [notice for notice in ordered if notice.severity == Severity.NOTE]
    shown = [notice for notice in ordered if notice.severity != Severity.NOTE] + notes[:NOTES_SHOWN]
    for notice in shown:
        yield from _headline(notice, f"{words.mark(notice)} {_place(notice.submitted, places)}", width)
    if len(notes) > NOTES_SHOWN:
        yield [(f"    and {len(notes) - NOTES_SHOWN} more that are no more than notes", Style.FAINT)]


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
        text = words.quotation(dropped.submitted, 48)
        yield [(f"    {_place(dropped.submitted, places)}  {text} is {words.reason(dropped)}", Style.FAINT)]
    if len(report.dropped) > SET_ASIDE_SHOWN:
        yield [(f"    and {len(report.dropped) - SET_ASIDE_SHOWN} more", Style.FAINT)]
