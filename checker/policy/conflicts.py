"""What in a policy contradicts itself, table against table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import combinations

from checker.model import Severity
from checker.policy.holders import agencies_of, identity
from checker.policy.item_terms import worldwide
from checker.policy.nouns import Licence, Policy, Waiver
from checker.policy.patterns import fits
from checker.policy.times import date_of, zone_named
from checker.rights.agencies import Agencies

Note = Callable[[Severity, int, str], None]
TERMS = ("days_on_web", "credit", "edits", "most_words", "most_share", "quotation_words")
LONG_AGO = timedelta(days=90)
EVER = datetime.max.replace(tzinfo=UTC)
NEVER = datetime.min.replace(tzinfo=UTC)


def find(policy: Policy, note: Note, at: datetime | None, rules_line: int) -> None:
    """Tell everything of the kind; with a time also the waivers that are over."""
    agencies = agencies_of(policy)
    _rules(policy, note, rules_line)
    _feeds(policy, note)
    for licence in policy.licences:
        _licence(licence, note)
    by_holder: dict[str, list[Licence]] = {}
    for licence in policy.licences:
        by_holder.setdefault(identity(licence.holder, agencies), []).append(licence)
    for licences in by_holder.values():
        for one, other in combinations(licences, 2):
            _overlap(one, other, note)
    for waiver in policy.waivers:
        _waiver(policy, waiver, note, at)
    for first, second in combinations(policy.waivers, 2):
        _twice(first, second, agencies, note)


def _rules(policy: Policy, note: Note, line: int) -> None:
    least = policy.rules.minimum_run
    if 0 < policy.rules.note_run <= least:
        note(Severity.WARNING, line, f"note_run does nothing: runs below minimum_run ({least}) are notes already")


def _feeds(policy: Policy, note: Note) -> None:
    seen: dict[str, int] = {}
    for feed in policy.feeds:
        name = feed.name.casefold()
        if name in seen:
            note(Severity.ERROR, feed.line, f"there are two feeds {feed.name!r}: here and in line {seen[name]}")
        seen.setdefault(name, feed.line)


def _licence(licence: Licence, note: Note) -> None:
    if licence.valid_from and licence.valid_until and licence.valid_until <= licence.valid_from:
        note(Severity.ERROR, licence.line, "the licence ends before it begins: until is not after from")
    if licence.days_on_web is not None and licence.channels and "web" not in map(str.casefold, licence.channels):
        note(Severity.WARNING, licence.line, 'days_on_web does nothing: "web" is not among the channels')


def _overlap(one: Licence, other: Licence, note: Note) -> None:
    """Two licences that would both apply somewhere: an error when they say different things there."""
    apart = one.feed and other.feed and one.feed.casefold() != other.feed.casefold()
    if apart or not (_share(one.channels, other.channels) and _share(one.territories, other.territories)):
        return
    if not _in_time((one.valid_from, one.valid_until), (other.valid_from, other.valid_until)):
        return
    where = f"this licence and that in line {one.line} would both apply to some copy of {other.holder}"
    if different := [term for term in TERMS if getattr(one, term) != getattr(other, term)]:
        say = f"{where}, and contradict each other in {', '.join(different)}: tell them apart by feed, channels, "
        note(Severity.ERROR, other.line, say + "territories, or from and until")
    else:
        note(Severity.WARNING, other.line, f"{where}, and say the same")


def _share(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two lists have something in common; an empty one is everything."""
    first, second = (tuple(map(str.casefold, names)) for names in (one, other))
    return worldwide(first) or worldwide(second) or not set(first).isdisjoint(second)


def _in_time(one: tuple[datetime | None, datetime | None], other: tuple[datetime | None, datetime | None]) -> bool:
    """Whether two half-open windows have an instant in common; None is without end."""
    begin = max(one[0] or NEVER, other[0] or NEVER)
    return begin < min(one[1] or EVER, other[1] or EVER)


def _waiver(policy: Policy, waiver: Waiver, note: Note, at: datetime | None) -> None:
    named = f"waiver “{waiver.name}”"
    if not (waiver.texts or waiver.stories or waiver.holder):
        note(Severity.ERROR, waiver.line, f"{named} is for nothing: name texts, stories or a holder")
    if waiver.lifts and not waiver.stories:
        what = " and ".join(waiver.lifts)
        note(Severity.ERROR, waiver.line, f"{named} must name the stories that it lifts from being {what}")
    if at and at >= waiver.until:
        ended = date_of(waiver.until, zone_named(policy.house.zone), None)
        long_ago = " long ago" if at - waiver.until > LONG_AGO else ""
        note(Severity.WARNING, waiver.line, f"{named} ended{long_ago}, {ended}: it does nothing and can go")


def _twice(one: Waiver, other: Waiver, agencies: Agencies, note: Note) -> None:
    """Two waivers for one text: an error when they are for the very same, for then it is open which one holds."""
    if one.holder and other.holder and identity(one.holder, agencies) != identity(other.holder, agencies):
        return
    same = one.texts == other.texts and one.stories == other.stories and bool(one.holder) == bool(other.holder)
    if same and (one.texts or one.stories or one.holder):
        said = f"there are two waivers for the same: here and in line {one.line}; keep the one that holds"
        note(Severity.ERROR, other.line, said)
    elif _meet(one.texts, other.texts) and _meet(one.stories, other.stories):
        both = next(_common(one.texts, other.texts), "") or next(_common(one.stories, other.stories), "")
        if both:
            said = f"there are two waivers for {both}: here and in line {one.line}; the first that is in force is named"
            note(Severity.WARNING, other.line, said)


def _meet(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return not one or not other or any(True for _ in _common(one, other))


def _common(one: Iterable[str], other: Iterable[str]) -> Iterator[str]:
    """Patterns of either list that one of the other fits."""
    for first in one:
        for second in other:
            if fits(first, second):
                yield second
            elif fits(second, first):
                yield first
