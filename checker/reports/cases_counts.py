"""Every count of an audit as a table, those over time and by share as a chart besides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from checker.cases.nouns import Case
from checker.cases.picture import Picture, Tally, stories_of
from checker.model import Severity, Status
from checker.reports import words
from checker.reports.cases_charts import columns, histogram, months
from checker.reports.cases_shell import bar, severity, table
from checker.reports.markup import bdi, escape
from checker.reports.show import one_line

MOST = 25
"""Rows of a table; the rest is one row."""


def counts(picture: Picture, cases: Sequence[Case]) -> Iterator[str]:
    """The tables and charts, one section each."""
    yield '<div class="tables">'
    yield from _section("By outlet", _tallies("Outlets", "Outlet", "outlets", picture.outlets))
    yield from _section("By holder", _tallies("Holders", "Holder", "holders", picture.holders, "no holder named"))
    yield from _section("By story", _stories(cases))
    yield from _section("By severity", _severities(picture))
    yield from _section("By status", _statuses(picture))
    yield from _section(
        "By time", _times(picture), "Flagged texts by month of publication, else of when they were seen."
    )
    yield from _section(
        "Share copied", _shares(picture), "Texts with any copy, by how much of them it is, in per cent."
    )
    yield from _section("What could not be judged", _not_judged(picture))
    yield "</div>\n"


def _section(title: str, body: str, said: str = "") -> Iterator[str]:
    if body:
        fine = f'<p class="fine">{said}</p>' if said else ""
        yield f"<section><h3>{title}</h3>{fine}{body}</section>\n"


def _tallies(caption: str, head: str, nouns: str, tallies: Mapping[str, Tally], unnamed: str = "–") -> str:
    """Those with most flagged words first; of many the rest as one row."""
    order = sorted(tallies, key=lambda name: (-tallies[name].words, -tallies[name].flagged, name))
    shown = order if len(order) <= MOST + 1 else order[:MOST]
    rows = [(bdi(one_line(name)) if name.strip() else unnamed, tallies[name]) for name in shown]
    if rest := order[len(shown) :]:
        rows.append((f"{len(rest):,} other {nouns}", _sum([tallies[name] for name in rest])))
    most = max((one.words for _, one in rows), default=0)
    return table(
        caption,
        (head, "Texts", "Flagged", "Allowed words", "Flagged words", "Part"),
        (
            (name, f"{one.texts:,}", f"{one.flagged:,}", f"{one.allowed:,}", f"{one.words:,}", bar(one.words, most))
            for name, one in rows
        ),
        numbers=(1, 2, 3, 4),
    )


def _sum(tallies: Sequence[Tally]) -> Tally:
    return Tally(
        sum(one.texts for one in tallies),
        sum(one.flagged for one in tallies),
        sum(one.words for one in tallies),
        sum(one.allowed for one in tallies),
    )


def _stories(cases: Sequence[Case]) -> str:
    stories = stories_of(cases)
    most = max((one.words for one in stories), default=0)
    rows: list[tuple[str, ...]] = [
        (
            f'{bdi(one_line(one.title) or one_line(one.family))} <span class="fine">{bdi(one_line(one.holder))}</span>',
            f"{one.outlets:,}", f"{one.pages:,}", f"{one.words:,}", bar(one.words, most),
        )
        for one in stories[:MOST]
    ]  # fmt: skip
    if rest := stories[MOST:]:
        summed = [sum(one.outlets for one in rest), sum(one.pages for one in rest), sum(one.words for one in rest)]
        rows.append((f"{len(rest):,} other stories", *(f"{one:,}" for one in summed), bar(summed[2], most)))
    return table("Stories", ("Story", "Outlets", "Pages", "Words", "Part"), rows, numbers=(1, 2, 3))


def _severities(picture: Picture) -> str:
    order = [*map(str, Severity), *sorted(set(picture.severities) - set(map(str, Severity)) - {""}), ""]
    most = max(picture.severities.values(), default=0)
    return table(
        "Texts by their gravest finding",
        ("Gravest finding", "Texts", "Part"),
        (
            (
                severity(Severity(name)) if name in set(Severity) else escape(one_line(name)) or "nothing flagged",
                f"{picture.severities[name]:,}",
                bar(picture.severities[name], most),
            )
            for name in order
            if picture.severities[name]
        ),
        numbers=(1,),
    )


def _statuses(picture: Picture) -> str:
    order = sorted(picture.statuses.items(), key=lambda one: (-one[1].words, -one[1].texts, one[0]))
    named = {str(status): words.STATUSES[status] for status in Status}
    return table(
        "Texts and words by status",
        ("Status", "Texts", "Flagged words", "Allowed words"),
        (
            (escape(named.get(name, one_line(name))), f"{one.texts:,}", f"{one.words:,}", f"{one.allowed:,}")
            for name, one in order
        ),
        numbers=(1, 2, 3),
    )


def _times(picture: Picture) -> str:
    chart = columns("Flagged texts by month", months({name: one.flagged for name, one in picture.months.items()}))
    order = sorted(picture.months, reverse=True)
    listed = table(
        "Texts by month",
        ("Month", "Texts", "Flagged", "Flagged words"),
        (
            (escape(one_line(name)) or "no date", f"{one.texts:,}", f"{one.flagged:,}", f"{one.words:,}")
            for name, one in ((name, picture.months[name]) for name in order)
        ),
        numbers=(1, 2, 3),
    )
    return f"{chart}<details><summary>As a table</summary>{listed}</details>" if chart else listed


def _shares(picture: Picture) -> str:
    values = histogram(picture.shares)
    chart = columns("Texts by the share of them that is copied", values)
    if not chart:
        return ""
    listed = table(
        "Texts by share copied",
        ("Per cent copied", "Texts"),
        ((escape(label), f"{count:,}") for label, count, _ in values),
        numbers=(1,),
    )
    return f"{chart}<details><summary>As a table</summary>{listed}</details>"


def _not_judged(picture: Picture) -> str:
    if not picture.unjudged:
        return "<p>Nothing: every text was judged whole.</p>"
    said = [
        (picture.outcomes["unreadable"], "could not be read"),
        (picture.outcomes["unjudged"], "could not be judged; the next run tries them again"),
    ]
    said.append((picture.unjudged - sum(count for count, _ in said), "could be judged only in part"))
    items = "".join(f"<li>{words.count(count, 'text')} {what}.</li>" for count, what in said if count)
    why = "unjudged.csv says of each why. None of them counts as clear."
    return f'<ul class="tight">{items}</ul><p class="fine">{why}</p>'
