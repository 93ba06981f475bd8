"""LanguageTool's API against a real server: with its real client for Python, and with forms that other clients send."""

from __future__ import annotations

import asyncio
import base64
import json
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import httpx
import language_tool_python
import pytest
from language_tool_python.download_lt import LocalLanguageTool

from api.languagetool_errors import PlainErrors
from fingerprints.index import Work
from tests.serving import BRIDGE, STORIES, TAKEN, Service, client, serving

WORDS = " ".join(TAKEN.split())
DRAFT = f"Our correspondent writes from the quay.\nThat morning {WORDS}, which nobody minded.\n"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def service(tmp_path_factory) -> Iterator[Service]:
    with serving(tmp_path_factory.mktemp("languagetool")) as found:
        yield found


@pytest.fixture
def tool(service, monkeypatch) -> Callable[..., language_tool_python.LanguageTool]:
    """The real client, which may reach this machine and nothing else, and fetch no LanguageTool."""
    connect = socket.socket.connect

    def connected(self: socket.socket, address: Any) -> None:
        assert address[0] in ("127.0.0.1", "::1"), f"the client went to {address}"
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", connected)
    monkeypatch.setattr(LocalLanguageTool, "download", lambda self: pytest.fail("it wanted to fetch LanguageTool"))
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)

    def tool(language: str = "en-US", url: str = service.url) -> language_tool_python.LanguageTool:
        return language_tool_python.LanguageTool(language, remote_server=url)

    return tool


def ask(service: Service, **fields: Any) -> httpx.Response:
    return httpx.post(f"{service.url}/v2/check", data={"language": "en-US"} | fields, timeout=60)


def patiently(service: Service, **fields: Any) -> httpx.Response:
    """As `ask`, while a new worker starts."""
    for _ in range(100):
        answer = ask(service, **fields)
        if answer.status_code != 503:
            break
        time.sleep(0.2)
    return answer


def refused(answer: httpx.Response, status: int, said: str) -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.text.startswith("Error: ")
    assert said in answer.text
    assert "quay" not in answer.text


def cut(text: str, match: dict[str, Any]) -> str:
    raw = text.encode("utf-16-le")
    return raw[2 * match["offset"] : 2 * (match["offset"] + match["length"])].decode("utf-16-le")


@pytest.mark.parametrize("before", ["", "🙂🚲 ", "𝔊𝔬𝔱𝔥𝔦𝔠 é\r\n\r\n"])
def test_the_real_client_marks_the_right_characters(tool, before):
    text = before + DRAFT
    with tool() as client:
        (match,) = client.check(text)
    assert text[match.offset : match.offset + match.error_length] == WORDS
    assert match.rule_id == "WIRE_COPY_EXACT"
    assert match.category == "WIRE_COPY"
    assert match.rule_issue_type == "duplication"
    assert "Source: “Heron” (mp-bridge, Meridian Press)." in match.message
    assert match.matched_text == WORDS
    if not before:
        assert match.get_line_and_column(text) == (2, 14)


def test_the_real_client_corrects_nothing(tool):
    with tool() as client:
        assert client.correct(DRAFT) == DRAFT


@pytest.mark.parametrize("language", ["auto", "en", "de-DE", "pt_BR", "C.UTF-8"])
def test_the_real_client_finds_its_language(tool, language):
    with tool(language) as client:
        assert len(client.check(DRAFT)) == 1


def test_the_settings_of_the_real_client_are_taken(tool):
    with tool() as client:
        client.mother_tongue = "de-DE"
        client.disabled_rules = {"UPPERCASE_SENTENCE_START"}
        client.enabled_categories = {"TYPOS"}
        client.preferred_variants = {"en-GB"}
        client.disable_spellchecking()
        client.picky = True
        assert len(client.check(DRAFT)) == 1
        client.disabled_rules = {"WIRE_COPY_EXACT"}
        assert client.check(DRAFT) == []


def test_markup_is_skipped_and_counted(service):
    first, second = WORDS[:40], WORDS[40:]
    pieces: list[dict[str, Any]] = [
        {"markup": "<p class='🙂'>", "interpretAs": "\n\n"},
        {"text": f"🙂 That morning {first}", "offset": {"start": 13, "end": 70}},
        {"markup": "<b>"},
        {"text": second},
        {"markup": "</b>"},
        {"text": ", which nobody minded."},
        {"markup": "</p>", "interpretAs": ""},
    ]
    sent = "".join(piece.get("text", piece.get("markup")) for piece in pieces)
    answer = ask(service, data=json.dumps({"annotation": pieces, "metaData": {"EmailToAddress": "a@b.example"}})).json()
    (match,) = answer["matches"]
    assert cut(sent, match) == f"{first}<b>{second}"
    assert match["context"]["text"].startswith("<p class='🙂'>🙂 That morning ")
    assert match["rule"]["id"] == "WIRE_COPY_EXACT"


def test_markup_that_reads_as_a_break_parts_words(service):
    words = WORDS.split()
    pieces = [piece for word in words for piece in ({"text": word}, {"markup": "<br>", "interpretAs": "\n"})]
    (match,) = ask(service, data=json.dumps({"annotation": pieces})).json()["matches"]
    assert cut("<br>".join(words), match) == "<br>".join(words)


def test_data_may_hold_plain_text(service):
    (match,) = ask(service, data=json.dumps({"text": DRAFT})).json()["matches"]
    assert cut(DRAFT, match) == WORDS


def test_half_a_surrogate_pair_moves_nothing(service):
    text = '"\\ud83d ' + DRAFT.replace("\n", "\\n") + ' \\ude42"'
    answer = ask(service, data='{"text": ' + text + "}")
    (match,) = answer.json()["matches"]
    assert cut("? " + DRAFT, match) == WORDS


def test_a_form_that_is_no_utf8_is_read_as_far_as_it_is(service):
    body = b"language=en-US&text=caf%E9+" + quote(DRAFT).encode()
    (match,) = httpx.post(f"{service.url}/v2/check", content=body, headers=FORM, timeout=60).json()["matches"]
    assert cut("caf? " + DRAFT, match) == WORDS


def test_a_killed_story_is_a_kill(tmp_path):
    from tests.commandline import wirecheck

    (tmp_path / "bridge.txt").write_text(BRIDGE, encoding="utf-8")
    assert wirecheck(tmp_path, "add", "bridge.txt", "--id", "mp-bridge", "--index", str(tmp_path / "index")).code == 0
    assert wirecheck(tmp_path, "mark", "mp-bridge", "--killed", "--index", str(tmp_path / "index")).code == 0
    with serving(tmp_path, works=None) as service:
        (match,) = ask(service, text=DRAFT, disabledRules="WIRE_KILLED").json()["matches"]
    assert match["rule"]["id"] == "WIRE_KILLED"
    assert match["rule"]["category"]["name"] == "Stories that must not run"


REFUSED: dict[str, tuple[dict[str, str], str]] = {
    "no language": ({"text": DRAFT, "language": ""}, "Missing 'language' parameter, e.g. 'language=en-US'"),
    "no such language": ({"text": DRAFT, "language": DRAFT}, "no language code"),
    "no text": ({}, "Missing 'text' or 'data' parameter"),
    "both": ({"text": DRAFT, "data": "{}"}, "Set only 'text' or 'data' parameter, not both"),
    "no JSON": ({"data": DRAFT}, "Could not parse JSON from 'data' parameter"),
    "deep JSON": ({"data": "[" * 200_000}, "Could not parse JSON from 'data' parameter"),
    "NaN": ({"data": '{"text": NaN}'}, "must be strings"),
    "a huge number": ({"data": '{"text": ' + "9" * 9_000 + "}"}, "Could not parse JSON from 'data' parameter"),
    "a list": ({"data": f"[{json.dumps(DRAFT)}]"}, "requires either 'text' or 'annotation' key"),
    "neither": ({"data": "{}"}, "requires either 'text' or 'annotation' key"),
    "both within": ({"data": '{"text": "", "annotation": []}'}, "requires either 'text' or 'annotation' key"),
    "a number": ({"data": '{"text": 7}'}, "must be strings"),
    "no list": ({"data": '{"annotation": {"text": "quay"}}'}, "must be a list of objects"),
    "an odd piece": ({"data": '{"annotation": [{"text": "a"}, "quay"]}'}, "Object 1 of the 'annotation' list"),
    "a double piece": ({"data": '{"annotation": [{"text": "a", "markup": "quay"}]}'}, "Object 0 of the"),
    "a text that reads": ({"data": '{"annotation": [{"text": "a", "interpretAs": "quay"}]}'}, "for 'markup' only"),
    "only nothing": ({"text": DRAFT, "enabledOnly": "true"}, "You must specify enabled rules"),
    "only and not": ({"text": DRAFT, "enabledOnly": "true", "enabledRules": "A", "disabledRules": "B"}, "You cannot"),
    "many rules": ({"text": DRAFT, "disabledRules": "A," * 3_000}, "more than 2,000 names of rules"),
    "many fields": ({"text": DRAFT} | {f"f{n}": "" for n in range(300)}, "more than 200 fields"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_request_that_does_not_fit_is_refused_in_plain_text(service, name):
    fields, said = REFUSED[name]
    refused(ask(service, **fields), 400, said)
    assert "quay" not in service.said()


def test_what_is_no_form_is_refused_in_plain_text(service):
    url = f"{service.url}/v2/check"
    refused(httpx.post(url, json={"language": "en-US", "text": DRAFT}), 415, "application/x-www-form-urlencoded")
    refused(httpx.post(url, content=b"x" * (17 << 20), headers=FORM, timeout=60), 413, "16 MB")
    refused(httpx.get(f"{url}?{urlencode({'language': 'en', 'text': DRAFT})}"), 405, "does not take that method")
    refused(httpx.get(f"{service.url}/v2/words?text=quay"), 404, "There is nothing at this address")
    refused(httpx.put(f"{service.url}/v2/languages"), 405, "method")


def test_what_stands_beside_check_answers_as_clients_expect(service):
    languages = httpx.get(f"{service.url}/v2/languages").json()
    assert {"name": "English (US)", "code": "en", "longCode": "en-US"} in languages
    assert int(httpx.get(f"{service.url}/v2/maxtextlength").text) > 1_000_000
    assert httpx.get(f"{service.url}/v2/healthcheck").text == "OK"
    assert httpx.get(f"{service.url}/v2/info").json()["software"]["name"] == "Wirecheck"
    listed = httpx.get(f"{service.url}/v2/configinfo", params={"language": "en-US"}).json()["rules"]
    assert "WIRE_COPY_EXACT" in {rule["ruleId"] for rule in listed}
    refused(httpx.get(f"{service.url}/v2/configinfo"), 400, "does not fit")


def test_with_keys_a_client_sends_one_where_it_can(tmp_path, tool):
    from api.keys import Keys

    keys = Keys(tmp_path / "data" / "keys.db")
    key, reader = keys.create("default", ["check"])[0], keys.create("default", ["read"])[0]
    keys.close()
    with serving(tmp_path, keys_required=True) as service:
        basic = base64.b64encode(f"editor:{key}".encode()).decode()
        for header in (f"Bearer {key}", f"Basic {basic}"):
            found = httpx.post(
                f"{service.url}/v2/check",
                data={"language": "en", "text": DRAFT},
                headers={"Authorization": header},
                timeout=60,
            )
            assert len(found.json()["matches"]) == 1
        for fields in ({"apiKey": key, "username": "a@b.example"}, {"username": key}, {"username": key, "apiKey": "x"}):
            assert len(ask(service, text=DRAFT, **fields).json()["matches"]) == 1
        with tool(url=service.url.replace("://", f"://editor:{key}@")) as client:
            assert len(client.check(DRAFT)) == 1
        refused(ask(service, text=DRAFT), 403, "Send a key made with `wirecheck keys create` as apiKey")
        refused(ask(service, text=DRAFT, apiKey=key[:-1]), 403, "The key is unknown")
        refused(ask(service, text=DRAFT, apiKey=reader), 403, "scope check")
        refused(
            httpx.post(f"{service.url}/v2/check?apiKey={key}", data={"language": "en", "text": DRAFT}),
            403,
            "Send a key",
        )
        assert httpx.get(f"{service.url}/v2/languages").status_code == 200
        assert key not in service.said()


def test_a_text_that_takes_too_long_does_not_look_clean(tmp_path):
    long = " ".join(f"{WORDS} once{n}" for n in range(20_000))
    with serving(tmp_path, seconds=1) as service:
        answer = ask(service, text=f"🙂 That {long}")
        assert answer.status_code == 200
        found = answer.json()
        assert found["warnings"]["incompleteResults"] is True
        (match,) = found["matches"]
        assert match["rule"]["id"] == "WIRE_INCOMPLETE"
        assert (match["offset"], match["length"]) == (3, 4)
        assert len(patiently(service, text=DRAFT).json()["matches"]) == 1


def test_too_many_at_once_are_told_so_in_plain_text(tmp_path):
    async def told() -> httpx.Response:
        async with client(tmp_path, waiting=0) as made:
            busy = made.app.state.pool
            busy._idle.clear()  # as if every worker had a text
            return await made.post("/v2/check", data={"language": "en", "text": DRAFT})

    answer = asyncio.run(told())
    refused(answer, 503, "There are currently too many parallel requests.")
    assert answer.headers["retry-after"]


def test_a_problem_that_was_packed_already_is_still_plain_text():
    async def packed(scope: Any, receive: Any, send: Any) -> None:
        headers = [(b"content-type", b"application/problem+json"), (b"content-encoding", b"br")]
        await send({"type": "http.response.start", "status": 422, "headers": headers})
        await send({"type": "http.response.body", "body": b"\x0b\x02", "more_body": True})
        await send({"type": "http.response.body", "body": b"\x80"})

    async def told() -> httpx.Response:
        transport = httpx.ASGITransport(app=PlainErrors(packed))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as made:
            return await made.post("/v2/check")

    refused(asyncio.run(told()), 400, "Error: Unprocessable")


def test_a_title_from_outside_is_no_markup(tmp_path):
    story = Work("mp-x", BRIDGE, "<img src=x onerror=alert(1)>", "Meridian Press")
    with serving(tmp_path, works=[story, *STORIES[1:]]) as service:
        (match,) = ask(service, text=DRAFT).json()["matches"]
    assert "<img" not in json.dumps(match)


def test_the_index_is_gone_and_back(tmp_path: Path):
    with serving(tmp_path) as service:
        assert len(ask(service, text=DRAFT).json()["matches"]) == 1
        service.index.rename(tmp_path / "elsewhere")
        refused(ask(service, text=DRAFT), 503, "The index is not at its place")
        (tmp_path / "elsewhere").rename(service.index)
        assert len(ask(service, text=DRAFT).json()["matches"]) == 1
