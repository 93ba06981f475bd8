"""Reading: web pages, wire files and a PDF, from bytes to a text that leads back to them."""

from __future__ import annotations

import io
import textwrap
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

import trafilatura
from selectolax.lexbor import LexborHTMLParser

from benchmarks.accuracy import newsformats, pages
from benchmarks.accuracy.data import lines
from benchmarks.speed.clock import Line, in_turn, most
from checker.readers import Document, read
from checker.readers.labels import labelled
from tests.pdfs_by_hand import lines as drawn
from tests.pdfs_by_hand import pdf

ROUNDS = 3
PDF_PAGES = 20
Work = Callable[[bytes], object]


def run(where: Path) -> list[Line]:
    """Times by the clock: what an editor waits for."""
    web = [page["html"].encode() for page in lines(where / pages.FILES[0])]
    top = where / "newsformats"
    wire = [
        path.read_bytes()
        for path in sorted(top.rglob("*"))
        if path.is_file() and path.name not in newsformats.NO_SAMPLE
    ]
    paper = [twenty_pages()]
    works: dict[str, tuple[Work, Sequence[bytes]]] = {
        "a web page": (document, web),
        "a web page, main text and furniture told apart": (lambda raw: labelled(document(raw)), web),
        "the main text alone, by trafilatura": (trafilatura.extract, web),
        "all text without its places, by lexbor": (lambda raw: LexborHTMLParser(raw).text(), web),
        "a wire file": (lambda raw: list(read("item", io.BytesIO(raw))), wire),
        f"a PDF of {PDF_PAGES} pages": (document, paper),
    }
    taken = in_turn({name: timed(work, files) for name, (work, files) in works.items()}, ROUNDS)
    asked = {"a web page": 25.0, "a wire file": 5.0, f"a PDF of {PDF_PAGES} pages": 1500.0}
    return [
        most(name, 1000 * median(times), asked[name], "ms")
        if name in asked
        else Line(name, f"{1000 * median(times):,.2f} ms")
        for name, times in taken.items()
    ]


def document(raw: bytes) -> Document:
    """The one document of a file."""
    return next(entry for entry in read("file", io.BytesIO(raw)) if isinstance(entry, Document))


def timed(work: Work, files: Sequence[bytes]) -> Callable[[], float]:
    """The median over the files."""

    def one(raw: bytes) -> float:
        began = time.perf_counter()
        work(raw)
        return time.perf_counter() - began

    return lambda: median([one(raw) for raw in files])


def twenty_pages() -> bytes:
    """A PDF of pages as full as those of a manuscript."""
    said = (
        "The last ferry of the day left the harbour without its captain, and nobody on board noticed until dusk. " * 30
    )
    return pdf(*(drawn(*textwrap.wrap(f"Page {number}. {said}", 85)) for number in range(PDF_PAGES)))
