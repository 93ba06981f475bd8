"""When a page was seen and when it was published, as it says itself, and the times as of which it is judged.

What is said of time comes in every form: ISO 8601, the dates of WARC (ISO 28500) and of mail and HTTP (RFC 5322, RFC
9110), seconds or milliseconds since 1970. What cannot be one of them is no date, and that is said.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from checker.audit.nouns import Page, Terms
from checker.audit.published import published_by
from checker.policy.times import DAY, FIRST, LONGEST
from checker.readers.document import Document
from checker.readers.rows import PUBLISHED
from checker.rights.release import instant

TOLERANCE = timedelta(days=1)
"""So far ahead of the audit's own time clocks and zones may be."""
EPOCH = re.compile(r"-?\d{9,14}(?:\.\d{1,9})?")
MILLISECONDS = 100_000_000_000
"""From here on a number counts milliseconds: as seconds it would lie behind the year 5000."""
STAMP = re.compile(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)")
"""As web archives name their copies: 20290403070000, in UTC."""
FRACTION = re.compile(r"(\.\d{6})\d+")
DATE, PUBLICATION = "date", "date of publication"
OWN_TIME = "; it was judged as of the audit's own time"
MISSING = "It has no date; it was judged as of the audit's own time."
TWISTED = "It says that it was published after it was seen."


@dataclass(frozen=True, slots=True)
class Moments:
    """`seen` at its address, and `published`: aware, in UTC, None unknown or none that can be.

    `at` are the times as of which it is judged, one or two, none later than the audit's own. `remarks` are sentences.
    """

    seen: datetime | None
    published: datetime | None
    at: tuple[datetime, ...]
    remarks: tuple[str, ...] = ()


def moments(page: Page, document: Document | None, terms: Terms) -> Moments:
    """What a page, and its text if it has one, say of its time."""
    remarks: list[str] = []
    seen = _moment(page.date, DATE, terms, remarks)
    if not page.date.strip():
        remarks.append(MISSING)
    published = _moment(_published(page, document), PUBLICATION, terms, remarks)
    if seen and published and published > seen:
        remarks.append(TWISTED)
    own = min(seen or terms.at, terms.at)
    both = (own, min(published, terms.at)) if published else (own,)
    return Moments(seen, published, tuple(dict.fromkeys(both)), tuple(remarks))


def _published(page: Page, document: Document | None) -> str:
    """What whoever gave the page says counts before what the page says itself."""
    said = [page.facts.get(key, "") for key in PUBLISHED]
    return next((one for one in said if one.strip()), "") or (published_by(document) if document else "")


def _moment(said: str, what: str, terms: Terms, remarks: list[str]) -> datetime | None:
    """The time that is said; None, and a remark, where there is none that can be read or that has come yet."""
    said = said.strip()
    if not said:
        return None
    shown = ascii(said if len(said) <= LONGEST else f"{said[: LONGEST - 3]}...")
    judged = "; it was judged as of that" if what == DATE else ""
    found = time_of(said)
    if found is None:
        remarks.append(f"Its {what} {shown} is none that can be read{OWN_TIME if what == DATE else ''}.")
        return None
    when = found.replace(tzinfo=UTC) if found.tzinfo is None else found
    if when > terms.at + TOLERANCE:
        remarks.append(f"Its {what} {shown} is later than the audit's own time{judged}.")
        return None
    if DAY.fullmatch(said):
        remarks.append(f"Its {what} names no hour; the day was taken from 00:00 UTC on.")
    elif found.tzinfo is None:
        remarks.append(f"Its {what} names no zone; it was taken as UTC.")
    return when


def time_of(said: str) -> datetime | None:
    """The time in any of the forms, in UTC, or without a zone where none is named; None: it is in none of them."""
    said = said.strip()
    try:
        if stamp := STAMP.fullmatch(said):
            found: datetime | None = datetime(*map(int, stamp.groups()), tzinfo=UTC)  # type: ignore[misc,arg-type]
        elif EPOCH.fullmatch(said):
            number = float(said)
            seconds = number / 1000 if abs(number) >= MILLISECONDS else number
            found = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
        else:
            found = instant(FRACTION.sub(r"\1", said)) if len(said) <= 2 * LONGEST else None
            found = found or _of_mail(said)
        if found is None or found.year < FIRST:
            return None
        return found.astimezone(UTC) if found.tzinfo else found
    except (ValueError, OverflowError):
        return None


def _of_mail(said: str) -> datetime | None:
    """As mail and HTTP write it; -0000 there says that the zone is not known."""
    if len(said) > 2 * LONGEST or not said.isascii():
        return None
    try:
        return parsedate_to_datetime(said)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
