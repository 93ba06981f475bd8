"""The body of an HTTP answer as its server meant it: transfer and content coding undone (RFC 9112, RFC 9110).

Nothing is fetched; answers come out of archives. What is undone is bounded, whatever the answer says of itself.
"""

from __future__ import annotations

import re
import zlib

CHUNK = re.compile(rb"[ \t]{0,9}([0-9A-Fa-f]{1,8})[ \t]{0,99}(?:;[^\r\n]{0,999})?\r?\n")
DEFLATED = ("gzip", "x-gzip", "deflate")
MOST_CODINGS = 3
NAMES = {"br": "Brotli", "zstd": "Zstandard", "compress": "compress", "x-compress": "compress"}


class Unread(Exception):
    """The body is coded in a way that is not read; the message is a sentence."""


def body_of(raw: bytes, transfer: str, content: str, most: int) -> tuple[bytes, str]:
    """At most `most` bytes of the body, and why that is not all of it ("" when it is). Raises Unread.

    `transfer` and `content` are the values of Transfer-Encoding and Content-Encoding.
    """
    doubt = ""
    if "chunked" in transfer.lower():
        raw, doubt = _unchunked(raw)
    codings = [coding for coding in re.split(r"[\s,]+", content.lower()) if coding not in ("", "identity", "none")]
    if len(codings) > MOST_CODINGS:
        raise Unread("It is packed many times over, as no page is.")
    for coding in reversed(codings):
        if coding in DEFLATED:
            raw, cut = _inflated(raw, coding, most)
            doubt = doubt or cut
        elif coding in NAMES:
            raise Unread(f"It is packed with {NAMES[coding]}, which is not read.")
    if len(raw) > most:
        return raw[:most], f"only its first {most >> 20} MB were read"
    return raw, doubt


def _unchunked(raw: bytes) -> tuple[bytes, str]:
    """Without chunk sizes between; as it is where there are none, since some archives undo the chunks."""
    pieces: list[bytes] = []
    at = 0
    while match := CHUNK.match(raw, at):
        size = int(match[1], 16)
        if not size:
            return b"".join(pieces), ""
        begin = match.end()
        pieces.append(raw[begin : begin + size])
        at = begin + size
        at += 2 if raw.startswith(b"\r\n", at) else raw.startswith(b"\n", at)
    if not pieces:
        return raw, ""
    return b"".join([*pieces, raw[at:]]), "its transfer encoding is damaged or cut off"


def _inflated(raw: bytes, coding: str, most: int) -> tuple[bytes, str]:
    """Unpacked, at most one byte more than `most`; as it is where it is not packed at all."""
    gzipped = raw.startswith(b"\x1f\x8b")
    if not gzipped and coding != "deflate":
        return raw, ""
    out = b""
    try:
        while raw and len(out) <= most:
            # deflate is meant with the zlib header, and often sent without
            plain = not gzipped and raw[0] & 0x0F != 8
            inflater = zlib.decompressobj(-zlib.MAX_WBITS if plain else zlib.MAX_WBITS | 32)
            out += inflater.decompress(raw, most + 1 - len(out))
            if not inflater.eof:
                return out, "" if len(out) > most else "its content encoding is cut off"
            raw = inflater.unused_data if gzipped and inflater.unused_data.startswith(b"\x1f\x8b") else b""
    except zlib.error:
        return out, "its content encoding is damaged"
    return out, ""
