"""The nouns of notices."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class NoticeKind(StrEnum):
    """What a line says. A copyright line may carry restrictions too; a restriction alone has no copyright line."""

    COPYRIGHT = "copyright"
    RESTRICTION = "restriction"
    CREDIT = "credit"
    DATELINE = "dateline"
    BYLINE = "byline"
    CONTRIBUTOR = "contributor"


class Act(StrEnum):
    """What a notice forbids."""

    PUBLISHED = "published"
    BROADCAST = "broadcast"
    REWRITTEN = "rewritten"
    REDISTRIBUTED = "redistributed"


@dataclass(frozen=True, slots=True)
class Notice:
    """text[start:end] is a notice, in code points.

    `holder` is whom it names, as written; "" when it names nobody. `agency` is the id of the agency that the
    holder is, "" for any other. `years` rise; both ends of a range are among them. `terms` are in the order of `Act`.
    `stated` are the spans within it that state rights, in order; only a copyright or a restriction has some. What else
    stands in a notice is prose until the story shows it as its own notice.
    """

    start: int
    end: int
    kind: NoticeKind
    holder: str = ""
    agency: str = ""
    years: tuple[int, ...] = ()
    terms: tuple[Act, ...] = ()
    stated: tuple[tuple[int, int], ...] = field(default=(), compare=False)
