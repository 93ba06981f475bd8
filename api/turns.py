"""One after another within a server process, and not too many who wait: for what only one can do at a time anyway."""

from __future__ import annotations

import asyncio
from types import TracebackType

from api.problems import Problem


class Turns:
    """`async with turns:` has the turn. Raises a 503 problem at once where `most` wait already."""

    def __init__(self, most: int, detail: str) -> None:
        self._lock, self._most, self._detail = asyncio.Lock(), most, detail
        self.waiting = 0

    async def __aenter__(self) -> None:
        if self._lock.locked() and self.waiting >= self._most:
            raise Problem(503, self._detail, slug="overloaded", headers={"Retry-After": "2"})
        self.waiting += 1
        try:
            await self._lock.acquire()
        finally:
            self.waiting -= 1

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lock.release()
