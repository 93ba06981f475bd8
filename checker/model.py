"""The nouns of a report. Spans are half-open, in code points of the text as submitted.

The two sides of a match are always named `submitted` and `source`, in that order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

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
    """What the use is. Issue by issue, rights add more of these; readers must accept unknown ones."""

    COPIED = "copied"
    QUOTED = "quoted"
    STOCK = "stock"


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


Rectangle = tuple[float, float, float, float]
"""Left, bottom, right, top in points (1/72 inch), from the lower left corner of a page."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where people find a passage in its file. Only what the format knows is set; numbers count from 1.

    In a Word file `part` names the part of the package ("word/footnotes.xml"), `paragraph`
    counts within it and `run`..`last_run` within the paragraph. In a PDF `rectangles` are on
    `page`, one a line. In captions `begins` and `ends` are time codes (hh:mm:ss.mmm).
    """

    part: str = ""
    paragraph: int = 0
    run: int = 0
    last_run: int = 0
    page: int = 0
    rectangles: tuple[Rectangle, ...] = ()
    begins: str = ""
    ends: str = ""


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
    """text[start:end] of a protected story, and which story that is."""

    id: str
    start: int
    end: int
    text: str
    title: str = ""
    holder: str = ""
    story: str = ""
    version: str = ""
    current: bool = True


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
    `also` lists other stories that hold the same words, best first. `edits` follow the draft
    without gaps; where a passage is `rearranged` they jump in the source.
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
    file's characters were read, "" where it has none. `metadata` is what the file says of itself.
    """

    characters: int
    words: int
    copied_share: float
    copied_words: int = 0
    format: str = ""
    encoding: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)


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
class Report:
    """The whole answer about one text.

    `text` is the draft itself, for renderers, and `original` the characters of its file, markup and
    all, where passages lead into it ("" otherwise); neither is ever part of the JSON. `warnings`
    are worth a line and change no verdict.
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
    text: str = field(repr=False, default="")
    original: str = field(repr=False, default="")
    schema: str = SCHEMA
