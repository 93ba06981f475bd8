"""Whether the service lives, whether it can work, and its figures."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api.access import allowed
from api.keys import Caller
from api.pool import Pool
from api.problems import Problem
from api.schemas import Alive, Ready, problems
from api.tenants import Tenants
from checker.readers.ready import find_unreadable
from fingerprints.errors import IndexProblem
from fingerprints.stores import SERVERS, open_index

router = APIRouter(tags=["health"])


@router.get("/healthz", summary="The process lives")
async def healthz() -> Alive:
    """Always 200 while the process can answer at all."""
    return Alive(status="ok")


@router.get("/readyz", summary="The service can check texts", responses=problems(503), response_model_exclude_none=True)
async def readyz(request: Request) -> Ready:
    """The index can be read, a worker is there to do so, and files of the usual kinds can be read.

    With several tenants each index that is there must be readable, and `works` is left out: anybody may ask, and how
    many stories a newsroom has is nobody else's business.
    """
    pool: Pool = request.app.state.pool
    if not pool.alive:
        raise Problem(503, "No worker process is there; the service starts new ones.", slug="no-workers")
    tenants: Tenants = request.app.state.tenants
    # in the server itself and not in a worker: under load it must answer too
    indexes = [str(tenants.get(name).index) for name in tenants.names]
    works = await run_in_threadpool(_works, indexes)
    if unreadable := await run_in_threadpool(find_unreadable):
        detail = f"This installation cannot read {', '.join(unreadable)}; install it anew."
        raise Problem(503, detail, slug="readers-missing")
    return Ready(status="ready", works=works if len(indexes) == 1 else None)


def _works(indexes: Sequence[str]) -> int:
    """How many stories there are. Raises Problem 503 when an index cannot be read; where it lies is not said."""
    works = 0
    try:
        for index in indexes:
            if len(indexes) > 1 and not index.startswith(SERVERS) and not Path(index).exists():
                continue  # of a newsroom that has filed nothing yet
            with closing(open_index(index, readonly=True)) as store:
                works += store.count()
    except IndexProblem as error:
        detail = f"The index cannot be read ({type(error).__name__}); the service takes it up again once it can be."
        raise Problem(503, detail, slug="index-missing", headers={"Retry-After": "1"}) from None
    return works


@router.get(
    "/metrics",
    summary="Figures for Prometheus",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}, **problems(401, 403)},
)
async def metrics(request: Request, caller: Annotated[Caller, Depends(allowed("admin"))]) -> Response:
    """The figures of the server process that answers; several processes count each for itself."""
    return Response(generate_latest(request.app.state.metrics.registry), media_type=CONTENT_TYPE_LATEST)
