"""Findings grouped into cases: by outlet and story family, page by page, with only their figures kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from hashlib import blake2b

from checker.audit.nouns import Result
from checker.cases.findings import Finding, findings
from checker.cases.nouns import Case, CasePage, worst_of
from checker.cases.outlets import outlet_of
from checker.cases.ranking import extent, ranked
from checker.model import Report, Severity
from checker.reports.groups import gravity
from checker.reports.json import from_json


def cases_of(results: Iterable[Result]) -> list[Case]:
    """The cases that results make, in order of rank.

    Raises ValueError when a report among them cannot be read.
    """
    gathering = Gathering()
    for result in results:
        if result.report and result.severity != Severity.NOTE:
            gathering.add(result, from_json(result.report))
    return gathering.cases()


def case_id(outlet: str, family: str) -> str:
    """12 hexadecimal digits of BLAKE2b (RFC 7693) over both names: the same in every audit."""
    named = f"{outlet}\0{family}".encode("utf-8", "surrogatepass")
    return blake2b(named, digest_size=6).hexdigest()


class Gathering:
    """Cases while their pages come in."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], _Grown] = {}

    def add(self, result: Result, report: Report, reported: int = -1) -> None:
        """Take in one page; `reported` is where its report was laid aside."""
        outlet = outlet_of(result)
        for finding in findings(result, report):
            kept = finding if reported < 0 else replace(finding, page=replace(finding.page, reported=reported))
            key = (outlet, finding.family)
            if key in self._found:
                self._found[key].add(kept)
            else:
                self._found[key] = _Grown(kept)

    def cases(self) -> list[Case]:
        """All of them, in order of rank."""
        return ranked(grown.case(outlet, family) for (outlet, family), grown in self._found.items())


class _Grown:
    """One case while it grows: its pages by address and bytes."""

    def __init__(self, first: Finding) -> None:
        self._named = first
        self._pages: dict[tuple[str, str], CasePage] = {(first.page.address, first.page.digest): first.page}

    def add(self, finding: Finding) -> None:
        page = finding.page
        key = (page.address, page.digest)
        known = self._pages.get(key)
        self._pages[key] = _seen_again(known, page) if known else page
        if page.words > self._named.page.words:
            self._named = finding

    def case(self, outlet: str, family: str) -> Case:
        pages = sorted(
            self._pages.values(),
            key=lambda one: (gravity(one.severity), -one.words, one.address, one.last_seen, one.digest),
        )
        named = self._named
        most: dict[str, int] = {}
        for page in pages:
            most[page.address] = max(page.words, most.get(page.address, 0))
        worst = worst_of(pages)
        seen = sorted(when for page in pages for when in (page.first_seen, page.last_seen) if when)
        return Case(
            id=case_id(outlet, family),
            outlet=outlet,
            family=family,
            kind=named.kind,
            title=named.title,
            holder=named.holder,
            severity=pages[0].severity,
            rank=0,
            extent=extent(worst.words, worst.source_share, len(most)),
            page_count=len(most),
            words_most=worst.words,
            words_sum=sum(most.values()),
            share=worst.share,
            source_share=max(page.source_share for page in pages),
            longest_run=max(page.longest_run for page in pages),
            first_seen=seen[0] if seen else "",
            last_seen=seen[-1] if seen else "",
            statuses=tuple(dict.fromkeys(status for page in pages for status in page.statuses)),
            rules=tuple(dict.fromkeys(rule for page in pages for rule in page.rules)),
            why=tuple(dict.fromkeys(why for page in pages for why in page.why)),
            versions=tuple(sorted({one for page in pages for one in page.sources})),
            pages=tuple(pages),
        )


def _seen_again(known: CasePage, again: CasePage) -> CasePage:
    """The same bytes at the same address, seen another time: the graver of both judgements, and how often."""
    graver = min(known, again, key=lambda one: (gravity(one.severity), -one.words))
    seen = sorted(when for one in (known, again) for when in (one.first_seen, one.last_seen) if when)
    return replace(
        graver,
        captures=known.captures + again.captures,
        first_seen=seen[0] if seen else "",
        last_seen=seen[-1] if seen else "",
    )
