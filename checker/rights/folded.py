"""A text made plain for reading notices in it: one kind of space and of dash, nothing unseen; and the way back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

SPACES = "\t\v\f\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
LINE_ENDS = "\r\x85\u2028\u2029"
DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
PLAIN = (
    dict.fromkeys(SPACES, " ")
    | dict.fromkeys(LINE_ENDS, "\n")
    | dict.fromkeys(DASHES, "-")
    | {"ⓒ": "©", "Ⓒ": "©", "’": "'", "‘": "'", "（": "(", "）": ")", "／": "/", "，": ","}
)
TABLE = str.maketrans(PLAIN)
FANCY = re.compile(f"[{re.escape(''.join(PLAIN))}]+")
"""What is made plain; few characters of a text are, so that looking for them is quicker than asking for each."""
UNSEEN = re.compile(
    r"[\u00ad\u034f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe0e\ufe0f\ufeff]|(?<=[ \n])[ ]"
)
"""What no reader sees: characters without width, and the second of two spaces."""
WRAPPED = re.compile(r"\n(?=[^\W_])(?<=[^\n]{50}\n)(?<![^\n]{100}\n)(?<=[^.!?:)\]\n]\n)")
"""The end of a line that was broken for its width (50 to 99 characters); not that of a title or a sentence."""


@dataclass(frozen=True, slots=True)
class Folded:
    """A plain text, its lines as they are (`text`) and those broken for width joined (`joined`, `lower`).

    All three have the same offsets. `offsets` lead back, character by character; None when nothing was left out.
    """

    text: str
    joined: str
    lower: str
    offsets: Sequence[int] | None

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Where text[start:end] stands in the text that was folded. A stretch of nothing has no place."""
        if self.offsets is None:
            return start, end
        return self.offsets[start], self.offsets[end - 1] + 1


def fold(text: str) -> Folded:
    """The plain text. Every character that stays is one character."""
    plain = FANCY.sub(lambda found: found[0].translate(TABLE), text)
    offsets = None
    if UNSEEN.search(plain):
        offsets = list(chain.from_iterable(range(kept, end) for kept, end in _kept(plain)))
        plain = UNSEEN.sub("", plain)
    joined = WRAPPED.sub(" ", plain)
    lower = joined.lower()
    if len(lower) != len(joined):
        lower = "".join(one if len(one) == 1 else letter for letter in joined for one in (letter.lower(),))
    return Folded(plain, joined, lower, offsets)


def _kept(plain: str) -> list[tuple[int, int]]:
    """The stretches between what is left out."""
    out, at = [], 0
    for match in UNSEEN.finditer(plain):
        out.append((at, match.start()))
        at = match.end()
    return [*out, (at, len(plain))]
