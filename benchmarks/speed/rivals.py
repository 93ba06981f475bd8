"""The others, used as their own pages show: datasketch, rensa, `wc -w`, and datasketch with rapidfuzz for checking."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from datasketch import MinHash, MinHashLSH
from rapidfuzz import fuzz
from rensa import RMinHash

WORD = re.compile(r"\w+")
SHINGLE = 5
PERMUTATIONS = 128
WINDOW = 60
STRIDE = 30
Span = tuple[int, int]


def shingles(text: str) -> list[str]:
    """The five-word shingles of a text, lower case."""
    words = WORD.findall(text.lower())
    return [" ".join(words[i : i + SHINGLE]) for i in range(max(0, len(words) - SHINGLE + 1))]


def datasketch(text: str) -> MinHash:
    """datasketch's pipeline: MinHash.update_batch over encoded shingles."""
    minhash = MinHash(num_perm=PERMUTATIONS)
    minhash.update_batch([shingle.encode("utf-8") for shingle in shingles(text)])
    return minhash


def rensa(text: str) -> list[int]:
    """rensa's pipeline: RMinHash over the same shingles."""
    minhash = RMinHash(num_perm=PERMUTATIONS, seed=42)
    minhash.update(shingles(text))
    return list(minhash.digest())


def windows(text: str) -> Iterator[str]:
    """Overlapping windows of words, as stretches of the text."""
    spans = [match.span() for match in WORD.finditer(text)]
    for first in range(0, max(1, len(spans) - STRIDE), STRIDE):
        portion = spans[first : first + WINDOW]
        if portion:
            yield text[portion[0][0] : portion[-1][1]]


class Afternoon:
    """A checker as one writes it in an afternoon: LSH candidates, and each of them aligned in the draft.

    `windowed` keeps a MinHash for every window of a story, and asks with every window of the
    draft; otherwise there is one for the whole story, and its windows are aligned one by one.
    """

    def __init__(
        self, stories: Iterable[tuple[str, str]], threshold: float, windowed: bool, cutoff: float = 75
    ) -> None:
        self.windowed = windowed
        self.cutoff = cutoff
        self.lsh = MinHashLSH(threshold=threshold, num_perm=PERMUTATIONS)
        self.kept: dict[int, list[str]] = {}
        for _, text in stories:
            for piece in windows(text) if windowed else [text]:
                self.kept[len(self.kept)] = [piece] if windowed else list(windows(text))
                self.lsh.insert(len(self.kept) - 1, datasketch(piece))

    def check(self, draft: str) -> list[Span]:
        """Where the draft agrees with some story."""
        asked = windows(draft) if self.windowed else [draft]
        candidates = {key for piece in asked for key in self.lsh.query(datasketch(piece))}
        return self._aligned(draft, [piece for key in sorted(candidates) for piece in self.kept[key]])

    def _aligned(self, draft: str, pieces: Sequence[str]) -> list[Span]:
        found = (fuzz.partial_ratio_alignment(piece, draft, score_cutoff=self.cutoff) for piece in pieces)
        return [(one.dest_start, one.dest_end) for one in found if one is not None]
