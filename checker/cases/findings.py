"""What the report of one page adds to which case: its flagged passages by story family, its notices by holder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from sys import intern

from checker.audit.nouns import Result
from checker.cases.nouns import CaseKind, CasePage, Taken
from checker.model import Match, Notice, Report, Severity
from checker.policy.holders import identity
from checker.reports.groups import gravity, words_in
from checker.rights.agencies import load

NOTICE = "notice:"
"""How the family of a case begins that is about a notice alone; the holder follows."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one page adds to the case of `family`; the outlet is the page's."""

    family: str
    kind: CaseKind
    title: str
    holder: str
    page: CasePage


def flags(found: Match | Notice) -> bool:
    """Whether it makes a case: an error or a warning, and any severity that only a later version knows."""
    return found.severity != Severity.NOTE


def findings(result: Result, report: Report) -> Iterator[Finding]:
    """What a page adds, one for each family, then one for each holder of whom only a notice was found."""
    families: dict[str, list[Match]] = {}
    for match in report.matches:
        if flags(match):
            families.setdefault(family_of(match), []).append(match)
    for family, matches in families.items():
        best = max(matches, key=lambda one: one.words)
        page = _page(result, report, matches, words_in(matches))
        yield Finding(family, CaseKind.COPY, best.source.title or best.source.id, best.source.holder, page)
    found = {identity(one.source.holder, load()) for matches in families.values() for one in matches}
    alone: dict[str, list[Notice]] = {}
    for notice in report.notices:
        if flags(notice) and whose(notice) not in found:
            alone.setdefault(whose(notice), []).append(notice)
    for holder_id, notices in alone.items():
        holder = next((one.name or one.holder for one in notices if one.name or one.holder), "")
        title = f"Notice of {holder}" if holder else "Notice without a holder"
        yield Finding(NOTICE + holder_id, CaseKind.NOTICE, title, holder, _page(result, report, notices, 0))


def allowed_in(report: Report) -> set[str]:
    """The families of what stands on a page and makes no case of that family: passages that are notes, and notices
    that are notes or count with the copy beside them."""
    notices = {NOTICE + whose(notice) for notice in report.notices}
    return notices | {family_of(match) for match in report.matches if not flags(match)}


def whose(notice: Notice) -> str:
    """The holder that a notice names, however it is spelt; "" where it names none."""
    return notice.agency or identity(notice.holder, load())


def speaks_of(notice: Notice, kind: CaseKind, family: str, holder: str) -> bool:
    """Whether a notice belongs to a case: that of its holder, and of copy that this holder's is."""
    if kind is CaseKind.NOTICE:
        return NOTICE + whose(notice) == family
    return bool(holder) and whose(notice) == identity(holder, load())


def family_of(match: Match) -> str:
    """The id of the story's family; of a story that stands alone its own."""
    return match.source.family.id if match.source.family else match.source.id


def address_of(result: Result) -> str:
    """What tells a page from others, in this audit and in the next: its URL, else its id."""
    named = result.url or result.id or result.place
    return f"{named} (text {result.part + 1})" if result.part else named


def _page(result: Result, report: Report, found: Sequence[Match | Notice], words: int) -> CasePage:
    grave_first: list[Match | Notice] = sorted(found, key=lambda one: gravity(one.severity))
    matches = [one for one in found if isinstance(one, Match)]
    total = report.submitted.words or result.words
    return CasePage(
        number=result.number,
        part=result.part,
        address=address_of(result),
        url=result.url,
        place=result.place,
        title=result.title,
        date=result.date,
        published=result.published,
        at=result.at,
        digest=result.digest,
        same_as=result.same_as,
        words=words,
        page_words=total,
        share=min(1.0, words / total) if total else 0.0,
        source_share=_source_share(matches),
        longest_run=max((one.longest_run for one in matches), default=0),
        severity=grave_first[0].severity,
        statuses=tuple(dict.fromkeys(one.status for one in grave_first)),
        rules=tuple(dict.fromkeys(intern(one.rule) for one in grave_first if one.rule)),
        why=tuple(dict.fromkeys(intern(one.why) for one in grave_first if one.why)),
        sources=tuple(sorted({(intern(one.source.id), intern(one.source.version)) for one in matches})),
        passages=tuple(sorted(map(_taken, found), key=lambda one: (one.start, one.end, one.source))),
        first_seen=result.date,
        last_seen=result.date,
    )


def _taken(found: Match | Notice) -> Taken:
    passage = found.submitted
    source = found.source if isinstance(found, Match) else None
    return Taken(
        start=passage.start,
        end=passage.end,
        source=intern(source.id) if source else "",
        source_start=source.start if source else 0,
        source_end=source.end if source else 0,
        kind=intern(str(found.kind)),
        status=found.status,
        severity=found.severity,
        words=found.words if isinstance(found, Match) else len(passage.text.split()),
        rule=intern(found.rule),
        file=passage.file,
    )


def _source_share(matches: Iterable[Match]) -> float:
    """The share of the story that most is taken of; words of it that two passages take count once."""
    by_story: dict[str, list[Match]] = {}
    for match in matches:
        by_story.setdefault(match.source.id, []).append(match)
    return max((_share_of(taken) for taken in by_story.values()), default=0.0)


def _share_of(matches: Sequence[Match]) -> float:
    length, reached = 0, 0
    for start, end in sorted((one.source.start, one.source.end) for one in matches):
        length += max(0, end - max(start, reached))
        reached = max(reached, end)
    spans = sum(one.source.end - one.source.start for one in matches)
    share = sum(one.source_share for one in matches)
    return min(1.0, share * length / spans) if spans else min(1.0, share)
