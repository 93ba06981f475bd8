"""POST /v1/checks and the reports that were asked to be kept."""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api.access import allowed
from api.bodies import FORM, JSON, must_be
from api.checking import incomplete
from api.keys import Caller
from api.metrics import Metrics
from api.pool import Job, Pool, TooSlow
from api.problems import Problem
from api.routes.examples import CHECK_BODY, CHECKED
from api.schemas import problems
from api.tenants import Tenant

router = APIRouter(tags=["checks"])
KEPT = re.compile(r"[A-Za-z0-9_-]{22}")
Checking = Annotated[Caller, Depends(allowed("check"))]
Reading = Annotated[Caller, Depends(allowed("read"))]


@router.post(
    "/v1/checks",
    summary="Check a text, a page or a file",
    responses={200: CHECKED, 201: CHECKED, **problems(401, 403, 408, 413, 415, 422, 500, 503)},
    openapi_extra={"requestBody": CHECK_BODY},
    response_class=Response,
)
async def check(
    request: Request,
    caller: Checking,
    with_text: Annotated[bool, Query(description="Each report also has `text`, what was read from the file.")] = False,
) -> Response:
    """Which passages reproduce which protected stories, and what the policy makes of each.

    Nothing of the text is stored unless `keep` asks for it; then the report is, and Location leads to it. What could
    not be checked within the limits of time and memory is answered with the verdict `incomplete`.
    """
    content_type = request.headers.get("content-type", "")
    must_be(content_type, JSON, FORM)
    tenant = request.app.state.tenants.get(caller.tenant)
    facts, report = await checked(
        request.app.state.pool, job(tenant, content_type, await request.body(), with_text=with_text)
    )
    metrics: Metrics = request.app.state.metrics
    metrics.count_verdicts(facts["verdicts"])
    if "kept" not in facts:
        return Response(report, media_type=JSON)
    where = f"{request.scope.get('root_path', '')}/v1/checks/{facts['kept']}"
    return Response(report, 201, {"Location": where}, JSON)


def job(tenant: Tenant, content_type: str, body: bytes, *, patient: bool = False, with_text: bool = False) -> Job:
    """The job of checking what a body holds; see `api.checking.check`."""
    header = {
        "type": content_type,
        "index": str(tenant.index),
        "policy": str(tenant.policy or ""),
        "policies": str(tenant.policies),
        "kept": str(tenant.kept),
        "with_text": with_text,
    }
    return Job("check", header, body, patient=patient)


async def checked(pool: Pool, wanted: Job) -> tuple[dict[str, Any], bytes]:
    """What the job gives; where its worker had to be killed because it took too long, a report that says so."""
    try:
        return await pool.run(wanted)
    except TooSlow as error:
        header = {"type": JSON, "kept": ""}
        return incomplete(header, b"", f"This takes more than {error.seconds:g} seconds, and was ended.")


@router.get(
    "/v1/checks/{id}",
    summary="A report that was kept",
    responses={200: CHECKED, **problems(401, 403, 404, 422)},
    response_class=Response,
)
async def kept(request: Request, id: str, caller: Reading) -> Response:
    """The report as it was answered."""
    file = _file(request, caller, id)
    try:
        return Response(await run_in_threadpool(file.read_bytes), media_type=JSON)
    except FileNotFoundError:
        raise _missing() from None


@router.delete(
    "/v1/checks/{id}",
    summary="Forget a report that was kept",
    status_code=204,
    responses=problems(401, 403, 404, 422),
    response_class=Response,
)
async def forget(request: Request, id: str, caller: Checking) -> Response:
    """Remove it for good."""
    try:
        await run_in_threadpool(_file(request, caller, id).unlink)
    except FileNotFoundError:
        raise _missing() from None
    return Response(status_code=204)


def _file(request: Request, caller: Caller, id: str) -> Any:
    """The file of a kept report of the caller's tenant. Raises Problem 404 for a name that is none of ours."""
    if not KEPT.fullmatch(id):
        raise _missing()
    return request.app.state.tenants.get(caller.tenant).kept / f"{id}.json"


def _missing() -> Problem:
    return Problem(404, "There is no such report, or it was not kept.")
