"""What a page keeps, besides what it says, so that it is read as the file it lies in would be: formats, ids, places."""

from __future__ import annotations

import re
from collections.abc import Mapping

from checker.audit.nouns import Page, PageKind
from checker.readers.document import Document
from checker.readers.jsonl import OPTIONAL
from checker.readers.rows import brief

OURS = "wirecheck:"
"""Facts of ours begin so; no line or row can set them."""
WITHIN, ID, PASSED_OVER = f"{OURS}within", f"{OURS}id", f"{OURS}passed-over"
DIGEST = "record_digest"
WARC = "warc"
ROWS = ((WARC,), ("jsonl",), ("parquet",))
"""Formats in which what lies has a number and no name."""
STANDING = re.compile(r"(?:record|line|row) \d+$")


def told(facts: Mapping[str, str], within: tuple[str, ...], id: str) -> dict[str, str]:
    """The facts of a page: what is known of it, and what is needed to read it."""
    kept = {key: value for key, value in facts.items() if not key.startswith(OURS)}
    if within[-1:] == (WARC,) and (digest := kept.pop("digest", "")):
        kept[DIGEST] = digest
    ours = {WITHIN: "/".join(within), ID: id}
    return {**kept, **{key: value for key, value in ours.items() if value}}


def facts_of_text(document: Document, known: Mapping[str, str]) -> dict[str, str]:
    """What a line or a row says of its text, as facts; words too long to be one are left out."""
    extra = brief(document.metadata)
    if published := known.get("published"):
        extra.setdefault("published", published)
    return {**extra, **{key: value for key in OPTIONAL if (value := getattr(document, key))}}


def within_of(page: Page) -> tuple[str, ...]:
    """The formats of the files that a page lies in, outermost first."""
    said = page.facts.get(WITHIN, "")
    return tuple(said.split("/")) if said else ()


def metadata_of(page: Page) -> dict[str, str]:
    """The facts of a page as its reader writes them into the metadata of its texts."""
    facts = {key: value for key, value in page.facts.items() if not key.startswith(OURS)}
    if page.kind is PageKind.TEXT:
        return {key: value for key, value in facts.items() if key not in OPTIONAL}
    known = {"url": page.url, "date": page.date}
    if within_of(page)[-1:] == (WARC,):
        known = {"url": page.url or page.place, "date": page.date, "digest": facts.pop(DIGEST, "")}
    return {**facts, **{key: value for key, value in known.items() if value}}


def standing_of(page: Page) -> str:
    """Where in its file it stands ("record 3"); "" where its name says so."""
    standing = STANDING.search(page.place)
    return standing[0] if standing and within_of(page)[-1:] in ROWS else ""
