"""Audits over HTTP: many texts as one job, its progress, its results page by page, and its end."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api.access import allowed
from api.audit_bodies import AuditOptions, AuditRequest
from api.audits import JOB, WEBHOOK, Audits, page, progress_of
from api.deliveries import told
from api.files import read_json
from api.keys import Caller
from api.pages import MOST, USUAL, answer, cursor_of, next_link, place_of
from api.pool import Job
from api.problems import Problem, unreadable
from api.schemas import problems
from api.webhooks import NotAllowed, key_of, new_secret, target_of

router = APIRouter(tags=["audits"])
MOST_OPEN = 100
"""Audits of one tenant that wait or run."""
TAKE_SECONDS = 60.0
Reader = Annotated[Caller, Depends(allowed("read"))]
Checker = Annotated[Caller, Depends(allowed("check"))]
Id = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]
Cursor = Annotated[str, Query(max_length=4_000)]
Limit = Annotated[int, Query(ge=1, le=MOST)]
EXAMPLE = {
    "texts": [{"id": "page-1", "text": "Our correspondent writes from the quay."}],
    "site": "news.example",
    "webhook": {"url": "https://hooks.news.example/wirecheck"},
}


def _form() -> dict[str, Any]:
    options = dict(AuditOptions.model_json_schema()["properties"])
    options.pop("webhook")
    more = {"webhook_url": {"type": "string"}, "webhook_secret": {"type": "string"}}
    file = {"type": "array", "minItems": 1, "items": {"type": "string", "format": "binary"}}
    return {"type": "object", "required": ["file"], "properties": {"file": file, **options, **more}}


def _inlined(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema whose definitions stand where they are used."""
    definitions = schema.pop("$defs", {})

    def put(value: Any) -> Any:
        if isinstance(value, dict):
            if reference := value.get("$ref", ""):
                return put(definitions[reference.rpartition("/")[2]])
            return {name: put(one) for name, one in value.items()}
        return [put(one) for one in value] if isinstance(value, list) else value

    return dict(put(schema))


_FORM = _form()
BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": _inlined(AuditRequest.model_json_schema()) | {"examples": [EXAMPLE]}},
            "multipart/form-data": {"schema": _inlined({**_FORM, "$defs": AuditOptions.model_json_schema()["$defs"]})},
        },
    }
}


@router.post(
    "/v1/audits",
    status_code=202,
    openapi_extra=BODY,
    responses=problems(413, 415, 422, 429, 503, 507),
    summary="Begin an audit",
)
async def begin(request: Request, caller: Checker) -> Response:
    """Check many texts as one job: a list of texts, or files of any format, such as a zip or a web archive.

    Location says where its progress is told. Texts are kept only while the job runs; its results hold reports, and
    these the passages that match, until the audit is deleted. The webhook is told when it has ended, signed by
    Standard Webhooks; a secret that is made here is told in this answer only.
    """
    tenant = request.app.state.tenants.get(caller.tenant)
    audits = Audits(tenant.audits)
    if len(audits.open()) >= MOST_OPEN:
        detail = f"There are {MOST_OPEN} audits at work; wait for one to end, or cancel one."
        raise Problem(429, detail, slug="too-many-audits", headers={"Retry-After": "30"})
    await run_in_threadpool(tenant.make)
    id = audits.new()
    header = {
        "type": request.headers.get("content-type", ""),
        "folder": str(audits.folder / id),
        "policy": str(tenant.policy or ""),
        "policies": str(tenant.policies),
        "now": _now(),
    }
    body = await request.body()
    try:
        taken, _ = await request.app.state.pool.run(Job("audit.take", header, body, TAKE_SECONDS))
        webhook = _webhook(taken.pop("webhook"), request.app.state.settings.webhooks)
        job = {**taken, "id": id, "created": header["now"]}
        await run_in_threadpool(audits.submit, id, job, webhook)
    except BaseException as error:
        shutil.rmtree(audits.folder / id, ignore_errors=True)
        if isinstance(error, OSError):
            detail = "The service cannot write to its disk now; nothing was kept."
            raise Problem(507, detail, slug="storage-full") from None
        raise
    request.app.state.runner.wake()
    values = _shown(request, audits, id)
    if webhook:
        values["webhook"]["secret"] = webhook["secret"]
    return answer(values, 202, {"Location": _address(request, id), "Retry-After": "1"})


@router.get("/v1/audits", responses=problems(422), summary="List audits")
async def listing(request: Request, caller: Reader, cursor: Cursor = "", limit: Limit = USUAL) -> Response:
    """Audits, the newest first."""
    before = place_of(cursor, {"before": str}).get("before", "")
    audits = _audits(request, caller)
    ids = [id for id in await run_in_threadpool(audits.ids, before) if (audits.folder / id / JOB).exists()]
    found = [_shown(request, audits, id) for id in ids[:limit]]
    following = cursor_of({"before": ids[limit - 1]}) if len(ids) > limit else None
    return answer({"audits": found, "next": following}, headers=next_link(request, following, limit=limit))


@router.get("/v1/audits/{id}", responses=problems(404, 422), summary="How far an audit is")
async def progress(request: Request, caller: Reader, id: Id) -> Response:
    """State, texts done of how many, how many a second, and what became of them."""
    audits = _audits(request, caller)
    _required(audits, id)
    values = _shown(request, audits, id)
    return answer(values, headers={} if values["ended"] else {"Retry-After": "1"})


@router.get("/v1/audits/{id}/results", responses=problems(404, 422), summary="Results of an audit")
async def results(
    request: Request,
    caller: Reader,
    id: Id,
    cursor: Cursor = "",
    limit: Limit = USUAL,
    verdict: Literal["", "clear", "flagged", "incomplete", "unreadable"] = "",
) -> Response:
    """Reports in the order of the texts, also while the audit runs: `next` is null only when there will be no more.

    A text that could not be read has a `sentence` instead of a report.
    """
    place = _required(_audits(request, caller), id)
    ended = bool(progress_of(place).ended)
    try:
        at = place_of(cursor, {"at": int}).get("at", 0)
        lines, behind, more = await run_in_threadpool(page, place, at, limit, verdict)
    except (ValueError, OverflowError):
        detail = "It is no cursor of this list; begin without one, and then send `next` as it came."
        raise Problem(422, detail, slug="invalid", errors=[{"pointer": "query:cursor", "detail": detail}]) from None
    following = cursor_of({"at": behind}) if more or not ended else None
    said = b'"' + following.encode("ascii") + b'"' if following else b"null"
    body = b'{"results": [' + b", ".join(lines) + b'], "next": ' + said + b"}"
    links = next_link(request, following, limit=limit, verdict=verdict)
    return Response(body, 200, links, "application/json")


@router.post("/v1/audits/{id}/cancel", responses=problems(404, 422), summary="Cancel an audit")
async def cancel(request: Request, caller: Checker, id: Id) -> Response:
    """Stop behind the text at hand. Results so far are kept, and texts are not. One that has ended stays as it is."""
    audits = _audits(request, caller)
    place = _required(audits, id)
    if not progress_of(place).ended:
        audits.cancel(id)
        request.app.state.runner.wake()
    return answer(_shown(request, audits, id))


@router.delete("/v1/audits/{id}", status_code=204, responses=problems(404, 422), summary="Remove an audit")
async def remove(request: Request, caller: Checker, id: Id) -> Response:
    """Remove an audit with all its results; one that runs is cancelled, and nobody is told."""
    audits = _audits(request, caller)
    _required(audits, id)
    try:
        await run_in_threadpool(audits.remove, id)
    except (LookupError, FileNotFoundError):
        raise _missing() from None
    return Response(None, 204)


def _audits(request: Request, caller: Caller) -> Audits:
    return Audits(request.app.state.tenants.get(caller.tenant).audits)


def _required(audits: Audits, id: str) -> Any:
    try:
        return audits.place(id)
    except LookupError:
        raise _missing() from None


def _missing() -> Problem:
    return Problem(404, "There is no audit of this id; GET /v1/audits lists all of them.", slug="no-audit")


def _shown(request: Request, audits: Audits, id: str) -> dict[str, Any]:
    """How far an audit is, with where its results are and who will be told."""
    place = audits.folder / id
    job, webhook = read_json(place / JOB) or {}, read_json(place / WEBHOOK)
    values = told(id, place) | {"created": job.get("created", ""), "results": f"{_address(request, id)}/results"}
    hook = {name: webhook[name] for name in ("url", "state", "tries", "said")} if webhook else None
    return values | {"webhook": hook}


def _webhook(given: dict[str, str] | None, trusted: tuple[str, ...]) -> dict[str, Any] | None:
    """What is kept of a webhook until it is delivered. Raises Problem 422."""
    if given is None:
        return None
    secret = given["secret"] or new_secret()
    for field, check in (("url", lambda: target_of(given["url"], trusted)), ("secret", lambda: key_of(secret))):
        try:
            check()
        except NotAllowed as error:
            raise unreadable([{"pointer": f"/webhook/{field}", "detail": str(error)}]) from None
    return {
        "url": given["url"], "secret": secret, "state": "waiting", "tries": 0, "next": 0.0, "said": "", "body": "",
    }  # fmt: skip


def _address(request: Request, id: str) -> str:
    return f"{request.scope.get('root_path', '')}/v1/audits/{id}"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
