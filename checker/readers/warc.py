"""Web archives (WARC 1.0 and 1.1, ISO 28500; packed or not) to documents: every page with its address and record.

Read record by record in bounded memory. Redirects, errors, pictures and the like are no pages: they are counted.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, BinaryIO, cast

from checker.readers.counting import Counting
from checker.readers.document import Document, Unreadable
from checker.readers.encoding import SAMPLE, is_binary
from checker.readers.formats import Format, Start
from checker.readers.http import Unread, body_of
from checker.readers.inside import around
from checker.readers.pieces import Piece, documents

NAME = "warc"
MB = 1 << 20
MOST_PAGE = 16 * MB
"""Of a longer record only the beginning is judged, and the report says so."""
MOST_HEADER = MB // 4
MOST_AGAIN = 4
"""Records that say they are longer than they are may have so many times the archive read again, all together."""
FREELY, MOST_RATIO = 256 * MB, 200
"""An archive that unpacks to more than the first, and to so many times its size, is a bomb."""
GZIP = b"\x1f\x8b"
READ = re.compile(
    r"text/(?!css|javascript|ecmascript|dns)[\w.+-]+|message/rfc822|application/(?:"
    r"xhtml\+xml|xml|json|pdf|rtf|msword|x-subrip|[\w.-]+\+(?:xml|json)|x-ndjson|vnd\.openxmlformats-[\w.-]+)"
)
"""Types that hold words; those of an Office file that is not read say so themselves."""
UNNAMED = ("", "application/octet-stream", "unknown/unknown")
PAGES, PARTIAL = (200, 203, 206), 206
GONE = (404, 410)
STATUS = "http_status"
"""The fact of a piece of which the address said, with this status, that there is no page (any more)."""
CHARSET = re.compile(r"charset\s{0,9}=\s{0,9}[\"']?([\w.:-]{2,40})", re.IGNORECASE)
ENDINGS = {"text/html": (".html", ".htm", ".xhtml"), "text/vtt": (".vtt",), "text/markdown": (".md", ".markdown")}


NOT_ON = "It is not read on."
BROKEN_OFF = "The archive is damaged here, and not read on."
GOES_ON = "The archive is damaged here. What comes behind the damage is read."
PASSED_OVER = "passed over in the archive:"


@dataclass(slots=True)
class Passed:
    """What was passed over, by what it is. With `gone` an address without a page is counted too, but also a piece."""

    gone: bool = False
    counts: Counter[str] = field(default_factory=Counter)

    def sentence(self) -> str:
        """ "3 redirects or errors, 12 pictures, scripts and the like"; "" when it is nothing."""
        return ", ".join(f"{count:,} {what}" for what, count in sorted(self.counts.items()))


def told(last: Document, said: str) -> Document:
    """The last document of an archive, with a warning of what was passed over in it."""
    return replace(last, warnings=(*last.warnings, f"{PASSED_OVER} {said}")) if said else last


ERRORS, OTHER, REVISITS = "redirects or errors", "pictures, scripts and the like", "repeated visits"


def read(name: str, stream: BinaryIO) -> Iterator[Document | Unreadable]:
    """Page by page. What was passed over is a warning of the last one. Raises OSError."""
    passed = Passed()
    held: Document | None = None
    for entry in _documents(name, stream, passed):
        if held:
            yield held
        held = entry if isinstance(entry, Document) else None
        if isinstance(entry, Unreadable):
            yield entry
    if held:
        yield told(held, passed.sentence())


def _documents(name: str, stream: BinaryIO, passed: Passed) -> Iterator[Document | Unreadable]:
    formats = (*around(), NAME)
    for entry in pieces(name, stream, passed):
        if isinstance(entry, Unreadable):
            yield entry
        else:
            yield from documents(formats, entry)


Resume = Callable[[int], tuple[int, BinaryIO] | None]
"""The first place behind an offset where a record may begin, and the stream from there; None: there is none."""


def pieces(name: str, stream: BinaryIO, passed: Passed, resume: Resume | None = None) -> Iterator[Piece | Unreadable]:
    """Its pages in order, not yet read, and what is wrong; what is no page is counted in `passed`. Raises OSError.

    After damage between two records nothing can be found again, unless `resume` finds it.
    """
    found = False
    for entry in _entries(name, stream, passed, resume or (lambda at: None)):
        found = found or isinstance(entry, Unreadable) or STATUS not in entry.facts
        yield entry
    if not found:
        said = passed.sentence()
        yield Unreadable(name, f"There is no page in this web archive{f' ({said})' if said else ''}.")


def _entries(name: str, stream: BinaryIO, passed: Passed, resume: Resume) -> Iterator[Piece | Unreadable]:
    unpacked = number = begin = claimed = again = 0
    packed = Counting(stream)
    damaged = ""
    while True:
        for record in _records(packed):
            place = f"{name}, record {number + 1}"
            if record is None:
                damaged = damaged or place
                break
            if damaged:
                yield Unreadable(damaged, GOES_ON)
                number, damaged = number + 1, ""
                place = f"{name}, record {number + 1}"
            number += 1
            if unpacked > FREELY and unpacked > MOST_RATIO * packed.count:
                yield Unreadable(place, f"The archive unpacks to more than {MOST_RATIO} times its size. {NOT_ON}")
                return
            begin, claimed = record.stream_pos, record.content_length
            unpacked += claimed  # as it says; what was read before tells whether that was so
            if entry := _entry(place, number, record, packed, passed):
                yield entry
        swallowed = not damaged and packed.count - begin < claimed
        behind = resume(begin + 1) if damaged or swallowed else None
        if behind and swallowed:  # the record says that it is longer than it is, and goes over those behind it
            damaged, unpacked = f"{name}, record {number}", unpacked - claimed
        if behind is None or (again := again + packed.count - behind[0]) > MOST_AGAIN * packed.count:
            if damaged:
                yield Unreadable(damaged, BROKEN_OFF)
            return
        begin, stream = behind
        packed = Counting(stream, begin)


def _entry(place: str, number: int, record: Any, packed: Counting, passed: Passed) -> Piece | Unreadable | None:
    try:
        return _record(place, number, record, passed)
    except OSError:
        packed.check()
        return Unreadable(place, "It is damaged, or its end is missing.")


def _records(packed: Counting) -> Iterator[Any]:
    """The records of fastwarc, each to be read before the next; None where it finds none any more, and that is all."""
    from fastwarc.warc import ArchiveIterator

    try:
        yield from ArchiveIterator(cast(BinaryIO, packed), parse_http=False, max_header_len=MOST_HEADER)
    except OSError:
        packed.check()
        yield None
    except BaseException as error:
        # a failed assertion of its Rust code, which is no Exception and cannot be imported
        if type(error).__name__ != "PanicException":
            raise
        yield None


def _record(place: str, number: int, record: Any, passed: Passed) -> Piece | Unreadable | None:
    """The page of a record; None when it is none."""
    kind = str(record.headers.get("WARC-Type", "")).lower()
    if kind == "revisit":
        passed.counts[REVISITS] += 1
    if kind not in ("response", "resource", "conversion"):
        return None
    if not str(record.headers.get("Content-Length", "")).strip().isdecimal():
        return Unreadable(place, "It is damaged: it does not say how long it is.")
    answer = _answer(record)
    if answer.status not in (*PAGES, 0):
        passed.counts[ERRORS] += 1
        if not passed.gone or answer.status not in GONE:
            return None
        entry = _whole(place, number, record, answer, Passed())  # what it shows in place of the page
        return entry if isinstance(entry, Piece) else _page(place, number, record, answer, b"", ())
    return _whole(place, number, record, answer, passed)


def _whole(place: str, number: int, record: Any, answer: Answer, passed: Passed) -> Piece | Unreadable | None:
    """The page of an answer; None when it holds no words."""
    if not READ.fullmatch(answer.type) and answer.type not in UNNAMED:
        passed.counts[OTHER] += 1
        return None
    raw = record.reader.read(MOST_PAGE + 1)
    doubts = [] if len(raw) > MOST_PAGE or len(raw) >= answer.length else ["the archive is cut off within it"]
    if str(record.headers.get("WARC-Truncated", "")):
        doubts.append("the archive holds only the beginning of it")
    if str(record.headers.get("WARC-Segment-Number", "")):
        doubts.append("it goes on in another record, which is not read")
    if answer.status == PARTIAL:
        doubts.append("its server sent only a part of it")
    try:
        body, doubt = body_of(raw, answer.transfer, answer.content, MOST_PAGE)
    except Unread as unread:
        return Unreadable(place, str(unread))
    doubts += [doubt] if doubt and not (doubts and len(raw) < answer.length) else []
    if answer.type in UNNAMED and not _is_page(body):
        passed.counts[OTHER] += 1
        return None
    return _page(place, number, record, answer, body, tuple(doubts))


@dataclass(frozen=True, slots=True)
class Answer:
    """What a record says of its body. `status` is 0 where there was no HTTP; `length` in bytes as they lie in it."""

    status: int
    type: str
    charset: str
    transfer: str
    content: str
    length: int


def _answer(record: Any) -> Answer:
    headers = record.headers
    if record.is_http:
        record.parse_http(auto_decode="none", quirks_mode=True, max_header_len=MOST_HEADER)
        headers = record.http_headers
    typed = str(headers.get("Content-Type", ""))
    charset = CHARSET.search(typed)
    return Answer(
        (headers.status_code or 0) if record.is_http else 0,
        typed.partition(";")[0].strip().lower(),
        charset[1] if charset else "",
        str(headers.get("Transfer-Encoding", "")) if record.is_http else "",
        str(headers.get("Content-Encoding", "")) if record.is_http else "",
        record.content_length,
    )


def _is_page(body: bytes) -> bool:
    """Whether a body of no known type holds words."""
    return bool(body.strip()) and not is_binary(body[:SAMPLE])


def _page(place: str, number: int, record: Any, answer: Answer, body: bytes, doubts: tuple[str, ...]) -> Piece:
    """The page of one record, under its address."""
    address = str(record.headers.get("WARC-Target-URI", "")).strip().removeprefix("<").removesuffix(">") or place
    facts = {
        "url": address,
        "date": str(record.headers.get("WARC-Date", "")),
        "digest": _digest(record, body, doubts),
        "record_id": str(record.headers.get("WARC-Record-ID", "")).strip("<>"),
        "record_offset": str(record.stream_pos),
    }
    if answer.status in GONE:
        facts[STATUS] = str(answer.status)
    facts = {key: fact for key, fact in facts.items() if fact}
    charset = answer.charset if answer.type.startswith("text/") else ""
    return Piece(place, named(address, answer.type), body, address, f"record {number}", charset, facts, doubts)


def named(address: str, type: str) -> str:
    """What a page of this type is called for its readers: its address, with the ending of the type."""
    endings = ENDINGS.get(type.partition(";")[0].strip().lower(), ())
    return address if not endings or address.lower().endswith(endings) else address + endings[0]


def _digest(record: Any, body: bytes, doubts: tuple[str, ...]) -> str:
    """As the archive has it, else of the body; none of a body that is not whole."""
    for header in ("WARC-Payload-Digest", "WARC-Block-Digest"):
        if written := str(record.headers.get(header, "")).strip():
            return written
    return "" if doubts else f"sha256:{hashlib.sha256(body).hexdigest()}"


def looks(start: Start) -> bool:
    """By its first bytes, or the first ones in its gzip."""
    raw = start.raw
    if raw.startswith(GZIP):
        try:
            raw = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(raw, 64)
        except zlib.error:
            return False
    return raw.startswith(b"WARC/")


FORMAT = Format(NAME, "web archive (WARC)", looks, read, (".warc", ".warc.gz"), "record and page", many=True)
