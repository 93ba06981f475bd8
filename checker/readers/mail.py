"""Mail to documents, a mailbox message by message: subject and body as one, each attachment as what it is.

Of a body in two forms the plain one is read. The HTML is a document besides where it says something else, and another
reading of the mail where it says the same words in another order, or some more.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice
from typing import TYPE_CHECKING, BinaryIO

from checker.places import Place
from checker.readers.document import MOST_BYTES, Document, Label, Part, Reading, Unreadable
from checker.readers.encoding import SAMPLE, Decoded, is_binary, read_each
from checker.readers.formats import Format, Start, whole
from checker.readers.inside import inside
from checker.readers.mailbox import DATED, MOST_MESSAGES, begins_mailbox, divide

if TYPE_CHECKING:
    from checker.readers.mime import Leaf, Mail, Packed

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
NAMES = (".eml", ".emlx", ".mbox", ".mbx", ".mht", ".mhtml")
HOLDS_WORDS = (b"%PDF-", b"PK\3\4", b"\x1f\x8b", b"\xd0\xcf\x11\xe0", b"{\\rtf")
"""Beginnings of files that hold words, whatever a header calls them."""
MEDIA = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"RIFF", b"II*\0", b"MM\0*", b"OggS", b"ID3", b"fLaC", b"wOF")
SIGNED = re.compile(rb"\s*-----BEGIN PGP|\s*\x30[\x80-\x84]")
PAGE = re.compile(rb"\s*(?:<!doctype html|<html[\s>])", re.IGNORECASE)
WORD = re.compile(r"\w+")
ADDRESS = re.compile(r"[<\[(]?(?:https?://|www\.|mailto:)\S+")
RUN = 5
"""An HTML part says something that the plain one does not where it has so many words in a row that the other lacks."""
MOST_READINGS = 4
DIFFERENT, LEAST_DIFFERENT = 0.2, 20
"""An HTML body is read beside a plain one that lacks such a share of its words, and so many of them."""
PARAGRAPH = re.compile(r"\S[^\r\n]*(?:(?:\r\n|[\r\n])[^\S\r\n]*[^\s][^\r\n]*)*")
MOST_PARAGRAPHS = 20_000
ENDINGS = {"message/rfc822": ".eml", "text/html": ".html"}
FACTS = (("from", "From"), ("to", "To"), ("date", "Date"), ("message_id", "Message-ID"))


def read(name: str, stream: BinaryIO) -> Iterator[Document | Unreadable]:
    """Of each message the mail, then what it says in HTML only, then what is attached to it. Raises OSError."""
    raw, doubts = whole(stream, MOST_BYTES)
    messages = divide(raw)
    first, second = next(messages), next(messages, None)
    yield from _message(name if second is None else f"{name}/message-1.eml", first, doubts)
    for number, message in enumerate(messages if second is None else chain((second,), messages), 2):
        if number > MOST_MESSAGES:
            yield Unreadable(name, f"Only its first {MOST_MESSAGES:,} messages were read.")
            return
        yield from _message(f"{name}/message-{number}.eml", message, doubts)


def _message(name: str, raw: bytes, doubts: tuple[str, ...]) -> Iterator[Document | Unreadable]:
    from checker.readers.mime import take_apart

    mail = take_apart(raw)
    shown, attached = _sorted(mail.leaves)
    packed: list[Packed] = []
    pieces: list[Document | Unreadable] = []
    numbers: list[int] = []  # of the pages among the pieces
    for leaf in shown:
        if leaf.type == "text/plain":
            pieces.append(_plain(mail, leaf, packed))
        if leaf.type == "text/html" or _is_page(leaf):
            called = f"{name}/body{len(numbers) + 1 if numbers else ''}.html"
            found = list(inside(NAME, called, _data(mail, leaf), leaf.charset))
            numbers += range(len(pieces), len(pieces) + len(found))
            pieces += found
    pages = [pieces[number] for number in numbers]
    texts = [piece for number, piece in enumerate(pieces) if number not in numbers and isinstance(piece, Document)]
    plain = _join(texts)
    body = plain
    if not plain.text.strip():
        body = next((page for page in pages if isinstance(page, Document)), plain)
    wordless = tuple(_called(leaf, number) for number, leaf in enumerate(attached, 1) if _is_wordless(leaf))
    mail_document = _document(name, mail, body, doubts, wordless)
    apart = [page for page in pages if page is not body and _says_more(page, plain.text)]
    others = [("with what its HTML part shows", page) for page in pages if page is not body and page not in apart]
    if len(pieces) > 2 and texts and pages:
        others.append(("with all its parts one behind the other", _join(pieces)))
    readings = [
        Reading(_document(name, mail, other, (), ()), how)
        for how, other in others
        if isinstance(other, Document) and _runs(other.text) - _runs(plain.text)
    ]
    readings += [replace(way, document=_document(name, mail, way.document, (), ())) for way in body.readings]
    yield replace(mail_document, readings=tuple(readings[:MOST_READINGS]))
    yield from apart
    for number, (called, data) in enumerate(packed, 1):
        yield from inside(NAME, f"{name}/{called or f'uuencoded-{number}'}", data)
    for number, leaf in enumerate(attached, 1):
        yield from _attachment(f"{name}/{_called(leaf, number)}", mail, leaf)


def _is_page(leaf: Leaf) -> bool:
    """Whether a part that is called plain text is a page of HTML, which some programs show as such."""
    return leaf.type == "text/plain" and PAGE.match(leaf.data()[0][:2000]) is not None


def _is_wordless(leaf: Leaf) -> bool:
    """Whether an attachment is a picture, sound or the like, by its bytes as well as by what it is called."""
    if not leaf.type.startswith(WORDLESS):
        return False
    data = leaf.data()[0][:SAMPLE]
    if data.startswith(HOLDS_WORDS):
        return False
    return data.startswith(MEDIA) or is_binary(data) or not data.strip()


def _runs(text: str) -> set[tuple[str, ...]]:
    """The words of a text, some in a row."""
    words = WORD.findall(ADDRESS.sub(" ", text).casefold())
    return {tuple(words[place : place + RUN]) for place in range(max(1, len(words) - RUN + 1))}


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


def _plain(mail: Mail, leaf: Leaf, packed: list[Packed]) -> Document:
    """A plain part, with other readings of its bytes; what is uuencoded in it goes to `packed`."""
    from checker.readers.mime import take_out_uuencoded

    data, found = take_out_uuencoded(_data(mail, leaf))
    packed += found
    if b"\n=ybegin " in b"\n" + data:
        mail.doubt("a part of it is in yEnc, which is not read")

    def make(decoded: Decoded) -> Document:
        if decoded.doubt:
            mail.doubt(decoded.doubt)
        return Document("", decoded.text.strip("\r\n"), encoding=decoded.encoding)

    return read_each(data, (leaf.charset,) if leaf.charset else (), make)


def _join(pieces: Sequence[Document | Unreadable]) -> Document:
    """Parts as one body; it goes on behind pictures and the like that stood between them.

    Where parts can be read otherwise, so can the whole: each other reading of a part together with those of the rest.
    """
    documents = [piece for piece in pieces if isinstance(piece, Document)]
    text = "\n\n".join(filter(None, (document.text for document in documents)))
    whole_document = Document("", text, encoding=next(filter(None, (one.encoding for one in documents)), ""))
    most = max((len(document.readings) for document in documents), default=0)
    readings = []
    for number in range(most):
        ways = [one.readings[min(number, len(one.readings) - 1)] if one.readings else None for one in documents]
        how = next(way.how for way in ways if way)
        chosen = [way.document if way else one for way, one in zip(ways, documents, strict=True)]
        readings.append(Reading(_join([replace(one, readings=()) for one in chosen]), how))
    return replace(whole_document, readings=tuple(readings))


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
    if _is_wordless(leaf) or (leaf.type in SIGNATURES and SIGNED.match(leaf.data()[0])):
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
    raw = start.raw
    if begins_mailbox(raw[:4096]):
        raw = next(divide(raw))
        names = set(_beginnings(raw.decode("utf-8", "replace")))
        if start.named(*NAMES) or DATED.match(start.raw.removeprefix(BOM_UTF8).lstrip()):
            return bool(names)
    else:
        names = set(_beginnings(start.text))
    if start.named(*NAMES):
        return bool(names & (KNOWN | SURE))
    return (len(names & (KNOWN | SURE)) >= 3 and bool(names & SURE)) or len(names & SURE) >= 2


FORMAT = Format(NAME, "mail or a mailbox", looks, read, NAMES, "paragraphs of its body", many=True)
