"""What is kept beside a revision: links, what was said of it later, and of a text that is gone, where it stood.

Apart from the item itself, so that the item can still be told from what was said of it: see
`docs/decisions/0014-said-later.md`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from fingerprints.index import LINKS, Amend, Operation, Upsert, Work
from fingerprints.stores.rows import Integers

Places = tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, slots=True)
class Said:
    """All of it, of one revision. An `amended` key of the value "" removes what the item says under it."""

    links: tuple[str, ...] = ()
    amended: Mapping[str, str] = field(default_factory=dict)
    expired: str = ""
    places: Places = ()

    def linked(self, links: Sequence[str]) -> Said:
        """The same with further links; beyond LINKS of them the older ones are kept."""
        return replace(self, links=tuple(dict.fromkeys((*self.links, *links)))[:LINKS])

    def amend(self, metadata: Mapping[str, str], own: Mapping[str, str]) -> Said:
        """The same with further metadata; `own` is what the item itself says."""
        later = {**self.amended, **metadata}
        return replace(self, amended={key: value for key, value in later.items() if value or key in own})

    def over(self, own: Mapping[str, str]) -> dict[str, str]:
        """The item's metadata as they stand by now."""
        return {key: value for key, value in {**own, **self.amended}.items() if value or key not in self.amended}

    def is_of(self, own: Work, work: Work) -> bool:
        """Whether a work handed in says nothing new: it is the item as it came, or as it stands by now.

        Of an item whose text is gone nothing handed in is.
        """
        as_it_stands = replace(own, metadata=self.over(own.metadata))
        return not self.expired and work in (own, as_it_stands)


NOTHING = Said()


def check(operations: Sequence[Operation]) -> None:
    """Raises ValueError when the links of an operation cannot be kept."""
    for operation in operations:
        if isinstance(operation, Upsert | Amend):
            if not all(operation.links):
                raise ValueError("a link is empty")
            if (count := len(set(operation.links))) > LINKS:
                raise ValueError(f"a work has {count} links, and may have {LINKS}")


def places_of(text: str, positions: Integers, shingle: int) -> Places:
    """Where the shingles that begin at these words stand: (word, start, end), by word; words and code points.

    The last shingles of a text end with it. A position behind the last word has no place.
    """
    from fingerprints.text import tokenise

    tokens = tokenise(text)
    words = np.unique(positions)
    words = words[words < len(tokens)]
    last = np.minimum(words + shingle, len(tokens)) - 1
    rows = zip(words.tolist(), tokens.start[words].tolist(), tokens.end[last].tolist(), strict=True)
    return tuple(rows)
