"""How long the text of a story may be kept: the ends of its term, and by what each of them is set."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from checker.policy.holders import identity, short_name
from checker.policy.item_terms import shown
from checker.policy.nouns import Policy
from checker.policy.times import date_of, moment, zone_named
from checker.rights.agencies import Agencies
from checker.rights.item import rights_of
from checker.standing import Rights
from fingerprints.index import StoredWork

CENTURY = 36_525
"""Days; whatever is longer is for ever."""


@dataclass(frozen=True, slots=True)
class End:
    """One end of a story's term, and how an editor reads it; `at` is None where it is told but cannot be read."""

    at: datetime | None
    why: str


def past_term(
    stored: StoredWork, policy: Policy, agencies: Agencies, now: datetime, older_than: int | None = None
) -> list[End]:
    """The ends of a story's term that `now` (aware) has reached, earliest first, then those that cannot be read.

    A story's term ends when the item says (`expires`, `licence_until`), and so many days after its own time (or its
    coming, when it tells none that has been): `older_than`, and the days that the policy's licences for its holder or
    feed allow, the longest of them, none if one of them names no days. Of a time that can be read in two ways the
    earlier counts; a licence "until" a day ends with that day.
    """
    rights = rights_of(stored)
    ends = [*_of_item(rights, policy, now), *_of_days(stored, rights, policy, agencies, now, older_than)]
    reached = sorted((end.at, end.why) for end in ends if end.at is not None and end.at <= now)
    return [*(End(at, why) for at, why in reached), *(end for end in ends if end.at is None)]


def _of_item(rights: Rights, policy: Policy, now: datetime) -> Iterator[End]:
    zone = zone_named(_zone(rights.feed, policy))
    for name, written in (("term", rights.expires), ("licence", rights.licence_until)):
        if not written.strip():
            continue
        when = moment(written, zone)
        if when is None:
            yield End(None, f"its {name} ends at a time that cannot be read ({shown(written)})")
            continue
        end = when.late if name == "licence" and when.whole_day else when.early
        yield End(end, f"its {name} ended {date_of(end, zone, now)} ({shown(written)})")


def _of_days(
    stored: StoredWork, rights: Rights, policy: Policy, agencies: Agencies, now: datetime, older_than: int | None
) -> Iterator[End]:
    zone = zone_named(_zone(rights.feed, policy))
    times = [moment(written, zone) for written in (rights.published, rights.added) if written.strip()]
    since = next((when.early for when in times if when and when.early <= now), None)
    if since is None:
        return
    if older_than is not None:
        yield End(
            _behind(since, older_than), f"it is of {date_of(since, zone, now)}, more than {_days(older_than)} old"
        )
    holder = identity(stored.work.holder, agencies)
    feed = rights.feed.strip().casefold()
    covering = [
        one
        for one in policy.licences
        if (not one.feed or one.feed.strip().casefold() == feed)
        and (identity(one.holder, agencies) == holder if holder else bool(one.feed))
    ]
    allowed = [one.days_on_web for one in covering]
    if covering and None not in allowed:
        days = max(one for one in allowed if one is not None)
        name = short_name(stored.work.holder, agencies) or rights.feed
        yield End(
            _behind(since, days),
            f"it is of {date_of(since, zone, now)}, and the licence of {name} gives it {_days(days)}",
        )


def _behind(since: datetime, days: int) -> datetime:
    return since + timedelta(days=min(days, CENTURY))


def _zone(feed: str, policy: Policy) -> str:
    """The zone of a feed's times that name none; the house's where the policy does not tell it."""
    name = feed.strip().casefold()
    return next((one.zone for one in policy.feeds if name and one.name.casefold() == name), "") or policy.house.zone


def _days(count: int) -> str:
    return f"{count:,} {'day' if count == 1 else 'days'}"
