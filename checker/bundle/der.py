"""The certificates in a time-stamp put into the order that DER asks for (ITU-T X.690, 11.6).

Many authorities, all that run `openssl ts` among them, send the certificate that signed before the others, whatever its
bytes. The strict parser that reads tokens takes none of those. The set is not signed, and its length stays the same.
"""

from __future__ import annotations

from collections.abc import Iterator

CERTIFICATES = 0xA0
LONG, MOST_LENGTH = 0x80, 4


class NotDer(Exception):
    """These bytes are no DER, or of another shape."""


def in_order(response: bytes) -> bytes:
    """A TimeStampResp (RFC 3161) with the certificates of its SignedData (RFC 5652) in order; else as it was."""
    try:
        start, end = _certificates(response)
        held = [response[low:high] for low, _, high in _elements(response, start, end)]
    except NotDer:
        return response
    return response[:start] + b"".join(sorted(held)) + response[end:]


def _certificates(raw: bytes) -> tuple[int, int]:
    """Where the contents of the set stand."""
    start, end = _inside(raw, 0, len(raw), 0)  # TimeStampResp
    start, end = _inside(raw, start, end, 1)  # its ContentInfo
    start, end = _inside(raw, start, end, 1)  # [0] EXPLICIT
    start, end = _inside(raw, start, end, 0)  # SignedData
    for low, content, high in _elements(raw, start, end):
        if raw[low] == CERTIFICATES:
            return content, high
    raise NotDer


def _inside(raw: bytes, start: int, end: int, number: int) -> tuple[int, int]:
    """The contents of the element of this number, from 0, among those in raw[start:end]."""
    for at, (_, content, high) in enumerate(_elements(raw, start, end)):
        if at == number:
            return content, high
    raise NotDer


def _elements(raw: bytes, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Of each element in raw[start:end]: where it begins, where its contents begin, where it ends."""
    while start < end:
        if start + 2 > end:
            raise NotDer
        length, content = raw[start + 1], start + 2
        if length & LONG:
            size = length & ~LONG
            if not 0 < size <= MOST_LENGTH or content + size > end:
                raise NotDer
            length, content = int.from_bytes(raw[content : content + size], "big"), content + size
        if content + length > end:
            raise NotDer
        yield start, content, content + length
        start = content + length
