"""The plan of an audit: its pages in chunks, and which of them are the same as an earlier one.

Both go by the pages alone, never by time, so that an audit that goes on has the chunks that it began with.
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from checker.audit.nouns import Page, PageKind
from checker.audit.within import PASSED_OVER, metadata_of, standing_of, within_of
from checker.readers import detect
from checker.readers.formats import PEEK, Start
from checker.readers.rows import PUBLISHED

MOST_PAGES, MOST_BYTES = 64, 8 << 20
"""A chunk ends with the page that brings it to so many pages, or bytes of them."""
SINGLE = frozenset(("html", "text", "markdown", "docx", "pdf", "captions"))
"""Formats whose files are one text, which is called after its file. Of others the texts may have names of their own."""
TIMES = (*PUBLISHED, "created", "updated")
"""Facts that say when a page came out."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Pages that are judged together, and whose results are one file. `same` leads from pages to earlier ones.

    `digest` names the pages, whatever became of them: results of others are not taken for theirs.
    """

    number: int
    pages: tuple[Page, ...]
    same: Mapping[int, int]
    digest: str

    @property
    def fresh(self) -> list[Page]:
        """The pages that are judged for themselves."""
        return [page for page in self.pages if page.number not in self.same]

    @property
    def repeated(self) -> list[Page]:
        """The pages that are the same as earlier ones."""
        return [page for page in self.pages if page.number in self.same]


class Plan:
    """The chunks of a stream of pages. It keeps 16 bytes of every page that is not the same as an earlier one."""

    def __init__(self) -> None:
        self._seen: dict[bytes, int] = {}
        self._firsts: list[int] = []

    def chunks(self, pages: Iterable[Page]) -> Iterator[Chunk]:
        """Each chunk as soon as it is whole. To be asked once."""
        held: list[Page] = []
        size = 0
        for page in pages:
            held.append(page)
            size += len(page.body)
            if len(held) >= MOST_PAGES or size >= MOST_BYTES:
                yield self._chunk(held)
                held, size = [], 0
        if held:
            yield self._chunk(held)

    def chunk_of(self, number: int) -> int:
        """The number of the chunk in which a page is, of those that were given out."""
        return bisect_right(self._firsts, number) - 1

    def _chunk(self, pages: list[Page]) -> Chunk:
        self._firsts.append(pages[0].number)
        same: dict[int, int] = {}
        whole = hashlib.sha256()
        for page in pages:
            key = sameness(page)
            said = [page.number, page.input, page.place, page.url, page.date, dict(page.facts), page.unreadable]
            whole.update(json.dumps(said, sort_keys=True).encode() + (key or page.digest.encode()))
            first = self._seen.setdefault(key, page.number) if key else page.number
            if first != page.number:
                same[page.number] = first
        return Chunk(len(self._firsts) - 1, tuple(pages), same, whole.hexdigest())


def sameness(page: Page) -> bytes:
    """Equal for pages that give the same text, in which the same is found; b"" where a page is judged for itself.

    Pages of one sameness may differ in their address, date and site, and in the values of other facts.
    """
    if page.unreadable or not page.body or (page.kind is not PageKind.TEXT and not _is_single(page)):
        return b""
    said = [
        page.kind,
        page.charset.lower(),
        _ending(page.name),
        within_of(page),
        bool(standing_of(page)),
        page.doubts,
        page.facts.get(PASSED_OVER, ""),
        [page.facts.get(key, "") for key in TIMES],
        sorted(metadata_of(page)),
    ]
    digest = hashlib.blake2b(json.dumps(said).encode(), digest_size=16)
    digest.update(page.body)
    return digest.digest()


def _is_single(page: Page) -> bool:
    head = page.body[:PEEK]
    if page.charset and b"\0" in head:
        return False  # another format may come to light when it is decoded
    return detect(Start(page.name, head)).name in SINGLE


def _ending(name: str) -> str:
    """What a format is told by: "html", "html.gz"."""
    parts = name.lower().rsplit("/", 1)[-1].split(".")
    return ".".join(parts[-2:] if parts[-1] == "gz" else parts[-1:]) if parts[1:] else ""
