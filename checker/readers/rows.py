"""One row of a table of pages or texts, as columns of Parquet and members of a JSON line name it, to what it holds.

A row is a page (`html`, or its `body` or `content`), or a bare `text`. Tables of crawlers, content systems and
Common Crawl's index name the same things in several ways; the first name that a row has counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from checker.readers import editors
from checker.readers.document import MOST_TEXT, Document, Unreadable
from checker.readers.jsonl import document
from checker.readers.pieces import Piece
from checker.readers.warc import CHARSET, named

PAGE = ("html", "raw_html")
FILE = ("body", "content")
SEEN = ("fetch_time", "fetched", "fetched_at", "crawled", "crawled_at", "crawl_date", "retrieved", "seen", "timestamp")
"""When a page was seen at its address. `date` means that too, unless one of these is there: then, when it came out."""
PUBLISHED = ("published", "published_at", "date_published", "datePublished", "pub_date", "pubDate", "created")
TYPE, ENCODING = ("content_type", "content_mime_type", "mime_type"), ("charset", "content_charset", "encoding")
LONGEST_FACT = 2_000
"""Characters of what else is told of a page; what is longer is text, not a fact of one."""
MOST_FACTS = 64 * 1024
"""Characters of all of them together; a row that says more says it in vain."""
KNOWN = frozenset(("id", "url", "date", *PAGE, *FILE, "text", *SEEN, *PUBLISHED, *TYPE, *ENCODING))
COLUMNS = (*sorted(KNOWN), "title", "holder", "story", "version", "site", "language", "author")
"""What is read of a table; other columns are not looked at."""
CUT = f"only its first {MOST_TEXT >> 20} MB were read"
NOTHING = 'It has neither "html" nor "text".'
ODD = "some of its characters are not UTF-8"

Values = Mapping[str, object]


def row(values: Values, name: str, standing: str) -> Piece | Document | Unreadable:
    """What a row of the file `name` holds; `standing` says where in it: "line 3", "row 3"."""
    place = f"{name}, {standing}"
    held = next((key for key in (*PAGE, "text", *FILE) if values.get(key) not in (None, "", b"")), "")
    held = held or ("text" if values.get("text") is not None else "")
    if not held or isinstance(values[held], dict | list):
        if found := editors.document(values):
            return replace(found, id=_word(values.get("id")) or found.id or place, place=standing)
        if not held:
            return Unreadable(place, NOTHING)
    address = _word(values.get("url"))
    if held == "text":
        return _text(values, address, place, standing)
    body = values[held]
    if isinstance(body, str):
        body = body.encode("utf-8", "replace")
    if not isinstance(body, bytes):
        return Unreadable(place, f'Its "{held}" is neither a string nor bytes.')
    id = _word(values.get("id")) or address or place
    typed = _first(values, TYPE)
    charset = CHARSET.search(typed)
    return Piece(
        place,
        named(address or id, "text/html" if held in PAGE else typed),
        body[: MOST_TEXT + 1],  # its reader sees that there was more, and says so
        id,
        standing,
        _first(values, ENCODING) or (charset[1] if charset else ""),
        facts_of(values),
    )


def _text(values: Values, address: str, place: str, standing: str) -> Document | Unreadable:
    text, doubts = values.get("text"), []
    if isinstance(text, bytes):
        written = text.decode("utf-8", "replace")
        doubts += [ODD] if written.encode("utf-8") != text else []
        text = written
    if isinstance(text, str) and len(text) > MOST_TEXT:
        text = text[:MOST_TEXT]
        doubts.append(CUT)
    id = values.get("id") if _word(values.get("id")) else address
    found = document({**values, "id": id, "text": text}, place, 0)
    return found if isinstance(found, Unreadable) else replace(found, place=standing, incomplete=tuple(doubts))


def facts_of(values: Values) -> dict[str, str]:
    """What is known of a page besides: `url`, `date` (when it was seen), `published`, and whatever short words more."""
    facts = brief({key: value for key, value in values.items() if key not in KNOWN})
    seen, published = _first(values, SEEN), _first(values, PUBLISHED)
    dated = _word(values.get("date"))
    known = {
        "url": _word(values.get("url")),
        "date": seen or dated,
        "published": published or (dated if seen else ""),
    }
    return {**facts, **{key: value for key, value in known.items() if value}}


def brief(values: Values) -> dict[str, str]:
    """Of what is told of a page the words that are short, and of these as many as there is room for."""
    facts: dict[str, str] = {}
    room = MOST_FACTS
    for key, value in values.items():
        if isinstance(value, str) and len(value) <= LONGEST_FACT:
            room -= len(key) + len(value)
            if room < 0:
                break
            facts[key] = value
    return facts


def _first(values: Values, names: tuple[str, ...]) -> str:
    return next((word for name in names if (word := _word(values.get(name)))), "")


def _word(value: object) -> str:
    """A value as a word; "" for what is none."""
    if isinstance(value, bytes):  # as tables have it whose columns are not said to be text
        value = value[: 4 * LONGEST_FACT].decode("utf-8", "replace")
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value).strip()[:LONGEST_FACT]
