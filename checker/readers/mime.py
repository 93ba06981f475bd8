"""The parts of a mail (RFC 5322, RFC 2045 to 2047, RFC 2231), read as leniently as mail is written.

The standard library decodes; the parts are divided here, each level in one pass, so that neither depth nor number
nor length of what a stranger sends costs more than its size.
"""

from __future__ import annotations

import binascii
import re
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import Message
from itertools import islice

from checker.readers.encoding import decode

MOST_DEEP = 30
MOST_PARTS = 1_000
MOST_HEAD = 1 << 20
"""Bytes of header lines that are read; the body begins behind them all the same."""
LONGEST_VALUE = 10_000
BLANK = re.compile(rb"\r\n\r\n|\n\r?\n|\r\r")
CODING = "Content-Transfer-Encoding"
COMMENT = re.compile(r"\([^()]*\)")
PLAIN = ("", "7bit", "8bit", "binary")
UUENCODED = re.compile(
    rb"^begin(?P<base64>-base64)? [0-7]{3,4} (?P<name>[^\r\n]{1,200})\r?\n"
    rb"(?P<body>(?:(?!end\r?$|begin )[^\r\n]*\r?\n)*)"
    rb"(?:end|====)[ \t]*\r?$",
    re.MULTILINE,
)
Packed = tuple[str, bytes]
"""A file within a text: its name and its bytes."""
ENVELOPE = re.compile(rb"\s*(?:>?From [^\r\n]*[\r\n]+)?")


@dataclass(frozen=True, slots=True)
class Leaf:
    """One part without parts of its own; `attached` when it is not to be shown within the mail."""

    type: str
    charset: str
    filename: str
    attached: bool
    message: Message
    body: bytes

    def data(self) -> tuple[bytes, bool]:
        """Its bytes without their transfer encoding, and whether that was whole."""
        self._settle_coding()
        self.message.set_payload(self.body.decode("ascii", "surrogateescape"))
        data = self.message.get_payload(decode=True)
        if not isinstance(data, bytes):
            return self.body, True
        coding = value(self.message, CODING).strip().lower()
        lost = bool(self.message.defects) or (coding == "base64" and not _is_base64(self.body))
        return data, not lost

    def _settle_coding(self) -> None:
        """Leave one name of a transfer encoding, without a comment: the first of several that names one at all."""
        named = [str(said) for title, said in self.message.raw_items() if title.lower() == CODING.lower()]
        bare = [COMMENT.sub(" ", said).strip().strip("\"';").lower() for said in named]
        if len(named) > 1 or bare != named:
            del self.message[CODING]
            coding = next((one for one in bare if one not in PLAIN), "")
            if coding:
                self.message[CODING] = coding


@dataclass(slots=True)
class Mail:
    """Headers, leaves in order, and what could not be read."""

    headers: Message
    leaves: list[Leaf] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)

    def doubt(self, sentence: str) -> None:
        """Say it once."""
        if sentence not in self.unread:
            self.unread.append(sentence)


def take_apart(raw: bytes) -> Mail:
    """The parts of a mail. Raises nothing, whatever the bytes."""
    headers, body = _divided(raw[_skipped(raw) :])
    mail = Mail(headers)
    _walk(mail, headers, body, 0)
    return mail


def take_out_uuencoded(data: bytes) -> tuple[bytes, list[Packed]]:
    """Text without the files that are uuencoded in it (POSIX uuencode), and those files as (name, bytes)."""
    packed: list[Packed] = []
    if b"begin" not in data:
        return data, packed
    kept, at = [], 0
    for match in islice(UUENCODED.finditer(data), MOST_PARTS):
        try:
            if match["base64"]:
                found = binascii.a2b_base64(match["body"])
            else:
                found = b"".join(_uu_line(line) for line in match["body"].splitlines())
        except binascii.Error:
            continue
        packed.append((match["name"].decode("utf-8", "replace").strip(), found))
        kept.append(data[at : match.start()])
        at = match.end()
    return b"".join((*kept, data[at:])), packed


def _uu_line(line: bytes) -> bytes:
    """A line's bytes. Raises binascii.Error; what encoders pad too much is overlooked, as the standard library does."""
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        size = (((line[0] - 32) & 63) * 4 + 5) // 3 if line else 0
        return binascii.a2b_uu(line[:size])


def value(message: Message, name: str) -> str:
    """A header as characters, encoded words (RFC 2047) decoded; "" when there is none."""
    from email.errors import HeaderParseError
    from email.header import decode_header

    raw = (str(header) for title, header in message.raw_items() if title.lower() == name.lower())
    written = next(raw, "")[:LONGEST_VALUE]
    try:
        parts = decode_header(written)
    except (HeaderParseError, ValueError):
        parts = [(written, None)]
    words = []
    for part, charset in parts:
        data = part if isinstance(part, bytes) else part.encode("utf-8", "surrogateescape")
        words.append(_word(data, charset or ""))
    return re.sub(r"[\r\n]+[ \t]*", " ", "".join(words)).strip()


def _word(data: bytes, charset: str) -> str:
    """A few words in the encoding they name; they are too few to tell it from their bytes."""
    # what is ASCII by its bytes may be Japanese by its name (ISO-2022-JP)
    for encoding in (charset, "utf-8") if data.isascii() else ("utf-8", charset):
        with suppress(UnicodeDecodeError, LookupError, ValueError):
            return data.decode(encoding)
    return decode(data, charset).text


def _skipped(raw: bytes) -> int:
    """How many bytes stand before the first header: blank lines, and the first line of a mail in a mailbox."""
    match = ENVELOPE.match(raw, 0, min(len(raw), 4096))
    return match.end() if match else 0


def _divided(raw: bytes) -> tuple[Message, bytes]:
    """Header and body of a mail or a part. A part may begin with its body: an empty line comes first then."""
    from email.parser import BytesHeaderParser

    if raw[:1] in (b"\n", b"\r"):
        return Message(), raw.lstrip(b"\r\n")
    blank = BLANK.search(raw)
    head, body = (raw[: blank.start()], raw[blank.end() :]) if blank else (raw, b"")
    message = BytesHeaderParser().parsebytes(head[:MOST_HEAD])
    rest = message.get_payload()
    if isinstance(rest, str) and rest:
        # words where headers should be: none of them may be lost
        body = rest.encode("utf-8", "surrogateescape") + b"\n\n" + body
    message.set_payload("")
    return message, body


def _walk(mail: Mail, headers: Message, body: bytes, depth: int) -> None:
    kind = headers.get_content_type() if len(str(headers.get("Content-Type", ""))) < LONGEST_VALUE else "text/plain"
    boundary = _parameter(headers, "boundary") if kind.startswith("multipart/") else ""
    if not boundary:
        kind = "text/plain" if kind.startswith("multipart/") else kind
        mail.leaves.append(_leaf(headers, kind, body))
        return
    if depth >= MOST_DEEP:
        mail.doubt("its parts nest too deep to be read")
        return
    parts, closed = _parts(body, boundary)
    if not closed:
        mail.doubt("the end of its last part is missing")
    for part in parts:
        if len(mail.leaves) >= MOST_PARTS:
            mail.doubt(f"only its first {MOST_PARTS:,} parts were read")
            return
        inner, rest = _divided(part)
        if kind == "multipart/digest" and inner.get("Content-Type") is None:
            inner["Content-Type"] = "message/rfc822"  # RFC 2046, 5.1.5
        _walk(mail, inner, rest, depth + 1)


def _parts(body: bytes, boundary: str) -> tuple[list[bytes], bool]:
    """What stands between the boundary lines (RFC 2046, 5.1.1), and whether the last of them was there."""
    line = re.compile(
        rb"(?:^|\r\n|\n|\r)--" + re.escape(boundary.encode("utf-8", "replace")) + rb"(--)?[ \t]*(?=[\r\n]|$)"
    )
    parts: list[bytes] = []
    begin = -1
    for match in line.finditer(body):
        if begin >= 0:
            parts.append(body[begin : match.start()])
        begin = match.end()
        # the line end belongs to the boundary
        begin += 2 if body.startswith(b"\r\n", begin) else 1
        if match[1]:
            return parts, True
        if len(parts) > MOST_PARTS:
            return parts, True
    # without any boundary line all of it is words
    parts.append(body[max(0, begin) :])
    return parts, False


def _leaf(headers: Message, kind: str, body: bytes) -> Leaf:
    filename = _parameter(headers, "filename", "Content-Disposition") or _parameter(headers, "name")
    disposition = str(headers.get("Content-Disposition", "")).strip().lower()
    return Leaf(kind, _parameter(headers, "charset"), filename, disposition.startswith("attachment"), headers, body)


def _parameter(headers: Message, name: str, header: str = "Content-Type") -> str:
    """A parameter of a header, RFC 2231 or RFC 2047 undone; "" when it has none."""
    from email.utils import collapse_rfc2231_value

    if len(str(headers.get(header, ""))) > LONGEST_VALUE:
        return ""
    try:
        found = headers.get_param(name, "", header)
        written = collapse_rfc2231_value(found) if found else ""
    except (LookupError, TypeError, ValueError):
        return ""
    carrier = Message()
    carrier["X"] = written.replace("\r", " ").replace("\n", " ")
    return value(carrier, "X") if "=?" in written else written.strip()


def _is_base64(body: bytes) -> bool:
    """Whether nothing but base64 is in it, and all of it."""
    packed = body.translate(None, b" \t\r\n")
    return len(packed) % 4 == 0 and not packed.translate(
        None, b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
    )
