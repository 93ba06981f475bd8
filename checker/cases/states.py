"""How cases stand: the last decision on each, and the decisions of the audit before, taken over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from checker.audit.problems import AuditProblem
from checker.audit.whole import write_whole
from checker.cases.decisions import (
    LOG,
    LONGEST,
    START,
    Decision,
    Log,
    State,
    append,
    digest,
    held,
    parsed,
    read_log,
    written,
)
from checker.cases.nouns import Case, Change
from checker.cases.since import Before, moved
from checker.cases.table import read_cases
from checker.model import Severity
from checker.reports.groups import gravity

TOOL = "wirecheck"
"""Who decides that a case is open again."""


def with_states(cases: Iterable[Case], log: Log) -> Iterator[Case]:
    """Each case with the last decision on it; one of which there is more now than was decided about is open again."""
    last = log.last()
    for case in cases:
        decision = last.get(case.id)
        if decision is None:
            yield case
        elif decision.state is not State.OPEN and _more(case, decision):
            said = f"It was {decision.state}; there is more of it now than was decided about."
            yield replace(case, state=State.OPEN, decision=decision, remark=f"{case.remark} {said}".strip())
        else:
            yield replace(case, state=decision.state, decision=decision)


def _more(case: Case, decision: Decision) -> bool:
    """As when pages that an audit could not judge at first were judged by its next run."""
    if not (case.stands and decision.pages):
        return False
    known = decision.severity in set(Severity)
    graver = known and gravity(case.severity) < gravity(Severity(decision.severity))
    return case.page_count > decision.pages or case.words_sum > decision.words or graver


def take_over(folder: Path, since: Path, before: Before, cases: Sequence[Case], at: str) -> None:
    """Begin the log of `folder` with the one of the audit before; cases of which there is more now are open again.

    The chain goes on unbroken. Done once, also where nothing was decided before: what was decided here since then
    stays, and what is decided there later stays there. `at` is the time of this audit.
    Raises AuditProblem when decisions were made here that do not follow those of the audit before.
    """
    old = read_log(since)
    try:
        with held(folder / LOG) as file:
            here = parsed(file.read())
            if not here.lines:
                write_whole(folder / LOG, _continued(old, before, cases, at))
    except OSError as error:
        raise AuditProblem(f"{folder / LOG} cannot be written: {error.strerror}.") from error
    if here.lines and not _taken_over(here, old):
        raise AuditProblem(
            f"{folder / LOG} holds decisions that do not follow those in {since / LOG}; "
            "compare with the audit that this one was compared with at first, or use a new folder."
        )


def _continued(old: Log, before: Before, cases: Sequence[Case], at: str) -> Iterator[bytes]:
    """The lines of the old log, one that says that they were taken over, and those that open cases again."""
    count = len(old.decisions)
    said = f"{count:,} decision{'' if count == 1 else 's'} of the audit before taken over."
    last = START
    for line in old.lines:
        last = digest(line)
        yield line + b"\n"
    for one in (Decision("", State.OPEN, TOOL, at, said), *_opened_again(old, before, cases, at)):
        line = written(replace(one, before=last))
        last = digest(line)
        yield line + b"\n"


def _taken_over(here: Log, old: Log) -> bool:
    """Whether the log begins with what the old one held when it was taken over; more may have come there since.

    The last line about a taking over is this audit's own: those before it came with the old log.
    """
    mark = max((number for number, line in enumerate(here.lines) if b'"case": ""' in line), default=-1)
    return mark >= 0 and here.lines[:mark] == old.lines[:mark]


def _opened_again(old: Log, before: Before, cases: Sequence[Case], at: str) -> Iterator[Decision]:
    """Of the cases that were decided about those that came back, and those of which there is more."""
    last = old.last()
    for case in cases:
        decision, known = last.get(case.id), before.cases.get(case.id)
        if decision is None or decision.state is State.OPEN:
            continue
        # one that came back is new: the audit before had it as taken down, or had it no more
        if case.change is Change.NEW or _more(case, decision) or (known and moved(case, known)):
            why = case.remark.rstrip(".") or "the audit before did not find it"
            said = f"Open again: {why[:1].lower()}{why[1:]}. It was {decision.state} before."
            yield Decision(case.id, State.OPEN, TOOL, at, said, "", case.page_count, case.words_sum, str(case.severity))


def decide(
    folder: Path, case: str, state: State, *, by: str, at: str, reason: str = "", note: str = ""
) -> tuple[Case, Decision, Log]:
    """Write down what somebody decided about a case; safe on disk when this returns. `at` is UTC, ISO 8601.

    Returns the case, the line that was written, and the log as it was read before. Raises AuditProblem for a case that
    the audit does not have, a dismissal without a reason, a name or text that is too long, and a log that cannot be
    written.
    """
    found = next((one for one in read_cases(folder, pages=False) if one.id == case), None)
    if found is None:
        raise AuditProblem(f"There is no case {case[:40]!a} in {folder}; `wirecheck cases {folder} --all` lists them.")
    if state is State.DISMISSED and not reason.strip():
        raise AuditProblem("To dismiss a case takes a reason; say it with --reason.")
    if not by.strip():
        raise AuditProblem("Nobody is named who decided; say it with --by.")
    if max(map(len, (by, reason, note))) > LONGEST:
        raise AuditProblem(f"A reason, a note and a name have at most {LONGEST:,} characters each.")
    log = read_log(folder)
    told = Decision(case, state, by, at, reason, note, found.page_count, found.words_sum, str(found.severity))
    (written_down,) = append(folder, [told])
    return found, written_down, log
