"""ninjs to documents: https://iptc.org/standards/ninjs/, versions 1.0 to 3.1, and its dialects.

1.x has body_* and headline, 2.x and 3.x bodies[] and headlines[]; names are lower case, snake case or camel case. The
dialects are those of Superdesk, of the BBC (items within {item, limit, offset, total}), of TT, and of PA as Fingerpost
converts it. None is refused for what a schema would say of it.
"""

from __future__ import annotations

import json
import re

from checker.readers import editors
from checker.readers.document import Document, Kind
from checker.readers.formats import Format, Start
from checker.readers.json_walk import keep_once
from checker.readers.wire.items import facts, fullest, named_kind, reader, recalled, running, state
from checker.readers.wire.story import Key
from checker.readers.wire.values import Fields
from checker.readers.wire.words import SIGNAL, holder_of

TYPES = {
    "text": Kind.STORY,
    "story": Kind.STORY,
    "article": Kind.STORY,
    "composite": Kind.PACKAGE,
    "package": Kind.PACKAGE,
    "list": Kind.PACKAGE,
    "picture": Kind.PICTURE,
    "photo": Kind.PICTURE,
    "image": Kind.PICTURE,
    "graphic": Kind.GRAPHIC,
    "video": Kind.VIDEO,
    "audio": Kind.AUDIO,
    "event": Kind.EVENT,
    "planning": Kind.PLANNING,
    "advisory": Kind.ADVISORY,
    "alert": Kind.STORY,
    "budget": Kind.BUDGET,
    "test": Kind.TEST,
    "concept": Kind.CONCEPT,
    "component": Kind.PACKAGE,
}
SEEN = (Kind.PICTURE, Kind.GRAPHIC, Kind.VIDEO, Kind.AUDIO)
ORDER = ("html", "xhtml", "main", "body", "html5", "text", "plain")
HOUSE_XML = (3, 0)
"""The rank of XML whose elements only its house knows; it is read when there is nothing else."""
LEADS = ("abstract", "lead", "lede", "standfirst", "intro")
AFTER = frozenset(("bodyfooter", "bodyfooterhtml", "bodyfootertext"))
"""What a desk sets below the body of a story."""
LEAST_ADDED = 6
"""Runs of three words; a shorter lead is a label."""
DIGITS = re.compile(r"[\W\d_]+")
PUNCTUATION = ".,;:!?\"'()[]“”‘’«»-–—"
SPOKEN = ("caption", "text", "description", "lead", "abstract", "summary", "")
"""Roles of descriptions that are copy; a credit line or the name of a writer is none."""
DESCRIBED_ONLY = "it has no body: its description is all of its text"
FEWEST = 30
"""Words in members that ninjs does not know which are a story, kept as some publishing system keeps it."""
NO_TEXT = "It has no body, no caption and no description."
BODY_KEYS = frozenset(("body_html", "body_text", "body_xhtml", "body_html5", "bodies", "headlines", "eventDetails"))
ITEM_KEYS = frozenset(("pubstatus", "pubStatus", "versioncreated", "versionCreated", "headline", "description_text"))


def document(item: Fields, around: Fields) -> Document | str:
    """One item; `around` is not needed."""
    headline = title(item)
    body = whole(item, fullest(bodies(item), headline))
    described = "\n\n".join(dict.fromkeys(descriptions(item)))
    kind = kind_of_item(item, bool(body))
    text = described or body if kind in (*SEEN, Kind.EVENT) else body or described
    partial = DESCRIBED_ONLY if kind is Kind.STORY and text and not body else ""
    said = facts({**metadata(item, headline), Key.PARTIAL: partial})
    if not text and not recalled(said):
        return editors.document(item.raw, FEWEST) or NO_TEXT
    return Document(
        identity(item),
        text,
        title=headline,
        holder=item.text("copyrightholder") or holder_of(said.get(Key.COPYRIGHT, "")),
        version=item.text("version")[:100],
        metadata=said,
        kind=kind if text else Kind.UNKNOWN,
        warnings=(partial,) if partial else (),
    )


def identity(item: Fields) -> str:
    """The stable id: Fingerpost's uri holds the time of a version, so that its story number counts."""
    return item.text("usn") if "sourcefeed" in item else item.text("guid", "uri", "itemid", "id", "usn")


def title(item: Fields) -> str:
    """The headline: of several the main one."""
    several = item.each("headlines")
    main = next((one for one in several if one.text("role") == "main"), several[0] if several else None)
    return running(item.text("headline") or (main.text("value") if main else "") or item.text("title", "name"))


def bodies(item: Fields) -> list[str]:
    """Every form of the body, those first that lose least: HTML, text, then XML. One in several parts is one."""
    in_order = item.each("bodies")
    several = sorted(in_order, key=_rank)
    if any(_rank(one) < HOUSE_XML for one in several):
        several = [one for one in several if _rank(one) < HOUSE_XML]
    parts: dict[tuple[int, str], list[str]] = {}
    for one in in_order:
        form, role = _rank(one)[0], DIGITS.sub("", one.text("role").lower())
        if one in several:
            parts.setdefault((form, role), []).append(running(one.get("value"), form == 0))
    forms = ["\n".join(texts[at] for at in keep_once(texts)) for _, texts in sorted(parts.items(), key=_order)]
    names = [name for name in _named_body(item) if name[4:] in ORDER or name not in AFTER]
    names.sort(key=lambda name: ORDER.index(name[4:]) if name[4:] in ORDER else len(ORDER))
    return forms + [running(item.get(name), "html" in name) for name in names]


def _order(part: tuple[tuple[int, str], list[str]]) -> tuple[int, int]:
    (form, role), _ = part
    return form, ORDER.index(role) if role in ORDER else len(ORDER)


def _named_body(item: Fields) -> list[str]:
    return [name for name in item.names() if name.startswith("body") and isinstance(item.get(name), str)]


def whole(item: Fields, body: str) -> str:
    """The body with the lead that stands in a member of its own, and with what follows it, where it has them not."""
    if not body:
        return body
    before = next((text for name in LEADS if (text := running(item.text(name)))), "")
    after = [running(item.get(name), "html" in name) for name in _named_body(item) if name in AFTER]
    out = [before, body] if before and _adds(before, body) else [body]
    return "\n".join([*out, *(text for text in after if text and _adds(text, body))])


def _adds(text: str, body: str) -> bool:
    """Whether most of a text is not in the body; a lead that is the body's first paragraph adds nothing."""
    words, known = _shingles(text), set(_shingles(body))
    return len(words) >= LEAST_ADDED and sum(shingle not in known for shingle in words) > len(words) / 2


def _shingles(text: str) -> list[tuple[str, ...]]:
    words = [word.strip(PUNCTUATION).casefold() for word in text.split()]
    return list(zip(words, words[1:], words[2:], strict=False))


def _rank(body: Fields) -> tuple[int, int]:
    """HTML before text before XML, and by its role within each."""
    said, role = body.text("contenttype").lower(), body.text("role").lower()
    order = 0 if "html" in said or "html" in role else 1 if "plain" in said or role == "text" else 2
    order = 3 if order == 2 and role != "nitf" and "nitf" not in said else order
    return order, ORDER.index(role) if role in ORDER else len(ORDER)


def descriptions(item: Fields) -> list[str]:
    """The captions and descriptions of an item, the same one in two forms once."""
    several = [running(one.get("value")) for one in item.each("descriptions") if one.text("role").lower() in SPOKEN]
    named = [
        item.get(name) for name in ("descriptioncaption", "descriptiontext", "descriptionhtml", "descriptionxhtml")
    ]
    one = next((said for value in named if (said := running(value))), "")
    rest = item.text("caption", "abstract", "description") if not one and not several else ""
    return [text for text in (*several, one, running(rest)) if text]


def kind_of_item(item: Fields, has_body: bool) -> Kind:
    """By its type; a composite with a body of its own is a story that others go with."""
    if "eventdetails" in item:
        return Kind.EVENT
    said = item.text("type", "itemclass").lower().rpartition(":")[2]
    kind = TYPES.get(said, Kind.UNKNOWN if said else Kind.STORY)
    if kind is Kind.PACKAGE and has_body:
        kind = Kind.STORY
    if kind is not Kind.STORY:
        return kind
    genres = [one.text("name", "literal", "code") for one in item.each("genres", "genre")]
    services = [one.text("name") for one in item.each("services", "service")]
    return named_kind(*genres, *services, item.text("slugline", "slug"), item.text("profile")) or kind


def metadata(item: Fields, headline: str) -> dict[str, str]:
    """What an item says of itself, by the keys of wire copy."""
    several = item.each("descriptions")
    credit = next((one.text("value") for one in several if one.text("role").lower() == "creditline"), "")
    embargo = item.text("embargoed", "embargoeduntil", "embargo")
    signal = item.text("signal", "signals", between=", ")
    slug = item.text("slugline", "slug")
    match = SIGNAL.match(headline) if headline[:8].isupper() else SIGNAL.fullmatch(slug.rpartition(", ")[2])
    return {
        Key.HEADLINE: headline,
        Key.SLUG: slug,
        Key.BYLINE: item.text("byline", "by", "bylines"),
        Key.DATELINE: item.text("dateline", "located", "location"),
        Key.LANGUAGE: item.text("language", "lang"),
        Key.CREATED: item.text("firstcreated", "contentcreated", "firstversion"),
        Key.UPDATED: item.text("versioncreated", "updated", "datetimesent"),
        Key.COPYRIGHT: running(item.text("copyrightnotice")),
        Key.USAGE: running(item.text("usageterms", "usage", between="\n")),
        Key.CREDIT: item.text("creditline", "descriptioncreditline", "credit") or credit,
        Key.SOURCE: item.text("source", "infosources", "infosource", "provider"),
        Key.EMBARGO: embargo,
        Key.EXPIRES: item.text("expires", "expiry"),
        Key.STATUS: state(embargo, item.text("pubstatus", "status"), match[0] if match else ""),
        Key.REPLACES: replaced(item),
        Key.EDNOTE: running(item.text("ednote", "editorialnote", between="\n")),
        Key.SIGNAL: signal or (match[0] if match else ""),
        Key.GENRE: item.text("genre", "genres", between=", "),
        Key.URL: item.text("url", "canonicalurl", "weburl"),
        Key.RIGHTS: rights(item),
    }


def replaced(item: Fields) -> str:
    """The ids of what an item takes the place of."""
    said = item.text("evolvedfrom", "rewriteof", "replacing", "replaces", "originalurn")
    return "" if said == "0" else said


def rights(item: Fields) -> str:
    """A rights expression as it stands there: the string, the address, or the JSON of the object."""
    value = next((item.get(name) for name in ("rightsinfo", "rightsexpression", "odrl") if item.get(name)), None)
    if isinstance(value, str):
        return value
    if not isinstance(value, dict | list):
        return ""
    inner = Fields(value)
    encoded = inner.get("encodedrights")
    return encoded if isinstance(encoded, str) and encoded else json.dumps(value, ensure_ascii=False)


def looks(start: Start) -> bool:
    """An id, and a field that only news items have."""
    if start.ends(".jsonl", ".ndjson") or ("$schema" in start.keys and "properties" in start.keys):
        return False
    if start.keys >= {"id", "text"} and not start.keys & BODY_KEYS:
        return False  # a line of our own with more members than we know
    named = start.keys & {"uri", "guid", "usn"}
    return bool(named and start.keys & BODY_KEYS) or bool(named and len(start.keys & ITEM_KEYS) > 1)


def says(item: Fields) -> bool:
    """Whether an object is such an item."""
    return (
        any(name.startswith("body") for name in item.names())
        or len(
            {
                "uri",
                "guid",
                "headline",
                "headlines",
                "pubstatus",
                "type",
                "descriptiontext",
                "descriptions",
                "eventdetails",
            }
            & set(item.names())
        )
        > 1
    )


FORMAT = Format("ninjs", "ninjs news item", looks, reader(document), (), "characters of a text", many=True)
