"""Everything that decides a key, as one value.

The specification is stored in every index. An index made under another one is
refused by name: its keys mean something else, and it would answer "no matches"
to a verbatim copy.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, fields
from typing import Any

KEY_BITS = 47
"""Width of a stored key: the widest that always fits SQLite's 6-byte integer."""


@dataclass(frozen=True, slots=True)
class FingerprintSpec:
    """How text becomes keys. Two indexes with equal digests hold comparable keys.

    `normaliser` names the tokeniser, its rules and its tables together.
    `shingle` is in words, `window` in shingles; `letter_shingle` and
    `letter_every` are in letters of the text without its spaces: one place in
    `letter_every` carries a key.
    `scheme`, `seed` and `permutations` are datasketch's, `bands` x `rows` are
    the LSH bands that datasketch's optimiser chose for `threshold`.
    """

    normaliser: str = "wirecheck-text-2"
    shingle: int = 4
    window: int = 4
    letter_shingle: int = 16
    letter_every: int = 40
    scheme: str = "affine32"
    seed: int = 1
    permutations: int = 128
    threshold: float = 0.5
    bands: int = 25
    rows: int = 5
    key_bits: int = KEY_BITS

    @property
    def digest(self) -> str:
        """16 hexadecimal digits that name this specification."""
        canonical = json.dumps(asdict(self), sort_keys=True, separators=(",", ":"))
        return hashlib.blake2b(canonical.encode(), digest_size=8).hexdigest()

    def to_json(self) -> str:
        """The specification as stored in an index."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, stored: str) -> FingerprintSpec:
        """Read a stored specification.

        Raises ValueError when it names settings this version does not know.
        """
        values: dict[str, Any] = json.loads(stored)
        known = {field.name for field in fields(cls)}
        if set(values) != known:
            raise ValueError(f"settings differ: {sorted(set(values) ^ known)}")
        return cls(**values)

    def differences(self, other: FingerprintSpec) -> list[str]:
        """What differs, in words: `["shingle 5, not 4"]`."""
        ours, theirs = asdict(self), asdict(other)
        return [f"{name} {ours[name]}, not {theirs[name]}" for name in ours if ours[name] != theirs[name]]


DEFAULT_SPEC = FingerprintSpec()
