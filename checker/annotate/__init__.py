"""A copy of the file that was submitted, with every finding marked in it and said whose words they are."""

from __future__ import annotations

from checker.annotate.marks import NotAnnotated
from checker.model import Report
from checker.readers.document import Document

__all__ = ["FORMATS", "NotAnnotated", "annotate"]

FORMATS = ("docx", "pdf")
"""The formats, by their names in the readers' registry, that can be annotated."""


def annotate(raw: bytes, document: Document, report: Report) -> bytes:
    """The file again, marked. `document` and `report` are what was made of `raw`.

    NotAnnotated: another format, a file that cannot be opened, or one that is not the document's.
    """
    if document.format == "docx":
        from checker.annotate import docx

        return docx.annotate(raw, document, report)
    if document.format == "pdf":
        from checker.annotate import pdf

        return pdf.annotate(raw, document, report)
    raise NotAnnotated("Only Word files and PDFs can be marked.")
