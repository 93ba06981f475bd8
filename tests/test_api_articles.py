"""The catalogue over HTTP: stories come in, change, are killed and go, and everybody sees it at once."""

from __future__ import annotations

import asyncio
import io
import json
import zipfile

import httpx
import pytest

from api.routes import articles
from checker.check import check
from fingerprints.stores import open_index
from tests.api_in_process import application, client, settings_of
from tests.commandline import BRIDGE, DRAFT, OTHER
from tests.serving import serving

NITF = f"""<?xml version="1.0"?><nitf><head><docdata><doc-id id-string="mp-nitf"/>
<date.issue norm="20260403T100000Z"/></docdata></head><body><body.head>
<hedline><hl1>Bandstand green again</hl1></hedline>
</body.head><body.content><p>{OTHER}</p></body.content></body></nitf>"""


def story(id="mp-1", text=BRIDGE, **more):
    return {"id": id, "text": text, "title": "Bridge sticks for six hours", "holder": "Meridian Press", **more}


class Desk:
    """The service as a desk uses it, each request to its end."""

    def __init__(self, folder):
        self.index = folder / "index"
        self.app = application(settings_of(folder), articles.router)

    def __call__(self, method, path, json=None, *, headers=None, content=None, **more):
        async def ask():
            async with client(self.app) as http:
                return await http.request(method, path, json=json, headers=headers, content=content, **more)

        return asyncio.run(ask())


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


def test_one_story_comes_in_and_is_found_by_a_check_at_once(desk):
    made = desk("POST", "/v1/articles", story())
    assert (made.status_code, made.headers["location"]) == (201, "/v1/articles/mp-1")
    assert made.json() == {
        "added": 1, "replaced": 0, "unchanged": 0, "words": 51, "partial": 0, "applied": [], "refused": [], "notes": [],
        "untold": 0,
    }  # fmt: skip
    with open_index(str(desk.index), readonly=True) as index:
        assert [match.source.id for match in check(DRAFT, index).matches] == ["mp-1"]
    got = desk("GET", "/v1/articles/mp-1")
    assert got.headers["etag"] == made.headers["etag"]
    assert (got.json()["text"], got.json()["revision"], got.json()["family"]) == (BRIDGE, 1, None)
    again = desk("POST", "/v1/articles", story())
    assert (again.status_code, again.json()["unchanged"], again.headers["etag"]) == (200, 1, made.headers["etag"])


def test_an_open_reader_sees_what_was_added_behind_it(desk):
    desk("POST", "/v1/articles", story())
    with open_index(str(desk.index), readonly=True) as index:
        assert not check(OTHER, index).matches
        desk("POST", "/v1/articles", story("mp-9", OTHER))
        assert [match.source.id for match in check(OTHER, index).matches] == ["mp-9"]


def test_many_stories_as_an_array_as_lines_and_as_files(desk):
    assert desk("POST", "/v1/articles", [story("a"), story("b", OTHER)]).json()["added"] == 2
    lines = "\n".join(json.dumps(one) for one in (story("b", OTHER), story("c", OTHER), {"id": "d"}))
    sent = desk("POST", "/v1/articles", content=lines, headers={"content-type": "application/x-ndjson"}).json()
    assert (sent["added"], sent["unchanged"]) == (1, 1)
    assert sent["refused"] == [{"place": "body.jsonl, line 3", "detail": 'It has no "text".', "about": "refused"}]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("wire/heron.txt", BRIDGE + "The heron was unhurt.\n")
        archive.writestr("wire/green.xml", NITF)
    sent = desk(
        "POST",
        "/v1/articles",
        files=[("file", ("wire.zip", packed.getvalue())), ("file", ("notes.txt", OTHER + "More tomorrow.\n"))],
        data={"holder": "Meridian Press", "feed": "mp-world"},
    ).json()
    assert (sent["added"], sent["refused"]) == (3, [])
    listed = desk("GET", "/v1/articles").json()
    assert [one["id"] for one in listed["articles"]] == [
        "a",
        "b",
        "c",
        "mp-nitf",
        "notes.txt",
        "wire.zip/wire/heron.txt",
    ]
    got = desk("GET", "/v1/articles/wire.zip%2Fwire%2Fheron.txt").json()
    assert (got["holder"], got["rights"]["feed"]) == ("Meridian Press", "mp-world")


def test_a_file_as_the_body_of_any_type(desk):
    sent = desk("POST", "/v1/articles?feed=mp-world", content=NITF, headers={"content-type": "application/nitf+xml"})
    assert (sent.status_code, sent.json()["added"]) == (200, 1)
    assert desk("GET", "/v1/articles/mp-nitf").json()["title"] == "Bandstand green again"
    text = {"content-type": "text/plain"}
    nameless = desk("POST", "/v1/articles", content=BRIDGE, headers=text)
    assert nameless.status_code == 422
    assert nameless.json()["errors"][0]["detail"] == (
        "It was not added: it has no id. Send one as id, or name its file."
    )
    assert desk("POST", "/v1/articles?id=mp-3", content=BRIDGE, headers=text).json()["added"] == 1
    two = desk("POST", "/v1/articles?id=mp-4", files=[("file", ("a.txt", BRIDGE)), ("file", ("b.txt", OTHER))])
    assert two.status_code == 200  # the query is for bodies that are a file; a form has fields of its own
    two = desk("POST", "/v1/articles", data={"id": "x"}, files=[("file", ("a", BRIDGE)), ("file", ("b", OTHER))])
    assert (two.status_code, two.json()["errors"][0]["pointer"]) == (422, "/id")


@pytest.mark.parametrize(
    ("body", "kind", "status", "pointer"),
    [
        (b"", "application/json", 422, ""),
        (b"[]", "application/json", 422, ""),
        (b'{"id": "a"}', "application/json", 422, "/text"),
        (b'{"id": "", "text": "x"}', "application/json", 422, "/id"),
        (b'[{"id": "a", "text": "five words are here now"}, {"id": 7, "text": "x"}]', "application/json", 422, "/1/id"),
        (b'{"id": "a", "text": "x", "secret": 1}', "application/json", 422, ""),
        (b'{"id": "a", "text": NaN}', "application/json", 422, ""),
        (b"[" * 100_000, "application/json", 422, ""),
        (b'{"id": "a", "text": " "}', "application/json", 422, ""),
        (b"id=a&text=x", "application/x-www-form-urlencoded", 415, None),
        (b"--x", "multipart/form-data; boundary=x", 422, ""),
        (bytes(range(256)) * 9, "image/png", 422, ""),
        (b"", "text/plain", 422, ""),
    ],
)
def test_what_cannot_be_a_story_is_refused_with_its_place(desk, body, kind, status, pointer):
    refused = desk("POST", "/v1/articles", content=body, headers={"content-type": kind})
    assert (refused.status_code, refused.headers["content-type"]) == (status, "application/problem+json")
    assert pointer is None or refused.json()["errors"][0]["pointer"] == pointer
    assert not desk.index.exists() or not open_index(str(desk.index), readonly=True).count()


def test_a_story_is_replaced_only_as_it_was_seen(desk):
    made = desk("PUT", "/v1/articles/mp-1", {"text": BRIDGE}, headers={"If-None-Match": "*"})
    assert made.status_code == 201
    etag = made.headers["etag"]
    assert desk("PUT", "/v1/articles/mp-1", {"text": OTHER}, headers={"If-None-Match": "*"}).status_code == 412
    newer = desk("PUT", "/v1/articles/mp-1", {"text": BRIDGE + "More.\n"}, headers={"If-Match": f'"other", {etag}'})
    assert (newer.status_code, newer.json()["revision"]) == (200, 2)
    stale = desk("PUT", "/v1/articles/mp-1", {"text": OTHER}, headers={"If-Match": etag})
    assert (stale.status_code, stale.json()["type"]) == (412, "urn:wirecheck:problem:changed")
    assert desk("PUT", "/v1/articles/none", {"text": OTHER}, headers={"If-Match": "*"}).status_code == 412
    assert desk("PUT", "/v1/articles/mp-1", {"text": OTHER}, headers={"If-Match": f"W/{etag}"}).status_code == 412
    same = desk("GET", "/v1/articles/mp-1", headers={"If-None-Match": newer.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")
    told = desk("GET", "/v1/articles/mp-1/versions").json()
    assert [(one["revision"], one["current"]) for one in told["revisions"]] == [(2, True), (1, False)]


def test_a_kill_by_telephone_changes_the_etag_and_holds_for_the_other_version(desk):
    facts = {"slug": "BC-Bridge", "created": "2026-04-03T10:00:00Z", "source": "MP"}
    desk("POST", "/v1/articles", [story(metadata=facts), story("mp-2", BRIDGE + "Unhurt.\n", metadata=facts)])
    before = desk("GET", "/v1/articles/mp-1").headers["etag"]
    killed = desk("POST", "/v1/articles/mp-1/mark", {"state": "killed", "note": "Telephone, 12:04"})
    assert (killed.json()["state"], killed.json()["others"]) == ("killed", ["mp-2"])
    assert killed.headers["etag"] == desk("GET", "/v1/articles/mp-1").headers["etag"] != before
    other = desk("GET", "/v1/articles/mp-2").json()
    assert (other["family"]["state"], other["rights"]["state"]) == ("killed", "usable")
    stale = desk("POST", "/v1/articles/mp-1/mark", {"state": "usable"}, headers={"If-Match": before})
    assert stale.status_code == 412
    back = desk("POST", "/v1/articles/mp-1/mark", {"state": "usable"}).json()
    assert (back["state"], back["still"]) == ("usable", None)


def test_what_the_agency_says_the_desk_cannot_take_back(desk):
    desk("POST", "/v1/articles", story(metadata={"status": "canceled"}))
    back = desk("POST", "/v1/articles/mp-1/mark", {"state": "usable"}).json()
    assert (back["state"], back["still"]) == ("killed", 'its status says "canceled" (mp-1)')


@pytest.mark.parametrize(
    ("body", "status"),
    [({}, 422), ({"state": "dead"}, 422), ({"embargo": "tomorrow"}, 422), ({"state": None, "note": "x"}, 422)],
)
def test_a_mark_must_say_something_that_can_be_read(desk, body, status):
    desk("POST", "/v1/articles", story())
    assert desk("POST", "/v1/articles/mp-1/mark", body).status_code == status
    assert desk("GET", "/v1/articles/mp-1").json()["rights"]["state"] == "usable"


def test_a_kill_that_comes_as_a_message_is_applied_and_told(desk):
    facts = {"slug": "BC-Bridge", "created": "2026-04-03T10:00:00Z", "source": "MP"}
    message = {"id": "mp-k", "text": "KILL story slugged BC-Bridge. Legal reasons.", "metadata": facts}
    sent = desk("POST", "/v1/articles", [story(metadata=facts), message]).json()
    assert (sent["added"], sent["applied"]) == (1, [{"says": "killed", "id": "mp-1", "by": "mp-k"}])
    unknown = desk("POST", "/v1/articles", message | {"text": "KILL story slugged BC-Ferry.", "metadata": {}}).json()
    assert (
        unknown["notes"][0]["detail"] == "It says that a story is killed that is not in the index; it is kept for it."
    )
    aimless = desk("POST", "/v1/articles", {"id": "mp-x", "text": "KILL the story, please."})
    assert aimless.status_code == 422


def test_the_figures_tell_recent_kills_and_embargoes(desk):
    ended, begun = {"embargoed_until": "2020-01-01T00:00:00Z"}, {"embargoed_until": "2999-01-01T10:00:00Z"}
    desk("POST", "/v1/articles", [story(), story("mp-2", OTHER, metadata=begun), story("mp-3", DRAFT, metadata=ended)])
    desk("POST", "/v1/articles/mp-1/mark", {"state": "killed", "note": "Telephone", "at": "2026-04-03T12:04:00Z"})
    told = desk("GET", "/v1/index").json()
    assert (told["works"], told["revisions"]) == (3, 3)
    assert told["killed"] == [
        {
            "id": "mp-1",
            "title": "Bridge sticks for six hours",
            "state": "killed",
            "since": "2026-04-03T12:04:00Z",
            "by": "the desk",
            "note": "Telephone",
        }
    ]
    assert [(one["id"], one["embargo"]) for one in told["embargoed"]] == [("mp-2", "2999-01-01T10:00:00Z")]
    # what was read before is not read again, but what was said since is known
    desk("POST", "/v1/articles/mp-3/mark", {"state": "withheld", "at": "2026-04-04T08:00:00Z"})
    desk("PUT", "/v1/articles/mp-2", {"text": OTHER + "Free now.\n"})
    desk("POST", "/v1/articles/mp-1/mark", {"state": "usable"})
    told = desk("GET", "/v1/index").json()
    assert [one["id"] for one in told["killed"]] == ["mp-3"]
    assert told["embargoed"] == []
    desk("DELETE", "/v1/articles/mp-3")
    assert desk("GET", "/v1/index").json()["killed"] == []


def test_a_kill_by_the_desk_outlives_a_new_revision_in_the_figures(desk):
    desk("POST", "/v1/articles", story())
    desk("POST", "/v1/articles/mp-1/mark", {"state": "killed"})
    desk("PUT", "/v1/articles/mp-1", {"text": BRIDGE + "More.\n"})
    assert desk("GET", "/v1/articles/mp-1").json()["rights"]["state"] == "killed"
    assert [one["id"] for one in desk("GET", "/v1/index").json()["killed"]] == ["mp-1"]
    desk("POST", "/v1/articles/mp-1/mark", {"state": "usable"})
    assert desk("GET", "/v1/index").json()["killed"] == []


def test_a_story_is_removed_with_everything(desk):
    made = desk("POST", "/v1/articles", story("wire/bridge.txt"))
    assert made.headers["location"] == "/v1/articles/wire%2Fbridge.txt"
    address = made.headers["location"]
    assert desk("DELETE", address, headers={"If-Match": '"other"'}).status_code == 412
    assert desk("DELETE", address).status_code == 204
    assert desk("DELETE", address).status_code == desk("GET", address).status_code == 404
    with open_index(str(desk.index), readonly=True) as index:
        assert not check(DRAFT, index).matches


@pytest.mark.parametrize(("address", "method"), [("mp-1/mark", "POST"), ("mp-1/versions", "GET")])
def test_what_stands_below_a_story_is_no_story(desk, address, method):
    refused = desk("PUT", f"/v1/articles/{address}", {"text": OTHER})
    assert (refused.status_code, refused.headers["allow"]) == (405, method)


def test_the_list_goes_on_by_cursor(desk):
    desk("POST", "/v1/articles", [story(f"mp-{number}", OTHER) for number in range(5)])
    seen, address = [], "/v1/articles?limit=2"
    while address:
        page = desk("GET", address)
        seen += [one["id"] for one in page.json()["articles"]]
        link = page.headers.get("link", "")
        assert link.endswith('; rel="next"') == (page.json()["next"] is not None)
        address = "/v1/articles" + link[1 : link.index(">")] if link else ""
    assert seen == ["mp-0", "mp-1", "mp-2", "mp-3", "mp-4"]
    for wrong in ("x", "eyJhZnRlciI6MX0", "%00", "bm9uc2Vuc2U"):
        assert desk("GET", f"/v1/articles?cursor={wrong}").status_code == 422
    assert desk("GET", "/v1/articles?limit=0").status_code == 422


def test_an_index_that_vanished_is_not_made_anew_in_its_place(desk, tmp_path):
    desk("POST", "/v1/articles", story())
    desk.index.rename(tmp_path / "elsewhere")
    for method, path in (("GET", "/v1/articles"), ("GET", "/v1/index"), ("DELETE", "/v1/articles/mp-1")):
        assert desk(method, path).status_code == 503
    assert desk("POST", "/v1/articles", story()).status_code == 503
    assert desk("PUT", "/v1/articles/mp-1", {"text": OTHER}).status_code == 503
    assert not desk.index.exists()
    (tmp_path / "elsewhere").rename(desk.index)
    assert desk("GET", "/v1/articles/mp-1").status_code == 200


def test_another_writer_makes_a_change_wait_and_then_be_refused(desk, monkeypatch):
    from api import writing

    desk("POST", "/v1/articles", story())
    monkeypatch.setattr(writing, "BUSY_SECONDS", 0.1)
    with open_index(str(desk.index)) as other:
        other._connection.execute("BEGIN IMMEDIATE")
        refused = desk("POST", "/v1/articles", story("mp-2", OTHER))
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
    with writing._turn(desk.index.parent / "server" / "tenants" / "default" / "write.lock"):
        assert desk("DELETE", "/v1/articles/mp-1").status_code == 503
    assert desk("POST", "/v1/articles", story("mp-2", OTHER)).status_code == 201


def test_changes_wait_for_one_another_and_not_too_many_do(desk, monkeypatch):
    monkeypatch.setattr(articles, "MOST_WAITING", 2)

    async def at_once():
        async with client(desk.app) as http:
            sent = [http.post("/v1/articles", json=story(f"mp-{number}")) for number in range(6)]
            return [one.status_code for one in await asyncio.gather(*sent)]

    answers = asyncio.run(at_once())
    assert sorted(answers) == [201, 201, 201, 503, 503, 503]
    assert len(desk("GET", "/v1/articles").json()["articles"]) == 3


def test_a_lone_surrogate_from_a_feed_comes_out_as_json(desk):
    line = '{"id": "odd", "text": "five words are here \\ud800 now"}'
    desk("POST", "/v1/articles", content=line, headers={"content-type": "application/jsonl"})
    assert "\\ud800" in desk("GET", "/v1/articles/odd").text


def test_two_server_processes_share_one_index(tmp_path):
    """What one process was told, every one finds; of changes at the same time none is lost."""
    sent = [story(f"mp-{number}", f"{OTHER}This is story number {number} of the parish.\n") for number in range(24)]

    async def all_at_once(url):
        limits = httpx.Limits(max_keepalive_connections=0)  # a connection of its own each, so that both have some
        async with httpx.AsyncClient(base_url=url, timeout=60, limits=limits) as http:

            async def add(one):
                answer = await http.post("/v1/articles", json=one)
                while answer.status_code == 503:
                    await asyncio.sleep(float(answer.headers["retry-after"]) / 10)
                    answer = await http.post("/v1/articles", json=one)
                return answer.status_code, [(await http.get(f"/v1/articles/{one['id']}")).status_code for _ in range(4)]

            told = await asyncio.gather(*map(add, sent))
            found = [(await http.post("/v1/checks", json={"text": one["text"]})).json() for one in sent[-3:]]
            works = [(await http.get("/v1/index")).json()["works"] for _ in range(6)]
            return told, found, works

    with serving(tmp_path, "--processes", "2", works=None, workers=2) as service:
        told, found, works = asyncio.run(all_at_once(service.url))
    assert told == [(201, [200] * 4)] * 24
    assert [report["matches"][0]["source"]["id"] for report in found] == ["mp-21", "mp-22", "mp-23"]
    assert works == [24] * 6
