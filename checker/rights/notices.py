"""The notices in a text: copyright lines, restrictions, credits, datelines, bylines, contributors.

A report of what an agency said ("told MP", "MP reported", "according to MP") is a citation of a fact, not a notice.
The sentence that forbids uses names nobody: broadcasters and papers use the very same. Only the name beside the
copyright mark, or whose permission it takes, is a holder.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from checker.rights.agencies import Agencies, load
from checker.rights.credits import contributors, lines, tags
from checker.rights.folded import Folded, fold
from checker.rights.holders import read_holder
from checker.rights.marks import Mark, marks
from checker.rights.nouns import Act, Notice, NoticeKind
from checker.rights.terms import Term, prohibitions, reserved

CLOSE = 8
"""Characters between two parts of one notice, none of them a letter."""
DISTRIBUTED = re.compile(r"[ ,.]{1,3}distributed by ")
"""An agency's distribution of another's copy: the agency is whom to ask."""
SAME_LINE = 240
"""Characters between two parts of one notice on one line,"""
BETWEEN = 6
"""and words between them, at most, that do not speak of rights: more are prose that stands between two notices."""
OF_RIGHTS = re.compile(
    r"copyright|trade ?mark|\brights\b|\brechte?\b|\bdroits?\b|\bderechos\b|\bdiritti\b|\bdireitos\b|permission|consent"
    r"|licen[cs]|urheber|auteur|propriét"
)


def notices(text: str, agencies: Agencies | None = None) -> tuple[Notice, ...]:
    """All notices of a text in the order of their places, none inside another; offsets in code points of it.

    Any text will do, and the time it takes is linear in its length. Without `agencies` they are our own.
    """
    agencies = agencies or load()
    folded = fold(text)
    rights = _rights(folded, agencies)
    others = [*contributors(folded, agencies), *tags(folded, agencies), *lines(folded, agencies)]
    found = _apart([*rights, *sorted(others, key=lambda one: (one.start, -one.end))])
    return tuple(
        replace(one, start=start, end=end, stated=tuple(folded.original(*span) for span in one.stated))
        for one in found
        for start, end in (folded.original(one.start, one.end),)
        if end > start
    )


def _apart(found: list[Notice]) -> list[Notice]:
    """In their order; of two that overlap the one listed first, and nothing within another."""
    taken = bytearray(max((one.end for one in found), default=0))
    out = []
    for one in found:
        if taken.find(1, one.start, one.end) >= 0:
            continue
        taken[one.start : one.end] = b"\1" * (one.end - one.start)
        out.append(one)
    return sorted(out, key=lambda one: one.start)


@dataclass(slots=True)
class _Rights:
    """A notice of rights as it is put together from its parts."""

    start: int
    end: int
    marks: list[Mark]
    terms: list[Term]


def _rights(folded: Folded, agencies: Agencies) -> list[Notice]:
    """Copyright lines with the restrictions behind or before them as one notice each; restrictions alone."""
    # "copyright" in a sentence about something else has neither a year nor a holder behind it
    parts: list[Mark | Term] = [mark for mark in marks(folded, agencies) if mark.sure or mark.holder]
    parts += [*reserved(folded, agencies), *prohibitions(folded, agencies)]
    parts.sort(key=lambda part: (part.start, part.end))
    grouped: list[_Rights] = []
    for part in parts:
        if grouped and _together(folded.text, grouped[-1], part):
            group = grouped[-1]
            group.end = max(group.end, part.end)
        else:
            group = _Rights(part.start, part.end, [], [])
            grouped.append(group)
        if isinstance(part, Mark):
            group.marks.append(part)
        else:
            group.terms.append(part)
    return [notice for group in grouped for notice in _notice(folded, group, agencies)]


def _together(text: str, group: _Rights, part: Mark | Term) -> bool:
    """Whether a part goes on a notice: close behind it, or in the same line not far off."""
    if part.start < group.end:
        return True
    between = text[group.end : part.start] if part.start - group.end <= SAME_LINE else "\n\n"
    if between.count("\n") > 1 or (isinstance(part, Mark) and not part.sure):
        return False
    if len(between.split()) > BETWEEN and not OF_RIGHTS.search(between.lower()):
        return False
    near = len(between) <= CLOSE and not any(map(str.isalnum, between))
    if not near and isinstance(part, Mark) and group.marks:
        theirs = {mark.agency for mark in group.marks} | {term.agency for term in group.terms}
        return "\n" not in between and len(between) <= CLOSE * 12 and (not part.agency or theirs <= {"", part.agency})
    return near or "\n" not in between


def _notice(folded: Folded, group: _Rights, agencies: Agencies) -> Iterator[Notice]:
    """The notice of a group; none when all it has is the word "copyright" in a sentence of its own."""
    good = [mark for mark in group.marks if mark.sure or group.terms]
    parts: list[Mark | Term] = [*good, *group.terms]
    if not parts:
        return
    # the name beside a mark comes before one whose permission it takes, an agency's before any other
    named = [part for part in (good if any(mark.holder for mark in good) else parts) if part.holder]
    best = next((part for part in named if part.agency), named[0] if named else None)
    holder, agency = (best.holder, best.agency) if best else ("", "")
    start, end = min(part.start for part in parts), group.end
    if holder and not agency and (via := DISTRIBUTED.match(folded.lower, end - (folded.text[end - 1] == "."))):
        distributor = read_holder(folded.joined, via.end(), agencies, lenient=False)
        if distributor.agency:
            agency, end = distributor.agency, distributor.end
            end += folded.text[end : end + 1] == "."
    acts = {act for term in group.terms for act in term.acts}
    own = bool(good) or any(term.reserved and term.holder for term in group.terms)
    kind = NoticeKind.COPYRIGHT if own else NoticeKind.RESTRICTION
    if good and not group.terms and all(mark.photo for mark in good):
        kind = NoticeKind.CREDIT
    years = tuple(sorted({year for part in parts for year in part.years}))
    terms = tuple(act for act in Act if act in acts)
    stated = [span for part in parts for span in (part.stated if isinstance(part, Term) else ((part.start, part.end),))]
    yield Notice(start, end, kind, holder, agency, years, terms, _merged(sorted(stated)))


def _merged(spans: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Spans in order, those that touch or overlap as one."""
    out: list[tuple[int, int]] = []
    for start, end in spans:
        if out and start <= out[-1][1]:
            out[-1] = out[-1][0], max(end, out[-1][1])
        else:
            out.append((start, end))
    return tuple(out)
