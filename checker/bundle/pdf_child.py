"""A report set as PDF/A-3b (ISO 19005-3) by WeasyPrint, in a process of its own.

It opens the system's fonts and nothing else: what the page might name is refused. The same page gives the same bytes,
with the same fonts and libraries.
"""

from __future__ import annotations

import io
import logging
import os
import re
from datetime import datetime
from typing import Any

UNKNOWN = re.compile(r"\(U\+([0-9A-F]{4,6})\)")
REPLACEMENT = "\ufffd"
MOST_PASSES = 3


class _Missing(logging.Handler):
    """Listens for characters that no font has. A glyph that is not there has no place in PDF/A."""

    def __init__(self) -> None:
        super().__init__()
        self.codes: set[int] = set()

    def emit(self, record: logging.LogRecord) -> None:
        if found := UNKNOWN.search(record.getMessage()):
            self.codes.add(int(found[1], 16))


def answer(request: dict[str, Any], data: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """The PDF of a page (`data`, HTML in UTF-8), and the code points that no font has, shown as U+FFFD instead.

    Where WeasyPrint or its Pango cannot be loaded: {"unloaded": True} and no PDF.

    `request` holds `style` (CSS), `identifier` (of the PDF), `made` (ISO 8601) and `attached` (name -> text).
    """
    try:
        import weasyprint  # noqa: F401
    except (ImportError, OSError):  # its libraries are the system's
        return {"unloaded": True}, []
    log = logging.getLogger("weasyprint")
    log.handlers, log.propagate = [], False
    page, gone, made = data.decode(), set[int](), b""
    for _ in range(MOST_PASSES):
        listener = _Missing()
        log.addHandler(listener)
        made = _set(page, request)
        log.removeHandler(listener)
        if not listener.codes - gone:
            break
        gone |= listener.codes
        page = page.translate(dict.fromkeys(gone, REPLACEMENT))
    return {"missing": sorted(gone)}, [made]


def _set(page: str, request: dict[str, Any]) -> bytes:
    from weasyprint import CSS, HTML, Attachment
    from weasyprint.urls import URLFetcher

    class Nothing(URLFetcher):  # type: ignore[misc]
        """Fetches nothing: all that a report needs is in it."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            raise ValueError("nothing is fetched")

    fetcher = Nothing()
    made = datetime.fromisoformat(request["made"])
    os.environ["SOURCE_DATE_EPOCH"] = str(int(made.timestamp()))  # else some fonts are embedded with the time of day
    attached = [
        Attachment(
            file_obj=io.BytesIO(text.encode()),
            name=name,
            description=name,
            created=made,
            modified=made,
            relationship="Data",
            url_fetcher=fetcher,
        )
        for name, text in request["attached"].items()
    ]
    document = HTML(string=page, base_url=None, url_fetcher=fetcher).render(
        stylesheets=[CSS(string=request["style"], url_fetcher=fetcher)],
        pdf_variant="pdf/a-3b",
        pdf_identifier=request["identifier"].encode(),
    )
    document.metadata.attachments.extend(attached)
    out = document.write_pdf(pdf_variant="pdf/a-3b", pdf_identifier=request["identifier"].encode())
    assert isinstance(out, bytes)  # noqa: S101 -- no target was given
    return out
