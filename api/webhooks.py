"""Webhooks by Standard Webhooks (standardwebhooks.com): signed, posted to one address, no redirect followed.

    webhook-id         the same for every attempt, so that who is told twice can notice
    webhook-timestamp  seconds since 1970, of this attempt
    webhook-signature  "v1," and base64 of HMAC-SHA256 over "ID.TIMESTAMP.BODY", with the bytes behind `whsec_`

Where a name leads is looked up once, and the connection goes to the address that was looked at: to none that is not
public, unless the configuration names the host.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import hmac
import http.client
import ipaddress
import secrets
import socket
import ssl
import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

PREFIX = "whsec_"
SECRET_BYTES, LEAST_SECRET, MOST_SECRET = 32, 24, 64
CONNECT_SECONDS, WHOLE_SECONDS = 5.0, 15.0
BACKOFF = (5.0, 30.0, 120.0, 600.0, 3_600.0, 4 * 3_600.0, 12 * 3_600.0)
"""Seconds between one attempt and the next: eight of them within 17 hours."""
UNICAST = ipaddress.IPv6Network("2000::/3")
"""All of IPv6 that is given out to the public internet (IANA); what lies outside carries IPv4 addresses, which may be
any, is local to a link or a site (`fec0::/10`), or nobody's yet."""
SPECIAL: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...] = tuple(
    map(
        ipaddress.ip_network,
        (
            *("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"),  # protocols, documentation, IPv4 inside
            *("192.0.0.0/24", "192.88.99.0/24"),  # protocols, the way to 6to4
        ),
    )
)
"""What IANA's registries of special purposes hold of the rest: the tables of a Python are those of its own day."""
ISATAP = (0x00005EFE, 0x02005EFE)
"""The words before the IPv4 address in an address by which IPv6 is carried within a site (RFC 5214)."""
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class NotAllowed(Exception):
    """The address, or the secret, is none that can be used; the text is a sentence that repeats neither."""


class NotDelivered(Exception):
    """Nobody answered as hoped; the text says how, in a few words."""


def new_secret() -> str:
    """A secret to sign with, of 256 bits."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode("ascii")


def key_of(secret: str) -> bytes:
    """The bytes that sign. Raises NotAllowed."""
    said = f"A secret is {PREFIX} and {LEAST_SECRET} to {MOST_SECRET} bytes in base64."
    if not secret.startswith(PREFIX):
        raise NotAllowed(said)
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX).encode("ascii"), validate=True)
    except (ValueError, binascii.Error):
        raise NotAllowed(said) from None
    if not LEAST_SECRET <= len(key) <= MOST_SECRET:
        raise NotAllowed(said)
    return key


def signed(secret: str, id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers of an attempt. Raises NotAllowed for a secret that is none."""
    content = b".".join((id.encode("ascii"), str(timestamp).encode("ascii"), body))
    digest = base64.b64encode(hmac.digest(key_of(secret), content, "sha256")).decode("ascii")
    return {"webhook-id": id, "webhook-timestamp": str(timestamp), "webhook-signature": f"v1,{digest}"}


@dataclass(frozen=True, slots=True)
class Target:
    """Where to post. `trusted`: the configuration names it, so that it may be plain http, and anywhere."""

    secure: bool
    host: str
    port: int
    path: str
    trusted: bool

    @property
    def authority(self) -> str:
        """Host and port as a Host header has them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.secure else 80) else f"{host}:{self.port}"


def target_of(url: str, trusted: Collection[str]) -> Target:
    """The target that an address names. `trusted` are hosts, or host:port, of the configuration.

    Raises NotAllowed; a name that leads to a private address is only found out when it is looked up.
    """
    try:
        parts = urlsplit(url)
        port, host = parts.port, (parts.hostname or "").lower()
    except ValueError:
        raise NotAllowed("The address of a webhook is no URL.") from None
    if parts.scheme not in ("http", "https") or not host or not url.isascii() or not url.isprintable() or " " in url:
        raise NotAllowed("The address of a webhook is an https URL, in ASCII.")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise NotAllowed("The address of a webhook has no user, password or fragment.")
    secure = parts.scheme == "https"
    port = port if port is not None else 443 if secure else 80
    names = {name.lower().strip("[]") for name in trusted}
    known = host in names or f"{host}:{port}" in names or f"[{host}]:{port}" in {name.lower() for name in trusted}
    if not known:
        if not secure:
            raise NotAllowed("The address of a webhook is https, unless the service's configuration names the host.")
        _require_public(host)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(secure, host, port, path, known)


def _require_public(host: str) -> None:
    """Raises NotAllowed when the host is an address already, and not a public one."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:  # a name: where it leads is seen when it is looked up
        return
    if not is_public(address):
        raise _private()


def _private() -> NotAllowed:
    return NotAllowed("The webhook leads to no public address, and the service's configuration does not name its host.")


def is_public(address: Address) -> bool:
    """Whether an address is one of the public internet, and carries no other one inside."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return is_public(address.ipv4_mapped)
        if address not in UNICAST or int(address) >> 32 & 0xFFFFFFFF in ISATAP:
            return False
    if any(address.version == network.version and address in network for network in SPECIAL):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def addresses(target: Target) -> list[str]:
    """Where the target's name leads. Raises NotDelivered when nowhere, NotAllowed when one of them is not public."""
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NotDelivered("its name leads nowhere") from None
    places = list(dict.fromkeys(str(one[4][0]) for one in found))
    if not target.trusted and not all(is_public(ipaddress.ip_address(one.partition("%")[0])) for one in places):
        raise _private()
    return places


def post(target: Target, headers: Mapping[str, str], body: bytes, *, seconds: float = WHOLE_SECONDS) -> int:
    """Post, and return the status of the answer, of which no more than its headers are read.

    Takes `seconds` at most once the name is looked up. Raises NotDelivered and NotAllowed.
    """
    connection = _Pinned(target, addresses(target))
    timer = threading.Timer(seconds, connection.cut)
    timer.daemon = True
    timer.start()
    try:
        connection.request("POST", target.path, body, {"Host": target.authority, **headers})
        return connection.getresponse().status
    except ssl.SSLError:
        raise NotDelivered("its certificate does not hold, or it speaks no TLS") from None
    except (OSError, http.client.HTTPException, ValueError):
        raise NotDelivered("it does not answer in time" if connection.is_cut else "it cannot be reached") from None
    finally:
        timer.cancel()
        connection.close()


class _Pinned(http.client.HTTPConnection):
    """A connection to one of these addresses, whatever the name leads to by now, that another thread can cut."""

    def __init__(self, target: Target, places: Sequence[str]) -> None:
        super().__init__(target.host, target.port, timeout=CONNECT_SECONDS)
        self._target, self._places = target, places
        self.is_cut = False

    def connect(self) -> None:
        self.sock = raw = self._reached()
        if self._target.secure:
            self.sock = ssl.create_default_context().wrap_socket(raw, server_hostname=self._target.host)

    def _reached(self) -> socket.socket:
        """The first address that takes a connection."""
        *others, last = self._places
        for place in others:
            with contextlib.suppress(OSError):
                return socket.create_connection((place, self.port), CONNECT_SECONDS)
        return socket.create_connection((last, self.port), CONNECT_SECONDS)

    def cut(self) -> None:
        """End it now."""
        self.is_cut = True
        with contextlib.suppress(OSError, AttributeError):
            self.sock.shutdown(socket.SHUT_RDWR)


def wait_after(tries: int) -> float | None:
    """Seconds to wait after so many attempts that came to nothing; None when it is enough."""
    return BACKOFF[tries - 1] if tries <= len(BACKOFF) else None
