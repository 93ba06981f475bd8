"""What an annotation says, whatever the file."""

from __future__ import annotations

from checker.model import Match, Status
from checker.reports import words

AUTHOR = "Wirecheck"


class NotAnnotated(Exception):
    """The file was not marked; the message is a sentence that says why."""


def said(match: Match) -> str:
    """ "142 words, word for word, from “Goats sail” (Meridian Press, mp-1)"; without control characters."""
    use = "" if match.status is Status.COPIED else f", {words.status(match)}"
    source = match.source
    sentence = f"{words.likeness(match)}{use}, from “{words.title(source)}” ({words.origin(source)})"
    return "".join(char for char in sentence if char.isprintable() or char == " ")
