"""An audit against the one before: which cases are new, changed, the same, taken down, or could not be looked at.

Cases are compared by their id, which is the same in every audit; their pages by address.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, field, replace
from pathlib import Path

from checker.audit.nouns import Outcome, Result
from checker.cases.findings import address_of, allowed_in
from checker.cases.nouns import Case, CaseKind, CasePage, Change
from checker.cases.picture import not_whole
from checker.cases.table import CASES, read_cases
from checker.model import Report, Severity
from checker.reports import words

ALLOWED = {
    CaseKind.COPY: "Its copy was seen again, and nothing of it is an error or a warning now.",
    CaseKind.NOTICE: "Its notice was seen again, and is allowed now or counts with copy that was found.",
}
ALLOWED_ON_IT = "seen again with the copy, which is no error and no warning now"
SAME_BYTES = "the same byte for byte"
UNKNOWN_NOW = "is not found by this audit's index, policy or tool"
PLAIN = {Severity.ERROR: "an error", Severity.WARNING: "a warning", Severity.NOTE: "a note"}


@dataclass(frozen=True, slots=True)
class _Again:
    """Addresses of a case at which this audit did not find it, by what it saw there.

    `allowed`: the copy, and nothing of it is an error or a warning. `same`: the bytes in which it stood, so that it is
    there still, and only index, policy or tool are others. `without`: a page judged whole, and no copy, or the answer
    that there is no page. `unknown`: nothing, or not the whole page.
    """

    allowed: Set[str]
    same: Set[str]
    without: Set[str]
    unknown: Set[str]


@dataclass(slots=True)
class Before:
    """The cases of the audit before, and what this audit saw of their pages."""

    cases: dict[str, Case]
    _addresses: frozenset[str] = frozenset()
    _bodies: frozenset[tuple[str, str]] = frozenset()
    _whole: set[str] = field(default_factory=set)
    _doubtful: set[str] = field(default_factory=set)
    _unchanged: set[str] = field(default_factory=set)
    _gone: set[str] = field(default_factory=set)
    _allowed: set[tuple[str, str]] = field(default_factory=set)

    @classmethod
    def read(cls, folder: Path, name: str = CASES) -> Before:
        """Those of an audit's folder, in the file of that name. Raises AuditProblem when it holds none."""
        return cls.of(read_cases(folder, name=name))

    @classmethod
    def of(cls, cases: Iterable[Case]) -> Before:
        """Those that are given."""
        by_id = {case.id: case for case in cases}
        pages = [page for case in by_id.values() for page in case.pages]
        bodies = frozenset((page.address, page.digest) for page in pages if page.digest)
        return cls(by_id, frozenset(page.address for page in pages), bodies)

    def look(self, result: Result, report: Report | None) -> None:
        """Take note of a text of this audit, if it is a page of a case of the audit before."""
        address = address_of(result)
        if address not in self._addresses:
            return
        whole = not not_whole(result)
        (self._whole if whole else self._doubtful).add(address)
        if result.outcome is Outcome.GONE:
            self._gone.add(address)
        if (address, result.digest) in self._bodies:
            self._unchanged.add(address)
        if report is not None:
            self._allowed |= {(address, family) for family in allowed_in(report)}

    def compared(self, cases: Iterable[Case]) -> Iterator[Case]:
        """This audit's cases, each with its change, then those of the audit before that it did not find."""
        found = set()
        for case in cases:
            found.add(case.id)
            yield self._against(case, self.cases.get(case.id))
        for id, case in self.cases.items():
            if id not in found and case.change is not Change.TAKEN_DOWN:
                yield self._not_found(case)

    def _again(self, family: str, addresses: Set[str]) -> _Again:
        allowed = {address for address in addresses if (address, family) in self._allowed}
        same = (addresses & self._unchanged) - allowed
        without = (addresses & (self._whole - self._doubtful)) - allowed - same
        return _Again(allowed, same, without, addresses - allowed - same - without)

    def _not_found(self, old: Case) -> Case:
        again = self._again(old.family, old.seen)
        carried = replace(old, pages=tuple(map(_of_before, old.pages)), changed=(), remark="")
        if again.allowed and not again.same and not again.unknown:
            if old.severity == Severity.NOTE:
                return replace(carried, change=Change.SAME)
            said = ALLOWED[old.kind]
            return replace(carried, severity=Severity.NOTE, change=Change.CHANGED, changed=("severity",), remark=said)
        if again.without == old.seen:
            return replace(carried, change=Change.TAKEN_DOWN, remark=_taken_down(again.without, self._gone))
        return replace(carried, change=Change.NOT_SEEN, remark=_unsure(again, len(old.seen)))

    def _against(self, case: Case, old: Case | None) -> Case:
        if old is None:
            return case
        if old.change is Change.TAKEN_DOWN:
            return replace(case, remark="It had been taken down when the audit before was made.")
        changes = dict(_changes(case, old, self._again(old.family, old.seen - case.seen)))
        if not changes:
            return replace(case, change=Change.SAME)
        said = "; ".join(changes.values())
        return replace(case, change=Change.CHANGED, changed=tuple(changes), remark=f"{said[:1].upper()}{said[1:]}.")


def _taken_down(addresses: Set[str], gone: Set[str]) -> str:
    pages, count = words.count(len(addresses), "page"), len(addresses & gone)
    if count == len(addresses):
        return f"{pages} {'is' if count == 1 else 'are'} not there any more."
    return f"{pages} seen again, without the copy{f', {count:,} of them not there any more' if count else ''}."


def _unsure(again: _Again, count: int) -> str:
    """Why nothing is said of a case with so many pages."""
    told = []
    if again.allowed:
        told.append(f"{words.count(len(again.allowed), 'page')} {ALLOWED_ON_IT}")
    if again.without:
        told.append(f"{len(again.without):,} of {words.count(count, 'page')} seen again, without the copy")
    if again.same:
        is_, its = ("is", "its") if len(again.same) == 1 else ("are", "their")
        told.append(f"{words.count(len(again.same), 'page')} {is_} {SAME_BYTES}, and {its} copy {UNKNOWN_NOW}")
    if again.unknown:
        rest = "the others were" if told else "its pages were" if count > 1 else "its page was"
        told.append(f"{rest} not in this audit, or could not be judged whole")
    said = "; ".join(told)
    return f"{said[:1].upper()}{said[1:]}."


def moved(case: Case, old: Case) -> bool:
    """Whether pages of it stand in place of others."""
    return bool(case.seen - old.seen) and bool(old.seen - case.seen)


def _changes(case: Case, old: Case, again: _Again) -> Iterator[tuple[str, str]]:
    """What changed, and how; `again` is of the pages that it had and has no more."""
    more = case.seen - old.seen
    told = (
        (len(more), "more"),
        (len(again.allowed), ALLOWED_ON_IT),
        (len(again.same), f"{SAME_BYTES} with copy that {UNKNOWN_NOW}"),
        (len(again.without), "seen again without the copy"),
        (len(again.unknown), "not in this audit, or not judged whole"),
    )
    if any(count for count, _ in told):
        yield "pages", ", ".join(f"{words.count(count, 'page')} {what}" for count, what in told if count)
    if (case.words_most, case.words_sum) != (old.words_most, old.words_sum):
        yield "words", f"{old.words_sum:,} words before, {case.words_sum:,} now"
    if case.severity != old.severity:
        now, then = (PLAIN.get(one, str(one)) for one in (case.severity, old.severity))
        yield "severity", f"{now} now, {then} before"


def _of_before(page: CasePage) -> CasePage:
    """A page whose result is not in this audit."""
    return replace(page, number=-1, reported=-1)
