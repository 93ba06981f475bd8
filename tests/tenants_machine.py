"""Two newsrooms and many keys on one service, and whoever looks for a byte of the one in what the other is told.

Each newsroom's words, ids and keys carry a mark of its own. `Newsrooms` asks whatever comes, with any key, for one's
own things and for the other's; after every answer it looks for the other newsroom's marks. The whole application
runs, but for its worker processes: jobs are done where they are asked for.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from unittest import mock

import httpx
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from api.app import create_app
from api.keys import EVERY_SCOPE, Keys
from api.settings import Settings
from tests.api_in_process import InProcess

ROOMS = ("harbour", "hill")
SCOPES = ("read", "check", "write", "admin")
SHARED_ID = "wire-1"
"""Both newsrooms have a story of this id, as two customers of one agency do."""
SAME_DRAFT = "Both newsrooms were sent the same reader's letter about the bandstand, and both of them check it today."
RETRY = ("retry-1", "retry-2")
WORDS = 24
scopes = st.sets(st.sampled_from(SCOPES), min_size=1)
rooms = st.sampled_from(ROOMS)
numbers = st.integers(0, 7)


class Here(InProcess):
    """A pool of no processes, for the whole application."""

    alive, running, waiting, refused, lost, late, full = 1, 0, 0, 0, 0, 0, False

    def __init__(self, settings: Settings) -> None:
        super().__init__()

    async def start(self) -> None:
        pass

    async def stop(self) -> None:
        pass


@dataclass
class Handed:
    """A key that was handed out, and whether it still opens anything."""

    plain: str
    id: str
    room: str
    scopes: frozenset[str]
    works: bool = True

    def may(self, scope: str) -> bool:
        return scope in self.scopes or "admin" in self.scopes


@dataclass
class Room:
    """What a newsroom has, as it should be."""

    stories: dict[str, str] = field(default_factory=dict)
    kept: dict[str, bytes] = field(default_factory=dict)
    audits: list[str] = field(default_factory=list)
    secrets: set[bytes] = field(default_factory=set)


def letters(number: int) -> str:
    """A number as letters, so that it stands in a word."""
    return "".join(chr(ord("a") + int(digit)) for digit in f"{number:04d}")


def words_of(room: str, number: int, count: int = WORDS) -> str:
    """Prose of a newsroom of its own: every word carries its mark."""
    return " ".join(f"zq{room}x{letters(number)}{letters(place)}" for place in range(count))


class Newsrooms(RuleBasedStateMachine):
    """Asks whatever comes, with any key, and judges each answer when it comes."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="wirecheck-rooms-"))
        self.rooms = {room: Room() for room in ROOMS}
        self.handed: list[Handed] = []
        self.made = 0
        self.loop = asyncio.Runner()
        settings = Settings(data=self.folder / "data", keys_required=True, tenants=ROOMS, workers=1)
        with mock.patch("api.app.Pool", Here):
            self.app = create_app(settings)
        self.lifespan = self.app.router.lifespan_context(self.app)
        self.loop.run(self.lifespan.__aenter__())
        # `wirecheck keys` is another process, so it has the file open on its own
        self.desk = Keys(settings.keys_file)
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        self.http = httpx.AsyncClient(transport=transport, base_url="http://wire.example")

    def teardown(self) -> None:
        self.loop.run(self.http.aclose())
        self.loop.run(self.lifespan.__aexit__(None, None, None))
        self.desk.close()
        self.loop.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    # asking

    def ask(self, key: Handed, needs: str, method: str, path: str, **sent: object) -> httpx.Response | None:
        """The answer, judged; None when the key rightly did not open the door."""
        headers = {"Authorization": f"Bearer {key.plain}", **sent.pop("headers", {})}
        request = self.http.build_request(method, path, headers=headers, **sent)
        answer = self.loop.run(self.http.send(request))
        self.judge(key.room, request, answer)
        assert answer.status_code < 500, (answer.status_code, answer.text)
        if not key.works:
            refused = 403 if path.startswith("/v2/") else 401  # LanguageTool's clients know no 401
            assert answer.status_code == refused, "a key that ended opens nothing"
        elif not key.may(needs):
            assert answer.status_code == 403, f"{needs} is not among {sorted(key.scopes)}"
        else:
            assert answer.status_code not in (401, 403), answer.text
            return answer
        return None

    def judge(self, room: str | None, request: httpx.Request, answer: httpx.Response) -> None:
        """Nothing of another newsroom may stand in an answer, but what this very request said."""
        said = str(request.url).encode() + request.content
        told = answer.content + repr(answer.headers.raw).encode()
        for other in ROOMS:
            if other == room:
                continue
            marks = re.compile(rb"zq%sx[a-z]+" % other.encode())
            leaked = set(marks.findall(told)) - set(marks.findall(said))
            leaked |= {secret for secret in self.rooms[other].secrets if secret in told and secret not in said}
            assert not leaked, f"{room} was told of {other}: {sorted(leaked)[:3]}"

    def key_of(self, room: str, number: int) -> Handed:
        own = [key for key in self.handed if key.room == room]
        return own[number % len(own)]

    def other(self, room: str) -> Room:
        return self.rooms[ROOMS[1 - ROOMS.index(room)]]

    # keys

    def hand_out(self, room: str, wanted: frozenset[str]) -> Handed:
        plain, key = self.desk.create(room, wanted)
        self.rooms[room].secrets.update((key.id.encode(), plain.encode()))
        self.handed.append(Handed(plain, key.id, room, wanted))
        return self.handed[-1]

    @initialize()
    def begin(self) -> None:
        for room in ROOMS:
            self.hand_out(room, frozenset(EVERY_SCOPE))
            self.hand_out(room, frozenset({"read", "check", "write"}))
            self.add(room, 0, shared=True)
            self.add(room, 0, shared=False)
            self.check(room, 0, room, 0, keep=True)
            self.begin_audit(room, 0, room, 1)

    @precondition(lambda self: len(self.handed) < 16)
    @rule(room=rooms, wanted=scopes)
    def create_key(self, room: str, wanted: set[str]) -> None:
        self.hand_out(room, frozenset(wanted))

    @precondition(lambda self: len(self.handed) < 16)
    @rule(room=rooms, number=numbers, grace=st.sampled_from((0, 3600)))
    def rotate_key(self, room: str, number: int, grace: int) -> None:
        old = self.key_of(room, number)
        if not old.works:
            return
        plain, key = self.desk.rotate(old.id, grace=grace)
        self.rooms[room].secrets.update((key.id.encode(), plain.encode()))
        self.handed.append(replace(old, plain=plain, id=key.id))
        old.works = grace > 0

    @rule(room=rooms, number=st.integers(2, 7))
    def revoke_key(self, room: str, number: int) -> None:
        key = self.key_of(room, number)
        if sum(one.works for one in self.handed if one.room == room) > 2:
            self.desk.revoke(key.id)
            key.works = False

    # stories

    @rule(room=rooms, number=numbers, shared=st.booleans())
    def add(self, room: str, number: int, shared: bool) -> None:
        self.made += 1
        text = words_of(room, self.made)
        id = SHARED_ID if shared else f"zq{room}x{letters(self.made)}"
        story = {"id": id, "title": f"Title zq{room}x{letters(self.made)}", "text": text}
        if self.ask(self.key_of(room, number), "write", "POST", "/v1/articles", json=story):
            self.rooms[room].stories[id] = text

    @rule(room=rooms, number=numbers, whose=rooms, which=numbers, what=st.sampled_from(("", "/versions")))
    def read_story(self, room: str, number: int, whose: str, which: int, what: str) -> None:
        id = self.any_story(whose, which)
        answer = self.ask(self.key_of(room, number), "read", "GET", f"/v1/articles/{id}{what}")
        if answer is not None:
            self.expect(answer, 200 if id in self.rooms[room].stories else 404)
            if answer.status_code == 200 and not what:
                assert answer.json()["text"] == self.rooms[room].stories[id]

    @rule(room=rooms, number=numbers, whose=rooms, which=numbers)
    def remove_story(self, room: str, number: int, whose: str, which: int) -> None:
        id = self.any_story(whose, which)
        answer = self.ask(self.key_of(room, number), "write", "DELETE", f"/v1/articles/{id}")
        if answer is not None:
            self.expect(answer, 204 if self.rooms[room].stories.pop(id, None) else 404)

    @rule(room=rooms, number=numbers, whose=rooms, which=numbers)
    def kill_story(self, room: str, number: int, whose: str, which: int) -> None:
        id = self.any_story(whose, which)
        body = {"state": "killed", "note": f"zq{room}xkilled"}
        answer = self.ask(self.key_of(room, number), "write", "POST", f"/v1/articles/{id}/mark", json=body)
        if answer is not None:
            self.expect(answer, 200 if id in self.rooms[room].stories else 404)

    @rule(room=rooms, number=numbers)
    def list_stories(self, room: str, number: int) -> None:
        answer = self.ask(self.key_of(room, number), "read", "GET", "/v1/articles?limit=200")
        if answer is not None:
            assert {one["id"] for one in answer.json()["articles"]} == self.rooms[room].stories.keys()

    @rule(room=rooms, number=numbers)
    def look_at_figures(self, room: str, number: int) -> None:
        answer = self.ask(self.key_of(room, number), "read", "GET", "/v1/index")
        if answer is not None:
            assert answer.json()["works"] == len(self.rooms[room].stories)

    def any_story(self, whose: str, which: int) -> str:
        ids = sorted(self.rooms[whose].stories) or [SHARED_ID]
        return ids[which % len(ids)]

    # checks

    @rule(room=rooms, number=numbers, whose=rooms, which=numbers, keep=st.booleans())
    def check(self, room: str, number: int, whose: str, which: int, keep: bool) -> None:
        text = self.rooms[whose].stories.get(self.any_story(whose, which), SAME_DRAFT)
        body = {"text": f"The paper writes today that {text} and nobody minded.", "keep": keep}
        answer = self.ask(self.key_of(room, number), "check", "POST", "/v1/checks", json=body)
        if answer is None:
            return
        found = {match["source"]["id"] for match in answer.json()["matches"]}
        assert found == {id for id, own in self.rooms[room].stories.items() if own == text}
        self.note_kept(room, answer)

    @rule(room=rooms, number=numbers, retry=st.sampled_from(RETRY))
    def check_the_same_letter(self, room: str, number: int, retry: str) -> None:
        body = {"text": SAME_DRAFT, "keep": True, "id": "letter"}
        headers = {"Idempotency-Key": retry}
        answer = self.ask(self.key_of(room, number), "check", "POST", "/v1/checks", json=body, headers=headers)
        if answer is not None:
            self.note_kept(room, answer)

    @rule(room=rooms, number=numbers, whose=rooms, which=numbers)
    def check_as_a_client_of_languagetool(self, room: str, number: int, whose: str, which: int) -> None:
        text = self.rooms[whose].stories.get(self.any_story(whose, which), SAME_DRAFT)
        answer = self.ask(
            self.key_of(room, number), "check", "POST", "/v2/check", data={"language": "en", "text": text}
        )
        if answer is not None:
            assert bool(answer.json()["matches"]) == (text in self.rooms[room].stories.values())

    def note_kept(self, room: str, answer: httpx.Response) -> None:
        if answer.status_code == 201:
            id = answer.headers["location"].rpartition("/")[2]
            self.rooms[room].kept[id] = answer.content
            self.rooms[room].secrets.add(id.encode())

    @rule(room=rooms, number=numbers, whose=rooms, which=numbers)
    def read_report(self, room: str, number: int, whose: str, which: int) -> None:
        ids = sorted(self.rooms[whose].kept) or ["A" * 22]
        id = ids[which % len(ids)]
        answer = self.ask(self.key_of(room, number), "read", "GET", f"/v1/checks/{id}")
        if answer is not None:
            self.expect(answer, 200 if id in self.rooms[room].kept else 404)
            if answer.status_code == 200:
                assert answer.json() == httpx.Response(200, content=self.rooms[room].kept[id]).json()

    # audits

    @rule(room=rooms, number=numbers, whose=rooms, which=numbers)
    def begin_audit(self, room: str, number: int, whose: str, which: int) -> None:
        text = self.rooms[whose].stories.get(self.any_story(whose, which), SAME_DRAFT)
        body = {"texts": [{"id": f"zq{room}xpage", "text": text}]}
        answer = self.ask(self.key_of(room, number), "check", "POST", "/v1/audits", json=body)
        if answer is not None and answer.status_code == 202:
            id = answer.headers["location"].rpartition("/")[2]
            self.rooms[room].audits.append(id)
            self.rooms[room].secrets.add(id.encode())
            self.loop.run(asyncio.sleep(0.02))

    @rule(
        room=rooms,
        number=numbers,
        whose=rooms,
        which=numbers,
        what=st.sampled_from((("read", "GET", ""), ("read", "GET", "/results"), ("check", "POST", "/cancel"))),
    )
    def look_at_audit(self, room: str, number: int, whose: str, which: int, what: tuple[str, str, str]) -> None:
        ids = self.rooms[whose].audits or ["0" * 32]
        id = ids[which % len(ids)]
        needs, method, below = what
        answer = self.ask(self.key_of(room, number), needs, method, f"/v1/audits/{id}{below}")
        if answer is not None:
            self.expect(answer, 200 if id in self.rooms[room].audits else 404)

    @rule(room=rooms, number=numbers)
    def list_audits(self, room: str, number: int) -> None:
        answer = self.ask(self.key_of(room, number), "read", "GET", "/v1/audits?limit=200")
        if answer is not None:
            assert {one["id"] for one in answer.json()["audits"]} == set(self.rooms[room].audits)

    # the rest

    @rule(path=st.sampled_from(("/healthz", "/readyz", "/openapi.json", "/v1/index", "/v1/checks/x", "/nowhere", "/")))
    def ask_without_a_key(self, path: str) -> None:
        request = self.http.build_request("GET", path)
        self.judge(None, request, self.loop.run(self.http.send(request)))

    @rule(room=rooms, number=numbers)
    def read_metrics(self, room: str, number: int) -> None:
        self.ask(self.key_of(room, number), "admin", "GET", "/metrics")

    @rule(room=rooms, number=numbers, other=numbers)
    def mix_two_keys(self, room: str, number: int, other: int) -> None:
        """The id of one newsroom's key with the secret of the other's."""
        own, foreign = self.key_of(room, number), self.key_of(ROOMS[1 - ROOMS.index(room)], other)
        mixed = Handed(foreign.plain[:17] + own.plain[17:], "", room, frozenset(), works=False)
        assert self.ask(mixed, "read", "GET", "/v1/articles") is None

    def expect(self, answer: httpx.Response, status: int) -> None:
        assert answer.status_code == status, (answer.request.method, answer.request.url, answer.text)
