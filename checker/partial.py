"""Stories of which the index holds a part only, a teaser or an abstract: a report that rests on one says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from checker.model import Report
from fingerprints.index import PARTIAL, StoredWork

RESTS = "Of {} the index holds only a part ({}); what else of it is copied is not found."
MORE = "The same holds for {:,} more of the stories found."
MOST = 5
"""Stories that are named one by one."""


def with_partial(report: Report, stored: Mapping[int, StoredWork]) -> Report:
    """The report with a warning for each story in it of which only a part was added."""
    found = {match.source.id for match in report.matches}
    reasons = {
        one.work.id: one.work.metadata[PARTIAL]
        for one in stored.values()
        if one.current and one.work.id in found and one.work.metadata.get(PARTIAL)
    }
    told = [RESTS.format(id, reason) for id, reason in list(reasons.items())[:MOST]]
    told += [MORE.format(len(reasons) - MOST)] if len(reasons) > MOST else []
    return replace(report, warnings=(*report.warnings, *told)) if told else report
