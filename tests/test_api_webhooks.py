"""Webhooks: signed as Standard Webhooks says, tried again in bounds, and never sent where they must not go."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import hmac
import json
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from api import deliveries, runner, webhooks
from api.files import read_json
from api.routes import audits
from api.runner import Runner
from api.webhooks import NotAllowed, NotDelivered, Target, post, signed, target_of
from tests.api_in_process import application, client, settings_of

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
"""Of the example that Standard Webhooks publishes."""


class Receiver:
    """Somebody who is told. `answers` are the statuses to answer with, the last one from then on."""

    def __init__(self, *answers, headers=()):
        self.answers, self.headers = list(answers or (204,)), dict(headers)
        self.heard = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                outer.heard.append((self.path, dict(self.headers.items()), body))
                status = outer.answers.pop(0) if len(outer.answers) > 1 else outer.answers[0]
                self.send_response(status)
                for name, value in outer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_GET = do_POST  # noqa: N815

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.place = f"127.0.0.1:{self.server.server_port}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def is_from_us(headers, body, secret):
    """As a receiver verifies it, written down from the standard and not from our code."""
    told = {name.lower(): value for name, value in headers.items()}
    key = base64.b64decode(secret.removeprefix("whsec_"))
    content = f"{told['webhook-id']}.{told['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    fresh = abs(time.time() - int(told["webhook-timestamp"])) < 300
    return fresh and f"v1,{expected}" in told["webhook-signature"].split(" ")


def audit(tmp_path, receiver, *, url="", secret="", until=("delivered", "failed"), tries=1):
    """One audit of a text that is told to `receiver`: the answer to the POST, and how the webhook ended."""
    settings = settings_of(tmp_path, webhooks=(receiver.place,))

    async def all_of_it():
        app = application(settings, audits.router)
        app.state.runner = Runner(settings, app.state.tenants, app.state.pool)
        await app.state.runner.start()
        try:
            async with client(app) as http:
                hook = {"url": url or f"http://{receiver.place}/told?by=mp"} | ({"secret": secret} if secret else {})
                begun = await http.post("/v1/audits", json={"texts": [{"text": "A draft."}] * 2, "webhook": hook})
                address, told = begun.headers["location"], begun.json()
                for _ in range(1_000):
                    told = (await http.get(address)).json()
                    if told["webhook"]["state"] in until and told["webhook"]["tries"] >= tries:
                        break
                    await asyncio.sleep(0.01)
                return begun.json(), told
        finally:
            await app.state.runner.stop()

    return asyncio.run(all_of_it())


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Pauses that a test can wait for; an index is not needed."""
    monkeypatch.setattr(runner, "LOOK_SECONDS", 0.02)
    monkeypatch.setattr(runner, "PATIENCE_SECONDS", 0.0)
    monkeypatch.setattr(webhooks, "BACKOFF", (0.01,) * 3)


def test_the_published_example_is_signed_as_published():
    headers = signed(SECRET, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_who_asked_is_told_when_the_audit_has_ended(tmp_path):
    with Receiver() as receiver:
        begun, told = audit(tmp_path, receiver, secret=SECRET)
    path, headers, body = receiver.heard[0]
    assert (len(receiver.heard), path, headers["Host"]) == (1, "/told?by=mp", receiver.place)
    assert (headers["Content-Type"], headers["webhook-id"]) == ("application/json", f"msg_{begun['id']}")
    assert is_from_us(headers, body, SECRET)
    assert not is_from_us(headers, body + b" ", SECRET)
    values = json.loads(body)
    assert values["type"] == f"audit.{told['state']}"
    assert (values["data"]["id"], values["data"]["state"]) == (begun["id"], told["state"])
    assert b"A draft" not in body
    assert told["webhook"] == {
        "url": f"http://{receiver.place}/told?by=mp",
        "state": "delivered",
        "tries": 1,
        "said": "",
    }


def test_what_the_documentation_gives_to_receivers_verifies_and_refuses(tmp_path):
    page = (Path(__file__).resolve().parents[1] / "docs" / "audits.md").read_text(encoding="utf-8")
    names = {}
    exec(page.partition("```python\n")[2].partition("```")[0], names)
    verifies = names["is_from_wirecheck"]
    with Receiver() as receiver:
        audit(tmp_path, receiver, secret=SECRET)
    _, headers, body = receiver.heard[0]
    assert verifies(headers, body, SECRET)
    assert not verifies(headers, body + b" ", SECRET)
    assert not verifies({**headers, "webhook-timestamp": "1614265330"}, body, SECRET)
    assert not verifies(headers, body, webhooks.new_secret())


def test_a_secret_that_was_made_is_told_once_and_not_kept(tmp_path):
    with Receiver() as receiver:
        begun, told = audit(tmp_path, receiver)
    secret = begun["webhook"]["secret"]
    assert len(base64.b64decode(secret.removeprefix("whsec_"))) == 32
    assert is_from_us(*receiver.heard[0][1:], secret)
    assert "secret" not in told["webhook"]
    kept = [path.read_bytes() for path in (tmp_path / "server").rglob("*") if path.is_file()]
    assert kept
    assert not any(secret.encode() in one for one in kept)


def test_who_does_not_listen_is_told_again_with_the_same_id_and_body(tmp_path):
    with Receiver(500, 503, 200) as receiver:
        _, told = audit(tmp_path, receiver, secret=SECRET)
    assert (told["webhook"]["state"], told["webhook"]["tries"]) == ("delivered", 3)
    assert len({(headers["webhook-id"], body) for _, headers, body in receiver.heard}) == 1
    assert all(is_from_us(headers, body, SECRET) for _, headers, body in receiver.heard)


def test_attempts_are_bounded(tmp_path):
    with Receiver(500) as receiver:
        _, told = audit(tmp_path, receiver)
    assert told["webhook"]["state"] == "failed"
    assert (told["webhook"]["said"], len(receiver.heard)) == ("it answers 500", 4)
    assert webhooks.wait_after(4) is None


def test_gone_means_never_again(tmp_path):
    with Receiver(410) as receiver:
        _, told = audit(tmp_path, receiver)
    assert (told["webhook"]["state"], len(receiver.heard)) == ("failed", 1)


def test_a_redirect_is_not_followed(tmp_path):
    with Receiver() as elsewhere, Receiver(302, headers={"Location": f"http://{elsewhere.place}/"}) as receiver:
        _, told = audit(tmp_path, receiver)
    assert (elsewhere.heard, told["webhook"]["state"]) == ([], "failed")
    assert told["webhook"]["said"] == "it answers with a redirect (302), and none is followed"


def test_what_is_still_to_be_told_outlives_the_server(tmp_path, monkeypatch):
    monkeypatch.setattr(webhooks, "BACKOFF", (0.3,) * 3)
    with Receiver(500, 200) as receiver:
        begun, told = audit(tmp_path, receiver, until=("waiting",))
        assert told["webhook"]["state"] == "waiting"
        place = tmp_path / "server" / "tenants" / "default" / "audits" / begun["id"]
        settings = settings_of(tmp_path, webhooks=(receiver.place,))

        async def next_one():
            app = application(settings, audits.router)
            following = Runner(settings, app.state.tenants, app.state.pool)
            await following.start()
            for _ in range(1_000):
                if (read_json(place / "webhook.json") or {})["state"] == "delivered":
                    break
                await asyncio.sleep(0.01)
            await following.stop()

        asyncio.run(next_one())
        assert read_json(place / "webhook.json")["state"] == "delivered"
        assert not list((place.parent / "open").iterdir())


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://10.1.2.3/",
        "https://192.168.0.10:8443/hook",
        "https://169.254.169.254/latest/",
        "https://0.0.0.0/",
        "https://[::ffff:127.0.0.1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[2002:7f00:1::]/",
        "https://[fd00::1]/",
        "https://[fec0::1]/",
        "https://[feff:ffff::1]/",
        "https://[3fff::1]/",
        "https://[3fff:fff:ffff::1]/",
        "https://[5f00::1]/",
        "https://[4000::1]/",
        "https://[100::1]/",
        "https://[2001:db8::1]/",
        "https://[2001::a00:1]/",
        "https://[2001:20::1]/",
        "https://[::ffff:0:10.0.0.1]/",
        "https://[::10.0.0.1]/",
        "https://[64:ff9b:1::10.0.0.1]/",
        "https://[2620:0:2d0:200:0:5efe:10.0.0.1]/",
        "https://[2620:0:2d0:200:200:5efe:10.0.0.1]/",
        "https://192.88.99.1/",
        "https://192.0.0.8/",
        "https://198.18.0.1/",
        "https://192.0.2.1/",
        "https://240.0.0.1/",
        "https://255.255.255.255/",
        "https://[fe80::1%25eth0]/",
        "https://100.64.0.1/",
        "https://224.0.0.1/",
        "http://hooks.news.example/",
        "ftp://hooks.news.example/",
        "https://user:password@hooks.news.example/",
        "https://hooks.news.example/#part",
        "https:///hook",
        "https://hooks.news.example:port/",
        "https://hooks.news.example/\r\nX-Other: 1",
        "https://hooks.news.example/a b",
        "//hooks.news.example/",
    ],
)
def test_addresses_that_are_refused_when_they_are_given(url):
    with pytest.raises(NotAllowed):
        target_of(url, ("intern.example",))


@pytest.mark.parametrize("host", ["93.184.215.14", "[::ffff:93.184.215.14]", "[2606:2800:21f:cb07::1]", "[3ffe::1]"])
def test_public_addresses_are_taken(host):
    assert target_of(f"https://{host}/hook", ()).path == "/hook"


@pytest.mark.parametrize("host", ["localhost", "127.1", "2130706433", "0x7f000001", "hooks.news.example"])
def test_a_name_that_leads_inside_is_not_called(host, monkeypatch):
    look_up = socket.getaddrinfo
    inside = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in ("93.184.215.14", "10.0.0.5")]
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda name, *rest, **more: inside if "." in name and "e" in name else look_up(name, 443)
    )
    called = []
    monkeypatch.setattr(socket, "create_connection", lambda place, *rest: called.append(place))
    with pytest.raises(NotAllowed):
        post(target_of(f"https://{host}/", ()), {}, b"")
    assert called == []


def test_the_connection_goes_to_the_address_that_was_looked_at(monkeypatch):
    answers = ["93.184.215.14", "127.0.0.1"]  # as a name does that leads elsewhere the second time
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda *rest, **more: [(socket.AF_INET, 1, 6, "", (answers.pop(0), 443))]
    )
    called = []

    def refuse(place, *rest):
        called.append(place)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", refuse)
    with pytest.raises(NotDelivered):
        post(target_of("https://hooks.news.example/", ()), {}, b"")
    assert called == [("93.184.215.14", 443)]


@pytest.mark.parametrize(
    ("url", "trusted"),
    [
        ("http://127.0.0.1:9/x", ("127.0.0.1",)),
        ("http://127.0.0.1:9/x", ("127.0.0.1:9",)),
        ("http://[::1]:9/x", ("[::1]:9",)),
        ("https://Intern.example/x", ("intern.example",)),
    ],
)
def test_hosts_that_the_configuration_names_may_be_anywhere(url, trusted):
    assert target_of(url, trusted).trusted
    with pytest.raises(NotAllowed):
        target_of("https://127.0.0.1:10/", ("127.0.0.1:9",))


def serve_bytes(answer, pause):
    """A server that sends `answer` byte by byte, with pauses; its place and something to end it with."""
    listener = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def run():
        with contextlib.suppress(OSError):
            there, _ = listener.accept()
            with there:
                for byte in answer:
                    if over.wait(pause):
                        return
                    there.sendall(bytes([byte]))

    threading.Thread(target=run, daemon=True).start()
    return listener, over


def test_who_answers_drop_by_drop_is_cut_off():
    listener, over = serve_bytes(b"HTTP/1.1 200 OK\r\n" + b"X-More: 1\r\n" * 1_000, 0.05)
    port = listener.getsockname()[1]
    with listener, pytest.raises(NotDelivered, match="in time"):
        post(Target(False, "127.0.0.1", port, "/", True), {}, b"{}", seconds=0.4)
    over.set()


def test_who_speaks_no_tls_is_not_told():
    listener, over = serve_bytes(b"HTTP/1.1 200 OK\r\n\r\n" * 30, 0.0)
    port = listener.getsockname()[1]
    with listener, pytest.raises(NotDelivered, match="TLS"):
        post(Target(True, "127.0.0.1", port, "/", True), {}, b"{}", seconds=5)
    over.set()


def test_nobody_is_told_of_an_audit_that_was_removed(tmp_path):
    place = tmp_path / "gone"
    assert asyncio.run(deliveries.deliver(place, "0" * 32, ()))
