"""What an engine is, and the job that it does: everything that a process needs to judge pages, as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import pyarrow as pa

from checker.audit.nouns import Terms

Chunk = tuple[int, pa.RecordBatch]
"""The number of a chunk, and its pages or their results."""


@dataclass(frozen=True, slots=True)
class Job:
    """One audit, as a process on any machine is told of it.

    `index` is the path of a snapshot, `digest` that of its contents and `spec` that of its specification: a process
    that finds another index there judges nothing. `policy` is the path of the policy's file, "" for the built-in one,
    `policy_name` what reports call it, and `policy_digest` the SHA-256 of its bytes; `agencies_digest` that of the file
    of agencies which it names, "" where it names none.
    """

    index: str
    digest: str
    spec: str
    terms: Terms
    policy: str = ""
    policy_digest: str = ""
    agencies_digest: str = ""
    policy_name: str = ""

    def to_json(self) -> str:
        """On one line, the same for the same job."""
        values = asdict(self) | {"terms": self.terms.values()}
        return json.dumps(values, sort_keys=True)

    @classmethod
    def from_json(cls, written: str | bytes) -> Job:
        """Raises ValueError, KeyError or TypeError where it is none."""
        values: dict[str, Any] = json.loads(written)
        return cls(**{**values, "terms": Terms.of(values["terms"])})


class Engine(Protocol):
    """Judges chunks of pages, in any order. Raises AuditProblem where it cannot; what it answered is whole."""

    def run(self, chunks: Iterator[Chunk]) -> Iterator[Chunk]:
        """The results of each chunk, as they come: of one chunk all, or none."""
        ...

    def close(self) -> None:
        """End its processes. Twice does nothing."""
        ...
