"""Inputs of audits made by hand for the tests; the sites are invented, and their goats too."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tests.warc_by_hand import PAGE, WORDS, answer, record

LINE = {"id": "mp-goats", "text": WORDS, "title": "Goats", "holder": "Meridian Press", "byline": "Tilda Marsh"}
CRAWLED = {"url": "https://wick.example/goats", "html": PAGE.decode(), "fetched": "2029-04-03T07:00:00Z"}
HENS = "The hens of Skerrow were counted twice on Tuesday, and there were eleven of them each time."


def warc(*pages: str | bytes) -> bytes:
    """A web archive with a page of each of these bodies, and what is no page around them."""
    records = [record(b"software: test\r\n", kind="warcinfo", type="application/warc-fields")]
    for number, page in enumerate(pages):
        body = page if isinstance(page, bytes) else f"<html><body><p>{page}</p></body></html>".encode()
        records.append(record(answer(body), uri=f"https://wick.example/{number}"))
    records.append(record(answer(status="503 Service Unavailable")))
    return b"".join(records)


def lines(*values: object) -> bytes:
    """Lines of JSON; bytes and words stand as they are."""
    made = (one if isinstance(one, bytes) else json.dumps(one).encode() for one in values)
    return b"".join(one + b"\n" for one in made)


def zipped(files: Mapping[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, method)
    return out.getvalue()


def table(columns: Mapping[str, Sequence[Any] | pa.Array], **options: Any) -> bytes:
    """A Parquet file of these columns."""
    out = io.BytesIO()
    pq.write_table(pa.table(dict(columns)), out, **options)
    return out.getvalue()


def site(folder: Path) -> Path:
    """A folder with one of every kind of input, each holding a page about goats or hens."""
    files = {
        "a.html": PAGE,
        "b.jsonl": lines(
            LINE, b"{not json", CRAWLED, {"id": "none", "text": 3}, {**LINE, "id": "\ud800", "text": "goats \udcff"}
        ),
        "c.jsonl.gz": gzip.compress(lines(LINE, CRAWLED)),
        "d.parquet": table({"url": ["https://wick.example/1", "https://wick.example/2"], "html": [PAGE, None]}),
        "e.warc.gz": gzip.compress(warc(WORDS, HENS)),
        "f.zip": zipped({"deep/a.html": PAGE, "b.warc": warc(WORDS), "c.jsonl": lines(LINE), "d.zip": zipped({})}),
        "g.html.gz": gzip.compress(PAGE),
        "h.txt": HENS.encode(),
        "i.png": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
        "j.txt": b"",
    }
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder
