"""News formats: real files as agencies send them. Is each read, known for no copy, or refused with a reason?"""

from __future__ import annotations

import io
import re
from collections import Counter
from pathlib import Path

from benchmarks.accuracy.looking import Workers
from benchmarks.accuracy.measure import Measure, Outcome, Table, counted
from checker.readers import Document, Kind, Unreadable, read

NAME = "newsformats"
FILES = ("newsformats/provenance.json",)
ABOUT = """283 files from public repositories: what agencies and newsroom systems send, in their formats and in forms
that no standard knows. A file is read as copy, known for what it is (a picture, an advisory, a plan), or refused with
the reason; `docs/formats.md` has them by folder. *Debris*: texts in which markup, control characters, wire trailers
or other leftovers of a format still stand. What a text should be, word for word, is held by invented files in
`tests/formats`."""
MEASURES = (
    counted("files accounted for", target=283),
    counted("files with copy"),
    counted("files refused", rising=False),
    counted("texts with debris", rising=False, target=0),
    counted("stories without an id of their own", rising=False),
    Measure("stories with a headline", slack=0.01),
)
APART = ("files", "copy", "refused")
NO_SAMPLE = {"provenance.json", "PROVENANCE.md"}
DEBRIS = {
    "markup": re.compile(r"</?[A-Za-z][\w:]*[ />]|<!\[CDATA|-->"),
    "entity": re.compile(r"&(?:[a-z]{2,8}|#\d{2,5});"),
    # not U+0080 to U+009F: one sender encodes twice, and what it sent is what stands in its stories
    "control": re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"),
    "trailer": re.compile(r"AP-WF-|\bNNNN\b|\bZCZC\b|(?:ry){3}|^=+$|^end$", re.MULTILINE),
    "quotes": re.compile(r"``"),
    "tail": re.compile(r"(?i)information is not (?:intended )?for publication"),
}


def run(folder: Path, workers: Workers, index: Path) -> Outcome:
    """Read every file."""
    top = folder / "newsformats"
    kinds: dict[str, Counter[str]] = {}
    reasons: Counter[tuple[str, str]] = Counter()
    dirty: list[tuple[str, str]] = []
    stories: list[Document] = []
    files = sorted(path for path in top.rglob("*") if path.is_file() and path.name not in NO_SAMPLE)
    seen = copy = refused = 0
    for path in files:
        name = path.relative_to(top).as_posix()
        entries = list(read(name, io.BytesIO(path.read_bytes())))
        seen += bool(entries)
        here = kinds.setdefault(name.split("/")[0], Counter())
        here["files"] += 1
        for entry in entries:
            here[what(entry)] += 1
            if isinstance(entry, Unreadable):
                reasons[name.split("/")[0], entry.sentence] += 1
            else:
                dirty += [(name, sort) for sort, pattern in DEBRIS.items() if pattern.search(entry.text)]
        found = [entry for entry in entries if isinstance(entry, Document) and what(entry) == "copy"]
        copy += bool(found)
        refused += all(isinstance(entry, Unreadable) for entry in entries)
        stories += found
    values = {
        "files accounted for": seen,
        "files with copy": copy,
        "files refused": refused,
        "texts with debris": len({name for name, _ in dirty}),
        "stories without an id of their own": sum(one.id.startswith(tuple(kinds)) for one in stories),
        "stories with a headline": sum(bool(one.title) for one in stories) / max(1, len(stories)),
    }
    return Outcome(values, tables(kinds, reasons, dirty))


def what(entry: Document | Unreadable) -> str:
    """One entry in a word."""
    if isinstance(entry, Unreadable):
        return "refused"
    if entry.incomplete:
        return "incomplete"
    return "copy" if entry.kind is Kind.STORY else str(entry.kind)


def tables(
    kinds: dict[str, Counter[str]], reasons: Counter[tuple[str, str]], dirty: list[tuple[str, str]]
) -> list[Table]:
    """By folder; why some were refused; where debris is left."""
    rows = []
    for name, found in kinds.items():
        others = ", ".join(f"{number} {kind}" for kind, number in sorted(found.items()) if kind not in APART)
        rows.append((name, str(found["files"]), str(found["copy"]), others or "-", str(found["refused"] or "-")))
    why = [(name, sentence, str(number)) for (name, sentence), number in sorted(reasons.items())]
    return [
        Table("Items", ("folder", "files", "copy", "not copy", "refused"), rows),
        Table("Refused", ("folder", "reason", "items"), why),
        Table("Debris", ("file", "what is left"), dirty),
    ]
