"""Evidence to the parts of its package, each a file; the same evidence gives the same bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from checker.bundle.nouns import SCHEMA, CaseFacts, Evidence, Exhibit, Made, Rulebook, Story
from checker.bundle.pairs import pairs_of
from checker.bundle.rerun import Opener, document_of, rerun
from checker.bundle.words import METHOD, README
from checker.bundle.written import as_bytes, digest, written
from checker.model import Report
from checker.readers.document import Document
from checker.reports.json import plain, to_json
from checker.thresholds import DEFAULT_THRESHOLDS
from fingerprints.spec import FingerprintSpec

MANIFEST, SEAL, STAMP = "manifest.json", "seal.txt", "timestamp.tsr"
OUTSIDE = (MANIFEST, SEAL, STAMP)
"""Parts that the manifest does not list: itself, and what is made of it."""


def parts_of(evidence: Evidence, opener: Opener) -> dict[str, bytes]:
    """All parts in the order of the package, manifest and seal first.

    Raises EvidenceProblem when a page holds no text.
    """
    documents = [document_of(one) for one in evidence.exhibits]
    again = rerun(evidence.exhibits, documents, evidence.stories, evidence.spec, evidence.rulebook.policy, opener)
    return assembled(evidence, documents, again)


def assembled(evidence: Evidence, documents: Sequence[Document], again: Sequence[Report]) -> dict[str, bytes]:
    """The same, with the documents read and the re-run done."""
    pairs = pairs_of(evidence.exhibits, evidence.stories, again)
    parts = {"README.txt": README.encode(), "method.txt": METHOD.encode(), "pairs.json": written({"pairs": pairs})}
    parts |= _rules(evidence.rulebook)
    if evidence.case:
        parts["decisions.jsonl"] = b"".join(line + b"\n" for line in evidence.decisions)
        parts["chain.json"] = written({"lines": list(evidence.chain)})
    for number, (exhibit, document, found) in enumerate(zip(evidence.exhibits, documents, again, strict=True), 1):
        parts |= {f"pages/{number}/{name}": data for name, data in _page(exhibit, document, found).items()}
    for number, story in enumerate(evidence.stories, 1):
        parts |= {f"stories/{number}/{name}": data for name, data in _story(story).items()}
    manifest = written(_manifest(evidence, parts))
    return {MANIFEST: manifest, SEAL: sealed(manifest), **parts}


def sealed(manifest: bytes) -> bytes:
    """The seal: one line that stands for every byte of the bundle."""
    return digest(manifest).encode() + b"\n"


def stamped(parts: Mapping[str, bytes], token: bytes) -> dict[str, bytes]:
    """The parts with a time-stamp, in their order."""
    rest = {name: data for name, data in parts.items() if name not in OUTSIDE}
    return {MANIFEST: parts[MANIFEST], SEAL: parts[SEAL], STAMP: token, **rest}


def _rules(rulebook: Rulebook) -> dict[str, bytes]:
    held = {"policy.toml": rulebook.raw, "agencies.toml": rulebook.agencies}
    return {name: data for name, data in held.items() if data}


def _page(exhibit: Exhibit, document: Document, again: Report) -> dict[str, bytes]:
    text = as_bytes(document.text)
    how: dict[str, Any] = {
        "id": document.id,
        "title": document.title,
        "format": document.format,
        "encoding": document.encoding,
        "incomplete": list(document.incomplete),
        "warnings": list(document.warnings),
        "metadata": dict(document.metadata),
        "original": {"bytes": len(exhibit.body), "sha256": digest(exhibit.body)},
        "text": {"characters": len(document.text), "sha256": digest(text)},
    }
    out = {
        "original": exhibit.body,
        "page.json": written(plain(exhibit.facts)),
        "text.txt": text,
        "read.json": written(how),
        "report.json": report_bytes(exhibit.report),
        "rerun.json": report_bytes(again),
    }
    if offsets := document.offsets:
        columns = {name: getattr(offsets, name).tolist() for name in ("begins", "starts", "ends")}
        out["offsets.json"] = written(columns)
    return out


def _story(story: Story) -> dict[str, bytes]:
    out = {"story.json": written(plain(story.facts))}
    if story.facts.has_text:
        out["text.txt"] = as_bytes(story.text)
    return out


def report_bytes(report: Report) -> bytes:
    """A report as a part."""
    return to_json(report, indent=1).encode() + b"\n"


def _manifest(evidence: Evidence, parts: dict[str, bytes]) -> dict[str, Any]:
    return {
        **head(evidence.made, evidence.spec, evidence.rulebook, evidence.case),
        "pages": len(evidence.exhibits),
        "stories": len(evidence.stories),
        "parts": [{"name": name, "bytes": len(data), "sha256": digest(data)} for name, data in parts.items()],
    }


def head(made: Made, spec: FingerprintSpec, rulebook: Rulebook, case: CaseFacts | None) -> dict[str, Any]:
    """What the manifest says besides its list of parts."""
    return {
        "schema": SCHEMA,
        "made": plain(made),
        "spec": asdict(spec),
        "spec_digest": spec.digest,
        "policy": {
            "origin": rulebook.origin,
            "sha256": digest(rulebook.raw) if rulebook.raw else "",
            "thresholds": asdict(DEFAULT_THRESHOLDS),
            "thresholds_sha256": digest(written(asdict(DEFAULT_THRESHOLDS))),
        },
        "case": plain(case) if case else {},
    }
