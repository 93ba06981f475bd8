"""The end of an audit: its cases, the map, and a last file that says that all of it is there."""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from checker.audit.folder import FINISHED, RESULTS_FOLDER, WORK, read_json, results_in, sha256, write_json
from checker.audit.nouns import Outcome, Terms
from checker.model import Verdict
from cli.exit_codes import ExitCode, say
from cli.terminal import write

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
    `incomplete` texts that could not be judged whole and are not flagged, `gone` addresses without a page, which are
    none of `pages`."""

    pages: int
    texts: int
    duplicates: int
    unreadable: int
    unjudged: int
    incomplete: int
    gone: int


@dataclass(frozen=True, slots=True)
class Ended:
    """What came of an audit: its counts, its cases by severity, and all cases by their change; {} without an audit
    before."""

    counts: Counts
    cases: Mapping[str, int]
    changes: Mapping[str, int]


def finished(folder: Path, since: Path | None, terms: Terms) -> ExitCode | None:
    """The exit code of an audit that is done, which is said; None where there is something to judge or to compare.

    Files of the cases that were changed or are gone are written anew. Raises WirecheckError.
    """
    said = read_json(folder / FINISHED)
    try:
        ended = Ended(Counts(**said["counts"]), dict(said["cases"]), dict(said["changes"]))
        if said["schema"] != SCHEMA or ended.counts.unjudged or (since is not None and said["since"] != str(since)):
            return None
        changed = [name for name, digest in said["sha256"].items() if _digest(folder / name) != digest]
    except (AttributeError, KeyError, TypeError):
        return None
    if any(name.startswith(f"{RESULTS_FOLDER}/") for name in changed):
        return None
    say("This audit is finished; nothing was done. Give another --out for a new one.")
    if changed:
        say(f"{', '.join(changed[:3])}{' and more' if changed[3:] else ''}: changed since, or gone; written anew.")
        ended = _written(folder, since, terms)
    _summary(folder, ended, "")
    return _code(ended)


def _digest(path: Path) -> str:
    return sha256(path) if path.is_file() else ""


def conclude(folder: Path, since: Path | None, terms: Terms, judged: Auditing, begun: float) -> ExitCode:
    """Write what people get, then the file that says so; the copy of the index stays where pages were not judged.

    `begun` is the monotonic clock's. Raises WirecheckError.
    """
    ended = _written(folder, since, terms)
    seconds = time.monotonic() - begun
    rate = f"; {seconds:,.0f} s, {judged.judged / max(seconds, 1e-3):,.0f} pages a second"
    _summary(folder, ended, rate)
    if not ended.counts.unjudged:
        shutil.rmtree(folder / WORK, ignore_errors=True)
    return _code(ended)


def _written(folder: Path, since: Path | None, terms: Terms) -> Ended:
    """All files of the cases, and the last one."""
    compared = str(since) if since else _since(folder)
    (folder / FINISHED).unlink(missing_ok=True)
    outputs, files = _outputs(folder, since, terms)
    changes = outputs.by_change if compared else {}
    counts = _counted(folder)
    counts = replace(counts, incomplete=counts.incomplete + outputs.unread)
    ended = Ended(counts, dict(sorted(outputs.by_severity.items())), changes)
    results = sorted(f"{RESULTS_FOLDER}/{one.name}" for one in (folder / RESULTS_FOLDER).glob("*.parquet"))
    write_json(
        folder / FINISHED,
        {
            "schema": SCHEMA,
            "since": compared,
            **asdict(ended),
            "sha256": {name: sha256(folder / name) for name in (*files, *results)},
        },
    )
    for remark in outputs.remarks:
        say(f"Warning: {remark}")
    return ended


def _since(folder: Path) -> str:
    said = read_json(folder / FINISHED)
    return str(said.get("since", "")) if isinstance(said, dict) else ""


def _outputs(folder: Path, since: Path | None, terms: Terms) -> tuple[Outputs, list[str]]:
    """The cases and the map, and the names of their files. Raises StorageFull, AuditProblem."""
    from checker.audit.map_pages import write_map
    from checker.cases.outputs import write_outputs

    outputs = write_outputs(folder, since=since)
    if terms.map:
        write_map(folder)
    return outputs, [*outputs.files, *(MAPS if terms.map else ())]


def _counted(folder: Path) -> Counts:
    numbers: set[int] = set()
    texts = unreadable = unjudged = incomplete = gone = 0
    repeated: set[int] = set()
    for result in results_in(folder, columns=COLUMNS):
        if result.outcome is Outcome.GONE:
            gone += 1
            continue
        numbers.add(result.number)
        texts += result.outcome is Outcome.JUDGED
        unreadable += result.outcome is Outcome.UNREADABLE
        unjudged += result.outcome is Outcome.UNJUDGED
        incomplete += result.verdict == Verdict.INCOMPLETE
        if result.same_as >= 0:
            repeated.add(result.number)
    return Counts(len(numbers), texts, len(repeated), unreadable, unjudged, incomplete, gone)


def _code(ended: Ended) -> ExitCode:
    counts = ended.counts
    if any(ended.cases.values()):
        return ExitCode.FLAGGED
    doubtful = counts.unreadable or counts.unjudged or counts.incomplete
    return ExitCode.INCOMPLETE if doubtful else ExitCode.CLEAR


def _summary(folder: Path, ended: Ended, rate: str) -> None:
    from checker.reports.words import count

    counts, cases = ended.counts, ended.cases
    by_severity = ", ".join(f"{number:,} {severity}" for severity, number in cases.items() if number)
    said = f"{count(sum(cases.values()), 'case')}{f' ({by_severity})' if by_severity else ''}"
    write(
        f"{count(counts.pages, 'page')}: {counts.duplicates:,} seen before, {counts.unreadable:,} unreadable, "
        f"{counts.unjudged:,} not judged, {counts.incomplete:,} not judged whole. {said}{rate}."
    )
    if counts.gone:
        write(f"{count(counts.gone, 'address', 'addresses')} answered that there is no page (404, 410).")
    if ended.changes:
        told = [f"{number:,} {change.replace('-', ' ')}" for change, number in ended.changes.items() if number]
        write(f"Against the audit before: {', '.join(told) or 'no case'}.")
    write(f"Begin with {folder / SUMMARY}")
    if counts.unjudged:
        write("Run the same command again to judge what was not.")
