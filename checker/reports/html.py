"""One self-contained page for one report or many: draft and source side by side, differences marked.

Nothing is fetched and nothing inline may run but our own style and script, named by
their hashes. Every text is escaped here, cut at offsets; none is ever taken as markup.
The page works without its script: marks and sources are linked to each other.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from checker.model import Report, Verdict
from checker.reports import terms, whole, words
from checker.reports.html_draft import called, draft
from checker.reports.html_found import found
from checker.reports.markup import bdi, escape, name_class
from checker.reports.pieces import draft_pieces
from checker.reports.show import one_line

ICONS = {Verdict.CLEAR: "✓", Verdict.FLAGGED: "✗", Verdict.INCOMPLETE: "?"}
STORIES_OPEN = 3
"""A table of more stories is folded away, so that it does not stand before the draft."""
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
        share = f", {words.share(report.submitted.copied_share)} in stories" if report.matches else ""
        yield (
            f'<li><a href="#r{number}">{_name(report)}</a> {_badge(report)} '
            f'<span class="fine">{whole.tally(report) or "nothing found"}{share}</span></li>\n'
        )
    yield "</ol></nav>\n"


def _report(report: Report, anchor: str) -> Iterator[str]:
    yield f'<article class="report" id="{anchor}" aria-labelledby="{anchor}-h">\n<header class="head">'
    yield f'<h2 id="{anchor}-h">{_badge(report)} {_name(report)}</h2>'
    yield f'<p class="lead">{escape(whole.summary(report))}</p>'
    yield from _said("doubts", "What could not be checked", whole.doubts(report))
    yield from _said("why", "Why", whole.decided(report))
    if whole.remarks(report):
        notes = "".join(f"<li>{bdi(one_line(remark))}</li>" for remark in whole.remarks(report))
        yield f'<ul class="notes fine">{notes}</ul>'
    yield "</header>\n"
    yield from _figures(report)
    pieces = draft_pieces(report)
    yield f'<div class="sides"><section class="draft" aria-labelledby="{anchor}-t"><h3 id="{anchor}-t">This text</h3>\n'
    yield from draft(report, pieces, anchor)
    yield "</section>\n"
    if report.matches or report.notices:
        yield from found(report, called(pieces), anchor)
    yield "</div>\n"
    yield from _set_aside(report)
    yield from _colophon(report)
    yield "</article>\n"


def _said(name: str, title: str, sentences: Sequence[str]) -> Iterator[str]:
    if sentences:
        items = "".join(f"<li>{bdi(one_line(sentence))}</li>" for sentence in sentences)
        yield f'<div class="{name}"><h3>{title}</h3><ul>{items}</ul></div>'


def _figures(report: Report) -> Iterator[str]:
    """What the draft takes from each story, as a table."""
    if not report.stories:
        return
    opened = " open" if len(report.stories) <= STORIES_OPEN else ""
    yield f'<details class="stories"{opened}><summary>What it takes from each story</summary>'
    yield '<div class="scroll" tabindex="0" role="region" aria-label="Stories"><table>'
    yield '<thead><tr><th scope="col">Story</th>'
    yield '<th scope="col">Words</th><th scope="col">Of this text</th>'
    yield '<th scope="col">Of the story</th><th scope="col">Longest run</th></tr></thead><tbody>\n'
    for story in report.stories:
        held = f"{bdi(one_line(story.holder))}, " if story.holder else ""
        yield f'<tr><th scope="row">{bdi(words.title(story))} <span class="fine">{held}'
        yield f"{bdi(one_line(story.id))}</span></th><td>{story.words:,}</td>"
        yield f"<td>{_meter(story.submitted_share)}</td><td>{_meter(story.source_share)}</td>"
        yield f"<td>{words.count(story.longest_run, 'word')}</td></tr>\n"
    yield "</tbody></table></div></details>\n"


def _set_aside(report: Report) -> Iterator[str]:
    if not report.dropped:
        return
    yield f"<details class='aside'><summary>Set aside: {words.count(len(report.dropped), 'passage')}</summary><ul>\n"
    for dropped in report.dropped:
        yield f'<li><q dir="auto">{escape(one_line(dropped.submitted.text))}</q> is {escape(words.reason(dropped))}; '
        yield f"{bdi(words.title(dropped.source))} has it too.</li>\n"
    yield "</ul></details>\n"


def _colophon(report: Report) -> Iterator[str]:
    """By what it was found, and under what it was judged."""
    if stamp := terms.judged(report.judged):
        yield f'<p class="fine">{bdi(stamp)}</p>\n'
    spec, works = escape(one_line(report.index.spec)), words.count(report.index.works, "story", "stories")
    tool = escape(one_line(f"{report.tool.name} {report.tool.version}"))
    yield f'<p class="fine">{tool}; {works} in the index, specification {spec}.</p>\n'


def _name(report: Report) -> str:
    return bdi(one_line(report.id) or "This text")


def _badge(report: Report) -> str:
    icon = ICONS.get(report.verdict, "?")
    name = escape(whole.verdict(report))
    return f'<span class="badge {name_class(report.verdict)}"><span aria-hidden="true">{icon}</span> {name}</span>'


def _meter(value: float) -> str:
    return f'<meter min="0" max="1" value="{value:.4f}" aria-hidden="true"></meter> {words.share(value)}'


def _asset(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def _hash(asset: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(asset.encode()).digest()).decode()}'"
