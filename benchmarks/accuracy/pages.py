"""Pages: real news pages with their bodies written out by hand. Is every word read, found, and at its place?"""

from __future__ import annotations

import html
import io
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser

from benchmarks.accuracy.data import lines
from benchmarks.accuracy.looking import SECRET, Workers
from benchmarks.accuracy.measure import Measure, Outcome, Table, counted, share
from checker.check import check_document
from checker.model import Report
from checker.readers import Document, read
from checker.readers.labels import copy_of
from fingerprints.index import Upsert, Work
from fingerprints.sketch import Sketcher
from fingerprints.stores.memory import MemoryStore

NAME = "pages"
FILES = ("pages/pages.jsonl.gz",)
ABOUT = """90 news pages as their sites sent them, with the article's body as a person wrote it out. *Words read*: those
of the body that are in the text that is matched. Then the body is indexed and the page checked. *Characters reported*:
the share of the body's. *Spans off*: spans that, cut from the file by their offsets and stripped of tags by another
parser, X
indexed of a page that is itself added as a story, against the body."""
MEASURES = (
    Measure("words read", target=0.99, slack=0.002),
    Measure("characters reported", target=0.99, slack=0.002),
    counted("spans off", rising=False, target=0),
    counted("ranges off", rising=False, target=0),
    Measure("main text recall", slack=0.01),
    Measure("main text precision", slack=0.01),
)
WORD = re.compile(r"\w+")


@dataclass(slots=True)
class Tally:
    """What the pages came to so far."""

    words: int = 0
    read: int = 0
    characters: int = 0
    reported: int = 0
    spans: int = 0
    spans_off: int = 0
    ranges_off: int = 0
    kept: int = 0
    body_kept: int = 0


def run(folder: Path, workers: Workers, index: Path) -> Outcome:
    """Read and check every page against its own body."""
    tally, short = Tally(), []
    for page in lines(folder / FILES[0]):
        raw = page["html"].encode()
        document = next(entry for entry in read(f"{page['id']}.html", io.BytesIO(raw)) if isinstance(entry, Document))
        report = check_document(document, only(page["id"], page["text"]))
        one = weigh(tally, page, document, report)
        if one < 0.99:
            short.append((str(page["url"]).split("/")[2], f"{one:.3f}"))
    values = {
        "words read": share(tally.read, tally.words),
        "characters reported": share(tally.reported, tally.characters),
        "spans off": tally.spans_off,
        "ranges off": tally.ranges_off,
        "main text recall": share(tally.body_kept, tally.words),
        "main text precision": share(tally.body_kept, tally.kept),
    }
    rows = [(measure.name, measure.shown(values[measure.name])) for measure in MEASURES]
    rows.append(("spans", str(tally.spans)))
    tables = [Table("Pages", ("measure", "value"), rows)]
    return Outcome(values, [*tables, Table("Less than 0.99 reported", ("site", "share"), short)])


def only(id: str, text: str) -> MemoryStore:
    """An index of one story."""
    store = MemoryStore(secret=SECRET)
    store.apply([Upsert(Work(id, text), Sketcher(store.spec, store.secret).fingerprints([text])[0])])
    return store


def weigh(tally: Tally, page: Mapping[str, str], document: Document, report: Report) -> float:
    """Add one page; the share of its body that was reported."""
    body, text = Counter(words(page["text"])), Counter(words(document.text))
    tally.words += body.total()
    tally.read += (body & text).total()
    kept = Counter(words(copy_of(document)))
    tally.kept += kept.total()
    tally.body_kept += (body & kept).total()
    covered = bytearray(len(page["text"]))
    for match in report.matches:
        covered[match.source.start : match.source.end] = b"\1" * (match.source.end - match.source.start)
        passage = match.submitted
        start, end = passage.file or (passage.start, passage.end)
        bare = "".join(document.original[low:high] for low, high in passage.ranges or [(start, end)])
        tally.spans += 1
        tally.spans_off += squeezed(stripped(document.original[start:end])) != squeezed(passage.text)
        tally.ranges_off += squeezed(html.unescape(bare)) != squeezed(passage.text)
    solid = [at for at, character in enumerate(page["text"]) if not character.isspace()]
    found = sum(covered[at] for at in solid)
    tally.characters += len(solid)
    tally.reported += found
    return share(found, len(solid))


def words(text: str) -> list[str]:
    """Words, for counting."""
    return WORD.findall(text.lower())


def squeezed(text: str) -> str:
    """Without white space: a page's layout is nobody's words."""
    return "".join(text.split())


def stripped(cut: str) -> str:
    """The text of a piece of a page, by a parser that is not ours."""
    tree = LexborHTMLParser(f"<body>{cut}")
    for node in tree.css("script, style"):
        node.decompose()
    return tree.body.text(deep=True) if tree.body else ""
