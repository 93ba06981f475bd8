"""Tenants share a service and nothing else: no byte of one in what the other is told, and a leak would be noticed."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

import api.access
import api.routes.checks
from api.idempotency import Idempotency
from api.indexes import Indexes
from api.keys import Caller, Keys
from api.keystore import Key
from api.settings import Settings
from api.tenants import Tenant, Tenants, UnknownTenant
from tests.tenants_machine import ROOMS, SHARED_ID, Handed, Newsrooms

QUIET = list(HealthCheck)
CAREFUL = settings(
    max_examples=40,
    stateful_step_count=40,
    deadline=None,
    phases=[Phase.reuse, Phase.generate],  # making a failure shorter would take minutes
    suppress_health_check=QUIET,
)
QUICK = settings(
    max_examples=60,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=QUIET,
    print_blob=False,
)


@pytest.mark.slow
def test_no_byte_of_one_newsroom_is_told_to_the_other():
    run_state_machine_as_test(Newsrooms, settings=CAREFUL)


SEEN = (
    "/v1/index",
    "/v1/articles",
    f"/v1/articles/{SHARED_ID}",
    "/v1/audits",
    "/v1/checks/x",
    "/readyz",
    "/openapi.json",
)


def test_what_one_newsroom_does_changes_no_answer_to_the_other():
    """Counts, lists and pages too: how much the neighbours file is theirs to know."""
    rooms = Newsrooms()
    try:
        rooms.begin()
        harbour, hill = rooms.key_of("harbour", 0), rooms.key_of("hill", 0)

        def told(key: Handed) -> list[bytes]:
            return [rooms.ask(key, "read", "GET", path).content for path in SEEN]

        rooms.loop.run(asyncio.sleep(0.3))  # the first audits end
        before, own = told(hill), told(harbour)
        for number in range(3):
            rooms.add("harbour", 0, shared=number == 0)
            rooms.check("harbour", 0, "harbour", number, keep=True)
            rooms.begin_audit("harbour", 0, "harbour", number)
        assert told(hill) == before
        assert told(harbour) != own, "the same answers do change for those who did it"
    finally:
        rooms.teardown()


# Leaks that are planted here. Each is a mistake that somebody could make; the test above must notice every one.


def one_index_for_all() -> mock._patch:
    get = Tenants.get

    def leaking(self: Tenants, name: str) -> Tenant:
        return replace(get(self, name), index=get(self, ROOMS[0]).index)

    return mock.patch.object(Tenants, "get", leaking)


def one_folder_of_reports() -> mock._patch:
    return mock.patch.object(Tenant, "kept", property(lambda self: self.folder.parent / "kept"))


def one_folder_of_audits() -> mock._patch:
    return mock.patch.object(Tenant, "audits", property(lambda self: self.folder.parent / "audits"))


def indexes_remembered_by_their_last_name() -> mock._patch:
    opened, first = Indexes._opened, {}

    def leaking(self: Indexes, path: str) -> object:
        # each example has its own folder; within one, whoever comes first is remembered
        return opened(self, first.setdefault((Path(path).parents[2], Path(path).name), path))

    return mock.patch.object(Indexes, "_opened", leaking)


def retries_answered_whoever_asks() -> mock._patch:
    async def leaking(self: Idempotency, scope: object) -> str:
        return "anybody"

    return mock.patch.object(Idempotency, "_caller", leaking)


def the_last_caller_remembered() -> mock._patch:
    find, last = Keys.find, []

    def leaking(self: Keys, presented: str) -> Caller | None:
        found = find(self, presented)
        if found and not last:
            last.append(found)
        return last[0] if found else None

    return mock.patch.object(Keys, "find", leaking)


def a_rotated_key_belongs_to_the_first() -> mock._patch:
    rotate = Keys.rotate

    def leaking(self: Keys, id: str, **more: float) -> tuple[str, Key]:
        with mock.patch.object(Keys, "_known", lambda self, id: replace(self._store.row(id).key, tenant=ROOMS[0])):
            return rotate(self, id, **more)

    return mock.patch.object(Keys, "rotate", leaking)


def the_secret_of_a_key_not_compared() -> mock._patch:
    return mock.patch("api.keys.hmac.compare_digest", lambda one, other: True)


def revoked_keys_still_work() -> mock._patch:
    return mock.patch.object(Key, "works_at", lambda self, now: True)


def scopes_not_asked_for() -> mock._patch:
    admitted = api.access.admitted
    return mock.patch.object(
        api.access, "admitted", lambda request, presented, scope: admitted(request, presented, "read")
    )


def an_error_that_tells_too_much() -> mock._patch:
    missing = api.routes.checks._missing

    def leaking() -> Exception:
        problem = missing()
        problem.detail = f"There are only these: {', '.join(path.stem for path in FOLDERS[-1].rglob('kept/*.json'))}."
        return problem

    return mock.patch.object(api.routes.checks, "_missing", leaking)


FOLDERS: list[Path] = []
LEAKS = [
    one_index_for_all,
    one_folder_of_reports,
    one_folder_of_audits,
    indexes_remembered_by_their_last_name,
    retries_answered_whoever_asks,
    the_last_caller_remembered,
    a_rotated_key_belongs_to_the_first,
    the_secret_of_a_key_not_compared,
    revoked_keys_still_work,
    scopes_not_asked_for,
    an_error_that_tells_too_much,
]


class Leaking(Newsrooms):
    """The same, of which the folder is known."""

    def __init__(self) -> None:
        super().__init__()
        FOLDERS.append(self.folder)


@pytest.mark.slow
@pytest.mark.parametrize("leak", LEAKS, ids=lambda leak: leak.__name__)
def test_a_leak_that_is_planted_is_found(leak):
    with leak(), pytest.raises(AssertionError):
        run_state_machine_as_test(Leaking, settings=QUICK)


# the places


def test_every_tenant_has_places_of_its_own(tmp_path):
    tenants = Tenants(Settings(data=tmp_path, keys_required=True, tenants=ROOMS, index=tmp_path / "wire"))
    assert tenants.names == ("default", *ROOMS)
    places = {}
    for name in tenants.names:
        tenant = tenants.get(name)
        tenant.make()
        for place in (tenant.index, tenant.kept, tenant.audits, tenant.policies, tenant.folder):
            assert places.setdefault(place, name) == name
        assert name in str(tenant.folder)
    assert tenants.get("default").index == tmp_path / "wire"
    assert tenants.get("hill").index == tmp_path / "tenants" / "hill" / "index"
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "tenants").rglob("*")} == {0o700}


@pytest.mark.parametrize(
    "name", ["", "unknown", "../harbour", "harbour/", "HARBOUR", "har\0bour", "x" * 41, "harbour\n"]
)
def test_a_name_that_is_not_configured_is_no_tenant(tmp_path, name):
    tenants = Tenants(Settings(data=tmp_path, keys_required=True, tenants=ROOMS))
    with pytest.raises(UnknownTenant):
        tenants.get(name)
    assert list(tmp_path.iterdir()) == []


def test_a_tenants_policy_is_its_own_or_none(tmp_path):
    own = tmp_path / "tenants" / "hill" / "policy.toml"
    own.parent.mkdir(parents=True)
    own.write_text("[rules]\n")
    contracts = tmp_path / "wirecheck.toml"
    tenants = Tenants(Settings(data=tmp_path, keys_required=True, tenants=ROOMS, policy=contracts))
    assert [tenants.get(name).policy for name in tenants.names] == [contracts, None, own]
