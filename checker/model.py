"""The nouns of a report. Spans are half-open, in code points of the text as submitted.

The two sides of a match are always named `submitted` and `source`, in that order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from checker.places import Place
from checker.standing import NO_RIGHTS, Family, Rights

SCHEMA = "wirecheck.report/1"


class Verdict(StrEnum):
    CLEAR = "clear"
    FLAGGED = "flagged"
    INCOMPLETE = "incomplete"


class Kind(StrEnum):
    """How a passage was reused. Verbatim: word for word, whatever the case, accents or punctuation."""

    VERBATIM = "verbatim"
    EDITED = "edited"
    REWRITTEN = "rewritten"


class Status(StrEnum):
    """What the use comes to under a policy. Later versions may add some; readers must accept unknown ones."""

    COPIED = "copied"
    QUOTED = "quoted"
    STOCK = "stock"
    FACTS = "facts"
    NOTICE = "notice"
    LICENSED = "licensed"
    CREDIT_MISSING = "credit-missing"
    OVER_QUOTA = "over-quota"
    EMBARGOED = "embargoed"
    KILLED = "killed"
    WITHHELD = "withheld"
    EXPIRED = "expired"
    OWN = "own"
    WAIVED = "waived"


class Use(StrEnum):
    """What the words of a match are in the story, whatever may be done with them.

    Prose is the agency's own. A quotation is somebody else's speech or document inside it; a statement is one that
    several independent families carry. Stock is a phrase that everybody uses. Facts are names, figures and turns that
    two who report the same thing share without a common text. A notice is a line of rights or credit, or another line
    that sites set around texts.
    """

    PROSE = "prose"
    QUOTATION = "quotation"
    STATEMENT = "statement"
    STOCK = "stock"
    FACTS = "facts"
    NOTICE = "notice"


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Change(StrEnum):
    """One step of an edit script, read from source to submitted."""

    EQUAL = "equal"
    REPLACED = "replaced"
    INSERTED = "inserted"
    DELETED = "deleted"


class Reason(StrEnum):
    """Why a match was dropped."""

    TOO_SHORT = "too-short"
    STOCK_PHRASE = "stock-phrase"
    FORMULAIC = "formulaic-data"
    NAMES = "names-and-titles"
    SCATTERED = "scattered"


@dataclass(frozen=True, slots=True)
class Passage:
    """text[start:end] of the submitted text, and where that stands in the file as submitted.

    `file` is the span in the file's own characters, markup between included, and `ranges` the
    stretches of it without the markup; None and () where the text is the file's text, or the file
    has no characters to point at (then `places`). `label` is what the passage is in its file ("main",
    "furniture", "cloaked", "footer", ...), "" when that is not known.
    """

    start: int
    end: int
    text: str
    file: tuple[int, int] | None = None
    ranges: tuple[tuple[int, int], ...] = ()
    places: tuple[Place, ...] = ()
    label: str = ""


@dataclass(frozen=True, slots=True)
class SourcePassage:
    """text[start:end] of a protected story, and which story that is; `text` is "" once its term is over."""

    id: str
    start: int
    end: int
    text: str
    title: str = ""
    holder: str = ""
    story: str = ""
    version: str = ""
    current: bool = True
    rights: Rights = NO_RIGHTS
    family: Family | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """A line of rights or credit in the draft; see `checker.rights.nouns.Notice` for the other fields.

    `name` is the agency's name where `agency` is known, else "". `status` is `notice`; `why` says what decided the
    severity.
    """

    submitted: Passage
    kind: str
    holder: str = ""
    agency: str = ""
    name: str = ""
    years: tuple[int, ...] = ()
    terms: tuple[str, ...] = ()
    status: Status = Status.NOTICE
    severity: Severity = Severity.NOTE
    rule: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Edit:
    """One step of the edit script; spans on both sides, in the texts' own offsets."""

    change: Change
    submitted_start: int
    submitted_end: int
    source_start: int
    source_end: int


@dataclass(frozen=True, slots=True)
class Match:
    """One passage of the draft that reproduces one passage of a story.

    `similarity` is 0..1, over the words of both passages. `words` counts the matched
    words of the draft; `longest_run` the longest run of words that agree in a row;
    `source_share` is the share of the story's words that this match takes.
    `also` lists other stories that hold the same words, best first, one of each family and holder.
    `edits` follow the draft without gaps; where a passage is `rearranged` they jump in the source.

    `use` is what the words are; `speaker` whose words a quotation is, as the draft says it, "" where it does not.
    `quoted` are spans of the draft inside a passage of prose that are quotations. What the policy makes of it:
    `status`, `severity`, the name of the `rule` that decided, and `why` in one sentence for an editor.
    """

    submitted: Passage
    source: SourcePassage
    kind: Kind
    similarity: float
    words: int
    longest_run: int
    source_share: float
    status: Status = Status.COPIED
    severity: Severity = Severity.ERROR
    edits: tuple[Edit, ...] = ()
    also: tuple[SourcePassage, ...] = ()
    rearranged: bool = False
    use: Use = Use.PROSE
    speaker: str = ""
    quoted: tuple[tuple[int, int], ...] = ()
    rule: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Dropped:
    """A match that a named rule set aside, and why."""

    submitted: Passage
    source: SourcePassage
    similarity: float
    words: int
    reason: Reason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Submitted:
    """The draft in figures, and how its file was read.

    `characters` and `words` are of the text that was matched; `copied_share` is the share of its words inside
    reported matches (their union). `format` is a name of the readers' registry; `encoding` is how the
    file's characters were read, "" where it has none. `metadata` is what the file says of itself. `reading` says how
    the file was read, where the way that showed the most is not the usual one ("with the hidden words"), else "".
    """

    characters: int
    words: int
    copied_share: float
    copied_words: int = 0
    format: str = ""
    encoding: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)
    reading: str = ""


@dataclass(frozen=True, slots=True)
class StorySummary:
    """What the draft takes from one story, over all its matches."""

    id: str
    title: str
    holder: str
    words: int
    submitted_share: float
    source_share: float
    longest_run: int


@dataclass(frozen=True, slots=True)
class IndexStamp:
    spec: str
    works: int


@dataclass(frozen=True, slots=True)
class Tool:
    name: str
    version: str


@dataclass(frozen=True, slots=True)
class Judged:
    """Under which policy, and for which occasion, a report was judged. `at` is UTC, ISO 8601, "" when not told."""

    policy: str = ""
    digest: str = ""
    at: str = ""
    channel: str = ""
    territory: str = ""
    site: str = ""
    own: tuple[str, ...] = ()


NOT_JUDGED = Judged()


@dataclass(frozen=True, slots=True)
class Report:
    """The whole answer about one text.

    `unjudged` are the reasons why something could not be judged; `reasons` are those, and what decided the verdict.
    `text` is the draft itself, for renderers, and `original` the characters of its file, markup and
    all, where passages lead into it ("" otherwise); neither is ever part of the JSON. `warnings`
    are worth a line and change no verdict. `disguises` are sentences about copy that was found only by reading the
    file otherwise than it asks to be read: signs that somebody hid it.
    """

    id: str
    verdict: Verdict
    reasons: tuple[str, ...]
    submitted: Submitted
    matches: tuple[Match, ...]
    dropped: tuple[Dropped, ...]
    stories: tuple[StorySummary, ...]
    index: IndexStamp
    tool: Tool
    warnings: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()
    unjudged: tuple[str, ...] = ()
    judged: Judged = NOT_JUDGED
    disguises: tuple[str, ...] = ()
    text: str = field(repr=False, default="")
    original: str = field(repr=False, default="")
    schema: str = SCHEMA
