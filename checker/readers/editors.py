"""What editors and publishing systems save as JSON, to documents: one for each article, every paragraph at its place.

Where the text lies is found by `json_walk`. Here a tree is cut into its articles, where it is a collection of them,
and what an article says of itself is read: title, dates, address, author. No system is known by its name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from checker.places import Place
from checker.readers.document import Document, Label, Part, Reading
from checker.readers.json_walk import JsonText, find_rows, find_texts, keep_once
from checker.readers.wire.items import cleaned, facts
from checker.readers.wire.story import Key
from checker.readers.wire.values import CONTAINERS, Fields, simple
from checker.readers.wire.words import holder_of

FEWEST = 8
"""Words below which JSON holds no draft: settings have a phrase or two."""
MOST_LEVELS = 12
"""How deep in containers an article may lie; a deeper one is part of what is around it."""
LONGEST_TITLE = 200
COLLECTIONS = CONTAINERS | {"posts", "ordereditems", "outbox", "first", "records", "rows", "list", "pages", "object"}
TITLES = ("headline", "title", "headlines", "name", "subject")
NAMES = ("uri", "guid", "id", "link", "url", "canonicalurl", "permalink", "slug", "href")
DATES = (
    "published", "publishedat", "publisheddate", "datepublished", "firstpublishdate", "publishdate", "publicationdate",
    "pubdate", "date", "dategmt", "createdat", "created", "datecreated", "creationdate", "updatedat", "modified",
    "time",
)  # fmt: skip
WITHIN = ("basic", "rendered", "raw", "main", "value", "en", "default")
"""Names below a title under which it stands, where it stands there in several ways."""
PICTURES = frozenset(("image", "photo", "picture", "video", "media", "attachment", "audio", "gallery"))
PARTS = ("sys", "fields", "attributes")
"""Names of objects in which systems keep an article's own members."""
COMMENT = re.compile(r"<!--\s*[\w:/.-]{1,100}\s+(\{)")
"""What stands in the delimiter of a block, as WordPress writes them: JSON, in which some blocks keep their text."""
LINE = re.compile(r"[^\n]+")
ABOUT = re.compile(
    r"rights|usage|copyright|notice|terms|licen|note|instruction|keyword|subject|place|person|organi[sz]ation|genre|^(?:raw)?html$"
    r"|author|byline|credit|provider|source|service|categor|signal|schema|link|context"
)
"""Names of members that are about a text: their prose is none of it. A page (`html`) is a file of its own."""
LONG = 200
"""Characters of a member that may hold a passage."""
REST = 40
"""Runs of three words that the document has not, and its other members have."""
WITH_REST = "with the text in its other members"
WORD = re.compile(r"\w+")
AROUND = "the text around its articles"


@dataclass(frozen=True, slots=True)
class Article:
    """One article of a tree: where it lies (RFC 6901), its object, and the texts within."""

    pointer: str
    fields: Fields
    texts: tuple[JsonText, ...]


def documents(value: object) -> Iterator[Document]:
    """The articles of a value as documents without name and encoding; none where it holds no text to speak of.

    What stands around several articles is a document of its own. `place` is "" when there is one, else "article 2".
    """
    texts = _find_all(value)
    if not texts:
        return
    found = articles(value)
    if len(found) < 2:
        fields = found[0][1] if found else Fields(value)
        yield from _described(Article("", fields, tuple(texts)), "")
        return
    groups: list[list[JsonText]] = [[] for _ in found]
    around: list[JsonText] = []
    by_pointer = {pointer: number for number, (pointer, _) in enumerate(found)}
    for text in texts:
        number = next((by_pointer[above] for above in _above(text.pointer) if above in by_pointer), -1)
        (groups[number] if number >= 0 else around).append(text)
    for number, ((pointer, fields), group) in enumerate(zip(found, groups, strict=True), 1):
        yield from _described(Article(pointer, fields, tuple(group)), f"article {number:,}")
    yield from _described(Article("", Fields({}), tuple(around)), AROUND)


def _find_all(value: object) -> list[JsonText]:
    """The texts of a value, and those that it keeps word by word and not in one piece besides."""
    texts = list(find_texts(value))
    if rows := list(find_rows(value)):
        known = set(_runs(" ".join(text.text for text in texts)))
        texts += [row for row in rows if 2 * sum(run in known for run in _runs(row.text)) < len(row.text.split())]
    return texts


def document(value: object, fewest: int = 0) -> Document | None:
    """All text of a value as one document, whatever it consists of; None where there are no `fewest` words of it."""
    made = next(_described(Article("", Fields(value), tuple(_find_all(value))), ""), None)
    return made if made and len(made.text.split()) >= fewest else None


def with_rest(made: Document, value: Mapping[str, Any]) -> Document:
    """A document of an object; where other members of it hold more text than a note, a reading with all of that.

    What a reader of wire copy takes is the story as its format has it. A system may publish what stands beside it.
    """
    beside = {name: one for name, one in value.items() if not ABOUT.search(simple(name))}
    if not any(isinstance(one, dict | list) or (isinstance(one, str) and len(one) > LONG) for one in beside.values()):
        return made
    found = list(find_texts(beside))
    if sum(len(text.text) for text in found) < len(made.text) / 2 + LONG:
        return made
    known = set(_runs(made.text))
    more: list[str] = []
    fresh = 0
    for text in map(_plain_of, found):
        runs = list(_runs(text))
        new = sum(run not in known for run in runs)
        if 2 * new > len(runs):  # what most of is there already is the same in another form
            more.append(text)
            fresh += new
    if fresh < REST:
        return made
    other = replace(made, text="\n".join([made.text, *more]), offsets=None, original="", parts=(), boxes=None)
    return replace(made, readings=(*made.readings, Reading(other, WITH_REST)))


def _plain_of(found: JsonText) -> str:
    from checker.readers.page import take_apart

    return take_apart(found.text).text if found.markup else cleaned(found.text)[0]


def _runs(text: str) -> Iterator[tuple[str, str, str]]:
    """Each three words in a row, by their letters."""
    words = WORD.findall(text.casefold())
    return zip(words, words[1:], words[2:], strict=False)


def _above(pointer: str) -> Iterator[str]:
    """A pointer and those of all values around it."""
    yield pointer
    while pointer:
        pointer = pointer.rpartition("/")[0]
        yield pointer


def articles(value: object) -> list[tuple[str, Fields]]:
    """The articles that a value is a collection of, each with its pointer; one that is an article itself is that."""
    found: list[tuple[str, Fields]] = []
    tasks: list[tuple[Any, str, int]] = [(value, "", 0)]
    while tasks:
        here, pointer, level = tasks.pop()
        members = _inner(here, pointer)
        if _is_article(here):
            named = [one for one in members if simple(one[0].rpartition("/")[2]) in COLLECTIONS]
            below = [one for place, inner in named for one in _collected(inner, place)]
            found += below if len(below) > 1 else [(pointer, Fields(_flat(here)))]
        elif len(several := _collected(here, pointer)) > 1:
            found += several
        elif level < MOST_LEVELS:
            tasks += [(inner, place, level + 1) for place, inner in reversed(members)]
    return found


def _collected(value: object, pointer: str) -> list[tuple[str, Fields]]:
    """The articles among the members of a value, when most of them are articles."""
    members = _inner(value, pointer)
    several = [(place, Fields(_flat(inner))) for place, inner in members if _is_article(inner)]
    return several if 2 * len(several) > len(members) else []


def _inner(value: Any, pointer: str) -> list[tuple[str, Any]]:
    """The members of a value that hold others, each with its pointer; one that only wraps another is looked through."""
    if isinstance(value, dict):
        pairs = [(name.replace("~", "~0").replace("/", "~1"), one) for name, one in value.items()]
    elif isinstance(value, list):
        pairs = [(str(at), one) for at, one in enumerate(value)]
    else:
        return []
    out = []
    for name, one in pairs:
        place = f"{pointer}/{name}"
        for _ in range(2):
            if isinstance(one, dict) and not _is_article(one):
                for inner, wrapped in one.items():
                    if simple(inner) in COLLECTIONS and _is_article(wrapped):
                        place, one = f"{place}/{inner}", wrapped
                        break
        if one and isinstance(one, dict | list):
            out.append((place, one))
    return out


def _is_article(value: Any) -> bool:
    """Whether an object is an article: two of title, name and date, and something that holds text."""
    if not isinstance(value, dict):
        return False
    value = _flat(value)
    names = {simple(name) for name, one in value.items() if one not in (None, "", [], {}) and not isinstance(one, bool)}
    if str(value.get("type", "")).lower() in PICTURES:
        return False
    marks = [not names.isdisjoint(some) for some in (TITLES, NAMES, DATES)]
    rest = names.difference(TITLES, NAMES, DATES)
    return sum(marks) > 1 and any(
        isinstance(one, dict | list) or (isinstance(one, str) and " " in one)
        for name, one in value.items()
        if simple(name) in rest
    )


def _flat(value: dict[str, Any]) -> dict[str, Any]:
    """An object with the members that it keeps in `PARTS`, beside its own."""
    return {
        **{name: one for part in PARTS if isinstance(value.get(part), dict) for name, one in value[part].items()},
        **value,
    }


def _described(article: Article, place: str) -> Iterator[Document]:
    """An article as a document, when there are words enough in it."""
    from checker.readers.page import take_apart  # costs time to load

    title = _title(article.fields)
    plain: list[tuple[str, tuple[Part, ...]]] = []
    for found in article.texts:
        if found.markup:
            page = take_apart(found.text)
            plain.append((page.text, page.parts))
            plain += [(words, ()) for words in _comments(found.text)]
        else:
            plain.append((cleaned(found.text)[0], ()))
    text: list[str] = []
    parts: list[Part] = []
    length = paragraphs = 0
    for number in keep_once([words for words, _ in plain]):
        words, within = plain[number]
        if not words.strip() or words == title:
            continue
        for start, end, label in _stretches(words, within):
            if words[start:end].strip():
                paragraphs += 1
                where = Place(part=article.pointer, paragraph=paragraphs)
                parts.append(Part(length + start, length + end, label, where))
        text.append(words)
        length += len(words) + 1
    whole = "\n".join(text)
    if len(whole.split()) < FEWEST and sum(map(len, whole.split())) < FEWEST * 5:
        return
    yield Document(
        _identity(article.fields),
        whole,
        title=title,
        holder=holder_of(article.fields.text("copyrightnotice", "copyright")),
        metadata=_facts(article.fields, title),
        place=place,
        parts=tuple(parts),
    )


def _comments(markup: str) -> Iterator[str]:
    """The texts that blocks keep in their delimiters."""
    from checker.readers.page import take_apart

    end = 0
    while (begin := markup.find("<!--", end)) >= 0 and (end := markup.find("-->", begin)) >= 0:
        comment = COMMENT.match(markup, begin, end)
        try:
            values = json.loads(markup[comment.start(1) : end].rstrip("/ \t\r\n"), strict=False) if comment else None
        except (ValueError, RecursionError):
            continue
        for found in find_texts(values):
            yield take_apart(found.text).text if found.markup else cleaned(found.text)[0]


def _stretches(words: str, within: tuple[Part, ...]) -> Iterator[tuple[int, int, Label]]:
    """The lines of one text, and which of them its HTML hides."""
    at = 0
    for part in (*within, Part(len(words), len(words), Label.BODY)):
        for line in LINE.finditer(words, at, part.start):
            yield line.start(), line.end(), Label.BODY
        if part.start < part.end:
            yield part.start, part.end, part.label
        at = part.end


def _title(fields: Fields) -> str:
    for name in TITLES:
        value = fields.get(name)
        if isinstance(value, dict):
            several = [value[inner] for inner in (*WITHIN, *value) if isinstance(value.get(inner), str)]
            value = several[0] if several else None
        if isinstance(value, list):
            value = next((one for one in value if isinstance(one, str)), None)
        if isinstance(value, str) and 0 < len(value.strip()) <= LONGEST_TITLE:
            return cleaned(_bare(value))[0]
    return ""


def _bare(text: str) -> str:
    from checker.readers.wire.items import running

    return running(text)


def _identity(fields: Fields) -> str:
    """The stable name of an article: an address, or an id that is more than a number of its system."""
    names = [said for name in NAMES if name != "slug" and (said := fields.text(name)) and len(said) < 1_000]
    return next((said for said in names if not said.isdecimal()), "")


def _facts(fields: Fields, title: str) -> dict[str, str]:
    byline = fields.text("byline", "author", "authors", "attributedto", "creator", "credits")
    said: dict[str, str] = {
        Key.HEADLINE: title,
        Key.BYLINE: "" if byline.isdecimal() else byline,
        Key.LANGUAGE: fields.text("language", "lang", "locale"),
        Key.CREATED: fields.text(*DATES[:-3]),
        Key.UPDATED: fields.text("modified", "modifiedgmt", "updated", "updatedat", "datemodified", "lastupdateddate"),
        Key.COPYRIGHT: fields.text("copyrightnotice", "copyright"),
        Key.URL: fields.text("link", "canonicalurl", "url", "permalink"),
    }
    return facts({key: value for key, value in said.items() if len(value) < 2_000})
