"""Audits: many texts as one job that survives its server, keeps no text, and can be stopped and removed."""

from __future__ import annotations

import asyncio
import errno
import io
import json
import os
import signal
import time
import zipfile
from pathlib import Path

import httpx
import pytest

from api import runner as running
from api.audits import Audits, progress_of
from api.pages import cursor_of
from api.pool import TooSlow, WorkerLost
from api.problems import Problem
from api.routes import articles, audits
from api.runner import Runner
from api.spool import packed, unpacked
from api.work import problem_of
from checker.check import check_document
from checker.readers import Document, read
from fingerprints.errors import IndexAway
from fingerprints.stores import open_index
from tests.api_in_process import application, client, settings_of
from tests.commandline import BRIDGE, DRAFT, OTHER
from tests.serving import serving

FORMATS = sorted(path for path in (Path(__file__).parent / "formats").rglob("*") if path.is_file())
OWN = "Our correspondent writes from the quay."
"""Words of the drafts that are in no story."""


class House:
    """A service in this process, with an index of two stories. `again` is the next one, after this one has ended."""

    def __init__(self, folder, **settings):
        self.folder, self.settings = folder, settings_of(folder, **settings)
        self.app = application(self.settings, articles.router, audits.router)
        self.app.state.runner = self.runner = Runner(self.settings, self.app.state.tenants, self.pool)

    @property
    def pool(self):
        return self.app.state.pool

    def run(self, scenario):
        """Do something with a client while the runner works."""

        async def during():
            await self.runner.start()
            try:
                async with client(self.app) as http:
                    return await scenario(http)
            finally:
                await self.runner.stop()

        return asyncio.run(during())

    def files(self):
        """Everything that stands in the service's files, but not in its index."""
        found = (self.folder / "server").rglob("*")
        return b"\n".join(path.read_bytes() for path in found if path.is_file())


@pytest.fixture
def house(tmp_path, monkeypatch):
    monkeypatch.setattr(running, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(running, "AGAIN_SECONDS", 0.01)
    made = House(tmp_path)
    stories = [{"id": "mp-1", "text": BRIDGE, "title": "Bridge"}, {"id": "mp-9", "text": OTHER}]
    made.run(lambda http: http.post("/v1/articles", json=stories))
    return made


async def ended(http, id):
    """The audit, once it has ended."""
    for _ in range(2_000):
        told = (await http.get(f"/v1/audits/{id}")).json()
        if told["ended"]:
            return told
        await asyncio.sleep(0.01)
    raise AssertionError(told)


async def all_results(http, id, **query):
    """Every result, page by page."""
    found, cursor = [], ""
    while cursor is not None:
        page = await http.get(f"/v1/audits/{id}/results", params={"limit": 2, "cursor": cursor, **query})
        assert ('rel="next"' in page.headers.get("link", "")) == (page.json()["next"] is not None)
        found, cursor = found + page.json()["results"], page.json()["next"]
    return found


def texts(*drafts):
    return {"texts": [{"id": f"page-{number}", "text": draft} for number, draft in enumerate(drafts, 1)]}


def test_a_list_of_texts_is_checked_and_only_what_matches_is_kept(house):
    async def scenario(http):
        begun = await http.post("/v1/audits", json=texts(DRAFT, f"{OWN} {OWN}", OTHER) | {"channel": "web"})
        id = begun.json()["id"]
        assert (begun.status_code, begun.headers["location"]) == (202, f"/v1/audits/{id}")
        told = await ended(http, id)
        listed = (await http.get("/v1/audits")).json()
        assert [one["id"] for one in listed["audits"]] == [id]
        return told, await all_results(http, id), await all_results(http, id, verdict="clear")

    told, results, clear = house.run(scenario)
    assert (told["state"], told["total"], told["done"]) == ("done", 3, 3)
    assert (told["flagged"], told["clear"], told["incomplete"], told["unreadable"]) == (2, 1, 0, 0)
    assert told["rate"] > 0
    assert [(one["number"], one["verdict"]) for one in results] == [(1, "flagged"), (2, "clear"), (3, "flagged")]
    assert [one["number"] for one in clear] == [2]
    report = results[0]["report"]
    match = report["matches"][0]
    assert (report["id"], match["source"]["id"]) == ("page-1", "mp-1")
    assert DRAFT[match["submitted"]["start"] : match["submitted"]["end"]] == match["submitted"]["text"]
    assert report["judged"]["channel"] == "web"
    kept = house.files()
    assert match["submitted"]["text"].encode() in kept
    assert OWN.encode() not in kept


def test_files_of_any_format_and_one_that_cannot_be_read(house):
    packed_files = io.BytesIO()
    with zipfile.ZipFile(packed_files, "w") as archive:
        archive.writestr("page.html", f"<p>Here &#128512; is what we took: {OTHER}</p>")
        archive.writestr("noise.bin", bytes(range(256)) * 9)
        archive.writestr("draft.txt", DRAFT)
        archive.writestr("lines.jsonl", "no line of JSON")

    async def scenario(http):
        files = [("file", ("site.zip", packed_files.getvalue())), ("file", ("more.txt", OTHER))]
        begun = await http.post("/v1/audits", files=files, data={"site": "news.example", "offset_unit": "utf16"})
        return await ended(http, begun.json()["id"]), await all_results(http, begun.json()["id"])

    told, results = house.run(scenario)
    assert (told["state"], told["total"], told["flagged"]) == ("done", 5, 3)
    assert (told["incomplete"], told["unreadable"]) == (1, 1)
    by_name = {one["report"]["id"]: one["report"] for one in results if "report" in one}
    assert set(by_name) == {"site.zip/page.html", "site.zip/noise.bin", "site.zip/draft.txt", "more.txt"}
    lost = next(one for one in results if one["verdict"] == "unreadable")
    assert (lost["place"], lost["sentence"][:14]) == ("site.zip/lines.jsonl, line 1", "It is not JSON")
    page = by_name["site.zip/page.html"]
    assert (page["offset_unit"], page["judged"]["site"]) == ("utf16", "news.example")


@pytest.mark.parametrize("path", FORMATS, ids=lambda path: path.name)
def test_a_text_waits_on_disk_without_losing_anything(path, tmp_path):
    with path.open("rb") as stream:
        documents = [one for one in read(path.name, stream) if isinstance(one, Document)]
    with open_index(str(tmp_path / "index"), create=True) as store:
        for document in documents:
            again = unpacked(packed(document))
            assert packed(again) == packed(document)
            assert check_document(again, store) == check_document(document, store)
            assert (again.boxes is None) == (document.boxes is None)


def test_a_restart_goes_on_where_it_was_and_a_cut_line_is_done_again(house):
    checked = []

    def three_and_no_more(job):
        if job.what == "audit.check":
            checked.append(job.header["number"])
            if len(checked) > 3:
                raise asyncio.CancelledError  # the server ends here

    async def first(http):
        begun = await http.post("/v1/audits", json=texts(*[DRAFT] * 6))
        while len(checked) < 4:
            await asyncio.sleep(0.01)
        return begun.json()["id"]

    house.pool.before = three_and_no_more
    id = house.run(first)
    results = house.folder / "server" / "tenants" / "default" / "audits" / id / "results.jsonl"
    assert len(results.read_bytes().splitlines()) == 3
    with results.open("ab") as file:
        file.write(b'{"number": 4, "verdict": "flagged", "report": {"sch')
    assert OWN.encode() in house.files()

    async def second(http):
        return await ended(http, id), await all_results(http, id)

    after = House(house.folder)
    told, found = after.run(second)
    assert (told["state"], told["done"], told["flagged"]) == ("done", 6, 6)
    assert [one["number"] for one in found] == [1, 2, 3, 4, 5, 6]
    assert [job.header["number"] for job in after.pool.done if job.what == "audit.check"] == [4, 5, 6]


def test_a_restart_before_anything_was_read(house):
    async def first(http):
        await house.runner.stop()
        return (await http.post("/v1/audits", json=texts(DRAFT))).json()

    told = house.run(first)
    assert (told["state"], told["total"]) == ("waiting", None)
    half = house.folder / "server" / "tenants" / "default" / "audits" / told["id"] / "texts.new"
    half.mkdir()
    (half / "1").write_bytes(b"half of a te")

    async def second(http):
        return await ended(http, told["id"])

    assert House(house.folder).run(second)["flagged"] == 1


def test_two_servers_do_not_do_the_same_audit(house):
    async def scenario(http):
        other = House(house.folder)
        await other.runner.start()
        try:
            id = (await http.post("/v1/audits", json=texts(*[DRAFT] * 20))).json()["id"]
            return id, await ended(http, id), await all_results(http, id), other
        finally:
            await other.runner.stop()

    _, told, found, other = house.run(scenario)
    numbers = [job.header["number"] for one in (house, other) for job in one.pool.done if job.what == "audit.check"]
    assert sorted(numbers) == list(range(1, 21))
    assert (told["done"], len(found)) == (20, 20)


def test_an_audit_that_another_server_has_just_ended_is_left_alone(house, monkeypatch):
    looks = iter([""])  # the first look finds it not ended; by the second it is

    def look(place):
        found = progress_of(place)
        found.ended = next(looks, found.ended)
        return found

    async def scenario(http):
        id = (await http.post("/v1/audits", json=texts(DRAFT))).json()["id"]
        await ended(http, id)
        await house.runner.stop()
        (house.folder / "server" / "tenants" / "default" / "audits" / "open" / id).touch()
        monkeypatch.setattr(running, "progress_of", look)
        await house.runner._work(house.app.state.tenants.get("default"))
        return (await http.get(f"/v1/audits/{id}")).json()

    told = house.run(scenario)
    assert (told["state"], told["flagged"]) == ("done", 1)


def test_a_text_that_takes_too_much_is_incomplete_and_the_others_go_on(house):
    def trouble(job):
        if job.header.get("number") == 2:
            raise TooSlow(20)
        if job.header.get("number") == 3:
            raise WorkerLost
        if job.header.get("number") == 4:
            raise Problem(422, "The text cannot be fingerprinted: it is too long, or no text.")

    async def scenario(http):
        id = (await http.post("/v1/audits", json=texts(*[DRAFT] * 5))).json()["id"]
        return await ended(http, id), await all_results(http, id)

    house.pool.before = trouble
    told, found = house.run(scenario)
    assert (told["state"], told["flagged"], told["incomplete"]) == ("done", 2, 3)
    assert found[1]["report"]["reasons"] == ["this took more than 20 seconds and was ended"]


def test_an_index_that_is_away_is_waited_for(house, tmp_path):
    away = tmp_path / "away"

    async def scenario(http):
        house.settings.index.rename(away)
        id = (await http.post("/v1/audits", json=texts(DRAFT))).json()["id"]
        await asyncio.sleep(0.3)
        before = (await http.get(f"/v1/audits/{id}")).json()
        away.rename(house.settings.index)
        return before, await ended(http, id)

    before, told = house.run(scenario)
    assert (before["state"], before["done"]) == ("running", 0)
    assert (told["state"], told["flagged"]) == ("done", 1)


def test_a_server_of_the_index_that_restarts_is_waited_for(house, monkeypatch):
    monkeypatch.setattr(running, "AGAIN_SECONDS", 0.01)
    away = [3]

    def restarting(job):
        if job.header.get("number") == 2 and away[0]:
            away[0] -= 1
            error = IndexAway("The index postgresql://wire@db/news cannot be reached (Connection refused)")
            raise Problem(**problem_of(error)[0])

    async def scenario(http):
        return await ended(http, (await http.post("/v1/audits", json=texts(*[DRAFT] * 3))).json()["id"])

    house.pool.before = restarting
    told = house.run(scenario)
    assert (told["state"], told["flagged"], told["incomplete"], away) == ("done", 3, 0, [0])


def test_an_index_that_stays_away_is_a_failure_that_says_why(house, monkeypatch):
    monkeypatch.setattr(running, "PATIENCE_SECONDS", 0.05)
    house.settings.index.rename(house.folder / "away")

    async def scenario(http):
        return await ended(http, (await http.post("/v1/audits", json=texts(DRAFT))).json()["id"])

    told = house.run(scenario)
    assert told["state"] == "failed"
    assert told["why"].startswith("The index is not at its place")
    assert OWN.encode() not in house.files()


def test_cancel_keeps_what_was_done_and_no_text(house):
    async def scenario(http):
        id = (await http.post("/v1/audits", json=texts(*[DRAFT] * 200))).json()["id"]
        while not (await http.get(f"/v1/audits/{id}/results")).json()["results"]:
            await asyncio.sleep(0)
        told = (await http.post(f"/v1/audits/{id}/cancel")).json()
        assert told["state"] == "cancelled"
        return await ended(http, id), await all_results(http, id)

    told, found = house.run(scenario)
    assert told["state"] == "cancelled"
    assert 0 < told["done"] == len(found) < 200
    assert OWN.encode() not in house.files()


def test_remove_takes_everything_away_also_while_it_runs(house):
    async def scenario(http):
        done = (await http.post("/v1/audits", json=texts(OTHER))).json()["id"]
        await ended(http, done)
        runs = (await http.post("/v1/audits", json=texts(*[DRAFT] * 200))).json()["id"]
        while not (await http.get(f"/v1/audits/{runs}/results")).json()["results"]:
            await asyncio.sleep(0)
        for id in (done, runs):
            assert (await http.delete(f"/v1/audits/{id}")).status_code == 204
            assert (await http.delete(f"/v1/audits/{id}")).status_code == 404
            assert (await http.get(f"/v1/audits/{id}/results")).status_code == 404
        after = (await http.post("/v1/audits", json=texts(OTHER))).json()["id"]
        return after, await ended(http, after)

    after, told = house.run(scenario)
    assert told["state"] == "done"
    folder = Audits(house.folder / "server" / "tenants" / "default" / "audits")
    assert (folder.ids(), folder.open()) == ([after], [])
    assert OWN.encode() not in house.files()


@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"texts": []}, "/texts"),
        ({"texts": [{"id": "a"}]}, "/texts/0"),
        ({"texts": [{"text": OWN, "html": OWN}]}, "/texts/0"),
        ({"policy": "none-such"}, "/policy"),
        ({"policy": "../secret"}, "/policy"),
        ({"at": "tomorrow"}, "/at"),
        ({"surprise": 1}, ""),
        ({"webhook": {"url": "http://hooks.news.example/"}}, "/webhook/url"),
        ({"webhook": {"url": "https://127.0.0.1/"}}, "/webhook/url"),
        ({"webhook": {"url": "https://hooks.news.example/", "secret": "whsec_c2hvcnQ="}}, "/webhook/secret"),
    ],
)
def test_what_is_no_audit_is_refused_and_leaves_nothing(house, more, pointer):
    refused = house.run(lambda http: http.post("/v1/audits", json=texts(DRAFT) | more))
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer)
    assert OWN not in refused.text
    assert OWN.encode() not in house.files()
    assert not Audits(house.folder / "server" / "tenants" / "default" / "audits").ids()


def test_ids_and_cursors_that_nobody_was_given(house):
    async def scenario(http):
        id = (await http.post("/v1/audits", json=texts(DRAFT, OTHER))).json()["id"]
        await ended(http, id)
        for place in ({"at": -5}, {"at": 3}, {"at": 10**20}, {"at": True}, {"after": ""}):
            cursor = cursor_of(place)
            assert (await http.get(f"/v1/audits/{id}/results", params={"cursor": cursor})).status_code == 422
        assert (await http.get(f"/v1/audits/{'0' * 32}")).status_code == 404
        assert (await http.get("/v1/audits/..%2F..%2Fjob.json")).status_code in (404, 422)
        assert (await http.get("/v1/audits/open")).status_code == 422

    house.run(scenario)


def test_only_so_many_may_be_open(house, monkeypatch):
    monkeypatch.setattr(audits, "MOST_OPEN", 1)

    async def scenario(http):
        await house.runner.stop()
        await http.post("/v1/audits", json=texts(DRAFT))
        return await http.post("/v1/audits", json=texts(DRAFT))

    refused = house.run(scenario)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "30")


def test_a_full_disk_is_said_and_nothing_is_left(house, monkeypatch):
    from api import auditing

    def full(path, data):
        path.write_bytes(data[: len(data) // 2])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(auditing, "write_durably", full)
    refused = house.run(lambda http: http.post("/v1/audits", json=texts(DRAFT)))
    assert (refused.status_code, refused.json()["type"]) == (507, "urn:wirecheck:problem:storage-full")
    assert OWN.encode() not in house.files()


def test_all_texts_are_judged_at_one_time(house):
    async def scenario(http):
        id = (await http.post("/v1/audits", json=texts(DRAFT, DRAFT))).json()["id"]
        created = (await ended(http, id))["created"]
        return created, [one["report"]["judged"]["at"] for one in await all_results(http, id)]

    created, times = house.run(scenario)
    assert times == [created, created]


def test_what_a_crash_left_half_sent_is_swept(house):
    folder = house.folder / "server" / "tenants" / "default" / "audits"
    for name in ("0" * 32, "f" * 32, ".gone-" + "1" * 32):
        (folder / name / "sent").mkdir(parents=True)
        (folder / name / "sent" / "0").write_text(DRAFT)
    os.utime(folder / ("0" * 32), (1, 1))
    Audits(folder).sweep()
    assert [path.name for path in folder.iterdir() if path.name != "open"] == ["f" * 32]  # may still be being sent


def test_a_killed_server_loses_no_audit(tmp_path):
    many = [OTHER + f"Number {number}.\n" for number in range(400)]
    with serving(tmp_path) as service:
        http = httpx.Client(base_url=service.url, timeout=60)
        id = http.post("/v1/audits", json=texts(*many)).json()["id"]
        while http.get(f"/v1/audits/{id}").json()["done"] < 20:
            time.sleep(0.02)
        os.kill(service.pid, signal.SIGKILL)
        http.close()
    with serving(tmp_path) as service, httpx.Client(base_url=service.url, timeout=60) as http:
        told = http.get(f"/v1/audits/{id}").json()
        while not told["ended"]:
            time.sleep(0.05)
            told = http.get(f"/v1/audits/{id}").json()
        assert (told["state"], told["done"], told["flagged"]) == ("done", 400, 400)
        numbers, cursor = [], ""
        while cursor is not None:
            page = http.get(f"/v1/audits/{id}/results", params={"limit": 150, "cursor": cursor}).json()
            numbers, cursor = numbers + [one["number"] for one in page["results"]], page["next"]
        assert numbers == list(range(1, 401))
        assert json.dumps(many[399])[1:-3] not in service.said()
