"""Who may do what: every route against every kind of key, and a service without keys that is for this machine only."""

from __future__ import annotations

import asyncio
import itertools
import json
from unittest import mock
from urllib.parse import urlencode

import httpx
import pytest

from api.app import ROUTERS, create_app
from api.keys import EVERY_SCOPE, Keys
from api.routes import page
from api.settings import Settings
from tests.serving import is_problem, serving
from tests.tenants_machine import Here

NEEDS = {
    "POST /v1/articles": "write",
    "GET /v1/articles": "read",
    "GET /v1/articles/{id}": "read",
    "PUT /v1/articles/{id}": "write",
    "DELETE /v1/articles/{id}": "write",
    "GET /v1/articles/{id}/versions": "read",
    "POST /v1/articles/{id}/mark": "write",
    "GET /v1/index": "read",
    "POST /v1/audits": "check",
    "GET /v1/audits": "read",
    "GET /v1/audits/{id}": "read",
    "DELETE /v1/audits/{id}": "check",
    "GET /v1/audits/{id}/results": "read",
    "POST /v1/audits/{id}/cancel": "check",
    "POST /v1/checks": "check",
    "GET /v1/checks/{id}": "read",
    "DELETE /v1/checks/{id}": "check",
    "POST /v2/check": "check",
    "GET /metrics": "admin",
    "GET /healthz": "",
    "GET /readyz": "",
    "GET /v2/languages": "",
    "GET /v2/maxtextlength": "",
    "GET /v2/configinfo": "",
    "GET /v2/info": "",
    "GET /v2/healthcheck": "",
}
"""The scope that each route asks for; "" for what anybody may see, because it tells nothing of anybody."""
GUARDED = [route for route, scope in NEEDS.items() if scope]
DRAFT = "The swing bridge at Port Hallam stuck open for six hours."
ARTICLE_ID, REPORT_ID, AUDIT_ID = "mp-0412", "A" * 22, "0" * 32


def application(tmp_path, **more):
    with mock.patch("api.app.Pool", Here):
        return create_app(Settings(data=tmp_path / "data", index=tmp_path / "index", **more))


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    """An application that wants keys, and a key of each kind."""
    app = application(tmp_path_factory.mktemp("access"), keys_required=True)
    now = [1_795_600_000.0]
    app.state.keys = Keys(app.state.settings.keys_file, clock=lambda: now[0])
    kinds = {scope: app.state.keys.create("default", [scope])[0] for scope in EVERY_SCOPE}
    kinds["expired"] = app.state.keys.create("default", EVERY_SCOPE, seconds=60)[0]
    kinds["revoked"], key = app.state.keys.create("default", EVERY_SCOPE)
    app.state.keys.revoke(key.id)
    kinds["wrong"] = kinds["admin"][:-1] + ("A" if kinds["admin"][-1] != "A" else "B")
    # the tenant was in the configuration once
    kinds["of a tenant that is gone"] = app.state.keys.create("closed", EVERY_SCOPE)[0]
    now[0] += 3600
    yield app, kinds
    app.state.keys.close()


async def ask(app, method: str, path: str, base: str = "http://localhost:8631", **headers: str) -> httpx.Response:
    for name, id in (("articles", ARTICLE_ID), ("checks", REPORT_ID), ("audits", AUDIT_ID)):
        path = path.replace(f"{name}/{{id}}", f"{name}/{id}")
    sent = {"data": {"text": DRAFT, "language": "en"}} if path.startswith("/v2/") else {"json": {"text": DRAFT}}
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=base) as http:
        return await http.request(method, path, headers=headers, **(sent if method in ("POST", "PUT") else {}))


def asked(app, route: str, **more: str) -> httpx.Response:
    method, _, path = route.partition(" ")
    return asyncio.run(ask(app, method, path, **more))


def test_every_route_is_in_the_table(guarded):
    app, _ = guarded
    found = {f"{method.upper()} {path}" for path, methods in app.openapi()["paths"].items() for method in methods}
    assert found == NEEDS.keys(), "say in NEEDS which scope a new route asks for"
    hidden = {route.path for router in ROUTERS for route in router.routes if not route.include_in_schema}
    assert hidden == {route.path for route in page.router.routes}, "only the pages are not in the specification"


@pytest.mark.parametrize("route", GUARDED)
def test_without_a_key_nothing_is_told(guarded, route):
    answer = asked(guarded[0], route)
    if route.startswith("POST /v2/"):
        assert (answer.status_code, answer.headers["content-type"]) == (403, "text/plain; charset=utf-8")
    else:
        assert "wirecheck keys create" in is_problem(answer, 401, DRAFT)["detail"]
        assert answer.headers["www-authenticate"] == 'Bearer realm="wirecheck"'


BAD = ("wrong", "expired", "revoked", "of a tenant that is gone")


@pytest.mark.parametrize(("route", "kind"), list(itertools.product(GUARDED, BAD)))
def test_a_key_that_is_none_says_the_same_whatever_it_was(guarded, route, kind):
    app, kinds = guarded
    answer = asked(app, route, authorization=f"Bearer {kinds[kind]}")
    assert "The key is unknown, has expired or was revoked" in answer.text
    assert answer.status_code == (403 if route.startswith("POST /v2/") else 401)
    assert kinds[kind] not in answer.text
    assert DRAFT not in answer.text


@pytest.mark.parametrize(("route", "scope"), list(itertools.product(GUARDED, sorted(EVERY_SCOPE))))
def test_a_key_opens_what_its_scope_says_and_no_more(guarded, route, scope):
    app, kinds = guarded
    answer = asked(app, route, authorization=f"Bearer {kinds[scope]}")
    if scope in (NEEDS[route], "admin"):
        assert answer.status_code not in (401, 403), answer.text
    else:
        assert answer.status_code == 403
        assert f"This needs a key with the scope {NEEDS[route]}; this one has {scope}." in answer.text
        if not route.startswith("POST /v2/"):
            assert f'scope="{NEEDS[route]}"' in answer.headers["www-authenticate"]


@pytest.mark.parametrize("header", ["Basic {}", "{}", "Bearer", "Bearer  ", "Bearer x {}", "Token {}", "Bearer {}x"])
def test_a_key_is_only_taken_as_a_bearers(guarded, header):
    app, kinds = guarded
    assert asked(app, "GET /v1/articles", authorization=header.format(kinds["admin"])).status_code == 401


def test_a_key_in_the_address_is_none(guarded):
    app, kinds = guarded
    assert asked(app, f"GET /v1/articles?key={kinds['admin']}&access_token={kinds['admin']}").status_code == 401


def test_keys_that_cannot_be_read_let_nobody_in_and_say_no_places(tmp_path):
    app = application(tmp_path, keys_required=True)
    keys = app.state.keys = Keys(app.state.settings.keys_file)
    plain, _ = keys.create("default", EVERY_SCOPE)
    app.state.settings.keys_file.rename(tmp_path / "away")
    answer = asked(app, "GET /v1/audits", authorization=f"Bearer {plain}")
    is_problem(answer, 503, str(tmp_path))
    assert answer.headers["retry-after"] == "30"
    (tmp_path / "away").rename(app.state.settings.keys_file)
    assert asked(app, "GET /v1/audits", authorization=f"Bearer {plain}").status_code == 200
    keys.close()


LARGE = {"text": DRAFT * 6_000}


@pytest.mark.parametrize("path", ["/v1/checks", "/v1/articles", "/v2/check"])
def test_of_a_stranger_no_large_body_is_read(guarded, path):
    app, kinds = guarded

    async def send(**headers: str) -> tuple[httpx.Response, int]:
        sent = 0

        async def pieces():
            nonlocal sent
            body = (
                json.dumps(LARGE).encode() if path.startswith("/v1") else urlencode(LARGE | {"language": "en"}).encode()
            )
            for at in range(0, len(body), 10_000):
                sent += 10_000
                yield body[at : at + 10_000]

        kind = "application/json" if path.startswith("/v1") else "application/x-www-form-urlencoded"
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as http:
            answer = await http.post(path, content=pieces(), headers={"content-type": kind, **headers})
        return answer, sent

    for headers in ({}, {"authorization": f"Bearer {kinds['wrong']}"}):
        answer, sent = asyncio.run(send(**headers))
        assert answer.status_code == (403 if path.startswith("/v2") else 401)
        assert answer.headers["connection"] == "close"
        assert sent <= 300_000
        assert DRAFT not in answer.text
    answer, sent = asyncio.run(send(authorization=f"Bearer {kinds['admin']}"))
    assert answer.status_code not in (401, 403)
    assert sent > 340_000


# without keys


LOCAL = [
    "http://localhost:8631",
    "http://127.0.0.1:8631",
    "http://127.1.2.3",
    "http://[::1]:8631",
    "http://desk.localhost",
]
ELSEWHERE = [
    "http://wire.example.org",
    "http://desk",
    "http://ai:8631",
    "http://notlocalhost",
    "http://10.0.0.5:8631",
    "http://localhost.evil.example",
    "http://[2001:db8::1]",
]


@pytest.fixture(scope="module")
def open_to_us(tmp_path_factory):
    return application(tmp_path_factory.mktemp("open"), cors=("https://cms.example.org",))


@pytest.mark.parametrize("base", LOCAL)
def test_without_keys_this_machine_is_served(open_to_us, base):
    assert asked(open_to_us, "GET /v1/audits", base=base).status_code == 200


@pytest.mark.parametrize("base", ELSEWHERE)
def test_a_name_that_was_made_to_lead_here_is_refused(open_to_us, base):
    """DNS rebinding: a page asks for its own host name, which now is 127.0.0.1."""
    problem = is_problem(asked(open_to_us, "GET /v1/audits", base=base), 403)
    assert "names another host than this machine; set keys_required = true" in problem["detail"]


@pytest.mark.parametrize("host", ["", "localhost@evil.example", "[", "evil.example:80", "localhost."])
def test_a_host_that_is_no_name_of_this_machine_is_refused(open_to_us, host):
    assert asked(open_to_us, "GET /v1/audits", host=host).status_code == 403


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://localhost:8631", 200),
        ("https://cms.example.org", 200),
        ("chrome-extension://oldceeleldhonbafppcapldpdifcinji", 200),
        ("moz-extension://7b1c6d1e-0000-4000-8000-000000000000", 200),
        ("http://localhost:9000", 403),
        ("https://evil.example", 403),
        ("null", 403),
        ("file://", 403),
    ],
)
def test_a_page_of_another_origin_is_refused(open_to_us, origin, status):
    for route in ("GET /v1/audits", "POST /v1/audits"):
        answer = asked(open_to_us, route, origin=origin)
        assert (answer.status_code == 403) == (status == 403), answer.text


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "x-forwarded-host"])
def test_a_proxy_needs_keys(open_to_us, header):
    answer = asked(open_to_us, "GET /v1/audits", **{header: "192.0.2.7"})
    assert "was passed on by a proxy" in is_problem(answer, 403)["detail"]


def test_with_keys_host_and_origin_do_not_matter(guarded):
    app, kinds = guarded
    more = {
        "origin": "https://evil.example",
        "x-forwarded-for": "192.0.2.7",
        "authorization": f"Bearer {kinds['read']}",
    }
    assert asked(app, "GET /v1/audits", base="http://wire.example.org", **more).status_code == 200


@pytest.mark.slow
def test_two_newsrooms_on_a_real_service(tmp_path):
    """The same with worker processes, which have indexes of both open."""
    keys = Keys(tmp_path / "data" / "keys.db")
    rooms = {room: keys.create(room, ["read", "check", "write"])[0] for room in ("harbour", "hill")}
    keys.close()
    story = {
        room: f"The {room} council has voted to paint its own bandstand, said nobody but the {room}." for room in rooms
    }
    with serving(tmp_path, works=None, keys_required=True, tenants=tuple(rooms), workers=2) as service:

        def say(room: str, method: str, path: str, **sent: object) -> httpx.Response:
            headers = {"Authorization": f"Bearer {rooms[room]}"}
            return httpx.request(method, service.url + path, headers=headers, timeout=60, **sent)

        for room, text in story.items():
            assert say(room, "POST", "/v1/articles", json={"id": "wire-1", "text": text}).status_code == 201
        for _ in range(4):
            for room, other in itertools.permutations(rooms):
                own = say(room, "POST", "/v1/checks", json={"text": story[room]}).json()
                assert [match["source"]["text"] for match in own["matches"]] == [story[room].rstrip(".")]
                assert say(room, "GET", "/v1/articles/wire-1").json()["text"] == story[room]
                foreign = say(room, "POST", "/v1/checks", json={"text": f"{other} " * 30})
                assert foreign.json()["verdict"] == "clear"
        assert not [key for key in rooms.values() if key in service.said()]
