"""What is marked in a copy of the file, and what an annotation says, whatever the file."""

from __future__ import annotations

from dataclasses import dataclass

from checker.model import Match, Notice, Report, Severity, Status
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
    """ "142 words of dpa copy, story killed 12:04: do not publish; 142 words, word for word, killed, from “Goats sail”
    (dpa, dpa-1)"; without control characters."""
    if isinstance(found, Notice):
        return _printable(words.headline(found))
    why = words.headline(found) if found.why.strip() else ""
    use = "" if found.status is Status.COPIED else f", {words.status(found)}"
    source = found.source
    sentence = f"{words.likeness(found)}{use}, from “{words.title(source)}” ({words.origin(source)})"
    family = terms.family(source)
    return _printable(
        "; ".join(part for part in (why, *([] if why else terms.alarms(found)), sentence, family) if part)
    )


def _printable(text: str) -> str:
    return "".join(char for char in text if char.isprintable() or char == " ")
