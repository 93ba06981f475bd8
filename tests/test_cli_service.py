"""`wirecheck keys` and `wirecheck serve`, as the person who runs the service uses them."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import time
from pathlib import Path

import httpx
import pytest

from api.__main__ import main
from api.keys import Keys
from tests.commandline import COMMAND, Done, environment, wirecheck
from tests.serving import free_port, serving

KEY = re.compile(r"wck_([0-9a-f]{12})_[A-Za-z0-9_-]{43}\n")
SECONDS = 30


def keys(home: Path, *args: str) -> Done:
    return wirecheck(home, "keys", *args)


def said_by(home: Path, capsys, monkeypatch, *args: str) -> str:
    """What the service's program says on standard error when it refuses; without a process of its own, to be quick."""
    monkeypatch.chdir(home)
    monkeypatch.setenv("HOME", str(home))
    try:
        code = main(args, "wirecheck")
    except SystemExit as ended:
        code = ended.code
    out, err = capsys.readouterr()
    assert (code, out) == (2, "")
    return err


def ends(condition, what: str):
    """What `condition` gives once it is true; fails when that takes too long."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.05)
    raise AssertionError(f"not within {SECONDS} seconds: {what}")


# keys


def test_a_key_is_shown_once_and_alone_on_standard_output(tmp_path):
    done = keys(tmp_path, "create", "--scope", "check", "--scope", "read", "--name", "City desk", "--days", "30")
    shown = KEY.fullmatch(done.out)
    assert done.code == 0
    assert shown
    assert done.err.startswith("Keep this key now; it is not shown again, and Wirecheck does not keep it. Its id is ")
    assert "it may read, check for the tenant default until 2" in done.err
    listed = keys(tmp_path, "list")
    assert listed.code == 0
    assert re.fullmatch(
        rf"{shown[1]}  default  read,check  works until \S+ \S+ UTC  made \S+ \S+ UTC  never used  City desk\n",
        listed.out,
    )
    secret = done.out.strip()[17:]
    assert secret not in listed.out + listed.err + keys(tmp_path, "list", "--json").out


def test_a_key_is_rotated_and_revoked_by_its_id(tmp_path):
    first = KEY.fullmatch(keys(tmp_path, "create", "--scope", "check").out)[1]
    done = keys(tmp_path, "rotate", first, "--hours", "1")
    second = KEY.fullmatch(done.out)[1]
    assert f"The old key {first} works for another 1 hours." in done.err
    assert keys(tmp_path, "revoke", second).err == f"The key {second} opens nothing any more.\n"
    rows = {row["id"]: row for row in json.loads(keys(tmp_path, "list", "--json").out)}
    assert {id: row["works"] for id, row in rows.items()} == {first: True, second: False}
    assert rows[first]["expires"] - rows[first]["created"] in range(3600, 3700)
    assert " revoked " in keys(tmp_path, "list").out
    assert keys(tmp_path, "rotate", second).code == 2


def test_keys_of_a_tenant_need_the_tenant_to_be_configured(tmp_path):
    done = keys(tmp_path, "create", "--scope", "check", "--tenant", "sport")
    assert done.code == 2
    assert done.err == "Error: There is no tenant 'sport'; name it under `tenants` in the configuration first.\n"
    (tmp_path / "wirecheck-server.toml").write_text('tenants = ["sport"]\n')
    assert keys(tmp_path, "create", "--scope", "check", "--tenant", "sport").code == 0
    assert keys(tmp_path, "list", "--tenant", "default").out == ""
    assert len(keys(tmp_path, "list", "--tenant", "sport").out.splitlines()) == 1


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["create"], "the following arguments are required: --scope"),
        (["create", "--scope", "everything"], "invalid choice: 'everything' (choose from 'read', 'check'"),
        (["create", "--scope", "check", "--days", "0"], "--days: must be a number up to 36500"),
        (["create", "--scope", "check", "--days", "nan"], "--days: must be a number"),
        (["create", "--scope", "check", "--name", "x" * 81], "A key's name has at most 80 characters"),
        (["create", "--scope", "check", "--tenant", "../x"], "A tenant's name has small letters"),
        (["rotate", "nonsense"], "There is no key 'nonsense'"),
        (["revoke", "\x1b[31m"], "There is no key '"),
        (["--settings", "gone.toml", "list"], "gone.toml: the configuration cannot be read"),
        (["--data", "taken/keys", "list"], "cannot be used"),
        ([], "the following arguments are required: COMMAND"),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, list) else "",
)
def test_wrong_use_ends_with_a_sentence(tmp_path, capsys, monkeypatch, args, said):
    (tmp_path / "taken").write_text("a file where a folder should be")
    err = said_by(tmp_path, capsys, monkeypatch, "keys", *args)
    assert said in err
    assert "\x1b" not in err


def test_help_names_the_command_as_it_was_called(tmp_path):
    assert keys(tmp_path, "--help").out.startswith("usage: wirecheck keys ")
    done = wirecheck(tmp_path, "serve", "--help")
    assert done.code == 0
    assert done.out.startswith("usage: wirecheck serve ")
    listed = wirecheck(tmp_path, "--help").out
    assert "Serve the API and the editor's page." in listed
    assert "Make, list, rotate and revoke keys of the service." in listed


def test_a_folder_named_api_in_the_working_directory_is_not_taken_for_ours(tmp_path):
    (tmp_path / "api").mkdir()
    (tmp_path / "api" / "__main__.py").write_text("print('I am another program')")
    assert keys(tmp_path, "list").err.startswith("There are no keys.")


# serve


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--host", "0.0.0.0"], "there is no key that works; make one first with: wirecheck keys create"),
        (["--host", "::"], "there is no key that works"),
        (["--host", "192.0.2.1"], "there is no key that works"),
        (["--port", "many"], "Error: --port: port must be a whole number from 0 to 65535, not 'many'."),
        (["--processes", "0"], "--processes: must be a whole number from 1 to 64"),
        (["--hots", "x"], "unrecognized arguments: --hots x"),
    ],
)
def test_it_does_not_begin_to_serve_when_it_must_not(tmp_path, capsys, monkeypatch, args, said):
    assert said in said_by(tmp_path, capsys, monkeypatch, "serve", *args)


def test_keys_cannot_be_switched_off_where_others_reach_it(tmp_path):
    extra = {"WIRECHECK_SERVER_KEYS_REQUIRED": "false"}
    done = wirecheck(tmp_path, "serve", "--host", "0.0.0.0", extra=extra)
    assert done.code == 2
    assert "host '0.0.0.0' can be reached from other machines, so keys_required must be true" in done.err


def test_an_expired_or_revoked_key_does_not_open_other_hosts(tmp_path, capsys, monkeypatch):
    made = Keys(tmp_path / "data" / "keys.db", clock=lambda: 1_000_000.0)
    made.create("default", ["check"], seconds=60)
    made.revoke(made.create("default", ["check"])[1].id)
    made.close()
    args = ("serve", "--host", "0.0.0.0", "--data", "data")
    assert "there is no key that works" in said_by(tmp_path, capsys, monkeypatch, *args)


def test_a_port_that_is_taken_is_named(tmp_path, capsys, monkeypatch):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        err = said_by(tmp_path, capsys, monkeypatch, "serve", "--port", str(port))
    assert err == (
        f"Error: 127.0.0.1, port {port}: cannot listen there (Address already in use); choose another port or host.\n"
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_wirecheck_serve_serves_until_it_is_told_to_stop(tmp_path, number):
    port = free_port()
    process = subprocess.Popen(
        [*COMMAND, "serve", "--port", str(port)],
        cwd=tmp_path,
        env=environment(tmp_path, {"WIRECHECK_SERVER_WORKERS": "1"}),
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        ends(lambda: answers(port), "the service answers")
        process.send_signal(number)
        _, said = process.communicate(timeout=SECONDS)
    finally:
        process.kill()
    assert process.returncode == 0
    assert f"Wirecheck listens on http://127.0.0.1:{port} (no keys, for this machine only)." in said
    assert "Traceback" not in said
    assert not answers(port)


@pytest.mark.slow
def test_keys_are_made_and_ended_while_the_service_runs(tmp_path):
    with serving(tmp_path, keys_required=True) as service:

        def status(key: str) -> int:
            headers = {"Authorization": f"Bearer {key}"}
            return httpx.get(f"{service.url}/v1/audits", headers=headers, timeout=SECONDS).status_code

        made = keys(tmp_path, "--data", "data", "create", "--scope", "read").out
        plain, id = made.strip(), KEY.fullmatch(made)[1]
        assert status(plain) == 200
        second = keys(tmp_path, "--data", "data", "rotate", id).out.strip()
        assert (status(plain), status(second)) == (200, 200)
        assert keys(tmp_path, "--data", "data", "revoke", id).code == 0
        assert (status(plain), status(second)) == (401, 200)
        assert plain not in service.said()
    last = {row["id"]: row["last_used"] for row in json.loads(keys(tmp_path, "--data", "data", "list", "--json").out)}
    assert all(last.values()), "written when the service stopped"


def answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=5).status_code == 200
    except httpx.TransportError:
        return False


def children(pid: int) -> set[int]:
    """The server processes below a supervisor."""
    found = set()
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid and fields[0] != "Z":
            found.add(int(status.parent.name))
    return found


def descendants(pid: int) -> set[int]:
    below = children(pid)
    return below.union(*(descendants(one) for one in below))


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="reads /proc")
def test_several_processes_serve_one_port_and_replace_one_another(tmp_path):
    with serving(tmp_path, "--processes", "2", workers=2) as service:
        first = ends(lambda: len(found := children(service.pid)) == 2 and found, "two server processes")
        os.kill(min(first), signal.SIGKILL)
        second = ends(
            lambda: len(found := children(service.pid)) == 2 and min(first) not in found and found, "another one"
        )
        assert max(first) in second
        ends(lambda: answers(int(service.url.rpartition(":")[2])), "it still answers")
        assert "A server process ended (-9); another one takes its place." in service.said()


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="reads /proc")
def test_nothing_is_left_when_the_first_process_is_killed(tmp_path):
    with serving(tmp_path, "--processes", "2", workers=2) as service:
        port = int(service.url.rpartition(":")[2])
        ends(lambda: len(children(service.pid)) == 2, "two server processes")
        everybody = ends(lambda: len(found := descendants(service.pid)) >= 4 and found, "and their workers")
        os.kill(service.pid, signal.SIGKILL)
        ends(lambda: not [pid for pid in everybody if alive(pid)], "all of them are gone")
        with socket.socket() as again:
            again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            again.bind(("127.0.0.1", port))


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


# connections that get nowhere


def talk(port: int, *parts: bytes, pause: float = 0.0) -> bytes:
    """What the service answers to these bytes until it closes the connection."""
    with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as connection:
        for part in parts:
            connection.sendall(part)
            time.sleep(pause)
        found = b""
        try:
            while chunk := connection.recv(65536):
                found += chunk
        except ConnectionResetError:
            pass
        return found


@pytest.mark.slow
def test_connections_that_never_send_a_request_are_cut_while_others_are_served(tmp_path):
    with serving(tmp_path, slow_seconds=2) as service:
        port = int(service.url.rpartition(":")[2])
        began = time.monotonic()
        idle = [socket.create_connection(("127.0.0.1", port)) for _ in range(50)]
        for number, connection in enumerate(idle):
            connection.settimeout(SECONDS)
            if number % 2:
                connection.sendall(b"POST /v1/checks HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
        cut = 0
        while time.monotonic() - began < SECONDS and cut < len(idle):
            assert answers(port)
            for connection in idle:
                connection.setblocking(False)
                try:  # a byte now and then does not help
                    connection.sendall(b"a")
                except OSError:
                    continue
            time.sleep(0.2)
            cut = sum(closed(connection) for connection in idle)
        for connection in idle:
            connection.close()
        assert cut == 50
        assert answers(port)


def closed(connection: socket.socket) -> bool:
    try:
        return connection.recv(1) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


@pytest.mark.slow
def test_what_is_no_http_is_a_problem_too(tmp_path):
    with serving(tmp_path) as service:
        port = int(service.url.rpartition(":")[2])
        draft = b"The swing bridge at Port Hallam"
        answer = talk(port, draft + b"\r\n\r\n")
        head, _, body = answer.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 400 ")
        assert b"content-type: application/problem+json" in head.lower()
        assert json.loads(body)["status"] == 400
        assert draft not in answer
        assert talk(port, b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 200_000 + b"\r\n\r\n").startswith(
            b"HTTP/1.1 400 "
        )
        kept_open = talk(port, b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", b"nonsense \x00\r\n\r\n", pause=0.3)
        assert kept_open.startswith(b"HTTP/1.1 200 ")
        assert b"HTTP/1.1 400 " in kept_open
        assert "swing bridge" not in service.said()


def test_no_access_log_and_no_version_of_the_server(tmp_path):
    with serving(tmp_path) as service:
        answer = httpx.get(f"{service.url}/healthz?text=The+swing+bridge")
        assert "server" not in answer.headers
        assert "swing" not in service.said()
        assert "GET" not in service.said()
