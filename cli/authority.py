"""A time-stamp authority asked over HTTP (RFC 3161, 3.4). Only when somebody named one."""

from __future__ import annotations

from http.client import HTTPException
from queue import Empty, SimpleQueue
from threading import Thread
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
    """The answer to a query. Raises Failure, with what went wrong in a few words.

    A name that is looked up, or a head that comes letter by letter, has no time of its own: so a thread asks, and is
    left alone when its time is over.
    """
    answers: SimpleQueue[bytes | Failure] = SimpleQueue()

    def asking() -> None:
        try:
            answers.put(_ask(url, query))
        except Failure as failure:
            answers.put(failure)

    waiting = WAITING
    Thread(target=asking, daemon=True).start()
    try:
        answer = answers.get(timeout=waiting)
    except Empty:
        raise Failure(f"the authority gave no answer within {waiting:g} seconds") from None
    if isinstance(answer, Failure):
        raise answer
    return answer


def _ask(url: str, query: bytes) -> bytes:
    address = urlsplit(url)
    if address.scheme not in ("http", "https") or not address.hostname or address.username:
        raise Failure("its address must begin with http:// or https://, and name a host and no user")
    request = Request(url, query, {"Content-Type": QUERY, "Accept": REPLY, "User-Agent": "wirecheck"})  # noqa: S310
    waiting = WAITING
    try:
        with build_opener(_NoRedirects).open(request, timeout=waiting) as response:
            return _whole(response)
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


def _whole(response: Any) -> bytes:
    body = bytes(response.read(LARGEST + 1))
    if len(body) > LARGEST:
        raise Failure("the authority's answer is larger than a time-stamp is")
    return body
