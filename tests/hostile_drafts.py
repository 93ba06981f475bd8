"""Drafts made of stories in every way that could lead a report astray; the same seed gives the same draft."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from random import Random

NOTICE = "Copyright 2026 Meridian Press. All rights reserved. This material may not be published or broadcast."
FURNITURE = ("Read also: what the harbour master said next", "Sign up for our newsletter", "Tap here: play the video")
OWN = "Our own reporter stood on the quay all morning and saw nothing but gulls and one wet dog"
Maker = Callable[[Random, Sequence[str]], str]


def sentences(text: str) -> list[str]:
    """The sentences of a text."""
    return [one for one in re.split(r"(?<=[.!?])\s+", text.strip()) if one]


def pieces(random: Random, words: Sequence[str], least: int, most: int) -> list[list[str]]:
    """Words cut into pieces of random lengths."""
    found, at = [], 0
    while at < len(words):
        size = random.randint(least, most)
        found.append(list(words[at : at + size]))
        at += size
    return found


def shuffled(random: Random, items: Sequence[str]) -> list[str]:
    """The same in another order."""
    return random.sample(items, len(items))


def of_pieces(least: int, most: int) -> Maker:
    """A story cut into pieces of so many words, shuffled."""

    def make(random: Random, stories: Sequence[str]) -> str:
        cut = pieces(random, random.choice(stories).split(), least, most)
        return " ".join(" ".join(piece) for piece in random.sample(cut, len(cut)))

    return make


def _sentences_shuffled(random: Random, stories: Sequence[str]) -> str:
    return " ".join(shuffled(random, sentences(random.choice(stories))))


def _paragraphs_shuffled(random: Random, stories: Sequence[str]) -> str:
    return "\n\n".join(shuffled(random, [*random.choice(stories).split("\n\n"), NOTICE]))


def _paragraphs_reversed(random: Random, stories: Sequence[str]) -> str:
    return "\n\n".join([NOTICE, *reversed(random.choice(stories).split("\n\n"))])


def _halves_swapped(random: Random, stories: Sequence[str]) -> str:
    told = sentences(random.choice(stories))
    at = random.randint(1, max(1, len(told) - 1))
    between = random.choice(["", NOTICE, OWN + ".", random.choice(FURNITURE)])
    return "\n".join((*told[at:], between, *told[:at]))


def _sentences_doubled(random: Random, stories: Sequence[str]) -> str:
    return " ".join(one for told in sentences(random.choice(stories)) for one in [told] * random.randint(1, 3))


def _word_by_word_doubled(random: Random, stories: Sequence[str]) -> str:
    return " ".join(word for word in random.choice(stories).split() for _ in range(random.randint(1, 2)))


def _reversed_words(random: Random, stories: Sequence[str]) -> str:
    return " ".join(reversed(random.choice(stories).split()))


def _palindrome(random: Random, stories: Sequence[str]) -> str:
    words = random.choice(stories).split()
    return " ".join([*words, *reversed(words)])


def _repeated(random: Random, stories: Sequence[str]) -> str:
    told = sentences(random.choice(stories))
    return " ".join(told[: random.randint(1, len(told))] * random.randint(2, 100))


def _one_word(random: Random, stories: Sequence[str]) -> str:
    word = random.choice(random.choice(stories).split())
    return " ".join([word] * random.randint(1, 400))


def _two_words(random: Random, stories: Sequence[str]) -> str:
    words = random.choice(stories).split()
    at = random.randrange(len(words) - 1)
    return " ".join(words[at : at + 2] * random.randint(1, 200))


def _alternating_words(random: Random, stories: Sequence[str]) -> str:
    first, second = random.choice(stories).split(), random.choice(stories).split()
    return " ".join(word for pair in zip(first, second, strict=False) for word in pair)


def _alternating_sentences(random: Random, stories: Sequence[str]) -> str:
    first, second = sentences(random.choice(stories)), sentences(random.choice(stories))
    return " ".join(told for pair in zip(first, second, strict=False) for told in pair)


def _alternating_runs(random: Random, stories: Sequence[str]) -> str:
    first, second = (pieces(random, random.choice(stories).split(), 3, 12) for _ in range(2))
    return " ".join(" ".join(piece) for pair in zip(first, second, strict=False) for piece in pair)


def _words_cut_short(random: Random, stories: Sequence[str]) -> str:
    return " ".join(
        word[: random.randint(1, len(word))] if random.random() < 0.2 else word
        for word in random.choice(stories).split()
    )


def _words_left_out(random: Random, stories: Sequence[str]) -> str:
    return " ".join(word for word in random.choice(stories).split() if random.random() > 0.15)


def _words_put_in(random: Random, stories: Sequence[str]) -> str:
    own = OWN.split()
    return " ".join(
        f"{word} {random.choice(own)}" if random.random() < 0.15 else word for word in random.choice(stories).split()
    )


def _headline_above(random: Random, stories: Sequence[str]) -> str:
    story = random.choice(stories)
    words = story.split()
    at = random.randrange(max(1, len(words) - 12))
    headline = " ".join([*random.sample(OWN.split(), random.randint(0, 4)), *words[at : at + random.randint(3, 12)]])
    return f"{headline}{random.choice([chr(10), chr(10) * 2, ' '])}{story}"


def _caption_above(random: Random, stories: Sequence[str]) -> str:
    story = random.choice(stories)
    return f"{random.choice(sentences(story))}\n\n{story}\n\n{random.choice(sentences(story))}"


def _stories_mixed(random: Random, stories: Sequence[str]) -> str:
    told = [one for story in random.sample(stories, min(5, len(stories))) for one in sentences(story)]
    return " ".join(shuffled(random, told))


def _stories_end_to_end(random: Random, stories: Sequence[str]) -> str:
    return "\n".join(shuffled(random, stories))


def _run_together(random: Random, stories: Sequence[str]) -> str:
    return random.choice(["", " ", "-"]).join(shuffled(random, sentences(random.choice(stories)))).replace(" ", "")


def _spaced_out(random: Random, stories: Sequence[str]) -> str:
    told = shuffled(random, sentences(random.choice(stories)))
    return " ".join("".join(told[: random.randint(1, len(told))]))


def _quoted_at_random(random: Random, stories: Sequence[str]) -> str:
    marks = ("“", "”", '"', "'", "»", "«")
    told = shuffled(random, sentences(random.choice(stories)))
    return " ".join(f"{random.choice(marks)}{one}{random.choice(marks)}" for one in told)


def _furniture_between(random: Random, stories: Sequence[str]) -> str:
    told = shuffled(random, sentences(random.choice(stories)))
    between = (*FURNITURE, NOTICE, "http://quay.example/a-b-c", "(c) MP")
    return "\n".join(line for one in told for line in (one, *random.sample(between, random.randint(0, 2))))


def _capitals_and_breaks(random: Random, stories: Sequence[str]) -> str:
    told = random.choice([_sentences_shuffled, _halves_swapped, _sentences_doubled])(random, stories).upper()
    return re.sub(" ", lambda _: random.choice([" ", " ", "\n", "\u00a0", "\u00ad ", "  "]), told)


MAKERS: tuple[Maker, ...] = (
    of_pieces(1, 3),
    of_pieces(3, 8),
    of_pieces(8, 20),
    of_pieces(20, 60),
    _sentences_shuffled,
    _paragraphs_shuffled,
    _paragraphs_reversed,
    _halves_swapped,
    _sentences_doubled,
    _word_by_word_doubled,
    _reversed_words,
    _palindrome,
    _repeated,
    _one_word,
    _two_words,
    _alternating_words,
    _alternating_sentences,
    _alternating_runs,
    _words_cut_short,
    _words_left_out,
    _words_put_in,
    _headline_above,
    _caption_above,
    _stories_mixed,
    _stories_end_to_end,
    _run_together,
    _spaced_out,
    _quoted_at_random,
    _furniture_between,
    _capitals_and_breaks,
)


def draft(seed: int, stories: Sequence[str]) -> str:
    """The draft of a seed: each maker in turn, or two of them one behind the other."""
    random = Random(seed)
    text = MAKERS[seed % len(MAKERS)](random, stories)
    return text if random.random() < 0.7 else f"{text}\n\n{random.choice(MAKERS)(random, stories)}"
