"""A running service for tests: a process of its own on a free port of loopback, or the application in this process."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from fingerprints.index import Upsert, Work
from fingerprints.sketch import sketcher
from fingerprints.stores import open_index

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 60.0
BRIDGE = """\
PORT HALLAM, April 3 (MP) -- The swing bridge at Port Hallam stuck open for six hours on Tuesday after a heron built its
nest in the gearwheel, and some 300 commuters waited on either bank until a carpenter carried bird and nest away on a
tray lined with his own scarf.
"""
BANDSTAND = """\
The parish of Marrow has voted to paint its bandstand green again. The treasurer abstained, as he does every spring, and
the brass band played on under the scaffolding with paper hats against the drips.
"""
TAKEN = (
    "commuters waited on either bank until a carpenter carried bird and nest away on a\ntray lined with his own scarf"
)
STORIES = (
    Work("mp-bridge", BRIDGE, "Heron", "Meridian Press"),
    Work("mp-bandstand", BANDSTAND, "Bandstand", "Meridian Press"),
)


@dataclass(frozen=True, slots=True)
class Service:
    """A running service. `said` reads what it has written on standard error so far."""

    url: str
    pid: int
    index: Path | str
    data: Path
    stderr: Path

    def said(self) -> str:
        return self.stderr.read_text(errors="replace")

    def __str__(self) -> str:
        return self.url


def make_index(path: Path, works: Sequence[Work] = STORIES) -> Path:
    """An index of these stories at `path`."""
    store = open_index(str(path), create=True)
    rows = sketcher(store.spec, store.secret).fingerprints([work.text for work in works])
    store.apply([Upsert(work, row) for work, row in zip(works, rows, strict=True)])
    store.close()
    return path


def environment(tmp_path: Path, settings: dict[str, Any]) -> dict[str, str]:
    """The environment of a server: nothing of Wirecheck's from outside, an own home, and these settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WIRECHECK_")}
    given = {f"WIRECHECK_SERVER_{name.upper()}": _written(value) for name, value in settings.items()}
    return kept | given | {"HOME": str(tmp_path), "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(value) if isinstance(value, tuple | list) else str(value)


@contextmanager
def serving(tmp_path: Path, *args: str, works: Sequence[Work] | None = STORIES, **settings: Any) -> Iterator[Service]:
    """`python -m api serve` on a free port, with an index of `works` (None: no index yet); ends with the block."""
    index = settings.pop("index", tmp_path / "index")
    index = index if str(index).startswith("postgresql://") else Path(index)
    if works is not None and not index.exists():
        make_index(index, works)
    port = settings.pop("port", None) or free_port()
    values = {"data": tmp_path / "data", "index": index, "port": port, "workers": 1} | settings
    stderr = tmp_path / f"stderr-{port}"
    with stderr.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "api", "serve", *args],
            cwd=tmp_path,
            env=environment(tmp_path, values),
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
        )
    service = Service(f"http://127.0.0.1:{port}", process.pid, index, Path(values["data"]), stderr)
    try:
        _wait(service, process)
        yield service
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port() -> int:
    """A port of loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(service: Service, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        assert process.poll() is None, f"the service ended: {service.said()}"
        try:
            if httpx.get(f"{service.url}/healthz", timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError(f"the service does not answer: {service.said()}")


@asynccontextmanager
async def client(
    tmp_path: Path, works: Sequence[Work] | None = STORIES, **settings: Any
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the application within this process, its workers running. `client.app` is the application."""
    from api.app import create_app
    from api.settings import Settings

    index = settings.pop("index", tmp_path / "index")
    index = index if str(index).startswith("postgresql://") else Path(index)
    if works is not None and not index.exists():
        make_index(index, works)
    app = create_app(Settings(**({"data": tmp_path / "data", "index": index, "workers": 1} | settings)))
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost", timeout=60) as made:
            made.app = app  # type: ignore[attr-defined]
            yield made


def is_problem(answer: httpx.Response, status: int, *never: str) -> dict[str, Any]:
    """The problem that an answer is, of this status, in which none of these words stands."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    for words in never:
        assert words not in answer.text
    problem = json.loads(answer.text)
    assert problem["status"] == status
    assert problem["detail"].endswith(".")
    return problem
