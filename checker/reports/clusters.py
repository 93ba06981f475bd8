"""Clusters of stories as text, JSON, CSV and a page: what is a version or a reprint of what, and why."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

from checker.clusters import FIRST, Belonging, Cluster
from checker.reports.cases_shell import bar, day, frame, table
from checker.reports.csv import csv_line
from checker.reports.markup import bdi, escape
from checker.reports.show import one_line, shortened
from checker.standing import State

SCHEMA = "wirecheck.families/1"
WHYS = {
    FIRST: "filed first",
    "id": "version, by its id",
    "story": "version, by its story",
    "replaces": "version, replaces one",
    "slug": "version, by its slug",
    "overlap": "version, by its words",
    "reprint": "reprint, by its words",
}
COLUMNS = (
    "cluster",
    "stories",
    "id",
    "version",
    "title",
    "holder",
    "published",
    "state",
    "words",
    "why",
    "share_of_it",
    "share_of_first",
)
"""A row a story. `share_of_it` is the share of its words that stand in the cluster's first story, `share_of_first` of
that one's words that stand in it; empty where one of the texts is gone."""
LONGEST_TITLE = 80
MOST_SHOWN = 2_000
"""Stories on a page; browsers are slow with more. The other formats have all."""


def to_text(clusters: Iterable[Cluster]) -> Iterator[str]:
    """For the eye: a line a cluster, and an indented one for each of its stories."""
    for cluster in clusters:
        yield f"{one_line(cluster.id)}: {summary(cluster)}\n"
        for one in cluster.stories:
            member = one.member
            told = [
                one_line(member.id),
                member.version and f"version {one_line(member.version)}",
                one_line(one.holder),
                one_line(member.published),
                WHYS.get(one.why, one_line(one.why)),
                shares(one),
                str(member.state) if member.state is not State.USABLE else "",
                one_line(shortened(member.title, LONGEST_TITLE)),
            ]
            yield f"  {', '.join(filter(None, told))}\n"


def summary(cluster: Cluster) -> str:
    """ "3 versions, 2 reprints, newest mp-1-2nd-ld; killed; embargo until ..." """
    versions = len(cluster.stories) - cluster.reprints
    told = [f"{versions} version{'s' * (versions != 1)}"]
    if cluster.reprints:
        told.append(f"{cluster.reprints} reprint{'s' * (cluster.reprints != 1)}")
    if cluster.newest != cluster.id:
        told.append(f"newest {one_line(cluster.newest)}")
    said = [", ".join(told)]
    said += [str(cluster.state)] if cluster.state is not State.USABLE else []
    said += [f"embargo until {one_line(cluster.embargo)}"] if cluster.embargo else []
    return "; ".join(said)


def shares(one: Belonging) -> str:
    """ "91 % of it in the first, 80 % of the first in it"; "" where that cannot be known."""
    if one.of_it is None or one.of_first is None:
        return ""
    return f"{_percent(one.of_it)} of it in the first, {_percent(one.of_first)} of the first in it"


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def to_values(cluster: Cluster) -> dict[str, Any]:
    """A cluster as plain values."""
    stories = [
        asdict(one.member)
        | {
            "holder": one.holder,
            "words": one.words,
            "why": one.why,
            "share_of_it": _rounded(one.of_it),
            "share_of_first": _rounded(one.of_first),
        }
        for one in cluster.stories
    ]
    told = {"id": cluster.id, "title": cluster.title, "state": str(cluster.state), "embargo": cluster.embargo}
    return {"schema": SCHEMA, **told, "newest": cluster.newest, "stories": stories}


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)


def to_json(clusters: Iterable[Cluster]) -> Iterator[str]:
    """An array, a cluster a line, written as it comes."""
    lead = "[\n"
    for cluster in clusters:
        yield lead + json.dumps(to_values(cluster))
        lead = ",\n"
    yield "\n]\n" if lead == ",\n" else "[]\n"


def to_jsonl(clusters: Iterable[Cluster]) -> Iterator[str]:
    """A cluster a line."""
    for cluster in clusters:
        yield json.dumps(to_values(cluster)) + "\n"


def to_csv(clusters: Iterable[Cluster]) -> Iterator[str]:
    """A row a story (RFC 4180); no cell is a formula."""
    yield csv_line(COLUMNS)
    for cluster in clusters:
        for one in cluster.stories:
            member = one.member
            yield csv_line(
                (
                    cluster.id,
                    len(cluster.stories),
                    member.id,
                    member.version,
                    member.title,
                    one.holder,
                    member.published,
                    str(member.state),
                    one.words,
                    one.why,
                    "" if one.of_it is None else round(one.of_it, 4),
                    "" if one.of_first is None else round(one.of_first, 4),
                )
            )


def to_html(clusters: Iterable[Cluster]) -> Iterator[str]:
    """A page that fetches nothing and runs nothing."""
    kept = list(clusters)
    yield from frame("Versions and reprints", _body(kept))


def _body(clusters: Sequence[Cluster]) -> Iterator[str]:
    stories = sum(len(one.stories) for one in clusters)
    yield '<div class="head"><h2>Versions and reprints</h2></div>\n'
    yield f"<p>{stories:,} stories in {len(clusters):,} clusters.</p>\n"
    shown = 0
    for number, cluster in enumerate(clusters):
        if shown + len(cluster.stories) > MOST_SHOWN and shown:
            yield f"<p>{len(clusters) - number:,} further clusters are in the CSV and the JSON.</p>\n"
            return
        shown += len(cluster.stories)
        heading = bdi(one_line(cluster.title).strip() or one_line(cluster.id))
        yield f"<section><h3>{heading}</h3>\n<p>{escape(one_line(cluster.id))}: {escape(summary(cluster))}</p>\n"
        heads = ("Story", "Title", "Holder", "Published", "State", "Why", "Of it in the first", "Of the first in it")
        yield table(f"Stories of {cluster.id}", heads, map(_cells, cluster.stories[:MOST_SHOWN]))
        if len(cluster.stories) > MOST_SHOWN:
            yield f"<p>{len(cluster.stories) - MOST_SHOWN:,} further stories are in the CSV and the JSON.</p>\n"
        yield "</section>\n"


def _cells(one: Belonging) -> Sequence[str]:
    member = one.member
    name = one_line(member.id) + (f", version {one_line(member.version)}" if member.version else "")
    return (
        bdi(name),
        bdi(one_line(shortened(member.title, LONGEST_TITLE))),
        bdi(one_line(one.holder)),
        day(member.published),
        escape(str(member.state)),
        escape(WHYS.get(one.why, one_line(one.why))),
        share_cell(one.of_it),
        share_cell(one.of_first),
    )


def share_cell(share: float | None) -> str:
    """A share as a bar and a number; a dash where it is not known."""
    return "–" if share is None else f"{bar(share, 1.0)}&nbsp;{_percent(share).replace(' ', '&nbsp;')}"
