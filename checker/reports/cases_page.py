"""The page of one case: the figures, what decided, the decisions so far, its pages, and the passages side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from checker.cases.decisions import Log
from checker.cases.nouns import GONE, Case, CasePage
from checker.model import Report
from checker.reports import words
from checker.reports.cases_passages import Told, passages
from checker.reports.cases_shell import (
    CHANGES,
    address,
    called,
    day,
    days,
    frame,
    named,
    severity,
    statuses,
    table,
)
from checker.reports.markup import bdi, escape
from checker.reports.show import one_line
from checker.reports.terms import moment

IN_FULL = 25
"""Pages whose passages are shown; of the others the table has the figures."""
MOST_LISTED = 1000


def case_page(case: Case, reports: Iterable[Report | None], log: Log) -> Iterator[str]:
    """The page. `reports` are those of the case's pages, in their order; None of one whose report is not here."""
    yield from frame(f"{called(case)} at {case.outlet}: Wirecheck", _body(case, reports, log), home="../summary.html")


def _body(case: Case, reports: Iterable[Report | None], log: Log) -> Iterator[str]:
    yield f'<article class="case"><header class="head"><h2>{severity(case.severity)} {named(case)}</h2>'
    yield f'<p class="lead">{_lead(case)}</p>'
    if case.remark:
        yield f'<p class="since"><b>{CHANGES[case.change]}.</b> {bdi(one_line(case.remark))}</p>'
    yield "</header>\n"
    yield _figures(case)
    if case.why:
        yield '<section><h3>What decided</h3><ul class="tight">'
        yield "".join(f"<li>{bdi(one_line(why))}</li>" for why in case.why[:20])
        yield "</ul></section>\n"
    yield from _decisions(case, log)
    yield from _pages(case)
    yield from _passages(case, reports)
    yield f'<p class="fine">Case {case.id}. Spans count characters of the text as it was read.</p></article>\n'


def _lead(case: Case) -> str:
    whose = f" of {bdi(one_line(case.holder))}" if case.holder else ""
    on = words.count(case.page_count, "page")
    if not case.words_sum:
        return f"{on} of {bdi(one_line(case.outlet))} with a notice{whose}, and no copy that the index knows."
    if case.page_count == 1:
        return (
            f"One page of {bdi(one_line(case.outlet))} has {words.count(case.words_most, 'word')} of this story{whose}."
        )
    return (
        f"{on} of {bdi(one_line(case.outlet))} have words of this story{whose}: {case.words_most:,} on the worst of "
        f"them, {case.words_sum:,} in all."
    )


def _figures(case: Case) -> str:
    versions = ", ".join(
        f"{one_line(id)}{f' ({one_line(version)})' if version else ''}" for id, version in case.versions
    )
    told = [
        ("State", escape(str(case.state))),
        ("Change", CHANGES[case.change]),
        ("Outlet", bdi(one_line(case.outlet))),
        ("Holder", bdi(one_line(case.holder)) if case.holder else ""),
        ("Use", statuses(case.statuses)),
        ("Of the worst page", words.share(case.share) if case.words_most else ""),
        ("Of the story", words.share(case.source_share) if case.words_most else ""),
        ("Longest run", words.count(case.longest_run, "word") if case.longest_run else ""),
        ("Seen", days(case.first_seen, case.last_seen)),
        ("Versions", bdi(versions) if versions else ""),
        ("Rank", f"{case.rank:,}"),
    ]
    items = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in told if value)
    return f'<dl class="figures">{items}</dl>\n'


def _decisions(case: Case, log: Log) -> Iterator[str]:
    made = [one for one in log.decisions if one.case == case.id]
    if not made:
        return
    yield "<section><h3>Decisions</h3>"
    yield "".join(f'<p class="doubts">{escape(problem)}</p>' for problem in log.problems)
    rows = [
        (
            escape(moment(one.at)),
            escape(str(one.state)),
            bdi(one_line(one.by)),
            bdi(one_line("; ".join(part for part in (one.reason, one.note) if part))),
        )
        for one in made
    ]
    yield table("Decisions on this case", ("When", "State", "By", "Why"), rows)
    yield "</section>\n"


def _pages(case: Case) -> Iterator[str]:
    yield f"<section><h3>{words.count(len(case.pages), 'page')}</h3>"
    yield table(
        "Pages of this case",
        ("Page", "Published", "Seen", "Words", "Of page", "Of story", "Use"),
        (_page_row(number, page) for number, page in enumerate(case.pages[:MOST_LISTED], 1)),
        numbers=(3, 4, 5),
        whole=(1, 2),
    )
    if len(case.pages) > MOST_LISTED:
        more = f"And {len(case.pages) - MOST_LISTED:,} more: cases.xlsx and cases.parquet have them all."
        yield f'<p class="fine">{more}</p>'
    yield "</section>\n"


def _page_row(number: int, page: CasePage) -> tuple[str, ...]:
    times = f", {words.count(page.captures, 'time')}" if page.captures > 1 else ""
    title = f'<br><span class="fine">{bdi(one_line(page.title))}</span>' if page.title.strip() else ""
    shown = (
        f'<a class="jump" href="#p{number}" aria-label="Passages of page {number}">{number}</a> '
        if number <= IN_FULL
        else ""
    )
    return (
        f"{shown}{address(page.url) if page.url else bdi(one_line(page.place or page.address))}{title}",
        day(page.published),
        days(page.first_seen, page.last_seen) + times,
        f"{page.words:,}",
        words.share(page.share),
        words.share(page.source_share),
        statuses(page.statuses),
    )


def _passages(case: Case, reports: Iterable[Report | None]) -> Iterator[str]:
    if case.change in GONE or all(page.number < 0 for page in case.pages):
        yield '<p class="fine">Its passages are in the audit before; this one did not find them.</p>\n'
        return
    yield "<section><h3>Side by side</h3>"
    told = Told()
    for number, (page, report) in enumerate(islice(zip(case.pages, reports, strict=False), IN_FULL), 1):
        if report is not None:
            yield from passages(case, page, report, number, told)
    if len(case.pages) > IN_FULL:
        yield f'<p class="fine">The passages of {len(case.pages) - IN_FULL:,} more pages are in the results.</p>'
    yield "</section>\n"
