"""The notices of a draft as the report tells them."""

from __future__ import annotations

from collections.abc import Sequence

from checker.model import Notice, Passage
from checker.quotations import Span
from checker.rights.agencies import Agencies
from checker.rights.notices import notices
from checker.rights.nouns import Notice as Found
from checker.rights.nouns import NoticeKind

OF_RIGHTS = (NoticeKind.COPYRIGHT, NoticeKind.RESTRICTION)
"""Notices that no passage takes in: they say whose the text is, and are not part of it as a dateline is."""


def noticed(text: str, agencies: Agencies) -> tuple[Notice, ...]:
    """Every notice of rights or credit in a text, in order."""
    return tuple(_told(one, text, agencies) for one in notices(text, agencies))


def of_rights(noticed: Sequence[Notice]) -> list[Span]:
    """The spans of those that are set apart from what is copied."""
    return [(one.submitted.start, one.submitted.end) for one in noticed if one.kind in OF_RIGHTS]


def _told(one: Found, text: str, agencies: Agencies) -> Notice:
    return Notice(
        Passage(one.start, one.end, text[one.start : one.end]),
        str(one.kind),
        one.holder,
        one.agency,
        agencies.by_id[one.agency].name if one.agency else "",
        one.years,
        tuple(map(str, one.terms)),
    )
