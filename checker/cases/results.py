"""The results of an audit's folder, without what cases have no use for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

from checker.audit import folder as of_audits
from checker.audit.nouns import Result

LEFT_OUT = ("body", "keys", "bands")
"""The page itself and its fingerprint: most of what is in a file."""
COLUMNS = [one.name for one in fields(Result) if one.name not in LEFT_OUT]


def results_in(folder: Path) -> Iterator[Result]:
    """All results, in the order of their pages. Raises AuditProblem where there are none, or a file cannot be read."""
    return of_audits.results_in(folder, COLUMNS)
