from __future__ import annotations

import gzip
import hashlib
import io
import subprocess
import sys
import time
import zlib
from pathlib import Path

import pytest

from checker.readers import Document, Start, Unreadable, detect, read
from checker.readers.http import Unread, body_of
from tests.warc_by_hand import PAGE, WORDS, answer, record

ROOT = Path(__file__).resolve().parents[1]


def entries(raw: bytes, name: str = "site.warc") -> list[Document | Unreadable]:
    return list(read(name, io.BytesIO(raw)))


def one(raw: bytes) -> Document:
    (entry,) = entries(raw)
    assert isinstance(entry, Document), entry
    return entry


INFO = record(b"software: test\r\n", kind="warcinfo", type="application/warc-fields")


def test_a_page_knows_its_address_and_its_record():
    entry = one(INFO + record(answer(), extra="WARC-Payload-Digest: sha1:AAAA\r\n"))
    assert (entry.id, entry.format, entry.title, entry.place) == (
        "https://news.example/goats",
        "html",
        "Goats",
        "record 2",
    )
    assert entry.text.strip() == WORDS
    assert dict(entry.metadata) == {
        "url": "https://news.example/goats",
        "date": "2029-04-03T07:00:00Z",
        "digest": "sha1:AAAA",
        "record_id": "urn:uuid:00000000-0000-4000-8000-000000000001",
        "record_offset": str(len(INFO)),
    }


def test_record_offsets_are_those_of_the_packed_file():
    first, second = gzip.compress(INFO), gzip.compress(record(answer()))
    entry = one(first + second)
    assert entry.metadata["record_offset"] == str(len(first))
    assert entry.metadata["digest"] == f"sha256:{hashlib.sha256(PAGE).hexdigest()}"


def test_a_digest_of_the_block_does_as_well():
    assert one(record(answer(), extra="WARC-Block-Digest: sha1:BB\r\n")).metadata["digest"] == "sha1:BB"


@pytest.mark.parametrize(
    ("kind", "type", "body"),
    [
        ("resource", "text/html", PAGE),
        ("conversion", "text/plain", WORDS.encode()),
        ("resource", "text/vtt", b"WEBVTT\n\n00:01.000 --> 00:02.000\n" + WORDS.encode()),
        ("resource", "application/octet-stream", WORDS.encode()),
    ],
)
def test_records_without_http(kind, type, body):
    assert one(record(body, kind=kind, type=type)).text.strip() == WORDS


@pytest.mark.parametrize("page", [PAGE, f"<p>{WORDS}".encode(), f"  {WORDS} <b></b>".encode()])
@pytest.mark.parametrize("type", ["text/html", "TEXT/HTML;charset=x", "application/xhtml+xml", ""])
def test_types(page, type):
    entry = one(record(answer(page, type)))
    assert WORDS in entry.text and entry.id == "https://news.example/goats"


CHUNKED = (
    b"".join(b"%x;ext\r\n%s\r\n" % (len(PAGE[at : at + 7]), PAGE[at : at + 7]) for at in range(0, len(PAGE), 7))
    + b"0\r\n\r\n"
)
DEFLATE = zlib.compressobj(wbits=-15)
CODED = {
    "gzip": (gzip.compress(PAGE), "Content-Encoding: gzip\r\n"),
    "several members": (gzip.compress(PAGE[:50]) + gzip.compress(PAGE[50:]), "Content-Encoding: x-gzip\r\n"),
    "zlib": (zlib.compress(PAGE), "Content-Encoding: deflate\r\n"),
    "deflate": (DEFLATE.compress(PAGE) + DEFLATE.flush(), "Content-Encoding: deflate\r\n"),
    "chunked": (CHUNKED, "Transfer-Encoding: chunked\r\n"),
    "chunked gzip": (
        b"%x\r\n%s\r\n0\r\n\r\n" % (len(gzip.compress(PAGE)), gzip.compress(PAGE)),
        "Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n",
    ),
    "said but not so": (PAGE, "Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n"),
    "identity": (PAGE, "Content-Encoding: identity\r\n"),
}


@pytest.mark.parametrize(("body", "extra"), CODED.values(), ids=CODED)
def test_codings_are_undone(body, extra):
    entry = one(record(answer(body, extra=extra)))
    assert entry.text.strip() == WORDS and not entry.incomplete


def test_the_charset_of_the_header_is_believed():
    page = "<html><body>Паром вышел на рассвете из порта и вернулся</body></html>".encode("koi8-r")
    entry = one(record(answer(page, "text/html; charset=koi8-r")))
    assert entry.text.strip() == "Паром вышел на рассвете из порта и вернулся" and entry.encoding == "koi8-r"


def test_what_is_no_page_is_counted():
    raw = b"".join(
        (
            INFO,
            record(answer(status="301 Moved Permanently")),
            record(answer()),
            record(answer(b"x", "image/png")),
            record(answer(b"a{}", "text/css")),
            record(answer(bytes(range(256)), "")),
            record(answer(b"", ""), kind="revisit"),
            record(b"GET / HTTP/1.1\r\n\r\n", kind="request", type="application/http;msgtype=request"),
            record(answer(status="404 Not Found")),
        )
    )
    assert one(raw).warnings == (
        "passed over in the archive: 3 pictures, scripts and the like, 2 redirects or errors, 1 repeated visits",
    )


def test_an_archive_without_a_page_is_not_clear():
    (entry,) = entries(INFO + record(answer(status="404 Not Found")))
    assert entry == Unreadable("site.warc", "There is no page in this web archive (1 redirects or errors).")


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (INFO, "warc"),
        (gzip.compress(INFO, mtime=0), "warc"),
        (gzip.compress(b"words", mtime=0), "gzip"),
        (b"\x1f\x8b\x08\xff", "gzip"),
        (b"WARC is a format", "text"),
    ],
)
def test_it_is_known_by_its_first_bytes(raw, name):
    assert detect(Start("x", raw)).name == name


def test_damage_loses_nothing_that_came_before():
    raw = record(answer()) + b"garbage" * 50 + record(answer())
    page, damage = entries(raw)
    assert isinstance(page, Document) and isinstance(damage, Unreadable)
    members = bytearray(gzip.compress(record(answer())) * 2)
    members[len(members) // 2 + 100] ^= 255
    found = entries(bytes(members))
    assert isinstance(found[0], Document)
    assert isinstance(found[-1], Unreadable) or found[-1].incomplete


def bomb(size: int) -> bytes:
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb") as packed:
        packed.write(record(length=size, type="text/plain", kind="resource")[:-4])
        for _ in range(size >> 20):
            packed.write(b"goats " * 174762 + b"    ")
    return out.getvalue()


BOMB = bomb(512 << 20)
HOSTILE = {
    "cut": record(answer())[:-40],
    "cut packed": gzip.compress(record(answer()) * 2)[:-20],
    "longer than it is": record(answer(), length=10_000),
    "no length": record(answer()).replace(b"Content-Length", b"X-Length"),
    "length of words": record(answer()).replace(b"Content-Length: ", b"Content-Length: x"),
    "brotli": record(answer(b"\x8b\x00\x80abc\x03", extra="Content-Encoding: br\r\n")),
    "zstd": record(answer(b"\x28\xb5\x2f\xfd", extra="Content-Encoding: zstd\r\n")),
    "packed many times": record(answer(extra="Content-Encoding: gzip, gzip, gzip, gzip\r\n")),
    "gzip cut": record(answer(gzip.compress(PAGE)[:-9], extra="Content-Encoding: gzip\r\n")),
    "gzip damaged": record(answer(gzip.compress(PAGE)[:30] + b"\0" * 30, extra="Content-Encoding: gzip\r\n")),
    "chunks cut": record(answer(CHUNKED[:-20], extra="Transfer-Encoding: chunked\r\n")),
    "page bomb": record(answer(gzip.compress(b"goats " * 30_000_000), extra="Content-Encoding: gzip\r\n")),
    "record bomb": BOMB,
    "bombs": bomb(64 << 20) * 40,
    "truncated by the crawler": record(answer(), extra="WARC-Truncated: length\r\n"),
    "in segments": record(answer(), extra="WARC-Segment-Number: 1\r\n"),
    "a part": record(answer(status="206 Partial Content")),
    "header without end": b"WARC/1.1\r\n" + b"X: y\r\n" * 1_000_000,
    "header of one line": b"WARC/1.1\r\nX: " + b"y" * 10_000_000,
    "http header of one line": record(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 10_000_000),
    "nothing": b"WARC/1.1\r\n\r\n",
    "only its mark": b"WARC/",
}


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE)
def test_hostile_archives_are_never_clear(raw):
    began = time.perf_counter()
    found = entries(raw)
    assert time.perf_counter() - began < 30
    assert found and any(isinstance(entry, Unreadable) or entry.incomplete for entry in found)


CHILD = """
import io
from checker.readers import Document, read
from tests import warc_by_hand as made

class Endless(io.RawIOBase):
    def __init__(self, pieces):
        self.pieces, self.rest = pieces, b""
    def readable(self):
        return True
    def readinto(self, buffer):
        if not self.rest:
            self.rest = next(self.pieces, b"")
        part, self.rest = self.rest[: len(buffer)], self.rest[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)

def many():
    one = made.record(made.answer(made.PAGE + b" " * 50_000))
    for _ in range(6_000):
        yield one

def long():
    yield made.record(type="text/plain", kind="resource", length=300 << 20)[:-4]
    for _ in range(300):
        yield b"goats\\n" * 174762 + b"    "
    yield b"\\r\\n\\r\\n" + made.record(made.answer())

count = 0
for pieces in (many(), long()):
    for entry in read("big.warc", io.BufferedReader(Endless(pieces))):
        assert isinstance(entry, Document), entry
        count += 1
        if entry.incomplete:
            print(*entry.incomplete)
# not getrusage: that still counts what the process was before it became this one
most = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(count, int(most.split()[1]) >> 10)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc to measure memory")
def test_three_hundred_megabytes_are_read_in_little_memory():
    done = subprocess.run(
        [sys.executable, "-c", CHILD], cwd=ROOT, capture_output=True, text=True, timeout=100, check=True
    )
    cut, figures = done.stdout.splitlines()
    count, most = map(int, figures.split())
    assert cut == "only its first 16 MB were read"
    assert count == 6_002
    assert most < 200


def test_a_stream_that_fails_is_not_damage():
    class Failing(io.RawIOBase):
        first = True

        def readable(self):
            return True

        def readinto(self, buffer):
            if not self.first:
                raise OSError(5, "the disk")
            self.first = False
            data = record(answer()) + record(b"", length=1 << 20)
            data = data.ljust(1 << 17, b"x")[: len(buffer)]
            buffer[: len(data)] = data
            return len(data)

    with pytest.raises(OSError, match="the disk"):
        list(read("site.warc", io.BufferedReader(Failing(), 1 << 16)))


def test_bodies_are_bounded():
    assert body_of(b"a" * 100, "", "", 50) == (b"a" * 50, "only its first 0 MB were read")
    assert len(body_of(gzip.compress(b"a" * 10_000_000), "", "gzip", 1 << 20)[0]) == 1 << 20
    with pytest.raises(Unread):
        body_of(b"", "", "br", 50)
