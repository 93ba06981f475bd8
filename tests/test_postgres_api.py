"""Two servers of the API that share one index in PostgreSQL: each sees what the other did, and none undoes it."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from api.indexes import INDEXES
from api.routes import articles
from api.settings import read_settings
from checker.check import check
from fingerprints.errors import IndexBusy, IndexProblem
from fingerprints.index import Applied
from fingerprints.stores import open_index
from fingerprints.stores.keyfile import VARIABLE
from tests.api_in_process import application, client, settings_of
from tests.commandline import BRIDGE, DRAFT, OTHER
from tests.postgres_server import PASSWORD, Server, postgres
from tests.serving import serving
from tests.test_postgres import cut, is_whole, item, wire

__all__ = ["postgres"]


class Desk:
    """One host's service."""

    def __init__(self, folder: Path, url: str) -> None:
        self.app = application(settings_of(folder, index=url), articles.router)

    def __call__(self, method, path, json=None, **more):  # type: ignore[no-untyped-def]
        async def ask():  # type: ignore[no-untyped-def]
            async with client(self.app) as http:
                return await http.request(method, path, json=json, **more)

        return asyncio.run(ask())


@pytest.fixture
def url(postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    monkeypatch.delenv(VARIABLE, raising=False)
    yield postgres.fresh()
    INDEXES.forget_all()


def story(id: str = "mp-1", text: str = BRIDGE) -> dict[str, str]:
    return {"id": id, "text": text, "title": "Bridge sticks for six hours", "holder": "Meridian Press"}


def test_a_story_added_at_one_desk_is_found_listed_and_killed_at_another(url: str, tmp_path: Path) -> None:
    here, there = Desk(tmp_path / "here", url), Desk(tmp_path / "there", url)
    assert here("POST", "/v1/articles", story()).status_code == 201
    assert [one["id"] for one in there("GET", "/v1/articles").json()["articles"]] == ["mp-1"]
    with open_index(url, readonly=True) as index:
        assert [match.source.id for match in check(DRAFT, index).matches] == ["mp-1"]
    assert there("POST", "/v1/articles/mp-1/mark", {"state": "killed"}).json()["state"] == "killed"
    assert here("GET", "/v1/articles/mp-1").json()["rights"]["state"] == "killed"
    assert there("DELETE", "/v1/articles/mp-1").status_code == 204
    assert here("GET", "/v1/articles/mp-1").status_code == 404


def test_of_two_changes_at_two_desks_the_second_is_refused(url: str, tmp_path: Path) -> None:
    here, there = Desk(tmp_path / "here", url), Desk(tmp_path / "there", url)
    etag = here("POST", "/v1/articles", story()).headers["etag"]
    changed = here("PUT", "/v1/articles/mp-1", {"text": BRIDGE + "More.\n"}, headers={"If-Match": etag})
    assert changed.status_code == 200
    late = there("PUT", "/v1/articles/mp-1", {"text": OTHER}, headers={"If-Match": etag})
    assert (late.status_code, late.json()["title"]) == (412, "Precondition Failed")
    assert there("GET", "/v1/articles/mp-1").json()["revision"] == 2


@pytest.mark.slow
def test_the_service_itself_runs_on_a_shared_index(url: str, tmp_path: Path) -> None:
    with wire(url) as store:
        store.apply([item(1)])
    with (
        serving(tmp_path, works=None, index=url) as service,
        httpx.Client(base_url=service.url, timeout=30) as http,
    ):
        assert http.get("/readyz").json() == {"status": "ready", "works": 1}
        assert http.post("/v1/articles", json=story("mp-9")).status_code == 201
        matches = http.post("/v1/checks", json={"text": DRAFT}).json()["matches"]
        assert [match["source"]["id"] for match in matches] == ["mp-9"]
        assert http.post("/v1/articles/mp-9/mark", json={"state": "killed"}).status_code == 200
        figures = http.get("/v1/index").json()
        assert (figures["works"], [one["id"] for one in figures["killed"]]) == (2, ["mp-9"])
        said = service.said()
    assert PASSWORD not in said


def test_no_answer_tells_the_password(url: str, tmp_path: Path) -> None:
    gone = Desk(tmp_path, url.replace("127.0.0.1:", "127.0.0.2:"))
    for method, address in (("GET", "/v1/articles"), ("DELETE", "/v1/articles/mp-1"), ("GET", "/v1/index")):
        answer = gone(method, address)
        assert answer.status_code == 503
        assert PASSWORD not in answer.text


# --- changes under a condition ----------------------------------------------------------------------------------


def test_while_one_host_looks_and_changes_no_other_writes(url: str) -> None:
    with wire(url) as here, wire(url) as there, wire(url, busy_seconds=0.2) as hasty:
        here.apply([item(1)])
        waited: list[Applied] = []
        other = threading.Thread(target=lambda: waited.append(there.apply([item(3)])))
        with here.alone():
            assert is_whole(here, 1)
            other.start()
            time.sleep(0.3)
            assert not waited
            with pytest.raises(IndexBusy):
                hasty.apply([item(4)])
            assert here.apply([item(2)]) == Applied(added=1)
            assert is_whole(here, 2)
            assert not is_whole(hasty, 2), "not before the end of the block"
            here.apply([])
        other.join()
        assert waited == [Applied(added=1)]
        assert [one.id for one in here.entries()] == ["mp-1", "mp-2", "mp-3"]


def test_what_fails_in_the_block_undoes_all_of_it(url: str) -> None:
    with wire(url) as store:
        with pytest.raises(RuntimeError), store.alone():
            store.apply([item(1)])
            raise RuntimeError
        assert not is_whole(store, 1)
        assert store.apply([item(2)]) == Applied(added=1)
        assert is_whole(store, 2)


def test_a_connection_that_is_lost_in_the_block_ends_it(url: str, postgres: Server) -> None:
    with wire(url) as store:
        with pytest.raises(IndexProblem, match="cannot be reached"), store.alone():
            store.apply([item(1)])
            cut(postgres, url)
            store.apply([item(2)])
        assert not is_whole(store, 1) and not is_whole(store, 2)
        assert store.apply([item(3)]) == Applied(added=1)


# --- settings ---------------------------------------------------------------------------------------------------


def test_the_address_of_a_database_is_a_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    address = "postgresql://wire@db.example.org/news?sslmode=require"
    assert read_settings(None, {"WIRECHECK_INDEX": address}).index == address
    (tmp_path / "server.toml").write_text(f'index = "{address}"\n', encoding="utf-8")
    assert read_settings(tmp_path / "server.toml", {}).index == address
    assert read_settings(tmp_path / "server.toml", {"WIRECHECK_SERVER_INDEX": "wire"}).index == tmp_path / "wire"
