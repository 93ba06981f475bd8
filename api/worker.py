"""`python -m api.worker PARENT MEGABYTES`: one process that does jobs, one after another, until its pipe closes.

It keeps nothing of a job. It dies with its server, takes no more memory than it was given, and says of an error no
more than its kind and its place in our code: a message could hold words of a draft.
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import sys
from collections.abc import Callable, Mapping
from types import FrameType
from typing import Any

from api import frames

NICE = 2
"""The server itself comes first, so that refusals and health stay quick while every worker computes."""
PR_SET_PDEATHSIG = 1
MB = 1024 * 1024

Handler = Callable[[dict[str, Any], bytes], tuple[dict[str, Any], bytes]]


class OutOfTime(BaseException):
    """The job took too long. Not an Exception, so that no reader takes it for a damaged file."""


def main() -> int:
    """Do jobs until there are no more. Returns the exit status."""
    parent, memory = int(sys.argv[1]), int(sys.argv[2])
    _die_with(parent)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # the server says when it is over, by closing the pipe
    jobs, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    _nothing_else_talks()
    with contextlib.suppress(OSError, AttributeError):
        os.nice(NICE)
    from api.work import HANDLERS, warm_up

    _limit(memory)
    warm_up()
    gc.collect()
    gc.freeze()  # what is loaded now stays, and need not be looked through again
    with contextlib.suppress(EOFError, BrokenPipeError):
        answers.write(frames.packed({"ready": True}))
        answers.flush()
        while message := frames.read(jobs):
            header, body = answered(HANDLERS, *message)
            answers.write(frames.packed(header, body))
            answers.flush()
            if header.get("last"):
                return 0
            del message, header, body
    return 0


def answered(handlers: Mapping[str, Handler], job: Mapping[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
    """What the server gets to know: an answer, or a problem and a line for the log."""
    from api.work import at_limit, problem_of

    with _Alarm(job["seconds"]) as limited:
        try:
            result, blob = handlers[job["what"]](job["header"], body)
            limited.stop()
            return {"answer": result}, blob
        except OutOfTime:
            limit = "seconds"
        except (MemoryError, RecursionError):
            limit = "memory"
        except Exception as error:
            limited.stop()
            found, said = problem_of(error)
            return {"problem": found, "log": said}, b""
        limited.stop()
        result, blob = at_limit(job, body, limit)
        return result | {"last": True}, blob


class _Alarm:
    """Raises OutOfTime in the code within after so many seconds, at the next line of Python that runs."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def __enter__(self) -> _Alarm:
        signal.signal(signal.SIGALRM, self._ring)
        signal.setitimer(signal.ITIMER_REAL, self._seconds)
        return self

    def _ring(self, number: int, frame: FrameType | None) -> None:
        raise OutOfTime

    def stop(self) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)

    def __exit__(self, *_: object) -> None:
        self.stop()


def _nothing_else_talks() -> None:
    """Standard input and output are the pipes to the server: whatever else writes there goes nowhere."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    sys.excepthook = _silent


def _silent(kind: type[BaseException], error: BaseException, trace: object) -> None:
    """The kind of an error that nobody caught, and not its message."""
    sys.stderr.write(f"A worker ended: {kind.__name__}.\n")


def _limit(megabytes: int) -> None:
    """Address space, and no core dump: it would hold the draft."""
    try:
        import resource
    except ImportError:
        return
    for kind, most in (("RLIMIT_AS", megabytes * MB), ("RLIMIT_CORE", 0)):
        with contextlib.suppress(AttributeError, ValueError, OSError):
            resource.setrlimit(getattr(resource, kind), (most, most))


def _die_with(parent: int) -> None:
    """On Linux: when the server is killed, so is this process, whatever it does."""
    if sys.platform.startswith("linux"):
        import ctypes

        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it was killed before that
        sys.exit(1)


if __name__ == "__main__":
    sys.exit(main())
