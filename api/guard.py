"""What stands between the wire and every route: an id and headers for each answer, figures, and a last resort.

All of it is plain ASGI. Whatever escapes a route ends here as a problem, and in the log as a kind and a place:
a traceback could hold text of a draft.
"""

from __future__ import annotations

import logging
import secrets
import time
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.metrics import Metrics
from api.problems import Problem
from api.work import place_of, problem_of

LOG = logging.getLogger("wirecheck")
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}
"""Of every answer that does not say otherwise itself."""
CLOSED = 499
"""How an answer counts that nobody waited for."""


class Guard:
    """The outermost layer of the application itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        answer = _Answer(scope, send)
        try:
            if _ends_in_two_ways(scope):
                raise Problem(400, "It has a Content-Length and a Transfer-Encoding.", headers={"Connection": "close"})
            await self._app(scope, receive, answer.send)
        except Exception as error:
            found, said = problem_of(error)
            LOG.error("Request %s failed: %s", answer.id, said or place_of(error))
            if answer.status is None:
                await Problem(**found).response()(scope, receive, answer.send)
            else:
                raise ConnectionResetError from None  # it began already, and must not look whole
        finally:
            answer.count()


class _Answer:
    """One answer on its way out."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self.id = secrets.token_hex(8)
        self.status: int | None = None
        self._scope, self._send, self._began = scope, send, time.monotonic()

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["X-Request-Id"] = self.id
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await self._send(message)

    def count(self) -> None:
        metrics: Metrics = self._scope["app"].state.metrics
        metrics.count_request(
            self._scope["method"], _pattern(self._scope), self.status or CLOSED, time.monotonic() - self._began
        )


def _ends_in_two_ways(scope: Scope) -> bool:
    """Whether the end of a request is said in two ways, which a proxy and we may read differently (RFC 9112, 6.1)."""
    return {b"content-length", b"transfer-encoding"} <= {name.lower() for name, _ in scope["headers"]}


def _pattern(scope: Scope) -> str:
    """The pattern of the address that was asked for: an address itself may hold an id."""
    route: Any = scope.get("route")
    return str(getattr(route, "path", ""))
