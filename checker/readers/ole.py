"""Compound files (MS-CFB): Outlook's messages are read as the mails that they are; old Office files are turned into new
ones where LibreOffice is installed, and read as those. What is refused is refused for what it is.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import encoders
from email.header import Header
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.utils import format_datetime
from pathlib import Path
from typing import Any, BinaryIO

from checker.readers import child, convert, docx, mail, rtf, slides
from checker.readers.document import MOST_BYTES, Document, Unreadable
from checker.readers.formats import Format, Reader, Start, whole

NAME = "ole"
PARSER = Path(__file__).with_name("ole_child.py")
LIMITS = child.Limits(memory=1024 * child.MB)
COMPOUND, WORDPERFECT = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xffWPC"
OLD: dict[str, tuple[str, str, Reader]] = {
    "doc": ("an old Word file (.doc)", "docx", docx.read),
    "xls": ("an old spreadsheet (.xls)", "xlsx", slides.read_sheets),
    "ppt": ("an old presentation (.ppt)", "pptx", slides.read_slides),
    "wpd": ("a WordPerfect file (.wpd)", "docx", docx.read),
    "wps": ("a Works file (.wps)", "docx", docx.read),
    "hwp": ("a Hangul file (.hwp)", "docx", docx.read),
}
"""What each kind is, what it is turned into, and who reads that."""
INSTEAD = "Save it as .docx or as text, or install LibreOffice where this program runs."
REFUSED = {
    "protected": "It is an Office file protected with a password. Save it without one.",
    "damaged": "It is a damaged file of an old Office program or of Outlook, or its end is missing.",
    "msi": "It is an installer of Windows programs (.msi). It is not read.",
    "visio": "It is an old Visio drawing. Save its text as .txt or .docx.",
    "publisher": "It is a Publisher file. Save its text as .txt or .docx.",
    "thumbs": "It is a store of small pictures (Thumbs.db). It is not read.",
    "unknown": "It is a compound file of a kind that is not known. Save its text as .txt or .docx.",
}
EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
LEAST_OTHER = 100
"""Letters that the Rich Text of a message may have beside its plain text."""


def read(name: str, stream: BinaryIO) -> Iterator[Document | Unreadable]:
    """A message and what is attached to it, or an old Office file. Raises OSError."""
    raw, cut = whole(stream, MOST_BYTES)
    if cut:
        yield Unreadable(name, "It is a file of an old Office program or of Outlook, and too large to be read.")
        return
    try:
        answer = child.run(PARSER, {}, raw, LIMITS) if raw.startswith(COMPOUND) else child.Answer({"kind": "wpd"}, ())
        kind = answer.facts["kind"]
        message = _mime(answer.facts["message"], answer.blobs) if kind == "msg" else None
    except child.Died as died:
        yield Unreadable(name, f"It is a file of an old Office program or of Outlook that cannot be read. {died}")
        return
    except (KeyError, TypeError, ValueError, IndexError, AttributeError):
        yield Unreadable(name, REFUSED["damaged"])
        return
    if message is not None:
        yield from _letters(name, message[0].as_bytes(), message[1])
    elif kind in OLD:
        yield from _turned(name, kind, raw)
    else:
        yield Unreadable(name, REFUSED.get(kind, REFUSED["unknown"]))


def _turned(name: str, kind: str, raw: bytes) -> Iterator[Document | Unreadable]:
    """An old Office file as the new one that LibreOffice makes of it."""
    title, ending, reader = OLD[kind]
    if not convert.is_there():
        yield Unreadable(name, f"It is {title}. {INSTEAD}")
        return
    try:
        new = convert.convert(raw, kind, ending)
    except convert.Failed as failed:
        yield Unreadable(name, f"It is {title}, and could not be read. {failed}")
        return
    yield from reader(name, io.BytesIO(new))


def _letters(name: str, raw: bytes, lost: int) -> Iterator[Document | Unreadable]:
    """The message as a mail; the first document says what of it is missing."""
    doubts = (f"{lost} of the files attached to it were not read",) if lost else ()
    for entry in mail.read(name, io.BytesIO(raw)):
        if doubts and isinstance(entry, Document):
            entry, doubts = replace(entry, incomplete=(*entry.incomplete, *doubts)), ()
        yield entry


def _mime(message: dict[str, Any], blobs: tuple[bytes, ...]) -> tuple[MIMEBase, int]:
    """A message as a mail, and how many attachments could not be taken. Raises KeyError, TypeError, IndexError."""
    out, lost = MIMEMultipart("mixed"), int(message["lost"])
    for field, key in (("Subject", "subject"), ("From", "from"), ("To", "to")):
        if value := " ".join(str(message[key]).split()):
            out[field] = Header(value, "utf-8").encode()
    if message["sent"]:
        out["Date"] = format_datetime(EPOCH + timedelta(microseconds=message["sent"] // 10))
    bodies = MIMEMultipart("alternative")
    plain = blobs[message["plain"]].decode() if message["plain"] >= 0 else ""
    if plain:
        bodies.attach(_part("text/plain; charset=utf-8", plain.encode()))
    if message["html"] >= 0:
        page = f"; charset=windows-{message['page']}" if 1250 <= message["page"] <= 1258 else ""
        charset = page if message["coded"] and message["page"] != 65001 else "; charset=utf-8"
        bodies.attach(_part(f"text/html{charset}", blobs[message["html"]]))
    if bodies.get_payload():
        out.attach(bodies)
    if message["rich"] >= 0 and _says_more(blobs[message["rich"]], plain):
        out.attach(_attached("application/rtf", "body.rtf", blobs[message["rich"]]))
    for number, item in enumerate(message["attached"], 1):
        name = str(item["name"]) or f"attachment{number}"
        if "message" in item:
            inner, more = _mime(item["message"], blobs)
            out.attach(_attached("application/octet-stream", f"{name}.eml", inner.as_bytes()))
            lost += more
        else:
            kind = str(item["type"]).split(";")[0].strip().lower()
            if kind.startswith(("message/", "multipart/")):
                name += ".eml"  # a mail that was kept as it came
            plain_kind = kind.isascii() and kind.count("/") == 1 and not name.endswith(".eml")
            out.attach(_attached(kind if plain_kind else "application/octet-stream", name, blobs[item["data"]]))
    return out, lost


def _says_more(rich: bytes, plain: str) -> bool:
    """Whether Rich Text has words that the plain text has not; what is made of HTML stands there already."""
    texts = [entry.text for entry in rtf.read("", io.BytesIO(rich)) if isinstance(entry, Document)]
    mine, other = ("".join(filter(str.isalnum, text)) for text in ("".join(texts), plain))
    return mine not in other and len(mine) > len(other) + LEAST_OTHER


def _part(kind: str, data: bytes) -> MIMEBase:
    part = MIMEBase("application", "octet-stream")
    part.replace_header("Content-Type", kind)
    part.set_payload(data)
    encoders.encode_base64(part)
    return part


def _attached(kind: str, name: str, data: bytes) -> MIMEBase:
    part = _part(kind, data)
    part.add_header("Content-Disposition", "attachment", filename=("utf-8", "", name.replace("/", "_")))
    return part


def looks(start: Start) -> bool:
    """By their first bytes."""
    return start.raw.startswith((COMPOUND, WORDPERFECT))


ENDINGS = (".msg", ".doc", ".dot", ".xls", ".ppt", ".pps", ".wpd", ".wps", ".hwp")
FORMAT = Format(
    NAME, "an Outlook message, or an old Office file", looks, read, ENDINGS, "as mail, or as the new form", many=True
)
