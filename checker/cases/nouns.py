"""The nouns of cases: what one outlet took of one story, on which pages, and what people made of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from checker.cases.decisions import Decision, State
from checker.model import Severity, Status


class CaseKind(StrEnum):
    """What a case is about: copy that was found in the index, or a notice of rights without any such copy."""

    COPY = "copy"
    NOTICE = "notice"


class Change(StrEnum):
    """How a case stands against the audit before. Without one every case is new.

    Taken down: all of its pages were seen again with other bytes and judged whole, and the copy is on none of them. Not
    seen: of at least one of its pages this audit can say nothing, so nothing is said of the case.
    """

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    TAKEN_DOWN = "taken-down"
    NOT_SEEN = "not-seen"


GONE = (Change.TAKEN_DOWN, Change.NOT_SEEN)
"""Cases of the audit before that this one did not find; their pages are those of that audit."""


@dataclass(frozen=True, slots=True)
class Taken:
    """One passage of a page that is in the case.

    Spans are half-open, in code points: `start`..`end` of the text that was matched, `source_start`..`source_end` of
    the story `source`. `file` is the span in the file as submitted, None where it has no characters of its own. Of a
    notice `source` is "" and its span empty.
    """

    start: int
    end: int
    source: str
    source_start: int
    source_end: int
    kind: str
    status: Status
    severity: Severity
    words: int
    rule: str = ""
    file: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class CasePage:
    """One page of a case: an address with the same bytes, however often it was seen.

    `number` and `part` lead to its result in the audit (-1 where that was another audit). `address` tells pages apart:
    the URL, else the text's id. `words` are those of the case's passages, each counted once; `share` is what they are
    of the page's `page_words`, `source_share` what the passages are of the story that most of is taken, both 0..1.
    `sources` are the ids of the stories with their versions. `captures` is how often it was seen, `first_seen` and
    `last_seen` when (ISO 8601, UTC, "" unknown). `reported` says where its report was laid aside while the cases are
    written.
    """

    number: int
    part: int
    address: str
    url: str
    place: str
    title: str
    date: str
    published: str
    at: str
    digest: str
    same_as: int
    words: int
    page_words: int
    share: float
    source_share: float
    longest_run: int
    severity: Severity
    statuses: tuple[Status, ...]
    rules: tuple[str, ...]
    why: tuple[str, ...]
    sources: tuple[tuple[str, str], ...]
    passages: tuple[Taken, ...]
    captures: int = 1
    first_seen: str = ""
    last_seen: str = ""
    reported: int = field(default=-1, compare=False)


def worst_of(pages: Iterable[CasePage]) -> CasePage:
    """The page with most words of the story; of equals the one with more of it."""
    return max(pages, key=lambda page: (page.words, page.source_share))


@dataclass(frozen=True, slots=True)
class Case:
    """What one outlet took of one family of stories.

    `id` is 12 hexadecimal digits of a hash over outlet and family: the same in every audit. `outlet` is the registrable
    domain of its pages. `rank` counts from 1, over all cases of the audit; `extent` is what it goes by within a
    severity (see `checker.cases.ranking`). `page_count` counts addresses. `words_most` and `share` are of the page with
    most words of it, `words_sum` is over all addresses; `source_share` is the largest of any page. `versions` are the
    stories whose words were found, as (id, version).

    `change`, `changed` ("pages", "words", "severity") and `remark` are against the audit before. `decision` is the
    last one that people made of it, `state` how it stands now.
    """

    id: str
    outlet: str
    family: str
    kind: CaseKind
    title: str
    holder: str
    severity: Severity
    rank: int
    extent: int
    page_count: int
    words_most: int
    words_sum: int
    share: float
    source_share: float
    longest_run: int
    first_seen: str
    last_seen: str
    statuses: tuple[Status, ...]
    rules: tuple[str, ...]
    why: tuple[str, ...]
    versions: tuple[tuple[str, str], ...]
    pages: tuple[CasePage, ...]
    change: Change = Change.NEW
    changed: tuple[str, ...] = ()
    remark: str = ""
    state: State = State.OPEN
    decision: Decision | None = None

    @property
    def stands(self) -> bool:
        """Whether this audit found it, and anything of it is more than a note."""
        return self.change not in GONE and self.severity != Severity.NOTE

    @property
    def seen(self) -> frozenset[str]:
        """The addresses of its pages."""
        return frozenset(page.address for page in self.pages)


@dataclass(frozen=True, slots=True)
class Outputs:
    """What was written, for the command line.

    `cases`, `by_severity` and `open` count the cases that stand, `by_change` all. `unjudged` are texts that are not
    wholly judged, `unread` those of them whose report was kept and cannot be read. `files` are the names of all that
    was written, within the folder. `remarks` are worth a line.
    """

    cases: int
    by_severity: Mapping[str, int]
    by_change: Mapping[str, int]
    open: int
    unjudged: int
    files: tuple[str, ...]
    remarks: tuple[str, ...] = ()
    unread: int = 0
