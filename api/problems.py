"""One shape for everything that goes wrong: `application/problem+json` (RFC 9457). None of it repeats what was sent."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

MEDIA_TYPE = "application/problem+json"
TYPES = "urn:wirecheck:problem:"
"""Where a problem has a name of its own; without one its type is "about:blank", and the status says it all."""
MOST_ERRORS = 20
FIELD = re.compile(r"[A-Za-z_]{1,30}")
NOT_JSON = ("model_attributes_type", "dict_type", "list_type", "model_type")
"""What pydantic says of a body that FastAPI did not take for JSON, because of its content type."""


class Problem(Exception):
    """An answer that is an error.

    `slug` names the kind ("overloaded"), "" when the status says it all. `errors` are {"pointer", "detail"}: a JSON
    pointer (RFC 6901) into the body, or `query:NAME`, and what is wrong there. `detail` is one sentence that
    repeats nothing of what was sent.
    """

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        slug: str = "",
        title: str = "",
        errors: Sequence[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.slug = status, detail, slug
        self.title = title or HTTPStatus(status).phrase
        self.errors, self.headers = tuple(errors), dict(headers or {})

    def as_dict(self) -> dict[str, Any]:
        """The members of the problem's JSON object."""
        values: dict[str, Any] = {
            "type": TYPES + self.slug if self.slug else "about:blank",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
        }
        return values | ({"errors": [dict(one) for one in self.errors]} if self.errors else {})

    def response(self) -> Response:
        """The answer itself."""
        return JSONResponse(self.as_dict(), self.status, self.headers, MEDIA_TYPE)


def unreadable(errors: Sequence[Mapping[str, str]]) -> Problem:
    """The problem of a request that was understood and does not fit: 422."""
    said = errors[0]["detail"] if len(errors) == 1 else f"{len(errors)} things in it do not fit; see errors."
    return Problem(422, f"The request does not fit. {said}", slug="invalid", errors=errors[:MOST_ERRORS])


def errors_of(found: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """pydantic's errors as ours: where, and what is wrong there; without what was sent."""
    return [{"pointer": pointer(one), "detail": _sentence(one)} for one in found]


def pointer(error: Mapping[str, Any]) -> str:
    """Where an error is. A name that we did not give, such as that of an unknown field, is left out."""
    place = list(error["loc"])
    where = place.pop(0) if place and place[0] in ("body", "query", "path", "header", "cookie") else "body"
    if error["type"] == "extra_forbidden":
        place = place[:-1]
    steps = [str(one) if isinstance(one, int) or FIELD.fullmatch(one) else "..." for one in place]
    if where == "body":
        return "".join(f"/{step}" for step in steps)
    return f"{where}:{'/'.join(steps)}"


def _sentence(error: Mapping[str, Any]) -> str:
    kind = error["type"]
    if kind == "json_invalid":
        return "This is not JSON."
    if kind == "extra_forbidden":
        return "There is a field that is not known here."
    if kind == "string_unicode":
        return "There is half of a surrogate pair in it, which is no character."
    said = str(error["msg"]).removeprefix("Value error, ")
    return f"{said[:1].upper()}{said[1:]}".rstrip(".") + "."


async def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)  # noqa: S101 -- it is registered for nothing else
    return error.response()


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    found = error.errors()
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    typed = any(tuple(one["loc"]) == ("body",) and one["type"] in NOT_JSON for one in found)
    if typed and kind != "application/json" and not kind.endswith("+json"):
        return unsupported("application/json").response()
    return unreadable(errors_of(found)).response()


def unsupported(*wanted: str) -> Problem:
    """The problem of a body of another kind: 415."""
    return Problem(
        415, f"Send it as {' or '.join(wanted)}, and say so in Content-Type.", headers={"Accept": ", ".join(wanted)}
    )


async def _plain(request: Request, error: Exception) -> Response:
    """What the framework itself refuses: 404, 405, a body that it could not take apart."""
    assert isinstance(error, HTTPException)  # noqa: S101
    said = str(error.detail)
    said = said if said != HTTPStatus(error.status_code).phrase else SAID.get(error.status_code, "")
    if error.status_code < 200 or error.status_code in (204, 304):
        return Response(None, error.status_code, dict(error.headers or {}))
    detail = said or HTTPStatus(error.status_code).phrase
    return Problem(error.status_code, detail.rstrip(".") + ".", headers=error.headers).response()


SAID = {
    404: "There is nothing at this address",
    405: "This address does not take that method; Allow says which it takes",
}


def install(app: FastAPI) -> None:
    """Make every error of the application a problem."""
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _plain)
