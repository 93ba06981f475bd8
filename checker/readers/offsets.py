"""From the text that is matched back to the file it was taken from.

A text is a row of pieces. A piece as long in the text as in the file was taken over
character by character; any other (an entity, a run of white space, a separator that we put between two
paragraphs) stands for its stretch of the file as a whole. All numbers are code points, spans half-open.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class OffsetMap:
    """Piece i is text[begins[i]:begins[i+1]] and stands for file[starts[i]:ends[i]]; begins has one more entry.

    The pieces are in the order of the text. In the file they may stand in any order.
    """

    begins: NDArray[np.int64]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the file from the first to the last character of text[start:end], markup between included."""
        ranges = self.ranges(start, end)
        if not ranges:
            at = self._at(start)
            return at, at
        return min(low for low, _ in ranges), max(high for _, high in ranges)

    def ranges(self, start: int, end: int) -> list[tuple[int, int]]:
        """The stretches of the file that text[start:end] was taken from, without the markup between them."""
        out: list[tuple[int, int]] = []
        first = max(0, int(np.searchsorted(self.begins, start, "right")) - 1)
        last = min(len(self.starts), int(np.searchsorted(self.begins, end, "left")))
        for piece in range(first, last):
            low, high = self._within(piece, start, end)
            if low == high:
                continue
            if out and out[-1][1] == low:
                out[-1] = (out[-1][0], high)
            else:
                out.append((low, high))
        return out

    def pieces(self, start: int, end: int) -> Iterator[tuple[int, int, int, int]]:
        """Each piece of text[start:end]: its own start and end, and the stretch of the file that it stands for."""
        first = max(0, int(np.searchsorted(self.begins, start, "right")) - 1)
        last = min(len(self.starts), int(np.searchsorted(self.begins, end, "left")))
        begins = self.begins[first : last + 1].tolist()
        starts, ends = self.starts[first:last].tolist(), self.ends[first:last].tolist()
        for begin, stop, low, high in zip(begins, begins[1:], starts, ends, strict=False):
            left, right = max(start, begin), min(end, stop)
            if left < right:
                linear = stop - begin == high - low
                yield (left, right, low + left - begin, high - stop + right) if linear else (left, right, low, high)

    def _within(self, piece: int, start: int, end: int) -> tuple[int, int]:
        """The part of a piece's stretch of the file that text[start:end] takes."""
        begin, stop = int(self.begins[piece]), int(self.begins[piece + 1])
        low, high = int(self.starts[piece]), int(self.ends[piece])
        if stop - begin != high - low:
            return low, high
        return low + max(0, start - begin), high - max(0, stop - end)

    def _at(self, offset: int) -> int:
        """Where in the file a place between pieces of the text lies."""
        if not len(self.starts):
            return 0
        piece = min(max(0, int(np.searchsorted(self.begins, offset, "right")) - 1), len(self.starts) - 1)
        low, _ = self._within(piece, offset, offset)
        return low


class TextBuilder:
    """Puts a text together from pieces of a file and remembers where each came from."""

    def __init__(self) -> None:
        self._text: list[str] = []
        self._begins, self._starts, self._ends = array("q"), array("q"), array("q")
        self.length = 0
        self.last = ""
        """The last character so far; "" at the beginning."""

    def take(self, text: str, start: int, end: int) -> None:
        """`text` stands for file[start:end], character by character when it is as long, else as a whole."""
        if not text:
            return
        linear = len(text) == end - start
        follows = (
            linear
            and self._ends
            and self._ends[-1] == start
            and self._ends[-1] - self._starts[-1] == self.length - self._begins[-1]
        )
        if follows:
            self._ends[-1] = end
        else:
            self._begins.append(self.length)
            self._starts.append(start)
            self._ends.append(end)
        self._text.append(text)
        self.length += len(text)
        self.last = text[-1]

    def put(self, text: str) -> None:
        """`text` stands in no file: a separator."""
        at = self._ends[-1] if self._ends else 0
        self.take(text, at, at)

    def append(self, other: TextBuilder) -> None:
        """Everything of another builder of the same file, behind what is here."""
        self._text += other._text
        self._begins.extend(begin + self.length for begin in other._begins)
        self._starts.extend(other._starts)
        self._ends.extend(other._ends)
        self.length += other.length
        self.last = other.last or self.last

    def take_all(self, text: str, offsets: OffsetMap) -> None:
        """A whole text with its own map, behind what is here."""
        if not text:
            return
        self._text.append(text)
        self._begins.extend((offsets.begins[:-1] + self.length).tolist())
        self._starts.extend(offsets.starts.tolist())
        self._ends.extend(offsets.ends.tolist())
        self.length += len(text)
        self.last = text[-1]

    def text(self) -> str:
        """The text so far."""
        return "".join(self._text)

    def offsets(self) -> OffsetMap:
        """Its map."""
        begins = np.array([*self._begins, self.length], np.int64)
        return OffsetMap(begins, np.array(self._starts, np.int64), np.array(self._ends, np.int64))


def through(inner: OffsetMap, outer: OffsetMap) -> OffsetMap:
    """The map of a text taken out of a text that was itself taken out of a file: inner first, then outer."""
    builder = TextBuilder()
    for begin, stop, low, high in inner.pieces(0, int(inner.begins[-1])):
        if stop - begin != high - low:
            builder.take(" " * (stop - begin), *outer.span(low, high))
            continue
        for left, right, first, last in outer.pieces(low, high):
            builder.take(" " * (right - left), first, last)
    return builder.offsets()
