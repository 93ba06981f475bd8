"""What can go wrong with an audit as a whole."""

from __future__ import annotations

from fingerprints.errors import WirecheckError


class AuditProblem(WirecheckError):
    """An audit cannot begin, or cannot go on. `str(error)` says what was wrong and what to do."""
