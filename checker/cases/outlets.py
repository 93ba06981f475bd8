"""Which outlet a page belongs to: the registrable domain of its site, by the list of public suffixes.

The list (publicsuffix.org, the private section too: who has a blog at a provider is an outlet) comes with its library;
nothing is looked up.
"""

from __future__ import annotations

from functools import lru_cache
from ipaddress import ip_address
from typing import Any

from checker.audit.nouns import Result
from checker.policy.hosts import in_ascii

LONGEST = 253
"""Characters of a name in the DNS (RFC 1035); what is longer is none."""


def outlet_of(result: Result) -> str:
    """The registrable domain of its site; else the site as it is; else the input that it came from."""
    return registrable(result.site) if result.site else result.input


@lru_cache(maxsize=65536)
def registrable(site: str) -> str:
    """ "news.lantern.example" belongs to "lantern.example". Names in other scripts come in their ASCII form (RFC 3492),
    so that one name is one outlet however it is written, and no two look alike."""
    bare = site.strip().strip(".").lower()
    if not bare or len(bare) > LONGEST or _is_address(bare):
        return bare or site
    ascii_form = in_ascii(bare)
    found = _suffixes().privatesuffix(ascii_form)
    return str(found or ascii_form)


def _is_address(host: str) -> bool:
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


@lru_cache(maxsize=1)
def _suffixes() -> Any:
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList()
