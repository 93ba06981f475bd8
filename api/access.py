"""Who may do what: the key in `Authorization: Bearer`, and what protects a service that runs without keys."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.datastructures import Headers
from starlette.types import Scope as ASGIScope

from api.keys import ANYONE, Caller, Keys, Scope
from api.keystore import KeyStoreProblem
from api.languagetool_form import key_in_header
from api.problems import Problem
from api.settings import Settings, is_loopback
from api.tenants import Tenants

EXTENSIONS = ("chrome-extension", "moz-extension", "safari-web-extension")
"""Schemes of browser add-ons' origins: installed by the user, and no page can claim one."""
FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip")

bearer = HTTPBearer(
    auto_error=False,
    scheme_name="key",
    description="A key made with `wirecheck keys create`. Not asked for where the service runs without keys.",
)


def allowed(scope: str) -> Callable[..., Awaitable[Caller]]:
    """A dependency that gives the caller when the key may do `scope`, and else raises a 401 or 403 problem.

    What belongs to another tenant is simply not found by a route that looks only
    into the caller's own: 404, never 403.
    """
    wanted = Scope(scope)

    # a coroutine, for a function would wait for one of the framework's threads
    async def caller(
        request: Request, given: Annotated[HTTPAuthorizationCredentials | None, Security(bearer)]
    ) -> Caller:
        return admitted(request, given.credentials if given else "", wanted)

    return caller


def admitted(request: Request, presented: str, scope: str) -> Caller:
    """The caller who presents this key, for clients that send it elsewhere than in the header.

    Sets `request.state.caller`. Raises a 401, 403 or 503 problem.
    """
    settings: Settings = request.app.state.settings
    if settings.keys_required:
        caller = _known(request.app.state.keys, request.app.state.tenants, presented)
    else:
        _require_local(request, settings)
        caller = ANYONE
    if scope not in caller.scopes:
        raise Problem(
            status=403,
            title="The key may not do this",
            detail=f"This needs a key with the scope {scope}; this one has {', '.join(sorted(caller.scopes))}.",
            slug="scope",
            headers={"WWW-Authenticate": f'Bearer realm="wirecheck", error="insufficient_scope", scope="{scope}"'},
        )
    request.state.caller = caller
    return caller


def require_known(scope: ASGIScope) -> None:
    """Before much of a body is read: raises the 401 problem of a request that carries no working key in its header.

    Else whoever has no key could hold the memory that bodies may take. A client of
    LanguageTool that sends its key within the form is known only afterwards, so
    what it sends must be short.
    """
    state = scope["app"].state
    if state.settings.keys_required:
        _known(state.keys, state.tenants, key_in_header(Headers(scope=scope).get("authorization", "")))


def _known(keys: Keys, tenants: Tenants, presented: str) -> Caller:
    if not presented:
        raise Problem(
            status=401,
            title="A key is needed",
            detail="Send a key made with `wirecheck keys create` in the header Authorization: Bearer KEY.",
            slug="key",
            headers={"WWW-Authenticate": 'Bearer realm="wirecheck"'},
        )
    try:
        caller = keys.find(presented)
    except KeyStoreProblem:
        # the sentence names places on the server, which are for its log only
        raise Problem(
            status=503,
            title="Keys cannot be looked up",
            detail="The service cannot read its keys now; whoever runs it finds the reason with `wirecheck keys list`.",
            slug="keys-unreadable",
            headers={"Retry-After": "30"},
        ) from None
    # a key whose tenant was taken out of the configuration is no key
    if caller is None or caller.tenant not in tenants.names:
        raise Problem(
            status=401,
            title="The key is not valid",
            detail="The key is unknown, has expired or was revoked; ask whoever runs the service for a new one.",
            slug="key",
            headers={"WWW-Authenticate": 'Bearer realm="wirecheck", error="invalid_token"'},
        )
    return caller


def _require_local(request: Request, settings: Settings) -> None:
    """Without keys only programs on this machine are served, and no web page from elsewhere that a browser here shows.

    Such a page reaches a loopback port by a form, which names its origin, or by a
    name of its own that it lets lead to 127.0.0.1 (DNS rebinding). A proxy in front
    would let in whomever it serves.
    """
    host = request.headers.get("host", "")
    origin = request.headers.get("origin", "")
    reason = ""
    if not _is_local_name(host):
        reason = "the request names another host than this machine"
    elif origin and not _is_own(origin, host, settings):
        reason = "the request comes from a web page of another origin"
    elif any(name in request.headers for name in FORWARDED):
        reason = "the request was passed on by a proxy"
    if reason:
        raise Problem(
            status=403,
            title="Keys are off",
            detail=f"The service runs without keys, for this machine only, and {reason}; set keys_required = true.",
            slug="not-local",
        )


def _is_local_name(host: str) -> bool:
    """Whether a Host header names this machine: by an address of its own, `localhost`, or a name under it (RFC 6761).

    Any other name may be somebody's: one without a dot a neighbour in the network can answer to, or a top-level domain.
    """
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    return is_loopback(name) or name.endswith(".localhost")


def _is_own(origin: str, host: str, settings: Settings) -> bool:
    scheme, _, place = origin.partition("://")
    return origin in settings.cors or scheme in EXTENSIONS or (scheme in ("http", "https") and place == host)
