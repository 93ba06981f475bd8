"""Everything that can go wrong below the checker, as one tree.

WirecheckError                 every error of ours; its text is one clear sentence
├── IndexProblem               the index cannot be used
│   ├── IndexMissing           there is no index at that place
│   ├── IndexDamaged           its files do not hold what they should
│   ├── IndexBusy              another process is writing to it
│   ├── SpecMismatch           it was made under another fingerprint specification
│   ├── FormatTooNew           it was made by a newer Wirecheck
│   ├── KeyMissing             its secret key is not there, or is another one
│   └── StorageFull            the disk took no more; nothing half-written was kept
└── UnreadableText             a text cannot be fingerprinted (too long, not text)
"""

from __future__ import annotations


class WirecheckError(Exception):
    """Every error of ours. `str(error)` says what was wrong and what to do."""


class IndexProblem(WirecheckError):
    """The index cannot be used."""


class IndexMissing(IndexProblem):
    """There is no index at that place."""


class IndexDamaged(IndexProblem):
    """The index's files do not hold what they should."""


class IndexAway(IndexProblem):
    """The index's server cannot be reached now, or another index took its place: opened anew it may do."""


class IndexBusy(IndexProblem):
    """Another process is writing to the index."""


class SpecMismatch(IndexProblem):
    """The index was made under another fingerprint specification."""


class FormatTooNew(IndexProblem):
    """The index was made by a newer Wirecheck."""


class KeyMissing(IndexProblem):
    """The index's secret key is not there, or is another one."""


class StorageFull(IndexProblem):
    """The disk took no more; nothing half-written was kept."""


class UnreadableText(WirecheckError):
    """A text cannot be fingerprinted."""
