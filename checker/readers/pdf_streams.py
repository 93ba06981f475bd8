"""Streams of a PDF that draw words where PDFium looks for none: in a tiling pattern, in a letter of a Type 3 font.

PDFium gives no way into either (ISO 32000-1, 8.7.3 and 9.6.5), so the file is looked through as it lies there. Runs in
the child process alone, and only for files in whose pages such a pattern or font was met.
"""

from __future__ import annotations

import re
import time
import zlib
from collections.abc import Iterator

STREAM = re.compile(rb"\bstream\r?\n")
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
TILING = re.compile(rb"/PatternType\s*1\b")
GLYPH = re.compile(rb"\s*(?:[-+.\d]+\s+){2}(?:d0|(?:[-+.\d]+\s+){4}d1)\b")
SHOWS = re.compile(rb"[)>\]]\s*(?:Tj|TJ)\b|[)>]\s*['\"]")
"""Operators that show text."""
DOES = re.compile(rb"\bDo\b")
"""The operator that draws an object of which nothing is known: mostly a small picture."""
STRING = re.compile(rb"\(((?:[^()\\]|\\.)*)\)|<([0-9A-Fa-f\s]*)>", re.DOTALL)
LEAST_SHOWN = 6
"""Bytes of text; a letter that is made of another font's letter shows one or two."""
BBOX = re.compile(rb"/BBox\s*\[\s*([^\]]{1,100})\]")
MATRIX = re.compile(rb"/Matrix\s*\[\s*([^\]]{1,150})\]")
LEAST_AREA = 5_000.0
"""Square points of a pattern's cell; words of a sentence take more."""
FILTER = re.compile(rb"/Filter\s*(\[[^\]]*\]|/\w+)")
FLATE = re.compile(rb"\[?\s*/(?:FlateDecode|Fl)\s*\]?")
LONGEST_HEAD = 4_096
"""Bytes of a stream's dictionary that are looked at."""
MOST_INFLATED = 1 << 20
"""Bytes of one stream; words show before."""
SECONDS = 3.0
LARGEST_GLYPH = 10_000
"""Bytes of drawing; the letters of no script take so many, a line of outlines does."""


def draw_words(data: bytes) -> tuple[bool, bool]:
    """Whether a tiling pattern of the file shows text, and whether a letter of a Type 3 font does.

    What is packed in another way than by Flate, or encrypted, may do so for all that is known: of a pattern that is
    taken as a yes, of a letter as a no, for only its content tells that it is one.
    """
    pattern = glyph = False
    until = time.process_time() + SECONDS
    sealed = b"/Encrypt" in data
    for head, body in _streams(data):
        if (pattern and glyph) or time.process_time() > until:
            break
        tiles = bool(TILING.search(head))
        if tiles and sealed:
            pattern = True
        elif tiles or (not glyph and b"/Type1" not in head and b"/Image" not in head):
            content = inflate(head, body)
            if tiles:
                pattern |= (
                    content is None or _shows(content) or (bool(DOES.search(content)) and _area(head) >= LEAST_AREA)
                )
            elif content is not None and GLYPH.match(content):
                drawn = len(content) > LARGEST_GLYPH and b"BI" not in content
                glyph |= drawn or _shows(content)
    return pattern, glyph


def _shows(content: bytes) -> bool:
    """Whether more than a letter or two is shown as text."""
    if not SHOWS.search(content):
        return False
    return sum(len(plain) + len(coded) // 2 for plain, coded in STRING.findall(content)) >= LEAST_SHOWN


def _area(head: bytes) -> float:
    """The area of a pattern's cell in square points; as large as can be, where it does not say."""
    box, matrix = _figures(BBOX.search(head), 4), _figures(MATRIX.search(head), 6)
    if not box:
        return LEAST_AREA
    a, b, c, d, _, _ = matrix or [1.0, 0.0, 0.0, 1.0, 0.0, 0.0]
    return abs((box[2] - box[0]) * (box[3] - box[1]) * (a * d - b * c))


def _figures(match: re.Match[bytes] | None, count: int) -> list[float]:
    try:
        found = [float(figure) for figure in match[1].split()] if match else []
    except ValueError:
        return []
    return found if len(found) == count else []


def _streams(data: bytes) -> Iterator[tuple[bytes, memoryview]]:
    """The dictionary before each stream, with its names spelt out, and the bytes from where the stream begins."""
    view = memoryview(data)
    for match in STREAM.finditer(data):
        begin = max(0, match.start() - LONGEST_HEAD)
        head = data[max(begin, data.rfind(b"obj", begin, match.start())) : match.start()]
        yield ESCAPED.sub(lambda code: bytes([int(code[1], 16)]), head), view[match.end() :]


def inflate(head: bytes, body: memoryview) -> bytes | None:
    """The beginning of a stream's content; None when it is packed in a way that is not undone here."""
    found = FILTER.search(head)
    if not found:
        end = bytes(body[:MOST_INFLATED]).find(b"endstream")
        return bytes(body[: end if end >= 0 else MOST_INFLATED])
    if not FLATE.fullmatch(found[1]):
        return None
    try:
        return zlib.decompressobj().decompress(body[: 4 * MOST_INFLATED], MOST_INFLATED)
    except zlib.error:
        return None
