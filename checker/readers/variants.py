"""Ways to read a text that lie in its characters alone, whatever file it came from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from checker.readers.document import Document, Reading

MARKS = tuple(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
"""Controls of direction, one by one: so they are looked for faster in a long text that has none."""
SIGNS = "|@$!€"
SIGN = re.compile(rf"(?<=[^\W\d_])[{SIGNS}](?=[^\W\d_])")
"""A sign between two letters, which may stand for a letter ("sti|l") as well as between two words."""
MANY_SIGNS = 4
NEAR = 600
"""Characters that so many signs stand within: about a hundred words."""
APART = "with the signs between its letters as spaces"
CODED = re.compile(
    r"(?m)^[ \t]{0,8}[A-Za-z0-9+/]{56,1000}(?:[ \t]{0,8}\r?\n[ \t]{0,8}[A-Za-z0-9+/]{56,1000}){1,9999}"
    r"(?:[ \t]{0,8}\r?\n[ \t]{0,8}[A-Za-z0-9+/]{1,1000})?={0,2}[ \t]{0,8}$"
)
"""Lines of base64 (RFC 2045) that nobody decoded: of full length, and the last one."""
UUENCODED = re.compile(
    r"(?m)^begin(?:-base64)? [0-7]{3,4} [^\r\n]{1,200}\r?\n(?:(?!end\r?$|begin )[^\r\n]*\r?\n)*(?:end|====)[ \t]*\r?$"
)
MOST_CODED = 50
LEAST_DECODED = 8
"""Words in decoded lines: a key or a picture has none."""
DECODED = "with its coded lines decoded"


def has_marks(text: str) -> bool:
    """Whether a text holds any control of direction."""
    return not text.isascii() and any(mark in text for mark in MARKS)


def _has_signs_between(text: str) -> bool:
    """Whether signs stand between letters again and again in one stretch: what they leave whole is found as it is."""
    if sum(map(text.count, SIGNS)) < MANY_SIGNS:
        return False
    places = [sign.start() for sign in SIGN.finditer(text)]
    return any(last - first <= NEAR for first, last in zip(places, places[MANY_SIGNS - 1 :], strict=False))


def add_variants(document: Document) -> Document:
    """The document, with a reading for each way in which its text can be read besides the usual one."""
    from checker.readers.direction import add_directions

    if has_marks(document.text):
        document = add_directions(document)
    if _has_signs_between(document.text):
        other = replace(document, text=SIGN.sub(" ", document.text), readings=())
        document = replace(document, readings=(*document.readings, Reading(other, APART)))
    if decoded := _decode_lines(document):
        document = replace(document, readings=(*document.readings, Reading(decoded, DECODED)))
    return document


def _decode_lines(document: Document) -> Document | None:
    """The document with what its lines of base64 stand for; None where they hold no words.

    A header that is wrong, missing or twice leaves a mail's letters so.
    """
    from checker.readers.offsets import TextBuilder

    found = list(_find_coded(document.text))
    if not found:
        return None
    builder, at = TextBuilder(), 0
    for start, end, text in found:
        builder.take(document.text[at:start], at, start)
        builder.take(text, start, end)
        at = end
    builder.take(document.text[at:], at, len(document.text))
    bare = replace(document, text=builder.text(), parts=(), seams=(), boxes=None, readings=())
    if document.offsets is not None or document.parts:
        return replace(bare, offsets=None, original="")
    return replace(bare, offsets=builder.offsets(), original=document.text)


def _find_coded(text: str) -> Iterator[tuple[int, int, str]]:
    """Where lines of base64 stand, and the words that they stand for."""
    from checker.readers.encoding import decode
    from checker.readers.literals import as_read, cut
    from checker.readers.prose import count_words

    found = sorted((*CODED.finditer(text), *(UUENCODED.finditer(text) if "\nend" in text else ())), key=re.Match.start)
    reached = 0
    for lines in islice(found, MOST_CODED):
        if lines.start() < reached:
            continue
        decoded = decode(_decode_block(lines[0]))
        if not decoded.doubt and count_words(decoded.text) >= LEAST_DECODED:
            reached = lines.end()
            yield *lines.span(), as_read(cut(decoded.text, 0, len(decoded.text))).text


def _decode_block(lines: str) -> bytes:
    """The bytes that lines of base64, or a file that is uuencoded, stand for."""
    from checker.readers.encoding import decode_base64

    if lines.startswith("begin"):
        from checker.readers.mime import take_out_uuencoded

        packed = take_out_uuencoded(lines.encode("utf-8", "replace"))[1]
        return packed[0][1] if packed else b""
    return decode_base64(lines)
