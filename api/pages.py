"""Lists by cursor, and JSON answers that survive whatever text is in them."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from api.problems import Problem

MOST = 500
"""Entries of one page."""
USUAL = 50
LONGEST = 4_000
"""Characters of a cursor."""


def cursor_of(place: Mapping[str, Any]) -> str:
    """An opaque cursor: where the next page begins."""
    return base64.urlsafe_b64encode(json.dumps(place, separators=(",", ":")).encode()).decode().rstrip("=")


def place_of(cursor: str, kinds: Mapping[str, type]) -> dict[str, Any]:
    """Where a page begins, {} for the first. Raises a 422 problem for a cursor that no answer gave.

    `kinds` are the members that the cursors of this list have.
    """
    if not cursor:
        return {}
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        place = json.loads(base64.b64decode(padded.encode(), altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError):
        place = None
    if isinstance(place, dict) and {name: type(value) for name, value in place.items()} == dict(kinds):
        return place
    detail = "It is no cursor of this list; begin without one, and then send `next` as it came."
    raise Problem(422, detail, slug="invalid", errors=[{"pointer": "query:cursor", "detail": detail}])


def next_link(request: Request, cursor: str | None, **query: object) -> dict[str, str]:
    """The header Link to the next page (RFC 8288); none when there is none. It is relative to the address asked."""
    if cursor is None:
        return {}
    asked = {name: value for name, value in query.items() if value not in (None, "")}
    return {"Link": f'<?{urlencode({**asked, "cursor": cursor})}>; rel="next"'}


def answer(values: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer in ASCII: a story may hold half of a surrogate pair, which UTF-8 does not."""
    return Response(json.dumps(values), status, dict(headers or {}), "application/json")
