"""Who carries what: outlets on the left, stories on the right, a band for what the one has of the other.

A band is as wide as its words, and so is the bar at either end. The largest are drawn; the rest is one bar on each
side, so that the picture is as readable with 300 outlets as with three.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from checker.cases.nouns import Case
from checker.model import Severity
from checker.reports import words
from checker.reports.cases_shell import called
from checker.reports.groups import gravity
from checker.reports.markup import escape, name_class
from checker.reports.show import one_line, shortened

MOST = 16
"""Bars on each side, besides the one for the rest."""
REST = "\0rest"
LEFT, RIGHT, WIDTH = 260, 680, 1120
BAR = 8
LONGEST_LEFT, LONGEST_RIGHT = 32, 56
"""Characters of a label."""
TALL = 360
"""Pixels that all words together take, on each side."""
ROOM = 22
"""Least distance from one label to the next."""


@dataclass(slots=True)
class Node:
    """One bar: its label, its words, where it begins, how high it is, and how much of it bands have taken."""

    label: str
    words: int
    top: float = 0
    high: float = 0
    taken: float = 0


def network(cases: Sequence[Case]) -> str:
    """The picture. "" where there is no copy to show."""
    live = [case for case in cases if case.stands and case.words_sum]
    if not live:
        return ""
    outlets, outlet_of = _side(
        [(case.outlet, one_line(case.outlet), case.words_sum) for case in live], "outlet", "outlets"
    )
    stories, story_of = _side([(case.family, called(case), case.words_sum) for case in live], "story", "stories")
    total = sum(case.words_sum for case in live)
    high = max(_set_out(outlets, total), _set_out(stories, total))
    bands: Counter[tuple[str, str]] = Counter()
    gravest: dict[tuple[str, str], Severity] = {}
    for case in live:
        ends = (outlet_of[case.outlet], story_of[case.family])
        bands[ends] += case.words_sum
        gravest[ends] = min(gravest.get(ends, case.severity), case.severity, key=gravity)
    left, right = list(outlets), list(stories)
    order = sorted(bands, key=lambda ends: (left.index(ends[0]), right.index(ends[1])))
    drawn = "".join(_band(outlets[ends[0]], stories[ends[1]], bands[ends], total, gravest[ends]) for ends in order)
    drawn += "".join(_bar(node, LEFT - BAR, "end", LEFT - BAR - 8, LONGEST_LEFT) for node in outlets.values())
    drawn += "".join(_bar(node, RIGHT, "start", RIGHT + BAR + 8, LONGEST_RIGHT) for node in stories.values())
    said = "Which outlet carries words of which story; the table below says the same."
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="Network of outlets and stories">'
        f'<svg class="network" role="img" aria-label="{said}" width="{WIDTH}" height="{high:g}" '
        f'viewBox="0 0 {WIDTH} {high:g}">{drawn}</svg></div>\n'
    )


def _side(named: Sequence[tuple[str, str, int]], noun: str, nouns: str) -> tuple[dict[str, Node], dict[str, str]]:
    """The bars of one side, most words first, and by which bar each key is drawn."""
    labels: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for key, label, count in named:
        labels.setdefault(key, label)
        counts[key] += count
    order = sorted(counts, key=lambda key: (-counts[key], labels[key], key))
    shown = order if len(order) <= MOST + 1 else order[:MOST]
    nodes = {key: Node(labels[key], counts[key]) for key in shown}
    if rest := order[len(shown) :]:
        label = words.count(len(rest), f"other {noun}", f"other {nouns}")
        nodes[REST] = Node(label, sum(counts[key] for key in rest))
    return nodes, {key: key if key in nodes else REST for key in order}


def _set_out(nodes: dict[str, Node], total: int) -> float:
    """Give each bar its place, far enough from the next for its label; returns the height of all."""
    at = 4.0
    for node in nodes.values():
        node.high = max(2.0, round(TALL * node.words / total, 1))
        node.top = at + max(0.0, (ROOM - 4 - node.high) / 2)
        at = max(node.top + node.high + 6, at + ROOM)
    return round(at + 4, 1)


def _band(outlet: Node, story: Node, count: int, total: int, grave: Severity) -> str:
    wide = max(1.0, round(TALL * count / total, 1))
    begin, end = outlet.top + outlet.taken + wide / 2, story.top + story.taken + wide / 2
    outlet.taken += wide
    story.taken += wide
    middle = (LEFT + RIGHT) / 2
    said = f"{outlet.label}: {words.count(count, 'word')} of {story.label}"
    return (
        f'<path class="band {name_class(grave)}" stroke-width="{wide:g}" '
        f'd="M{LEFT} {begin:.1f}C{middle:g} {begin:.1f} {middle:g} {end:.1f} {RIGHT} {end:.1f}">'
        f"<title>{escape(said)}</title></path>"
    )


def _bar(node: Node, x: int, anchor: str, text: int, longest: int) -> str:
    y = node.top + node.high / 2 + 4
    label = shortened(node.label, longest)
    return (
        f"<g><title>{escape(node.label)}: {words.count(node.words, 'word')}</title>"
        f'<rect class="node" x="{x}" y="{node.top:g}" width="{BAR}" height="{node.high:g}"/>'
        f'<text class="name {anchor}" x="{text}" y="{y:.1f}">{escape(label)}'
        f'<tspan class="figure" dx="6">{node.words:,}</tspan></text></g>'
    )
