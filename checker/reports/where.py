"""Where a passage stands, for people and programs: lines of its file, or pages, paragraphs and time codes."""

from __future__ import annotations

from dataclasses import dataclass

from checker.model import Passage, Report
from checker.places import Place
from checker.reports.show import Places, one_line

BODY = "word/document.xml"
"""The part of a Word file that goes without saying."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A passage in the characters of its file: offsets from 0, half-open; lines and columns from 1.

    `line`..`last_column` are 0 where there is no text to count lines in, as in a report that was read back.
    """

    start: int
    end: int
    line: int = 0
    column: int = 0
    last_line: int = 0
    last_column: int = 0


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a report's file: of the file's own characters, which for many formats are the text itself."""

    text: str
    lines: Places
    is_file: bool
    """Whether the text was taken out of a file that has characters of its own."""

    @classmethod
    def of(cls, report: Report) -> Lines:
        """The text in which offsets, lines and columns are counted."""
        text = report.original or report.text
        return cls(text, Places.of(text), bool(report.original))

    def stretch(self, passage: Passage) -> Stretch | None:
        """Where a passage stands; None where its file has no characters to point at (Word, PDF)."""
        if passage.file is None and passage.places:
            return None
        start, end = passage.file or (passage.start, passage.end)
        if not self.text or (passage.file is not None) != self.is_file:
            return Stretch(start, end)
        return Stretch(start, end, *self.lines.at(start), *self.lines.at(end))


def described(place: Place) -> str:
    """ "page 3", "paragraph 12 of word/footnotes.xml", "00:01:04.000 to 00:01:07.500"; "" when it says nothing."""
    parts = []
    if place.page:
        parts.append(f"page {place.page}")
    if place.paragraph:
        inside = f" of {one_line(place.part)}" if place.part and place.part != BODY else ""
        parts.append(f"paragraph {place.paragraph}{inside}")
    if place.begins:
        parts.append(one_line(place.begins) + (f" to {one_line(place.ends)}" if place.ends else ""))
    return ", ".join(parts) or one_line(place.part)


def whereabouts(passage: Passage) -> str:
    """All places of a passage, the first and the last when they are many; "" when it has none."""
    places = [said for said in map(described, passage.places) if said]
    if len(places) > 2:
        return f"{places[0]} … {places[-1]}"
    return " and ".join(places)
