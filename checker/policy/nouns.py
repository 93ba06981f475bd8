"""The nouns of a house's policy, as `wirecheck.toml` states them. All times are aware, in UTC."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from checker.thresholds import DEFAULT_THRESHOLDS, Thresholds


@dataclass(frozen=True, slots=True)
class House:
    """Who checks. Copy of itself and of these holders, and pages of these domains and of those below them, are its own.

    `channel` and `territory` are where a text is published when the check does not say; "" is anywhere.
    `zone` is an IANA time zone, for dates in the policy that name none.
    """

    name: str = ""
    holders: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    channel: str = ""
    territory: str = ""
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Rules:
    """What the house lets pass, whoever's copy it is. Lengths are in words, shares 0..1 of the draft.

    A copied passage whose longest run of words in a row is below `minimum_run` is set aside as too short to judge;
    below `note_run` it is a note. Copied passages that together are at most `tolerated_share` of the draft, and at
    most `tolerated_words`, are notes; where one of the two is 0 the other decides alone, and both 0 tolerate nothing.
    A quotation is allowed up to `quotation_words`, and
    (where `attribution` is asked for) only when the draft says whose words they are.
    `notices`: whether an agency's notice of rights flags a text in which no copy was found.
    """

    minimum_run: int = 0
    note_run: int = 0
    tolerated_share: float = 0.0
    tolerated_words: int = 0
    quotation_words: int = 60
    attribution: bool = True
    notices: bool = True


@dataclass(frozen=True, slots=True)
class Feed:
    """What is known of a feed: the time zone of its times that name none, and how a story's metadata tell it."""

    name: str
    zone: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Licence:
    """One licence that the house holds; `line` is where the file states it.

    It covers copy of `holder` (a name in any spelling, or an agency's id), and only that of `feed` where one is named.
    Empty `channels` and `territories` are all of them. The window is half-open: `valid_until` is the first instant
    that is no longer covered. `days_on_web` counts from the story's own time, on channel "web". `credit` are the
    lines of which a draft must carry one. `most_words` and `most_share` (0..1, of the story) limit what one draft
    may take of one story; `quotation_words`, where given, takes the place of the house's rule.
    """

    name: str
    holder: str
    feed: str = ""
    channels: tuple[str, ...] = ()
    territories: tuple[str, ...] = ()
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    days_on_web: int | None = None
    credit: tuple[str, ...] = ()
    edits: bool = True
    most_words: int | None = None
    most_share: float | None = None
    quotation_words: int | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Waiver:
    """A named exception: these texts (ids of drafts), or these stories, or this holder, until a time, for a reason.

    What is given must all hold; patterns have * and ?. `until` is the first instant that is no longer covered.
    A kill, a withholding or an embargo is lifted only where `lifts` names it ("killed", "withheld", "embargoed").
    """

    name: str
    reason: str
    until: datetime
    texts: tuple[str, ...] = ()
    stories: tuple[str, ...] = ()
    holder: str = ""
    by: str = ""
    lifts: tuple[str, ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True)
class Policy:
    """All of it. `origin` is the file it came from, "" for the built-in one; `digest` is of the file's bytes.

    `agencies` is a file of further agencies, "" for none.
    """

    house: House = House()
    rules: Rules = Rules()
    feeds: tuple[Feed, ...] = ()
    licences: tuple[Licence, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    agencies: str = ""
    thresholds: Thresholds = field(default=DEFAULT_THRESHOLDS)
    origin: str = ""
    digest: str = ""


DEFAULT_POLICY = Policy()
"""No licence and no exception: whatever is copied is an error."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """When, where and as what a text is published; what the policy is asked about.

    `at` is aware; None is a time that nobody told: then nothing is expired, and what is under an embargo at any time
    counts as embargoed. `channel` and `territory`, where "", are the house's own. `site` is the domain of a page.
    `own` are ids of stories that the draft itself was filed as.
    """

    at: datetime | None = None
    channel: str = ""
    territory: str = ""
    site: str = ""
    own: tuple[str, ...] = ()


NOWHERE = Occasion()
