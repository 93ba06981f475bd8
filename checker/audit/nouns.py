"""The nouns of an audit: the page as it lies in an input, what holds for all pages, and what became of each text.

The same in every engine. `schema` has them as Arrow batches, which is how they travel between processes and machines.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from checker.policy.nouns import Policy


class PageKind(StrEnum):
    """What the bytes of a page are: a file, to be read by the registry of readers; the bare text itself in UTF-8; or a
    file that an address showed as it said that there is no page (any more)."""

    FILE = "file"
    TEXT = "text"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Page:
    """One page as it lies in an input (a file, a record, a line, a row), not yet read.

    `number` counts over all inputs, from 0, in an order that is always the same for the same inputs. `input` is as it
    was named, `place` says for people where it stands ("site.warc.gz, record 12"), `name` is what its readers call it
    (an ending counts). `date` is when it was seen at its address, ISO 8601 as stated, "" when nobody said. `charset`
    is what the file around it says its characters are in. `facts` are what is known besides: `record_id`,
    `record_offset`, `record_digest` of a WARC, title and the like of a line. `doubts` say why it is not whole.
    `unreadable` is a sentence where there is an entry and no page; then `body` is empty. `passed` are bytes of all
    inputs that were read up to here, of the inputs as they lie on disk: for progress.
    """

    number: int
    input: str
    place: str
    name: str
    body: bytes = b""
    kind: PageKind = PageKind.FILE
    url: str = ""
    date: str = ""
    charset: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    doubts: tuple[str, ...] = ()
    unreadable: str = ""
    passed: int = 0

    @property
    def digest(self) -> str:
        """SHA-256 of the bytes, hexadecimal; "" where there is no page."""
        return "" if self.unreadable else hashlib.sha256(self.body).hexdigest()


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for all pages of an audit.

    `at` (aware, UTC) is the audit's own time: pages without a date, or with one that is still to come, are judged as of
    it. `site` is the domain of pages that have no address. `channel` and `territory` are those of the occasion. `map`
    asks for what near-duplicates are told by.
    """

    at: datetime
    site: str = ""
    channel: str = "web"
    territory: str = ""
    own: tuple[str, ...] = ()
    map: bool = False

    def values(self) -> dict[str, Any]:
        """As plain values, for JSON."""
        return asdict(self) | {"at": self.at.isoformat()}

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Terms:
        """What `values` made. Raises ValueError, KeyError or TypeError for anything else."""
        return cls(**{**values, "at": datetime.fromisoformat(values["at"]), "own": tuple(values["own"])})


@dataclass(frozen=True, slots=True)
class Setting:
    """All that a page is judged by, besides the index."""

    policy: Policy
    terms: Terms


class Outcome(StrEnum):
    """What became of a text.

    Judged: there is a report. Gone: its address said that there is no page (any more), and showed no copy. Unreadable:
    there is an entry, but no page or text could be read from it. Unjudged: the page is there, and was not judged (its
    process ended, the index failed): it is done again by the next run.
    """

    JUDGED = "judged"
    GONE = "gone"
    UNREADABLE = "unreadable"
    UNJUDGED = "unjudged"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one text of a page: text `part` of page `number`, from 0; most pages are one text.

    `id` is the text's (its address, its path, the id in its line). `site` is the host it stands on, lower case, without
    a port. `date` is when it was seen and `published` when it says it was published, both ISO 8601 in UTC, "" unknown;
    `at` is the time as of which it was judged. `digest` is the page's. `same_as` is the number of an earlier page with
    the same bytes (-1: none), whose passages were judged anew for this date and site. `why` says in sentences why it
    was not judged, or not whole; `remarks` are worth a line. `report` is the JSON of the report where it found
    anything or is incomplete, else "". `body` is the page itself, where a case may come of it; else b"". `keys` and
    `bands` are the fingerprint of the text, only where a map was asked for.
    """

    number: int
    part: int
    outcome: Outcome
    input: str
    place: str
    name: str
    id: str
    kind: PageKind = PageKind.FILE
    url: str = ""
    site: str = ""
    title: str = ""
    date: str = ""
    published: str = ""
    at: str = ""
    charset: str = ""
    digest: str = ""
    same_as: int = -1
    verdict: str = ""
    severity: str = ""
    why: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    words: int = 0
    copied_words: int = 0
    copied_share: float = 0.0
    report: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    doubts: tuple[str, ...] = ()
    body: bytes = b""
    keys: tuple[int, ...] = ()
    bands: tuple[int, ...] = ()
