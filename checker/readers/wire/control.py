"""What stands among the paragraphs of an item and is no copy: notes to editors, control text, trailers."""

from __future__ import annotations

import re
from collections.abc import Sequence

REST = re.compile(
    r"\W{0,8}(?:the following information is not (?:intended )?for publication"
    r"|die folgenden informationen sind nicht zur ver(?:ö|oe)ffentlichung|(?:dpa-)?notizblock\W*$)",
    re.IGNORECASE,
)
"""From here on an item is not for publication."""
CONTROL = re.compile(
    r"\W{0,4}(?:(?:the )?(?:story|article|column|review|optional \w{2,8}) (?:can|may|could) end here\b.{0,120}"
    r"|(?:begin|end|more|optional) (?:optional )?(?:trim|cut|add|material|take|insert)s?\b.{0,60}"
    r"|(?:story|more|\d(?:st|nd|rd|th) take) (?:follows|to come|ends)\W{0,3}"
    r"|(?:note to editors?|editors?['’]? ?notes?|editors|eds)\s?[:;].{0,2000})$",
    re.IGNORECASE,
)
PICTURES = re.compile(r"(?:[A-Z]{2,5} )?(?:PHOTOS?|Photos?|VIDEO|Video)(?: [A-Z]{1,4}\d{2,6},?)+$")
TRAILER = re.compile(
    r"\W{0,4}(?:ends?|more|30|fin|endit|ends here|urgent ends)\W{0,4}$"  # the end of a take
    r"|[\W_]{1,12}$"
    r"|[a-z]{2,4}(?:[/-][a-z]{1,4}){1,6}$"  # the initials of those who wrote and edited
    r"|\W{0,3}(?:==?|©|\(c\)|/)\s?[^\W\d_][\w. ]{1,24}\W{0,3}$|\([A-Z][\w.]{1,24}\)\W{0,2}$"  # the agency signs
    r"|dpa(?:[ -/][a-z]{2,4}){0,3} (?:[a-z]{2,4} ){0,3}[a-z]{2}[a-z0-9]{0,2} n1\b.{0,12}$"
    r"|[A-Z]{2,6} (?:[A-Z]{2,4} )?(?:[A-Z]{2,4}|[a-z]{2,3}(?:[/-][a-z]{2,3})*)$"
    r"|(?:©|\([cC]\) |(?i:copyright)\b).{0,380}$"
    r"|[A-Z]{2}-[A-Z]{2}-\d\d-\d\d-\d\d \d{4} ?(?:GMT|E[DS]T|UTC)$"
    r"|(?=(?:[A-Z0-9]+ )*[A-Z]+[0-9])[A-Z0-9]{2,9}(?: [A-Z0-9]{2,9}){3,20}$",  # routing codes
)
INITIALS = re.compile(r"(?:and|or|yes|on|off)[/-]")


def copy_of(paragraphs: Sequence[str]) -> list[int]:
    """The numbers of the paragraphs that are copy."""
    kept: list[int] = []
    for number, text in enumerate(paragraphs):
        if REST.match(text):
            break
        if len(text) < 2500 and (CONTROL.match(text) or PICTURES.match(text)):
            continue
        kept.append(number)
    while len(kept) > 1 and len(last := paragraphs[kept[-1]]) < 400 and TRAILER.match(last):
        if INITIALS.match(last):
            break
        kept.pop()
    return kept
