"""What the rules look at: one match on the desk, and the desk with everything that all matches share."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from checker.model import Match, Report, SourcePassage
from checker.policy.holders import identity, within
from checker.policy.nouns import Occasion, Policy, Waiver
from checker.policy.patterns import any_fits
from checker.policy.times import Moment, date_of, moment, zone_named
from checker.rights.agencies import Agencies
from checker.standing import State

if TYPE_CHECKING:
    from checker.policy.item_terms import Barred
    from checker.policy.terms import Held, Terms

LISTED = re.compile(r"[,;/]")
LONGEST_TIME = 80
"""Characters of a time that are looked at; what is cut there is too long to be one."""
LONGEST_LIST = 2_000
"""Characters of a list of territories."""
GRAVITY = {State.USABLE: 0, State.CORRECTED: 1, State.WITHHELD: 2, State.KILLED: 3}


@dataclass(slots=True)
class Desk:
    """A report, the policy and the occasion, and what is worked out of them once for all matches.

    `remarks` are sentences for the report's reasons. `held` are the licences by their holder's identity. What is empty
    until somebody asks: `taken`, words and shares by story; `said`, the draft's lines of credit, and whether it is
    `credited` as a licence wants it; the `zones` of feeds. `together` counts the words that no rule before the
    tolerance allowed.
    """

    report: Report
    policy: Policy
    occasion: Occasion
    agencies: Agencies
    own: frozenset[str]
    zone: ZoneInfo
    cases: list[Case] = field(default_factory=list)
    remarks: dict[str, None] = field(default_factory=dict)
    taken: dict[tuple[str, str], tuple[int, float]] = field(default_factory=dict)
    said: list[tuple[str, frozenset[str]]] | None = None
    together: int = 0
    zones: dict[str, ZoneInfo] = field(default_factory=dict)
    held: dict[str, list[Held]] = field(default_factory=dict)
    credited: dict[tuple[str, ...], bool] = field(default_factory=dict)

    @property
    def at(self) -> datetime | None:
        return self.occasion.at

    @property
    def channel(self) -> str:
        """Where the text is published; "" is anywhere."""
        return (self.occasion.channel or self.policy.house.channel).strip().casefold()

    @property
    def territories(self) -> tuple[str, ...]:
        """For whom the text is published, folded; none is anywhere."""
        return listed(self.occasion.territory or self.policy.house.territory)

    def zone_of(self, feed: str) -> ZoneInfo:
        """The zone of a feed's times that name none."""
        if not feed:
            return self.zone
        if feed not in self.zones:
            name = feed.strip().casefold()
            zone = next((one.zone for one in self.policy.feeds if one.name.casefold() == name), "")
            self.zones[feed] = zone_named(zone) if zone else self.zone
        return self.zones[feed]

    def own_site(self, holder: str) -> bool:
        """Whether the page is one of the holder's own, if that is an agency."""
        agency = self.agencies.by_id.get(holder)
        return bool(agency and self.occasion.site and within(self.occasion.site, agency.domains))

    def at_home(self) -> bool:
        """Whether the page is the house's own, or nobody said whose page it is."""
        site, domains = self.occasion.site, self.policy.house.domains
        return not site or not domains or within(site, domains)

    def waivers(self, holder: str, *stories: str) -> Iterator[Waiver]:
        """The waivers in force for this text, for one of these stories and this holder, in the order of the file.

        Without `stories` those that name stories do not count. One that has ended is left out, with a remark.
        """
        for waiver in self.policy.waivers:
            named = not waiver.holder or identity(waiver.holder, self.agencies) == holder
            texts = not waiver.texts or any_fits(waiver.texts, self.report.id)
            if not (named and texts and (not waiver.stories or any_fits(waiver.stories, *stories))):
                continue
            if self.at and self.at >= waiver.until:
                ended = date_of(waiver.until, self.zone, self.at)
                self.remarks[f"waiver “{waiver.name}” ended {ended} and was not applied"] = None
                continue
            yield waiver


@dataclass(slots=True)
class Case:
    """One match: its holder's identity and short name, and its words outside of quotations.

    `sources` are the match's own and those others that hold all its words; `terms` are those of the licence for it, and
    `barred` (by the source, once somebody asks) what stands against a story's use by its own rights.
    """

    desk: Desk
    match: Match
    holder: str
    name: str
    words: int
    sources: tuple[SourcePassage, ...]
    terms: Terms | None = None
    barred: dict[int, tuple[Barred, ...]] = field(default_factory=dict)

    @property
    def run(self) -> int:
        """The longest run of words in a row that is no quotation."""
        return min(self.match.longest_run, self.words)

    @property
    def copy(self) -> str:
        """ "142 words of AP copy"."""
        quoted = self.match.words - self.words
        more = f" and {quoted} words quoted in it" if quoted else ""
        return f"{counted(self.words)} of {self.name or 'protected'} copy{more}"

    @property
    def waivers(self) -> Iterator[Waiver]:
        source = self.match.source
        return self.desk.waivers(self.holder, source.id, source.story, source.family.id if source.family else "")


def state_of(source: SourcePassage) -> State:
    """The gravest that is said of the item or its family; a name that only a later version knows is a withholding."""
    states = (source.rights.state, source.family.state if source.family else State.USABLE)
    return max((one if one in GRAVITY else State.WITHHELD for one in states), key=GRAVITY.__getitem__)


def times_of(desk: Desk, source: SourcePassage, *written: str) -> list[tuple[str, Moment | None]]:
    """What the given times of an item come to in its feed's zone; None for one that cannot be read."""
    given = [one for one in written if one and not one.isspace()]
    return [(one, moment(one[:LONGEST_TIME], desk.zone_of(source.rights.feed))) for one in given]


def listed(names: str) -> tuple[str, ...]:
    """A list of territories as one writes it, "DE, AT", in small letters."""
    return tuple(one.strip() for one in LISTED.split(names[:LONGEST_LIST].casefold()) if one.strip())


def counted(words: int) -> str:
    """ "1 word", "1,200 words"."""
    return f"{words:,} {'word' if words == 1 else 'words'}"
