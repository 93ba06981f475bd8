"""The end of an audit: its cases, the map, and a last file that says that all of it is there."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checker.audit.folder import FINISHED, FULL, GOES_ON, RESULTS_FOLDER, read_json, results_in, sha256, write_json
from checker.audit.nouns import Outcome, Terms
from checker.audit.problems import AuditProblem
from checker.model import Verdict
from cli.exit_codes import ExitCode, say
from cli.terminal import write
from fingerprints.errors import StorageFull

if TYPE_CHECKING:
    from checker.cases.nouns import Outputs
    from cli.auditing import Auditing

SCHEMA = "wirecheck.audit-finished/1"
COLUMNS = ("number", "part", "outcome", "same_as", "verdict")
SUMMARY = "summary.html"
MAPS = ("map.csv", "map.html")


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of an audit's pages. `texts` are those that were read; `unreadable` and `unjudged` count entries,
    `incomplete` texts that could not be judged whole and are not flagged."""

    pages: int
    texts: int
    duplicates: int
    unreadable: int
    unjudged: int
    incomplete: int


def finished(folder: Path, since: Path | None) -> ExitCode | None:
    """The exit code of an audit that is done, which is said; None where there is something to do."""
    said = read_json(folder / FINISHED)
    if said is None or (since is not None and said.get("since") != str(since)):
        return None
    try:
        counts, cases = Counts(**said["counts"]), dict(said["cases"])
        if said["schema"] != SCHEMA or counts.unjudged:
            return None
    except (KeyError, TypeError):
        return None
    say("This audit is finished; nothing was done. Give another --out for a new one.")
    _summary(folder, counts, cases, "")
    return _code(counts, cases)


def conclude(folder: Path, since: Path | None, terms: Terms, judged: Auditing, begun: float) -> ExitCode:
    """Write what people get, then the file that says so. `begun` is the monotonic clock's. Raises WirecheckError."""
    compared = str(since) if since else _since(folder)
    (folder / FINISHED).unlink(missing_ok=True)
    outputs, files = _outputs(folder, since, terms)
    counts = _counted(folder)
    cases = dict(sorted(outputs.by_severity.items()))
    results = sorted(f"{RESULTS_FOLDER}/{one.name}" for one in (folder / RESULTS_FOLDER).glob("*.parquet"))
    write_json(
        folder / FINISHED,
        {
            "schema": SCHEMA,
            "since": compared,
            "counts": asdict(counts),
            "cases": cases,
            "sha256": {name: sha256(folder / name) for name in (*files, *results)},
        },
    )
    for remark in outputs.remarks:
        say(f"Warning: {remark}")
    seconds = time.monotonic() - begun
    rate = f"; {seconds:,.0f} s, {judged.judged / max(seconds, 1e-3):,.0f} pages a second"
    _summary(folder, counts, cases, rate)
    return _code(counts, cases)


def _since(folder: Path) -> str:
    said = read_json(folder / FINISHED)
    return str(said.get("since", "")) if isinstance(said, dict) else ""


def _outputs(folder: Path, since: Path | None, terms: Terms) -> tuple[Outputs, list[str]]:
    """The cases and the map, and the names of their files. Raises StorageFull, AuditProblem."""
    from checker.audit.map_pages import write_map
    from checker.cases.outputs import write_outputs

    try:
        outputs = write_outputs(folder, since=since)
        if terms.map:
            write_map(folder)
    except AuditProblem as error:
        if isinstance(error.__cause__, OSError) and error.__cause__.errno in FULL:
            raise StorageFull(f"The disk is full: not all files of the cases were written. {GOES_ON}") from None
        raise
    return outputs, [*outputs.files, *(MAPS if terms.map else ())]


def _counted(folder: Path) -> Counts:
    numbers: set[int] = set()
    texts = unreadable = unjudged = incomplete = 0
    repeated: set[int] = set()
    for result in results_in(folder, columns=COLUMNS):
        numbers.add(result.number)
        texts += result.outcome is Outcome.JUDGED
        unreadable += result.outcome is Outcome.UNREADABLE
        unjudged += result.outcome is Outcome.UNJUDGED
        incomplete += result.verdict == Verdict.INCOMPLETE
        if result.same_as >= 0:
            repeated.add(result.number)
    return Counts(len(numbers), texts, len(repeated), unreadable, unjudged, incomplete)


def _code(counts: Counts, cases: Mapping[str, Any]) -> ExitCode:
    if any(cases.values()):
        return ExitCode.FLAGGED
    doubtful = counts.unreadable or counts.unjudged or counts.incomplete
    return ExitCode.INCOMPLETE if doubtful else ExitCode.CLEAR


def _summary(folder: Path, counts: Counts, cases: Mapping[str, Any], rate: str) -> None:
    from checker.reports.words import count

    by_severity = ", ".join(f"{number:,} {severity}" for severity, number in cases.items() if number)
    said = f"{count(sum(cases.values()), 'case')}{f' ({by_severity})' if by_severity else ''}"
    write(
        f"{count(counts.pages, 'page')}: {counts.duplicates:,} seen before, {counts.unreadable:,} unreadable, "
        f"{counts.unjudged:,} not judged, {counts.incomplete:,} not judged whole. {said}{rate}."
    )
    write(f"Begin with {folder / SUMMARY}")
    if counts.unjudged:
        write("Run the same command again to judge what was not.")
