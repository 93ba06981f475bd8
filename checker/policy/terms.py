"""Which licence covers a match, and what of its terms is not kept."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from checker.model import Kind, Notice, Severity, SourcePassage, Status, Use
from checker.policy.cases import Case, Desk, counted, times_of
from checker.policy.holders import identity, short_name
from checker.policy.item_terms import Barred, barred, window_end, worldwide
from checker.policy.nouns import Licence
from checker.policy.times import date_of, until

CREDITS = frozenset(("credit", "byline", "dateline", "contributor", "copyright"))
"""Kinds of notice that can be a credit line."""
WORDS = re.compile(r"[^\W_]+")
WEB = "web"
LONGEST_LINE = 400
"""Characters of a line of credit in which names are looked for."""
CENTURY = 36_525
"""Days."""


class Lack(IntEnum):
    """What keeps a licence from allowing a use; the gravest last."""

    NOTHING = 0
    CREDIT = 1
    EDITS = 2
    QUOTA = 3
    DAYS = 4
    ENDED = 5
    NOT_BEGUN = 6
    TERRITORY = 7
    CHANNEL = 8


COMES_TO = {
    Lack.CREDIT: (Status.CREDIT_MISSING, Severity.WARNING),
    Lack.EDITS: (Status.COPIED, Severity.WARNING),
    Lack.QUOTA: (Status.OVER_QUOTA, Severity.ERROR),
    Lack.DAYS: (Status.EXPIRED, Severity.ERROR),
    Lack.ENDED: (Status.EXPIRED, Severity.ERROR),
    Lack.NOT_BEGUN: (Status.COPIED, Severity.ERROR),
    Lack.TERRITORY: (Status.COPIED, Severity.ERROR),
    Lack.CHANNEL: (Status.COPIED, Severity.ERROR),
}
"""A warning can be put right in the text; an error needs another right."""


@dataclass(frozen=True, slots=True)
class Terms:
    """A licence for the copy of a match, the gravest that it lacks, and that in words behind "the licence"."""

    licence: Licence
    source: SourcePassage
    lack: Lack
    why: str

    @property
    def bars(self) -> bool:
        """Whether the licence holds for this place and time at all."""
        return self.lack >= Lack.ENDED


@dataclass(frozen=True, slots=True)
class Held:
    """A licence on the desk: its holder's identity, and what keeps it from this channel, territory and time."""

    licence: Licence
    holder: str
    misplaced: tuple[tuple[Lack, str], ...]


def held(desk: Desk) -> dict[str, list[Held]]:
    """The policy's licences by their holders; under "" those that name a feed, for copy of which no holder is known."""
    found: dict[str, list[Held]] = {}
    for licence in desk.policy.licences:
        holder = identity(licence.holder, desk.agencies)
        one = Held(licence, holder, tuple(_misplaced(desk, licence)))
        if holder:
            found.setdefault(holder, []).append(one)
        if licence.feed:
            found.setdefault("", []).append(one)
    return found


def for_copy(desk: Desk, source: SourcePassage) -> Iterator[Held]:
    """The licences for this copy: the holder's, and of those that name a feed only this one's."""
    feed = source.rights.feed.strip().casefold()
    for one in desk.held.get(identity(source.holder, desk.agencies), ()):
        if not one.licence.feed or one.licence.feed.strip().casefold() == feed:
            yield one


def terms_of(case: Case) -> Terms | None:
    """The licence that lacks least, of those for the copy of any story that holds the words; None without one.

    A story whose own rights stand against its use counts only when none other does.
    """
    found = [_terms(case, one, source) for source in case.sources for one in for_copy(case.desk, source)]
    if len(found) < 2:
        return found[0] if found else None
    return min(found, key=lambda one: (one.lack, one.lack is Lack.NOTHING and bool(bars_of(case, one.source))))


def bars_of(case: Case, source: SourcePassage) -> tuple[Barred, ...]:
    """What stands against the use of a story by its own rights."""
    if id(source) not in case.barred:
        case.barred[id(source)] = tuple(barred(case.desk, source))
    return case.barred[id(source)]


def _terms(case: Case, one: Held, source: SourcePassage) -> Terms:
    lack, why = next(_lacks(case, one, source), (Lack.NOTHING, ""))
    return Terms(one.licence, source, lack, why)


def _lacks(case: Case, one: Held, source: SourcePassage) -> Iterator[tuple[Lack, str]]:
    """What a licence lacks for this match, the gravest first."""
    yield from one.misplaced
    desk, licence = case.desk, one.licence
    if licence.days_on_web is not None and desk.channel in ("", WEB) and desk.at:
        if (since := _published(desk, source)) is None:
            yield Lack.DAYS, f"allows {licence.days_on_web} days on the web, and no time of the story is known"
        elif desk.at >= (end := since + timedelta(days=min(licence.days_on_web, CENTURY))):
            yield (
                Lack.DAYS,
                f"allows {licence.days_on_web} days on the web, over since {date_of(end, desk.zone, desk.at)}",
            )
    words, share = taken(case)
    if licence.most_words is not None and words > licence.most_words:
        yield Lack.QUOTA, f"allows {counted(licence.most_words)} of one story, and this takes {words:,}"
    if licence.most_share is not None and share > licence.most_share:
        yield Lack.QUOTA, f"allows {_percent(licence.most_share)} of one story, and this takes {_percent(share)}"
    if not licence.edits and case.match.kind != Kind.VERBATIM:
        yield Lack.EDITS, f"allows no edits, and this is {case.match.kind}"
    if licence.credit and not credited(desk, licence):
        yield Lack.CREDIT, "asks for a credit line, and there is none"


def _misplaced(desk: Desk, licence: Licence) -> Iterator[tuple[Lack, str]]:
    channels = [channel.casefold() for channel in licence.channels]
    if channels and desk.channel not in channels:
        told = f"this is for {desk.channel}" if desk.channel else "nobody said what this is for"
        yield Lack.CHANNEL, f"is for {', '.join(licence.channels)} only, and {told}"
    allowed = tuple(territory.casefold() for territory in licence.territories)
    outside = [one for one in desk.territories if one not in allowed]
    if not worldwide(allowed) and (outside or not desk.territories):
        told = f"this is for {', '.join(outside).upper()}" if outside else "nobody said where this is for"
        yield Lack.TERRITORY, f"is for {', '.join(licence.territories)} only, and {told}"
    zone = desk.zone_of(licence.feed)
    if desk.at and licence.valid_from and desk.at < licence.valid_from:
        yield Lack.NOT_BEGUN, f"begins {date_of(licence.valid_from, zone, desk.at)}"
    if desk.at and licence.valid_until and desk.at >= licence.valid_until:
        yield Lack.ENDED, f"ended {until(licence.valid_until, zone, desk.at)}"


def _published(desk: Desk, source: SourcePassage) -> datetime | None:
    """The story's own time; None where it says none.

    One that is still to come cannot be true of a story that is here: then when it came, by which it was out.
    """
    own = [when.early for _, when in times_of(desk, source, source.rights.published) if when]
    if not own or (desk.at and own[0] <= desk.at):
        return own[0] if own else None
    came = [when.early for _, when in times_of(desk, source, source.rights.added) if when]
    return min((*own, *came))


def story_of(case: Case) -> tuple[str, str]:
    """Which story a match is of, over all its versions."""
    source = case.match.source
    return case.holder, source.family.id if source.family else source.story or source.id


def taken(case: Case) -> tuple[int, float]:
    """How many words the whole draft takes of a story, and how much of it (0..1).

    Quotations within the house's length are left out, and what is too short for it to judge. Words that the draft
    takes twice count twice, but not in the share.
    """
    desk = case.desk
    if not desk.taken:
        stories: dict[tuple[str, str], list[Case]] = {}
        for one in desk.cases:
            stories.setdefault(story_of(one), []).append(one)
        desk.taken.update({story: _taken(list(filter(_counts, cases))) for story, cases in stories.items()})
    return desk.taken[story_of(case)]


def _counts(case: Case) -> bool:
    rules, use = case.desk.policy.rules, case.match.use
    if use in (Use.STOCK, Use.FACTS, Use.NOTICE, Use.STATEMENT) or case.run < rules.minimum_run:
        return False
    return use != Use.QUOTATION or case.words > rules.quotation_words


def _taken(cases: list[Case]) -> tuple[int, float]:
    spans = []
    for case in cases:
        source = case.match.source
        share = case.match.source_share * case.words / max(1, case.match.words)
        spans.append((source.id, source.start, source.end, share / max(1, source.end - source.start)))
    total, reached, last = 0.0, 0, ""
    for id, start, end, density in sorted(spans):
        start = max(start, reached) if id == last else start
        total += max(0, end - start) * density
        reached, last = max(end, reached) if id == last else end, id
    return sum(case.words for case in cases), min(1.0, round(total, 4))


def credited(desk: Desk, licence: Licence) -> bool:
    """Whether a line of credit of the draft has one that the licence asks for, or names the agency that it is."""
    if licence.credit not in desk.credited:
        desk.credited[licence.credit] = any(_is_said(desk, credit) for credit in licence.credit)
    return desk.credited[licence.credit]


def _is_said(desk: Desk, credit: str) -> bool:
    wanted, holder = f" {bare_words(credit)} ", identity(credit, desk.agencies)
    return any((wanted.strip() and wanted in text) or holder in named for text, named in _said(desk))


def _said(desk: Desk) -> list[tuple[str, frozenset[str]]]:
    """The draft's lines of credit, in bare words, and whom each names; "(AFP/dpa)" names two."""
    if desk.said is None:
        lines = [notice for notice in desk.report.notices if notice.kind in CREDITS]
        desk.said = [(f" {bare_words(line.submitted.text)} ", _named(desk, line)) for line in lines]
    return desk.said


def _named(desk: Desk, line: Notice) -> frozenset[str]:
    inside = {found.id for found in desk.agencies.find(line.submitted.text[:LONGEST_LINE])}
    return frozenset(filter(None, {line.agency, identity(line.holder, desk.agencies), *inside}))


def bare_words(line: str) -> str:
    """A line without its capitals and marks."""
    return " ".join(WORDS.findall(unicodedata.normalize("NFKC", line).casefold()))


def licensed_from(case: Case, terms: Terms) -> str:
    """ "licensed from dpa until 30 November"; the end is the item's own where that comes first."""
    desk, licence = case.desk, terms.licence
    ends = [one for one in (licence.valid_until, window_end(desk, terms.source)) if one]
    last = f" until {until(min(ends), desk.zone_of(licence.feed), desk.at)}" if ends and not terms.bars else ""
    return f"licensed from {short_name(licence.holder, desk.agencies)}{last}"


def _percent(share: float) -> str:
    return f"{share * 100:.3g} %"
