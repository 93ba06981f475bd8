"""All files that people get of an audit, written from its results and from what was decided.

Results pass by once; of each only figures are kept, and its report is laid aside on disk for the pages of the cases.
Every file is there whole or not at all. The same results and the same decisions give the same bytes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from checker.audit.nouns import Outcome, Result
from checker.audit.problems import AuditProblem
from checker.audit.whole import write_whole, written_whole
from checker.cases.decisions import Log, State, read_log
from checker.cases.gather import Gathering
from checker.cases.laid_aside import LaidAside
from checker.cases.nouns import Case, Change, Outputs
from checker.cases.picture import Picture, not_whole
from checker.cases.ranking import ranked
from checker.cases.results import results_in
from checker.cases.since import Before
from checker.cases.states import take_over, with_states
from checker.cases.table import CASES, write_cases
from checker.model import Report, Severity
from checker.reports.cases_csv import cases_csv, csv_head, csv_row, csv_rows
from checker.reports.cases_rows import UNJUDGED, unjudged_row
from checker.reports.cases_xlsx import write_xlsx
from checker.reports.json import from_json

CSV, XLSX, NOT_JUDGED, SUMMARY, PAGES = "cases.csv", "cases.xlsx", "unjudged.csv", "summary.html", "cases"
OURS = re.compile(r"[0-9a-f]{12}\.html")
UNREAD_SHOWN = 3
"""Reports that cannot be read of which the command line speaks; all are among those not judged."""
SINCE = "since.parquet"
"""The cases of the audit before, kept so that the files can be written again when that one is gone."""


def write_outputs(folder: Path, *, since: Path | None = None) -> Outputs:
    """Write all files of an audit's folder from `results/` and `decisions.jsonl`, compared with the audit in `since`.

    Written again without `since`, they stay compared with what they were compared with. Raises AuditProblem when the
    results or the audit before cannot be read, or a file cannot be written.
    """
    if since is not None and since.resolve() == folder.resolve():
        raise AuditProblem(f"{folder} cannot be compared with itself; name the folder of the audit before.")
    before = Before.read(since) if since else Before.read(folder, SINCE) if (folder / SINCE).exists() else None
    try:
        with closing(LaidAside(folder)) as aside:
            gathered = _gathered(folder, before, aside)
            cases, log = _decided(folder, since, before, gathered)
            return _write(folder, gathered, cases, log, aside)
    except OSError as error:
        raise AuditProblem(f"The cases in {folder} cannot be written: {error.strerror or error}.") from error


@dataclass(slots=True)
class Gathered:
    """What came of the results. `unread` has a sentence for each report that cannot be read."""

    picture: Picture
    cases: list[Case]
    unread: list[str]


def _gathered(folder: Path, before: Before | None, aside: LaidAside) -> Gathered:
    """All results, once; those that are not wholly judged are written down at once."""
    gathering, picture = Gathering(), Picture()
    unread: list[str] = []
    with written_whole(folder / NOT_JUDGED) as draft, draft.open("x", encoding="utf-8", newline="") as unjudged:
        unjudged.write(csv_head(UNJUDGED))
        for kept in results_in(folder):
            result, report = _report(kept)
            if result is not kept:
                unread += result.why
            picture.add(result, report)
            if before:
                before.look(result, report)
            if report is not None and result.severity != Severity.NOTE:
                gathering.add(result, report, aside.put(result.report))
            if not_whole(result):
                unjudged.write(csv_row(UNJUDGED, unjudged_row(result)))
    cases = gathering.cases()
    return Gathered(picture, ranked(before.compared(cases)) if before else cases, unread)


def _report(result: Result) -> tuple[Result, Report | None]:
    """A result and its report; one whose report cannot be read was not judged, and keeps no audit from its end."""
    if not result.report:
        return result, None
    try:
        return result, from_json(result.report)
    except ValueError as error:
        said = f"The report of page {result.number:,} ({result.place}) in results/ cannot be read: {error}."
        return replace(result, outcome=Outcome.UNJUDGED, verdict="", severity="", why=(said,), report=""), None


def _decided(folder: Path, since: Path | None, before: Before | None, gathered: Gathered) -> tuple[list[Case], Log]:
    """The cases as they stand, and the log; of the audit before its decisions are taken over, and its cases kept."""
    if since is not None and before is not None:
        take_over(folder, since, before, gathered.cases, gathered.picture.last)
        write_whole(folder / SINCE, [(since / CASES).read_bytes()])
    log = read_log(folder)
    return list(with_states(gathered.cases, log)), log


def _write(folder: Path, gathered: Gathered, cases: Sequence[Case], log: Log, aside: LaidAside) -> Outputs:
    from checker.reports.cases_summary import summary

    write_cases(folder, cases)
    write_whole(folder / CSV, cases_csv(cases))
    with (folder / NOT_JUDGED).open(encoding="utf-8", newline="") as lines, written_whole(folder / XLSX) as draft:
        write_xlsx(draft, cases, csv_rows(lines, ("number", "part")))
    names = _pages(folder / PAGES, cases, log, aside)
    write_whole(folder / SUMMARY, summary(gathered.picture, cases, log))
    live = [case for case in cases if case.stands]
    kept = [SINCE] if (folder / SINCE).exists() else []
    files = (CASES, CSV, XLSX, NOT_JUDGED, SUMMARY, *kept, *sorted(f"{PAGES}/{name}" for name in names))
    return Outputs(
        cases=len(live),
        by_severity=Counter(str(case.severity) for case in live),
        by_change={str(one): sum(case.change is one for case in cases) for one in Change},
        open=sum(case.state is State.OPEN for case in live),
        unjudged=gathered.picture.unjudged,
        files=files,
        remarks=(*log.problems, *gathered.unread[:UNREAD_SHOWN]),
        unread=len(gathered.unread),
    )


def _pages(pages: Path, cases: Sequence[Case], log: Log, aside: LaidAside) -> set[str]:
    """A page for each case, and none for cases that are no more; returns their names."""
    from checker.reports.cases_page import case_page

    if pages.is_symlink():
        raise AuditProblem(f"{pages} is a link; nothing is written or deleted where it leads. Remove it.")
    pages.mkdir(exist_ok=True)
    names = {f"{case.id}.html" for case in cases}
    for case in cases:
        # not waited for one by one: there may be thousands, and each can be written again
        write_whole(pages / f"{case.id}.html", case_page(case, _reports(case, aside), log), durable=False)
    for stale in pages.glob("*.html"):
        if stale.name not in names and OURS.fullmatch(stale.name):
            stale.unlink()
    return names


def _reports(case: Case, aside: LaidAside) -> Iterator[Report | None]:
    """The report of each page of a case, in their order; None of pages of the audit before."""
    for page in case.pages:
        yield aside.get(page.reported) if page.reported >= 0 else None
