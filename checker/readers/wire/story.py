"""What wire formats have in common: the facts of an item, and what in its text is not copy."""

from __future__ import annotations

from enum import StrEnum


class Key(StrEnum):
    """The keys of `Document.metadata` for wire copy. Values are as the agency wrote them; dates are ISO 8601.

    Title, holder, stable id and version are fields of the document, not metadata.
    """

    HEADLINE = "headline"
    SLUG = "slug"
    BYLINE = "byline"
    DATELINE = "dateline"
    LANGUAGE = "language"
    CREATED = "created"
    UPDATED = "updated"
    COPYRIGHT = "copyright"
    USAGE = "usage_terms"
    CREDIT = "credit"
    SOURCE = "source"
    EMBARGO = "embargoed_until"
    EXPIRES = "expires"
    LICENCE_FROM = "licence_from"
    LICENCE_UNTIL = "licence_until"
    TERRITORY = "licence_territory"
    STATUS = "status"
    """usable, withheld or canceled; absent where the item does not say."""
    REPLACES = "replaces"
    """The id of the item, or of its version, that this one takes the place of."""
    EDNOTE = "editors_note"
    SIGNAL = "signal"
    """What the item is to earlier ones, in the agency's words: update, correction, writethru, kill ..."""
    GENRE = "genre"
    URL = "url"
    PARTIAL = "partial"
    """Why the text is not the whole story; absent where nothing says that it is not."""
    RIGHTS = "rights_expression"
    """ODRL or RightsML, verbatim."""
