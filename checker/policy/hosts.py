"""Names of hosts as people write them: what is in Punycode is taken out of it, where that is safe."""

from __future__ import annotations

ACE = "xn--"


def written(host: str) -> str:
    """A host in lower case, without a final full stop, its labels in Punycode (RFC 3492) as they are meant.

    A label that would be anything but letters, digits and hyphens, or that stands for no other, stays as it is.
    """
    host = host.rstrip(".").lower()
    return ".".join(map(_label, host.split("."))) if ACE in host else host


def _label(label: str) -> str:
    if not label.startswith(ACE):
        return label
    try:
        meant = label.encode("ascii").decode("idna")
        safe = meant.encode("idna").decode("ascii") == label and meant.replace("-", "").isalnum()
    except UnicodeError:
        return label
    return meant if safe else label
