"""Worker processes that do what takes computing, so that the server itself never waits for a match.

As many run as the settings say. Who comes while all are busy waits; where too many wait already, it is refused at
once, because a refusal now is worth more than an answer that comes too late.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from api.problems import Problem
from api.process import Worker, spawned
from api.settings import Settings

LOG = logging.getLogger("wirecheck")
GRACE = 2.0
"""Seconds beyond its own limit after which a worker that does not answer is killed."""
AGAIN_SECONDS = 1.0
WAIT_SECONDS = 30.0
"""So long a request waits for a worker before it is refused after all."""
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
PIPE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Job:
    """Work for a worker: `what` names a handler of `api.work`, `header` must be JSON.

    `seconds` is its time limit, else that of the settings. `patient` jobs (an audit's texts) wait behind all others
    without being refused, and leave one worker free where there are several.
    """

    what: str
    header: Mapping[str, Any] = field(default_factory=dict)
    body: bytes = b""
    seconds: float | None = None
    patient: bool = False


class Overloaded(Problem):
    """Too many wait already."""

    def __init__(self) -> None:
        detail = "The service is busy and took no more; send the request again in a second."
        super().__init__(503, detail, slug="overloaded", headers={"Retry-After": "1"})


class TooSlow(Problem):
    """The job took longer than it may, and was ended."""

    def __init__(self, seconds: float) -> None:
        super().__init__(503, f"This took more than {seconds:g} seconds and was ended.", slug="too-slow")
        self.seconds = seconds


class WorkerLost(Problem):
    """The process that did the job ended in the middle of it."""

    def __init__(self) -> None:
        detail = "The process that worked on this request ended before it was done; nothing else is affected."
        super().__init__(500, detail, slug="worker-lost")


class Pool:
    """Workers, and those who wait for one. `start` before the first job, `stop` behind the last.

    `refused`, `lost` and `late` count since the start.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._idle: list[Worker] = []
        self._workers: set[Worker] = set()
        self._hasty: deque[asyncio.Future[Worker]] = deque()
        self._patient: deque[asyncio.Future[Worker]] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self._patient_running = 0
        self._stopping = False
        self.refused = self.lost = self.late = 0

    @property
    def running(self) -> int:
        """Jobs that a worker has now."""
        return len(self._workers) - len(self._idle)

    @property
    def waiting(self) -> int:
        """Jobs that wait for a worker, without the patient ones."""
        return sum(not one.done() for one in self._hasty)

    @property
    def alive(self) -> int:
        """Workers that can take a job, now or when they are done."""
        return len(self._workers)

    @property
    def pids(self) -> list[int]:
        """The workers' process ids."""
        return sorted(worker.pid for worker in self._workers)

    @property
    def full(self) -> bool:
        """Whether a job that is not patient would be refused now."""
        return not self._idle and self.waiting >= self._settings.waiting

    async def start(self) -> None:
        """Start every worker. Raises OSError when one cannot be started."""
        try:
            for worker in await asyncio.gather(
                *(spawned(self._settings.memory_mb) for _ in range(self._settings.workers))
            ):
                self._take_in(worker)
        except (EOFError, TimeoutError) as error:
            raise OSError("a worker process did not start; what it said is above") from error

    async def stop(self) -> None:
        """End every worker; who waits is refused."""
        self._stopping = True
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for waiter in (*self._hasty, *self._patient):
            if not waiter.done():
                waiter.set_exception(Overloaded())
        for worker in self._workers:
            worker.close()
        ends = [worker.process.wait() for worker in self._workers]
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.gather(*ends), GRACE)
        for worker in self._workers:
            worker.kill()
            await worker.process.wait()
        self._workers.clear()
        self._idle.clear()

    async def run(self, job: Job) -> tuple[dict[str, Any], bytes]:
        """The answer to a job: what its handler made.

        Raises Overloaded at once, TooSlow and WorkerLost, or the Problem that the handler found.
        """
        seconds = job.seconds or self._settings.seconds
        worker = await self._turn(job)
        header = {"what": job.what, "seconds": seconds, "header": dict(job.header)}
        try:
            answer, body = await asyncio.wait_for(worker.ask(header, job.body), seconds + GRACE)
        except TimeoutError:
            worker.kill()
            self.late += 1
            raise TooSlow(seconds) from None
        except (EOFError, OSError):
            worker.kill()
            self.lost += 1
            LOG.error("A worker ended in the middle of a job (%s).", job.what)
            raise WorkerLost from None
        except BaseException:
            worker.kill()  # it is not known what it would answer next
            raise
        else:
            if answer.get("last"):  # it took so much that it ends itself
                worker.kill()
        finally:
            self._patient_running -= job.patient
            self._release(worker)
        return _understood(job, answer), body

    async def _turn(self, job: Job) -> Worker:
        """A worker for this job, which counts as busy from now on."""
        if self._stopping or (not job.patient and self.full):
            self.refused += 1
            raise Overloaded
        if self._idle and (not job.patient or self._may_take_patient()):
            self._patient_running += job.patient
            return self._idle.pop()
        waiter: asyncio.Future[Worker] = asyncio.get_running_loop().create_future()
        (self._patient if job.patient else self._hasty).append(waiter)
        try:
            if job.patient:
                return await waiter
            return await asyncio.wait_for(asyncio.shield(waiter), WAIT_SECONDS)
        except TimeoutError:
            self.refused += 1
            self._give_up(waiter, job.patient)
            raise Overloaded from None
        except BaseException:
            self._give_up(waiter, job.patient)
            raise

    def _give_up(self, waiter: asyncio.Future[Worker], patient: bool) -> None:
        """Nobody waits here any more; a worker that was handed over goes to the next one."""
        if waiter.done() and not waiter.cancelled() and not waiter.exception():
            self._patient_running -= patient
            self._release(waiter.result())
        waiter.cancel()

    def _may_take_patient(self) -> bool:
        return len(self._workers) == 1 or self._patient_running < len(self._workers) - 1

    def _release(self, worker: Worker) -> None:
        """A worker is free: the next one's turn. One that was lost is replaced by `_watch`."""
        if not worker.lost and worker.process.returncode is None:
            self._idle.append(worker)
            self._hand_over()

    def _hand_over(self) -> None:
        """Idle workers to those who wait, the hasty first."""
        for queue, patient in ((self._hasty, False), (self._patient, True)):
            while queue and self._idle and (not patient or self._may_take_patient()):
                waiter = queue.popleft()
                if not waiter.done():
                    self._patient_running += patient
                    waiter.set_result(self._idle.pop())

    def _take_in(self, worker: Worker) -> None:
        """One more worker, and somebody who notices when it ends."""
        self._workers.add(worker)
        task = asyncio.create_task(self._watch(worker))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        self._release(worker)

    async def _watch(self, worker: Worker) -> None:
        """Replace a worker when it ends, however long it takes to start another."""
        await worker.process.wait()
        worker.lost = True
        self._workers.discard(worker)
        if worker in self._idle:
            self._idle.remove(worker)
        while not self._stopping:
            try:
                self._take_in(await spawned(self._settings.memory_mb))
                break
            except (OSError, EOFError, TimeoutError) as error:
                LOG.error("A worker process could not be started (%s); trying again.", type(error).__name__)
                await asyncio.sleep(AGAIN_SECONDS)


def _understood(job: Job, answer: Mapping[str, Any]) -> dict[str, Any]:
    """What a handler answered. Raises the Problem that it found."""
    if said := answer.get("log"):
        LOG.error("%s: %s", job.what, said)
    if found := answer.get("problem"):
        raise Problem(**found)
    result: dict[str, Any] = answer["answer"]
    return result
