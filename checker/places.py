"""Where people find a passage in a file: a page, a paragraph, a time code."""

from __future__ import annotations

from dataclasses import dataclass

Rectangle = tuple[float, float, float, float]
"""Left, bottom, right, top in points (1/72 inch), from the lower left corner of a page."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where people find a passage in its file. Only what the format knows is set; numbers count from 1.

    In a Word file `part` names the part of the package ("word/footnotes.xml"), `paragraph`
    counts within it and `run`..`last_run` within the paragraph. In a PDF `rectangles` are on
    `page`, one a line. In captions `begins` and `ends` are time codes (hh:mm:ss.mmm).
    """

    part: str = ""
    paragraph: int = 0
    run: int = 0
    last_run: int = 0
    page: int = 0
    rectangles: tuple[Rectangle, ...] = ()
    begins: str = ""
    ends: str = ""
