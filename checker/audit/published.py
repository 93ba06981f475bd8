"""When a text came out, as the text's own file says: its metadata, or the marks that web pages carry for machines.

Schema.org as JSON-LD and as microdata (https://schema.org/datePublished), and the names in `meta` that publishers use
besides the one that the reader of pages knows. What stands first counts: what follows may be of other stories.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from checker.readers.document import Document

KEYS = ("created", "updated")
"""Of a document's metadata: when it came out, else when it was changed."""
SCRIPT, SCRIPT_END, PROPERTY = "application/ld+json", "</script", "datePublished"
META = re.compile(r"<meta\b[^>]{0,600}>", re.IGNORECASE)
NAMED = re.compile(
    r"\bname\s{0,9}=\s{0,9}[\"']?(?:date|dc\.date(?:\.issued)?|dcterms\.(?:created|issued)|pub-?date|publish-?date|"
    r"parsely-pub-date|sailthru\.date|article\.published)(?=[\"' />])",
    re.IGNORECASE,
)
MARKED = re.compile(r"\bitemprop\s{0,9}=\s{0,9}[\"']?datePublished\b", re.IGNORECASE)
VALUE = re.compile(
    r"\b(?:content|datetime)\s{0,9}=\s{0,9}(?:\"([^\"]{4,60})\"|'([^']{4,60})'|([^\s\"'>]{4,60}))", re.IGNORECASE
)
HEAD = 1 << 18
"""Characters in which `meta` is looked for."""
LONGEST_TAG = 600
MOST = 20
"""Scripts and marks that are looked at."""
TYPES = re.compile(r"\w*(?:Article|Posting|Report)\w*|WebPage")
MOST_SCRIPT = 1 << 20
MOST_ITEMS = 200


def published_by(document: Document) -> str:
    """What it says, as it says it; "" where it says nothing."""
    created, updated = (document.metadata.get(key, "").strip() for key in KEYS)
    if created or document.format != "html":
        return created or updated
    html = document.original
    named = (tag for tag in META.findall(html[:HEAD]) if NAMED.search(tag))
    return _linked(html) or _value(_marked(html)) or _value(named) or updated


def _value(tags: Iterator[str]) -> str:
    found = (VALUE.search(tag) for tag in tags)
    return next((str(value[value.lastindex or 0]) for value in found if value), "")


def _marked(html: str) -> Iterator[str]:
    """Tags that say of themselves that they hold the date."""
    for at in _places(html, PROPERTY):
        begin, end = html.rfind("<", max(0, at - LONGEST_TAG), at), html.find(">", at, at + LONGEST_TAG)
        if 0 <= begin < end and MARKED.search(html[begin:end]):
            yield html[begin:end]


def _places(html: str, word: str) -> Iterator[int]:
    at = html.find(word)
    for _ in range(MOST):
        if at < 0:
            return
        yield at
        at = html.find(word, at + 1)


def _linked(html: str) -> str:
    for at in _places(html, SCRIPT):
        begin = html.find(">", at, at + LONGEST_TAG) + 1
        end = html.find(SCRIPT_END, begin, begin + MOST_SCRIPT) if begin else -1
        if end < 0 or PROPERTY not in html[begin:end]:
            continue
        try:
            found = json.loads(html[begin:end].strip(), strict=False)
        except (ValueError, RecursionError):
            continue
        for item in _items(found):
            said = item.get(PROPERTY)
            if isinstance(said, str) and said.strip() and any(map(TYPES.fullmatch, _types(item))):
                return said.strip()
    return ""


def _items(found: Any) -> Iterator[dict[str, Any]]:
    """The things that a script speaks of, not those that are parts of them."""
    for item in found[:MOST_ITEMS] if isinstance(found, list) else [found]:
        if isinstance(item, dict):
            yield item
            graph = item.get("@graph")
            yield from (one for one in (graph if isinstance(graph, list) else [])[:MOST_ITEMS] if isinstance(one, dict))


def _types(item: dict[str, Any]) -> list[str]:
    said = item.get("@type")
    return [one for one in (said if isinstance(said, list) else [said]) if isinstance(one, str)]
