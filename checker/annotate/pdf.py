"""PDF files with every match highlighted; each highlight says whose words it covers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from checker.annotate.marks import AUTHOR, NotAnnotated, said
from checker.model import Match, Report
from checker.readers import child
from checker.readers.boxes import rectangles
from checker.readers.document import Document

PARSER = Path(__file__).with_name("pdf_child.py")


def annotate(raw: bytes, document: Document, report: Report) -> bytes:
    """The file again, marked. NotAnnotated: it cannot be opened or saved."""
    marks = [mark for match in report.matches for mark in _marks(match, document)]
    if not marks:
        return raw
    try:
        answer = child.run(PARSER, {"marks": marks, "author": AUTHOR}, raw)
    except child.Died as died:
        raise NotAnnotated(f"It cannot be marked. {died}") from None
    problem = answer.facts.get("problem", "its reader gave no answer")
    if problem or len(answer.blobs) != 1:
        raise NotAnnotated(f"It cannot be marked: {problem}.")
    return answer.blobs[0]


def _marks(match: Match, document: Document) -> Iterator[dict[str, Any]]:
    """A highlight for each page that a match is on."""
    if document.boxes is None:
        return
    start, end = match.submitted.start, match.submitted.end
    for part in document.parts:
        if part.place is None or part.end <= start or part.start >= end:
            continue
        found = rectangles(document.boxes, max(start, part.start), min(end, part.end))
        if found:
            yield {"page": part.place.page, "rectangles": found, "says": said(match)}
