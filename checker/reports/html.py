"""One self-contained page for one report or many: draft and source side by side, differences marked.

Nothing is fetched and nothing inline may run but our own style and script, named by
their hashes. Every text is escaped here, cut at offsets; none is ever taken as markup.
The page works without its script: marks and sources are linked to each other.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from checker.model import Match, Report, Verdict
from checker.reports import words
from checker.reports.pieces import Piece, draft_pieces, source_pieces
from checker.reports.show import Places, one_line, shown
from checker.reports.where import whereabouts

ICONS = {Verdict.CLEAR: "✓", Verdict.FLAGGED: "✗", Verdict.INCOMPLETE: "?"}
DISCLAIMER = "Wirecheck reports text overlap. Whether a use is allowed is for people to judge."


def to_html(reports: Sequence[Report]) -> str:
    """The page. Always encodable as UTF-8."""
    return "".join(_page(reports))


def _page(reports: Sequence[Report]) -> Iterator[str]:
    style, script = _asset("style.css"), _asset("script.js")
    policy = (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; base-uri 'none'; form-action 'none'"
    )
    heading = (
        f"Wirecheck: {one_line(reports[0].id) or 'report'}"
        if len(reports) == 1
        else f"Wirecheck: {len(reports):,} texts"
    )
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    yield f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">\n'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    yield '<meta name="referrer" content="no-referrer">\n<meta name="color-scheme" content="light dark">\n'
    yield f"<title>{escape(heading)}</title>\n<style>{style}</style>\n</head>\n<body>\n"
    yield '<a class="skip" href="#main">Skip to the report</a>\n'
    yield f'<header class="top"><h1 class="brand">Wirecheck</h1><p class="fine">{DISCLAIMER}</p></header>\n'
    if len(reports) > 1:
        yield from _contents(reports)
    yield '<main id="main" tabindex="-1">\n'
    if not reports:
        yield "<p>No text was checked.</p>"
    for number, report in enumerate(reports, 1):
        yield from _report(report, f"r{number}")
    yield "</main>\n"
    yield '<footer class="keys"><p>Keys: <kbd>n</kbd> or <kbd>j</kbd> next passage, '
    yield "<kbd>p</kbd> or <kbd>k</kbd> previous, <kbd>Tab</kbd> through all links, "
    yield "<kbd>Enter</kbd> from the draft to the story and back.</p></footer>\n"
    yield f'<p id="said" class="unseen" role="status"></p>\n<script>{script}</script>\n</body>\n</html>\n'


def _contents(reports: Sequence[Report]) -> Iterator[str]:
    yield f'<nav class="contents" aria-label="Texts"><h2>{len(reports):,} texts</h2><ol>\n'
    for number, report in enumerate(reports, 1):
        found = words.count(len(report.matches), "passage")
        share = f", {words.share(report.submitted.copied_share)}" if report.matches else ""
        yield (
            f'<li><a href="#r{number}">{_name(report)}</a> {_badge(report)} '
            f'<span class="fine">{found}{share}</span></li>\n'
        )
    yield "</ol></nav>\n"


def _report(report: Report, anchor: str) -> Iterator[str]:
    yield f'<article class="report" id="{anchor}" aria-labelledby="{anchor}-h">\n<header class="head">'
    yield f'<h2 id="{anchor}-h">{_badge(report)} {_name(report)}</h2>'
    yield f'<p class="lead">{escape(words.summary(report))}</p>'
    if report.reasons:
        reasons = "".join(f"<li>{_bdi(one_line(reason))}</li>" for reason in report.reasons)
        title = "Why" if report.verdict is Verdict.CLEAR else "What could not be checked"
        yield f'<div class="doubts"><h3>{title}</h3><ul>{reasons}</ul></div>'
    if report.warnings:
        notes = "".join(f"<li>{_bdi(one_line(warning))}</li>" for warning in report.warnings)
        yield f'<ul class="notes fine">{notes}</ul>'
    yield "</header>\n"
    yield from _figures(report)
    yield f'<div class="sides"><section class="draft" aria-labelledby="{anchor}-t"><h3 id="{anchor}-t">This text</h3>\n'
    yield from _draft(report, anchor)
    yield "</section>\n"
    if report.matches:
        yield from _sources(report, anchor)
    yield "</div>\n"
    yield from _set_aside(report)
    spec, works = escape(one_line(report.index.spec)), words.count(report.index.works, "story", "stories")
    tool = escape(one_line(f"{report.tool.name} {report.tool.version}"))
    yield f'<p class="fine">{tool}; {works} in the index, specification {spec}.</p>\n</article>\n'


def _figures(report: Report) -> Iterator[str]:
    """What the draft takes from each story, as a table."""
    if not report.stories:
        return
    yield '<div class="scroll" tabindex="0" role="region" aria-label="Stories"><table>'
    yield '<caption>What it takes from each story</caption><thead><tr><th scope="col">Story</th>'
    yield '<th scope="col">Words</th><th scope="col">Of this text</th>'
    yield '<th scope="col">Of the story</th><th scope="col">Longest run</th></tr></thead><tbody>\n'
    for story in report.stories:
        held = f"{_bdi(one_line(story.holder))}, " if story.holder else ""
        yield f'<tr><th scope="row">{_bdi(words.title(story))} <span class="fine">{held}'
        yield f"{_bdi(one_line(story.id))}</span></th><td>{story.words:,}</td>"
        yield f"<td>{_meter(story.submitted_share)}</td><td>{_meter(story.source_share)}</td>"
        yield f"<td>{words.count(story.longest_run, 'word')}</td></tr>\n"
    yield "</tbody></table></div>\n"


def _draft(report: Report, anchor: str) -> Iterator[str]:
    """The draft with its marks. Its text stands in it once, character by character."""
    text = shown(report.text)
    if not report.text:
        yield '<p class="fine">The text is empty, or not part of this report.</p>'
        return
    yield '<div class="text" dir="auto">'
    for piece in draft_pieces(report):
        yield from (_call(report.matches[number], number, anchor) for number in piece.begins)
        yield _marked(piece, text, report, anchor)
    yield "</div>"


def _call(match: Match, number: int, anchor: str) -> str:
    """The numbered link where a match begins. The number is drawn by the style: it is not part of the text."""
    label = f"Passage {number + 1}: {words.likeness(match)}, {words.status(match)}, from {words.title(match.source)}"
    return (
        f'<a class="call" id="{anchor}-d{number + 1}" href="#{anchor}-s{number + 1}" data-n="{number + 1}" '
        f'aria-label="{escape(label)}"></a>'
    )


def _marked(piece: Piece, text: str, report: Report, anchor: str) -> str:
    inside = escape(text[piece.start : piece.end])
    if not piece.matches:
        return inside
    first = report.matches[piece.matches[0]]
    numbers = " ".join(f"{anchor}-{number + 1}" for number in piece.matches)
    names = f"m {_class(first.kind)} {_class(first.severity)}" + (" more" if len(piece.matches) > 1 else "")
    body = f"<ins>{inside}</ins>" if piece.changed else inside
    return f'<mark class="{names}" data-m="{numbers}">{body}</mark>'


def _sources(report: Report, anchor: str) -> Iterator[str]:
    found = words.count(len(report.matches), "passage")
    yield f'<section class="sources" aria-labelledby="{anchor}-f"><h3 id="{anchor}-f">'
    yield f'{found} found</h3>\n<p class="legend fine">'
    yield '<span><mark class="m verbatim">word for word</mark></span> <span><mark class="m edited">edited</mark></span>'
    yield ' <span><mark class="m rewritten">rewritten</mark></span> '
    yield "<span><ins>only in this text</ins></span> <span><del>only in the story</del></span></p>\n"
    places = Places.within(report)
    for number, match in enumerate(report.matches, 1):
        yield from _card(match, number, len(report.matches), anchor, places)
    yield "</section>\n"


def _card(match: Match, number: int, total: int, anchor: str, places: Places) -> Iterator[str]:
    this = f"{anchor}-s{number}"
    line, column = places.first(match.submitted)
    where = whereabouts(match.submitted) or f"line {line}, column {column}"
    if match.submitted.file:
        where += " of the file"
    yield f'<article class="card {_class(match.severity)}" id="{this}" tabindex="-1" data-m="{anchor}-{number}" '
    yield f'aria-labelledby="{this}-h"><h4 id="{this}-h"><span class="number">{number}</span> '
    yield f"{_bdi(words.title(match.source))}</h4>"
    yield f'<p class="origin">{_bdi(words.origin(match.source))}</p>'
    yield f'<p class="facts"><span class="chip {_class(match.kind)}">{escape(words.likeness(match))}</span> '
    yield f'<span class="chip">{escape(words.status(match))}</span> '
    if words.label(match.submitted):
        yield f'<span class="chip label">{escape(words.label(match.submitted))}</span> '
    yield f"<span>longest run {words.count(match.longest_run, 'word')}</span> "
    yield f"<span>{words.share(match.source_share)} of the story</span></p>\n"
    text = shown(match.source.text)
    body = "".join(
        f"<del>{escape(text[piece.start : piece.end])}</del>"
        if piece.changed
        else escape(text[piece.start : piece.end])
        for piece in source_pieces(match)
    )
    yield f'<blockquote dir="auto">{body}</blockquote>'
    if match.also:
        others = "".join(
            f"<li>{_bdi(words.title(other))} <span class='fine'>{_bdi(words.origin(other))}</span></li>"
            for other in match.also
        )
        stories = words.count(len(match.also), "other story", "other stories")
        yield f"<details><summary>The same words in {stories}</summary>"
        yield f"<ul>{others}</ul></details>"
    yield f'<p class="links"><a class="back" href="#{anchor}-d{number}"><span aria-hidden="true">←</span> '
    yield f"In this text: {escape(where)}</a>"
    if number < total:
        yield f' <a href="#{anchor}-s{number + 1}">Next <span aria-hidden="true">↓</span></a>'
    yield "</p></article>\n"


def _set_aside(report: Report) -> Iterator[str]:
    if not report.dropped:
        return
    yield f"<details class='aside'><summary>Set aside: {words.count(len(report.dropped), 'passage')}</summary><ul>\n"
    for dropped in report.dropped:
        yield f'<li><q dir="auto">{escape(one_line(dropped.submitted.text))}</q> is {escape(words.reason(dropped))}; '
        yield f"{_bdi(words.title(dropped.source))} has it too.</li>\n"
    yield "</ul></details>\n"


def _name(report: Report) -> str:
    return _bdi(one_line(report.id) or "This text")


def _badge(report: Report) -> str:
    icon = ICONS.get(report.verdict, "?")
    name = escape(words.verdict(report))
    return f'<span class="badge {_class(report.verdict)}"><span aria-hidden="true">{icon}</span> {name}</span>'


def _meter(value: float) -> str:
    return f'<meter min="0" max="1" value="{value:.4f}" aria-hidden="true"></meter> {words.share(value)}'


def _bdi(text: str) -> str:
    """Foreign text, whose direction of writing must not reach what stands beside it."""
    return f"<bdi>{escape(text)}</bdi>"


def _class(name: str) -> str:
    """A name of ours as a class; a name from a report read back may be anything."""
    return name if name.isascii() and name.replace("-", "").isalnum() else "unknown"


def _asset(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def _hash(asset: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(asset.encode()).digest()).decode()}'"
