"""The hook for Superdesk, on the real signal, with a service that answers what a test tells it to."""

from __future__ import annotations

import ast
import importlib.util
import json
import sys
import threading
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import blinker
import pytest

from tests.serving import TAKEN, serving

HOOK = Path(__file__).resolve().parents[1] / "plugins" / "superdesk" / "wirecheck_publish.py"
SETTINGS = ("URL", "KEY", "STOPS", "WHEN_DOWN", "SECONDS", "CHANNEL", "TERRITORY")
DRAFT = "Commuters waited on either bank until a carpenter carried bird and nest away."
CLEAR: dict[str, Any] = {"verdict": "clear", "matches": [], "notices": [], "unjudged": []}
COPIED = {
    "submitted": {"start": 0, "end": 76, "text": DRAFT[:-1]},
    "source": {"id": "mp-1", "title": "Bridge stuck for a heron"},
    "severity": "error",
    "why": "13 words of Meridian Press copy, and no licence for it is known",
}
NOTICE = {"start": 0, "end": 9, "severity": "warning", "why": "carries a notice of The Meridian Press, 2001"}
ITEM = {
    "_id": "tag:lantern:7",
    "guid": "tag:lantern:7",
    "type": "text",
    "headline": "Heron",
    "body_html": f"<p>{DRAFT}</p>",
}

Answer = tuple[int, dict[str, str], bytes]


def report(*matches: dict[str, Any], **other: Any) -> Answer:
    values = CLEAR | ({"verdict": "flagged"} if matches else {}) | {"matches": list(matches)} | other
    return 200, {"Content-Type": "application/json"}, json.dumps(values).encode()


class Service(ThreadingHTTPServer):
    """Answers `answer`, and remembers what it was asked."""

    answer: Answer = report()
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Asked)
        self.asked: list[tuple[str, str, dict[str, Any]]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Asked(BaseHTTPRequestHandler):
    server: Service

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((self.path, self.headers.get("Authorization", ""), body))
        status, headers, raw = self.server.answer
        self.send_response(status)
        for name, value in {"Content-Length": str(len(raw)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def running() -> Iterator[Service]:
    with Service() as service:
        thread = threading.Thread(target=service.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield service
        finally:
            service.shutdown()
            thread.join()


@pytest.fixture
def service(monkeypatch) -> Iterator[Service]:
    for name in SETTINGS:
        monkeypatch.delenv(f"WIRECHECK_{name}", raising=False)
    with running() as found:
        monkeypatch.setenv("WIRECHECK_URL", found.url)
        yield found


@pytest.fixture
def hook(monkeypatch) -> types.ModuleType:
    spec = importlib.util.spec_from_file_location("wirecheck_publish", HOOK)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "wirecheck_publish", module)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def publish(service, hook, monkeypatch) -> Callable[..., list[str]]:
    """Publishing as Superdesk's ValidateService does it: what stands in `response` afterwards refuses the item."""
    signals = types.ModuleType("superdesk.signals")
    signals.item_validate = blinker.Namespace().signal("item:validate")
    monkeypatch.setitem(sys.modules, "superdesk", types.ModuleType("superdesk"))
    monkeypatch.setitem(sys.modules, "superdesk.signals", signals)
    hook.init_app(object())

    def publish(**changed: Any) -> list[str]:
        response: list[str] = []
        signals.item_validate.send(object(), item=ITEM | changed, response=response, error_fields={})
        return response

    return publish


def test_copied_words_refuse_publishing_and_say_whose_they_are(publish, service):
    service.answer = report(COPIED)
    (said,) = publish()
    assert said == (
        "Wirecheck: 13 words of Meridian Press copy, and no licence for it is known: "
        "“Commuters waited on either bank until a carpenter…” stands in mp-1, “Bridge stuck for a heron”."
    )


def test_the_real_service_is_understood(publish, service, monkeypatch, tmp_path):
    taken = " ".join(TAKEN.split())
    with serving(tmp_path) as real:
        monkeypatch.setenv("WIRECHECK_URL", real.url)
        (said,) = publish(body_html=f"<p>That morning <b>{taken[:30]}</b>{taken[30:]}.</p>")
        assert said == (
            "Wirecheck: 21 words of Meridian Press copy, and no licence for it is known: "
            "“commuters waited on either bank until a carpenter…” stands in mp-bridge, “Heron”."
        )
        assert publish(body_html="<p>The brass band played on under the scaffolding.</p>", headline="Band") == []
    assert service.asked == []


def test_a_clear_text_is_published(publish, service):
    assert publish() == []
    assert [path for path, _, _ in service.asked] == ["/v1/checks"]


def test_everything_that_readers_will_see_is_checked(publish, service):
    publish(abstract="<p>In short</p>", body_footer="<p>Call us</p>", slugline="heron", priority=3)
    ((_, _, body),) = service.asked
    assert body["html"] == (
        f"<div>Heron</div>\n<div><p>In short</p></div>\n<div><p>{DRAFT}</p></div>\n<div><p>Call us</p></div>"
    )


def test_the_key_the_channel_and_the_territory_come_from_the_environment(publish, service, monkeypatch):
    for name, value in (("KEY", "wck_1_x"), ("CHANNEL", "web"), ("TERRITORY", "DE, AT")):
        monkeypatch.setenv(f"WIRECHECK_{name}", value)
    publish()
    ((_, key, body),) = service.asked
    assert key == "Bearer wck_1_x"
    assert (body["channel"], body["territory"]) == ("web", "DE, AT")


def test_an_own_story_is_not_held_against_itself_but_one_from_a_feed_is(publish, service):
    publish()
    publish(ingest_id="urn:mp:1", ingest_provider="5f0c")
    (_, _, written), (_, _, fetched) = service.asked
    assert (written["id"], written["own"]) == ("tag:lantern:7", ["tag:lantern:7"])
    assert "own" not in fetched


@pytest.mark.parametrize("changed", [{"pubstatus": "canceled"}, {"operation": "kill"}, {"operation": "takedown"}])
def test_a_kill_always_goes_out(publish, service, changed):
    service.answer = report(COPIED)
    assert publish(**changed) == []
    assert service.asked == []


@pytest.mark.parametrize("changed", [{"type": "picture"}, {"type": "composite"}, {"headline": None, "body_html": None}])
def test_what_has_no_text_is_not_asked_about(publish, service, changed):
    assert publish(**changed) == []
    assert service.asked == []


def test_a_warning_stops_the_item_only_where_the_house_says_so(publish, service, monkeypatch):
    service.answer = report(notices=[NOTICE])
    assert publish() == []
    monkeypatch.setenv("WIRECHECK_STOPS", "error,warning")
    assert publish() == ["Wirecheck: carries a notice of The Meridian Press, 2001."]


def test_many_findings_are_counted(publish, service):
    service.answer = report(*[COPIED] * 9)
    said = publish()
    assert len(said) == 6
    assert said[-1] == "Wirecheck: and 4 more; see the whole report on its page."


def test_the_draft_goes_through_no_proxy(publish, service, monkeypatch):
    with running() as proxy:
        for name in ("http_proxy", "HTTP_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        assert publish() == []
    assert (len(service.asked), proxy.asked) == (1, [])


def test_a_title_is_no_markup(publish, service):
    service.answer = report(COPIED | {"source": {"id": "mp-1", "title": "<img src=x onerror=alert(1)>"}})
    (said,) = publish()
    assert "<" not in said
    assert "‹img src=x onerror=alert(1)›" in said


def test_what_could_not_be_judged_is_not_published_unless_the_house_says_so(publish, service, monkeypatch):
    service.answer = report(verdict="incomplete", unjudged=["the service ran out of time"])
    (said,) = publish()
    assert said == (
        "Wirecheck could not check this text, so it is not published: "
        "parts of it could not be judged (the service ran out of time)."
    )
    monkeypatch.setenv("WIRECHECK_WHEN_DOWN", "publish")
    assert publish() == []


ANSWERS = {
    "no key": ((401, {}, b"{}"), "asks for an API key"),
    "another key": ((403, {}, b"{}"), "does not accept the key"),
    "busy": ((503, {"Retry-After": "1"}, b"{}"), "too much to do"),
    "broken": ((500, {}, b"{}"), "answered 500"),
    "moved": ((307, {"Location": "http://127.0.0.1:9/v1/checks"}, b""), "answered 307"),
    "moved by a GET": ((302, {"Location": "http://127.0.0.1:9/"}, b""), "answered 302"),
    "a page": ((200, {}, b"<html>captive portal</html>"), "no JSON"),
    "deep": ((200, {}, b"[" * 100_000), "no JSON"),
    "another service": ((200, {}, b'{"matches": []}'), "no report"),
    "a list": ((200, {}, b"[]"), "no report"),
    "cut off": ((200, {"Content-Length": "900"}, b'{"verdict"'), "no JSON"),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_without_a_report_the_house_decides_and_the_editor_is_told_why(publish, service, monkeypatch, caplog, name):
    service.answer, why = ANSWERS[name]
    (said,) = publish()
    assert said.startswith("Wirecheck could not check this text, so it is not published: ")
    assert why in said
    monkeypatch.setenv("WIRECHECK_WHEN_DOWN", "publish")
    assert publish() == []
    assert why in caplog.text
    assert "carpenter" not in said + caplog.text
    assert len(service.asked) == 2


def test_a_service_that_is_down_is_told_as_such(publish, service, monkeypatch):
    with running() as gone:
        pass
    monkeypatch.setenv("WIRECHECK_URL", gone.url)
    (said,) = publish()
    assert f"the service at {gone.url} does not answer (" in said


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("URL", "ftp://wirecheck"),
        ("URL", "file:///etc/passwd"),
        ("STOPS", "errors"),
        ("WHEN_DOWN", "yes"),
        ("SECONDS", "soon"),
        ("SECONDS", "0"),
    ],
)
def test_a_wrong_setting_is_seen_when_superdesk_starts(publish, hook, monkeypatch, name, value):
    monkeypatch.setenv(f"WIRECHECK_{name}", value)
    with pytest.raises(hook.NotSet, match=f"^WIRECHECK_{name} must "):
        hook.init_app(object())


def test_the_hook_needs_no_newer_python_than_it_says_and_no_package():
    tree = ast.parse(HOOK.read_text(encoding="utf-8"), feature_version=(3, 8))
    imported = {
        (node.module if isinstance(node, ast.ImportFrom) else node.names[0].name).partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert imported - sys.stdlib_module_names == {"superdesk"}
