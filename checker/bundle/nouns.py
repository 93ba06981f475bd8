"""The nouns of evidence: the pages, the stories, and what is known of how and by whom it was made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from checker.audit.nouns import Page, PageKind
from checker.model import Report, Tool
from checker.policy.nouns import Policy
from checker.standing import NO_RIGHTS, Rights
from fingerprints.index import Work
from fingerprints.spec import FingerprintSpec

SCHEMA = "wirecheck.evidence/1"


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What is known of a page besides its bytes, as `checker.audit.nouns.Page` has it.

    `part` says which of the texts of the page it is, from 0. `captures` is how often the same bytes were seen at the
    address, `first_seen` and `last_seen` when (ISO 8601, UTC), where an audit counted them. `matches` are the numbers,
    from 0, of those matches of its report that this evidence is about.
    """

    part: int
    number: int
    input: str
    place: str
    name: str
    kind: PageKind = PageKind.FILE
    url: str = ""
    date: str = ""
    charset: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    doubts: tuple[str, ...] = ()
    captures: int = 1
    first_seen: str = ""
    last_seen: str = ""
    matches: tuple[int, ...] = ()

    def page(self, body: bytes) -> Page:
        """The page with its bytes, as readers take it."""
        return Page(
            number=self.number,
            input=self.input,
            place=self.place,
            name=self.name,
            body=body,
            kind=self.kind,
            url=self.url,
            date=self.date,
            charset=self.charset,
            facts=self.facts,
            doubts=self.doubts,
        )

    @classmethod
    def of(cls, page: Page, part: int, matches: tuple[int, ...], seen: tuple[int, str, str] = (1, "", "")) -> PageFacts:
        """Of a page. `seen` are captures, first and last time."""
        return cls(
            part=part,
            number=page.number,
            input=page.input,
            place=page.place,
            name=page.name,
            kind=page.kind,
            url=page.url,
            date=page.date,
            charset=page.charset,
            facts=dict(page.facts),
            doubts=page.doubts,
            captures=seen[0],
            first_seen=seen[1],
            last_seen=seen[2],
            matches=matches,
        )


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One page: its bytes as they lay in the input, and the report on it as the check or the audit gave it."""

    facts: PageFacts
    body: bytes
    report: Report


@dataclass(frozen=True, slots=True)
class StoryFacts:
    """A story as the index holds it, without its text.

    `version` is as the report names it: the item's own, else the revision where there are several. `metadata` is what
    came with it, as received, and what was said of it later, without the desk's own words; `rights` is how that was
    read when the report was made, and `state_now` its state by the index now, "" where it is the same. `added` is when
    it came (UTC, ISO 8601). `expired` is when its text was removed from the index after its term, and `missing` is True
    where the index has no such text any more, or another one: then there is no text, and its passages are known by the
    report alone.
    """

    id: str
    title: str = ""
    holder: str = ""
    story: str = ""
    version: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)
    rights: Rights = NO_RIGHTS
    links: tuple[str, ...] = ()
    added: str = ""
    revision: int = 0
    current: bool = True
    words: int = 0
    expired: str = ""
    missing: bool = False
    state_now: str = ""

    @property
    def has_text(self) -> bool:
        """Whether its text is part of the evidence."""
        return not self.expired and not self.missing


@dataclass(frozen=True, slots=True)
class Story:
    """A story and its text, "" where that is gone."""

    facts: StoryFacts
    text: str = ""

    def work(self) -> Work:
        """As it is added to an index."""
        one = self.facts
        return Work(one.id, self.text, one.title, one.holder, one.story, one.version, dict(one.metadata))


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """The case that the evidence is of, as the audit has it."""

    id: str
    outlet: str = ""
    family: str = ""
    kind: str = ""
    title: str = ""
    holder: str = ""
    severity: str = ""
    state: str = ""
    audit: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """By whom and when (ISO 8601, UTC) the evidence was made, and with what.

    `libraries` are those that decide what is read and found, with their versions. `index` says what the index held.
    `time_stamped` is whether a time-stamp was asked for, and given, when it was made: then it may not be missing.
    """

    by: str
    at: str
    tool: Tool
    python: str
    libraries: Mapping[str, str]
    index: Mapping[str, str]
    time_stamped: bool = False


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The policy as it was: its file's bytes and those of its file of agencies, b"" where there is none, and read."""

    raw: bytes
    origin: str
    agencies: bytes
    policy: Policy


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that a bundle is made of. `decisions` are the lines of the log that are about the case, `chain` the SHA-256
    of every line of the log."""

    made: Made
    spec: FingerprintSpec
    rulebook: Rulebook
    exhibits: tuple[Exhibit, ...]
    stories: tuple[Story, ...]
    case: CaseFacts | None = None
    decisions: tuple[bytes, ...] = ()
    chain: tuple[str, ...] = ()
