"""Idempotency-Key: what is sent again is done once, and no draft is kept for it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from api.once import Answered, Once
from api.problems import Problem
from tests.serving import ROOT, TAKEN, Service, is_problem, serving

DRAFT = {"text": f"That morning {TAKEN}.", "keep": True}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with serving(tmp_path_factory.mktemp("service")) as running:
        yield running


def post(service: Service, key: str, body: object, path: str = "/v1/checks") -> httpx.Response:
    return httpx.post(f"{service}{path}", json=body, headers={"Idempotency-Key": key}, timeout=60)


def kept(service: Service) -> list[Path]:
    return sorted((service.data / "tenants" / "default" / "kept").glob("*.json"))


def test_the_same_request_is_done_once_and_answered_twice(service: Service) -> None:
    first = post(service, "k-1", DRAFT)
    before = kept(service)
    second = post(service, "k-1", DRAFT)
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.content == first.content
    assert second.headers["location"] == first.headers["location"]
    assert second.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert kept(service) == before


def test_another_key_does_it_again(service: Service) -> None:
    first, second = post(service, "k-2", DRAFT), post(service, "k-3", DRAFT)
    assert first.headers["location"] != second.headers["location"]


def test_one_key_for_two_requests_is_refused(service: Service) -> None:
    post(service, "k-4", DRAFT)
    for body, path in ((DRAFT | {"id": "other"}, "/v1/checks"), (DRAFT, "/v1/checks?a=b")):
        problem = is_problem(post(service, "k-4", body, path), 422, "commuters", "k-4")
        assert problem["type"] == "urn:wirecheck:problem:idempotency-key-reused"


def test_what_failed_may_be_tried_again(service: Service) -> None:
    is_problem(post(service, "k-5", {"text": 7}), 422)
    assert post(service, "k-5", DRAFT).status_code == 201


def test_a_form_sent_again_has_another_boundary_and_is_the_same(service: Service) -> None:
    answers = [
        httpx.post(
            f"{service}/v1/checks",
            files={"file": ("a.txt", TAKEN)},
            data={"keep": "true"},
            headers={"Idempotency-Key": "k-6"},
        )
        for _ in range(2)
    ]
    assert answers[0].headers["location"] == answers[1].headers["location"]
    other = httpx.post(f"{service}/v1/checks", files={"file": ("b.txt", TAKEN)}, headers={"Idempotency-Key": "k-6"})
    is_problem(other, 422)


def test_of_a_check_that_is_not_kept_nothing_is_stored(service: Service) -> None:
    draft = {"text": f"A heronwhisper goes round: {TAKEN}."}
    first, second = post(service, "k-7", draft), post(service, "k-7", draft)
    assert first.json()["matches"] == second.json()["matches"]
    is_problem(post(service, "k-7", {"text": "another"}), 422)
    for file in service.data.glob("idempotency.db*"):
        content = file.read_bytes()
        assert b"heronwhisper" not in content
        assert file.stat().st_mode & 0o077 == 0


def test_a_request_at_work_is_not_begun_twice(tmp_path: Path) -> None:
    once = Once(tmp_path)
    digest = once.digest(b"POST", b"a request")
    assert once.begin("default", "key", digest) is None
    with pytest.raises(Problem) as running:
        once.begin("default", "key", digest)
    assert running.value.status == 409
    assert once.begin("harbour", "key", digest) is None  # another's key of the same name
    once.finish("default", "key", Answered(202, [("location", "/v1/audits/1")], b"{}"))
    known = once.begin("default", "key", digest)
    assert known == Answered(202, [("location", "/v1/audits/1")], b"{}")
    once.close()


def test_two_processes_share_what_is_known(tmp_path: Path) -> None:
    one, other = Once(tmp_path), Once(tmp_path)
    assert one.begin("default", "key", one.digest(b"x")) is None
    with pytest.raises(Problem):
        other.begin("default", "key", other.digest(b"x"))
    one.forget("default", "key")
    assert other.begin("default", "key", other.digest(b"x")) is None
    one.close()
    other.close()


def test_a_request_whose_process_is_gone_may_be_begun_again(tmp_path: Path) -> None:
    once = Once(tmp_path)
    digest = once.digest(b"x")
    once.close()
    code = (
        "import pathlib, sys\n"
        "from api.once import Once\n"
        "Once(pathlib.Path(sys.argv[1])).begin('d', 'k', bytes.fromhex(sys.argv[2]))\n"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path), digest.hex()], check=True, timeout=60, cwd=ROOT)
    assert once.begin("d", "k", digest) is None
    once.close()


def test_after_a_day_a_key_is_forgotten(tmp_path: Path) -> None:
    now = 1_000_000.0
    once = Once(tmp_path, clock=lambda: now)
    once.begin("default", "key", once.digest(b"x"))
    once.finish("default", "key", Answered(200, [], b"{}"))
    now += 24 * 3600 - 1
    assert once.begin("default", "key", once.digest(b"x")) is not None
    now += 2
    assert once.begin("default", "key", once.digest(b"y")) is None
    once.close()


def test_a_digest_needs_the_file(tmp_path: Path) -> None:
    one, other = Once(tmp_path / "a"), Once(tmp_path / "b")
    assert one.digest(b"the same draft") != other.digest(b"the same draft")
    assert one.digest(b"ab", b"c") != one.digest(b"a", b"bc")
    one.close()
    other.close()
