"""What can go wrong with evidence."""

from __future__ import annotations

from fingerprints.errors import WirecheckError


class EvidenceProblem(WirecheckError):
    """Evidence cannot be made of this, or this is no evidence. `str(error)` says what was wrong and what to do."""
