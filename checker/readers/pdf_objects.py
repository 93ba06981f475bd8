"""What is drawn on a page of a PDF, asked of PDFium; only for its child process."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pypdfium2.raw as pdfium

WHITE = 0xF5
"""Red, green and blue from here on are white paper."""
MOST_OBJECTS = 20_000
DEEPEST = 8
MOST_MARKS = 20
CHANNELS = ctypes.c_uint(), ctypes.c_uint(), ctypes.c_uint(), ctypes.c_uint()
"""Where PDFium writes a colour; one for all, because it is asked for once a word."""

Box = tuple[float, float, float, float]


def paint(item: Any) -> tuple[bool, bool]:
    """Whether the fill of an object is clear, and whether it is white."""
    if not pdfium.FPDFPageObj_GetFillColor(item, *CHANNELS):
        return False, False
    red, green, blue, alpha = CHANNELS
    return alpha.value < 8, min(red.value, green.value, blue.value) >= WHITE


def objects(page: Any) -> Iterator[Any]:
    """The objects of a page; those inside a form are stood for by the form."""
    for index in range(min(pdfium.FPDFPage_CountObjects(page), MOST_OBJECTS)):
        yield pdfium.FPDFPage_GetObject(page, index)


def holds(item: Any, wanted: Callable[[Any], bool], depth: int = 0) -> bool:
    """Whether an object, or one inside it when it is a form, is as wanted."""
    if pdfium.FPDFPageObj_GetType(item) != pdfium.FPDF_PAGEOBJ_FORM:
        return wanted(item)
    count = min(pdfium.FPDFFormObj_CountObjects(item), MOST_OBJECTS) if depth < DEEPEST else 0
    return any(holds(pdfium.FPDFFormObj_GetObject(item, index), wanted, depth + 1) for index in range(count))


def is_painted(item: Any) -> bool:
    def paints(inner: Any) -> bool:
        kind = pdfium.FPDFPageObj_GetType(inner)
        if kind == pdfium.FPDF_PAGEOBJ_PATH:
            return not any(paint(inner))
        return kind in (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_SHADING)

    return holds(item, paints)


def bounds(item: Any) -> Box:
    sides = [ctypes.c_float() for _ in range(4)]
    pdfium.FPDFPageObj_GetBounds(item, *sides)
    left, bottom, right, top = (side.value for side in sides)
    return left, bottom, right, top


@dataclass(slots=True)
class Survey:
    """What is on a page besides text: the share that pictures cover (overlaps count twice) and the squares in which
    they stand, how many objects are no pictures, filled paths, and the area of those that may hold a pattern.
    """

    cells: Cells
    covered: float = 0.0
    others: int = 0
    outlines: list[Any] = field(default_factory=list)
    patterned: float = 0.0


def survey(page: Any) -> Survey:
    """What is on a page, each object looked at once."""
    left, bottom, right, top = page.get_bbox()
    found = Survey(Cells((left, bottom, right, top)))
    for item in objects(page):
        kind = pdfium.FPDFPageObj_GetType(item)
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            found.others += 1
            continue
        for shape in inner(item):
            if pdfium.FPDFPageObj_GetType(shape) == pdfium.FPDF_PAGEOBJ_PATH and is_filled(shape):
                found.outlines.append(shape)
                if is_patterned(shape):
                    box = bounds(item)
                    found.patterned += max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])
        if not holds(item, lambda shape: pdfium.FPDFPageObj_GetType(shape) == pdfium.FPDF_PAGEOBJ_IMAGE):
            found.others += 1
            continue
        box = bounds(item)
        box = max(box[0], left), max(box[1], bottom), min(box[2], right), min(box[3], top)
        if box[0] < box[2] and box[1] < box[3]:
            found.covered += (box[2] - box[0]) * (box[3] - box[1])
            found.cells.mark(box)
    found.covered /= max(1.0, (right - left) * (top - bottom))
    return found


def actual_texts(text: Any) -> Iterator[Any]:
    """The marks of a text object that give other words for those it draws (ISO 32000-1, 14.9.4)."""
    for index in range(min(pdfium.FPDFPageObj_CountMarks(text), MOST_MARKS)):
        mark = pdfium.FPDFPageObj_GetMark(text, index)
        if mark and pdfium.FPDFPageObjMark_GetParamValueType(mark, b"ActualText") != pdfium.FPDF_OBJECT_UNKNOWN:
            yield mark


def drop_actual_texts(item: Any) -> None:
    """Take such marks from an object, so that PDFium reads what it draws."""
    for mark in list(actual_texts(item)):
        pdfium.FPDFPageObj_RemoveMark(item, mark)


def any_drawn(page: Any) -> bool:
    """Whether an annotation of the page has a drawing of its own."""
    for index in range(min(pdfium.FPDFPage_GetAnnotCount(page), MOST_OBJECTS)):
        annotation = pdfium.FPDFPage_GetAnnot(page, index)
        if not annotation:
            continue
        size = pdfium.FPDFAnnot_GetAP(annotation, pdfium.FPDF_ANNOT_APPEARANCEMODE_NORMAL, None, 0)
        pdfium.FPDFPage_CloseAnnot(annotation)
        if size > 2:
            return True
    return False


def is_drawn(font: int) -> bool:
    """Whether a font is of Type 3: it lies in the file, as drawings and not as a font's data."""
    if pdfium.FPDFFont_GetIsEmbedded(font) != 1:
        return False
    size = ctypes.c_size_t()
    return not pdfium.FPDFFont_GetFontData(font, None, 0, size) or size.value == 0


def is_filled(path: Any) -> bool:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    return bool(pdfium.FPDFPath_GetDrawMode(path, fill, stroke)) and fill.value != 0


def utf16(function: Any, *arguments: Any) -> str:
    """A string of PDFium's that is asked for twice: how long it is, and what it is."""
    size = function(*arguments, None, 0)
    if size <= 2:
        return ""
    buffer = ctypes.create_string_buffer(size)
    function(*arguments, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), size)
    return buffer.raw[: size - 2].decode("utf-16-le", "replace")


def inner(item: Any, depth: int = 0) -> Iterator[Any]:
    """An object; of a form, the objects inside it."""
    if pdfium.FPDFPageObj_GetType(item) != pdfium.FPDF_PAGEOBJ_FORM:
        yield item
    elif depth < DEEPEST:
        for index in range(min(pdfium.FPDFFormObj_CountObjects(item), MOST_OBJECTS)):
            yield from inner(pdfium.FPDFFormObj_GetObject(item, index), depth + 1)


def address(item: Any) -> int:
    """Where an object lies, by which PDFium names it elsewhere."""
    return ctypes.cast(item, ctypes.c_void_p).value or 0


def is_patterned(item: Any) -> bool:
    """Whether a path may be filled with a tiling pattern: PDFium gives it this grey, or no colour at all."""
    if not pdfium.FPDFPageObj_GetFillColor(item, *CHANNELS):
        return True
    red, green, blue, _ = CHANNELS
    return (red.value, green.value, blue.value) == (0xBF, 0xBF, 0xBF)


class Cells:
    """Where something stands on a page, in squares of a grid over it."""

    COUNT = 48

    def __init__(self, page: Box) -> None:
        self._left, self._bottom, right, top = page
        self._width = max(1.0, right - self._left) / self.COUNT
        self._height = max(1.0, top - self._bottom) / self.COUNT
        self.marked: set[tuple[int, int]] = set()

    def mark(self, box: Box, margin: int = 0) -> None:
        """Take the squares that a box touches, and so many around them."""
        low, high = self._square(box[0], box[1]), self._square(box[2], box[3])
        across = range(max(0, low[0] - margin), min(self.COUNT, high[0] + margin + 1))
        upward = range(max(0, low[1] - margin), min(self.COUNT, high[1] + margin + 1))
        self.marked.update((x, y) for x in across for y in upward)

    def holds(self, x: float, y: float) -> bool:
        return self._square(x, y) in self.marked

    def share(self, but: Cells) -> float:
        """The share of the page that is marked here and not there."""
        return len(self.marked - but.marked) / self.COUNT**2

    def _square(self, x: float, y: float) -> tuple[int, int]:
        across, upward = (x - self._left) / self._width, (y - self._bottom) / self._height
        return int(max(-1, min(self.COUNT, across))), int(max(-1, min(self.COUNT, upward)))


def outlined(shapes: Iterable[Any], read: Cells) -> int:
    """How many of these shapes stand in rows like the letters of lines, where no letters were read.

    Letters that were turned into outlines are filled shapes of a letter's size that stand on one line close to each
    other. A chart's marks stand elsewhere, and its bars and rules are rectangles.
    """
    rows: dict[int, list[Box]] = {}
    left = MOST_SEGMENTS
    for shape in shapes:
        left -= max(1, pdfium.FPDFPath_CountSegments(shape))
        if left < 0:
            break
        for box in _outlines(shape):
            if not read.holds((box[0] + box[2]) / 2, (box[1] + box[3]) / 2):
                rows.setdefault(round(box[1]), []).append(box)
    return sum(len(row) for row in rows.values() if len(row) >= LEAST_IN_ROW and _is_line(row))


MOST_SEGMENTS = 60_000
LEAST_IN_ROW = 10
LETTER = (3.0, 40.0)
"""Points; how high a letter of a text may be."""


def _outlines(path: Any) -> Iterator[Box]:
    """The boxes of the parts of a filled path that are as large as letters and no rectangles."""
    _, bottom, _, top = bounds(path)
    if top - bottom < LETTER[0]:
        return
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(path, matrix)
    x, y = ctypes.c_float(), ctypes.c_float()
    points: list[tuple[float, float]] = []
    for index in range(min(pdfium.FPDFPath_CountSegments(path), MOST_SEGMENTS)):
        segment = pdfium.FPDFPath_GetPathSegment(path, index)
        if pdfium.FPDFPathSegment_GetType(segment) == pdfium.FPDF_SEGMENT_MOVETO and points:
            yield from _letter(points)
            points = []
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        points.append(
            (
                matrix.a * x.value + matrix.c * y.value + matrix.e,
                matrix.b * x.value + matrix.d * y.value + matrix.f,
            )
        )
    yield from _letter(points)


def _letter(points: list[tuple[float, float]]) -> Iterator[Box]:
    """The box of a closed line of points, if it may be a letter."""
    across, upward = [x for x, _ in points], [y for _, y in points]
    box = min(across), min(upward), max(across), max(upward)
    width, height = box[2] - box[0], box[3] - box[1]
    slanted = any(abs(x - before[0]) > 0.05 and abs(y - before[1]) > 0.05 for before, (x, y) in pairwise(points))
    if slanted and LETTER[0] <= height <= LETTER[1] and 0.2 * height <= width <= 2 * height:
        yield box


def _is_line(row: list[Box]) -> bool:
    """Whether boxes on one height follow each other as letters do: close, and seldom over each other."""
    row.sort()
    height = sorted(box[3] - box[1] for box in row)[len(row) // 2]
    gaps = [after[0] - before[2] for before, after in pairwise(row)]
    near = sum(-0.3 * height <= gap <= 1.5 * height for gap in gaps)
    return 10 * near >= 7 * len(gaps)
