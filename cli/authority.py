"""A time-stamp authority asked over HTTP (RFC 3161, 3.4). Only when somebody named one."""

from __future__ import annotations

import time
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from cli.exit_codes import Failure

WAITING = 20.0
"""Seconds, for the whole of it."""
LARGEST = 256 * 1024
QUERY, REPLY = "application/timestamp-query", "application/timestamp-reply"


class _NoRedirects(HTTPRedirectHandler):
    """An authority is asked where it was named, and nowhere else."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def ask(url: str, query: bytes) -> bytes:
    """The answer to a query. Raises Failure, with what went wrong in a few words."""
    address = urlsplit(url)
    if address.scheme not in ("http", "https") or not address.hostname or address.username:
        raise Failure("its address must begin with http:// or https://, and name a host and no user")
    request = Request(url, query, {"Content-Type": QUERY, "Accept": REPLY, "User-Agent": "wirecheck"})  # noqa: S310
    waiting = WAITING
    ends = time.monotonic() + waiting
    try:
        with build_opener(_NoRedirects).open(request, timeout=waiting) as response:
            return _whole(response, ends)
    except HTTPError as error:
        error.close()
        raise Failure(f"the authority answered with status {error.code}") from None
    except TimeoutError:
        raise Failure(f"the authority gave no answer within {waiting:g} seconds") from None
    except URLError as error:
        if isinstance(error.reason, TimeoutError):
            raise Failure(f"the authority gave no answer within {waiting:g} seconds") from None
        why = getattr(error.reason, "strerror", None) or type(error.reason).__name__
        raise Failure(f"the authority could not be reached ({why})") from None
    except (HTTPException, OSError, ValueError) as error:
        raise Failure(f"the authority's answer broke off ({type(error).__name__})") from None


def _whole(response: Any, ends: float) -> bytes:
    """The body, piece by piece, so that one that comes drop by drop ends too."""
    body = b""
    while piece := response.read1(65536):
        body += piece
        if len(body) > LARGEST:
            raise Failure("the authority's answer is larger than a time-stamp is")
        if time.monotonic() > ends:
            raise TimeoutError
    return body
