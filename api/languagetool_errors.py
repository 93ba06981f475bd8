"""Errors under /v2/ as LanguageTool's clients expect them: plain text that begins with "Error:"."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import MEDIA_TYPE, TYPES

PREFIX = "/v2/"
STATUSES = {401: 403, 422: 400}
"""Ours, as LanguageTool has them. A 401 would make browsers ask for a password."""
BUSY = "There are currently too many parallel requests. Please try again later."
KEY = "Send a key made with `wirecheck keys create` as apiKey, or in the header Authorization."
SAID = {f"{TYPES}overloaded": BUSY}
UNSENT = ("www-authenticate", "content-length", "content-encoding")


class PlainErrors:
    """The outermost layer: whoever refused a request, and wherever, the answer is changed on its way out."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        under = scope["type"] == "http" and scope["path"].removeprefix(scope.get("root_path", "")).startswith(PREFIX)
        await self._app(scope, receive, _Answer(send).send if under else send)


class _Answer:
    """One answer; where it is a problem, it is held back until its body is known."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Message | None = None
        self._body = b""

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            if MutableHeaders(scope=message).get("content-type") == MEDIA_TYPE:
                self._start = message
                return
        elif self._start is not None:
            self._body += message.get("body", b"")
            if not message.get("more_body"):
                await self._plain(self._start)
            return
        await self._send(message)

    async def _plain(self, start: Message) -> None:
        problem = _read(start["status"], self._body)
        body = f"Error: {sentence(problem)}".encode()
        start["status"] = STATUSES.get(problem["status"], problem["status"])
        headers = MutableHeaders(scope=start)
        for name in UNSENT:
            del headers[name]
        headers["content-type"] = "text/plain; charset=utf-8"
        headers["content-length"] = str(len(body))
        await self._send(start)
        await self._send({"type": "http.response.body", "body": body})


def _read(status: int, body: bytes) -> dict[str, Any]:
    """The problem; of one that was packed already, as a long one is, the status has to be enough."""
    try:
        found: dict[str, Any] = json.loads(body)
    except ValueError:
        return {"type": "about:blank", "status": status, "detail": f"{HTTPStatus(status).phrase}."}
    return found


def sentence(problem: Mapping[str, Any]) -> str:
    """What a problem says, in LanguageTool's words where its clients know them."""
    if problem["status"] == 401 and not problem["detail"].startswith("The key "):
        return KEY
    return SAID.get(problem["type"]) or str(problem["detail"])
