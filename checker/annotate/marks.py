"""What is marked in a copy of the file, and what an annotation says, whatever the file."""

from __future__ import annotations

from dataclasses import dataclass

from checker.model import Match, Notice, Report, Severity
from checker.reports import terms, words

AUTHOR = "Wirecheck"


class NotAnnotated(Exception):
    """The file was not marked; the message is a sentence that says why."""


@dataclass(frozen=True, slots=True)
class Mark:
    """text[start:end] of what was read from the file is marked, and `says` why; calmly what may stay."""

    start: int
    end: int
    says: str
    calm: bool = False


def marks(report: Report) -> list[Mark]:
    """A mark for each match, and for each notice that is more than a note; what may stay first."""
    found: list[Match | Notice] = [*report.matches]
    found += [notice for notice in report.notices if notice.severity != Severity.NOTE]
    all_of_them = [
        Mark(one.submitted.start, one.submitted.end, said(one), one.severity == Severity.NOTE) for one in found
    ]
    return sorted(all_of_them, key=lambda mark: not mark.calm)


def said(found: Match | Notice) -> str:
    """ "142 words of dpa copy, story killed: do not publish; word for word, killed, from “Goats sail” (dpa, dpa-1)"."""
    if isinstance(found, Notice):
        return _printable(words.headline(found))
    family = terms.family(found.source)
    return _printable(words.sentence(found) + (f"; {family}" if family else ""))


def _printable(text: str) -> str:
    return "".join(char for char in text if char.isprintable() or char == " ")
