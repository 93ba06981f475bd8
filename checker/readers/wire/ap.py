"""AP Media API to documents: https://api.ap.org/media/v/docs/, feeds and single items.

The facts are in data.item or data.items[].item; the text is an NITF rendition, in this file only when a receiver put it
there. `pubstatus` alone does not decide: `editorialtypes` and `embargoed` count too, and what a member paper or a third
party made is not AP's copyright.
"""

from __future__ import annotations

from checker.readers.document import Document, Kind
from checker.readers.formats import Format, Start
from checker.readers.wire.items import facts, fullest, reader, recalled, running, state
from checker.readers.wire.ninjs import SEEN, TYPES, descriptions, metadata, title
from checker.readers.wire.story import Key
from checker.readers.wire.values import Fields
from checker.readers.wire.words import SIGNAL, holder_of, kind_of

KEYS = frozenset(("altids", "editorialtypes", "infosource", "renditions", "datelinelocation", "editorialpriority"))
PROFILES = {"daybook": Kind.PLANNING, "advisory": Kind.ADVISORY, "budget": Kind.BUDGET, "digest": Kind.BUDGET}
DERIVED = "it was made from other items (signal Derived)"
LINKED = "Its text is in another file, to which it links (rendition {})."
NO_TEXT = "It has no text, no caption and no rendition with one."
OTHERS = frozenset(("member", "thirdparty"))
INSIDE = ("bodyhtml", "body", "content", "value", "data", "text", "nitf")


def document(item: Fields, around: Fields) -> Document | str:
    """One item; `around` may hold the NITF that belongs to it."""
    headline = title(item)
    body = fullest(texts(item, around), headline)
    described = "\n\n".join(descriptions(item))
    kind = kind_of_item(item)
    text = described or body if kind in SEEN else body
    if not text and kind is not Kind.STORY:
        text = described or running(item.text("descriptionsummary", "headlineextended"))
    types = _words(item, "editorialtypes")
    said = metadata(item, headline)
    said[Key.STATUS] = state(said[Key.EMBARGO], item.text("pubstatus"), *types)
    if not text and not recalled(said):
        linked = [name for name in ("nitf", "anpa") if any(name in one for one in item.each("renditions"))]
        return LINKED.format(linked[0]) if linked else NO_TEXT
    slug, _, version = said[Key.SLUG].rpartition(", ")
    signals = list(types)
    if slug and SIGNAL.fullmatch(version) and version.lower() not in {word.lower() for word in types}:
        signals.append(version)
    said[Key.SIGNAL] = ", ".join(signals)
    said[Key.URL] = next((one.text("href") for one in item.each("links") if one.text("rel") == "canonical"), "")
    said[Key.GENRE] = item.text("profile")
    said[Key.BYLINE] = said[Key.BYLINE] or "; ".join(one.text("by", "name") for one in item.each("photographer"))
    return Document(
        item.text("itemid") or "".join(one.text("itemid") for one in item.each("altids")) or item.text("uri"),
        text,
        title=headline,
        holder=holder(item),
        version=item.text("version")[:100],
        metadata=facts(said),
        kind=kind if text else Kind.UNKNOWN,
        warnings=(DERIVED,) if _derived(item) else (),
    )


def texts(item: Fields, around: Fields) -> list[str]:
    """The text wherever a receiver may have put it: beside the facts, in them, or in the rendition."""
    found: list[object] = [item.get(name) for name in item.names() if name.startswith("body")]
    places = [item.get("nitf"), *(one.get("nitf") for one in item.each("renditions"))]
    if len(around.each("data")) == 1 and not Fields(around.get("data")).get("items"):
        places.append(around.get("nitf"))
    for place in places:
        inner = Fields(place)
        found += [place] if isinstance(place, str) else [inner.get(name) for name in INSIDE]
    return [running(one) for one in found if isinstance(one, str)]


def kind_of_item(item: Fields) -> Kind:
    """By its type, its editorial types, its signals, its profile and its slug."""
    types = {word.lower() for word in _words(item, "editorialtypes")}
    if "test" in {word.lower() for word in _words(item, "signals")}:
        return Kind.TEST
    if "advisory" in types:
        return Kind.ADVISORY
    kind = TYPES.get(item.text("type").lower(), Kind.UNKNOWN)
    if kind is not Kind.STORY:
        return kind
    if _derived(item):
        return Kind.PACKAGE
    slug = item.text("slugline").partition(",")[0]
    return PROFILES.get(item.text("profile").lower()) or kind_of(slug) or kind_of(item.text("title")) or kind


def holder(item: Fields) -> str:
    """Whose copyright it is: that of the member or third party who made it, else the one whom the notice names."""
    source = next((one for one in item.each("infosource") if one.text("type").lower() in OTHERS), None)
    name = source.text("name") if source else ""
    return name or holder_of(item.text("copyrightnotice")) or item.text("provider")


def _derived(item: Fields) -> bool:
    return any(word.lower().startswith("derived") for word in _words(item, "signals"))


def _words(item: Fields, name: str) -> list[str]:
    value = item.get(name)
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else item.text(name).split()


def looks(start: Start) -> bool:
    """Members that only this interface has."""
    return len(start.keys & KEYS) > 1 and not start.keys & {"swagger", "openapi", "bodies", "body_html5"}


def says(item: Fields) -> bool:
    """Whether an object is such an item."""
    return len({"altids", "editorialtypes", "infosource", "editorialpriority"} & set(item.names())) > 1


FORMAT = Format("ap", "AP Media API item", looks, reader(document), (), "characters of a text", many=True)
