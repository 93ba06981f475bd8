"""What was found, beside the draft: a card for each passage in its group, and one for each notice."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass
from itertools import pairwise

from checker.model import Change, Match, Notice, Passage, Report, Severity, Status
from checker.reports import terms, words
from checker.reports.groups import HEADINGS, Group, Numbered, gravest_first, grouped
from checker.reports.markup import bdi, chip, escape, finding_classes, gravest, name_class
from checker.reports.pieces import source_pieces
from checker.reports.show import Places, one_line, shown
from checker.reports.where import whereabouts


@dataclass(frozen=True, slots=True)
class Panel:
    """What every card has to know: whose it is, and which findings the draft beside it has a link for.

    `told` are the stories and families of which all was said in a card above.
    """

    anchor: str
    called: Set[str]
    places: Places
    told: set[str]

    def first(self, name: str) -> bool:
        """Whether this is told now for the first time."""
        new = name not in self.told
        self.told.add(name)
        return new


def found(report: Report, called: Set[str], anchor: str) -> Iterator[str]:
    """The panel: a legend, the passages group by group, the notices."""
    count = ", ".join(
        words.count(number, noun)
        for number, noun in ((len(report.matches), "passage"), (len(report.notices), "notice"))
        if number
    )
    yield f'<section class="sources" aria-labelledby="{anchor}-f"><h3 id="{anchor}-f">{count} found</h3>\n'
    groups = grouped(report.matches)
    yield from _legend(report, groups)
    panel = Panel(anchor, called, Places.within(report), set())
    order = [number for _, numbered in groups for number, _ in numbered]
    following = dict(pairwise(order))
    for group, numbered in groups:
        yield f'<details class="group" open><summary><h4>{HEADINGS[group]}</h4> '
        yield f'<span class="fine">{words.count(len(numbered), "passage")}</span></summary>\n'
        for number, match in numbered:
            yield from _card(match, number, following.get(number, 0), panel)
        yield "</details>\n"
    if report.notices:
        yield '<details class="group" open><summary><h4>Notices in this text</h4> '
        yield f'<span class="fine">{words.count(len(report.notices), "notice")}</span></summary>\n'
        for number, notice in gravest_first(report.notices):
            yield from _notice(notice, number, panel)
        yield "</details>\n"
    yield "</section>\n"


def _legend(report: Report, groups: list[tuple[Group, list[Numbered]]]) -> Iterator[str]:
    """What the marks of this report mean."""
    yield '<p class="legend fine">'
    for group, numbered in groups:
        classes = finding_classes(gravest(match for _, match in numbered))
        yield f'<span><mark class="m {classes}">{SHORT[group]}</mark></span> '
    if report.notices:
        yield f'<span><mark class="m {finding_classes(gravest(report.notices))}">notice</mark></span> '
    if any(match.quoted and match.status is not Status.QUOTED for match in report.matches):
        yield '<span><mark class="m note said">quotation inside</mark></span> '
    if any(edit.change is not Change.EQUAL for match in report.matches for edit in match.edits):
        yield "<span><ins>only in this text</ins></span> <span><del>only in the story</del></span>"
    yield "</p>\n"


SHORT = {
    Group.STOPPED: "must not run",
    Group.COPIED: "copied",
    Group.ALLOWED: "licensed, own, waived",
    Group.QUOTED: "quoted",
    Group.STOCK: "stock, facts, furniture",
}
"""The groups in a word or three."""
DATES = ("feed", "published", "in the index since")
"""What comes with every story, and is for those who ask."""


def _card(match: Match, number: int, following: int, panel: Panel) -> Iterator[str]:
    this = f"{panel.anchor}-s{number}"
    yield f'<article class="card {finding_classes(match)}" id="{this}" tabindex="-1" data-m="{panel.anchor}-{number}" '
    yield f'aria-labelledby="{this}-h"><h5 id="{this}-h"><span class="number">{number}</span> '
    yield f"{bdi(words.headline(match))}</h5>"
    yield "".join(f'<p class="alarm">{bdi(alarm)}</p>' for alarm in terms.alarms(match))
    yield f'<p class="facts">{chip(match)} <span>{escape(words.facts(match)[1])}</span> '
    yield "".join(f"<span>{bdi(fact)}</span> " for fact in words.facts(match)[2:])
    yield f"<span>longest run {words.count(match.longest_run, 'word')}</span> "
    yield f"<span>{words.share(match.source_share)} of the story</span>"
    yield f' <span class="rule">rule {bdi(one_line(match.rule))}</span>' if match.rule else ""
    yield f'</p>\n<p class="origin"><b>{bdi(words.title(match.source))}</b> {bdi(words.origin(match.source))}</p>'
    family = terms.family(match.source)
    if match.source.family and family and panel.first(f"family {match.source.family.id}"):
        yield f'<p class="origin">{bdi(family)}</p>'
    if str(number) not in panel.called:
        yield from _quoted(match.submitted.text, "The words in this text")
    yield from _story(match)
    if panel.first(f"story {match.source.id}"):
        yield from _terms(match)
    yield from _also(match)
    yield from _links(match.submitted, str(number), following, panel)
    yield "</article>\n"


def _story(match: Match) -> Iterator[str]:
    """The passage as the story has it; of what may stay anyway only for those who ask."""
    if missing := terms.without_text(match.source):
        yield f'<p class="missing">{escape(missing)}</p>'
        return
    text = shown(match.source.text)
    body = "".join(
        f"<del>{escape(text[piece.start : piece.end])}</del>"
        if piece.changed
        else escape(text[piece.start : piece.end])
        for piece in source_pieces(match)
    )
    quote = f'<blockquote dir="auto">{body}</blockquote>'
    if match.severity == Severity.NOTE:
        quote = f"<details><summary>The words in the story</summary>{quote}</details>"
    yield quote


def _terms(match: Match) -> Iterator[str]:
    """What came with the story about its use, whole and as received; open where it matters."""
    told = terms.terms(match)
    if not told:
        return
    weighty = match.severity != Severity.NOTE and any(name not in DATES for name, _ in told)
    opened = " open" if weighty else ""
    yield f'<details class="terms"{opened}><summary>What came with the story</summary><dl>'
    yield "".join(f"<dt>{escape(name)}</dt><dd>{bdi(shown(value))}</dd>" for name, value in told)
    yield "</dl></details>"


def _also(match: Match) -> Iterator[str]:
    if not match.also:
        return
    others = "".join(
        f"<li>{bdi(words.title(other))} <span class='fine'>{bdi(words.origin(other))}</span></li>"
        for other in match.also
    )
    stories = words.count(len(match.also), "other story", "other stories")
    yield f"<details><summary>The same words in {stories}</summary>"
    yield f"<ul>{others}</ul></details>"


def _quoted(text: str, name: str) -> Iterator[str]:
    yield f'<p class="fine">{name}</p><blockquote dir="auto">{escape(shown(text))}</blockquote>'


def _notice(notice: Notice, number: int, panel: Panel) -> Iterator[str]:
    this = f"{panel.anchor}-sn{number}"
    lit = f"{panel.anchor}-n{number}"
    yield f'<article class="card {finding_classes(notice)}" id="{this}" tabindex="-1" data-m="{lit}" '
    yield f'aria-labelledby="{this}-h"><h5 id="{this}-h"><span class="number">§{number}</span> '
    yield f"{bdi(words.headline(notice))}</h5>"
    yield f'<p class="facts"><span class="chip {name_class(notice.severity)}">'
    yield f'<span aria-hidden="true">{words.mark(notice)}</span> {escape(words.severity(notice))}</span>'
    yield f' <span class="rule">rule {bdi(one_line(notice.rule))}</span>' if notice.rule else ""
    yield f'</p>\n<blockquote dir="auto">{escape(shown(notice.submitted.text))}</blockquote>'
    yield from _links(notice.submitted, f"n{number}", 0, panel)
    yield "</article>\n"


def _links(passage: Passage, name: str, following: int, panel: Panel) -> Iterator[str]:
    """Back to the draft, and on to the next card."""
    line, column = panel.places.first(passage)
    where = whereabouts(passage) or f"line {line}, column {column}"
    if passage.file:
        where += " of the file"
    said = f"In this text: {escape(where)}"
    yield '<p class="links">'
    if name in panel.called:
        yield f'<a class="back" href="#{panel.anchor}-d{name}"><span aria-hidden="true">←</span> {said}</a>'
    else:
        yield f"<span>{said}</span>"
    if following:
        yield f' <a href="#{panel.anchor}-s{following}">Next <span aria-hidden="true">↓</span></a>'
    yield "</p>"
