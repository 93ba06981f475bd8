"""The report of a bundle as a PDF for people: PDF/A-3b, with the data that it is made of attached."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from checker.bundle.nouns import Evidence
from checker.bundle.parts import MANIFEST, SEAL
from checker.bundle.pdf_page import to_page
from checker.bundle.problems import EvidenceProblem
from checker.readers import child

PARSER = Path(__file__).with_name("pdf_child.py")
LIMITS = child.Limits(memory=3072 * child.MB, computing=600, waiting=900.0, shut=False)
MOST_ATTACHED = 32 * child.MB
LIBRARY = "weasyprint"
INSTALL = (
    "A PDF needs WeasyPrint and Pango: pip install 'wirecheck[pdf]', and the system's package libpango-1.0-0 with "
    "libpangoft2-1.0-0 and libharfbuzz-subset0 (Debian's names)."
)


@dataclass(frozen=True, slots=True)
class Printed:
    """A PDF. `missing` are the code points that no font here has; they are shown as U+FFFD."""

    data: bytes
    missing: tuple[int, ...] = ()


def to_pdf(evidence: Evidence, parts: Mapping[str, bytes]) -> Printed:
    """The report of evidence and the parts that were made of it.

    The same evidence gives the same bytes with the same fonts and libraries. Raises EvidenceProblem: a library is
    missing, or it takes too long or too much memory.
    """
    if importlib.util.find_spec(LIBRARY) is None:
        raise EvidenceProblem(f"No PDF was written. {INSTALL}")
    seal = parts[SEAL].decode().strip()
    request = {
        "style": Path(__file__).with_name("report.css").read_text(encoding="utf-8"),
        "identifier": seal[:32],
        "made": evidence.made.at,
        "attached": _attached(parts),
    }
    page = to_page(evidence, parts)
    try:
        answer = child.run(PARSER, request, page.encode(), LIMITS)
    except child.Died as died:
        raise EvidenceProblem(f"No PDF was written: {_why(died)}") from None
    return Printed(answer.blobs[0], tuple(answer.facts["missing"]))


def _why(died: child.Died) -> str:
    """What a child's end means here: one that breaks down at once has no Pango to load."""
    said = str(died)
    if "status 1" in said:
        return f"its process ended. {INSTALL}"
    return f"setting it was ended ({said.rstrip('.')}). Make evidence of fewer pages."


def _attached(parts: Mapping[str, bytes]) -> dict[str, str]:
    """The manifest, the pairs and the reports; what of them is too large is in the package alone."""
    held: dict[str, str] = {}
    size = 0
    for name, data in parts.items():
        if name not in (MANIFEST, "pairs.json") and not name.endswith("/report.json"):
            continue
        size += len(data)
        if size <= MOST_ATTACHED:
            held[name.replace("/", "-")] = data.decode("utf-8", "replace")
    return held
