"""Where the messages of a mailbox begin and end: mbox (RFC 4155) as programs write it, Apple's emlx, one mail alone."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from itertools import islice

from checker.readers.encoding import find_wide

MOST_MESSAGES = 10_000
FIELD = rb"[!-9;-~]{1,70}[ \t]*:"
NEXT = re.compile(
    rb"(?:^|(?<=\n))(?P<loose>From [^\r\n]{0,500})(?:\r?\n)(?=(?:>?From [^\r\n]{0,500}\r?\n)?" + FIELD + rb")"
)
"""The line that begins a message, and behind it a header."""
DATED = re.compile(rb"From (?:.*\D)?\d{1,2}:\d\d(?:\D.*\b(?:19|20)\d\d\b|\D*$)|From - ")
BLANK = (b"\n\n", b"\n\r\n", b"\r\r\n")
LENGTH = re.compile(rb"[ \t\r\n]{0,100}(\d{1,12})[ \t]*\r?\n(?=" + FIELD + rb")")
PROPERTIES = re.compile(rb"\s*<\?xml[^>]{0,200}\?>\s*<!DOCTYPE plist", re.IGNORECASE)
ESCAPED = re.compile(rb"^>(>*From )", re.MULTILINE)


def divide(raw: bytes) -> Iterator[bytes]:
    """The messages of a file, without the lines that set them apart; a file that is no mailbox is one message."""
    raw = _plain_bytes(raw)
    if counted := LENGTH.match(raw):
        yield _without_properties(raw[counted.end() :], int(counted[1]))
        return
    begins = list(islice(_beginnings(raw), MOST_MESSAGES + 1))
    is_mailbox = bool(begins) and (len(begins) > 1 or raw[: begins[0][0]].strip() != b"" or begins[0][0] == 0)
    if not is_mailbox:
        yield raw
        return
    ends = [start for start, _ in begins[1:]] + [len(raw)]
    if raw[: begins[0][0]].strip():
        yield raw[: begins[0][0]]
    for (_, begin), end in zip(begins, ends, strict=True):
        yield ESCAPED.sub(rb"\1", raw[begin:end])


def begins_mailbox(start: bytes) -> bool:
    """Whether a file begins like a mailbox, or like a mail with its length before it."""
    start = start.removeprefix(codecs.BOM_UTF8)
    return bool(LENGTH.match(start)) or bool(NEXT.match(start.lstrip(b"\r\n")))


def _plain_bytes(raw: bytes) -> bytes:
    """Without a byte order mark, and in one byte a letter at most what is ASCII."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return raw.decode("utf-16", "replace").encode("utf-8", "replace")
    if b"\0" in raw[:200] and (found := find_wide(raw)[0]):
        return raw.decode(found, "replace").encode("utf-8", "replace")
    return raw.removeprefix(codecs.BOM_UTF8)


def _beginnings(raw: bytes) -> Iterator[tuple[int, int]]:
    """Where the line before each message begins, and where the message does.

    Behind an empty line any line that begins with "From " and has a header below counts in a mailbox; elsewhere it
    must have a time, as programs write it, so that words of a letter are no new message.
    """
    is_mailbox = bool(NEXT.match(raw.lstrip(b"\r\n")))
    for match in NEXT.finditer(raw):
        before = raw[max(0, match.start() - 3) : match.start()]
        behind_blank = not before.strip(b"\r\n") or before.endswith(BLANK)
        if DATED.match(match["loose"]) or (is_mailbox and behind_blank):
            yield match.start(), match.end()


def _without_properties(raw: bytes, length: int) -> bytes:
    """A message of Apple Mail: its length is believed where the properties of the program follow, and nothing else.

    Where it is wrong, the message ends where properties begin that reach to the end of the file.
    """
    if PROPERTIES.match(raw, length):
        return raw[:length]
    at = raw.rfind(b"\n<?xml")
    return raw[:at] if at >= 0 and PROPERTIES.match(raw, at) and raw.rstrip().endswith(b"</plist>") else raw
