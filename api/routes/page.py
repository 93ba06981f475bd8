"""The editor's page, the desk's page, and the files they are made of.

Everything is read once, when the service starts, and served by its own name: no path is ever made from a request.
The words of the pages are those of the reports (`words.js`), and so is the look (`report.css`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response

import checker.reports
from checker.reports import groups, html, html_found, whole, words

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "form-action 'none'; frame-ancestors 'none'; base-uri 'none'; "
    # text never becomes markup: innerHTML and its like throw
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}
STATIC = Path(__file__).parents[1] / "static"
REPORTS = Path(checker.reports.__file__).parent
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is sent; `tag` is its ETag, a weak one: it may be packed on its way."""

    body: bytes
    kind: str
    tag: str

    @classmethod
    def of(cls, body: bytes, suffix: str) -> Asset:
        """The type goes by the suffix."""
        return cls(body, TYPES[suffix], f'W/"{hashlib.sha256(body).hexdigest()[:32]}"')


def vocabulary() -> dict[str, Any]:
    """How reports speak, for the script of the page: names of statuses, kinds, groups and the rest, by their value."""
    return {
        "verdicts": whole.VERDICTS,
        "icons": html.ICONS,
        "statuses": words.STATUSES,
        "kinds": words.KINDS,
        "severities": words.SEVERITIES,
        "signs": words.MARKS,
        "notices": words.NOTICES,
        "labels": words.LABELS,
        "reasons": words.REASONS,
        "groups": groups.GROUPS,
        "headings": groups.HEADINGS,
        "short": html_found.SHORT,
        "gravity": groups.GRAVITY,
        "disclaimer": html.DISCLAIMER,
    }


def read_assets() -> Mapping[str, Asset]:
    """All files of the pages by name."""
    found = {path.name: Asset.of(path.read_bytes(), path.suffix) for path in STATIC.iterdir() if path.suffix in TYPES}
    spoken = f"export const WORDS = {json.dumps(vocabulary(), ensure_ascii=True, sort_keys=True)};\n"
    return found | {
        "report.css": Asset.of((REPORTS / "style.css").read_bytes(), ".css"),
        "words.js": Asset.of(spoken.encode(), ".js"),
    }


ASSETS = read_assets()
router = APIRouter(include_in_schema=False)


def answer(request: Request, name: str) -> Response:
    """The file, or 304 where the browser has it already."""
    asset = ASSETS.get(name)
    if asset is None:
        raise HTTPException(404, "The page has no file of this name.")
    headers = HEADERS | {"ETag": asset.tag}
    held = {tag.strip() for tag in request.headers.get("if-none-match", "").split(",")}
    if asset.tag in held:
        return Response(status_code=304, headers=headers)
    return Response(asset.body, media_type=asset.kind, headers=headers)


@router.api_route("/", methods=["GET", "HEAD"])
async def editor(request: Request) -> Response:
    """The editor's page."""
    return answer(request, "editor.html")


@router.api_route("/desk", methods=["GET", "HEAD"])
async def desk(request: Request) -> Response:
    """The desk's page."""
    return answer(request, "desk.html")


@router.api_route("/static/{name}", methods=["GET", "HEAD"])
async def static(request: Request, name: str) -> Response:
    """A file of the pages."""
    return answer(request, name)
