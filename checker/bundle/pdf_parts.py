"""The back of the printed report: decisions, method, with what it was made, and the digest of every file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from checker.bundle.nouns import Evidence
from checker.bundle.pdf_text import bdi, escape, facts, heading
from checker.bundle.written import digest
from checker.reports.terms import moment


def decisions(evidence: Evidence) -> Iterator[str]:
    """What people decided about the case; nothing for a check."""
    if not evidence.case:
        return
    yield heading("decisions", "Decisions")
    if not evidence.decisions:
        yield "<p>Nobody has decided anything about this case yet.</p>"
        return
    yield '<table class="list"><thead><tr><th>When</th><th>Who</th><th>Decision</th><th>Reason, note</th></tr></thead>'
    for line in evidence.decisions:
        values = json.loads(line)
        said = ". ".join(filter(None, (values.get("reason", ""), values.get("note", ""))))
        yield f"<tr><td>{escape(moment(values['at']))}</td><td>{bdi(values['by'])}</td>"
        yield f"<td>{bdi(values['state'])}</td><td>{bdi(said)}</td></tr>"
    yield "</table>"


def method(parts: Mapping[str, bytes]) -> Iterator[str]:
    """The method statement."""
    yield heading("method", "How this was found")
    for block in parts["method.txt"].decode().split("\n\n")[1:]:
        text = " ".join(block.split())
        yield f"<h3>{escape(text.capitalize())}</h3>" if text.isupper() else f"<p>{escape(text)}</p>"


def made(evidence: Evidence) -> Iterator[str]:
    """By whom and with what."""
    one, rules = evidence.made, evidence.rulebook
    libraries = ", ".join(f"{name} {version}" for name, version in sorted(one.libraries.items()))
    index = one.index
    yield heading("made", "With what it was made")
    yield facts(
        [
            ("Made by", bdi(one.by or "not said")),
            ("Made at", escape(moment(one.at))),
            ("Tool", bdi(f"{one.tool.name} {one.tool.version}")),
            ("Python, libraries", bdi(f"Python {one.python}, {libraries}")),
            ("Fingerprints", f'specification <span class="mono">{escape(evidence.spec.digest)}</span>'),
            ("Index", bdi(f"{index.get('works', '?')} stories; key {index.get('key_id', '?')}")),
            ("Index of the audit", bdi(_audited(index))),
            ("Policy", bdi(rules.origin or "the built-in policy")),
            ("SHA-256 of the policy", f'<span class="mono">{digest(rules.raw)}</span>' if rules.raw else ""),
        ]
    )


def _audited(index: Mapping[str, str]) -> str:
    found = index.get("audit_index_digest", "")
    return f"{index.get('audit_works', '?')} stories; digest {found}" if found else ""


def digests(parts: Mapping[str, bytes]) -> Iterator[str]:
    """Every file of the package with its size and SHA-256."""
    yield heading("digests", "Every file of the evidence")
    yield "<p>The package that belongs to this report holds these files. Their SHA-256 stand in its manifest; the "
    yield "SHA-256 of the manifest is the seal on the first page of this report. Anyone can check the package with "
    yield "<b>wirecheck evidence verify FILE.zip --seal SEAL</b>.</p>"
    yield '<table class="list"><thead><tr><th>File</th><th class="number">Bytes</th><th>SHA-256</th></tr></thead>'
    for name, data in parts.items():
        yield f'<tr><td>{escape(name)}</td><td class="number">{len(data):,}</td>'
        yield f'<td class="mono">{digest(data)}</td></tr>'
    yield "</table>"
