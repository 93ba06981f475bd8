"""How a report speaks: the same words in the plain and the HTML report."""

from __future__ import annotations

from checker.model import (
    Dropped,
    Kind,
    Match,
    Passage,
    Reason,
    Report,
    SourcePassage,
    Status,
    StorySummary,
    Verdict,
)
from checker.reports.show import one_line

VERDICTS = {
    Verdict.CLEAR: "Clear",
    Verdict.FLAGGED: "Flagged",
    Verdict.INCOMPLETE: "Not fully checked",
}
KINDS = {
    Kind.VERBATIM: "word for word",
    Kind.EDITED: "edited",
    Kind.REWRITTEN: "rewritten",
}
STATUSES = {
    Status.COPIED: "copied",
    Status.QUOTED: "quoted",
    Status.STOCK: "stock phrase",
}
REASONS = {
    Reason.TOO_SHORT: "too short to stand on its own",
    Reason.STOCK_PHRASE: "a stock phrase",
    Reason.FORMULAIC: "formulaic data",
    Reason.NAMES: "made of names and titles",
    Reason.SCATTERED: "too scattered",
}

LABELS = {
    "cloaked": "hidden from readers",
    "deleted": "deleted, but still in the file",
    "furniture": "in the page's furniture",
    "header": "in a header",
    "footer": "in a footer",
    "footnote": "in a footnote",
    "endnote": "in an endnote",
    "comment": "in a comment",
    "text-box": "in a text box",
    "caption": "in a caption",
    "headline": "in the headline",
    "subject": "in the subject",
}
"""What is worth saying of where a passage stands; main text, a page or a caption is not."""


def share(value: float) -> str:
    """A share in per cent; never rounded to none or to all of it."""
    percent = value * 100
    if 0 < percent < 1:
        return "under 1 %"
    return f"{99 if 99 <= percent < 100 else round(percent)} %"


def count(number: int, noun: str, nouns: str = "") -> str:
    """ "1 word", "1,200 words"; `nouns` when the plural is irregular."""
    return f"{number:,} {noun if number == 1 else nouns or noun + 's'}"


def verdict(report: Report) -> str:
    """The verdict in a word or three."""
    return VERDICTS.get(report.verdict, str(report.verdict))


def summary(report: Report) -> str:
    """What was found, in one sentence."""
    figures = report.submitted
    if report.matches:
        copied = figures.copied_words or round(figures.copied_share * figures.words)
        stories = len(report.stories) or len({match.source.id for match in report.matches})
        return (
            f"{copied:,} of {count(figures.words, 'word')} "
            f"({share(figures.copied_share)}) also stand in {count(stories, 'protected story', 'protected stories')}."
        )
    if report.verdict is Verdict.CLEAR:
        of = count(report.index.works, "protected story", "protected stories")
        return f"{count(figures.words, 'word')}, none of them in a passage from {of}."
    return f"{count(figures.words, 'word')} could be judged; no passage of a protected story was found in them."


def kind(match: Match) -> str:
    """How a passage was reused."""
    return KINDS.get(match.kind, str(match.kind))


def status(match: Match) -> str:
    """What the use is."""
    return STATUSES.get(match.status, str(match.status))


def likeness(match: Match) -> str:
    """ "42 words, word for word"; for what was changed also how much alike both sides are."""
    alike = "" if match.kind is Kind.VERBATIM else f" ({share(min(match.similarity, 0.99))} alike)"
    order = " and in another order" if match.rearranged else ""
    return f"{count(match.words, 'word')}, {kind(match)}{order}{alike}"


def label(passage: Passage) -> str:
    """What the passage is in its file, where that is worth saying; else ""."""
    return LABELS.get(passage.label, "")


def title(source: SourcePassage | StorySummary) -> str:
    """The title of a story, or its id when it has none; on one line."""
    return one_line(source.title).strip() or one_line(source.id)


def origin(source: SourcePassage) -> str:
    """Holder, id and version of a story; on one line."""
    parts = [source.holder, source.id]
    if source.version:
        parts.append(f"version {source.version}" if source.version.isdigit() else source.version)
    if not source.current:
        parts.append("since replaced")
    return one_line(", ".join(part for part in parts if part))


def reason(dropped: Dropped) -> str:
    """Why a passage was set aside, with the rule's own detail."""
    return REASONS.get(dropped.reason, str(dropped.reason)) + (
        f" ({one_line(dropped.detail)})" if dropped.detail else ""
    )
