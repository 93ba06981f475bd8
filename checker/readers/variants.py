"""Ways to read a text that lie in its characters alone, whatever file it came from."""

from __future__ import annotations

import re
from dataclasses import replace

from checker.readers.document import Document, Reading

CONTROL = re.compile("[\u202a-\u202e\u2066-\u2069]")
SIGN = re.compile(r"(?<=[^\W\d_])[|@$!€](?=[^\W\d_])")
"""A sign between two letters, which may stand for a letter ("sti|l") as well as between two words."""
MANY_SIGNS = 4
APART = "with the signs between its letters as spaces"


def add_variants(document: Document) -> Document:
    """The document, with a reading for each way in which its text can be read besides the usual one."""
    from checker.readers.direction import add_directions

    if CONTROL.search(document.text):
        document = add_directions(document)
    if sum(1 for _ in SIGN.finditer(document.text)) >= MANY_SIGNS:
        other = replace(document, text=SIGN.sub(" ", document.text), readings=())
        document = replace(document, readings=(*document.readings, Reading(other, APART)))
    return document
