"""Whether this installation can read what it should: small files are read, libraries of large ones are looked for.

A library that was left out when the program was installed is not noticed before the first file that needs it.
"""

from __future__ import annotations

import io
from functools import lru_cache
from importlib.util import find_spec

from checker.readers import Document, read
from checker.readers.labels import labelled

WORDS = "The last ferry of the season left Pier 4 at noon on Monday with eleven passengers aboard."
SAMPLES = {
    "web pages": ("page.html", f"<!doctype html><html><body><main><p>{WORDS}</p></main></body></html>"),
    "mail": ("letter.eml", f"From: desk@isles.example\nSubject: Ferry\nMIME-Version: 1.0\n\n{WORDS}\n"),
    "XML of news": ("story.xml", f"<?xml version='1.0'?><story><text><p>{WORDS}</p></text></story>"),
    "captions": ("film.srt", f"1\n00:00:01,000 --> 00:00:05,000\n{WORDS}\n"),
    "Markdown": ("draft.md", f"# Ferry\n\n**{WORDS}**\n"),
    "text": ("draft.txt", WORDS),
}
"""What is read, its name, and a file with WORDS in it."""
LIBRARIES = {"PDFs": "pypdfium2", "web archives": "fastwarc", "Parquet": "pyarrow", "Word files": "lxml"}
"""Top-level modules that are loaded only where a file needs them."""


@lru_cache(maxsize=1)
def find_unreadable() -> tuple[str, ...]:
    """Kinds of files that cannot be read here, each with a reason; asked once in a process, about a second."""
    found = []
    for kind, (name, content) in SAMPLES.items():
        try:
            (entry, *_) = read(name, io.BytesIO(content.encode()))
            if isinstance(entry, Document):
                labelled(entry)
        except Exception as error:  # whatever it is: the answer is that they cannot be read
            found.append(f"{kind} ({type(error).__name__})")
            continue
        if not isinstance(entry, Document) or entry.incomplete or WORDS.split()[-1] not in entry.text:
            found.append(f"{kind} (a library is missing or broken)")
    found += [f"{kind} ({name} is not installed)" for kind, name in LIBRARIES.items() if find_spec(name) is None]
    return tuple(found)
