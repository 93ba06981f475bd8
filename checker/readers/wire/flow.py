"""Running text put together from pieces of a file: paragraphs on lines of their own, white space collapsed."""

from __future__ import annotations

import re
from collections.abc import Iterable

from checker.readers.offsets import TextBuilder

BLANK = (
    " \x7f\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000\u200b\ufeff"
    + "".join(map(chr, range(0x20)))
    + "".join(map(chr, range(0x2000, 0x200B)))
)
"""White space, and the control characters of the wire, which print as nothing."""
SPACE = re.compile(f"[{re.escape(BLANK)}]+")
UNEVEN = re.compile(f"[{re.escape(BLANK)}]{{2,}}|[{re.escape(BLANK[1:])}]")
"""White space that is not a single space."""


Piece = tuple[str, int, int]
"""Characters, and the stretch of the file that they stand for: see `TextBuilder.take`."""

FEW_PIECES = 150_000
DENSE = 20
TOO_MANY_PIECES = "Its text is in more pieces than news has; divide it."


class Refused(Exception):
    """A document is not read; the message is a sentence."""


class Budget:
    """How many pieces the text of one file may have: so many that no news comes near, so few that reading ends soon."""

    def __init__(self, size: int) -> None:
        self.left = max(FEW_PIECES, size // DENSE)

    def spend(self, pieces: int) -> None:
        """Raises `Refused` when there are too many."""
        self.left -= pieces
        if self.left < 0:
            raise Refused(TOO_MANY_PIECES)


class Flow:
    """Running text, paragraph by paragraph. Spans are code points of the file, half-open.

    A run of white space becomes a single space, one piece that stands for the run; none is kept at
    either end of a paragraph.
    """

    def __init__(self, budget: Budget | None = None) -> None:
        self.budget = budget
        self.paragraphs: list[list[Piece]] = []
        self._open: list[Piece] | None = None
        self._space: tuple[int, int] | None = None
        self._cell = False

    def joined(self, chosen: Iterable[int] | None = None) -> TextBuilder:
        """The chosen paragraphs, or all, on lines of their own."""
        out = TextBuilder()
        apart = False
        for number in range(len(self.paragraphs)) if chosen is None else chosen:
            if out.length:
                out.put("\n")
            for text, start, end in self.paragraphs[number]:
                if text == " " and start == end:
                    out.put(text)
                    continue
                # A space that stands for a line end must not grow together with the words around it.
                space = text == " " and end - start == 1
                if space or apart:
                    alone = TextBuilder()
                    alone.take(text, start, end)
                    out.append(alone)
                else:
                    out.take(text, start, end)
                apart = space
        return out

    def texts(self) -> list[str]:
        """The paragraphs without their places."""
        return ["".join([piece[0] for piece in paragraph]) for paragraph in self.paragraphs]

    def take(self, text: str, start: int, end: int) -> None:
        """`text` stands for file[start:end], character by character when it is as long, else as a whole."""
        if self.budget:
            self.budget.spend(1)
        if len(text) != end - start:
            self._whole(text, start, end)
            return
        words = text.strip(BLANK)
        if not words:
            if text:
                self._gap(start, end)
            return
        before = text.index(words)
        if before:
            self._gap(start, start + before)
        self._collapse(words, start + before)
        if before + len(words) < len(text):
            self._gap(start + before + len(words), end)

    def _collapse(self, words: str, start: int) -> None:
        """Words with neither end blank; single spaces between them are taken over as they stand."""
        reached = 0
        if self.budget and len(words) > FEW_PIECES:
            self.budget.spend(sum(1 for _ in UNEVEN.finditer(words)))
        for gap in UNEVEN.finditer(words):
            low, high = gap.span()
            self._words(words[reached:low], start + reached, start + low)
            self._gap(start + low, start + high)
            reached = high
        self._words(words[reached:], start + reached, start + len(words))

    def end_paragraph(self) -> None:
        """What follows begins a line of its own."""
        self._open, self._space, self._cell = None, None, False

    def end_cell(self) -> None:
        """What follows stands apart on the same line."""
        self._cell = True

    def _whole(self, text: str, start: int, end: int) -> None:
        """An entity: its characters together stand for its stretch of the file."""
        if SPACE.fullmatch(text):
            self._gap(start, end)
        elif text:
            self._words(SPACE.sub(" ", text), start, end)

    def _gap(self, start: int, end: int) -> None:
        """White space; a run that markup or an entity divides is led back to where it began."""
        if self._space is None:
            self._space = start, end
        elif self._space[1] == start:
            self._space = self._space[0], end

    def _words(self, text: str, start: int, end: int) -> None:
        pieces = self._open
        if pieces is None:
            pieces = self._open = []
            self.paragraphs.append(pieces)
        elif self._space:
            pieces.append((" ", *self._space))
        elif self._cell:
            pieces.append((" ", start, start))
        self._space, self._cell = None, False
        pieces.append((text, start, end))
