"""The description of the service, OpenAPI 3.1: what the framework finds out, and what it cannot know."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from api.routes.examples import CHECK_FORM
from api.schemas import PROBLEMS, CheckOptions, CheckRequest, ProblemOut, ReportOut, ReportsOut

TITLE = "Wirecheck"
DESCRIPTION = (
    "Whether a text reproduces protected wire copy, where, from which story, and whether that use is allowed. "
    "Errors are problems after RFC 9457, and repeat nothing of what was sent. Every POST takes an Idempotency-Key."
)
SHOWN: tuple[type[BaseModel], ...] = (CheckRequest, CheckOptions, ProblemOut, ReportOut, ReportsOut)
KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    "description": "The same key with the same request is done once; the answer is given again.",
}
METHODS = ("get", "put", "post", "delete", "patch")
ANYWHERE = (413, 415, 500)
"""What any request may be answered."""
WITH_KEY = (401, 403, 503)
PLAIN = "/v2/"
"""Below it errors are sentences, as LanguageTool's clients expect them; its routes describe their own."""
WITH_BODY = (400, 408, 409, 422)


def describe(app: FastAPI) -> dict[str, Any]:
    """The description, made once."""
    if app.openapi_schema:
        return app.openapi_schema
    found = get_openapi(title=TITLE, version=app.version, description=DESCRIPTION, routes=app.routes)
    schemas = found.setdefault("components", {}).setdefault("schemas", {})
    _, shown = models_json_schema([(one, "validation") for one in SHOWN], ref_template="#/components/schemas/{model}")
    for name, schema in shown["$defs"].items():
        schemas[NAMES.get(name, name)] = schema
    schemas["CheckForm"] = _form(schemas)
    for path, item in found["paths"].items():
        for method in METHODS:
            if method in item:
                _complete(item[method], method, path)
    for unused in ("HTTPValidationError", "ValidationError", "CheckOptions"):
        schemas.pop(unused, None)
    app.openapi_schema = _renamed(found)
    return app.openapi_schema


NAMES = {"ProblemOut": "Problem", "ReportOut": "Report", "ReportsOut": "Reports"}


def _form(schemas: dict[str, Any]) -> dict[str, Any]:
    """A form has a file, and of the JSON request the options."""
    options = schemas["CheckOptions"]["properties"]
    return CHECK_FORM | {"properties": CHECK_FORM["properties"] | options}


def _complete(operation: dict[str, Any], method: str, path: str) -> None:
    """The idempotency key of a POST, and every error as a problem."""
    if method == "post":
        operation.setdefault("parameters", []).append(KEY)
    answers = operation.setdefault("responses", {})
    if path.startswith(PLAIN):
        answers.pop("422", None)
        return
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    if "application/json" in answers.get("422", {}).get("content", {}):
        answers["422"] = {"description": PROBLEMS[422], "content": problem}
    statuses = ANYWHERE + (WITH_KEY if "security" in operation else ()) + (WITH_BODY if method != "get" else ())
    for status in statuses:
        answers.setdefault(str(status), {"description": PROBLEMS[status], "content": problem})
    operation["responses"] = dict(sorted(answers.items()))


def _renamed(value: Any) -> Any:
    """References to the names that the schemas are shown under."""
    if isinstance(value, dict):
        return {name: _renamed(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_renamed(one) for one in value]
    if isinstance(value, str) and value.startswith("#/components/schemas/"):
        base, _, name = value.rpartition("/")
        return f"{base}/{NAMES.get(name, name)}"
    return value
