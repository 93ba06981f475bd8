"""The texts that data and programs within a page hold, each with its place in the file.

JSON is walked by `json_walk`; of what is no JSON the strings are taken, in their order, as a linear scanner finds them
(https://tc39.es/ecma262/#sec-literals-string-literals). No program is run, and no name of a framework is known.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from checker.readers.json_walk import JsonText, find_rows, find_texts
from checker.readers.offsets import OffsetMap, TextBuilder, through
from checker.readers.prose import FEWEST, MARKUP, count_words

if TYPE_CHECKING:
    from checker.readers.page import Page

HINT = re.compile(
    r"(?:[^\s\"'<>{}=;()\[\]]{1,40} {1,3}){5}[^\s\"'<>{}=;()\[\]]"
    r"|[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]{12}"
    r"|(?:\\{1,4}(?:u(?:[0-9a-fA-F]{4}|\{[0-9a-fA-F]{1,6}\})|x[0-9a-fA-F]{2})){12}"
    r"|%20[^%\s]{1,40}%20"
)
"""Six words with blanks between, a dozen letters of a script that has none, or a dozen escaped characters: where text
is, there is this."""
LITERAL = re.compile(
    r"\"(?:[^\"\\\n]+|\\[\s\S])*\"?|'(?:[^'\\\n]+|\\[\s\S])*'?|`(?:[^`\\]+|\\[\s\S])*`?"
    r"|/\*[\s\S]*?(?:\*/|\Z)|//[^\n]*"
    r"|[=(,:;!&|?{}\[]\s*/(?![*/])(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/"
)
"""A string, a comment, or a regular expression, of a program."""
JSON_STRING = re.compile(r"\"(?:[^\"\\]+|\\[\s\S])*\"?")
ESCAPE = re.compile(
    r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})"
    r"|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(\r\n|[\s\S]))"
)
ESCAPED = re.compile(r"\\[ux]")
PERCENT = re.compile(r"(?:%[0-9a-fA-F]{2})+")
SIMPLE = {"n": "\n", "t": "\t", "r": "\r", "b": " ", "f": " ", "v": " ", "0": "", "\n": "", "\r\n": ""}
NAME_BACKWARDS = re.compile(r"\s*\[?\s*:\s*[\"'`]?([\w$-]{1,80})")
"""The name of what follows, read from there to the left."""
DIGITS = re.compile(r"\d+")
ASSIGNED = re.compile(r"[=(,:]\s*(?=[{\[]\s*[\"{\[])")
PUSHED = re.compile(r"\s*([\w.$]+(?:\s*=[^\"']{0,80})?[\w.$()|\[\] ]{0,80}\(\s*\[\s*\d+\s*,\s*)\"")
ROW = re.compile(r"(?:\A|(?<=\n)|(?<=[\]}\"]))([0-9a-f]{1,6}):(?:T([0-9a-f]{1,8}),|[A-Z]{0,2}(?=[\[{\"]))")
NAMED = (":", "[", " ", "\n", "\t")
"""What may stand before a string that has a name."""
DATA = re.compile(r"\\?\"[\w$-]{1,40}\\?\"\s*:\s*(?:\\?\"|[\[{\d])|\[\\?\"\$")
"""What data within a string has in it."""
URL = re.compile(r"(?:https?:/)?/[^\s]*\Z")
ADDRESS = re.compile(r":\s*\"(?:https?:)?\\?/")
BESIDE = 600
MOST_BACK = 200
"""Quotation marks within a string that are looked at on the way to its beginning."""
LARGE = 6_000
"""Characters of a script that is not walked through, on a page that shows more than a few words."""
MOST_DEPTH = 4
MOST_TRIES = 12
"""Places at which JSON is looked for in one program."""
MOST_SCRIPT = 4_000_000
"""Characters of a script that are looked at."""
MOST_STRINGS = 50_000
LONG = 50
"""Words of an article; of what is shorter there must be that many under one name."""
TEASER = 80
"""A text of fewer words beside an address is about another page."""


@dataclass(frozen=True, slots=True, eq=False)
class Sieve:
    """What is looked for: texts that say what the page does not show; short ones too, or only what may be a story.

    `places` are where in the file words stand that are news, rising, if that is known.
    """

    is_news: Callable[[str], bool]
    short: bool
    places: Sequence[int] | None = None

    def has_news(self, script: Mapped, start: int, end: int) -> bool:
        """Whether there can be news in script.text[start:end]."""
        if script.base < 0 or self.places is None:
            return HINT.search(script.text, start, end) is not None
        at = bisect_left(self.places, script.base + start)
        return at < len(self.places) and self.places[at] < script.base + end


@dataclass(frozen=True, slots=True, eq=False)
class Mapped:
    """A text, and the file it was taken from. `name` is where it stands in its data; a `teaser` is of another page."""

    text: str
    trace: Callable[[], OffsetMap]
    """Makes its map, once, when somebody asks: most texts are looked at and not kept."""
    name: str = ""
    teaser: bool = False
    base: int = -1
    """Where it begins in the file, if it stands there as it is."""

    @property
    def offsets(self) -> OffsetMap:
        """What leads it back to the file."""
        return self.trace()

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the file of text[start:end]."""
        return (self.base + start, self.base + end) if self.base >= 0 else self.offsets.span(start, end)


def cut(source: str, start: int, end: int) -> Mapped:
    """A stretch of the file as it stands."""

    def trace() -> OffsetMap:
        return OffsetMap(np.array([0, end - start], np.int64), np.array([start], np.int64), np.array([end], np.int64))

    return Mapped(source[start:end], cache(trace), base=start)


def rewrite(mapped: Mapped, pattern: re.Pattern[str], meaning: Callable[[re.Match[str]], str]) -> Mapped:
    """A text with something else for each match of a pattern, which stands for its stretch of the file as a whole."""
    return _rewrite(mapped, 0, len(mapped.text), pattern, meaning)


def _rewrite(
    mapped: Mapped, start: int, end: int, pattern: re.Pattern[str], meaning: Callable[[re.Match[str]], str]
) -> Mapped:
    def trace() -> OffsetMap:
        builder = TextBuilder()
        take_rewritten(builder, mapped, start, end, pattern, meaning)
        return builder.offsets()

    return Mapped(pattern.sub(meaning, mapped.text[start:end]), cache(trace))


def take_rewritten(
    builder: TextBuilder,
    mapped: Mapped,
    start: int,
    end: int,
    pattern: re.Pattern[str],
    meaning: Callable[[re.Match[str]], str],
) -> None:
    """Put mapped.text[start:end] into a builder, with something else for each match of a pattern."""
    at = start
    for found in pattern.finditer(mapped.text, start, end):
        take(builder, mapped, at, found.start())
        builder.take(meaning(found), *mapped.span(found.start(), found.end()))
        at = found.end()
    take(builder, mapped, at, end)


def take(builder: TextBuilder, mapped: Mapped, start: int, end: int) -> None:
    """mapped.text[start:end] into a builder, each piece with its place."""
    if mapped.base >= 0:
        builder.take(mapped.text[start:end], mapped.base + start, mapped.base + end)
        return
    for left, right, low, high in mapped.offsets.pieces(start, end):
        builder.take(mapped.text[left:right], low, high)


def join(builder: TextBuilder) -> Mapped:
    """What a builder holds."""
    offsets = builder.offsets()
    return Mapped(builder.text(), lambda: offsets)


def join_lines(texts: Sequence[Mapped]) -> Mapped:
    """Texts that follow one another as one, a line each."""

    def trace() -> OffsetMap:
        builder = TextBuilder()
        for text in texts:
            if builder.length:
                builder.put("\n")
            builder.take_all(text.text, text.offsets)
        return builder.offsets()

    return Mapped("\n".join(text.text for text in texts), cache(trace))


def find_in_script(script: Mapped, kind: str, sieve: Sieve, depth: int = 0) -> list[Mapped]:
    """The texts of a script of a media type, in order, as far as they are news."""
    text = script.text[:MOST_SCRIPT]
    if depth > MOST_DEPTH or not HINT.search(text):
        return []
    if len(text) > LARGE and not sieve.short and script.base >= 0 and sieve.places is not None:
        return list(_around_news(script, sieve, depth))
    program = not kind or "javascript" in kind or "ecmascript" in kind or kind in ("module", "text/babel", "text/jsx")
    bare = text.lstrip()
    if "json" in kind or bare[:1] in ("{", "["):
        found = _in_json(script, text, sieve)
        if found is not None:
            return list(found)
    elif not program:
        return [as_read(script)]
    return list(_in_program(script, text, sieve, depth))


def as_read(mapped: Mapped, read: Callable[[str], Page] | None = None) -> Mapped:
    """A text as it is read: without the markup, if it is marked up; `read` gives the page of it."""
    if not MARKUP.search(mapped.text):
        return mapped
    from checker.readers.page import take_apart

    page = (read or take_apart)(mapped.text)
    return replace(mapped, text=page.text, trace=cache(lambda: through(page.offsets, mapped.offsets)), base=-1)


def find_pushed(scripts: list[Mapped]) -> tuple[list[Mapped], list[Mapped]]:
    """Scripts that hand on one stream of text in pieces, as one each by what they call; and all other scripts.

    A page that is streamed calls one function with a number and a string again and again; strings are cut anywhere.
    """
    streams: dict[str, TextBuilder] = {}
    others = []
    for script in scripts:
        found = PUSHED.match(script.text[:400])
        string = JSON_STRING.match(script.text, found.end() - 1) if found else None
        if not found or not string:
            others.append(script)
            continue
        decoded = decode(script, string.start() + 1, string.end() - 1)
        take(streams.setdefault(found[1], TextBuilder()), decoded, 0, len(decoded.text))
    return [join(builder) for builder in streams.values()], others


def find_in_stream(stream: Mapped, sieve: Sieve, depth: int = 1) -> list[Mapped]:
    """The texts of a stream: rows of JSON, and rows of bare text that say how long they are."""
    out: list[Mapped] = []
    rows = list(ROW.finditer(stream.text))
    if not rows:
        return find_in_script(stream, "", sieve, depth)
    skip = 0
    for number, row in enumerate(rows):
        if row.start() < skip:
            continue
        end = rows[number + 1].start() if number + 1 < len(rows) else len(stream.text)
        if row[2]:
            size = min(int(row[2], 16), len(stream.text))
            end = row.end() + len(
                stream.text[row.end() : row.end() + size].encode("utf-8", "replace")[:size].decode("utf-8", "ignore")
            )
            skip = end
            out.append(as_read(cut_part(stream, row.end(), end)))
        else:
            out += find_in_script(cut_part(stream, row.end(), end), "json", sieve, depth)
    return out


def cut_part(mapped: Mapped, start: int, end: int) -> Mapped:
    """A stretch of a text that was taken from a file."""
    builder = TextBuilder()
    take(builder, mapped, start, end)
    return join(builder)


def decode(mapped: Mapped, start: int, end: int) -> Mapped:
    """The string between two quotation marks, without its escapes."""
    made = _rewrite(mapped, start, max(start, end), ESCAPE, character)
    if "%20" in made.text and len(PERCENT.findall(made.text[:2_000])) > 5:
        return unquote(made)
    return made


def unquote(mapped: Mapped) -> Mapped:
    """What is written as addresses write it, without that."""
    return rewrite(mapped, PERCENT, _unquoted)


def _unquoted(run: re.Match[str]) -> str:
    """What characters are that an address writes as numbers."""
    return bytes.fromhex(run[0].replace("%", "")).decode("utf-8", "replace")


def character(escape: re.Match[str]) -> str:
    """What an escape of a string stands for."""
    braced, high, low, four, two, other = escape.groups()
    if high:
        return chr(0x10000 + ((int(high, 16) - 0xD800) << 10) + (int(low, 16) - 0xDC00))
    number = braced or four or two
    if number:
        code = int(number, 16)
        return chr(code) if code < 0x110000 else "\ufffd"
    return SIMPLE.get(other, other)


def _in_json(script: Mapped, text: str, sieve: Sieve) -> Iterator[Mapped] | None:
    """The texts of JSON; None when it is none."""
    try:
        value = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None
    return _placed(script, value, 0, len(text), sieve)


def _placed(script: Mapped, value: object, start: int, end: int, sieve: Sieve) -> Iterator[Mapped]:
    """The texts in a value of JSON that stands in script.text[start:end]."""
    texts = [
        (text, _name(text.pointer), _is_teaser(value, text))
        for text in (*find_texts(value), *(find_rows(value) if sieve.short else ()))
        if sieve.is_news(text.text)
    ]
    if not sieve.short:
        texts = [found for found in texts if not found[2]]
    if not texts:
        return
    strings = [found.span() for found in JSON_STRING.finditer(script.text, start, end)][:MOST_STRINGS]
    finder = _Finder(script, strings, (start, end))
    for text, name, teaser in texts:
        yield replace(finder.find(text), name=name, teaser=teaser)


class _Finder:
    """Where in the file the texts of JSON stand: in one string, or in some that follow one another."""

    def __init__(self, script: Mapped, strings: list[tuple[int, int]], whole: tuple[int, int]) -> None:
        self.script, self.strings, self.whole = script, strings, whole
        self.raw = [script.text[low + 1 : high - 1] for low, high in strings]
        self.number: dict[str, int] = {}
        for number, raw in enumerate(self.raw):
            self.number.setdefault(self._plain(number, raw), number)
        self.at = 0

    def _plain(self, number: int, raw: str) -> str:
        if "\\" in raw:
            raw = ESCAPE.sub(character, raw)
            self.raw[number] = raw
        return raw.strip()

    def find(self, text: JsonText) -> Mapped:
        number = self.number.get(text.text)
        if number is not None:
            self.at = number + 1
            return as_read(self._decoded(number))
        pieces = self._pieces(text.text)
        if not pieces:
            builder = TextBuilder()
            builder.take(text.text, *self.script.span(*self.whole))
            return as_read(join(builder))
        builder = TextBuilder()
        for number, gap in pieces:
            if gap:
                builder.put(gap)
            decoded = self._decoded(number)
            take(builder, decoded, 0, len(decoded.text))
        self.at = pieces[-1][0] + 1
        return as_read(join(builder))

    def _decoded(self, number: int) -> Mapped:
        low, high = self.strings[number]
        return decode(self.script, low + 1, high - 1)

    def _pieces(self, text: str) -> list[tuple[int, str]]:
        """The strings that make up a text, from where the last one ended, each with what stands before it."""
        out: list[tuple[int, str]] = []
        at = 0
        for number in range(self.at, min(len(self.raw), self.at + 2_000)):
            bare = self.raw[number].strip()
            rest = len(text) - len(text[at:].lstrip()) if at < len(text) else at
            if bare and text.startswith(bare, rest) and (len(bare) > 2 or out):
                out.append((number, " " if rest > at and out else ""))
                at = rest + len(bare)
                if at >= len(text.rstrip()):
                    return out
        return out if at > 0.8 * len(text) else []


def _name(pointer: str) -> str:
    """The last name in a pointer that is no number, without the numbers in it."""
    for token in reversed(pointer.split("/")):
        if token and not token.isdigit():
            return DIGITS.sub("", token)
    return ""


def _is_teaser(value: object, text: JsonText) -> bool:
    """Whether a short text stands beside the address of a page."""
    if len(text.text.split()) >= TEASER:
        return False
    for token in text.pointer.split("/")[1:-1]:
        token = token.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict):
            value = value.get(token)
        elif isinstance(value, list) and token.isdigit() and int(token) < len(value):
            value = value[int(token)]
    return isinstance(value, dict) and any(
        isinstance(said, str) and len(said) < 2_000 and URL.match(said) is not None for said in value.values()
    )


def _in_program(script: Mapped, text: str, sieve: Sieve, depth: int) -> Iterator[Mapped]:
    """The texts of a program: of the JSON in it, and of its other strings."""
    decoder = json.JSONDecoder(strict=False)
    done: list[tuple[int, int]] = []
    at = tries = 0
    while tries < MOST_TRIES and (found := ASSIGNED.search(text, at)):
        tries += 1
        at = found.end()
        try:
            value, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            continue
        if end - at > 100 and sieve.has_news(script, at, end):
            done.append((at, end))
            yield from _placed(script, value, at, end, sieve)
        at = end
    low = 0
    for start, end in [*done, (len(text), len(text))]:
        yield from _strings(script, low, start, sieve, depth)
        low = end


def _strings(script: Mapped, low: int, high: int, sieve: Sieve, depth: int) -> Iterator[Mapped]:
    """The strings of a stretch of a program that are prose, and others that stand under the same names."""
    if not sieve.has_news(script, low, high):
        return
    text = script.text
    found: list[tuple[int, int, str, int]] = []
    words: Counter[str] = Counter()
    for literal in LITERAL.finditer(text, low, high):
        start, end = literal.span()
        if text[start] not in "\"'`" or end - start < 3 or text[end : end + 20].lstrip()[:1] == ":":
            continue
        key = _name_before(text, start, low) if text[start - 1 : start] in NAMED else ""
        raw = text[start + 1 : end - 1]
        worded = len(raw) > 12 and (" " in raw or not raw.isascii() or ESCAPED.search(raw) is not None or "%20" in raw)
        size = count_words(_rough(raw)) if worded else 0
        found.append((start, end, key, size))
        words[key] += size
        if len(found) >= MOST_STRINGS:
            break
    for start, end, key, size in found:
        holds_more = end - start > 100 and DATA.search(text, start, end) is not None
        if not (size >= FEWEST or holds_more or (key and words[key] >= LONG and " " in text[start:end])):
            continue
        if not (holds_more or sieve.is_news(_rough(text[start:end]))):
            continue
        string = replace(decode(script, start + 1, end - 1), name=key)
        if holds_more:
            rows = ROW.match(string.text)
            inner = find_in_stream(string, sieve, depth + 1) if rows else find_in_script(string, "", sieve, depth + 1)
            yield from (replace(one, name=one.name or key) for one in inner)
        else:
            yield as_read(string)


def _around_news(script: Mapped, sieve: Sieve, depth: int) -> Iterator[Mapped]:
    """The strings of a large script in which words stand that are news; the rest of it is not looked at."""
    text, places = script.text, sieve.places or ()
    done = 0
    for place in places[bisect_left(places, script.base) : bisect_left(places, script.base + len(text))]:
        at = place - script.base
        if at < done:
            continue
        start = _opening(text, at, done)
        found = (LITERAL if text[start] != '"' else JSON_STRING).match(text, start)
        if not found or found.end() <= at:
            continue
        done = found.end()
        key = _name_before(text, start)
        data = DATA.search(text, start, done) is not None
        teaser = (
            done - start < 10 * TEASER and text.count(" ", start, done) < TEASER and _has_address(text, start, done)
        )
        if teaser and not data:
            continue
        string = replace(decode(script, start + 1, done - 1), name=key)
        if data:
            rows = ROW.match(string.text) is not None
            inner = find_in_stream(string, sieve, depth + 1) if rows else find_in_script(string, "", sieve, depth + 1)
            yield from (replace(one, name=one.name or key) for one in inner)
            continue
        if sieve.is_news(string.text):
            yield as_read(string)


def _opening(text: str, at: int, low: int) -> int:
    """Where the string begins in which text[at] stands, as far as one can see from there."""
    quote = text[at - 1] if at else ""
    if quote in ("'", "`") and text[at - 2 : at - 1] != "\\":
        return at - 1
    start = at
    for _ in range(MOST_BACK):
        start = text.rfind('"', low, start)
        if start < 0:
            return at - 1
        before = text[max(low, start - 20) : start]
        if (len(before) - len(before.rstrip("\\"))) % 2 == 0:
            return start
    return at - 1


def _name_before(text: str, at: int, low: int = 0) -> str:
    """Under what name a string stands that begins there, without the numbers in it; "" for none."""
    found = NAME_BACKWARDS.match(text[max(low, at - 100) : at][::-1])
    return DIGITS.sub("", found[1][::-1]) if found else ""


def _has_address(text: str, start: int, end: int) -> bool:
    """Whether an address stands beside a string in its object."""
    low = max(text.rfind("{", max(0, start - BESIDE), start), 0, start - BESIDE)
    high = text.find("}", end, end + BESIDE)
    return any(ADDRESS.search(text, *span) for span in ((low, start), (end, high if high >= 0 else end + BESIDE)))


def _rough(raw: str) -> str:
    """A string with blanks where its escapes are, to be judged by."""
    if "%20" in raw:
        raw = raw.replace("%20", " ")
    return ESCAPE.sub(character, raw) if "\\" in raw else raw
