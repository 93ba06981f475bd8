"""What the pages of an audit have in common: the frame around them, links, tables, small bars.

Nothing is fetched and nothing runs: the style alone is allowed, by its hash. Every text is escaped, and no address but
one of http or https is ever a link.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from checker.cases.nouns import Case, Change
from checker.model import Severity
from checker.reports import words
from checker.reports.html import DISCLAIMER
from checker.reports.markup import bdi, escape, name_class
from checker.reports.show import one_line, shortened

CHANGES = {
    Change.NEW: "new",
    Change.CHANGED: "changed",
    Change.SAME: "as before",
    Change.TAKEN_DOWN: "taken down",
    Change.NOT_SEEN: "not seen",
}
MARKS = {Severity.ERROR: "✗", Severity.WARNING: "!", Severity.NOTE: "·"}
LONGEST_ADDRESS = 90
BAR = 72
"""Width of a small bar at its fullest, in pixels."""


def frame(title: str, body: Iterable[str], *, home: str = "") -> Iterator[str]:
    """A whole page; `home` is the address of the summary, where this is not it. Always encodable as UTF-8."""
    style = "".join(Path(__file__).with_name(name).read_text(encoding="utf-8") for name in ("style.css", "cases.css"))
    policy = f"default-src 'none'; style-src 'sha256-{_digest(style)}'; base-uri 'none'; form-action 'none'"
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    yield f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">\n'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    yield '<meta name="referrer" content="no-referrer">\n<meta name="color-scheme" content="light dark">\n'
    yield f'<title>{escape(one_line(title))}</title>\n<style>{style}</style>\n</head>\n<body class="cases">\n'
    yield '<a class="skip" href="#main">Skip to the content</a>\n'
    back = f'<nav aria-label="Audit"><a href="{escape(home)}">All cases</a></nav>' if home else ""
    yield f'<header class="top"><h1 class="brand">Wirecheck</h1>{back}<p class="fine">{DISCLAIMER}</p></header>\n'
    yield '<main id="main" tabindex="-1">\n'
    yield from body
    yield "</main>\n</body>\n</html>\n"


def _digest(style: str) -> str:
    return base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()


def address(url: str) -> str:
    """An address as a link where it is one of the web, else as text; the link says all of it."""
    said = escape(shortened(one_line(url), LONGEST_ADDRESS))
    if not is_of_the_web(url):
        return f"<bdi>{said}</bdi>"
    return f'<a href="{escape(url)}" rel="noreferrer noopener nofollow"><bdi>{said}</bdi></a>'


def is_of_the_web(url: str) -> bool:
    """Whether it is an address of http or https, that shows where it leads."""
    if one_line(url) != url or not url.isprintable() or " " in url:
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return False


def severity(grave: Severity) -> str:
    """How grave a case is: a sign, and a word for those who do not see colours."""
    return (
        f'<span class="chip {name_class(grave)}"><span aria-hidden="true">{MARKS.get(grave, "!")}</span> '
        f"{escape(words.SEVERITIES.get(grave, one_line(grave)))}</span>"
    )


def statuses(case_or_page: Iterable[str]) -> str:
    """Statuses in words."""
    named: dict[str, str] = {str(one): said for one, said in words.STATUSES.items()}
    return escape(", ".join(named.get(str(one), one_line(str(one))) for one in case_or_page))


def table(
    caption: str,
    heads: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    numbers: Collection[int] = (),
    whole: Collection[int] = (),
    kind: str = "",
) -> str:
    """A table that may be wider than the window. Cells are markup; the first of a row heads it.

    `numbers` are the columns that are set to the right, `whole` those whose cells are one line; `kind` is a class of
    ours. "" for no rows.
    """
    classes = dict.fromkeys(numbers, ' class="n"') | dict.fromkeys(whole, ' class="w"')
    body = "".join(
        f'<tr><th scope="row">{row[0]}</th>'
        + "".join(f"<td{classes.get(at, '')}>{cell}</td>" for at, cell in enumerate(row[1:], 1))
        + "</tr>\n"
        for row in rows
    )
    if not body:
        return ""
    head = "".join(f'<th scope="col"{classes.get(at, "")}>{escape(one)}</th>' for at, one in enumerate(heads))
    said, named = escape(one_line(caption)), f' class="{kind}"' if kind else ""
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{said}"><table{named}>'
        f'<caption class="unseen">{said}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>\n{body}</tbody></table></div>\n"
    )


def bar(value: float, most: float, kind: str = "") -> str:
    """A small bar beside a number that says the same."""
    width = round(BAR * value / most, 1) if most else 0
    width = max(width, 1.0) if value else 0
    return (
        f'<svg class="bar {kind}" width="{BAR}" height="10" viewBox="0 0 {BAR} 10" aria-hidden="true">'
        f'<rect width="{width}" height="10"/></svg>'
    )


def day(moment: str) -> str:
    """The day of a time in ISO 8601; "–" where there is none."""
    return escape(one_line(moment[:10])) or "–"


def days(first: str, last: str) -> str:
    """ "2026-03-01 to 2026-03-04", or the one day."""
    begin, end = first[:10], last[:10]
    return day(first) if begin == end or not end else f"{day(first)} to {day(last)}"


def called(case: Case) -> str:
    """The name of a case: what was taken."""
    return one_line(case.title).strip() or one_line(case.family)


def named(case: Case) -> str:
    """The same, as markup."""
    return bdi(called(case))
