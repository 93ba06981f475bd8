"""One worker process as the server sees it: its pipes, and how it is started and ended."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import Mapping
from typing import Any

from api import frames

START_SECONDS = 60.0
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
PIPE_BYTES = 1 << 20


class Worker:
    """One process and its pipes."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin and process.stdout  # noqa: S101 -- both are pipes
        self.process, self._out, self._in = process, process.stdin, process.stdout
        self.lost = False

    @property
    def pid(self) -> int:
        return self.process.pid

    async def ready(self) -> None:
        """Wait until it has loaded what it needs."""
        await frames.receive(self._in)

    async def ask(self, header: Mapping[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
        """Its answer. Raises EOFError or OSError when it ended without one."""
        self._out.write(frames.packed(header, body))
        await self._out.drain()
        return await frames.receive(self._in)

    def kill(self) -> None:
        """End it, whatever it does."""
        self.lost = True
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()

    def close(self) -> None:
        """Let it end when it is done: no more work comes."""
        self._out.close()


async def spawned(memory_mb: int) -> Worker:
    """A new worker that has loaded what it needs. Raises OSError, EOFError or TimeoutError when it does not start."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "api.worker",
        str(os.getpid()),
        str(memory_mb),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=PIPE_BYTES,
        env={**os.environ, **ONE_THREAD},
    )
    worker = Worker(process)
    try:
        await asyncio.wait_for(worker.ready(), START_SECONDS)
    except BaseException:
        worker.kill()
        await process.wait()
        raise
    return worker
