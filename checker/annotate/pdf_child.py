"""Highlights in a PDF (ISO 32000-1, 12.5.6.10), put there by PDFium in a process of its own.

The file is saved incrementally: what it held stays as it was, byte for byte, and the highlights stand behind it.
"""

from __future__ import annotations

import codecs
import ctypes
import io
from typing import Any

import pypdfium2.raw as pdfium
from pypdfium2 import PdfDocument, PdfiumError

YELLOW, GREY = (255, 225, 77, 255), (214, 219, 227, 255)
for _codec in ("utf-16-le", "ascii"):
    codecs.lookup(_codec)  # now, for no file can be opened once the doors are shut


def answer(request: dict[str, Any], data: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """The file with request["marks"]: each a page (from 1), rectangles, one a line, what it says and whether calmly."""
    try:
        document = PdfDocument(data)
        for mark in request["marks"]:
            page = document[mark["page"] - 1]
            if not _highlight(page, mark, request["author"]):
                return {"problem": "a highlight could not be set"}, []
            page.close()
        for flags in (pdfium.FPDF_INCREMENTAL, pdfium.FPDF_NO_INCREMENTAL):
            saved = io.BytesIO()
            document.save(saved, flags=flags)
            if _opens(saved.getvalue(), len(document)):
                return {"problem": ""}, [saved.getvalue()]
    except PdfiumError as error:
        return {"problem": str(error)}, []
    return {"problem": "its copy could not be opened again"}, []


def _highlight(page: Any, mark: dict[str, Any], author: str) -> bool:
    """One highlight over all lines of a mark. Whether all of it could be set."""
    rectangles = mark["rectangles"]
    annotation = pdfium.FPDFPage_CreateAnnot(page, pdfium.FPDF_ANNOT_HIGHLIGHT)
    if not annotation:
        return False
    colour = GREY if mark["calm"] else YELLOW
    done = pdfium.FPDFAnnot_SetColor(annotation, pdfium.FPDFANNOT_COLORTYPE_Color, *colour)
    for left, bottom, right, top in rectangles:
        # upper left, upper right, lower left, lower right: as viewers expect them, whatever the standard's figure shows
        points = pdfium.FS_QUADPOINTSF(left, top, right, top, left, bottom, right, bottom)
        done = done and pdfium.FPDFAnnot_AppendAttachmentPoints(annotation, points)
    lefts, bottoms, rights, tops = zip(*rectangles, strict=True)
    around = pdfium.FS_RECTF(min(lefts), max(tops), max(rights), min(bottoms))
    done = done and pdfium.FPDFAnnot_SetRect(annotation, around)
    done = done and pdfium.FPDFAnnot_SetFlags(annotation, pdfium.FPDF_ANNOT_FLAG_PRINT)
    for key, value in ((b"Contents", mark["says"]), (b"T", author)):
        wide = ctypes.create_string_buffer(value.encode("utf-16-le") + b"\0\0")
        pointer = ctypes.cast(wide, ctypes.POINTER(ctypes.c_ushort))
        done = done and pdfium.FPDFAnnot_SetStringValue(annotation, key, pointer)
    pdfium.FPDFPage_CloseAnnot(annotation)
    return bool(done)


def _opens(saved: bytes, pages: int) -> bool:
    try:
        return len(PdfDocument(saved)) == pages
    except PdfiumError:
        return False
