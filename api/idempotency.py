"""Idempotency-Key: a POST that is sent again because its answer was lost is done once.

After draft-ietf-httpapi-idempotency-key-header-07: the same key with another request is refused (422), and so is one
whose first request is still at work (409). What was answered is kept for a day, for the key it was answered to and
in a file that all server processes share. Of a check nothing is kept but that it was asked, under a keyed hash: the
answer would hold words of the draft, and asking again changes nothing.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.bodies import FORM
from api.keys import ANYONE, Keys
from api.keystore import KeyStoreProblem
from api.once import Answered, Once
from api.problems import Problem

HEADER = "idempotency-key"
FORMED = re.compile(r"[!-~]{1,255}")
SAYS_NOTHING = frozenset((("POST", "/v1/checks"), ("POST", "/v2/check")))
"""What changes nothing: its answers are not kept, unless the report itself was asked to be kept (201)."""
MOST_KEPT = 1024 * 1024
"""Bytes of an answer; a longer one is not kept, and its request is done again."""
BOUNDARY = re.compile(rb'boundary="?([^";,\s]{1,70})')


class Idempotency:
    """Between the reading of bodies and the routes."""

    def __init__(self, app: ASGIApp, once: Once) -> None:
        self._app, self._once = app, once

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        key = Headers(scope=scope).get(HEADER) if scope["type"] == "http" and scope["method"] == "POST" else None
        caller = await self._caller(scope) if key is not None else None
        if key is None or caller is None:  # who is nobody is told so by the route
            return await self._app(scope, receive, send)
        if not FORMED.fullmatch(key):
            detail = "An Idempotency-Key has 1 to 255 visible ASCII characters."
            return await Problem(400, detail, slug="idempotency-key").response()(scope, receive, send)
        message = await receive()
        told_apart = _told_apart(scope, message.get("body", b""))
        try:
            digest = await run_in_threadpool(self._once.digest, *told_apart)
            known = await run_in_threadpool(self._once.begin, caller, key, digest)
        except Problem as problem:
            return await problem.response()(scope, receive, send)
        if known is not None and known.body is not None:
            return await _again(known, send)
        return await self._first(scope, _given(message, receive), send, (caller, key))

    async def _first(self, scope: Scope, receive: Receive, send: Send, who: tuple[str, str]) -> None:
        """Do it, and keep what was answered if it went well."""
        kept = _Kept(send)
        try:
            await self._app(scope, receive, kept.send)
        finally:
            answered = kept.answered(nothing=_is_asking(scope, kept.status))
            if answered is None:
                await run_in_threadpool(self._once.forget, *who)
            else:
                await run_in_threadpool(self._once.finish, *who, answered)

    async def _caller(self, scope: Scope) -> str | None:
        """Whose keys these are: tenant and API key; None when it is nobody's."""
        keys: Keys | None = scope["app"].state.keys
        if keys is None:
            return ANYONE.tenant
        kind, _, presented = Headers(scope=scope).get("authorization", "").partition(" ")
        try:
            caller = keys.find(presented.strip()) if kind.lower() == "bearer" else None
        except KeyStoreProblem:
            return None
        return f"{caller.tenant} {caller.key}" if caller else None


class _Kept:
    """An answer, sent on and remembered."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status = 0
        self._headers: list[tuple[bytes, bytes]] = []
        self._body = bytearray()
        self._whole = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status, self._headers = message["status"], list(message["headers"])
        elif message["type"] == "http.response.body" and len(self._body) <= MOST_KEPT:
            self._body += message.get("body", b"")
            self._whole = not message.get("more_body", False)
        await self._send(message)

    def answered(self, *, nothing: bool) -> Answered | None:
        """What to keep; None for what went wrong or is too long, which may be tried again."""
        if not 200 <= self.status < 300 or not self._whole or len(self._body) > MOST_KEPT:
            return None
        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in self._headers]
        return Answered(self.status, [] if nothing else headers, None if nothing else bytes(self._body))


def _is_asking(scope: Scope, status: int) -> bool:
    return (scope["method"], _path(scope)) in SAYS_NOTHING and status == 200


def _path(scope: Scope) -> str:
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", ""))


def _told_apart(scope: Scope, body: bytes) -> tuple[bytes, ...]:
    """By what one request differs from another. The boundary of a form is made anew whenever it is sent."""
    kind = Headers(scope=scope).get("content-type", "").encode("latin-1", "replace")
    found = BOUNDARY.search(kind)
    if kind.lower().startswith(FORM.encode()) and found:
        kind, body = FORM.encode(), body.replace(found[1], b"")
    return scope["method"].encode(), quote(_path(scope)).encode(), scope.get("query_string", b""), kind, body


def _given(message: Message, receive: Receive) -> Receive:
    """The message that was looked at, and then those behind it."""
    messages = [message]

    async def given() -> Message:
        return messages.pop() if messages else await receive()

    return given


async def _again(known: Answered, send: Send) -> None:
    """The answer of the first time."""
    headers: list[Any] = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in known.headers]
    headers.append((b"idempotency-replayed", b"true"))
    await send({"type": "http.response.start", "status": known.status, "headers": headers})
    await send({"type": "http.response.body", "body": known.body or b""})
