"""What evidence of one text is gathered from: the page, its report, the stories, and what it was made with."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version

from checker.audit.nouns import Page
from checker.audit.reading import documents_of
from checker.bundle.nouns import Exhibit, Made, PageFacts
from checker.bundle.problems import EvidenceProblem
from checker.model import Report, Tool
from checker.readers.document import Document, Unreadable
from checker.reports.json import from_json, to_json
from fingerprints.index import ReadIndex

LIBRARIES = (
    "charset-normalizer",
    "datasketch",
    "fastwarc",
    "lxml",
    "markdown-it-py",
    "numpy",
    "pypdfium2",
    "rapidfuzz",
    "trafilatura",
    "turbohtml",
)
"""What decides which text is read from a file, and what is found in it; of these those that are here are named."""


def only_text(page: Page) -> Document:
    """The one text of a page. Raises EvidenceProblem when it holds none, or several."""
    entries = list(documents_of(page))
    documents = [entry for entry in entries if isinstance(entry, Document)]
    unreadable = [entry for entry in entries if isinstance(entry, Unreadable)]
    if len(documents) > 1:
        raise EvidenceProblem(
            f"{page.name} holds {len(documents):,} texts, and evidence is of one; make an audit of it, and evidence "
            "of a case."
        )
    if unreadable or not documents:
        raise EvidenceProblem(f"{page.name}: {unreadable[0].sentence if unreadable else 'There is no text in it.'}")
    return documents[0]


def exhibit_of(page: Page, report: Report) -> Exhibit:
    """A page and the report on its only text, as the JSON of the report has it, with all its matches."""
    return Exhibit(PageFacts.of(page, 0, tuple(range(len(report.matches)))), page.body, from_json(to_json(report)))


def made(by: str, at: str, tool: Tool, index: Mapping[str, str]) -> Made:
    """By whom, when and with what. `index` says what the index held."""
    return Made(by, at, tool, platform.python_version(), libraries(), index)


def libraries() -> dict[str, str]:
    """The libraries that matter and are here, with their versions."""
    found = {}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def index_facts(index: ReadIndex, key_id: str) -> dict[str, str]:
    """What an index held, without a word of its stories; `key_id` names its secret and tells nothing of it."""
    return {"spec": index.spec.digest, "works": str(index.count()), "key_id": key_id}
