"""Small pieces of the printed report: inert text, its direction, rows of facts."""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Iterable

from checker.reports.show import one_line, shown_on_terminal


def escape(text: str) -> str:
    """Text, and nothing else: no markup, no control characters, nothing that turns the direction of writing."""
    return html.escape(shown_on_terminal(text))


def line(text: str) -> str:
    """Text on one line."""
    return " ".join(one_line(text).split())


def bdi(text: str) -> str:
    """Foreign text on one line, apart from what stands beside it."""
    held = line(text)
    return f'<bdi dir="{direction(held)}">{escape(held)}</bdi>' if held else ""


def direction(text: str) -> str:
    """ "rtl" or "ltr", by the first letter that has a direction (Unicode UAX #9, P2 and P3)."""
    for character in text[:2000]:
        kind = unicodedata.bidirectional(character)
        if kind in ("R", "AL"):
            return "rtl"
        if kind == "L":
            return "ltr"
    return "ltr"


def heading(anchor: str, title: str) -> str:
    """A heading of the second level."""
    return f'<h2 id="{anchor}">{escape(title)}</h2>'


def facts(rows: Iterable[tuple[str, str]]) -> str:
    """Rows of a name and what is known, as markup; rows of which nothing is known are left out."""
    held = "".join(f'<tr><th scope="row">{escape(name)}</th><td>{value}</td></tr>' for name, value in rows if value)
    return f'<table class="facts"><tbody>{held}</tbody></table>'
