"""The pages of a case out of an audit's folder: their bytes, and the reports that the audit made of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from checker.audit.folder import read_json
from checker.audit.nouns import Result
from checker.audit.problems import AuditProblem
from checker.audit.reading import page_of
from checker.audit.schema import RESULTS, results_of
from checker.bundle.nouns import CaseFacts, Exhibit, PageFacts
from checker.bundle.problems import EvidenceProblem
from checker.bundle.written import digest
from checker.cases.decisions import Log
from checker.cases.gather import cases_of
from checker.cases.nouns import Case, CasePage
from checker.cases.results import results_in
from checker.cases.states import with_states
from checker.model import Report
from checker.reports.json import from_json

MOST_PAGES = 2_000
AUDIT = "audit.json"


def case_of(folder: Path, id: str) -> Case:
    """The case of this id. Raises EvidenceProblem when the audit has none, AuditProblem when it cannot be read."""
    found = next((case for case in cases_of(results_in(folder)) if case.id == id), None)
    if found is None:
        raise EvidenceProblem(
            f"The audit in {folder} found no case {id[:40]}. cases.csv lists them. Of one that was taken down, make "
            "the evidence from the audit that saw it."
        )
    if len(found.pages) > MOST_PAGES:
        raise EvidenceProblem(f"This case has {len(found.pages):,} pages, and evidence is of {MOST_PAGES:,} at most.")
    return found


def facts_of(case: Case, folder: Path, log: Log) -> CaseFacts:
    """What the evidence says of the case, with the state that it has by the log."""
    (stands,) = with_states([case], log)
    audit = folder / AUDIT
    return CaseFacts(
        id=case.id,
        outlet=case.outlet,
        family=case.family,
        kind=str(case.kind),
        title=case.title,
        holder=case.holder,
        severity=str(case.severity),
        state=str(stands.state),
        audit=digest(audit.read_bytes()) if audit.is_file() else "",
    )


def asked_of(folder: Path) -> dict[str, str]:
    """What audit.json says of the index and the policy that the audit went by; nothing where there is no such file.

    Raises AuditProblem when it is damaged.
    """
    said = read_json(folder / AUDIT)
    kept = ("index_digest", "works", "tool", "policy_digest", "agencies_digest")
    return {f"audit_{name}": str(said.get(name, "")) for name in kept} if isinstance(said, dict) else {}


def exhibits_of(case: Case, folder: Path) -> tuple[Exhibit, ...]:
    """The pages of a case in its order. Raises EvidenceProblem when the audit kept no page, AuditProblem."""
    held = {(one.number, one.part): one for one in _results(folder, {page.number for page in case.pages})}
    copies = {one.same_as for one in held.values() if not one.body and one.same_as >= 0}
    bodies = {one.number: one.body for one in _results(folder, copies)} if copies else {}
    return tuple(_exhibit(page, held.get((page.number, page.part)), bodies) for page in case.pages)


def _exhibit(page: CasePage, result: Result | None, bodies: dict[int, bytes]) -> Exhibit:
    body = (result.body or bodies.get(result.same_as, b"")) if result else b""
    if result is None or not result.report or not body or digest(body) != page.digest:
        raise EvidenceProblem(f"The audit did not keep {page.address}, or its folder was changed; run the audit again.")
    report = from_json(result.report)
    seen = (page.captures, page.first_seen, page.last_seen)
    return Exhibit(PageFacts.of(page_of(result), page.part, _matches(page, report), seen), body, report)


def _matches(page: CasePage, report: Report) -> tuple[int, ...]:
    """The numbers of the matches that are the case's."""
    taken = {(one.start, one.end, one.source, one.source_start, one.source_end) for one in page.passages}
    spans = [
        (one.submitted.start, one.submitted.end, one.source.id, one.source.start, one.source.end)
        for one in report.matches
    ]
    return tuple(number for number, span in enumerate(spans) if span in taken)


def _results(folder: Path, numbers: Collection[int]) -> Iterator[Result]:
    """The results of these pages, whole. Of each file only what is asked for is read into memory."""
    wanted = pa.array(sorted(numbers), pa.int64())
    for path in sorted((folder / "results").glob("*.parquet")):
        try:
            with pq.ParquetFile(path) as file:
                if not pc.any(pc.is_in(file.read(["number"])["number"], wanted)).as_py():
                    continue
                for batch in file.iter_batches(batch_size=16, columns=RESULTS.names):
                    yield from results_of(batch.filter(pc.is_in(batch.column("number"), wanted)))
        except (pa.ArrowException, OSError, ValueError, KeyError, TypeError) as error:
            raise AuditProblem(f"{path} cannot be read: it is damaged, or its end is missing.") from error
