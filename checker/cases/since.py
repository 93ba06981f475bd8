"""An audit against the one before: which cases are new, changed, the same, taken down, or could not be looked at.

Cases are compared by their id, which is the same in every audit; their pages by address.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, field, replace
from pathlib import Path

from checker.audit.nouns import Outcome, Result
from checker.cases.findings import address_of, family_of, flags
from checker.cases.nouns import Case, CasePage, Change
from checker.cases.table import CASES, read_cases
from checker.model import Report, Severity, Verdict
from checker.reports import words
from checker.reports.groups import gravity

PLAIN = {Severity.ERROR: "an error", Severity.WARNING: "a warning", Severity.NOTE: "a note"}


@dataclass(slots=True)
class Before:
    """The cases of the audit before, and what this audit saw of their pages."""

    cases: dict[str, Case]
    _addresses: frozenset[str] = frozenset()
    _whole: set[str] = field(default_factory=set)
    _doubtful: set[str] = field(default_factory=set)
    _allowed: set[tuple[str, str]] = field(default_factory=set)

    @classmethod
    def read(cls, folder: Path, name: str = CASES) -> Before:
        """Those of an audit's folder, in the file of that name. Raises AuditProblem when it holds none."""
        return cls.of(read_cases(folder, name=name))

    @classmethod
    def of(cls, cases: Iterable[Case]) -> Before:
        """Those that are given."""
        by_id = {case.id: case for case in cases}
        return cls(by_id, frozenset(address for case in by_id.values() for address in case.seen))

    def look(self, result: Result, report: Report | None) -> None:
        """Take note of a text of this audit, if it is a page of a case of the audit before."""
        address = address_of(result)
        if address not in self._addresses:
            return
        whole = result.outcome is Outcome.JUDGED and result.verdict != Verdict.INCOMPLETE and not result.why
        (self._whole if whole else self._doubtful).add(address)
        for match in report.matches if report else ():
            if not flags(match):
                self._allowed.add((address, family_of(match)))

    def compared(self, cases: Iterable[Case]) -> Iterator[Case]:
        """This audit's cases, each with its change, then those of the audit before that it did not find."""
        found = set()
        for case in cases:
            found.add(case.id)
            yield _against(case, self.cases.get(case.id), self._whole - self._doubtful)
        for id, case in self.cases.items():
            if id not in found and case.change is not Change.TAKEN_DOWN:
                yield self._not_found(case)

    def _not_found(self, old: Case) -> Case:
        addresses = old.seen
        seen = addresses & (self._whole - self._doubtful)
        carried = replace(old, pages=tuple(map(_of_before, old.pages)), changed=(), remark="")
        if any((address, old.family) in self._allowed for address in addresses):
            if old.severity == Severity.NOTE:
                return replace(carried, change=Change.SAME)
            said = "Its copy was seen again, and nothing of it is an error or a warning now."
            return replace(carried, severity=Severity.NOTE, change=Change.CHANGED, changed=("severity",), remark=said)
        if seen == addresses:
            pages = words.count(len(addresses), "page")
            return replace(carried, change=Change.TAKEN_DOWN, remark=f"{pages} seen again, without the copy.")
        said = f"{len(seen):,} of {words.count(len(addresses), 'page')} seen again, without the copy; " if seen else ""
        missing = "the others were" if seen else "its pages were" if len(addresses) > 1 else "its page was"
        said += f"{missing} not in this audit, or could not be judged whole."
        return replace(carried, change=Change.NOT_SEEN, remark=said[:1].upper() + said[1:])


def grew(case: Case, old: Case) -> bool:
    """Whether there is more to a case than there was: pages, words, gravity."""
    return (
        bool(case.seen - old.seen)
        or case.words_most > old.words_most
        or case.words_sum > old.words_sum
        or gravity(case.severity) < gravity(old.severity)
    )


def _against(case: Case, old: Case | None, seen: Set[str]) -> Case:
    if old is None:
        return case
    if old.change is Change.TAKEN_DOWN:
        return replace(case, remark="It had been taken down when the audit before was made.")
    changes = dict(_changes(case, old, seen))
    if not changes:
        return replace(case, change=Change.SAME)
    said = "; ".join(changes.values())
    return replace(case, change=Change.CHANGED, changed=tuple(changes), remark=f"{said[:1].upper()}{said[1:]}.")


def _changes(case: Case, old: Case, seen: Set[str]) -> Iterator[tuple[str, str]]:
    """What changed, and how; `seen` are the addresses that this audit judged whole."""
    more, fewer = case.seen - old.seen, old.seen - case.seen
    if more or fewer:
        told = [
            (len(more), "more"),
            (len(fewer & seen), "seen again without the copy"),
            (len(fewer - seen), "not in this audit, or not judged whole"),
        ]
        yield "pages", ", ".join(f"{words.count(count, 'page')} {what}" for count, what in told if count)
    if (case.words_most, case.words_sum) != (old.words_most, old.words_sum):
        yield "words", f"{old.words_sum:,} words before, {case.words_sum:,} now"
    if case.severity != old.severity:
        now, then = (PLAIN.get(one, str(one)) for one in (case.severity, old.severity))
        yield "severity", f"{now} now, {then} before"


def _of_before(page: CasePage) -> CasePage:
    """A page whose result is not in this audit."""
    return replace(page, number=-1, reported=-1)
