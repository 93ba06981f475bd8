"""Reports made by hand for the tests of the renderers; the agency is invented."""

from __future__ import annotations

from collections.abc import Sequence

from checker.model import (
    Change,
    Dropped,
    Edit,
    IndexStamp,
    Kind,
    Match,
    Passage,
    Reason,
    Report,
    Severity,
    SourcePassage,
    Status,
    StorySummary,
    Submitted,
    Tool,
    Verdict,
)

STORY = "The old ferry left Skerrow at dawn with nine goats aboard. Nobody counted the hens."
DRAFT = "Our island\nThe old boat left Skerrow at dawn with nine goats aboard, we hear."


def match(
    text: str,
    start: int,
    end: int,
    *,
    source: str | None = None,
    source_start: int = 0,
    title: str = "Goats sail",
    edits: Sequence[Edit] = (),
    kind: Kind = Kind.VERBATIM,
    id: str = "mp-1",
) -> Match:
    """text[start:end] as a match of `source`, which is the same words unless given."""
    words = text[start:end] if source is None else source
    return Match(
        submitted=Passage(start, end, text[start:end]),
        source=SourcePassage(
            id, source_start, source_start + len(words), words, title, "Meridian Press", "goats", "lead"
        ),
        kind=kind,
        similarity=1.0 if kind is Kind.VERBATIM else 0.9,
        words=max(1, len(text[start:end].split())),
        longest_run=3,
        source_share=0.5,
        edits=tuple(edits),
    )


def report(text: str, matches: Sequence[Match] = (), *, id: str = "draft.txt", **changes: object) -> Report:
    """A report about `text`."""
    words = len(text.split())
    copied = sum(one.words for one in matches)
    values: dict[str, object] = {
        "id": id,
        "verdict": Verdict.FLAGGED if matches else Verdict.CLEAR,
        "reasons": (),
        "submitted": Submitted(len(text), words, min(1.0, copied / max(1, words)), copied),
        "matches": tuple(matches),
        "dropped": (),
        "stories": tuple(
            StorySummary(one.source.id, one.source.title, one.source.holder, one.words, 0.5, one.source_share, 3)
            for one in matches
        ),
        "index": IndexStamp("0123456789abcdef", 14),
        "tool": Tool("wirecheck", "0.1.0"),
        "text": text,
    }
    return Report(**(values | changes))  # type: ignore[arg-type]


def ferry() -> Report:
    """One edited passage on the second line, in which `ferry` became `boat`, and one passage set aside."""
    start, end = DRAFT.index("The old"), DRAFT.index(", we hear")
    passage = STORY[: STORY.index(".")]
    here, there = DRAFT.index("boat"), STORY.index("ferry")
    edits = (
        Edit(Change.EQUAL, start, here, 0, there),
        Edit(Change.REPLACED, here, here + 4, there, there + 5),
        Edit(Change.EQUAL, here + 4, end, there + 5, len(passage)),
    )
    found = match(DRAFT, start, end, source=passage, edits=edits, kind=Kind.EDITED)
    aside = Dropped(
        Passage(0, 10, DRAFT[:10]),
        SourcePassage("mp-2", 0, 10, "our island", "Islands"),
        1.0,
        2,
        Reason.STOCK_PHRASE,
        "in 9 stories",
    )
    return report(DRAFT, [found], dropped=(aside,))


__all__ = ["DRAFT", "STORY", "Severity", "Status", "ferry", "match", "report"]
