"""What workers can do. A new kind of job joins `HANDLERS` in one line."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from api import auditing, catalogue, checking, languagetool_job, writing
from api.indexes import INDEXES
from api.problems import Problem
from checker.policy.problems import PolicyProblem
from fingerprints.errors import (
    IndexAway,
    IndexBusy,
    IndexDamaged,
    IndexMissing,
    IndexProblem,
    StorageFull,
    UnreadableText,
)

Answer = tuple[dict[str, Any], bytes]
Handler = Callable[[dict[str, Any], bytes], Answer]

HANDLERS: dict[str, Handler] = {
    "check": checking.check,
    "languagetool": languagetool_job.check,
    **catalogue.HANDLERS,
    **writing.HANDLERS,
    **auditing.HANDLERS,
}
"""Header and body of a job to those of its answer. They raise Problem, or what `problem_of` makes one of."""
AT_LIMIT: dict[str, Callable[[dict[str, Any], bytes, str], Answer]] = {
    "check": checking.incomplete,
    "audit.check": auditing.at_limit,
    "languagetool": languagetool_job.incomplete,
}
"""What is answered in the place of a problem when a job reached its limit of time or memory (a sentence)."""

TRY_AGAIN = {"Retry-After": "1"}
DEBUG = "WIRECHECK_DEBUG"
HERE = Path(__file__).resolve().parents[1]


def problem_of(error: Exception) -> tuple[dict[str, Any], str]:
    """An error as the arguments of `Problem`, and a line for the server's log ("" for none).

    What an error of ours says may name places on the server: that is for the log. What any other says may hold words
    of a draft: of it only the kind and the place in our code are told.
    """
    if isinstance(error, Problem):
        return _arguments(error), ""
    if isinstance(error, UnreadableText):
        return _problem(422, "The text cannot be fingerprinted: it is too long, or no text.", "unreadable-text"), ""
    said = f"{type(error).__name__}: {error}"
    if isinstance(error, StorageFull):
        return _problem(507, "The disk of the service is full; nothing half-written was kept.", "storage-full"), said
    if isinstance(error, IndexMissing):
        detail = "The index is not at its place; the service takes it up again as soon as it is back."
        return _problem(503, detail, "index-missing", TRY_AGAIN), said
    if isinstance(error, IndexAway):
        detail = "The index cannot be reached; the service takes it up again as soon as it can."
        return _problem(503, detail, "index-away", TRY_AGAIN), said
    if isinstance(error, IndexBusy):
        return _problem(503, "Another process is writing to the index; try again.", "index-busy", TRY_AGAIN), said
    if isinstance(error, IndexDamaged):
        detail = "The index is damaged; whoever runs the service finds out more with: wirecheck doctor."
        return _problem(503, detail, "index-damaged"), said
    if isinstance(error, IndexProblem):
        detail = "The index cannot be used; the service's log says why."
        return _problem(503, detail, "index-unusable"), said
    if isinstance(error, PolicyProblem):
        return _problem(503, "The policy cannot be read; the service's log says why.", "policy-unusable"), said
    return _problem(500, "Something went wrong in the service; its log says where.", "unexpected"), place_of(error)


def at_limit(job: Mapping[str, Any], body: bytes, limit: str) -> Answer:
    """The answer of a job that reached its limit of "seconds" or "memory"."""
    INDEXES.forget_all()
    what = f"more than {job['seconds']:g} seconds" if limit == "seconds" else "more memory than one request may have"
    said = f"This takes {what}, and was ended."
    if job["what"] in AT_LIMIT:
        result, blob = AT_LIMIT[job["what"]](job["header"], body, said)
        return {"answer": result}, blob
    return {"problem": _problem(503, said, "too-slow" if limit == "seconds" else "too-large")}, b""


def place_of(error: BaseException) -> str:
    """The kind of an error and the last line of our code that it passed through, without its message."""
    frames = [one for one in traceback.extract_tb(error.__traceback__) if one.filename.startswith(str(HERE))]
    at = f" at {os.path.relpath(frames[-1].filename, HERE)}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{at}"


def warm_up() -> None:
    """Load what a check loads when it is first needed, so that the first editor does not wait for it."""
    from checker.check import check
    from fingerprints.stores import MEMORY, open_index

    check("The first text of a worker is checked against nothing, so that everything is loaded.", open_index(MEMORY))


def _problem(status: int, detail: str, slug: str, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    return _arguments(Problem(status, detail, slug=slug, headers=headers))


def _arguments(problem: Problem) -> dict[str, Any]:
    return {
        "status": problem.status,
        "detail": problem.detail,
        "slug": problem.slug,
        "title": problem.title,
        "errors": list(problem.errors),
        "headers": problem.headers,
    }
