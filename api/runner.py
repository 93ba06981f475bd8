"""Who works at the audits: in every server process, for every tenant, one audit at a time.

Texts go to the workers behind everybody who waits for an answer. An audit belongs to the process that has locked it;
when that ends, however it ends, another one goes on where it was.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import shutil
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from api.auditing import NEW_TEXTS, TEXTS, given_up
from api.audits import CANCEL, JOB, RESULTS, Audits, State, forget_texts, keep_progress, progress_of, recount
from api.deliveries import deliver
from api.files import read_json
from api.pool import Job, Overloaded, Pool, TooSlow, WorkerLost
from api.problems import Problem
from api.settings import Settings
from api.tenants import Tenant, Tenants

LOG = logging.getLogger("wirecheck")
LOOK_SECONDS = 2.0
"""How often it is looked whether another process left an audit behind, or a webhook is due."""
READ_SECONDS = 600.0
KEEP_SECONDS = 0.5
STOP_SECONDS = 1.0
PATIENCE_SECONDS = 600.0
"""So long an audit waits for an index that is busy or not at its place."""
AGAIN_SECONDS = 1.0
NOT_THE_TEXT = (503, 507)
"""Problems of the index, the policy and the disk: the next text would have them too."""


class Removed(Exception):
    """The audit was removed while somebody worked at it."""


class Runner:
    """`start` with the server, `stop` with it, `wake` when there is a new audit."""

    def __init__(self, settings: Settings, tenants: Tenants, pool: Pool) -> None:
        self._settings, self._tenants, self._pool = settings, tenants, pool
        self._tasks: list[asyncio.Task[None]] = []
        self._news: list[asyncio.Event] = []

    async def start(self) -> None:
        """Take up what was left behind, and what comes."""
        for name in self._tenants.names:
            tenant = self._tenants.get(name)
            await asyncio.to_thread(Audits(tenant.audits).sweep)
            for step in (self._work, self._tell):
                news = asyncio.Event()
                self._news.append(news)
                self._tasks.append(asyncio.create_task(self._forever(step, tenant, news)))

    async def stop(self) -> None:
        """Leave everything as it is, for the next start."""
        left = set(self._tasks)
        while left:  # a cancellation that meets the end of a wait can get lost
            for task in left:
                task.cancel()
            _, left = await asyncio.wait(left, timeout=STOP_SECONDS)
        self._tasks.clear()

    def wake(self) -> None:
        """There is something to do."""
        for news in self._news:
            news.set()

    async def _forever(self, step: Callable[[Tenant], Awaitable[None]], tenant: Tenant, news: asyncio.Event) -> None:
        while True:
            news.clear()
            try:
                await step(tenant)
            except Overloaded:  # the server is about to end
                pass
            except Exception as error:  # a full disk, say; whatever it is, the next look finds the audit as it is
                LOG.error("The audits of %s cannot be worked at (%s).", tenant.name, type(error).__name__)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(news.wait(), LOOK_SECONDS)

    async def _work(self, tenant: Tenant) -> None:
        audits = Audits(tenant.audits)
        for id in audits.open():
            if progress_of(audits.folder / id).ended:
                continue
            with audits.claimed(id) as ours:
                # another process may have ended it between the two looks
                if ours and not progress_of(audits.folder / id).ended:
                    with contextlib.suppress(Removed):
                        await Work(audits, id, tenant, self._pool).run()
                    self.wake()  # somebody may have to be told

    async def _tell(self, tenant: Tenant) -> None:
        audits = Audits(tenant.audits)
        for id in audits.open():
            if progress_of(audits.folder / id).ended:
                with audits.claimed(id) as ours:
                    if ours and await deliver(audits.folder / id, id, self._settings.webhooks):
                        audits.settled(id)


class Work:
    """One audit, from wherever it is to its end."""

    def __init__(self, audits: Audits, id: str, tenant: Tenant, pool: Pool) -> None:
        self._audits, self._id, self._pool = audits, id, pool
        self._place = audits.folder / id
        self._progress = progress_of(self._place)
        self._policies = {
            "index": str(tenant.index),
            "policy": str(tenant.policy or ""),
            "policies": str(tenant.policies),
        }
        self._kept = 0.0

    async def run(self) -> None:
        """Read what was sent, check text by text, and end. Raises Removed."""
        job = read_json(self._place / JOB)
        if job is None:
            self._audits.settled(self._id)
            raise Removed
        try:
            await self._all(job)
        except Overloaded:
            raise
        except Problem as problem:
            await self._end(State.FAILED, problem.detail)
        except OSError as error:
            if self._gone():
                raise Removed from None
            await self._end(State.FAILED, f"Its folder cannot be written to ({error.strerror}).")

    async def _all(self, job: dict[str, Any]) -> None:
        progress = self._progress
        progress.begun = progress.begun or _now()
        texts = self._place / TEXTS
        if not self._cancelled() and not texts.is_dir():
            self._keep(State.READING)
            await asyncio.to_thread(shutil.rmtree, self._place / NEW_TEXTS, ignore_errors=True)
            header = {"folder": str(self._place), "names": job["names"]}
            await self._asked(Job("audit.read", header, seconds=READ_SECONDS, patient=True))
        if not self._cancelled():
            progress.total = await asyncio.to_thread(lambda: sum(1 for _ in texts.iterdir()))
            await asyncio.to_thread(recount, self._place, progress)
            self._keep(State.RUNNING)
            await self._texts(job["options"])
        await self._end(State.CANCELLED if self._cancelled() else State.DONE)

    async def _texts(self, options: dict[str, Any]) -> None:
        progress, total = self._progress, self._progress.total or 0
        with (self._place / RESULTS).open("ab") as results:
            while progress.done < total and not self._cancelled():
                if self._gone():
                    raise Removed
                began = time.monotonic()
                verdict, line = await self._text(progress.done + 1, options)
                results.write(line + b"\n")
                results.flush()
                progress.count(verdict)
                progress.busy += time.monotonic() - began
                if time.monotonic() - self._kept > KEEP_SECONDS:
                    self._keep(State.RUNNING)

    async def _text(self, number: int, options: dict[str, Any]) -> tuple[str, bytes]:
        """The line of one text; one that takes too much is told to be incomplete, and the others go on."""
        name = f"text {number}"
        header = {"text": str(self._place / TEXTS / str(number)), "number": number, "name": name}
        try:
            told, line = await self._asked(
                Job("audit.check", {**header, **self._policies, "options": options}, patient=True)
            )
        except Problem as problem:
            lost = isinstance(problem, TooSlow | WorkerLost)
            if problem.status in NOT_THE_TEXT and not lost:
                raise
            told, line = given_up(number, name, problem.detail)
        return told["verdict"], line

    async def _asked(self, job: Job) -> tuple[dict[str, Any], bytes]:
        """The answer of a worker; what may pass is waited for."""
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return await self._pool.run(job)
            except (Overloaded, TooSlow, WorkerLost):
                raise
            except Problem as problem:
                if self._gone():
                    raise Removed from None
                if "Retry-After" not in problem.headers or time.monotonic() > until or self._cancelled():
                    raise
            await asyncio.sleep(AGAIN_SECONDS)

    async def _end(self, state: State, why: str = "") -> None:
        """Nothing of the texts is left when it has ended."""
        if self._gone():
            raise Removed
        if state is State.FAILED and self._cancelled():
            state, why = State.CANCELLED, ""
        await asyncio.to_thread(forget_texts, self._place)
        self._progress.ended, self._progress.why = _now(), why
        self._keep(state, durably=True)

    def _keep(self, state: State, *, durably: bool = False) -> None:
        self._progress.state = state
        try:
            keep_progress(self._place, self._progress, durably=durably)
        except FileNotFoundError:
            raise Removed from None
        self._kept = time.monotonic()

    def _cancelled(self) -> bool:
        return (self._place / CANCEL).exists()

    def _gone(self) -> bool:
        return not (self._place / JOB).exists()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
