"""Telling whoever asked that an audit has ended: attempts with growing pauses, kept on disk, until it is enough."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from api.audits import WEBHOOK, progress_of
from api.files import read_json, write_json
from api.webhooks import NotAllowed, NotDelivered, post, signed, target_of, wait_after

GONE = 410
"""Who answers so wants to hear no more (Standard Webhooks)."""


def told(id: str, place: Path) -> dict[str, Any]:
    """How far an audit is, for the outside."""
    progress = progress_of(place)
    return {
        "id": id,
        "state": str(progress.state),
        "begun": progress.begun,
        "ended": progress.ended,
        "total": progress.total,
        "done": progress.done,
        "clear": progress.clear,
        "flagged": progress.flagged,
        "incomplete": progress.incomplete,
        "unreadable": progress.unreadable,
        "rate": progress.rate,
        "why": progress.why,
    }


async def deliver(place: Path, id: str, trusted: Collection[str]) -> bool:
    """Tell that the audit has ended, if it is time to; whether nothing is left to be told.

    The body says how the audit went, and nothing of its texts. It is the same in every attempt.
    """
    webhook = read_json(place / WEBHOOK)
    if webhook is None or webhook["state"] != "waiting":
        return True
    if webhook["next"] > time.time():
        return False
    if not webhook["body"]:
        webhook["body"] = _body(place, id)
    problem, final = await asyncio.to_thread(_attempt, webhook, id, trusted)
    webhook["tries"] += 1
    wait = None if final else wait_after(webhook["tries"])
    webhook["said"] = problem
    webhook["next"] = time.time() + (wait or 0)
    if not problem:
        webhook["state"] = "delivered"
    elif wait is None:
        webhook["state"] = "failed"
    if webhook["state"] != "waiting":
        webhook["secret"] = webhook["body"] = ""
    try:
        write_json(place / WEBHOOK, webhook)
    except FileNotFoundError:  # the audit was removed meanwhile
        return True
    return str(webhook["state"]) != "waiting"


def _body(place: Path, id: str) -> str:
    values = told(id, place)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return json.dumps({"type": f"audit.{values['state']}", "timestamp": now, "data": values})


def _attempt(webhook: dict[str, Any], id: str, trusted: Collection[str]) -> tuple[str, bool]:
    """What went wrong, "" for nothing, and whether trying again would be no use."""
    body = webhook["body"].encode("ascii")
    try:
        target = target_of(webhook["url"], trusted)
        headers = signed(webhook["secret"], f"msg_{id}", int(time.time()), body)
        status = post(target, headers | {"Content-Type": "application/json", "User-Agent": "wirecheck"}, body)
    except NotAllowed as error:
        return str(error), True
    except NotDelivered as error:
        return str(error), False
    if 200 <= status < 300:
        return "", False
    if 300 <= status < 400:
        return f"it answers with a redirect ({status}), and none is followed", False
    return f"it answers {status}", status == GONE
