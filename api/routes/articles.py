"""The catalogue over HTTP: stories added, read, replaced, removed and marked, and the index in figures."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Header, Path, Query, Request
from starlette.responses import Response

from api.access import allowed
from api.intake_bodies import FIELDS, LINES, Mark, NamedStory, Story
from api.keys import Caller
from api.pages import MOST, USUAL, answer, cursor_of, next_link, place_of
from api.pool import Job
from api.problems import Problem
from api.schemas import problems
from api.turns import Turns

router = APIRouter(tags=["catalogue"])
MOST_WAITING = 16
BUSY = "Many changes of the index wait already; send this one again in two seconds."
WRITE_SECONDS = 120.0
"""One request may add many stories, and wait for another writer before that."""
BELOW = {"/mark": "POST", "/versions": "GET"}
"""What stands behind the id of a story in an address. A story whose id ends so cannot be told from it there."""
READ, WRITE = Depends(allowed("read")), Depends(allowed("write"))
Reader = Annotated[Caller, READ]
Writer = Annotated[Caller, WRITE]
Id = Annotated[str, Path(max_length=1_000, description="As it was sent; encode a slash in it as %2F.")]
IfMatch = Annotated[str, Header(max_length=8_000, description="Only if the story's ETag is one of these.")]
IfNoneMatch = Annotated[str, Header(max_length=8_000, description="Only if its ETag is none of these; * for any.")]
Asked = Annotated[str, Query(max_length=1_000)]
ETAG = {"ETag": {"schema": {"type": "string"}, "description": "Of the story as it is now."}}
TAGGED: dict[int | str, dict[str, Any]] = {200: {"headers": ETAG}}
NEW: dict[int | str, dict[str, Any]] = {201: {"description": "One story was sent, and it is new.", "headers": ETAG}}
ARTICLE = {
    "id": "mp-0412",
    "title": "Bridge sticks for six hours",
    "holder": "Meridian Press",
    "text": "PORT HALLAM, April 3 (MP) -- The swing bridge at Port Hallam stuck open for six hours on Tuesday.",
    "metadata": {"slug": "BC-Bridge", "created": "2026-04-03T10:00:00Z"},
    "feed": "mp-world",
}


def _body(*kinds: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    return {"requestBody": {"required": True, "content": dict(kinds)}}


def _schema(model: type[NamedStory] | type[Story] | type[Mark], *examples: Any) -> dict[str, Any]:
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    return {"schema": schema | ({"examples": list(examples)} if examples else {})}


FILE = {"type": "string", "format": "binary"}
FORM = {
    "type": "object",
    "required": ["file"],
    "properties": {"file": {"type": "array", "items": FILE}} | {name: {"type": "string"} for name in FIELDS},
    "additionalProperties": False,
}
ONE = NamedStory.model_json_schema()
SEVERAL = {"oneOf": [ONE, {"type": "array", "items": ONE, "minItems": 1}], "examples": [ARTICLE, [ARTICLE]]}
ADD = _body(
    ("application/json", {"schema": SEVERAL}),
    (LINES[0], {"schema": {"type": "string", "description": "A story a line, as `wirecheck add` takes them."}}),
    ("multipart/form-data", {"schema": FORM}),
    ("application/octet-stream", {"schema": FILE | {"description": "One file of any format, under any type."}}),
)


@router.post(
    "/v1/articles",
    status_code=200,
    openapi_extra=ADD,
    responses={**NEW, **problems(413, 415, 422, 503, 507)},
    summary="Add stories",
)
async def add(
    request: Request,
    caller: Writer,
    id: Asked = "",
    title: Asked = "",
    holder: Asked = "",
    story: Asked = "",
    feed: Asked = "",
    name: Asked = "",
) -> Response:
    """Add one story or many, in any format that `wirecheck formats` lists.

    A story whose id is there already becomes its new revision; the old one stays findable. A message that kills,
    withholds, corrects or embargoes another story is applied to that one (`applied`). What cannot be added is in
    `refused`, and the rest is added all the same. What was added is found by every check from then on. The query
    is for files: what it says holds where the file does not say it.
    """
    query = {"id": id, "title": title, "holder": holder, "story": story, "feed": feed, "name": name}
    told = await _write(request, caller, "catalogue.add", await request.body(), query=query)
    one, etag = told.pop("one", ""), told.pop("etag", "")
    headers = {"ETag": etag, "Location": _address(request, one)} if one else {}
    return answer(told, 201 if one and told["added"] else 200, headers)


@router.get("/v1/articles", responses=problems(422, 503), summary="List stories")
async def listing(
    request: Request,
    caller: Reader,
    cursor: Annotated[str, Query(max_length=4_000)] = "",
    limit: Annotated[int, Query(ge=1, le=MOST)] = USUAL,
) -> Response:
    """Stories by their ids, without their texts. `next` is the cursor of the next page, null at the end."""
    after = place_of(cursor, {"after": str}).get("after", "")
    told = await _read(request, caller, "catalogue.list", after=after, limit=limit)
    told["next"] = None if told["next"] is None else cursor_of({"after": told["next"]})
    return answer(told, headers=next_link(request, told["next"], limit=limit))


@router.get("/v1/articles/{id:path}/versions", responses=problems(404, 503), summary="A story's versions")
async def versions(request: Request, caller: Reader, id: Id) -> Response:
    """Every version of the story that is known, by what it belongs to it, and the revisions of this id."""
    return answer(await _read(request, caller, "catalogue.versions", id=id))


@router.get(
    "/v1/articles/{id:path}",
    responses={**TAGGED, 304: {"description": "It is still as If-None-Match says."}, **problems(404, 503)},
    summary="One story",
)
async def article(request: Request, caller: Reader, id: Id, if_none_match: IfNoneMatch = "") -> Response:
    """A story with its text, its rights as received and as said later, and what holds for all its versions."""
    told = await _read(request, caller, "catalogue.get", id=id, if_none_match=if_none_match)
    headers = {"ETag": told["etag"]}
    return answer(told["article"], headers=headers) if told["article"] else Response(None, 304, headers)


@router.put(
    "/v1/articles/{id:path}",
    openapi_extra=_body(("application/json", _schema(Story, {k: v for k, v in ARTICLE.items() if k != "id"}))),
    responses={**TAGGED, **NEW, **problems(412, 413, 415, 422, 503, 507)},
    summary="Replace a story",
)
async def put(
    request: Request, caller: Writer, id: Id, if_match: IfMatch = "", if_none_match: IfNoneMatch = ""
) -> Response:
    """Replace a story, or make it. The old text becomes an earlier revision, and stays findable.

    What the desk said of it still holds. `If-Match` with the ETag that was got before keeps two people from
    overwriting each other; `If-None-Match: *` only makes a new one.
    """
    for below, method in BELOW.items():
        if id.endswith(below):
            raise Problem(405, f"This address takes {method}; a story cannot be put there.", headers={"Allow": method})
    condition = {"id": id, "if_match": if_match, "if_none_match": if_none_match}
    told = await _write(request, caller, "catalogue.put", await request.body(), **condition)
    etag, made, found = told.pop("etag"), told.pop("made"), told.pop("article")
    headers = {"ETag": etag, "Location": _address(request, id)} if etag else {}
    return answer(found or told, 201 if made else 200, headers)


@router.delete("/v1/articles/{id:path}", status_code=204, responses=problems(404, 412, 503), summary="Remove a story")
async def remove(request: Request, caller: Writer, id: Id, if_match: IfMatch = "") -> Response:
    """Remove a story with all its revisions; nothing finds them any more.

    To stop a story from being published, mark it instead: what is removed is not recognised in a draft.
    """
    await _write(request, caller, "catalogue.remove", b"", id=id, if_match=if_match, if_none_match="")
    return Response(None, 204)


@router.post(
    "/v1/articles/{id:path}/mark",
    openapi_extra=_body(
        ("application/json", _schema(Mark, {"state": "killed", "note": "Telephone, legal desk, 12:04"}))
    ),
    responses={**TAGGED, **problems(404, 412, 413, 415, 422, 503, 507)},
    summary="Kill, withhold, correct or embargo a story",
)
async def mark(request: Request, caller: Writer, id: Id, if_match: IfMatch = "") -> Response:
    """Say of a story that it is killed, withheld, corrected, under an embargo, or usable again.

    That holds for all its versions, in past and future checks. What its agency says stays: the stricter of the two
    counts, and `usable` only takes back what the desk said; `still` tells what is left then.
    """
    condition = {"id": id, "if_match": if_match, "if_none_match": ""}
    told = await _write(request, caller, "catalogue.mark", await request.body(), **condition)
    return answer(told["marked"], headers={"ETag": told["etag"]})


@router.get("/v1/index", responses=problems(422, 503), summary="The index in figures")
async def figures(request: Request, caller: Reader, recent: Annotated[int, Query(ge=0, le=MOST)] = USUAL) -> Response:
    """The index in figures, the stories last killed or withheld, and the embargoes still to end, the next first.

    Of a large index the newest stories and those of which something was said later are looked through.
    """
    return answer(await _read(request, caller, "catalogue.figures", recent=recent, now=_now()))


async def _read(request: Request, caller: Caller, what: str, **header: Any) -> dict[str, Any]:
    tenant = request.app.state.tenants.get(caller.tenant)
    told, _ = await request.app.state.pool.run(Job(what, {"index": str(tenant.index), **header}))
    return dict(told)


async def _write(request: Request, caller: Caller, what: str, body: bytes, **header: Any) -> dict[str, Any]:
    tenant = request.app.state.tenants.get(caller.tenant)
    place = {"index": str(tenant.index), "lock": str(tenant.folder / "write.lock")}
    kind = request.headers.get("content-type", "")
    job = Job(what, {**place, "now": _now(), "type": kind, **header}, body, WRITE_SECONDS)
    async with _turns(request, caller.tenant):
        told, _ = await request.app.state.pool.run(job)
    return dict(told)


def _turns(request: Request, tenant: str) -> Turns:
    """Who changes a tenant's index in this process: an index takes one writer, and checks need the other workers."""
    state = request.app.state
    if not hasattr(state, "writers"):
        state.writers = {}
    turns: Turns = state.writers.setdefault(tenant, Turns(MOST_WAITING, BUSY))
    return turns


def _address(request: Request, id: str) -> str:
    root = request.scope.get("root_path", "")
    return f"{root}/v1/articles/{quote(id.encode('utf-8', 'replace'), safe='')}"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
