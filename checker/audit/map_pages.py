"""`map.csv` and `map.html` of an audit that was run with `--map`."""

from __future__ import annotations

from pathlib import Path

from checker.audit.folder import results_in
from checker.audit.near import near_duplicates
from checker.audit.whole import write_whole
from checker.reports.map import map_csv, map_html

COLUMNS = (
    "number", "part", "input", "place", "id", "url", "site", "title", "date", "published", "digest", "same_as", "words",
    "report", "keys", "bands",
)  # fmt: skip
"""What of a result the map needs; not the page itself."""


def write_map(folder: Path) -> int:
    """Write the map of the audit in `folder`, each file whole or not at all; how many clusters there are.

    Raises AuditProblem when its results cannot be read or a file cannot be written.
    """
    clusters = near_duplicates(results_in(folder, columns=COLUMNS))
    write_whole(folder / "map.csv", map_csv(clusters))
    write_whole(folder / "map.html", map_html(clusters))
    return len(clusters)
