"""The notices of a draft as the report tells them."""

from __future__ import annotations

from collections.abc import Sequence

from checker.model import Notice, Passage
from checker.rights.agencies import Agencies
from checker.rights.nouns import Notice as Found


def noticed(found: Sequence[Found], text: str, agencies: Agencies) -> tuple[Notice, ...]:
    """The notices that were found in a text, in order."""
    return tuple(_told(one, text, agencies) for one in found)


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
