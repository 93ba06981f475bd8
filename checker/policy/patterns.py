"""Patterns of waivers: * is any characters, ? is one."""

from __future__ import annotations


def fits(pattern: str, text: str) -> bool:
    """Whether the whole of `text` is as `pattern` says; time at most the product of their lengths."""
    at = place = 0
    star, kept = -1, 0
    while place < len(text):
        if at < len(pattern) and pattern[at] == "*":
            star, kept = at, place
            at += 1
        elif at < len(pattern) and pattern[at] in ("?", text[place]):
            at, place = at + 1, place + 1
        elif star >= 0:
            kept += 1
            at, place = star + 1, kept
        else:
            return False
    return not pattern[at:].strip("*")


def any_fits(patterns: tuple[str, ...], *texts: str) -> bool:
    """Whether one of the patterns fits one of the texts that are not empty."""
    return any(fits(pattern, text) for pattern in patterns for text in texts if text)
