"""What sites set around and between the paragraphs of a text, and is nobody's report: calls to subscribe, share, click.

The phrases are data (`furniture.toml`). Time is linear in the text: phrases are looked up by their first word.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, pairwise
from pathlib import Path

OWN = Path(__file__).with_name("furniture.toml")
WORD = re.compile(r"[^\W_]+")
SENTENCE = re.compile(r"[.!?\u2026][\"'\u201d\u2019)]*\s|\n")
BETWEEN = 6
"""Words that stand between two pieces of furniture and are none themselves, at most: a label, a button."""
LONGEST = 60
"""Words of a sentence with a phrase of furniture in it, at most: a longer one is a report about such things."""
AROUND = 5
"""Words of such a sentence for each word of a call in it, at most: beyond, it is a report that has a call in it."""
LONGEST_LINE = 200
"""Characters of a line that is furniture as a whole, whatever stands between its words."""
LEFT_OVER = 3
"""Words of a sentence that are in no call, at most, for all of it to be one: "Click here *to* subscribe now"."""

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Phrases:
    """Word sequences by their first word, and whole lines."""

    by_first: dict[str, list[tuple[str, ...]]]
    lines: frozenset[tuple[str, ...]]
    alone: frozenset[str]
    """Phrases of a single word."""
    pairs: frozenset[tuple[str, str]]
    """The first two words of all others."""
    line_words: frozenset[str]
    """The first words of lines."""

    def may_stand_in(self, text: str) -> bool:
        """Whether a phrase, or a line, may stand in a text; most hold none, and are done with."""
        words = words_of(text)
        if find_calls(words, self):
            return True
        return not self.line_words.isdisjoint(words) and any(
            words_of(line) in self.lines for line in text.split("\n") if len(line) <= LONGEST_LINE
        )


def words_of(text: str) -> tuple[str, ...]:
    """The words of a phrase, in small letters."""
    return tuple(map(str.lower, WORD.findall(text)))


@lru_cache(maxsize=1)
def phrases() -> Phrases:
    """Our own phrases."""
    said = tomllib.loads(OWN.read_text(encoding="utf-8"))
    by_first: dict[str, list[tuple[str, ...]]] = {}
    for phrase in map(words_of, said["phrases"]):
        by_first.setdefault(phrase[0], []).append(phrase)
    every = list(chain.from_iterable(by_first.values()))
    lines = frozenset(map(words_of, said["lines"]))
    return Phrases(
        by_first,
        lines,
        frozenset(phrase[0] for phrase in every if len(phrase) == 1),
        frozenset((phrase[0], phrase[1]) for phrase in every if len(phrase) > 1),
        frozenset(line[0] for line in lines),
    )


def furniture(text: str) -> list[Span]:
    """Spans of sentences and lines that are furniture, neighbours joined; in order."""
    known = phrases()
    if not known.may_stand_in(text):
        return []
    joined: list[Span] = []
    apart = BETWEEN + 1
    for start, end in _sentences(text):
        words = list(map(str.lower, WORD.findall(text, start, end)))
        if not words:
            continue
        alone = text[start - 1 : start] in ("", "\n") and text[end : end + 1] in ("", "\n")
        if _is_furniture(words, known, alone):
            if joined and apart <= BETWEEN:
                joined[-1] = joined[-1][0], end
            else:
                joined.append((next(WORD.finditer(text, start, end)).start(), end))
            apart = 0
        else:
            apart += len(words)
    return joined


def calls(text: str) -> list[Span]:
    """Spans of the calls themselves, and not of what else stands in their sentences; in order, none within another.

    A sentence that is a call but for LEFT_OVER words or fewer, and fewer than the call has, is one as a whole.
    """
    known = phrases()
    if not known.may_stand_in(text):
        return []
    found: list[Span] = []
    for start, end in _sentences(text):
        words = list(map(str.lower, WORD.findall(text, start, end)))
        inside = find_calls(words, known)
        if not inside:
            alone = text[start - 1 : start] in ("", "\n") and text[end : end + 1] in ("", "\n")
            if alone and len(words) <= LONGEST and tuple(words) in known.lines:
                inside = set(range(len(words)))
        if inside and len(words) - len(inside) <= min(LEFT_OVER, len(inside) - 1):
            inside = set(range(len(words)))
        places = [word.span() for word in WORD.finditer(text, start, end)] if inside else []
        for n in sorted(inside):
            if n - 1 in inside:
                found[-1] = found[-1][0], places[n][1]
            else:
                found.append(places[n])
    return found


def find_calls(words: Sequence[str], known: Phrases) -> set[int]:
    """The places of these words that stand in a call."""
    if known.alone.isdisjoint(words) and known.pairs.isdisjoint(pairwise(words)):
        return set()  # nearly all sentences, in a fraction of the time
    return {
        at + step
        for at, word in enumerate(words)
        for phrase in known.by_first.get(word, ())
        if tuple(words[at : at + len(phrase)]) == phrase
        for step in range(len(phrase))
    }


def _is_furniture(words: Sequence[str], known: Phrases, alone: bool) -> bool:
    """Whether a sentence of these words is furniture; `alone`: whether it has its lines to itself."""
    if len(words) > LONGEST:
        return False
    if alone and tuple(words) in known.lines:
        return True
    return len(words) <= len(find_calls(words, known)) * AROUND


def _sentences(text: str) -> Iterator[Span]:
    """Sentences and lines, with the stop that ends them; white space at their ends is left out."""
    at = 0
    for match in SENTENCE.finditer(text):
        end = match.end() - 1
        yield at, end
        at = match.end()
    if at < len(text):
        yield at, len(text)
