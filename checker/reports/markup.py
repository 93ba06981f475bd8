"""Pieces of the page that all of its parts use. Every text goes through `escape`; none is ever taken as markup."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from checker.model import Match, Notice
from checker.reports import words
from checker.reports.groups import gravity, group_of

__all__ = ["bdi", "chip", "escape", "finding_classes", "gravest", "name_class"]


def bdi(text: str) -> str:
    """Foreign text, whose direction of writing must not reach what stands beside it."""
    return f"<bdi>{escape(text)}</bdi>"


def name_class(name: str) -> str:
    """A name of ours as a class; a name from a report read back may be anything."""
    return name if name.isascii() and name.replace("-", "").isalnum() else "unknown"


def finding_classes(found: Match | Notice) -> str:
    """How grave it is, and which group it belongs to: colour and line."""
    group = group_of(found) if isinstance(found, Match) else "listed"
    return f"{name_class(found.severity)} g-{group}"


def gravest(found: Iterable[Match | Notice]) -> Match | Notice:
    """Of several that cover the same words the one that is shown; the first of those that are as grave."""
    return min(found, key=lambda one: gravity(one.severity))


def chip(found: Match | Notice) -> str:
    """The status in words, with the sign of its severity and, for those who hear the page, the severity itself."""
    sign = f'<span aria-hidden="true">{words.mark(found)}</span>'
    heard = f'<span class="unseen">{escape(words.severity(found))}: </span>'
    return f'<span class="chip {name_class(found.severity)}">{sign}{heard} {escape(words.status(found))}</span>'
