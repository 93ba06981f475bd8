"""Refuses to publish in Superdesk what reproduces wire copy that the house may not use, as Wirecheck's policy says.

Put this file on Superdesk's Python path and its name, "wirecheck_publish", into INSTALLED_APPS. It listens to the
signal `item_validate`: what is appended to `response` is shown to the editor, and the item is not published.
It needs nothing but the standard library, and Python 3.8.

Settings, from the environment:

    WIRECHECK_URL          where the service is                                (http://127.0.0.1:8631)
    WIRECHECK_KEY          an API key with the scope `check`                   (none)
    WIRECHECK_STOPS        what refuses publishing: error, or error,warning    (error)
    WIRECHECK_WHEN_DOWN    without an answer, or with an incomplete one: refuse, or publish   (refuse)
    WIRECHECK_SECONDS      how long to wait for an answer                      (15)
    WIRECHECK_CHANNEL      where the item is published, as the policy calls it (the policy's own)
    WIRECHECK_TERRITORY    for whom, as the policy calls it                    (the policy's own)

A kill or a takedown always goes out: the words of a story are no reason to keep its withdrawal back.
"""

from __future__ import annotations

import json
import logging
import os
import re
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any

logger = logging.getLogger(__name__)

CHECKED = ("headline", "abstract", "body_html", "body_footer")
TYPES = ("text", "preformatted")
WITHDRAWN = frozenset(("canceled", "withhold", "kill", "takedown", "unpublish"))
"""Of `pubstatus` and `operation`: what takes a story back."""
SHOWN = 5
"""Findings that are told one by one; the rest are counted."""
NOT_CHECKED = "Wirecheck could not check this text, so it is not published"
INERT = str.maketrans("<>", "‹›")
"""Titles come from outside, and pages may show these sentences as HTML."""
REFUSED = {
    401: "the service asks for an API key; set WIRECHECK_KEY.",
    403: "the service does not accept the key in WIRECHECK_KEY; it needs the scope check.",
    413: "it is larger than the service reads.",
    503: "the service has too much to do; try again in a moment.",
}
MOST_BYTES = 32 * 1024 * 1024


class NoAnswer(Exception):
    """The service did not answer, or not with a report. Its sentence says why and holds no word of the item."""


class NotSet(ValueError):
    """A setting cannot be understood. Its sentence says which."""


@dataclass(frozen=True)
class Settings:
    """What the environment says; see above. Raises NotSet."""

    url: str
    key: str
    stops: tuple[str, ...]
    refuse_when_down: bool
    seconds: float
    channel: str
    territory: str

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Settings:
        """Read and checked."""

        def said(name: str, otherwise: str) -> str:
            return environment.get(f"WIRECHECK_{name}", "").strip() or otherwise

        url, down, wait = said("URL", "http://127.0.0.1:8631"), said("WHEN_DOWN", "refuse"), said("SECONDS", "15")
        stops = tuple(part.strip() for part in said("STOPS", "error").split(","))
        if not re.match(r"https?://[^/]", url):
            raise NotSet("WIRECHECK_URL must begin with http:// or https:// and name a host.")
        if down not in ("refuse", "publish"):
            raise NotSet("WIRECHECK_WHEN_DOWN must be refuse or publish.")
        if not set(stops) <= {"error", "warning", "note"}:
            raise NotSet("WIRECHECK_STOPS must list severities: error, warning, note.")
        if not re.match(r"\d{1,4}(\.\d{1,3})?$", wait) or not float(wait):
            raise NotSet("WIRECHECK_SECONDS must be a number of seconds.")
        channel, territory = said("CHANNEL", ""), said("TERRITORY", "")
        return cls(url.rstrip("/"), said("KEY", ""), stops, down == "refuse", float(wait), channel, territory)


def init_app(app: Any) -> None:
    """What Superdesk calls for every installed app. Raises NotSet, so that a wrong setting is seen at once."""
    from superdesk.signals import item_validate

    Settings.of(os.environ)
    item_validate.connect(validate)


def validate(sender: Any, item: Mapping[str, Any], response: list[str], error_fields: Any = None, **_: Any) -> None:
    """Receives `item_validate`: appends to `response` why the item is not published, where it is not."""
    if item.get("type", "text") not in TYPES or {item.get("pubstatus"), item.get("operation")} & WITHDRAWN:
        return
    page = "\n".join(f"<div>{item[field]}</div>" for field in CHECKED if isinstance(item.get(field), str))
    if not page:
        return
    settings = Settings.of(os.environ)
    try:
        report = ask(settings, request_of(item, page, settings))
        response.extend(objections(report, settings))
    except NoAnswer as problem:
        logger.warning("Wirecheck could not check an item: %s", problem)
        if settings.refuse_when_down:
            response.append(f"{NOT_CHECKED}: {problem}")


def request_of(item: Mapping[str, Any], page: str, settings: Settings) -> dict[str, Any]:
    """The body of POST /v1/checks. An item that was written here is not held against itself once it is in the index."""
    wanted = {"html": page, "channel": settings.channel, "territory": settings.territory}
    known = str(item.get("guid") or item.get("_id") or "")
    if known:
        wanted["id"] = known
        if not item.get("ingest_id") and not item.get("ingest_provider"):
            wanted["own"] = [known]
    return {name: value for name, value in wanted.items() if value}


def objections(report: Mapping[str, Any], settings: Settings) -> list[str]:
    """One sentence for each finding that stops the item; one more where the report is incomplete and that stops it.

    Raises NoAnswer for what is no report.
    """
    try:
        found = [one for one in [*report["matches"], *report["notices"]] if one["severity"] in settings.stops]
        said = [f"Wirecheck: {_said(one)}" for one in found[:SHOWN]]
        doubts = "; ".join(map(str, report["unjudged"]))
        incomplete = report["verdict"] == "incomplete" or bool(doubts)
    except (KeyError, TypeError, AttributeError) as error:
        raise NoAnswer("its answer is no report.") from error
    if len(found) > SHOWN:
        said.append(f"Wirecheck: and {len(found) - SHOWN} more; see the whole report on its page.")
    if incomplete and settings.refuse_when_down:
        said.append(f"{NOT_CHECKED}: parts of it could not be judged ({doubts or 'it does not say why'}).")
    return [sentence.translate(INERT) for sentence in said]


def _said(found: Mapping[str, Any]) -> str:
    """Why it stops the item, its first words, and the story that they stand in."""
    why = str(found["why"]).strip().rstrip(".") or "words of a protected story"
    source = found.get("source")
    if source is None:
        return f"{why}."
    words = found["submitted"]["text"].split()
    quoted = " ".join(words[:8]) + ("…" if len(words) > 8 else "")
    title = f", “{source['title']}”" if source["title"] else ""
    return f"{why}: “{quoted}” stands in {source['id']}{title}."


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follows no redirection: the draft and the key go to the host that was named, and nowhere else."""

    def redirect_request(self, *_: Any) -> None:
        return None


def ask(settings: Settings, body: Mapping[str, Any]) -> Mapping[str, Any]:
    """POST /v1/checks. Raises NoAnswer."""
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    if settings.key:
        headers["Authorization"] = f"Bearer {settings.key}"
    request = urllib.request.Request(  # noqa: S310 (Settings let http and https pass)
        f"{settings.url}/v1/checks", json.dumps(body).encode("utf-8"), headers
    )
    try:
        # no proxy either: the environment's is for going out, and the draft is to stay in the house
        with urllib.request.build_opener(_Stay, urllib.request.ProxyHandler({})).open(
            request, timeout=settings.seconds
        ) as answer:
            raw = answer.read(MOST_BYTES + 1)
    except urllib.error.HTTPError as error:
        with error:
            raise NoAnswer(REFUSED.get(error.code, f"the service answered {error.code}.")) from None
    except (OSError, ValueError, HTTPException) as error:  # refused, timed out, cut off, no such host
        reason = getattr(error, "reason", "") or error
        raise NoAnswer(f"the service at {settings.url} does not answer ({reason}).") from None
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        raise NoAnswer("its answer is no JSON.") from None
