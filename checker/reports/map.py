"""The map of an audit: which of its pages carry one text, as CSV and as a page with a picture over time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from checker.audit.near import Cluster, Copy, Role
from checker.reports.cases_csv import csv_head, csv_row
from checker.reports.cases_shell import address, day, frame, table
from checker.reports.clusters import share_cell
from checker.reports.csv import Row
from checker.reports.markup import bdi, escape
from checker.reports.show import one_line, shortened
from checker.rights.release import in_utc, instant

COLUMNS = (
    "cluster",
    "pages",
    "role",
    "url",
    "id",
    "place",
    "title",
    "outlet",
    "published",
    "seen",
    "words",
    "share_of_it",
    "share_of_first",
    "first",
    "stories",
    "holders",
    "number",
    "part",
)
"""A row a page. `first` is the address (else the id) of the cluster's first page; `share_of_it` the share of the page
that stands in that one, `share_of_first` the reverse; `stories` are protected stories that the page carries."""
ROLES = {
    Role.FIRST: "probably the first",
    Role.DUPLICATE: "the same bytes",
    Role.VERSION: "version, same outlet",
    Role.REPRINT: "on another outlet",
}
DRAWN = 30
"""Clusters in the picture,"""
TABLES = 200
"""with a table of their own,"""
MOST_ROWS = 2_000
"""and rows of all tables together. `map.csv` has everything."""
LONGEST = 60
WIDTH, LABEL, ROW, TOP, RADIUS = 1040, 360, 22, 26, 4.5


def map_csv(clusters: Sequence[Cluster]) -> Iterator[str]:
    """The header, then a row for each page of each cluster."""
    yield csv_head(COLUMNS)
    for cluster in clusters:
        for copy in cluster.copies:
            yield csv_row(COLUMNS, _row(cluster, copy))


def _row(cluster: Cluster, copy: Copy) -> Row:
    first = cluster.copies[0]
    return {
        "cluster": cluster.number,
        "pages": len(cluster.copies),
        "role": str(copy.role),
        "url": copy.url,
        "id": copy.id,
        "place": copy.place,
        "title": copy.title,
        "outlet": copy.outlet,
        "published": copy.published,
        "seen": copy.seen,
        "words": copy.words,
        "share_of_it": round(copy.of_it, 4),
        "share_of_first": round(copy.of_first, 4),
        "first": first.url or first.id,
        "stories": "; ".join(one.id for one in copy.stories),
        "holders": "; ".join(dict.fromkeys(one.holder for one in copy.stories if one.holder)),
        "number": copy.number,
        "part": copy.part,
    }


def map_html(clusters: Sequence[Cluster]) -> Iterator[str]:
    """A page that fetches nothing and runs nothing; the picture is also told by the tables."""
    yield from frame("Pages that carry one text", _body(clusters), home="summary.html")


def _body(clusters: Sequence[Cluster]) -> Iterator[str]:
    pages = sum(len(one.copies) for one in clusters)
    yield '<div class="head"><h2>Pages that carry one text</h2></div>\n'
    if not clusters:
        yield "<p>No two pages of this audit carry most of the same text.</p>\n"
        return
    yield (
        f"<p>{pages:,} pages in {len(clusters):,} clusters. A page is in a cluster when, word by word, most of it and "
        "of the cluster's first page are the same text. The first is the one published, else seen, first of those in "
        "this audit; there may be an earlier one elsewhere.</p>\n"
    )
    yield from _picture(clusters[:DRAWN])
    left = MOST_ROWS
    for number, cluster in enumerate(clusters):
        if number >= TABLES or left <= 0:
            yield f"<p>{len(clusters) - number:,} further clusters are in map.csv.</p>\n"
            return
        yield from _section(cluster, left)
        left -= len(cluster.copies)


def _section(cluster: Cluster, most: int) -> Iterator[str]:
    first = cluster.copies[0]
    outlets = f"{cluster.outlets:,} outlet{'s' * (cluster.outlets != 1)}"
    yield f"<section><h3>{cluster.number}. {bdi(_called(first))}</h3>\n"
    yield f"<p>{len(cluster.copies):,} pages, {outlets}.</p>\n"
    heads = ("Page", "Outlet", "Published", "Seen", "What", "Of it in the first", "Of the first in it", "Carries")
    yield table(f"Pages of cluster {cluster.number}", heads, (_cells(one) for one in cluster.copies[:most]))
    if len(cluster.copies) > most:
        yield f"<p>{len(cluster.copies) - most:,} further pages are in map.csv.</p>\n"
    yield "</section>\n"


def _called(copy: Copy) -> str:
    return shortened(one_line(copy.title).strip() or one_line(copy.url or copy.id), LONGEST)


def _cells(copy: Copy) -> tuple[str, ...]:
    carried = [f"{one_line(one.id)} ({one.words:,} words)" for one in copy.stories[:5]]
    carried += [f"and {len(copy.stories) - 5} more"] if len(copy.stories) > 5 else []
    return (
        address(copy.url) if copy.url else bdi(shortened(one_line(copy.id), LONGEST)),
        bdi(one_line(copy.outlet)),
        day(copy.published),
        day(copy.seen),
        escape(ROLES[copy.role]),
        share_cell(copy.of_it),
        share_cell(copy.of_first),
        bdi(", ".join(carried)) if carried else "–",
    )


def _picture(clusters: Sequence[Cluster]) -> Iterator[str]:
    """A row for each of the largest clusters: its pages over time, the first as a square."""
    times = {(one.number, one.part): _seconds(one) for cluster in clusters for one in cluster.copies}
    known = sorted(one for one in times.values() if one is not None)
    if not known or known[0] == known[-1]:
        return
    begin, span = known[0], known[-1] - known[0]
    high = TOP + ROW * len(clusters)
    drawn = [f'<text x="{LABEL}" y="16">{_day_of(begin)}</text>']
    drawn.append(f'<text class="end" x="{WIDTH}" y="16">{_day_of(known[-1])}</text>')
    for number, cluster in enumerate(clusters):
        y = TOP + ROW * number + ROW / 2
        name = escape(shortened(_called(cluster.copies[0]), 48))
        drawn.append(f'<text class="end name" x="{LABEL - 14}" y="{y + 4:g}">{name}</text>')
        drawn.append(f'<line class="axis" x1="{LABEL}" x2="{WIDTH}" y1="{y:g}" y2="{y:g}"/>')
        for copy in reversed(cluster.copies):
            seconds = times[copy.number, copy.part]
            if seconds is not None:
                drawn.append(_mark(copy, LABEL + (WIDTH - LABEL - 12) * (seconds - begin) / span + 6, y))
    said = f"The {len(clusters)} largest clusters over time: each row is a text, each mark a page that carries it"
    if len(clusters) == 1:
        said = "The cluster over time: each mark is a page that carries the text"
    yield (
        f'<figure><div class="scroll" tabindex="0" role="region" aria-label="Picture">'
        f'<svg class="network" role="img" aria-label="{escape(said)}" width="{WIDTH}" height="{high}" '
        f'viewBox="0 0 {WIDTH} {high}">{"".join(drawn)}</svg></div>'
        f"<figcaption>{escape(said)}, the first as a square. The tables below say the same.</figcaption></figure>\n"
    )


def _mark(copy: Copy, x: float, y: float) -> str:
    said = escape(f"{shortened(one_line(copy.outlet), LONGEST)}, {ROLES[copy.role]}")
    if copy.role is Role.FIRST:
        shape = f'x="{x - RADIUS:.1f}" y="{y - RADIUS:g}" width="{2 * RADIUS:g}" height="{2 * RADIUS:g}"'
        return f'<rect class="node" {shape}><title>{said}</title></rect>'
    return f'<circle class="node" cx="{x:.1f}" cy="{y:g}" r="{RADIUS - 1:g}"><title>{said}</title></circle>'


def _seconds(copy: Copy) -> float | None:
    when = instant(copy.published or copy.seen)
    return in_utc(when).timestamp() if when else None


def _day_of(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, tz=UTC):%Y-%m-%d}"
