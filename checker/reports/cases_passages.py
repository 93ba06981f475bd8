"""The passages of one page of a case beside the story's, the differences marked on both sides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from checker.cases.findings import family_of, flags, speaks_of
from checker.cases.nouns import Case, CaseKind, CasePage
from checker.model import Match, Notice, Report
from checker.reports import terms, words
from checker.reports.cases_shell import address
from checker.reports.markup import bdi, chip, escape, finding_classes
from checker.reports.pieces import Piece, source_pieces, submitted_pieces
from checker.reports.show import one_line, shown


@dataclass(slots=True)
class Told:
    """The stories of which all was said further up."""

    stories: set[str] = field(default_factory=set)

    def first(self, story: str) -> bool:
        """Whether it is told now for the first time."""
        new = story not in self.stories
        self.stories.add(story)
        return new


def passages(case: Case, page: CasePage, report: Report, number: int, told: Told) -> Iterator[str]:
    """All passages of a page that belong to the case."""
    yield f'<article class="page" id="p{number}" aria-labelledby="p{number}-h"><h4 id="p{number}-h">'
    yield f'<span class="number">{number}</span> {address(page.url) if page.url else bdi(one_line(page.address))}</h4>'
    yield f'<p class="fine">{_known(page)}</p>\n'
    for match in report.matches:
        if case.kind is CaseKind.COPY and flags(match) and family_of(match) == case.family:
            yield from _match(match, told)
    for notice in report.notices:
        if flags(notice) and speaks_of(notice, case.kind, case.family, case.holder):
            yield _notice(notice)
    yield "</article>\n"


def _known(page: CasePage) -> str:
    parts = [
        bdi(one_line(page.title)) if page.title.strip() else "",
        bdi(one_line(page.place)) if page.place != page.url else "",
        f"published {escape(terms.moment(page.published))}" if page.published else "",
        f"seen {escape(terms.moment(page.first_seen))}" if page.first_seen else "",
        f"judged as of {escape(terms.moment(page.at))}" if page.at else "",
        f'SHA-256 <span class="digest">{escape(one_line(page.digest))}</span>' if page.digest else "",
    ]
    return "; ".join(part for part in parts if part) + "."


def _match(match: Match, told: Told) -> Iterator[str]:
    classes = finding_classes(match)
    yield f'<div class="card {classes}"><h5>{bdi(words.headline(match))}</h5>'
    yield "".join(f'<p class="alarm">{bdi(alarm)}</p>' for alarm in terms.alarms(match))
    yield f'<p class="facts">{chip(match)} <span>{escape(words.likeness(match))}</span> '
    yield f"<span>longest run {words.count(match.longest_run, 'word')}</span> "
    yield f"<span>{words.share(match.source_share)} of the story</span></p>"
    yield f'<div class="pair"><div><p class="fine">The page, {_span(match.submitted.start, match.submitted.end)}</p>'
    yield _quoted(match.submitted.text, submitted_pieces(match), "ins")
    yield f'</div><div><p class="fine">{bdi(words.title(match.source))}, {bdi(words.origin(match.source))}, '
    yield f"{_span(match.source.start, match.source.end)}</p>"
    if missing := terms.without_text(match.source):
        yield f'<p class="missing">{escape(missing)}</p>'
    else:
        yield _quoted(match.source.text, source_pieces(match), "del")
    yield "</div></div>"
    if told.first(match.source.id):
        yield from _terms(match)
    yield "</div>\n"


def _terms(match: Match) -> Iterator[str]:
    """What came with the story about its use, as received."""
    if family := terms.family(match.source):
        yield f'<p class="origin">{bdi(family)}</p>'
    if said := terms.terms(match):
        yield '<details class="terms"><summary>What came with the story</summary><dl>'
        yield "".join(f"<dt>{escape(name)}</dt><dd>{bdi(shown(value))}</dd>" for name, value in said)
        yield "</dl></details>"


def _quoted(text: str, pieces: list[Piece], change: str) -> str:
    safe = shown(text)
    body = "".join(
        f"<{change}>{escape(safe[one.start : one.end])}</{change}>"
        if one.changed
        else escape(safe[one.start : one.end])
        for one in pieces
    )
    return f'<blockquote dir="auto">{body}</blockquote>'


def _notice(notice: Notice) -> str:
    return (
        f'<div class="card {finding_classes(notice)}"><h5>{bdi(words.headline(notice))}</h5>'
        f'<blockquote dir="auto">{escape(shown(notice.submitted.text))}</blockquote></div>\n'
    )


def _span(start: int, end: int) -> str:
    return f"characters {start:,} to {end:,}"
