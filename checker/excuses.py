"""The law of excuses: what excuses words excuses these words and nothing else.

An excuse says of words that they are nobody's copy: they state rights, call the reader, are an address, are somebody's
speech, are everybody's. It gives back the exact words that it excuses, never more than its bound, and what is left of a
passage is judged as if those words were never there, joined over the gap (docs/decisions/0037).

Where each kind is found, and what it gives back:

    notice, furniture, address   here, on the draft alone, before anything is compared: `set_aside`
    notice, furniture            the rest of such a line, where the story has it as such a line too: `checker.uses`
    quotation, facts             words of a passage: `checker.uses`, `checker.evidence`
    formula, names, stock        a passage as a whole, up to a weight: `checker.rules`
    statement                    a quotation as a whole, up to its words: `checker.statements`
    own, terms                   a passage as a whole, where its story is own or licensed: `checker.policy`

A credit excuses no words: a licence may ask for one, and that is all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from checker.chains import Run
from checker.prepared import Prepared, ready
from checker.quotations import Span
from checker.quoting import Mask, within
from checker.rights.furniture import calls
from checker.rights.nouns import Notice, NoticeKind
from checker.rules import Found
from fingerprints.sketch import Sketcher
from fingerprints.text import Tokens


class Excuse(StrEnum):
    """Why words are nobody's copy."""

    NOTICE = "notice"
    FURNITURE = "furniture"
    ADDRESS = "address"
    QUOTATION = "quotation"
    STATEMENT = "statement"


BOUNDS = {
    Excuse.NOTICE: 60,
    Excuse.FURNITURE: 24,
    Excuse.ADDRESS: 30,
    Excuse.QUOTATION: 60,
    Excuse.STATEMENT: 120,
}
"""Words that one excuse of a kind takes, at most: one notice, one call, one address, one statement, and all that only
the draft has between marks of one story. What goes on beyond is judged as prose. The bounds of what is excused by its
weight stand in `checker.rules`."""

OF_RIGHTS = (NoticeKind.COPYRIGHT, NoticeKind.RESTRICTION)
"""Notices that no passage takes in: they say whose the text is, and are not part of it as a dateline is."""

SCHEME = re.compile(r"(?:https?|ftp) ?: ?/ ?/|www\.(?=[!-~])", re.IGNORECASE)
INTACT = re.compile(r"[!#-;=?-_a-~]{1,400}")
"""What stands in an address without a space: the letters and marks of RFC 3986, so that no other script goes on it."""
HOST_APART = re.compile(r" ?[A-Za-z0-9-]{1,63}(?: ?\. ?[a-z0-9-]{1,63}){1,6}")
PATH_APART = re.compile(
    r" ?(?:[/_?=&%+#~-]|[.,]{1,2}(?= ?[a-z0-9]))[/_?=&%+#~-]{0,3} ?[A-Za-z0-9%]{1,64}| ?/(?![^\s/])"
)
"""The next piece of an address taken apart by spaces: a word behind one of an address's marks."""
ENDS = re.compile(r"\n|[.!?\u2026][\"'\u201d\u2019)]{0,2}\s")
WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Excused:
    """text[start:end] is excused, as one of a kind; no more words than its bound."""

    kind: Excuse
    start: int
    end: int


def excused(text: str, notices: Sequence[Notice]) -> list[Excused]:
    """The words of a draft that state rights, call the reader or are an address, in order; linear in the text.

    `notices` are those of the text. What the story has to do with it is not asked.
    """
    stated = [span for one in notices if one.kind in OF_RIGHTS for span in one.stated]
    found = [
        *(Excused(Excuse.NOTICE, *_bounded(text, start, end, Excuse.NOTICE)) for start, end in stated),
        *(Excused(Excuse.FURNITURE, *_bounded(text, start, end, Excuse.FURNITURE)) for start, end in calls(text)),
        *(Excused(Excuse.ADDRESS, start, end) for start, end in addresses(text)),
    ]
    return sorted(found, key=lambda one: (one.start, one.end))


def addresses(text: str) -> Iterator[Span]:
    """The web addresses of a text, those taken apart by spaces too; each ends where an address ends."""
    reached = 0
    for scheme in SCHEME.finditer(text):
        if scheme.start() < reached:
            continue
        intact = INTACT.match(text, scheme.end())
        end = intact.end() if intact else _end_apart(text, scheme.end())
        start, reached = _bounded(text, scheme.start(), end, Excuse.ADDRESS)
        yield start, reached


def _end_apart(text: str, at: int) -> int:
    """Where an address ends whose marks have spaces around them ("example. com / news / bridge - open")."""
    host = HOST_APART.match(text, at)
    if host is None:
        return at
    at = host.end()
    for _ in range(BOUNDS[Excuse.ADDRESS]):
        piece = PATH_APART.match(text, at)
        if piece is None:
            break
        at = piece.end()
    return at


def _bounded(text: str, start: int, end: int, kind: Excuse) -> Span:
    """The span up to the bound of its kind."""
    last = end
    for number, word in enumerate(WORD.finditer(text, start, end)):
        if number >= BOUNDS[kind]:
            return start, last
        last = word.end()
    return start, end


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """A draft `whole`, and `bare` of the words that are excused; word i of `bare` is word `place[i]` of `whole`.

    `place` is None where nothing is excused: both are the same then. `rights` tells which words of `whole` are
    a notice.
    """

    whole: Prepared
    bare: Prepared
    place: NDArray[np.int64] | None = None
    rights: Mask | None = None


def set_aside(whole: Prepared, found: Sequence[Excused], sketcher: Sketcher, seams: Sequence[int] = ()) -> Draft:
    """The draft with and without the words that these excuse; `seams` are offsets that no passage crosses."""
    taken = within(whole, [(one.start, one.end) for one in found])
    if not taken.any():
        return Draft(whole, whole)
    place = np.flatnonzero(~taken)
    rights = within(whole, [(one.start, one.end) for one in found if one.kind is Excuse.NOTICE])
    return Draft(whole, ready(whole.text, _chosen(whole.tokens, ~taken), sketcher, seams), place, rights)


def _chosen(tokens: Tokens, kept: Mask) -> Tokens:
    """Some words of a text; their offsets are those of the text still."""
    lengths = np.diff(tokens.offset)
    total = int(tokens.offset[-1])
    letters = np.concatenate((tokens.letters[:total][np.repeat(kept, lengths)], tokens.letters[total:]))
    offset = np.concatenate(
        (np.zeros(1, dtype=tokens.offset.dtype), np.cumsum(lengths[kept], dtype=tokens.offset.dtype))
    )
    return Tokens(tokens.start[kept], tokens.end[kept], tokens.solo[kept], offset, letters)


def restore(one: Found, draft: Draft) -> Found:
    """A passage of the bare draft as one of the whole.

    Excused words within it are words that the draft has more than the story; those of a call or an address that the
    story has word for word in the same sentence are the story's, and agree.
    """
    if draft.place is None:
        return one
    runs: list[Run] = []
    for run in one.segment.runs:
        for part in _placed(run, draft.place):
            if runs and not part.source_length:
                runs[-1] = _grown(runs[-1], part, one.source, draft)
            runs.append(part)
    runs = _as_few(runs)
    first, last = one.segment.submitted
    ours = int(draft.place[first]), int(draft.place[last - 1]) + 1
    return replace(one, segment=replace(one.segment, submitted=ours, runs=tuple(runs)))


def _placed(run: Run, place: NDArray[np.int64]) -> Iterator[Run]:
    """A run of the bare draft in the whole one: in pieces, where excused words stand in it."""
    at = place[run.submitted : run.submitted_end]
    if run.source_length:
        yield Run(int(at[0]), run.source, int(at[-1]) - int(at[0]) + 1, run.source_length)
        return
    edges = [0, *(np.flatnonzero(np.diff(at) > 1) + 1).tolist(), len(at)]
    for low, high in pairwise(edges):
        yield Run(int(at[low]), run.source + low, high - low)


def _grown(left: Run, right: Run, source: Prepared, draft: Draft) -> Run:
    """A run with the excused words behind it, where the story has the very same between it and the next run."""
    gap = right.submitted - left.submitted_end
    if left.source_length or gap <= 0 or gap != right.source - left.source_end:
        return left
    ours, theirs = slice(left.submitted_end, right.submitted), slice(left.source_end, right.source)
    if draft.rights is None or draft.rights[ours].any() or (draft.whole.words[ours] != source.words[theirs]).any():
        return left
    start, end = int(draft.whole.tokens.end[left.submitted_end - 1]), int(draft.whole.tokens.start[right.submitted])
    if ENDS.search(draft.whole.text, start, end):
        return left
    return Run(left.submitted, left.source, left.length + gap)


def _as_few(runs: Sequence[Run]) -> list[Run]:
    """Runs that go on from one another as one."""
    out: list[Run] = []
    for run in runs:
        last = out[-1] if out else None
        if (
            last
            and not (last.source_length or run.source_length)
            and (last.submitted_end, last.source_end) == (run.submitted, run.source)
        ):
            out[-1] = Run(last.submitted, last.source, last.length + run.length)
        else:
            out.append(run)
    return out
