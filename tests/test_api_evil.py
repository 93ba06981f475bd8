"""Bodies that nobody should send: never a 5xx, never an echo of what was sent, and nothing of it in a log."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import json
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import Request

from tests.serving import TAKEN, Service, client, is_problem, serving

CANARY = "heronwhisper"
JSON = "application/json"
MB = 1024 * 1024


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One for all of them; at its end nothing of what was sent may stand in what it said or stored."""
    with serving(tmp_path_factory.mktemp("service"), body_mb=2) as running:
        yield running
        assert httpx.get(f"{running}/healthz").status_code == 200
        said = running.said()
        for words in (CANARY, "commuters", "Traceback"):
            assert words not in said
        for file in running.data.rglob("*"):
            assert not file.is_file() or CANARY.encode() not in file.read_bytes()


def send(service: Service, body: bytes, kind: str = JSON, path: str = "/v1/checks") -> httpx.Response:
    return httpx.post(f"{service}{path}", content=body, headers={"Content-Type": kind}, timeout=60)


BODIES = {
    "half of a surrogate pair": b'{"text": "heronwhisper \\ud83d"}',
    "the other half in a name": b'{"text": "x", "heronwhisper\\udc00": 1}',
    "half of a pair in an id": b'{"text": "x", "id": "heronwhisper\\udfff"}',
    "NaN": b'{"text": NaN, "id": "heronwhisper"}',
    "Infinity": b'{"text": "heronwhisper", "at": -Infinity}',
    "a huge float": b'{"text": "heronwhisper", "keep": 1e999}',
    "a huge number": b'{"text": "heronwhisper", "keep": ' + b"9" * 100_000 + b"}",
    "a hundred thousand arrays": b'{"text": "heronwhisper", "own": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "a hundred thousand open arrays": b"[" * 100_000,
    "a hundred thousand objects": b'{"heronwhisper":' * 100_000 + b"1" + b"}" * 100_000,
    "a number for a text": b'{"text": 7, "id": "heronwhisper"}',
    "true for a text": b'{"text": true, "id": "heronwhisper"}',
    "an array for a text": b'{"text": ["heronwhisper"]}',
    "an object for a text": b'{"text": {"text": "heronwhisper"}}',
    "an array for an object": b'[{"text": "heronwhisper"}]',
    "a text for an object": b'"heronwhisper"',
    "nothing for an object": b"null",
    "a text for a truth": b'{"text": "heronwhisper", "keep": "true"}',
    "a number for a truth": b'{"text": "heronwhisper", "keep": 1}',
    "a text for a list": b'{"text": "heronwhisper", "own": "heronwhisper"}',
    "numbers in a list": b'{"text": "heronwhisper", "own": [1, 2]}',
    "a hundred and one own stories": json.dumps({"text": CANARY, "own": [CANARY] * 101}).encode(),
    "a long id": json.dumps({"text": CANARY, "id": CANARY * 50}).encode(),
    "an unknown unit": b'{"text": "heronwhisper", "offset_unit": "heronwhisper"}',
    "an unknown field": b'{"text": "x", "heronwhisper": "heronwhisper"}',
    "text and page": b'{"text": "heronwhisper", "html": "heronwhisper"}',
    "no text": b'{"id": "heronwhisper"}',
    "no text, but null": b'{"text": null}',
    "a name twice": b'{"text": "heronwhisper", "text": "heronwhisper 2"}',
    "a name twice within": b'{"annotation": [{"text": "heronwhisper", "text": "x"}]}',
    "text and markup": b'{"annotation": [{"text": "heronwhisper", "markup": "<p>"}]}',
    "neither text nor markup": b'{"annotation": [{"interpretAs": "heronwhisper"}]}',
    "an annotation that is none": b'{"annotation": {"text": "heronwhisper"}}',
    "an unknown field in a piece": b'{"annotation": [{"text": "x", "heronwhisper": 1}]}',
    "not UTF-8": b'{"text": "heronwhisper \xff\xfe"}',
    "UTF-16": '{"text": "heronwhisper"}'.encode("utf-16"),
    "an overlong slash": b'{"text": "heronwhisper \xc0\xaf"}',
    "a surrogate as UTF-8": b'{"text": "heronwhisper \xed\xa0\x80"}',
    "cut short": b'{"text": "heronwhisper',
    "a control in a text": b'{"text": "heronwhisper\x01"}',
    "two values": b'{"text": "heronwhisper"} {"text": "x"}',
    "Python": b"{'text': 'heronwhisper'}",
    "a comment": b'{"text": "heronwhisper"} // heronwhisper',
    "empty": b"",
    "a space": b" ",
    "zeros": b"\0" * 1000,
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_body_that_does_not_fit_is_a_problem_without_an_echo(service: Service, body: bytes) -> None:
    is_problem(send(service, body), 422, CANARY)


LEGAL = {
    "an empty text": {"text": ""},
    "an empty page": {"html": ""},
    "no pieces": {"annotation": []},
    "a NUL": {"text": f"{CANARY}\0{TAKEN}"},
    "unassigned characters": {"text": "\U000e0fff\uffff\ufdd0 " + TAKEN},
    "one very long word": {"text": "a" * 100_000},
    "only combining marks": {"text": "e" + "\u0301" * 50_000},
    "a deep page": {"html": "<div>" * 20_000 + TAKEN},
    "only markup": {"annotation": [{"markup": "<br>"}] * 1_000},
    "markup that reads longer than it is": {"annotation": [{"markup": "<", "interpretAs": "\n" * 1_000}]},
    "steering characters in the id": {"text": TAKEN, "id": "a\x1b]0;b\x07\r\nc"},
}


@pytest.mark.parametrize("asked", LEGAL.values(), ids=LEGAL)
@pytest.mark.parametrize("unit", ["codepoint", "utf16", "utf8"])
def test_what_is_odd_but_legal_is_checked(service: Service, asked: dict[str, object], unit: str) -> None:
    answer = send(service, json.dumps(asked | {"offset_unit": unit}).encode())
    assert answer.status_code == 200
    assert answer.json()["offset_unit"] == unit


def test_a_byte_order_mark_before_json_is_no_matter(service: Service) -> None:
    assert send(service, b"\xef\xbb\xbf" + b'{"text": "x"}').status_code == 200


KINDS = [
    "",
    "text/plain",
    "application/x-www-form-urlencoded",
    "application/xml",
    "application/jsonx",
    "image/png",
    "/;;",
]


@pytest.mark.parametrize("kind", KINDS)
def test_another_content_type_is_refused(service: Service, kind: str) -> None:
    answer = send(service, b'{"text": "heronwhisper"}', kind)
    is_problem(answer, 415, CANARY)
    assert JSON in answer.headers["accept"]


def test_another_charset_is_refused(service: Service) -> None:
    is_problem(send(service, b'{"text": "heronwhisper"}', "application/json; charset=utf-16"), 415, CANARY)
    assert send(service, b'{"text": "x"}', "application/json; charset=UTF-8").status_code == 200


def test_a_packed_body_is_refused(service: Service) -> None:
    packed = gzip.compress(b'{"text": "heronwhisper"}')
    headers = {"Content-Type": JSON, "Content-Encoding": "gzip"}
    is_problem(httpx.post(f"{service}/v1/checks", content=packed, headers=headers), 415, CANARY)


LARGE = b'{"text": "' + b"heronwhisper " * (2 * MB // 13 + 1) + b'"}'


def test_a_body_that_is_too_large_is_refused(service: Service) -> None:
    is_problem(send(service, LARGE), 413, CANARY)


def test_a_body_that_is_too_large_is_refused_in_chunks_too(service: Service) -> None:
    def chunks() -> Iterator[bytes]:
        for at in range(0, len(LARGE), 50_000):
            yield LARGE[at : at + 50_000]

    try:
        answer = httpx.post(f"{service}/v1/checks", content=chunks(), headers={"Content-Type": JSON}, timeout=60)
    except httpx.WriteError:  # it was refused while it was still being sent
        answer = _raw(service, b"Transfer-Encoding: chunked", b"%x\r\n%s\r\n" % (len(LARGE), LARGE))
    is_problem(answer, 413, CANARY)


def test_a_body_in_chunks_is_read(service: Service) -> None:
    parts = [b'{"text": ', b'"heronwhisper"', b"}"]
    answer = httpx.post(f"{service}/v1/checks", content=iter(parts), headers={"Content-Type": JSON})
    assert (answer.status_code, answer.json()["verdict"]) == (200, "incomplete"), "one word is too short to judge"


def test_a_length_that_is_none(service: Service) -> None:
    for length in (b"-1", b"1e9", b"9" * 400, b"0x10", b"5, 6"):
        answer = _raw(service, b"Content-Length: " + length, b'{"text": "heronwhisper"}')
        assert answer.status_code in (400, 413), answer.text
        assert CANARY not in answer.text


def test_an_end_that_is_said_in_two_ways(service: Service) -> None:
    """What a proxy before us takes for the end, we might not: the rest would be another request of somebody's."""
    body = b'1b\r\n{"text": "heronwhisper.....' + b'"}\r\n0\r\n\r\n'
    for headers in (
        b"Content-Length: 44\r\nTransfer-Encoding: chunked",
        b"Transfer-Encoding: chunked\r\nContent-Length: 6",
        b"transfer-encoding: Chunked\r\ncontent-length: 0",
    ):
        answer = _raw(service, headers, body)
        assert answer.status_code == 400, answer.text
        assert answer.headers["connection"] == "close"
        assert CANARY not in answer.text


def _raw(service: Service, header: bytes, body: bytes) -> httpx.Response:
    """The answer to a request written by hand."""
    host, port = service.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        head = b"POST /v1/checks HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # it was refused before it was sent whole
            connection.sendall(head + header + b"\r\n\r\n" + body)
        got = b""
        while b"\r\n\r\n" not in got or not got.endswith(b"}"):
            more = connection.recv(65536)
            if not more:
                break
            got += more
    head, _, content = got.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    headers = [tuple(one.strip() for one in line.split(b":", 1)) for line in lines[1:]]
    return httpx.Response(int(lines[0].split()[1]), headers=headers, content=content)


def form(*parts: tuple[str, bytes], end: bytes = b"--x--\r\n") -> bytes:
    return b"".join(b"--x\r\n" + head.encode() + b"\r\n\r\n" + body + b"\r\n" for head, body in parts) + end


FILE = 'Content-Disposition: form-data; name="file"; filename="a.txt"'
FIELD = 'Content-Disposition: form-data; name="{}"'
FORMS = {
    "cut short": form((FILE, b"heronwhisper"), end=b""),
    "cut within its boundary": form((FILE, b"heronwhisper"), end=b"--x"),
    "cut within its headers": b"--x\r\nContent-Disposition: form-data; heronwhisper",
    "empty": b"",
    "no form": b"heronwhisper",
    "only its end": b"--x--\r\n",
    "no name": form(("Content-Disposition: form-data", b"heronwhisper")),
    "no disposition": form(("Content-Type: text/plain", b"heronwhisper")),
    "another disposition": form(("Content-Disposition: attachment; name=file", b"heronwhisper")),
    "two files": form((FILE, b"heronwhisper"), (FILE, b"x")),
    "a file in another field": form((FILE.replace('"file"', '"heronwhisper"'), b"x")),
    "no file": form((FIELD.format("id"), b"heronwhisper")),
    "an unknown field": form((FILE, b"x"), (FIELD.format("heronwhisper"), b"heronwhisper")),
    "a field twice": form((FILE, b"x"), (FIELD.format("id"), b"a"), (FIELD.format("id"), b"heronwhisper")),
    "a field that is not UTF-8": form((FILE, b"x"), (FIELD.format("id"), b"heronwhisper\xff")),
    "a truth that is none": form((FILE, b"x"), (FIELD.format("keep"), b"heronwhisper")),
    "text and file": form((FILE, b"x"), (FIELD.format("text"), b"heronwhisper")),
    "very many fields": form((FILE, b"x"), *[(FIELD.format("own"), b"heronwhisper")] * 300),
    "a very long header": form((f"{FILE}; z={'heronwhisper' * 2000}", b"x")),
    "a header that is none": b"--x\r\nheronwhisper\r\n\r\nx\r\n--x--\r\n",
}


@pytest.mark.parametrize("body", FORMS.values(), ids=FORMS)
def test_a_form_that_does_not_fit_is_a_problem_without_an_echo(service: Service, body: bytes) -> None:
    is_problem(send(service, body, "multipart/form-data; boundary=x"), 422, CANARY)


@pytest.mark.parametrize("boundary", ["", "; boundary=", "; boundary=" + "x" * 100, '; boundary="', "; charset=x"])
def test_a_form_without_a_boundary(service: Service, boundary: str) -> None:
    answer = send(service, form((FILE, b"heronwhisper")), "multipart/form-data" + boundary)
    is_problem(answer, 415 if "charset" in boundary else 422, CANARY)


def test_the_names_of_files_are_only_names(service: Service) -> None:
    for name in ("../../etc/passwd", "C:\\drafts\\a.txt", "a" * 3_000, "\u202etxt.a", ""):
        answer = httpx.post(f"{service}/v1/checks", files={"file": (name or " ", b"Nothing happened.")})
        assert answer.status_code == 200, answer.text
        assert "/" not in answer.json()["id"]
        assert len(answer.json()["id"]) <= 255


def test_a_query_is_no_matter_and_comes_back_nowhere(service: Service) -> None:
    answer = send(service, b'{"text": "x"}', path="/v1/checks?text=heronwhisper&text=%ff")
    assert answer.status_code == 200
    assert CANARY not in answer.text


@pytest.mark.parametrize("key", ["", "a" * 256, "a b", "ä".encode().decode("latin-1")])
def test_an_idempotency_key_that_is_none(service: Service, key: str) -> None:
    headers = {"Idempotency-Key": key.encode("latin-1")}
    is_problem(httpx.post(f"{service}/v1/checks", json={"text": CANARY}, headers=headers), 400, CANARY)


OTHERS = (
    ("POST", "/v1/articles"),
    ("PUT", "/v1/articles/mp-heron"),
    ("POST", "/v1/articles/mp-bridge/mark"),
    ("POST", "/v1/audits"),
    ("POST", "/v2/check"),
)
FORM_KIND = "multipart/form-data; boundary=x"


@pytest.mark.parametrize(("method", "path"), OTHERS, ids=lambda one: one.strip("/").replace("/", "-"))
def test_every_other_address_takes_them_as_calmly(tmp_path: Path, method: str, path: str) -> None:
    """What is refused is refused without an echo; what is taken (a story may say anything) breaks nothing."""
    form = [(FORM_KIND, body) for body in FORMS.values()]
    other = [
        (kind, body) for body in BODIES.values() for kind in (JSON, "application/x-www-form-urlencoded", "text/plain")
    ]
    with serving(tmp_path, body_mb=2) as running, httpx.Client(base_url=running.url, timeout=60) as client:
        for kind, body in (*other, *form, (JSON, LARGE), ("application/x-ndjson", BODIES["NaN"] * 100)):
            answer = client.request(method, path, content=body, headers={"Content-Type": kind})
            assert answer.status_code < 500, (kind, body[:100], answer.text)
            if answer.status_code >= 400:
                assert CANARY not in answer.text, (kind, body[:100])
        said = running.said()
        assert CANARY not in said
        assert "Traceback" not in said
        assert client.post("/v1/checks", json={"text": TAKEN}).json()["verdict"] == "flagged"


def test_logs_hold_nothing_even_when_something_breaks(tmp_path: Path) -> None:
    """The index is damaged on disk: what is logged names the trouble, and no word of the draft."""
    with serving(tmp_path) as running:
        for file in running.index.iterdir():
            file.write_bytes(b"\0" * 8192)
        answer = httpx.post(f"{running}/v1/checks", json={"text": f"{CANARY} {TAKEN}", "id": CANARY})
        is_problem(answer, 503, CANARY, str(running.index))
        said = running.said()
        assert "ERROR" in said
        assert CANARY not in said
        assert "commuters" not in said


def test_a_route_that_fails_says_nothing_of_what_it_had_in_hand(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The last resort: an error of ours whose message holds the draft."""

    async def fails(request: Request) -> None:
        raise ValueError((await request.body()).decode())

    async def ask() -> httpx.Response:
        async with client(tmp_path) as made:
            made.app.add_api_route("/v1/fails", fails, methods=["POST"])  # type: ignore[attr-defined]
            return await made.post("/v1/fails", content=CANARY.encode())

    problem = is_problem(asyncio.run(ask()), 500, CANARY)
    assert problem["type"] == "urn:wirecheck:problem:unexpected"
    assert "ValueError at tests/test_api_evil.py:" in caplog.text
    assert CANARY not in caplog.text
