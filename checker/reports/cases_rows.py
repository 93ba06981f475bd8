"""Cases, their pages and what was not judged, as rows of a table: for CSV and for a workbook."""

from __future__ import annotations

from collections.abc import Iterator

from checker.audit.nouns import Result
from checker.cases.nouns import Case, worst_of
from checker.reports.csv import Cell, Row
from checker.reports.show import shortened

CASES = (
    "rank",
    "id",
    "severity",
    "change",
    "state",
    "outlet",
    "title",
    "holder",
    "pages",
    "words_most",
    "words_sum",
    "share_of_page",
    "share_of_story",
    "longest_run",
    "statuses",
    "why",
    "first_seen",
    "last_seen",
    "worst_page",
    "family",
    "versions",
    "kind",
    "rules",
    "extent",
    "changed",
    "remark",
    "decided_by",
    "decided_at",
    "reason",
    "note",
)
"""`pages` counts addresses. `words_most`, `share_of_page` (0..1) are of `worst_page`, the page with most words of the
story; `words_sum` is over all pages."""
PAGES = (
    "case",
    "outlet",
    "title",
    "url",
    "place",
    "page_title",
    "published",
    "first_seen",
    "last_seen",
    "seen",
    "judged_as_of",
    "severity",
    "words",
    "page_words",
    "share_of_page",
    "share_of_story",
    "longest_run",
    "statuses",
    "rules",
    "why",
    "stories",
    "passages",
    "digest",
    "number",
    "part",
)
UNJUDGED = ("number", "part", "input", "place", "id", "url", "date", "outcome", "verdict", "why", "doubts")

LONGEST = 8000
"""Characters of what an input says of itself, in a cell about what was not judged."""


def case_row(case: Case) -> Row:
    """A case, by the names in `CASES`."""
    decision = case.decision
    return {
        "rank": case.rank,
        "id": case.id,
        "severity": str(case.severity),
        "change": str(case.change),
        "state": str(case.state),
        "outlet": case.outlet,
        "title": case.title,
        "holder": case.holder,
        "pages": case.page_count,
        "words_most": case.words_most,
        "words_sum": case.words_sum,
        "share_of_page": round(case.share, 4),
        "share_of_story": round(case.source_share, 4),
        "longest_run": case.longest_run,
        "statuses": " ".join(map(str, case.statuses)),
        "why": "; ".join(case.why),
        "first_seen": case.first_seen,
        "last_seen": case.last_seen,
        "worst_page": worst_of(case.pages).address if case.pages else "",
        "family": case.family,
        "versions": "; ".join(_story(*one) for one in case.versions),
        "kind": str(case.kind),
        "rules": " ".join(case.rules),
        "extent": case.extent,
        "changed": " ".join(case.changed),
        "remark": case.remark,
        "decided_by": decision.by if decision else "",
        "decided_at": decision.at if decision else "",
        "reason": decision.reason if decision else "",
        "note": decision.note if decision else "",
    }


def page_rows(case: Case) -> Iterator[Row]:
    """The pages of a case, by the names in `PAGES`."""
    for page in case.pages:
        yield {
            "case": case.id,
            "outlet": case.outlet,
            "title": case.title,
            "url": page.url,
            "place": page.place,
            "page_title": page.title,
            "published": page.published,
            "first_seen": page.first_seen,
            "last_seen": page.last_seen,
            "seen": page.captures,
            "judged_as_of": page.at,
            "severity": str(page.severity),
            "words": page.words,
            "page_words": page.page_words,
            "share_of_page": round(page.share, 4),
            "share_of_story": round(page.source_share, 4),
            "longest_run": page.longest_run,
            "statuses": " ".join(map(str, page.statuses)),
            "rules": " ".join(page.rules),
            "why": "; ".join(page.why),
            "stories": "; ".join(_story(*one) for one in page.sources),
            "passages": " ".join(f"{one.start}-{one.end}" for one in page.passages),
            "digest": page.digest,
            "number": page.number if page.number >= 0 else "",
            "part": page.part if page.number >= 0 else "",
        }


def unjudged_row(result: Result) -> Row:
    """A text that is not wholly judged, by the names in `UNJUDGED`."""
    cells: dict[str, Cell] = {"number": result.number, "part": result.part, "outcome": str(result.outcome)}
    told = {name: getattr(result, name) for name in ("input", "place", "id", "url", "date", "verdict")}
    told |= {"why": " ".join(result.why) or "It was not judged whole.", "doubts": " ".join(result.doubts)}
    return cells | {name: shortened(text, LONGEST) for name, text in told.items()}


def _story(id: str, version: str) -> str:
    return f"{id} ({version})" if version else id
