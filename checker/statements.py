"""Official statements: words that several agencies carry, each in a story of its own, are nobody's of them."""

from __future__ import annotations

from dataclasses import replace

from checker.model import Match, Report, Use
from checker.policy.holders import identity
from checker.rights.agencies import Agencies

FAMILIES = 3
HOLDERS = 2
"""A statement stands in so many story families of so many holders. One agency's paragraph of background stands in many
of its own stories, and is its own all the same."""


def with_statements(report: Report, agencies: Agencies) -> Report:
    """The report with the matches that are statements told so; their families must be known."""
    return replace(report, matches=tuple(_told(match, agencies) for match in report.matches))


def _told(match: Match, agencies: Agencies) -> Match:
    if match.use not in (Use.PROSE, Use.QUOTATION) or len(match.also) + 1 < FAMILIES:
        return match
    sources = (match.source, *match.also)
    families = {source.family.id if source.family else source.id for source in sources}
    holders = {identity(source.holder, agencies) for source in sources} - {""}
    if len(families) < FAMILIES or len(holders) < HOLDERS:
        return match
    return replace(match, use=Use.STATEMENT, quoted=())
