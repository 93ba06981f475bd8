"""What is drawn on a page of a PDF, asked of PDFium; only for its child process."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from typing import Any

import pypdfium2.raw as pdfium

WHITE = 0xF5
"""Red, green and blue from here on are white paper."""
MOST_OBJECTS = 20_000
DEEPEST = 8
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


def pictures(page: Any) -> tuple[float, int]:
    """The share of a page that pictures cover (overlaps count twice), and how many objects on it are no pictures."""
    left, bottom, right, top = page.get_bbox()
    covered, others = 0.0, 0
    for item in objects(page):
        if not holds(item, lambda inner: pdfium.FPDFPageObj_GetType(inner) == pdfium.FPDF_PAGEOBJ_IMAGE):
            others += 1
            continue
        box = bounds(item)
        width, height = min(box[2], right) - max(box[0], left), min(box[3], top) - max(box[1], bottom)
        covered += max(0.0, width) * max(0.0, height)
    return covered / max(1.0, (right - left) * (top - bottom)), others


def draws_words(annotation: Any) -> bool:
    def is_text(item: Any) -> bool:
        return bool(pdfium.FPDFPageObj_GetType(item) == pdfium.FPDF_PAGEOBJ_TEXT)

    count = min(pdfium.FPDFAnnot_GetObjectCount(annotation), MOST_OBJECTS)
    return any(holds(pdfium.FPDFAnnot_GetObject(annotation, index), is_text) for index in range(count))


def utf16(function: Any, *arguments: Any) -> str:
    """A string of PDFium's that is asked for twice: how long it is, and what it is."""
    size = function(*arguments, None, 0)
    if size <= 2:
        return ""
    buffer = ctypes.create_string_buffer(size)
    function(*arguments, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), size)
    return buffer.raw[: size - 2].decode("utf-16-le", "replace")
