"""How a report speaks of what it found: the same words in every form that people read."""

from __future__ import annotations

from checker.model import (
    Dropped,
    Kind,
    Match,
    Notice,
    Passage,
    Reason,
    Severity,
    SourcePassage,
    Status,
    StorySummary,
)
from checker.reports.show import one_line, shortened
from checker.reports.terms import alarms, version

KINDS = {
    Kind.VERBATIM: "word for word",
    Kind.EDITED: "edited",
    Kind.REWRITTEN: "rewritten",
}
STATUSES = {
    Status.COPIED: "copied",
    Status.QUOTED: "quoted",
    Status.STOCK: "stock phrase",
    Status.FACTS: "facts in common",
    Status.NOTICE: "notice",
    Status.LICENSED: "licensed",
    Status.CREDIT_MISSING: "credit line missing",
    Status.OVER_QUOTA: "more than the licence allows",
    Status.EMBARGOED: "under embargo",
    Status.KILLED: "killed",
    Status.WITHHELD: "withheld",
    Status.EXPIRED: "expired",
    Status.OWN: "own copy",
    Status.WAIVED: "waived",
}
NOTICES = {
    "copyright": "copyright notice",
    "restriction": "restriction",
    "credit": "credit line",
    "dateline": "dateline",
    "byline": "byline",
    "contributor": "contributor credit",
}
CARRIES = "carries a notice"
"""How the policy begins to speak of a notice; which kind of notice is known better here."""
SEVERITIES = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}
MARKS = {Severity.ERROR: "✗", Severity.WARNING: "!", Severity.NOTE: "·"}
"""What stands before a finding, so that colour is not all that tells them apart."""
REASONS = {
    Reason.TOO_SHORT: "too short to stand on its own",
    Reason.STOCK_PHRASE: "a stock phrase",
    Reason.FORMULAIC: "formulaic data",
    Reason.NAMES: "made of names and titles",
    Reason.SCATTERED: "too scattered",
}

QUOTES = "“”„«»\"'‘’ "
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
    "script-data": "in data within a script",
    "comment-data": "in data within a comment",
    "style-content": "in a style sheet",
    "attribute": "in attributes of elements",
    "frame": "in a frame",
    "title": "in the title of the page",
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


def headline(found: Match | Notice) -> str:
    """A finding in one line: what the policy said of it, else what it is."""
    why = one_line(found.why).strip()
    if isinstance(found, Notice):
        return _noticed(found, why)
    return why or f"{likeness(found)}, {status(found)}"


def kind(match: Match) -> str:
    """How a passage was reused."""
    return KINDS.get(match.kind, one_line(match.kind))


def status(found: Match | Notice) -> str:
    """What the use is."""
    return STATUSES.get(found.status, one_line(found.status))


def severity(found: Match | Notice) -> str:
    """How grave it is, in a word."""
    return SEVERITIES.get(found.severity, one_line(found.severity))


def mark(found: Match | Notice) -> str:
    """The same as a sign."""
    return MARKS.get(found.severity, "!")


def likeness(match: Match) -> str:
    """ "42 words, word for word"; for what was changed also how much alike both sides are."""
    alike = "" if match.kind is Kind.VERBATIM else f" ({share(min(match.similarity, 0.99))} alike)"
    order = " and in another order" if match.rearranged else ""
    return f"{count(match.words, 'word')}, {kind(match)}{order}{alike}"


def facts(match: Match) -> list[str]:
    """What a match is, in a few words each: status, length and likeness, what of it is quoted and of whom, where.

    How long it is only where the policy's sentence does not begin with that.
    """
    length, likeness_alone = likeness(match).split(", ", 1)
    said = 0 if match.status is Status.QUOTED else quoted_words(match)
    said = 0 if f"{count(said, 'word')} quoted" in match.why else said
    return [
        status(match),
        likeness_alone if match.why.strip().startswith(f"{length} ") else likeness(match),
        *([f"{said:,} of them quoted"] if said else []),
        *([f"words of {one_line(match.speaker).strip()}"] if match.speaker.strip() else []),
        *([label(match.submitted)] if label(match.submitted) else []),
    ]


def sentence(match: Match, quotes: str = "“”") -> str:
    """All that goes into one line, without a stop: why, what it is, and from which story."""
    why = one_line(match.why).strip().removesuffix(".")
    told, likeness_there, *more = facts(match)
    known = ", ".join((likeness_there, *more, told))
    also = f", and in {count(len(match.also), 'other story', 'other stories')}" if match.also else ""
    source = f"{title(match.source).join((quotes[0], quotes[-1]))} ({origin(match.source)})"
    return "; ".join([*([why] if why else alarms(match)), f"{known}, from {source}{also}"])


def quoted_words(match: Match) -> int:
    """Words of a match that stand in quotations inside it."""
    start, text = match.submitted.start, match.submitted.text
    return sum(len(text[max(0, low - start) : max(0, high - start)].split()) for low, high in match.quoted)


def notice(found: Notice) -> str:
    """ "copyright notice of Meridian Press, 2001: not to be published, broadcast or rewritten"."""
    whose = one_line(found.name or found.holder).strip()
    years = ", ".join(map(str, found.years))
    acts = [one_line(term) for term in found.terms]
    forbidden = " or ".join(part for part in (", ".join(acts[:-1]), *acts[-1:]) if part)
    return (
        _notice_kind(found)
        + (f" of {whose}" if whose else "")
        + (f", {years}" if years else "")
        + (f": not to be {forbidden}" if forbidden else "")
    )


def _notice_kind(found: Notice) -> str:
    return NOTICES.get(found.kind, one_line(found.kind))


def _noticed(found: Notice, why: str) -> str:
    """A notice and what the policy said of it, neither of them twice."""
    if not why or why.startswith(found.kind):
        return why or notice(found)
    if why.startswith(CARRIES):
        return _notice_kind(found) + why.removeprefix(CARRIES)
    told = all(part in why for part in (found.name or found.holder, *map(str, found.years), *found.terms))
    return f"{_notice_kind(found) if told else notice(found)}; {why}"


def quotation(passage: Passage, most: int) -> str:
    """The beginning of a passage in quotation marks, on one line; those that it has around it count."""
    text = " ".join(one_line(passage.text).split())
    return f"“{shortened(text.strip(QUOTES), most)}”"


def label(passage: Passage) -> str:
    """What the passage is in its file, where that is worth saying; else ""."""
    return LABELS.get(passage.label, "")


def title(source: SourcePassage | StorySummary) -> str:
    """The title of a story, or its id when it has none; on one line."""
    return one_line(source.title).strip() or one_line(source.id)


def origin(source: SourcePassage) -> str:
    """Holder, id and version of a story; on one line."""
    parts = [source.holder, source.id, version(source.version)]
    if not source.current:
        parts.append("since replaced")
    return one_line(", ".join(part for part in parts if part))


def reason(dropped: Dropped) -> str:
    """Why a passage was set aside, with the rule's own detail."""
    return REASONS.get(dropped.reason, one_line(dropped.reason)) + (
        f" ({one_line(dropped.detail)})" if dropped.detail else ""
    )
