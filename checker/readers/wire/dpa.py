"""dpa digitalwires to documents: https://api-portal.dpa-newslab.com/, entries and lists of them.

The copy is the dateline, `article_html` and the box beside it. The notepad is for editors, its part `nonpublic_html`
must not be published; contacts and the closing line among `ednotes` are no notes on the copy.
"""

from __future__ import annotations

import re

from checker.readers.document import Document, Kind
from checker.readers.formats import Format, Start
from checker.readers.wire.items import facts, named_kind, reader, recalled, running, state
from checker.readers.wire.ninjs import TYPES, metadata
from checker.readers.wire.story import Key
from checker.readers.wire.values import Fields
from checker.readers.wire.words import holder_of

KEYS = frozenset(("article_html", "infobox_html", "linkbox_html", "version_created", "autopublishnotice", "entry_id"))
NO_NOTES = ("contacts", "dpacontacts", "closingline", "picture")
A_TEST = re.compile(r"\btest-?(?:artikel|meldung|message|item)\b", re.IGNORECASE)
NO_TEXT = "It has no article and no caption."


def document(item: Fields, around: Fields) -> Document | str:
    """One entry; `around` is not needed."""
    article = running(item.get("articlehtml"), True)
    captions = _captions(item)
    box = running(item.get("infoboxhtml"), True)
    text = "\n\n".join(part for part in (lead(item, article), box if article else "") if part)
    text = text or "\n\n".join(dict.fromkeys(filter(None, captions)))
    headline = running(item.text("headline", "kicker"))
    said = metadata(item, headline)
    said[Key.STATUS] = state(said[Key.EMBARGO], item.text("pubstatus"), item.text("signal"))
    if not text and not recalled(said):
        return NO_TEXT
    said[Key.EDNOTE] = "\n".join(_notes(item))
    said[Key.GENRE] = ", ".join(_names(item, "genrenames"))
    said[Key.SIGNAL] = item.text("signal")
    said[Key.DATELINE] = said[Key.DATELINE].rstrip(" -–—")
    return Document(
        item.text("urn", "guid", "entryid"),
        text,
        title=headline,
        holder=holder_of(said[Key.COPYRIGHT]) or holder_of(item.text("autopublishnotice")) or said[Key.CREDIT],
        version=item.text("version")[:100],
        metadata=facts(said),
        kind=kind_of_item(item, bool(article)) if text else Kind.UNKNOWN,
    )


def lead(item: Fields, article: str) -> str:
    """The article behind its dateline, which stands in a field of its own."""
    dateline = item.text("dateline")
    if not (dateline and article) or article.startswith(dateline.rstrip(" -–—")):
        return article
    return f"{dateline} {article}"


def kind_of_item(item: Fields, has_article: bool) -> Kind:
    """An entry without an article is what goes with it; one with an article is what its genre says."""
    if not has_article:
        types = [one.text("type").lower() for one in item.each("associations")]
        return TYPES.get(types[0] if types else item.text("type").lower(), Kind.UNKNOWN)
    notes = [one.text("ednote") for one in item.each("ednotes") if one.text("role").endswith("genrenote")]
    if any(A_TEST.search(note) for note in notes):
        return Kind.TEST
    return named_kind(*_names(item, "genrenames"), *notes) or Kind.STORY


def _captions(item: Fields) -> list[str]:
    """The captions; the extended one repeats the other with place, date and credit."""
    said = {one.text("role"): running(one.get("description")) for one in item.each("descriptions")}
    short = [text for role, text in said.items() if not role.endswith("extended")]
    return short or list(said.values()) or [running(one.get("caption")) for one in item.each("associations")]


def _notes(item: Fields) -> list[str]:
    """The notes on the copy."""
    found = [(one.text("role").rpartition(":")[2], one.text("ednote")) for one in item.each("ednotes")]
    return [note for role, note in found if note and role not in NO_NOTES]


def _names(item: Fields, name: str) -> list[str]:
    value = item.get(name)
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def looks(start: Start) -> bool:
    """Members that only these entries have."""
    return "article_html" in start.keys or len(start.keys & KEYS) > 2 or '"digitalwires@' in start.text[:4096]


def says(item: Fields) -> bool:
    """Whether an object is such an entry."""
    return "articlehtml" in item


FORMAT = Format("dpa", "dpa digitalwires entry", looks, reader(document), (), "characters of a text", many=True)
