"""A process that judges: chunks of pages come in, their results go out, as frames. Run as a file, in isolated mode.

The first line of its input is the job. It ends when its input does, so that nothing is left of an audit that was
killed. What it finds is another index than the job's is told in the results of every page, and nothing is judged.
"""

from __future__ import annotations

import hashlib
import os
import queue
import signal
import sys
import threading
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from checker.audit.nouns import Page, Result, Setting
    from cli.engines.engine import Job
    from fingerprints.index import ReadIndex

MEMORY = 4096 << 20
"""What a process may take, in bytes; the index, which is mapped, does not count."""
AHEAD = 2


class Judge:
    """An index and a policy, opened for a job. `refusal` is the sentence why nothing can be judged, "" where it can.

    `verify` reads the whole index first: on a machine of its own the copy may be damaged where the first one is not.
    """

    def __init__(self, job: Job, *, verify: bool = False) -> None:
        from fingerprints.errors import WirecheckError

        self._job = job
        self.refusal = ""
        self._index: ReadIndex | None = None
        try:
            self._setting = self._set()
            self._index = self._opened(verify=verify)
        except WirecheckError as error:
            self.refusal = str(error)
        except OSError as error:
            self.refusal = f"{error.filename or job.index} cannot be read: {error.strerror or type(error).__name__}."

    def results(self, pages: Iterable[Page]) -> Iterator[Result]:
        """The results of pages, one after another."""
        from checker.audit.judging import judge_pages, unjudged

        if self._index is None:
            yield from (unjudged(page, self.refusal, self._job.terms) for page in pages)
        else:
            yield from judge_pages(pages, self._index, self._setting)

    def _set(self) -> Setting:
        from checker.audit.nouns import Setting
        from checker.audit.problems import AuditProblem
        from checker.policy.load import read
        from checker.policy.nouns import DEFAULT_POLICY

        path = self._job.policy
        if path and _sha256(path) != self._job.policy_digest:
            raise AuditProblem(f"The policy {path} is another one than this audit began with.")
        policy = replace(read(Path(path)), origin=self._job.policy_name or path) if path else DEFAULT_POLICY
        if policy.agencies and _sha256(policy.agencies) != self._job.agencies_digest:
            raise AuditProblem(f"The agencies in {policy.agencies} are others than this audit began with.")
        return Setting(policy, self._job.terms)

    def _opened(self, *, verify: bool) -> ReadIndex:
        """Raises AuditProblem where it is not the job's, and whatever opening it raises."""
        from checker.audit.problems import AuditProblem
        from fingerprints.errors import SpecMismatch
        from fingerprints.stores.snapshot import Snapshot, snapshot_digest
        from fingerprints.stores.snapshot_checks import require_whole

        path = self._job.index
        try:
            index = Snapshot(path)
        except SpecMismatch as error:
            raise AuditProblem(f"The index at {path} is of another specification ({error})") from None
        if index.spec.digest != self._job.spec:
            said = f"{index.spec.digest[:12]}, not {self._job.spec[:12]}"
            raise AuditProblem(f"The index at {path} is of another specification ({said}).")
        if snapshot_digest(path) != self._job.digest:
            raise AuditProblem(f"The index at {path} is another one than this audit began with.")
        if verify:
            require_whole(Path(path))
        return index


def _sha256(path: str) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def serve() -> int:
    """Judge what comes. Returns the exit status."""
    stream, out = _ready()
    import pyarrow as pa

    from checker.audit.schema import pages_of, results_batch
    from cli.engines.engine import Job
    from cli.engines.frames import BEGUN, HELLO, RESULTS, framed, packed, unpacked

    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    judge = Judge(Job.from_json(stream.readline()))
    coming: queue.Queue[bytes] = queue.Queue(AHEAD)
    threading.Thread(target=_read_ahead, args=(stream, coming), daemon=True).start()

    def begun(pages: Iterable[Page]) -> Iterator[Page]:
        for page in pages:
            out.write(framed(BEGUN))
            out.flush()
            yield page

    out.write(framed(HELLO))
    out.flush()
    while True:
        pages = pages_of(unpacked(coming.get()))
        out.write(framed(RESULTS, packed(results_batch(judge.results(begun(pages))))))
        out.flush()


def _read_ahead(stream: BinaryIO, coming: queue.Queue[bytes]) -> None:
    """Take the next chunk while one is judged; at the end of the input end the process, whatever it is at."""
    from cli.engines.frames import Cut, frame

    try:
        while True:
            coming.put(frame(stream)[1])
    except (Cut, OSError):
        os._exit(0)


def _ready() -> tuple[BinaryIO, BinaryIO]:
    """The process made safe; what comes in, and where to answer."""
    from checker.readers.child import limit

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, at whose end this one ends
    limit({"CORE": 0, "DATA": MEMORY})
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # whatever a library prints is no result
    return sys.stdin.buffer, out


if __name__ == "__main__":
    sys.path.append(str(Path(__file__).resolve().parents[2]))
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    sys.exit(serve())
