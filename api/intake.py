"""Bodies on their way in: read whole and bounded before a route sees them; what is too large or too slow is refused.

A request that needs a worker is refused before its body is read when no worker will be free in time.
"""

from __future__ import annotations

import asyncio
import time

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.access import require_known
from api.pool import Overloaded, Pool
from api.problems import Problem
from api.settings import Settings

MB = 1024 * 1024
LEAST_BYTES_A_SECOND = 64 * 1024
"""A body that comes at least as fast is waited for, however large it is."""
SMALL = 256 * 1024
"""Bytes that are read of anybody; more only of who has a key, where keys are needed."""
SLOW = 408
WORKING = frozenset((("POST", "/v1/checks"), ("POST", "/v2/check")))
"""What cannot be done without a worker at once."""
ABOUT_BODIES = (b"content-length", b"transfer-encoding", b"content-type")


class Intake:
    """Reads the body of a request, or answers in its place."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app, self._settings = app, settings
        self._most = settings.body_mb * MB
        self._room = self._most * (settings.workers + settings.waiting)
        """Bytes that may be held for all requests at once."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        body = bytearray()
        try:
            await self._serve(scope, receive, send, body)
        finally:
            self._room += len(body)
        return None

    async def _serve(self, scope: Scope, receive: Receive, send: Send, body: bytearray) -> None:
        try:
            self._admit(scope)
            whole = await self._read(scope, receive, body)
        except Problem as problem:
            if problem.status == SLOW or not _is_small(Headers(scope=scope)):
                problem.headers["Connection"] = "close"  # what is left of the body is not worth reading
            return await problem.response()(scope, receive, send)
        if whole:
            await self._app(scope, _given(bytes(body), receive), send)
        return None

    def _admit(self, scope: Scope) -> None:
        pool: Pool = scope["app"].state.pool
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        if (scope["method"], path) in WORKING and pool.full:
            pool.refused += 1
            raise Overloaded

    async def _read(self, scope: Scope, receive: Receive, body: bytearray) -> bool:
        """Read the body; False when the client went away. Raises Problem 401, 408, 413, 415 or 503."""
        headers, known = Headers(scope=scope), False
        if headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
            detail = "Send the body as it is, without Content-Encoding."
            raise Problem(415, detail, headers={"Accept-Encoding": "identity"})
        declared = headers.get("content-length", "")
        if declared.isdecimal() and int(declared[:20]) > self._most:
            raise _too_large(self._settings.body_mb)
        more, began = bool(declared) or "transfer-encoding" in headers, time.monotonic()
        while more:
            left = began + self._settings.slow_seconds + len(body) / LEAST_BYTES_A_SECOND - time.monotonic()
            try:
                message = await asyncio.wait_for(receive(), max(left, 0.0))
            except TimeoutError:
                seconds = self._settings.slow_seconds
                raise Problem(408, f"The body did not come within {seconds:g} seconds.", slug="slow-body") from None
            if message["type"] == "http.disconnect":
                return False
            chunk = message.get("body", b"")
            if not known and len(body) + len(chunk) > SMALL:
                require_known(scope)
                known = True
            self._take(chunk, body)
            more = message.get("more_body", False)
        return True

    def _take(self, chunk: bytes, body: bytearray) -> None:
        if len(body) + len(chunk) > self._most:
            raise _too_large(self._settings.body_mb)
        if len(chunk) > self._room:
            raise Overloaded
        self._room -= len(chunk)
        body += chunk


def _is_small(headers: Headers) -> bool:
    """Whether the rest of a body that nobody wants may be read all the same, to keep the connection."""
    declared = headers.get("content-length", "0")
    return declared.isdecimal() and int(declared[:20]) <= SMALL and "transfer-encoding" not in headers


def _too_large(megabytes: int) -> Problem:
    return Problem(413, f"The body is larger than {megabytes} MB; send less at once.", slug="too-large")


def _given(body: bytes, receive: Receive) -> Receive:
    """The body once, and then what comes after it: a client that goes away."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def given() -> Message:
        return messages.pop() if messages else await receive()

    return given
