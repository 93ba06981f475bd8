"""The report of a bundle as a PDF for people: PDF/A-3b, with the data that it is made of attached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from checker.bundle.nouns import Evidence
from checker.bundle.parts import MANIFEST, SEAL
from checker.bundle.pdf_page import to_page
from checker.bundle.problems import EvidenceProblem
from checker.readers import child

PARSER = Path(__file__).with_name("pdf_child.py")
STYLE = Path(__file__).parents[1] / "reports" / "evidence.css"
LIMITS = child.Limits(memory=3072 * child.MB, computing=600, waiting=900.0, shut=False)
MOST_ATTACHED = 32 * child.MB
INSTALL = (
    "No PDF was written: WeasyPrint needs Pango, and it is not here. Install the system's packages libpango-1.0-0, "
    "libpangoft2-1.0-0 and libharfbuzz-subset0 (Debian's names); on macOS: brew install pango."
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
    seal = parts[SEAL].decode().strip()
    request = {
        "style": STYLE.read_text(encoding="utf-8"),
        "identifier": seal[:32],
        "made": evidence.made.at,
        "attached": _attached(parts),
    }
    page = to_page(evidence, parts)
    try:
        answer = child.run(PARSER, request, page.encode(), LIMITS)
    except child.Died as died:
        raise EvidenceProblem(f"No PDF was written: {died} Make evidence of fewer pages.") from None
    if answer.facts.get("unloaded"):
        raise EvidenceProblem(INSTALL)
    return Printed(answer.blobs[0], tuple(answer.facts["missing"]))


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
