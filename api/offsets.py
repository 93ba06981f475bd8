"""Spans in the unit that a client counts in: code points, as Python does, UTF-16 code units or bytes of UTF-8.

JavaScript, Java and LanguageTool's clients count UTF-16 code units: "Hello 🙂 world café" has 18 code points, 19 of
those, and 23 bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray


class OffsetUnit(StrEnum):
    """What offsets count."""

    CODEPOINT = "codepoint"
    UTF16 = "utf16"
    UTF8 = "utf8"


StoryText = Callable[[Mapping[str, Any]], str | None]
"""The whole text of the story that a source passage (as in a report's JSON) was taken from; None when it is gone."""


class Ruler:
    """Offsets of one text, from code points to `unit`. Linear in the text, once."""

    def __init__(self, text: str, unit: str) -> None:
        self._behind: NDArray[np.int64] | None = None
        if unit != OffsetUnit.CODEPOINT and not text.isascii():
            codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
            wide = codes > 0xFFFF
            size = 1 + wide if unit == OffsetUnit.UTF16 else 1 + (codes > 0x7F) + (codes > 0x7FF) + wide
            self._behind = np.concatenate((np.zeros(1, np.int64), np.cumsum(size, dtype=np.int64)))

    def at(self, offset: int) -> int:
        """Where the character at this offset begins, in the unit."""
        if self._behind is None:
            return offset
        return int(self._behind[min(max(offset, 0), len(self._behind) - 1)])

    def span(self, span: list[int]) -> list[int]:
        """Both ends of one."""
        return [self.at(one) for one in span]


def in_unit(
    report: dict[str, Any], text: str, unit: str, *, original: str = "", story: StoryText | None = None
) -> dict[str, Any]:
    """A report (as `checker.reports.json.to_dict` gives it) with every span in `unit`, and `offset_unit` saying so.

    `text` is what was matched, and `original` the file or page that passages lead into where that is another. The
    report is changed in place. `story` gives the texts of the sources; where one is gone (its term is over, so that
    there is no text to count in), that passage keeps its code points.
    """
    report["offset_unit"] = str(unit)
    if unit == OffsetUnit.CODEPOINT:
        return report
    inner = Ruler(text, unit)
    outer = Ruler(original, unit) if original else inner
    for notice in report["notices"]:
        _submitted(notice, inner, outer)
    for found in (*report["matches"], *report["dropped"]):
        _submitted(found["submitted"], inner, outer)
        source = _ruler(found["source"], unit, story)
        for edit in found.get("edits", ()):
            edit["submitted"], edit["source"] = inner.span(edit["submitted"]), source.span(edit["source"])
        if "quoted" in found:
            found["quoted"] = [inner.span(span) for span in found["quoted"]]
        _shift(found["source"], source)
        for other in found.get("also", ()):
            _shift(other, _ruler(other, unit, story))
    return report


def _submitted(passage: dict[str, Any], inner: Ruler, outer: Ruler) -> None:
    _shift(passage, outer)
    for name in ("text_start", "text_end"):
        if name in passage:
            passage[name] = inner.at(passage[name])
    if "ranges" in passage:
        passage["ranges"] = [outer.span(span) for span in passage["ranges"]]


def _shift(passage: dict[str, Any], ruler: Ruler) -> None:
    passage["start"], passage["end"] = ruler.at(passage["start"]), ruler.at(passage["end"])


def _ruler(passage: Mapping[str, Any], unit: str, story: StoryText | None) -> Ruler:
    return Ruler((story(passage) if story else None) or "", unit)
