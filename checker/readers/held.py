"""What a page holds besides the text that it shows: in scripts, attributes, styles, comments and frames.

It is matched where the text of the page does not say it already, stands behind that text, and is labelled as what it
is. What is short (settings, labels, teasers of other pages) is no story and is left out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby

from checker.readers.direction import MANY_DIRECTED, TURNING
from checker.readers.document import Label, Part
from checker.readers.json_walk import MOST_UNMARKED
from checker.readers.literals import (
    ESCAPE,
    HINT,
    LONG,
    PUSHED,
    TEASER,
    Mapped,
    Sieve,
    as_read,
    character,
    cut,
    cut_part,
    find_in_script,
    find_in_stream,
    find_pushed,
    join,
    join_lines,
    rewrite,
    take_rewritten,
    unquote,
)
from checker.readers.offsets import TextBuilder
from checker.readers.page import Page, Walk
from checker.readers.prose import MARKUP, TAGS, count_words
from checker.readers.variants import has_marks

WORD = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]|[^\W_]+")
BREAKS = "’‘“”–—…•\xa0"
"""What stands between words in nearly all texts in ASCII that are not quite."""
SMALL_LETTERS = {code: chr(code).lower() if chr(code).isalnum() else " " for code in range(128)}
RUN = 4
"""So many words in a row that the page shows already are no news."""
NEWS = 8
"""So many words must be news in a row."""
FEW = 150
"""Visible words of a page below which anything that it holds may be its story."""
LEAST = 30
ENOUGH = 60
"""Words that a page must hold besides those it shows: if these are few, and else."""
FEWEST = 4
OPENING, CODE = b"\"'`>", b"<{}=;[]"
SIGNS = bytes(1 if sign in OPENING else 2 if sign in CODE else 0 for sign in range(256))
CHUNK = re.compile(rb"\x01(\x00{30,})")
"""What in a script may be words: a stretch of a string, or between two tags.

It is looked for in bytes, one a character, in which an opening sign is 1, other signs of code are 2, and the rest 0:
that is several times faster than to ask for each character what it is.
"""
FRESH = 40
"""Words of news that a script must hold on a page that shows more than a few words."""
BARE = 60
"""Visible words below which a page that loads programs may be nothing without them."""
SENTENCE = 15
"""A page with a paragraph of so many words shows something."""
LONG_SCRIPT = 400
"""A program of fewer characters shows no story."""
MOST_HELD = 400_000
"""Characters of what a page holds that are matched."""
LONG_TAG = 60
LONG_TITLE = 120
"""Characters of a title that may be more than one."""
ATTRIBUTE = re.compile(r"([^\s\"'<>/=]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'=<>`]+))")
PLAIN_ATTRIBUTES = frozenset(
    (
        "class",
        "href",
        "src",
        "srcset",
        "sizes",
        "id",
        "style",
        "d",
        "points",
        "viewbox",
        "rel",
        "action",
        "transform",
        "integrity",
        "media",
        "pattern",
        "type",
        "name",
        "property",
    )
)
"""Attributes that hold no words for readers."""
REFERENCE = re.compile(r"&(?:#\d{1,7};?|#[xX][0-9a-fA-F]{1,6};?|[A-Za-z][A-Za-z0-9]{1,31};?)")
WITH_TEXT = ("content", "list-style", "quotes")
VALUE = r"\s*:((?:[^;{}\"']|\"(?:[^\"\\]|\\[\s\S])*\"|'(?:[^'\\]|\\[\s\S])*')*)"
CONTENT = re.compile(r"(?:content|list-style(?:-type)?|quotes)" + VALUE)
VARIABLE = re.compile(r"--[\w-]+" + VALUE)
SYMBOLS = re.compile(r"symbols" + VALUE)
COUNTERS = "@counter-style"
STRING = re.compile(r"\"((?:[^\"\\]|\\[\s\S])*)\"|'((?:[^'\\]|\\[\s\S])*)'")
CSS_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})\s?|(\n|[\s\S]))")
SAYS_WORDS = ("content", "list-style", "quotes", COUNTERS)
"""What is in a sheet that shows words of its own; those of a variable are shown by one of these."""
SMALL = 12
"""Characters of a declaration that may hold an icon, and no words."""
OF_ATTRIBUTE = re.compile(r"attr\(\s*([\w-]+)")
OPAQUE = re.compile(r"[A-Za-z0-9+/=_%-]{600}")
"""Data that is coded: whatever it holds is not read."""
NUMBERS = re.compile(r"(?<![\d,\s])(?:\d{1,6},\s?){200,}")
CLOSED = re.compile(r"[.!?…。][\"']")
BLANK_CODE = re.compile(r"\b32\b")
WORD_ROW = re.compile(r"(?<![\"',\s])\s*(?:([\"'])[^\"'\\\n]{1,30}\1,\s?){60,}")
"""Strings of a word each, of which sentences are made."""
BLANKS = 0.08
"""A row of numbers of which so many are the code of a blank is a text by its letters' codes."""
ESCAPES = re.compile(r"(?:\\\\{0,3}(?:u(?:[0-9a-fA-F]{4}|\{[0-9a-fA-F]{1,6}\})|x[0-9a-fA-F]{2})){40,4000}")
"""Characters in a row that are all escaped: words, if nothing but escapes can hide them."""
DATA_ADDRESS = re.compile(
    r"\s*data:((?:text/(?!css|javascript)[\w.+-]+|application/(?:xhtml\+xml|xml|json|ld\+json)|image/svg\+xml)?)"
    r"((?:;[^,;]{0,80})*),",
    re.IGNORECASE,
)
"""An address that is a file of text itself (RFC 2397)."""
CHARSET = re.compile(r"charset\s*=\s*\"?([\w.:-]+)")
PROGRAM = re.compile(r"\s*javascript:", re.IGNORECASE)
ADDRESSES = frozenset(("src", "href", "data", "xlink:href", "action", "formaction", "srcdoc"))
MOST_FRAMES = 4
"""How deep pages within pages are read."""
BRACE = re.compile(r"[{\[]")


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute: its element, its name, and the span of the tag."""

    tag: str
    name: str
    value: str
    start: int
    end: int


class Gatherer(Walk):
    """A walk over a page that remembers where it may hold text besides that which it shows."""

    def __init__(self, source: str, *, xml: bool = False) -> None:
        self.style_spans: list[tuple[int, int]] = []
        self.shown: frozenset[str] = frozenset()
        self.directed = 0
        """Attributes of direction."""
        self.turning = False
        super().__init__(source, xml=xml)
        self.scripts: list[tuple[int, int, str]] = []
        self.places: list[int] = []
        """Where in scripts words stand that are news, rising."""
        self.contents: list[tuple[Mapped, list[tuple[int, int]]]] = []
        """Sheets, and where in each text may be held."""
        self.all_scripts: list[tuple[int, int, str]] = []
        self.loads = False
        self.held: list[Attribute] = []
        self.titles: list[tuple[int, int]] = []
        self.comments: list[tuple[int, int]] = []

    def _read_style(self, tag: str, start: int, end: int) -> None:
        super()._read_style(tag, start, end)
        if any(self.source.find(name, start, end) >= 0 for name in SAYS_WORDS):
            self.style_spans.append((start, end))
            if self.source.find("attr(", start, end) >= 0:
                found = OF_ATTRIBUTE.findall(self.source, start, end)
                self.shown |= frozenset(name.lower() for name in found)

    def read_style(self, style: str) -> None:
        super().read_style(style)
        self.turning = self.turning or "unicode-bidi" in style.lower()

    def attributes(self, tag: str, attributes: Mapping[str, str | None], start: int, end: int) -> None:
        self.directed += "dir" in attributes
        if style := attributes.get("style"):
            self.turning = self.turning or "unicode-bidi" in style.lower()
        if tag == "script":
            self.loads = self.loads or "src" in attributes or _find_kind(attributes) == "module"
        if self.shown and not self.shown.isdisjoint(attributes):
            self.held += [
                Attribute(tag, name, value, start, end)
                for name, value in attributes.items()
                if name in self.shown and value
            ]
        if end - start < LONG_TAG:
            return
        for name, value in attributes.items():
            if not value or len(value) < 24 or name in self.shown:
                continue
            if name in ADDRESSES and (DATA_ADDRESS.match(value) or PROGRAM.match(value)):
                self.held.append(Attribute(tag, name, value, start, end))
                continue
            if name in PLAIN_ATTRIBUTES:
                if name == "style" and ("content" in value or "list-style" in value) and ("'" in value or '"' in value):
                    self.held.append(Attribute(tag, name, value, start, end))
                continue
            told = value.count(" ") >= 3 or not value.isascii() or "\\u" in value or "\\x" in value
            if told and (not name.startswith("on") or len(value) > LONG_SCRIPT):
                self.held.append(Attribute(tag, name, value, start, end))

    def page(self) -> Page:
        page = super().page()
        turned = self.turning or self.directed >= MANY_DIRECTED or has_marks(page.text)
        return replace(page, turned=turned or not TURNING.isdisjoint(self.open))

    def _silent(self, inside: str, start: int, end: int) -> None:
        super()._silent(inside, start, end)
        if inside == "script" and end - start > 40:
            self.scripts.append((start, end, _find_kind(self.stack[-1][5])))
        elif inside == "title" and end - start > LONG_TITLE:
            self.titles.append((start, end))

    def _comment(self, start: int, end: int) -> None:
        super()._comment(start, end)
        if end - start > LONG_TAG and self.source.find("{", start, end) >= 0:
            self.comments.append((start, end))


def _find_kind(attributes: Mapping[str, str | None]) -> str:
    """What a script is, by its element: a type of media, `module`, or "" for a program."""
    return (attributes.get("type") or "").strip().lower()


def take_whole(source: str, *, xml: bool = False, depth: int = 0) -> Page:
    """The page of a source with what it holds besides; `depth`: how many pages are around it.

    Linear in its length; raises nothing, whatever the source.
    """
    walk = Gatherer(source, xml=xml)
    page = walk.page()
    words = _find_words(page.text[: page.visible])
    shown = len(words)
    words += _find_words(page.text[page.visible :])
    known: set[tuple[str, ...]] = set()
    _learn(known, words)
    enough = LEAST if shown < FEW else ENOUGH
    if not _sift(walk, known, enough):
        return replace(page, doubts=page.doubts + _doubts(walk, page, shown, held=False))

    def is_news(text: str) -> bool:
        return _count_fresh(known, TAGS.sub(" ", text) if "<" in text else text) >= FEWEST

    found = _joined(
        (one, label) for one, label in _held(walk, Sieve(is_news, shown < FEW, walk.places), depth) if one.text.strip()
    )
    kept = _news(known, _long(found, shown), enough)
    if not kept:
        return replace(page, doubts=page.doubts + _doubts(walk, page, shown, held=bool(found)))
    return _with(page, kept)


def _sift(walk: Gatherer, known: set[tuple[str, ...]], enough: int) -> bool:
    """Leave of what may hold text only that in which words stand that the page does not show; whether it is enough."""
    source = walk.source
    fresh = 0
    scripts = []
    for script in walk.scripts:
        count = 0
        for start, end in _find_chunks(source, *script[:2]):
            text = source[start:end]
            if "\\u" not in text and not (text.count(" ") >= NEWS - 1 or not text.isascii()):
                continue
            found = _count_fresh(known, text)
            if found and ("\\u" in text or count_words(text) >= FEWEST):
                count += found
                walk.places.append(start)
        if count < NEWS and source.find("%20", script[0], script[1]) >= 0:
            count = enough
            walk.places.append(script[0])
        if count < NEWS and (escaped := _find_escaped(source, script[0], script[1])) >= 0:
            count = enough
            walk.places.append(escaped)
        if count >= (FRESH if enough > LEAST else NEWS):
            scripts.append(script)
            fresh += count
        elif PUSHED.match(source[script[0] : script[0] + 400]):
            scripts.append(script)
            fresh += _count_fresh(known, source[script[0] : script[1]])
    attributes = []
    counted: set[str] = set()
    for attribute in walk.held:
        value = attribute.value
        if attribute.name in walk.shown or attribute.name == "style":
            attributes.append(attribute)
            fresh += len(WORD.findall(value))
        elif attribute.name in ADDRESSES and (DATA_ADDRESS.match(value) or PROGRAM.match(value)):
            attributes.append(attribute)
            fresh += enough
        elif value not in counted:
            counted.add(value)
            data = value.lstrip()[:1] in ("{", "[", '"', "'", "`", "<")
            count = _count_fresh(known, value)
            if count >= FEWEST and (data or count_words(value) >= FEWEST):
                attributes.append(attribute)
                fresh += count
    walk.all_scripts = walk.scripts
    walk.scripts, walk.held = scripts, attributes
    for start, end in walk.style_spans:
        style = cut(source, start, end)
        contents = list(_find_declared(style.text))
        for low, high in contents:
            declared = style.text[low:high]
            if any(map(str.isalnum, declared)) and (len(declared) > SMALL or "\\" not in declared):
                fresh += len(WORD.findall(CSS_ESCAPE.sub(_resolve_escape, declared)))
        walk.contents.append((style, contents))
    for start, end in walk.titles:
        fresh += _count_fresh(known, source[start:end])
    for start, end in walk.comments:
        if HINT.search(source, start, end):
            fresh += _count_fresh(known, source[start : min(end, start + MOST_HELD)])
    return fresh >= enough


def _find_escaped(source: str, start: int, end: int) -> int:
    """Where words begin in a script all of whose letters are escaped; -1 where there are none."""
    if source.count("\\u", start, end) + source.count("\\x", start, end) < FRESH:
        return -1
    for run in ESCAPES.finditer(source, start, end):
        if count_words(_unescape(run[0].replace("\\\\", "\\"))) >= NEWS:
            return run.start()
    return -1


def _unescape(escapes: str) -> str:
    """What a row of escapes stands for."""
    if "{" in escapes or not escapes.isascii():
        return ESCAPE.sub(character, escapes)
    text = escapes.encode("ascii").decode("unicode_escape", "replace")
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _find_chunks(source: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Where in a script, source[start:end], there may be words; behind its tag, too."""
    base = max(0, start - 1)
    signs = source[base:end].encode("ascii", "replace").translate(SIGNS)
    for chunk in CHUNK.finditer(signs):
        yield base + chunk.start(1), base + chunk.end(1)


def _count_fresh(known: set[tuple[str, ...]], text: str) -> int:
    """About how many words of a text are news."""
    if "\\" in text:
        text = ESCAPE.sub(character, text)
    words = _find_words(text)
    if len(words) < RUN:
        return len(words)
    return len(words) - RUN + 1 - sum(map(known.__contains__, _find_runs(words)))


def _held(walk: Gatherer, sieve: Sieve, depth: int) -> Iterator[tuple[Mapped, Label]]:
    source = walk.source
    scripts = [(cut(source, start, end), kind) for start, end, kind in walk.scripts]
    programs = [script for script, kind in scripts if not kind or "javascript" in kind or kind == "module"]
    streams, others = find_pushed(programs) if programs else ([], [])
    pushed = {id(script) for script in programs} - {id(script) for script in others}
    for stream in streams:
        for text in find_in_stream(stream, sieve):
            yield text, Label.SCRIPT_DATA
    for script, kind in scripts:
        if id(script) in pushed:
            continue
        for text in find_in_script(script, kind, sieve):
            yield text, Label.SCRIPT_DATA
    for attribute in walk.held:
        yield from _in_attribute(walk, attribute, replace(sieve, places=None), depth)
    for start, end in walk.titles:
        yield _resolve(cut(source, start, end)), Label.TITLE
    for style, contents in walk.contents:
        builder = TextBuilder()
        for low, high in contents:
            _take_strings(builder, style, low, high)
        yield replace(join(builder), name="content"), Label.STYLE_CONTENT
    for start, end in walk.comments:
        brace = BRACE.search(source, start, end)
        stop = source.rfind("}", start, end) + 1
        if brace and stop > brace.start() and HINT.search(source, brace.start(), stop):
            for text in find_in_script(cut(source, brace.start(), stop), "json", replace(sieve, places=None)):
                yield replace(text, teaser=False), Label.COMMENT_DATA


def _find_declared(style: str) -> Iterator[tuple[int, int]]:
    """Where a sheet declares words of its own, and its variables where it shows some."""
    varies = False
    for found in _find_contents(style):
        varies = varies or "var(" in found[1]
        yield found.span(1)
    if varies:
        yield from (found.span(1) for found in VARIABLE.finditer(style) if '"' in found[1] or "'" in found[1])
    if COUNTERS in style:
        yield from (found.span(1) for found in SYMBOLS.finditer(style))


def _find_contents(style: str) -> Iterator[re.Match[str]]:
    """What CONTENT finds; by its names, of which a sheet has few, it is found several times faster."""
    at = 0
    places = {name: style.find(name) for name in WITH_TEXT}
    while following := [place for place in places.values() if place >= at]:
        at = min(following)
        found = CONTENT.match(style, at)
        if found:
            yield found
        at = found.end() if found else at + 1
        for name, place in places.items():
            if 0 <= place < at:
                places[name] = style.find(name, at)


def _joined(found: Iterable[tuple[Mapped, Label]]) -> list[tuple[Mapped, Label]]:
    """Texts that follow one another under one name as one, a line each."""
    return [
        (replace(join_lines([text for text, _ in group]), name=name, teaser=teaser), label)
        for (name, teaser, label), group in groupby(found, key=lambda one: (one[0].name, one[0].teaser, one[1]))
    ]


def _in_attribute(walk: Gatherer, attribute: Attribute, sieve: Sieve, depth: int) -> Iterator[tuple[Mapped, Label]]:
    """The texts of an attribute: prose, markup, data, a program, or a whole file."""
    found = _place(walk.source, attribute)
    if found is None:
        return
    value = _resolve(found)
    name = attribute.name
    if name == "style":
        builder = TextBuilder()
        for declared in CONTENT.finditer(value.text):
            _take_strings(builder, value, *declared.span(1))
        yield replace(join(builder), name="content"), Label.STYLE_CONTENT
    elif name in walk.shown:
        yield replace(value, name=f"attr {name}"), Label.ATTRIBUTE
    elif name in ADDRESSES and (address := DATA_ADDRESS.match(value.text)):
        text = _decode_address(value, address)
        yield replace(_read_frame(text, depth), name="data"), Label.FRAME
    elif name in ADDRESSES and (program := PROGRAM.match(value.text)):
        for text in find_in_script(unquote(cut_part(value, program.end(), len(value.text))), "", sieve):
            yield text, Label.ATTRIBUTE
    elif name.startswith("on"):
        for text in find_in_script(value, "", sieve):
            yield text, Label.ATTRIBUTE
    elif name == "srcdoc":
        yield replace(_read_frame(value, depth), name=name), Label.FRAME
    elif value.text.lstrip()[:1] in ("{", "[", '"', "'", "`"):
        for text in find_in_script(value, "json" if value.text.lstrip()[:1] in ("{", "[") else "", sieve):
            yield text, Label.ATTRIBUTE
    elif count_words(value.text) or MARKUP.search(value.text):
        teaser = attribute.tag == "meta" and len(value.text.split()) < TEASER
        yield replace(as_read(value), name="attribute", teaser=teaser), Label.ATTRIBUTE


def _decode_address(value: Mapped, address: re.Match[str]) -> Mapped:
    """The file that an address is (RFC 2397); one in base64 stands as a whole where the address stands."""
    kind, parameters = address[1].lower(), address[2].lower()
    rest = cut_part(value, address.end(), len(value.text))
    if ";base64" not in parameters.replace(" ", ""):
        return unquote(rest)
    from checker.readers.encoding import decode, decode_base64

    raw = decode_base64(unquote(rest).text)
    named = CHARSET.search(parameters)
    if not named and "ml" in kind:
        from checker.readers.html import declared

        names = declared(raw)
    else:
        names = [named[1]] if named else []
    builder = TextBuilder()
    builder.take(decode(raw, names[0] if names else "").text, *value.span(0, len(value.text)))
    return join(builder)


def _read_frame(value: Mapped, depth: int) -> Mapped:
    """What a page within a page shows and holds."""
    return as_read(value, partial(take_whole, depth=depth + 1) if depth < MOST_FRAMES else None)


def _place(source: str, attribute: Attribute) -> Mapped | None:
    for found in ATTRIBUTE.finditer(source, attribute.start, attribute.end):
        if found[1].lower() == attribute.name:
            group = next(number for number in (2, 3, 4) if found[number] is not None)
            return cut(source, *found.span(group))
    return None


def _resolve(value: Mapped) -> Mapped:
    """A value of an attribute without its references."""
    if "&" not in value.text:
        return value
    from html import unescape

    return rewrite(value, REFERENCE, lambda reference: unescape(reference[0]))


def _take_strings(builder: TextBuilder, style: Mapped, start: int, end: int) -> None:
    """The strings of one declaration, a line for each declaration."""
    first = True
    for found in STRING.finditer(style.text, start, end):
        low, high = found.span(1 if found[1] is not None else 2)
        if not any(map(str.isalnum, style.text[low:high])):
            continue
        if first and builder.length:
            builder.put("\n")
        first = False
        take_rewritten(builder, style, low, high, CSS_ESCAPE, _resolve_escape)


def _resolve_escape(escape: re.Match[str]) -> str:
    """What an escape of a style sheet stands for."""
    if not escape[1]:
        return escape[2].replace("\n", "")
    code = int(escape[1], 16)
    return chr(code) if 0 < code < 0x110000 else "\ufffd"


def _long(found: Sequence[tuple[Mapped, Label]], shown: int) -> list[tuple[Mapped, Label]]:
    """Of all texts those that may be a story: long, or several under one name that are long together.

    On a page that shows little anything may be.
    """
    if shown < FEW:
        return list(found)
    words: Counter[tuple[str, Label]] = Counter()
    sizes = [len(WORD.findall(text.text[:MOST_HELD])) for text, _ in found]
    for (text, label), size in zip(found, sizes, strict=True):
        if not text.teaser:
            words[text.name, label] += size
    return [
        (text, label)
        for (text, label), size in zip(found, sizes, strict=True)
        if not text.teaser and (size >= LONG or words[text.name, label] >= LONG)
    ]


def _news(
    known: set[tuple[str, ...]], found: Sequence[tuple[Mapped, Label]], enough: int
) -> list[tuple[Mapped, Label]]:
    """What of these texts neither the page says nor one of them before."""
    kept: list[tuple[Mapped, Label]] = []
    total = length = 0
    for text, label in found:
        plain = _find_words(text.text)
        unknown = list(_unknown(known, plain))
        words = list(WORD.finditer(text.text)) if unknown else []
        for low, high in unknown:
            start, end = words[low].start(), words[high - 1].end()
            if length + end - start > MOST_HELD:
                continue
            if high - low > 0.8 * len(words):
                start, end = 0, len(text.text)
            kept.append((cut_part(text, start, end), label))
            total += high - low
            length += end - start
        _learn(known, plain)
    return kept if total >= enough else []


def _find_words(text: str) -> list[str]:
    """The words of a text, in small letters."""
    if not text.isascii():
        bare = text
        for sign in BREAKS:
            bare = bare.replace(sign, " ")
        if not bare.isascii():
            return list(map(str.lower, WORD.findall(text)))
        text = bare
    return text.translate(SMALL_LETTERS).split()  # several times faster than to look for each


def _learn(known: set[tuple[str, ...]], words: Sequence[str]) -> None:
    known.update(_find_runs(words))


def _find_runs(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """All runs of so many words."""
    return zip(*(words[at:] for at in range(RUN)), strict=False)


def _unknown(known: set[tuple[str, ...]], words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Runs of words that are news, with what lies between two if it is short."""
    news = [True] * len(words)
    for at, run in enumerate(_find_runs(words)):
        if run in known:
            news[at : at + RUN] = [False] * RUN
    start = end = -1
    fresh = 0
    for at, new in enumerate(news):
        if not new:
            continue
        if start >= 0 and at - end > RUN + 2:
            if fresh >= NEWS:
                yield start, end
            start, fresh = -1, 0
        if start < 0:
            start = at
        end, fresh = at + 1, fresh + 1
    if start >= 0 and fresh >= NEWS:
        yield start, end


def _with(page: Page, kept: Sequence[tuple[Mapped, Label]]) -> Page:
    """A page with these texts behind its own, in the order of their labels."""
    builder = TextBuilder()
    builder.take_all(page.text, page.offsets)
    parts = list(page.parts)
    for text, label in sorted(kept, key=lambda one: ORDER.index(one[1])):
        if builder.length:
            builder.put("\n")
        start = builder.length
        builder.take_all(text.text, text.offsets)
        if builder.length > start:
            parts.append(Part(start, builder.length, label))
    return replace(page, text=builder.text(), offsets=builder.offsets(), parts=tuple(parts))


ORDER = (Label.TITLE, Label.FRAME, Label.STYLE_CONTENT, Label.SCRIPT_DATA, Label.COMMENT_DATA, Label.ATTRIBUTE)


def _is_coded(source: str, start: int, end: int) -> bool:
    """Whether a script holds data in which there may be words that are not read."""
    if OPAQUE.search(source, start, end):
        return True
    if any(
        len(CLOSED.findall(row[0])) * MOST_UNMARKED >= row[0].count(",")
        for row in WORD_ROW.finditer(source, start, end)
    ):
        return True
    return any(
        len(BLANK_CODE.findall(row[0])) >= BLANKS * row[0].count(",") for row in NUMBERS.finditer(source, start, end)
    )


def _doubts(walk: Gatherer, page: Page, shown: int, *, held: bool) -> tuple[str, ...]:
    """Whether a page shows so little that its text must come out of programs that were not read."""
    scripts = walk.all_scripts
    if shown >= FEW or not (scripts or walk.loads):
        return ()
    coded = any(_is_coded(walk.source, start, end) for start, end, _ in scripts)
    longest = max((len(line.split()) for line in page.text[: page.visible].split("\n")), default=0)
    programs = walk.loads or any(end - start > LONG_SCRIPT for start, end, _ in scripts)
    if not (coded or (shown < BARE and longest < SENTENCE and not held and programs)):
        return ()
    return (f"it shows {shown} words; what its programs load or hold in code besides could not be read",)
