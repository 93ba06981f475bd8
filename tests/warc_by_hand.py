"""Records of web archives made by hand for the tests; the site is invented."""

from __future__ import annotations

WORDS = "Nine goats sailed from Skerrow at dawn, and nobody counted the hens."
PAGE = f"<html><head><title>Goats</title></head><body><p>{WORDS}</p></body></html>".encode()
HTTP = "application/http;msgtype=response"


def record(
    body: bytes = b"",
    *,
    kind: str = "response",
    uri: str = "https://news.example/goats",
    type: str = HTTP,
    extra: str = "",
    length: int | None = None,
) -> bytes:
    head = (
        f"WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {uri}\r\nWARC-Date: 2029-04-03T07:00:00Z\r\n"
        f"WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000001>\r\nContent-Type: {type}\r\n"
        f"{extra}Content-Length: {len(body) if length is None else length}\r\n\r\n"
    )
    return head.encode() + body + b"\r\n\r\n"


def answer(
    body: bytes = PAGE, type: str = "text/html; charset=utf-8", status: str = "200 OK", extra: str = ""
) -> bytes:
    typed = f"Content-Type: {type}\r\n" if type else ""
    return f"HTTP/1.1 {status}\r\n{typed}{extra}\r\n".encode() + body
