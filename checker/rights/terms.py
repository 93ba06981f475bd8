"""Restrictions: phrases that keep all rights, and sentences that forbid uses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from checker.rights.agencies import Agencies
from checker.rights.folded import Folded
from checker.rights.holders import Holder, agency_of, read_holder
from checker.rights.nouns import Act
from checker.rights.scan import anchors, line_of, sentence
from checker.rights.words import ACTS, COPYRIGHTED, FIXED, GIVER, OTHER_ACTS, PERMISSION, PROHIBITION, RESERVED, SUBJECT
from checker.rights.years import years_of

MOST_BEFORE = 90
"""Characters before a phrase of rights in which its holder may stand."""
APART = 40
"""Words that forbid are looked at again this many characters behind some that forbade nothing."""
WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
STATED_BESIDE = 2
"""Words between two that forbid which belong to them ("published, or in any way, rewritten")."""
LEADING = 3
PROSE = 6
"""More words than this before or behind what a sentence states of rights are prose, and no part of the notice."""
PERMITTING = 7
"""Words from "without" to "permission", at most."""
SPLIT = re.compile(r"(?<=[^\W\d_]{3})[.!?] |\n|[;|\u2022]")
CUT = re.compile(r"(?:publ?|publi\w{0,6}|broad\w{0,5}|rewr\w{0,5}|redis\w{0,10})?[ .\u2026]*$")


@dataclass(frozen=True, slots=True)
class Term:
    """One restriction; offsets in the folded text. `holder` is "" where it names none.

    `stated` are the spans within it that forbid or keep rights: a sentence that forbids may say other things too.
    """

    start: int
    end: int
    holder: str
    agency: str
    years: tuple[int, ...]
    acts: tuple[Act, ...]
    reserved: bool
    stated: tuple[tuple[int, int], ...]


def reserved(folded: Folded, agencies: Agencies) -> Iterator[Term]:
    """Phrases that keep all rights, each with the holder before it where the line begins with one."""
    reached = 0
    for at in anchors(folded.lower, RESERVED):
        if at < reached:
            continue
        phrase = next(one for one in RESERVED if folded.lower.startswith(one, at))
        end = at + len(phrase)
        while end < len(folded.lower) and end < at + 60 and folded.lower[end].isalpha() and phrase.isascii():
            end += 1
        end += folded.joined[end : end + 1] == "."
        holder, start = _before(folded, at, agencies)
        name = folded.joined[holder.start : holder.end]
        years = years_of(folded.joined[start : holder.start]) if name else ()
        yield Term(start, end, name, holder.agency, years, (), True, ((start, end),))
        reached = end


def _before(folded: Folded, at: int, agencies: Agencies) -> tuple[Holder, int]:
    """Who stands before a phrase of rights, and from where on: "2022 Meridian Press, Inc., All Rights Reserved"."""
    text = folded.joined
    begin, _ = line_of(text, at, MOST_BEFORE)
    whole = begin == 0 or text[begin - 1] == "\n"
    stretch = text[begin:at].rstrip(" ")
    if stretch[-1:] not in (".", ",", "-", ")"):
        return Holder(at, at), at
    cuts = [cut.end() for cut in SPLIT.finditer(text, begin, begin + len(stretch) - 1)]
    if cuts:
        begin, whole = cuts[-1], True
    holder = read_holder(text, begin, agencies, lenient=False)
    close = at - holder.end <= 4 and whole and holder.end > holder.start
    return (holder, begin) if close and (holder.agency or at - begin < 60) else (Holder(at, at), at)


def prohibitions(folded: Folded, agencies: Agencies) -> Iterator[Term]:
    """Sentences that forbid or limit uses."""
    reached = refused = 0
    fixed = set(anchors(folded.lower, FIXED))
    for at in sorted({*fixed, *anchors(folded.lower, PROHIBITION)}):
        if at < reached or (at < refused and at not in fixed):
            continue
        start, end = sentence(folded.joined, at, at + 1)
        said = folded.lower[start:end]
        acts = tuple(act for act, pattern in ACTS.items() if pattern.search(said))
        holder = _holder(folded, start, end, agencies)
        clients = holder.agency and folded.lower.startswith("clients only", at)
        if at not in fixed and not clients and not _forbids(said, at - start, acts):
            refused = at + APART
            continue
        name = folded.joined[holder.start : holder.end]
        reached = end
        stated = _stated(folded.lower, start, end, holder)
        if stated and len(folded.lower[start : stated[0][0]].split()) > PROSE:
            start = stated[0][0]
        if stated and len(folded.lower[stated[-1][1] : end].split()) > PROSE:
            end = stated[-1][1]
        yield Term(start, end, name, holder.agency, (), acts, False, stated)


def _forbids(said: str, at: int, acts: tuple[Act, ...]) -> bool:
    """Whether a sentence with a word that forbids, at that place, forbids what notices forbid."""
    count = len(acts) + (OTHER_ACTS.search(said) is not None)
    subject = SUBJECT.search(said[: at + 14] if at else said) is not None
    if count >= 3 or (count == 2 and subject):
        return True
    if count and subject and (PERMISSION.search(said) or COPYRIGHTED.search(said)):
        return True
    return subject and said[at:].startswith("may not be") and CUT.fullmatch(said[at + 10 :].lstrip()) is not None


def _stated(lower: str, start: int, end: int, holder: Holder) -> tuple[tuple[int, int], ...]:
    """The stretches of a sentence that state rights: the words that forbid, with what leads to and follows them.

    Words that forbid and stand STATED_BESIDE words apart or fewer are one stretch. It begins with its sentence where
    that begins LEADING words before it or fewer ("This material"), and ends with it likewise ("of any kind").
    """
    words = [match.span() for match in WORD.finditer(lower, start, end)]
    spans = [(at, at + len(one)) for one in (*FIXED, *PROHIBITION) for at in _all(lower, one, start, end)]
    for pattern in (*ACTS.values(), OTHER_ACTS):
        spans += [match.span() for match in pattern.finditer(lower, start, end)]
    if (permission := PERMISSION.search(lower, start, end)) and len(permission.group().split()) <= PERMITTING:
        spans.append(permission.span())
    if holder.end > holder.start and permission and holder.start - permission.end() <= 40:
        spans.append((holder.start, holder.end))
    known = [n for n, (low, high) in enumerate(words) if any(a < high and low < b for a, b in spans)]
    if not known:
        return ()
    runs: list[list[int]] = []
    for n in known:
        if runs and n - runs[-1][1] <= STATED_BESIDE + 1:
            runs[-1][1] = n
        else:
            runs.append([n, n])
    if runs[0][0] <= LEADING:
        runs[0][0] = 0
    if len(words) - 1 - runs[-1][1] <= LEADING:
        runs[-1][1] = len(words) - 1
    return tuple((words[low][0], words[high][1]) for low, high in runs)


def _all(text: str, needle: str, start: int, end: int) -> Iterator[int]:
    """Where a string begins in text[start:end]."""
    at = text.find(needle, start, end)
    while at >= 0:
        yield at
        at = text.find(needle, at + 1, end)


def _holder(folded: Folded, start: int, end: int, agencies: Agencies) -> Holder:
    """Whose permission it takes, or the agency that the sentence names."""
    text = folded.joined
    giver = GIVER.search(folded.lower, start, end)
    if giver:
        holder = read_holder(text, giver.end(), agencies, lenient=False)
        if start <= holder.start < holder.end <= end and (holder.agency or text[holder.start].isupper()):
            return holder
    for named in agencies.find(text, start, end):
        if not named.weak or agency_of(text[named.start : named.end], agencies):
            return Holder(named.start, named.end, named.id)
    return Holder(start, start)
