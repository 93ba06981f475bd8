"""POST /v1/checks as an editor's tools use it: text, pages, annotated text and files; what is kept, and what is not."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

import checker.check
from api.work import HANDLERS
from checker.model import Report
from fingerprints.stores import open_index
from tests.api_in_process import settings_of
from tests.serving import BRIDGE, TAKEN, Service, is_problem, serving

SMILE = "Hello 🙂 world café. "
DRAFT = f"{SMILE}That morning {TAKEN}, which nobody minded.\n"
POLICY = """\
[house]
name = "The Marrow Gazette"
zone = "Europe/Berlin"

[[licence]]
holder = "Meridian Press"
channels = ["web"]
"""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with serving(tmp_path_factory.mktemp("service")) as running:
        folder = running.data / "tenants" / "default" / "policies"
        folder.mkdir(parents=True)
        (folder / "web-desk.toml").write_text(POLICY)
        yield running


@pytest.fixture
def client(service: Service) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=service.url, timeout=60) as made:
        yield made


def check(client: httpx.Client, **asked: Any) -> dict[str, Any]:
    answer = client.post("/v1/checks", json=asked)
    assert answer.status_code == 200, answer.text
    report: dict[str, Any] = answer.json()
    return report


def test_a_draft_with_a_passage_is_flagged_exactly_there(client: httpx.Client) -> None:
    report = check(client, text=DRAFT, id="post-17")
    assert (report["schema"], report["id"], report["verdict"]) == ("wirecheck.report/1", "post-17", "flagged")
    (match,) = report["matches"]
    start, end = match["submitted"]["start"], match["submitted"]["end"]
    assert DRAFT[start:end] == TAKEN == match["submitted"]["text"]
    assert BRIDGE[match["source"]["start"] : match["source"]["end"]] == TAKEN
    assert match["source"]["id"] == "mp-bridge"
    assert report["offset_unit"] == "codepoint"
    assert report["index"]["works"] == 2


def test_own_words_are_clear(client: httpx.Client) -> None:
    assert check(client, text="Nothing happened in Marrow today, and everybody was glad of it.")["verdict"] == "clear"


@pytest.mark.parametrize(
    ("unit", "encoding", "width"), [("codepoint", "utf-32-le", 4), ("utf16", "utf-16-le", 2), ("utf8", "utf-8", 1)]
)
def test_offsets_count_in_the_unit_that_is_asked_for(
    client: httpx.Client, unit: str, encoding: str, width: int
) -> None:
    report = check(client, text=DRAFT, offset_unit=unit)
    passage = report["matches"][0]["submitted"]
    coded = DRAFT.encode(encoding)
    assert coded[passage["start"] * width : passage["end"] * width].decode(encoding) == TAKEN
    assert report["offset_unit"] == unit


def test_a_browser_counts_one_more_than_python_for_a_smile(client: httpx.Client) -> None:
    starts = [check(client, text=DRAFT, offset_unit=unit)["matches"][0]["submitted"]["start"] for unit in UNITS]
    python = DRAFT.index(TAKEN)
    assert starts == [python, python + 1, python + 4]  # utf8: three bytes more for the smile, one for é


UNITS = ("codepoint", "utf16", "utf8")


def test_spans_of_a_page_lead_into_the_page_as_sent(client: httpx.Client) -> None:
    page = f"<h1>Heron &amp; bridge 🙂</h1>\n<p>That morning <b>{TAKEN[:30]}</b>{TAKEN[30:]}.</p>"
    for unit, encoding, width in (("codepoint", "utf-32-le", 4), ("utf16", "utf-16-le", 2), ("utf8", "utf-8", 1)):
        passage = check(client, html=page, offset_unit=unit)["matches"][0]["submitted"]
        coded = page.encode(encoding)
        whole = coded[passage["start"] * width : passage["end"] * width].decode(encoding)
        assert whole == f"{TAKEN[:30]}</b>{TAKEN[30:]}"
        pieces = [coded[start * width : end * width].decode(encoding) for start, end in passage["ranges"]]
        assert "".join(pieces) == TAKEN
        assert passage["text"] == " ".join(TAKEN.split("\n"))


def test_spans_of_annotated_text_count_the_markup_too(client: httpx.Client) -> None:
    pieces = [
        {"markup": "<p class='🙂'>", "interpretAs": "\n\n"},
        {"text": f"That morning {TAKEN[:30]}"},
        {"markup": "<b>"},
        {"text": TAKEN[30:]},
        {"markup": "</b></p>"},
    ]
    sent = "".join(piece.get("text") or piece["markup"] for piece in pieces)
    report = check(client, annotation=pieces, offset_unit="utf16")
    passage = report["matches"][0]["submitted"]
    coded = sent.encode("utf-16-le")
    assert coded[passage["start"] * 2 : passage["end"] * 2].decode("utf-16-le") == f"{TAKEN[:30]}<b>{TAKEN[30:]}"
    assert passage["text"] == TAKEN


def test_a_file_is_read_by_its_content(client: httpx.Client) -> None:
    srt = f"1\n00:01:04,000 --> 00:01:09,000\n{TAKEN}\n"
    answer = client.post("/v1/checks", files={"file": ("captions.srt", srt.encode())}, data={"channel": "web"})
    assert answer.status_code == 200
    report = answer.json()
    assert (report["id"], report["submitted"]["format"]) == ("captions.srt", "captions")
    assert report["matches"][0]["submitted"]["places"][0]["begins"] == "00:01:04.000"
    assert report["judged"]["channel"] == "web"


def test_an_id_names_the_text_of_a_file(client: httpx.Client) -> None:
    answer = client.post("/v1/checks", files={"file": ("a.txt", DRAFT.encode())}, data={"id": "post-17"})
    assert answer.json()["id"] == "post-17"


def test_a_file_with_several_texts_gives_a_report_of_each(client: httpx.Client) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("bridge.txt", DRAFT)
        archive.writestr("quiet.txt", "Nothing happened in Marrow today, and everybody was glad of it.")
    answer = client.post("/v1/checks", files={"file": ("drafts.zip", packed.getvalue())}, data={"offset_unit": "utf16"})
    verdicts = {one["id"].rpartition("/")[2]: one["verdict"] for one in answer.json()["reports"]}
    assert verdicts == {"bridge.txt": "flagged", "quiet.txt": "clear"}
    assert {one["offset_unit"] for one in answer.json()["reports"]} == {"utf16"}


def test_a_file_that_cannot_be_read_is_never_clear(client: httpx.Client) -> None:
    answer = client.post("/v1/checks", files={"file": ("scan.pdf", b"%PDF-1.4 nothing behind it")})
    assert answer.status_code == 200
    assert answer.json()["verdict"] == "incomplete"
    assert answer.json()["unjudged"]


def test_an_empty_zip_is_never_clear(client: httpx.Client) -> None:
    packed = io.BytesIO()
    zipfile.ZipFile(packed, "w").close()
    answer = client.post("/v1/checks", files={"file": ("none.zip", packed.getvalue())})
    assert answer.json()["verdict"] == "incomplete"


def test_the_own_story_is_own(client: httpx.Client) -> None:
    report = check(client, text=DRAFT, own=["mp-bridge"])
    assert report["matches"][0]["status"] == "own"
    assert report["judged"]["own"] == ["mp-bridge"]


def test_several_own_stories_in_a_form(client: httpx.Client) -> None:
    answer = client.post("/v1/checks", files={"file": ("a.txt", DRAFT)}, data={"own": ["mp-clock", "mp-bridge"]})
    assert answer.json()["judged"]["own"] == ["mp-clock", "mp-bridge"]


def test_a_policy_by_its_name(client: httpx.Client) -> None:
    licensed = check(client, text=DRAFT, policy="web-desk", channel="web", at="2026-11-30T18:00:00")
    assert licensed["matches"][0]["status"] == "licensed"
    assert licensed["judged"]["at"] == "2026-11-30T17:00:00+00:00"  # the house is in Berlin
    assert check(client, text=DRAFT, policy="web-desk", channel="print")["verdict"] == "flagged"


def test_a_policy_that_is_not_there(client: httpx.Client) -> None:
    problem = is_problem(client.post("/v1/checks", json={"text": DRAFT, "policy": "night-desk"}), 422, "night-desk")
    assert problem["errors"][0]["pointer"] == "/policy"
    answer = client.post("/v1/checks", json={"text": DRAFT, "policy": "../../web-desk"})
    is_problem(answer, 422, "../..")


@pytest.mark.parametrize("at", ["yesterday", "2026-13-01T00:00:00", "2026-03-29T02:30:00", "2026-10-02", "9" * 40])
def test_a_time_that_is_none_or_open(client: httpx.Client, at: str) -> None:
    problem = is_problem(client.post("/v1/checks", json={"text": DRAFT, "policy": "web-desk", "at": at}), 422, at)
    assert problem["errors"][0]["pointer"] == "/at"


def test_nothing_is_stored_unless_asked(service: Service, client: httpx.Client) -> None:
    before = sorted(service.data.rglob("*"))
    check(client, text=DRAFT)
    client.post("/v1/checks", files={"file": ("a.txt", DRAFT.encode() * 30_000)})  # large enough to spill to a disk
    assert sorted(service.data.rglob("*")) == before


def test_a_report_that_is_kept_is_found_again_and_forgotten(service: Service, client: httpx.Client) -> None:
    answer = client.post("/v1/checks", json={"text": DRAFT, "keep": True})
    assert answer.status_code == 201
    where = answer.headers["location"]
    assert where.startswith("/v1/checks/")
    again = client.get(where)
    assert (again.status_code, again.content) == (200, answer.content)
    (file,) = (service.data / "tenants" / "default" / "kept").iterdir()
    assert file.stat().st_mode & 0o077 == 0
    assert client.delete(where).status_code == 204
    is_problem(client.get(where), 404)
    is_problem(client.delete(where), 404)
    assert not file.exists()


@pytest.mark.parametrize("id", ["x", "..%2F..%2Fpolicies%2Fweb-desk", "A" * 22, "%00" * 22])
def test_what_was_not_kept_is_not_there(client: httpx.Client, id: str) -> None:
    is_problem(client.get(f"/v1/checks/{id}"), 404)


def test_answers_are_packed_for_those_who_can_read_it(client: httpx.Client) -> None:
    for wanted in ("gzip", "br"):
        answer = client.post("/v1/checks", json={"text": DRAFT}, headers={"Accept-Encoding": wanted})
        assert answer.headers["content-encoding"] == wanted
        assert answer.json()["verdict"] == "flagged"
    answer = client.post("/v1/checks", json={"text": DRAFT}, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in answer.headers


def test_answers_are_nobody_elses(client: httpx.Client) -> None:
    answer = client.post(
        "/v1/checks", json={"text": DRAFT}, headers={"Origin": client.base_url.copy_with(path="").__str__()}
    )
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "access-control-allow-origin" not in answer.headers


def test_metrics_count_and_say_nothing(client: httpx.Client) -> None:
    check(client, text=DRAFT, id="post-of-the-heron")
    client.get("/v1/checks/" + "B" * 22)
    figures = client.get("/metrics").text
    assert 'wirecheck_checks_total{verdict="flagged"}' in figures
    assert 'route="/v1/checks/{id}",status="404"' in figures
    for words in ("heron", "commuters", "BBBB", "default"):
        assert words not in figures


def test_the_description_is_openapi(client: httpx.Client) -> None:
    description = client.get("/openapi.json").json()
    assert description["openapi"].startswith("3.1")
    operation = description["paths"]["/v1/checks"]["post"]
    examples = operation["requestBody"]["content"]["application/json"]["examples"]
    for example in examples.values():
        assert client.post("/v1/checks", json=example["value"]).status_code == 200
    assert "HTTPValidationError" not in json.dumps(description)
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    assert operation["responses"]["422"]["content"] == problem


def test_ready_and_alive(client: httpx.Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ready", "works": 2}


def test_another_method_and_another_address(client: httpx.Client) -> None:
    answer = client.put("/v1/checks", json={"text": DRAFT})
    is_problem(answer, 405, "commuters")
    assert "POST" in answer.headers["allow"]
    is_problem(client.get("/v1/nothing-of-the-kind"), 404, "nothing-of-the-kind")


def test_cors_only_for_those_who_are_named(tmp_path: Path) -> None:
    with serving(tmp_path, cors=("https://cms.example.org",)) as running:
        asked = {"Origin": "https://cms.example.org", "Access-Control-Request-Method": "POST"}
        answer = httpx.options(f"{running}/v1/checks", headers=asked)
        assert answer.headers["access-control-allow-origin"] == "https://cms.example.org"
        answer = httpx.options(f"{running}/v1/checks", headers=asked | {"Origin": "https://evil.example.org"})
        assert "access-control-allow-origin" not in answer.headers


def test_a_text_at_which_the_program_fails_is_incomplete_and_the_file_beside_it_is_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = checker.check.check

    def fail_at_one(text: str, *args: Any, **options: Any) -> Report:
        if "broken" in text:
            raise KeyError(text)
        return own(text, *args, **options)

    monkeypatch.setattr(checker.check, "check", fail_at_one)
    settings = settings_of(tmp_path)
    open_index(str(settings.index), create=True).close()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.txt", "The gate at Skerrow was broken by the night ferry.")
        archive.writestr("b.txt", "The night ferry to Skerrow lay at the quay for nine days.")
    boundary = "frontier"
    form = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="two.zip"\r\n'
        "Content-Type: application/zip\r\n\r\n"
    ).encode()
    body = form + packed.getvalue() + f"\r\n--{boundary}--\r\n".encode()
    header = {"type": f"multipart/form-data; boundary={boundary}", "index": str(settings.index)}
    header |= {"policy": "", "policies": "", "kept": ""}
    facts, answer = HANDLERS["check"](header, body)
    assert facts["verdicts"] == ["incomplete", "clear"]
    assert b"gate at Skerrow" not in answer
