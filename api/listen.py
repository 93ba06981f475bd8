"""The socket, and connections that are cut when the other side does not get on with it.

uvicorn waits without end for the head of a request and for a client that takes its answer slowly, so a few dozen
idle connections can shut everybody else out. The slow body of a request is the application's business.
"""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Callable
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from api.settings import SettingsProblem

BACKLOG = 2048
MEDIA_TYPE = b"application/problem+json"


def listening_socket(host: str, port: int) -> socket.socket:
    """A socket on which connections come in. Raises SettingsProblem when the address cannot be had."""
    name = "127.0.0.1" if host == "localhost" else host.strip("[]")  # localhost must not lead anywhere else
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            name, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        made = socket.socket(family, kind, protocol)
        try:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            made.bind(address)
            made.listen(BACKLOG)
        except BaseException:
            made.close()
            raise
    except OSError as error:
        raise SettingsProblem(
            f"{host}, port {port}: cannot listen there ({error.strerror or error}); choose another port or host."
        ) from None
    return made


def deadline_protocol(seconds: float) -> type[H11Protocol]:
    """uvicorn's protocol with this much time for the head of a request, and for taking a part of an answer."""

    class Deadline(DeadlineProtocol):
        limit = seconds

    return Deadline


class DeadlineProtocol(H11Protocol):
    """HTTP/1.1 that cuts a connection on which nothing comes to an end within `limit` seconds."""

    limit = 10.0

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._reading = _Timer(self.loop, self.limit, self._cut)
        self._writing = _Timer(self.loop, self.limit, self._cut)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._reading.start()

    def connection_lost(self, exc: Exception | None) -> None:
        self._reading.stop()
        self._writing.stop()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        # the clock of a request's head starts with its first byte; more bytes do not wind it up again
        if not self._is_answering():
            self._reading.start()
        super().data_received(data)
        if self._is_answering():
            self._reading.stop()

    def on_response_complete(self) -> None:
        # what is left of a body that nobody read is waited for no longer than the head of the next request
        if self.conn.their_state is not h11.DONE and not self.transport.is_closing():
            self._reading.start()
        super().on_response_complete()

    def pause_writing(self) -> None:
        self._writing.start()
        super().pause_writing()

    def resume_writing(self) -> None:
        self._writing.stop()
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:
        """What is no HTTP is answered as every error is."""
        detail = "What came is not a request of HTTP/1.1."
        body = json.dumps({"type": "about:blank", "title": "Bad Request", "status": 400, "detail": detail}).encode()
        headers = [(b"content-type", MEDIA_TYPE), (b"content-length", b"%d" % len(body)), (b"connection", b"close")]
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            for event in (h11.Response(status_code=400, headers=headers), h11.Data(data=body), h11.EndOfMessage()):
                self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def _is_answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete  # type: ignore[redundant-expr]

    def _cut(self) -> None:
        self.transport.abort()


class _Timer:
    """Runs `action` once, `seconds` after the first of its starts."""

    def __init__(self, loop: asyncio.AbstractEventLoop, seconds: float, action: Callable[[], None]) -> None:
        self._loop, self._seconds, self._action = loop, seconds, action
        self._handle: asyncio.TimerHandle | None = None

    def start(self) -> None:
        if self._handle is None:
            self._handle = self._loop.call_later(self._seconds, self._action)

    def stop(self) -> None:
        if self._handle:
            self._handle.cancel()
        self._handle = None
