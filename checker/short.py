"""A text too short to judge: so few words that a copy among them is not certain to be seen, nor ever long enough."""

from __future__ import annotations

from collections.abc import Sequence

from fingerprints.spec import FingerprintSpec

TOO_SHORT = "too short to judge"
"""How the reason begins; reports call such a text by these words."""


def least_words(spec: FingerprintSpec) -> int:
    """The words of the shortest passage that is certain to share a key with its story (see `fingerprints.sketch`)."""
    return spec.shingle + spec.window - 1


def short_reason(words: int, spec: FingerprintSpec) -> str:
    """Why a text of so many words cannot be judged; "" where it can, and for none at all: nothing is no copy."""
    least = least_words(spec)
    if not 0 < words < least:
        return ""
    return f"{TOO_SHORT}: {words} word{'s' if words > 1 else ''}, and a passage of fewer than {least} may be anybody's"


def is_short(unjudged: Sequence[str]) -> bool:
    """Whether a text's being too short is among the reasons why it was not judged."""
    return any(reason.startswith(TOO_SHORT) for reason in unjudged)
