"""A mail (.eml) to documents: its subject and body as one, each attachment as what it is.

Of a body in two forms the plain one is read, and the HTML as well where it says something else.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO

from checker.places import Place
from checker.readers.document import MOST_BYTES, Document, Label, Part, Unreadable
from checker.readers.encoding import decode
from checker.readers.formats import Format, Start, whole
from checker.readers.inside import inside

if TYPE_CHECKING:
    from checker.readers.mime import Leaf, Mail

NAME = "mail"
KNOWN = frozenset(("from", "to", "date", "subject", "cc", "reply-to", "sender"))
"""Header lines that a memo may have as well."""
SURE = frozenset(
    (
        "received",
        "message-id",
        "mime-version",
        "return-path",
        "delivered-to",
        "dkim-signature",
        "content-type",
        "content-transfer-encoding",
    )
)
WORDLESS = ("image/", "audio/", "video/", "font/")
SIGNATURES = (
    "application/pgp-signature",
    "application/pkcs7-signature",
    "application/x-pkcs7-signature",
    "application/pgp-keys",
)
SEALED = ("application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted")
OUTLOOK = "application/ms-tnef"
DIFFERENT, LEAST_DIFFERENT = 0.2, 20
"""An HTML body is read beside a plain one that lacks such a share of its words, and so many of them."""
PARAGRAPH = re.compile(r"\S[^\r\n]*(?:(?:\r\n|[\r\n])[^\S\r\n]*[^\s][^\r\n]*)*")
MOST_PARAGRAPHS = 20_000
ENDINGS = {"message/rfc822": ".eml", "text/html": ".html"}
FACTS = (("from", "From"), ("to", "To"), ("date", "Date"), ("message_id", "Message-ID"))


def read(name: str, stream: BinaryIO) -> Iterator[Document | Unreadable]:
    """The mail, then what it says in HTML only, then what is attached to it. Raises OSError."""
    from checker.readers.mime import take_apart

    raw, doubts = whole(stream, MOST_BYTES)
    mail = take_apart(raw)
    shown, attached = _sorted(mail.leaves)
    plain = _plain(mail, [leaf for leaf in shown if leaf.type == "text/plain"])
    pages: list[Document | Unreadable] = []
    for number, leaf in enumerate((leaf for leaf in shown if leaf.type == "text/html"), 1):
        called = f"{name}/body{number if number > 1 else ''}.html"
        pages += inside(NAME, called, _data(mail, leaf), leaf.charset)
    body = plain
    if not plain.text.strip():
        body = next((page for page in pages if isinstance(page, Document)), plain)
    wordless = tuple(_called(leaf, number) for number, leaf in enumerate(attached, 1) if leaf.type.startswith(WORDLESS))
    yield _document(name, mail, body, doubts, wordless)
    yield from (page for page in pages if page is not body and _says_more(page, plain.text))
    for number, leaf in enumerate(attached, 1):
        yield from _attachment(f"{name}/{_called(leaf, number)}", mail, leaf)


def _sorted(leaves: Sequence[Leaf]) -> tuple[list[Leaf], list[Leaf]]:
    """What is shown as the mail's own words, and the rest."""
    shown: list[Leaf] = []
    attached: list[Leaf] = []
    for leaf in leaves:
        own = leaf.type in ("text/plain", "text/html") and not leaf.attached and not leaf.filename
        (shown if own else attached).append(leaf)
    return shown, attached


def _data(mail: Mail, leaf: Leaf) -> bytes:
    data, is_whole = leaf.data()
    if not is_whole:
        mail.doubt("the transfer encoding of a part is damaged")
    return data


def _plain(mail: Mail, leaves: Sequence[Leaf]) -> Document:
    """The plain parts as one body; it goes on behind pictures and the like that stood between them."""
    texts, encodings = [], []
    for leaf in leaves:
        decoded = decode(_data(mail, leaf), leaf.charset)
        if decoded.doubt:
            mail.doubt(decoded.doubt)
        texts.append(decoded.text.strip("\r\n"))
        encodings.append(decoded.encoding)
    return Document("", "\n\n".join(filter(None, texts)), encoding=next(filter(None, encodings), ""))


def _says_more(page: Document | Unreadable, plain: str) -> bool:
    """Whether an HTML body holds many words that the plain one lacks."""
    if isinstance(page, Unreadable) or page.incomplete:
        return True
    words = Counter(re.findall(r"\w+", page.text.casefold()))
    missing = sum((words - Counter(re.findall(r"\w+", plain.casefold()))).values())
    return missing >= max(LEAST_DIFFERENT, DIFFERENT * words.total())


def _document(name: str, mail: Mail, body: Document, doubts: tuple[str, ...], wordless: tuple[str, ...]) -> Document:
    """Subject and body; the file has no characters to point at, since they may be packed in it."""
    from checker.readers.mime import value

    subject = value(mail.headers, "Subject")
    text = f"{subject}\n\n{body.text}" if subject else body.text
    base = len(text) - len(body.text)
    parts = [Part(0, len(subject), Label.SUBJECT, Place(part="subject"))] if subject else []
    parts += [
        Part(base + part.start, base + part.end, part.label, part.place or Place(part="body")) for part in body.parts
    ] or _paragraphs(body.text, base)
    warned = (f"no words are read in {', '.join(wordless[:5])}{' and others' if len(wordless) > 5 else ''}",)
    facts = {key: value(mail.headers, header) for key, header in FACTS}
    return Document(
        name,
        text,
        title=subject,
        metadata={key: fact for key, fact in facts.items() if fact},
        incomplete=(*doubts, *mail.unread, *body.incomplete),
        encoding=body.encoding,
        parts=tuple(parts),
        warnings=(*body.warnings, *(warned if wordless else ())),
    )


def _paragraphs(text: str, base: int) -> list[Part]:
    """What stands between empty lines."""
    return [
        Part(base + match.start(), base + match.end(), Label.BODY, Place(part="body", paragraph=number))
        for number, match in enumerate(islice(PARAGRAPH.finditer(text), MOST_PARAGRAPHS), 1)
    ]


def _called(leaf: Leaf, number: int) -> str:
    """The name of an attachment, without folders; one that has none gets its number."""
    named = re.split(r"[/\\]", leaf.filename)[-1].strip(" .")[:200]
    ending = ENDINGS.get(leaf.type, ".txt" if leaf.type.startswith("text/") else "")
    return named or f"part-{number}{ending}"


def _attachment(name: str, mail: Mail, leaf: Leaf) -> Iterator[Document | Unreadable]:
    if leaf.type.startswith(WORDLESS) or leaf.type in SIGNATURES:
        return
    if leaf.type in SEALED:
        yield Unreadable(name, "It is encrypted. Save the mail as you read it.")
        return
    if leaf.type in OUTLOOK:
        yield Unreadable(name, "It is an Outlook attachment (winmail.dat). Save what is in it.")
        return
    data, is_whole = leaf.data()
    if leaf.type == "message/rfc822" and not name.lower().endswith(".eml"):
        name += ".eml"
    for entry in inside(NAME, name, data, leaf.charset if leaf.type.startswith("text/") else ""):
        if isinstance(entry, Document) and not is_whole:
            entry = replace(entry, incomplete=(*entry.incomplete, "its transfer encoding is damaged"))
        yield entry


def _beginnings(text: str) -> Iterator[str]:
    """The names of the header lines that a text begins with, in lower case."""
    for line in text.lstrip().splitlines():
        name, colon, _ = line.partition(":")
        if line[:1] in (" ", "\t"):
            continue
        if not colon or not re.fullmatch(r"[!-9;-~]{1,70}", name):
            if line.startswith(("From ", ">From ")):
                continue
            return
        yield name.lower()


def looks(start: Start) -> bool:
    """By several of the header lines that mail has, one of which no memo would have; or by its name and one line."""
    names = set(_beginnings(start.text))
    if start.named(".eml"):
        return bool(names & (KNOWN | SURE))
    return len(names & (KNOWN | SURE)) >= 3 and bool(names & SURE)


FORMAT = Format(NAME, "mail", looks, read, (".eml",), "paragraphs of its body", many=True)
