"""Captions, SubRip (.srt), WebVTT (https://www.w3.org/TR/webvtt1/) and others in text (`subtitles`), to a document.

What is said, and when.

Lines of a caption are joined with a space (a new speaker's with a line end), captions with a line end, so that a
sentence goes on from one to the next. Read leniently, as players do: a missing empty line loses no words.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from html import unescape
from typing import BinaryIO

from checker.places import Place
from checker.readers.document import Document, Label, Part, Reading, Unreadable
from checker.readers.encoding import Decoded, read_each
from checker.readers.formats import Format, Start, whole
from checker.readers.offsets import TextBuilder

MOST_CUES = 50_000
"""More than a day of captions has; of a longer file only so many are judged, and the report says so."""
MOST_CAPTIONS = 4 * 1024 * 1024
"""Bytes; the captions of a film have some 150,000."""
MOST_LINES = 4 * MOST_CUES
LEAST_ROLLING, ROLLING_SHARE = 3, 0.3
"""So many captions, and such a share of all, that begin with lines still shown are roll-up captions."""

TIME = r"-?(?:\d{1,6}:)?\d{1,3}:\d{1,3}(?:[.,:]\d{1,6})?"
TIMING = re.compile(rf"({TIME})\s{{0,9}}-{{1,3}}>\s{{0,9}}({TIME})")
CLOCK = re.compile(r"(-?)(?:(\d+):)?(\d+):(\d+)(?:[.,:](\d+))?")
BEGINNING = re.compile(rf"\s*(?:\d{{1,9}}[ \t]*[\r\n]+\s*)?{TIME}\s{{0,9}}-{{1,3}}>")
TOKEN = re.compile(r"[^\r\n]+|[\r\n]\s*")
SEVERAL = re.compile(r"(?:\r\n|\r(?!\n)|\n)[^\r\n]*[\r\n]")
"""An empty line: a carriage return and the line feed behind it end one line, and not two."""
LONE_END = re.compile(r"\r(?!\n)")
OTHER_ENDS = dict.fromkeys((0x0B, 0x0C, 0x85, 0x2028, 0x2029), "\n")
APART = re.compile(r"WEBVTT(?:\s|$)|NOTE(?:\s|$)|STYLE\s*$|REGION\s*$")
"""First lines of blocks of WebVTT that nobody hears."""
MARKUP = re.compile(
    r"</?(?:b|br|c|em|font|i|lang|rt|ruby|s|span|strong|u|v)(?:[.\s/][^<>]{0,300})?>"
    r"|<\d[\d:.]{0,20}>"
    r"|\{\\[^{}]{0,100}\}"
    r"|\{[CFSYcfsy]:[^{}]{0,40}\}"
    r"|\\N"
    r"|&(?:#\d{1,7}|#[Xx][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});",
    re.IGNORECASE,
)
LONG_WORD = re.compile(r"[^\W\d_]{3,}")
MANY_APART = 15
"""With so many words in no caption a file may hold a text besides."""
DASHES = ("-", "–", "—", ">>")
"""How a line begins where another speaker does."""

Piece = tuple[str, int, int]
"""Some words, and where they stand in the file: start and end, in characters."""


@dataclass(frozen=True, slots=True)
class _Held:
    """text[start:end] is a line that may belong to the next caption, as its number; whether it follows an empty one."""

    start: int
    end: int
    after_blank: bool


@dataclass(frozen=True, slots=True)
class Cue:
    """One caption: when it is shown ("" when that is not known), and its lines without markup."""

    begins: str = ""
    ends: str = ""
    lines: list[list[Piece]] = field(default_factory=list)

    def add(self, text: str, held: _Held | None) -> None:
        """A line that turned out to be words."""
        if held:
            self.lines.append(_pieces(text, held.start, held.end))


def read(name: str, stream: BinaryIO) -> Iterator[Document | Unreadable]:
    """The captions as one document. Raises OSError."""
    raw, doubts = whole(stream, MOST_CAPTIONS)
    yield read_each(raw, (), lambda decoded: _document(name, decoded, doubts))


def _document(name: str, decoded: Decoded, doubts: tuple[str, ...]) -> Document:
    from checker.readers.subtitles import find_parser

    doubts += (decoded.doubt,) if decoded.doubt else ()
    decoded = replace(decoded, text=align_ends(decoded.text))
    parser, warning = find_parser(decoded.text)
    cues, cut = _limited(parser(decoded.text) if parser else _cues(decoded.text))
    cues = [Cue(), *cues] if parser else cues
    document = document_of(name, cues, cut, decoded, doubts, (warning,) if warning else ())
    return add_plain(document, decoded.text) if parser else document


def align_ends(text: str) -> str:
    """The text with line feeds where other characters end its lines; every character keeps its place."""
    return LONE_END.sub("\n", text if "\n" in text else text.translate(OTHER_ENDS))


def add_plain(document: Document, text: str) -> Document:
    """The document, read as plain text besides where its file holds many words that are in no caption."""
    heard = Counter(LONG_WORD.findall(document.text))
    if (Counter(LONG_WORD.findall(text)) - heard).total() < MANY_APART:
        return document
    other = Document(document.id, text, incomplete=document.incomplete, encoding=document.encoding)
    return replace(document, readings=(*document.readings, Reading(other, "as plain text")))


def document_of(
    name: str,
    cues: Sequence[Cue],
    cut: bool,
    decoded: Decoded,
    doubts: tuple[str, ...],
    warnings: tuple[str, ...] = (),
) -> Document:
    """The document of captions, the first of which holds what stands before them; `cut`: whether there were more."""
    if cut:
        doubts += (f"only its first {MOST_CUES:,} captions were read",)
    repeated = _repeats(cues)
    builder, parts = _joined(cues, repeated)
    taken = sum(repeated)
    return Document(
        name,
        builder.text(),
        incomplete=doubts,
        encoding=decoded.encoding,
        offsets=builder.offsets(),
        original=decoded.text,
        parts=tuple(parts),
        warnings=(*warnings, f"{taken:,} lines that these roll-up captions show again were taken once")
        if taken
        else warnings,
    )


def _limited(given: Iterator[Cue]) -> tuple[list[Cue], bool]:
    """The first captions, and whether there were more."""
    cues: list[Cue] = []
    lines = 0
    for cue in given:
        lines += len(cue.lines)
        if len(cues) > MOST_CUES or lines > MOST_LINES:
            return cues, True
        cues.append(cue)
    return cues, False


def _cues(text: str) -> Iterator[Cue]:
    """Captions in order. The first has no times: it holds what stands before them, mostly nothing."""
    vtt = text.startswith("WEBVTT")
    cue, held, apart, blank, number = Cue(), None, False, True, 0
    for token in TOKEN.finditer(text):
        line = _stripped(text, *token.span())
        if line is None:
            blank = blank or bool(SEVERAL.match(token[0]))
            apart = apart and not blank
            continue
        if timing := TIMING.match(text, *line):
            counted = _number(text, held, number, vtt)
            cue.add(text, held if counted is None else None)
            yield cue
            cue, number = Cue(_clock(timing[1]), _clock(timing[2])), counted or number + 1
            held, apart = None, False
        else:
            cue.add(text, held)
            if len(cue.lines) > MOST_LINES:
                break
            apart = apart or (vtt and blank and bool(APART.match(text, *line)))
            held = None if apart else _Held(*line, blank)
        blank = False
    cue.add(text, held)
    yield cue


def _stripped(text: str, start: int, end: int) -> tuple[int, int] | None:
    """A line without white space at its ends; None when there is nothing else."""
    line = text[start:end]
    left = len(line) - len(line.lstrip())
    return (start + left, start + len(line.rstrip())) if left < len(line) else None


def _number(text: str, held: _Held | None, last: int, vtt: bool) -> int | None:
    """The number of a caption, read off the line before its times; None when that line is words.

    A number that follows other words without an empty line is a number only where it is the next one.
    WebVTT may have a name there, which counts as the next number.
    """
    if held is None:
        return last + 1
    line = text[held.start : held.end]
    if line.isdecimal() and len(line) < 10 and (held.after_blank or int(line) == last + 1):
        return int(line)
    return last + 1 if vtt and held.after_blank else None


def _clock(written: str) -> str:
    """A time as hh:mm:ss.mmm."""
    found = CLOCK.match(written)
    if not found:
        return ""
    sign, hours, minutes, seconds, fraction = found.groups(default="")
    return f"{sign}{hours or 0:0>2}:{minutes:0>2}:{seconds:0>2}.{fraction[:3]:0<3}"


def _pieces(text: str, start: int, end: int) -> list[Piece]:
    """What is heard of a line; "\\N" of other formats is a space."""
    pieces: list[Piece] = []
    at = start
    for mark in MARKUP.finditer(text, start, end):
        if at < mark.start():
            pieces.append((text[at : mark.start()], at, mark.start()))
        at = mark.end()
        written = mark[0]
        if written[0] == "&":
            pieces.append((unescape(written), *mark.span()))
        elif written == "\\N" or written[1:3].lower() == "br":
            pieces.append((" ", *mark.span()))
    if at < end:
        pieces.append((text[at:end], at, end))
    return pieces


def _words(line: Sequence[Piece]) -> str:
    return "".join(piece for piece, _, _ in line).strip()


def _repeats(cues: Sequence[Cue]) -> list[int]:
    """How many lines at the beginning of each caption roll up from the one before, where captions do so at all.

    Then a line is shown two or three times (CEA-608 roll-up, live captions), and said once.
    """
    rolling = []
    shown: list[str] = []
    for cue in cues:
        lines = [words for words in map(_words, cue.lines) if words]
        most = min(len(shown), len(lines), 8) if cue.begins else 0
        rolling.append(next((size for size in range(most, 0, -1) if shown[-size:] == lines[:size]), 0))
        shown = lines or shown
    several = sum(map(bool, rolling))
    return rolling if several >= max(LEAST_ROLLING, ROLLING_SHARE * len(cues)) else [0] * len(cues)


def _joined(cues: Sequence[Cue], repeated: Sequence[int]) -> tuple[TextBuilder, list[Part]]:
    """The text, and when its parts are said. Lines shown again belong to where they were shown first."""
    builder = TextBuilder()
    parts: list[Part] = []
    for cue, rolled in zip(cues, repeated, strict=True):
        lines = [line for line in cue.lines if _words(line)][rolled:]
        for number, line in enumerate(lines):
            if builder.length:
                builder.put(" " if number and not _words(line).startswith(DASHES) else "\n")
            start = builder.length if number == 0 else parts.pop().start
            _take(builder, line)
            place = Place(begins=cue.begins, ends=cue.ends) if cue.begins else None
            parts.append(Part(start, builder.length, Label.CUE, place))
    return builder, parts


def _take(builder: TextBuilder, line: Sequence[Piece]) -> None:
    """A line without white space at its ends."""
    first = next(number for number, piece in enumerate(line) if piece[0].strip())
    last = next(number for number in range(len(line) - 1, -1, -1) if line[number][0].strip())
    for number in range(first, last + 1):
        piece, start, end = line[number]
        plain = len(piece) == end - start
        if number == first and plain:
            start += len(piece) - len(piece.lstrip())
            piece = piece.lstrip()
        if number == last and plain:
            end -= len(piece) - len(piece.rstrip())
            piece = piece.rstrip()
        builder.take(piece, start, end)


def looks(start: Start) -> bool:
    """By the mark of WebVTT or the times of a first caption; by its name where there are times further down."""
    from checker.readers.subtitles import find_parser

    if BEGINNING.match(start.text):
        return True
    if re.match(r"WEBVTT(?:\s|$)", start.text):  # a text that begins with this word goes on with others, and no times
        return "->" in start.text or not start.text[len("WEBVTT") :].strip()
    if start.named(".srt", ".vtt") and "-->" in start.text:
        return True
    return bool(start.text[:1]) and find_parser(align_ends(start.text))[0] is not None


FORMAT = Format(
    "captions",
    "captions in text (SubRip, WebVTT, ASS, SBV, MicroDVD)",
    looks,
    read,
    (".srt", ".vtt", ".ass", ".ssa", ".sbv", ".sub", ".lrc"),
    "characters of the file and its time codes",
)
