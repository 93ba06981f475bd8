"""One story in every format that is read: the same passages are found in all of them, and lead back to the file."""

from __future__ import annotations

import base64
import gzip
import html
import io
import json
import textwrap
import zipfile
from collections.abc import Callable
from xml.sax.saxutils import escape

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from checker.check import check_document
from checker.model import Match, Report
from checker.readers import FORMATS, Document, read
from fingerprints.index import Upsert, Work
from fingerprints.sketch import sketcher
from fingerprints.stores.memory import MemoryStore
from tests.docx_by_hand import docx, paragraph
from tests.office_by_hand import epub, odt, pptx, rich, slide, xhtml, xlsx
from tests.ole_by_hand import compound, message
from tests.pdfs_by_hand import lines, pdf

STORY = """\
SKERROW, May 2 (MP) - The last ferry of the day left Skerrow harbour without its captain on Wednesday, and nobody \
on board noticed until the lights of the far pier came into view, the harbour office said.
"We had the goats to look after," said Tilda Marsh, a deckhand who had never steered a boat before and who asked \
that her mother should not be told.
Nine goats and 41 passengers were led ashore unharmed; the captain, who had gone back for his sandwiches, followed \
in a rowing boat at dusk and declined to comment on the wind.""".splitlines()
OWN = "This paragraph is the paper's own and stands in no story of any agency that anybody in Skerrow has heard of."
DRAFT = [OWN, *STORY[:2], OWN.replace("stands", "appears"), STORY[2]]
TAGGED = "".join(f"<p>{escape(text)}</p>" for text in DRAFT)
CODES = (
    "<?xml version='1.0' encoding='utf-8'?>",
    "http://iptc.org/std/nar/2006-10-01/",
    "http://www.w3.org/1999/xhtml",
)


def joined(texts: list[str] = DRAFT) -> str:
    return "\n\n".join(texts)


def word_file() -> bytes:
    return docx("".join(paragraph(escape(text)) for text in DRAFT))


def pages() -> bytes:
    return pdf(*(lines(*textwrap.wrap(text, 80)) for text in DRAFT))


def cues(web: bool) -> bytes:
    spoken = [line for text in DRAFT for line in textwrap.wrap(text, 37)]
    out = ["WEBVTT\n"] if web else []
    for number, line in enumerate(spoken):
        stop = "." if web else ","
        times = [f"00:{at // 60:02}:{at % 60:02}{stop}000" for at in (2 * number, 2 * number + 2)]
        out.append(f"{number + 1}\n{times[0]} --> {times[1]}\n{line}\n")
    return "\n".join(out).encode()


def timed_text() -> str:
    spoken = [line for text in DRAFT for line in textwrap.wrap(text, 37)]
    marked = [f'<p begin="{2 * at}s" end="{2 * at + 2}s">{escape(line)}</p>' for at, line in enumerate(spoken)]
    return f'<tt xmlns="http://www.w3.org/ns/ttml"><body><div>{"".join(marked)}</div></body></tt>'


def broadcast() -> bytes:
    spoken = [line for text in DRAFT for line in textwrap.wrap(text, 37)]
    blocks = []
    for at, line in enumerate(spoken):
        minutes, seconds = divmod(2 * at, 60)
        head = bytes((0, 0, 0, 255, 0, 0, minutes, seconds, 0, 0, minutes, seconds + 1, 0, 20, 2, 0))
        blocks.append(head + line.encode("latin-1").ljust(112, b"\x8f"))
    return b"850STL25.01100".ljust(1024) + b"".join(blocks)


def archive() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as out:
        out.writestr("desk/draft.txt", joined())
    return packed.getvalue()


def web_archive() -> bytes:
    body = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + f"<html><body>{TAGGED}".encode()
    head = (
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://isles.example/ferry\r\n"
        "WARC-Date: 2001-05-02T20:00:00Z\r\nWARC-Record-ID: <urn:uuid:6d7c7a58-0001-4a7e-8d2c-000000000001>\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body + b"\r\n\r\n"


def letter() -> bytes:
    coded = base64.encodebytes(joined().encode()).decode()
    return (
        "From: desk@isles.example\nTo: night@isles.example\nDate: Wed, 2 May 2001 20:00:00 +0000\nSubject: Ferry\n"
        "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n" + coded
    ).encode()


def anpa() -> bytes:
    body = "".join(f"\t{text}\r\n" for text in DRAFT).replace(" - ", "_").encode("latin-1")
    head = b"\x16\x16\x01a0412\x1f\r\nr i\x14bc-ferry     05-02 0110\r\n^Last ferry leaves without captain<\r\n"
    return head + b"\x02" + body + b"\x03\r\nMP-WF-05-02-01 2000GMT\r\n"


def telex() -> bytes:
    wrapped = "\r\n".join("   " + "\r\n".join(textwrap.wrap(text, 65)) for text in DRAFT)
    return (
        b"\x01mp0412 4 pl 110  mp 0412\r\n\x02Last ferry leaves without captain\r\n"
        + wrapped.encode()
        + b"\r\n\x03\x04"
    )


def nitf() -> str:
    return (
        f"{CODES[0]}<nitf><head><title>Last ferry</title><docdata><doc-id id-string='mp-1'/></docdata></head><body>"
        f"<body.head><hedline><hl1>Last ferry</hl1></hedline></body.head><body.content>{TAGGED}</body.content>"
        "</body></nitf>"
    )


def newsml_g2() -> str:
    return (
        f"{CODES[0]}<newsItem xmlns='{CODES[1]}' guid='urn:newsml:mp.example:20010502:mp-1' version='2'>"
        "<itemMeta><itemClass qcode='ninat:text'/><pubStatus qcode='stat:usable'/></itemMeta>"
        "<contentMeta><headline>Last ferry</headline></contentMeta><contentSet>"
        f"<inlineXML contenttype='application/xhtml+xml'><html xmlns='{CODES[2]}'><body>{TAGGED}</body></html>"
        "</inlineXML></contentSet></newsItem>"
    )


def newsml_1() -> str:
    return (
        f"{CODES[0]}<NewsML><NewsItem><Identification><NewsIdentifier><NewsItemId>mp-1</NewsItemId>"
        "<PublicIdentifier>urn:newsml:mp.example:20010502:mp-1:2</PublicIdentifier></NewsIdentifier></Identification>"
        "<NewsManagement><NewsItemType FormalName='News'/><Status FormalName='Usable'/></NewsManagement>"
        "<NewsComponent><NewsLines><HeadLine>Last ferry</HeadLine></NewsLines><ContentItem>"
        f"<DataContent>{TAGGED}</DataContent></ContentItem></NewsComponent></NewsItem></NewsML>"
    )


def rss() -> str:
    return (
        f"{CODES[0]}<rss version='2.0' xmlns:content='http://purl.org/rss/1.0/modules/content/'><channel>"
        "<title>Isles</title><link>https://isles.example/</link><description>News</description><item>"
        "<title>Last ferry</title><link>https://isles.example/ferry</link><guid>mp-1</guid>"
        f"<content:encoded><![CDATA[{TAGGED}]]></content:encoded></item></channel></rss>"
    )


def atom() -> str:
    return (
        f"{CODES[0]}<feed xmlns='http://www.w3.org/2005/Atom'><title>Isles</title><id>isles</id>"
        "<updated>2001-05-02T20:00:00Z</updated><entry><id>mp-1</id><title>Last ferry</title>"
        f"<updated>2001-05-02T20:00:00Z</updated><content type='html'>{escape(TAGGED)}</content></entry></feed>"
    )


def table(column: str, words: str) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table({"id": ["draft"], column: [words]}), out)
    return out.getvalue()


def as_json(values: object) -> str:
    return json.dumps(values, indent=1)


def ninjs() -> str:
    return as_json({"uri": "mp-1", "type": "text", "headline": "Last ferry", "body_html": TAGGED, "version": "2"})


def ap() -> str:
    item = {"altids": {"itemid": "mp1", "etag": "mp1_2"}, "version": 2, "type": "text", "headline": "Last ferry"}
    document = f"<nitf><body><body.content><block>{TAGGED}</block></body.content></body></nitf>"
    return as_json({"data": {"item": {**item, "renditions": {"nitf": {"title": "Full Text"}}, "nitf": document}}})


def reuters() -> str:
    item = {"versionedGuid": "tag:mp.example,2001:newsml_MP1:2", "uri": "x", "headLine": "Last ferry", "type": "TEXT"}
    return as_json({"data": {"item": {**item, "bodyXhtml": f"<html><body>{TAGGED}</body></html>"}}})


def dpa() -> str:
    return as_json({
        "version": 2, "urn": "urn:newsml:dpa.example:20010502:mp-1", "entry_id": "mp-1", "headline": "Last ferry",
        "pubstatus": "usable", "article_html": f"<section class='main'>{TAGGED}</section>",
    })  # fmt: skip


def json_feed() -> str:
    item = {"id": "mp-1", "title": "Last ferry", "content_html": TAGGED}
    return as_json({"version": "https://jsonfeed.org/version/1.1", "title": "Isles", "items": [item]})


MADE: dict[str, tuple[str, Callable[[], bytes | str]]] = {
    "text": ("draft.txt", joined),
    "text in UTF-16": ("draft.txt", lambda: joined().encode("utf-16")),
    "gzip": ("draft.txt.gz", lambda: gzip.compress(joined().encode())),
    "markdown": ("draft.md", lambda: "# Last ferry\n\n" + joined().replace("ferry", "**ferry**")),
    "html": (
        "page.html",
        lambda: f"<!doctype html><html><title>Ferry</title><body><main>{TAGGED}</main></body></html>",
    ),
    "docx": ("draft.docx", word_file),
    "pdf": ("draft.pdf", pages),
    "rtf": ("draft.rtf", lambda: rich(DRAFT)),
    "opendocument": ("draft.odt", lambda: odt("".join(f"<text:p>{escape(text)}</text:p>" for text in DRAFT))),
    "epub": ("draft.epub", lambda: epub(xhtml(*map(escape, DRAFT)))),
    "presentation": ("draft.pptx", lambda: pptx(slide(*map(escape, DRAFT)))),
    "spreadsheet": ("draft.xlsx", lambda: xlsx(*map(escape, DRAFT))),
    "ole, a message": ("draft.msg", lambda: compound(message(plain=joined().replace("\n", "\r\n")))),
    "captions": ("film.srt", lambda: cues(web=False)),
    "captions of the web": ("film.vtt", lambda: cues(web=True)),
    "timed-text": ("film.ttml", timed_text),
    "broadcast-captions": ("film.stl", broadcast),
    "mail": ("ferry.eml", letter),
    "zip": ("desk.zip", archive),
    "warc": ("isles.warc", web_archive),
    "warc, packed": ("isles.warc.gz", lambda: gzip.compress(web_archive())),
    "jsonl": ("all.jsonl", lambda: json.dumps({"id": "draft", "text": joined()})),
    "parquet": ("pages.parquet", lambda: table("text", joined())),
    "parquet of pages": ("pages.parquet", lambda: table("html", f"<html><body>{TAGGED}")),
    "ninjs": ("mp-1.json", ninjs),
    "ap": ("mp-1.json", ap),
    "reuters": ("mp-1.json", reuters),
    "dpa": ("mp-1.json", dpa),
    "jsonfeed": ("feed.json", json_feed),
    "nitf": ("mp-1.xml", nitf),
    "newsml-g2": ("mp-1.xml", newsml_g2),
    "newsml1": ("mp-1.xml", newsml_1),
    "feed": ("feed.xml", rss),
    "feed, Atom": ("feed.xml", atom),
    "xml": ("story.xml", lambda: f"{CODES[0]}<story><text>{TAGGED}</text></story>"),
    "telex": ("mp0412.txt", telex),
    "anpa": ("mp0412.anpa", anpa),
}
WITHOUT = {"json", "office"}
"""Names of the registry that only say what is not read."""
MAPPED = {
    "anpa",
    "captions",
    "captions of the web",
    "timed-text",
    "html",
    "markdown",
    "newsml-g2",
    "newsml1",
    "nitf",
    "telex",
    "xml",
}
"""Files with characters of their own around the text."""


@pytest.fixture(scope="module")
def index() -> MemoryStore:
    store = MemoryStore()
    text = joined(STORY)
    made = sketcher(store.spec, store.secret).fingerprints([text])
    store.apply([Upsert(Work("mp-ferry", text, "Last ferry", "Meridian Press"), made[0])])
    return store


def document(name: str) -> Document:
    path, make = MADE[name]
    made = make()
    entries = list(read(path, io.BytesIO(made if isinstance(made, bytes) else made.encode())))
    assert [type(entry) for entry in entries] == [Document], entries
    assert isinstance(entries[0], Document)
    assert entries[0].incomplete == ()
    return entries[0]


def taken(report: Report) -> list[tuple[int, int, int]]:
    return [(match.source.start, match.source.end, match.words) for match in report.matches]


def test_every_format_of_the_registry_is_here() -> None:
    held = {name.partition(",")[0].partition(" ")[0] for name in MADE}
    assert {one.name for one in FORMATS} - WITHOUT <= held


@pytest.mark.parametrize("name", MADE)
def test_the_same_passages_are_found_in_every_format(name: str, index: MemoryStore) -> None:
    expected = check_document(document("text"), index)
    assert [match.words for match in expected.matches] == [66, 32], "the two passages of the draft"
    found = check_document(document(name), index)
    assert taken(found) == taken(expected)
    assert [" ".join(match.submitted.text.split()) for match in found.matches][1] == STORY[2].rstrip(".")


@pytest.mark.parametrize("name", MADE)
def test_every_passage_leads_back_to_the_file(name: str, index: MemoryStore) -> None:
    draft = document(name)
    assert draft.offsets is not None or name not in MAPPED
    for match in check_document(draft, index).matches:
        if draft.offsets is not None:
            assert unmarked(draft, match) == " ".join(match.submitted.text.split())
        elif name in ("docx", "pdf"):
            assert all(place.paragraph or place.rectangles for place in match.submitted.places)
        if name.startswith("captions"):
            assert match.submitted.places[0].begins < match.submitted.places[0].ends


def unmarked(draft: Document, match: Match) -> str:
    """The words of a passage, cut from the file."""
    ranges = match.submitted.ranges or [match.submitted.file]
    return " ".join(html.unescape(" ".join(draft.original[low:high] for low, high in ranges)).split())
