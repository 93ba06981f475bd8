"""The pages of the service without the service: their files, and answers made by hand, given inside the browser."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from api.routes import page as pages

HERE = "http://localhost:8631"
Answer = tuple[int, Any] | tuple[int, Any, dict[str, str]]
"""Status, what becomes JSON, more headers."""


def asset(path: str) -> pages.Asset | None:
    """The file that the service has at this path."""
    names = {"/": "editor.html", "/desk": "desk.html"}
    return pages.ASSETS.get(names.get(path, path.removeprefix("/static/")))


class Canned:
    """Answers a page's requests; what it has no answer for is in `unexpected`, and None fails as a network does."""

    def __init__(self, **answers: Answer) -> None:
        self.answers: dict[str, Answer | Callable[[Any], Answer | None] | None] = {
            "GET /readyz": (200, {"status": "ready", "works": 14}),
            "GET /v1/index": (200, {"works": 14}),
            **answers,
        }
        self.asked: list[Any] = []
        self.unexpected: list[str] = []

    def __call__(self, route: Any) -> None:
        request = route.request
        address = urlsplit(request.url)
        found = asset(address.path) if request.url.startswith(HERE + "/") else None
        if found is not None and request.method == "GET":
            route.fulfill(status=200, body=found.body, headers=pages.HEADERS | {"Content-Type": found.kind})
            return
        name = f"{request.method} {address.path}"
        if name not in self.answers:
            self.unexpected.append(f"{request.method} {request.url}")
            route.abort()
            return
        self.asked.append(request)
        given = self.answers[name]
        given = given(request) if callable(given) else given
        if given is None:
            route.abort()
            return
        status, body, *more = given
        kind = "application/json" if status < 400 else "application/problem+json"
        route.fulfill(status=status, body=json.dumps(body), headers={"Content-Type": kind, **(more[0] if more else {})})

    def sent(self, name: str) -> list[Any]:
        """The requests of this method and path."""
        return [one for one in self.asked if f"{one.method} {urlsplit(one.url).path}" == name]
