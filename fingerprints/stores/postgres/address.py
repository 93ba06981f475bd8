"""The address of an index in PostgreSQL: what its URL says, and how it is shown without its password."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from fingerprints.errors import IndexMissing

SCHEMA = "wirecheck"
"""The schema of an index whose URL names none."""
NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")
CONNECT_SECONDS = 10
STATEMENT_SECONDS = 600  # a statement that takes longer hangs, or has too large an index for its server
IDLE_SECONDS = 600  # that the server waits for the next step of a transaction before it undoes it


@dataclass(frozen=True, slots=True)
class Address:
    """Where an index is. `told` is what libpq gets, its password among it; `location` is for people."""

    told: dict[str, str]
    schema: str
    location: str

    @classmethod
    def of(cls, url: str) -> Address:
        """Read a URL: libpq's own, and `schema=NAME` among its parameters.

        Raises IndexMissing when it is none; its sentence repeats nothing of it that could be a password.
        """
        rest, _, query = url.partition("?")
        parameters = [part for part in query.split("&") if part]
        schema = unquote(next((part.partition("=")[2] for part in parameters if part.startswith("schema=")), SCHEMA))
        if not NAME.fullmatch(schema) or schema.startswith("pg_"):
            raise IndexMissing(
                "The address of the index names no schema after schema=; "
                "a name has small letters, digits and underscores, and does not begin with pg_."
            )
        kept = "&".join(part for part in parameters if not part.startswith("schema="))
        try:
            read = conninfo_to_dict(f"{rest}?{kept}" if kept else rest)
        except ProgrammingError:  # its words would repeat what was typed
            raise _unreadable() from None
        told = {name: str(value) for name, value in read.items() if value is not None}
        if _is_torn(rest, told):
            raise _unreadable()
        return cls(told, schema, _shown(told, schema))

    def settings(self, *, readonly: bool, busy_seconds: float) -> dict[str, str]:
        """What to connect with; what the URL itself says of any of it counts."""
        ours = {
            "search_path": self.schema,
            "jit": "off",  # compiling a look-up takes longer than the look-up
            "enable_seqscan": "off",  # a plan that was made while the tables were small must not stay when they are not
            "lock_timeout": str(max(1, round(busy_seconds * 1000))),
            "statement_timeout": str(STATEMENT_SECONDS * 1000),
            "idle_in_transaction_session_timeout": str(IDLE_SECONDS * 1000),
            # a host that is gone must not hold the lock of the writers for hours
            "tcp_keepalives_idle": "30",
            "tcp_keepalives_interval": "10",
            "tcp_keepalives_count": "3",
            "default_transaction_read_only": "on" if readonly else "off",
        }
        options = " ".join(f"-c {name}={value}" for name, value in ours.items())
        return {
            "connect_timeout": str(CONNECT_SECONDS),
            "application_name": "wirecheck",
            "keepalives_idle": "30",
            **self.told,
            "client_encoding": "utf8",
            "options": f"{options} {self.told.get('options', '')}".rstrip(),
        }


def _unreadable() -> IndexMissing:
    return IndexMissing(
        "The address of the index is no PostgreSQL URL; write postgresql://USER@HOST/DATABASE, "
        "with what is special in a name or password as %XX."
    )


def _is_torn(rest: str, told: dict[str, str]) -> bool:
    """Whether a password with an @ or / in it was taken for host and database: an error would repeat part of it."""
    authority, _, path = rest.partition("://")[2].partition("/")
    return authority.count("@") > 1 or "@" in path or not re.fullmatch(r"[0-9,]*", told.get("port", ""))


def _shown(told: dict[str, str], schema: str) -> str:
    user = quote(told["user"], safe="") + "@" if told.get("user") else ""
    hosts = told.get("host", "").split(",")
    ports = told.get("port", "").split(",")
    ports = ports * len(hosts) if len(ports) == 1 else ports
    named = [f"[{host}]" if ":" in host else quote(host, safe="") for host in hosts]
    places = [f"{host}:{port}" if port else host for host, port in zip(named, ports, strict=False)]
    database = quote(told.get("dbname", ""), safe="")
    return f"postgresql://{user}{','.join(places)}/{database}" + (f"?schema={schema}" if schema != SCHEMA else "")
