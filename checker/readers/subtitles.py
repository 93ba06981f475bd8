"""Subtitles in text: ASS and SSA, SBV and SubViewer, MicroDVD and MPL2, lyrics (LRC); each caption with its times."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from checker.readers.captions import Cue, Piece

HEAD = 20_000
"""Characters in which a file shows what it is."""
SCRIPT = re.compile(r"\s*(?:\[Script Info\]|\[V4\+? Styles\]|!: This is a Sub Station)", re.IGNORECASE)
TIMED_DIALOGUE = re.compile(r"^Dialogue:[^,\r\n]{0,40},[ \t]*\d{1,2}:\d{2}:\d{2}\.", re.MULTILINE)
DIALOGUE = re.compile(r"^Dialogue:[ \t]*([^\r\n]*)", re.MULTILINE)
FORMAT_LINE = re.compile(r"^Format:[ \t]*([^\r\n]*\bText\b[^\r\n]*)", re.MULTILINE | re.IGNORECASE)
COLUMNS = ("Layer", "Start", "End", "Style", "Name", "MarginL", "MarginR", "MarginV", "Effect", "Text")
CODES = re.compile(r"\{[^{}\r\n]*\}|\\[Nnh]")
DRAWING = re.compile(r"\\p([0-9])")
SPOKEN = r"\d{1,3}:\d{2}:\d{2}[.,]\d{2,3}"
SBV = re.compile(rf"^[ \t]*({SPOKEN}),[ \t]?({SPOKEN})[ \t]*\r?$", re.MULTILINE)
PICTURES = re.compile(r"^\{(\d{1,9})\}\{(\d{0,9})\}([^\r\n]*)", re.MULTILINE)
TENTHS = re.compile(r"^\[(\d{1,9})\]\[(\d{0,9})\]([^\r\n]*)", re.MULTILINE)
LYRICS = re.compile(r"^((?:\[\d{1,3}:\d{2}(?:[.:]\d{1,3})?\][ \t]*)+)([^\r\n]*)", re.MULTILINE)
STAMP = re.compile(r"\[(\d{1,3}):(\d{2})(?:[.:](\d{1,3}))?\]|<\d{1,3}:\d{2}(?:[.:]\d{1,3})?>")
MICRO_CODES = re.compile(r"\{[A-Za-z]:[^{}]*\}|\||(?<=[|\]}])/")
BREAKS = re.compile(r"\[br\]|\r\n|[\r\n]", re.IGNORECASE)
USUAL_RATE = 23.976
"""Pictures a second, where a file that counts in pictures does not say how many, as players take it."""
NO_RATE = "its times count pictures; they are given as if there were 23.976 a second"

Parse = Callable[[str], Iterator[Cue]]


def find_parser(text: str) -> tuple[Parse | None, str]:
    """What reads such a text, None where it is none of these; and a word about its times, if there is one to say."""
    head = text[:HEAD].lstrip("\ufeff")
    if SCRIPT.match(head) or TIMED_DIALOGUE.search(head):
        return parse_script, ""
    if SBV.match(head.lstrip()) or head.lstrip().startswith("[INFORMATION]"):
        return parse_sbv, ""
    if PICTURES.match(head.lstrip()) and len(PICTURES.findall(head)) >= 2:
        return parse_pictures, "" if _rate(text) else NO_RATE
    if TENTHS.match(head.lstrip()) and len(TENTHS.findall(head)) >= 2:
        return parse_tenths, ""
    if head.lstrip().startswith("[") and len(LYRICS.findall(head)) >= 3:
        return parse_lyrics, ""
    return None, ""


def parse_script(text: str) -> Iterator[Cue]:
    """The dialogue of Advanced SubStation Alpha and SubStation Alpha; comments and drawings are not shown."""
    columns = [name.strip().lower() for name in COLUMNS]
    for found in FORMAT_LINE.finditer(text):
        columns = [name.strip().lower() for name in found[1].split(",")]
    wanted = {name: columns.index(name) for name in ("start", "end") if name in columns}
    for line in DIALOGUE.finditer(text):
        fields = line[1].split(",", len(columns) - 1)
        if len(fields) < len(columns):
            continue
        begins, ends = (_clock(fields[wanted[name]]) if name in wanted else "" for name in ("start", "end"))
        start = line.end() - len(fields[-1])
        yield Cue(begins, ends, _script_lines(text, start, line.end()))


def _script_lines(text: str, start: int, end: int) -> list[list[Piece]]:
    lines: list[list[Piece]] = [[]]
    at, drawn = start, False
    for code in CODES.finditer(text, start, end):
        if at < code.start() and not drawn:
            lines[-1].append((text[at : code.start()], at, code.start()))
        at = code.end()
        if code[0][0] == "{":
            for said in DRAWING.finditer(code[0]):
                drawn = said[1] != "0"
        elif code[0] == "\\h":
            lines[-1].append((" ", *code.span()))
        else:
            lines.append([])
    if at < end and not drawn:
        lines[-1].append((text[at:end], at, end))
    return lines


def parse_sbv(text: str) -> Iterator[Cue]:
    """SBV and SubViewer: a line of two times, and the words below it up to an empty line or the next times."""
    timings = list(SBV.finditer(text))
    for timing, end in zip(timings, [*(after.start() for after in timings[1:]), len(text)], strict=False):
        yield Cue(_clock(timing[1]), _clock(timing[2]), _lines(text, timing.end(), end, BREAKS))


def parse_pictures(text: str) -> Iterator[Cue]:
    """MicroDVD: {first picture}{last picture}words|words."""
    rate = _rate(text) or USUAL_RATE
    for number, found in enumerate(PICTURES.finditer(text)):
        if number == 0 and _rate(text):
            continue
        begins, ends = (write_seconds(int(count) / rate) if count else "" for count in (found[1], found[2]))
        yield Cue(begins, ends, _lines(text, found.start(3), found.end(3), MICRO_CODES))


def parse_tenths(text: str) -> Iterator[Cue]:
    """MPL2: [tenths of a second][tenths of a second]words|/words in italics."""
    for found in TENTHS.finditer(text):
        begins, ends = (write_seconds(int(count) / 10) if count else "" for count in (found[1], found[2]))
        yield Cue(begins, ends, _lines(text, found.start(3), found.end(3), MICRO_CODES))


def parse_lyrics(text: str) -> Iterator[Cue]:
    """LRC: [minutes:seconds]words, perhaps with a time before each word."""
    for found in LYRICS.finditer(text):
        stamp = STAMP.match(found[1])
        begins = write_seconds(int(stamp[1]) * 60 + float(f"{stamp[2]}.{stamp[3] or 0}")) if stamp and stamp[1] else ""
        yield Cue(begins, begins, [_cut(text, found.start(2), found.end(2), STAMP)])


def _rate(text: str) -> float:
    """Pictures a second, as a first caption of MicroDVD may say; 0 when it does not."""
    found = PICTURES.search(text, 0, HEAD)
    said = found[3].strip() if found and found[1] in ("0", "1") and found[2] in ("0", "1") else ""
    return float(said) if re.fullmatch(r"\d{1,3}(?:\.\d{1,6})?", said) and float(said) > 0 else 0.0


def _lines(text: str, start: int, end: int, marks: re.Pattern[str]) -> list[list[Piece]]:
    """Words between marks; a bar and a line's end begin a new line, other marks show nothing."""
    lines: list[list[Piece]] = [[]]
    at = start
    for mark in marks.finditer(text, start, end):
        if at < mark.start():
            lines[-1].append((text[at : mark.start()], at, mark.start()))
        at = mark.end()
        if mark[0][0] in "|[\r\n":
            lines.append([])
    if at < end:
        lines[-1].append((text[at:end], at, end))
    return lines


def _cut(text: str, start: int, end: int, marks: re.Pattern[str]) -> list[Piece]:
    pieces: list[Piece] = []
    at = start
    for mark in marks.finditer(text, start, end):
        if at < mark.start():
            pieces.append((text[at : mark.start()], at, mark.start()))
        at = mark.end()
    if at < end:
        pieces.append((text[at:end], at, end))
    return pieces


def _clock(written: str) -> str:
    """h:mm:ss.cc as hh:mm:ss.mmm."""
    found = re.fullmatch(r"(\d{1,3}):(\d{1,2}):(\d{1,2})[.,:](\d{1,3})", written.strip())
    return f"{found[1]:0>2}:{found[2]:0>2}:{found[3]:0>2}.{found[4]:0<3}" if found else ""


def write_seconds(count: float) -> str:
    """Seconds as hh:mm:ss.mmm."""
    thousandths = round(count * 1000)
    minutes, rest = divmod(thousandths, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}.{rest % 1000:03}"
