"""Captions as broadcasters send them: Scenarist SCC (CEA-608 in hexadecimal) and EBU STL (EBU Tech 3264).

Of SCC the first field is read, channel by channel; of its modes, captions that pop on, roll up and are painted. The
ancillary data of MacCaption (MCC) are known and not read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import BinaryIO

from checker.readers.captions import MOST_CAPTIONS, MOST_CUES, Cue, Piece, add_plain, document_of
from checker.readers.document import Document, Unreadable
from checker.readers.encoding import Decoded
from checker.readers.formats import Format, Start, whole

HEADER = "Scenarist_SCC"
ANCILLARY = "File Format=MacCaption_MCC"
PACKETS = re.compile(r"^\d{2}:\d{2}:\d{2}[:;.,]\d{2}(?:[.,]\d+)?\t[0-9A-Z]{8,}[ \t]*\r?$", re.MULTILINE)
CODES = re.compile(r"^[ \t]*(\d{2}):(\d{2}):(\d{2})[:;.,](\d{2})[ \t]+((?:[0-9A-Fa-f]{4}[ \t]*)+)", re.MULTILINE)
STL = re.compile(rb"...STL(\d\d)\.01", re.DOTALL)
PICTURES = 30
# CEA-608-E, tables 49 to 51
BASIC = {0x2A: "á", 0x5C: "é", 0x5E: "í", 0x5F: "ó", 0x60: "ú", 0x7B: "ç", 0x7C: "÷", 0x7D: "Ñ", 0x7E: "ñ", 0x7F: "█"}
SPECIAL = "®°½¿™¢£♪à èâêîôû"
EXTENDED = {
    2: "ÁÉÓÚÜü‘¡*'—©℠•“”ÀÂÇÈÊËëÎÏïÔÙùÛ«»",
    3: "ÃãÍÌìÒòÕõ{}\\^_|~ÄäÖöß¥¤│ÅåØø┌┐└┘",
}
ROWS = {1: (1, 2), 2: (3, 4), 5: (5, 6), 6: (7, 8), 7: (9, 10), 0: (11, 11), 3: (12, 13), 4: (14, 15)}
TABLES = {b"00": "", b"01": "iso8859-5", b"02": "iso8859-6", b"03": "iso8859-7", b"04": "iso8859-8"}
# ISO 6937: a mark comes before its letter
MARKS = dict(
    zip(
        range(0xC1, 0xD0),
        "\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308 \u030a\u0327 \u030b\u0328\u030c",
        strict=True,
    )
)
SIGNS = dict(zip(range(0xA1, 0xC0), "¡¢£$¥#§¤‘“«←↑→↓°±²³×µ¶·÷’”»¼½¾¿", strict=True)) | dict(
    zip(range(0xE0, 0xFF), "ΩÆĐªĦ ĲĿŁØŒºÞŦŊŉĸæđðħıĳŀłøœßþŧŋ", strict=True)
)


@dataclass(slots=True)
class _Channel:
    """What stands in one channel: the rows that are written, where each came from, and whether they roll."""

    rows: dict[int, list[str]] = field(default_factory=dict)
    row: int = 15
    rolls: bool = False
    pops: bool = True
    begins: str = ""
    first: int = -1
    last: int = 0

    def write(self, text: str, start: int, end: int) -> None:
        if self.first < 0:
            self.first = start
        self.last = end
        self.rows.setdefault(self.row, []).append(text)

    def take(self, begins: str, ends: str) -> Cue | None:
        """The caption that is written, and a clean slate."""
        lines: list[list[Piece]] = [[("".join(self.rows[row]), self.first, self.last)] for row in sorted(self.rows)]
        cue = Cue(begins, ends, lines) if any(line[0][0].strip() for line in lines) else None
        self.rows, self.first, self.begins = {}, -1, ""
        return cue


def read(name: str, stream: BinaryIO) -> Iterator[Document | Unreadable]:
    """The captions as one document. Raises OSError."""
    raw, doubts = whole(stream, MOST_CAPTIONS)
    text = ""
    if STL.match(raw):
        cues, wrong = _stl(raw)
    elif raw.decode("utf-8-sig", "replace").lstrip().startswith(ANCILLARY):
        text = PACKETS.sub("", raw.decode("utf-8-sig", "replace"))
        cues, wrong = [], ("its captions are in code (MacCaption) that is not read; save them as SCC or SubRip",)
    else:
        text = raw.decode("utf-8-sig", "replace")
        cues = [cue for channel in (0, 1) for cue in _scc(text, channel)]
        wrong = ("it holds codes of captions that could not be read",) if not cues and CODES.search(text) else ()
    decoded = Decoded("", "utf-8" if text else "")
    document = document_of(name, [Cue(), *cues[:MOST_CUES]], len(cues) > MOST_CUES, decoded, (*doubts, *wrong))
    # the codes are no characters to point at
    yield add_plain(replace(document, offsets=None), CODES.sub("", text))


def _scc(text: str, wanted: int) -> Iterator[Cue]:
    """The captions of one channel of the first field."""
    channel, here, before = _Channel(), 0, -1
    when = ""
    for line in CODES.finditer(text):
        when = f"{line[1]}:{line[2]}:{line[3]}.{int(line[4]) * 1000 // PICTURES:03}"
        for found in re.finditer(r"[0-9A-Fa-f]{4}", text[line.start(5) : line.end(5)]):
            code = int(found[0], 16) & 0x7F7F
            start = line.start(5) + found.start()
            high, low = code >> 8, code & 0xFF
            if 0x10 <= high <= 0x1F:
                here = high >> 3 & 1
                if code == before:  # every control is sent twice
                    before = -1
                    continue
                before = code
                if here == wanted and (cue := _control(channel, high & 7, low, when, start)):
                    yield cue
                continue
            before = -1
            if here == wanted and high >= 0x20:
                shown = "".join(BASIC.get(byte, chr(byte)) for byte in (high, low) if byte >= 0x20)
                channel.write(shown, start, start + 4)
                channel.begins = channel.begins or when
    if cue := channel.take(channel.begins or when, when):
        yield cue


def _control(channel: _Channel, high: int, low: int, when: str, start: int) -> Cue | None:
    """Obey one control code; a caption that it ends."""
    if 0x40 <= low <= 0x7F:
        channel.row = ROWS[high][low >> 5 & 1]
        if channel.rows.get(channel.row):
            channel.write(" ", start, start + 4)
    elif high == 1 and 0x30 <= low <= 0x3F:
        channel.write(SPECIAL[low - 0x30], start, start + 4)
    elif high == 1 and 0x20 <= low <= 0x2F:
        channel.write(" ", start, start + 4)
    elif high in EXTENDED and 0x20 <= low <= 0x3F:
        _take_back(channel)  # it is sent behind a plain letter for decoders that do not know it
        channel.write(EXTENDED[high][low - 0x20], start, start + 4)
    elif high == 7 and 0x21 <= low <= 0x23:
        channel.write(" ", start, start + 4)
    elif high == 4:
        return _command(channel, low, when)
    return None


def _command(channel: _Channel, low: int, when: str) -> Cue | None:
    if low == 0x21:
        _take_back(channel)
    elif low == 0x20:
        cue = None if channel.pops else channel.take(channel.begins, when)
        channel.pops, channel.rolls = True, False
        return cue
    elif low in (0x25, 0x26, 0x27, 0x29, 0x2A, 0x2B):
        cue = channel.take(channel.begins, when)
        channel.pops, channel.rolls, channel.row = False, low != 0x29, 15
        return cue
    elif low == 0x2D or (low == 0x2C and not channel.pops):
        return channel.take(channel.begins, when)
    elif low == 0x2F:
        return channel.take(when, when)
    return None


def _take_back(channel: _Channel) -> None:
    written = channel.rows.get(channel.row)
    while written and not written[-1]:
        written.pop()
    if written:
        written[-1] = written[-1][:-1]


def _stl(raw: bytes) -> tuple[list[Cue], tuple[str, ...]]:
    """The captions of EBU STL, and what is wrong with the file."""
    found = STL.match(raw)
    rate = int(found[1]) if found else 25
    table = TABLES.get(raw[12:14])
    cues: list[Cue] = []
    texts = bytearray()
    for at in range(1024, len(raw) - 127, 128):
        block = raw[at : at + 128]
        number, comment = block[3], block[15]
        if number == 0xFE or comment == 1:
            continue
        texts += block[16:128].split(b"\x8f", 1)[0]
        if number == 0xFF:
            begins, ends = (_time(block[place : place + 4], rate) for place in (5, 9))
            shown = [_letters(line, table or "") for line in re.split(rb"\x8a+", bytes(texts))]
            cues.append(Cue(begins, ends, [[(line, 0, 0)] for line in shown]))
            texts.clear()
    wrong: tuple[str, ...] = () if table is not None else ("its letters are in a table that is not known here",)
    if (len(raw) - 1024) % 128 or texts:
        wrong += ("its end is missing",)
    return cues, wrong


def _time(code: bytes, rate: int) -> str:
    return f"{code[0]:02}:{code[1]:02}:{code[2]:02}.{min(999, code[3] * 1000 // max(1, rate)):03}"


def _letters(line: bytes, table: str) -> str:
    """A line's characters; codes of colour and boxes are spaces, codes of italics are nothing."""
    shown = bytes(byte for byte in line if not 0x80 <= byte <= 0x9F)
    shown = shown.translate(bytes(max(byte, 32) for byte in range(256)))
    if table:
        return shown.decode(table, "replace")
    letters: list[str] = []
    mark = ""
    for byte in shown:
        if byte in MARKS:
            mark = MARKS[byte].strip()
            continue
        letters.append(SIGNS.get(byte, chr(byte)) + mark)
        mark = ""
    return unicodedata.normalize("NFC", "".join(letters))


def looks(start: Start) -> bool:
    """By the mark at its beginning, or by lines of times and codes."""
    if STL.match(start.raw):
        return True
    text = start.text.lstrip()
    return text.startswith((HEADER, ANCILLARY)) or (start.named(".scc") and CODES.search(text) is not None)


FORMAT = Format(
    "broadcast-captions",
    "captions of broadcasters (Scenarist SCC or EBU STL)",
    looks,
    read,
    (".scc", ".stl", ".mcc"),
    "time codes",
)
