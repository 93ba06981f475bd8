"""PostgreSQL's errors in our words. Never its own: its details may hold rows, and a row holds text."""

from __future__ import annotations

import psycopg

from fingerprints.errors import IndexAway, IndexBusy, IndexDamaged, IndexProblem, StorageFull

GONE = {"57P01", "57P02", "57P03", "57P05", "25P03", "25P04"}
"""The server ended the session: it stops, it starts, or it waited too long for us."""
AGAIN = {"40001", "40P01"}
"""The statement gave way to another one, on a stand-by to what was replayed; asking again is right."""
STARTING = ("starting up", "shutting down", "recovery mode", "not yet accepting connections")
_BUSY = {"55P03", "40001", "40P01"}
_FORBIDDEN = {"42501", "25006"}
_LESS = {"53200": "has not enough memory", "53300": "takes no more connections", "53400": "has come to a limit of its"}


class Unconnected(psycopg.OperationalError):
    """No connection could be made."""


def is_lost(error: psycopg.Error, connection: psycopg.Connection | None) -> bool:
    """Whether the connection is gone, or was never there, and a new one may do better."""
    state = error.sqlstate or ""
    if isinstance(error, Unconnected) or state in GONE or state.startswith("08"):
        return True
    # over one that was just made, and is not yet ours, a server says why it refuses
    cut = not state if connection is None else connection.closed
    return isinstance(error, psycopg.OperationalError | psycopg.InterfaceError) and cut


def is_starting(error: psycopg.Error) -> bool:
    """Whether a server answered that is about to be there."""
    return any(words in str(error) for words in STARTING)


def problem(location: str, error: psycopg.Error) -> IndexProblem:
    """What a server reports, as an IndexProblem. Of its words only a state of five letters is repeated."""
    state = error.sqlstate or ""
    if state in _BUSY:
        return IndexBusy(f"Another process is writing to the index {location}; try again when it has finished.")
    if state == "57014":
        return IndexBusy(f"The server of the index {location} took too long; try again when it has less to do.")
    if state == "53100":
        return StorageFull(
            f"The disk has no room left for the index {location}; nothing was kept of this step; "
            "make room and repeat it."
        )
    if state in _FORBIDDEN:
        return IndexProblem(f"The index {location} may only be read by this user; see to the grants in the database.")
    if state in _LESS:
        return IndexProblem(f"The server of the index {location} {_LESS[state]}; see to the server.")
    if state[:2] in ("XX", "22", "23", "42", "3F"):
        return damaged(location, f"the database reports {state}")
    return IndexProblem(f"The index {location} cannot be used (the database reports {state or type(error).__name__}).")


def damaged(location: str, what: object) -> IndexDamaged:
    """The sentence for tables that do not hold what they should."""
    return IndexDamaged(f"The index {location} is damaged ({what}); run `wirecheck doctor --index {location}`.")


def unreachable(location: str, error: psycopg.Error) -> IndexAway:
    """Why no connection could be made, in the words of libpq, which name host and user but no password."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()] or [type(error).__name__]
    # "connection failed: connection to server at ..., port 5432 failed: Connection refused", for each host
    said = next((line for line in reversed(lines) if "failed: " in line), lines[-1])
    for marker in ("failed: ", "FATAL:  "):
        said = said.rpartition(marker)[2]
    return IndexAway(
        f"The index {location} cannot be reached ({said.rstrip('.?')}); see whether its server is running, "
        "and whether host, database, user and password are right."
    )
