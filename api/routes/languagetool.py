"""POST /v2/check and what belongs to it, as LanguageTool's HTTP API has them (https://languagetool.org/http-api/).

Its clients and editor plugins work unchanged when they are pointed here. Problems become plain text on their way out;
see `api.languagetool_errors`.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, PlainTextResponse

from api.access import admitted
from api.languages import PATTERN
from api.languagetool import languages, rules, software
from api.languagetool_form import Asked, key_in_header, read_form
from api.languagetool_job import header_of, incomplete
from api.pool import Job, TooSlow
from api.routes.languagetool_examples import ANSWER, CONFIGURATION, FORM_BODY, INFO, LANGUAGES, LENGTH, OK, refusals
from api.settings import Settings
from checker.write import tool

BYTES_A_CHARACTER = 9
"""What a character of most scripts takes at most in a form: three bytes, each written %XX."""
ANYWHERE = (413, 415, 500)
"""What any request may be answered."""
LARGE = 256 * 1024
"""From so many bytes on a form is taken apart in a thread, so that others do not wait for it."""

router = APIRouter(prefix="/v2", tags=["LanguageTool"])


@router.post(
    "/check",
    summary="Check a text as LanguageTool does",
    responses={200: ANSWER, **refusals(400, 403, 408, 409, 503, *ANYWHERE)},
    openapi_extra={"requestBody": FORM_BODY},
    response_class=Response,
)
async def check(request: Request) -> Response:
    """Passages that reproduce protected stories, as matches; offsets count UTF-16 code units of the text as sent.

    The key goes into `apiKey`, or into the header Authorization as a bearer's or as a password. Notes (quotations,
    stock phrases, what is licensed) are among the matches with `level=picky`.
    """
    raw = await request.body()
    content_type = request.headers.get("content-type", "")
    if len(raw) < LARGE:
        asked = read_form(content_type, raw)
    else:
        asked = await run_in_threadpool(read_form, content_type, raw)
    caller = admitted(request, key_in_header(request.headers.get("authorization", "")) or asked.key, "check")
    header = header_of(asked, request.app.state.tenants.get(caller.tenant))
    facts, answer = await _done(request, header, asked)
    request.app.state.metrics.count_verdicts(facts["verdicts"])
    return Response(answer, media_type="application/json")


async def _done(request: Request, header: dict[str, Any], asked: Asked) -> tuple[dict[str, Any], bytes]:
    """What the worker gives; where it had to be killed, an answer that says so."""
    draft = asked.draft.encode("utf-8", "surrogatepass")
    try:
        found: tuple[dict[str, Any], bytes] = await request.app.state.pool.run(Job("languagetool", header, draft))
    except TooSlow as slow:
        said = f"This takes more than {slow.seconds:g} seconds, and was ended."
        return await run_in_threadpool(incomplete, header, draft, said)
    return found


@router.get(
    "/languages",
    summary="Languages to ask for",
    responses={200: LANGUAGES, **refusals(*ANYWHERE)},
    response_class=Response,
)
async def listed() -> Response:
    """Matching does not depend on the language; any other language tag is taken too."""
    return JSONResponse(languages())


@router.get(
    "/maxtextlength",
    summary="How long a text may be",
    responses={200: LENGTH, **refusals(*ANYWHERE)},
    response_class=Response,
)
async def longest(request: Request) -> Response:
    """In characters, whatever they are."""
    return PlainTextResponse(str(_most_characters(request)))


@router.get(
    "/configinfo",
    summary="The rules",
    responses={200: CONFIGURATION, **refusals(400, *ANYWHERE)},
    response_class=Response,
)
async def configuration(request: Request, language: Annotated[str, Query(pattern=PATTERN)]) -> Response:
    """What LanguageTool's add-on for LibreOffice asks before it shows its settings; the same for every language."""
    parameter = {"maxTextLength": _most_characters(request)}
    return JSONResponse({"software": software(tool().version), "parameter": parameter, "rules": rules()})


@router.get("/info", summary="The software", responses={200: INFO, **refusals(*ANYWHERE)}, response_class=Response)
async def info() -> Response:
    """Who answers."""
    return JSONResponse({"software": software(tool().version)})


@router.get(
    "/healthcheck", summary="The process lives", responses={200: OK, **refusals(*ANYWHERE)}, response_class=Response
)
async def healthcheck() -> Response:
    """OK."""
    return PlainTextResponse("OK")


def _most_characters(request: Request) -> int:
    settings: Settings = request.app.state.settings
    return settings.body_mb * 1024 * 1024 // BYTES_A_CHARACTER
