"""Passages to the nouns of the report: texts, offsets, edit scripts, shares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version

from checker.align import Segment
from checker.family import version_of
from checker.model import (
    Change,
    Dropped,
    Edit,
    IndexStamp,
    Kind,
    Match,
    Notice,
    Passage,
    Reason,
    Report,
    Severity,
    SourcePassage,
    StorySummary,
    Submitted,
    Tool,
    Verdict,
)
from checker.prepared import Prepared
from checker.rules import Found
from checker.uses import Used
from fingerprints.index import StoredWork

EDITED = 0.5
"""Below this similarity a passage is rewritten rather than edited."""

DROPPED_SHOWN = 50
LEAST_DROPPED = 5.0
"""Passages below this weight are chance, and not worth a line among the dropped."""
MOVED = 30
"""In a rearranged passage, words of the source passed over beyond this many were not deleted but stand elsewhere."""
Step = tuple[Change, tuple[int, int], tuple[int, int]]
Stored = Mapping[int, StoredWork]


def report(
    id: str,
    text: str,
    submitted: Prepared,
    used: Sequence[Used],
    notices: tuple[Notice, ...],
    dropped: Sequence[tuple[Found, Reason, str]],
    stored: Stored,
    unjudged: Sequence[str],
    index: IndexStamp,
) -> Report:
    """What was found, before any policy has judged it."""
    matches = tuple(match_of(one, submitted, stored) for one in used)
    copied = union([one.attributed.found.segment.submitted for one in used])
    shown = sorted(
        (one for one in dropped if one[0].segment.weight >= LEAST_DROPPED), key=lambda one: -one[0].segment.weight
    )
    return Report(
        id=id,
        verdict=Verdict.INCOMPLETE,
        reasons=tuple(unjudged),
        unjudged=tuple(unjudged),
        submitted=Submitted(len(text), len(submitted), round(copied / max(1, len(submitted)), 4), copied),
        matches=matches,
        notices=notices,
        dropped=tuple(dropped_of(*one, submitted, stored) for one in shown[:DROPPED_SHOWN]),
        stories=stories_of(used, submitted, stored),
        index=index,
        tool=tool(),
        text=text,
    )


def tool() -> Tool:
    """This program and its version."""
    return Tool("wirecheck", _version())


@cache
def _version() -> str:
    try:
        return version("wirecheck")
    except PackageNotFoundError:
        return "0"


def match_of(used: Used, submitted: Prepared, stored: Stored) -> Match:
    """The report's view of one passage."""
    one = used.attributed
    segment, source = one.found.segment, one.found.source
    first, last = segment.source
    kind = Kind.VERBATIM if segment.exact else Kind.EDITED if segment.similarity >= EDITED else Kind.REWRITTEN
    return Match(
        submitted=_passage(submitted, segment.submitted),
        source=_source(one.found, stored),
        kind=kind,
        similarity=round(segment.similarity, 4),
        words=segment.words,
        longest_run=segment.longest_run,
        source_share=round((last - first) / max(1, len(source)), 4),
        severity=Severity.ERROR,
        edits=edits_of(segment, submitted, source),
        also=tuple(_source(other, stored) for other in one.also),
        rearranged=segment.rearranged,
        use=used.use,
        speaker=used.speaker,
        quoted=used.quoted,
    )


def dropped_of(one: Found, reason: Reason, detail: str, submitted: Prepared, stored: Stored) -> Dropped:
    """The report's view of a passage that a rule set aside."""
    segment = one.segment
    return Dropped(
        submitted=_passage(submitted, segment.submitted),
        source=_source(one, stored),
        similarity=round(segment.similarity, 4),
        words=segment.words,
        reason=reason,
        detail=detail,
    )


def stories_of(used: Sequence[Used], submitted: Prepared, stored: Stored) -> tuple[StorySummary, ...]:
    """What the draft takes from each story, the heaviest first."""
    by_number: dict[int, list[Found]] = {}
    for one in used:
        by_number.setdefault(one.attributed.found.number, []).append(one.attributed.found)
    summaries = []
    for number, found in by_number.items():
        work = stored[number].work
        ours = union([one.segment.submitted for one in found])
        theirs = union([one.segment.source for one in found])
        summaries.append(
            StorySummary(
                id=work.id,
                title=work.title,
                holder=work.holder,
                words=sum(one.segment.words for one in found),
                submitted_share=round(ours / max(1, len(submitted)), 4),
                source_share=round(theirs / max(1, len(found[0].source)), 4),
                longest_run=max(one.segment.longest_run for one in found),
            )
        )
    return tuple(sorted(summaries, key=lambda summary: (-summary.words, summary.id)))


def union(spans: Sequence[tuple[int, int]]) -> int:
    """How much several half-open spans cover together."""
    covered, reached = 0, 0
    for start, end in sorted(spans):
        covered += max(0, end - max(start, reached))
        reached = max(reached, end)
    return covered


def edits_of(segment: Segment, submitted: Prepared, source: Prepared) -> tuple[Edit, ...]:
    """The edit script from source to submitted in code points, in the draft's order and without gaps there."""
    steps: list[Step] = []
    i, j = segment.submitted[0], segment.runs[0].source
    for run in segment.runs:
        gap = run.source - j if run.source >= j and not (segment.rearranged and run.source - j > MOVED) else -1
        if run.submitted > i and gap > 0:
            steps.append(_compared((i, run.submitted), (j, run.source), submitted, source))
        elif run.submitted > i:
            steps.append((Change.INSERTED, (i, run.submitted), (j, j)))
        elif gap > 0:
            steps.append((Change.DELETED, (i, i), (j, run.source)))
        i, j = run.submitted_end, run.source_end
        if run.source_length or (submitted.words[run.submitted : i] == source.words[run.source : j]).all():
            steps.append((Change.EQUAL, (run.submitted, i), (run.source, j)))
        else:
            steps.append(_compared((run.submitted, i), (run.source, j), submitted, source))
    return tuple(_in_characters(step, segment, submitted, source) for step in _merged(steps))


def _compared(ours: tuple[int, int], theirs: tuple[int, int], submitted: Prepared, source: Prepared) -> Step:
    """Words that differ as they are folded; written the same, they are no change.

    Words of letters that look like Latin ones are folded by what is printed around them (`fingerprints.text`).
    """
    change = Change.EQUAL if submitted.written(*ours) == source.written(*theirs) else Change.REPLACED
    return change, ours, theirs


def _merged(steps: Sequence[Step]) -> list[Step]:
    """Neighbouring steps of one kind as one."""
    out: list[Step] = []
    for change, ours, theirs in steps:
        if out and out[-1][0] == change and out[-1][2][1] == theirs[0]:
            out[-1] = (change, (out[-1][1][0], ours[1]), (out[-1][2][0], theirs[1]))
        else:
            out.append((change, ours, theirs))
    return out


def _in_characters(step: Step, segment: Segment, submitted: Prepared, source: Prepared) -> Edit:
    """A step's words as code points; the space behind a step belongs to it, except at the passage's end."""
    change, ours, theirs = step
    return Edit(
        change,
        *(_edge(submitted, word, segment.submitted) for word in ours),
        *(_edge(source, word, segment.source) for word in theirs),
    )


def _edge(text: Prepared, word: int, within: tuple[int, int]) -> int:
    return text.span(*within)[1] if word >= within[1] else int(text.tokens.start[word])


def _passage(text: Prepared, words: tuple[int, int]) -> Passage:
    start, end = text.span(*words)
    return Passage(start, end, text.text[start:end])


def _source(one: Found, stored: Stored) -> SourcePassage:
    start, end = one.source.span(*one.segment.source)
    entry = stored[one.number]
    work = entry.work
    return SourcePassage(
        id=work.id,
        start=start,
        end=end,
        text=one.source.text[start:end],
        title=work.title,
        holder=work.holder,
        story=work.story,
        version=version_of(entry),
        current=entry.current,
    )
