"""Fonts of a PDF that call their letters by other names than they draw (ISO 32000-1, 9.10.3 beside 9.6.6).

A font says twice which letters its codes are: by its encoding, which chooses what is drawn, and by a map to Unicode,
which programs read. Honest fonts say the same both times, and a letter has one code, or a few. Nothing of this can be
asked of PDFium, so the file is looked through as it lies there; runs in the child process alone.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping

from checker.readers.pdf_streams import ESCAPED, STREAM, inflate

OBJECT = re.compile(rb"(\d{1,10})\s+\d{1,5}\s+obj\b")
FONT = re.compile(rb"/Type\s*/Font(?![A-Za-z])")
SIMPLE = re.compile(rb"/Subtype\s*/(Type1|TrueType|Type3|MMType1)\b")
TRUETYPE = re.compile(rb"/Subtype\s*/TrueType\b")
MAP = re.compile(rb"/ToUnicode\s+(\d{1,10})\s+\d{1,5}\s+R")
NAMED = re.compile(rb"/(?:Base)?Encoding\s*/(?:WinAnsi|MacRoman|Standard)Encoding\b")
REFERRED = re.compile(rb"/Encoding\s+(\d{1,10})\s+\d{1,5}\s+R")
DESCRIBED = re.compile(rb"/FontDescriptor\s+(\d{1,10})\s+\d{1,5}\s+R")
FLAGS = re.compile(rb"/Flags\s+(\d{1,9})")
DIFFERENCES = re.compile(rb"/Differences\s*\[([^\]]*)\]")
STEP = re.compile(rb"(\d{1,3})|/([^\s/\[\]()<>]+)")
PACKED = re.compile(rb"/Type\s*/ObjStm\b")
FIRST, COUNT = re.compile(rb"/First\s+(\d{1,9})"), re.compile(rb"/N\s+(\d{1,9})")
BLOCK = re.compile(rb"beginbf(char|range)(.*?)endbf", re.DOTALL)
CODE = rb"<\s*([0-9A-Fa-f\s]{1,12})>\s*"
PAIR = re.compile(CODE + rb"<\s*([0-9A-Fa-f\s]*)>")
RANGE = re.compile(CODE + CODE + rb"(?:<\s*([0-9A-Fa-f\s]*)>|\[([^\]]*)\])")
ITEM = re.compile(rb"<\s*([0-9A-Fa-f\s]*)>")
SYMBOLIC = 4
SECONDS = 3.0
MOST_HEAD = 1 << 16
LEAST_OTHER = 3
"""Letters that a font calls by another name; one or two are mistakes of its maker."""
LEAST_CODES, MOST_ALIKE = 80, 4.0
"""Codes of letters in a font, and how many of them a letter has on average from which on it is no font of a writer."""


def misname(data: bytes) -> bool:
    """Whether a font of the file gives letters another meaning than its encoding, or one letter to very many codes."""
    if b"/Encrypt" in data:
        return False
    until = time.process_time() + SECONDS
    bodies = dict(_objects(data, until))
    streams = _places(data)
    for body in list(bodies.values()):
        reference = MAP.search(body)
        if not reference or not FONT.search(body):
            continue
        if time.process_time() > until:
            break
        at = streams.get(int(reference[1]))
        content = inflate(*at) if at else None
        if content is None:
            continue
        meant = dict(_meanings(content))
        if _is_dealt_out(meant) or (SIMPLE.search(body) and _differs(meant, _drawn(body, bodies))):
            return True
    return False


def _objects(data: bytes, until: float) -> Iterator[tuple[int, bytes]]:
    """The beginning of each object by its number, with names spelt out; also those packed into streams."""
    for match in OBJECT.finditer(data):
        end = data.find(b"endobj", match.end(), match.end() + MOST_HEAD)
        stream = data.find(b"stream", match.end(), end if end >= 0 else match.end() + MOST_HEAD)
        stop = stream if stream >= 0 else end if end >= 0 else match.end() + MOST_HEAD
        head = _spell(data[match.end() : stop])
        yield int(match[1]), head
        if stream >= 0 and PACKED.search(head) and time.process_time() < until:
            begin = STREAM.search(data, stream, stream + 20)
            content = inflate(head, memoryview(data)[begin.end() :]) if begin else None
            first, count = FIRST.search(head), COUNT.search(head)
            if content and first and count:
                yield from _unpacked(content, int(first[1]), int(count[1]))


def _unpacked(content: bytes, first: int, count: int) -> Iterator[tuple[int, bytes]]:
    """The objects of an object stream (7.5.7)."""
    figures = content[:first].split()[: 2 * count]
    if not all(figure.isdigit() for figure in figures):
        return
    starts = [first + int(figure) for figure in figures[1::2]]
    for number, start, end in zip(figures[::2], starts, [*starts[1:], len(content)], strict=False):
        yield int(number), _spell(content[start : min(end, start + MOST_HEAD)])


def _places(data: bytes) -> dict[int, tuple[bytes, memoryview]]:
    """The dictionary and the bytes of each stream, by the number of its object."""
    view, found = memoryview(data), {}
    for match in OBJECT.finditer(data):
        stream = STREAM.search(data, match.end(), match.end() + 4096)
        if stream and data.find(b"endobj", match.end(), stream.start()) < 0:
            found[int(match[1])] = _spell(data[match.end() : stream.start()]), view[stream.end() :]
    return found


def _spell(head: bytes) -> bytes:
    return ESCAPED.sub(lambda code: bytes([int(code[1], 16)]), head) if b"#" in head else head


def _meanings(content: bytes) -> Iterator[tuple[int, str]]:
    """Each code of a map and the text that it stands for."""
    for block in BLOCK.finditer(content):
        if block[1] == b"char":
            for pair in PAIR.finditer(block[2]):
                yield _number(pair[1]), _text(pair[2])
            continue
        for span in RANGE.finditer(block[2]):
            low, high = _number(span[1]), min(_number(span[2]), _number(span[1]) + 0xFFFF)
            if span[4] is not None:
                yield from zip(range(low, high + 1), (_text(item[1]) for item in ITEM.finditer(span[4])), strict=False)
            elif text := _text(span[3]):
                last = ord(text[-1])
                yield from (
                    (low + at, text[:-1] + chr(last + at)) for at in range(high - low + 1) if last + at < 0x110000
                )


def _number(digits: bytes) -> int:
    return int(b"".join(digits.split()) or b"0", 16)


def _text(digits: bytes) -> str:
    joined = b"".join(digits.split())
    return bytes.fromhex((joined + b"0" * (-len(joined) % 4)).decode("ascii")).decode("utf-16-be", "replace")


def _drawn(body: bytes, bodies: Mapping[int, bytes]) -> dict[int, str]:
    """The letters that a simple font draws for its codes, as far as names say so."""
    described = DESCRIBED.search(body)
    flags = FLAGS.search(bodies.get(int(described[1]), b"")) if described else None
    if TRUETYPE.search(body) and flags and int(flags[1]) & SYMBOLIC:
        return {}  # it draws by its own table, whatever the encoding says
    reference = REFERRED.search(body)
    encoding = bodies.get(int(reference[1]), b"") if reference else body
    drawn = {code: chr(code) for code in range(128) if chr(code).isalpha()} if NAMED.search(encoding) else {}
    code = 0
    for differences in DIFFERENCES.finditer(encoding):
        for step in STEP.finditer(differences[1]):
            if step[1]:
                code = int(step[1])
                continue
            name = step[2].decode("latin-1")
            drawn.pop(code, None)
            if len(name) == 1 and name.isascii() and name.isalpha():
                drawn[code] = name
            code += 1
    return drawn


def _differs(meant: Mapping[int, str], drawn: Mapping[int, str]) -> bool:
    """Whether letters are called by the names of others, be they as many as a cipher's or a handful."""
    others = sum(
        1
        for code, letter in drawn.items()
        if (text := meant.get(code, ""))
        and text[0].isascii()
        and text[0].isalpha()
        and text[0].lower() != letter.lower()
    )
    return others >= LEAST_OTHER


def _is_dealt_out(meant: Mapping[int, str]) -> bool:
    """Whether a letter has so many codes that each place of a text may have one of its own."""
    letters = [text.lower() for text in meant.values() if len(text) == 1 and text.isascii() and text.isalpha()]
    return len(letters) >= LEAST_CODES and len(letters) >= MOST_ALIKE * 2 * len(set(letters))
