"""Names of hosts, as people write them and in Punycode: one name, whichever way it was written.

Mapped as browsers do (Unicode TS 46, not transitional: "straße" and "strasse" are two names), and not held against the
stricter IDNA 2008, so that a name of pictures, which browsers open, is a name here too.
"""

from __future__ import annotations

from unicodedata import category

ACE = "xn--"


def written(host: str) -> str:
    """A host in lower case, without a final full stop, its labels in Punycode (RFC 3492) as they are meant.

    A label that would be anything but letters, their marks, digits and hyphens, or that stands for no other, stays as
    it is.
    """
    host = host.rstrip(".").lower()
    return ".".join(map(_label, host.split("."))) if ACE in host else host


def in_ascii(host: str) -> str:
    """A host with its labels in Punycode where they are not ASCII; as it is where it can be none."""
    if host.isascii():
        return host
    import idna  # its tables are large; only names in other scripts need them

    try:
        labels = idna.uts46_remap(host, std3_rules=False).split(".")
        return ".".join(one if one.isascii() else ACE + one.encode("punycode").decode("ascii") for one in labels)
    except (idna.IDNAError, UnicodeError):
        return host


def _label(label: str) -> str:
    if not label.startswith(ACE):
        return label
    try:
        meant = label.removeprefix(ACE).encode("ascii").decode("punycode")
    except UnicodeError:
        return label
    safe = all(one == "-" or one.isalnum() or category(one).startswith("M") for one in meant)
    return meant if safe and in_ascii(meant) == label else label
