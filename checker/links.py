"""The strings by which versions of one story find each other in an index: ids, story numbers, slugs of a day."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from checker.readers.wire.story import Key
from checker.readers.wire.words import SIGNAL
from checker.rights.release import instant
from fingerprints.index import LINKS, Work

LONGEST = 200
"""Characters of a link; a longer name is kept by its hash."""
NAMES = re.compile(r"\s*[;\n]\s*|\s+(?=urn:|tag:)")
"""Between several ids in one field."""
REVISIONS = (
    # urn:newsml:provider:date:item:revision (RFC 3085), and dpa's /3 behind such a name
    re.compile(r"(urn:newsml:[^:]+:[^:]+:[^:]+):\d+[A-Z]?$"),
    re.compile(r"(urn:newsml:.{8,})/\d{1,3}$"),
    # Reuters' versionedGuid
    re.compile(r"(tag:reuters\.com.{8,}):\d+$"),
    # AP's etag: a hash and a number
    re.compile(r"([0-9a-f]{32})_\d+[a-z0-9]*$"),
    re.compile(r"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})[:_/]\d{1,3}$"),
)
"""Ids with a revision behind them, in the forms of those that number them so."""
CYCLE = re.compile(r"^(?:AM|PM|BC|AP)-+(?=\S)")
DESK = re.compile(r"^[A-Z]{2,3}--(?=\S)")
"""What stands before a slug: the cycle (AM-, PM-, BC-), then the region or the desk (US--)."""
VERSION = (
    r"(?:lead|\d+(?:st|nd|rd|th)[ -]?(?:ld|lead|add|take|net|update|sub)s?)(?:[ -]+(?:writethru|writethrough|wri\w*))?"
    r"|(?:ld[ -]?)?(?:writethru|writethrough)|\d+ takes?|takes? \d+|take \w+|\d*add|subs?|updates? ?\d*"
    r"|correct(?:ed|ion|ive|s)|refile"
)
"""What tells in a slug of a version or a part of a story that has others."""
MARK = re.compile(VERSION, re.IGNORECASE)
LEAD = re.compile(
    rf"{VERSION}|bjt|rdp|urgent|bulletin|flash|adv\.? ?\d\d?|pix|graphic|tv|picture|repeat|wrapup \d*|\d{{1,4}}",
    re.IGNORECASE,
)
"""What else may stand behind the name in a slug."""
PARTS = re.compile(r",\s*|\s+-\s+|-(?=\d+(?:st|nd|rd|th)\b)", re.IGNORECASE)
SPACE = re.compile(r"[\W_]+")
SLUG_AHEAD = re.compile(r"^[\W_]*((?:AM|PM|BC|AP)-[^\n]{2,60})")
TOLD_APART = 5
"""Digits that an id without its revision must still have, so that it is one story's."""
SHORT = 4
"""Letters that a slug must have: "US" names no story."""


def links_of(work: Work) -> tuple[str, ...]:
    """The strings under which a work is kept, so that others of its family find it; see `ReadIndex.linked`.

    `id:` its own id, without its revision too, and those it replaces; `story:` the story that it is told to be a
    version of; `slug:` its slug on its day, for feeds whose versions have no other name in common. At most LINKS.
    """
    slug = work.metadata.get(Key.SLUG, "") or _slug_ahead(work)
    found = [f"id:{name}" for name in names(work.id, work.version)]
    if work.story and work.story != slug:
        found.append(f"story:{work.story}")
    found += by_slug(work, slug)
    found += [f"id:{name}" for said in replaced(work) for name in names(said)]
    return tuple(dict.fromkeys(map(_short, found)))[:LINKS]


def names(id: str, version: str = "") -> Iterator[str]:
    """An id, and the same without the number of its revision, where its form shows which that is."""
    yield id
    for form in REVISIONS:
        if match := form.match(id[:1_000]):
            yield match[1]
            return
    for mark in "/_":
        base = id.removesuffix(f"{mark}{version}")
        if version.isdigit() and base != id and sum(map(str.isdigit, base)) >= TOLD_APART:
            yield base


def replaced(work: Work) -> list[str]:
    """The ids that a work says it takes the place of."""
    return [name for name in NAMES.split(work.metadata.get(Key.REPLACES, "")[:4_000]) if name][:LINKS]


def by_slug(work: Work, slug: str) -> list[str]:
    """The link of a slug on the day of the item, within its source; none without a day or a name."""
    name, day = slug_name(slug), _day(work)
    if not day or sum(map(str.isalpha, name)) < SHORT:
        return []
    source = SPACE.sub("", (work.metadata.get(Key.SOURCE, "") or work.holder).lower())[:40]
    return [f"slug:{source}:{name}:{day}"]


def slug_name(slug: str) -> str:
    """A slug without what tells its versions apart: "PM-Strike, 1st Ld-Writethru" is "strike"."""
    kept = re.split(r"[(\[]", slug[:LONGEST])[0]
    parts = [part.strip(" .-") for part in PARTS.split(kept)]
    while len(parts) > 1 and (LEAD.fullmatch(parts[-1]) or SIGNAL.fullmatch(parts[-1]) or not parts[-1]):
        parts.pop()
    name = DESK.sub("", CYCLE.sub("", ", ".join(parts), count=1), count=1)
    return SPACE.sub(" ", name.lower()).strip()


def marked(work: Work) -> bool:
    """Whether an item says that it is a version or a part of a story that has others."""
    slug = work.metadata.get(Key.SLUG, "") or _slug_ahead(work)
    said = [*re.split(r"[,()\[\]]", slug[:LONGEST])[1:], *PARTS.split(slug[:LONGEST])[1:]]
    said += work.metadata.get(Key.SIGNAL, "")[:LONGEST].split(",")
    return any(MARK.fullmatch(part.strip(" .-")) for part in said)


def _slug_ahead(work: Work) -> str:
    """A slug before the title or the text, where the item has none of its own."""
    for said in (work.title, work.text[:LONGEST]):
        if match := SLUG_AHEAD.match(said):
            return match[1]
    return ""


def _day(work: Work) -> str:
    """The day of an item, by its own clock; "" when it does not say."""
    for key in (Key.UPDATED, Key.CREATED):
        if instant(said := work.metadata.get(key, "")):
            return said.strip()[:10]
    return ""


def _short(link: str) -> str:
    if len(link) <= LONGEST:
        return link
    kind = link.partition(":")[0]
    return f"{kind}:#{hashlib.blake2b(link.encode('utf-8', 'surrogatepass'), digest_size=16).hexdigest()}"
