"""Whose copy it is: one holder, however the name is spelt."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from checker.model import SourcePassage
from checker.policy.hosts import written
from checker.policy.nouns import House, Policy
from checker.rights.agencies import Agencies, load
from checker.rights.holders import agency_of

LONGEST = 200
"""Characters of a name that count."""
WORDS = re.compile(r"[^\W_]+")
SHORT_FORM = re.compile(r" \([^()]{1,30}\)$")
"""A short form behind a name: "Meridian Press (MP)"."""
HOST = re.compile(r"(?:[a-z]{2,8}://)?(?:[^/?#@\s]{0,80}@)?([^/?#:@\s]{1,253})", re.IGNORECASE)


class Filed(Protocol):
    """A story as far as it says whose it is."""

    @property
    def id(self) -> str: ...

    @property
    def holder(self) -> str: ...


def agencies_of(policy: Policy) -> Agencies:
    """The agencies that a policy knows: ours, and those of its own file.

    Raises OSError or ValueError when that file cannot be used.
    """
    return load(Path(policy.agencies) if policy.agencies else None)


def identity(holder: str, agencies: Agencies) -> str:
    """One string for all spellings of a holder: "ap" for an agency that is known, else "= " and the bare words.

    "" for no name. An article in front, capitals, marks and a short form behind do not count.
    """
    return _identity(holder[:LONGEST], agencies) if holder else ""


@lru_cache(maxsize=4096)
def _identity(holder: str, agencies: Agencies) -> str:
    return holder if holder in agencies.by_id else agency_of(holder, agencies) or bare(holder)


def own_holders(house: House, agencies: Agencies) -> frozenset[str]:
    """The identities under which a house's own copy is filed."""
    return frozenset(filter(None, (identity(one, agencies) for one in (house.name, *house.holders))))


def is_own(story: Filed, house: House, own: Container[str], agencies: Agencies) -> bool:
    """Whether a story bears the house's name, or is a page of one of its domains."""
    return identity(story.holder, agencies) in own or bool(house.domains and within(story.id, house.domains))


def names_of(source: SourcePassage) -> set[str]:
    """The ids by which a story is known: its own, its story's, its family's."""
    return {source.id, source.story, source.family.id if source.family else source.id} - {""}


def bare(holder: str) -> str:
    """The words of a holder's name that nobody knows, with "= " before them so that they are no agency's id."""
    name = SHORT_FORM.sub("", unicodedata.normalize("NFKC", holder[:LONGEST]).strip())
    words = WORDS.findall(name.casefold())
    if words[1:] and words[0] == "the":
        del words[0]
    return "= " + " ".join(words) if words else ""


def short_name(holder: str, agencies: Agencies) -> str:
    """How people in a newsroom call it: "AP", "dpa", "Reuters"; one that is no agency as it is written."""
    agency = agencies.by_id.get(identity(holder, agencies))
    if agency is None:
        return " ".join(holder[:LONGEST].split())
    return next((short for short in agency.short if short.isascii()), agency.name)


def within(site: str, domains: tuple[str, ...]) -> bool:
    """Whether a host (or an address) is one of these domains or below one."""
    found = HOST.match(site.strip())
    host = written(found.group(1)) if found else ""
    return any(host == domain or host.endswith("." + domain) for domain in map(written, domains))
