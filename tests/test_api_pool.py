"""The pool on its own: who waits, who is refused, and that an audit never keeps an editor waiting."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from api.pool import Job, Overloaded, Pool
from api.problems import Problem
from api.settings import Settings
from api.worker import answered
from tests.serving import TAKEN, make_index


def with_pool(settings: Settings, body: Callable[[Pool], Awaitable[None]]) -> None:
    async def run() -> None:
        pool = Pool(settings)
        await pool.start()
        try:
            await body(pool)
        finally:
            await pool.stop()
        assert pool.alive == 0

    asyncio.run(run())


def job(index: Path, text: str = TAKEN, **how: Any) -> Job:
    header = {"type": "application/json", "index": str(index), "policy": "", "policies": "", "kept": ""}
    return Job("check", header, json.dumps({"text": text}).encode(), **how)


def test_jobs_are_done_and_their_bytes_come_back(tmp_path: Path) -> None:
    index = make_index(tmp_path / "index")

    async def body(pool: Pool) -> None:
        results = await asyncio.gather(*(pool.run(job(index, f"{TAKEN} {number}")) for number in range(6)))
        assert [json.loads(blob)["submitted"]["words"] for _, blob in results] == [22] * 6
        assert {tuple(facts["verdicts"]) for facts, _ in results} == {("flagged",)}
        assert (pool.running, pool.waiting, pool.alive) == (0, 0, 2)

    with_pool(Settings(data=tmp_path, workers=2, waiting=10), body)


def test_more_than_may_wait_are_refused_at_once(tmp_path: Path) -> None:
    index = make_index(tmp_path / "index")

    async def body(pool: Pool) -> None:
        results = await asyncio.gather(*(pool.run(job(index)) for _ in range(9)), return_exceptions=True)
        refused = [one for one in results if isinstance(one, Overloaded)]
        assert (len(refused), pool.refused) == (5, 5)  # one worker, three wait
        assert [type(one) for one in results[:4]] == [tuple] * 4  # who came first is served

    with_pool(Settings(data=tmp_path, workers=1, waiting=3), body)


def test_patient_jobs_wait_behind_all_others_and_are_never_refused(tmp_path: Path) -> None:
    index = make_index(tmp_path / "index")
    done: list[str] = []

    async def body(pool: Pool) -> None:
        async def one(name: str, patient: bool) -> None:
            await pool.run(job(index, patient=patient))
            done.append(name)

        tasks = [asyncio.create_task(one("audit", True)) for _ in range(8)]
        await asyncio.sleep(0)  # they all ask before the editors do
        tasks += [asyncio.create_task(one("editor", False)) for _ in range(4)]
        await asyncio.gather(*tasks)
        assert pool.refused == 0

    with_pool(Settings(data=tmp_path, workers=1, waiting=4), body)
    assert done == ["audit", "editor", "editor", "editor", "editor", *["audit"] * 7]


def test_audits_leave_a_worker_to_the_editors(tmp_path: Path) -> None:
    index = make_index(tmp_path / "index")

    async def body(pool: Pool) -> None:
        audits = [asyncio.create_task(pool.run(job(index, patient=True))) for _ in range(6)]
        await asyncio.sleep(0)
        assert pool.running == 1  # of two
        assert not pool.full
        await pool.run(job(index))
        await asyncio.gather(*audits)
        assert pool.running == 0

    with_pool(Settings(data=tmp_path, workers=2, waiting=0), body)


def test_who_gives_up_leaves_no_worker_behind(tmp_path: Path) -> None:
    index = make_index(tmp_path / "index")

    async def body(pool: Pool) -> None:
        tasks = [asyncio.create_task(pool.run(job(index, patient=number % 2 == 1))) for number in range(6)]
        await asyncio.sleep(0)
        for task in tasks[1:]:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert (pool.running, pool.waiting) == (0, 0)
        assert (await pool.run(job(index)))[0]["verdicts"] == ["flagged"]
        assert (await pool.run(job(index, patient=True)))[0]["verdicts"] == ["flagged"]

    with_pool(Settings(data=tmp_path, workers=1), body)


def test_a_stopped_pool_takes_nothing(tmp_path: Path) -> None:
    async def body(pool: Pool) -> None:
        await pool.stop()
        with pytest.raises(Overloaded):
            await pool.run(Job("check"))

    with_pool(Settings(data=tmp_path, workers=1), body)


def test_what_a_handler_raises_becomes_a_problem_without_its_words() -> None:
    def breaks(header: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
        raise ValueError(body.decode())

    def refuses(header: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
        raise Problem(404, "There is no such thing.", slug="nothing")

    handlers = {"breaks": breaks, "refuses": refuses}
    told, blob = answered(handlers, {"what": "breaks", "seconds": 5, "header": {}}, b"a heronwhisper")
    assert (told["problem"]["status"], blob) == (500, b"")
    assert told["log"].startswith("ValueError at tests/test_api_pool.py:")
    assert "heronwhisper" not in json.dumps(told)
    told, _ = answered(handlers, {"what": "refuses", "seconds": 5, "header": {}}, b"")
    assert (told["problem"]["status"], told["problem"]["slug"], told["log"]) == (404, "nothing", "")


def test_a_handler_that_takes_too_long_is_ended_where_it_stands() -> None:
    def loops(header: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
        while True:
            try:
                sum(range(1000))
            except Exception:  # a reader that takes everything for a damaged file
                raise AssertionError from None

    told, _ = answered({"loops": loops}, {"what": "loops", "seconds": 0.05, "header": {}}, b"")
    assert told["last"]
    assert told["problem"]["detail"] == "This takes more than 0.05 seconds, and was ended."
