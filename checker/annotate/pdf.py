"""PDF files with every finding highlighted; each highlight says whose words it covers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from checker.annotate.marks import AUTHOR, Mark, NotAnnotated, marks
from checker.model import Report
from checker.readers import child
from checker.readers.boxes import rectangles
from checker.readers.document import Document

PARSER = Path(__file__).with_name("pdf_child.py")


def annotate(raw: bytes, document: Document, report: Report) -> bytes:
    """The file again, marked. NotAnnotated: it cannot be opened or saved."""
    highlights = [highlight for mark in marks(report) for highlight in _highlights(mark, document)]
    if not highlights:
        return raw
    try:
        answer = child.run(PARSER, {"marks": highlights, "author": AUTHOR}, raw)
    except child.Died as died:
        raise NotAnnotated(f"It cannot be marked. {died}") from None
    problem = answer.facts.get("problem", "its reader gave no answer")
    if problem or len(answer.blobs) != 1:
        raise NotAnnotated(f"It cannot be marked: {problem}.")
    return answer.blobs[0]


def _highlights(mark: Mark, document: Document) -> Iterator[dict[str, Any]]:
    """A highlight for each page that a mark is on."""
    if document.boxes is None:
        return
    for part in document.parts:
        if part.place is None or part.end <= mark.start or part.start >= mark.end:
            continue
        found = rectangles(document.boxes, max(mark.start, part.start), min(mark.end, part.end))
        if found:
            yield {"page": part.place.page, "rectangles": found, "says": mark.says, "calm": mark.calm}
