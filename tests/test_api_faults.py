"""What goes wrong under a running service: workers killed, indexes gone, slow clients, floods, limits reached."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from fingerprints.index import Upsert
from fingerprints.sketch import sketcher
from fingerprints.stores import open_index
from tests.serving import BANDSTAND, BRIDGE, ROOT, STORIES, TAKEN, Service, environment, is_problem, serving

DRAFT = {"text": f"That morning {TAKEN}."}
WORDS = tuple(dict.fromkeys(word.strip(".,()-").lower() for word in (BRIDGE + BANDSTAND).split()))


def long_text(words: int) -> str:
    """Words in an order that does not repeat."""
    return " ".join(WORDS[(number * number + number // 7) % len(WORDS)] + str(number % 97) for number in range(words))


LONG = long_text(500_000)
"""A check of it takes more than a second."""


def children(pid: int) -> list[int]:
    """The processes that this one started."""
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def computing(pid: int) -> float:
    """Seconds of processor time that a process has used."""
    used = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(used[11]) + int(used[12])) / os.sysconf("SC_CLK_TCK")


def until(done: Callable[[], bool], seconds: float = 30.0) -> None:
    """Wait for something to happen. Fails when it does not."""
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end
        time.sleep(0.02)


@contextlib.contextmanager
def under_way(service: Service, worker: int) -> Iterator[list[httpx.Response]]:
    """A long check that the worker has begun; its answer is in the list behind the block."""
    answers: list[httpx.Response] = []
    before = computing(worker)
    body = {"text": LONG}
    thread = threading.Thread(
        target=lambda: answers.append(httpx.post(f"{service}/v1/checks", json=body, timeout=100)), daemon=True
    )
    thread.start()
    until(lambda: computing(worker) > before + 0.1)
    yield answers
    thread.join(100)
    assert answers


linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")


@linux
def test_a_worker_killed_in_the_middle_of_a_check(tmp_path: Path) -> None:
    with serving(tmp_path) as service:
        (worker,) = children(service.pid)
        with under_way(service, worker) as answers:
            os.kill(worker, signal.SIGKILL)
        problem = is_problem(answers[0], 500, "harbour")
        assert problem["type"] == "urn:wirecheck:problem:worker-lost"
        answer = httpx.post(f"{service}/v1/checks", json=DRAFT, timeout=60)
        assert (answer.status_code, answer.json()["verdict"]) == (200, "flagged")
        assert children(service.pid) != [worker]
        assert "harbour" not in service.said()


@linux
def test_a_worker_killed_while_it_waits_is_replaced_unseen(tmp_path: Path) -> None:
    with serving(tmp_path) as service:
        (worker,) = children(service.pid)
        os.kill(worker, signal.SIGKILL)
        until(lambda: children(service.pid) not in ([], [worker]))
        answer = httpx.post(f"{service}/v1/checks", json=DRAFT, timeout=60)
        assert answer.status_code == 200


@linux
def test_workers_die_with_their_server(tmp_path: Path) -> None:
    with serving(tmp_path, workers=2) as service:
        workers = children(service.pid)
        assert len(workers) == 2
        with under_way_quietly(service):
            until(lambda: any(computing(worker) > 0.5 for worker in workers))
            os.kill(service.pid, signal.SIGKILL)
        until(lambda: not any(_runs(worker) for worker in workers), 5)


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@contextlib.contextmanager
def under_way_quietly(service: Service) -> Iterator[None]:
    """A long check whose answer never comes."""

    def ask() -> None:
        with contextlib.suppress(httpx.TransportError):
            httpx.post(f"{service}/v1/checks", json={"text": LONG}, timeout=100)

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    yield
    thread.join(30)


@linux
def test_a_check_that_takes_too_long_is_incomplete(tmp_path: Path) -> None:
    with serving(tmp_path, seconds=0.3) as service:
        began = time.monotonic()
        answer = httpx.post(f"{service}/v1/checks", json={"text": LONG, "id": "post-17"}, timeout=60)
        assert time.monotonic() - began < 20
        report = answer.json()
        assert (answer.status_code, report["verdict"], report["id"]) == (200, "incomplete", "post-17")
        assert report["unjudged"] == ["this takes more than 0.3 seconds, and was ended"]
        assert httpx.post(f"{service}/v1/checks", json=DRAFT, timeout=60).json()["verdict"] == "flagged"


@linux
def test_a_check_that_is_stuck_is_ended_from_outside(tmp_path: Path) -> None:
    with serving(tmp_path, seconds=0.5) as service:
        (worker,) = children(service.pid)
        os.kill(worker, signal.SIGSTOP)  # as if it hung where no Python runs
        answer = httpx.post(f"{service}/v1/checks", json=DRAFT, timeout=60)
        assert (answer.status_code, answer.json()["verdict"]) == (200, "incomplete")
        assert "0.5 seconds" in answer.json()["reasons"][0]
        answer = httpx.post(f"{service}/v1/checks", json=DRAFT, timeout=60)
        assert answer.json()["verdict"] == "flagged"


@linux
def test_a_check_that_takes_too_much_memory_is_incomplete(tmp_path: Path) -> None:
    with serving(tmp_path, memory_mb=400, body_mb=64) as service:
        pieces = [{"markup": "<b>"}] * 2_000_000
        answer = httpx.post(f"{service}/v1/checks", json={"annotation": pieces, "id": "post-17"}, timeout=60)
        assert (answer.status_code, answer.json()["verdict"]) == (200, "incomplete")
        assert answer.json()["unjudged"] == ["this takes more memory than one request may have, and was ended"]
        answer = httpx.post(f"{service}/v1/checks", json=DRAFT, timeout=60)
        assert answer.json()["verdict"] == "flagged"


@linux
def test_past_its_admission_the_service_refuses_at_once_and_recovers(tmp_path: Path) -> None:
    with serving(tmp_path, waiting=2) as service:
        (worker,) = children(service.pid)
        os.kill(worker, signal.SIGSTOP)  # whatever it is given, it is at work on it
        with ThreadPoolExecutor(10) as several:
            asked = [several.submit(httpx.post, f"{service}/v1/checks", json=DRAFT, timeout=100) for _ in range(10)]
            until(lambda: sum(one.done() for one in asked) == 7)
            alive = httpx.get(f"{service}/healthz", timeout=10)
            ready = httpx.get(f"{service}/readyz", timeout=10)
            os.kill(worker, signal.SIGCONT)
            answers = [one.result() for one in asked]
        refused = [one for one in answers if one.status_code == 503]
        assert len(refused) == 7  # one is at work, two wait
        for one in refused:
            assert is_problem(one, 503, "commuters")["type"] == "urn:wirecheck:problem:overloaded"
            assert one.headers["retry-after"] == "1"
        assert {one.json()["verdict"] for one in answers if one not in refused} == {"flagged"}
        assert (alive.status_code, ready.status_code) == (200, 200)
        assert httpx.post(f"{service}/v1/checks", json=DRAFT, timeout=60).status_code == 200
        assert "wirecheck_refused_total 7.0" in httpx.get(f"{service}/metrics").text


def test_the_index_vanishes_and_comes_back(tmp_path: Path) -> None:
    with serving(tmp_path) as service, httpx.Client(base_url=service.url, timeout=60) as client:
        assert client.post("/v1/checks", json=DRAFT).json()["verdict"] == "flagged"
        away = service.index.with_name("away")
        service.index.rename(away)
        problem = is_problem(client.get("/readyz"), 503, str(tmp_path))
        assert "IndexMissing" in problem["detail"]
        problem = is_problem(client.post("/v1/checks", json=DRAFT), 503, "commuters", str(tmp_path))
        assert problem["type"] == "urn:wirecheck:problem:index-missing"
        assert client.get("/healthz").status_code == 200
        away.rename(service.index)
        assert client.get("/readyz").status_code == 200
        assert client.post("/v1/checks", json=DRAFT).json()["verdict"] == "flagged"
        assert str(service.index) in service.said()  # whoever runs it is told where


def test_an_index_that_was_put_in_the_place_of_another(tmp_path: Path) -> None:
    with serving(tmp_path) as service, httpx.Client(base_url=service.url, timeout=60) as client:
        assert client.post("/v1/checks", json=DRAFT).json()["index"]["works"] == 2
        from tests.serving import make_index

        make_index(tmp_path / "other", STORIES[1:])
        service.index.rename(tmp_path / "old")
        service.index.with_name("index.key").rename(tmp_path / "old.key")
        (tmp_path / "other").rename(service.index)
        (tmp_path / "other.key").rename(service.index.with_name("index.key"))
        report = client.post("/v1/checks", json=DRAFT).json()
        assert (report["index"]["works"], report["verdict"]) == (1, "clear")


def test_no_index_yet(tmp_path: Path) -> None:
    with serving(tmp_path, works=None) as service, httpx.Client(base_url=service.url, timeout=60) as client:
        is_problem(client.get("/readyz"), 503)
        is_problem(client.post("/v1/checks", json=DRAFT), 503, "commuters")


def test_a_policy_with_an_error_is_said_and_not_passed_over(tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text("[house]\nname = 7\n")
    with serving(tmp_path, policy=policy) as service, httpx.Client(base_url=service.url, timeout=60) as client:
        problem = is_problem(client.post("/v1/checks", json=DRAFT), 503, str(policy))
        assert problem["type"] == "urn:wirecheck:problem:policy-unusable"
        assert f"{policy}:2" in service.said()
        policy.write_text('[house]\nname = "The Marrow Gazette"\n')
        assert client.post("/v1/checks", json=DRAFT).status_code == 200


def test_a_story_added_elsewhere_is_found_by_every_process_at_once(tmp_path: Path) -> None:
    with serving(tmp_path, "--processes", "2", workers=1, works=STORIES[1:]) as service:
        draft = {"text": "That morning " + TAKEN}
        # each request on a connection of its own, so that both processes get some
        before = [httpx.post(f"{service}/v1/checks", json=draft, timeout=60).json()["verdict"] for _ in range(8)]
        assert set(before) == {"clear"}
        store = open_index(str(service.index))
        bridge = STORIES[0]
        store.apply([Upsert(bridge, sketcher(store.spec, store.secret).fingerprints([bridge.text])[0])])
        after = [httpx.post(f"{service}/v1/checks", json=draft, timeout=60).json()["verdict"] for _ in range(8)]
        store.close()
        assert set(after) == {"flagged"}


def _trickling(service: Service, sent: bytes, drip: bytes) -> socket.socket:
    host, port = service.url.removeprefix("http://").split(":")
    connection = socket.create_connection((host, int(port)), timeout=30)
    connection.sendall(sent)
    connection.setblocking(False)
    with contextlib.suppress(OSError):
        connection.send(drip)
    return connection


def _is_over(connection: socket.socket, drip: bytes) -> bool:
    """Whether the other side has ended it; else a few bytes more are sent."""
    try:
        with contextlib.suppress(BlockingIOError):
            if connection.recv(65536) == b"":
                raise ConnectionResetError
        with contextlib.suppress(BlockingIOError):
            connection.send(drip)
    except OSError:
        connection.close()
        return True
    return False


HEAD = b"POST /v1/checks HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
SLOW = {
    "heads": (b"POST /v1/checks HTTP/1.1\r\nHost: 127.0.0.1\r\n", b"X-A: b\r\n"),
    "bodies": (HEAD + b'Content-Length: 100000\r\n\r\n{"text": "', b"a"),
    "chunks": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n"),
    "silence": (b"", b""),
}


@pytest.mark.parametrize(("sent", "drip"), SLOW.values(), ids=SLOW)
def test_fifty_slow_connections_are_cut_while_others_are_served(tmp_path: Path, sent: bytes, drip: bytes) -> None:
    with serving(tmp_path, slow_seconds=1.0) as service, httpx.Client(base_url=service.url, timeout=60) as client:
        slow = [_trickling(service, sent, drip) for _ in range(50)]
        served, end = 0, time.monotonic() + 20
        while slow and time.monotonic() < end:
            slow = [one for one in slow if not _is_over(one, drip)]
            assert client.post("/v1/checks", json=DRAFT).json()["verdict"] == "flagged"
            served += 1
        assert not slow
        assert served > 3


def test_a_slow_body_is_told_why(tmp_path: Path) -> None:
    with serving(tmp_path, slow_seconds=1.0) as service, _trickling(service, SLOW["bodies"][0], b"") as connection:
        connection.settimeout(20)
        head, _, body = b"".join(iter(lambda: connection.recv(65536), b"")).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 408 ")
        assert json.loads(body)["type"] == "urn:wirecheck:problem:slow-body"


def test_bodies_that_are_held_have_a_bound_together(tmp_path: Path) -> None:
    with serving(tmp_path, body_mb=1, workers=1, waiting=1) as service, contextlib.ExitStack() as open_ones:
        part = HEAD + b'Content-Length: 1000000\r\n\r\n{"text": "' + b"a" * 900_000
        several = [open_ones.enter_context(_trickling(service, b"", b"")) for _ in range(3)]
        for one in several:
            one.setblocking(True)
            one.sendall(part)
        ready, _, _ = select.select(several, [], [], 20)
        assert len(ready) == 1  # two are waited for
        head, _, _ = ready[0].recv(65536).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 503 ")
        for one in several:
            one.close()
        until(lambda: httpx.post(f"{service}/v1/checks", json={"text": "a" * 900_000}).status_code == 200)


def test_a_worker_that_cannot_start_stops_the_start(tmp_path: Path) -> None:
    env = environment(tmp_path, {"data": tmp_path / "data", "memory_mb": 256, "workers": 1, "port": 0})
    code = (
        "import asyncio, sys\n"
        "from pathlib import Path\n"
        "from api.pool import Pool\n"
        "from api.settings import Settings\n"
        "async def start():\n"
        "    pool = Pool(Settings(data=Path('.'), memory_mb=1, workers=2))\n"
        "    try:\n"
        "        await pool.start()\n"
        "    except OSError as error:\n"
        "        print(error)\n"
        "    await pool.stop()\n"
        "asyncio.run(start())\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60)
    assert done.stdout == "a worker process did not start; what it said is above\n"
    assert BANDSTAND[:20] not in done.stderr
