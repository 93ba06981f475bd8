"""The thresholds of matching, as one value. Weights are in words: a long word counts 1, a short one less."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What counts as reuse, and how much work one check may take.

    A passage stands on its own from `least_weight` on when it is verbatim; every tenth of
    agreement lost asks for `weight_per_tenth` more. A shorter one, from `least_support`
    on, stands beside another of the same story no more than `reach_submitted` words
    away in the draft and `reach_source` in the story; a still shorter one only within
    `next_words` in the story. Short ones of one story that stand beside each other, one of
    them weighing `least_seed` and each agreeing to `least_exactness`, count together from
    `least_together` on. Ones of `least_scattered` from all over a story count together when
    they weigh `scattered_weight` and `scattered_share` of the whole draft. A passage is cut
    where `widest_insertion` words of the draft's own replace nothing. `longest_by_chance`, `least_expression`,
    `close_expression` and `loose_expression` tell copying from common facts; see `checker.evidence`. A draft may set up
    to `longest_excerpt` words of a story's own prose between quotation marks for them to be a quotation.

    `most_stories` stories are read for a short draft, and one more for every
    `words_a_story` words. Of a draft beyond `most_characters` only the beginning is checked:
    that much takes less than 512 MB of memory even when every letter stands alone, in Chinese twice as much.
    """

    least_weight: float = 7.6
    weight_per_tenth: float = 1.2
    least_support: float = 3.4
    least_seed: float = 5.6
    least_together: float = 14.0
    least_exactness: float = 0.75
    least_scattered: float = 3.2
    scattered_weight: float = 20.0
    scattered_share: float = 0.15
    next_words: int = 2
    reach_submitted: int = 60
    reach_source: int = 40
    widest_insertion: int = 5
    longest_by_chance: int = 8
    least_expression: float = 6.5
    close_expression: float = 7.0
    loose_expression: float = 13.0
    longest_excerpt: int = 60
    most_stories: int = 24
    words_a_story: int = 50
    most_characters: int = 5_500_000

    def needed(self, agreement: float) -> float:
        """The weight at which a passage stands on its own, by the share of it that agrees."""
        return self.least_weight + self.weight_per_tenth * 10 * (1.0 - agreement)


DEFAULT_THRESHOLDS = Thresholds()
