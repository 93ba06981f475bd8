"""The picture of an audit on one page: figures, the cases in order, who carries what, and every count as a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from checker.cases.decisions import Log, State
from checker.cases.nouns import Case, CaseKind, Change
from checker.cases.picture import Picture
from checker.model import Severity, Verdict
from checker.reports import words
from checker.reports.cases_counts import counts
from checker.reports.cases_network import network
from checker.reports.cases_shell import day, frame, named, severity, statuses, table
from checker.reports.markup import bdi, escape
from checker.reports.show import one_line

FIRST = 40
"""Cases of one kind that are in view; those after them are folded away."""
MOST = 500
"""Cases of one kind that are listed; cases.csv and cases.xlsx have them all."""
HEADS = ("Rank", "Case", "Severity", "Pages", "Words", "Of page", "Of story", "Use", "Last seen", "State")
LISTED = '<a href="unjudged.csv">unjudged.csv</a>'
FILES = ", ".join(f'<a href="{name}">{name}</a>' for name in ("cases.xlsx", "cases.csv", "unjudged.csv"))
KINDS = (
    ((Change.NEW,), "New", True),
    ((Change.CHANGED,), "Changed", True),
    ((Change.TAKEN_DOWN,), "Taken down", True),
    ((Change.SAME,), "As before", False),
    ((Change.NOT_SEEN,), "Not seen by this audit", False),
)


def summary(picture: Picture, cases: Sequence[Case], log: Log) -> Iterator[str]:
    """The page; `cases` in order of rank."""
    yield from frame("Audit: Wirecheck", _body(picture, cases, log))


def _body(picture: Picture, cases: Sequence[Case], log: Log) -> Iterator[str]:
    live = [case for case in cases if case.stands]
    yield f'<article class="audit"><header class="head"><h2>{_headline(picture, live)}</h2>'
    yield f'<p class="lead">{_lead(picture, live)}</p>'
    if log.problems:
        yield '<div class="doubts"><h3>The log of decisions is not whole</h3><ul>'
        yield "".join(f"<li>{escape(problem)}</li>" for problem in log.problems) + "</ul></div>"
    yield "</header>\n"
    yield _tiles(picture, live)
    yield from _cases(cases)
    if drawn := network(cases):
        yield '<section aria-labelledby="who"><h3 id="who">Who carries what</h3>'
        yield '<p class="fine">Outlets on the left, stories on the right; a band is as wide as its words.</p>'
        yield drawn
        yield f"<details><summary>As a table</summary>{_carried(live)}</details></section>\n"
    yield from counts(picture, cases)
    yield f'<p class="fine">The same for a spreadsheet: {FILES}.</p></article>\n'


def _headline(picture: Picture, live: Sequence[Case]) -> str:
    if not live:
        return f"No case in {words.count(picture.pages, 'page')}"
    outlets = len({case.outlet for case in live})
    return f"{words.count(len(live), 'case')} at {words.count(outlets, 'outlet')}"


def _lead(picture: Picture, live: Sequence[Case]) -> str:
    looked = f"{words.count(picture.pages, 'page')} looked at"
    flagged = picture.verdicts[Verdict.FLAGGED]
    said = f"{looked}; {words.count(flagged, 'text')} flagged" + (
        f", {words.count(picture.copied_words, 'word')} in passages of protected stories"
        if picture.copied_words
        else ""
    )
    whole = (
        f" {words.count(picture.unjudged, 'text')} could not be judged, or not whole: {LISTED} lists them."
        if picture.unjudged
        else " All of them were judged whole."
    )
    when = f" The latest was judged as of {day(picture.last)}." if picture.last else ""
    return f"{said}.{whole}{when}"


def _tiles(picture: Picture, live: Sequence[Case]) -> str:
    grave = [sum(case.severity == one for case in live) for one in (Severity.ERROR, Severity.WARNING)]
    told = [
        ("Pages", picture.pages),
        ("repeated", picture.duplicates),
        *([("Texts in them", picture.texts)] if picture.texts != picture.pages else []),
        ("flagged", picture.verdicts[Verdict.FLAGGED]),
        ("clear", picture.verdicts[Verdict.CLEAR]),
        ("not judged whole", picture.unjudged),
        *([("Addresses without a page (404, 410)", picture.gone)] if picture.gone else []),
        ("Cases", len(live)),
        ("errors", grave[0]),
        ("warnings", grave[1]),
        ("still open", sum(case.state is State.OPEN for case in live)),
    ]
    items = "".join(f"<div><dt>{name}</dt><dd>{value:,}</dd></div>" for name, value in told)
    return f'<dl class="figures tiles">{items}</dl>\n'


def _cases(cases: Sequence[Case]) -> Iterator[str]:
    yield '<section aria-labelledby="list"><h3 id="list">Cases, in order</h3>'
    compared = any(case.change is not Change.NEW for case in cases)
    if not cases:
        yield "<p>None.</p>"
    for changes, title, opened in KINDS:
        of = [case for case in cases if case.change in changes]
        if not of:
            continue
        listed = _listed(title, of)
        if not compared:
            yield listed
        elif opened:
            yield f'<h4 class="kind">{title} <span class="fine">{len(of):,}</span></h4>{listed}'
        else:
            yield f"<details><summary>{title}: {words.count(len(of), 'case')}</summary>{listed}</details>"
    yield "</section>\n"


def _listed(title: str, of: Sequence[Case]) -> str:
    """The first of them, those after folded away, and what is said of the rest."""
    shown = _table(f"Cases: {title}", of[:FIRST])
    if more := of[FIRST:MOST]:
        folded = _table(f"Cases: {title}, further ones", more)
        shown += f"<details><summary>{words.count(len(more), 'more case')}</summary>{folded}</details>"
    if len(of) > MOST:
        rest = f"And {len(of) - MOST:,} more: cases.csv and cases.xlsx have them all, and each has its page in cases/."
        shown += f'<p class="fine">{rest}</p>'
    return shown


def _table(caption: str, of: Sequence[Case]) -> str:
    return table(caption, HEADS, map(_case_row, of), numbers=(3, 4, 5, 6), whole=(2, 8, 9), kind="list")


def _case_row(case: Case) -> tuple[str, ...]:
    copied = case.kind is CaseKind.COPY
    holder = f", {bdi(one_line(case.holder))}" if case.holder and copied else ""
    outlet = f'{bdi(one_line(case.outlet))}<span class="fine">{holder}</span>'
    remark = f'<br><span class="fine">{bdi(one_line(case.remark))}</span>' if case.remark else ""
    return (
        f"{case.rank:,}",
        f'<a href="cases/{case.id}.html">{named(case)}</a><br>{outlet}{remark}',
        severity(case.severity),
        f"{case.page_count:,}",
        f"{case.words_most:,}" if copied else "–",
        words.share(case.share) if copied else "–",
        words.share(case.source_share) if copied else "–",
        statuses(case.statuses),
        day(case.last_seen),
        f'<span class="state {case.state}">{case.state}</span>',
    )


def _carried(live: Sequence[Case]) -> str:
    rows = sorted(
        (case for case in live if case.words_sum), key=lambda case: (-case.words_sum, case.outlet, case.family)
    )
    return table(
        "Words of each story at each outlet",
        ("Outlet", "Story", "Holder", "Pages", "Words in all"),
        (
            (
                bdi(one_line(case.outlet)), named(case), bdi(one_line(case.holder)),
                f"{case.page_count:,}", f"{case.words_sum:,}",
            )
            for case in rows[:MOST]
        ),
        numbers=(3, 4),
    )  # fmt: skip
