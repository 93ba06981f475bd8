"""The service's routes in this process: jobs are done where a worker would do them, one after another, at once."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
from fastapi import FastAPI

from api import problems
from api.pool import Job
from api.problems import Problem
from api.settings import Settings
from api.tenants import Tenants


class InProcess:
    """A pool whose worker is this process. `before` may raise what a pool raises."""

    def __init__(self) -> None:
        self.done: list[Job] = []

    def before(self, job: Job) -> None:
        """Called with each job before it is done."""

    async def run(self, job: Job) -> tuple[dict, bytes]:
        from api.work import HANDLERS, problem_of

        self.before(job)
        self.done.append(job)
        await asyncio.sleep(0)  # others have their turn, as they have while a worker is at it
        header, body = packed(job.header), job.body
        try:
            answer, body = HANDLERS[job.what](json.loads(header), body)
        except Exception as error:
            raise Problem(**problem_of(error)[0]) from error
        return json.loads(packed(answer)), body


def packed(values: object) -> str:
    """As it goes through the pipe to a worker and back."""
    return json.dumps(values, allow_nan=False)


def settings_of(folder: Path, **given: object) -> Settings:
    """Settings with everything below `folder`."""
    return Settings(**{"data": folder / "server", "index": folder / "index", **given})


def application(settings: Settings, *routers: object) -> FastAPI:
    """An application with these routers only."""
    app = FastAPI()
    problems.install(app)
    app.state.settings, app.state.tenants, app.state.pool = settings, Tenants(settings), InProcess()
    for router in routers:
        app.include_router(router)
    return app


@asynccontextmanager
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client of that application, as a program on this machine."""
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as http:
        yield http
