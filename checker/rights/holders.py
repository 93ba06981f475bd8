"""Whose name follows a copyright mark: words read one by one, until one cannot be part of a name."""

from __future__ import annotations

import re
from dataclasses import dataclass

from checker.rights.agencies import Agencies, Named
from checker.rights.years import ARABIC, ROMAN, roman

MOST_WORDS = 14
MOST = 160
"""Characters behind a mark in which its holder is looked for."""
TOKEN = re.compile(r"\S+")
SMALL = frozenset(
    ("of", "the", "and", "&", "de", "la", "le", "les", "du", "des", "del", "della", "di", "da", "do", "dos", "das", "y",
     "e", "et", "für", "von", "der", "die", "den", "van", "het", "en", "og", "och", "by", "und")
)  # fmt: skip
"""Words that stand in names in small letters."""
LEGAL = re.compile(
    r"(?:inc|llc|ltd|limited|lp|l\.p|s\.a|sa|gmbh|ag|co|corp|plc|pty|b\.v|bv|a\.s|oy|ab|as|srl|spa|s\.r\.l|s\.p\.a)"
    r"\b[.,;]*",
    re.IGNORECASE,
)  # fmt: skip
ABBREVIATION = re.compile(
    r"(?:[^\W\d_]|inc|llc|ltd|co|corp|pty|bros|st|dr|mr|ms|mrs|(?:[^\W\d_]\.)+[^\W\d_])\.", re.IGNORECASE
)
STOP = re.compile(
    r"[;|\u2022\u00b7\[\]<>{}\"\u201c\u201d()\n]| - |: |- |--|\*\*|(?<=[^\W\d_]{3})\.(?=[A-Z][a-z])|[\u3002]"
    r"|(?i:[ ,.]{0,2}\b(?:all|alle|tous|todos|tutti) (?:copyrights?|rights|other|content|reproduction|rechte|droits"
    r"|auteursr\w{0,8}|los|les|os|i)\b"
    r"|[ ,]{0,2}\b(?:distributed|provided|licensed|used|click|though|via|contributed|this|these"
    r"|no (?:part|reproduction)|riproduzione|está|queda|nachdruck|may not|https?:|www\.|visit|and its|dpa:)"
    r"|reproduction |toute |版权|無断|무단|不得|未经)"
)
"""What cannot be in a holder's name: the next part of the notice, or a mark that ends it."""
GENERIC = re.compile(
    r"(?i:photo|photos|images?|media|limited|ltd|inc|gmbh|news|newswire|sport|sports|bilder|foto|agency|s\.a|l\.p|plc|wire"
    r"|services?|group|archive|file|pool|via|graphics?|video|videos|all|deutsche|pictures?)"
)
"""What may follow a short form and leave it the agency's."""

BEFORE = frozenset(
    ("the", "by", "and", "with", "&", "agencia", "agence", "agenzia", "agência", "persbureau", "agentur", "avec", "mit",
     "von", "from", "of")
)  # fmt: skip
"""What may stand before one."""


@dataclass(frozen=True, slots=True)
class Holder:
    """text[start:end] is the name of a holder; `agency` its id or ""."""

    start: int
    end: int
    agency: str = ""


def read_holder(text: str, at: int, agencies: Agencies, *, lenient: bool) -> Holder:
    """The name that begins at `at`, or behind a year there; an empty one when there is none.

    `lenient` takes a first word in small letters too, as after a © sign.
    """
    stretch = text[at : at + MOST]
    if stop := STOP.search(stretch):
        stretch = stretch[: stop.start()]
    start = end = 0
    words = 0
    tokens = list(TOKEN.finditer(stretch))[: MOST_WORDS + 4]
    for number, token in enumerate(tokens):
        word = token.group()
        bare = word.strip(".,")
        if _is_year(bare):
            if words:
                break
            continue
        if not words and not any(map(str.isalpha, bare)):
            continue
        if not words and bare.lower() in ("by", "the") and bare.islower():
            continue
        named = next(agencies.find(bare), None)
        small = bare.islower() and named is None and "." not in bare
        if small and not (lenient and not words) and (not words or bare not in SMALL):
            break
        start, end, words = (start if words else token.start()), token.end(), words + 1
        after = tokens[number + 1].group() if number + 1 < len(tokens) else ""
        if word.endswith(",") and not LEGAL.fullmatch(after):
            break
        if (word.endswith(".") and not ABBREVIATION.fullmatch(word)) or words == MOST_WORDS:
            break
    return _trimmed(text, at + start, at + end, agencies)


def _trimmed(text: str, start: int, end: int, agencies: Agencies) -> Holder:
    while end > start:
        last = text[start:end].rpartition(" ")[2]
        if text[end - 1] in " ,;:-/*'" or (text[end - 1] == "." and not ABBREVIATION.fullmatch(last)):
            end -= 1
        elif last in SMALL and last != text[start:end]:
            end -= len(last)
        else:
            break
    if end > start and text[end : end + 1] == "." and ABBREVIATION.fullmatch(text[start : end + 1].rpartition(" ")[2]):
        end += 1
    return Holder(start, end, agency_of(text[start:end], agencies))


def _is_year(word: str) -> bool:
    return bool(ARABIC.fullmatch(word) or (ROMAN.fullmatch(word) and roman(word) >= 1900))


def agency_of(holder: str, agencies: Agencies) -> str:
    """The agency that a holder's name is, or names; "" for any other."""
    return next((named.id for named in agencies.find(holder) if not named.weak or _alone(holder, named)), "")


def _alone(text: str, named: Named) -> bool:
    """Whether a short form is a name of its own there, not one word of a longer one."""
    before, after = text[: named.start].rstrip(), text[named.end :].lstrip(" ")
    opens = not before or before[-1] in "/,(;=-" or before.rpartition(" ")[2].lower() in BEFORE
    return opens and (not after or after[0] in "/,.;:)]|=-" or GENERIC.match(after) is not None)
